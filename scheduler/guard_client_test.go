package scheduler_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// holdFor asks for a hold of one of many places for a client.
func (w *world) holdFor(node *scheduler.Engine, client string, n int, proven bool) (scheduler.Hold, error) {
	w.Helper()
	weekday := []string{"2027-06-01", "2027-06-02", "2027-06-03", "2027-06-07", "2027-06-08"}[n/9%5]
	at := enginetest.Date(w, weekday).At(scheduler.TimeOfDay(8*60+30+20*(n%9)), time.UTC)
	return node.Hold(w.Context(), scheduler.HoldRequest{
		OfficeID: enginetest.Trio, ServiceID: enginetest.File, StartsAt: at, Client: client, Proven: proven,
	})
}

// wantTooMany fails unless err bounds a client, and says whether a proof helps.
func (w *world) wantTooMany(err error, provable bool) {
	w.Helper()
	var bound *scheduler.HoldsError
	switch {
	case !errors.As(err, &bound):
		w.Errorf("got error %v, want a bound", err)
	case bound.Provable != provable, bound.After <= 0, bound.After > w.Policy().HoldFor:
		w.Errorf("got %+v", bound)
	}
}

func TestAClientHoldsAFewPlacesAtOnce(t *testing.T) {
	each(t, func(w *world) {
		free, most := w.Policy().HoldsFree, w.Policy().HoldsMost
		var held []scheduler.Hold
		for n := range free {
			h, err := w.holdFor(w.Engine, "a", n, false)
			w.must(err)
			held = append(held, h)
		}
		_, err := w.holdFor(w.Engine, "a", free, false)
		w.wantTooMany(err, true)
		for _, other := range []string{"b", ""} { // others and staff are not bounded by it
			_, err = w.holdFor(w.Engine, other, free, false)
			w.must(err)
		}
		_, err = w.Book(w.Context(), scheduler.BookRequest{HoldID: held[0].ID, Citizen: somebody()})
		w.must(err)
		for n := range most - free + 1 { // one place was used
			_, err = w.holdFor(w.Engine, "a", free+n, true)
			w.must(err)
		}
		_, err = w.holdFor(w.Engine, "a", most+1, true)
		w.wantTooMany(err, false)
		w.clock.Advance(w.Policy().HoldFor)
		w.sweeps()
		_, err = w.holdFor(w.Engine, "a", 0, false)
		w.must(err)
		w.sound()
	})
}

// Who takes places only to give them back is bounded, too.
func TestAClientCannotKeepADayByGivingBack(t *testing.T) {
	eachLater(t, func(w *world) {
		var err error
		for n := range 100 {
			var h scheduler.Hold
			if h, err = w.holdFor(w.Engine, "a", n, false); err != nil {
				break
			}
			w.must(w.ReleaseHold(w.Context(), h.ID))
		}
		w.wantTooMany(err, true)
		if n := len(w.sound().Holds); n > 4*w.Policy().HoldsFree {
			w.Errorf("one client keeps %d places from others", n)
		}
	})
}

// TestRaceOfOneClient: forty requests at once on four nodes give a client as many
// places as it may hold, and not one more.
func TestRaceOfOneClient(t *testing.T) {
	each(t, func(w *world) {
		nodes := w.cluster()
		var mu sync.Mutex
		held := 0
		var all sync.WaitGroup
		for n := range 40 {
			all.Go(func() {
				_, err := w.holdFor(nodes[n%len(nodes)], "a", n, false)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					held++
				} else if !errors.Is(err, scheduler.ErrTooManyHolds) {
					w.Error(err)
				}
			})
		}
		all.Wait()
		if free := w.Policy().HoldsFree; held != free || len(w.sound().Holds) != free {
			w.Errorf("%d holds were given, %d are stored; want %d", held, len(w.sound().Holds), free)
		}
	})
}
