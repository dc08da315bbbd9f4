package store

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"mawid/scheduler"
)

type deliveryRow struct {
	ID         string `db:"id"`
	EndpointID string `db:"endpoint_id"`
	Type       string `db:"type"`
	Body       string `db:"body"`
	Attempts   int    `db:"attempts"`
}

func (r *deliveryRow) delivery() (scheduler.Delivery, error) {
	return scheduler.Delivery{ID: r.ID, Type: r.Type, Body: []byte(r.Body), Attempt: r.Attempts, Endpoint: scheduler.Endpoint{ID: r.EndpointID}}, nil
}

// ClaimDeliveries takes up to limit deliveries that are due at now, or whose
// worker let its lease end, of endpoints that hear and are not paused, and gives
// them to the caller until leaseUntil. Of one endpoint it takes at most share, so
// that one that is slow does not hold up the others.
func (db *DB) ClaimDeliveries(ctx context.Context, now, leaseUntil time.Time, limit, share int) ([]scheduler.Delivery, error) {
	const op = "claim deliveries"
	endpoints, err := db.endpoints(ctx)
	if err != nil {
		return nil, db.fail(ctx, op, err)
	}
	var out []scheduler.Delivery
	for _, e := range endpoints {
		if len(out) >= limit || !e.DisabledAt.IsZero() || e.PausedUntil.After(now) {
			continue
		}
		ds, err := readAll(ctx, db.write.selectRows, (*deliveryRow).delivery,
			"WITH picked AS MATERIALIZED (SELECT id FROM webhook_deliveries WHERE state IN ('due', 'sending') AND due_at <= ?"+
				" AND (state = 'due' OR lease_until <= ?) AND endpoint_id = ? ORDER BY due_at LIMIT ? "+db.dialect.skipLocked+")"+
				" UPDATE webhook_deliveries SET state = 'sending', attempts = attempts + 1, lease_until = ?"+
				" WHERE id IN (SELECT id FROM picked) RETURNING id, endpoint_id, type, body, attempts",
			micros(now), micros(now), e.ID, min(share, limit-len(out)), micros(leaseUntil))
		if err != nil {
			return out, db.fail(ctx, op, err)
		}
		for i := range ds {
			ds[i].Endpoint = e
		}
		out = append(out, ds...)
	}
	return out, nil
}

// SettleDelivery writes what came of an attempt; ErrConflict when the delivery was
// claimed by another since. An endpoint that is gone hears no more, and what
// waited for it is given up.
func (db *DB) SettleDelivery(ctx context.Context, d scheduler.Delivery, r scheduler.DeliveryResult) error {
	err := db.tx(ctx, func(tx *sqlx.Tx) error {
		due := micros(r.RetryAt)
		if r.State != scheduler.DeliveryDue {
			due = micros(r.At)
		}
		if err := txExec(ctx, tx, 1, "UPDATE webhook_deliveries SET state = ?, due_at = ?, settled_at = ?, code = ?, lease_until = 0"+
			" WHERE id = ? AND state = 'sending' AND attempts = ?", string(r.State), due, micros(r.At), r.Code, d.ID, d.Attempt); err != nil {
			return err
		}
		if !r.PauseUntil.IsZero() || r.State == scheduler.DeliveryDone {
			if err := txAny(ctx, tx, "UPDATE webhook_endpoints SET paused_until = ? WHERE id = ?", micros(r.PauseUntil), d.Endpoint.ID); err != nil {
				return err
			}
		}
		if !r.Gone {
			return nil
		}
		if err := txAny(ctx, tx, "UPDATE webhook_endpoints SET disabled_at = ?, disabled_why = 'gone' WHERE id = ? AND disabled_at = 0",
			micros(r.At), d.Endpoint.ID); err != nil {
			return err
		}
		return txAny(ctx, tx, "UPDATE webhook_deliveries SET state = 'dead', settled_at = ?, code = 'gone' WHERE endpoint_id = ? AND state = 'due'",
			micros(r.At), d.Endpoint.ID)
	})
	if err != nil {
		return db.fail(ctx, "settle delivery", err)
	}
	if r.Gone {
		return db.LookForWebhooks(ctx)
	}
	return nil
}

// txAny runs one statement of a transaction, whatever rows it meets.
func txAny(ctx context.Context, tx *sqlx.Tx, query string, args ...any) error {
	if !storable(args) {
		return errText
	}
	_, err := tx.ExecContext(ctx, sqlx.Rebind(sqlx.DOLLAR, query), args...)
	return err
}

// RetryDeliveries makes deliveries of an endpoint that were given up due again,
// and returns how many.
func (db *DB) RetryDeliveries(ctx context.Context, endpointID string, at time.Time) (int, error) {
	n, err := db.write.exec(ctx, "UPDATE webhook_deliveries SET state = 'due', attempts = 0, due_at = ? WHERE endpoint_id = ? AND state = 'dead'",
		micros(at), endpointID)
	return wrap(ctx, db, "retry deliveries", n, err)
}

// ForgetDeliveries deletes what was told before the instant, and returns how many.
// What was given up stays for an operator.
func (db *DB) ForgetDeliveries(ctx context.Context, before time.Time) (int, error) {
	n, err := db.write.exec(ctx, "DELETE FROM webhook_deliveries WHERE state = 'done' AND settled_at < ?", micros(before))
	return wrap(ctx, db, "forget deliveries", n, err)
}
