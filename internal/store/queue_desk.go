package store

import (
	"context"

	"mawid/scheduler"
)

const queueColumns = "pool_id, date, office_id, version, last_number, credit_used"

type queueRow struct {
	PoolID     string `db:"pool_id"`
	Date       string `db:"date"`
	OfficeID   string `db:"office_id"`
	Version    int64  `db:"version"`
	LastNumber int    `db:"last_number"`
	CreditUsed int    `db:"credit_used"`
}

func (r *queueRow) queue() (scheduler.Queue, error) {
	date, err := readDate(r.Date)
	return scheduler.Queue{
		PoolID: r.PoolID, OfficeID: r.OfficeID, Date: date, Version: r.Version, LastNumber: r.LastNumber, CreditUsed: r.CreditUsed != 0,
	}, err
}

// Queues returns the stored queues of an office's day.
func (db *DB) Queues(ctx context.Context, officeID string, date scheduler.Date) ([]scheduler.Queue, error) {
	all, err := readAll(ctx, db.read.selectRows, (*queueRow).queue,
		"SELECT "+queueColumns+" FROM queues WHERE office_id = ? AND date = ? ORDER BY pool_id", officeID, dateText(date))
	return wrap(ctx, db, "read queues", all, err)
}

type deskRow struct {
	DeskID   string `db:"desk_id"`
	OfficeID string `db:"office_id"`
	PoolID   string `db:"pool_id"`
	Open     int    `db:"open"`
	StaffID  string `db:"staff_id"`
	SinceAt  int64  `db:"since_at"`
	Version  int64  `db:"version"`
}

func (r *deskRow) desk() (scheduler.DeskState, error) {
	return scheduler.DeskState{
		DeskID: r.DeskID, OfficeID: r.OfficeID, PoolID: r.PoolID, Open: r.Open != 0, StaffID: r.StaffID,
		Since: instant(r.SinceAt), Version: r.Version,
	}, nil
}

// DeskStates returns the desks of an office that were ever opened.
func (db *DB) DeskStates(ctx context.Context, officeID string) ([]scheduler.DeskState, error) {
	all, err := readAll(ctx, db.read.selectRows, (*deskRow).desk,
		"SELECT desk_id, office_id, pool_id, open, staff_id, since_at, version FROM desks WHERE office_id = ? ORDER BY desk_id", officeID)
	return wrap(ctx, db, "read desks", all, err)
}

// SetDesk writes the state of a desk.
func (db *DB) SetDesk(ctx context.Context, d scheduler.DeskState) error {
	_, err := db.write.exec(ctx, "INSERT INTO desks (desk_id, office_id, pool_id, open, staff_id, since_at, version)"+
		" VALUES (?, ?, ?, ?, ?, ?, 1) ON CONFLICT (desk_id) DO UPDATE SET office_id = excluded.office_id,"+
		" pool_id = excluded.pool_id, open = excluded.open, staff_id = excluded.staff_id, since_at = excluded.since_at,"+
		" version = desks.version + 1",
		d.DeskID, d.OfficeID, d.PoolID, flag(d.Open), d.StaffID, micros(d.Since))
	if err != nil {
		return db.fail(ctx, "set desk", err)
	}
	return nil
}

// OfficeVersion rises with every step of every ticket and every change of a desk
// of the office's day.
func (db *DB) OfficeVersion(ctx context.Context, officeID string, date scheduler.Date) (int64, error) {
	v, err := readOne(ctx, db.read.selectRows, as[int64],
		"SELECT COALESCE((SELECT CAST(SUM(version) AS BIGINT) FROM queues WHERE office_id = ? AND date = ?), 0)"+
			" + COALESCE((SELECT CAST(SUM(version) AS BIGINT) FROM desks WHERE office_id = ?), 0)",
		officeID, dateText(date), officeID)
	return wrap(ctx, db, "read version of office", v, err)
}
