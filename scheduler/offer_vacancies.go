package scheduler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// vacancies are what one pool has to offer.
type vacancies struct {
	engine    *Engine
	catalogue *Catalogue
	pool      *Pool
	office    *Office
	loc       *time.Location
	now       time.Time
	today     Date
	stored    map[dayKey]Day
	back      []Hold // places that come back, which may be offered
	passed    map[Place]int
	holds     []Hold // of the pool's offers
	made      int
}

func (e *Engine) vacancies(ctx context.Context, c *Catalogue, p *Pool, over []Hold) (*vacancies, error) {
	office, err := c.Office(p.OfficeID)
	if err != nil {
		return nil, err
	}
	v := &vacancies{engine: e, catalogue: c, pool: p, office: office, now: e.now(), stored: map[dayKey]Day{}, passed: map[Place]int{}}
	if v.loc, err = e.zones.Load(office.Zone); err != nil {
		return nil, fmt.Errorf("zone of office %s: %w", office.ID, err)
	}
	v.today = DateOf(v.now.In(v.loc))
	days, err := e.store.Days(ctx, []string{p.ID}, v.today, v.today.AddDays(e.policy.Horizon))
	if err != nil {
		return nil, fmt.Errorf("read days: %w", err)
	}
	for _, d := range days {
		v.stored[dayKey{d.PoolID, d.Date}] = d
	}
	if v.holds, err = e.store.HoldsOf(ctx, offerClient(p.ID)); err != nil {
		return nil, err
	}
	v.back = comingBack(p.ID, over, v.holds)
	before, err := e.store.PoolOffers(ctx, p.ID, v.now.Add(-passedWithin))
	for _, o := range before {
		if o.State == OfferDeclined || o.State == OfferExpired {
			v.passed[startOf(o.Place)]++
		}
	}
	return v, err
}

// startOf is a place by its start alone.
func startOf(p Place) Place { return Place{PoolID: p.PoolID, Date: p.Date, Start: p.Start} }

// comingBack are the places that may be offered although they are not free yet:
// those that are about to be, and those that were offered to somebody else.
func comingBack(poolID string, over, offered []Hold) []Hold {
	var out []Hold
	for _, h := range slices.Concat(over, offered) {
		known := slices.ContainsFunc(out, func(o Hold) bool { return o.ID == h.ID })
		if h.State == HoldReturning && h.Place.PoolID == poolID && !known {
			out = append(out, h)
		}
	}
	return out
}

// wishPage is how many wishes are read at once.
const wishPage = 200

// offerAll offers what there is to who waits, in order.
func (v *vacancies) offerAll(ctx context.Context, services []string) error {
	e := v.engine
	var after *Wish
	for {
		page, err := e.store.WaitingWishes(ctx, v.pool.OfficeID, services, v.now, after, wishPage)
		if err != nil {
			return err
		}
		for i := range page {
			if e.policy.Offers.offerSlot(v.holds, page[i].Lost) < 0 {
				return nil // those who lost a place come first, and may have more
			}
			if err := v.offer(ctx, &page[i]); err != nil {
				return err
			}
		}
		if len(page) < wishPage {
			return nil
		}
		after = &page[len(page)-1]
	}
}

// offer looks for a place for a wish and offers it.
func (v *vacancies) offer(ctx context.Context, w *Wish) error {
	e := v.engine
	if !v.any(w.From, w.To) {
		return nil
	}
	full, err := e.store.Wish(ctx, w.ID)
	if err != nil {
		return err
	}
	who, err := e.wisher(ctx, &full)
	if errors.Is(err, errNotWished) {
		return nil
	}
	if err != nil {
		return err
	}
	until := v.now.Add(e.policy.Offers.AnswerFor)
	if !e.policy.Notices.decentWhile(v.now, until, who.loc, v.catalogue.Ramadan) {
		return nil
	}
	at, found := v.find(&full, who.appointment)
	if !found {
		return nil
	}
	made, err := e.offer(ctx, w.ID, at)
	if err != nil || !made {
		return err
	}
	v.made++
	return v.refresh(ctx, DateOf(at.In(v.loc)))
}

// refresh reads a day again after an offer was made of it.
func (v *vacancies) refresh(ctx context.Context, date Date) (err error) {
	e := v.engine
	day, _, err := e.store.Day(ctx, v.pool.ID, date)
	if err != nil {
		return err
	}
	v.stored[dayKey{v.pool.ID, date}] = day
	if v.holds, err = e.store.HoldsOf(ctx, offerClient(v.pool.ID)); err != nil {
		return err
	}
	over, err := e.store.ExpiredHolds(ctx, v.pool.ID, date, v.now, maxSweep)
	others := slices.DeleteFunc(v.back, func(h Hold) bool { return h.Place.Date == date || h.Client == offerClient(v.pool.ID) })
	v.back = comingBack(v.pool.ID, slices.Concat(others, over), v.holds)
	return err
}

// day is a day of the pool, with what comes back as if it were free.
func (v *vacancies) day(date Date) Day {
	day, ok := v.stored[dayKey{v.pool.ID, date}]
	if !ok {
		day = v.catalogue.DeriveDay(v.pool, date)
		v.stored[dayKey{v.pool.ID, date}] = day
	}
	for _, h := range v.back {
		if h.Place.Date == date {
			_ = day.Release(h.Place) // one that does not fit stays as it is
		}
	}
	return day
}

// any reports whether any tick of some days is free: most days of an office that
// people wait for are full.
func (v *vacancies) any(from, to Date) bool {
	for date := notBefore(from, v.today); !date.After(to); date = date.AddDays(1) {
		day := v.day(date)
		n := day.Ticks()
		if n > 0 && !bytes.Equal(day.Places[:n], day.Taken[:n]) {
			return true
		}
	}
	return false
}

// find is the place that a wish is offered: the earliest that fits, or, in place
// of one that was lost, the nearest to it.
func (v *vacancies) find(w *Wish, a *Appointment) (best time.Time, found bool) {
	service, err := v.catalogue.Service(w.ServiceID)
	if err != nil {
		return time.Time{}, false
	}
	for date := notBefore(w.From, v.today); !date.After(w.To); date = date.AddDays(1) {
		op := v.catalogue.Opening(v.office, date)
		if !op.Open() {
			continue
		}
		day := v.day(date)
		for _, t := range starts(op.Windows, service, w.Party) {
			p := Place{PoolID: v.pool.ID, Date: date, Start: t, Ticks: service.ticks(w.Party), Share: Public}
			at := date.At(t, v.loc).UTC()
			if day.Free(t, p.Ticks, Public) < 1 || !v.fits(w, a, p, at) {
				continue
			}
			if !w.Lost {
				return at, true
			}
			if !found || at.Sub(a.StartsAt).Abs() < best.Sub(a.StartsAt).Abs() {
				best, found = at, true
			}
		}
	}
	return best, found
}

// fits reports whether a place may be offered to a wish: it leaves time to answer,
// is better than what the person has, was not offered to them before, nor to so
// many others that it is the public's turn.
func (v *vacancies) fits(w *Wish, a *Appointment, p Place, at time.Time) bool {
	e := v.engine
	if e.bookable(p, v.loc, v.now.Add(e.policy.Offers.AnswerFor)) != "" || w.was(p) || v.passed[startOf(p)] >= mostPassed {
		return false
	}
	return a == nil || w.Lost || at.Before(a.StartsAt)
}

// notBefore is a date, or the earliest that it may be.
func notBefore(date, earliest Date) Date {
	if date.Before(earliest) {
		return earliest
	}
	return date
}
