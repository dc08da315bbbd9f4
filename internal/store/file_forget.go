package store

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"mawid/scheduler"
)

// forgettable are the files whose time has come and that were not erased yet.
const forgettable = "state <> 'open' AND ended_on <> '' AND ended_on < ? AND manage_hash IS NOT NULL"

// ForgetFiles erases who the files were about that ended before a day. Steps,
// dates and places stay, for the ledger.
func (db *DB) ForgetFiles(ctx context.Context, endedBefore scheduler.Date) (n int, err error) {
	before := dateText(endedBefore)
	of := " WHERE file_id IN (SELECT id FROM files WHERE " + forgettable + ")"
	err = db.tx(ctx, func(tx *sqlx.Tx) error {
		for _, q := range []string{
			"UPDATE file_steps SET note = ''" + of,
			"UPDATE file_promises SET what = '', made_by = ''" + of,
			"UPDATE file_events SET args = '{}', actor = ''" + of,
			"DELETE FROM file_keys" + of,
			"DELETE FROM file_accesses" + of,
			// The token goes last: without it nobody opens the file, and it is not erased twice.
			"UPDATE files SET name = '', email = '', phone = '', language = '', citizen_zone = '', for_whom = '', number = ''," +
				" identity_kind = '', identity_hash = NULL, identity_tail = '', documents = '[]', outcome = '', feed_id = ''," +
				" owner_id = '', origin = '', manage_hash = NULL WHERE " + forgettable,
		} {
			if n, err = affected(tx.ExecContext(ctx, sqlx.Rebind(sqlx.DOLLAR, q), before)); err != nil {
				return err
			}
		}
		return nil
	})
	return wrap(ctx, db, "forget files", n, err)
}

// ForgetFileAccesses deletes looks before a day.
func (db *DB) ForgetFileAccesses(ctx context.Context, before scheduler.Date) (int, error) {
	n, err := db.write.exec(ctx, "DELETE FROM file_accesses WHERE happened_at < ?", micros(before.At(0, time.UTC)))
	return wrap(ctx, db, "forget accesses", n, err)
}

// ForgetNeeds erases the words of opinions given before a day.
func (db *DB) ForgetNeeds(ctx context.Context, before scheduler.Date) (int, error) {
	n, err := db.write.exec(ctx, "UPDATE opinions SET need = '' WHERE given_on < ? AND need <> ''", dateText(before))
	return wrap(ctx, db, "forget needs", n, err)
}

// CountForgettable counts what ForgetFiles, ForgetFileAccesses and ForgetNeeds
// would erase.
func (db *DB) CountForgettable(ctx context.Context, files, accesses, needs scheduler.Date) (scheduler.Forgotten, error) {
	var out scheduler.Forgotten
	for _, q := range []struct {
		n    *int
		text string
		arg  any
	}{
		{&out.Files, "SELECT count(*) FROM files WHERE " + forgettable, dateText(files)},
		{&out.Accesses, "SELECT count(*) FROM file_accesses WHERE happened_at < ?", micros(accesses.At(0, time.UTC))},
		{&out.Opinions, "SELECT count(*) FROM opinions WHERE given_on < ? AND need <> ''", dateText(needs)},
	} {
		n, err := readOne(ctx, db.read.selectRows, as[int], q.text, q.arg)
		if err != nil {
			return out, db.fail(ctx, "count what can be forgotten", err)
		}
		*q.n = n
	}
	return out, nil
}
