package store

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"mawid/scheduler"
)

type staffSessionRow struct {
	ID        string `db:"id"`
	UserID    string `db:"user_id"`
	Epoch     int64  `db:"epoch"`
	BegunAt   int64  `db:"begun_at"`
	SeenAt    int64  `db:"seen_at"`
	ExpiresAt int64  `db:"expires_at"`
	Client    string `db:"client"`
}

func (r *staffSessionRow) session() (scheduler.Session, error) {
	return scheduler.Session{
		ID: r.ID, UserID: r.UserID, Epoch: r.Epoch, BegunAt: instant(r.BegunAt), SeenAt: instant(r.SeenAt),
		ExpiresAt: instant(r.ExpiresAt), Client: r.Client,
	}, nil
}

const staffSessionColumns = "id, user_id, epoch, begun_at, seen_at, expires_at, client"

// liveSession is a session that is not over: neither run out nor of an earlier
// epoch of its user, nor of a disabled one.
const liveSession = " FROM staff_sessions s JOIN users u ON u.id = s.user_id AND u.epoch = s.epoch AND u.disabled = 0" +
	" WHERE s.expires_at > ?"

// BeginSession stores a sign-in.
func (db *DB) BeginSession(ctx context.Context, s scheduler.Session) error {
	_, err := db.write.exec(ctx, "INSERT INTO staff_sessions ("+staffSessionColumns+") VALUES (?, ?, ?, ?, ?, ?, ?)",
		s.ID, s.UserID, s.Epoch, micros(s.BegunAt), micros(s.SeenAt), micros(s.ExpiresAt), s.Client)
	if err != nil {
		return db.fail(ctx, "begin session", err)
	}
	return nil
}

// UserBySession returns whose session it is and when it was last seen.
// ErrNotFound when it is over.
func (db *DB) UserBySession(ctx context.Context, id string, now time.Time) (scheduler.User, time.Time, error) {
	type row struct {
		userRow
		SeenAt int64 `db:"seen_at"`
	}
	var seen time.Time
	turn := func(r *row) (scheduler.User, error) {
		seen = instant(r.SeenAt)
		return r.user()
	}
	u, err := readOne(ctx, db.read.selectRows, turn,
		"SELECT u."+prefixed("u", userColumns)+", s.seen_at"+liveSession+" AND s.id = ?", micros(now), id)
	u, err = wrap(ctx, db, "user of session", u, err)
	return u, seen, err
}

// SeeSession notes that a session is in use.
func (db *DB) SeeSession(ctx context.Context, id string, now time.Time) error {
	if _, err := db.write.exec(ctx, "UPDATE staff_sessions SET seen_at = ? WHERE id = ?", micros(now), id); err != nil {
		return db.fail(ctx, "see session", err)
	}
	return nil
}

// SessionsOf returns the sessions of a user that are not over, newest first.
func (db *DB) SessionsOf(ctx context.Context, userID string, now time.Time) ([]scheduler.Session, error) {
	all, err := readAll(ctx, db.read.selectRows, (*staffSessionRow).session,
		"SELECT s."+prefixed("s", staffSessionColumns)+liveSession+" AND s.user_id = ? ORDER BY s.begun_at DESC, s.id", micros(now), userID)
	return wrap(ctx, db, "sessions of user", all, err)
}

// EndSession ends one session of a user. ErrNotFound when they have no such
// session.
func (db *DB) EndSession(ctx context.Context, userID, id string) error {
	return db.one(ctx, "end session", "DELETE FROM staff_sessions WHERE user_id = ? AND id = ?", userID, id)
}

// EndOtherSessions ends all sessions of a user but one, and returns how many.
func (db *DB) EndOtherSessions(ctx context.Context, userID, keep string) (int, error) {
	n, err := db.write.exec(ctx, "DELETE FROM staff_sessions WHERE user_id = ? AND id <> ?", userID, keep)
	return wrap(ctx, db, "end other sessions", n, err)
}

// one runs a write that must meet one row; otherwise ErrNotFound.
func (db *DB) one(ctx context.Context, op, query string, args ...any) error {
	n, err := db.write.exec(ctx, query, args...)
	if err == nil && n == 0 {
		err = scheduler.ErrNotFound
	}
	if err != nil {
		return db.fail(ctx, op, err)
	}
	return nil
}

// UseTOTP notes that the code of a time step was used. ErrConflict when that
// step or a later one was used before, on whatever node.
func (db *DB) UseTOTP(ctx context.Context, userID string, step int64) error {
	n, err := db.write.exec(ctx, "UPDATE users SET totp_step = ? WHERE id = ? AND totp_step < ?", step, userID, step)
	if err == nil && n == 0 {
		err = scheduler.ErrConflict
	}
	if err != nil {
		return db.fail(ctx, "use code", err)
	}
	return nil
}

// SetRecoveryCodes replaces the recovery codes of a user by those with these
// hashes.
func (db *DB) SetRecoveryCodes(ctx context.Context, userID string, hashes [][]byte) error {
	err := db.tx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlx.Rebind(sqlx.DOLLAR, "DELETE FROM recovery_codes WHERE user_id = ?"), userID); err != nil {
			return err
		}
		for _, h := range hashes {
			if err := txExec(ctx, tx, 1, "INSERT INTO recovery_codes (user_id, hash) VALUES (?, ?)", userID, h); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return db.fail(ctx, "set recovery codes", err)
	}
	return nil
}

// UseRecoveryCode takes away one recovery code. ErrNotFound when the user has no
// such code, or it was used.
func (db *DB) UseRecoveryCode(ctx context.Context, userID string, hash []byte) error {
	return db.one(ctx, "use recovery code", "DELETE FROM recovery_codes WHERE user_id = ? AND hash = ?", userID, bytesNotNull(hash))
}

// CountRecoveryCodes counts the codes that are left.
func (db *DB) CountRecoveryCodes(ctx context.Context, userID string) (int, error) {
	n, err := readOne(ctx, db.read.selectRows, as[int], "SELECT count(*) FROM recovery_codes WHERE user_id = ?", userID)
	return wrap(ctx, db, "count recovery codes", n, err)
}

// ForgetStaffSessions deletes sessions that ran out by the instant, and returns
// how many.
func (db *DB) ForgetStaffSessions(ctx context.Context, now time.Time) (int, error) {
	n, err := db.write.exec(ctx, "DELETE FROM staff_sessions WHERE expires_at <= ?", micros(now))
	return wrap(ctx, db, "forget staff sessions", n, err)
}
