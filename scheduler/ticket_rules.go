package scheduler

import (
	"fmt"
	"slices"
	"time"
)

// QueuePolicy holds the rules of the waiting room that an operator may set.
type QueuePolicy struct {
	// Grace: who arrives later than this after the appointed time is due when
	// they arrive, plus LatePenalty.
	Grace, LatePenalty time.Duration
	// WalkInCredit: a walk-in is due this long after arriving.
	WalkInCredit time.Duration
	// GroupCredit × the weight of a priority group is taken from its due time.
	GroupCredit time.Duration
	// MaxWait after arriving (or the appointed time), a ticket goes before all
	// that have waited less.
	MaxWait time.Duration
	// RecallAfter is the least time between two calls of one ticket.
	RecallAfter time.Duration
	// MaxCalls: a recall beyond this many calls marks a no-show.
	MaxCalls int
	// CheckInEarly: how long before the appointed time a person may say on their
	// own page that they are there.
	CheckInEarly time.Duration
	// UndoWithin: how long the last step can be taken back.
	UndoWithin time.Duration
	// NearPlaces: who waits elsewhere is told to come when no more than so many
	// are called before them, themselves included; 0: nobody is told.
	NearPlaces int
	// NearWait: none of them is told while the wait will most likely be longer.
	NearWait time.Duration
	// WalkInShare, in percent of the minutes of a pool's desks that day, may be
	// given to people without an appointment; 100: whatever is left.
	WalkInShare int
}

// DefaultQueuePolicy: credits after the simulation in the facts (walk-in
// arrival + 30 minutes; weight 2, as of elderly people, −20 minutes).
func DefaultQueuePolicy() QueuePolicy {
	return QueuePolicy{
		Grace: 10 * time.Minute, WalkInCredit: 30 * time.Minute, GroupCredit: 10 * time.Minute,
		MaxWait: 75 * time.Minute, RecallAfter: time.Minute, MaxCalls: 3,
		CheckInEarly: time.Hour, UndoWithin: 10 * time.Minute, NearPlaces: 3, NearWait: 30 * time.Minute, WalkInShare: 100,
	}
}

// SetDues sets what the order of calls is made from. An appointment is due at its
// time, or on arrival (and the penalty) when that is later than the grace; a walk-in (zero
// appointed) is due its credit after arriving. weight is of the priority group.
func (p QueuePolicy) SetDues(t *Ticket, appointed time.Time, weight int) {
	t.PlainDue = t.ArrivedAt.Add(p.WalkInCredit)
	from := t.ArrivedAt
	if !appointed.IsZero() {
		t.PlainDue = appointed
		if t.ArrivedAt.After(appointed.Add(p.Grace)) {
			t.PlainDue = t.ArrivedAt.Add(p.LatePenalty)
		}
		from = later(t.ArrivedAt, appointed) // who comes early does not wait yet
	}
	t.GuardAt = from.Add(p.MaxWait)
	p.credit(t, weight)
}

func (p QueuePolicy) credit(t *Ticket, weight int) {
	t.Due = t.PlainDue.Add(-p.GroupCredit * time.Duration(weight))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// follows lists from which states each step may be made. What is not listed is
// ErrInvalidState.
var follows = map[StepKind][]TicketState{
	StepCalled:      {TicketWaiting, TicketParked},
	StepRecalled:    {TicketCalled},
	StepStarted:     {TicketCalled},
	StepFinished:    {TicketServing},
	StepParked:      {TicketWaiting, TicketCalled, TicketServing},
	StepReturned:    {TicketParked},
	StepTransferred: {TicketWaiting, TicketCalled, TicketServing, TicketParked},
	StepNoShow:      {TicketWaiting, TicketCalled, TicketParked},
	StepPriority:    {TicketWaiting, TicketParked},
	StepServices:    {TicketWaiting, TicketCalled, TicketServing, TicketParked},
}

// step makes a step: it checks that it follows, moves the ticket to the state
// and returns the line of its story.
func (t *Ticket) step(what StepKind, to TicketState, now time.Time, actor string) (TicketStep, error) {
	if !slices.Contains(follows[what], t.State) {
		return TicketStep{}, fmt.Errorf("%s of a ticket that is %s: %w", what, t.State, ErrInvalidState)
	}
	return t.move(what, to, now, actor), nil
}

// move is step without the question whether it may be.
func (t *Ticket) move(what StepKind, to TicketState, now time.Time, actor string) TicketStep {
	if now.Before(t.Since) { // another node's clock is ahead
		now = t.Since
	}
	if to != t.State {
		t.State, t.Since = to, now
	}
	t.Revision++
	s := TicketStep{
		TicketID: t.ID, Seq: t.Revision, OfficeID: t.OfficeID, PoolID: t.PoolID, ServiceID: t.ServiceID,
		Date: t.Date, At: now, What: what, State: to, Actor: actor,
	}
	if to.AtDesk() {
		s.DeskID = t.DeskID
	}
	return s
}

// call takes the ticket to a desk.
func (t *Ticket) call(desk *Desk, staffID string, now time.Time, actor string) (TicketStep, error) {
	at := *t
	at.DeskID, at.StaffID = desk.ID, staffID
	s, err := at.step(StepCalled, TicketCalled, now, actor)
	if err != nil {
		return s, err
	}
	at.CalledAt, at.Calls, at.CallReason = s.At, 1, CallChosen
	if at.FirstCall.IsZero() {
		at.FirstCall = s.At
	}
	s.Reason = string(CallChosen)
	*t = at
	return s, nil
}

// recall calls once more, or, after the last call that the policy gives, marks
// a no-show. ErrInvalidState when the last call is too fresh.
func (t *Ticket) recall(p QueuePolicy, now time.Time, actor string) (TicketStep, error) {
	if t.State == TicketCalled && now.Before(t.CalledAt.Add(p.RecallAfter)) {
		return TicketStep{}, fmt.Errorf("recall within %s of the last call: %w", p.RecallAfter, ErrInvalidState)
	}
	if t.State == TicketCalled && t.Calls >= p.MaxCalls {
		s, err := t.step(StepNoShow, TicketNoShow, now, actor)
		s.Reason = fmt.Sprintf("%d calls", t.Calls)
		return s, err
	}
	s, err := t.step(StepRecalled, TicketCalled, now, actor)
	if err == nil {
		t.Calls++
		t.CalledAt = s.At
	}
	return s, err
}

// finish ends the present service. When the visit has a further one, the person
// stays at the desk if it serves that, and waits again with the same due time
// if not.
func (t *Ticket) finish(c *Catalogue, o Outcome, now time.Time, actor string) (TicketStep, error) {
	to, pool, service, next := TicketFinished, t.PoolID, t.ServiceID, t.Next
	if len(next) > 0 {
		service, next = next[0], next[1:]
		p, err := c.servingPool(t.OfficeID, service, t.PoolID)
		if err != nil {
			return TicketStep{}, err
		}
		if to = TicketWaiting; p.ID == t.PoolID {
			to = TicketServing
		}
		pool = p.ID
	}
	if !slices.Contains(follows[StepFinished], t.State) {
		return TicketStep{}, fmt.Errorf("finish of a ticket that is %s: %w", t.State, ErrInvalidState)
	}
	t.PoolID, t.ServiceID, t.Next, t.Outcome = pool, service, next, o
	s, err := t.step(StepFinished, to, now, actor)
	s.Reason = string(o.Kind)
	return s, err
}

// servingPool returns the pool of the office that serves the service, prefer
// being taken when it does. InvalidError when the office does not offer it.
func (c *Catalogue) servingPool(officeID, serviceID, prefer string) (*Pool, error) {
	pools := c.Pools(serviceID, officeID)
	for _, p := range pools {
		if p.ID == prefer {
			return p, nil
		}
	}
	if len(pools) == 0 {
		return nil, Invalid("service", "not_offered", "the office does not offer this service")
	}
	return pools[0], nil
}

// undo takes the last step back; before is the step before it. The time between
// stays in the story. Only what changed where a ticket stands can be undone, and
// nothing twice.
func (t *Ticket) undo(last, before TicketStep, p QueuePolicy, now time.Time, actor string) (TicketStep, error) {
	switch last.What {
	case StepCalled, StepStarted, StepFinished, StepParked, StepReturned, StepTransferred, StepNoShow:
	default:
		return TicketStep{}, fmt.Errorf("undo of %q: %w", last.What, ErrInvalidState)
	}
	if now.After(last.At.Add(p.UndoWithin)) {
		return TicketStep{}, fmt.Errorf("undo after %s: %w", p.UndoWithin, ErrInvalidState)
	}
	if last.What == StepFinished {
		t.Outcome = Outcome{}
		if last.State != TicketFinished {
			t.Next = append([]string{t.ServiceID}, t.Next...)
		}
	}
	t.OfficeID, t.PoolID, t.ServiceID = before.OfficeID, before.PoolID, before.ServiceID
	if before.DeskID != "" {
		t.DeskID = before.DeskID
	}
	if last.What == StepCalled {
		t.Calls = 0
	}
	s := t.move(StepUndone, before.State, now, actor)
	s.Reason = string(last.What)
	return s, nil
}

// appointmentStatus is what the state means for the appointment.
func (s TicketState) appointmentStatus() Status {
	switch s {
	case TicketServing:
		return StatusServing
	case TicketFinished:
		return StatusServed
	case TicketNoShow:
		return StatusNoShow
	}
	return StatusCheckedIn
}
