package web

import (
	"time"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// slipPage is one's appointment on one sheet of paper. It is read by the person
// and at the desk, so it speaks Arabic and French whatever the reader's language.
type slipPage struct {
	frame
	Appointment appointmentPart
	Scripts     []slipScript
	Papers      []paper
	QR          qrPart // leads to the appointment's page
}

func (slipPage) file() string { return "slip" }

// slipScript is what a slip says in one language, on the office's clock.
type slipScript struct {
	Lang            *locale.Language
	Date, At, Clock string
	Office, Service name
	Channel         scheduler.ServiceChannel
	Number          string // that is called, or ""
}

// slipLanguages are those every slip speaks, in the order of the page that is
// in neither.
var slipLanguages = [...]string{"fr", "ar"}

func (s *site) slip(v *visit) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	if !printable(o.Status) {
		return wayOn(scheduler.ErrInvalidState, o.place, "manage.title")
	}
	part := s.part(v, &o)
	p := slipPage{
		frame: s.frame(v, v.lang.Say("slip.title")), Appointment: part, Scripts: s.slipScripts(v.lang, &o),
		Papers: s.papersOf(v.lang, &o),
	}
	for i := range p.Scripts {
		p.Scripts[i].Number = part.Reach.Number
	}
	if p.QR, err = qrOf(s.origin + o.place); err != nil {
		return err
	}
	return s.show(v, 200, p)
}

// printable reports whether a slip tells the truth: a cancelled or displaced
// appointment would send its person to a closed door.
func printable(status scheduler.Status) bool {
	return status == scheduler.StatusBooked || status == scheduler.StatusCheckedIn || status == scheduler.StatusServing
}

// slipScripts puts the reader's own language first; in Tamazight it is a third
// beside those of the desk.
func (s *site) slipScripts(reader *locale.Language, o *opened) []slipScript {
	var out []slipScript
	at := o.StartsAt.In(o.loc)
	codes := slipLanguages[:]
	if reader.Code() == "zgh" { // the other official language
		codes = append([]string{"zgh"}, codes...)
	}
	for _, code := range codes {
		script := slipIn(s.Book.Tag(code), o, at)
		if code == reader.Code() {
			out = append([]slipScript{script}, out...)
		} else {
			out = append(out, script)
		}
	}
	return out
}

func slipIn(l *locale.Language, o *opened, at time.Time) slipScript {
	return slipScript{
		Lang: l, Date: l.FullDate(at), At: l.Clock(at), Clock: l.ClockName(o.Zone),
		Office: officeName(l, o.c, o.OfficeID), Service: serviceName(l, o.c, o.ServiceID), Channel: o.Channel,
	}
}

// papersOf is what to bring to an appointment.
func (s *site) papersOf(l *locale.Language, o *opened) []paper {
	sv, err := o.c.Service(o.ServiceID)
	if err != nil {
		return nil // no longer in the catalogue
	}
	return s.papers(l, o.c, sv)
}
