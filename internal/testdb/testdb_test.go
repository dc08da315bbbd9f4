package testdb_test

import (
	"context"
	"testing"

	"mawid/internal/store"
	"mawid/internal/testdb"
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
	if len(kinds) != 2 || kinds[0] != "sqlite" || kinds[1] != "postgres" {
		t.Fatalf("ran on %v", kinds)
	}
}
