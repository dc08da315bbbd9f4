package scheduler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// NoticeQuestions asks three questions after a visit that left no file behind. It
// is planned with the end of the visit, once for each: its revision is always 0,
// so the outbox's own key holds a second one back.
const NoticeQuestions NoticeKind = "questions"

// When they come: not while the person is still on the stairs, and not when they
// no longer remember.
const (
	questionsAfter = time.Hour
	questionsUse   = 3 * 24 * time.Hour
)

// askAfter adds the three questions to the change that ends a visit; a is its
// appointment, nil for a walk-in. Who left no address is not asked, and a visit
// about a file is not: the file asks when it is settled.
func (e *Engine) askAfter(ctx context.Context, t *Ticket, a *Appointment, change *Change) error {
	o, err := e.known().Office(t.OfficeID)
	if err != nil || t.State != TicketFinished || !e.policy.Notices.Of(o).Questions || t.Outcome.Kind == OutcomeFileOpened {
		return nil
	}
	who, about, sequence := t.Citizen, Subject{Kind: SubjectTicket, ID: t.ID, Label: t.Number}, 0
	if a != nil {
		who, about, sequence = a.Citizen, AboutAppointment(a.ID), a.Sequence
	}
	channel := ChannelEmail
	switch {
	case who.Email != "":
	case who.Phone != "":
		channel = ChannelSMS
	default:
		return nil
	}
	loc := e.zoneOf(who.Zone, o.Zone)
	due := e.policy.Notices.Of(o).Decent(t.Since.Add(questionsAfter), loc, e.known().Ramadan).UTC()
	until := t.Since.Add(questionsUse)
	if !until.After(e.now()) {
		return nil // written down days later, after an outage
	}
	if file, err := e.leftFile(ctx, t, a, who); file || err != nil {
		return err
	}
	notices, err := e.withIDs([]Notice{{
		About: about, OfficeID: t.OfficeID, Sequence: sequence, Kind: NoticeQuestions, Channel: channel, DueAt: due, UsefulUntil: until,
	}})
	change.Notices = append(change.Notices, notices...)
	return err
}

// leftFile reports whether a visit was about a file, or a file was opened at it.
func (e *Engine) leftFile(ctx context.Context, t *Ticket, a *Appointment, who Citizen) (bool, error) {
	origins := []string{"ticket:" + t.ID}
	if a != nil {
		origins = append(origins, "appointment:"+a.ID)
		if ref, err := ParseReference(a.FileNumber); err == nil {
			_, err := e.store.FileByReference(ctx, ref)
			if !errors.Is(err, ErrNotFound) {
				return err == nil, err
			}
		}
	}
	var keys []string
	for _, k := range e.personKeys(who) {
		keys = append(keys, "p:"+k)
	}
	if len(keys) == 0 {
		return false, nil
	}
	files, err := e.store.FilesByKeys(ctx, keys, 20)
	if err != nil {
		return false, fmt.Errorf("files of a visitor: %w", err)
	}
	return slices.ContainsFunc(files, func(f File) bool { return slices.Contains(origins, f.Origin) }), nil
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
