package storetest

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"mawid/internal/store"
	"mawid/scheduler"
)

var raceCases = []testCase{
	{"fifty want one place", func(t *testing.T, s *suite) { raceForPlaces(t, s, 1) }},
	{"fifty want three places", func(t *testing.T, s *suite) { raceForPlaces(t, s, 3) }},
	{"fifty write what they read, once", raceOnce},
	{"fifty begin one day", raceFirst},
	{"of many at once each gets its own answer", raceMixed},
	{"moves cross between two days", raceMoves},
	{"one hold is used once", raceHold},
	{"a catalogue is replaced while days are added", raceCatalogue},
	{"random changes keep days sound", raceProperty},
}

// book books one place of a day as the engine does: read, decide, commit, and
// again when another was faster.
func book(s *suite, db *store.DB, n int) error {
	for {
		day, version, err := db.Day(s.ctx, poolID, date0)
		if err != nil {
			return err
		}
		if err := day.Book(placeOn(date0)); err != nil {
			return err
		}
		a := newAppointment(n)
		err = db.Commit(s.ctx, scheduler.Change{
			At: now0, CatalogueVersion: version, Days: []scheduler.Day{day}, NewAppointments: []scheduler.Appointment{a},
			NewClaims: []scheduler.Claim{newClaim(&a, a.ID)}, History: []scheduler.HistoryEntry{newHistory(&a, "booked")},
		})
		if !errors.Is(err, scheduler.ErrConflict) {
			return err
		}
	}
}

func raceForPlaces(t *testing.T, s *suite, places int) {
	s.begin(t)
	s.commit(t, scheduler.Change{CatalogueVersion: 1, Days: []scheduler.Day{newDay(date0, byte(places))}})
	second := s.open(t) // another node
	r := tally(50, func(i int) error {
		if i%2 == 0 {
			return book(s, second, i)
		}
		return book(s, s.db, i)
	})
	r.want(t, map[error]int{nil: places, scheduler.ErrSlotTaken: 50 - places})
	if d := s.day(t, date0); int(d.Taken[0]) != places || int(d.Version) != 1+places {
		t.Errorf("day %+v", d)
	}
	for _, table := range []string{"appointments", "claims", "history"} {
		if n := count(t, s.url, table); n != places {
			t.Errorf("%d %s, want %d", n, table, places)
		}
	}
}

func raceOnce(t *testing.T, s *suite) {
	s.begin(t)
	s.commit(t, scheduler.Change{CatalogueVersion: 1, Days: []scheduler.Day{newDay(date0, 100)}})
	day := s.day(t, date0)
	r := tally(50, func(i int) error { return s.db.Commit(s.ctx, booking(day, i)) })
	r.want(t, map[error]int{nil: 1, scheduler.ErrConflict: 49})
	if n := count(t, s.url, "appointments"); n != 1 {
		t.Errorf("%d appointments", n)
	}
}

func raceFirst(t *testing.T, s *suite) {
	s.begin(t)
	r := tally(50, func(i int) error { return s.db.Commit(s.ctx, booking(newDay(date0, 100), i)) })
	r.want(t, map[error]int{nil: 1, scheduler.ErrConflict: 49})
	if d := s.day(t, date0); d.Version != 1 || d.Taken[0] != 1 {
		t.Errorf("day %+v", d)
	}
}

// raceMixed commits good and bad changes at once: no bad one may take a good one
// with it, nor leave anything.
func raceMixed(t *testing.T, s *suite) {
	s.begin(t)
	s.commit(t, booking(newDay(date0, 3), 0))
	full := s.day(t, date0)
	full.Taken = []byte{9, 9, 9, 9, 0, 0, 0, 0}
	for round := range 4 {
		r := tally(60, func(i int) error {
			n := 1 + 100*round + i
			c := booking(newDay(date0.AddDays(n), 3), n)
			switch i % 6 {
			case 0:
				c.NewAppointments[0].Reference = newAppointment(0).Reference
			case 1:
				c.NewClaims[1].PersonKey = "mail 0"
			case 2:
				c.Days = append(c.Days, full)
			case 3:
				c.EndHolds = []scheduler.EndHold{{ID: "none", State: scheduler.HoldUsed}}
			}
			return s.db.Commit(s.ctx, c)
		})
		r.want(t, map[error]int{
			nil: 20, scheduler.ErrReferenceTaken: 10, scheduler.ErrDuplicateBooking: 10,
			scheduler.ErrOverfull: 10, scheduler.ErrConflict: 10,
		})
		good := 1 + 20*(round+1)
		for table, want := range map[string]int{"days": good, "appointments": good, "claims": 2 * good, "notices": 3 * good, "feeds": good} {
			if n := count(t, s.url, table); n != want {
				t.Fatalf("round %d: %d %s, want %d", round, n, table, want)
			}
		}
	}
}

// raceMoves moves appointments to and fro between two days. The days are given
// in both orders, which must not make the writers wait for each other.
func raceMoves(t *testing.T, s *suite) {
	s.begin(t)
	a, b := newDay(date0, 200), newDay(date0.AddDays(1), 200)
	a.Taken, b.Taken = []byte{100, 100, 0, 0, 0, 0, 0, 0}, []byte{100, 100, 0, 0, 0, 0, 0, 0}
	s.commit(t, scheduler.Change{CatalogueVersion: 1, Days: []scheduler.Day{a, b}})
	must(t, s.db.Close())
	before := deadlocks(t, s)
	s.db = s.open(t)
	r := tally(60, func(i int) error {
		from, to := date0, date0.AddDays(1)
		if i%2 == 0 {
			from, to = to, from
		}
		return move(s, from, to)
	})
	r.want(t, map[error]int{nil: 60})
	for _, date := range []scheduler.Date{date0, date0.AddDays(1)} {
		if d := s.day(t, date); d.Taken[0] != 100 || d.Version != 61 {
			t.Errorf("day %+v", d)
		}
	}
	must(t, s.db.Close())
	if n := deadlocks(t, s); n != before {
		t.Errorf("%s deadlocks, %s before", n, before)
	}
}

// deadlocks reads how many PostgreSQL has resolved; SQLite knows none. Each
// connection counts its own and reports them when it ends, so this waits until
// all have ended.
func deadlocks(t *testing.T, s *suite) string {
	t.Helper()
	if s.db.Dialect() != "postgres" {
		return "0"
	}
	for one(t, s.url, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'mawid'") != "0" {
		continue
	}
	return one(t, s.url, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
}

func move(s *suite, from, to scheduler.Date) error {
	for {
		a, _, err1 := s.db.Day(s.ctx, poolID, from)
		b, _, err2 := s.db.Day(s.ctx, poolID, to)
		err := errors.Join(err1, err2, a.Release(placeOn(from)), b.Book(placeOn(to)))
		if err == nil {
			err = s.db.Commit(s.ctx, scheduler.Change{Days: []scheduler.Day{b, a}})
		}
		if !errors.Is(err, scheduler.ErrConflict) {
			return err
		}
	}
}

func raceHold(t *testing.T, s *suite) {
	s.commit(t, scheduler.Change{NewHolds: []scheduler.Hold{newHold(1, now0)}})
	r := tally(30, func(i int) error {
		a := newAppointment(100 + i)
		a.HoldID = "hold_1"
		return s.db.Commit(s.ctx, scheduler.Change{
			EndHolds: []scheduler.EndHold{{ID: "hold_1", State: scheduler.HoldUsed}}, NewAppointments: []scheduler.Appointment{a},
		})
	})
	r.want(t, map[error]int{nil: 1, scheduler.ErrConflict: 29})
	if _, err := s.db.AppointmentByHold(s.ctx, "hold_1"); err != nil {
		t.Error(err)
	}
}

// raceCatalogue adds days that are marked with the catalogue they were derived
// from, while that is replaced again and again. At the end no day may bear an
// old mark.
func raceCatalogue(t *testing.T, s *suite) {
	s.begin(t)
	const adders, days, replacements = 6, 40, 15
	var next, added atomic.Int64
	r := tally(adders+1, func(i int) error {
		if i == adders {
			return replaceAgain(s, replacements)
		}
		for {
			n := int(next.Add(1)) - 1
			if n >= days {
				return nil
			}
			if err := addMarked(s, date0.AddDays(n)); err != nil {
				return err
			}
			added.Add(1)
		}
	})
	r.want(t, map[error]int{nil: adders + 1})
	c, err := s.db.CatalogueVersion(s.ctx)
	must(t, err)
	if c != 1+replacements || added.Load() != days {
		t.Fatalf("catalogue %d, %d days added", c, added.Load())
	}
	all, err := s.db.Days(s.ctx, []string{poolID}, scheduler.Date{}, scheduler.Date{})
	must(t, err)
	for _, d := range all {
		// Days that were added after the last replacement bear its version.
		if int64(d.Places[0]) != c {
			t.Errorf("day %s is of catalogue %d, the stored one is %d", d.Date, d.Places[0], c)
		}
	}
}

func addMarked(s *suite, date scheduler.Date) error {
	for {
		_, version, err := s.db.Day(s.ctx, poolID, date)
		if err != nil {
			return err
		}
		d := newDay(date, byte(version))
		err = s.db.Commit(s.ctx, scheduler.Change{CatalogueVersion: version, Days: []scheduler.Day{d}})
		if !errors.Is(err, scheduler.ErrConflict) {
			return err
		}
	}
}

func replaceAgain(s *suite, times int) error {
	for done := 0; done < times; {
		version, err := s.db.CatalogueVersion(s.ctx)
		if err != nil {
			return err
		}
		o, err := s.db.Occupancy(s.ctx, scheduler.Date{})
		if err != nil {
			return err
		}
		for i := range o.Days {
			o.Days[i].Places = newDay(date0, byte(version+1)).Places
		}
		data := scheduler.CatalogueData{Schema: fmt.Sprint(version + 1)}
		err = s.db.ReplaceCatalogue(s.ctx, version, data, scheduler.Date{}, scheduler.Change{Days: o.Days})
		switch {
		case err == nil:
			done++
		case !errors.Is(err, scheduler.ErrConflict):
			return err
		}
	}
	return nil
}

// raceProperty runs random changes against a model in memory: the store must
// accept and refuse as the model does, and hold what it holds.
func raceProperty(t *testing.T, s *suite) {
	s.begin(t)
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		pool := fmt.Sprintf("pool %d", runs)
		model := map[scheduler.Date]scheduler.Day{}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			c := randomChange(t, pool, model)
			err := s.db.Commit(s.ctx, c)
			if want := modelCommit(model, c); !errors.Is(err, want) {
				t.Fatalf("the store says %v, the model %v", err, want)
			}
		}
		for date, want := range model {
			got, _, err := s.db.Day(s.ctx, pool, date)
			if err != nil || got.Fault() != "" || got.Version != want.Version || string(got.Taken) != string(want.Taken) {
				t.Fatalf("stored %+v, want %+v, %v", got, want, err)
			}
		}
	})
}

func randomChange(t *rapid.T, pool string, model map[scheduler.Date]scheduler.Day) scheduler.Change {
	c := scheduler.Change{CatalogueVersion: int64(rapid.SampledFrom([]int{1, 1, 1, 1, 2}).Draw(t, "catalogue"))}
	for i := range 3 {
		if !rapid.Bool().Draw(t, "touch") {
			continue
		}
		date := date0.AddDays(i)
		d, stored := model[date]
		if !stored {
			d = newDay(date, 2)
			d.PoolID = pool
		}
		d.Version += int64(rapid.SampledFrom([]int{0, 0, 0, 0, -1, 1}).Draw(t, "off"))
		d.Taken = make([]byte, len(d.Places))
		for k := range 4 {
			d.Taken[k] = rapid.SampledFrom([]byte{0, 1, 1, 2, 2, 2, 3}).Draw(t, "taken")
		}
		c.Days = append(c.Days, d)
	}
	return c
}

// modelCommit does to the model what the store promises to do. Days are looked
// at in order of date, and the first that is wrong names the error.
func modelCommit(model map[scheduler.Date]scheduler.Day, c scheduler.Change) error {
	for _, d := range c.Days {
		switch stored, ok := model[d.Date]; {
		case d.Version == 0 && c.CatalogueVersion != 1:
			return scheduler.ErrConflict // whatever else: nothing is inserted
		case d.Version == 0 && d.Fault() != "":
			return scheduler.ErrOverfull
		case d.Version == 0 && ok, d.Version != 0 && d.Version != stored.Version:
			return scheduler.ErrConflict
		case d.Fault() != "":
			return scheduler.ErrOverfull
		}
	}
	for _, d := range c.Days {
		d.Version++
		model[d.Date] = d
	}
	return nil
}
