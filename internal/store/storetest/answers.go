package storetest

import (
	"sync/atomic"
	"testing"
	"time"

	"mawid/scheduler"
)

var answerCases = []testCase{
	{"the first goes on, the others wait or repeat", answerLife},
	{"one of many at once goes on", answerRace},
	{"a running one that ran out is taken over", answerTakeOver},
	{"a dropped one runs anew", answerDrop},
	{"old ones are forgotten", answerForget},
}

// ask claims the key "k" at an instant, for an hour.
func ask(t testing.TB, s *suite, at time.Time, fingerprint string) scheduler.Answer {
	t.Helper()
	a, err := s.db.ClaimAnswer(s.ctx, "k", []byte(fingerprint), at, at.Add(time.Hour))
	must(t, err)
	return a
}

func answerLife(t *testing.T, s *suite) {
	same(t, scheduler.Answer{State: scheduler.AnswerNew, Fingerprint: []byte("f1")}, ask(t, s, now0, "f1"))
	running := scheduler.Answer{State: scheduler.AnswerRunning, Fingerprint: []byte("f1")}
	same(t, running, ask(t, s, now0, "f1"))
	same(t, running, ask(t, s, now0, "another body"))
	sealed := []byte("\x00sealed\xff")
	must(t, s.db.FinishAnswer(s.ctx, "k", sealed))
	done := scheduler.Answer{State: scheduler.AnswerDone, Fingerprint: []byte("f1"), Sealed: sealed}
	same(t, done, ask(t, s, now0, "f1"))
	same(t, done, ask(t, s, now0.Add(48*time.Hour), "f2"))
	wantError(t, s.db.FinishAnswer(s.ctx, "k", []byte("again")), scheduler.ErrConflict)
	wantError(t, s.db.FinishAnswer(s.ctx, "unknown", sealed), scheduler.ErrConflict)
	must(t, s.db.DropAnswer(s.ctx, "k"))
	same(t, done, ask(t, s, now0, "f1"))
}

func answerRace(t *testing.T, s *suite) {
	var first atomic.Int32
	r := tally(30, func(int) error {
		a, err := s.db.ClaimAnswer(s.ctx, "k", []byte("f"), now0, now0.Add(time.Hour))
		if a.State == scheduler.AnswerNew {
			first.Add(1)
		}
		return err
	})
	r.want(t, map[error]int{nil: 30})
	if first.Load() != 1 {
		t.Fatalf("%d callers go on", first.Load())
	}
}

func answerTakeOver(t *testing.T, s *suite) {
	ask(t, s, now0, "f1")
	if a := ask(t, s, now0.Add(time.Hour-time.Microsecond), "f2"); a.State != scheduler.AnswerRunning {
		t.Fatalf("taken over while it runs: %+v", a)
	}
	if a := ask(t, s, now0.Add(time.Hour), "f2"); a.State != scheduler.AnswerNew {
		t.Fatalf("%+v", a)
	}
	same(t, scheduler.Answer{State: scheduler.AnswerRunning, Fingerprint: []byte("f2")}, ask(t, s, now0.Add(90*time.Minute), "f1"))
}

func answerDrop(t *testing.T, s *suite) {
	ask(t, s, now0, "f1")
	must(t, s.db.DropAnswer(s.ctx, "k"))
	must(t, s.db.DropAnswer(s.ctx, "unknown"))
	if a := ask(t, s, now0, "f2"); a.State != scheduler.AnswerNew {
		t.Fatalf("%+v", a)
	}
}

func answerForget(t *testing.T, s *suite) {
	ask(t, s, now0, "f1")
	must(t, s.db.FinishAnswer(s.ctx, "k", nil))
	_, err := s.db.ClaimAnswer(s.ctx, "later", nil, now0, now0.Add(2*time.Hour))
	must(t, err)
	if n, err := s.db.ForgetAnswers(s.ctx, now0.Add(time.Hour)); n != 0 || err != nil {
		t.Fatalf("%d forgotten too early, %v", n, err)
	}
	if n, err := s.db.ForgetAnswers(s.ctx, now0.Add(time.Hour+time.Microsecond)); n != 1 || err != nil {
		t.Fatalf("%d forgotten, %v", n, err)
	}
	if a := ask(t, s, now0, "f1"); a.State != scheduler.AnswerNew {
		t.Fatalf("%+v", a)
	}
}
