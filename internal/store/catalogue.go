package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"mawid/scheduler"
)

// Catalogue returns the stored catalogue, or ErrNotFound in an empty database.
// It is decoded anew each time: keep it, and watch CatalogueVersion.
func (db *DB) Catalogue(ctx context.Context) (*scheduler.Catalogue, error) {
	c, err := readCatalogue(ctx, db.read.selectRows)
	return wrap(ctx, db, "read catalogue", c, err)
}

func readCatalogue(ctx context.Context, sel selector) (*scheduler.Catalogue, error) {
	type row struct {
		Version int64  `db:"version"`
		Data    string `db:"data"`
	}
	turn := func(r *row) (*scheduler.Catalogue, error) {
		var data scheduler.CatalogueData
		if err := json.Unmarshal([]byte(r.Data), &data); err != nil {
			return nil, fmt.Errorf("version %d: %w", r.Version, err)
		}
		return scheduler.NewCatalogue(data, r.Version), nil
	}
	return readOne(ctx, sel, turn,
		"SELECT c.version, c.data FROM catalogue c JOIN catalogue_state s ON s.version = c.version")
}

// CatalogueVersion returns the version of the stored catalogue, 0 when none.
func (db *DB) CatalogueVersion(ctx context.Context) (int64, error) {
	v, err := readOne(ctx, db.read.selectRows, as[int64], "SELECT version FROM catalogue_state")
	return wrap(ctx, db, "read catalogue version", v, err)
}

// Occupancy returns, as of one instant, the stored days with date ≥ from and
// what occupies them. A zero from means all.
func (db *DB) Occupancy(ctx context.Context, from scheduler.Date) (scheduler.Occupancy, error) {
	var o scheduler.Occupancy
	err := db.snapshot(ctx, func(sel selector) (err error) {
		o, err = readOccupancy(ctx, sel, from)
		return err
	})
	return wrap(ctx, db, "read occupancy", o, err)
}

func readOccupancy(ctx context.Context, sel selector, from scheduler.Date) (o scheduler.Occupancy, err error) {
	since := dateText(from)
	o.Days, err = readAll(ctx, sel, (*dayRow).day,
		"SELECT "+dayColumns+" FROM days WHERE date >= ? ORDER BY date, pool_id", since)
	if err != nil {
		return o, err
	}
	o.Holds, err = readAll(ctx, sel, (*holdRow).hold,
		"SELECT "+holdColumns+" FROM holds WHERE "+occupying+" AND date >= ? ORDER BY date, id", since)
	if err != nil {
		return o, err
	}
	o.Appointments, err = readAll(ctx, sel, (*appointmentRow).appointment,
		"SELECT "+appointmentColumns+" FROM appointments WHERE date >= ? AND status IN ("+liveStatuses()+
			") ORDER BY date, id", since)
	return o, err
}

// liveStatuses lists the statuses that occupy a place, as the domain says it.
func liveStatuses() string {
	all := []scheduler.Status{
		scheduler.StatusHeld, scheduler.StatusPending, scheduler.StatusBooked, scheduler.StatusCheckedIn,
		scheduler.StatusServing, scheduler.StatusServed, scheduler.StatusNoShow, scheduler.StatusCancelled,
		scheduler.StatusDisplaced,
	}
	var in string
	for _, s := range all {
		if s.Live() {
			in += ", '" + string(s) + "'"
		}
	}
	return in[len(", "):]
}

// ReplaceCatalogue writes data as version from+1 together with the change,
// while no other writer can add a day. The first catalogue of an empty database
// has from = 0.
//
// ErrConflict when the stored catalogue is not of version from, a guard of the
// change missed, or a day with date ≥ since is stored that the change does not
// write (a zero since means every day). Other errors are those of Commit.
func (db *DB) ReplaceCatalogue(ctx context.Context, from int64, data scheduler.CatalogueData, since scheduler.Date, c scheduler.Change) error {
	return db.Alone(ctx, func(s scheduler.CatalogueStore) error {
		return s.ReplaceCatalogue(ctx, from, data, since, c)
	})
}

// lockDays comes first in its transaction: whoever waits for it holds nothing.
func (db *DB) lockDays(ctx context.Context, tx *sqlx.Tx) error {
	if db.dialect.lockDays == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, db.dialect.lockDays)
	return err
}

func newVersion(ctx context.Context, tx *sqlx.Tx, from int64, text string) error {
	if err := txExec(ctx, tx, 1, "UPDATE catalogue_state SET version = ? WHERE version = ?", from+1, from); err != nil {
		return err
	}
	return txExec(ctx, tx, 1, "INSERT INTO catalogue (version, data) VALUES (?, ?)", from+1, text)
}

// onlyDaysOf gives errGuard when a day is stored that the change does not
// write: it appeared after the change was decided.
func onlyDaysOf(ctx context.Context, tx *sqlx.Tx, since scheduler.Date, days []scheduler.Day) error {
	type key struct {
		PoolID string `db:"pool_id"`
		Date   string `db:"date"`
	}
	written := make(map[key]bool, len(days))
	for i := range days {
		written[key{days[i].PoolID, dateText(days[i].Date)}] = true
	}
	stored, err := readAll(ctx, txRows(tx), as[key], "SELECT pool_id, date FROM days WHERE date >= ?", dateText(since))
	if err != nil {
		return err
	}
	if slices.ContainsFunc(stored, func(k key) bool { return !written[k] }) {
		return errGuard
	}
	return nil
}

// sortDays orders days so that writers of several lock them in one order.
func sortDays(days []scheduler.Day) []scheduler.Day {
	out := slices.Clone(days)
	slices.SortFunc(out, func(a, b scheduler.Day) int {
		return cmp.Or(cmp.Compare(a.PoolID, b.PoolID), a.Date.Compare(b.Date))
	})
	return out
}
