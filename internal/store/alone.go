package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/jmoiron/sqlx"

	"mawid/scheduler"
)

// Alone runs f while no other writer, on any node, can change a day: they wait.
// What f reads is of one instant, and what it writes is written when it returns
// nil, and undone otherwise. Its error is returned wrapped. ErrConflict also
// when a hold or an appointment that f writes changed meanwhile.
//
// f must use no other store: on SQLite it would wait for itself.
func (db *DB) Alone(ctx context.Context, f func(scheduler.CatalogueStore) error) error {
	opts := &sql.TxOptions{Isolation: sql.LevelRepeatableRead}
	if !db.dialect.joins {
		opts.Isolation = sql.LevelDefault // a transaction of SQLite is alone and sees one instant
	}
	err := inTx(ctx, db.write, opts, func(tx *sqlx.Tx) error {
		// The first statement that reads fixes the instant: the lock must be had by then.
		if err := db.lockDays(ctx, tx); err != nil {
			return err
		}
		return f(&alone{db, tx})
	})
	if err != nil {
		return db.fail(ctx, "alone", err)
	}
	return nil
}

// alone is the store that f of Alone sees: one transaction.
type alone struct {
	db *DB
	tx *sqlx.Tx
}

// Catalogue is DB.Catalogue.
func (a *alone) Catalogue(ctx context.Context) (*scheduler.Catalogue, error) {
	c, err := readCatalogue(ctx, txRows(a.tx))
	return wrap(ctx, a.db, "read catalogue", c, err)
}

// Occupancy is DB.Occupancy.
func (a *alone) Occupancy(ctx context.Context, from scheduler.Date) (scheduler.Occupancy, error) {
	o, err := readOccupancy(ctx, txRows(a.tx), from)
	return wrap(ctx, a.db, "read occupancy", o, err)
}

// ReplaceCatalogue is DB.ReplaceCatalogue.
func (a *alone) ReplaceCatalogue(ctx context.Context, from int64, data scheduler.CatalogueData, since scheduler.Date, c scheduler.Change) error {
	if err := a.replace(ctx, from, data, since, c); err != nil {
		return a.db.fail(ctx, "replace catalogue", err)
	}
	return nil
}

func (a *alone) replace(ctx context.Context, from int64, data scheduler.CatalogueData, since scheduler.Date, c scheduler.Change) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	c.CatalogueVersion = from + 1 // days that are new belong to what is written here
	ws, err := a.db.plan(&c)
	if err != nil {
		return err
	}
	if err := newVersion(ctx, a.tx, from, string(text)); err != nil {
		return err
	}
	if err := onlyDaysOf(ctx, a.tx, since, c.Days); err != nil {
		return err
	}
	return runUnprepared(ctx, a.tx, ws)
}

// runUnprepared runs writes that were not known before the transaction began:
// preparing takes a connection, and on SQLite the transaction holds the only one.
func runUnprepared(ctx context.Context, tx *sqlx.Tx, ws []write) error {
	for _, w := range ws {
		met, err := affected(tx.ExecContext(ctx, sqlx.Rebind(sqlx.DOLLAR, w.sql), w.args...))
		if err != nil {
			return err
		}
		if w.rows != anyRows && met != w.rows {
			return w.miss.err()
		}
	}
	return nil
}
