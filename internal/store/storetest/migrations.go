package storetest

import (
	"testing"

	"mawid/internal/store"
	"mawid/scheduler"
)

var migrationCases = []testCase{
	{"an empty database says what it lacks", migrateEmpty},
	{"many nodes migrate at once", migrateTogether},
	{"a migrated database is left alone", migrateAgain},
	{"a database without tables gives errors", migrateMissing},
}

func (s *suite) openEmpty(t *testing.T, url string) *store.DB {
	t.Helper()
	db, err := store.Open(s.ctx, url, store.Options{})
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	return db
}

func migrateEmpty(t *testing.T, s *suite) {
	db := s.openEmpty(t, s.empty(t))
	current, wanted, pending, err := db.MigrationStatus(s.ctx)
	if err != nil || current != 0 || wanted < 1 || len(pending) == 0 || pending[0] != "00001_start.sql" {
		t.Fatalf("at %d of %d, pending %v, %v", current, wanted, pending, err)
	}
	must(t, db.Migrate(s.ctx))
	current, wanted, pending, err = db.MigrationStatus(s.ctx)
	if err != nil || current != wanted || len(pending) != 0 {
		t.Fatalf("at %d of %d, pending %v, %v", current, wanted, pending, err)
	}
}

func migrateTogether(t *testing.T, s *suite) {
	url := s.empty(t)
	r := tally(6, func(int) error {
		db, err := store.Open(s.ctx, url, store.Options{MaxConns: 2})
		if err != nil {
			return err
		}
		defer func() { _ = db.Close() }()
		return db.Migrate(s.ctx)
	})
	r.want(t, map[error]int{nil: 6})
	if n := count(t, url, "goose_db_version WHERE version_id = 1"); n != 1 {
		t.Fatalf("the first migration was applied %d times", n)
	}
	if n := count(t, url, "catalogue_state"); n != 1 {
		t.Fatalf("%d rows of catalogue state", n)
	}
}

func migrateAgain(t *testing.T, s *suite) {
	s.begin(t)
	s.commit(t, booking(newDay(date0, 3), 1))
	before := dump(t, s.url)
	must(t, s.db.Migrate(s.ctx))
	must(t, s.open(t).Migrate(s.ctx))
	unchanged(t, before, dump(t, s.url))
}

func migrateMissing(t *testing.T, s *suite) {
	db := s.openEmpty(t, s.empty(t))
	must(t, db.Ping(s.ctx))
	_, err := db.Catalogue(s.ctx)
	wantError(t, err, nil)
	wantError(t, db.Commit(s.ctx, booking(newDay(date0, 1), 1)), nil)
	wantError(t, db.Commit(s.ctx, scheduler.Change{RevokeNotices: []string{"a"}}), nil)
}
