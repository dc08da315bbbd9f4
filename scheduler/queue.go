package scheduler

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"
)

// KioskToken is what a kiosk of an office shows to draw tickets and to check
// people in; it may do nothing else.
func (e *Engine) KioskToken(officeID string) string { return e.token("kiosk", officeID) }

// isKiosk reports whether the actor is the kiosk of the office.
func (e *Engine) isKiosk(by Actor, officeID string) bool {
	return by.ManageToken != "" && subtle.ConstantTimeCompare([]byte(by.ManageToken), []byte(e.KioskToken(officeID))) == 1
}

// staffName returns how a member of staff of the office is named in stories, or
// ErrNotFound for everybody else.
func staffName(by Actor, officeID string) (string, error) {
	if !by.Staff.MaySee(officeID) {
		return "", ErrNotFound
	}
	return "staff:" + by.Staff.ID, nil
}

// officeToday returns the present date of an office, and its zone.
func (e *Engine) officeToday(o *Office) (Date, *time.Location, error) {
	loc, err := e.zones.Load(o.Zone)
	if err != nil {
		return Date{}, nil, fmt.Errorf("zone of office %s: %w", o.ID, err)
	}
	return DateOf(e.now().In(loc)), loc, nil
}

// CallNext takes the next ticket of the desk's pool to the desk, opening it for
// the caller if need be. ErrNobodyWaits; ErrInvalidState while somebody is at
// the desk; ErrNotFound for a desk that is unknown or another office's.
func (e *Engine) CallNext(ctx context.Context, deskID string, by Actor) (Ticket, error) {
	desk, actor, err := e.staffDesk(ctx, deskID, by)
	if err != nil {
		return Ticket{}, fmt.Errorf("call next: %w", err)
	}
	if err := e.sitDown(ctx, desk, by.Staff.ID); err != nil {
		return Ticket{}, fmt.Errorf("call next: %w", err)
	}
	office, err := e.known().Office(desk.OfficeID)
	if err != nil {
		return Ticket{}, fmt.Errorf("call next: %w", err)
	}
	date, _, err := e.officeToday(office)
	if err != nil {
		return Ticket{}, err
	}
	t, err := e.store.CallNext(ctx, Calling{
		PoolID: desk.PoolID, OfficeID: desk.OfficeID, Date: date, DeskID: desk.ID, StaffID: by.Staff.ID,
		Actor: actor, At: e.now(),
	})
	if err != nil {
		return Ticket{}, fmt.Errorf("call next: %w", err)
	}
	return t, nil
}

// CallTicket takes a certain ticket, waiting or parked, to a desk.
func (e *Engine) CallTicket(ctx context.Context, ticketID, deskID string, by Actor) (Ticket, error) {
	desk, _, err := e.staffDesk(ctx, deskID, by)
	if err != nil {
		return Ticket{}, fmt.Errorf("call ticket: %w", err)
	}
	if err := e.sitDown(ctx, desk, by.Staff.ID); err != nil {
		return Ticket{}, fmt.Errorf("call ticket: %w", err)
	}
	return e.ticketStep(ctx, ticketID, by, func(t *Ticket, now time.Time, actor string) (TicketStep, error) {
		if t.OfficeID != desk.OfficeID {
			return TicketStep{}, ErrNotFound
		}
		return t.call(desk, by.Staff.ID, now, actor)
	})
}

// Recall calls the ticket at a desk once more. ErrInvalidState when its last
// call is too fresh (QueuePolicy.RecallAfter); after QueuePolicy.MaxCalls calls
// the ticket becomes a no-show instead.
func (e *Engine) Recall(ctx context.Context, ticketID string, by Actor) (Ticket, error) {
	return e.ticketStep(ctx, ticketID, by, func(t *Ticket, now time.Time, actor string) (TicketStep, error) {
		return t.recall(e.policy.Queue, now, actor)
	})
}

// StartServing notes that the person called has come to the desk.
func (e *Engine) StartServing(ctx context.Context, ticketID string, by Actor) (Ticket, error) {
	return e.plainStep(ctx, ticketID, by, StepStarted, TicketServing)
}

// Finish ends the present service with its outcome. A further service of the
// visit goes on at this desk, or waits in its own queue.
func (e *Engine) Finish(ctx context.Context, ticketID string, o Outcome, by Actor) (Ticket, error) {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return Ticket{}, err
	}
	if err := checkOutcome(c, &o); err != nil {
		return Ticket{}, err
	}
	return e.ticketStep(ctx, ticketID, by, func(t *Ticket, now time.Time, actor string) (TicketStep, error) {
		return t.finish(c, o, now, actor)
	})
}

func checkOutcome(c *Catalogue, o *Outcome) error {
	bad := &InvalidError{}
	switch o.Kind {
	case OutcomeSettled, OutcomeComeBack, OutcomeFileOpened:
	case OutcomeSentTo:
		if _, err := c.Office(o.OfficeID); err != nil {
			bad.Add("outcome.office", "unknown", "no such office")
		}
	default:
		bad.Add("outcome", "unknown", "want settled, come_back, file_opened or sent_to")
	}
	if _, err := c.Service(o.ServiceID); o.ServiceID != "" && err != nil {
		bad.Add("outcome.service", "unknown", "no such service")
	}
	CheckText(bad, "outcome.note", o.Note, MaxNote)
	return bad.OrNil()
}

// Park lets somebody step aside, such as for a photocopy.
func (e *Engine) Park(ctx context.Context, ticketID string, by Actor) (Ticket, error) {
	return e.plainStep(ctx, ticketID, by, StepParked, TicketParked)
}

// Return puts a parked ticket back in line with the due time that it had.
func (e *Engine) Return(ctx context.Context, ticketID string, by Actor) (Ticket, error) {
	return e.plainStep(ctx, ticketID, by, StepReturned, TicketWaiting)
}

// MarkNoShow says that the person is not there.
func (e *Engine) MarkNoShow(ctx context.Context, ticketID string, by Actor) (Ticket, error) {
	return e.plainStep(ctx, ticketID, by, StepNoShow, TicketNoShow)
}

func (e *Engine) plainStep(ctx context.Context, id string, by Actor, what StepKind, to TicketState) (Ticket, error) {
	return e.ticketStep(ctx, id, by, func(t *Ticket, now time.Time, actor string) (TicketStep, error) {
		return t.step(what, to, now, actor)
	})
}

// Transfer sends a ticket to another service, of this office or another, of any
// administration. It keeps its due time and its story, and its number where
// no other ticket can have that.
func (e *Engine) Transfer(ctx context.Context, ticketID, officeID, serviceID string, by Actor) (Ticket, error) {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return Ticket{}, err
	}
	if _, err := c.Office(officeID); officeID != "" && err != nil {
		return Ticket{}, Invalid("office", "unknown", "no such office")
	}
	if _, err := c.Service(serviceID); err != nil {
		return Ticket{}, Invalid("service", "unknown", "no such service")
	}
	return e.ticketChange(ctx, ticketID, by, func(t *Ticket, now time.Time, actor string) (Change, error) {
		return e.transfer(ctx, c, t, officeID, serviceID, now, actor)
	})
}

func (e *Engine) transfer(
	ctx context.Context, c *Catalogue, t *Ticket, officeID, serviceID string, now time.Time, actor string,
) (Change, error) {
	from := *t
	if officeID == "" {
		officeID = t.OfficeID
	}
	pool, err := c.servingPool(officeID, serviceID, t.PoolID)
	if err != nil {
		return Change{}, err
	}
	t.OfficeID, t.PoolID, t.ServiceID = officeID, pool.ID, serviceID
	s, err := t.step(StepTransferred, TicketWaiting, now, actor)
	if err != nil {
		return Change{}, err
	}
	s.Reason = from.OfficeID + "/" + from.ServiceID
	queue := QueueChange{PoolID: pool.ID, OfficeID: officeID, Date: t.Date}
	if officeID != from.OfficeID {
		if queue, err = e.freeNumber(ctx, c, pool, t); err != nil {
			return Change{}, err
		}
	}
	change := Change{TicketSteps: []TicketStep{s}, Queues: []QueueChange{queue}}
	if from.PoolID != pool.ID {
		change.Queues = append(change.Queues, QueueChange{PoolID: from.PoolID, OfficeID: from.OfficeID, Date: t.Date})
	}
	return change, nil
}

// freeNumber gives a ticket that comes from elsewhere a new number when its own
// is taken in the office that day, or is of a series that the office draws from:
// else the turn of that number would come, and nobody there could draw any more.
func (e *Engine) freeNumber(ctx context.Context, c *Catalogue, pool *Pool, t *Ticket) (QueueChange, error) {
	for _, p := range c.OfficePools(pool.OfficeID) {
		if c.ticketNumber(p, 1)[0] == t.Number[0] {
			return e.drawNumber(ctx, c, pool, t)
		}
	}
	there, err := e.store.OfficeTickets(ctx, pool.OfficeID, t.Date)
	if err != nil {
		return QueueChange{}, err
	}
	for i := range there {
		if there[i].Number == t.Number && there[i].ID != t.ID {
			return e.drawNumber(ctx, c, pool, t)
		}
	}
	return QueueChange{PoolID: pool.ID, OfficeID: pool.OfficeID, Date: t.Date}, nil
}

// drawNumber gives the ticket the next number of the pool's queue.
func (e *Engine) drawNumber(ctx context.Context, c *Catalogue, pool *Pool, t *Ticket) (QueueChange, error) {
	queues, err := e.store.Queues(ctx, pool.OfficeID, t.Date)
	if err != nil {
		return QueueChange{}, err
	}
	q := QueueChange{PoolID: pool.ID, OfficeID: pool.OfficeID, Date: t.Date, Number: 1, New: true}
	for i := range queues {
		if queues[i].PoolID == pool.ID {
			q.Number, q.New = queues[i].LastNumber+1, false
		}
	}
	t.Number = c.ticketNumber(pool, q.Number)
	return q, nil
}

// Undo takes the last step of a ticket back, within QueuePolicy.UndoWithin. The
// step stays in the story, followed by the undoing. ErrInvalidState when it
// cannot be undone, or the desk has somebody else by now.
func (e *Engine) Undo(ctx context.Context, ticketID string, by Actor) (Ticket, error) {
	return e.ticketChange(ctx, ticketID, by, func(t *Ticket, now time.Time, actor string) (Change, error) {
		steps, err := e.store.TicketSteps(ctx, ticketID)
		if err != nil {
			return Change{}, err
		}
		if len(steps) != t.Revision {
			return Change{}, ErrConflict
		}
		if len(steps) < 2 {
			return Change{}, ErrInvalidState
		}
		from := *t
		s, err := t.undo(steps[len(steps)-1], steps[len(steps)-2], e.policy.Queue, now, actor)
		if err != nil {
			return Change{}, err
		}
		change := Change{TicketSteps: []TicketStep{s}, Queues: []QueueChange{{PoolID: t.PoolID, OfficeID: t.OfficeID, Date: t.Date}}}
		if from.PoolID != t.PoolID {
			change.Queues = append(change.Queues, QueueChange{PoolID: from.PoolID, OfficeID: from.OfficeID, Date: t.Date})
		}
		return change, nil
	})
}

// SetPriority records the priority group that an agent agreed to, "" for none.
func (e *Engine) SetPriority(ctx context.Context, ticketID, group string, by Actor) (Ticket, error) {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return Ticket{}, err
	}
	weight, err := c.groupWeight(group)
	if err != nil {
		return Ticket{}, err
	}
	return e.ticketStep(ctx, ticketID, by, func(t *Ticket, now time.Time, actor string) (TicketStep, error) {
		s, err := t.step(StepPriority, t.State, now, actor)
		if err != nil {
			return s, err
		}
		t.Group, s.Reason = group, group
		e.policy.Queue.credit(t, weight)
		return s, nil
	})
}

// groupWeight returns the weight of a priority group, 0 for "".
func (c *Catalogue) groupWeight(id string) (int, error) {
	for i := range c.PriorityGroups {
		if c.PriorityGroups[i].ID == id {
			return c.PriorityGroups[i].Weight, nil
		}
	}
	if id == "" {
		return 0, nil
	}
	return 0, Invalid("priority", "unknown", "no such priority group")
}

// AddService adds a further service to the visit, to be done after the present
// one.
func (e *Engine) AddService(ctx context.Context, ticketID, serviceID string, by Actor) (Ticket, error) {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return Ticket{}, err
	}
	return e.ticketStep(ctx, ticketID, by, func(t *Ticket, now time.Time, actor string) (TicketStep, error) {
		if _, err := c.servingPool(t.OfficeID, serviceID, t.PoolID); err != nil {
			return TicketStep{}, err
		}
		if len(t.Next) >= maxServices-1 {
			return TicketStep{}, Invalid("service", "too_many", "at most %d services in one visit", maxServices)
		}
		s, err := t.step(StepServices, t.State, now, actor)
		if err == nil {
			t.Next = append(t.Next[:len(t.Next):len(t.Next)], serviceID)
			s.Reason = serviceID
		}
		return s, err
	})
}

const maxServices = 6 // in one visit

// ticketStep is ticketChange for steps that stay in their queue or leave it for
// another of the same office.
func (e *Engine) ticketStep(
	ctx context.Context, id string, by Actor, step func(t *Ticket, now time.Time, actor string) (TicketStep, error),
) (Ticket, error) {
	return e.ticketChange(ctx, id, by, func(t *Ticket, now time.Time, actor string) (Change, error) {
		from := t.PoolID
		s, err := step(t, now, actor)
		if err != nil {
			return Change{}, err
		}
		change := Change{TicketSteps: []TicketStep{s}, Queues: []QueueChange{{PoolID: t.PoolID, OfficeID: t.OfficeID, Date: t.Date}}}
		if from != t.PoolID {
			change.Queues = append(change.Queues, QueueChange{PoolID: from, OfficeID: t.OfficeID, Date: t.Date})
		}
		return change, nil
	})
}

// ticketChange is the frame of every change of one ticket by staff: read, may
// they, decide, let the appointment follow, commit.
func (e *Engine) ticketChange(
	ctx context.Context, id string, by Actor, step func(t *Ticket, now time.Time, actor string) (Change, error),
) (Ticket, error) {
	var t Ticket
	err := e.decide(ctx, "ticket "+id, func() (Change, error) {
		var err error
		if t, err = e.store.Ticket(ctx, id); err != nil {
			return Change{}, err
		}
		actor, err := staffName(by, t.OfficeID)
		if err != nil {
			return Change{}, err
		}
		change, err := step(&t, e.now(), actor)
		if err != nil {
			return Change{}, err
		}
		change.TicketUpdates = []Ticket{t}
		err = e.follow(ctx, &t, actor, &change)
		return change, err
	})
	if err != nil {
		return Ticket{}, fmt.Errorf("change ticket: %w", err)
	}
	return t, nil
}

// follow lets the status of the appointment follow its ticket, and has the visitor
// asked when the visit is over.
func (e *Engine) follow(ctx context.Context, t *Ticket, actor string, change *Change) error {
	if t.AppointmentID == "" {
		return e.askVisitor(ctx, t, nil, change)
	}
	a, err := e.store.Appointment(ctx, t.AppointmentID)
	if errors.Is(err, ErrNotFound) {
		return nil // erased meanwhile
	}
	if err != nil {
		return err
	}
	status := t.State.appointmentStatus()
	if a.Status == status {
		return nil
	}
	a.Status, a.UpdatedAt = status, e.now()
	a.Revision++
	change.Updates = append(change.Updates, a)
	change.History = append(change.History, a.history(string(status), actor, "", ""))
	return e.askVisitor(ctx, t, &a, change)
}
