package web

// remindersPage stops the reminders of one appointment.
type remindersPage struct {
	frame
	Appointment appointmentPart
	Stopped     bool
}

func (remindersPage) file() string { return "reminders" }

func (s *site) askReminders(v *visit) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	p := remindersPage{s.frame(v, v.lang.Say("reminders.title")), s.part(v, &o), v.URL.Query().Get("stopped") != ""}
	return s.show(v, 200, p)
}

// stopReminders is also what a mail program calls by itself when its user wants no
// more of them (RFC 8058): it sends no cookie and follows no redirect.
func (s *site) stopReminders(v *visit) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	if err := s.Outbox.StopReminders(v.Context(), o.ID, s.now()); err != nil {
		return err
	}
	return v.redirect(o.place + "/reminders?stopped=1")
}
