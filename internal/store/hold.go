package store

import (
	"context"
	"time"

	"mawid/scheduler"
)

const holdColumns = "id, office_id, service_id, pool_id, date, start_minute, ticks, share, zone," +
	" starts_at, ends_at, party, state, expires_at, created_at, client, client_slot, extended, channel"

// occupying are the states of a hold whose place is taken. The indexes are made
// for just these words.
const occupying = "state IN ('live', 'returning')"

// placeRow is the part of a row that says which place is occupied.
type placeRow struct {
	PoolID      string `db:"pool_id"`
	Date        string `db:"date"`
	StartMinute int    `db:"start_minute"`
	Ticks       int    `db:"ticks"`
	Share       int    `db:"share"`
}

func (r *placeRow) place() (scheduler.Place, error) {
	date, err := readDate(r.Date)
	return scheduler.Place{
		PoolID: r.PoolID, Date: date, Start: scheduler.TimeOfDay(r.StartMinute),
		Ticks: r.Ticks, Share: scheduler.Share(r.Share),
	}, err
}

type holdRow struct {
	placeRow
	ID        string `db:"id"`
	OfficeID  string `db:"office_id"`
	ServiceID string `db:"service_id"`
	Zone      string `db:"zone"`
	StartsAt  int64  `db:"starts_at"`
	EndsAt    int64  `db:"ends_at"`
	Party     int    `db:"party"`
	State     string `db:"state"`
	ExpiresAt int64  `db:"expires_at"`
	CreatedAt int64  `db:"created_at"`
	Client    string `db:"client"`
	Slot      int    `db:"client_slot"`
	Extended  int    `db:"extended"`
	Channel   string `db:"channel"`
}

func (r *holdRow) hold() (scheduler.Hold, error) {
	place, err := r.place()
	return scheduler.Hold{
		ID: r.ID, OfficeID: r.OfficeID, ServiceID: r.ServiceID, Place: place, Zone: r.Zone,
		StartsAt: instant(r.StartsAt), EndsAt: instant(r.EndsAt), Party: r.Party,
		State: scheduler.HoldState(r.State), ExpiresAt: instant(r.ExpiresAt), CreatedAt: instant(r.CreatedAt),
		Client: r.Client, Slot: r.Slot,
		Extended: r.Extended != 0, Channel: scheduler.ServiceChannel(r.Channel),
	}, err
}

// holdValues are in the order of holdColumns.
func holdValues(h *scheduler.Hold) []any {
	p := &h.Place
	return []any{
		h.ID, h.OfficeID, h.ServiceID, p.PoolID, dateText(p.Date), int(p.Start), p.Ticks, int(p.Share), h.Zone,
		micros(h.StartsAt), micros(h.EndsAt), h.Party, string(h.State), micros(h.ExpiresAt), micros(h.CreatedAt),
		h.Client, h.Slot, flag(h.Extended), string(h.Channel),
	}
}

// Hold returns a hold in any state, or ErrNotFound.
func (db *DB) Hold(ctx context.Context, id string) (scheduler.Hold, error) {
	h, err := readOne(ctx, db.read.selectRows, (*holdRow).hold,
		"SELECT "+holdColumns+" FROM holds WHERE id = ?", id)
	return wrap(ctx, db, "read hold", h, err)
}

// ExpiredHolds returns live and returning holds with ExpiresAt ≤ now, oldest
// first; of one pool and date when poolID is not empty.
func (db *DB) ExpiredHolds(ctx context.Context, poolID string, date scheduler.Date, now time.Time, limit int) ([]scheduler.Hold, error) {
	query := "SELECT " + holdColumns + " FROM holds WHERE " + occupying + " AND expires_at <= ?"
	args := []any{micros(now)}
	if poolID != "" {
		query += " AND pool_id = ? AND date = ?"
		args = append(args, poolID, dateText(date))
	}
	hs, err := readAll(ctx, db.read.selectRows, (*holdRow).hold,
		query+" ORDER BY expires_at, id LIMIT ?", append(args, limit)...)
	return wrap(ctx, db, "read expired holds", hs, err)
}

// HoldsOf returns the live and the returning holds of a client.
func (db *DB) HoldsOf(ctx context.Context, client string) ([]scheduler.Hold, error) {
	hs, err := readAll(ctx, db.read.selectRows, (*holdRow).hold,
		"SELECT "+holdColumns+" FROM holds WHERE "+occupying+" AND client <> '' AND client = ?", client)
	return wrap(ctx, db, "read holds of a client", hs, err)
}

// ExtendHold lets a live hold end later, if it has not ended by now and was never
// extended. ErrConflict otherwise.
func (db *DB) ExtendHold(ctx context.Context, id string, now, until time.Time) error {
	n, err := db.write.exec(ctx, "UPDATE holds SET expires_at = ?, extended = 1"+
		" WHERE id = ? AND state = 'live' AND extended = 0 AND expires_at > ?", micros(until), id, micros(now))
	if err == nil && n != 1 {
		err = errGuard
	}
	if err != nil {
		return db.fail(ctx, "extend hold", err)
	}
	return nil
}

// ForgetHolds deletes ended holds that would have run out before the instant,
// which is at most the life of a hold later than they ended, and returns how
// many.
func (db *DB) ForgetHolds(ctx context.Context, before time.Time) (int, error) {
	n, err := db.write.exec(ctx, "DELETE FROM holds WHERE NOT "+occupying+" AND expires_at < ?", micros(before))
	return wrap(ctx, db, "forget holds", n, err)
}
