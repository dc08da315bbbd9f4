package store

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// Bare is the yardstick of the benchmarks: the smallest booking there is, one
// UPDATE of a counter and one INSERT in a transaction, through the same driver
// and prepared statements as Commit.
type Bare struct{ db *DB }

var (
	bareTake = text{name: "bare take", sql: "UPDATE bare_slots SET taken = taken + 1 WHERE id = ? AND taken < places"}
	bareNote = text{name: "bare note", sql: "INSERT INTO bare_bookings (id, slot_id, name) VALUES (?, ?, ?)"}
)

// NewBare makes the tables of the yardstick with so many counters, in a database
// that is thrown away.
func (db *DB) NewBare(ctx context.Context, slots int) (*Bare, error) {
	err := db.tx(ctx, func(tx *sqlx.Tx) error {
		for _, ddl := range []string{
			"CREATE TABLE bare_slots (id INTEGER NOT NULL PRIMARY KEY, places BIGINT NOT NULL, taken BIGINT NOT NULL)" + db.dialect.roomyPages,
			"CREATE TABLE bare_bookings (id TEXT NOT NULL PRIMARY KEY, slot_id INTEGER NOT NULL, name TEXT NOT NULL)",
		} {
			if _, err := tx.ExecContext(ctx, ddl); err != nil {
				return err
			}
		}
		for id := range slots {
			if err := txExec(ctx, tx, 1, "INSERT INTO bare_slots (id, places, taken) VALUES (?, ?, 0)", id, 1<<40); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("make the yardstick: %w", err)
	}
	return &Bare{db}, nil
}

// Book takes one place of a counter, 0 to slots-1.
func (b *Bare) Book(ctx context.Context, slot int) error {
	ws := []write{
		{text: bareTake, args: []any{slot}, rows: 1},
		{text: bareNote, args: []any{rand.Text(), slot, "Fatima Zahra Bennani"}, rows: 1},
	}
	if err := b.db.commitTx(ctx, ws); err != nil {
		return b.db.fail(ctx, "bare booking", err)
	}
	return nil
}
