package storetest

import (
	"bytes"
	"testing"
	"time"

	"mawid/scheduler"
)

var staffCases = []testCase{
	{"users come back", userRoundTrip},
	{"a login exists once", userLogin},
	{"a user is disabled and let in again", userDisable},
	{"sessions live until they expire", sessionLife},
	{"expired sessions are forgotten", sessionForget},
	{"of settings put once all see the first", settingOnce},
}

func newUser(login string) scheduler.User {
	return scheduler.User{
		ID: "usr_" + login, Login: login, Role: scheduler.RoleSupervisor, Offices: []string{officeID, "anfrss"},
		PasswordHash: "$argon2id$v=19$m=65536,t=3,p=2$c2FsdA$aGFzaA", CreatedAt: now0,
	}
}

func userRoundTrip(t *testing.T, s *suite) {
	if n, err := s.db.CountUsers(s.ctx); n != 0 || err != nil {
		t.Fatalf("%d users in an empty database, %v", n, err)
	}
	zineb, ali := newUser("زينب"), newUser("ali")
	ali.Role, ali.Offices, ali.Disabled = scheduler.RoleAdministrator, nil, true
	must(t, s.db.AddUser(s.ctx, zineb))
	must(t, s.db.AddUser(s.ctx, ali))
	for _, want := range []scheduler.User{zineb, ali} {
		byID, err := s.db.User(s.ctx, want.ID)
		must(t, err)
		byLogin, err := s.db.UserByLogin(s.ctx, want.Login)
		must(t, err)
		same(t, want, byID)
		same(t, want, byLogin)
	}
	all, err := s.db.Users(s.ctx)
	must(t, err)
	same(t, []scheduler.User{ali, zineb}, all)
	if n, err := s.db.CountUsers(s.ctx); n != 2 || err != nil {
		t.Fatalf("%d users, %v", n, err)
	}
}

func userLogin(t *testing.T, s *suite) {
	must(t, s.db.AddUser(s.ctx, newUser("ali")))
	twin := newUser("ali")
	twin.ID = "usr_2"
	wantError(t, s.db.AddUser(s.ctx, twin), scheduler.ErrConflict)
	bad := newUser("b")
	bad.Login = "a\x00b"
	wantError(t, s.db.AddUser(s.ctx, bad), nil)
	if n, err := s.db.CountUsers(s.ctx); n != 1 || err != nil {
		t.Fatalf("%d users, %v", n, err)
	}
	_, err := s.db.UserByLogin(s.ctx, "ALI")
	wantError(t, err, scheduler.ErrNotFound)
}

func userDisable(t *testing.T, s *suite) {
	u := newUser("ali")
	must(t, s.db.AddUser(s.ctx, u))
	for _, off := range []bool{true, true, false} {
		must(t, s.db.SetUserDisabled(s.ctx, u.ID, off))
		got, err := s.db.User(s.ctx, u.ID)
		if err != nil || got.Disabled != off {
			t.Fatalf("disabled is %v, want %v; %v", got.Disabled, off, err)
		}
	}
	wantError(t, s.db.SetUserDisabled(s.ctx, "unknown", true), scheduler.ErrNotFound)
}

func sessionLife(t *testing.T, s *suite) {
	now := now0
	sessions := s.db.Sessions(func() time.Time { return now })
	expiry := now0.Add(time.Hour)
	data := []byte("\x00gob\xff")
	must(t, sessions.Commit("tok", data, expiry))
	find := func(token string) []byte {
		got, found, err := sessions.Find(token)
		must(t, err)
		if found != (got != nil) {
			t.Fatalf("found %v with data %q", found, got)
		}
		return got
	}
	if got := find("tok"); !bytes.Equal(got, data) {
		t.Fatalf("data %q", got)
	}
	for _, unknown := range []string{"", "other", "a\x00b"} {
		if got := find(unknown); got != nil {
			t.Fatalf("session %q: %q", unknown, got)
		}
	}
	must(t, sessions.CommitCtx(s.ctx, "tok", []byte("new"), expiry.Add(time.Hour)))
	now = expiry
	if got := find("tok"); string(got) != "new" {
		t.Fatalf("data %q after it was replaced", got)
	}
	for _, late := range []time.Duration{0, time.Microsecond, time.Hour} {
		now = expiry.Add(time.Hour + late)
		if got := find("tok"); got != nil {
			t.Fatalf("found %v after it expired: %q", late, got)
		}
	}
	now = now0
	must(t, sessions.Delete("tok"))
	must(t, sessions.DeleteCtx(s.ctx, "tok"))
	if got := find("tok"); got != nil {
		t.Fatalf("an ended session was found: %q", got)
	}
}

func sessionForget(t *testing.T, s *suite) {
	sessions := s.db.Sessions(func() time.Time { return now0 })
	must(t, sessions.Commit("a", nil, now0.Add(time.Minute)))
	must(t, sessions.Commit("b", nil, now0.Add(time.Hour)))
	if n, err := s.db.ForgetSessions(s.ctx, now0.Add(time.Minute)); n != 1 || err != nil {
		t.Fatalf("%d forgotten, %v", n, err)
	}
	if _, found, err := sessions.Find("b"); !found || err != nil {
		t.Fatalf("found %v, %v", found, err)
	}
}

func settingOnce(t *testing.T, s *suite) {
	_, err := s.db.Setting(s.ctx, "secret")
	wantError(t, err, scheduler.ErrNotFound)
	got := make([]string, 20)
	r := tally(20, func(i int) (err error) {
		got[i], err = s.db.PutSettingOnce(s.ctx, "secret", key(i, "value"))
		return err
	})
	r.want(t, map[error]int{nil: 20})
	stored, err := s.db.Setting(s.ctx, "secret")
	must(t, err)
	for _, v := range got {
		if v != stored {
			t.Fatalf("one got %q, stored is %q", v, stored)
		}
	}
}
