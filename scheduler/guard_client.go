package scheduler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// ErrTooManyHolds: this client keeps as many places as one may at once.
var ErrTooManyHolds = errors.New("too many holds of one client")

// HoldsError is ErrTooManyHolds with what can be done about it.
type HoldsError struct {
	// After is how long until the first of the client's holds runs out.
	After time.Duration
	// Provable: with a proof of work, or after a wait, one more is given.
	Provable bool
}

// Error says what is bounded; it names nobody.
func (e *HoldsError) Error() string { return ErrTooManyHolds.Error() }

// Unwrap makes it ErrTooManyHolds.
func (e *HoldsError) Unwrap() error { return ErrTooManyHolds }

// returningPerHold bounds the places that a client gave back and that have not
// come back yet, as a multiple of what it may hold: who takes places only to give
// them back would else keep a whole day from others.
const returningPerHold = 3

// clientSlot finds a free slot among those that a client's live holds may take.
// Slots are unique in the database, so the bound holds on many nodes at once:
// of two that choose the same one, the second decides again. "" is nobody in
// particular, such as staff, and has no bound.
func (e *Engine) clientSlot(ctx context.Context, client string, proven bool) (key string, slot int, err error) {
	if client == "" || e.policy.HoldsFree == 0 {
		return "", 0, nil
	}
	key = idEncoding.EncodeToString(e.keyed("client", client)[:20])
	holds, err := e.store.HoldsOf(ctx, key)
	if err != nil {
		return "", 0, fmt.Errorf("holds of a client: %w", err)
	}
	slot, err = freeSlot(holds, e.policy, proven, e.now())
	return key, slot, err
}

// freeSlot is the rule: HoldsFree live holds for anybody, up to HoldsMost for who
// has given a proof, and not more places on their way back than returningPerHold
// times that.
func freeSlot(holds []Hold, p Policy, proven bool, now time.Time) (int, error) {
	bound := p.HoldsFree
	if proven {
		bound = max(bound, p.HoldsMost)
	}
	taken, live, returning := make([]bool, bound), 0, 0
	soonest := p.HoldFor
	for _, h := range holds {
		if h.State != HoldLive {
			returning++
			continue
		}
		if h.Slot < bound {
			taken[h.Slot] = true
		}
		live++
		soonest = min(soonest, h.ExpiresAt.Sub(now))
	}
	slot := slices.Index(taken, false)
	if live >= bound || slot < 0 || returning >= returningPerHold*bound {
		helps := !proven && live < p.HoldsMost && returning < returningPerHold*p.HoldsMost
		return 0, &HoldsError{After: max(soonest, retrySoon), Provable: helps}
	}
	return slot, nil
}

// retrySoon is what a client waits when its holds are over and not yet swept.
const retrySoon = 5 * time.Second
