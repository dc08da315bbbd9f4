package web

import (
	"strings"

	"mawid/api/httpkit"
	"mawid/internal/locale"
	"mawid/scheduler"
)

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
