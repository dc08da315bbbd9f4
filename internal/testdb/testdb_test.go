package testdb_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"mawid/internal/store"
	"mawid/internal/store/rawdb"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

func TestEachGivesAMigratedDatabaseOfEachKind(t *testing.T) {
	var kinds []string
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		kinds = append(kinds, db.Dialect())
		current, wanted, pending, err := db.MigrationStatus(context.Background())
		if err != nil || current != wanted || len(pending) > 0 {
			t.Fatalf("status %d of %d, pending %v, error %v", current, wanted, pending, err)
		}
	})
	if strings.Join(kinds, " ") != "sqlite postgres" {
		t.Fatalf("ran on %v", kinds)
	}
}

// spoilers are what a test may do to its database.
var spoilers = map[string][]string{
	"rows":               {"INSERT INTO settings (key, value) VALUES ('k', 'v')", "DELETE FROM catalogue_state"},
	"a table more":       {"CREATE TABLE more (n INTEGER)"},
	"a table less":       {"DROP TABLE messages"},
	"a column more":      {"ALTER TABLE days ADD COLUMN more INTEGER"},
	"a constraint less":  {"ALTER TABLE days DROP CONSTRAINT days_sound"},
	"a function changed": {"CREATE OR REPLACE FUNCTION mawid_day_sound(places bytea, taken bytea) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'"},
	"a migration undone": {"DELETE FROM goose_db_version WHERE version_id = 1"},
}

func TestADatabaseIsFreshWhateverTheTestBeforeDid(t *testing.T) {
	ctx := context.Background()
	for name, statements := range spoilers {
		t.Run("spoil "+name, func(t *testing.T) {
			url := testdb.Postgres(t)
			if err := rawdb.Exec(url, statements...); err != nil {
				t.Fatal(err)
			}
		})
		t.Run("after "+name, func(t *testing.T) {
			db := testdb.Open(t, testdb.Postgres(t))
			if _, err := db.Setting(ctx, "k"); !errors.Is(err, scheduler.ErrNotFound) {
				t.Errorf("a row is left: %v", err)
			}
			if err := db.ReplaceCatalogue(ctx, 0, scheduler.CatalogueData{}, scheduler.Date{}, scheduler.Change{}); err != nil {
				t.Error(err)
			}
			overfull := scheduler.Day{PoolID: "p", Date: scheduler.Date{Year: 2027, Month: 8, Day: 10}, Places: []byte{0, 0}, Taken: []byte{1, 0}}
			err := db.Commit(ctx, scheduler.Change{CatalogueVersion: 1, Days: []scheduler.Day{overfull}})
			if !errors.Is(err, scheduler.ErrOverfull) {
				t.Errorf("an overfull day: %v", err)
			}
			if _, _, pending, err := db.MigrationStatus(ctx); len(pending) > 0 || err != nil {
				t.Errorf("pending %v, %v", pending, err)
			}
			if _, err := db.NoticeMessage(ctx, "n"); !errors.Is(err, scheduler.ErrNotFound) {
				t.Errorf("the messages: %v", err)
			}
		})
	}
}

func TestTwoTestsAtOnceHaveTwoDatabases(t *testing.T) {
	for _, fresh := range []func(testing.TB) string{testdb.SQLite, testdb.Postgres, testdb.EmptyPostgres} {
		if a, b := fresh(t), fresh(t); a == b {
			t.Errorf("%s was given twice", a)
		}
	}
}

func TestAnEmptyDatabaseHasNoTable(t *testing.T) {
	for _, url := range []string{testdb.EmptySQLite(t), testdb.EmptyPostgres(t)} {
		if current, _, pending, err := testdb.Open(t, url).MigrationStatus(context.Background()); current != 0 || len(pending) == 0 || err != nil {
			t.Errorf("at version %d, pending %v, %v", current, pending, err)
		}
	}
}
