package web

import (
	"errors"
	"net/http"

	"mawid/scheduler"
)

// provePart is where the code that proves an address is entered.
type provePart struct {
	Until string // on both clocks
	Sent  bool   // another code is on its way
	Fault string
}

// prove enters the code. What is wrong with it is told where it is entered.
func (s *site) prove(v *visit) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	if err := readForm(v); err != nil {
		return err
	}
	_, err = s.Engine.Prove(v.Context(), o.ID, v.PostForm.Get("code"), o.actor())
	if err == nil {
		return v.redirect(o.place + "?proved=1")
	}
	return s.faultOnPage(v, &o, err, func(p *appointmentPage, text string) {
		if p.Prove != nil {
			p.Prove.Fault = text
		}
	})
}

// sendProof has another code sent.
func (s *site) sendProof(v *visit) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	if _, err := s.Engine.SendProof(v.Context(), o.ID, o.actor()); err != nil {
		return wayOn(err, o.place, "manage.title")
	}
	return v.redirect(o.place + "?sent=1")
}

// noteDocument writes down what the person says of a document.
func (s *site) noteDocument(v *visit) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	if err := readForm(v); err != nil {
		return err
	}
	text := cleanNote(v.PostForm.Get("document"))
	if _, err = s.Engine.NoteDocument(v.Context(), o.ID, revision(v), text, o.actor()); err == nil {
		return v.redirect(o.place + "?noted=1")
	}
	return s.faultOnPage(v, &o, err, func(p *appointmentPage, fault string) {
		p.NoteFault, p.Appointment.DocumentNote = fault, text
	})
}

// faultOnPage shows the appointment with what is wrong with one field of a form on
// it; other errors are pages of their own.
func (s *site) faultOnPage(v *visit, o *opened, err error, put func(*appointmentPage, string)) error {
	var invalid *scheduler.InvalidError
	if !errors.As(err, &invalid) || len(invalid.Fields) == 0 {
		return wayOn(err, o.place, "manage.title")
	}
	v.place = o.place
	p, failed := s.appointmentPage(v, o)
	if failed != nil {
		return failed
	}
	p.frame = s.frame(v, v.lang.Say("manage.title"))
	p.Faulty = true
	put(&p, s.fieldSentence(v.lang, invalid.Fields[0].Code))
	return s.show(v, http.StatusUnprocessableEntity, p)
}
