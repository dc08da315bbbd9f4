package scheduler_test

import (
	"context"
	"testing"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// unheard is a store that writes the first change and then says that it
// conflicts: what an engine sees when the database's connection breaks after the
// commit and the driver sends the change again.
type unheard struct {
	scheduler.Store
	lost bool
	as   error // what is heard instead of the first success
}

// Commit writes, and keeps the first success to itself.
func (u *unheard) Commit(ctx context.Context, c scheduler.Change) error {
	err := u.Store.Commit(ctx, c)
	if err == nil && !u.lost {
		u.lost = true
		return u.as
	}
	return err
}

// deaf is a node that does not hear of its first commit.
func (w *world) deaf(as error) *scheduler.Engine {
	w.Helper()
	w.nodes++
	return enginetest.Node(w, &unheard{Store: w.db, as: as}, w.clock, w.nodes)
}

// TestUnheardCommits: the only place of its time is taken once, by the one who
// asked, who is told so.
func TestUnheardCommits(t *testing.T) {
	const at = "2027-06-02 09:30"
	each(t, func(w *world) {
		booked, err := w.deaf(scheduler.ErrConflict).Book(w.Context(), w.request("solo", "card", at))
		w.must(err)
		if a := w.now(booked); a.Reference != booked.Appointment.Reference || a.Revision != 1 {
			w.Errorf("told %s, stored %s at revision %d", booked.Appointment.Reference, a.Reference, a.Revision)
		}
		if o := w.sound(); len(o.Appointments) != 1 {
			w.Errorf("%d appointments, want 1", len(o.Appointments))
		}
	})
	each(t, func(w *world) {
		held, err := w.deaf(scheduler.ErrConflict).Hold(w.Context(), scheduler.HoldRequest{OfficeID: "solo", ServiceID: "card", StartsAt: w.at(at)})
		w.must(err)
		if o := w.sound(); len(o.Holds) != 1 || o.Holds[0].ID != held.ID {
			w.Errorf("told of %s, stored %+v", held.ID, o.Holds)
		}
		second, err := w.deaf(scheduler.ErrConflict).Book(w.Context(), scheduler.BookRequest{HoldID: held.ID, Citizen: somebody()})
		w.must(err)
		if a := w.now(second); a.HoldID != held.ID {
			w.Errorf("booked from %q, want %q", a.HoldID, held.ID)
		}
		w.sound()
	})
}
