// Package storetest is the suite that every database under a store must pass.
// It knows the store's promises and checks them as its users would notice, and
// by direct SQL where a promise is the database's own. Tests import it, the
// program does not.
package storetest

import (
	"context"
	"errors"
	"testing"

	"mawid/internal/store"
	"mawid/scheduler"
)

// Databases gives URLs of databases that live as long as a test.
type Databases struct {
	Migrated func(testing.TB) string
	Empty    func(testing.TB) string // without any table
	Other    func(testing.TB) string // of the other kind, without any table
}

// suite is what one case works on: a fresh database with the first version of
// a catalogue.
type suite struct {
	ctx context.Context
	url string
	db  *store.DB
	// empty gives another database, without any table.
	empty func(testing.TB) string
	// other gives a database of the other kind, without any table.
	other func(testing.TB) string
}

type testCase struct {
	name string
	run  func(*testing.T, *suite)
}

// Run runs the suite.
func Run(t *testing.T, d Databases) {
	for _, group := range []struct {
		name  string
		cases []testCase
	}{
		{"catalogue", catalogueCases},
		{"commit", commitCases},
		{"guards", guardCases},
		{"claims", claimCases},
		{"manage", manageCases},
		{"offers", offerCases},
		{"notices", noticeCases},
		{"notice events", eventCases},
		{"log", logCases},
		{"overfull", overfullCases},
		{"races", raceCases},
		{"reads", readCases},
		{"staff", staffCases},
		{"accounts", accountCases},
		{"answers", answerCases},
		{"migrations", migrationCases},
		{"backups", backupCases},
		{"faults", faultCases},
		{"queue", queueCases},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, c := range group.cases {
				t.Run(c.name, func(t *testing.T) { c.run(t, newSuite(t, d)) })
			}
		})
	}
}

func newSuite(t *testing.T, d Databases) *suite {
	t.Helper()
	s := &suite{ctx: context.Background(), url: d.Migrated(t), empty: d.Empty, other: d.Other}
	s.db = s.open(t)
	return s
}

// open opens the suite's database once more.
func (s *suite) open(t *testing.T) *store.DB {
	t.Helper()
	db, err := store.Open(s.ctx, s.url, store.Options{})
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// begin stores an empty catalogue as version 1, so that days can be added.
func (s *suite) begin(t *testing.T) {
	t.Helper()
	must(t, s.db.ReplaceCatalogue(s.ctx, 0, scheduler.CatalogueData{Schema: "1"}, scheduler.Date{}, scheduler.Change{}))
}

// commit writes a change that must succeed.
func (s *suite) commit(t *testing.T, c scheduler.Change) {
	t.Helper()
	must(t, s.db.Commit(s.ctx, c))
}

// day reads a day that must be stored.
func (s *suite) day(t *testing.T, date scheduler.Date) scheduler.Day {
	t.Helper()
	d, _, err := s.db.Day(s.ctx, poolID, date)
	must(t, err)
	if d.Version == 0 {
		t.Fatalf("day %s is not stored", date)
	}
	return d
}

// refuse writes a change that must fail with want, and checks that nothing of
// it is kept. A nil want stands for an error that is no sentinel.
func (s *suite) refuse(t *testing.T, want error, c scheduler.Change) {
	t.Helper()
	before := dump(t, s.url)
	err := s.db.Commit(s.ctx, c)
	wantError(t, err, want)
	unchanged(t, before, dump(t, s.url))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var sentinels = []error{
	scheduler.ErrNotFound, scheduler.ErrSlotTaken, scheduler.ErrInvalidState, scheduler.ErrDuplicateBooking,
	scheduler.ErrHoldExpired, scheduler.ErrRevisionMismatch, scheduler.ErrConflict, scheduler.ErrReferenceTaken,
	scheduler.ErrOverfull, scheduler.ErrNobodyWaits,
}

// wantError checks that err is want and no other sentinel; a nil want stands
// for an error that is none of them.
func wantError(t testing.TB, err, want error) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %v", want)
	}
	for _, s := range sentinels {
		if errors.Is(err, s) != errors.Is(want, s) {
			t.Fatalf("error %q, want %v", err, want)
		}
	}
}
