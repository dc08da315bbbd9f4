package scheduler_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

var (
	soloAgent = &scheduler.User{ID: "u-solo", Role: scheduler.RoleAgent, Offices: []string{enginetest.Solo}}
	trioAgent = &scheduler.User{ID: "u-trio", Role: scheduler.RoleSupervisor, Offices: []string{enginetest.Trio}}
	amina     = scheduler.Citizen{Name: "Amina Essai", Email: "amina@example.org", Language: "fr", Zone: "Europe/Paris"}
)

// open opens a file about the card at Solo, as its agent.
func (w *world) open(change func(*scheduler.FileRequest)) scheduler.OpenedFile {
	w.Helper()
	r := scheduler.FileRequest{ServiceID: enginetest.Card, Citizen: amina}
	if change != nil {
		change(&r)
	}
	o, err := w.OpenFile(w.Context(), r, scheduler.Actor{Staff: soloAgent})
	w.must(err)
	return o
}

// whats lists what happened to a file.
func whats(f scheduler.File) (out []string) {
	for _, e := range f.Events {
		out = append(out, e.What)
	}
	return out
}

func TestAFileFromDepositToSettled(t *testing.T) {
	each(t, func(w *world) {
		ctx, agent := w.Context(), scheduler.Actor{Staff: soloAgent}
		o := w.open(func(r *scheduler.FileRequest) {
			r.Documents = []scheduler.FileDocument{{ID: "cnie", Seen: true}, {ID: "photos"}}
			r.Identity, r.IdentityNumber = "", "HA 123456"
			r.Promise = &scheduler.PromiseRequest{What: "look for the file", By: w.date("2027-06-07")}
		})
		owner := scheduler.Actor{ManageToken: o.Token}
		f, err := w.File(ctx, o.File.ID, owner)
		w.must(err)
		if s := f.Current(); s.Turn != scheduler.TurnCitizen || s.Kind != scheduler.StepDocuments || f.OwnerID != soloAgent.ID || f.Identity.Tail != "456" {
			w.Fatalf("after the deposit: %+v of %+v", s, f)
		}
		if _, err := w.AskDocuments(ctx, f.ID, 0, agent, []string{"timbre"}); !errors.Is(err, scheduler.ErrInvalidState) {
			w.Fatalf("asked a second time: %v", err)
		}
		w.clock.Advance(10 * 24 * time.Hour)
		f, err = w.ReceiveDocuments(ctx, f.ID, f.Revision, agent, []string{"photos"})
		w.must(err)
		s := f.Current()
		// Deposit on 31 May + 60 days + 10 days of waiting for the person: 9 August.
		if s.Kind != "decision" || s.Due != w.date("2027-08-09") {
			w.Fatalf("resumed %+v", s)
		}
		if p := f.Promises[0]; p.State(w.date("2027-06-07")) != scheduler.PromiseMade || p.State(w.date("2027-06-08")) != scheduler.PromiseOverdue {
			w.Fatalf("promise %+v", p)
		}
		f, err = w.Settle(ctx, f.ID, 0, agent, "card handed out")
		w.must(err)
		if f.Promises[0].State(w.date("2027-06-10")) != scheduler.PromiseBroken || f.Current() != nil || f.Late(w.date("2028-01-01")) != 0 {
			w.Fatalf("settled %+v", f)
		}
		want := []string{"opened", "documents_asked", "promised", "documents_received", "settled"}
		if again, err := w.FileByToken(ctx, o.Token); err != nil || !slices.Equal(whats(again), want) || again.State != scheduler.FileSettled {
			w.Fatalf("%v %v", whats(again), err)
		}
		if _, err := w.AdvanceStep(ctx, f.ID, 0, agent, ""); !errors.Is(err, scheduler.ErrInvalidState) {
			w.Fatalf("advanced after the end: %v", err)
		}
	})
}

func TestAFileIsHandedOverWithAnAppointment(t *testing.T) {
	each(t, func(w *world) {
		ctx, agent := w.Context(), scheduler.Actor{Staff: soloAgent}
		o := w.open(nil)
		due := o.File.Current().Due
		h := scheduler.HandOver{OfficeID: enginetest.Trio, Note: "see the old register", ServiceID: enginetest.File, StartsAt: w.at("2027-06-01 09:30")}
		f, booked, err := w.HandOver(ctx, o.File.ID, 0, agent, h)
		w.must(err)
		if f.OfficeID != enginetest.Trio || f.Current().Due != due || booked == nil || booked.Appointment.FeedID != f.FeedID || f.OwnerID != "" {
			w.Fatalf("%+v with %+v", f, booked)
		}
		if _, err := w.AppointmentByToken(ctx, booked.ManageToken); err != nil {
			w.Fatal(err)
		}
		if _, err := w.File(ctx, f.ID, agent); err != nil {
			w.Fatalf("the first house sees it no longer: %v", err)
		}
		if _, err := w.AdvanceStep(ctx, f.ID, 0, agent, ""); !errors.Is(err, scheduler.ErrForbiddenStep) {
			w.Fatalf("the first house goes on: %v", err)
		}
		w.clock.Advance(time.Minute)
		f, err = w.AnswerNews(ctx, f.ID, 0, scheduler.Actor{Staff: trioAgent}, "found")
		w.must(err)
		accesses, err := w.FileAccesses(ctx, f.ID, scheduler.Actor{ManageToken: o.Token})
		w.must(err)
		if len(accesses) < 3 || accesses[0].StaffID != trioAgent.ID {
			w.Fatalf("accesses %+v", accesses)
		}
		// A place that is taken: neither the appointment nor the hand-over.
		o2 := w.open(func(r *scheduler.FileRequest) { r.Citizen.Name = "Said Naji" })
		h.StartsAt = w.at("2027-06-01 06:00")
		if _, _, err := w.HandOver(ctx, o2.File.ID, 0, agent, h); err == nil {
			w.Fatal("handed over to a closed hour")
		}
		if f, err := w.File(ctx, o2.File.ID, agent); err != nil || f.OfficeID != enginetest.Solo {
			w.Fatalf("%+v %v", f, err)
		}
	})
}

func TestOneChangeOfAFileWins(t *testing.T) {
	each(t, func(w *world) {
		o := w.open(nil)
		other := w.otherNode()
		errs := make(chan error)
		for i := range 8 {
			e := []*scheduler.Engine{w.Engine, other}[i%2]
			go func() {
				_, err := e.AskDocuments(w.Context(), o.File.ID, 0, scheduler.Actor{Staff: soloAgent}, []string{"photos"})
				errs <- err
			}()
		}
		won := 0
		for range 8 {
			switch err := <-errs; {
			case err == nil:
				won++
			case !errors.Is(err, scheduler.ErrInvalidState):
				w.Error(err)
			}
		}
		if won != 1 {
			w.Fatalf("asked %d times, the law allows once", won)
		}
	})
}
