package scheduler

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// IsKiosk reports whether a token is that of the kiosk of an office.
func (e *Engine) IsKiosk(token, officeID string) bool {
	return e.isKiosk(Actor{ManageToken: token}, officeID)
}

// CheckInTyped is CheckIn by what a person has at hand at the kiosk or the desk
// of an office: the reference as they type it, or what a scanner reads from the
// code on their slip, which is the address of their page. InvalidError for what
// cannot be a reference; ErrNotFound when the office has no such appointment.
func (e *Engine) CheckInTyped(ctx context.Context, officeID, typed string, by Actor) (Ticket, error) {
	var a Appointment
	var err error
	if _, token, scanned := strings.Cut(typed, "/a/"); scanned {
		token, _, _ = strings.Cut(strings.TrimSpace(token), "?")
		a, err = e.AppointmentByToken(ctx, token)
	} else {
		var reference string
		if reference, err = ParseReference(typed); err == nil {
			a, err = e.store.AppointmentByReference(ctx, reference)
		}
	}
	if err == nil && a.OfficeID != officeID {
		err = ErrNotFound
	}
	if err != nil {
		return Ticket{}, fmt.Errorf("check in by what was typed: %w", err)
	}
	return e.CheckIn(ctx, a.ID, by)
}

// OwnArrival says what a person can do about arriving at their appointment: the
// ticket that they have already, or whether they may check in now.
func (e *Engine) OwnArrival(ctx context.Context, a Appointment) (ticketID string, may bool, err error) {
	t, err := e.ticketOf(ctx, a.ID)
	if err != nil || t.ID != "" {
		return t.ID, false, err
	}
	now := e.now()
	if a.Channel.Remote() || a.Status != StatusBooked || now.Before(a.StartsAt.Add(-e.policy.Queue.CheckInEarly)) {
		return "", false, nil
	}
	loc, err := e.zones.Load(a.Zone)
	if err != nil {
		return "", false, fmt.Errorf("zone of appointment: %w", err)
	}
	return "", DateOf(now.In(loc)) == a.Place.Date, nil
}

// ticketOf is the ticket of an appointment, the zero one when there is none.
func (e *Engine) ticketOf(ctx context.Context, appointmentID string) (Ticket, error) {
	t, err := e.store.TicketOf(ctx, appointmentID)
	if errors.Is(err, ErrNotFound) {
		return Ticket{}, nil
	}
	if err != nil {
		return Ticket{}, fmt.Errorf("ticket of appointment: %w", err)
	}
	return t, nil
}
