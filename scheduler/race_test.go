package scheduler_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// rounds is how often each race is run; parallel how many run it.
const (
	rounds   = 12
	parallel = 50
)

// cluster starts nodes: two over the store of the world, two over stores of
// their own, as one process with several engines and several processes would.
func (w *world) cluster() []*scheduler.Engine {
	w.Helper()
	return []*scheduler.Engine{w.Engine, w.node(w.db), w.otherNode(), w.otherNode()}
}

// together runs f for 0 to n-1 at once and counts the errors by their kind: ""
// for none.
func together(n int, f func(i int) error) map[string]int {
	var all sync.WaitGroup
	start, kinds := make(chan struct{}), make(chan string, n)
	for i := range n {
		all.Go(func() {
			<-start
			kinds <- kind(f(i))
		})
	}
	close(start)
	all.Wait()
	close(kinds)
	count := map[string]int{}
	for k := range kinds {
		count[k]++
	}
	return count
}

// kind names the sentinel of an error, or gives the error's own text.
func kind(err error) string {
	if err == nil {
		return ""
	}
	for _, sentinel := range []error{
		scheduler.ErrSlotTaken, scheduler.ErrInvalidState, scheduler.ErrDuplicateBooking, scheduler.ErrHoldExpired,
		scheduler.ErrRevisionMismatch, scheduler.ErrNotFound,
	} {
		if errors.Is(err, sentinel) {
			return sentinel.Error()
		}
	}
	return err.Error()
}

// wantKinds fails unless exactly n calls went well and all others ended with
// one of the errors named.
func wantKinds(w *world, got map[string]int, n int, others ...error) {
	w.Helper()
	if got[""] != n {
		w.Errorf("%d went well, want %d: %v", got[""], n, got)
	}
	for k, count := range got {
		known := k == ""
		for _, o := range others {
			known = known || k == o.Error()
		}
		if !known {
			w.Errorf("%d times: %s", count, k)
		}
	}
}

// TestRaceForAPlace: many for one place, some to hold and some to book it.
// Exactly as many get it as there are desks.
func TestRaceForAPlace(t *testing.T) {
	for _, offer := range []struct {
		office, service string
		desks           int
	}{{enginetest.Solo, enginetest.Card, 1}, {enginetest.Trio, enginetest.File, 3}} {
		t.Run(fmt.Sprintf("%d desks", offer.desks), func(t *testing.T) {
			each(t, func(w *world) {
				nodes := w.cluster()
				day := w.date("2027-06-01")
				for round := range rounds {
					// New days and days that exist already, in turn.
					start := day.AddDays(round/4*7).At(scheduler.TimeOfDay(8*60+30+20*(round%4)), time.UTC)
					got := together(parallel, func(i int) error {
						node := nodes[i%len(nodes)]
						if i%3 == 0 {
							return second(node.Hold(w.Context(), scheduler.HoldRequest{OfficeID: offer.office, ServiceID: offer.service, StartsAt: start}))
						}
						return second(node.Book(w.Context(), scheduler.BookRequest{
							OfficeID: offer.office, ServiceID: offer.service, StartsAt: start, Citizen: somebody(),
						}))
					})
					wantKinds(w, got, offer.desks, scheduler.ErrSlotTaken)
				}
				if o := w.sound(); len(o.Holds)+len(o.Appointments) != rounds*offer.desks {
					w.Errorf("%d holds and %d appointments, want %d", len(o.Holds), len(o.Appointments), rounds*offer.desks)
				}
			})
		})
	}
}

// TestRaceOfOnePerson: one person books one service at many times at once, by
// mail here and by phone there. One booking stands.
func TestRaceOfOnePerson(t *testing.T) {
	each(t, func(w *world) {
		nodes := w.cluster()
		for round := range rounds {
			who := somebody()
			who.Phone = fmt.Sprintf("+2126%08d", round)
			got := together(parallel, func(i int) error {
				day := w.date("2027-06-07").AddDays(i%5 + round%6*7)
				return second(nodes[i%len(nodes)].Book(w.Context(), scheduler.BookRequest{
					OfficeID: enginetest.Trio, ServiceID: enginetest.File, Citizen: who,
					StartsAt: day.At(scheduler.TimeOfDay(8*60+30+20*(i/5)), time.UTC),
				}))
			})
			wantKinds(w, got, 1, scheduler.ErrDuplicateBooking)
		}
		if o := w.sound(); len(o.Appointments) != rounds {
			w.Errorf("%d appointments of %d persons", len(o.Appointments), rounds)
		}
	})
}

// TestRaceForAHold: one hold is used by many at once. One gets it.
func TestRaceForAHold(t *testing.T) {
	each(t, func(w *world) {
		nodes := w.cluster()
		for round := range rounds {
			start := w.date("2027-06-01").At(scheduler.TimeOfDay(8*60+30+20*(round%12)), time.UTC)
			h, err := w.Hold(w.Context(), scheduler.HoldRequest{OfficeID: enginetest.Trio, ServiceID: enginetest.File, StartsAt: start})
			w.must(err)
			got := together(parallel, func(i int) error {
				return second(nodes[i%len(nodes)].Book(w.Context(), scheduler.BookRequest{HoldID: h.ID, Citizen: somebody()}))
			})
			wantKinds(w, got, 1, scheduler.ErrInvalidState)
		}
		w.sound()
	})
}

// TestRaceForAHoldThatEnds: using it, giving it back and letting it run out at
// once. Whoever wins, the place is occupied once or free.
func TestRaceForAHoldThatEnds(t *testing.T) {
	each(t, func(w *world) {
		nodes := w.cluster()
		for round := range rounds {
			start := w.date("2027-06-01").At(scheduler.TimeOfDay(8*60+30+20*round), time.UTC)
			h, err := w.Hold(w.Context(), scheduler.HoldRequest{OfficeID: enginetest.Solo, ServiceID: enginetest.Card, StartsAt: start})
			w.must(err)
			booked := make(chan struct{}, parallel)
			var run sync.WaitGroup
			run.Go(func() { w.clock.Advance(10 * time.Minute) })
			got := together(20, func(i int) error {
				node := nodes[i%len(nodes)]
				switch i % 4 {
				case 0:
					return node.ReleaseHold(w.Context(), h.ID)
				case 1:
					return second(node.ExpireHolds(w.Context(), 100))
				case 2:
					return second(node.Hold(w.Context(), scheduler.HoldRequest{OfficeID: enginetest.Solo, ServiceID: enginetest.Card, StartsAt: start}))
				}
				err := second(node.Book(w.Context(), scheduler.BookRequest{HoldID: h.ID, Citizen: somebody()}))
				if err == nil {
					booked <- struct{}{}
				}
				return err
			})
			run.Wait()
			wantKinds(w, got, got[""], scheduler.ErrSlotTaken, scheduler.ErrHoldExpired, scheduler.ErrInvalidState)
			if len(booked) > 1 {
				w.Errorf("the hold was used %d times", len(booked))
			}
			w.sound()
		}
	})
}

// TestRaceOfOneAppointment: many change one appointment on the revision they
// saw. One of them does; the history shows each change once.
func TestRaceOfOneAppointment(t *testing.T) {
	each(t, func(w *world) {
		nodes := w.cluster()
		b := w.booked(enginetest.Trio, enginetest.File, aStart)
		for round := range rounds {
			revision := w.now(b).Revision
			got := together(20, func(i int) error {
				day := w.date("2027-06-02").AddDays(round%2 + round/4*7)
				at := day.At(scheduler.TimeOfDay(8*60+30+20*(i%12)), time.UTC)
				return second(nodes[i%len(nodes)].Reschedule(w.Context(), b.Appointment.ID, revision, scheduler.Move{StartsAt: at}, by(b)))
			})
			wantKinds(w, got, 1, scheduler.ErrRevisionMismatch)
		}
		// A confirmation writes no day: the revision alone guards it.
		other, revision := w.booked(enginetest.Trio, enginetest.File, "2027-06-29 09:30"), 1
		got := together(20, func(i int) error {
			return second(nodes[i%len(nodes)].Confirm(w.Context(), other.Appointment.ID, revision, by(other)))
		})
		wantKinds(w, got, 1, scheduler.ErrRevisionMismatch)
		w.must(steps["cancel"].on(w.Engine, w, other))

		got = together(20, func(i int) error {
			return second(nodes[i%len(nodes)].Cancel(w.Context(), b.Appointment.ID, 0, by(b)))
		})
		wantKinds(w, got, 1, scheduler.ErrInvalidState)
		if n := len(w.history(b.Appointment.ID)); n != rounds+2 {
			w.Errorf("%d entries in the history, want %d", n, rounds+2)
		}
		if o := w.sound(); len(o.Appointments) != 0 {
			w.Errorf("%d appointments are left", len(o.Appointments))
		}
	})
}

// TestCrosswiseMoves: two visits change days from two nodes at once, first to
// where there is room, then each to the other's place. Nobody waits for ever.
func TestCrosswiseMoves(t *testing.T) {
	each(t, func(w *world) {
		ctx, cancel := context.WithTimeout(w.Context(), 2*time.Minute)
		defer cancel()
		nodes := w.cluster()[1:]
		const monday, tuesday = "2027-06-07 ", "2027-06-08 "
		pair := []scheduler.Booked{w.booked("solo", "card", monday+"09:10"), w.booked("solo", "card", tuesday+"09:10")}
		move := func(at ...string) map[string]int {
			return together(2, func(i int) error {
				return second(nodes[i].Reschedule(ctx, pair[i].Appointment.ID, 0, scheduler.Move{StartsAt: w.at(at[i])}, by(pair[i])))
			})
		}
		for range rounds {
			wantKinds(w, move(tuesday+"10:10", monday+"10:10"), 2)
			wantKinds(w, move(monday+"11:30", tuesday+"11:30"), 2)
			// To each other's place: neither can go first, so neither goes.
			wantKinds(w, move(tuesday+"11:30", monday+"11:30"), 0, scheduler.ErrSlotTaken)
			wantKinds(w, move(monday+"09:10", tuesday+"09:10"), 2)
		}
		w.sound()
	})
}
