package store

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"mawid/scheduler"
)

type entryRow struct {
	noticeRow
	State     string  `db:"state"`
	SettledAt int64   `db:"settled_at"`
	Code      string  `db:"code"`
	Reference string  `db:"reference"`
	Recipient *string `db:"recipient"`
	Subject   string  `db:"subject"`
	Body      string  `db:"body"`
}

func (r *entryRow) entry() (scheduler.NoticeEntry, error) {
	e := scheduler.NoticeEntry{
		Notice: r.notice(), State: scheduler.NoticeState(r.State), Attempts: r.Attempts - r.Untried,
		Reference: r.Reference, SettledAt: instant(r.SettledAt), Code: r.Code,
	}
	if r.Recipient != nil {
		e.Message = &scheduler.Message{To: *r.Recipient, Subject: r.Subject, Text: r.Body}
	}
	return e, nil
}

// selectEntries reads entries from a table or sub-select of notices.
func selectEntries(notices string) string {
	return "SELECT n.id, n.subject_id, n.subject_kind, n.label, n.office_id, n.revision, n.sequence, n.kind, n.channel, n.due_at," +
		" n.useful_until, n.resent, n.attempts, n.untried, n.state, n.settled_at, n.code, COALESCE(a.reference, n.label) AS reference," +
		" m.recipient, COALESCE(m.subject, '') AS subject, COALESCE(m.body, '') AS body" +
		" FROM " + notices + " n LEFT JOIN appointments a ON a.id = n.subject_id" +
		" LEFT JOIN messages m ON m.notice_id = n.id"
}

// The two halves of the outbox have an index each; queries name the half in the
// words of its index.
const (
	openHalf    = "state IN ('due', 'sending')"
	settledHalf = "state NOT IN ('due', 'sending')"
)

var (
	openStates    = []scheduler.NoticeState{scheduler.NoticeDue, scheduler.NoticeSending}
	settledStates = []scheduler.NoticeState{
		scheduler.NoticeSent, scheduler.NoticeKept, scheduler.NoticeRevoked, scheduler.NoticeDead, scheduler.NoticeUnknown,
		scheduler.NoticeDelivered, scheduler.NoticeBounced, scheduler.NoticeExpired,
	}
)

// NoticeLog returns up to limit notices in one state, or in any when state is
// "", the last due first. A page goes on after the entry with beforeDue and
// beforeID; zero values start at the newest. An unknown state has none. Kept
// messages come without Raw.
func (db *DB) NoticeLog(ctx context.Context, state string, beforeDue time.Time, beforeID string, limit int) ([]scheduler.NoticeEntry, error) {
	due := int64(math.MaxInt64)
	if !beforeDue.IsZero() {
		due = micros(beforeDue)
	}
	var parts []string
	var args []any
	for _, where := range logParts(scheduler.NoticeState(state)) {
		parts = append(parts, "SELECT * FROM (SELECT * FROM notices WHERE "+where+
			" AND due_at <= ? AND (due_at < ? OR id < ?) ORDER BY due_at DESC, id DESC LIMIT ?) p")
		args = append(args, due, due, beforeID, max(limit, 0))
	}
	if len(parts) == 0 {
		return nil, nil
	}
	es, err := readAll(ctx, db.read.selectRows, (*entryRow).entry,
		selectEntries("("+strings.Join(parts, " UNION ALL ")+")")+" ORDER BY n.due_at DESC, n.id DESC LIMIT ?",
		append(args, max(limit, 0))...)
	return wrap(ctx, db, "read outbox", es, err)
}

// logParts gives a condition for each stretch of an index that holds notices of
// a state.
func logParts(state scheduler.NoticeState) []string {
	is := func(s scheduler.NoticeState) string { return " AND state = '" + string(s) + "'" }
	switch {
	case slices.Contains(openStates, state):
		return []string{openHalf + is(state)}
	case slices.Contains(settledStates, state):
		return []string{settledHalf + is(state)}
	case state != "":
		return nil
	}
	parts := []string{openHalf}
	for _, s := range settledStates {
		parts = append(parts, settledHalf+is(s))
	}
	return parts
}

// NoticesOf returns all notices about a subject, the first due first.
func (db *DB) NoticesOf(ctx context.Context, subjectID string) ([]scheduler.NoticeEntry, error) {
	es, err := readAll(ctx, db.read.selectRows, (*entryRow).entry,
		selectEntries("notices")+" WHERE n.subject_id = ? ORDER BY n.due_at, n.revision, n.id", subjectID)
	return wrap(ctx, db, "read notices", es, err)
}

// NoticeMessage returns the kept message of a notice with Raw, or ErrNotFound
// when none is kept.
func (db *DB) NoticeMessage(ctx context.Context, noticeID string) (scheduler.Message, error) {
	type row struct {
		To      string `db:"recipient"`
		Subject string `db:"subject"`
		Text    string `db:"body"`
		Raw     []byte `db:"raw"`
	}
	turn := func(r *row) (scheduler.Message, error) { return scheduler.Message(*r), nil }
	m, err := readOne(ctx, db.read.selectRows, turn,
		"SELECT recipient, subject, body, raw FROM messages WHERE notice_id = ?", noticeID)
	return wrap(ctx, db, "read message", m, err)
}

// Receipts returns what came of each attempt of a notice, oldest first, without
// messages.
func (db *DB) Receipts(ctx context.Context, noticeID string) ([]scheduler.Receipt, error) {
	type row struct {
		SettledAt  int64  `db:"settled_at"`
		State      string `db:"state"`
		RetryAt    int64  `db:"retry_at"`
		Code       string `db:"code"`
		ProviderID string `db:"provider_id"`
	}
	turn := func(r *row) (scheduler.Receipt, error) {
		return scheduler.Receipt{
			At: instant(r.SettledAt), State: scheduler.NoticeState(r.State), RetryAt: instant(r.RetryAt),
			Code: r.Code, ProviderID: r.ProviderID,
		}, nil
	}
	rs, err := readAll(ctx, db.read.selectRows, turn,
		"SELECT settled_at, state, retry_at, code, provider_id FROM receipts WHERE notice_id = ? ORDER BY attempt", noticeID)
	return wrap(ctx, db, "read receipts", rs, err)
}
