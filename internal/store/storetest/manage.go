package storetest

import (
	"testing"
	"time"

	"mawid/scheduler"
)

var manageCases = []testCase{
	{"a code is read as it was written, and guarded by its version", manageCodes},
	{"codes that wait to be sent, the longest first", manageUnsent},
	{"codes are forgotten when neither they nor their bounds count", manageForget},
	{"by reference, and by where notices go", manageFind},
	{"pending appointments whose time is over", manageUnproved},
	{"a hold is extended once, and not ended meanwhile", manageExtend},
	{"a notice to an address that is no more outlives the others", manageRecipient},
	{"who past visits were for is erased", manageErase},
}

func newCode(subject string) scheduler.Code {
	return scheduler.Code{
		Purpose: scheduler.CodeFind, Subject: subject, OfficeID: officeID, Issue: 240_000_000, Tries: 3, Issues: 2,
		Since: now0, Until: now0.Add(time.Minute), BeforeIssue: 239_999_999, Before: now0.Add(time.Second), Unsent: true,
	}
}

func manageCodes(t *testing.T, s *suite) {
	c := newCode("REF")
	none, err := s.db.Code(s.ctx, scheduler.CodeFind, "REF")
	must(t, err)
	same(t, scheduler.Code{Purpose: scheduler.CodeFind, Subject: "REF"}, none)
	s.commit(t, scheduler.Change{Codes: []scheduler.Code{c}})
	s.refuse(t, scheduler.ErrConflict, scheduler.Change{Codes: []scheduler.Code{c}})
	c.Version = 1
	got, err := s.db.Code(s.ctx, scheduler.CodeFind, "REF")
	must(t, err)
	same(t, c, got)
	c.Tries, c.Unsent, c.Until = 4, false, time.Time{}
	s.commit(t, scheduler.Change{Codes: []scheduler.Code{c}})
	s.refuse(t, scheduler.ErrConflict, withCompany(scheduler.Change{Codes: []scheduler.Code{c}}))
	c.Version = 2
	got, err = s.db.Code(s.ctx, scheduler.CodeFind, "REF")
	must(t, err)
	same(t, c, got)
	s.commit(t, scheduler.Change{DropCodes: []string{"REF", "unknown"}})
	if n := count(t, s.url, "codes"); n != 0 {
		t.Errorf("%d codes left", n)
	}
}

func manageUnsent(t *testing.T, s *suite) {
	late, early, sent := newCode("late"), newCode("early"), newCode("sent")
	late.Since, sent.Unsent = now0.Add(time.Minute), false
	s.commit(t, scheduler.Change{Codes: []scheduler.Code{late, sent, early}})
	cs, err := s.db.UnsentCodes(s.ctx, 10)
	must(t, err)
	if len(cs) != 2 || cs[0].Subject != "early" || cs[1].Subject != "late" {
		t.Errorf("%+v", cs)
	}
	cs, err = s.db.UnsentCodes(s.ctx, 1)
	must(t, err)
	if len(cs) != 1 || cs[0].Subject != "early" {
		t.Errorf("%+v", cs)
	}
}

func manageForget(t *testing.T, s *suite) {
	live, bound, over := newCode("live"), newCode("bound"), newCode("over")
	live.Until, bound.Since, over.Until = now0.Add(time.Hour), now0.Add(time.Hour), time.Time{}
	s.commit(t, scheduler.Change{Codes: []scheduler.Code{live, bound, over}})
	n, err := s.db.ForgetCodes(s.ctx, now0.Add(2*time.Minute))
	must(t, err)
	if left := count(t, s.url, "codes WHERE subject IN ('live', 'bound')"); n != 1 || left != 2 {
		t.Errorf("%d forgotten, %d left", n, left)
	}
}

func manageFind(t *testing.T, s *suite) {
	mail, both, phone, over, other := newAppointment(1), newAppointment(2), newAppointment(3), newAppointment(4), newAppointment(5)
	both.Citizen.Email, over.Citizen.Email, phone.Citizen.Email = mail.Citizen.Email, mail.Citizen.Email, ""
	both.StartsAt, over.EndsAt = mail.StartsAt.Add(-time.Hour), now0
	s.commit(t, scheduler.Change{NewAppointments: []scheduler.Appointment{mail, both, phone, over, other}})
	a, err := s.db.AppointmentByReference(s.ctx, "REF-3")
	must(t, err)
	same(t, phone, a)
	_, err = s.db.AppointmentByReference(s.ctx, "REF-9")
	wantError(t, err, scheduler.ErrNotFound)
	for _, c := range []struct {
		email, phone string
		limit        int
		want         []string
	}{
		{mail.Citizen.Email, mail.Citizen.Phone, 9, []string{"apt_2", "apt_1"}},
		{mail.Citizen.Email, "", 1, []string{"apt_2"}},
		{"", mail.Citizen.Phone, 9, []string{"apt_3"}}, // those with a mail address are told there
		{"", "", 9, nil},
		{"' OR ''='", "", 9, nil},
	} {
		as, err := s.db.AppointmentsToldAt(s.ctx, c.email, c.phone, now0.Add(time.Microsecond), c.limit)
		must(t, err)
		var ids []string
		for _, a := range as {
			ids = append(ids, a.ID)
		}
		same(t, c.want, ids)
	}
}

func manageUnproved(t *testing.T, s *suite) {
	var c scheduler.Change
	for i, until := range []time.Time{now0, now0.Add(-time.Hour), now0.Add(time.Microsecond), now0.Add(-time.Hour)} {
		a := newAppointment(i)
		a.Status, a.ProveUntil = scheduler.StatusPending, until
		c.NewAppointments = append(c.NewAppointments, a)
	}
	c.NewAppointments[3].Status = scheduler.StatusCancelled
	s.commit(t, c)
	as, err := s.db.UnprovedAppointments(s.ctx, now0, 10)
	must(t, err)
	if len(as) != 2 || as[0].ID != "apt_1" || as[1].ID != "apt_0" {
		t.Errorf("%d appointments", len(as))
	}
}

func manageExtend(t *testing.T, s *suite) {
	used := newHold(2, now0.Add(time.Minute))
	used.State = scheduler.HoldUsed
	s.commit(t, scheduler.Change{NewHolds: []scheduler.Hold{newHold(1, now0.Add(time.Minute)), used, newHold(3, now0)}})
	later := now0.Add(time.Hour)
	must(t, s.db.ExtendHold(s.ctx, "hold_1", now0, later))
	h, err := s.db.Hold(s.ctx, "hold_1")
	must(t, err)
	if !h.Extended || !h.ExpiresAt.Equal(later) || h.State != scheduler.HoldLive {
		t.Errorf("extended to %+v", h)
	}
	for _, id := range []string{"hold_1", "hold_2", "hold_3", "hold_9", "' OR ''='"} {
		wantError(t, s.db.ExtendHold(s.ctx, id, now0, later.Add(time.Hour)), scheduler.ErrConflict)
	}
	ran := func(ids ...string) (c scheduler.Change) {
		c.At = now0.Add(2 * time.Minute)
		for _, id := range ids {
			c.EndHolds = append(c.EndHolds, scheduler.EndHold{ID: id, State: scheduler.HoldExpired, RanOut: true})
		}
		return c
	}
	s.refuse(t, scheduler.ErrConflict, ran("hold_1", "hold_3"))
	s.commit(t, ran("hold_3"))
	s.commit(t, scheduler.Change{At: now0, EndHolds: []scheduler.EndHold{{ID: "hold_1", State: scheduler.HoldExpired}}})
}

func manageRecipient(t *testing.T, s *suite) {
	a := newAppointment(1)
	old := newNotice(&a, scheduler.NoticeCorrectedOld, now0)
	old.Recipient = "before@example.org"
	s.commit(t, scheduler.Change{NewAppointments: []scheduler.Appointment{a}, Notices: []scheduler.Notice{old, newNotice(&a, scheduler.NoticeCorrected, now0)}})
	s.commit(t, scheduler.Change{RevokeNotices: []string{a.ID}})
	ns, err := s.db.ClaimNotices(s.ctx, scheduler.ChannelEmail, now0, now0.Add(time.Minute), 10)
	must(t, err)
	if len(ns) != 1 || ns[0].Recipient != old.Recipient {
		t.Fatalf("%+v", ns)
	}
	must(t, s.db.SettleNotice(s.ctx, ns[0], scheduler.Receipt{At: now0, State: scheduler.NoticeDue, RetryAt: now0.Add(time.Hour), Code: "smtp_450"}))
	ns, err = s.db.ClaimNotices(s.ctx, scheduler.ChannelEmail, now0.Add(time.Hour), now0.Add(2*time.Hour), 10)
	must(t, err)
	if len(ns) != 1 || ns[0].Recipient != old.Recipient {
		t.Fatalf("after a retry: %+v", ns)
	}
	must(t, s.db.SettleNotice(s.ctx, ns[0], scheduler.Receipt{At: now0, State: scheduler.NoticeSent, Code: "sent"}))
	if n := count(t, s.url, "notices WHERE recipient <> ''"); n != 0 {
		t.Error("the address is kept although it was written to")
	}
}

func manageErase(t *testing.T, s *suite) {
	past, ahead := newAppointment(1), newAppointment(2)
	past.EndsAt = now0.Add(-time.Microsecond)
	ahead.EndsAt = now0
	n := newNotice(&past, scheduler.NoticeConfirmation, now0)
	s.commit(t, scheduler.Change{NewAppointments: []scheduler.Appointment{past, ahead}, Notices: []scheduler.Notice{n}})
	claimed, err := s.db.ClaimNotices(s.ctx, scheduler.ChannelEmail, now0, now0.Add(time.Minute), 10)
	must(t, err)
	must(t, s.db.SettleNotice(s.ctx, claimed[0], scheduler.Receipt{
		At: now0, State: scheduler.NoticeKept, Code: "kept", Message: &scheduler.Message{To: past.Citizen.Email, Text: past.Citizen.Name},
	}))
	for _, want := range []int{1, 0} {
		if n, err := s.db.ForgetPersons(s.ctx, now0); n != want || err != nil {
			t.Fatalf("%d erased, %v; want %d", n, err, want)
		}
	}
	got, err := s.db.Appointment(s.ctx, past.ID)
	must(t, err)
	past.Citizen = scheduler.Citizen{Language: past.Citizen.Language}
	past.FileNumber, past.Note, past.DocumentNote = "", "", ""
	same(t, past, got)
	got, err = s.db.Appointment(s.ctx, ahead.ID)
	must(t, err)
	same(t, ahead, got)
	if n := count(t, s.url, "messages"); n != 0 {
		t.Errorf("%d messages are kept", n)
	}
}
