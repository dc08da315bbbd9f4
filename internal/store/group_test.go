package store

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"mawid/scheduler"
)

// grouped writes settings by these keys as one batch and returns its members.
// A key of "" is a writer who has left already.
func grouped(t *testing.T, db *DB, keys ...string) []*member {
	t.Helper()
	gone, leave := context.WithCancel(t.Context())
	leave()
	var batch []*member
	for _, key := range keys {
		m := &member{ctx: t.Context(), done: make(chan struct{}), ws: []write{{
			text: text{name: "test_setting", sql: "INSERT INTO settings (key, value) VALUES (?, ?)"}, args: []any{key, "of the batch"}, rows: 1,
		}}}
		if key == "" {
			m.ctx = gone
		}
		batch = append(batch, m)
	}
	db.group.write(batch)
	return batch
}

func newSQLite(t *testing.T) *DB {
	t.Helper()
	db, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "group.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

// kept reports whether the setting of a key is that of the batch.
func kept(t *testing.T, db *DB, key string) bool {
	t.Helper()
	v, err := db.Setting(t.Context(), key)
	if err != nil && !errors.Is(err, scheduler.ErrNotFound) {
		t.Fatal(err)
	}
	return v == "of the batch"
}

// TestOneFaultDoesNotVoidTheOthers: an error that is no refusal ends the shared
// transaction. Whoever is told that their change is made must find it made.
func TestOneFaultDoesNotVoidTheOthers(t *testing.T) {
	db := newSQLite(t)
	if _, err := db.PutSettingOnce(t.Context(), "there", "before"); err != nil {
		t.Fatal(err)
	}
	for i, m := range grouped(t, db, "first", "there", "last") {
		if faulty := i == 1; (m.err != nil) != faulty {
			t.Errorf("change %d ended with %v", i, m.err)
		}
	}
	if !kept(t, db, "first") || kept(t, db, "there") || !kept(t, db, "last") {
		t.Error("the changes that were reported as made are not those that are stored")
	}
}

// TestWhoLeftWhileWaitingIsNotWritten, and those beside them are.
func TestWhoLeftWhileWaitingIsNotWritten(t *testing.T) {
	db := newSQLite(t)
	batch := grouped(t, db, "stays", "", "stays too")
	if !errors.Is(batch[1].err, context.Canceled) || kept(t, db, "") {
		t.Errorf("who left got %v", batch[1].err)
	}
	if batch[0].err != nil || batch[2].err != nil || !kept(t, db, "stays") || !kept(t, db, "stays too") {
		t.Errorf("the others: %v, %v", batch[0].err, batch[2].err)
	}
}
