package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"mawid/scheduler"
)

// addressHash is how an address is noted: mail addresses regardless of case.
func addressHash(address string) string {
	h := sha256.Sum256([]byte(strings.ToLower(address)))
	return hex.EncodeToString(h[:])
}

func noteAddress(ctx context.Context, tx *sqlx.Tx, address, code string, at time.Time) error {
	if address == "" {
		return nil
	}
	return txExec(ctx, tx, 1, "INSERT INTO bad_addresses (address_hash, code, noted_at) VALUES (?, ?, ?)"+
		" ON CONFLICT (address_hash) DO UPDATE SET code = excluded.code, noted_at = excluded.noted_at",
		addressHash(address), code, micros(at))
}

// sayInstead adds a notice that says the same by another channel, unless it was
// said there before.
func sayInstead(ctx context.Context, tx *sqlx.Tx, n *scheduler.Notice) error {
	if n == nil {
		return nil
	}
	_, err := tx.ExecContext(ctx, sqlx.Rebind(sqlx.DOLLAR,
		"INSERT INTO notices ("+noticeColumns+") VALUES ("+marks(strings.Count(noticeColumns, ",")+1)+")"+sayOnce), noticeValues(n)...)
	return err
}

// NoticeObstacles returns what stands against sending a notice about a subject to
// an address.
func (db *DB) NoticeObstacles(ctx context.Context, subjectID, address string) (scheduler.Obstacles, error) {
	type row struct {
		Bad     *string `db:"bad"`
		Stopped int     `db:"stopped"`
	}
	turn := func(r *row) (scheduler.Obstacles, error) {
		o := scheduler.Obstacles{Stopped: r.Stopped > 0}
		if r.Bad != nil {
			o.BadAddress = *r.Bad
		}
		return o, nil
	}
	o, err := readOne(ctx, db.read.selectRows, turn,
		"SELECT (SELECT code FROM bad_addresses WHERE address_hash = ?) AS bad,"+
			" (SELECT count(*) FROM reminders_stopped WHERE subject_id = ?) AS stopped", addressHash(address), subjectID)
	return wrap(ctx, db, "read obstacles", o, err)
}

// ForgiveAddress forgets that an address did not work; an unknown one is no
// error.
func (db *DB) ForgiveAddress(ctx context.Context, address string) error {
	if _, err := db.write.exec(ctx, "DELETE FROM bad_addresses WHERE address_hash = ?", addressHash(address)); err != nil {
		return db.fail(ctx, "forgive address", err)
	}
	return nil
}

// StopReminders notes that a person wants no reminders about a subject. Doing it
// twice is no error.
func (db *DB) StopReminders(ctx context.Context, subjectID string, at time.Time) error {
	if _, err := db.write.exec(ctx, "INSERT INTO reminders_stopped (subject_id, stopped_at) VALUES (?, ?)"+
		" ON CONFLICT (subject_id) DO NOTHING", subjectID, micros(at)); err != nil {
		return db.fail(ctx, "stop reminders", err)
	}
	return nil
}

// handedOver are the states that a report can change, by what it says.
var handedOver = map[scheduler.NoticeState]string{
	scheduler.NoticeDelivered: "'sent', 'unknown'",
	scheduler.NoticeBounced:   "'sent', 'unknown', 'delivered'",
}

// ReportNotice writes what came back of a notice. ErrNotFound when there is no
// such notice; ErrConflict when it was not handed over, or this was reported
// before: nothing is written then. A delay (NoticeSent) is only noted.
func (db *DB) ReportNotice(ctx context.Context, noticeID string, r scheduler.Report) error {
	from, changes := handedOver[r.State]
	if !changes && r.State != scheduler.NoticeSent {
		return errors.New("report notice: a report says delivered, bounced or delayed")
	}
	err := db.tx(ctx, func(tx *sqlx.Tx) error {
		office, err := readOne(ctx, txRows(tx), as[string], "SELECT office_id FROM notices WHERE id = ?", noticeID)
		if err != nil {
			return err
		}
		if changes {
			if err := txExec(ctx, tx, 1, "UPDATE notices SET state = ?, settled_at = ?, code = ? WHERE id = ? AND state IN ("+from+")",
				string(r.State), micros(r.At), r.Code, noticeID); err != nil {
				return err
			}
		}
		if err := noteEvent(ctx, tx, noticeID, office, scheduler.NoticeEvent{At: r.At, What: string(r.State), Code: r.Code}); err != nil {
			return err
		}
		if err := noteAddress(ctx, tx, r.BadAddress, r.Code, r.At); err != nil {
			return err
		}
		return sayInstead(ctx, tx, r.Instead)
	})
	if err != nil {
		return db.fail(ctx, "report notice", err)
	}
	return nil
}

// noteEvent keeps an event; one that is known is left out.
func noteEvent(ctx context.Context, tx *sqlx.Tx, noticeID, officeID string, e scheduler.NoticeEvent) error {
	_, err := tx.ExecContext(ctx, sqlx.Rebind(sqlx.DOLLAR, "INSERT INTO notice_events"+
		" (notice_id, office_id, happened_at, what, code, actor) VALUES (?, ?, ?, ?, ?, ?)"+
		" ON CONFLICT (notice_id, happened_at, what) DO NOTHING"),
		noticeID, officeID, micros(e.At), e.What, e.Code, e.Actor)
	return err
}

// ResendNotice has a settled notice sent once more at once, by an operator's
// wish. One that was never handed over (dead) is retried under its old name.
// ErrNotFound; ErrConflict when it is not settled, or is revoked.
func (db *DB) ResendNotice(ctx context.Context, noticeID string, at time.Time, actor string) error {
	err := db.tx(ctx, func(tx *sqlx.Tx) error {
		type row struct {
			Office string `db:"office_id"`
			State  string `db:"state"`
		}
		n, err := readOne(ctx, txRows(tx), as[row], "SELECT office_id, state FROM notices WHERE id = ?", noticeID)
		if err != nil {
			return err
		}
		what, more := "resent", 1
		if n.State == string(scheduler.NoticeDead) {
			what, more = "retried", 0
		}
		if err := txExec(ctx, tx, 1, "UPDATE notices SET state = 'due', due_at = ?, resent = resent + ?"+
			" WHERE id = ? AND state = ? AND state IN ('sent', 'kept', 'dead', 'unknown', 'delivered', 'bounced')",
			micros(at), more, noticeID, n.State); err != nil {
			return err
		}
		return noteEvent(ctx, tx, noticeID, n.Office, scheduler.NoticeEvent{At: at, What: what, Actor: actor})
	})
	if err != nil {
		return db.fail(ctx, "resend notice", err)
	}
	return nil
}

// NoticeEvents returns what happened to a notice after its hand-over, oldest
// first.
func (db *DB) NoticeEvents(ctx context.Context, noticeID string) ([]scheduler.NoticeEvent, error) {
	type row struct {
		At    int64  `db:"happened_at"`
		What  string `db:"what"`
		Code  string `db:"code"`
		Actor string `db:"actor"`
	}
	turn := func(r *row) (scheduler.NoticeEvent, error) {
		return scheduler.NoticeEvent{At: instant(r.At), What: r.What, Code: r.Code, Actor: r.Actor}, nil
	}
	es, err := readAll(ctx, db.read.selectRows, turn,
		"SELECT happened_at, what, code, actor FROM notice_events WHERE notice_id = ? ORDER BY happened_at, what", noticeID)
	return wrap(ctx, db, "read notice events", es, err)
}

// NoticeByProvider returns the id of the notice that a gateway or server knows
// under its own id, the newest first, or ErrNotFound.
func (db *DB) NoticeByProvider(ctx context.Context, channel scheduler.Channel, providerID string) (string, error) {
	id, err := readOne(ctx, db.read.selectRows, as[string],
		"SELECT n.id FROM receipts r JOIN notices n ON n.id = r.notice_id"+
			" WHERE r.provider_id = ? AND r.provider_id <> '' AND n.channel = ? ORDER BY r.settled_at DESC LIMIT 1",
		providerID, string(channel))
	return wrap(ctx, db, "find notice", id, err)
}
