package scheduler_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

func (w *world) moveTo(b scheduler.Booked, office, at string) (scheduler.Appointment, error) {
	w.Helper()
	return w.Reschedule(w.Context(), b.Appointment.ID, 0, scheduler.Move{StartsAt: w.at(at), OfficeID: office}, by(b))
}

func TestCancel(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked("solo", "card", aStart)
		w.clock.Advance(time.Minute)
		a, err := w.Cancel(w.Context(), b.Appointment.ID, 1, by(b))
		w.must(err)
		if a.Status != scheduler.StatusCancelled || a.Revision != 2 || a.Sequence != 1 || !a.UpdatedAt.Equal(w.clock.Now()) {
			w.Errorf("cancelled: %+v", a)
		}
		if diff := cmp.Diff(a, w.now(b)); diff != "" {
			w.Errorf("(-answered +stored):\n%s", diff)
		}
		w.wantHistory(a.ID, "booked by citizen:  -> 2027-06-01 09:30 solo/card", "cancelled by citizen: 2027-06-01 09:30 solo/card -> ")
		w.wantRemaining("solo", "card", aStart, 1)
		before := w.snapshot(a.ID)
		for what, err := range map[string]error{
			"cancel": second(w.Cancel(w.Context(), a.ID, 0, by(b))), "confirm": second(w.Confirm(w.Context(), a.ID, 0, by(b))),
			"move": second(w.moveTo(b, "", "2027-06-02 09:30")),
		} {
			w.Log(what)
			w.wantError(err, scheduler.ErrInvalidState)
		}
		if diff := cmp.Diff(before, w.snapshot(a.ID)); diff != "" {
			w.Errorf("refused steps changed (-before +after):\n%s", diff)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestConfirm(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked("solo", "card", aStart)
		w.clock.Advance(time.Hour)
		first, err := w.Confirm(w.Context(), b.Appointment.ID, 1, by(b))
		w.must(err)
		if !first.Confirmed.Equal(w.clock.Now()) || first.Revision != 2 || first.Sequence != 0 || first.Status != scheduler.StatusBooked {
			w.Errorf("confirmed: %+v", first)
		}
		w.clock.Advance(time.Hour)
		second, err := w.Confirm(w.Context(), b.Appointment.ID, 2, by(b))
		w.must(err)
		if diff := cmp.Diff(first, second); diff != "" {
			w.Errorf("confirmed twice (-first +second):\n%s", diff)
		}
		if diff := cmp.Diff(first, w.now(b)); diff != "" {
			w.Errorf("confirmed twice (-answered +stored):\n%s", diff)
		}
		w.wantHistory(first.ID, "booked by citizen:  -> 2027-06-01 09:30 solo/card", "confirmed by citizen:  -> ")
		// A visit that moves must be confirmed anew.
		moved, err := w.moveTo(b, "", "2027-06-02 09:30")
		w.must(err)
		if !moved.Confirmed.IsZero() {
			w.Error("a moved visit counts as confirmed")
		}
		w.sound()
	})
}

func TestReschedule(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked("solo", "card", aStart)
		w.clock.Advance(time.Minute)
		a, err := w.moveTo(b, "", "2027-06-02 10:10")
		w.must(err)
		want := b.Appointment
		want.Place.Date, want.Place.Start = w.date("2027-06-02"), 10*60+10
		want.StartsAt, want.EndsAt = w.at("2027-06-02 10:10"), w.at("2027-06-02 10:30")
		want.Revision, want.Sequence, want.UpdatedAt, want.ChangeID = 2, 1, w.clock.Now(), a.ChangeID
		if diff := cmp.Diff(want, a); diff != "" {
			w.Errorf("moved (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(a, w.now(b)); diff != "" {
			w.Errorf("(-answered +stored):\n%s", diff)
		}
		w.wantHistory(a.ID, "booked by citizen:  -> 2027-06-01 09:30 solo/card",
			"moved by citizen: 2027-06-01 09:30 solo/card -> 2027-06-02 10:10 solo/card")
		w.wantRemaining("solo", "card", aStart, 1)
		w.wantRemaining("solo", "card", "2027-06-02 10:10", 0)
		w.sound()
	})
}

func TestRescheduleToAnotherOffice(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked("solo", "card", aStart)
		a, err := w.moveTo(b, "fair", enginetest.FairDate+" 09:20")
		w.must(err)
		if a.OfficeID != "fair" || a.Place.PoolID != "fair/solo" {
			w.Errorf("moved to %s, %s", a.OfficeID, a.Place.PoolID)
		}
		w.wantRemaining("solo", "card", aStart, 1)
		w.wantRemaining("fair", "card", enginetest.FairDate+" 09:20", 1)
		// "" keeps the office it is at now.
		a, err = w.moveTo(b, "", enginetest.FairDate+" 14:00")
		w.must(err)
		if a.OfficeID != "fair" {
			w.Errorf("moved to %s", a.OfficeID)
		}
		_, err = w.moveTo(b, "trio", "2027-06-02 09:30")
		wantField(w.TB, err, "service", "not_offered")
		w.sound()
	})
}

// TestRescheduleOverOnesOwnPlace: on a full day the place that one leaves
// counts as free for the move, and for nobody else's.
func TestRescheduleOverOnesOwnPlace(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked("trio", "deed", "2027-06-01 10:00") // until 10:45
		for range 2 {
			w.booked("trio", "deed", "2027-06-01 10:00")
		}
		for range 3 {
			w.booked("trio", "deed", "2027-06-01 09:00") // until 09:45
			w.booked("trio", "deed", "2027-06-01 11:00")
		}
		w.wantRemaining("trio", "deed", "2027-06-01 10:30", 0)
		_, err := w.moveTo(b, "", "2027-06-01 10:30") // 10:30 to 11:15 needs 11:00 too
		w.wantError(err, scheduler.ErrSlotTaken)
		_, err = w.moveTo(b, "", "2027-06-01 09:30")
		w.wantError(err, scheduler.ErrSlotTaken)
		if a := w.now(b); a.Revision != 1 {
			w.Errorf("a refused move changed %+v", a)
		}
		left, err := w.Slots(w.Context(), scheduler.SlotQuery{ServiceID: "file", From: w.date("2027-06-01"), To: w.date("2027-06-01")})
		w.must(err)
		for _, s := range left {
			if s.StartsAt.Equal(w.at("2027-06-01 10:10")) {
				w.Error("somebody else could have the place")
			}
		}
		w.sound()
	})
	each(t, func(w *world) {
		b := w.booked("solo", "card", "2027-06-01 09:10") // all of solo's desks
		w.booked("solo", "stamp", "2027-06-01 08:50")
		w.booked("solo", "stamp", "2027-06-01 09:50")
		stay := w.booked("solo", "stamp", "2027-06-01 09:40")
		for _, at := range []string{"2027-06-01 09:30", "2027-06-01 09:50"} {
			_, err := w.moveTo(b, "", at)
			w.wantError(err, scheduler.ErrSlotTaken)
		}
		_, err := w.moveTo(stay, "", "2027-06-01 09:30")
		w.must(err)
		w.sound()
	})
}

// TestRescheduleByLessThanItsLength: 40 minutes from 09:30 move to 09:50; the
// two places overlap, and there is one desk.
func TestRescheduleByLessThanItsLength(t *testing.T) {
	each(t, func(w *world) {
		r := w.request("solo", "card", "2027-06-01 09:30")
		r.Party = 2 // 40 minutes, starting every 20
		b, err := w.Book(w.Context(), r)
		w.must(err)
		w.booked("solo", "card", "2027-06-01 09:10")
		w.booked("solo", "card", "2027-06-01 10:30")
		_, err = w.moveTo(b, "", "2027-06-01 09:50")
		w.must(err)
		w.wantRemaining("solo", "card", "2027-06-01 09:30", 1)
		w.wantRemaining("solo", "card", "2027-06-01 10:10", 0)
		_, err = w.moveTo(b, "", "2027-06-01 10:10")
		w.wantError(err, scheduler.ErrSlotTaken)
		w.sound()
	})
}

func TestRescheduleThatIsRefusedChangesNothing(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked("solo", "card", aStart)
		w.booked("solo", "card", "2027-06-02 09:30")
		w.booked("solo", "card", "2027-06-01 10:10")
		before := w.snapshot(b.Appointment.ID)
		for _, at := range []string{"2027-06-02 09:30", "2027-06-01 10:10"} {
			_, err := w.moveTo(b, "", at)
			w.wantError(err, scheduler.ErrSlotTaken)
		}
		for _, m := range []struct{ office, at, field, code string }{
			{"", "2027-06-05 09:30", "starts_at", "closed"},
			{"", "2027-06-02 09:35", "starts_at", "not_offered"},
			{"", "2027-05-28 09:30", "starts_at", "past"},
			{"", "2029-06-01 09:30", "starts_at", "too_far"},
			{"nowhere", "2027-06-02 09:50", "office", "unknown"},
		} {
			_, err := w.moveTo(b, m.office, m.at)
			wantField(w.TB, err, m.field, m.code)
		}
		same, err := w.moveTo(b, "", aStart) // where it is: no fault, no change
		w.must(err)
		if diff := cmp.Diff(b.Appointment, same); diff != "" {
			w.Errorf("moved to where it is (-before +after):\n%s", diff)
		}
		if diff := cmp.Diff(before, w.snapshot(b.Appointment.ID)); diff != "" {
			w.Errorf("refused moves changed (-before +after):\n%s", diff)
		}
	})
}

// step is one of the three changes of an appointment.
type step func(e *scheduler.Engine, w *world, id string, revision int, by scheduler.Actor) error

// on takes the step as the person, on any revision.
func (s step) on(e *scheduler.Engine, w *world, b scheduler.Booked) error {
	return s(e, w, b.Appointment.ID, 0, by(b))
}

// steps are all of them; a move goes to one and the same time.
var steps = map[string]step{
	"cancel": func(e *scheduler.Engine, w *world, id string, revision int, by scheduler.Actor) error {
		return second(e.Cancel(w.Context(), id, revision, by))
	},
	"confirm": func(e *scheduler.Engine, w *world, id string, revision int, by scheduler.Actor) error {
		return second(e.Confirm(w.Context(), id, revision, by))
	},
	"move": func(e *scheduler.Engine, w *world, id string, revision int, by scheduler.Actor) error {
		return second(e.Reschedule(w.Context(), id, revision, scheduler.Move{StartsAt: w.at("2027-06-03 09:30")}, by))
	},
}

func TestRevisionGuardsEachStep(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked("solo", "card", aStart)
		_, err := w.moveTo(b, "", "2027-06-02 09:30")
		w.must(err)
		before := w.snapshot(b.Appointment.ID)
		for name, step := range steps {
			for _, revision := range []int{1, 3, -1} {
				w.Log(name, revision)
				w.wantError(step(w.Engine, w, b.Appointment.ID, revision, by(b)), scheduler.ErrRevisionMismatch)
			}
		}
		if diff := cmp.Diff(before, w.snapshot(b.Appointment.ID)); diff != "" {
			w.Errorf("steps on an old revision changed (-before +after):\n%s", diff)
		}
		w.must(steps["confirm"](w.Engine, w, b.Appointment.ID, 2, by(b)))
	})
}

func TestWhoMaySeeAndChange(t *testing.T) {
	staff := func(role scheduler.Role, offices ...string) *scheduler.User {
		return &scheduler.User{ID: "u1", Role: role, Offices: offices}
	}
	disabled := staff(scheduler.RoleAdministrator)
	disabled.Disabled = true
	each(t, func(w *world) {
		b, other := w.booked("solo", "card", aStart), w.booked("solo", "card", "2027-06-01 10:10")
		for _, test := range []struct {
			name string
			who  scheduler.Actor
			may  bool
		}{
			{"nobody", scheduler.Actor{}, false},
			{"a wrong token", scheduler.Actor{ManageToken: b.ManageToken + "x"}, false},
			{"another's token", by(other), false},
			{"the calendar's token", scheduler.Actor{ManageToken: b.CalendarToken}, false},
			{"an agent of another office", scheduler.Actor{Staff: staff(scheduler.RoleAgent, "trio", "fair")}, false},
			{"a supervisor of none", scheduler.Actor{Staff: staff(scheduler.RoleSupervisor)}, false},
			{"a disabled administrator", scheduler.Actor{Staff: disabled}, false},
			{"the person", by(b), true},
			{"an agent of the office", scheduler.Actor{Staff: staff(scheduler.RoleAgent, "trio", "solo")}, true},
			{"an administrator", scheduler.Actor{Staff: staff(scheduler.RoleAdministrator)}, true},
			{"another office's agent with the token", scheduler.Actor{Staff: staff(scheduler.RoleAgent, "trio"), ManageToken: b.ManageToken}, true},
		} {
			w.Log(test.name)
			var want error
			if !test.may {
				want = scheduler.ErrNotFound
				for _, step := range steps {
					w.wantError(step(w.Engine, w, b.Appointment.ID, 0, test.who), want)
				}
			}
			_, err := w.Appointment(w.Context(), b.Appointment.ID, test.who)
			w.wantError(err, want)
		}
		for name, step := range steps {
			w.Log(name)
			w.wantError(step(w.Engine, w, "apt_nobody", 0, by(b)), scheduler.ErrNotFound)
		}
		if a := w.now(b); a.Revision != 1 {
			w.Errorf("somebody changed it: %+v", a)
		}
		w.must(steps["move"](w.Engine, w, b.Appointment.ID, 0, scheduler.Actor{Staff: staff(scheduler.RoleAgent, "solo")}))
		w.must(steps["confirm"](w.Engine, w, b.Appointment.ID, 0, scheduler.Actor{Staff: staff(scheduler.RoleAgent, "trio"), ManageToken: b.ManageToken}))
		w.wantHistory(b.Appointment.ID, "booked by citizen:  -> 2027-06-01 09:30 solo/card",
			"moved by staff:u1: 2027-06-01 09:30 solo/card -> 2027-06-03 09:30 solo/card", "confirmed by citizen:  -> ")
	})
}

// TestAVisitThatBeganCannotBeChanged: from its start on, for everybody.
func TestAVisitThatBeganCannotBeChanged(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked("solo", "card", aStart)
		last := w.booked("solo", "card", "2027-06-01 09:10")
		w.set("2027-06-01 09:10")
		for name, step := range steps {
			w.Log(name)
			w.wantError(step(w.Engine, w, last.Appointment.ID, 0, by(last)), scheduler.ErrInvalidState)
		}
		w.clock.Set(w.at(aStart).Add(-time.Microsecond))
		w.must(steps["cancel"](w.Engine, w, b.Appointment.ID, 0, by(b)))
		w.sound()
	})
}

// TestDisplacedVisits can be moved and cancelled; their place is gone already.
func TestDisplacedVisits(t *testing.T) {
	each(t, func(w *world) {
		move, cancel := w.booked("solo", "card", aStart), w.booked("solo", "card", "2027-06-01 10:10")
		w.apply(enginetest.Closed("strike", "2027-06-01", "2027-06-01"))
		w.wantError(steps["confirm"](w.Engine, w, move.Appointment.ID, 0, by(move)), scheduler.ErrInvalidState)
		if a := w.now(move); a.Status != scheduler.StatusDisplaced || a.Revision != 2 {
			w.Fatalf("after the closure: %+v", a)
		}
		a, err := w.moveTo(move, "", "2027-06-02 09:30")
		w.must(err)
		if a.Status != scheduler.StatusBooked || a.Revision != 3 || a.Sequence != 2 {
			w.Errorf("moved: %+v", a)
		}
		w.must(steps["cancel"](w.Engine, w, cancel.Appointment.ID, 0, by(cancel)))
		w.wantHistory(move.Appointment.ID, "booked by citizen:  -> 2027-06-01 09:30 solo/card",
			"displaced by system: 2027-06-01 09:30 solo/card -> ",
			"moved by citizen: 2027-06-01 09:30 solo/card -> 2027-06-02 09:30 solo/card")
		w.sound()
		all := w.outboxes()
		wantNotices(w, "moved", all[a.ID], []notice{
			{"moved", "email", enginetest.Start, "2027-06-02 09:30"},
			{"reminder_eve", "email", "2027-06-01 10:00", "2027-06-02 07:30"},
		})
		wantNotices(w, "cancelled", all[cancel.Appointment.ID], []notice{{"cancelled", "email", enginetest.Start, "2027-06-01 10:10"}})
	})
}

// TestDisplacedVisitsDoNotBlock a new booking; once there is one, the old visit
// cannot come back beside it.
func TestDisplacedVisitsDoNotBlock(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked("solo", "card", aStart)
		w.apply(enginetest.Closed("strike", "2027-06-01", "2027-06-01"))
		anew := w.request("solo", "card", "2027-06-02 09:30")
		anew.Citizen = b.Appointment.Citizen
		_, err := w.Book(w.Context(), anew)
		w.must(err)
		_, err = w.moveTo(b, "", "2027-06-03 09:30")
		w.wantError(err, scheduler.ErrDuplicateBooking)
		w.must(steps["cancel"](w.Engine, w, b.Appointment.ID, 0, by(b)))
		w.sound()
	})
}

// TestCallersWhoLeave get the error of their context, and nothing is written.
func TestCallersWhoLeave(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked("solo", "card", aStart)
		before := w.snapshot(b.Appointment.ID)
		gone, cancel := context.WithCancel(w.Context())
		cancel()
		_, err := w.Book(gone, w.request("solo", "card", "2027-06-02 09:30"))
		w.wantError(err, context.Canceled)
		_, err = w.Hold(gone, scheduler.HoldRequest{OfficeID: "solo", ServiceID: "card", StartsAt: w.at("2027-06-02 09:30")})
		w.wantError(err, context.Canceled)
		_, err = w.Cancel(gone, b.Appointment.ID, 0, by(b))
		w.wantError(err, context.Canceled)
		if diff := cmp.Diff(before, w.snapshot(b.Appointment.ID)); diff != "" {
			w.Errorf("changed (-before +after):\n%s", diff)
		}
	})
}
