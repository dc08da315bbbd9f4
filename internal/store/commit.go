package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"

	"mawid/scheduler"
)

// maxJoined bounds the writes of a joined statement; larger changes run in a
// transaction. It keeps the shapes of prepared statements few.
const maxJoined = 16

// Commit writes a change: all of it or nothing.
//
// ErrConflict: a guard missed, or the database asks for a retry.
// ErrDuplicateBooking: a claim exists. ErrReferenceTaken: the reference exists.
// ErrOverfull: the database refused the day. A notice whose key exists was said
// before and is left out. Any other error is a fault of the caller or of the
// database; after one of the connection the change may or may not be written.
func (db *DB) Commit(ctx context.Context, c scheduler.Change) error {
	ws, err := db.plan(&c)
	if err == nil && len(ws) > 0 {
		switch {
		case !db.dialect.joins:
			err = db.group.commit(ctx, ws)
		case joinable(&c, ws):
			err = db.commitJoined(ctx, ws)
		default:
			err = db.commitTx(ctx, ws)
		}
	}
	if err != nil {
		return db.fail(ctx, "commit", err)
	}
	return nil
}

// joinable reports whether the writes mean the same in one statement as one by
// one. The parts of a statement see one snapshot and run in no set order, so a
// claim that is dropped and taken again in one change needs a transaction.
// Notices need none: those inserted are not revoked in either way.
func joinable(c *scheduler.Change, ws []write) bool {
	return len(ws) <= maxJoined && (len(c.DropClaims) == 0 || len(c.NewClaims) == 0)
}

func (db *DB) commitJoined(ctx context.Context, ws []write) error {
	st, err := db.write.stmts.get(ctx, joinedName(ws), func() string { return join(ws) })
	if err != nil {
		return err
	}
	defer db.write.stmts.put(st)
	_, err = st.ExecContext(ctx, joinedArgs(ws)...)
	return err
}

// joinedName names the statement that join makes of the writes.
func joinedName(ws []write) string {
	b := make([]byte, 0, 64)
	for i := range ws {
		b = append(append(b, ' '), ws[i].name...)
	}
	return string(b)
}

// join makes one statement of the writes. Those that guard the change are
// counted in order, and the first that met other rows than it must ends the
// statement before the later ones run. The others run at its end.
func join(ws []write) string {
	var parts, guards strings.Builder
	for i, w := range ws {
		parts.WriteString(", w" + strconv.Itoa(i) + " AS (")
		if w.joined != "" {
			parts.WriteString(strings.ReplaceAll(w.joined, before, "w"+strconv.Itoa(i-1)))
		} else {
			parts.WriteString(w.sql)
		}
		switch {
		case w.returning != "":
			parts.WriteString(" RETURNING " + w.returning)
		case w.rows != anyRows:
			parts.WriteString(" RETURNING 1")
			fmt.Fprintf(&guards, " WHEN (SELECT count(*) FROM w%d) <> %d THEN mawid_refuse('%s')", i, w.rows, w.miss.state())
		}
		parts.WriteString(")")
	}
	return "WITH " + strings.TrimPrefix(parts.String(), ", ") + " SELECT CASE WHEN false THEN 0" + guards.String() + " ELSE 0 END"
}

func joinedArgs(ws []write) []any {
	n := 0
	for i := range ws {
		n += len(ws[i].args)
	}
	args := make([]any, 0, n)
	for i := range ws {
		if ws[i].joined == "" {
			args = append(args, ws[i].args...)
		}
	}
	return args
}

// commitTx runs the writes one by one in one transaction.
func (db *DB) commitTx(ctx context.Context, ws []write) error {
	return db.withWrites(ctx, ws, func(tx *sqlx.Tx, run func() error) error { return run() })
}

// withWrites calls f with a transaction and with what runs the writes in it. The
// statements are prepared before the transaction begins, because on SQLite that
// holds the only connection.
func (db *DB) withWrites(ctx context.Context, ws []write, f func(tx *sqlx.Tx, run func() error) error) error {
	return db.prepared(ctx, ws, func(sts []*statement) error {
		return db.tx(ctx, func(tx *sqlx.Tx) error {
			return f(tx, func() error { return runAll(ctx, tx, ws, sts) })
		})
	})
}

// prepared calls f with the prepared statement of each write.
func (db *DB) prepared(ctx context.Context, ws []write, f func([]*statement) error) error {
	sts := make([]*statement, 0, len(ws))
	defer func() {
		for _, st := range sts {
			db.write.stmts.put(st)
		}
	}()
	for i := range ws {
		st, err := db.write.stmts.get(ctx, ws[i].sql, nil)
		if err != nil {
			return err
		}
		sts = append(sts, st)
	}
	return f(sts)
}

func runAll(ctx context.Context, tx *sqlx.Tx, ws []write, sts []*statement) error {
	for i := range ws {
		met, err := affected(tx.StmtxContext(ctx, sts[i].Stmt).ExecContext(ctx, ws[i].args...))
		if err != nil {
			return err
		}
		if ws[i].rows != anyRows && met != ws[i].rows {
			return ws[i].miss.err()
		}
	}
	return nil
}
