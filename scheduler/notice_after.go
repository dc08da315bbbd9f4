package scheduler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// NoticeQuestions asks three questions after a visit, a call or a meeting that left no file behind. It
// is planned with the end of the visit, once for each: its revision is always 0,
// so the outbox's own key holds a second one back.
const NoticeQuestions NoticeKind = "questions"

// When they come: not while the person is still on the stairs, and not when they
// no longer remember.
const (
	questionsAfter = time.Hour
	questionsUse   = 3 * 24 * time.Hour
)

// visitEnd is a visit that is over, or a call or a meeting.
type visitEnd struct {
	at       time.Time
	officeID string
	who      Citizen
	about    Subject
	sequence int
	file     string   // what the visitor gave as the number of their file
	origins  []string // those of a file that was opened at the visit
}

// visitEnd is the end of an appointment, as a visit.
func (a *Appointment) visitEnd(at time.Time) visitEnd {
	return visitEnd{at, a.OfficeID, a.Citizen, AboutAppointment(a.ID), a.Sequence, a.FileNumber, []string{"appointment:" + a.ID}}
}

// askVisitor adds the three questions to the change that ends the visit of a
// ticket; a is its appointment, nil for a walk-in.
func (e *Engine) askVisitor(ctx context.Context, t *Ticket, a *Appointment, change *Change) error {
	if t.State != TicketFinished || t.Outcome.Kind == OutcomeFileOpened {
		return nil
	}
	v := visitEnd{t.Since, t.OfficeID, t.Citizen, Subject{Kind: SubjectTicket, ID: t.ID, Label: t.Number}, 0, "", nil}
	if a != nil {
		v = a.visitEnd(t.Since)
		v.officeID = t.OfficeID // it may have gone on elsewhere
	}
	v.origins = append(v.origins, "ticket:"+t.ID)
	return e.askAfter(ctx, &v, change)
}

// askAfter adds the three questions to the change that ends a visit. Who left no
// address is not asked, and a visit about a file is not: the file asks when it is
// settled.
func (e *Engine) askAfter(ctx context.Context, v *visitEnd, change *Change) error {
	o, err := e.known().Office(v.officeID)
	if err != nil || !e.policy.Notices.Of(o).Questions {
		return nil //nolint:nilerr // an office that is no more asks nothing
	}
	channel := ChannelEmail
	switch {
	case v.who.Email != "":
	case v.who.Phone != "":
		channel = ChannelSMS
	default:
		return nil
	}
	loc := e.zoneOf(v.who.Zone, o.Zone)
	due := e.policy.Notices.Of(o).Decent(v.at.Add(questionsAfter), loc, e.known().Ramadan).UTC()
	until := v.at.Add(questionsUse)
	if !until.After(e.now()) {
		return nil // written down days later, after an outage
	}
	if file, err := e.leftFile(ctx, v); file || err != nil {
		return err
	}
	notices, err := e.withIDs([]Notice{{
		About: v.about, OfficeID: v.officeID, Sequence: v.sequence, Kind: NoticeQuestions, Channel: channel, DueAt: due, UsefulUntil: until,
	}})
	change.Notices = append(change.Notices, notices...)
	return err
}

// leftFile reports whether a visit was about a file, or a file was opened at it.
func (e *Engine) leftFile(ctx context.Context, v *visitEnd) (bool, error) {
	if ref, err := ParseReference(v.file); err == nil {
		_, err := e.store.FileByReference(ctx, ref)
		if !errors.Is(err, ErrNotFound) {
			return err == nil, err
		}
	}
	var keys []string
	for _, k := range e.personKeys(v.who) {
		keys = append(keys, "p:"+k)
	}
	if len(keys) == 0 {
		return false, nil
	}
	files, err := e.store.FilesByKeys(ctx, keys, 20)
	if err != nil {
		return false, fmt.Errorf("files of a visitor: %w", err)
	}
	return slices.ContainsFunc(files, func(f File) bool { return slices.Contains(v.origins, f.Origin) }), nil
}

// visitOver is the subject that a file was opened from, when that visit is over or
// under way: its questions would come beside the file's own.
func (e *Engine) visitOver(ctx context.Context, origin string) ([]string, error) {
	if id, ok := strings.CutPrefix(origin, "ticket:"); ok {
		return []string{id}, nil
	}
	id, ok := strings.CutPrefix(origin, "appointment:")
	if !ok {
		return nil, nil
	}
	a, err := e.store.Appointment(ctx, id)
	switch {
	case errors.Is(err, ErrNotFound), err == nil && a.Status != StatusServed && a.Status != StatusServing:
		return nil, nil // its reminders are still needed
	case err != nil:
		return nil, fmt.Errorf("visit of a file: %w", err)
	}
	return []string{id}, nil
}

// zoneOf is the first of the zones that is one.
func (e *Engine) zoneOf(names ...string) *time.Location {
	for _, name := range names {
		if loc, err := e.zones.Load(name); name != "" && err == nil {
			return loc
		}
	}
	return time.UTC
}
