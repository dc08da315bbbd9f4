package scheduler_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// steps of one ticket by their names in the table, each as staff makes it.
var ticketSteps = map[string]func(w *world, id string, by scheduler.Actor) (scheduler.Ticket, error){
	"call": func(w *world, id string, by scheduler.Actor) (scheduler.Ticket, error) {
		return w.CallTicket(w.Context(), id, "trio-1", by)
	},
	"recall": func(w *world, id string, by scheduler.Actor) (scheduler.Ticket, error) {
		return w.Recall(w.Context(), id, by)
	},
	"start": func(w *world, id string, by scheduler.Actor) (scheduler.Ticket, error) {
		return w.StartServing(w.Context(), id, by)
	},
	"finish": func(w *world, id string, by scheduler.Actor) (scheduler.Ticket, error) {
		return w.Finish(w.Context(), id, scheduler.Outcome{Kind: scheduler.OutcomeSettled}, by)
	},
	"park": func(w *world, id string, by scheduler.Actor) (scheduler.Ticket, error) {
		return w.Park(w.Context(), id, by)
	},
	"return": func(w *world, id string, by scheduler.Actor) (scheduler.Ticket, error) {
		return w.Return(w.Context(), id, by)
	},
	"no-show": func(w *world, id string, by scheduler.Actor) (scheduler.Ticket, error) {
		return w.MarkNoShow(w.Context(), id, by)
	},
	"transfer": func(w *world, id string, by scheduler.Actor) (scheduler.Ticket, error) {
		return w.Transfer(w.Context(), id, "", enginetest.Deed, by)
	},
	"priority": func(w *world, id string, by scheduler.Actor) (scheduler.Ticket, error) {
		return w.SetPriority(w.Context(), id, "", by)
	},
	"service": func(w *world, id string, by scheduler.Actor) (scheduler.Ticket, error) {
		return w.AddService(w.Context(), id, enginetest.Odd, by)
	},
	"undo": func(w *world, id string, by scheduler.Actor) (scheduler.Ticket, error) {
		return w.Undo(w.Context(), id, by)
	},
}

// TestEveryStepFromEveryState is the whole table of transitions: from the state
// that a way leads to, what each step makes of it; what is not listed is
// ErrInvalidState and changes nothing.
func TestEveryStepFromEveryState(t *testing.T) {
	table := []struct {
		way  []string
		is   scheduler.TicketState
		then map[string]scheduler.TicketState
	}{
		{nil, scheduler.TicketWaiting, map[string]scheduler.TicketState{
			"call": scheduler.TicketCalled, "park": scheduler.TicketParked, "no-show": scheduler.TicketNoShow,
			"transfer": scheduler.TicketWaiting, "priority": scheduler.TicketWaiting, "service": scheduler.TicketWaiting,
		}},
		{[]string{"call"}, scheduler.TicketCalled, map[string]scheduler.TicketState{
			"recall": scheduler.TicketCalled, "start": scheduler.TicketServing, "park": scheduler.TicketParked, "no-show": scheduler.TicketNoShow,
			"transfer": scheduler.TicketWaiting, "service": scheduler.TicketCalled, "undo": scheduler.TicketWaiting,
		}},
		{[]string{"call", "start"}, scheduler.TicketServing, map[string]scheduler.TicketState{
			"finish": scheduler.TicketFinished, "park": scheduler.TicketParked, "transfer": scheduler.TicketWaiting,
			"service": scheduler.TicketServing, "undo": scheduler.TicketCalled,
		}},
		{[]string{"call", "start", "park"}, scheduler.TicketParked, map[string]scheduler.TicketState{
			"call": scheduler.TicketCalled, "return": scheduler.TicketWaiting, "no-show": scheduler.TicketNoShow,
			"transfer": scheduler.TicketWaiting, "priority": scheduler.TicketParked, "service": scheduler.TicketParked, "undo": scheduler.TicketServing,
		}},
		{[]string{"call", "start", "finish"}, scheduler.TicketFinished, map[string]scheduler.TicketState{"undo": scheduler.TicketServing}},
		{[]string{"call", "no-show"}, scheduler.TicketNoShow, map[string]scheduler.TicketState{"undo": scheduler.TicketCalled}},
		{[]string{"call", "start", "transfer"}, scheduler.TicketWaiting, map[string]scheduler.TicketState{
			"call": scheduler.TicketCalled, "park": scheduler.TicketParked, "no-show": scheduler.TicketNoShow, "transfer": scheduler.TicketWaiting,
			"priority": scheduler.TicketWaiting, "service": scheduler.TicketWaiting, "undo": scheduler.TicketServing,
		}},
		{[]string{"call", "undo"}, scheduler.TicketWaiting, map[string]scheduler.TicketState{
			"call": scheduler.TicketCalled, "park": scheduler.TicketParked, "no-show": scheduler.TicketNoShow, "transfer": scheduler.TicketWaiting,
			"priority": scheduler.TicketWaiting, "service": scheduler.TicketWaiting,
		}},
		{[]string{"call", "start", "service", "finish"}, scheduler.TicketServing, map[string]scheduler.TicketState{
			"finish": scheduler.TicketFinished, "park": scheduler.TicketParked, "transfer": scheduler.TicketWaiting,
			"service": scheduler.TicketServing, "undo": scheduler.TicketServing,
		}},
	}
	each(t, func(w *world) {
		w.set("2027-06-01 09:00")
		ali := agent("ali", enginetest.Trio)
		for _, row := range table {
			for name, step := range ticketSteps {
				k := w.drawn(enginetest.Trio, enginetest.File, ali)
				for _, s := range row.way {
					_, err := ticketSteps[s](w, k.ID, ali)
					w.must(err)
				}
				w.clock.Advance(2 * time.Minute)
				before, err := w.db.Ticket(w.Context(), k.ID)
				w.must(err)
				got, err := step(w, k.ID, ali)
				want, legal := row.then[name]
				after, errAfter := w.db.Ticket(w.Context(), k.ID)
				w.must(errAfter)
				switch {
				case before.State != row.is:
					t.Errorf("after %v the ticket is %s, want %s", row.way, before.State, row.is)
				case legal && (err != nil || got.State != want || after.State != want || after.Revision != before.Revision+1):
					t.Errorf("%s after %v: %s, %v; want %s", name, row.way, got.State, err, want)
				case !legal && (!errors.Is(err, scheduler.ErrInvalidState) || after.Revision != before.Revision):
					t.Errorf("%s after %v: %v, revision %d → %d; want ErrInvalidState", name, row.way, err, before.Revision, after.Revision)
				}
				w.clear(k.ID, ali)
			}
		}
	})
}

// clear frees the desk of a ticket.
func (w *world) clear(id string, by scheduler.Actor) {
	w.Helper()
	k, err := w.db.Ticket(w.Context(), id)
	w.must(err)
	if k.State == scheduler.TicketServing {
		_, err = w.Park(w.Context(), id, by)
		w.must(err)
	}
	if k.State.Open() {
		_, err = w.MarkNoShow(w.Context(), id, by)
		w.must(err)
	}
}

func TestRecallsEndInANoShow(t *testing.T) {
	each(t, func(w *world) {
		w.set("2027-06-01 09:00")
		ali := agent("ali", enginetest.Trio)
		k := w.drawn(enginetest.Trio, enginetest.File, ali)
		_, err := w.CallNext(w.Context(), "trio-1", ali)
		w.must(err)
		if _, err := w.Recall(w.Context(), k.ID, ali); !errors.Is(err, scheduler.ErrInvalidState) {
			t.Errorf("recalled at once: %v", err)
		}
		for _, want := range []scheduler.TicketState{scheduler.TicketCalled, scheduler.TicketCalled, scheduler.TicketNoShow} {
			w.clock.Advance(time.Minute)
			got, err := w.Recall(w.Context(), k.ID, ali)
			if w.must(err); got.State != want {
				t.Errorf("recalled: %s, want %s", got.State, want)
			}
		}
	})
}

// TestSeveralServicesInOneVisit: the second is done at the same desk, the third
// at another office's desk of the same event, and a transfer leads home.
func TestSeveralServicesInOneVisit(t *testing.T) {
	each(t, func(w *world) {
		w.set(enginetest.FairDate + " 09:30")
		ali := agent("ali", enginetest.Fair)
		k, err := w.DrawTicket(w.Context(), scheduler.DrawRequest{OfficeID: enginetest.Fair, Services: []string{enginetest.Card, enginetest.Stamp, enginetest.File}}, ali)
		w.must(err)
		settled := scheduler.Outcome{Kind: scheduler.OutcomeSettled}
		_, err = w.CallNext(w.Context(), "fair.solo-1", ali)
		w.must(err)
		_, err = w.StartServing(w.Context(), k.ID, ali)
		w.must(err)
		second, err := w.Finish(w.Context(), k.ID, settled, ali)
		w.must(err)
		if second.State != scheduler.TicketServing || second.ServiceID != enginetest.Stamp || second.PoolID != "fair/solo" {
			t.Errorf("second service: %+v", second)
		}
		third, err := w.Finish(w.Context(), k.ID, settled, ali)
		w.must(err)
		if third.State != scheduler.TicketWaiting || third.ServiceID != enginetest.File || third.PoolID != "fair/trio" || !third.Due.Equal(k.Due) {
			t.Errorf("third service: %+v", third)
		}
		called, err := w.CallNext(w.Context(), "fair.trio-1", ali)
		w.must(err)
		if called.ID != k.ID || called.Number != k.Number {
			t.Errorf("called %+v", called)
		}
		home, err := w.Transfer(w.Context(), k.ID, enginetest.Solo, enginetest.Card, ali)
		w.must(err)
		if home.OfficeID != enginetest.Solo || home.State != scheduler.TicketWaiting || home.ID != k.ID {
			t.Errorf("transferred %+v", home)
		}
		if _, err := w.Park(w.Context(), k.ID, ali); !errors.Is(err, scheduler.ErrNotFound) {
			t.Errorf("staff of the office it left may still park it: %v", err)
		}
		want := []string{"arrived", "called", "started", "finished", "finished", "called", "transferred"}
		if got := w.story(k.ID); !slices.Equal(got, want) {
			t.Errorf("story %v", got)
		}
	})
}
