package scheduler_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

const aStart = "2027-06-01 09:30" // a Tuesday, a start time of Card

func TestHoldKeepsAPlace(t *testing.T) {
	each(t, func(w *world) {
		got := w.held(enginetest.Solo, enginetest.Card, aStart)
		want := scheduler.Hold{
			ID: got.ID, OfficeID: "solo", ServiceID: "card", Zone: "Africa/Casablanca",
			Place:    scheduler.Place{PoolID: "solo", Date: w.date("2027-06-01"), Start: 9*60 + 30, Ticks: 4},
			StartsAt: w.at(aStart), EndsAt: w.at("2027-06-01 09:50"), Party: 1, State: scheduler.HoldLive,
			ExpiresAt: w.at("2027-05-31 07:10"), CreatedAt: w.at(enginetest.Start),
		}
		if diff := cmp.Diff(want, got); diff != "" {
			w.Errorf("the hold (-want +got):\n%s", diff)
		}
		stored, err := w.LookHold(w.Context(), got.ID)
		w.must(err)
		if diff := cmp.Diff(want, stored); diff != "" {
			w.Errorf("the hold as stored (-want +got):\n%s", diff)
		}
		w.wantRemaining(enginetest.Solo, enginetest.Card, aStart, 0)
		w.wantRemaining(enginetest.Solo, enginetest.Stamp, aStart, 0)
		w.wantRemaining(enginetest.Solo, enginetest.Card, "2027-06-01 09:50", 1)
		_, err = w.Hold(w.Context(), scheduler.HoldRequest{OfficeID: "solo", ServiceID: "card", StartsAt: w.at(aStart)})
		w.wantError(err, scheduler.ErrSlotTaken)
		_, err = w.Book(w.Context(), w.request("solo", "stamp", "2027-06-01 09:40"))
		w.wantError(err, scheduler.ErrSlotTaken)
		w.sound()
	})
}

// TestHoldReadsAnyZone: the same instant, written in another zone, is the same
// place.
func TestHoldReadsAnyZone(t *testing.T) {
	each(t, func(w *world) {
		paris, err := enginetest.Zones(w).Load("Europe/Paris")
		w.must(err)
		h, err := w.Hold(w.Context(), scheduler.HoldRequest{
			OfficeID: "solo", ServiceID: "card", StartsAt: time.Date(2027, 6, 1, 11, 30, 0, 0, paris),
		})
		w.must(err)
		if h.Place.Start.String() != "09:30" || !h.StartsAt.Equal(w.at(aStart)) {
			w.Errorf("11:30 in Paris is held as %s, %v", h.Place.Start, h.StartsAt)
		}
	})
}

func TestReleaseHold(t *testing.T) {
	each(t, func(w *world) {
		h := w.held("solo", "card", aStart)
		w.must(w.ReleaseHold(w.Context(), h.ID))
		w.wantRemaining("solo", "card", aStart, 1)
		w.must(w.ReleaseHold(w.Context(), h.ID)) // once more is no fault
		w.wantRemaining("solo", "card", aStart, 1)

		r := scheduler.BookRequest{HoldID: h.ID, Citizen: somebody()}
		_, err := w.Book(w.Context(), r)
		w.wantError(err, scheduler.ErrHoldExpired)

		used := w.held("solo", "card", aStart)
		r.HoldID = used.ID
		_, err = w.Book(w.Context(), r)
		w.must(err)
		w.wantError(w.ReleaseHold(w.Context(), used.ID), scheduler.ErrInvalidState)
		w.wantRemaining("solo", "card", aStart, 0)

		w.wantError(w.ReleaseHold(w.Context(), "hold_nobody"), scheduler.ErrNotFound)
		_, err = w.LookHold(w.Context(), "hold_nobody")
		w.wantError(err, scheduler.ErrNotFound)
		w.sound()
	})
}

// TestHoldExpires: at its very end, not a microsecond before.
func TestHoldExpires(t *testing.T) {
	each(t, func(w *world) {
		h := w.held("solo", "card", aStart)
		w.clock.Set(h.ExpiresAt.Add(-time.Microsecond))
		_, err := w.Book(w.Context(), w.request("solo", "card", aStart))
		w.wantError(err, scheduler.ErrSlotTaken)

		w.clock.Set(h.ExpiresAt)
		seen, err := w.LookHold(w.Context(), h.ID)
		w.must(err)
		if seen.State != scheduler.HoldExpired {
			w.Errorf("the hold is %s, want expired", seen.State)
		}
		_, err = w.Book(w.Context(), scheduler.BookRequest{HoldID: h.ID, Citizen: somebody()})
		w.wantError(err, scheduler.ErrHoldExpired)
		w.sound()

		w.booked("solo", "card", aStart) // takes what the hold still occupied
		w.sound()
		_, err = w.Book(w.Context(), scheduler.BookRequest{HoldID: h.ID, Citizen: somebody()})
		w.wantError(err, scheduler.ErrHoldExpired)
		w.must(w.ReleaseHold(w.Context(), h.ID)) // it gives back nothing now
		w.wantRemaining("solo", "card", aStart, 0)
		w.sound()
	})
}

// TestExpiredHoldsGiveWayToHoldsAndMoves: on demand, not only to bookings.
func TestExpiredHoldsGiveWayToHoldsAndMoves(t *testing.T) {
	each(t, func(w *world) {
		other := w.booked("solo", "card", "2027-06-02 09:30")
		same := w.booked("solo", "card", "2027-06-01 08:30")
		w.held("solo", "card", "2027-06-01 09:30")
		w.held("solo", "card", "2027-06-01 09:50")
		w.held("solo", "card", "2027-06-01 10:10")
		w.clock.Advance(10 * time.Minute)
		w.held("solo", "card", "2027-06-01 09:30")
		_, err := w.Reschedule(w.Context(), other.Appointment.ID, 0, scheduler.Move{StartsAt: w.at("2027-06-01 09:50")}, by(other))
		w.must(err)
		_, err = w.Reschedule(w.Context(), same.Appointment.ID, 0, scheduler.Move{StartsAt: w.at("2027-06-01 10:10")}, by(same))
		w.must(err)
		w.wantRemaining("solo", "card", "2027-06-01 08:30", 1)
		w.sound()
	})
}

func TestExpireHolds(t *testing.T) {
	each(t, func(w *world) {
		for _, at := range []string{"2027-06-01 08:30", "2027-06-02 08:30", "2027-06-01 08:50", "2027-06-02 08:50"} {
			w.held("solo", "card", at)
			w.clock.Advance(time.Second)
		}
		live := w.held("trio", "file", "2027-06-01 08:30")
		if n, err := w.ExpireHolds(w.Context(), 100); n != 0 || err != nil {
			w.Errorf("nothing has run out, but %d went, %v", n, err)
		}
		w.clock.Set(live.ExpiresAt.Add(-time.Microsecond))
		// The oldest come first, and never more than asked for.
		for i, want := range []string{"1 0 1 0", "1 1 1 0", "1 1 1 1"} {
			n, err := w.ExpireHolds(w.Context(), []int{2, 1, 100}[i])
			w.must(err)
			free := ""
			for _, at := range []string{"06-01 08:30", "06-01 08:50", "06-02 08:30", "06-02 08:50"} {
				free += fmt.Sprint(" ", w.remaining("solo", "card", "2027-"+at))
			}
			if free != " "+want || n != []int{2, 1, 1}[i] {
				w.Errorf("run %d gave back %d, free are%s, want %s", i, n, free, want)
			}
		}
		if n, err := w.ExpireHolds(w.Context(), 100); n != 0 || err != nil {
			w.Errorf("once more gave back %d, %v", n, err)
		}
		w.wantRemaining("trio", "file", "2027-06-01 08:30", 2)
		w.sound()
	})
}

// TestOneBadDayDoesNotStopTheOthers: a day whose counts were spoilt cannot give
// back; all others still do, and the fault is told.
func TestOneBadDayDoesNotStopTheOthers(t *testing.T) {
	each(t, func(w *world) {
		for _, at := range []string{"2027-06-01 08:30", "2027-06-02 08:30", "2027-06-03 08:30"} {
			w.held("solo", "card", at)
			w.clock.Advance(time.Second)
		}
		o := w.sound()
		bad := o.Days[0]
		bad.Taken = make([]byte, len(bad.Taken)) // as a hand in the database might
		w.must(w.db.Commit(w.Context(), scheduler.Change{Days: []scheduler.Day{bad}}))

		w.clock.Advance(time.Hour)
		n, err := w.ExpireHolds(w.Context(), 100)
		if n != 2 || err == nil {
			w.Errorf("gave back %d, %v, want 2 and the fault of the first day", n, err)
		}
		w.wantRemaining("solo", "card", "2027-06-02 08:30", 1)
		w.wantRemaining("solo", "card", "2027-06-03 08:30", 1)
	})
}

func TestHoldsAreForgotten(t *testing.T) {
	each(t, func(w *world) {
		gone := w.held("solo", "card", "2027-06-01 08:30")
		live := w.held("solo", "card", "2027-06-01 08:50")
		w.must(w.ReleaseHold(w.Context(), gone.ID))
		n, err := w.db.ForgetHolds(w.Context(), w.clock.Now().Add(24*time.Hour))
		if n != 1 || err != nil {
			w.Errorf("forgot %d, %v, want the one that ended", n, err)
		}
		_, err = w.LookHold(w.Context(), gone.ID)
		w.wantError(err, scheduler.ErrNotFound)
		_, err = w.LookHold(w.Context(), live.ID)
		w.must(err)
		w.sound()
	})
}
