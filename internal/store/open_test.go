package store_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mawid/internal/store"
	"mawid/internal/store/rawdb"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

func TestOpenRefusesWhatItDoesNotUnderstand(t *testing.T) {
	for name, url := range map[string]string{
		"nothing":               "",
		"no scheme":             "data/mawid.db",
		"another database":      "mysql://u:geheim@h/db",
		"no path":               "sqlite:",
		"memory":                "sqlite::memory:",
		"memory with options":   "sqlite::memory:?cache=shared",
		"a host":                "sqlite://data/mawid.db",
		"a zero byte":           "sqlite:da\x00ta",
		"a broken URL":          "postgres://u:geheim@[::1/db",
		"a broken port":         "postgres://u:geheim@h:port/db",
		"an unknown setting":    "postgres://u:geheim@h/db?sslmode=perhaps",
		"nobody listens":        "postgres://u:geheim@127.0.0.1:1/db?sslmode=disable",
		"a folder as database":  "sqlite:" + t.TempDir(),
		"a file as a folder":    "sqlite:open_test.go/mawid.db",
		"a file that is no DB":  "sqlite:open_test.go",
		"a folder out of reach": "sqlite:/proc/mawid/mawid.db",
	} {
		t.Run(name, func(t *testing.T) {
			db, err := store.Open(context.Background(), url, store.Options{})
			if err == nil {
				_ = db.Close()
				t.Fatal("opened")
			}
			if strings.Contains(err.Error(), "geheim") {
				t.Errorf("the error repeats the password: %v", err)
			}
			if !strings.Contains(err.Error(), "open database") {
				t.Errorf("the error does not say what was done: %v", err)
			}
		})
	}
	if _, err := os.Stat("data"); err == nil {
		t.Error("a refused URL left a folder")
	}
}

func TestOpenMakesAPrivateFile(t *testing.T) {
	odd := filepath.Join(t.TempDir(), "a folder", "موعد", "100% #1 ?mode=memory&x=y.db")
	db := testdb.Open(t, "sqlite:"+odd)
	if err := db.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, err := db.PutSettingOnce(context.Background(), "k", "v"); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{odd: 0o600, odd + "-wal": 0o600, filepath.Dir(odd): 0o700} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has the rights %o, want %o", filepath.Base(path), got, want)
		}
	}
	again := testdb.Open(t, "sqlite:"+odd)
	if v, err := again.Setting(context.Background(), "k"); v != "v" || err != nil {
		t.Errorf("opened again: %q, %v", v, err)
	}
}

// TestSQLiteSettings: what the promises to survive a power loss hang on.
func TestSQLiteSettings(t *testing.T) {
	url := testdb.SQLite(t)
	db := testdb.Open(t, url)
	raw, err := rawdb.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = raw.Close() }()
	var mode string
	if err := raw.QueryRow("PRAGMA journal_mode").Scan(&mode); mode != "wal" || err != nil {
		t.Errorf("journal mode %q, %v", mode, err)
	}
	for pragma, want := range map[string]string{"synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000"} {
		for _, who := range []string{"reader", "writer"} {
			if got := store.Pragma(t, db, who, pragma); got != want {
				t.Errorf("%s of the %s is %s, want %s", pragma, who, got, want)
			}
		}
	}
	if got := store.Pragma(t, db, "reader", "query_only"); got != "1" {
		t.Error("readers may write")
	}
}

// TestDiskFull: a full disk is an error, nothing of the change is kept, and
// reading goes on.
func TestDiskFull(t *testing.T) {
	ctx := context.Background()
	db := testdb.Open(t, testdb.SQLite(t))
	if _, err := db.PutSettingOnce(ctx, "before", "v"); err != nil {
		t.Fatal(err)
	}
	store.Pragma(t, db, "writer", "max_page_count = 1") // cannot grow any more
	note := strings.Repeat("م", 4000)
	stored := 0
	for i := range 1000 {
		a := scheduler.Appointment{ID: "apt_" + strings.Repeat("x", i), Reference: strings.Repeat("R", i+1), Note: note}
		err := db.Commit(ctx, scheduler.Change{NewAppointments: []scheduler.Appointment{a}})
		if err != nil {
			if !strings.Contains(err.Error(), "full") {
				t.Fatalf("the error does not say why: %v", err)
			}
			_, err = db.Appointment(ctx, a.ID)
			if err == nil {
				t.Fatal("a refused appointment is there")
			}
			break
		}
		stored++
	}
	if stored == 1000 {
		t.Fatal("the disk never was full")
	}
	if v, err := db.Setting(ctx, "before"); v != "v" || err != nil {
		t.Fatalf("reading: %q, %v", v, err)
	}
	store.Pragma(t, db, "writer", "max_page_count = 100000")
	a := scheduler.Appointment{ID: "after", Reference: "AFTER", Note: note}
	if err := db.Commit(ctx, scheduler.Change{NewAppointments: []scheduler.Appointment{a}}); err != nil {
		t.Fatalf("after there was room again: %v", err)
	}
}
