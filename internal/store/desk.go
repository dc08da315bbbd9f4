package store

import (
	"context"
	"strings"
	"time"

	"mawid/scheduler"
)

// AppointmentsOn returns the appointments of the offices that start at
// from ≤ t < to, of every status, in order of their start. No offices have none.
func (db *DB) AppointmentsOn(ctx context.Context, offices []string, from, to time.Time) ([]scheduler.Appointment, error) {
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
			" ORDER BY starts_at, id", append(args, in...)...)
	return wrap(ctx, db, "read agenda", as, err)
}

// Notices returns a page of notices for the desk. Kept messages come without
// Raw.
func (db *DB) Notices(ctx context.Context, q scheduler.NoticeQuery) ([]scheduler.NoticeEntry, error) {
	if q.Offices != nil && len(q.Offices) == 0 {
		return nil, nil
	}
	states, order := []string{openHalf}, " ORDER BY %due_at, %id"
	if !q.Open {
		states, order = settledParts(), " ORDER BY %due_at DESC, %id DESC"
	}
	if !q.Open && q.Stuck {
		states = partsOf(scheduler.NoticeDead, scheduler.NoticeBounced, scheduler.NoticeUnknown, scheduler.NoticeExpired)
	}
	where, args := deskConditions(q)
	args = append(args, max(q.Limit, 0))
	var parts []string
	var all []any
	for _, state := range states {
		parts = append(parts, "SELECT * FROM (SELECT * FROM notices WHERE "+state+where+strings.ReplaceAll(order, "%", "")+" LIMIT ?) p")
		all = append(all, args...)
	}
	es, err := readAll(ctx, db.read.selectRows, (*entryRow).entry,
		selectEntries("("+strings.Join(parts, " UNION ALL ")+")")+strings.ReplaceAll(order, "%", "n.")+" LIMIT ?",
		append(all, max(q.Limit, 0))...)
	return wrap(ctx, db, "read outbox of the desk", es, err)
}

// settledParts names the stretches of the index of what is settled.
func settledParts() []string { return partsOf(settledStates...) }

func partsOf(states ...scheduler.NoticeState) []string {
	var parts []string
	for _, s := range states {
		parts = append(parts, settledHalf+" AND state = '"+string(s)+"'")
	}
	return parts
}

// deskConditions narrows a query to its offices and to what comes after a page.
func deskConditions(q scheduler.NoticeQuery) (string, []any) {
	var where string
	var args []any
	if q.Offices != nil {
		in := idList(q.Offices)
		where, args = " AND office_id IN ("+marks(len(in))+")", in
	}
	if q.AfterDue.IsZero() {
		return where, args
	}
	beyond := "<"
	if q.Open {
		beyond = ">"
	}
	due := micros(q.AfterDue)
	where += " AND due_at " + beyond + "= ? AND (due_at " + beyond + " ? OR id " + beyond + " ?)"
	return where, append(args, due, due, q.AfterID)
}

// Notice returns one notice with its kept message, Raw included, or ErrNotFound.
func (db *DB) Notice(ctx context.Context, id string) (scheduler.NoticeEntry, error) {
	e, err := readOne(ctx, db.read.selectRows, (*entryRow).entry, selectEntries("notices")+" WHERE n.id = ?", id)
	if err == nil && e.Message != nil {
		var m scheduler.Message
		m, err = db.NoticeMessage(ctx, id)
		e.Message = &m
	}
	return wrap(ctx, db, "read notice", e, err)
}
