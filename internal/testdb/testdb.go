// Package testdb gives tests real databases: a fresh one for each test, on
// SQLite and on PostgreSQL. PostgreSQL is a private cluster that starts with the
// first test that needs it and ends with the test program, however that ends; or
// the server that MAWID_TEST_POSTGRES_URL names, where databases with random
// names are created and dropped.
//
// It is imported by tests only. It knows store and nothing else of Mawid. The
// private cluster writes without fsync: fine for tests, wrong for measuring (see
// DurablePostgres).
package testdb

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"mawid/internal/store"
	"mawid/internal/store/rawdb"
)

// envURL names a server to use. Settings are read in configs elsewhere; this is
// a matter of tests alone.
const envURL = "MAWID_TEST_POSTGRES_URL"

// shared is the one cluster of this test program. It is the only state of the
// package, and what makes a database per test affordable.
var shared = sync.OnceValues(func() (*stock, error) {
	c, err := startCluster(quick)
	if err != nil {
		return nil, err
	}
	return newStock(c)
})

// Each runs a test once per database, as the subtests "sqlite" and "postgres",
// each with a fresh, migrated database.
func Each(t *testing.T, f func(t *testing.T, db *store.DB)) {
	t.Helper()
	EachURL(t, func(t *testing.T, url string) { f(t, Open(t, url)) })
}

// EachURL is Each for tests that open the database themselves.
func EachURL(t *testing.T, f func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t)) })
}

// Open opens a database for the length of the test.
func Open(t testing.TB, url string) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), url, store.Options{})
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	return db
}

// SQLite returns the URL of a fresh, migrated SQLite database.
func SQLite(t testing.TB) string {
	t.Helper()
	url := EmptySQLite(t)
	must(t, migrate(url))
	return url
}

// EmptySQLite returns the URL of a SQLite database that does not exist yet.
func EmptySQLite(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "mawid.db")
}

// Postgres returns the URL of a fresh, migrated PostgreSQL database, which is
// dropped after the test.
func Postgres(t testing.TB) string {
	t.Helper()
	if os.Getenv(envURL) != "" {
		url := EmptyPostgres(t)
		must(t, migrate(url))
		return url
	}
	s, err := shared()
	must(t, err)
	name, err := s.take()
	must(t, err)
	t.Cleanup(func() { must(t, s.giveBack(name)) })
	return s.url(name)
}

// EmptyPostgres returns the URL of a PostgreSQL database without any table,
// which is dropped after the test.
func EmptyPostgres(t testing.TB) string {
	t.Helper()
	if server := os.Getenv(envURL); server != "" {
		return create(t, func(name string) string { return onServer(t, server, name) })
	}
	s, err := shared()
	must(t, err)
	return create(t, s.url)
}

// DurablePostgres returns the URL of a migrated database on a cluster of its own
// that writes as a real one does (fsync on), for measuring.
func DurablePostgres(t testing.TB) string {
	t.Helper()
	c, err := startCluster(durable)
	must(t, err)
	t.Cleanup(func() { must(t, c.stop()) })
	url := create(t, c.url)
	must(t, migrate(url))
	return url
}

// create makes a database with a random name and drops it after the test.
func create(t testing.TB, urlOf func(name string) string) string {
	t.Helper()
	name := randomName()
	admin := urlOf("postgres")
	must(t, rawdb.Exec(admin, "CREATE DATABASE "+name))
	t.Cleanup(func() { must(t, rawdb.Exec(admin, "DROP DATABASE "+name+" WITH (FORCE)")) })
	return urlOf(name)
}

func randomName() string { return "mawid_" + strings.ToLower(rand.Text()) }

// onServer names a database of the server that the environment gives; the
// maintenance database is the one its URL names.
func onServer(t testing.TB, server, name string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(envURL + " cannot be read as a URL")
	}
	if name != "postgres" {
		u.Path = "/" + name
	}
	return u.String()
}

func migrate(url string) error {
	ctx := context.Background()
	db, err := store.Open(ctx, url, store.Options{})
	if err != nil {
		return err
	}
	if err := db.Migrate(ctx); err != nil {
		return fmt.Errorf("new database: %w", err)
	}
	return db.Close()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
