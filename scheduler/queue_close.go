package scheduler

import (
	"context"
	"errors"
	"fmt"
)

// closeBack is how many days CloseDays looks back for what was left open, such
// as while the program was down.
const closeBack = 7

// CloseDays ends what is left of the days before today at every office: who
// waits, is called or is parked becomes a no-show, who is being served is
// finished with an unknown outcome, and an appointment whose person never came
// becomes a no-show. It returns how many it ended. Many nodes may do it at once.
func (e *Engine) CloseDays(ctx context.Context) (int, error) {
	c, err := e.Catalogue(ctx)
	if err != nil {
		if errors.Is(err, ErrNotFound) {
			return 0, nil
		}
		return 0, err
	}
	n := 0
	for i := range c.Offices {
		closed, err := e.closeOffice(ctx, &c.Offices[i])
		n += closed
		if err != nil {
			return n, fmt.Errorf("close the day of %s: %w", c.Offices[i].ID, err)
		}
	}
	return n, nil
}

func (e *Engine) closeOffice(ctx context.Context, o *Office) (int, error) {
	today, loc, err := e.officeToday(o)
	if err != nil {
		return 0, err
	}
	n := 0
	for back := 1; back <= closeBack; back++ {
		open, err := e.store.OpenTickets(ctx, o.ID, today.AddDays(-back), e.now().AddDate(1, 0, 0))
		if err != nil {
			return n, err
		}
		for i := range open {
			if err := e.closeTicket(ctx, open[i].ID); err != nil {
				return n, err
			}
			n++
		}
	}
	missed, err := e.store.AppointmentsOn(ctx, []string{o.ID}, today.AddDays(-closeBack).At(0, loc), today.At(0, loc))
	if err != nil {
		return n, err
	}
	for i := range missed {
		if !missed[i].leftOpen() {
			continue
		}
		if err := e.missAppointment(ctx, missed[i].ID); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (e *Engine) closeTicket(ctx context.Context, id string) error {
	err := e.decide(ctx, "ticket "+id, func() (Change, error) {
		t, err := e.store.Ticket(ctx, id)
		if err != nil {
			return Change{}, err
		}
		var s TicketStep
		switch {
		case !t.State.Open():
			return Change{}, errNothingToDo
		case t.State == TicketServing:
			t.Outcome = Outcome{Kind: OutcomeUnknown}
			s = t.move(StepFinished, TicketFinished, e.now(), "system")
			s.Reason = string(OutcomeUnknown)
		default:
			s = t.move(StepNoShow, TicketNoShow, e.now(), "system")
			s.Reason = "day over"
		}
		change := Change{
			TicketUpdates: []Ticket{t}, TicketSteps: []TicketStep{s},
			Queues: []QueueChange{{PoolID: t.PoolID, OfficeID: t.OfficeID, Date: t.Date}},
		}
		err = e.follow(ctx, &t, "system", &change)
		return change, err
	})
	if errors.Is(err, errNothingToDo) {
		return nil
	}
	return err
}

// leftOpen reports whether the end of its day ends the appointment itself: nobody
// came, or a call that no ticket stands for was begun and never ended.
func (a *Appointment) leftOpen() bool {
	return a.Status == StatusBooked || a.Status == StatusServing && a.Channel.Remote()
}

func (e *Engine) missAppointment(ctx context.Context, id string) error {
	err := e.decide(ctx, "arrival "+id, func() (Change, error) {
		a, err := e.store.Appointment(ctx, id)
		if err != nil {
			return Change{}, err
		}
		if !a.leftOpen() {
			return Change{}, errNothingToDo
		}
		a.UpdatedAt = e.now()
		if a.Status == StatusServing {
			a.Status = StatusServed
		} else {
			a.Status = StatusNoShow
		}
		a.Revision++
		change := Change{Updates: []Appointment{a}, History: []HistoryEntry{a.history(string(a.Status), "system", "", "")}}
		err = e.askCalled(ctx, &a, &change)
		return change, err
	})
	if errors.Is(err, errNothingToDo) {
		return nil
	}
	return err
}
