package store

import (
	"context"
	"errors"
	"time"

	"mawid/scheduler"
)

type answerRow struct {
	State       string `db:"state"`
	Fingerprint []byte `db:"fingerprint"`
	Sealed      []byte `db:"sealed"`
}

func (r *answerRow) answer() (scheduler.Answer, error) {
	return scheduler.Answer{
		State: scheduler.AnswerState(r.State), Fingerprint: r.Fingerprint, Sealed: r.Sealed,
	}, nil
}

// ClaimAnswer keeps a running answer under the key until expires and returns it
// with State AnswerNew, or returns what is kept already. Of many callers at once
// one gets AnswerNew. A running answer whose time is over by now is taken over;
// a finished one stays until ForgetAnswers.
func (db *DB) ClaimAnswer(ctx context.Context, key string, fingerprint []byte, now, expires time.Time) (scheduler.Answer, error) {
	const op = "claim answer"
	// The answer that is in the way may be dropped before it is read.
	for range 8 {
		n, err := db.write.exec(ctx, `
INSERT INTO answers (key, fingerprint, state, sealed, expires_at) VALUES (?, ?, 'running', NULL, ?)
ON CONFLICT (key) DO UPDATE SET fingerprint = excluded.fingerprint, expires_at = excluded.expires_at
WHERE answers.state = 'running' AND answers.expires_at <= ?`,
			key, bytesNotNull(fingerprint), micros(expires), micros(now))
		if err != nil {
			return scheduler.Answer{}, db.fail(ctx, op, err)
		}
		if n == 1 {
			return scheduler.Answer{State: scheduler.AnswerNew, Fingerprint: fingerprint}, nil
		}
		a, err := readOne(ctx, db.read.selectRows, (*answerRow).answer,
			"SELECT state, fingerprint, sealed FROM answers WHERE key = ?", key)
		if !errors.Is(err, scheduler.ErrNotFound) {
			return wrap(ctx, db, op, a, err)
		}
	}
	return scheduler.Answer{}, db.fail(ctx, op, scheduler.ErrConflict)
}

// FinishAnswer keeps the sealed answer of a running key. ErrConflict when the
// key is not running: it was dropped or finished meanwhile.
func (db *DB) FinishAnswer(ctx context.Context, key string, sealed []byte) error {
	n, err := db.write.exec(ctx, "UPDATE answers SET state = 'done', sealed = ? WHERE key = ? AND state = 'running'",
		bytesNotNull(sealed), key)
	if err == nil && n != 1 {
		err = scheduler.ErrConflict
	}
	if err != nil {
		return db.fail(ctx, "finish answer", err)
	}
	return nil
}

// DropAnswer forgets a running key, so that a repeat runs anew. A finished
// answer stays; dropping what is not there is no error.
func (db *DB) DropAnswer(ctx context.Context, key string) error {
	if _, err := db.write.exec(ctx, "DELETE FROM answers WHERE key = ? AND state = 'running'", key); err != nil {
		return db.fail(ctx, "drop answer", err)
	}
	return nil
}

// ForgetAnswers deletes answers, running or finished, whose expires lies before
// the instant, and returns how many.
func (db *DB) ForgetAnswers(ctx context.Context, before time.Time) (int, error) {
	n, err := db.write.exec(ctx, "DELETE FROM answers WHERE expires_at < ?", micros(before))
	return wrap(ctx, db, "forget answers", n, err)
}
