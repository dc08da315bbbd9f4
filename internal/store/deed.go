package store

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"mawid/scheduler"
)

const (
	deedColumns = "id, happened_at, user_id, login, action, office_id, subject"
	insertDeed  = "INSERT INTO deeds (" + deedColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?)"
)

type deedRow struct {
	ID         string `db:"id"`
	HappenedAt int64  `db:"happened_at"`
	UserID     string `db:"user_id"`
	Login      string `db:"login"`
	Action     string `db:"action"`
	OfficeID   string `db:"office_id"`
	Subject    string `db:"subject"`
}

func (r *deedRow) deed() (scheduler.Deed, error) {
	return scheduler.Deed{
		ID: r.ID, At: instant(r.HappenedAt), UserID: r.UserID, Login: r.Login,
		Action: scheduler.Action(r.Action), OfficeID: r.OfficeID, Subject: r.Subject,
	}, nil
}

func deedValues(d *scheduler.Deed) []any {
	return []any{d.ID, micros(d.At), d.UserID, d.Login, string(d.Action), d.OfficeID, d.Subject}
}

func insertDeeds(ctx context.Context, tx *sqlx.Tx, deeds []scheduler.Deed) error {
	for i := range deeds {
		if err := txExec(ctx, tx, 1, insertDeed, deedValues(&deeds[i])...); err != nil {
			return err
		}
	}
	return nil
}

// AddDeed writes a line of the log.
func (db *DB) AddDeed(ctx context.Context, d scheduler.Deed) error {
	if _, err := db.write.exec(ctx, insertDeed, deedValues(&d)...); err != nil {
		return db.fail(ctx, "add deed", err)
	}
	return nil
}

// Deeds returns a page of the log, newest first.
func (db *DB) Deeds(ctx context.Context, q scheduler.DeedQuery) ([]scheduler.Deed, error) {
	where, args := " WHERE 1 = 1", []any(nil)
	for _, c := range []struct{ test, value string }{
		{" AND user_id = ?", q.UserID}, {" AND office_id = ?", q.OfficeID}, {" AND id < ?", q.BeforeID},
	} {
		if c.value != "" {
			where, args = where+c.test, append(args, c.value)
		}
	}
	args = append(args, q.Limit)
	all, err := readAll(ctx, db.read.selectRows, (*deedRow).deed,
		"SELECT "+deedColumns+" FROM deeds"+where+" ORDER BY id DESC LIMIT ?", args...)
	return wrap(ctx, db, "read deeds", all, err)
}

// ForgetDeeds deletes what was done before the instant, and returns how many
// lines.
func (db *DB) ForgetDeeds(ctx context.Context, before time.Time) (int, error) {
	n, err := db.write.exec(ctx, "DELETE FROM deeds WHERE happened_at < ?", micros(before))
	return wrap(ctx, db, "forget deeds", n, err)
}
