package store_test

import (
	"errors"
	"testing"
	"time"

	"mawid/internal/store/rawdb"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// TestReplacingWaitsForADayThatIsBeingAdded: another node has added a day of the
// old catalogue and not committed it yet. Replacing must wait for it and then
// find it, or the day would outlive its rules.
func TestReplacingWaitsForADayThatIsBeingAdded(t *testing.T) {
	url := testdb.Postgres(t)
	db := testdb.Open(t, url)
	raw, err := rawdb.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = raw.Close() }()
	other, err := raw.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Rollback() }()
	_, err = other.Exec("INSERT INTO days (pool_id, office_id, date, first_minute, places, taken, version)" +
		" SELECT 'p', 'o', '2027-08-10', 0, '', '', 1 FROM catalogue_state WHERE version = 0")
	if err != nil {
		t.Fatal(err)
	}
	replaced := make(chan error, 1)
	go func() {
		replaced <- db.ReplaceCatalogue(t.Context(), 0, scheduler.CatalogueData{}, scheduler.Date{}, scheduler.Change{})
	}()
	for waiting := 0; waiting == 0; {
		select {
		case err := <-replaced:
			t.Fatalf("it did not wait: %v", err)
		case <-time.After(time.Millisecond):
		}
		err := raw.QueryRow("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'days'::regclass").Scan(&waiting)
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := other.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-replaced; !errors.Is(err, scheduler.ErrConflict) {
		t.Errorf("replaced over a day it had not seen: %v", err)
	}
}
