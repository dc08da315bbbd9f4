package scheduler_test

import (
	"context"
	"io"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// meanwhile is a store in which something happens once between what an engine
// reads and what it writes: another node was faster.
type meanwhile struct {
	scheduler.Store
	do func()
}

// Commit lets it happen, and then writes.
func (m *meanwhile) Commit(ctx context.Context, c scheduler.Change) error {
	if do := m.do; do != nil {
		m.do = nil
		do()
	}
	return m.Store.Commit(ctx, c)
}

// slow starts a node to which something happens in the middle of its first
// decision.
func (w *world) slow(do func()) *scheduler.Engine {
	w.Helper()
	w.nodes++
	return enginetest.Node(w, &meanwhile{w.db, do}, w.clock, w.nodes)
}

// onClosed is what a request for a day that is closed gets.
const onClosed = "invalid: starts_at: closed"

// TestWhoComesSecond: what a decision was made on changes before it is written.
// It is made again, on what is true now.
func TestWhoComesSecond(t *testing.T) {
	const newDay, other = "2027-06-02 09:30", "2027-06-03 09:30"
	closed := enginetest.Closed("strike", "2027-06-02", "2027-06-02")
	for _, test := range []struct {
		name string
		// try begins with a booking of solo on a Tuesday and a hold beside it, and
		// tells the outcome of the second.
		try  func(w *world, b scheduler.Booked, h scheduler.Hold) error
		want string
	}{
		{"books a day that closes", func(w *world, _ scheduler.Booked, _ scheduler.Hold) error {
			return second(w.slow(func() { w.apply(closed) }).Book(w.Context(), w.request("solo", "card", newDay)))
		}, "book: " + onClosed},
		{"moves to a day that closes", func(w *world, b scheduler.Booked, _ scheduler.Hold) error {
			return steps["move"].on(w.slow(func() { w.apply(enginetest.Closed("strike", "2027-06-03", "2027-06-03")) }), w, b)
		}, "change appointment: " + onClosed},
		{"holds a day that another stores", func(w *world, _ scheduler.Booked, _ scheduler.Hold) error {
			e := w.slow(func() { w.booked("solo", "card", "2027-06-02 10:10") })
			return second(e.Hold(w.Context(), scheduler.HoldRequest{OfficeID: "solo", ServiceID: "card", StartsAt: w.at(newDay)}))
		}, ""},
		{"books the last place", func(w *world, _ scheduler.Booked, _ scheduler.Hold) error {
			e := w.slow(func() { w.booked("solo", "card", newDay) })
			return second(e.Book(w.Context(), w.request("solo", "card", newDay)))
		}, "slot taken"},
		{"moves to the last place", func(w *world, b scheduler.Booked, _ scheduler.Hold) error {
			return steps["move"].on(w.slow(func() { w.booked("solo", "card", other) }), w, b)
		}, "slot taken"},
		{"uses a hold that is used", func(w *world, _ scheduler.Booked, h scheduler.Hold) error {
			r := scheduler.BookRequest{HoldID: h.ID, Citizen: somebody()}
			e := w.slow(func() { w.must(second(w.Book(w.Context(), scheduler.BookRequest{HoldID: h.ID, Citizen: somebody()}))) })
			return second(e.Book(w.Context(), r))
		}, "invalid state"},
		{"uses a hold that is given back", func(w *world, _ scheduler.Booked, h scheduler.Hold) error {
			e := w.slow(func() { w.must(w.ReleaseHold(w.Context(), h.ID)) })
			return second(e.Book(w.Context(), scheduler.BookRequest{HoldID: h.ID, Citizen: somebody()}))
		}, "hold expired"},
		{"uses a hold whose day closes", func(w *world, _ scheduler.Booked, h scheduler.Hold) error {
			e := w.slow(func() { w.apply(enginetest.Closed("strike", "2027-06-01", "2027-06-01")) })
			return second(e.Book(w.Context(), scheduler.BookRequest{HoldID: h.ID, Citizen: somebody()}))
		}, "hold expired"},
		{"gives back a hold that is used", func(w *world, _ scheduler.Booked, h scheduler.Hold) error {
			e := w.slow(func() { w.must(second(w.Book(w.Context(), scheduler.BookRequest{HoldID: h.ID, Citizen: somebody()}))) })
			return e.ReleaseHold(w.Context(), h.ID)
		}, "invalid state"},
		{"takes what an expired hold occupied", func(w *world, _ scheduler.Booked, h scheduler.Hold) error {
			w.clock.Advance(time.Hour)
			e := w.slow(func() { w.must(second(w.ExpireHolds(w.Context(), 10))) })
			return second(e.Book(w.Context(), w.request("solo", "card", "2027-06-01 09:50")))
		}, ""},
		{"is the same person", func(w *world, _ scheduler.Booked, _ scheduler.Hold) error {
			here := w.request("solo", "card", newDay)
			there := here
			there.StartsAt = w.at(other)
			return second(w.slow(func() { w.must(second(w.Book(w.Context(), here))) }).Book(w.Context(), there))
		}, "duplicate booking"},
		{"confirms what is cancelled", func(w *world, b scheduler.Booked, _ scheduler.Hold) error {
			return steps["confirm"].on(w.slow(func() { w.must(steps["cancel"].on(w.Engine, w, b)) }), w, b)
		}, "invalid state"},
		{"confirms what is confirmed", func(w *world, b scheduler.Booked, _ scheduler.Hold) error {
			err := steps["confirm"].on(w.slow(func() { w.must(steps["confirm"].on(w.Engine, w, b)) }), w, b)
			if a := w.now(b); a.Revision != 2 {
				w.Errorf("confirmed to revision %d", a.Revision)
			}
			return err
		}, ""},
		{"confirms what is displaced", func(w *world, b scheduler.Booked, _ scheduler.Hold) error {
			e := w.slow(func() { w.apply(enginetest.Closed("strike", "2027-06-01", "2027-06-01")) })
			return steps["confirm"].on(e, w, b)
		}, "invalid state"},
		{"cancels what is moved", func(w *world, b scheduler.Booked, _ scheduler.Hold) error {
			return steps["cancel"].on(w.slow(func() { w.must(steps["move"].on(w.Engine, w, b)) }), w, b)
		}, ""},
		{"cancels the revision that is moved", func(w *world, b scheduler.Booked, _ scheduler.Hold) error {
			e := w.slow(func() { w.must(steps["move"].on(w.Engine, w, b)) })
			return second(e.Cancel(w.Context(), b.Appointment.ID, 1, by(b)))
		}, "revision mismatch"},
		{"moves what is cancelled", func(w *world, b scheduler.Booked, _ scheduler.Hold) error {
			return steps["move"].on(w.slow(func() { w.must(steps["cancel"].on(w.Engine, w, b)) }), w, b)
		}, "invalid state"},
	} {
		t.Run(test.name, func(t *testing.T) {
			each(t, func(w *world) {
				b, h := w.booked("solo", "card", aStart), w.held("solo", "card", "2027-06-01 09:50")
				err := test.try(w, b, h)
				if got := kind(err); got != test.want {
					w.Errorf("got %q, want %q", got, test.want)
				}
				w.sound()
				if n := len(w.history(b.Appointment.ID)); n != w.now(b).Revision {
					w.Errorf("%d entries in the history of revision %d", n, w.now(b).Revision)
				}
			})
		})
	}
}

// echo repeats its first choice of a reference once: the second booking draws
// the reference of the first.
type echo struct {
	io.Reader
	drawn int
}

// Read gives zeros to the first two references, which are drawn byte by byte.
func (e *echo) Read(p []byte) (int, error) {
	if len(p) == 1 && e.drawn < 2*7 {
		e.drawn++
		p[0] = 0
		return 1, nil
	}
	return e.Reader.Read(p)
}

func TestAReferenceIsGivenOnce(t *testing.T) {
	each(t, func(w *world) {
		e, err := scheduler.New(scheduler.Config{
			Store: w.db, Clock: w.clock.Now, Zones: enginetest.Zones(w), Random: &echo{Reader: enginetest.Random(9)},
			Secret: make([]byte, 32), Policy: scheduler.DefaultPolicy(),
		})
		w.must(err)
		first, err := e.Book(w.Context(), w.request("solo", "card", aStart))
		w.must(err)
		second, err := e.Book(w.Context(), w.request("solo", "card", "2027-06-01 10:10"))
		w.must(err)
		if a, b := first.Appointment.Reference, second.Appointment.Reference; a != "3333-3333" || a == b {
			w.Errorf("references %s and %s", a, b)
		}
		w.sound()
	})
}
