package scheduler_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"mawid/scheduler"
)

// agent is a member of staff of the tax office.
func agent(id, office string) scheduler.Actor {
	return scheduler.Actor{Staff: &scheduler.User{ID: id, Role: scheduler.RoleAgent, Offices: []string{office}}}
}

// drawn draws a walk-in ticket, or ends the test.
func (w *world) drawn(office, service string, by scheduler.Actor) scheduler.Ticket {
	w.Helper()
	t, err := w.DrawTicket(w.Context(), scheduler.DrawRequest{OfficeID: office, Services: []string{service}}, by)
	w.must(err)
	return t
}

// story returns what happened to a ticket, as words.
func (w *world) story(id string) []string {
	w.Helper()
	steps, err := w.db.TicketSteps(w.Context(), id)
	w.must(err)
	var out []string
	for i, s := range steps {
		if s.Seq != i+1 {
			w.Errorf("step %d of the story has number %d", i+1, s.Seq)
		}
		if i > 0 && s.At.Before(steps[i-1].At) {
			w.Errorf("step %d lies before step %d", i+1, i)
		}
		out = append(out, string(s.What))
	}
	return out
}

func TestAVisitFromAppointmentToEnd(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked("trio", "file", "2027-06-01 09:30")
		w.set("2027-06-01 09:20")
		ali := agent("ali", "trio")
		tk, err := w.CheckIn(w.Context(), b.Appointment.ID, ali)
		w.must(err)
		if again, err := w.CheckIn(w.Context(), b.Appointment.ID, by(b)); err != nil || again.ID != tk.ID {
			t.Errorf("checked in twice: %s and %s, %v", tk.ID, again.ID, err)
		}
		if tk.Number != "A001" || tk.State != scheduler.TicketWaiting || !tk.Due.Equal(w.at("2027-06-01 09:30")) {
			t.Errorf("ticket %+v", tk)
		}
		if s := w.now(b).Status; s != scheduler.StatusCheckedIn {
			t.Errorf("appointment is %s", s)
		}
		called, err := w.CallNext(w.Context(), "trio-1", ali)
		w.must(err)
		if called.ID != tk.ID || called.DeskID != "trio-1" || called.State != scheduler.TicketCalled || called.CallReason != scheduler.CallOrder {
			t.Errorf("called %+v", called)
		}
		w.clock.Advance(time.Minute)
		_, err = w.StartServing(w.Context(), tk.ID, ali)
		w.must(err)
		if s := w.now(b).Status; s != scheduler.StatusServing {
			t.Errorf("appointment is %s", s)
		}
		w.clock.Advance(8 * time.Minute)
		done, err := w.Finish(w.Context(), tk.ID, scheduler.Outcome{Kind: scheduler.OutcomeSettled}, ali)
		w.must(err)
		if s := w.now(b).Status; done.State != scheduler.TicketFinished || s != scheduler.StatusServed {
			t.Errorf("ticket is %s, appointment %s", done.State, s)
		}
		if got := w.story(tk.ID); !slices.Equal(got, []string{"arrived", "called", "started", "finished"}) {
			t.Errorf("story %v", got)
		}
		back, err := w.Undo(w.Context(), tk.ID, ali)
		w.must(err)
		if s := w.now(b).Status; back.State != scheduler.TicketServing || s != scheduler.StatusServing {
			t.Errorf("after undo: ticket is %s, appointment %s", back.State, s)
		}
		if _, err := w.CallNext(w.Context(), "trio-1", ali); !errors.Is(err, scheduler.ErrInvalidState) && !errors.Is(err, scheduler.ErrNobodyWaits) {
			t.Errorf("call next with somebody at the desk: %v", err)
		}
	})
}

// TestDesksNeverCallTheSameTicket: many desks of two nodes call until nobody
// waits. Everybody is called once, nobody meets an error, and no story has a gap.
func TestDesksNeverCallTheSameTicket(t *testing.T) {
	each(t, func(w *world) {
		w.set("2027-06-01 09:00")
		ali := agent("ali", "trio")
		const people = 60
		for range people {
			w.drawn("trio", "file", ali)
		}
		nodes := []*scheduler.Engine{w.Engine, w.otherNode()}
		var (
			mu    sync.Mutex
			calls = map[string]int{}
			group sync.WaitGroup
		)
		for d, desk := range []string{"trio-1", "trio-2", "trio-3"} {
			for n, node := range nodes {
				_ = n
				group.Go(func() {
					by := agent(fmt.Sprintf("agent %d", d), "trio")
					for {
						called, err := node.CallNext(w.Context(), desk, by)
						if errors.Is(err, scheduler.ErrNobodyWaits) {
							return
						}
						if errors.Is(err, scheduler.ErrInvalidState) {
							continue // the same desk called from the other node
						}
						if err != nil {
							t.Errorf("call next: %v", err)
							return
						}
						mu.Lock()
						calls[called.ID]++
						mu.Unlock()
						if _, err := node.StartServing(w.Context(), called.ID, by); err != nil {
							t.Errorf("start: %v", err)
						}
						if _, err := node.Finish(w.Context(), called.ID, scheduler.Outcome{Kind: scheduler.OutcomeSettled}, by); err != nil {
							t.Errorf("finish: %v", err)
						}
					}
				})
			}
		}
		group.Wait()
		if len(calls) != people {
			t.Errorf("%d of %d were called", len(calls), people)
		}
		for id, n := range calls {
			if n != 1 {
				t.Errorf("a ticket was called %d times", n)
			}
			if got := w.story(id); !slices.Equal(got, []string{"arrived", "called", "started", "finished"}) {
				t.Errorf("story %v", got)
			}
		}
	})
}
