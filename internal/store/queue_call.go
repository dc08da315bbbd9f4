package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"mawid/scheduler"
)

// claim picks the next waiting ticket of a pool by the rule of
// scheduler.NextInLine and takes it to a desk, in one statement. On PostgreSQL
// the calls of one pool wait for each other at the queue's row, and what another
// writer holds is passed over; on SQLite there is one writer. The row is a step of
// its own: joined as a subquery, PostgreSQL locks it once for each who waits.
//
// %LOCK and %SKIP are the dialect's.
const claim = `
WITH q AS MATERIALIZED (SELECT credit_used FROM queues WHERE pool_id = ? AND date = ?%LOCK),
pick AS MATERIALIZED (
  SELECT t.id AS id, q.credit_used AS credit_used
  FROM q, tickets t
  WHERE t.pool_id = ? AND t.date = ? AND t.state = 'waiting'
    AND NOT EXISTS (SELECT 1 FROM tickets d WHERE d.at_desk = ? AND d.at_desk <> '')
  ORDER BY CASE WHEN t.guard_at <= ? THEN 0 ELSE 1 END,
    CASE WHEN t.guard_at <= ? THEN t.guard_at WHEN q.credit_used <> 0 THEN t.plain_due_at ELSE t.due_at END,
    t.arrived_at, t.number, t.id
  LIMIT 1%SKIP
)`

const claimUpdate = `UPDATE tickets SET state = 'called', desk_id = ?, at_desk = ?, staff_id = ?,
  call_reason = CASE
    WHEN NOT EXISTS (
      SELECT 1 FROM tickets o WHERE o.pool_id = tickets.pool_id AND o.date = tickets.date AND o.state = 'waiting'
        AND o.plain_due_at <= tickets.plain_due_at AND (o.plain_due_at < tickets.plain_due_at
          OR (o.arrived_at, o.number, o.id) < (tickets.arrived_at, tickets.number, tickets.id))
    ) THEN 'order'
    WHEN guard_at <= ? THEN 'waited'
    WHEN pick.credit_used = 0 AND due_at < plain_due_at THEN 'priority'
    ELSE 'order' END,
  since_at = CASE WHEN since_at > ? THEN since_at ELSE ? END,
  called_at = CASE WHEN since_at > ? THEN since_at ELSE ? END,
  first_call_at = CASE WHEN first_call_at > 0 THEN first_call_at WHEN since_at > ? THEN since_at ELSE ? END,
  calls = 1, revision = revision + 1
FROM pick WHERE tickets.id = pick.id
RETURNING `

func claimArgs(c scheduler.Calling) (pick, update []any) {
	now, date := micros(c.At), dateText(c.Date)
	pick = []any{c.PoolID, date, c.PoolID, date, c.DeskID, now, now}
	return pick, []any{c.DeskID, c.DeskID, c.StaffID, now, now, now, now, now, now, now}
}

var (
	callStep = "INSERT INTO ticket_steps (" + ticketStepColumns + ") SELECT id, revision, office_id, pool_id, service_id, date," +
		" called_at, 'called', state, desk_id, CAST(? AS TEXT), call_reason FROM "
	callReturns = "tickets." + strings.ReplaceAll(ticketColumns, ", ", ", tickets.")
	callBump    = "UPDATE queues SET version = version + 1, credit_used = (SELECT CASE WHEN call_reason = 'priority' THEN 1 ELSE 0 END FROM "
)

// maxCallTries bounds how often a call looks again when all that wait are held
// by other writers, or the database asks for a retry.
const maxCallTries = 16

// CallNext takes the next waiting ticket of a pool to a desk. ErrNobodyWaits;
// ErrInvalidState when somebody is at the desk already.
func (db *DB) CallNext(ctx context.Context, c scheduler.Calling) (scheduler.Ticket, error) {
	call := db.callInSteps
	if db.dialect.joins && !db.hooked.Load() {
		call = db.callInOne
	}
	for range maxCallTries {
		t, err := call(ctx, c)
		if errors.Is(err, scheduler.ErrNotFound) {
			err = db.whyNobody(ctx, c)
		} else if err != nil {
			err = db.fail(ctx, "call next", err)
		}
		if !errors.Is(err, scheduler.ErrConflict) {
			return t, err
		}
	}
	return scheduler.Ticket{}, fmt.Errorf("call next: %w", scheduler.ErrBusy)
}

// whyNobody says why a call met nobody: ErrInvalidState when the desk is taken,
// ErrNobodyWaits, or ErrConflict when somebody waits whom another writer held.
func (db *DB) whyNobody(ctx context.Context, c scheduler.Calling) error {
	type row struct {
		AtDesk  int `db:"at_desk"`
		Waiting int `db:"waiting"`
	}
	got, err := readOne(ctx, db.read.selectRows, as[row],
		"SELECT (SELECT COUNT(*) FROM tickets WHERE at_desk = ? AND at_desk <> '') AS at_desk,"+
			" (SELECT COUNT(*) FROM tickets WHERE pool_id = ? AND date = ? AND state = 'waiting') AS waiting",
		c.DeskID, c.PoolID, dateText(c.Date))
	switch {
	case err != nil:
		return db.fail(ctx, "call next", err)
	case got.AtDesk > 0:
		return fmt.Errorf("call next with somebody at the desk: %w", scheduler.ErrInvalidState)
	case got.Waiting == 0:
		return fmt.Errorf("call next: %w", scheduler.ErrNobodyWaits)
	}
	return fmt.Errorf("call next: %w", scheduler.ErrConflict)
}

// callInOne makes the call, its story and the queue's version one statement.
func (db *DB) callInOne(ctx context.Context, c scheduler.Calling) (scheduler.Ticket, error) {
	pick, update := claimArgs(c)
	query := db.dialect.queue(claim) + ", called AS (" + claimUpdate + callReturns + ")," +
		" step AS (" + callStep + "called)," +
		" bump AS (" + callBump + "called) WHERE pool_id = ? AND date = ? AND EXISTS (SELECT 1 FROM called))" +
		" SELECT " + ticketColumns + " FROM called"
	args := append(append(pick, update...), c.Actor, c.PoolID, dateText(c.Date))
	return readOne(ctx, db.write.selectRows, (*ticketRow).ticket, query, args...)
}

// callInSteps makes the same three writes one by one in a transaction, for a
// database that has no writes within a SELECT.
func (db *DB) callInSteps(ctx context.Context, c scheduler.Calling) (t scheduler.Ticket, err error) {
	pick, update := claimArgs(c)
	err = db.tx(ctx, func(tx *sqlx.Tx) error {
		t, err = readOne(ctx, txRows(tx), (*ticketRow).ticket,
			db.dialect.queue(claim)+claimUpdate+callReturns, append(pick, update...)...)
		if err != nil {
			return err
		}
		if err := txExec(ctx, tx, 1, callStep+"tickets WHERE id = ?", c.Actor, t.ID); err != nil {
			return err
		}
		if err := txExec(ctx, tx, 1, callBump+"tickets WHERE id = ?) WHERE pool_id = ? AND date = ?", t.ID, c.PoolID, dateText(c.Date)); err != nil {
			return err
		}
		return runUnprepared(ctx, tx, db.callEvent(&t))
	})
	return t, err
}
