package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"mawid/internal/store"
	"mawid/internal/tz"
	"mawid/scheduler"
)

// The load of the issue: a summer day of so many people at so many desks.
const (
	callPeople = 400
	callDesks  = 12
)

// callLine is what calls took: the 99th percentile of each round.
type callLine struct {
	claim, call []time.Duration
}

// runCalls compares calling the next ticket (its desk, its order, its story and
// the queue's version) with the plain claim statement: in each round all desks
// empty a queue of 400 by each way.
func (b *bench) runCalls(ctx context.Context) (callLine, error) {
	var out callLine
	plain, err := b.db.NewBareQueue(ctx, callPeople)
	if err != nil {
		return out, err
	}
	catalogue, err := b.engine.Catalogue(ctx)
	if err != nil {
		return out, err
	}
	pool, err := catalogue.Pool(benchPool)
	if err != nil {
		return out, err
	}
	for round := range benchRounds {
		claim, err := empty(func(int) error { return plain.Claim(ctx) })
		if err != nil {
			return out, err
		}
		if err := errors.Join(plain.Refill(ctx), fillQueue(ctx, b.db, catalogue, pool, round)); err != nil {
			return out, err
		}
		call, err := b.emptyByCalls(ctx, catalogue.Desks(pool.OfficeID))
		if err != nil {
			return out, err
		}
		out.claim, out.call = append(out.claim, claim), append(out.call, call)
	}
	return out, nil
}

const benchPool = "dgi-safi"

// empty lets the desks take all people, and returns the 99th percentile of one
// taking.
func empty(take func(desk int) error) (time.Duration, error) {
	var (
		all    []time.Duration
		failed error
		mu     sync.Mutex
		group  sync.WaitGroup
	)
	for desk := range callDesks {
		group.Go(func() {
			for n := desk; n < callPeople; n += callDesks {
				begin := time.Now()
				err := take(desk)
				took := time.Since(begin)
				mu.Lock()
				all, failed = append(all, took), errors.Join(failed, err)
				mu.Unlock()
			}
		})
	}
	group.Wait()
	slices.Sort(all)
	return all[len(all)*99/100], failed
}

// emptyByCalls calls with the desks of the office; finishing is not measured.
func (b *bench) emptyByCalls(ctx context.Context, desks []scheduler.Desk) (time.Duration, error) {
	tickets := make([]string, callDesks)
	by := make([]scheduler.Actor, callDesks)
	for i := range by {
		by[i] = scheduler.Actor{Staff: &scheduler.User{ID: fmt.Sprint("agent-", i), Role: scheduler.RoleAdministrator}}
	}
	var took []time.Duration
	var mu sync.Mutex
	_, err := empty(func(desk int) error {
		if tickets[desk] != "" {
			_, err1 := b.engine.StartServing(ctx, tickets[desk], by[desk])
			_, err2 := b.engine.Finish(ctx, tickets[desk], scheduler.Outcome{Kind: scheduler.OutcomeSettled}, by[desk])
			if err := errors.Join(err1, err2); err != nil {
				return err
			}
		}
		begin := time.Now()
		t, err := b.engine.CallNext(ctx, desks[desk].ID, by[desk])
		mu.Lock()
		took = append(took, time.Since(begin))
		mu.Unlock()
		tickets[desk] = t.ID
		return err
	})
	for i, id := range tickets {
		if id != "" && err == nil {
			_, err = b.engine.MarkNoShow(ctx, id, by[i]) // frees the desk for the next round
		}
	}
	slices.Sort(took)
	return took[len(took)*99/100], err
}

// fillQueue lets people wait at the pool, without the work of arriving.
func fillQueue(ctx context.Context, db *store.DB, c *scheduler.Catalogue, p *scheduler.Pool, round int) error {
	office, err := c.Office(p.OfficeID)
	if err != nil {
		return err
	}
	zones, err := tz.Embedded()
	if err != nil {
		return err
	}
	loc, err := zones.Load(office.Zone)
	if err != nil {
		return err
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	date := scheduler.DateOf(now.In(loc))
	policy := scheduler.DefaultQueuePolicy()
	change := scheduler.Change{Queues: []scheduler.QueueChange{{PoolID: p.ID, OfficeID: p.OfficeID, Date: date}}}
	for i := range callPeople {
		t := scheduler.Ticket{
			ID: fmt.Sprintf("bench-%d-%d", round, i), OfficeID: p.OfficeID, PoolID: p.ID, Date: date, Number: fmt.Sprintf("B%d-%d", round, i),
			ServiceID: p.Services[i%len(p.Services)], Party: 1, State: scheduler.TicketWaiting, Revision: 1,
			ArrivedAt: now.Add(-time.Duration(i) * 7 * time.Second), Since: now.Add(-time.Duration(i) * 7 * time.Second),
		}
		policy.SetDues(&t, time.Time{}, i%5/3)
		change.NewTickets = append(change.NewTickets, t)
		change.TicketSteps = append(change.TicketSteps, scheduler.TicketStep{
			TicketID: t.ID, Seq: 1, OfficeID: t.OfficeID, PoolID: t.PoolID, ServiceID: t.ServiceID, Date: date, At: t.Since,
			What: scheduler.StepArrived, State: t.State, Actor: "system",
		})
	}
	return db.Commit(ctx, change)
}
