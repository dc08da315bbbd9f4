package store

import (
	"context"
	"time"

	"mawid/scheduler"
)

// SpendProof notes that a proof is used, until it would run out anyway.
// ErrConflict when it was used before, here or on another node.
func (db *DB) SpendProof(ctx context.Context, id string, expires time.Time) error {
	n, err := db.write.exec(ctx, "INSERT INTO proofs (id, expires_at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", id, micros(expires))
	if err == nil && n == 0 {
		err = scheduler.ErrConflict
	}
	if err != nil {
		return db.fail(ctx, "spend proof", err)
	}
	return nil
}

// ForgetProofs deletes what is kept of proofs that ran out before the instant,
// and returns how many.
func (db *DB) ForgetProofs(ctx context.Context, before time.Time) (int, error) {
	n, err := db.write.exec(ctx, "DELETE FROM proofs WHERE expires_at < ?", micros(before))
	return wrap(ctx, db, "forget proofs", n, err)
}
