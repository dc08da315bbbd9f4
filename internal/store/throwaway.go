package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// ThrowAway makes a fresh, migrated database for measuring and returns how to
// remove it: for sqlite: in a new folder below PATH (the system's when empty),
// for postgres:// as a new database on that server, whose user must be allowed
// to create one. The databases named by the URL itself are not touched.
func ThrowAway(ctx context.Context, at string, opts Options) (db *DB, drop func() error, err error) {
	if path, ok := strings.CutPrefix(at, "sqlite:"); ok {
		return throwAwaySQLite(ctx, path, opts)
	}
	return throwAwayPostgres(ctx, at, opts)
}

func throwAwaySQLite(ctx context.Context, path string, opts Options) (*DB, func() error, error) {
	dir, err := os.MkdirTemp(path, "mawid-bench-")
	if err != nil {
		return nil, nil, err
	}
	remove := func() error { return os.RemoveAll(dir) }
	return openThrowAway(ctx, "sqlite:"+filepath.Join(dir, "mawid.db"), opts, remove)
}

func throwAwayPostgres(ctx context.Context, at string, opts Options) (*DB, func() error, error) {
	u, err := url.Parse(at)
	if err != nil {
		return nil, nil, errors.New("throw-away database: the URL cannot be read")
	}
	conn, err := postgresConnector(at)
	if err != nil {
		return nil, nil, err
	}
	name := "mawid_bench_" + strings.ToLower(rand.Text())
	admin := sql.OpenDB(conn)
	if _, err := admin.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("create a throw-away database: %w", err), admin.Close())
	}
	remove := func() error {
		_, err := admin.ExecContext(context.WithoutCancel(ctx), "DROP DATABASE "+name+" WITH (FORCE)")
		return errors.Join(err, admin.Close())
	}
	u.Path = "/" + name
	return openThrowAway(ctx, u.String(), opts, remove)
}

func openThrowAway(ctx context.Context, at string, opts Options, remove func() error) (*DB, func() error, error) {
	db, err := Open(ctx, at, opts)
	if err != nil {
		return nil, nil, errors.Join(err, remove())
	}
	drop := func() error { return errors.Join(db.Close(), remove()) }
	if err := db.Migrate(ctx); err != nil {
		return nil, nil, errors.Join(err, drop())
	}
	return db, drop, nil
}

// Bare is the yardstick of `mawid bench`: the least that any booking system
// does, one UPDATE of a counter and one INSERT in a transaction, prepared,
// through the same driver and connections as everything else.
type Bare struct {
	db             *DB
	update, insert *sql.Stmt
}

// NewBare makes the yardstick's two tables, with so many counters.
func (db *DB) NewBare(ctx context.Context, counters int) (*Bare, error) {
	w := db.write
	for _, q := range []string{
		"CREATE TABLE bare_slots (id INTEGER PRIMARY KEY, taken INTEGER NOT NULL)",
		"CREATE TABLE bare_bookings (id TEXT PRIMARY KEY, slot INTEGER NOT NULL, name TEXT NOT NULL, at BIGINT NOT NULL)",
	} {
		if _, err := w.ExecContext(ctx, q); err != nil {
			return nil, db.fail(ctx, "bare tables", err)
		}
	}
	for i := range counters {
		if _, err := w.ExecContext(ctx, "INSERT INTO bare_slots VALUES ($1, 0)", i); err != nil {
			return nil, db.fail(ctx, "bare tables", err)
		}
	}
	update, err1 := w.DB.DB.PrepareContext(ctx, "UPDATE bare_slots SET taken = taken + 1 WHERE id = $1 AND taken < 1000000000")
	insert, err2 := w.DB.DB.PrepareContext(ctx, "INSERT INTO bare_bookings VALUES ($1, $2, $3, $4)")
	return &Bare{db, update, insert}, errors.Join(err1, err2)
}

// Book does one bare booking.
func (b *Bare) Book(ctx context.Context, counter int) error {
	tx, err := b.db.write.DB.DB.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if _, err = tx.StmtContext(ctx, b.update).ExecContext(ctx, counter); err == nil {
		_, err = tx.StmtContext(ctx, b.insert).ExecContext(ctx, rand.Text(), counter, "Fatima Zahra Bennani", int64(counter))
	}
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// ServerTime returns the instant that the database's machine believes in.
func (db *DB) ServerTime(ctx context.Context) (time.Time, error) {
	query := "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"
	if db.path != "" {
		query = "SELECT CAST(unixepoch('subsec') * 1000000 AS INTEGER)"
	}
	var us int64
	if err := db.read.GetContext(ctx, &us, query); err != nil {
		return time.Time{}, db.fail(ctx, "server time", err)
	}
	return instant(us), nil
}
