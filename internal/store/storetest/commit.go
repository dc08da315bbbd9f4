package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mawid/scheduler"
)

var commitCases = []testCase{
	{"a whole booking comes back as it was written", commitBooking},
	{"appointments of every kind come back", commitAppointments},
	{"several may have no token", commitNoToken},
	{"holds of every kind come back", commitHolds},
	{"an update replaces every field", commitUpdate},
	{"a day is rebuilt in another form", commitRebuild},
	{"an empty change does nothing", commitNothing},
	{"one change may hold much", commitMuch},
	{"a large change is all or nothing", commitMuchOrNothing},
	{"instants keep microseconds and lose the zone", commitInstants},
	{"the same statement serves many changes", commitAgain},
}

func commitBooking(t *testing.T, s *suite) {
	s.begin(t)
	c := booking(newDay(date0, 3), 1)
	s.commit(t, c)
	want := c.NewAppointments[0]

	day := s.day(t, date0)
	c.Days[0].Version = 1
	same(t, c.Days[0], day)
	for name, read := range map[string]func() (scheduler.Appointment, error){
		"id":    func() (scheduler.Appointment, error) { return s.db.Appointment(s.ctx, want.ID) },
		"token": func() (scheduler.Appointment, error) { return s.db.AppointmentByToken(s.ctx, want.ManageHash) },
		"hold":  func() (scheduler.Appointment, error) { return s.db.AppointmentByHold(s.ctx, want.HoldID) },
	} {
		got, err := read()
		if err != nil {
			t.Fatalf("by %s: %v", name, err)
		}
		same(t, want, got)
	}
	feed, err := s.db.FeedByToken(s.ctx, hash("feed_1"))
	must(t, err)
	same(t, c.NewFeeds[0], feed)
	history, err := s.db.History(s.ctx, want.ID)
	must(t, err)
	same(t, c.History, history)
	notices, err := s.db.NoticesOf(s.ctx, want.ID)
	must(t, err)
	if len(notices) != 3 {
		t.Fatalf("%d notices", len(notices))
	}
	for i, n := range notices {
		same(t, scheduler.NoticeEntry{Notice: c.Notices[i], State: scheduler.NoticeDue, Reference: want.Reference}, n)
	}
	if n := count(t, s.url, "claims"); n != 2 {
		t.Fatalf("%d claims", n)
	}
}

func same(t testing.TB, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("want (-) got (+):\n%s", d)
	}
}

func commitAppointments(t *testing.T, s *suite) {
	full := newAppointment(1)
	long := newAppointment(2)
	long.Citizen.Name, long.Note = strings.Repeat("𐴀", scheduler.MaxName), arabic(scheduler.MaxNote)
	long.Citizen.Email = strings.Repeat("e", scheduler.MaxEmail)
	long.FileNumber = strings.Repeat("ⵜ", scheduler.MaxFileNumber)
	odd := newAppointment(3)
	odd.Citizen.Name, odd.Note = `O'Neil "$1" ? % \ ; --`, "two\nlines\tand \u200f marks"
	odd.Place.Share, odd.Place.Start = scheduler.Reserved, 24*60
	bare := scheduler.Appointment{ID: "bare", Reference: "B"}
	bare2 := scheduler.Appointment{ID: "bare 2", Reference: "B2"}
	all := []scheduler.Appointment{full, long, odd, bare, bare2}
	s.commit(t, scheduler.Change{NewAppointments: all})
	for _, want := range all {
		got, err := s.db.Appointment(s.ctx, want.ID)
		must(t, err)
		same(t, want, got)
	}
}

func commitNoToken(t *testing.T, s *suite) {
	for n, none := range [][]byte{nil, {}, {}} {
		a := newAppointment(n)
		a.ManageHash = none
		s.commit(t, scheduler.Change{NewAppointments: []scheduler.Appointment{a}})
	}
	_, err := s.db.AppointmentByToken(s.ctx, []byte{})
	wantError(t, err, scheduler.ErrNotFound)
}

func commitHolds(t *testing.T, s *suite) {
	full := newHold(1, now0.Add(10*time.Minute))
	full.Place.Share = scheduler.Reserved
	bare := scheduler.Hold{ID: "bare"}
	used := newHold(2, now0)
	used.State = scheduler.HoldUsed
	all := []scheduler.Hold{full, bare, used}
	s.commit(t, scheduler.Change{NewHolds: all})
	for _, want := range all {
		got, err := s.db.Hold(s.ctx, want.ID)
		must(t, err)
		same(t, want, got)
	}
}

func commitUpdate(t *testing.T, s *suite) {
	old, other := newAppointment(1), newAppointment(2)
	s.commit(t, scheduler.Change{NewAppointments: []scheduler.Appointment{old, other}})
	next := scheduler.Appointment{
		ID: old.ID, Reference: "OTHER", Status: scheduler.StatusCancelled, OfficeID: "o2", ServiceID: "s2",
		Place: scheduler.Place{PoolID: "p2", Date: date0.AddDays(7), Start: 600, Ticks: 9, Share: scheduler.Reserved},
		Zone:  "Africa/Cairo", TZVersion: "2027a", StartsAt: now0, EndsAt: now0.Add(time.Hour), Party: 6,
		Citizen:    scheduler.Citizen{Name: "B", Email: "b@example.org", Phone: "+33612345678", Language: "fr", Zone: "Asia/Tokyo"},
		FileNumber: "9", Note: "none", Revision: 2, Sequence: 8, HoldID: "h2", FeedID: "f2", ManageHash: hash("new"),
		CreatedAt: now0.Add(time.Second), UpdatedAt: now0.Add(2 * time.Second),
	}
	s.commit(t, scheduler.Change{Updates: []scheduler.Appointment{next}})
	got, err := s.db.Appointment(s.ctx, old.ID)
	must(t, err)
	same(t, next, got)
	untouched, err := s.db.Appointment(s.ctx, other.ID)
	must(t, err)
	same(t, other, untouched)
}

func commitRebuild(t *testing.T, s *suite) {
	s.begin(t)
	s.commit(t, scheduler.Change{CatalogueVersion: 1, Days: []scheduler.Day{newDay(date0, 3)}})
	for version, form := range []scheduler.Day{
		{First: 0, Places: make([]byte, 576), Taken: make([]byte, 576)}, // a whole day
		{First: 14 * 60, Places: []byte{255, 255}, Taken: []byte{255, 0}},
		{}, // closed
	} {
		form.PoolID, form.OfficeID, form.Date, form.Version = poolID, officeID, date0, int64(version+1)
		s.commit(t, scheduler.Change{Days: []scheduler.Day{form}})
		form.Version++
		got := s.day(t, date0)
		if len(got.Places) == 0 {
			got.Places, got.Taken = nil, nil
		}
		same(t, form, got)
	}
}

func commitNothing(t *testing.T, s *suite) {
	before := dump(t, s.url)
	s.commit(t, scheduler.Change{})
	s.commit(t, scheduler.Change{At: now0, CatalogueVersion: 99, RevokeNotices: []string{"none"}, DropClaims: []string{"none"}})
	unchanged(t, before, dump(t, s.url))
}

// much is a change of so many days, appointments and holds.
func much(n int) scheduler.Change {
	c := scheduler.Change{At: now0, CatalogueVersion: 1}
	for i := range n {
		d := newDay(date0.AddDays(i), 3)
		b := booking(d, i)
		c.Days = append(c.Days, b.Days...)
		c.NewAppointments = append(c.NewAppointments, b.NewAppointments...)
		c.NewClaims = append(c.NewClaims, b.NewClaims...)
		c.Notices = append(c.Notices, b.Notices...)
		c.History = append(c.History, b.History...)
		c.NewFeeds = append(c.NewFeeds, b.NewFeeds...)
		c.NewHolds = append(c.NewHolds, newHold(i, now0))
	}
	return c
}

func commitMuch(t *testing.T, s *suite) {
	s.begin(t)
	s.commit(t, much(50))
	for table, want := range map[string]int{
		"days": 50, "appointments": 50, "claims": 100, "notices": 150, "history": 50, "feeds": 50, "holds": 50,
	} {
		if n := count(t, s.url, table); n != want {
			t.Errorf("%d %s, want %d", n, table, want)
		}
	}
	end := scheduler.Change{}
	for i := range 50 {
		end.EndHolds = append(end.EndHolds, scheduler.EndHold{ID: newHold(i, now0).ID, State: scheduler.HoldExpired})
		end.RevokeNotices = append(end.RevokeNotices, newAppointment(i).ID)
		end.DropClaims = append(end.DropClaims, newAppointment(i).ID)
	}
	s.commit(t, end)
	if n := count(t, s.url, "holds WHERE state = 'expired'"); n != 50 {
		t.Errorf("%d holds ended", n)
	}
	if n := count(t, s.url, "notices WHERE state = 'revoked'"); n != 150 {
		t.Errorf("%d notices revoked", n)
	}
	if n := count(t, s.url, "claims"); n != 0 {
		t.Errorf("%d claims left", n)
	}
}

func commitMuchOrNothing(t *testing.T, s *suite) {
	s.begin(t)
	s.commit(t, scheduler.Change{NewAppointments: []scheduler.Appointment{newAppointment(1000)}})
	for name, spoil := range map[string]struct {
		want  error
		spoil func(*scheduler.Change)
	}{
		"the last day": {scheduler.ErrConflict, func(c *scheduler.Change) { c.Days[49].Version = 3 }},
		"an overfull day": {scheduler.ErrOverfull, func(c *scheduler.Change) {
			c.Days[48].Taken = []byte{0, 0, 0, 0, 0, 0, 0, 1}
		}},
		"a reference": {scheduler.ErrReferenceTaken, func(c *scheduler.Change) {
			c.NewAppointments[49].Reference = newAppointment(1000).Reference
		}},
		"a hold": {scheduler.ErrConflict, func(c *scheduler.Change) {
			c.EndHolds = []scheduler.EndHold{{ID: "unknown", State: scheduler.HoldUsed}}
		}},
		"the history": {nil, func(c *scheduler.Change) { c.History = append(c.History, c.History[0]) }},
	} {
		t.Run(name, func(t *testing.T) {
			c := much(50)
			spoil.spoil(&c)
			s.refuse(t, spoil.want, c)
		})
	}
}

func commitInstants(t *testing.T, s *suite) {
	tokyo := time.FixedZone("JST", 9*3600)
	a := newAppointment(1)
	a.StartsAt = time.Date(2027, 8, 10, 18, 0, 0, 1999, tokyo)
	a.EndsAt = time.Date(1969, 12, 31, 23, 59, 59, 999999000, time.UTC)
	a.UpdatedAt = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	s.commit(t, scheduler.Change{NewAppointments: []scheduler.Appointment{a}})
	got, err := s.db.Appointment(s.ctx, a.ID)
	must(t, err)
	if want := time.Date(2027, 8, 10, 9, 0, 0, 1000, time.UTC); got.StartsAt != want {
		t.Errorf("starts at %v, want %v", got.StartsAt, want)
	}
	if got.EndsAt != a.EndsAt || got.UpdatedAt != a.UpdatedAt {
		t.Errorf("ends %v, updated %v", got.EndsAt, got.UpdatedAt)
	}
}

func commitAgain(t *testing.T, s *suite) {
	s.begin(t)
	s.commit(t, booking(newDay(date0, 200), 0))
	for n := 1; n < 60; n++ {
		s.commit(t, booking(s.day(t, date0), n))
	}
	if d := s.day(t, date0); d.Taken[0] != 60 || d.Version != 60 {
		t.Fatalf("day %+v", d)
	}
}
