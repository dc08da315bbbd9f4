package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"mawid/scheduler"
)

var readCases = []testCase{
	{"what is not there is not found", readNothing},
	{"days of pools between dates", readDays},
	{"expired holds, oldest first", readExpired},
	{"places on their way back, and slots of a client", readReturning},
	{"proofs are used once", readProofs},
	{"ended holds are forgotten after their time", readForget},
	{"what occupies places", readOccupancy},
	{"the appointments of a calendar", readFeed},
	{"the history in order", readHistory},
}

func readNothing(t *testing.T, s *suite) {
	bare := scheduler.Appointment{ID: "bare", Reference: "B"} // without hold, token, feed
	s.commit(t, scheduler.Change{NewAppointments: []scheduler.Appointment{bare}})
	texts := map[string]string{"empty": "", "unknown": "x", "quotes": "' OR ''='"}
	for name, text := range badTexts {
		texts[name] = text
	}
	for name, text := range texts {
		for what, read := range map[string]func() error{
			"hold":                func() error { _, err := s.db.Hold(s.ctx, text); return err },
			"appointment":         func() error { _, err := s.db.Appointment(s.ctx, text); return err },
			"appointment by hold": func() error { _, err := s.db.AppointmentByHold(s.ctx, text); return err },
			"by token":            func() error { _, err := s.db.AppointmentByToken(s.ctx, []byte(text)); return err },
			"feed":                func() error { _, err := s.db.FeedByToken(s.ctx, []byte(text)); return err },
			"user":                func() error { _, err := s.db.User(s.ctx, text); return err },
			"login":               func() error { _, err := s.db.UserByLogin(s.ctx, text); return err },
			"setting":             func() error { _, err := s.db.Setting(s.ctx, text); return err },
			"message":             func() error { _, err := s.db.NoticeMessage(s.ctx, text); return err },
		} {
			t.Run(what+" "+name, func(t *testing.T) { wantError(t, read(), scheduler.ErrNotFound) })
		}
		h, err1 := s.db.History(s.ctx, text)
		n, err2 := s.db.NoticesOf(s.ctx, text)
		f, err3 := s.db.FeedAppointments(s.ctx, text, time.Time{})
		d, err4 := s.db.Days(s.ctx, []string{text}, date0, date0)
		if len(h)+len(n)+len(f)+len(d) != 0 || err1 != nil || err2 != nil || err3 != nil || err4 != nil {
			t.Errorf("%s: %v %v %v %v, %v %v %v %v", name, h, n, f, d, err1, err2, err3, err4)
		}
	}
}

func readDays(t *testing.T, s *suite) {
	s.begin(t)
	var days []scheduler.Day
	for _, pool := range []string{"b", "a", "c"} {
		for i := range 5 {
			d := newDay(date0.AddDays(4-i), byte(i+1))
			d.PoolID = pool
			days = append(days, d)
		}
	}
	s.commit(t, scheduler.Change{CatalogueVersion: 1, Days: days})
	read := func(from, to scheduler.Date, pools ...string) (out []string) {
		got, err := s.db.Days(s.ctx, pools, from, to)
		must(t, err)
		for _, d := range got {
			out = append(out, d.PoolID+d.Date.String()[8:])
		}
		return out
	}
	none := scheduler.Date{}
	for name, c := range map[string]struct{ got, want []string }{
		"both ends count":  {read(date0.AddDays(1), date0.AddDays(2), "b", "a"), []string{"a11", "a12", "b11", "b12"}},
		"one date":         {read(date0, date0, "c"), []string{"c10"}},
		"three pools":      {read(date0, date0, "c", "a", "b"), []string{"a10", "b10", "c10"}},
		"a pool twice":     {read(date0, date0, "c", "c"), []string{"c10"}},
		"open ends":        {read(none, none, "c"), []string{"c10", "c11", "c12", "c13", "c14"}},
		"an unknown pool":  {read(none, none, "x"), nil},
		"no pool":          {read(none, none), nil},
		"an empty stretch": {read(date0.AddDays(2), date0, "c"), nil},
	} {
		t.Run(name, func(t *testing.T) { same(t, c.want, c.got) })
	}
}

func holdIDs(t testing.TB, hs []scheduler.Hold, err error) (ids []string) {
	t.Helper()
	must(t, err)
	for _, h := range hs {
		ids = append(ids, h.ID)
	}
	return ids
}

func readExpired(t *testing.T, s *suite) {
	elsewhere, released := newHold(5, now0.Add(-time.Hour)), newHold(6, now0.Add(-time.Hour))
	elsewhere.Place.PoolID, released.State = "other", scheduler.HoldReleased
	another := newHold(4, now0.Add(-2*time.Hour))
	another.Place.Date = date0.AddDays(1)
	s.commit(t, scheduler.Change{NewHolds: []scheduler.Hold{
		newHold(1, now0.Add(time.Microsecond)), newHold(2, now0), newHold(3, now0.Add(-time.Minute)), another, elsewhere, released,
	}})
	read := func(pool string, date scheduler.Date, limit int) []string {
		hs, err := s.db.ExpiredHolds(s.ctx, pool, date, now0, limit)
		return holdIDs(t, hs, err)
	}
	same(t, []string{"hold_4", "hold_5", "hold_3", "hold_2"}, read("", scheduler.Date{}, 10))
	same(t, []string{"hold_4", "hold_5"}, read("", scheduler.Date{}, 2))
	same(t, []string{"hold_3", "hold_2"}, read(poolID, date0, 10))
	same(t, []string{"hold_5"}, read("other", date0, 10))
	same(t, []string(nil), read("other", date0.AddDays(1), 10))
}

// readReturning: places on their way back occupy, are counted as their client's,
// and are swept like holds that ran out.
func readReturning(t *testing.T, s *suite) {
	mine, back, others, over := newHold(1, now0.Add(time.Hour)), newHold(2, now0), newHold(3, now0), newHold(4, now0)
	mine.Client, back.Client, others.Client, over.Client = "a", "a", "b", "a"
	back.State, over.State = scheduler.HoldReturning, scheduler.HoldUsed
	s.commit(t, scheduler.Change{NewHolds: []scheduler.Hold{mine, back, others, over}})
	of := func(client string) []string {
		hs, err := s.db.HoldsOf(s.ctx, client)
		return slices.Sorted(slices.Values(holdIDs(t, hs, err)))
	}
	same(t, []string{"hold_1", "hold_2"}, of("a"))
	same(t, []string{"hold_3"}, of("b"))
	same(t, []string(nil), of(""))
	o, err := s.db.Occupancy(s.ctx, scheduler.Date{})
	same(t, []string{"hold_1", "hold_2", "hold_3"}, holdIDs(t, o.Holds, err))
	hs, err := s.db.ExpiredHolds(s.ctx, "", scheduler.Date{}, now0, 10)
	same(t, []string{"hold_2", "hold_3"}, holdIDs(t, hs, err))
	if n, err := s.db.ForgetHolds(s.ctx, now0.AddDate(1, 0, 0)); n != 1 || err != nil {
		t.Errorf("%d holds forgotten, %v; want the one that was used", n, err)
	}
	s.commit(t, scheduler.Change{EndHolds: []scheduler.EndHold{{ID: "hold_2", State: scheduler.HoldExpired}}})
	same(t, []string{"hold_1"}, of("a"))

	second := newHold(5, now0)
	second.Client = "a"
	s.refuse(t, scheduler.ErrConflict, scheduler.Change{NewHolds: []scheduler.Hold{second}})
	second.Slot = 1
	s.commit(t, scheduler.Change{NewHolds: []scheduler.Hold{second}})
	s.commit(t, scheduler.Change{EndHolds: []scheduler.EndHold{{ID: "hold_1", State: scheduler.HoldReleased}}})
	second = newHold(6, now0)
	second.Client = "a"
	s.commit(t, scheduler.Change{NewHolds: []scheduler.Hold{second}}) // the slot is free again
}

// readProofs: a proof is used once, until it is forgotten.
func readProofs(t *testing.T, s *suite) {
	must(t, s.db.SpendProof(s.ctx, "p", now0))
	if err := s.db.SpendProof(s.ctx, "p", now0.Add(time.Hour)); !errors.Is(err, scheduler.ErrConflict) {
		t.Errorf("used twice: %v", err)
	}
	must(t, s.db.SpendProof(s.ctx, "q", now0.Add(time.Hour)))
	if n, err := s.db.ForgetProofs(s.ctx, now0.Add(time.Minute)); n != 1 || err != nil {
		t.Errorf("%d forgotten, %v", n, err)
	}
}

func readForget(t *testing.T, s *suite) {
	ended := newHold(2, now0)
	ended.State = scheduler.HoldExpired
	later := newHold(3, now0.Add(time.Microsecond))
	later.State = scheduler.HoldUsed
	s.commit(t, scheduler.Change{NewHolds: []scheduler.Hold{newHold(1, now0), ended, later}})
	for _, c := range []struct {
		before time.Time
		want   int
	}{{now0, 0}, {now0.Add(time.Microsecond), 1}, {now0.Add(time.Hour), 1}, {now0.Add(time.Hour), 0}} {
		if n, err := s.db.ForgetHolds(s.ctx, c.before); n != c.want || err != nil {
			t.Fatalf("before %v: %d forgotten, %v; want %d", c.before, n, err, c.want)
		}
	}
	if _, err := s.db.Hold(s.ctx, "hold_1"); err != nil {
		t.Fatalf("a live hold was forgotten: %v", err)
	}
}

func readOccupancy(t *testing.T, s *suite) {
	s.begin(t)
	c := scheduler.Change{CatalogueVersion: 1, Days: []scheduler.Day{newDay(date0, 3), newDay(date0.AddDays(1), 3)}}
	var want []string
	for i, status := range []scheduler.Status{
		scheduler.StatusPending, scheduler.StatusBooked, scheduler.StatusCheckedIn, scheduler.StatusServing,
		scheduler.StatusServed, scheduler.StatusNoShow, scheduler.StatusCancelled, scheduler.StatusDisplaced, scheduler.StatusHeld,
	} {
		a := newAppointment(i)
		a.Status, a.Place.Date = status, date0.AddDays(1)
		c.NewAppointments = append(c.NewAppointments, a)
		if status.Live() {
			want = append(want, a.ID)
		}
	}
	early, ended := newAppointment(99), newHold(3, now0)
	ended.State = scheduler.HoldReleased
	late := newHold(2, now0)
	late.Place.Date = date0.AddDays(1)
	c.NewAppointments = append(c.NewAppointments, early)
	c.NewHolds = []scheduler.Hold{newHold(1, now0), late, ended}
	s.commit(t, c)

	o, err := s.db.Occupancy(s.ctx, date0.AddDays(1))
	must(t, err)
	var got []string
	for _, a := range o.Appointments {
		got = append(got, a.ID)
	}
	same(t, want, got)
	same(t, []string{"hold_2"}, holdIDs(t, o.Holds, nil))
	if len(o.Days) != 1 || o.Days[0].Date != date0.AddDays(1) || o.Days[0].Version != 1 {
		t.Errorf("days %+v", o.Days)
	}
	all, err := s.db.Occupancy(s.ctx, scheduler.Date{})
	must(t, err)
	if len(all.Days) != 2 || len(all.Holds) != 2 || len(all.Appointments) != len(want)+1 {
		t.Errorf("all: %d days, %d holds, %d appointments", len(all.Days), len(all.Holds), len(all.Appointments))
	}
}

func readFeed(t *testing.T, s *suite) {
	var c scheduler.Change
	for i, hours := range []int{48, 2, 24, 1} {
		a := newAppointment(i)
		a.FeedID, a.StartsAt = "mine", now0.Add(time.Duration(hours)*time.Hour)
		a.EndsAt = a.StartsAt.Add(time.Hour)
		c.NewAppointments = append(c.NewAppointments, a)
	}
	c.NewAppointments[2].Status = scheduler.StatusCancelled
	others, none := newAppointment(8), newAppointment(9)
	others.FeedID, none.FeedID = "other", ""
	c.NewAppointments = append(c.NewAppointments, others, none)
	s.commit(t, c)
	read := func(feed string, since time.Time) (ids []string) {
		as, err := s.db.FeedAppointments(s.ctx, feed, since)
		must(t, err)
		for _, a := range as {
			ids = append(ids, a.ID)
		}
		return ids
	}
	same(t, []string{"apt_3", "apt_1", "apt_2", "apt_0"}, read("mine", time.Time{}))
	same(t, []string{"apt_3", "apt_1", "apt_2", "apt_0"}, read("mine", now0.Add(2*time.Hour)))
	same(t, []string{"apt_1", "apt_2", "apt_0"}, read("mine", now0.Add(2*time.Hour+time.Microsecond)))
	same(t, []string(nil), read("", time.Time{}))
}

func readHistory(t *testing.T, s *suite) {
	a := newAppointment(1)
	first, moved, told := newHistory(&a, "booked"), newHistory(&a, "moved"), newHistory(&a, "told")
	moved.Revision, moved.From, moved.Actor, moved.At = 2, "2027-08-10 09:00 a/b", "staff:usr_1", now0.Add(time.Hour)
	told.Revision, told.At = 2, now0.Add(time.Minute)
	other := newAppointment(2)
	s.commit(t, scheduler.Change{History: []scheduler.HistoryEntry{moved, first, told, newHistory(&other, "booked")}})
	got, err := s.db.History(s.ctx, a.ID)
	must(t, err)
	same(t, []scheduler.HistoryEntry{first, told, moved}, got)
}
