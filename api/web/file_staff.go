package web

import (
	"errors"
	"strings"
	"time"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// filePage is one file as its staff work on it.
type filePage struct {
	frame
	Line       fileLine
	Place      string
	Revision   int
	New        bool // just opened: hand the receipt over
	Works      bool // the reader's office holds it
	Open       bool
	Office     name
	ForWhom    string
	Reach      string
	Number     string
	Identity   string // the end of the number
	Deposited  string
	Step       *scheduler.FileStep
	Source     string
	Papers     []fileBoxSeen
	Missing    []fileBoxSeen
	Extendable bool
	Branches   []fileClock // reason and its words
	Next       string      // the step after this one, worded, or ""
	Promises   []promiseLine
	Late       []lateLine
	Visits     []visitLine
	Timeline   []eventLine
	Offices    []officeChoice
	Services   []officeChoice // for an appointment with a hand-over
	Colleagues []staffChoice
	Twins      []fileLine // open files of the same person and subject
	Faults     []string
	FileLink   string // of the person, for the receipt
}

func (filePage) file() string { return "filestaff" }

type fileBoxSeen struct {
	ID   string
	Name name
	Seen bool
}

type promiseLine struct {
	ID, What, By, Made string
	State              scheduler.PromiseState
	Owed               bool
}

type lateLine struct {
	Who  string
	Days int
}

type staffChoice struct {
	ID, Login string
	Current   bool
}

type eventLine struct {
	When, Text, Words, Who string
	Internal               bool
}

func (s *site) fileAtDesk(v *visit, u *scheduler.User) error {
	f, err := s.Engine.File(v.Context(), v.PathValue("file"), scheduler.Actor{Staff: u})
	if err != nil {
		return wayOn(err, "/desk/files", "filestaff.title")
	}
	return s.showFile(v, u, 200, f, nil)
}

func (s *site) showFile(v *visit, u *scheduler.User, status int, f scheduler.File, faults []string) error {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	on := s.today(c)
	line := s.fileLine(v, c, &f, on)
	p := filePage{
		frame: s.staffFrame(v, u, v.lang.Say("filestaff.file", "reference", f.Reference)), Line: line, Place: line.Place, Revision: f.Revision,
		New: v.URL.Query().Get("new") == "1", Works: u.MaySee(f.OfficeID) && u.May(scheduler.ActWorkFiles), Open: f.Open(),
		Office: officeName(v.lang, c, f.OfficeID), ForWhom: f.ForWhom, Number: f.Number, Identity: f.Identity.Tail,
		Reach: strings.TrimSpace(f.Citizen.Email + " " + f.Citizen.Phone), Deposited: s.dateOf(v, f.DepositedOn), Step: f.Current(), Faults: faults,
	}
	s.uses(&p.frame, "file.css")
	p.Faulty = len(faults) > 0
	s.fileParts(v, c, &f, &p, on)
	if p.Visits, err = s.visitLines(v, c, &f); err != nil {
		return err
	}
	if p.Works && p.Open {
		if err := s.fileChoices(v, c, u, &f, &p, on); err != nil {
			return err
		}
	}
	return s.show(v, status, p)
}

func (s *site) fileParts(v *visit, c *scheduler.Catalogue, f *scheduler.File, p *filePage, on scheduler.Date) {
	for _, d := range f.Documents {
		n := name{Text: d.ID}
		if doc, err := c.Document(d.ID); err == nil {
			n = nameOf(v.lang, doc.Names)
		}
		box := fileBoxSeen{d.ID, n, d.Seen}
		p.Papers = append(p.Papers, box)
		if !d.Seen {
			p.Missing = append(p.Missing, box)
		}
	}
	for i := range f.Promises {
		x := &f.Promises[i]
		p.Promises = append(p.Promises, promiseLine{
			x.ID, x.What, s.dateOf(v, x.By), s.dateOf(v, x.MadeOn), x.State(on), x.KeptOn.IsZero() && x.ReplacedBy == "",
		})
	}
	for _, l := range f.LateBy(on) {
		p.Late = append(p.Late, lateLine{s.holder(v, c, l), l.Days})
	}
	loc := s.zoneOfOffice(c, f.OfficeID)
	for i := len(f.Events) - 1; i >= 0; i-- {
		e := &f.Events[i]
		p.Timeline = append(p.Timeline, eventLine{
			When: s.moment(v, e.At, loc), Text: s.eventText(v, c, e), Words: e.Args["note"] + e.Args["what"],
			Who: s.actorName(v, e.Actor), Internal: e.Internal,
		})
	}
	if p.Step != nil && !p.Step.Due.IsZero() {
		key := "filestaff.source"
		if p.Step.Term.Verified {
			key = "filestaff.source_verified"
		}
		p.Source = v.lang.Say(key, "source", p.Step.Term.Source)
	}
}

func (s *site) zoneOfOffice(c *scheduler.Catalogue, id string) *time.Location {
	zone := c.Zone
	if o, err := c.Office(id); err == nil {
		zone = o.Zone
	}
	if loc, err := s.Zones.Load(zone); err == nil {
		return loc
	}
	return time.UTC
}

func (s *site) holder(v *visit, c *scheduler.Catalogue, l scheduler.Lateness) string {
	switch {
	case l.OfficeID != "":
		return officeName(v.lang, c, l.OfficeID).Text
	case l.Outsider != "":
		if o, err := c.Outsider(l.Outsider); err == nil {
			return v.lang.Pick(o.Names)
		}
	}
	return v.lang.Say("filestaff.turn." + string(l.Turn))
}

func (s *site) actorName(v *visit, actor string) string {
	if id, ok := strings.CutPrefix(actor, "staff:"); ok {
		return s.login(v, id)
	}
	if actor == "" {
		return ""
	}
	return v.lang.Say("filestaff.actor." + actor)
}

// eventText words one line of the history, without what people wrote.
func (s *site) eventText(v *visit, c *scheduler.Catalogue, e *scheduler.FileEvent) string {
	date := func(key string) string {
		d, err := scheduler.ParseDate(e.Args[key])
		if err != nil {
			return e.Args[key]
		}
		return s.dateOf(v, d)
	}
	var papers []string
	for id := range strings.SplitSeq(e.Args["documents"], ",") {
		if doc, err := c.Document(id); err == nil {
			id = v.lang.Pick(doc.Names)
		}
		papers = append(papers, id)
	}
	to := officeName(v.lang, c, e.Args["to"]).Text
	switch e.What {
	case scheduler.EventExtended, scheduler.EventDueMoved:
		to = date("to")
	case scheduler.EventAssigned:
		to = s.login(v, e.Args["to"])
	}
	said := v.lang.Say("filestaff.event."+e.What, "step", s.fileStep(v, c, e.Args["step"]), "documents", strings.Join(papers, " · "),
		"to", to, "by", date("by"), "body", s.bodyName(v, e.Args["body"]), "reference", e.Args["reference"], "when", s.eventWhen(v, e))
	if e.What == scheduler.EventOpened && e.Args["documents"] != "" {
		said += " · " + v.lang.Say("file.at_hand", "documents", strings.Join(papers, " · "))
	}
	return said
}

func (s *site) bodyName(v *visit, body string) string {
	if body == "" {
		return ""
	}
	if said := v.lang.Say("filestaff.body." + strings.ReplaceAll(body, ".", "_")); !strings.HasPrefix(said, "⟦") {
		return said
	}
	return body
}

// fileChoices fills in what the forms offer.
func (s *site) fileChoices(v *visit, c *scheduler.Catalogue, u *scheduler.User, f *scheduler.File, p *filePage, on scheduler.Date) error {
	if clock := c.ClockOf(f.Clock); p.Step != nil {
		if next := clock.NextStep(p.Step.Kind); next != "" && p.Step.Kind != scheduler.StepDocuments {
			p.Next = s.fileStep(v, c, next)
		}
		for _, reason := range clock.Branches(p.Step.Kind) {
			p.Branches = append(p.Branches, fileClock{ID: reason, Name: s.stepName(v.lang, reason)})
		}
		p.Extendable = !f.Extended && p.Step.Turn == scheduler.TurnAdministration && p.Step.Term.Days > 0
	}
	for i := range c.Offices {
		if o := &c.Offices[i]; !o.Event && o.ID != f.OfficeID {
			p.Offices = append(p.Offices, officeChoice{o.ID, nameOf(v.lang, o.Names)})
		}
	}
	for i := range c.Services {
		if sv := &c.Services[i]; sv.OfficeID != f.OfficeID {
			p.Services = append(p.Services, officeChoice{sv.ID, nameOf(v.lang, sv.Names)})
		}
	}
	all, err := s.Staff.Users(v.Context())
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].MaySee(f.OfficeID) {
			p.Colleagues = append(p.Colleagues, staffChoice{all[i].ID, all[i].Login, all[i].ID == f.OwnerID})
		}
	}
	twins, err := s.Engine.Duplicates(v.Context(), f)
	if err != nil {
		return err
	}
	for i := range twins {
		if u.MaySee(twins[i].OfficeID) {
			p.Twins = append(p.Twins, s.fileLine(v, c, &twins[i], on))
		}
	}
	return nil
}

// workFile does one act on a file and leads back to it.
func (s *site) workFile(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	id, by := v.PathValue("file"), scheduler.Actor{Staff: u}
	bad := &scheduler.InvalidError{}
	f, err := s.fileAct(v, id, by, bad)
	if err == nil && len(bad.Fields) == 0 {
		v.did(f.OfficeID, f.ID)
		return v.redirect(under("/desk/files", id))
	}
	if wrong := invalidOf(err); wrong != nil {
		bad = wrong
	}
	faults := s.fileFaults(v, bad)
	switch {
	case len(faults) > 0:
	case errors.Is(err, scheduler.ErrInvalidState):
		faults = []string{v.lang.Say("filestaff.not_now")}
	case errors.Is(err, scheduler.ErrSlotTaken), errors.Is(err, scheduler.ErrDuplicateBooking):
		faults = []string{v.lang.Say("filestaff.no_place")}
	case errors.Is(err, scheduler.ErrRevisionMismatch):
		faults = []string{v.lang.Say("filestaff.changed")}
	default:
		return wayOn(err, "/desk/files", "filestaff.title")
	}
	now, err := s.Engine.File(v.Context(), id, by)
	if err != nil {
		return wayOn(err, "/desk/files", "filestaff.title")
	}
	v.place = under("/desk/files", id)
	return s.showFile(v, u, 422, now, faults)
}

func (s *site) fileAct(v *visit, id string, by scheduler.Actor, bad *scheduler.InvalidError) (scheduler.File, error) {
	ctx, e, typed, rev := v.Context(), s.Engine, v.PostForm, revisionOf(v)
	text := httpkit.CleanText(typed.Get("text"))
	switch v.PathValue("act") {
	case "advance":
		return e.AdvanceStep(ctx, id, rev, by, text)
	case "ask":
		var papers []string
		for line := range strings.Lines(typed.Get("papers")) {
			if line = httpkit.CleanText(line); line != "" {
				papers = append(papers, line)
			}
		}
		return e.AskDocuments(ctx, id, rev, by, papers)
	case "receive":
		return e.ReceiveDocuments(ctx, id, rev, by, typed["paper"])
	case "branch":
		return e.BranchStep(ctx, id, rev, by, typed.Get("reason"))
	case "extend":
		return e.ExtendOnce(ctx, id, rev, by, typed.Get("reason"))
	case "hand-over":
		h := scheduler.HandOver{OfficeID: typed.Get("office"), Note: text, ServiceID: typed.Get("service")}
		if at := typed.Get("starts_at"); at != "" && h.ServiceID != "" {
			c, err := e.Catalogue(ctx)
			if err != nil {
				return scheduler.File{}, err
			}
			if h.StartsAt, err = time.ParseInLocation("2006-01-02T15:04", at, s.zoneOfOffice(c, h.OfficeID)); err != nil {
				bad.Add("starts_at", "invalid_time", "want a date and a time")
				return scheduler.File{}, nil //nolint:nilerr // told with the fields
			}
		}
		f, _, err := e.HandOver(ctx, id, rev, by, h)
		return f, err
	case "promise":
		by2 := typedDay(bad, "by", typed.Get("by"))
		if len(bad.Fields) > 0 {
			return scheduler.File{}, nil
		}
		return e.Promise(ctx, id, rev, by, scheduler.PromiseRequest{What: text, By: by2, Replaces: typed.Get("replaces")})
	case "keep":
		return e.KeepPromise(ctx, id, rev, by, typed.Get("promise"))
	case "answer":
		return e.AnswerNews(ctx, id, rev, by, text)
	case "settle":
		return e.Settle(ctx, id, rev, by, text)
	case "close":
		return e.CloseFile(ctx, id, rev, by, text)
	case "assign":
		to, err := s.Staff.User(ctx, typed.Get("owner"))
		if err != nil {
			return scheduler.File{}, err
		}
		return e.Assign(ctx, id, rev, by, &to)
	case "merge":
		return e.MergeFile(ctx, id, rev, by, typed.Get("into"))
	}
	return scheduler.File{}, errNotFound
}

// fileReceiptPage is the receipt (récépissé) of a file, for paper: it speaks
// Arabic and French whatever the reader's language.
type fileReceiptPage struct {
	frame
	Back                   string
	Own                    string // place of the file's own page, for its owner; "" for staff
	New                    bool   // just deposited
	Reference, Who, Number string
	ForWhom                string
	Scripts                []receiptScript
	QR                     qrPart
}

func (fileReceiptPage) file() string { return "filereceipt" }

// fileReceipt is handed over at the deposit (law 55-19).
func (s *site) fileReceipt(v *visit, u *scheduler.User) error {
	f, err := s.Engine.File(v.Context(), v.PathValue("file"), scheduler.Actor{Staff: u})
	if err != nil {
		return wayOn(err, "/desk/files", "filestaff.title")
	}
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	p := fileReceiptPage{
		frame: s.staffFrame(v, u, v.lang.Say("filestaff.receipt")), Back: under("/desk/files", f.ID),
		Reference: f.Reference, Who: f.Citizen.Name, Number: f.Number, ForWhom: f.ForWhom, Scripts: s.receiptScripts(c, &f),
	}
	s.uses(&p.frame, "file.css")
	if p.QR, err = qrOf(s.origin + "/f/" + s.Engine.FileToken(f.ID)); err != nil {
		return err
	}
	return s.show(v, 200, p)
}
