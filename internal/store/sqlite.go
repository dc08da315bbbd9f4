package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// busyTimeout is how long a write waits for another process. Within one process
// writers queue for the one connection instead.
const busyTimeout = 10 * time.Second

func sqliteDialect() dialect {
	return dialect{
		name:       "sqlite",
		folder:     "migrations/sqlite",
		now:        "SELECT CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
		listTables: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
		cause:      sqliteCause,
	}
}

func openSQLite(ctx context.Context, path string, opts Options) (*DB, error) {
	path, err := sqlitePath(path)
	if err != nil {
		return nil, err
	}
	if err := createPrivate(path); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db := &DB{dialect: sqliteDialect(), path: path}
	db.group = &group{db: db}
	if db.write, err = sqliteHandle(sqliteDSN(path, "_txlock", "immediate"), 1); err != nil {
		return nil, err
	}
	if db.read, err = sqliteHandle(sqliteDSN(path, "_query_only", "1"), opts.MaxConns); err != nil {
		return nil, errors.Join(err, db.write.Close())
	}
	if err := db.useWAL(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), db.Close())
	}
	return db, nil
}

// sqlitePath refuses what would silently be another database than was meant.
func sqlitePath(path string) (string, error) {
	switch {
	case path == "":
		return "", errors.New("open database: sqlite: wants a file, such as sqlite:data/mawid.db")
	case strings.HasPrefix(path, ":memory:"):
		return "", errors.New("open database: an in-memory SQLite database is not supported; use a file")
	case strings.HasPrefix(path, "//") && !strings.HasPrefix(path, "///"):
		return "", errors.New("open database: want sqlite:PATH without //")
	case strings.ContainsRune(path, 0):
		return "", errors.New("open database: the path holds a zero byte")
	}
	return filepath.Clean(path), nil
}

// createPrivate makes the folder and an empty file, for their owner only: the
// data is personal. SQLite gives its log the rights of the file.
func createPrivate(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func sqliteDSN(path string, more ...string) string {
	q := url.Values{
		"_busy_timeout": {strconv.FormatInt(busyTimeout.Milliseconds(), 10)},
		"_foreign_keys": {"1"},
		"_synchronous":  {"FULL"}, // NORMAL may lose the last commits at a power loss
		"_dqs":          {"false"},
		"_error_rc":     {"true"},
		"_pragma":       {"temp_store(memory)"}, // what a savepoint may undo needs no file
	}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return "file:" + escapePath(path) + "?" + q.Encode()
}

// escapePath writes a path as SQLite's URI names want it (sqlite.org/uri.html).
func escapePath(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(filepath.ToSlash(path))
}

func sqliteHandle(dsn string, conns int) (*handle, error) {
	pool, err := sqlx.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	return &handle{DB: pool, stmts: newStatements(pool)}, nil
}

// useWAL switches a new file to the write-ahead log, which stays so. SQLite does
// not wait for others while it switches, hence the lock between processes.
func (db *DB) useWAL(ctx context.Context) error {
	var mode string
	if err := db.read.GetContext(ctx, &mode, "PRAGMA journal_mode"); err != nil {
		return err
	}
	if mode == "wal" {
		return nil
	}
	return db.exclusively(ctx, func() error {
		if err := db.write.GetContext(ctx, &mode, "PRAGMA journal_mode = WAL"); err != nil {
			return err
		}
		if mode != "wal" {
			return fmt.Errorf("the file system does not carry SQLite's write-ahead log (journal mode %s)", mode)
		}
		return nil
	})
}

// exclusively runs f while no other process (or handle) is in exclusively for
// the same file. The lock is SQLite's own on an empty file beside the database,
// so it ends with the process that holds it.
func (db *DB) exclusively(ctx context.Context, f func() error) (err error) {
	h, err := sqliteHandle(sqliteDSN(db.path+".lock", "_txlock", "exclusive", "_busy_timeout", "60000"), 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	tx, err := h.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("wait for another process: %w", err)
	}
	defer func() { err = errors.Join(err, endLock(tx)) }()
	return f()
}

func endLock(tx *sql.Tx) error {
	if err := tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return err
	}
	return nil
}

func sqliteCause(err error) cause {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return cause{}
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE:
		return cause{refusedUnique, firstColumn(e.Error())}
	case sqlite3.SQLITE_CONSTRAINT_TRIGGER:
		if strings.Contains(e.Error(), "day_overfull") {
			return cause{kind: refusedOverfull}
		}
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN:
		return cause{kind: refusedGone}
	case sqlite3.SQLITE_BUSY_SNAPSHOT:
		return cause{kind: refusedRetry}
	case sqlite3.SQLITE_ERROR:
		if strings.Contains(e.Error(), "no such table") {
			return cause{kind: refusedNoTable}
		}
	}
	return cause{}
}

// firstColumn reads "… UNIQUE constraint failed: days.pool_id, days.date (1555)"
// as "days.pool_id". SQLite names columns, never values.
func firstColumn(msg string) string {
	_, list, _ := strings.Cut(msg, "UNIQUE constraint failed: ")
	first, _, _ := strings.Cut(list, ",")
	first, _, _ = strings.Cut(first, " ")
	return first
}
