package web

import (
	"errors"
	"net/url"
	"time"

	"mawid/scheduler"
)

// movingPart is what the choice of a day or time says of the appointment that
// is moved.
type movingPart struct {
	Now     string // its present time, worded
	File    string // reference of the file whose next visit is booked; "" for a move
	Lost    bool   // that time is lost already
	Place   string // of its page
	Offices []movingOffice
}

// movingOffice is an office that the appointment could go to.
type movingOffice struct {
	Name    name
	Place   string
	Current bool
}

// movePage asks before an appointment is moved.
type movePage struct {
	frame
	Appointment appointmentPart
	To          string // worded
	Office      name
	OfficeID    string
	StartsAt    string // RFC 3339
	Back        string
}

func (movePage) file() string { return "move" }

// moveChoice is choice for an appointment that is moved: the service and the
// number of persons stay.
func (s *site) moveChoice(v *visit) (opened, choice, error) {
	o, err := s.open(v)
	if err != nil {
		return o, choice{}, err
	}
	if err := s.changeable(&o); err != nil {
		return o, choice{}, err
	}
	officeID := v.PathValue("office")
	if officeID == "" {
		officeID = o.OfficeID
	}
	sv, err := o.c.Service(o.ServiceID)
	if err == nil && len(o.c.PoolsBy(o.Channel, o.ServiceID, officeID)) == 0 {
		err = scheduler.ErrNotFound
	}
	if err != nil {
		return o, choice{}, wayOn(err, o.place, "manage.title")
	}
	ch := choice{catalogue: o.c, service: sv, channel: o.Channel, party: o.Party, base: o.place + "/move/" + url.PathEscape(officeID), near: o.Place.Date, fixed: true, stay: s.stay(v).stay, all: v.URL.Query().Get("all") != ""}
	if ch.office, err = o.c.Office(officeID); err != nil {
		return o, ch, wayOn(err, o.place, "manage.title")
	}
	ch.freely()
	ch.loc, err = s.Zones.Load(ch.office.Zone)
	return o, ch, err
}

func (s *site) moving(v *visit, o *opened, ch *choice) *movingPart {
	m := &movingPart{Now: s.when(v, o.StartsAt.In(o.loc)), Place: o.place, Lost: !o.Status.Live()}
	for _, office := range o.c.OfficesBy(o.Channel, o.ServiceID) {
		m.Offices = append(m.Offices, movingOffice{
			nameOf(v.lang, office.Names), o.place + "/move/" + url.PathEscape(office.ID), office.ID == ch.office.ID,
		})
	}
	return m
}

// moveDays shows the days that the appointment could go to.
func (s *site) moveDays(v *visit) error {
	o, ch, err := s.moveChoice(v)
	if err != nil {
		return err
	}
	p, err := s.daysPage(v, ch)
	if err != nil {
		return err
	}
	p.frame, p.Moving, p.Parties = s.frame(v, v.lang.Say("move.title")), s.moving(v, &o, &ch), nil
	s.asksStay(&p.frame, p.Stay)
	return s.show(v, p.Stay.status(), p)
}

// moveTimes shows the times of a day that the appointment could go to.
func (s *site) moveTimes(v *visit) error {
	o, ch, err := s.moveChoice(v)
	if err != nil {
		return err
	}
	date, err := scheduler.ParseDate(v.PathValue("date"))
	if err != nil {
		return wayOn(errNotFound, o.place+"/move", "day.choose")
	}
	p, err := s.moveTimesPage(v, &o, ch, date)
	if err != nil {
		return err
	}
	return s.show(v, 200, p)
}

func (s *site) moveTimesPage(v *visit, o *opened, ch choice, date scheduler.Date) (timesPage, error) {
	p, err := s.timesPage(v, ch, date)
	if err != nil {
		return p, err
	}
	p.Moving = s.moving(v, o, &ch)
	for i := range p.Parts {
		for k := range p.Parts[i].Times {
			t := &p.Parts[i].Times[k]
			t.URL = ch.base + "/" + date.String() + "/" + t.Time
		}
	}
	return p, nil
}

// askMove shows both times before anything changes.
func (s *site) askMove(v *visit) error {
	o, ch, err := s.moveChoice(v)
	if err != nil {
		return err
	}
	date, err1 := scheduler.ParseDate(v.PathValue("date"))
	clock, err2 := scheduler.ParseTimeOfDay(v.PathValue("time"))
	if errors.Join(err1, err2) != nil {
		return wayOn(errNotFound, o.place+"/move", "time.choose")
	}
	at := date.At(clock, ch.loc)
	_, reader := s.zone(v)
	return s.show(v, 200, movePage{
		frame: s.frame(v, v.lang.Say("move.title")), Appointment: s.part(v, &o),
		To: v.lang.TwoClocks(at, reader), Office: nameOf(v.lang, ch.office.Names), OfficeID: ch.office.ID,
		StartsAt: at.Format(time.RFC3339), Back: ch.base + "/" + date.String(),
	})
}

// move takes the new time and gives the old one back, or changes nothing. Sent
// twice it ends at the same page.
func (s *site) move(v *visit) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	if err := readForm(v); err != nil {
		return err
	}
	at, err := time.Parse(time.RFC3339, v.PostForm.Get("starts_at"))
	if err != nil {
		return wayOn(scheduler.Invalid("starts_at", "invalid", "want RFC 3339"), o.place+"/move", "time.choose")
	}
	to := scheduler.Move{StartsAt: at, OfficeID: v.PostForm.Get("office")}
	if o.Status.Live() && o.StartsAt.Equal(at) && o.OfficeID == to.OfficeID {
		return v.redirect(o.place + "?moved=1")
	}
	_, err = s.Engine.Reschedule(v.Context(), o.ID, revision(v), to, o.actor())
	if errors.Is(err, scheduler.ErrSlotTaken) {
		return s.moveTaken(v, &o, to)
	}
	if err != nil {
		return wayOn(err, o.place, "manage.title")
	}
	return v.redirect(o.place + "?moved=1")
}

// moveTaken shows the times of the day again, after somebody else was quicker.
func (s *site) moveTaken(v *visit, o *opened, to scheduler.Move) error {
	v.SetPathValue("office", to.OfficeID)
	_, ch, err := s.moveChoice(v)
	if err != nil {
		return err
	}
	date := scheduler.DateOf(to.StartsAt.In(ch.loc))
	v.place = ch.base + "/" + date.String()
	p, err := s.moveTimesPage(v, o, ch, date)
	if err != nil {
		return err
	}
	p.Taken, p.Faulty = true, true
	return s.show(v, 409, p)
}
