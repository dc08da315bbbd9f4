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

func (findPage) file() string { return "find" }

// foundPage lists what a code has opened.
type foundPage struct {
	frame
	Appointments []appointmentPart
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
	p.Asked = true
	return s.show(v, http.StatusOK, p)
}

func (s *site) findFault(v *visit, p findPage, err error) error {
	var invalid *scheduler.InvalidError
	if !errors.As(err, &invalid) || len(invalid.Fields) == 0 {
		return wayOn(err, "/find", "find.title")
	}
	p.Faulty, p.Fault = true, s.fieldSentence(v.lang, invalid.Fields[0].Code)
	return s.show(v, http.StatusUnprocessableEntity, p)
}

// find enters the code: a file or one appointment is opened, several are listed.
func (s *site) find(v *visit) error {
	if err := readForm(v); err != nil {
		return err
	}
	p := s.findPage(v)
	p.Reference, p.Asked = httpkit.CleanText(v.PostForm.Get("reference")), true
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
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	list := foundPage{frame: s.frame(v, v.lang.Say("find.list_title"))}
	for _, f := range found {
		loc, err := s.Zones.Load(f.Appointment.Zone)
		if err != nil {
			return err
		}
		o := opened{f.Appointment, f.ManageToken, "/a/" + f.ManageToken, loc, c}
		list.Appointments = append(list.Appointments, s.part(v, &o))
	}
	return s.show(v, http.StatusOK, list)
}
