package scheduler_test

import (
	"testing"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// TestNodeWithAnOldCatalogue: the rules change on one node, and another one,
// whose catalogue is a moment old, decides by the new ones all the same.
func TestNodeWithAnOldCatalogue(t *testing.T) {
	for _, test := range []struct {
		name string
		step func(w *world, old *scheduler.Engine, b scheduler.Booked) (scheduler.Place, error)
	}{
		{"hold", func(w *world, old *scheduler.Engine, _ scheduler.Booked) (scheduler.Place, error) {
			h, err := old.Hold(w.Context(), scheduler.HoldRequest{
				OfficeID: enginetest.Trio, ServiceID: enginetest.File, StartsAt: w.at("2027-06-03 09:30"),
			})
			return h.Place, err
		}},
		{"book", func(w *world, old *scheduler.Engine, _ scheduler.Booked) (scheduler.Place, error) {
			b, err := old.Book(w.Context(), w.request(enginetest.Trio, enginetest.File, "2027-06-03 09:30"))
			return b.Appointment.Place, err
		}},
		{"move to another day", func(w *world, old *scheduler.Engine, b scheduler.Booked) (scheduler.Place, error) {
			a, err := old.Reschedule(w.Context(), b.Appointment.ID, 0, scheduler.Move{StartsAt: w.at("2027-06-03 09:30")}, by(b))
			return a.Place, err
		}},
		{"move on its day", func(w *world, old *scheduler.Engine, b scheduler.Booked) (scheduler.Place, error) {
			a, err := old.Reschedule(w.Context(), b.Appointment.ID, 0, scheduler.Move{StartsAt: w.at("2027-06-01 09:30")}, by(b))
			return a.Place, err
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			each(t, func(w *world) {
				b := w.booked(enginetest.Trio, enginetest.File, "2027-06-01 08:30")
				old := w.otherNode()
				_, err := old.Catalogue(w.Context()) // it knows the catalogue, and the clock stands still
				w.must(err)
				data := enginetest.Data()
				for i := range data.Services {
					if data.Services[i].ID == enginetest.File {
						data.Services[i].Minutes = 55
					}
				}
				w.apply(data)

				place, err := test.step(w, old, b)
				w.must(err)
				if place.Ticks != 11 {
					w.Errorf("it takes %d ticks, want the 11 of the new rules", place.Ticks)
				}
				w.sound()
			})
		})
	}
}

// TestNodeLearnsOfAClosure: the same with a day that closes.
func TestNodeLearnsOfAClosure(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked(enginetest.Solo, enginetest.Card, "2027-06-01 08:30")
		old := w.otherNode()
		_, err := old.Catalogue(w.Context())
		w.must(err)
		w.apply(enginetest.Closed("strike", "2027-06-01", "2027-06-03"))

		_, err = old.Book(w.Context(), w.request(enginetest.Solo, enginetest.Card, "2027-06-03 09:10"))
		wantField(w.TB, err, "starts_at", "closed")
		_, err = old.Reschedule(w.Context(), b.Appointment.ID, 0, scheduler.Move{StartsAt: w.at("2027-06-01 09:10")}, by(b))
		wantField(w.TB, err, "starts_at", "closed")
		w.sound()
	})
}
