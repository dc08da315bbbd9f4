package scheduler_test

import (
	"errors"
	"slices"
	"testing"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// TestTheNextVisitOfAFile: the owner books it with the file's link alone; two
// presses of the button are one appointment; the file notes it, also in another's
// eyes, and says what became of it.
func TestTheNextVisitOfAFile(t *testing.T) {
	each(t, func(w *world) {
		ctx, o := w.Context(), w.open(nil)
		owner := scheduler.Actor{ManageToken: o.Token}
		at := w.at("2027-06-02 09:30")
		nodes := w.cluster()
		ids := make(chan string, 10)
		got := together(10, func(i int) error {
			b, err := nodes[i%len(nodes)].BookFileVisit(ctx, o.File.ID, owner, enginetest.Solo, at)
			ids <- b.Appointment.ID
			return err
		})
		if got[""] != 10 {
			w.Fatalf("presses of one button: %v", got)
		}
		first := <-ids
		for range 9 {
			if id := <-ids; id != first {
				w.Fatalf("two appointments: %s and %s", first, id)
			}
		}
		f, err := w.File(ctx, o.File.ID, scheduler.Actor{Staff: soloAgent})
		w.must(err)
		visits, err := w.FileVisits(ctx, &f)
		w.must(err)
		if len(visits) != 1 || visits[0].Citizen != o.File.Citizen || visits[0].FeedID != f.FeedID || visits[0].FileNumber != f.Reference || visits[0].ServiceID != f.ServiceID {
			w.Fatalf("%+v", visits)
		}
		if e := f.Events[len(f.Events)-1]; e.What != scheduler.EventVisit || e.Actor != "citizen" || e.Args["on"] != "2027-06-02" || e.Args["time"] != "09:30" || e.Internal {
			w.Errorf("the file notes %+v", e)
		}
		w.must(second(w.Cancel(ctx, first, 0, scheduler.Actor{ManageToken: w.ManageToken(first)})))
		if visits, err = w.FileVisits(ctx, &f); err != nil || visits[0].Status != scheduler.StatusCancelled {
			w.Errorf("after it was cancelled: %+v %v", visits, err)
		}
		w.sound()
	})
}

func TestTheNextVisitIsTheOneThatIsNeeded(t *testing.T) {
	each(t, func(w *world) {
		ctx, o := w.Context(), w.open(nil)
		owner, at := scheduler.Actor{ManageToken: o.Token}, w.at("2027-06-02 09:30")
		_, err := w.BookFileVisit(ctx, o.File.ID, owner, enginetest.Trio, at) // the card is not Trio's
		w.wantCode(err, "unknown")
		other := w.open(func(r *scheduler.FileRequest) { r.Citizen = somebody() })
		_, err = w.BookFileVisit(ctx, o.File.ID, scheduler.Actor{ManageToken: other.Token}, enginetest.Solo, at)
		w.wantError(err, scheduler.ErrNotFound)
		_, err = w.BookFileVisit(ctx, o.File.ID, scheduler.Actor{Staff: soloAgent}, enginetest.Solo, at)
		w.wantError(err, scheduler.ErrForbiddenStep)
		w.booked(enginetest.Solo, enginetest.Card, "2027-06-02 09:30")
		_, err = w.BookFileVisit(ctx, o.File.ID, owner, enginetest.Solo, at)
		w.wantError(err, scheduler.ErrSlotTaken)
		f, err := w.FileByToken(ctx, o.Token)
		w.must(err)
		if slices.Contains(whats(f), scheduler.EventVisit) || f.Revision != o.File.Revision {
			w.Errorf("noted without an appointment: %v", whats(f))
		}
		w.must(second(w.Settle(ctx, f.ID, 0, scheduler.Actor{Staff: soloAgent}, "done")))
		if _, err = w.BookFileVisit(ctx, f.ID, owner, enginetest.Solo, w.at("2027-06-03 09:30")); !errors.Is(err, scheduler.ErrInvalidState) {
			w.Errorf("a visit of a settled file: %v", err)
		}
		w.sound()
	})
}
