package store

import (
	"context"
	"time"
)

// Counts are figures for metrics and the doctor.
type Counts struct {
	DueNotices  int `db:"due_notices"`  // due and not yet settled, those under a lease included
	DeadNotices int `db:"dead_notices"` // given up
	LiveHolds   int `db:"live_holds"`   // that still occupy their place
}

// Counts counts notices that were due at now or before, dead ones, and live
// holds.
func (db *DB) Counts(ctx context.Context, now time.Time) (Counts, error) {
	c, err := readOne(ctx, db.read.selectRows, as[Counts], `
SELECT (SELECT count(*) FROM notices WHERE `+openHalf+` AND due_at <= ?) AS due_notices,
  (SELECT count(*) FROM notices WHERE `+settledHalf+` AND state = 'dead') AS dead_notices,
  (SELECT count(*) FROM holds WHERE state = 'live') AS live_holds`, micros(now))
	return wrap(ctx, db, "count", c, err)
}

// ServerTime returns what the database's clock shows (UTC), to compare it with
// one's own. Nothing else here asks for the present time.
func (db *DB) ServerTime(ctx context.Context) (time.Time, error) {
	us, err := readOne(ctx, db.read.selectRows, as[int64], db.dialect.now)
	return wrap(ctx, db, "read the database's clock", instant(us), err)
}
