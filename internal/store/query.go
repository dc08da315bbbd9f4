package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"mawid/scheduler"
)

// selector runs a query and fills a slice of rows; inside or outside of a
// transaction.
type selector func(ctx context.Context, rows any, query string, args ...any) error

// selectRows reads with a prepared statement.
func (h *handle) selectRows(ctx context.Context, rows any, query string, args ...any) error {
	st, err := h.stmts.get(ctx, query, nil)
	if err != nil {
		return err
	}
	defer h.stmts.put(st)
	return st.SelectContext(ctx, rows, args...)
}

// exec runs one write on its own and returns how many rows it met.
func (h *handle) exec(ctx context.Context, query string, args ...any) (int, error) {
	if !storable(args) {
		return 0, errText
	}
	st, err := h.stmts.get(ctx, query, nil)
	if err != nil {
		return 0, err
	}
	defer h.stmts.put(st)
	return affected(st.ExecContext(ctx, args...))
}

func affected(r sql.Result, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	n, err := r.RowsAffected()
	return int(n), err
}

// readAll reads rows of type R and turns each into a T. Text that no row can hold
// finds none.
func readAll[R, T any](ctx context.Context, sel selector, turn func(*R) (T, error), query string, args ...any) ([]T, error) {
	if !storable(args) {
		return nil, nil
	}
	var rows []R
	if err := sel(ctx, &rows, query, args...); err != nil {
		return nil, err
	}
	out := make([]T, 0, len(rows))
	for i := range rows {
		v, err := turn(&rows[i])
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// readOne reads one row, or gives ErrNotFound.
func readOne[R, T any](ctx context.Context, sel selector, turn func(*R) (T, error), query string, args ...any) (T, error) {
	found, err := readAll(ctx, sel, turn, query, args...)
	if err == nil && len(found) == 0 {
		err = scheduler.ErrNotFound
	}
	if err != nil {
		var none T
		return none, err
	}
	return found[0], nil
}

// as is the turn of rows that need none.
func as[T any](row *T) (T, error) { return *row, nil }

// wrap gives the result of a read with its error named.
func wrap[T any](ctx context.Context, db *DB, op string, v T, err error) (T, error) {
	if err != nil {
		var none T
		return none, db.fail(ctx, op, err)
	}
	return v, nil
}

// tx runs f in one transaction on the writer. Any error rolls all back.
func (db *DB) tx(ctx context.Context, f func(*sqlx.Tx) error) error {
	return inTx(ctx, db.write, nil, f)
}

// snapshot runs f in a transaction whose reads all see one instant.
func (db *DB) snapshot(ctx context.Context, f func(selector) error) error {
	return db.frozen(ctx, func(tx *sqlx.Tx) error { return f(txRows(tx)) })
}

// frozen runs f in a read-only transaction that sees one instant.
func (db *DB) frozen(ctx context.Context, f func(*sqlx.Tx) error) error {
	opts := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	if !db.dialect.joins {
		opts.Isolation = sql.LevelDefault // a read transaction of SQLite always is one
	}
	return inTx(ctx, db.read, opts, f)
}

func inTx(ctx context.Context, h *handle, opts *sql.TxOptions, f func(*sqlx.Tx) error) error {
	tx, err := h.BeginTxx(ctx, opts)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		if end := tx.Rollback(); end != nil && !errors.Is(end, sql.ErrTxDone) {
			err = errors.Join(err, end)
		}
		return err
	}
	return tx.Commit()
}

func txRows(tx *sqlx.Tx) selector {
	return func(ctx context.Context, rows any, query string, args ...any) error {
		return tx.SelectContext(ctx, rows, sqlx.Rebind(sqlx.DOLLAR, query), args...)
	}
}

// txExec runs one statement of a transaction and wants it to meet n rows;
// otherwise errGuard.
func txExec(ctx context.Context, tx *sqlx.Tx, n int, query string, args ...any) error {
	if !storable(args) {
		return errText
	}
	met, err := affected(tx.ExecContext(ctx, sqlx.Rebind(sqlx.DOLLAR, query), args...))
	if err != nil {
		return err
	}
	if met != n {
		return errGuard
	}
	return nil
}

// errText reports text that PostgreSQL cannot hold. SQLite could; one rule for
// both keeps a database movable.
var errText = errors.New("text that is not UTF-8 or holds a zero byte")

// storable reports whether all texts among args can be stored.
func storable(args []any) bool {
	for _, a := range args {
		if s, ok := a.(string); ok && (!utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0) {
			return false
		}
	}
	return true
}

// marks gives "?, ?, ?" for n values.
func marks(n int) string {
	return strings.TrimSuffix(strings.Repeat("?, ", n), ", ")
}

// idList gives ids as arguments, the last one repeated up to a power of two, so
// that lists of all lengths share a few statements.
func idList(ids []string) []any {
	n := 1
	for n < len(ids) {
		n *= 2
	}
	out := make([]any, n)
	for i := range out {
		out[i] = ids[min(i, len(ids)-1)]
	}
	return out
}
