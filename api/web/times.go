package web

import (
	"net/url"
	"time"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// timesPage is the choice of a time on one day.
type timesPage struct {
	frame
	Stay    *stayPart
	Visit   visitSummary
	Moving  *movingPart
	Date    string // worded
	Machine string
	Clock   string // whose clock the times show, worded
	City    string // of the reader's clock, or ""
	Parts   []dayPart
	Taken   bool   // the time that was chosen has just been taken
	Why     string // what may still close the day, or why it is closed
	Back    string // address of the days
	Zone    string // the reader's, or ""
	Zones   []locale.Zone
	Action  string // of the form that changes the zone
}

func (timesPage) file() string { return "times" }

// dayPart is the morning or the afternoon.
type dayPart struct {
	Label string // key of its sentence
	Times []timeChoice
}

type timeChoice struct {
	Time  string // on the office's clock
	There string // on the reader's, or ""
	Other string // the reader's date, when it is another day there
	City  string // of the reader's clock
	Value string // RFC 3339, for the form
	URL   string // for a move
	Left  int
}

const noon = scheduler.TimeOfDay(12 * 60)

func (s *site) times(v *visit) error {
	ch, err := s.choice(v)
	if err != nil {
		return err
	}
	date, err := scheduler.ParseDate(v.PathValue("date"))
	if err != nil {
		return wayOn(errNotFound, ch.address(ch.base), "day.choose")
	}
	p, err := s.timesPage(v, ch, date)
	if err != nil {
		return err
	}
	return s.show(v, 200, p)
}

// timesPage fills in the free times of a day.
func (s *site) timesPage(v *visit, ch choice, date scheduler.Date) (timesPage, error) {
	q := scheduler.SlotQuery{ServiceID: ch.service.ID, OfficeID: ch.office.ID, Channel: ch.channel, From: date, To: date, Party: ch.party}
	slots, err := s.Engine.Slots(v.Context(), q)
	if err != nil {
		return timesPage{}, err
	}
	at := date.At(0, ch.loc)
	p := timesPage{
		Stay:  s.stay(v),
		Visit: ch.summary(v.lang), Date: v.lang.FullDate(at), Machine: date.String(),
		Clock: v.lang.ClockName(ch.office.Zone), Back: ch.back(date),
		Why: closedWhy(v.lang, ch.catalogue.PoolOpening(ch.catalogue.PoolsBy(ch.channel, ch.service.ID, ch.office.ID)[0], date)), Zones: v.lang.Zones(),
		Action: ch.base + "/" + date.String(),
	}
	var reader *time.Location
	if p.Zone, reader = s.zone(v); reader != nil && p.Zone != ch.office.Zone {
		p.City = v.lang.City(p.Zone)
	} else {
		reader = nil
	}
	p.Parts = dayParts(v.lang, slots, ch.loc, reader)
	p.frame = s.frame(v, p.Date)
	s.uses(&p.frame, "zone.js")
	return p, nil
}

// back is the address of the days from which a date was chosen.
func (ch *choice) back(date scheduler.Date) string {
	switch {
	case !ch.stay.known():
		return ch.address(ch.base, "month", monthText(date))
	case ch.stay.has(date):
		return ch.address(ch.base)
	}
	return ch.address(ch.base, "month", monthText(date), "all", "1")
}

func dayParts(l *locale.Language, slots []scheduler.Slot, loc, reader *time.Location) []dayPart {
	morning, afternoon := dayPart{Label: "time.morning"}, dayPart{Label: "time.afternoon"}
	for _, slot := range slots {
		part := &morning
		if slot.Place.Start >= noon {
			part = &afternoon
		}
		at := slot.StartsAt.In(loc)
		t := timeChoice{Time: l.Clock(at), Value: at.Format(time.RFC3339), Left: slot.Remaining}
		if reader != nil {
			t.There, t.City = l.Clock(at.In(reader)), l.City(reader.String())
			if scheduler.DateOf(at.In(reader)) != scheduler.DateOf(at) {
				t.Other = l.ShortDate(at.In(reader))
			}
		}
		part.Times = append(part.Times, t)
	}
	var parts []dayPart
	for _, part := range []dayPart{morning, afternoon} {
		if len(part.Times) > 0 {
			parts = append(parts, part)
		}
	}
	return parts
}

// timesPlace is the place where a time of a day is chosen.
func timesPlace(serviceID, officeID string, by scheduler.ServiceChannel, date scheduler.Date, party int) string {
	ch := choice{party: party, channel: by}
	return ch.address("/services/" + url.PathEscape(serviceID) + "/" + url.PathEscape(officeID) + "/" + date.String())
}
