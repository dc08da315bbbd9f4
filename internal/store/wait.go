package store

import (
	"context"

	"mawid/scheduler"
)

// Waits returns, by office, how many minutes people waited from their arrival to
// their first call, on the days from ≤ date ≤ to.
func (db *DB) Waits(ctx context.Context, from, to scheduler.Date) (map[string][]int, error) {
	type row struct {
		OfficeID string `db:"office_id"`
		Minutes  int    `db:"minutes"`
	}
	rows, err := readAll(ctx, db.read.selectRows, func(r *row) (row, error) { return *r, nil },
		"SELECT office_id, (first_call_at - arrived_at) / 60000000 AS minutes FROM tickets"+
			" WHERE first_call_at > 0 AND arrived_at > 0 AND date >= ? AND date <= ?", dateText(from), upTo(to))
	if err != nil {
		return nil, db.fail(ctx, "read waits", err)
	}
	out := map[string][]int{}
	for _, r := range rows {
		out[r.OfficeID] = append(out[r.OfficeID], max(r.Minutes, 0))
	}
	return out, nil
}
