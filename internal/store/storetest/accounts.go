package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"mawid/internal/store"
	"mawid/scheduler"
)

var accountCases = []testCase{
	{"a user is replaced whole, with the deed", accountUpdate},
	{"who read an old account does not overwrite it", accountEpoch},
	{"one administrator stays", accountLast},
	{"of two administrators who shut each other out one stays", accountLastRace},
	{"sessions end by themselves, by their user and by an epoch", accountSessions},
	{"a code of a time step is used once", accountTOTP},
	{"recovery codes are used once", accountRecovery},
	{"access tokens are found until they run out", accountTokens},
	{"tries are counted one by one", accountTries},
	{"deeds come page by page, newest first", accountDeeds},
}

func newSession(id, user string) scheduler.Session {
	return scheduler.Session{
		ID: id, UserID: user, BegunAt: now0, SeenAt: now0, ExpiresAt: now0.Add(time.Hour), Client: "Firefox · Linux",
	}
}

func newToken(id, user string) scheduler.AccessToken {
	return scheduler.AccessToken{
		ID: id, UserID: user, Name: "نظام الملفات", Hash: hash(id), Role: scheduler.RoleAgent, CreatedAt: now0, ExpiresAt: now0.Add(time.Hour),
	}
}

func newDeed(id string) scheduler.Deed {
	return scheduler.Deed{ID: id, At: now0, UserID: "u", Login: "ali", Action: scheduler.ActServe, OfficeID: officeID, Subject: "t"}
}

func accountUpdate(t *testing.T, s *suite) {
	u := newUser("ali")
	must(t, s.db.AddUser(s.ctx, u, newDeed("d1")))
	u.Role, u.Offices, u.PasswordHash, u.Disabled, u.MustChange = scheduler.RoleAgent, []string{"x"}, "h", true, true
	u.Epoch, u.TOTP, u.TOTPStep, u.Outside = 7, []byte{1, 0, 2}, 9, "https://id.example.ma 5"
	must(t, s.db.UpdateUser(s.ctx, u, 0, newDeed("d2")))
	got, err := s.db.User(s.ctx, u.ID)
	must(t, err)
	same(t, u, got)
	got, err = s.db.UserByOutside(s.ctx, u.Outside)
	must(t, err)
	same(t, u, got)
	twin := newUser("b")
	twin.Outside = u.Outside
	wantError(t, s.db.AddUser(s.ctx, twin), scheduler.ErrConflict)
	deeds, err := s.db.Deeds(s.ctx, scheduler.DeedQuery{Limit: 9})
	must(t, err)
	same(t, []scheduler.Deed{newDeed("d2"), newDeed("d1")}, deeds)
	for _, none := range []string{"", "unknown"} {
		_, err = s.db.UserByOutside(s.ctx, none)
		wantError(t, err, scheduler.ErrNotFound)
	}
}

func accountEpoch(t *testing.T, s *suite) {
	u := newUser("ali")
	must(t, s.db.AddUser(s.ctx, u))
	must(t, s.db.SetUserDisabled(s.ctx, u.ID, true))
	wantError(t, s.db.UpdateUser(s.ctx, u, 0, newDeed("d")), scheduler.ErrConflict)
	got, err := s.db.User(s.ctx, u.ID)
	if err != nil || !got.Disabled || got.Epoch != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	if deeds, err := s.db.Deeds(s.ctx, scheduler.DeedQuery{Limit: 9}); len(deeds) != 0 || err != nil {
		t.Fatalf("a deed that was not done stands in the log: %v, %v", deeds, err)
	}
}

func administrator(login string) scheduler.User {
	u := newUser(login)
	u.Role, u.Offices = scheduler.RoleAdministrator, nil
	return u
}

func accountLast(t *testing.T, s *suite) {
	first, second := administrator("a"), administrator("b")
	must(t, s.db.AddUser(s.ctx, first))
	must(t, s.db.AddUser(s.ctx, newUser("agent")))
	for _, less := range []func(*scheduler.User){
		func(u *scheduler.User) { u.Disabled = true },
		func(u *scheduler.User) { u.Role = scheduler.RoleSupervisor },
	} {
		u := first
		less(&u)
		if err := s.db.UpdateUser(s.ctx, u, 0); !errors.Is(err, scheduler.ErrLastAdministrator) {
			t.Fatalf("the last administrator went: %v", err)
		}
	}
	must(t, s.db.AddUser(s.ctx, second))
	first.Disabled = true
	must(t, s.db.UpdateUser(s.ctx, first, 0))
}

func accountLastRace(t *testing.T, s *suite) {
	for round := range 10 {
		both := []scheduler.User{administrator(key(round, "a")), administrator(key(round, "b"))}
		for _, u := range both {
			must(t, s.db.AddUser(s.ctx, u))
		}
		nodes := []*store.DB{s.db, s.open(t)}
		if round > 0 { // those of the round before
			for _, login := range []string{key(round-1, "a"), key(round-1, "b")} {
				must(t, s.db.SetUserDisabled(s.ctx, "usr_"+login, true))
			}
		}
		tally(2, func(i int) error {
			u := both[i]
			u.Disabled = true
			return nodes[i].UpdateUser(s.ctx, u, 0)
		})
		if n := count(t, s.url, "users WHERE role = 'administrator' AND disabled = 0"); n < 1 {
			t.Fatal("nobody is left who may add staff")
		}
	}
}

func accountSessions(t *testing.T, s *suite) {
	u := newUser("ali")
	must(t, s.db.AddUser(s.ctx, u))
	for _, id := range []string{"s1", "s2", "s3"} {
		must(t, s.db.BeginSession(s.ctx, newSession(id, u.ID)))
	}
	alive := func(id string, now time.Time) bool {
		t.Helper()
		got, _, err := s.db.UserBySession(s.ctx, id, now)
		if err != nil {
			wantError(t, err, scheduler.ErrNotFound)
			return false
		}
		return got.ID == u.ID
	}
	want := func(now time.Time, ids ...string) {
		t.Helper()
		all, err := s.db.SessionsOf(s.ctx, u.ID, now)
		must(t, err)
		if len(all) != len(ids) {
			t.Fatalf("%d sessions, want %v", len(all), ids)
		}
		for i, id := range ids {
			if all[i].ID != id || !alive(id, now) {
				t.Fatalf("session %d is %+v, want %s", i, all[i], id)
			}
		}
	}
	want(now0, "s1", "s2", "s3")
	want(now0.Add(time.Hour))
	must(t, s.db.SeeSession(s.ctx, "s1", now0.Add(time.Minute)))
	_, seen, err := s.db.UserBySession(s.ctx, "s1", now0)
	if err != nil || !seen.Equal(now0.Add(time.Minute)) {
		t.Fatalf("seen %v, %v", seen, err)
	}
	wantError(t, s.db.EndSession(s.ctx, "another", "s1"), scheduler.ErrNotFound)
	must(t, s.db.EndSession(s.ctx, u.ID, "s1"))
	want(now0, "s2", "s3")
	if n, err := s.db.EndOtherSessions(s.ctx, u.ID, "s3"); n != 1 || err != nil {
		t.Fatalf("%d ended, %v", n, err)
	}
	want(now0, "s3")
	must(t, s.db.UpdateUser(s.ctx, u.SignedOut(), 0))
	want(now0)
	late := newSession("s4", u.ID) // begun by who read the account before that
	must(t, s.db.BeginSession(s.ctx, late))
	want(now0)
	if n, err := s.db.ForgetStaffSessions(s.ctx, now0.Add(time.Hour)); n != 2 || err != nil {
		t.Fatalf("%d forgotten, %v", n, err)
	}
}

func accountTOTP(t *testing.T, s *suite) {
	u := newUser("ali")
	must(t, s.db.AddUser(s.ctx, u))
	r := tally(20, func(int) error { return s.db.UseTOTP(s.ctx, u.ID, 5) })
	r.want(t, map[error]int{nil: 1, scheduler.ErrConflict: 19})
	wantError(t, s.db.UseTOTP(s.ctx, u.ID, 4), scheduler.ErrConflict)
	must(t, s.db.UseTOTP(s.ctx, u.ID, 6))
	wantError(t, s.db.UseTOTP(s.ctx, "unknown", 6), scheduler.ErrConflict)
}

func accountRecovery(t *testing.T, s *suite) {
	must(t, s.db.SetRecoveryCodes(s.ctx, "u", [][]byte{hash("old")}))
	must(t, s.db.SetRecoveryCodes(s.ctx, "u", [][]byte{hash("a"), hash("b")}))
	must(t, s.db.SetRecoveryCodes(s.ctx, "other", [][]byte{hash("c")}))
	r := tally(10, func(int) error { return s.db.UseRecoveryCode(s.ctx, "u", hash("a")) })
	r.want(t, map[error]int{nil: 1, scheduler.ErrNotFound: 9})
	for _, wrong := range []string{"old", "c", ""} {
		wantError(t, s.db.UseRecoveryCode(s.ctx, "u", hash(wrong)), scheduler.ErrNotFound)
	}
	if n, err := s.db.CountRecoveryCodes(s.ctx, "u"); n != 1 || err != nil {
		t.Fatalf("%d left, %v", n, err)
	}
}

func accountTokens(t *testing.T, s *suite) {
	u := newUser("ali")
	must(t, s.db.AddUser(s.ctx, u))
	k := newToken("t1", u.ID)
	must(t, s.db.AddToken(s.ctx, k))
	twin := newToken("t2", u.ID)
	twin.Hash = k.Hash
	wantError(t, s.db.AddToken(s.ctx, twin), nil)
	got, of, err := s.db.TokenByHash(s.ctx, k.Hash, now0)
	must(t, err)
	same(t, k, got)
	same(t, u, of)
	must(t, s.db.SeeToken(s.ctx, k.ID, now0.Add(time.Minute)))
	all, err := s.db.TokensOf(s.ctx, u.ID)
	must(t, err)
	if len(all) != 1 || !all[0].UsedAt.Equal(now0.Add(time.Minute)) {
		t.Fatalf("%+v", all)
	}
	gone := func(now time.Time) {
		t.Helper()
		_, _, err := s.db.TokenByHash(s.ctx, k.Hash, now)
		wantError(t, err, scheduler.ErrNotFound)
	}
	gone(k.ExpiresAt)
	must(t, s.db.SetUserDisabled(s.ctx, u.ID, true))
	gone(now0)
	must(t, s.db.SetUserDisabled(s.ctx, u.ID, false))
	wantError(t, s.db.DropToken(s.ctx, "another", k.ID), scheduler.ErrNotFound)
	must(t, s.db.DropToken(s.ctx, u.ID, k.ID))
	gone(now0)
}

func accountTries(t *testing.T, s *suite) {
	other := s.open(t)
	for wrong := range 4 {
		r := tally(12, func(i int) error {
			db := s.db
			if i%2 == 0 {
				db = other
			}
			return db.CountTry(s.ctx, "k", wrong, now0.Add(time.Duration(wrong)*time.Second))
		})
		r.want(t, map[error]int{nil: 1, scheduler.ErrConflict: 11})
	}
	wrong, next, err := s.db.Tries(s.ctx, "k")
	if wrong != 4 || !next.Equal(now0.Add(3*time.Second)) || err != nil {
		t.Fatalf("%d wrong, next %v, %v", wrong, next, err)
	}
	must(t, s.db.CountTry(s.ctx, "old", 0, now0.Add(-time.Hour)))
	if n, err := s.db.ForgetOldTries(s.ctx, now0); n != 1 || err != nil {
		t.Fatalf("%d forgotten, %v", n, err)
	}
	must(t, s.db.ForgetTries(s.ctx, "k"))
	if wrong, _, err := s.db.Tries(s.ctx, "k"); wrong != 0 || err != nil {
		t.Fatalf("%d wrong after they were forgotten, %v", wrong, err)
	}
}

func accountDeeds(t *testing.T, s *suite) {
	for i := range 5 {
		d := newDeed(fmt.Sprint("d", i))
		d.At = now0.Add(time.Duration(i) * time.Hour)
		if i == 2 {
			d.UserID, d.OfficeID = "other", "elsewhere"
		}
		must(t, s.db.AddDeed(s.ctx, d))
	}
	for _, c := range []struct {
		q    scheduler.DeedQuery
		want string
	}{
		{scheduler.DeedQuery{Limit: 9}, "d4 d3 d2 d1 d0 "},
		{scheduler.DeedQuery{Limit: 2}, "d4 d3 "},
		{scheduler.DeedQuery{Limit: 2, BeforeID: "d3"}, "d2 d1 "},
		{scheduler.DeedQuery{Limit: 9, UserID: "other"}, "d2 "},
		{scheduler.DeedQuery{Limit: 9, OfficeID: officeID, BeforeID: "d3"}, "d1 d0 "},
		{scheduler.DeedQuery{Limit: 9, OfficeID: "nowhere"}, ""},
	} {
		all, err := s.db.Deeds(s.ctx, c.q)
		must(t, err)
		got := ""
		for _, d := range all {
			got += d.ID + " "
		}
		if got != c.want {
			t.Errorf("%+v: %q, want %q", c.q, got, c.want)
		}
	}
	if n, err := s.db.ForgetDeeds(s.ctx, now0.Add(2*time.Hour)); n != 2 || err != nil {
		t.Fatalf("%d forgotten, %v", n, err)
	}
}
