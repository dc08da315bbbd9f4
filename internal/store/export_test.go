package store

import "testing"

// Pragma reads or sets a pragma on the writer or on a reader of SQLite.
func Pragma(t *testing.T, db *DB, who, pragma string) string {
	t.Helper()
	h := db.write
	if who == "reader" {
		h = db.read
	}
	var v string
	if err := h.Get(&v, "PRAGMA "+pragma); err != nil {
		t.Fatal(err)
	}
	return v
}
