package storetest

import (
	"slices"
	"testing"
	"time"

	"mawid/scheduler"
)

var logCases = []testCase{
	{"pages run through all, newest first", logPages},
	{"one state only", logState},
	{"shows what was kept, without the raw mail", logMessage},
	{"a message that was not kept is not found", logNoMessage},
	{"an appointment that is gone leaves its notices", logOrphan},
	{"counts", logCounts},
}

// everyState leaves one notice in each state, and more that are due.
func everyState(t *testing.T, s *suite) []scheduler.NoticeState {
	t.Helper()
	s.say(t, 1, 9)
	settled := []scheduler.NoticeState{
		scheduler.NoticeSent, scheduler.NoticeKept, scheduler.NoticeRevoked, scheduler.NoticeDead, scheduler.NoticeUnknown,
	}
	ns := s.claim(t, now0.Add(5*time.Minute), 10)
	for i, state := range settled {
		r := scheduler.Receipt{At: now0.Add(time.Hour), State: state, Code: "code of " + string(state)}
		if state == scheduler.NoticeKept {
			r.Message = &scheduler.Message{To: "a@example.org", Subject: "s", Text: "t", Raw: []byte("raw")}
		}
		must(t, s.db.SettleNotice(s.ctx, ns[i], r))
	}
	return append(settled, scheduler.NoticeSending, scheduler.NoticeDue, scheduler.NoticeDue, scheduler.NoticeDue)
}

func logPages(t *testing.T, s *suite) {
	everyState(t, s)
	// Several are due at one instant: the page must neither repeat nor skip.
	for n := 2; n < 8; n++ {
		s.say(t, n, 1)
	}
	var all []scheduler.NoticeEntry
	var due time.Time
	var id string
	for {
		page, err := s.db.NoticeLog(s.ctx, "", due, id, 4)
		must(t, err)
		if len(page) == 0 {
			break
		}
		all = append(all, page...)
		due, id = page[len(page)-1].DueAt, page[len(page)-1].ID
	}
	newestFirst := func(a, b scheduler.NoticeEntry) int {
		if c := b.DueAt.Compare(a.DueAt); c != 0 {
			return c
		}
		return slices.Compare([]byte(b.ID), []byte(a.ID))
	}
	if len(all) != 15 || !slices.IsSortedFunc(all, newestFirst) {
		t.Fatalf("%d entries, sorted: %v", len(all), slices.IsSortedFunc(all, newestFirst))
	}
	ids := map[string]bool{}
	for _, e := range all {
		ids[e.ID] = true
	}
	if len(ids) != 15 {
		t.Fatalf("%d different entries of 15", len(ids))
	}
}

func logState(t *testing.T, s *suite) {
	want := map[scheduler.NoticeState]int{}
	for _, state := range everyState(t, s) {
		want[state]++
	}
	for state, n := range want {
		es, err := s.db.NoticeLog(s.ctx, string(state), time.Time{}, "", 10)
		must(t, err)
		if len(es) != n {
			t.Errorf("%d are %s, want %d", len(es), state, n)
		}
		for _, e := range es {
			if e.State != state || e.Reference != newAppointment(1).Reference {
				t.Errorf("asked for %s, got %+v", state, e)
			}
		}
	}
	for _, state := range []string{"nonsense", "' OR 1=1 --", "a\x00b"} {
		if es, err := s.db.NoticeLog(s.ctx, state, time.Time{}, "", 10); len(es) != 0 || err != nil {
			t.Errorf("state %q: %d entries, %v", state, len(es), err)
		}
	}
	for _, limit := range []int{0, -1} {
		if es, err := s.db.NoticeLog(s.ctx, "", time.Time{}, "", limit); len(es) != 0 || err != nil {
			t.Errorf("limit %d: %d entries, %v", limit, len(es), err)
		}
	}
}

func logMessage(t *testing.T, s *suite) {
	everyState(t, s)
	es, err := s.db.NoticeLog(s.ctx, "kept", time.Time{}, "", 10)
	must(t, err)
	same(t, &scheduler.Message{To: "a@example.org", Subject: "s", Text: "t"}, es[0].Message)
	if es[0].Code != "code of kept" || es[0].SettledAt != now0.Add(time.Hour) || es[0].Attempts != 1 {
		t.Fatalf("%+v", es[0])
	}
	dead, err := s.db.NoticeLog(s.ctx, "dead", time.Time{}, "", 10)
	must(t, err)
	if dead[0].Message != nil {
		t.Fatalf("a message that was not kept: %+v", dead[0].Message)
	}
}

func logNoMessage(t *testing.T, s *suite) {
	everyState(t, s)
	for _, id := range []string{"", "unknown", "a\x00b", newNotice(ref(newAppointment(1)), "kind 0", now0).ID} {
		_, err := s.db.NoticeMessage(s.ctx, id)
		wantError(t, err, scheduler.ErrNotFound)
	}
}

func ref[T any](v T) *T { return &v }

func logOrphan(t *testing.T, s *suite) {
	a := newAppointment(77)
	s.commit(t, scheduler.Change{Notices: []scheduler.Notice{newNotice(&a, scheduler.NoticeMoved, now0)}})
	es, err := s.db.NoticeLog(s.ctx, "", time.Time{}, "", 10)
	if err != nil || len(es) != 1 || es[0].Reference != "" || es[0].About.ID != a.ID {
		t.Fatalf("%+v, %v", es, err)
	}
}

func logCounts(t *testing.T, s *suite) {
	everyState(t, s)
	used := newHold(3, now0)
	used.State = scheduler.HoldUsed
	s.commit(t, scheduler.Change{NewHolds: []scheduler.Hold{newHold(1, now0), newHold(2, now0.Add(time.Hour)), used}})
	for at, due := range map[time.Time]int{now0.Add(-time.Hour): 0, now0.Add(5 * time.Minute): 1, now0.Add(7 * time.Minute): 3, now0.Add(time.Hour): 4} {
		n, err := s.db.Counts(s.ctx, at)
		must(t, err)
		if n.DueNotices != due || n.DeadNotices != 1 || n.LiveHolds != 2 {
			t.Errorf("at %v: %+v, want %d due", at, n, due)
		}
	}
	server, err := s.db.ServerTime(s.ctx)
	if err != nil || server.Year() < 2026 || server.Year() > 2200 {
		t.Errorf("the database's clock shows %v, %v", server, err)
	}
}
