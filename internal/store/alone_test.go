package store_test

import (
	"errors"
	"testing"
	"time"

	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

var aDay = scheduler.Day{
	PoolID: "pool", OfficeID: "office", Date: scheduler.Date{Year: 2027, Month: time.June, Day: 1},
	Places: make([]byte, 8), Taken: make([]byte, 8),
}

// TestAloneLetsNobodyAddADay: a day that is written meanwhile waits, and then
// finds that the catalogue it was derived from is gone.
func TestAloneLetsNobodyAddADay(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		written := make(chan error)
		err := db.Alone(t.Context(), func(s scheduler.CatalogueStore) error {
			o, err := s.Occupancy(t.Context(), scheduler.Date{})
			if err != nil || len(o.Days) != 0 {
				t.Errorf("%d days, %v", len(o.Days), err)
			}
			go func() { written <- db.Commit(t.Context(), scheduler.Change{Days: []scheduler.Day{aDay}}) }()
			return s.ReplaceCatalogue(t.Context(), 0, scheduler.CatalogueData{Schema: "1"}, scheduler.Date{}, scheduler.Change{})
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := <-written; !errors.Is(err, scheduler.ErrConflict) {
			t.Errorf("the day that waited: %v, want ErrConflict", err)
		}
		if c, err := db.Catalogue(t.Context()); err != nil || c.Version != 1 || c.Schema != "1" {
			t.Errorf("the catalogue: %+v, %v", c, err)
		}
	})
}

func TestAloneUndoesWhatFails(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		sorry := errors.New("thought better of it")
		err := db.Alone(t.Context(), func(s scheduler.CatalogueStore) error {
			change := scheduler.Change{Days: []scheduler.Day{aDay}}
			if err := s.ReplaceCatalogue(t.Context(), 0, scheduler.CatalogueData{}, scheduler.Date{}, change); err != nil {
				return err
			}
			c, err := s.Catalogue(t.Context())
			if err != nil || c.Version != 1 {
				t.Errorf("within: %+v, %v", c, err)
			}
			return sorry
		})
		if !errors.Is(err, sorry) {
			t.Errorf("got %v, want the error of the work", err)
		}
		o, err := db.Occupancy(t.Context(), scheduler.Date{})
		if v, err2 := db.CatalogueVersion(t.Context()); v != 0 || len(o.Days) != 0 || errors.Join(err, err2) != nil {
			t.Errorf("version %d and %d days are left, %v", v, len(o.Days), errors.Join(err, err2))
		}
	})
}

// TestAloneSeesOneInstant: what writes no day may go on, a hold that is given
// back for one; the work alone does not see half of it.
func TestAloneSeesOneInstant(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		hold := scheduler.Hold{ID: "hold", State: scheduler.HoldLive, Place: scheduler.Place{PoolID: "pool", Date: aDay.Date, Ticks: 1}}
		if err := db.Commit(t.Context(), scheduler.Change{NewHolds: []scheduler.Hold{hold}}); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		err := db.Alone(t.Context(), func(s scheduler.CatalogueStore) error {
			before, err1 := s.Occupancy(t.Context(), scheduler.Date{})
			go func() {
				ended <- db.Commit(t.Context(), scheduler.Change{EndHolds: []scheduler.EndHold{{ID: "hold", State: scheduler.HoldUsed}}})
			}()
			if db.Dialect() == "postgres" { // SQLite has one writer: it waits for us
				if err := <-ended; err != nil {
					return err
				}
				ended <- nil
			}
			after, err2 := s.Occupancy(t.Context(), scheduler.Date{})
			if len(before.Holds) != 1 || len(after.Holds) != 1 {
				t.Errorf("%d holds, and a moment later %d", len(before.Holds), len(after.Holds))
			}
			return errors.Join(err1, err2)
		})
		if err := errors.Join(err, <-ended); err != nil {
			t.Fatal(err)
		}
	})
}
