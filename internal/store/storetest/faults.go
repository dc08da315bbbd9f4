package storetest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"mawid/internal/store"
	"mawid/scheduler"
)

var faultCases = []testCase{
	{"a closed database answers with errors", faultClosed},
	{"a cancelled call says so", faultCancelled},
	{"a caller that gives up leaves nothing behind", faultGivesUp},
	{"errors hold no personal data", faultPrivate},
	{"stored rubbish is an error", faultRubbish},
}

// calls are all calls of the store, for the faults that any of them may meet.
func calls(ctx context.Context, db *store.DB) map[string]func() error {
	sessions := db.Sessions(func() time.Time { return now0 })
	one := func(_ any, err error) error { return err }
	a := newAppointment(1)
	claimed := scheduler.ClaimedNotice{Notice: newNotice(&a, "k", now0), Attempt: 1}
	return map[string]func() error{
		"Ping":                func() error { return db.Ping(ctx) },
		"Migrate":             func() error { return db.Migrate(ctx) },
		"MigrationStatus":     func() error { _, _, _, err := db.MigrationStatus(ctx); return err },
		"Catalogue":           func() error { return one(db.Catalogue(ctx)) },
		"CatalogueVersion":    func() error { return one(db.CatalogueVersion(ctx)) },
		"Day":                 func() error { _, _, err := db.Day(ctx, poolID, date0); return err },
		"Days":                func() error { return one(db.Days(ctx, []string{poolID}, date0, date0)) },
		"Commit":              func() error { return db.Commit(ctx, booking(newDay(date0, 1), 1)) },
		"Commit much":         func() error { return db.Commit(ctx, much(20)) },
		"Hold":                func() error { return one(db.Hold(ctx, "h")) },
		"ExpiredHolds":        func() error { return one(db.ExpiredHolds(ctx, "", date0, now0, 1)) },
		"ForgetHolds":         func() error { return one(db.ForgetHolds(ctx, now0)) },
		"ForgetClaims":        func() error { return one(db.ForgetClaims(ctx, now0)) },
		"Appointment":         func() error { return one(db.Appointment(ctx, "a")) },
		"AppointmentByToken":  func() error { return one(db.AppointmentByToken(ctx, hash("a"))) },
		"AppointmentByHold":   func() error { return one(db.AppointmentByHold(ctx, "h")) },
		"FeedByToken":         func() error { return one(db.FeedByToken(ctx, hash("f"))) },
		"FeedAppointments":    func() error { return one(db.FeedAppointments(ctx, "f", now0)) },
		"History":             func() error { return one(db.History(ctx, "a")) },
		"Occupancy":           func() error { return one(db.Occupancy(ctx, date0)) },
		"ReplaceCatalogue":    func() error { return db.ReplaceCatalogue(ctx, 0, richCatalogue(), date0, much(3)) },
		"ClaimNotices":        func() error { return one(db.ClaimNotices(ctx, scheduler.ChannelEmail, now0, now0, 1)) },
		"SettleNotice":        func() error { return db.SettleNotice(ctx, claimed, scheduler.Receipt{State: scheduler.NoticeSent}) },
		"NoticeLog":           func() error { return one(db.NoticeLog(ctx, "", now0, "", 1)) },
		"NoticesOf":           func() error { return one(db.NoticesOf(ctx, "a")) },
		"NoticeMessage":       func() error { return one(db.NoticeMessage(ctx, "n")) },
		"Receipts":            func() error { return one(db.Receipts(ctx, "n")) },
		"AddUser":             func() error { return db.AddUser(ctx, newUser("u")) },
		"User":                func() error { return one(db.User(ctx, "u")) },
		"UserByLogin":         func() error { return one(db.UserByLogin(ctx, "u")) },
		"Users":               func() error { return one(db.Users(ctx)) },
		"SetUserDisabled":     func() error { return db.SetUserDisabled(ctx, "u", true) },
		"UpdateUser":          func() error { return db.UpdateUser(ctx, newUser("u"), 0) },
		"UserByOutside":       func() error { return one(db.UserByOutside(ctx, "u")) },
		"BeginSession":        func() error { return db.BeginSession(ctx, newSession("s", "u")) },
		"UserBySession":       func() error { _, _, err := db.UserBySession(ctx, "s", now0); return err },
		"SeeSession":          func() error { return db.SeeSession(ctx, "s", now0) },
		"SessionsOf":          func() error { return one(db.SessionsOf(ctx, "u", now0)) },
		"EndSession":          func() error { return db.EndSession(ctx, "u", "s") },
		"EndOtherSessions":    func() error { return one(db.EndOtherSessions(ctx, "u", "s")) },
		"ForgetStaffSessions": func() error { return one(db.ForgetStaffSessions(ctx, now0)) },
		"UseTOTP":             func() error { return db.UseTOTP(ctx, "u", 1) },
		"SetRecoveryCodes":    func() error { return db.SetRecoveryCodes(ctx, "u", [][]byte{{1}}) },
		"UseRecoveryCode":     func() error { return db.UseRecoveryCode(ctx, "u", []byte{1}) },
		"CountRecoveryCodes":  func() error { return one(db.CountRecoveryCodes(ctx, "u")) },
		"AddToken":            func() error { return db.AddToken(ctx, newToken("t", "u")) },
		"TokenByHash":         func() error { _, _, err := db.TokenByHash(ctx, hash("t"), now0); return err },
		"TokensOf":            func() error { return one(db.TokensOf(ctx, "u")) },
		"SeeToken":            func() error { return db.SeeToken(ctx, "t", now0) },
		"DropToken":           func() error { return db.DropToken(ctx, "u", "t") },
		"Tries":               func() error { _, _, err := db.Tries(ctx, "k"); return err },
		"CountTry":            func() error { return db.CountTry(ctx, "k", 0, now0) },
		"ForgetTries":         func() error { return db.ForgetTries(ctx, "k") },
		"ForgetOldTries":      func() error { return one(db.ForgetOldTries(ctx, now0)) },
		"AddDeed":             func() error { return db.AddDeed(ctx, newDeed("d")) },
		"Deeds":               func() error { return one(db.Deeds(ctx, scheduler.DeedQuery{Limit: 1})) },
		"ForgetDeeds":         func() error { return one(db.ForgetDeeds(ctx, now0)) },
		"CountUsers":          func() error { return one(db.CountUsers(ctx)) },
		"Setting":             func() error { return one(db.Setting(ctx, "k")) },
		"PutSettingOnce":      func() error { return one(db.PutSettingOnce(ctx, "k", "v")) },
		"Counts":              func() error { return one(db.Counts(ctx, now0)) },
		"ServerTime":          func() error { return one(db.ServerTime(ctx)) },
		"ClaimAnswer":         func() error { return one(db.ClaimAnswer(ctx, "k", nil, now0, now0)) },
		"FinishAnswer":        func() error { return db.FinishAnswer(ctx, "k", nil) },
		"DropAnswer":          func() error { return db.DropAnswer(ctx, "k") },
		"ForgetAnswers":       func() error { return one(db.ForgetAnswers(ctx, now0)) },
		"ForgetSessions":      func() error { return one(db.ForgetSessions(ctx, now0)) },
		"Sessions.FindCtx":    func() error { _, _, err := sessions.FindCtx(ctx, "t"); return err },
		"Sessions.CommitCtx":  func() error { return sessions.CommitCtx(ctx, "t", nil, now0) },
		"Sessions.DeleteCtx":  func() error { return sessions.DeleteCtx(ctx, "t") },
		"NewBare (yardstick)": func() error { return one(db.NewBare(ctx, 1)) },
	}
}

func faultClosed(t *testing.T, s *suite) {
	db := s.open(t)
	must(t, db.Close())
	for name, call := range calls(s.ctx, db) {
		t.Run(name, func(t *testing.T) { wantError(t, call(), nil) })
	}
}

func faultCancelled(t *testing.T, s *suite) {
	ctx, cancel := context.WithCancel(s.ctx)
	cancel()
	before := dump(t, s.url)
	for name, call := range calls(ctx, s.db) {
		t.Run(name, func(t *testing.T) {
			if err := call(); !errors.Is(err, context.Canceled) {
				t.Fatalf("%v, want that it was cancelled", err)
			}
		})
	}
	unchanged(t, before, dump(t, s.url))
}

// faultGivesUp cancels commits at different points of their way. Each must be
// wholly there or not at all.
func faultGivesUp(t *testing.T, s *suite) {
	s.begin(t)
	for i := range 40 {
		ctx, cancel := context.WithCancel(s.ctx)
		c := booking(newDay(date0.AddDays(i), 3), i)
		done := make(chan error)
		go func() { done <- s.db.Commit(ctx, c) }()
		for range i * 50 {
			_ = ctx.Err() // a little longer each time
		}
		cancel()
		err := <-done
		stored := count(t, s.url, "appointments WHERE id = '"+c.NewAppointments[0].ID+"'")
		told := count(t, s.url, "notices WHERE subject_id = '"+c.NewAppointments[0].ID+"'")
		if err == nil && stored != 1 {
			t.Fatal("a commit that succeeded is not there")
		}
		if told != 3*stored {
			t.Fatalf("%d appointments with %d notices", stored, told)
		}
	}
	s.commit(t, booking(newDay(date0.AddDays(100), 3), 100))
}

func faultPrivate(t *testing.T, s *suite) {
	s.begin(t)
	s.commit(t, booking(newDay(date0, 3), 1))
	a := newAppointment(1)
	twin := newAppointment(2)
	twin.ManageHash = a.ManageHash
	bad := s.day(t, date0)
	bad.Taken = []byte{9, 9, 9, 9, 9, 9, 9, 9}
	for _, c := range []scheduler.Change{
		{NewAppointments: []scheduler.Appointment{a}},
		{NewAppointments: []scheduler.Appointment{twin}},
		{Days: []scheduler.Day{bad}, NewAppointments: []scheduler.Appointment{newAppointment(3)}},
		{At: now0, NewClaims: []scheduler.Claim{newClaim(&twin, "mail 1")}},
	} {
		err := s.db.Commit(s.ctx, c)
		if err == nil {
			t.Fatal("accepted")
		}
		for _, private := range []string{a.Citizen.Name, a.Citizen.Email, twin.Citizen.Email, a.Citizen.Phone, a.Note, "mail 1"} {
			if strings.Contains(err.Error(), private) {
				t.Errorf("the error repeats %q: %v", private, err)
			}
		}
	}
}

func faultRubbish(t *testing.T, s *suite) {
	s.begin(t)
	s.commit(t, booking(newDay(date0, 3), 1))
	must(t, s.db.AddUser(s.ctx, newUser("u")))
	db := rawDB(t, s)
	for _, spoil := range []string{
		"UPDATE catalogue SET data = '{'", "UPDATE appointments SET date = '2027-02-30'", "UPDATE days SET date = '2027-02-30'",
		"UPDATE users SET offices = '['",
	} {
		_, err := db.Exec(spoil)
		must(t, err)
	}
	_, err := s.db.Catalogue(s.ctx)
	wantError(t, err, nil)
	_, err = s.db.Appointment(s.ctx, newAppointment(1).ID)
	wantError(t, err, nil)
	_, err = s.db.Days(s.ctx, []string{poolID}, scheduler.Date{}, scheduler.Date{})
	wantError(t, err, nil)
	_, err = s.db.UserByLogin(s.ctx, "u")
	wantError(t, err, nil)
}
