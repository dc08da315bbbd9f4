package web

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"mawid/api/httpkit"
	"mawid/internal/locale"
	"mawid/scheduler"
)

// filesPage is a work list of files.
type filesPage struct {
	frame
	Lists []fileListLink
	Lines []fileLine
	More  string // place of the next page, or ""
	Mine  bool
	All   string // place of the list without "mine", and the other way round
	Own   string
	// Services are those a need may be noted about; Noted says that one was.
	Services []officeChoice
	Noted    bool
	Query    string // the reference that was looked for
	Faults   []string
}

func (filesPage) file() string { return "filelist" }

type fileListLink struct {
	Name    string // in the keys of its sentence
	Place   string
	Current bool
}

// fileLine is one file in a list.
type fileLine struct {
	Place, Reference, Who string
	Subject               name
	Step                  string // worded
	Turn                  scheduler.Turn
	Due                   string // worded, or ""
	Late                  int    // days
	Promise               string // the day of the promise that is owed first, worded, or ""
	PromiseState          scheduler.PromiseState
	State                 scheduler.FileState
	News, Told            bool
	Owner                 string // login, or ""
}

// fileLists are the work lists in the order of the page; the first is shown when
// none is asked for.
var fileLists = []scheduler.FileList{
	scheduler.FilesLate, scheduler.FilesDue, scheduler.FilesAtRisk, scheduler.FilesNews, scheduler.FilesWaiting,
	scheduler.FilesNew, scheduler.FilesTold, scheduler.FilesOpen, scheduler.FilesEnded,
}

const fileLines = 25

// files shows a list, or leads to the file whose reference was typed.
func (s *site) files(v *visit, u *scheduler.User) error {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	asked := v.URL.Query()
	if typed := asked.Get("q"); typed != "" {
		if f, err := s.Engine.FileByReference(v.Context(), cut(typed, 60), scheduler.Actor{Staff: u}); err == nil {
			return v.redirect(under("/desk/files", f.ID))
		}
	}
	list := scheduler.FileList(asked.Get("show"))
	if !known(list) {
		list = fileLists[0]
	}
	p := filesPage{frame: s.staffFrame(v, u, v.lang.Say("filestaff.title")), Mine: asked.Get("mine") == "1", Query: cut(asked.Get("q"), 60)}
	s.uses(&p.frame, "file.css")
	if p.Query != "" {
		p.Faults = []string{v.lang.Say("filestaff.not_found")}
	}
	for _, l := range fileLists {
		p.Lists = append(p.Lists, fileListLink{string(l), listPlace(l, p.Mine), l == list})
	}
	p.All, p.Own = listPlace(list, false), listPlace(list, true)
	q := scheduler.FileQuery{List: list, On: s.today(c), Limit: fileLines + 1}
	if p.Mine {
		q.OwnerID = u.ID
	}
	q.AfterDue, q.AfterID = afterLine(asked.Get("after"))
	fs, err := s.Engine.Files(v.Context(), q, u)
	if err != nil {
		return err
	}
	if len(fs) > fileLines {
		fs = fs[:fileLines]
		p.More = listPlace(list, p.Mine) + "&after=" + url.QueryEscape(lineCursor(&fs[fileLines-1]))
	}
	p.Services, p.Noted = s.givenServices(v, c, u), asked.Get("noted") == "1"
	for i := range fs {
		p.Lines = append(p.Lines, s.fileLine(v, c, &fs[i], q.On))
	}
	return s.show(v, 200, p)
}

func known(l scheduler.FileList) bool {
	for _, k := range fileLists {
		if k == l {
			return true
		}
	}
	return false
}

func listPlace(l scheduler.FileList, mine bool) string {
	place := "/desk/files?show=" + string(l)
	if mine {
		place += "&mine=1"
	}
	return place
}

func lineCursor(f *scheduler.File) string {
	due := f.Summary().Due
	if due.IsZero() {
		return "." + f.ID
	}
	return due.String() + "." + f.ID
}

func afterLine(cursor string) (due scheduler.Date, id string) {
	day, id, _ := strings.Cut(cursor, ".")
	if due.UnmarshalText([]byte(day)) != nil || len(id) > 100 {
		return due, ""
	}
	return due, id
}

// today is the date in the catalogue's own zone.
func (s *site) today(c *scheduler.Catalogue) scheduler.Date {
	if loc, err := s.Zones.Load(c.Zone); err == nil {
		return scheduler.DateOf(s.now().In(loc))
	}
	return scheduler.DateOf(s.now())
}

func (s *site) fileLine(v *visit, c *scheduler.Catalogue, f *scheduler.File, on scheduler.Date) fileLine {
	line := fileLine{
		Place: under("/desk/files", f.ID), Reference: f.Reference, Who: f.Citizen.Name, Subject: serviceName(v.lang, c, f.ServiceID),
		State: f.State, Late: f.Late(on), News: !f.NewsAskedOn.IsZero(), Told: f.Escalation > 0, Owner: s.login(v, f.OwnerID),
	}
	if step := f.Current(); step != nil {
		line.Step, line.Turn, line.Due = s.fileStep(v, c, step.Kind), step.Turn, s.dateOf(v, step.Due)
	}
	if p := f.NextPromise(); p != nil {
		line.Promise, line.PromiseState = s.dateOf(v, p.By), p.State(on)
	}
	return line
}

// dateOf words a date; "" for none.
func (s *site) dateOf(v *visit, d scheduler.Date) string {
	if d.IsZero() {
		return ""
	}
	return v.lang.FullDate(d.At(0, s.now().Location()))
}

// fileStep words a step of a file: a service of a chain, a legal step, or the
// person's own.
func (s *site) fileStep(v *visit, c *scheduler.Catalogue, kind string) string {
	if sv, err := c.Service(kind); err == nil {
		return v.lang.Pick(sv.Names)
	}
	if o, err := c.Outsider(kind); err == nil {
		return v.lang.Pick(o.Names)
	}
	if kind == scheduler.StepDocuments {
		return v.lang.Say("filestaff.step_documents")
	}
	return s.stepName(v.lang, kind)
}

// login is how a member of staff is called; "" when nobody has the id.
func (s *site) login(v *visit, id string) string {
	if id == "" {
		return ""
	}
	u, err := s.Staff.User(v.Context(), id)
	if err != nil {
		return id
	}
	return u.Login
}

// fileOpenPage is the form that opens a file.
type fileOpenPage struct {
	frame
	Services  []officeChoice // id and name
	Service   string
	Papers    []fileBox
	Fields    fields
	ForWhom   string
	Identity  string
	Deposited string
	Origin    string
	Clocks    []fileClock
	Zones     []locale.Zone
	Tongues   []*locale.Language
	Promise   string
	By        string
	Faults    []string
}

func (fileOpenPage) file() string { return "fileopen" }

type fileBox struct {
	ID   string
	Name name
}

type fileClock struct {
	ID, Name string
	Current  bool
}

// askFile shows the form; ?from= fills in a visit, ?service= the subject.
func (s *site) askFile(v *visit, u *scheduler.User) error {
	p, err := s.fileForm(v, u, v.URL.Query().Get("service"))
	if err != nil {
		return err
	}
	origin, c, number := s.visitor(v, u)
	if origin.kind != "" {
		if p, err = s.fileForm(v, u, origin.service); err != nil {
			return err
		}
		p.Origin = origin.kind + ":" + origin.id
		p.Fields = fields{Name: c.Name, Email: c.Email, Phone: c.Phone, Language: c.Language, Zone: c.Zone, FileNumber: number}
	}
	return s.show(v, 200, p)
}

// fileOrigin is the visit that a file is opened from.
type fileOrigin struct{ kind, id, service string }

// visitor finds who sits at the desk: of the appointment in ?from= or the ticket
// in ?ticket=. A visit that the reader may not see fills in nothing.
func (s *site) visitor(v *visit, u *scheduler.User) (fileOrigin, scheduler.Citizen, string) {
	ctx, by, asked := v.Context(), scheduler.Actor{Staff: u}, v.URL.Query()
	o, from := fileOrigin{kind: "appointment"}, cut(asked.Get("from"), 100)
	var c scheduler.Citizen
	if id := cut(asked.Get("ticket"), 100); id != "" {
		t, err := s.Engine.TicketStatus(ctx, id)
		if err != nil || !u.MaySee(t.OfficeID) {
			return fileOrigin{}, c, ""
		}
		o, c, from = fileOrigin{"ticket", t.ID, t.ServiceID}, t.Citizen, t.AppointmentID
	}
	if from == "" {
		if o.id == "" {
			o.kind = ""
		}
		return o, c, ""
	}
	a, err := s.Engine.Appointment(ctx, from, by)
	if err != nil {
		return fileOrigin{}, c, ""
	}
	if o.id == "" {
		o.id, o.service = a.ID, a.ServiceID
	}
	return o, a.Citizen, a.FileNumber
}

func (s *site) fileForm(v *visit, u *scheduler.User, service string) (fileOpenPage, error) {
	p := fileOpenPage{frame: s.staffFrame(v, u, v.lang.Say("filestaff.open")), Zones: v.lang.Zones(), Tongues: s.Book.Speaking("notice")}
	s.uses(&p.frame, "file.css")
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return p, err
	}
	p.Services = s.myServices(v, c, u)
	p.Fields.Language = v.lang.Code()
	sv, err := c.Service(service)
	if err != nil {
		return p, nil //nolint:nilerr // the form asks for the subject first
	}
	p.Service = sv.ID
	for _, id := range sv.Documents {
		if d, err := c.Document(id); err == nil {
			p.Papers = append(p.Papers, fileBox{id, nameOf(v.lang, d.Names)})
		}
	}
	for i := range c.LegalClocks {
		l := &c.LegalClocks[i]
		p.Clocks = append(p.Clocks, fileClock{l.ID, s.stepName(v.lang, "clock_"+l.ID), l.ID == sv.LegalSteps || sv.LegalSteps == "" && l.ID == "decision_55_19"})
	}
	for _, chain := range c.ChainsWith(sv.ID) {
		p.Clocks = append(p.Clocks, fileClock{"chain:" + chain.ID, v.lang.Pick(chain.Names), false})
	}
	return p, nil
}

// openFile opens the file and leads to it.
func (s *site) openFile(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	typed := v.PostForm
	p, err := s.fileForm(v, u, typed.Get("service"))
	if err != nil {
		return err
	}
	bad := &scheduler.InvalidError{}
	r := s.typedFile(v, &p, bad)
	if len(bad.Fields) == 0 {
		o, err := s.Engine.OpenFile(v.Context(), r, scheduler.Actor{Staff: u})
		if err == nil {
			v.did(o.File.OfficeID, o.File.ID)
			return v.redirect(under("/desk/files", o.File.ID) + "?new=1")
		}
		if bad = invalidOf(err); bad == nil {
			return err
		}
	}
	p.Faulty, p.Faults = true, s.fileFaults(v, bad)
	v.place = "/desk/files/new"
	return s.show(v, 422, p)
}

// typedFile reads the form into a request, and back into the page.
func (s *site) typedFile(v *visit, p *fileOpenPage, bad *scheduler.InvalidError) scheduler.FileRequest {
	typed := v.PostForm
	p.Fields, p.ForWhom, p.Identity, p.Deposited = typedFields(v), httpkit.CleanText(typed.Get("for_whom")), typed.Get("identity"), typed.Get("deposited")
	p.Promise, p.By, p.Origin = httpkit.CleanText(typed.Get("promise")), typed.Get("by"), cut(typed.Get("origin"), 120)
	citizen, wrong := p.Fields.citizen("", s)
	if wrong != nil {
		bad.Fields = append(bad.Fields, wrong.Fields...)
	}
	r := scheduler.FileRequest{
		ServiceID: typed.Get("service"), Clock: typed.Get("clock"), Citizen: citizen, ForWhom: p.ForWhom, Number: p.Fields.FileNumber,
		IdentityNumber: httpkit.CleanText(p.Identity), Note: p.Fields.Note, Origin: p.Origin, DepositedOn: typedDay(bad, "deposited_on", p.Deposited),
	}
	for _, box := range p.Papers {
		switch typed.Get("paper_" + box.ID) {
		case "seen":
			r.Documents = append(r.Documents, scheduler.FileDocument{ID: box.ID, Seen: true})
		case "missing":
			r.Documents = append(r.Documents, scheduler.FileDocument{ID: box.ID})
		}
	}
	if p.Promise != "" || p.By != "" {
		r.Promise = &scheduler.PromiseRequest{What: p.Promise, By: typedDay(bad, "promise.by", p.By)}
	}
	return r
}

func typedDay(bad *scheduler.InvalidError, field, text string) scheduler.Date {
	if text = strings.TrimSpace(text); text == "" {
		return scheduler.Date{}
	}
	d, err := scheduler.ParseDate(text)
	if err != nil {
		bad.Add(field, "invalid_date", "want a date")
	}
	return d
}

// fileFaults words what is wrong, each once.
func (s *site) fileFaults(v *visit, bad *scheduler.InvalidError) []string {
	var out []string
	for _, f := range bad.Fields {
		key := "filestaff.field." + strings.ReplaceAll(strings.TrimPrefix(f.Field, "citizen."), ".", "_")
		label := f.Field
		if said := v.lang.Say(key); !strings.HasPrefix(said, "⟦") {
			label = said
		}
		out = append(out, v.lang.Say("form.fault", "field", label, "text", s.fieldSentence(v.lang, f.Code)))
	}
	return out
}

// revisionOf reads the hidden field of a form; 0 for any.
func revisionOf(v *visit) int {
	n, err := strconv.Atoi(v.PostForm.Get("revision"))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// invalidOf is the list of faults in an error, or nil.
func invalidOf(err error) *scheduler.InvalidError {
	var bad *scheduler.InvalidError
	if errors.As(err, &bad) {
		return bad
	}
	return nil
}

// myServices are the services of the offices of a user.
func (s *site) myServices(v *visit, c *scheduler.Catalogue, u *scheduler.User) []officeChoice {
	var out []officeChoice
	for i := range c.Services {
		if sv := &c.Services[i]; u.MaySee(sv.OfficeID) {
			out = append(out, officeChoice{sv.ID, nameOf(v.lang, sv.Names)})
		}
	}
	return out
}
