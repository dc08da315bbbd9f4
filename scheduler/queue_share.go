package scheduler

import (
	"context"
	"fmt"
	"time"
)

// fits refuses a walk-in that what is left of the day cannot serve, or that is
// beyond the day's share. Staff may ask for one more all the same.
func (e *Engine) fits(ctx context.Context, c *Catalogue, o *Office, p *Pool, r DrawRequest, actor string) error {
	if r.Beyond && actor != "kiosk" {
		return nil
	}
	left, open, err := e.left(ctx, c, o, p)
	if err != nil {
		return err
	}
	if !open && actor != "kiosk" {
		return nil // staff are there, whatever the hours say
	}
	if left < c.work(r.Services, r.Party) {
		return ErrDayFull
	}
	return e.withinShare(ctx, c, o, p, r)
}

// work is what the catalogue gives to services of one visit, for each person.
func (c *Catalogue) work(services []string, party int) time.Duration {
	minutes := 0
	for _, id := range services {
		if s, err := c.Service(id); err == nil {
			minutes += s.Minutes * party
		}
	}
	return time.Duration(minutes) * time.Minute
}

// withinShare refuses what would give more than QueuePolicy.WalkInShare of the
// minutes of a pool's desks that day to walk-ins. A ticket counts with the
// services that are not done yet, one at least; who did not come does not count.
// Whoever draws a number at the same time changes the queue, so this is read
// again: two kiosks never give out one share twice.
func (e *Engine) withinShare(ctx context.Context, c *Catalogue, o *Office, p *Pool, r DrawRequest) error {
	share := e.policy.Queue.WalkInShare
	if share >= 100 {
		return nil
	}
	date, _, err := e.officeToday(o)
	if err != nil {
		return err
	}
	tickets, err := e.store.OfficeTickets(ctx, o.ID, date)
	if err != nil {
		return fmt.Errorf("walk-ins of the day: %w", err)
	}
	given := c.work(r.Services, r.Party)
	for i := range tickets {
		if t := &tickets[i]; t.PoolID == p.ID && t.WalkIn() && t.State != TicketNoShow {
			given += c.work(append([]string{t.ServiceID}, t.Next...), t.Party)
		}
	}
	day := time.Duration(0)
	for _, w := range c.Opening(o, date).Windows {
		day += time.Duration(w.To-w.From) * time.Minute * time.Duration(p.Desks)
	}
	if given*100 > day*time.Duration(share) {
		return ErrWalkInsFull
	}
	return nil
}
