package scheduler

import (
	"context"
	"fmt"
	"time"
)

// ByHand is one visit that was served without the program, such as in a power
// cut, and is entered later.
type ByHand struct {
	DeskID    string
	ServiceID string // "" with a reference: the appointment's
	Reference string // of the appointment; "" for a walk-in
	// ArrivedAt ≤ CalledAt ≤ EndedAt, on one day of the office, none in the future
	// and none more than a week ago. The zero ArrivedAt and CalledAt of a no-show
	// are its EndedAt.
	ArrivedAt, CalledAt, EndedAt time.Time
	Outcome                      Outcome
	NoShow                       bool // called in vain
}

const byHandBack = 7 * 24 * time.Hour

// EnterByHand writes the whole story of such a visit with the times given; each
// step says that it was entered by hand. InvalidError; ErrNotFound for a desk
// of another office; ErrInvalidState when the appointment has a ticket or is not
// of that day.
func (e *Engine) EnterByHand(ctx context.Context, v ByHand, by Actor) (Ticket, error) {
	desk, actor, err := e.staffDesk(ctx, v.DeskID, by)
	if err != nil {
		return Ticket{}, fmt.Errorf("enter by hand: %w", err)
	}
	c := e.known()
	office, err := c.Office(desk.OfficeID)
	if err != nil {
		return Ticket{}, fmt.Errorf("enter by hand: %w", err)
	}
	loc, err := e.zones.Load(office.Zone)
	if err != nil {
		return Ticket{}, fmt.Errorf("zone of office: %w", err)
	}
	if err := v.check(c, e.now(), loc); err != nil {
		return Ticket{}, err
	}
	id, err := e.newID("tkt")
	if err != nil {
		return Ticket{}, err
	}
	var t Ticket
	err = e.decide(ctx, "walk-ins of "+desk.PoolID, func() (Change, error) {
		var change Change
		t, change, err = e.byHand(ctx, c, desk, id, v, DateOf(v.EndedAt.In(loc)), by.Staff.ID, actor)
		return change, err
	})
	if err != nil {
		return Ticket{}, fmt.Errorf("enter by hand: %w", err)
	}
	return t, nil
}

func (v *ByHand) check(c *Catalogue, now time.Time, loc *time.Location) error {
	bad := &InvalidError{}
	if v.NoShow {
		if v.CalledAt.IsZero() {
			v.CalledAt = v.EndedAt
		}
		if v.ArrivedAt.IsZero() {
			v.ArrivedAt = v.CalledAt
		}
	}
	switch {
	case v.EndedAt.IsZero() || v.EndedAt.After(now):
		bad.Add("ended_at", "in_future", "want a time that has passed")
	case v.EndedAt.Before(now.Add(-byHandBack)):
		bad.Add("ended_at", "too_long_ago", "at most a week ago")
	case v.CalledAt.IsZero() || v.CalledAt.After(v.EndedAt):
		bad.Add("called_at", "out_of_order", "want a time before the end")
	case v.ArrivedAt.IsZero() || v.ArrivedAt.After(v.CalledAt):
		bad.Add("arrived_at", "out_of_order", "want a time before the call")
	case DateOf(v.ArrivedAt.In(loc)) != DateOf(v.EndedAt.In(loc)):
		bad.Add("arrived_at", "another_day", "want the day of the end")
	}
	if v.Reference == "" && v.ServiceID == "" {
		bad.Add("service", "required", "a service or the reference of an appointment")
	}
	if err := bad.OrNil(); err != nil || v.NoShow {
		return err
	}
	return checkOutcome(c, &v.Outcome)
}

func (e *Engine) byHand(
	ctx context.Context, c *Catalogue, desk *Desk, id string, v ByHand, date Date, staffID, actor string,
) (Ticket, Change, error) {
	t := Ticket{
		ID: id, OfficeID: desk.OfficeID, Date: date, ServiceID: v.ServiceID, Party: 1, ArrivedAt: v.ArrivedAt.UTC(),
		DeskID: desk.ID, StaffID: staffID,
	}
	appointed := time.Time{}
	if v.Reference != "" {
		a, err := e.byHandAppointment(ctx, v.Reference, desk.OfficeID, date)
		if err != nil {
			return t, Change{}, err
		}
		t.AppointmentID, t.Citizen, t.Party, t.ServiceID, appointed = a.ID, a.Citizen, a.Party, a.ServiceID, a.StartsAt
	}
	pool, err := c.servingPool(desk.OfficeID, t.ServiceID, desk.PoolID)
	if err != nil {
		return t, Change{}, err
	}
	t.PoolID = pool.ID
	queue, err := e.drawNumber(ctx, c, pool, &t)
	if err != nil {
		return t, Change{}, err
	}
	e.policy.Queue.SetDues(&t, appointed, 0)
	steps := []TicketStep{t.move(StepArrived, TicketWaiting, t.ArrivedAt, actor)}
	called := t.move(StepCalled, TicketCalled, v.CalledAt.UTC(), actor)
	t.CalledAt, t.FirstCall, t.Calls, t.CallReason = called.At, called.At, 1, CallChosen
	steps = append(steps, called)
	if v.NoShow {
		steps = append(steps, t.move(StepNoShow, TicketNoShow, v.EndedAt.UTC(), actor))
	} else {
		steps = append(steps, t.move(StepStarted, TicketServing, called.At, actor))
		t.Outcome = v.Outcome
		steps = append(steps, t.move(StepFinished, TicketFinished, v.EndedAt.UTC(), actor))
	}
	for i := range steps {
		steps[i].Reason = byHandReason
	}
	change := Change{NewTickets: []Ticket{t}, TicketSteps: steps, Queues: []QueueChange{queue}}
	return t, change, e.follow(ctx, &t, actor, &change)
}

const byHandReason = "by hand"

func (e *Engine) byHandAppointment(ctx context.Context, reference, officeID string, date Date) (Appointment, error) {
	ref, err := ParseReference(reference)
	if err != nil {
		return Appointment{}, err
	}
	a, err := e.store.AppointmentByReference(ctx, ref)
	switch {
	case err != nil:
		return a, err
	case a.OfficeID != officeID:
		return a, ErrNotFound
	case a.Place.Date != date || a.Status != StatusBooked && a.Status != StatusPending && a.Status != StatusNoShow:
		return a, fmt.Errorf("appointment of %s that is %s: %w", a.Place.Date, a.Status, ErrInvalidState)
	}
	return a, nil
}
