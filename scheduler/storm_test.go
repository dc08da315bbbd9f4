package scheduler_test

import (
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// TestStorm: parallel holds, uses, releases, expiries, bookings, moves,
// confirmations and cancellations over a few days and times, on four nodes,
// while the clock goes on. At every instant what days say is what occupies them.
func TestStorm(t *testing.T) {
	each(t, func(w *world) { w.storm() })
}

// TestStormOfReturningPlaces: the same with places that come back later, and with
// clients who may hold three at once.
func TestStormOfReturningPlaces(t *testing.T) {
	each(t, func(w *world) {
		w.policy.ReturnMin, w.policy.ReturnMax = 20*time.Second, 90*time.Second
		w.policy.HoldsFree, w.policy.HoldsMost = 3, 3
		w.Engine = w.node(w.db)
		w.storm()
	})
}

func (w *world) storm() {
	w.Helper()
	nodes := w.cluster()
	s := &storm{world: w}
	ended := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		for {
			select {
			case <-ended:
				return
			default:
				w.bounded(w.sound())
			}
		}
	})
	var workers sync.WaitGroup
	for i := range 12 {
		workers.Go(func() {
			random := rand.New(rand.NewPCG(7, uint64(i)))
			for range 60 {
				s.step(nodes[i%len(nodes)], random)
			}
		})
	}
	workers.Wait()
	close(ended)
	watch.Wait()
	s.check()
}

// bounded fails when a client holds more places than it may.
func (w *world) bounded(o scheduler.Occupancy) {
	w.Helper()
	live := map[string]int{}
	for _, h := range o.Holds {
		if h.State == scheduler.HoldLive && h.Client != "" {
			live[h.Client]++
		}
	}
	for _, n := range live {
		if n > w.policy.HoldsMost {
			w.Errorf("a client holds %d places; at most %d", n, w.policy.HoldsMost)
		}
	}
}

// storm is what the workers of TestStorm share.
type storm struct {
	*world
	mu     sync.Mutex
	holds  []scheduler.Hold
	booked []scheduler.Booked
	done   map[string]int // steps that went well, by name
}

func (s *storm) step(node *scheduler.Engine, r *rand.Rand) {
	ctx := s.Context()
	s.clock.Advance(10 * time.Second)
	day := enginetest.Date(s, "2027-06-01").AddDays(r.IntN(3))
	at := day.At(scheduler.TimeOfDay(8*60+30+20*r.IntN(4)), time.UTC)
	office, service := enginetest.Solo, enginetest.Card
	if r.IntN(2) == 0 {
		office, service = enginetest.Trio, enginetest.File
	}
	hold, b := s.pick(r)
	switch r.IntN(9) {
	case 0, 1:
		h, err := node.Hold(ctx, scheduler.HoldRequest{OfficeID: office, ServiceID: service, StartsAt: at, Client: "192.0.2.1/32"})
		s.note("hold", err, func() { s.holds = append(s.holds, h) })
	case 2, 3:
		b, err := node.Book(ctx, scheduler.BookRequest{OfficeID: office, ServiceID: service, StartsAt: at, Citizen: somebody()})
		s.note("book", err, func() { s.booked = append(s.booked, b) })
	case 4:
		b, err := node.Book(ctx, scheduler.BookRequest{HoldID: hold.ID, Citizen: somebody()})
		s.note("use", err, func() { s.booked = append(s.booked, b) })
	case 5:
		_, err := node.Cancel(ctx, b.Appointment.ID, 0, by(b))
		s.note("cancel", err, nil)
	case 6:
		a, err := node.Reschedule(ctx, b.Appointment.ID, 0, scheduler.Move{StartsAt: at}, by(b))
		s.note("move", err, func() {
			if !a.StartsAt.Equal(at) {
				s.Errorf("moved to %v, asked for %v", a.StartsAt, at)
			}
		})
	case 7:
		if n, err := node.ExpireHolds(ctx, 5); n > 0 || err != nil {
			s.note("expire", err, nil)
		}
	case 8:
		if r.IntN(2) == 0 {
			s.note("release", node.ReleaseHold(ctx, hold.ID), nil)
		} else {
			_, err := node.Confirm(ctx, b.Appointment.ID, 0, by(b))
			s.note("confirm", err, nil)
		}
	}
}

// pick gives any hold and any booking there was.
func (s *storm) pick(r *rand.Rand) (h scheduler.Hold, b scheduler.Booked) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h.ID = "hold_none"
	if n := len(s.holds); n > 0 {
		h = s.holds[r.IntN(n)]
	}
	if n := len(s.booked); n > 0 {
		b = s.booked[r.IntN(n)]
	}
	return h, b
}

// note counts a step that went well, and fails on any error that no such
// request may get: ErrOverfull, ErrBusy, ErrConflict, a driver's.
func (s *storm) note(name string, err error, well func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		if s.done == nil {
			s.done = map[string]int{}
		}
		s.done[name]++
		if well != nil {
			well()
		}
		return
	}
	for _, fine := range []error{scheduler.ErrSlotTaken, scheduler.ErrInvalidState, scheduler.ErrHoldExpired, scheduler.ErrNotFound, scheduler.ErrTooManyHolds} {
		if errors.Is(err, fine) {
			return
		}
	}
	s.Errorf("%s: %v", name, err)
}

// check compares the end with what the workers were told.
func (s *storm) check() {
	o := s.sound()
	for _, name := range []string{"hold", "book", "use", "cancel", "move", "expire", "release", "confirm"} {
		if s.done[name] == 0 {
			s.Errorf("no %s went well: %v", name, s.done)
		}
	}
	live := map[string]bool{}
	for _, a := range o.Appointments {
		live[a.ID] = true
	}
	cancelled := 0
	for _, b := range s.booked {
		a := s.now(b)
		if a.Status == scheduler.StatusCancelled {
			cancelled++
		}
		if live[a.ID] != a.Status.Live() {
			s.Errorf("%s is %s", a.ID, a.Status)
		}
		if n := len(s.history(a.ID)); n != a.Revision {
			s.Errorf("%s has revision %d and %d entries in its history", a.ID, a.Revision, n)
		}
	}
	if cancelled != s.done["cancel"] || len(live)+cancelled != len(s.booked) {
		s.Errorf("%d booked, %d live, %d cancelled by %d calls", len(s.booked), len(live), cancelled, s.done["cancel"])
	}
}
