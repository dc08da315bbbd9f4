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
