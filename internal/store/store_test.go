package store_test

import (
	"testing"

	"mawid/internal/store/storetest"
	"mawid/internal/testdb"
)

func TestSQLite(t *testing.T) {
	storetest.Run(t, storetest.Databases{Migrated: testdb.SQLite, Empty: testdb.EmptySQLite, Other: testdb.EmptyPostgres})
}

func TestPostgres(t *testing.T) {
	storetest.Run(t, storetest.Databases{Migrated: testdb.Postgres, Empty: testdb.EmptyPostgres, Other: testdb.EmptySQLite})
}
