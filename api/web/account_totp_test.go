package web_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"mawid/scheduler"
)

const codeWrong = "This code is not right, or was used before."

// halfIn signs in with the password alone, which leads to the page for the code.
func (h *house) halfIn(login string) *walker {
	h.t.Helper()
	w := h.walker().open("/en/desk/sign-in").press("Sign in", "login", login, "password", password)
	return w.want(200, "Verification code wanted")
}

// TestTurningTheCodeOn: by scanning or typing the key and showing a code of it;
// what is kept does not show the key.
func TestTurningTheCodeOn(t *testing.T) {
	eachHouse(t, func(h *house) {
		elsewhere := h.in("agent")
		w := h.in("agent").open("/en/desk/account").want(200, "Only the password protects this account").click("Turn the code on")
		key := strings.ReplaceAll(w.shown()[0], " ", "")
		if len(w.all("svg")) < 2 { // beside the mark of the page
			t.Error("no square to scan")
		}
		w.press("Turn the code on", "code", "000000").want(422, codeWrong)
		if got := strings.ReplaceAll(w.shown()[0], " ", ""); got != key {
			t.Errorf("after a wrong code the key is another: %s, %s", got, key)
		}
		if h.user("usr_2").TOTP != nil {
			t.Error("on without a right code")
		}
		w.press("Turn the code on", "code", authenticator(key).code(h.clock.Now())).want(200, "Your recovery codes")
		if got := w.shown(); len(got) != 10 {
			t.Errorf("%d recovery codes", len(got))
		}
		u := h.user("usr_2")
		if u.TOTP == nil || bytes.Contains(u.TOTP, []byte(key)) {
			t.Error("the key stands in storage as it is, or not at all")
		}
		w.click("I have noted it").want(200, "a code of your app is asked for", "10 recovery codes are left")
		elsewhere.open("/en/desk").want(200, "User name") // what was begun without the code is over
		// Off again: with the password, and not without.
		w.press("Turn the code off", "password", "not the password").want(422, "The present password is not right.")
		w.press("Turn the code off", "password", password).want(200, "Only the password protects this account")
		h.in("agent")
	})
}

// TestSigningInWithTheCode: one step early or late is near enough, two are not; no
// code opens twice, nor does an older one after a newer.
func TestSigningInWithTheCode(t *testing.T) {
	eachHouse(t, func(h *house) {
		key, _ := h.in("agent").enrol()
		try := func(off time.Duration, want bool) {
			t.Helper()
			w := h.halfIn("agent")
			w.open("/en/desk").want(200, "User name") // half a sign-in opens nothing
			w.open("/en/desk/sign-in/code").press("Sign in", "code", key.code(h.clock.Now().Add(off)))
			if want {
				w.want(200, "Signed in: agent")
				return
			}
			w.want(401, codeWrong)
		}
		try(0, false) // it showed that the key was read
		try(30*time.Second, true)
		h.clock.Advance(10 * time.Minute)
		try(-60*time.Second, false)
		try(60*time.Second, false)
		h.clock.Advance(time.Minute)
		try(-30*time.Second, true)
		try(-30*time.Second, false)
		try(0, true)
		try(-30*time.Second, false)
		h.clock.Advance(time.Minute)
		code := key.code(h.clock.Now())
		w := h.halfIn("agent").press("Sign in", "code", code[:3]+" "+code[3:]) // as programs show it
		w.want(200, "Signed in: agent")
	})
}

// TestWrongCodesMakeWait: and a right password waits five minutes for its code.
func TestWrongCodesMakeWait(t *testing.T) {
	h := oneHouse(t)
	key, _ := h.in("agent").enrol()
	h.clock.Advance(time.Minute)
	w := h.halfIn("agent")
	for range 3 {
		w.press("Sign in", "code", "12345").want(401, codeWrong)
	}
	w.open("/en/desk/sign-in/code").press("Sign in", "code", key.code(h.clock.Now())).want(429, "Too many requests")
	h.clock.Advance(2 * time.Second)
	w.open("/en/desk/sign-in/code").press("Sign in", "code", key.code(h.clock.Now())).want(200, "Signed in: agent")

	w = h.halfIn("agent")
	h.clock.Advance(6 * time.Minute)
	w.press("Sign in", "code", key.code(h.clock.Now())).want(200, "User name")
}

// TestALostTelephone: a recovery code stands in once; without those, an
// administrator gives a password for one sign-in and takes the code away.
func TestALostTelephone(t *testing.T) {
	eachHouse(t, func(h *house) {
		_, codes := h.in("agent").enrol()
		h.halfIn("agent").press("Sign in", "code", strings.ToLower(codes[3])).want(200, "Signed in: agent").
			open("/en/desk/account").want(200, "9 recovery codes are left")
		h.halfIn("agent").press("Sign in", "code", codes[3]).want(401, codeWrong)
		signedIn := h.halfIn("agent").press("Sign in", "code", codes[4]).want(200, "Signed in: agent")

		admin := h.in("admin").open("/en/desk/users/usr_2").want(200, "Verification code").press("Give a new password").want(200, "works for one sign-in only")
		once := admin.shown()[0]
		signedIn.open("/en/desk").want(200, "User name")
		w := h.walker().open("/en/desk/sign-in").press("Sign in", "login", "agent", "password", once).want(200, "This password works only once")
		w.press("Change password", "old_password", once, "new_password", "a password of my own").want(200, "Only the password protects")
		if n, err := h.db.CountRecoveryCodes(t.Context(), "usr_2"); n != 0 || err != nil {
			t.Errorf("%d recovery codes of before still open, %v", n, err)
		}
		if got := h.deedsOf("usr_1"); got[0] != scheduler.ActResetPassword {
			t.Errorf("deeds of the administrator: %v", got)
		}
	})
}
