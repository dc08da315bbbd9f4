package web_test

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238, as authenticator programs have it
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// in signs in with the password, in English.
func (h *house) in(login string) *walker {
	h.t.Helper()
	w := h.walker().open("/en/desk/sign-in").press("Sign in", "login", login, "password", password)
	return w.want(200, "Signed in: "+login)
}

// authenticator is the program on a telephone that knows the secret.
type authenticator string

// code is what it shows at an instant, worked out as RFC 6238 and RFC 4226 say.
func (a authenticator) code(at time.Time) string {
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(string(a))
	if err != nil {
		return err.Error()
	}
	var step [8]byte
	binary.BigEndian.PutUint64(step[:], uint64(at.Unix()/30))
	m := hmac.New(sha1.New, key)
	m.Write(step[:])
	sum := m.Sum(nil)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[sum[19]&15:])&0x7fffffff%1_000_000)
}

// enrol turns the verification code on for who is signed in, and returns the
// program that knows it and the recovery codes.
func (w *walker) enrol() (authenticator, []string) {
	w.h.t.Helper()
	w.open("/en/desk/account").click("Turn the code on").want(200, "Scan this square")
	a := authenticator(strings.ReplaceAll(w.shown()[0], " ", ""))
	w.press("Turn the code on", "code", a.code(w.h.clock.Now())).want(200, "Your recovery codes")
	return a, w.shown()
}

// shown lists what the page shows to be noted: keys, codes, passwords.
func (w *walker) shown() []string {
	var out []string
	for _, b := range w.all("bdi") {
		if attr(b, "class") == "code" && attr(b, "translate") == "no" {
			out = append(out, textOf(b))
		}
	}
	return out
}
