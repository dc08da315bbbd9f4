package web

import (
	"errors"
	"net/http"

	"mawid/scheduler"
)

// contactPage corrects where and how a person is told.
type contactPage struct {
	frame
	Appointment appointmentPart
	reachPart
}

func (contactPage) file() string { return "contact" }

func (s *site) contactPage(v *visit, o *opened) contactPage {
	v.place = o.place + "/contact"
	c := o.Citizen
	p := contactPage{
		frame: s.frame(v, v.lang.Say("correct.title")), Appointment: s.part(v, o), reachPart: s.reach(v),
	}
	p.Fields = fields{Email: c.Email, Phone: c.Phone, Language: c.Language, Zone: c.Zone}
	p.FormID, p.Untold = "contact", false // the language of messages stands already
	return p
}

// switchContact shows the page in another language, with what was typed.
func (s *site) switchContact(v *visit) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	if err := readForm(v); err != nil {
		return err
	}
	p := s.contactPage(v, &o)
	p.Fields = typedFields(v)
	return s.show(v, http.StatusOK, p)
}

func (s *site) askContact(v *visit) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	if err := s.changeable(&o); err != nil {
		return err
	}
	return s.show(v, http.StatusOK, s.contactPage(v, &o))
}

func (s *site) contact(v *visit) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	if err := readForm(v); err != nil {
		return err
	}
	p := s.contactPage(v, &o)
	typed := typedFields(v)
	c, bad := typed.citizen(o.Zone, s)
	c.Name = o.Citizen.Name
	if len(bad.Fields) > 0 {
		err = s.allFaults(c, fields{}, bad)
	} else {
		x := scheduler.Correction{Email: &c.Email, Phone: &c.Phone, Language: &c.Language, Zone: &c.Zone}
		_, err = s.Engine.Correct(v.Context(), o.ID, revision(v), x, o.actor())
	}
	var invalid *scheduler.InvalidError
	switch {
	case errors.As(err, &invalid):
		p.Fields, p.Faulty = typed, true
		p.Faults = s.faultsOf(v.lang, invalid)
		return s.show(v, http.StatusUnprocessableEntity, p)
	case err != nil:
		return wayOn(err, o.place, "manage.title")
	}
	return v.redirect(o.place + "?corrected=1")
}
