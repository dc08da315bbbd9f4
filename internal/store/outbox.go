package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"mawid/scheduler"
)

const (
	noticeColumns = "id, subject_id, office_id, revision, sequence, kind, channel, due_at, useful_until," +
		" state, attempts, lease_until, settled_at, code, subject_kind, label, rank, resent, recipient, untried"
	receiptColumns = "notice_id, office_id, attempt, settled_at, state, retry_at, code, provider_id"
	// sayOnce leaves out a notice that was said before. An id used twice is still
	// an error.
	sayOnce = " ON CONFLICT (subject_id, subject_kind, revision, kind, channel) DO NOTHING"
)

type noticeRow struct {
	ID          string `db:"id"`
	SubjectKind string `db:"subject_kind"`
	SubjectID   string `db:"subject_id"`
	Label       string `db:"label"`
	OfficeID    string `db:"office_id"`
	Revision    int    `db:"revision"`
	Sequence    int    `db:"sequence"`
	Kind        string `db:"kind"`
	Channel     string `db:"channel"`
	DueAt       int64  `db:"due_at"`
	UsefulUntil int64  `db:"useful_until"`
	Resent      int    `db:"resent"`
	Attempts    int    `db:"attempts"`
	Untried     int    `db:"untried"`
	Recipient   string `db:"recipient"`
}

func (r *noticeRow) notice() scheduler.Notice {
	return scheduler.Notice{
		ID: r.ID, About: scheduler.Subject{Kind: scheduler.SubjectKind(r.SubjectKind), ID: r.SubjectID, Label: r.Label},
		OfficeID: r.OfficeID, Revision: r.Revision, Sequence: r.Sequence,
		Kind: scheduler.NoticeKind(r.Kind), Channel: scheduler.Channel(r.Channel),
		DueAt: instant(r.DueAt), UsefulUntil: instant(r.UsefulUntil), Resent: r.Resent, Recipient: r.Recipient,
	}
}

func (r *noticeRow) claimed() (scheduler.ClaimedNotice, error) {
	return scheduler.ClaimedNotice{Notice: r.notice(), Attempt: r.Attempts, Untried: r.Untried}, nil
}

// noticeValues are in the order of noticeColumns, for a notice that is due.
func noticeValues(n *scheduler.Notice) []any {
	return []any{
		n.ID, n.About.ID, n.OfficeID, n.Revision, n.Sequence, string(n.Kind), string(n.Channel),
		micros(n.DueAt), micros(n.UsefulUntil), string(scheduler.NoticeDue), 0, int64(0), int64(0), "",
		string(n.About.Kind), n.About.Label, n.Kind.Rank(), n.Resent, n.Recipient, 0,
	}
}

// ClaimNotices takes up to limit notices of a channel that are due at now, or
// whose worker let its lease end, and gives them to the caller until leaseUntil.
// Those of a lower rank come first, of one rank the longest due. No two callers
// ever hold one notice at a time, unless a lease ended; then the older holder's
// settlement is refused.
func (db *DB) ClaimNotices(
	ctx context.Context, channel scheduler.Channel, now, leaseUntil time.Time, limit int,
) ([]scheduler.ClaimedNotice, error) {
	limit = max(limit, 0)
	var args []any
	for range ranks {
		args = append(args, string(channel), micros(now), micros(now), limit)
	}
	ns, err := readAll(ctx, db.write.selectRows, (*noticeRow).claimed, db.claimText(), append(args, micros(leaseUntil), limit)...)
	slices.SortFunc(ns, func(a, b scheduler.ClaimedNotice) int {
		return cmp.Or(cmp.Compare(a.Kind.Rank(), b.Kind.Rank()), a.DueAt.Compare(b.DueAt))
	})
	return wrap(ctx, db, "claim notices", ns, err)
}

// ranks is how many ranks there are, see scheduler.NoticeKind.
const ranks = 3

// claimText looks at each rank by itself, so that each look is one short walk
// along the index of what is due.
func (db *DB) claimText() string {
	var looks []string
	for r := range ranks {
		looks = append(looks, "SELECT * FROM (SELECT id, rank, due_at FROM notices"+
			" WHERE state IN ('due', 'sending') AND channel = ? AND rank = "+strconv.Itoa(r)+
			" AND due_at <= ? AND (state = 'due' OR lease_until <= ?)"+
			" ORDER BY due_at LIMIT ? "+db.dialect.skipLocked+") r"+strconv.Itoa(r))
	}
	return "WITH picked AS MATERIALIZED (" + strings.Join(looks, " UNION ALL ") + ")" +
		" UPDATE notices SET state = 'sending', attempts = attempts + 1, lease_until = ?" +
		" WHERE id IN (SELECT id FROM picked ORDER BY rank, due_at LIMIT ?)" +
		" RETURNING id, subject_id, office_id, revision, sequence, kind, channel, due_at, useful_until, attempts, untried, subject_kind, label, resent, recipient"
}

// SettleNotice writes what came of an attempt: the notice's state, when it is
// due again, the receipt and the kept message, all together. ErrConflict when
// the notice was claimed by another since, or is settled already.
func (db *DB) SettleNotice(ctx context.Context, n scheduler.ClaimedNotice, r scheduler.Receipt) error {
	if r.State == scheduler.NoticeSending || r.State == "" {
		return errors.New("settle notice: a settlement needs a settled state or a retry")
	}
	err := db.tx(ctx, func(tx *sqlx.Tx) error {
		news, err := isNews(ctx, tx, &n, &r)
		if err != nil {
			return err
		}
		if err := settle(ctx, tx, &n, &r); err != nil {
			return err
		}
		if err := keepReceipt(ctx, tx, &n, &r, news); err != nil {
			return err
		}
		if err := noteAddress(ctx, tx, r.BadAddress, r.Code, r.At); err != nil {
			return err
		}
		if err := sayInstead(ctx, tx, r.Instead); err != nil {
			return err
		}
		return keepMessage(ctx, tx, &n, r.Message)
	})
	if err != nil {
		return db.fail(ctx, "settle notice", err)
	}
	return nil
}

// isNews reports whether a receipt says anything that the one before did not: a
// notice that waits for a provider for hours, or for the morning, has one receipt
// of it.
func isNews(ctx context.Context, tx *sqlx.Tx, n *scheduler.ClaimedNotice, r *scheduler.Receipt) (bool, error) {
	if !r.Untried {
		return true, nil
	}
	same, err := readOne(ctx, txRows(tx), as[int], "SELECT count(*) FROM notices WHERE id = ? AND code = ? AND untried > 0", n.ID, r.Code)
	return same == 0, err
}

func keepReceipt(ctx context.Context, tx *sqlx.Tx, n *scheduler.ClaimedNotice, r *scheduler.Receipt, news bool) error {
	if !news {
		return nil
	}
	return txExec(ctx, tx, 1, "INSERT INTO receipts ("+receiptColumns+") VALUES ("+marks(8)+")",
		n.ID, n.OfficeID, n.Attempt, micros(r.At), string(r.State), micros(r.RetryAt), r.Code, r.ProviderID)
}

func settle(ctx context.Context, tx *sqlx.Tx, n *scheduler.ClaimedNotice, r *scheduler.Receipt) error {
	due := n.DueAt
	if r.State == scheduler.NoticeDue {
		due = r.RetryAt
	}
	recipient := "" // an address is not kept longer than it takes to write to it
	if r.State == scheduler.NoticeDue {
		recipient = n.Recipient
	}
	untried := 0
	if r.Untried {
		untried = 1
	}
	return txExec(ctx, tx, 1, "UPDATE notices SET state = ?, due_at = ?, lease_until = 0, settled_at = ?, code = ?, recipient = ?, untried = untried + ?"+
		" WHERE id = ? AND attempts = ? AND state = 'sending'",
		string(r.State), micros(due), micros(r.At), r.Code, recipient, untried, n.ID, n.Attempt)
}

func keepMessage(ctx context.Context, tx *sqlx.Tx, n *scheduler.ClaimedNotice, m *scheduler.Message) error {
	if m == nil {
		return nil
	}
	return txExec(ctx, tx, 1, "INSERT INTO messages (notice_id, office_id, recipient, subject, body, raw)"+
		" VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (notice_id) DO UPDATE SET"+
		" recipient = excluded.recipient, subject = excluded.subject, body = excluded.body, raw = excluded.raw",
		n.ID, n.OfficeID, m.To, m.Subject, m.Text, bytesOrNull(m.Raw))
}
