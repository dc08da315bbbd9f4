package scheduler

import (
	"context"
	"errors"
	"fmt"
)

// VisitRecord is all that is kept of the person of an appointment, beside the
// notices (law 09-08, right of access).
type VisitRecord struct {
	History  []HistoryEntry // oldest first
	Ticket   *Ticket        // nil for none
	Story    []TicketStep   // of the ticket
	Wish     *Wish          // for another time; nil for none
	Opinions []Opinion      // about the appointment and its ticket
	Calendar Feed
}

// RecordOf gathers it for whoever holds the appointment's token; ErrNotFound to
// all others.
func (e *Engine) RecordOf(ctx context.Context, a *Appointment, by Actor) (VisitRecord, error) {
	r, err := e.recordOf(ctx, a, by)
	if err != nil {
		return VisitRecord{}, fmt.Errorf("record of an appointment: %w", err)
	}
	return r, nil
}

func (e *Engine) recordOf(ctx context.Context, a *Appointment, by Actor) (r VisitRecord, err error) {
	if r.History, err = e.History(ctx, a, by); err != nil {
		return r, err
	}
	if r.Calendar, err = e.store.Feed(ctx, a.FeedID); err != nil && !errors.Is(err, ErrNotFound) {
		return r, err
	}
	if err := e.addOpinion(ctx, &r.Opinions, OpinionAppointment, a.ID); err != nil {
		return r, err
	}
	w, err := e.store.WishOfAppointment(ctx, a.ID, a.Sequence)
	switch {
	case err == nil:
		r.Wish = &w
	case !errors.Is(err, ErrNotFound):
		return r, err
	}
	t, err := e.store.TicketOf(ctx, a.ID)
	if errors.Is(err, ErrNotFound) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	r.Ticket = &t
	if r.Story, err = e.store.TicketSteps(ctx, t.ID); err != nil {
		return r, err
	}
	return r, e.addOpinion(ctx, &r.Opinions, OpinionTicket, t.ID)
}

// OpinionsOf returns what was said about a subject by its person, at most one.
func (e *Engine) OpinionsOf(ctx context.Context, kind OpinionKind, subjectID string) (out []Opinion, err error) {
	err = e.addOpinion(ctx, &out, kind, subjectID)
	return out, err
}

func (e *Engine) addOpinion(ctx context.Context, to *[]Opinion, kind OpinionKind, subjectID string) error {
	o, err := e.store.OpinionOf(ctx, kind, subjectID)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("opinion: %w", err)
	}
	*to = append(*to, o)
	return nil
}
