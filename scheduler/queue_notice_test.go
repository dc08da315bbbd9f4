package scheduler_test

import (
	"fmt"
	"testing"
	"time"

	"mawid/scheduler"
)

// TestWhoWaitsElsewhereIsToldOnce: the next three with an address, once they have
// been away long enough; on two nodes it is still once.
func TestWhoWaitsElsewhereIsToldOnce(t *testing.T) {
	each(t, func(w *world) {
		w.set("2027-06-01 09:00")
		ali := agent("ali", "trio")
		for i, who := range []string{"ali", "badr", "chama"} {
			w.must(w.OpenDesk(w.Context(), fmt.Sprintf("trio-%d", i+1), who, agent(who, "trio")))
		}
		var ids []string
		for i := range 5 {
			c := scheduler.Citizen{Name: "Visitor", Phone: fmt.Sprintf("+21261234567%d", i), Language: "fr"}
			switch i {
			case 1:
				c = scheduler.Citizen{} // took a paper ticket
			case 2:
				c.Phone, c.Email = "", "visitor@example.org"
			}
			tk, err := w.DrawTicket(w.Context(), scheduler.DrawRequest{OfficeID: "trio", Services: []string{"file"}, Citizen: c}, ali)
			w.must(err)
			ids = append(ids, tk.ID)
		}
		one, two := w.NearWatch(), w.NearWatch()
		tell := func(watch *scheduler.NearWatch, want int) {
			t.Helper()
			n, err := watch.Tell(w.Context())
			if err != nil || n != want {
				t.Fatalf("%d were told, want %d (%v)", n, want, err)
			}
		}
		tell(one, 0) // they have just arrived
		w.clock.Advance(6 * time.Minute)
		tell(one, 2) // the first and the third; the second left no address
		tell(one, 0)
		tell(two, 2) // another node says the same, and it is left out
		_, err := w.CallTicket(w.Context(), ids[0], "trio-1", ali)
		w.must(err)
		w.clock.Advance(time.Minute)
		tell(one, 1) // the fourth has come near
		told := map[string][]string{}
		for _, id := range ids {
			es, err := w.db.NoticesOf(w.Context(), id)
			w.must(err)
			for _, e := range es {
				told[id] = append(told[id], string(e.Kind)+" "+string(e.Channel)+" "+e.Reference)
			}
		}
		if got := fmt.Sprint(told[ids[0]], told[ids[1]], told[ids[2]], told[ids[4]]); got != "[come_now sms A001] [] [come_now email A003] []" {
			t.Errorf("told: %s", got)
		}
		if len(told[ids[3]]) != 1 {
			t.Errorf("the fourth was told %v", told[ids[3]])
		}
	})
}

func TestNear(t *testing.T) {
	policy := scheduler.QueuePolicy{NearPlaces: 3, NearWait: 30 * time.Minute}
	for _, test := range []struct {
		position, low, high int // minutes
		want                bool
	}{
		{0, 0, 0, false}, // does not wait
		{1, 0, 0, true},  // nothing can be foretold
		{3, 0, 0, true},
		{4, 0, 0, false},
		{1, 0, 5, true},
		{3, 30, 45, true},
		{3, 31, 45, false},
		{1, 55, 75, false},
		{4, 11, 20, false},
		{9, 10, 15, true}, // many desks, short services
	} {
		w := scheduler.Wait{Low: time.Duration(test.low) * time.Minute, High: time.Duration(test.high) * time.Minute}
		if got := policy.Near(test.position, w); got != test.want {
			t.Errorf("at place %d with %d to %d minutes: %v", test.position, test.low, test.high, got)
		}
	}
}

// TestNobodyIsToldTooEarly: at one desk, for a service of 40 minutes, the next three
// are not told at once, but when the wait has run down, though nothing happens in
// the room; and their pages say the same.
func TestNobodyIsToldTooEarly(t *testing.T) {
	each(t, func(w *world) {
		w.set("2027-06-01 09:00")
		ali := agent("ali", "trio")
		w.must(w.OpenDesk(w.Context(), "trio-1", "ali", ali))
		var ids []string
		for i := range 4 {
			c := scheduler.Citizen{Name: "Visitor", Phone: fmt.Sprintf("+21261234567%d", i), Language: "fr"}
			tk, err := w.DrawTicket(w.Context(), scheduler.DrawRequest{OfficeID: "trio", Services: []string{"deed"}, Citizen: c}, ali)
			w.must(err)
			ids = append(ids, tk.ID)
		}
		_, err := w.CallTicket(w.Context(), ids[0], "trio-1", ali)
		w.must(err)
		_, err = w.StartServing(w.Context(), ids[0], ali)
		w.must(err)
		watch, policy := w.NearWatch(), w.QueuePolicy()
		told := map[string]time.Duration{} // by ticket: how much of the wait was left
		for range 60 {
			w.clock.Advance(time.Minute)
			_, err := watch.Tell(w.Context())
			w.must(err)
			for _, id := range ids[1:] {
				status, err := w.TicketStatus(w.Context(), id)
				w.must(err)
				notices, err := w.db.NoticesOf(w.Context(), id)
				w.must(err)
				if _, known := told[id]; !known && len(notices) > 0 {
					told[id] = status.Wait.Low
					if !policy.Near(status.Position, status.Wait) {
						t.Errorf("place %d is told while the page says nothing: %+v", status.Position, status.Wait)
					}
				}
			}
		}
		for id, left := range told {
			if left > policy.NearWait {
				t.Errorf("%s is told %s before the turn", id, left)
			}
		}
		if len(told) == 0 || len(told) == len(ids)-1 {
			t.Errorf("%d of %d were told", len(told), len(ids)-1)
		}
	})
}
