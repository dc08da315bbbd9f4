package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"mawid/scheduler"
)

var noticeCases = []testCase{
	{"a thing is said once", noticeOnce},
	{"an id is never used twice", noticeID},
	{"revoking stops what is due and nothing else", noticeRevoke},
	{"a change revokes the old and says the new", noticeRevokeAndSay},
	{"claimed when due, the longest due first", noticeOrder},
	{"what cannot wait is claimed first", noticeRank},
	{"about a ticket as about an appointment", noticeTicket},
	{"a lease that ends is claimed again", noticeLease},
	{"an overtaken attempt is refused", noticeFence},
	{"a settlement is kept whole", noticeSettle},
	{"a retry is due again at its time", noticeRetry},
	{"a settlement needs a state", noticeNoState},
	{"no two workers get one notice", noticeWorkers},
}

// claim claims up to limit notices for a minute.
func (s *suite) claim(t testing.TB, now time.Time, limit int) []scheduler.ClaimedNotice {
	t.Helper()
	ns, err := s.db.ClaimNotices(s.ctx, scheduler.ChannelEmail, now, now.Add(time.Minute), limit)
	must(t, err)
	return ns
}

// say stores an appointment and so many notices of it, due a minute apart.
func (s *suite) say(t testing.TB, n, notices int) scheduler.Appointment {
	t.Helper()
	a := newAppointment(n)
	c := scheduler.Change{NewAppointments: []scheduler.Appointment{a}}
	for i := range notices {
		due := now0.Add(time.Duration(i) * time.Minute)
		c.Notices = append(c.Notices, newNotice(&a, scheduler.NoticeKind(fmt.Sprintf("kind %d", i)), due))
	}
	must(t, s.db.Commit(s.ctx, c))
	return a
}

func states(t testing.TB, s *suite, appointmentID string) []scheduler.NoticeState {
	t.Helper()
	es, err := s.db.NoticesOf(s.ctx, appointmentID)
	must(t, err)
	out := make([]scheduler.NoticeState, len(es))
	for i, e := range es {
		out[i] = e.State
	}
	return out
}

func noticeOnce(t *testing.T, s *suite) {
	a := s.say(t, 1, 1)
	again := newNotice(&a, "kind 0", now0.Add(time.Hour))
	again.ID = "another id"
	other := newNotice(&a, "kind 1", now0)
	twin := other
	twin.ID = "a twin in one change"
	s.commit(t, scheduler.Change{Notices: []scheduler.Notice{again, other, twin}})
	es, err := s.db.NoticesOf(s.ctx, a.ID)
	must(t, err)
	if len(es) != 2 || es[0].DueAt != now0 || es[1].DueAt != now0 {
		t.Fatalf("%+v", es)
	}
	for _, n := range s.claim(t, now0.Add(24*time.Hour), 10) {
		must(t, s.db.SettleNotice(s.ctx, n, scheduler.Receipt{At: now0, State: scheduler.NoticeSent}))
	}
	s.commit(t, scheduler.Change{Notices: []scheduler.Notice{again}})
	if due := s.claim(t, now0.Add(24*time.Hour), 10); len(due) != 0 {
		t.Fatalf("said again after it was sent: %+v", due)
	}
	sms := again
	sms.Channel, sms.ID = scheduler.ChannelSMS, "sms"
	later := again
	later.Revision, later.ID = 2, "later"
	s.commit(t, scheduler.Change{Notices: []scheduler.Notice{sms, later}})
	ticket := again
	ticket.About.Kind, ticket.ID = scheduler.SubjectTicket, "ticket"
	s.commit(t, scheduler.Change{Notices: []scheduler.Notice{ticket}})
	if due := s.claim(t, now0.Add(24*time.Hour), 10); len(due) != 2 {
		t.Fatalf("another revision and another kind of subject: %d due, want 2", len(due))
	}
	due, err := s.db.ClaimNotices(s.ctx, scheduler.ChannelSMS, now0.Add(24*time.Hour), now0.Add(25*time.Hour), 10)
	if err != nil || len(due) != 1 || due[0].ID != "sms" {
		t.Fatalf("another channel: %+v, %v", due, err)
	}
}

func noticeID(t *testing.T, s *suite) {
	a := s.say(t, 1, 1)
	n := newNotice(&a, "kind 0", now0)
	n.Kind = "another kind"
	s.refuse(t, nil, scheduler.Change{Notices: []scheduler.Notice{n}})
}

func noticeRevoke(t *testing.T, s *suite) {
	a, other := s.say(t, 1, 4), s.say(t, 2, 1)
	ns := s.claim(t, now0.Add(time.Minute), 3) // two of a, one of other
	settled := ns[slices.IndexFunc(ns, func(n scheduler.ClaimedNotice) bool { return n.About.ID == a.ID && n.Kind == "kind 1" })]
	must(t, s.db.SettleNotice(s.ctx, settled, scheduler.Receipt{At: now0, State: scheduler.NoticeSent}))
	s.commit(t, scheduler.Change{RevokeNotices: []string{a.ID}})
	want := []scheduler.NoticeState{scheduler.NoticeSending, scheduler.NoticeSent, scheduler.NoticeRevoked, scheduler.NoticeRevoked}
	same(t, want, states(t, s, a.ID))
	same(t, []scheduler.NoticeState{scheduler.NoticeSending}, states(t, s, other.ID))
	if due := s.claim(t, now0.Add(24*time.Hour), 10); len(due) != 2 {
		t.Fatalf("%d claimed, want the two whose lease ended", len(due))
	}
}

func noticeRevokeAndSay(t *testing.T, s *suite) {
	a := s.say(t, 1, 2)
	a.Revision, a.Sequence = 2, 4
	// The last one has the key of one that is due: it was said before.
	old := newAppointment(1)
	repeated := newNotice(&old, "kind 1", now0)
	repeated.ID = "repeated"
	s.commit(t, scheduler.Change{
		Updates: []scheduler.Appointment{a}, RevokeNotices: []string{a.ID},
		Notices: []scheduler.Notice{newNotice(&a, scheduler.NoticeMoved, now0.Add(time.Hour)), repeated},
	})
	same(t, []scheduler.NoticeState{scheduler.NoticeRevoked, scheduler.NoticeRevoked, scheduler.NoticeDue}, states(t, s, a.ID))
	due := s.claim(t, now0.Add(24*time.Hour), 10)
	if len(due) != 1 || due[0].Kind != scheduler.NoticeMoved || due[0].Sequence != 4 || due[0].Revision != 2 {
		t.Fatalf("%+v", due)
	}
}

func noticeOrder(t *testing.T, s *suite) {
	a := s.say(t, 1, 6)
	if early := s.claim(t, now0.Add(-time.Microsecond), 10); len(early) != 0 {
		t.Fatalf("claimed before it is due: %+v", early)
	}
	if none := s.claim(t, now0.Add(time.Hour), 0); len(none) != 0 {
		t.Fatalf("claimed %d of none", len(none))
	}
	first := s.claim(t, now0.Add(3*time.Minute), 3)
	rest := s.claim(t, now0.Add(3*time.Minute), 3)
	if len(first) != 3 || len(rest) != 1 {
		t.Fatalf("claimed %d, then %d; want 3, then 1", len(first), len(rest))
	}
	for i, n := range append(first, rest...) {
		want := newNotice(&a, scheduler.NoticeKind(fmt.Sprintf("kind %d", i)), now0.Add(time.Duration(i)*time.Minute))
		same(t, scheduler.ClaimedNotice{Notice: want, Attempt: 1}, n)
	}
}

func noticeRank(t *testing.T, s *suite) {
	a := newAppointment(1)
	late := now0.Add(time.Hour)
	kinds := []scheduler.NoticeKind{scheduler.NoticeReminderEve, scheduler.NoticeMoved, scheduler.NoticeComeNow}
	c := scheduler.Change{}
	for i, kind := range kinds { // what can wait longest is due longest
		c.Notices = append(c.Notices, newNotice(&a, kind, now0.Add(time.Duration(i)*time.Minute)))
	}
	s.commit(t, c)
	if early := s.claim(t, now0, 3); len(early) != 1 || early[0].Kind != scheduler.NoticeReminderEve {
		t.Fatalf("only the reminder is due: %+v", early)
	}
	var got []scheduler.NoticeKind
	for range kinds {
		for _, n := range s.claim(t, late, 1) {
			got = append(got, n.Kind)
		}
	}
	same(t, []scheduler.NoticeKind{scheduler.NoticeComeNow, scheduler.NoticeMoved, scheduler.NoticeReminderEve}, got)
}

func noticeTicket(t *testing.T, s *suite) {
	n := scheduler.Notice{
		ID: "ntc_t", About: scheduler.Subject{Kind: scheduler.SubjectTicket, ID: "tkt_1", Label: "A 017"}, OfficeID: officeID,
		Revision: 1, Kind: scheduler.NoticeComeNow, Channel: scheduler.ChannelEmail, DueAt: now0, UsefulUntil: now0.Add(time.Hour),
	}
	s.commit(t, scheduler.Change{Notices: []scheduler.Notice{n}})
	es, err := s.db.NoticesOf(s.ctx, "tkt_1")
	must(t, err)
	same(t, []scheduler.NoticeEntry{{Notice: n, State: scheduler.NoticeDue, Reference: "A 017"}}, es)
	same(t, scheduler.ClaimedNotice{Notice: n, Attempt: 1}, s.claim(t, now0, 1)[0])
	other := n
	other.ID, other.Revision = "ntc_2", 2
	s.commit(t, scheduler.Change{Notices: []scheduler.Notice{other}})
	s.commit(t, scheduler.Change{RevokeNotices: []string{"tkt_1"}})
	same(t, []scheduler.NoticeState{scheduler.NoticeSending, scheduler.NoticeRevoked}, states(t, s, "tkt_1"))
}

func noticeLease(t *testing.T, s *suite) {
	s.say(t, 1, 1)
	if n := s.claim(t, now0, 5); len(n) != 1 || n[0].Attempt != 1 {
		t.Fatalf("%+v", n)
	}
	if n := s.claim(t, now0.Add(time.Minute-time.Microsecond), 5); len(n) != 0 {
		t.Fatalf("claimed under a lease: %+v", n)
	}
	if n := s.claim(t, now0.Add(time.Minute), 5); len(n) != 1 || n[0].Attempt != 2 {
		t.Fatalf("%+v, want attempt 2", n)
	}
}

func noticeFence(t *testing.T, s *suite) {
	a := s.say(t, 1, 1)
	first := s.claim(t, now0, 1)[0]
	second := s.claim(t, now0.Add(time.Minute), 1)[0]
	sent := scheduler.Receipt{At: now0, State: scheduler.NoticeSent, Message: &scheduler.Message{To: "x"}}
	before := dump(t, s.url)
	wantError(t, s.db.SettleNotice(s.ctx, first, sent), scheduler.ErrConflict)
	unchanged(t, before, dump(t, s.url))
	must(t, s.db.SettleNotice(s.ctx, second, sent))
	before = dump(t, s.url)
	wantError(t, s.db.SettleNotice(s.ctx, second, sent), scheduler.ErrConflict)
	unknown := second
	unknown.ID = "unknown"
	wantError(t, s.db.SettleNotice(s.ctx, unknown, sent), scheduler.ErrConflict)
	unchanged(t, before, dump(t, s.url))
	same(t, []scheduler.NoticeState{scheduler.NoticeSent}, states(t, s, a.ID))
}

func noticeSettle(t *testing.T, s *suite) {
	a := s.say(t, 1, 1)
	n := s.claim(t, now0, 1)[0]
	message := scheduler.Message{To: "p1@example.org", Subject: "موعدكم", Text: "سلام\nنص", Raw: []byte("To: \x00\xff\r\n")}
	r := scheduler.Receipt{At: now0.Add(time.Second), State: scheduler.NoticeKept, Code: "kept", ProviderID: "srv-1", Message: &message}
	must(t, s.db.SettleNotice(s.ctx, n, r))
	got, err := s.db.NoticeMessage(s.ctx, n.ID)
	must(t, err)
	same(t, message, got)
	es, err := s.db.NoticesOf(s.ctx, a.ID)
	must(t, err)
	listed := message
	listed.Raw = nil
	same(t, []scheduler.NoticeEntry{{
		Notice: n.Notice, State: scheduler.NoticeKept, Attempts: 1, Reference: a.Reference,
		SettledAt: r.At, Code: "kept", Message: &listed,
	}}, es)
	rs, err := s.db.Receipts(s.ctx, n.ID)
	must(t, err)
	r.Message = nil
	same(t, []scheduler.Receipt{r}, rs)
	if due := s.claim(t, now0.Add(24*time.Hour), 10); len(due) != 0 {
		t.Fatalf("a settled notice is claimed: %+v", due)
	}
}

func noticeRetry(t *testing.T, s *suite) {
	s.say(t, 1, 1)
	n := s.claim(t, now0, 1)[0]
	at := now0.Add(10 * time.Minute)
	must(t, s.db.SettleNotice(s.ctx, n, scheduler.Receipt{At: now0, State: scheduler.NoticeDue, RetryAt: at, Code: "smtp_450"}))
	if early := s.claim(t, at.Add(-time.Microsecond), 1); len(early) != 0 {
		t.Fatalf("claimed before its retry: %+v", early)
	}
	again := s.claim(t, at, 1)
	if len(again) != 1 || again[0].Attempt != 2 || again[0].DueAt != at {
		t.Fatalf("%+v", again)
	}
	must(t, s.db.SettleNotice(s.ctx, again[0], scheduler.Receipt{At: at, State: scheduler.NoticeDead, Code: "smtp_550"}))
	rs, err := s.db.Receipts(s.ctx, n.ID)
	must(t, err)
	if len(rs) != 2 || rs[0].Code != "smtp_450" || rs[0].RetryAt != at || rs[1].State != scheduler.NoticeDead {
		t.Fatalf("%+v", rs)
	}
}

func noticeNoState(t *testing.T, s *suite) {
	s.say(t, 1, 1)
	n := s.claim(t, now0, 1)[0]
	before := dump(t, s.url)
	for _, state := range []scheduler.NoticeState{"", scheduler.NoticeSending} {
		wantError(t, s.db.SettleNotice(s.ctx, n, scheduler.Receipt{At: now0, State: state}), nil)
	}
	unchanged(t, before, dump(t, s.url))
}

func noticeWorkers(t *testing.T, s *suite) {
	const notices, workers = 200, 8
	for i := range 20 {
		s.say(t, i, notices/20)
	}
	got := make([][]scheduler.ClaimedNotice, workers)
	done := tally(workers, func(w int) error {
		db := s.db
		for {
			ns, err := db.ClaimNotices(s.ctx, scheduler.ChannelEmail, now0.Add(time.Hour), now0.Add(2*time.Hour), 7)
			if err != nil || len(ns) == 0 {
				return err
			}
			got[w] = append(got[w], ns...)
			for _, n := range ns {
				if err := db.SettleNotice(s.ctx, n, scheduler.Receipt{At: now0, State: scheduler.NoticeSent}); err != nil {
					return err
				}
			}
		}
	})
	done.want(t, map[error]int{nil: workers})
	seen := map[string]bool{}
	for _, n := range slices.Concat(got...) {
		if seen[n.ID] || n.Attempt != 1 {
			t.Fatalf("notice %s was given twice (attempt %d)", n.ID, n.Attempt)
		}
		seen[n.ID] = true
	}
	// A worker that finds all others' rows locked may stop early, but somebody
	// holds each row, so nothing is left.
	if len(seen) != notices || count(t, s.url, "notices WHERE state = 'sent'") != notices {
		t.Fatalf("%d of %d were sent", len(seen), notices)
	}
}
