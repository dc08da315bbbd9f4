package scheduler_test

import (
	"slices"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// eachLater is each with places that come back 3 to 20 minutes later.
func eachLater(t *testing.T, f func(w *world)) {
	t.Helper()
	each(t, func(w *world) {
		w.policy.ReturnMin, w.policy.ReturnMax = 3*time.Minute, 20*time.Minute
		w.Engine = w.node(w.db)
		f(w)
	})
}

// sweeps runs what the table of periodic work runs.
func (w *world) sweeps() {
	w.Helper()
	_, err := w.ExpireHolds(w.Context(), 100)
	w.must(err)
}

// comesBack moves the clock minute by minute until a place is free, and returns
// after how many.
func (w *world) comesBack(office, service, at string) int {
	w.Helper()
	for minutes := range 60 {
		w.sweeps()
		w.sound()
		if w.remaining(office, service, at) > 0 {
			return minutes
		}
		w.clock.Advance(time.Minute)
	}
	w.Fatalf("%s does not come back", at)
	return 0
}

// However a place is given back, nobody can tell when it comes back, and nobody
// can have it before.
func TestAGivenBackPlaceComesBackLater(t *testing.T) {
	ways := map[string]func(*world, int){
		"cancelled": func(w *world, _ int) {
			b := w.booked("solo", "card", aStart)
			_, err := w.Cancel(w.Context(), b.Appointment.ID, 0, by(b))
			w.must(err)
		},
		"moved to another day": func(w *world, round int) {
			b := w.booked("solo", "card", aStart)
			_, err := w.Reschedule(w.Context(), b.Appointment.ID, 0, scheduler.Move{StartsAt: w.at([]string{"2027-06-02 09:30", "2027-06-02 09:50", "2027-06-02 10:10"}[round])}, by(b))
			w.must(err)
		},
		"moved on the same day": func(w *world, round int) {
			b := w.booked("solo", "card", aStart)
			_, err := w.Reschedule(w.Context(), b.Appointment.ID, 0, scheduler.Move{StartsAt: w.at([]string{"2027-06-01 10:30", "2027-06-01 10:50", "2027-06-01 11:10"}[round])}, by(b))
			w.must(err)
		},
		"released": func(w *world, _ int) {
			w.must(w.ReleaseHold(w.Context(), w.held("solo", "card", aStart).ID))
		},
		"run out": func(w *world, _ int) {
			w.held("solo", "card", aStart)
			w.clock.Advance(w.Policy().HoldFor)
		},
	}
	eachLater(t, func(w *world) {
		var seen []int
		for round := range 3 {
			for what, give := range ways {
				give(w, round)
				w.sweeps()
				w.sound()
				_, err := w.Hold(w.Context(), scheduler.HoldRequest{OfficeID: "solo", ServiceID: "card", StartsAt: w.at(aStart)})
				w.wantError(err, scheduler.ErrSlotTaken)
				after := w.comesBack("solo", "card", aStart)
				if after < 3 || after > 20 {
					w.Errorf("%s: comes back after %d minutes", what, after)
				}
				seen = append(seen, after)
				w.set(enginetest.Start)
				w.clock.Advance(time.Hour) // the places of the other times are back, too
				w.sweeps()
				w.set(enginetest.Start)
			}
		}
		slices.Sort(seen)
		if n := len(slices.Compact(seen)); n < 4 {
			w.Errorf("only %d different times of return: %v", n, seen)
		}
	})
}

// Who moves by ten minutes is not kept from it by the own old place, and gives
// back only what the new one does not use.
func TestAMoveOnTheSameDayIsNotBlockedByItself(t *testing.T) {
	eachLater(t, func(w *world) {
		b := w.booked("solo", "card", aStart) // 09:30 to 09:50
		for _, at := range []string{"2027-06-01 09:50", aStart, "2027-06-01 09:50"} {
			_, err := w.Reschedule(w.Context(), b.Appointment.ID, 0, scheduler.Move{StartsAt: w.at(at)}, by(b))
			if at == aStart {
				w.wantError(err, scheduler.ErrSlotTaken) // on its way back, for its owner too
				continue
			}
			w.must(err)
			w.sound()
		}
		w.wantRemaining("solo", "card", aStart, 0)
		w.comesBack("solo", "card", aStart)
	})
}

// Places do not come back when it is too late for anybody to book them, and
// those that began to be of use to staff only are free at once.
func TestAPlaceComesBackWhileItIsOfUse(t *testing.T) {
	eachLater(t, func(w *world) {
		b := w.booked("solo", "card", aStart)
		w.set("2027-06-01 09:05") // bookable until 09:15
		_, err := w.Cancel(w.Context(), b.Appointment.ID, 0, by(b))
		w.must(err)
		for _, h := range w.sound().Holds {
			if latest := w.at("2027-06-01 09:15"); h.ExpiresAt.After(latest) {
				w.Errorf("comes back at %v, too late to be booked", h.ExpiresAt)
			}
		}
		b = w.booked("solo", "card", "2027-06-01 09:50")
		w.set("2027-06-01 09:40")
		_, err = w.Cancel(w.Context(), b.Appointment.ID, 0, by(b))
		w.must(err)
		w.sweeps()
		if held := w.sound().Holds; len(held) > 0 {
			w.Errorf("%d places are kept from those who wait at the office", len(held))
		}
	})
}

// A returning place is nobody's hold: whoever guessed its id could do nothing.
func TestAReturningPlaceCannotBeUsed(t *testing.T) {
	eachLater(t, func(w *world) {
		b := w.booked("solo", "card", aStart)
		_, err := w.Cancel(w.Context(), b.Appointment.ID, 0, by(b))
		w.must(err)
		id := w.sound().Holds[0].ID
		_, err = w.LookHold(w.Context(), id)
		w.wantError(err, scheduler.ErrNotFound)
		_, err = w.Book(w.Context(), scheduler.BookRequest{HoldID: id, Citizen: somebody()})
		w.wantError(err, scheduler.ErrHoldExpired)
		w.must(w.ReleaseHold(w.Context(), id))
		w.wantRemaining("solo", "card", aStart, 0)
	})
}

// A new catalogue keeps places that are on their way back, or ends them where
// they no longer fit.
func TestANewCatalogueKeepsReturningPlaces(t *testing.T) {
	eachLater(t, func(w *world) {
		b := w.booked("solo", "card", aStart)
		_, err := w.Cancel(w.Context(), b.Appointment.ID, 0, by(b))
		w.must(err)
		data := enginetest.Data()
		data.Services[0].Minutes += 5
		w.apply(data)
		if held := w.sound().Holds; len(held) != 1 {
			w.Errorf("%d places are on their way back, want 1", len(held))
		}
		w.wantRemaining("solo", "card", aStart, 0)
	})
}
