package web

import (
	"errors"
	"net/http"
	"time"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// findLife is how long a code that opens an appointment is good, for the page.
const findLife = 15 * time.Minute

// findPage asks for a reference, then for the code that was sent. It is the same
// page for an appointment, for a file and for what is neither.
type findPage struct {
	frame
	Reference string
	Asked     bool // a code was asked for
	Life      string
	Fault     string
}

// findForm is the form that a change of language sends.
const findForm = "finding"

func (findPage) file() string { return "find" }

// foundPage lists what a code has opened.
type foundPage struct {
	frame
	Appointments []appointmentPart
	Tokens       []string // of the appointments, for showing them in another language
}

func (foundPage) file() string { return "found" }

func (s *site) findPage(v *visit) findPage {
	private(v)
	v.place = "/find"
	return findPage{frame: s.frame(v, v.lang.Say("find.title")), Life: v.lang.Duration(int(findLife / time.Minute))}
}

func (s *site) askReference(v *visit) error { return s.show(v, http.StatusOK, s.findPage(v)) }

// askFindCode has a code sent to whom the reference belongs, if to anybody.
func (s *site) askFindCode(v *visit) error {
	if err := readForm(v); err != nil {
		return err
	}
	p := s.findPage(v)
	p.Reference = httpkit.CleanText(v.PostForm.Get("reference"))
	if err := s.Engine.AskCode(v.Context(), p.Reference); err != nil {
		return s.findFault(v, p, err)
	}
	return s.show(v, http.StatusOK, p.asked())
}

// asked is the page that waits for the code. A change of its language goes by its
// form, because no address may repeat the question.
func (p findPage) asked() findPage {
	p.Asked, p.FormID = true, findForm
	return p
}

// switchFind shows in another language what waits for a code, without sending
// one, or what a code has opened.
func (s *site) switchFind(v *visit) error {
	if err := readForm(v); err != nil {
		return err
	}
	p := s.findPage(v)
	tokens := v.PostForm["token"]
	if len(tokens) == 0 {
		p.Reference = httpkit.CleanText(v.PostForm.Get("reference"))
		return s.show(v, http.StatusOK, p.asked())
	}
	var found []scheduler.Found
	for _, token := range tokens[:min(len(tokens), maxListed)] {
		a, err := s.Engine.AppointmentByToken(v.Context(), token)
		if errors.Is(err, scheduler.ErrNotFound) {
			return errLinkUnknown
		}
		if err != nil {
			return err
		}
		found = append(found, scheduler.Found{Appointment: a, ManageToken: token})
	}
	return s.showFound(v, found)
}

// maxListed bounds how many appointments a list is asked to show again.
const maxListed = 100

func (s *site) findFault(v *visit, p findPage, err error) error {
	var invalid *scheduler.InvalidError
	if !errors.As(err, &invalid) || len(invalid.Fields) == 0 {
		return wayOn(err, "/find", "find.title")
	}
	p.Faulty, p.Fault = true, s.fieldSentence(v.lang, invalid.Fields[0].Code)
	if invalid.Fields[0].Field == "reference" {
		p.Fault = v.lang.Say("find.no_reference")
	}
	return s.show(v, http.StatusUnprocessableEntity, p)
}

// find enters the code: a file or one appointment is opened, several are listed.
func (s *site) find(v *visit) error {
	if err := readForm(v); err != nil {
		return err
	}
	p := s.findPage(v)
	p.Reference = httpkit.CleanText(v.PostForm.Get("reference"))
	p = p.asked()
	found, err := s.Engine.Find(v.Context(), p.Reference, v.PostForm.Get("code"))
	if err != nil {
		return s.findFault(v, p, err)
	}
	switch {
	case found[0].FileToken != "":
		return v.redirect("/f/" + found[0].FileToken)
	case len(found) == 1:
		return v.redirect("/a/" + found[0].ManageToken)
	}
	return s.showFound(v, found)
}

func (s *site) showFound(v *visit, found []scheduler.Found) error {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	list := foundPage{frame: s.frame(v, v.lang.Say("find.list_title"))}
	list.FormID = findForm
	for _, f := range found {
		loc, err := s.Zones.Load(f.Appointment.Zone)
		if err != nil {
			return err
		}
		list.Tokens = append(list.Tokens, f.ManageToken)
		o := opened{f.Appointment, f.ManageToken, "/a/" + f.ManageToken, loc, c}
		list.Appointments = append(list.Appointments, s.part(v, &o))
	}
	return s.show(v, http.StatusOK, list)
}
