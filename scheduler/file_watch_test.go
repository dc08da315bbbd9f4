package scheduler_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// TestAPromiseThatIsNotKept: the agent is reminded before, the person and the
// supervisor are told after, once; a new date is a new promise and the old one
// counts.
func TestAPromiseThatIsNotKept(t *testing.T) {
	each(t, func(w *world) {
		ctx, agent := w.Context(), scheduler.Actor{Staff: soloAgent}
		o := w.open(func(r *scheduler.FileRequest) {
			r.Promise = &scheduler.PromiseRequest{What: "a copy of the deed", By: w.date("2027-06-10")}
		})
		other := w.otherNode()
		watch := func(day string, want int) scheduler.File {
			w.Helper()
			w.clock.Set(w.at(day + " 06:00"))
			changed := 0
			for _, e := range []*scheduler.Engine{w.Engine, other, w.Engine} {
				n, err := e.WatchFiles(ctx)
				w.must(err)
				changed += n
			}
			if changed != want {
				w.Fatalf("%s: %d changes, want %d", day, changed, want)
			}
			f, err := w.FileByToken(ctx, o.Token)
			w.must(err)
			return f
		}
		watch("2027-06-08", 0)
		if f := watch("2027-06-09", 1); f.Promises[0].RemindedOn != w.date("2027-06-09") {
			w.Fatalf("reminded %+v", f.Promises[0])
		}
		if risk, err := w.Files(ctx, scheduler.FileQuery{List: scheduler.FilesAtRisk, On: w.date("2027-06-09"), Limit: 9}, soloAgent); err != nil || len(risk) != 1 {
			w.Fatalf("at risk %d, %v", len(risk), err)
		}
		watch("2027-06-10", 0) // its own day is still in time
		f := watch("2027-06-11", 1)
		if got := whats(f); !slices.Equal(got[len(got)-2:], []string{scheduler.EventPromiseBroken, scheduler.EventEscalated}) || f.Escalation != 1 {
			w.Fatalf("after the day: %v", got)
		}
		old := f.Promises[0]
		f, err := w.Promise(ctx, f.ID, 0, agent, scheduler.PromiseRequest{What: "the copy", By: w.date("2027-06-20"), Replaces: old.ID})
		w.must(err)
		if f.Promises[0].What != "a copy of the deed" || f.Promises[0].By != old.By || f.Promises[0].State(w.date("2027-06-11")) != scheduler.PromiseBroken {
			w.Fatalf("the old promise %+v", f.Promises[0])
		}
		if _, err := w.KeepPromise(ctx, f.ID, 0, agent, old.ID); !errors.Is(err, scheduler.ErrInvalidState) {
			w.Fatalf("a broken promise was kept afterwards: %v", err)
		}
		w.clock.Set(w.at("2027-06-18 09:00"))
		f, err = w.KeepPromise(ctx, f.ID, 0, agent, f.Promises[1].ID)
		w.must(err)
		if f.Promises[1].State(w.date("2027-06-18")) != scheduler.PromiseKept {
			w.Fatalf("%+v", f.Promises[1])
		}
	})
}

// TestEscalationGoesInOrder: the office the day after the legal date, the
// provincial desk two weeks later, and nobody outside by itself.
func TestEscalationGoesInOrder(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.Context()
		w.safi("2027-01-04")
		land, desk := staffOf("ancfcc-safi-cf"), staffOf("prov-safi")
		o, err := w.OpenFile(ctx, scheduler.FileRequest{ServiceID: "cf-requisition", Citizen: amina}, land)
		w.must(err)
		if _, err := w.File(ctx, o.File.ID, desk); !errors.Is(err, scheduler.ErrNotFound) {
			w.Fatalf("the desk sees a file it was not told of: %v", err)
		}
		for _, s := range []struct {
			day   string
			level int
		}{{"2027-01-15", 0}, {"2027-01-16", 1}, {"2027-01-29", 1}, {"2027-01-30", 2}, {"2027-06-30", 2}} {
			w.clock.Set(w.at(s.day + " 09:00"))
			for range 2 {
				_, err := w.WatchFiles(ctx)
				w.must(err)
			}
			f, err := w.FileByToken(ctx, o.Token)
			w.must(err)
			if f.Escalation != s.level {
				w.Fatalf("%s: level %d, want %d", s.day, f.Escalation, s.level)
			}
		}
		if _, err := w.File(ctx, o.File.ID, desk); err != nil {
			w.Fatal(err)
		}
		told, err := w.Files(ctx, scheduler.FileQuery{List: scheduler.FilesTold, On: w.date("2027-06-30"), Limit: 9}, desk.Staff)
		if err != nil || len(told) != 1 || told[0].Late(w.date("2027-06-30")) != 166 {
			w.Fatalf("%d files, %v", len(told), err)
		}
	})
}

// TestNewsAreAnsweredOrEscalated: five working days.
func TestNewsAreAnsweredOrEscalated(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.Context()
		o := w.open(nil)
		owner := scheduler.Actor{ManageToken: o.Token}
		f, err := w.AskNews(ctx, o.File.ID, 0, owner, "where is my card?")
		w.must(err)
		if f.NewsDue != w.date("2027-06-07") { // Monday 31 May + 5 working days
			w.Fatalf("news due %s", f.NewsDue)
		}
		if _, err := w.AskNews(ctx, o.File.ID, 0, owner, "again"); !errors.Is(err, scheduler.ErrInvalidState) {
			w.Fatal(err)
		}
		for _, s := range []struct {
			day  string
			want int
		}{{"2027-06-07", 0}, {"2027-06-08", 1}, {"2027-06-20", 0}} {
			w.clock.Set(w.at(s.day + " 09:00"))
			if n, err := w.WatchFiles(ctx); n != s.want || err != nil {
				w.Fatalf("%s: %d changes, %v", s.day, n, err)
			}
		}
		f, err = w.AnswerNews(ctx, o.File.ID, 0, scheduler.Actor{Staff: soloAgent}, "printed on Friday")
		w.must(err)
		if !f.NewsDue.IsZero() || f.Escalation != 1 {
			w.Fatalf("%+v", f)
		}
	})
}

// TestManyNodesWatchAtOnce: what time asks for is done once.
func TestManyNodesWatchAtOnce(t *testing.T) {
	each(t, func(w *world) {
		for i := range 6 {
			w.open(func(r *scheduler.FileRequest) {
				r.Citizen.Name += strings.Repeat("i", i)
				r.Promise = &scheduler.PromiseRequest{What: "x", By: w.date("2027-06-01")}
			})
		}
		w.clock.Set(w.at("2027-06-03 09:00"))
		nodes := []*scheduler.Engine{w.Engine, w.otherNode(), w.otherNode()}
		counts := make(chan int)
		for _, e := range nodes {
			go func() {
				n, err := e.WatchFiles(w.Context())
				if err != nil {
					w.Error(err)
				}
				counts <- n
			}()
		}
		sum := 0
		for range nodes {
			sum += <-counts
		}
		if sum != 6 {
			w.Errorf("%d changes of 6 files", sum)
		}
	})
}

func TestOpinionsAreGivenOnce(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.Context()
		o := w.open(nil)
		token := w.OpinionToken(scheduler.OpinionFile, o.File.ID)
		answers := scheduler.OpinionAnswers{Settled: scheduler.SettledNo, Rating: 2, Need: "a form in Arabic"}
		w.must(w.GiveOpinion(ctx, token, answers))
		if err := w.GiveOpinion(ctx, token, answers); !errors.Is(err, scheduler.ErrInvalidState) {
			w.Fatalf("a second opinion: %v", err)
		}
		for _, bad := range []string{"", "file." + o.File.ID + ".xx", strings.Replace(token, "file", "ticket", 1), token + "x"} {
			if err := w.GiveOpinion(ctx, bad, answers); !errors.Is(err, scheduler.ErrNotFound) {
				w.Fatalf("token %q: %v", bad, err)
			}
		}
		if err := w.GiveOpinion(ctx, w.OpinionToken(scheduler.OpinionFile, "fil_1"), scheduler.OpinionAnswers{}); err == nil {
			w.Fatal("no answer is an opinion")
		}
		w.must(w.NoteNeed(ctx, scheduler.Actor{Staff: soloAgent}, enginetest.Solo, enginetest.Card, "a ramp", "fr"))
		if err := w.NoteNeed(ctx, scheduler.Actor{Staff: soloAgent}, enginetest.Trio, enginetest.File, "a ramp", "fr"); !errors.Is(err, scheduler.ErrForbiddenStep) {
			w.Fatal(err)
		}
		got, err := w.Opinions(ctx, "adm", w.date("2027-05-31"), w.date("2027-05-31"))
		if err != nil || len(got) != 2 || got[1].Need != "a form in Arabic" || got[0].ServiceID != enginetest.Card {
			w.Fatalf("%+v %v", got, err)
		}
	})
}

// TestForgettingLeavesTheLedger: who it was is gone; dates and places stay.
func TestForgettingLeavesTheLedger(t *testing.T) {
	each(t, func(w *world) {
		ctx, agent := w.Context(), scheduler.Actor{Staff: soloAgent}
		o := w.open(func(r *scheduler.FileRequest) {
			r.Number, r.IdentityNumber, r.Note = "AB 99871", "HA 654321", "call my sister"
			r.Promise = &scheduler.PromiseRequest{What: "for Amina", By: w.date("2027-06-01")}
		})
		kept := w.open(func(r *scheduler.FileRequest) { r.Citizen.Name = "Said Naji" })
		if o.File.Number != "" || o.File.Identity.Tail != "321" {
			w.Fatalf("a number of an identity document in the wrong field is kept: %q", o.File.Number)
		}
		export, err := w.ExportFile(ctx, o.Token)
		if err != nil || export.File.Citizen.Name != "Amina Essai" || len(export.Accesses) != 1 {
			w.Fatalf("export %+v %v", export, err)
		}
		_, err = w.Settle(ctx, o.File.ID, 0, agent, "given to Amina")
		w.must(err)
		w.clock.Advance(731 * 24 * time.Hour)
		for _, want := range []int{1, 0} {
			if n, err := w.CountForgettable(ctx, scheduler.DefaultRetention()); err != nil || n.Files != want {
				w.Fatalf("%+v to forget, %v", n, err)
			}
			n, err := w.ForgetFiles(ctx, scheduler.DefaultRetention())
			if err != nil || n.Files != want {
				w.Fatalf("%+v %v", n, err)
			}
		}
		if _, err := w.FileByToken(ctx, o.Token); !errors.Is(err, scheduler.ErrNotFound) {
			w.Fatal(err)
		}
		f, err := w.File(ctx, o.File.ID, agent)
		w.must(err)
		text := f.Citizen.Name + f.Citizen.Email + f.Outcome + f.Promises[0].What + f.Identity.Tail
		for _, e := range f.Events {
			text += e.Args["note"] + e.Args["what"]
		}
		if text != "" || len(f.Steps) == 0 || f.EndedOn.IsZero() || f.Promises[0].State(w.date("2027-06-02")) != scheduler.PromiseKept {
			w.Fatalf("%q of %+v", text, f)
		}
		if f, err := w.FileByToken(ctx, kept.Token); err != nil || f.Citizen.Name == "" {
			w.Fatalf("an open file was forgotten: %v", err)
		}
	})
}
