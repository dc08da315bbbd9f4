package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"mawid/api/httpkit"
	"mawid/internal/locale"
	"mawid/scheduler"
)

// fileRoutes are the addresses of a file's owner.
func (s *site) fileRoutes() []route {
	return []route{
		{"GET /f/{token}", s.ownFile},
		{"GET /f/{token}/receipt", s.ownReceipt},
		{"POST /f/{token}/news", s.askNews},
		{"GET /f/{token}/data", s.exportOwnFile},
	}
}

// letterRoutes are those of letters, which speak Arabic and French only.
func (s *site) letterRoutes() []route {
	return []route{
		{"GET /f/{token}/letters/{body}", s.letter},
		{"GET /f/{token}/letters/{body}/text", s.letterText},
	}
}

// ownFilePage is a file as its owner sees it.
type ownFilePage struct {
	frame
	Place     string
	Reference string
	Subject   name
	State     scheduler.FileState
	Where     string // who holds it, worded
	Step      string
	Due       string // or ""
	Source    string
	NoDate    bool
	Next      string
	Late      int
	LateBy    []lateLine
	Missing   []name
	Promises  []promiseLine
	Timeline  []eventLine
	NewsDue   string // a question waits, or ""
	MayAsk    bool
	Book      string // place where a visit is booked, or ""
	Visits    []visitLine
	Bodies    []fileClock
	Letters   bool
	Looks     []string
	Outcome   string
}

func (ownFilePage) file() string { return "ownfile" }

// ownFile shows a file by its secret link; looking changes nothing.
func (s *site) ownFile(v *visit) error {
	private(v)
	f, err := s.fileByLink(v)
	if err != nil {
		return err
	}
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	on := s.dayAt(c, f.OfficeID)
	p := ownFilePage{
		frame: s.frame(v, v.lang.Say("file.title")), Place: "/f/" + url.PathEscape(v.PathValue("token")), Reference: f.Reference,
		Subject: serviceName(v.lang, c, f.ServiceID), State: f.State, Late: f.Late(on), Outcome: f.Outcome,
		NewsDue: s.dateOf(v, f.NewsDue), MayAsk: f.Open() && f.NewsAskedOn.IsZero(),
	}
	p.Private = true
	s.uses(&p.frame, "file.css")
	s.ownSteps(v, c, &f, &p, on)
	for i := range f.Promises {
		x := &f.Promises[i]
		p.Promises = append(p.Promises, promiseLine{x.ID, x.What, s.dateOf(v, x.By), s.dateOf(v, x.MadeOn), x.State(on), false})
	}
	s.ownTimeline(v, c, &f, &p)
	if p.Visits, err = s.ownVisits(v, c, &f); err != nil {
		return err
	}
	return s.withLooks(v, c, &f, p)
}

func (s *site) fileByLink(v *visit) (scheduler.File, error) {
	f, err := s.Engine.FileByToken(v.Context(), v.PathValue("token"))
	if errors.Is(err, scheduler.ErrNotFound) {
		err = errLinkUnknown
	}
	return f, err
}

func (s *site) dayAt(c *scheduler.Catalogue, office string) scheduler.Date {
	return scheduler.DateOf(s.now().In(s.zoneOfOffice(c, office)))
}

func (s *site) ownSteps(v *visit, c *scheduler.Catalogue, f *scheduler.File, p *ownFilePage, on scheduler.Date) {
	for _, id := range f.Missing() {
		p.Missing = append(p.Missing, s.paperName(v.lang, c, id))
	}
	for _, l := range f.LateBy(on) {
		p.LateBy = append(p.LateBy, lateLine{s.ownHolder(v, c, l.Turn, l.OfficeID, l.Outsider), l.Days})
	}
	step := f.Current()
	if step == nil {
		return
	}
	office := step.OfficeID
	if step.Turn == scheduler.TurnAdministration && office == "" {
		office = f.OfficeID
	}
	p.Where, p.Step = s.ownHolder(v, c, step.Turn, office, step.Outsider), s.ownStep(v, c, step.Kind)
	p.Due, p.NoDate = s.dateOf(v, step.Due), step.Due.IsZero() && step.Turn == scheduler.TurnAdministration
	switch {
	case step.Due.IsZero():
	case step.Term.Verified:
		p.Source = v.lang.Say("file.source_verified", "source", step.Term.Source)
	default:
		p.Source = v.lang.Say("file.source", "source", step.Term.Source)
	}
	if next := c.ClockOf(f.Clock).NextStep(step.Kind); next != "" && step.Kind != scheduler.StepDocuments {
		p.Next = s.ownStep(v, c, next)
	}
	if len(c.VisitOf(f).OfficeIDs) > 0 {
		p.Book = p.Place + "/visit"
	}
	for i, body := range c.EscalationOrder() {
		line := fileClock{ID: body, Name: v.lang.Say("file.body." + bodyKey(body)), Current: i < f.Escalation}
		if strings.HasPrefix(line.Name, "⟦") {
			line.Name = body
		}
		p.Bodies = append(p.Bodies, line)
	}
}

// bodyKey is a body in the keys of sentences.
func bodyKey(body string) string { return strings.ReplaceAll(body, ".", "_") }

// Letter reports whether a body is outside, so that a letter is prepared.
func (p ownFilePage) Letter(body string) bool {
	return body != scheduler.BodyOffice && body != scheduler.BodyDesk
}

func (s *site) paperName(l *locale.Language, c *scheduler.Catalogue, id string) name {
	if d, err := c.Document(id); err == nil {
		return nameOf(l, d.Names)
	}
	return name{Text: id}
}

func (s *site) ownStep(v *visit, c *scheduler.Catalogue, kind string) string {
	if kind == scheduler.StepDocuments {
		return v.lang.Say("file.step_documents")
	}
	return s.fileStep(v, c, kind)
}

func (s *site) ownHolder(v *visit, c *scheduler.Catalogue, turn scheduler.Turn, office, outsider string) string {
	switch {
	case turn == scheduler.TurnAdministration:
		return officeName(v.lang, c, office).Text
	case outsider != "":
		if o, err := c.Outsider(outsider); err == nil {
			return v.lang.Pick(o.Names)
		}
	}
	return v.lang.Say("file.turn." + string(turn))
}

func (s *site) ownTimeline(v *visit, c *scheduler.Catalogue, f *scheduler.File, p *ownFilePage) {
	loc := s.zoneOfOffice(c, f.OfficeID)
	for i := len(f.Events) - 1; i >= 0; i-- {
		e := &f.Events[i]
		if e.Internal {
			continue
		}
		p.Timeline = append(p.Timeline, eventLine{
			When: s.moment(v, e.At, loc), Text: s.ownEvent(v, c, e), Words: e.Args["note"] + e.Args["what"],
		})
	}
}

func (s *site) ownEvent(v *visit, c *scheduler.Catalogue, e *scheduler.FileEvent) string {
	date := func(key string) string {
		if d, err := scheduler.ParseDate(e.Args[key]); err == nil {
			return s.dateOf(v, d)
		}
		return e.Args[key]
	}
	var papers []string
	for id := range strings.SplitSeq(e.Args["documents"], ",") {
		papers = append(papers, s.paperName(v.lang, c, id).Text)
	}
	to := officeName(v.lang, c, e.Args["to"]).Text
	if e.What == scheduler.EventExtended || e.What == scheduler.EventDueMoved {
		to = date("to")
	}
	body := ""
	if e.Args["body"] != "" {
		body = v.lang.Say("file.body." + bodyKey(e.Args["body"]))
	}
	said := v.lang.Say("file.event."+e.What, "step", s.ownStep(v, c, e.Args["step"]), "documents", strings.Join(papers, " · "),
		"to", to, "by", date("by"), "body", body, "reference", e.Args["reference"], "when", s.eventWhen(v, e))
	if e.What == scheduler.EventOpened && e.Args["documents"] != "" {
		said += " · " + v.lang.Say("file.at_hand", "documents", strings.Join(papers, " · "))
	}
	return said
}

// eventWhen words the time of a visit that an event speaks of; "" for others.
func (s *site) eventWhen(v *visit, e *scheduler.FileEvent) string {
	date, err := scheduler.ParseDate(e.Args["on"])
	if err != nil {
		return ""
	}
	return v.lang.Say("clock.other_day", "date", s.dateOf(v, date), "time", e.Args["time"])
}

// maxLooks is how many looks a page shows; the rest is in the export.
const maxLooks = 10

func (s *site) withLooks(v *visit, c *scheduler.Catalogue, f *scheduler.File, p ownFilePage) error {
	looks, err := s.Engine.FileAccesses(v.Context(), f.ID, scheduler.Actor{ManageToken: v.PathValue("token")})
	if err != nil {
		return err
	}
	for i := range looks[:min(len(looks), maxLooks)] {
		l := &looks[i]
		p.Looks = append(p.Looks, v.lang.Say("file.look", "office", officeName(v.lang, c, l.OfficeID).Text, "when", s.moment(v, l.At, s.zoneOfOffice(c, l.OfficeID))))
	}
	return s.show(v, http.StatusOK, p)
}

// askNews sends the person's question, and leads back; sent twice it ends at the
// same page.
func (s *site) askNews(v *visit) error {
	private(v)
	if err := readForm(v); err != nil {
		return err
	}
	f, err := s.fileByLink(v)
	if err != nil {
		return err
	}
	place := "/f/" + url.PathEscape(v.PathValue("token"))
	_, err = s.Engine.AskNews(v.Context(), f.ID, 0, scheduler.Actor{ManageToken: v.PathValue("token")}, cut(httpkit.CleanText(v.PostForm.Get("question")), scheduler.MaxFileText))
	if err != nil && !errors.Is(err, scheduler.ErrInvalidState) {
		return wayOn(err, place, "file.title")
	}
	return v.redirect(place)
}

// letterPage is a letter to a body outside, to be printed or copied.
type letterPage struct {
	frame
	Place string
	Text  string   // where the letter is plain text
	Lines []string // paragraphs
}

func (letterPage) file() string { return "letter" }

func (s *site) letter(v *visit) error {
	private(v)
	lines, err := s.letterLines(v)
	if err != nil {
		return err
	}
	p := letterPage{frame: s.frame(v, v.lang.Say("letter.title")), Place: "/f/" + url.PathEscape(v.PathValue("token")), Lines: lines}
	p.Text = p.Place + "/letters/" + url.PathEscape(v.PathValue("body")) + "/text"
	p.Private = true
	s.uses(&p.frame, "file.css")
	return s.show(v, http.StatusOK, p)
}

func (s *site) letterText(v *visit) error {
	private(v)
	lines, err := s.letterLines(v)
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	return send(v, http.StatusOK, []byte(strings.Join(lines, "\n\n")+"\n"))
}

// letterLines words the facts of a file for a body outside.
func (s *site) letterLines(v *visit) ([]string, error) {
	f, err := s.fileByLink(v)
	if err != nil {
		return nil, err
	}
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return nil, err
	}
	body := v.PathValue("body")
	ask := v.lang.Say("letter.ask." + bodyKey(body))
	if strings.HasPrefix(ask, "⟦") || !f.Open() {
		return nil, errNotFound
	}
	l, on := v.lang, s.dayAt(c, f.OfficeID)
	lines := []string{
		l.Say("letter.from", "name", f.Citizen.Name), l.Say("letter.to", "body", l.Say("file.body."+bodyKey(body))), l.Say("letter.date", "date", s.dateOf(v, on)),
		l.Say("letter.subject", "reference", f.Reference, "service", serviceName(l, c, f.ServiceID).Text),
	}
	if f.ForWhom != "" {
		lines = append(lines, l.Say("letter.on_behalf", "name", f.ForWhom))
	}
	if f.Number != "" {
		lines = append(lines, l.Say("letter.number", "number", f.Number))
	}
	lines = append(lines, l.Say("letter.opening"), l.Say("letter.facts", "date", s.dateOf(v, f.DepositedOn), "office", officeName(l, c, f.OfficeID).Text), s.letterFacts(v, c, &f, on))
	if late := f.Late(on); late > 0 {
		lines = append(lines, l.Say("letter.late", "late", l.Plural("file.late", late)))
	} else {
		lines = append(lines, l.Say("letter.in_time"))
	}
	if told := c.EscalationOrder()[:f.Escalation]; len(told) > 0 {
		var names []string
		for _, b := range told {
			names = append(names, l.Say("file.body."+bodyKey(b)))
		}
		lines = append(lines, l.Say("letter.told", "bodies", strings.Join(names, " · ")))
	}
	return append(lines, ask, l.Say("letter.unverified"), l.Say("letter.closing"), f.Citizen.Name), nil
}

// letterFacts lists steps and promises, one to a line.
func (s *site) letterFacts(v *visit, c *scheduler.Catalogue, f *scheduler.File, on scheduler.Date) string {
	var out []string
	for i := range f.Steps {
		step := &f.Steps[i]
		key := "letter.step"
		if !step.DoneOn.IsZero() {
			key = "letter.step_done"
		}
		line := v.lang.Say(key, "step", s.ownStep(v, c, step.Kind), "holder", s.ownHolder(v, c, step.Turn, step.OfficeID, step.Outsider),
			"from", s.dateOf(v, step.StartedOn), "to", s.dateOf(v, step.DoneOn))
		if !step.Due.IsZero() {
			line += "; " + v.lang.Say("letter.due", "due", s.dateOf(v, step.Due), "source", step.Term.Source)
		}
		out = append(out, "– "+line)
	}
	for i := range f.Promises {
		p := &f.Promises[i]
		out = append(out, "– "+v.lang.Say("letter.promise", "made", s.dateOf(v, p.MadeOn), "by", s.dateOf(v, p.By), "what", p.What, "state", v.lang.Say("file.promise_state."+string(p.State(on)))))
	}
	return strings.Join(out, "\n")
}
