package store

import (
	"context"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"mawid/scheduler"
)

// Feed returns a feed, revoked or not, or ErrNotFound.
func (db *DB) Feed(ctx context.Context, id string) (scheduler.Feed, error) {
	f, err := readOne(ctx, db.read.selectRows, (*feedRow).feed, "SELECT "+allFeedColumns+" FROM feeds WHERE id = ?", id)
	return wrap(ctx, db, "read feed", f, err)
}

// FeedsOf returns the feeds of a member of staff that are not revoked, oldest
// first.
func (db *DB) FeedsOf(ctx context.Context, ownerID string) ([]scheduler.Feed, error) {
	fs, err := readAll(ctx, db.read.selectRows, (*feedRow).feed,
		"SELECT "+allFeedColumns+" FROM feeds WHERE owner_id = ? AND owner_id <> '' AND revoked_at = 0 ORDER BY created_at, id", ownerID)
	return wrap(ctx, db, "read feeds", fs, err)
}

// ReplaceFeed adds a staff feed and revokes the one of the same owner, kind and
// office. Of two at once one is ErrConflict.
func (db *DB) ReplaceFeed(ctx context.Context, f scheduler.Feed) error {
	err := db.tx(ctx, func(tx *sqlx.Tx) error {
		at := micros(f.CreatedAt)
		_, err := tx.ExecContext(ctx, sqlx.Rebind(sqlx.DOLLAR, "UPDATE feeds SET revoked_at = ?, changed_at = ?"+
			" WHERE owner_id = ? AND kind = ? AND office_id = ? AND owner_id <> '' AND revoked_at = 0"),
			at, at, f.OwnerID, string(f.Kind), f.OfficeID)
		if err != nil {
			return err
		}
		args := append(feedValues(&f), f.OwnerID, f.OfficeID, f.Language, flag(f.ShowService), f.Generation, 0, 0, at)
		return txExec(ctx, tx, 1, "INSERT INTO feeds ("+allFeedColumns+") VALUES ("+marks(len(args))+")", args...)
	})
	if err != nil {
		return db.fail(ctx, "replace feed", err)
	}
	return nil
}

// UpdateFeed writes token hash, options and ChangedAt of a feed that is not
// revoked and whose generation is from; otherwise ErrConflict.
func (db *DB) UpdateFeed(ctx context.Context, f scheduler.Feed, from int) error {
	n, err := db.write.exec(ctx, "UPDATE feeds SET token_hash = ?, show_service = ?, language = ?, generation = ?, changed_at = ?"+
		" WHERE id = ? AND generation = ? AND revoked_at = 0",
		bytesNotNull(f.TokenHash), flag(f.ShowService), f.Language, f.Generation, micros(f.ChangedAt), f.ID, from)
	if err == nil && n == 0 {
		err = errGuard
	}
	if err != nil {
		return db.fail(ctx, "update feed", err)
	}
	return nil
}

// RevokeFeed ends a feed of an owner; ErrNotFound when there is none.
func (db *DB) RevokeFeed(ctx context.Context, id, ownerID string, at time.Time) error {
	n, err := db.write.exec(ctx, "UPDATE feeds SET revoked_at = ?, changed_at = ?"+
		" WHERE id = ? AND owner_id = ? AND owner_id <> '' AND revoked_at = 0", micros(at), micros(at), id, ownerID)
	if err == nil && n == 0 {
		err = scheduler.ErrNotFound
	}
	if err != nil {
		return db.fail(ctx, "revoke feed", err)
	}
	return nil
}

// NoteFeedUse notes when feeds were last fetched, where that is later than what
// is noted.
func (db *DB) NoteFeedUse(ctx context.Context, used map[string]time.Time) error {
	for id, at := range used {
		if _, err := db.write.exec(ctx, "UPDATE feeds SET used_at = ? WHERE id = ? AND used_at < ?", micros(at), id, micros(at)); err != nil {
			return db.fail(ctx, "note use of a feed", err)
		}
	}
	return nil
}

// FeedChanges lists what moved on in calendars at since or later, by the clock
// of the node that changed it: at most limit of each.
func (db *DB) FeedChanges(ctx context.Context, since time.Time, limit int) (scheduler.FeedChanges, error) {
	type row struct {
		ID       string `db:"id"`
		FeedID   string `db:"feed_id"`
		OfficeID string `db:"office_id"`
	}
	turn := func(r *row) (scheduler.ChangedAppointment, error) {
		return scheduler.ChangedAppointment{ID: r.ID, FeedID: r.FeedID, OfficeID: r.OfficeID}, nil
	}
	var c scheduler.FeedChanges
	err := db.snapshot(ctx, func(sel selector) (err error) {
		if c.CatalogueVersion, err = readOne(ctx, sel, as[int64], "SELECT version FROM catalogue_state"); err != nil {
			return err
		}
		c.Feeds, err = readAll(ctx, sel, as[string],
			"SELECT id FROM feeds WHERE changed_at > 0 AND changed_at >= ? LIMIT ?", micros(since), limit)
		if err != nil {
			return err
		}
		files, err := readAll(ctx, sel, as[string],
			"SELECT feed_id FROM files WHERE updated_at >= ? AND feed_id <> '' LIMIT ?", micros(since), limit)
		if err != nil {
			return err
		}
		c.Feeds = append(c.Feeds, files...)
		c.Appointments, err = readAll(ctx, sel, turn,
			"SELECT id, feed_id, office_id FROM appointments WHERE updated_at >= ? LIMIT ?", micros(since), limit)
		c.Overflow = len(c.Appointments) >= limit || len(c.Feeds) >= limit
		return err
	})
	return wrap(ctx, db, "read changes of feeds", c, err)
}

// Visits returns the appointments of the offices that start at from ≤ t < to, of
// every status, in order of their date at the office and start: the first limit
// of them.
func (db *DB) Visits(ctx context.Context, offices []string, from, to time.Time, limit int) ([]scheduler.Appointment, error) {
	if len(offices) == 0 {
		return nil, nil
	}
	// The date is there for the index; no zone is more than a day from UTC.
	args := []any{
		dateText(scheduler.DateOf(from.UTC()).AddDays(-1)), dateText(scheduler.DateOf(to.UTC()).AddDays(1)),
		micros(from), micros(to),
	}
	in := idList(offices)
	as, err := readAll(ctx, db.read.selectRows, (*appointmentRow).appointment,
		"SELECT "+appointmentColumns+" FROM appointments"+
			" WHERE date >= ? AND date <= ? AND starts_at >= ? AND starts_at < ? AND office_id IN ("+marks(len(in))+")"+
			" ORDER BY date, starts_at, id LIMIT ?", append(append(args, in...), limit)...)
	return wrap(ctx, db, "read visits", as, err)
}

// StampZoneData notes that the instants of appointments agree with a version of
// the zone data.
func (db *DB) StampZoneData(ctx context.Context, version string, ids []string) error {
	for part := range slices.Chunk(ids, rowsPerWrite) {
		in := idList(part)
		_, err := db.write.exec(ctx, "UPDATE appointments SET tz_version = ? WHERE id IN ("+marks(len(in))+")", append([]any{version}, in...)...)
		if err != nil {
			return db.fail(ctx, "stamp zone data", err)
		}
	}
	return nil
}

// OtherZoneData counts the appointments from a date on whose instants were
// derived from another version of the zone data.
func (db *DB) OtherZoneData(ctx context.Context, version string, from scheduler.Date) (int, error) {
	n, err := readOne(ctx, db.read.selectRows, as[int],
		"SELECT count(*) FROM appointments WHERE date >= ? AND tz_version <> ? AND status IN ("+liveStatuses()+")", dateText(from), version)
	return wrap(ctx, db, "count other zone data", n, err)
}
