package store

import (
	"context"

	"mawid/scheduler"
)

const dayColumns = "pool_id, office_id, date, first_minute, places, taken, version"

type dayRow struct {
	PoolID      string `db:"pool_id"`
	OfficeID    string `db:"office_id"`
	Date        string `db:"date"`
	FirstMinute int    `db:"first_minute"`
	Places      []byte `db:"places"`
	Taken       []byte `db:"taken"`
	Version     int64  `db:"version"`
}

func (r *dayRow) day() (scheduler.Day, error) {
	date, err := readDate(r.Date)
	return scheduler.Day{
		PoolID: r.PoolID, OfficeID: r.OfficeID, Date: date, First: scheduler.TimeOfDay(r.FirstMinute),
		Places: r.Places, Taken: r.Taken, Version: r.Version,
	}, err
}

// Day returns a stored day and the catalogue version as of the same read. A day
// that is not stored comes with its pool and date and Version 0.
func (db *DB) Day(ctx context.Context, poolID string, date scheduler.Date) (scheduler.Day, int64, error) {
	type row struct {
		dayRow
		Catalogue int64 `db:"catalogue"`
	}
	turn := func(r *row) (row, error) { return *r, nil }
	got, err := readOne(ctx, db.read.selectRows, turn, `
SELECT s.version AS catalogue, ? AS pool_id, COALESCE(d.office_id, '') AS office_id, ? AS date,
  COALESCE(d.first_minute, 0) AS first_minute, d.places, d.taken, COALESCE(d.version, 0) AS version
FROM catalogue_state s LEFT JOIN days d ON d.pool_id = ? AND d.date = ?`,
		poolID, dateText(date), poolID, dateText(date))
	if err != nil {
		return scheduler.Day{}, 0, db.fail(ctx, "read day", err)
	}
	day, err := got.day()
	if err != nil {
		return scheduler.Day{}, 0, db.fail(ctx, "read day", err)
	}
	return day, got.Catalogue, nil
}

// Days returns the stored days of the pools, from ≤ date ≤ to, by pool and
// date. A zero bound is open.
func (db *DB) Days(ctx context.Context, poolIDs []string, from, to scheduler.Date) ([]scheduler.Day, error) {
	if len(poolIDs) == 0 {
		return nil, nil
	}
	ids := idList(poolIDs)
	args := append(ids, dateText(from), upTo(to))
	days, err := readAll(ctx, db.read.selectRows, (*dayRow).day,
		"SELECT "+dayColumns+" FROM days WHERE pool_id IN ("+marks(len(ids))+
			") AND date >= ? AND date <= ? ORDER BY pool_id, date", args...)
	return wrap(ctx, db, "read days", days, err)
}
