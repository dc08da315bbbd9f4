package scheduler_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// TestRaceOfOffers: on four nodes places come back and are offered, accepted,
// refused, withdrawn, run out and are booked by others, all at once. At the end every
// count agrees, each open offer has a place of its own, no place was sold twice, and
// nobody was offered one twice.
func TestRaceOfOffers(t *testing.T) {
	each(t, func(w *world) {
		w.policy = scheduler.DefaultPolicy()
		w.policy.ReturnMin, w.policy.ReturnMax = time.Second, 3*time.Second
		w.policy.Offers.AtOnce = 6
		w.Engine = w.node(w.db)
		w.set("2027-05-31 09:00")
		nodes := w.cluster()
		day := w.fill(full)
		var tokens []string
		for i := range 24 {
			w.clock.Advance(time.Millisecond)
			if i%2 == 0 {
				tokens = append(tokens, w.wishes(somebody()))
				continue
			}
			_, token := w.earlier(fmt.Sprintf("2027-06-%02d %02d:%02d", 7+i/12, 9+i%12/4, i%12%4/2*20+10))
			tokens = append(tokens, token)
		}
		accepted := 0
		var mu sync.Mutex
		for round := range rounds {
			if round < len(day) {
				w.must(second(w.Cancel(w.Context(), day[round].Appointment.ID, 0, by(day[round]))))
			}
			w.clock.Advance(3 * time.Second)
			if round%4 == 3 {
				w.clock.Advance(time.Hour) // what nobody answered runs out
			}
			got := together(40, func(i int) error {
				node, token := nodes[i%len(nodes)], tokens[(i*7+round)%len(tokens)]
				switch i % 8 {
				case 0, 1, 2:
					return node.ReturnPlaces(w.Context(), 100)
				case 3, 4:
					_, err := node.AcceptOffer(w.Context(), token)
					if err == nil {
						mu.Lock()
						accepted++
						mu.Unlock()
					}
					return err
				case 5:
					return second(node.DeclineOffer(w.Context(), token))
				case 6:
					if round%3 > 0 {
						return nil
					}
					return second(node.WithdrawWish(w.Context(), token))
				}
				return second(node.Hold(w.Context(), scheduler.HoldRequest{
					OfficeID: enginetest.Solo, ServiceID: enginetest.Card, StartsAt: day[round].Appointment.StartsAt,
				}))
			})
			wantKinds(w, got, got[""], scheduler.ErrSlotTaken, scheduler.ErrHoldExpired, scheduler.ErrInvalidState)
			w.soundOffers(tokens)
		}
		if accepted == 0 {
			w.Error("no offer was accepted: the race shows nothing")
		}
	})
}

// soundOffers fails when a place is kept for two, or an offer has no place.
func (w *world) soundOffers(tokens []string) {
	w.Helper()
	o := w.sound()
	if h := len(o.Holds) + len(o.Appointments); h == 0 {
		w.Error("nothing is occupied")
	}
	held := map[string]bool{}
	for _, h := range o.Holds {
		held[h.ID] = h.State == scheduler.HoldLive
	}
	kept := map[time.Time]string{}
	for _, token := range tokens {
		wish := w.wish(token)
		once := map[scheduler.Place]bool{}
		for _, offer := range wish.Offers {
			if once[offer.Place] {
				w.Errorf("a wish was offered %s %s twice", offer.Place.Date, offer.Place.Start)
			}
			once[offer.Place] = true
		}
		offer := wish.Offered(w.clock.Now())
		if offer == nil {
			continue
		}
		if !held[offer.HoldID] {
			w.Errorf("the offer of %s has no place", stamp(offer.StartsAt))
		}
		if kept[offer.StartsAt] != "" { // the office has one desk
			w.Errorf("%s is offered to two", stamp(offer.StartsAt))
		}
		kept[offer.StartsAt] = wish.ID
		for _, a := range o.Appointments {
			if a.Place.PoolID == offer.Place.PoolID && a.StartsAt.Equal(offer.StartsAt) {
				w.Errorf("%s is offered and booked", stamp(offer.StartsAt))
			}
		}
	}
}

// TestRaceForOneOffer: accepted, refused, withdrawn, cancelled and run out at once.
// One of them happens.
func TestRaceForOneOffer(t *testing.T) {
	each(t, func(w *world) {
		day := offering(w)
		nodes := w.cluster()
		for round := range 6 {
			b, token := w.earlier(fmt.Sprintf("2027-06-08 %02d:10", 9+round%3))
			w.freed(day[round])
			w.turn()
			if w.offered(token) == "" {
				w.Fatal("nothing is offered")
			}
			got := together(20, func(i int) error {
				node := nodes[i%len(nodes)]
				switch i % 4 {
				case 0:
					return second(node.AcceptOffer(w.Context(), token))
				case 1:
					return second(node.DeclineOffer(w.Context(), token))
				case 2:
					return second(node.WithdrawWish(w.Context(), token))
				}
				return node.ReturnPlaces(w.Context(), 100)
			})
			wantKinds(w, got, got[""], scheduler.ErrHoldExpired, scheduler.ErrInvalidState)
			wish := w.wish(token)
			a := w.now(b)
			if moved := a.Sequence > 0; moved != (wish.Offers[0].State == scheduler.OfferAccepted) {
				w.Errorf("the offer is %s, the appointment moved: %v", wish.Offers[0].State, moved)
			}
			if _, err := w.Cancel(w.Context(), b.Appointment.ID, 0, by(b)); err != nil && !errors.Is(err, scheduler.ErrInvalidState) {
				w.must(err)
			}
			w.sound()
		}
	})
}
