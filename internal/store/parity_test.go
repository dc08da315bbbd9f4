package store_test

import (
	"io/fs"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mawid/internal/store/rawdb"
	"mawid/internal/testdb"
)

// TestBothDatabasesHaveTheSameMigrations: what one database gets, the other
// gets, under the same number and name.
func TestBothDatabasesHaveTheSameMigrations(t *testing.T) {
	names := func(kind string) (out []string) {
		files, err := fs.ReadDir(os.DirFS("migrations"), kind)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			out = append(out, f.Name())
		}
		return out
	}
	if d := cmp.Diff(names("postgres"), names("sqlite")); d != "" || len(names("sqlite")) == 0 {
		t.Errorf("postgres (-) sqlite (+):\n%s", d)
	}
}

// TestBothDatabasesHaveTheSameTables compares what the migrations made: tables
// with their columns, in order, and whether they may be NULL; and indexes.
func TestBothDatabasesHaveTheSameTables(t *testing.T) {
	sqlite := lines(t, testdb.SQLite(t), `
SELECT m.name || '.' || c.name || CASE c."notnull" WHEN 1 THEN ' NOT NULL' ELSE '' END || ' ' || c.cid
FROM sqlite_master m, pragma_table_info(m.name) c
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT IN ('goose_db_version', 'positions')
UNION ALL SELECT 'index ' || name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite_%'`)
	postgres := lines(t, testdb.Postgres(t), `
SELECT table_name || '.' || column_name || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END || ' ' || ordinal_position - 1
FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'goose_db_version'
UNION ALL SELECT 'index ' || indexname FROM pg_indexes
WHERE schemaname = 'public' AND indexname NOT LIKE '%\_pkey'`)
	if d := cmp.Diff(postgres, sqlite); d != "" || len(sqlite) < 100 {
		t.Errorf("%d lines; postgres (-) sqlite (+):\n%s", len(sqlite), d)
	}
}

func lines(t *testing.T, url, query string) (out []string) {
	t.Helper()
	db, err := rawdb.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}
