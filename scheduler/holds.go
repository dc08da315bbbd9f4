package scheduler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"
)

// HoldRequest asks to keep a place while a form is filled.
type HoldRequest struct {
	OfficeID, ServiceID string
	StartsAt            time.Time // the instant, in any zone
	Party               int       // persons; 0 means 1
	Channel             ServiceChannel
	// Client names the network that asks, which may hold a few places at once; ""
	// is not bounded. Proven: it gave a proof of work, and may hold more.
	Client string
	Proven bool
	// Spend, when not nil, takes the proof away once a place was found; its error
	// ends the request.
	Spend func(context.Context) error
}

// Hold keeps a place for Policy.HoldFor. It returns an InvalidError, a
// HoldsError, ErrSlotTaken or ErrBusy.
func (e *Engine) Hold(ctx context.Context, r HoldRequest) (Hold, error) {
	w := placeRequest{r.ServiceID, r.OfficeID, r.StartsAt, persons(r.Party), r.Channel}
	o, err := e.allowedNow(ctx, w)
	if err != nil {
		return Hold{}, err
	}
	id, err := e.newID("hold")
	if err != nil {
		return Hold{}, fmt.Errorf("hold: %w", err)
	}
	var hold Hold
	tries := 0
	err = e.decide(ctx, queueOf(o.place), func() (Change, error) {
		if tries++; tries > 1 { // the answer to the first commit may be lost, see Book
			if hold, err = e.store.Hold(ctx, id); err == nil {
				return Change{}, errNothingToDo
			}
		}
		change, o, err := e.take(ctx, w)
		if err != nil {
			return Change{}, err
		}
		hold = e.newHold(id, o, w.party)
		if hold.Client, hold.Slot, err = e.clientSlot(ctx, r.Client, r.Proven); err != nil {
			return Change{}, err
		}
		if r.Spend != nil {
			if err := r.Spend(ctx); err != nil {
				return Change{}, err
			}
			r.Spend = nil
		}
		change.NewHolds = []Hold{hold}
		return change, nil
	})
	if err != nil && !errors.Is(err, errNothingToDo) {
		return Hold{}, fmt.Errorf("hold: %w", err)
	}
	return hold, nil
}

func (e *Engine) newHold(id string, o allowedPlace, party int) Hold {
	now := e.now()
	return Hold{
		ID: id, OfficeID: o.office.ID, ServiceID: o.service.ID, Channel: o.channel, Place: o.place, Zone: o.office.Zone,
		StartsAt: o.starts, EndsAt: o.ends, Party: party,
		State: HoldLive, ExpiresAt: now.Add(e.policy.HoldFor), CreatedAt: now,
	}
}

// LookHold returns a hold in any state, or ErrNotFound.
func (e *Engine) LookHold(ctx context.Context, id string) (Hold, error) {
	h, err := e.store.Hold(ctx, id)
	if err != nil {
		return Hold{}, fmt.Errorf("hold: %w", err)
	}
	switch {
	case h.State == HoldReturning: // nobody was ever told its id
		return Hold{}, fmt.Errorf("hold: %w", ErrNotFound)
	case h.State == HoldLive && !h.ExpiresAt.After(e.now()):
		h.State = HoldExpired
	}
	return h, nil
}

// ReleaseHold gives a held place back. A hold that ended already is
// ErrInvalidState when it was used, and no fault otherwise.
func (e *Engine) ReleaseHold(ctx context.Context, id string) error {
	h, err := e.store.Hold(ctx, id)
	if err != nil {
		return fmt.Errorf("release hold: %w", err)
	}
	err = e.decide(ctx, queueOf(h.Place), func() (Change, error) {
		if h, err = e.store.Hold(ctx, id); err != nil {
			return Change{}, err
		}
		switch h.State {
		case HoldUsed:
			return Change{}, ErrInvalidState
		case HoldLive:
			return e.giveBack(ctx, []Hold{h}, HoldReleased)
		default:
			return Change{}, errNothingToDo
		}
	})
	if err != nil && !errors.Is(err, errNothingToDo) {
		return fmt.Errorf("release hold: %w", err)
	}
	return nil
}

// ExtendHold lets a hold keep its place for Policy.HoldFor from now. It is done
// once: ErrInvalidState the second time, with the hold as it is, and for a hold
// that was used; ErrHoldExpired when its place was given back; ErrNotFound.
func (e *Engine) ExtendHold(ctx context.Context, id string) (Hold, error) {
	for range maxTries {
		h, err := e.store.Hold(ctx, id)
		if err != nil {
			return Hold{}, fmt.Errorf("extend hold: %w", err)
		}
		now := e.now()
		longer, err := h.extend(now, now.Add(e.policy.HoldFor))
		if err == nil {
			err = e.store.ExtendHold(ctx, id, now, longer.ExpiresAt)
		}
		if err == nil {
			return longer, nil
		}
		if !errors.Is(err, ErrConflict) {
			return h, fmt.Errorf("extend hold: %w", err)
		}
	}
	return Hold{}, fmt.Errorf("extend hold: %w", ErrBusy)
}

// extend is the rule: a live hold, once.
func (h Hold) extend(now, until time.Time) (Hold, error) {
	switch {
	case h.State == HoldUsed:
		return h, ErrInvalidState
	case h.State != HoldLive || !h.ExpiresAt.After(now):
		return h, ErrHoldExpired
	case h.Extended:
		return h, ErrInvalidState
	}
	h.ExpiresAt, h.Extended = until, true
	return h, nil
}

var errNothingToDo = errors.New("nothing to do")

// ExpireHolds ends holds that ran out, at most limit of them, the oldest first,
// and returns how many. The places of live ones start to come back; those of
// returning ones are free. A day that cannot be written
// does not keep the others from it. Periodic work calls it; it is safe on many
// nodes.
func (e *Engine) ExpireHolds(ctx context.Context, limit int) (int, error) {
	return e.expireHolds(ctx, e.now(), limit)
}

// expireHolds ends holds that ran out by an instant.
func (e *Engine) expireHolds(ctx context.Context, by time.Time, limit int) (int, error) {
	holds, err := e.store.ExpiredHolds(ctx, "", Date{}, by, limit)
	if err != nil {
		return 0, fmt.Errorf("expired holds: %w", err)
	}
	done := 0
	var faults []error
	for _, group := range groupByDay(holds) {
		n, err := e.expireDay(ctx, group[0].Place, by, len(group))
		if err != nil {
			faults = append(faults, fmt.Errorf("expire holds of %s: %w", queueOf(group[0].Place), err))
			continue
		}
		done += n
	}
	return done, errors.Join(faults...)
}

// expireDay gives back what the oldest expired holds of one day occupy.
func (e *Engine) expireDay(ctx context.Context, p Place, by time.Time, limit int) (n int, err error) {
	err = e.decide(ctx, queueOf(p), func() (Change, error) {
		still, err := e.store.ExpiredHolds(ctx, p.PoolID, p.Date, by, limit)
		if err != nil {
			return Change{}, err
		}
		if n = len(still); n == 0 {
			return Change{}, errNothingToDo
		}
		return e.giveBack(ctx, still, HoldExpired)
	})
	if errors.Is(err, errNothingToDo) {
		return 0, nil
	}
	return n, err
}

func groupByDay(holds []Hold) [][]Hold {
	at := map[string]int{}
	var groups [][]Hold
	for _, h := range holds {
		key := queueOf(h.Place)
		i, ok := at[key]
		if !ok {
			i = len(groups)
			at[key] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], h)
	}
	return groups
}

// giveBack ends holds of one day. The places of live ones are on their way back,
// see returns; those of returning ones are free.
func (e *Engine) giveBack(ctx context.Context, holds []Hold, state HoldState) (Change, error) {
	day, c, err := e.dayOf(ctx, holds[0].Place.PoolID, holds[0].Place.Date)
	if err != nil {
		return Change{}, err
	}
	change := Change{CatalogueVersion: c.Version}
	before := day.Taken
	for _, h := range holds {
		change.EndHolds = append(change.EndHolds, EndHold{h.ID, state, state == HoldExpired})
		if h.State == HoldReturning {
			err = day.Release(h.Place)
		} else {
			err = e.returns(&day, &change, h)
		}
		if err != nil {
			return Change{}, err
		}
	}
	if !bytes.Equal(before, day.Taken) {
		change.Days = []Day{day}
	}
	return change, nil
}

// allowedNow checks a request against the newest catalogue this node knows.
func (e *Engine) allowedNow(ctx context.Context, w placeRequest) (allowedPlace, error) {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return allowedPlace{}, err
	}
	return e.allowed(c, w)
}

// take starts a change that takes the wished place, and returns that place as
// the rules of the very day that is written have it: between the caller's look
// and this one another node may have changed them. When the day is full it first
// gives back what holds that ran out still occupy.
func (e *Engine) take(ctx context.Context, w placeRequest) (Change, allowedPlace, error) {
	seen, err := e.allowedNow(ctx, w)
	if err != nil {
		return Change{}, allowedPlace{}, err
	}
	day, c, err := e.dayOf(ctx, seen.place.PoolID, seen.place.Date)
	if err != nil {
		return Change{}, allowedPlace{}, err
	}
	o, err := e.allowed(c, w)
	if err != nil {
		return Change{}, allowedPlace{}, err
	}
	if queueOf(o.place) != queueOf(seen.place) {
		return Change{}, allowedPlace{}, ErrConflict // another pool serves it now
	}
	change := Change{}
	if day.Free(o.place.Start, o.place.Ticks, o.place.Share) < 1 {
		if change, err = e.sweep(ctx, o.place, &day); err != nil {
			return Change{}, allowedPlace{}, err
		}
	}
	change.CatalogueVersion = c.Version
	err = day.Book(o.place)
	change.Days = []Day{day}
	return change, o, err
}

// sweep frees what holds that ran out occupy on one day. Those whose places start
// to come back only now are left to ExpireHolds.
func (e *Engine) sweep(ctx context.Context, p Place, day *Day) (Change, error) {
	holds, err := e.store.ExpiredHolds(ctx, p.PoolID, p.Date, e.now(), maxSweep)
	if err != nil {
		return Change{}, fmt.Errorf("expired holds: %w", err)
	}
	var change Change
	for _, h := range holds {
		if h.State == HoldLive && e.policy.ReturnMax > 0 {
			continue
		}
		if err := day.Release(h.Place); err != nil {
			return Change{}, err
		}
		change.EndHolds = append(change.EndHolds, EndHold{h.ID, HoldExpired, true})
	}
	return change, nil
}

const maxSweep = 500

func queueOf(p Place) string { return p.PoolID + "|" + p.Date.String() }
