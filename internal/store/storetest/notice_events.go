package storetest

import (
	"testing"
	"time"

	"mawid/scheduler"
)

var eventCases = []testCase{
	{"what is revoked says when and why, and has its receipt", eventRevoked},
	{"what was no attempt counts as none, and has one receipt for each reason", eventUntried},
	{"what is of no more use expires, with its receipt", eventExpire},
	{"a provider that does not answer is noted, and forgotten", eventProviderDown},
	{"a settlement marks an address and says it by the other channel, once", eventInstead},
	{"delivered, then bounced, each once", eventReport},
	{"a report on what was not handed over changes nothing", eventEarly},
	{"an operator sends once more, or retries", eventResend},
	{"found by the provider's id", eventProvider},
	{"no reminders wanted", eventStopped},
	{"searched by reference, address and name, within offices", eventSearch},
	{"what is stuck", eventStuck},
}

func eventRevoked(t *testing.T, s *suite) {
	a := s.say(t, 1, 1)
	s.commit(t, scheduler.Change{At: now0.Add(time.Hour), RevokeNotices: []string{a.ID}})
	es, err := s.db.NoticesOf(s.ctx, a.ID)
	must(t, err)
	if len(es) != 1 || es[0].State != scheduler.NoticeRevoked || es[0].Code != "superseded" || es[0].SettledAt != now0.Add(time.Hour) || es[0].Attempts != 0 {
		t.Fatalf("%+v", es)
	}
	one := scheduler.Receipt{At: now0.Add(time.Hour), State: scheduler.NoticeRevoked, Code: "superseded"}
	same(t, []scheduler.Receipt{one}, receipts(t, s, es[0].ID))
	s.commit(t, scheduler.Change{At: now0.Add(time.Hour), RevokeNotices: []string{a.ID}})
	same(t, []scheduler.Receipt{one}, receipts(t, s, es[0].ID))
	// Many at once are written one by one on both databases.
	b := s.say(t, 2, 40)
	many := scheduler.Change{At: now0.Add(time.Hour)}
	for i := range 40 {
		many.RevokeNotices = append(many.RevokeNotices, b.ID+"x"+string(rune('a'+i)))
	}
	many.RevokeNotices = append(many.RevokeNotices, b.ID)
	for i := range 20 {
		c := newAppointment(10 + i)
		many.NewAppointments = append(many.NewAppointments, c)
	}
	first := s.claim(t, now0, 1)[0]
	must(t, s.db.SettleNotice(s.ctx, first, scheduler.Receipt{At: now0, State: scheduler.NoticeDue, RetryAt: now0.Add(time.Hour), Code: "smtp_450"}))
	s.commit(t, many)
	es, err = s.db.NoticesOf(s.ctx, b.ID)
	must(t, err)
	for _, e := range es {
		rs := receipts(t, s, e.ID)
		if last := len(rs) - 1; last < 0 || rs[last].Code != "superseded" || e.ID == first.ID && (last != 1 || e.Attempts != 1) {
			t.Errorf("%s is %s after %d attempts with %+v", e.ID, e.State, e.Attempts, rs)
		}
	}
}

func receipts(t *testing.T, s *suite, noticeID string) []scheduler.Receipt {
	t.Helper()
	rs, err := s.db.Receipts(s.ctx, noticeID)
	must(t, err)
	return rs
}

func eventUntried(t *testing.T, s *suite) {
	a := s.say(t, 1, 1)
	for i, code := range []string{"mail_down", "mail_down", "quiet_hours"} {
		at := now0.Add(time.Duration(i) * time.Hour)
		n := s.claim(t, at, 1)[0]
		if n.Untried != i || n.Tries() != 1 {
			t.Fatalf("claim %d: %+v", i, n)
		}
		must(t, s.db.SettleNotice(s.ctx, n, scheduler.Receipt{
			At: at, State: scheduler.NoticeDue, RetryAt: at.Add(time.Hour), Code: code, Untried: true,
		}))
	}
	n := s.claim(t, now0.Add(3*time.Hour), 1)[0]
	must(t, s.db.SettleNotice(s.ctx, n, scheduler.Receipt{At: now0.Add(3 * time.Hour), State: scheduler.NoticeSent, Code: "smtp_250"}))
	es, err := s.db.NoticesOf(s.ctx, a.ID)
	must(t, err)
	var codes []string
	for _, r := range receipts(t, s, n.ID) {
		codes = append(codes, r.Code)
	}
	same(t, []string{"mail_down", "quiet_hours", "smtp_250"}, codes)
	if es[0].Attempts != 1 {
		t.Errorf("%d attempts, want the one", es[0].Attempts)
	}
}

func eventExpire(t *testing.T, s *suite) {
	a := s.say(t, 1, 3)
	until := a.StartsAt.Add(-2 * time.Hour)
	held := s.claim(t, now0, 1)[0]
	expire := func(now time.Time, want int) {
		t.Helper()
		if n, err := s.db.ExpireNotices(s.ctx, scheduler.ChannelEmail, now, "too_late", 10); err != nil || n != want {
			t.Fatalf("%d expired at %s (%v), want %d", n, now, err, want)
		}
	}
	expire(until.Add(-time.Second), 0)
	if n, err := s.db.ExpireNotices(s.ctx, scheduler.ChannelSMS, until, "too_late", 10); err != nil || n != 0 {
		t.Fatalf("%d of another channel (%v)", n, err)
	}
	if n, err := s.db.ExpireNotices(s.ctx, scheduler.ChannelEmail, until, "too_late", 1); err != nil || n != 1 {
		t.Fatalf("%d expired, want one at most (%v)", n, err)
	}
	expire(until, 1)
	expire(until, 0)
	same(t, []scheduler.NoticeState{scheduler.NoticeSending, scheduler.NoticeExpired, scheduler.NoticeExpired}, states(t, s, a.ID))
	stuck, err := s.db.Notices(s.ctx, scheduler.NoticeQuery{Stuck: true, Limit: 10})
	must(t, err)
	if len(stuck) != 2 {
		t.Fatalf("the desk sees %d, want 2", len(stuck))
	}
	for _, e := range stuck {
		same(t, []scheduler.Receipt{{At: until, State: scheduler.NoticeExpired, Code: "too_late"}}, receipts(t, s, e.ID))
		if e.Attempts != 0 {
			t.Errorf("%d attempts", e.Attempts)
		}
		wantError(t, s.db.ResendNotice(s.ctx, e.ID, until, "staff:1"), scheduler.ErrConflict)
	}
	must(t, s.db.SettleNotice(s.ctx, held, scheduler.Receipt{At: until, State: scheduler.NoticeSent}))
}

func eventProviderDown(t *testing.T, s *suite) {
	s.say(t, 1, 3) // due a minute apart
	n := s.claim(t, now0, 1)[0]
	must(t, s.db.SettleNotice(s.ctx, n, scheduler.Receipt{At: now0, State: scheduler.NoticeDue, RetryAt: now0.Add(10 * time.Minute), Code: "mail_down", Untried: true}))
	p := scheduler.ProviderState{
		Name: "mail", Channel: scheduler.ChannelEmail, Code: "smtp_unreachable", DownSince: now0, TriedAt: now0.Add(time.Minute), NextTry: now0.Add(2 * time.Minute),
	}
	must(t, s.db.NoteProvider(s.ctx, p))
	p.DownSince, p.TriedAt, p.Code = now0.Add(time.Hour), now0.Add(2*time.Minute), "smtp_421" // another node finds it later
	must(t, s.db.NoteProvider(s.ctx, p))
	down, err := s.db.ProvidersDown(s.ctx, now0, now0.Add(time.Minute))
	must(t, err)
	p.DownSince = now0
	same(t, []scheduler.ProviderWait{{ProviderState: p, Waiting: 2}}, down)
	if old, err := s.db.ProvidersDown(s.ctx, now0.Add(time.Hour), now0.Add(time.Hour)); err != nil || len(old) != 0 {
		t.Errorf("nobody tried it lately: %+v, %v", old, err)
	}
	must(t, s.db.NoteProvider(s.ctx, scheduler.ProviderState{Name: "mail"}))
	must(t, s.db.NoteProvider(s.ctx, scheduler.ProviderState{Name: "never noted"}))
	if down, err := s.db.ProvidersDown(s.ctx, now0, now0); err != nil || len(down) != 0 {
		t.Errorf("%+v, %v", down, err)
	}
}

func obstacles(t *testing.T, s *suite, subject, address string) scheduler.Obstacles {
	t.Helper()
	o, err := s.db.NoticeObstacles(s.ctx, subject, address)
	must(t, err)
	return o
}

func eventInstead(t *testing.T, s *suite) {
	a := s.say(t, 1, 2)
	for _, n := range s.claim(t, now0.Add(time.Hour), 2) {
		n.Kind = "kind 0" // both say the same
		r := scheduler.Receipt{
			At: now0, State: scheduler.NoticeDead, Code: "smtp_550", BadAddress: "P1@Example.org",
			Instead: ref(n.Fallback(now0.Add(time.Minute))),
		}
		must(t, s.db.SettleNotice(s.ctx, n, r))
	}
	same(t, scheduler.Obstacles{BadAddress: "smtp_550"}, obstacles(t, s, a.ID, "p1@example.org"))
	same(t, scheduler.Obstacles{}, obstacles(t, s, a.ID, "p2@example.org"))
	sms, err := s.db.ClaimNotices(s.ctx, scheduler.ChannelSMS, now0.Add(time.Minute), now0.Add(time.Hour), 10)
	must(t, err)
	if len(sms) != 1 || sms[0].About.ID != a.ID || sms[0].UsefulUntil != a.StartsAt.Add(-2*time.Hour) {
		t.Fatalf("by short message: %+v, want it once", sms)
	}
	must(t, s.db.ForgiveAddress(s.ctx, "p1@example.org"))
	same(t, scheduler.Obstacles{}, obstacles(t, s, a.ID, "p1@example.org"))
}

// handOver stores one notice and settles it as sent.
func handOver(t *testing.T, s *suite) scheduler.ClaimedNotice {
	t.Helper()
	s.say(t, 1, 1)
	n := s.claim(t, now0, 1)[0]
	must(t, s.db.SettleNotice(s.ctx, n, scheduler.Receipt{At: now0, State: scheduler.NoticeSent, Code: "smtp_250", ProviderID: "Q1"}))
	return n
}

func eventReport(t *testing.T, s *suite) {
	n := handOver(t, s)
	later := func(m int) time.Time { return now0.Add(time.Duration(m) * time.Minute) }
	must(t, s.db.ReportNotice(s.ctx, n.ID, scheduler.Report{At: later(1), State: scheduler.NoticeSent, Code: "dsn_4.4.1"}))
	must(t, s.db.ReportNotice(s.ctx, n.ID, scheduler.Report{At: later(2), State: scheduler.NoticeDelivered, Code: "dsn_2.0.0"}))
	bounced := scheduler.Report{
		At: later(3), State: scheduler.NoticeBounced, Code: "dsn_5.1.1", BadAddress: "p1@example.org", Instead: ref(n.Fallback(later(3))),
	}
	must(t, s.db.ReportNotice(s.ctx, n.ID, bounced))
	before := dump(t, s.url)
	bounced.At = later(4)
	wantError(t, s.db.ReportNotice(s.ctx, n.ID, bounced), scheduler.ErrConflict)
	wantError(t, s.db.ReportNotice(s.ctx, n.ID, scheduler.Report{At: later(5), State: scheduler.NoticeDelivered}), scheduler.ErrConflict)
	wantError(t, s.db.ReportNotice(s.ctx, "unknown", bounced), scheduler.ErrNotFound)
	wantError(t, s.db.ReportNotice(s.ctx, n.ID, scheduler.Report{At: later(5), State: scheduler.NoticeDue}), nil)
	unchanged(t, before, dump(t, s.url))
	es, err := s.db.NoticeEvents(s.ctx, n.ID)
	must(t, err)
	same(t, []scheduler.NoticeEvent{
		{At: later(1), What: "sent", Code: "dsn_4.4.1"},
		{At: later(2), What: "delivered", Code: "dsn_2.0.0"},
		{At: later(3), What: "bounced", Code: "dsn_5.1.1"},
	}, es)
	same(t, []scheduler.NoticeState{scheduler.NoticeBounced, scheduler.NoticeDue}, states(t, s, n.About.ID))
	if o := obstacles(t, s, "", "p1@example.org"); o.BadAddress != "dsn_5.1.1" {
		t.Errorf("%+v", o)
	}
}

func eventEarly(t *testing.T, s *suite) {
	a := s.say(t, 1, 1)
	n, err := s.db.NoticesOf(s.ctx, a.ID)
	must(t, err)
	before := dump(t, s.url)
	wantError(t, s.db.ReportNotice(s.ctx, n[0].ID, scheduler.Report{At: now0, State: scheduler.NoticeBounced, BadAddress: "x@example.org"}), scheduler.ErrConflict)
	wantError(t, s.db.ResendNotice(s.ctx, n[0].ID, now0, "staff:1"), scheduler.ErrConflict)
	unchanged(t, before, dump(t, s.url))
}

func eventResend(t *testing.T, s *suite) {
	n := handOver(t, s)
	must(t, s.db.ResendNotice(s.ctx, n.ID, now0.Add(time.Hour), "staff:1"))
	again := s.claim(t, now0.Add(time.Hour), 1)
	if len(again) != 1 || again[0].ID != n.ID || again[0].Resent != 1 || again[0].Attempt != 2 {
		t.Fatalf("sent once more: %+v", again)
	}
	wantError(t, s.db.ResendNotice(s.ctx, n.ID, now0, "staff:1"), scheduler.ErrConflict) // under way
	must(t, s.db.SettleNotice(s.ctx, again[0], scheduler.Receipt{At: now0, State: scheduler.NoticeDead, Code: "smtp_550"}))
	must(t, s.db.ResendNotice(s.ctx, n.ID, now0.Add(2*time.Hour), "staff:2"))
	retried := s.claim(t, now0.Add(2*time.Hour), 1)
	if len(retried) != 1 || retried[0].Resent != 1 {
		t.Fatalf("retried: %+v, want its name kept", retried)
	}
	es, err := s.db.NoticeEvents(s.ctx, n.ID)
	must(t, err)
	same(t, []scheduler.NoticeEvent{
		{At: now0.Add(time.Hour), What: "resent", Actor: "staff:1"}, {At: now0.Add(2 * time.Hour), What: "retried", Actor: "staff:2"},
	}, es)
	wantError(t, s.db.ResendNotice(s.ctx, "unknown", now0, "staff:1"), scheduler.ErrNotFound)
}

func eventProvider(t *testing.T, s *suite) {
	n := handOver(t, s)
	id, err := s.db.NoticeByProvider(s.ctx, scheduler.ChannelEmail, "Q1")
	if err != nil || id != n.ID {
		t.Fatalf("%q, %v", id, err)
	}
	for _, unknown := range []string{"", "Q2"} {
		_, err = s.db.NoticeByProvider(s.ctx, scheduler.ChannelEmail, unknown)
		wantError(t, err, scheduler.ErrNotFound)
	}
	_, err = s.db.NoticeByProvider(s.ctx, scheduler.ChannelSMS, "Q1")
	wantError(t, err, scheduler.ErrNotFound)
}

func eventStopped(t *testing.T, s *suite) {
	a := s.say(t, 1, 1)
	must(t, s.db.StopReminders(s.ctx, a.ID, now0))
	must(t, s.db.StopReminders(s.ctx, a.ID, now0.Add(time.Hour)))
	same(t, scheduler.Obstacles{Stopped: true}, obstacles(t, s, a.ID, "p1@example.org"))
	same(t, scheduler.Obstacles{}, obstacles(t, s, "other", "p1@example.org"))
}

func eventSearch(t *testing.T, s *suite) {
	a := newAppointment(1)
	a.Citizen.Name, a.Reference = "Amina 100% El_Fassi", "K7M2-QX4D"
	b := newAppointment(2)
	c := scheduler.Change{NewAppointments: []scheduler.Appointment{a, b}}
	c.Notices = append(c.Notices, newNotice(&a, scheduler.NoticeMoved, now0), newNotice(&b, scheduler.NoticeMoved, now0.Add(time.Hour)))
	ticket := newNotice(&a, scheduler.NoticeComeNow, now0)
	ticket.ID, ticket.About = "ntc_t", scheduler.Subject{Kind: scheduler.SubjectTicket, ID: "tkt_1", Label: "A 017"}
	c.Notices = append(c.Notices, ticket)
	s.commit(t, c)
	for find, want := range map[string][]string{
		"K7M2-QX4D": {a.ID}, "P1@example.org": {a.ID}, "+212612345678": {b.ID, a.ID}, "amina": {a.ID}, "100%": {a.ID}, "El_F": {a.ID},
		"%": {a.ID}, "الزهراء": {b.ID}, "A 017": {"tkt_1"}, "nobody": nil, "": nil, "'": nil,
	} {
		for _, offices := range [][]string{nil, {officeID, "other"}} {
			es, err := s.db.FindNotices(s.ctx, scheduler.NoticeQuery{Find: find, Offices: offices, Limit: 10})
			must(t, err)
			var got []string
			for _, e := range es {
				got = append(got, e.About.ID)
			}
			same(t, want, got)
		}
		for _, offices := range [][]string{{}, {"other"}} {
			if es, err := s.db.FindNotices(s.ctx, scheduler.NoticeQuery{Find: find, Offices: offices, Limit: 10}); len(es) != 0 || err != nil {
				t.Errorf("%q at another office: %d, %v", find, len(es), err)
			}
		}
	}
}

func eventStuck(t *testing.T, s *suite) {
	everyState(t, s)
	es, err := s.db.Notices(s.ctx, scheduler.NoticeQuery{Stuck: true, Limit: 10})
	must(t, err)
	for _, e := range es {
		if e.State != scheduler.NoticeDead && e.State != scheduler.NoticeUnknown {
			t.Errorf("%s is not stuck", e.State)
		}
	}
	if len(es) != 2 {
		t.Errorf("%d are stuck, want 2", len(es))
	}
}
