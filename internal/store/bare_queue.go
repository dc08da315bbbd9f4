package store

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// BareQueue is the yardstick of calls: the plain claim of the next row by one
// UPDATE over a sub-select, as a job queue does it.
type BareQueue struct{ db *DB }

// NewBareQueue makes a table with so many rows that wait, in a database that is
// thrown away.
func (db *DB) NewBareQueue(ctx context.Context, rows int) (*BareQueue, error) {
	err := db.tx(ctx, func(tx *sqlx.Tx) error {
		for _, ddl := range []string{
			"CREATE TABLE bare_queue (id INTEGER NOT NULL PRIMARY KEY, due_at BIGINT NOT NULL, state INTEGER NOT NULL)" + db.dialect.roomyPages,
			"CREATE INDEX bare_queue_due ON bare_queue (due_at) WHERE state = 0",
		} {
			if _, err := tx.ExecContext(ctx, ddl); err != nil {
				return err
			}
		}
		for id := range rows {
			if err := txExec(ctx, tx, 1, "INSERT INTO bare_queue (id, due_at, state) VALUES (?, ?, 0)", id, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("make the yardstick of calls: %w", err)
	}
	return &BareQueue{db}, nil
}

// Claim takes the next row.
func (b *BareQueue) Claim(ctx context.Context) error {
	n, err := b.db.write.exec(ctx, "UPDATE bare_queue SET state = 1 WHERE id ="+
		" (SELECT id FROM bare_queue WHERE state = 0 ORDER BY due_at LIMIT 1 "+b.db.dialect.skipLocked+")")
	if err == nil && n != 1 {
		err = fmt.Errorf("%d rows were claimed", n)
	}
	if err != nil {
		return b.db.fail(ctx, "plain claim", err)
	}
	return nil
}

// Refill lets all rows that were taken wait again.
func (b *BareQueue) Refill(ctx context.Context) error {
	if _, err := b.db.write.exec(ctx, "UPDATE bare_queue SET state = 0 WHERE state = 1"); err != nil {
		return b.db.fail(ctx, "refill the yardstick", err)
	}
	return nil
}
