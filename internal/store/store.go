// Package store keeps Mawid's data in PostgreSQL or SQLite. It holds the only
// SQL of the program and is the only place that knows the drivers: their errors
// become the sentinels of scheduler here and nowhere else.
//
// One SQL text serves both databases: `?` for parameters, and what differs sits
// in one dialect value. Instants are unix microseconds, 0 for the zero time;
// dates are ISO text; the database never converts zones, and the present time is
// always handed in.
//
// It must not know what is allowed: the rules are in scheduler. What it adds is
// that two writers never both win (see Commit) and that the database refuses a
// day with more taken than places.
package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/jmoiron/sqlx"

	"mawid/scheduler"
)

var _ scheduler.Store = (*DB)(nil)

// Options of Open. The zero value is right for most.
type Options struct {
	// MaxConns bounds the connections of this process: all of them on
	// PostgreSQL, those that read on SQLite (one more writes). 0 means 16.
	MaxConns int
}

const defaultConns = 16

// DB is an open database. It is safe for use by many goroutines.
type DB struct {
	dialect dialect
	// write is where changes go; on SQLite it has a single connection.
	write *handle
	// read answers queries; on PostgreSQL it is the same handle as write.
	read *handle
	// path is the file of a SQLite database, or "".
	path string
	// group writes commits that meet together; SQLite only.
	group *group
	// hooked says that endpoints want to hear of events, see LookForWebhooks.
	hooked atomic.Bool
}

// handle is a pool of connections with its prepared statements.
type handle struct {
	*sqlx.DB
	stmts *statements
}

// Open opens a database by its URL: sqlite:PATH or postgres://…. The file of
// SQLite and its folder are created when missing, readable by their owner only.
// Nothing is migrated: see Migrate. Errors never repeat the URL, since it may
// hold a password.
func Open(ctx context.Context, url string, opts Options) (*DB, error) {
	if opts.MaxConns <= 0 {
		opts.MaxConns = defaultConns
	}
	scheme, rest, _ := strings.Cut(url, ":")
	switch scheme {
	case "sqlite":
		return openSQLite(ctx, rest, opts)
	case "postgres", "postgresql":
		return openPostgres(ctx, url, opts)
	}
	return nil, errors.New("open database: want sqlite:PATH or postgres://user@host/name")
}

// Dialect names the kind of database, "sqlite" or "postgres", for reports.
func (db *DB) Dialect() string { return db.dialect.name }

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	if err := db.read.GetContext(ctx, &one, "SELECT 1"); err != nil {
		return db.fail(ctx, "ping", err)
	}
	return nil
}

// Close closes all connections, after the queries that run have ended. A closed
// DB answers every call with an error.
func (db *DB) Close() error {
	err := db.read.Close()
	if db.write != db.read {
		// The writer goes last, so that SQLite folds its log into the file.
		err = errors.Join(err, db.write.Close())
	}
	if err != nil {
		return fmt.Errorf("close database: %w", err)
	}
	return nil
}

// Close closes the statements, then the connections.
func (h *handle) Close() error {
	h.stmts.close()
	return h.DB.Close()
}

// fail turns a driver's error into a sentinel of scheduler where there is one,
// and names the operation. Values of columns never get into the text.
func (db *DB) fail(ctx context.Context, op string, err error) error {
	s := db.dialect.sentinel(err)
	if errors.Is(s, scheduler.ErrUnavailable) {
		return fmt.Errorf("%s: %w: %w", op, s, err) // an operator needs to know how
	}
	if s != nil {
		return fmt.Errorf("%s: %w", op, s)
	}
	if end := ctx.Err(); end != nil && !errors.Is(err, end) {
		return fmt.Errorf("%s: %w: %w", op, end, err)
	}
	return fmt.Errorf("%s: %w", op, err)
}
