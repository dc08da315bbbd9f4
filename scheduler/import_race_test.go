package scheduler_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// TestImportDuringBookings: closures come and go while people book, hold, move
// and cancel on four nodes. No visit stays on a day that is closed, and days
// say what occupies them.
func TestImportDuringBookings(t *testing.T) {
	each(t, func(w *world) {
		nodes := w.cluster()
		s := &storm{world: w}
		ended := make(chan struct{})
		var workers sync.WaitGroup
		for i := range 6 {
			workers.Go(func() {
				random := rand.New(rand.NewPCG(11, uint64(i)))
				for n := 0; ; n++ {
					select {
					case <-ended:
						return
					default:
						s.busyStep(nodes[i%len(nodes)], random)
					}
				}
			})
		}
		closed := []string{"2027-06-01", "2027-06-02", "2027-06-03"}
		for round := range 9 {
			day := closed[round%3]
			data := enginetest.Closed(fmt.Sprintf("strike%d", round), day, day)
			data.Closures[len(data.Closures)-1].Offices = []string{"solo", "trio"}
			if _, err := nodes[round%len(nodes)].Import(w.Context(), data); err != nil {
				w.Errorf("import: %v", err)
			}
			for _, a := range w.sound().Appointments {
				if a.Place.Date.String() == day {
					w.Errorf("a visit on %s, which is closed", day)
				}
			}
		}
		close(ended)
		workers.Wait()
		w.sound()
		if s.done["book"]+s.done["move"]+s.done["hold"]+s.done["use"] == 0 {
			w.Error("nobody booked meanwhile")
		}
	})
}

// busyStep is a step of a storm in which any day may close.
func (s *storm) busyStep(node *scheduler.Engine, r *rand.Rand) {
	at := s.date("2027-06-01").AddDays(r.IntN(3)).At(scheduler.TimeOfDay(8*60+30+20*r.IntN(12)), time.UTC)
	hold, b := s.pick(r)
	var err error
	name := []string{"book", "hold", "hold", "use", "use", "move", "cancel"}[r.IntN(7)]
	var got scheduler.Booked
	switch name {
	case "book":
		got, err = node.Book(s.Context(), scheduler.BookRequest{OfficeID: "solo", ServiceID: "card", StartsAt: at, Citizen: somebody()})
	case "hold":
		hold, err = node.Hold(s.Context(), scheduler.HoldRequest{OfficeID: "trio", ServiceID: "file", StartsAt: at})
	case "use":
		got, err = node.Book(s.Context(), scheduler.BookRequest{HoldID: hold.ID, Citizen: somebody()})
	case "move":
		err = second(node.Reschedule(s.Context(), b.Appointment.ID, 0, scheduler.Move{StartsAt: at}, by(b)))
	case "cancel":
		err = second(node.Cancel(s.Context(), b.Appointment.ID, 0, by(b)))
	}
	var invalid *scheduler.InvalidError
	if errors.As(err, &invalid) && invalid.Fields[0].Code == "closed" {
		return
	}
	s.note(name, err, func() {
		switch name {
		case "book", "use":
			s.booked = append(s.booked, got)
		case "hold":
			s.holds = append(s.holds, hold)
		}
	})
}
