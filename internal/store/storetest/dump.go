package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mawid/internal/store/rawdb"
)

// tables are all tables of the store that hold what people do.
var tables = []string{
	"catalogue", "catalogue_state", "days", "holds", "appointments", "claims", "notices", "receipts",
	"messages", "history", "feeds", "users", "sessions", "answers", "settings",
	"tickets", "ticket_steps", "queues", "desks", "codes", "providers", "wishes", "offers",
}

// dump reads every row of every table, each as one line.
func dump(t testing.TB, url string) []string {
	t.Helper()
	db, err := rawdb.Open(url)
	must(t, err)
	defer func() { must(t, db.Close()) }()
	var lines []string
	for _, table := range tables {
		rows, err := db.Query("SELECT * FROM " + table)
		must(t, err)
		columns, err := rows.Columns()
		must(t, err)
		for rows.Next() {
			values := make([]any, len(columns))
			into := make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			must(t, rows.Scan(into...))
			lines = append(lines, table+" "+line(columns, values))
		}
		must(t, rows.Err())
	}
	slices.Sort(lines)
	return lines
}

func line(columns []string, values []any) string {
	parts := make([]string, len(columns))
	for i, v := range values {
		if b, ok := v.([]byte); ok {
			v = string(b)
		}
		parts[i] = fmt.Sprintf("%s=%q", columns[i], fmt.Sprint(v))
	}
	return strings.Join(parts, " ")
}

func unchanged(t testing.TB, before, after []string) {
	t.Helper()
	if d := cmp.Diff(before, after); d != "" {
		t.Fatalf("the refused change left something behind:\n%s", d)
	}
}

// count counts rows by direct SQL.
func count(t testing.TB, url, from string) int {
	t.Helper()
	db, err := rawdb.Open(url)
	must(t, err)
	defer func() { must(t, db.Close()) }()
	var n int
	must(t, db.QueryRow("SELECT count(*) FROM "+from).Scan(&n))
	return n
}
