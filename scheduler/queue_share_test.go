package scheduler_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// eachWithQueue is each, under other rules of the waiting room.
func eachWithQueue(t *testing.T, set func(*scheduler.QueuePolicy), f func(*world)) {
	t.Helper()
	testdb.EachURL(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		set(&w.policy.Queue)
		w.Engine = w.node(w.db)
		f(w)
	})
}

// TestTheShareOfWalkIns: Solo has one desk for 450 minutes of a Tuesday. A fifth
// of it is 90 minutes: four services of 20 minutes, and one of 10.
func TestTheShareOfWalkIns(t *testing.T) {
	eachWithQueue(t, func(p *scheduler.QueuePolicy) { p.WalkInShare = 20 }, func(w *world) {
		came := w.booked(enginetest.Solo, enginetest.Card, "2027-06-01 09:30")
		w.set("2027-06-01 09:00")
		ali, kiosk := agent("ali", enginetest.Solo), scheduler.Actor{ManageToken: w.KioskToken(enginetest.Solo)}
		draw := func(service string, party int, by scheduler.Actor, beyond bool) (scheduler.Ticket, error) {
			return w.DrawTicket(w.Context(), scheduler.DrawRequest{OfficeID: enginetest.Solo, Services: []string{service}, Party: party, Beyond: beyond}, by)
		}
		full := func(what string, err error) {
			t.Helper()
			if !errors.Is(err, scheduler.ErrWalkInsFull) {
				t.Errorf("%s: %v", what, err)
			}
		}
		_, err := draw(enginetest.Card, 2, kiosk, false)
		w.must(err)
		_, err = draw(enginetest.Card, 1, ali, false)
		w.must(err)
		_, err = draw(enginetest.Card, 2, kiosk, false)
		full("two more persons", err)
		last, err := draw(enginetest.Card, 1, kiosk, false)
		w.must(err)
		_, err = draw(enginetest.Card, 1, ali, false)
		full("a fifth", err)
		_, err = draw(enginetest.Card, 1, kiosk, true)
		full("a fifth at the kiosk, beyond", err)
		_, err = draw(enginetest.Stamp, 1, kiosk, false)
		w.must(err)
		_, err = w.CheckIn(w.Context(), came.Appointment.ID, kiosk)
		w.must(err) // appointments are not of the share
		_, err = w.MarkNoShow(w.Context(), last.ID, ali)
		w.must(err)
		_, err = draw(enginetest.Card, 1, kiosk, false)
		w.must(err) // the place of who left
		_, err = draw(enginetest.Card, 1, ali, true)
		w.must(err)
		w.set("2027-06-02 09:00")
		_, err = draw(enginetest.Card, 1, kiosk, false)
		w.must(err) // another day
	})
}

// TestTheShareUnderManyHands: 24 kiosks of two processes draw at once what is
// enough for four.
func TestTheShareUnderManyHands(t *testing.T) {
	eachWithQueue(t, func(p *scheduler.QueuePolicy) { p.WalkInShare = 20 }, func(w *world) {
		w.set("2027-06-01 09:00")
		nodes := []*scheduler.Engine{w.Engine, w.otherNode()}
		kiosk := scheduler.Actor{ManageToken: w.KioskToken(enginetest.Solo)}
		var mu sync.Mutex
		var running sync.WaitGroup
		given, refused := 0, 0
		for i := range 24 {
			running.Go(func() {
				_, err := nodes[i%2].DrawTicket(w.Context(), scheduler.DrawRequest{OfficeID: enginetest.Solo, Services: []string{enginetest.Card}}, kiosk)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					given++
				case errors.Is(err, scheduler.ErrWalkInsFull):
					refused++
				default:
					t.Error(err)
				}
			})
		}
		running.Wait()
		if given != 4 || refused != 20 {
			t.Errorf("%d given, %d refused; want 4 and 20", given, refused)
		}
	})
}

func TestLatePeopleByTheSettings(t *testing.T) {
	p := scheduler.DefaultQueuePolicy()
	p.Grace, p.LatePenalty = 5*time.Minute, 15*time.Minute
	at := enginetest.At(t, "2027-06-01 09:30")
	for late, due := range map[time.Duration]time.Duration{-10 * time.Minute: 0, 5 * time.Minute: 0, 6 * time.Minute: 21 * time.Minute} {
		k := scheduler.Ticket{ArrivedAt: at.Add(late)}
		p.SetDues(&k, at, 0)
		if got := k.Due.Sub(at); got != due {
			t.Errorf("%s late: due %s after the time, want %s", late, got, due)
		}
	}
}
