package scheduler

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// QueueView is an office's waiting room at one moment.
type QueueView struct {
	OfficeID string
	Date     Date
	Version  int64 // rises with every step of every ticket
	At       time.Time
	Desks    []DeskView
	Waiting  []InLine // by pool, then in the order in which they will be called
	Parked   []Ticket
	// Calls are the last ones, the newest first.
	Calls []Call
}

// DeskView is a desk with who sits and who stands there.
type DeskView struct {
	Desk
	State  DeskState
	Ticket *Ticket // called or served there; nil for nobody
}

// InLine is a waiting ticket with its place in the queue of its pool.
type InLine struct {
	Ticket
	Position int // from 1
	Wait     Wait
}

// Call is one ticket called to one desk.
type Call struct {
	Ticket Ticket
	Desk   int // number
}

const (
	shownCalls = 8
	callAge    = 15 * time.Minute // older calls are not shown
)

// Queue returns the waiting room of an office today. What of it may be shown to
// whom is the caller's to decide: names and ids are for staff only.
func (e *Engine) Queue(ctx context.Context, officeID string) (QueueView, error) {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return QueueView{}, err
	}
	office, err := c.Office(officeID)
	if err != nil {
		return QueueView{}, fmt.Errorf("queue: %w", err)
	}
	return e.queueAt(ctx, c, office, nil)
}

// queueAt is Queue with one more ticket, which is not stored yet; nil for none.
func (e *Engine) queueAt(ctx context.Context, c *Catalogue, o *Office, extra *Ticket) (QueueView, error) {
	date, _, err := e.officeToday(o)
	if err != nil {
		return QueueView{}, err
	}
	v := QueueView{OfficeID: o.ID, Date: date, At: e.now()}
	queues, err := e.store.Queues(ctx, o.ID, date)
	if err != nil {
		return v, fmt.Errorf("queue: %w", err)
	}
	for i := range queues { // read before the tickets: the version is never too new
		v.Version += queues[i].Version
	}
	states, err := e.store.DeskStates(ctx, o.ID)
	if err != nil {
		return v, fmt.Errorf("queue: %w", err)
	}
	for i := range states {
		v.Version += states[i].Version
	}
	tickets, err := e.store.OpenTickets(ctx, o.ID, date, v.At.Add(-callAge))
	if err != nil {
		return v, fmt.Errorf("queue: %w", err)
	}
	if extra != nil {
		tickets = append(tickets, *extra)
	}
	v.line(c, queues, tickets)
	v.seat(c, states, tickets)
	return v, e.foretell(ctx, c, o, &v, queues)
}

// QueueVersion is Queue's Version alone, which costs little to ask for.
func (e *Engine) QueueVersion(ctx context.Context, officeID string) (int64, error) {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return 0, err
	}
	office, err := c.Office(officeID)
	if err != nil {
		return 0, fmt.Errorf("queue: %w", err)
	}
	date, _, err := e.officeToday(office)
	if err != nil {
		return 0, err
	}
	return e.store.OfficeVersion(ctx, officeID, date)
}

// line sets who waits, who is parked and who was called.
func (v *QueueView) line(c *Catalogue, queues []Queue, tickets []Ticket) {
	number := map[string]int{}
	for _, d := range c.Desks(v.OfficeID) {
		number[d.ID] = d.Number
	}
	for _, p := range c.OfficePools(v.OfficeID) {
		mine := slices.DeleteFunc(slices.Clone(tickets), func(t Ticket) bool { return t.PoolID != p.ID })
		for i, t := range CallOrderOf(mine, creditUsed(queues, p.ID), v.At) {
			v.Waiting = append(v.Waiting, InLine{Ticket: t, Position: i + 1})
		}
	}
	for _, t := range tickets {
		if t.State == TicketParked {
			v.Parked = append(v.Parked, t)
		}
		if !t.CalledAt.IsZero() && t.CalledAt.After(v.At.Add(-callAge)) && t.State != TicketWaiting && t.State != TicketParked {
			v.Calls = append(v.Calls, Call{t, number[t.DeskID]})
		}
	}
	slices.SortStableFunc(v.Calls, func(a, b Call) int { return b.Ticket.CalledAt.Compare(a.Ticket.CalledAt) })
	v.Calls = v.Calls[:min(len(v.Calls), shownCalls)]
}

// seat sets the desks.
func (v *QueueView) seat(c *Catalogue, states []DeskState, tickets []Ticket) {
	for _, d := range c.Desks(v.OfficeID) {
		view := DeskView{Desk: d, State: DeskState{DeskID: d.ID, OfficeID: d.OfficeID, PoolID: d.PoolID}}
		for _, s := range states {
			if s.DeskID == d.ID {
				view.State = s
			}
		}
		for i := range tickets {
			if tickets[i].State.AtDesk() && tickets[i].DeskID == d.ID {
				view.Ticket = &tickets[i]
			}
		}
		v.Desks = append(v.Desks, view)
	}
}

// TicketStatus is a ticket with its place in the queue.
type TicketStatus struct {
	Ticket
	Position   int // from 1 while it waits, else 0
	Wait       Wait
	DeskNumber int // while it is at a desk, else 0
}

// TicketStatus returns where a ticket stands, to whoever has its id.
func (e *Engine) TicketStatus(ctx context.Context, id string) (TicketStatus, error) {
	t, err := e.store.Ticket(ctx, id)
	if err != nil {
		return TicketStatus{}, fmt.Errorf("ticket: %w", err)
	}
	out := TicketStatus{Ticket: t}
	if !t.State.Open() {
		return out, nil
	}
	v, err := e.Queue(ctx, t.OfficeID)
	if err != nil {
		return out, err
	}
	for _, w := range v.Waiting {
		if w.ID == id {
			out.Position, out.Wait = w.Position, w.Wait
		}
	}
	for _, d := range v.Desks {
		if t.State.AtDesk() && d.ID == t.DeskID {
			out.DeskNumber = d.Number
		}
	}
	return out, nil
}

// Story returns the steps of a ticket, to staff of its office.
func (e *Engine) Story(ctx context.Context, id string, by Actor) ([]TicketStep, error) {
	t, err := e.store.Ticket(ctx, id)
	if err == nil {
		_, err = staffName(by, t.OfficeID)
	}
	if err != nil {
		return nil, fmt.Errorf("ticket: %w", err)
	}
	return e.store.TicketSteps(ctx, id)
}
