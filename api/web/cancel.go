package web

import "mawid/scheduler"

// cancelPage asks before an appointment is cancelled.
type cancelPage struct {
	frame
	Appointment appointmentPart
}

func (cancelPage) file() string { return "cancel" }

func (s *site) askCancel(v *visit) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	if err := s.changeable(&o); err != nil {
		return err
	}
	return s.show(v, 200, cancelPage{s.frame(v, v.lang.Say("cancel.title")), s.part(v, &o)})
}

// cancel gives the place back. Sent twice it ends at the same page.
func (s *site) cancel(v *visit) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	if err := readForm(v); err != nil {
		return err
	}
	if o.Status != scheduler.StatusCancelled {
		if _, err := s.Engine.Cancel(v.Context(), o.ID, revision(v), o.actor()); err != nil {
			return wayOn(err, o.place, "manage.title")
		}
	}
	return v.redirect(o.place + "?cancelled=1")
}

// changeable is nil while the person may move or cancel.
func (s *site) changeable(o *opened) error {
	if o.Status.Changeable() && o.StartsAt.After(s.now()) {
		return nil
	}
	return wayOn(scheduler.ErrInvalidState, o.place, "manage.title")
}
