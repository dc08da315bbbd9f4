package store_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

func TestThrowAwayLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	server := testdb.EmptyPostgres(t)
	for name, at := range map[string]string{"sqlite": "sqlite:" + folder, "postgres": server} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			db, drop, err := store.ThrowAway(ctx, at, store.Options{MaxConns: 2})
			if err != nil {
				t.Fatal(err)
			}
			if v, err := db.CatalogueVersion(ctx); v != 0 || err != nil {
				t.Errorf("version %d, %v: it is not migrated", v, err)
			}
			cancel() // the measuring was interrupted
			if err := drop(); err != nil {
				t.Fatal(err)
			}
		})
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	if names := lines(t, server, "SELECT datname FROM pg_database WHERE datname LIKE 'mawid_throw%'"); len(names) != 0 {
		t.Errorf("left: %v", names)
	}
}

func TestThrowAwayRefusesWhatItCannotMake(t *testing.T) {
	for _, at := range []string{"sqlite:/proc/nowhere", "postgres://u:geheim@127.0.0.1:1/x?sslmode=disable", "postgres://u:geheim@[::1", "x"} {
		_, _, err := store.ThrowAway(t.Context(), at, store.Options{})
		if err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%.20s: %v", at, err)
		}
	}
}

func TestTheYardstickBooks(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, url string) {
		bare, err := testdb.Open(t, url).NewBare(t.Context(), 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, slot := range []int{0, 2, 2} {
			if err := bare.Book(t.Context(), slot); err != nil {
				t.Fatal(err)
			}
		}
		if err := bare.Book(t.Context(), 3); !errors.Is(err, scheduler.ErrConflict) {
			t.Errorf("a counter that is not there: %v", err)
		}
		got := strings.Join(lines(t, url, "SELECT id || ':' || taken FROM bare_slots"), " ")
		if n := len(lines(t, url, "SELECT name FROM bare_bookings")); got != "0:1 1:0 2:2" || n != 3 {
			t.Errorf("taken %s, %d bookings", got, n)
		}
	})
}
