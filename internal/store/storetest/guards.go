package storetest

import (
	"testing"
	"time"

	"mawid/scheduler"
)

var guardCases = []testCase{
	{"whatever a change was decided on must still hold", guardTable},
	{"a refusal is named by its cause", guardNames},
	{"a change writes each row once", guardTwice},
	{"text that cannot be stored is refused", guardText},
}

// guardBase stores a day, a live and a used hold, and an appointment.
func guardBase(t *testing.T, s *suite) {
	t.Helper()
	s.begin(t)
	used := newHold(8, now0)
	used.State = scheduler.HoldUsed
	c := booking(newDay(date0, 3), 1)
	c.NewHolds = []scheduler.Hold{newHold(7, now0), used}
	s.commit(t, c)
}

func guardTable(t *testing.T, s *suite) {
	guardBase(t, s)
	stored := s.day(t, date0)
	day := func(version int64, date scheduler.Date) scheduler.Day {
		d := stored
		d.Version, d.Date = version, date
		return d
	}
	update := func(n, revision int) scheduler.Appointment {
		a := newAppointment(n)
		a.Revision = revision
		return a
	}
	end := func(ids ...string) (ends []scheduler.EndHold) {
		for _, id := range ids {
			ends = append(ends, scheduler.EndHold{ID: id, State: scheduler.HoldReleased})
		}
		return ends
	}
	next := date0.AddDays(1)
	for _, c := range []struct {
		name string
		part scheduler.Change
	}{
		{"the day has moved on", scheduler.Change{Days: []scheduler.Day{day(2, date0)}}},
		{"an older version of the day", scheduler.Change{Days: []scheduler.Day{day(-1, date0)}}},
		{"a new day that exists", scheduler.Change{CatalogueVersion: 1, Days: []scheduler.Day{day(0, date0)}}},
		{"a day that does not exist", scheduler.Change{Days: []scheduler.Day{day(1, next)}}},
		{"a new day of an older catalogue", scheduler.Change{CatalogueVersion: 0, Days: []scheduler.Day{day(0, next)}}},
		{"a new day of a newer catalogue", scheduler.Change{CatalogueVersion: 2, Days: []scheduler.Day{day(0, next)}}},
		{"the second of two days", scheduler.Change{CatalogueVersion: 1, Days: []scheduler.Day{day(1, date0), day(5, next)}}},
		{"a hold that is used", scheduler.Change{EndHolds: end("hold_8")}},
		{"a hold that does not exist", scheduler.Change{EndHolds: end("hold_9")}},
		{"one hold of two", scheduler.Change{EndHolds: end("hold_7", "hold_8")}},
		{"an appointment of the same revision", scheduler.Change{Updates: []scheduler.Appointment{update(1, 1)}}},
		{"an appointment two revisions on", scheduler.Change{Updates: []scheduler.Appointment{update(1, 3)}}},
		{"an appointment that does not exist", scheduler.Change{Updates: []scheduler.Appointment{update(99, 2)}}},
	} {
		t.Run(c.name, func(t *testing.T) { s.refuse(t, scheduler.ErrConflict, withCompany(c.part)) })
	}
}

// withCompany adds writes that would succeed on their own.
func withCompany(c scheduler.Change) scheduler.Change {
	a := newAppointment(50)
	c.At = now0
	c.NewAppointments = append(c.NewAppointments, a)
	c.NewHolds = append(c.NewHolds, newHold(51, now0))
	c.NewClaims = append(c.NewClaims, newClaim(&a, "company"))
	c.Notices = append(c.Notices, newNotice(&a, scheduler.NoticeConfirmation, now0))
	c.History = append(c.History, newHistory(&a, "booked"))
	c.NewFeeds = append(c.NewFeeds, newFeed("company"))
	c.RevokeNotices = append(c.RevokeNotices, newAppointment(1).ID)
	return c
}

func guardNames(t *testing.T, s *suite) {
	guardBase(t, s)
	first := newAppointment(1)
	change := func(edit func(*scheduler.Appointment)) scheduler.Change {
		a := newAppointment(2)
		edit(&a)
		return scheduler.Change{NewAppointments: []scheduler.Appointment{a}}
	}
	overfull := s.day(t, date0)
	overfull.Taken = []byte{4, 0, 0, 0, 0, 0, 0, 0}
	short := s.day(t, date0)
	short.Taken = short.Taken[:7]
	fresh := newDay(date0.AddDays(3), 0)
	fresh.Taken[3] = 1
	moved := first
	moved.Revision, moved.Reference = 2, "TAKEN"
	s.commit(t, change(func(a *scheduler.Appointment) { a.ID, a.Reference, a.HoldID, a.ManageHash = "x", "TAKEN", "", nil }))
	for _, c := range []struct {
		name string
		want error
		part scheduler.Change
	}{
		{"the reference exists", scheduler.ErrReferenceTaken, change(func(a *scheduler.Appointment) { a.Reference = first.Reference })},
		{"an update takes a reference", scheduler.ErrReferenceTaken, scheduler.Change{Updates: []scheduler.Appointment{moved}}},
		{"the hold has become another's", scheduler.ErrConflict, change(func(a *scheduler.Appointment) { a.HoldID = first.HoldID })},
		{"the id exists", nil, change(func(a *scheduler.Appointment) { a.ID = first.ID })},
		{"the token exists", nil, change(func(a *scheduler.Appointment) { a.ManageHash = first.ManageHash })},
		{"the claim exists", scheduler.ErrDuplicateBooking, scheduler.Change{
			At: now0, NewClaims: []scheduler.Claim{{ServiceID: service, PersonKey: "mail 1", AppointmentID: "other", Until: first.EndsAt}},
		}},
		{"more taken than places", scheduler.ErrOverfull, scheduler.Change{Days: []scheduler.Day{overfull}}},
		{"more taken than places on a new day", scheduler.ErrOverfull, scheduler.Change{CatalogueVersion: 1, Days: []scheduler.Day{fresh}}},
		{"fewer counts than places", scheduler.ErrOverfull, scheduler.Change{Days: []scheduler.Day{short}}},
		{"the feed exists", nil, scheduler.Change{NewFeeds: []scheduler.Feed{newFeed("feed_1")}}},
		{"the hold's id exists", nil, scheduler.Change{NewHolds: []scheduler.Hold{newHold(7, now0)}}},
		{"the revision is in the history", nil, scheduler.Change{History: []scheduler.HistoryEntry{newHistory(&first, "booked")}}},
	} {
		t.Run(c.name, func(t *testing.T) { s.refuse(t, c.want, c.part) })
	}
}

func guardTwice(t *testing.T, s *suite) {
	guardBase(t, s)
	day := s.day(t, date0)
	a, b := newAppointment(1), newAppointment(1)
	a.Revision, b.Revision = 2, 3
	ended := scheduler.EndHold{ID: "hold_7", State: scheduler.HoldUsed}
	nameless := newNotice(&a, scheduler.NoticeMoved, now0)
	nameless.ID = ""
	for name, c := range map[string]scheduler.Change{
		"one day twice":               {Days: []scheduler.Day{day, day}},
		"one appointment twice":       {Updates: []scheduler.Appointment{a, b}},
		"new and changed":             {NewAppointments: []scheduler.Appointment{newAppointment(9)}, Updates: []scheduler.Appointment{updated(9)}},
		"one hold twice":              {EndHolds: []scheduler.EndHold{ended, ended}},
		"a hold new and ended":        {NewHolds: []scheduler.Hold{newHold(9, now0)}, EndHolds: []scheduler.EndHold{{ID: "hold_9", State: scheduler.HoldUsed}}},
		"a hold that ends as live":    {EndHolds: []scheduler.EndHold{{ID: "hold_7", State: scheduler.HoldLive}}},
		"a hold that ends as nothing": {EndHolds: []scheduler.EndHold{{ID: "hold_7"}}},
		"a notice without id":         {Notices: []scheduler.Notice{nameless}},
	} {
		t.Run(name, func(t *testing.T) { s.refuse(t, nil, c) })
	}
}

func updated(n int) scheduler.Appointment {
	a := newAppointment(n)
	a.Revision = 2
	return a
}

// badTexts can be typed into an address or a form, and stored by one of the two
// databases only.
var badTexts = map[string]string{"zero byte": "a\x00b", "broken UTF-8": "a\xffb", "half a letter": "م"[:1]}

func guardText(t *testing.T, s *suite) {
	for name, text := range badTexts {
		t.Run(name, func(t *testing.T) {
			a := newAppointment(1)
			a.Citizen.Name = text
			s.refuse(t, nil, scheduler.Change{NewAppointments: []scheduler.Appointment{a}})
			h := newHold(1, now0.Add(time.Hour))
			h.ServiceID = text
			s.refuse(t, nil, scheduler.Change{NewHolds: []scheduler.Hold{h}})
		})
	}
}
