package scheduler

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// How old what forecasts are made from may be, and how many days are measured.
const (
	timesAge     = 10 * time.Minute
	comingAge    = 20 * time.Second
	measuredDays = 28
)

// foresight keeps, for each office, what forecasts are made from.
type foresight struct {
	mu      sync.Mutex
	offices map[string]*outlook
}

// outlook is what is known of one office's day.
type outlook struct {
	times    ServiceTimes
	timesAt  time.Time
	coming   []Appointment // booked for today, not arrived
	comingAt time.Time
}

// outlookOf returns what is known of an office today, read anew when it is old.
func (e *Engine) outlookOf(ctx context.Context, c *Catalogue, o *Office) (outlook, error) {
	date, loc, err := e.officeToday(o)
	if err != nil {
		return outlook{}, err
	}
	now := e.now()
	e.foresight.mu.Lock()
	if e.foresight.offices == nil {
		e.foresight.offices = map[string]*outlook{}
	}
	known := e.foresight.offices[o.ID]
	if known == nil {
		known = &outlook{}
		e.foresight.offices[o.ID] = known
	}
	got := *known
	e.foresight.mu.Unlock()
	if old(got.timesAt, now, timesAge) {
		steps, err := e.store.Stories(ctx, o.ID, date.AddDays(-measuredDays), date)
		if err != nil {
			return got, fmt.Errorf("service times: %w", err)
		}
		got.times, got.timesAt = MeasureServiceTimes(c, steps), now
	}
	if old(got.comingAt, now, comingAge) {
		booked, err := e.store.AppointmentsOn(ctx, []string{o.ID}, date.At(0, loc), date.AddDays(1).At(0, loc))
		if err != nil {
			return got, fmt.Errorf("appointments to come: %w", err)
		}
		got.coming = slices.DeleteFunc(booked, func(a Appointment) bool { return a.Status != StatusBooked && a.Status != StatusPending })
		got.comingAt = now
	}
	e.foresight.mu.Lock()
	*known = got
	e.foresight.mu.Unlock()
	return got, nil
}

// old reports whether what was read at an instant is to be read again; also when
// the clock went back.
func old(at, now time.Time, age time.Duration) bool {
	return at.IsZero() || now.Sub(at) > age || now.Before(at)
}

// room gathers one pool's queue for a forecast.
func (e *Engine) room(c *Catalogue, v *QueueView, poolID string, used bool, known outlook) Room {
	r := Room{Now: v.At, CreditUsed: used, Times: known.times}
	for _, d := range v.Desks {
		if d.PoolID != poolID || !d.State.Open && d.Ticket == nil {
			continue
		}
		busy := BusyDesk{ID: d.ID}
		if d.Ticket != nil {
			busy.Service = d.Ticket.ServiceID
			if d.Ticket.State == TicketServing {
				busy.Since = d.Ticket.Since
			}
		}
		r.Desks = append(r.Desks, busy)
	}
	for i := range known.coming {
		a := &known.coming[i]
		if a.Place.PoolID == poolID && a.StartsAt.Add(e.policy.Queue.Grace).After(v.At) {
			r.Coming = append(r.Coming, Coming{StartsAt: a.StartsAt, ServiceID: a.ServiceID})
		}
	}
	return r
}

// foretell sets the waits of a view.
func (e *Engine) foretell(ctx context.Context, c *Catalogue, o *Office, v *QueueView, queues []Queue) error {
	known, err := e.outlookOf(ctx, c, o)
	if err != nil {
		return err
	}
	for _, p := range c.OfficePools(o.ID) {
		r := e.room(c, v, p.ID, creditUsed(queues, p.ID), known)
		for i := range v.Waiting {
			if v.Waiting[i].PoolID == p.ID {
				r.Line = append(r.Line, v.Waiting[i].Ticket)
			}
		}
		if len(r.Line) == 0 {
			continue
		}
		waits := r.Forecast(c)
		for i := range v.Waiting {
			if w, ok := waits[v.Waiting[i].ID]; ok {
				v.Waiting[i].Wait = w
			}
		}
	}
	return nil
}

func creditUsed(queues []Queue, poolID string) bool {
	return slices.ContainsFunc(queues, func(q Queue) bool { return q.PoolID == poolID && q.CreditUsed })
}

// promise foretells the wait of a ticket that arrives now, and keeps it on the
// ticket, so that it can be held against what happened.
func (e *Engine) promise(ctx context.Context, c *Catalogue, t *Ticket) error {
	o, err := c.Office(t.OfficeID)
	if err != nil {
		return err
	}
	v, err := e.queueAt(ctx, c, o, t)
	if err != nil {
		return err
	}
	for i := range v.Waiting {
		if v.Waiting[i].ID == t.ID {
			t.Forecast = v.Waiting[i].Wait
		}
	}
	return nil
}

// left is what a pool's day can still do for walk-ins: the desk minutes until
// the office closes, less the work that waits and the appointments to come.
func (e *Engine) left(ctx context.Context, c *Catalogue, o *Office, p *Pool) (time.Duration, bool, error) {
	v, err := e.queueAt(ctx, c, o, nil)
	if err != nil {
		return 0, false, err
	}
	known, err := e.outlookOf(ctx, c, o)
	if err != nil {
		return 0, false, err
	}
	open, rest := c.restOfDay(o, v.Date, e.zones, v.At)
	desks := 0
	for _, d := range v.Desks {
		if d.PoolID == p.ID && d.State.Open {
			desks++
		}
	}
	if desks == 0 {
		desks = p.Desks // nobody sits yet
	}
	work := time.Duration(0)
	for i := range v.Waiting {
		if t := &v.Waiting[i]; t.PoolID == p.ID {
			work += known.times.Of(c, t.ServiceID, "").Mean
		}
	}
	for i := range known.coming {
		if a := &known.coming[i]; a.Place.PoolID == p.ID && a.EndsAt.After(v.At) {
			work += a.EndsAt.Sub(a.StartsAt)
		}
	}
	return time.Duration(desks)*rest - work, open, nil
}

// restOfDay returns whether the office has hours today that are not over, and
// how much of them is left.
func (c *Catalogue) restOfDay(o *Office, date Date, zones Zones, now time.Time) (bool, time.Duration) {
	loc, err := zones.Load(o.Zone)
	if err != nil {
		return false, 0
	}
	rest := time.Duration(0)
	for _, w := range c.Opening(o, date).Windows {
		from, to := date.At(w.From, loc), date.At(w.To, loc)
		if to.After(now) {
			rest += to.Sub(later(from, now))
		}
	}
	return rest > 0, rest
}
