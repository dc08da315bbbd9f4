package web

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

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
