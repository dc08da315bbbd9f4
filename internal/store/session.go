package store

import (
	"context"
	"errors"
	"time"

	"mawid/scheduler"
)

// Sessions keeps the sessions of staff in the form that scs wants (CtxStore).
// It stores tokens as it is given them: have scs hash them.
type Sessions struct {
	db    *DB
	clock scheduler.Clock
}

// Sessions returns the sessions of this database. The clock says which have
// expired.
func (db *DB) Sessions(clock scheduler.Clock) *Sessions { return &Sessions{db, clock} }

// FindCtx returns the data of a session, or false when there is none or it has
// expired.
func (s *Sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	data, err := readOne(ctx, s.db.read.selectRows, as[[]byte],
		"SELECT data FROM sessions WHERE token = ? AND expires_at > ?", token, micros(s.clock()))
	if errors.Is(err, scheduler.ErrNotFound) {
		return nil, false, nil
	}
	data, err = wrap(ctx, s.db, "find session", data, err)
	return data, err == nil, err
}

// CommitCtx adds a session or replaces its data and expiry.
func (s *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	_, err := s.db.write.exec(ctx, "INSERT INTO sessions (token, data, expires_at) VALUES (?, ?, ?)"+
		" ON CONFLICT (token) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at",
		token, bytesNotNull(data), micros(expiry))
	if err != nil {
		return s.db.fail(ctx, "keep session", err)
	}
	return nil
}

// DeleteCtx ends a session; an unknown one is no error.
func (s *Sessions) DeleteCtx(ctx context.Context, token string) error {
	if _, err := s.db.write.exec(ctx, "DELETE FROM sessions WHERE token = ?", token); err != nil {
		return s.db.fail(ctx, "end session", err)
	}
	return nil
}

// Find is FindCtx without a context, which scs's interface asks for.
func (s *Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s *Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a context.
func (s *Sessions) Delete(token string) error {
	return s.DeleteCtx(context.Background(), token)
}

// ForgetSessions deletes sessions that expired by the instant, and returns how
// many.
func (db *DB) ForgetSessions(ctx context.Context, now time.Time) (int, error) {
	n, err := db.write.exec(ctx, "DELETE FROM sessions WHERE expires_at <= ?", micros(now))
	return wrap(ctx, db, "forget sessions", n, err)
}
