package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mawid/api/web"
	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// TestSignInByIdentityService: an administrator makes an account, its person signs
// in by the service, is linked from then on, and signs out of both.
func TestSignInByIdentityService(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		h := newOutsideHouse(t, db, "email")
		admin := h.in("admin")
		admin.open("/en/desk/users").press("Add somebody", "login", "amina@dgi.example", "role", "agent").want(200, "works for one sign-in only")
		once := admin.shown()[0]

		w := h.walker().inBy("CAPS-amina").want(200, "Signed in: amina@dgi.example")
		if w.url.Path != "/en/desk" || !strings.HasPrefix(w.url.String(), h.server.URL) {
			t.Errorf("after the sign-in at %s", w.url)
		}
		u, err := db.UserByLogin(t.Context(), "amina@dgi.example")
		h.must(err)
		if u.Outside != h.provider.issuer()+" CAPS-amina" || u.Role != scheduler.RoleAgent || u.PasswordHash != "" || u.MustChange {
			t.Errorf("the account is %q, %s, %q", u.Outside, u.Role, u.PasswordHash)
		}
		w.open("/en/desk/users").want(403)
		w.open("/en/desk/account").want(200, "This account is linked", "its password is changed there")
		h.walker().open("/en/desk/sign-in").press("Sign in", "login", u.Login, "password", once).want(401)
		if d := cmp.Diff([]scheduler.Action{scheduler.ActLinkIdentity, scheduler.ActSignIn}, h.deedsOf(u.ID)); d != "" {
			t.Error(d)
		}

		w.press("Sign out").want(200, "Your session at the identity service is still open")
		w.open("/en/desk").want(200, "User name") // not signed in
		w.press("Sign in", "login", "x", "password", "y").want(401)
		w.open("/en/desk/sign-in?ended=1").click("End it there too").press("Yes, sign me out").want(200, "User name")
		if w.click("Sign in by the identity service"); !strings.Contains(w.text(), "Sign-in") {
			t.Errorf("after signing out of both the provider asks nobody:\n%s", w.text())
		}
		w.atProvider("CAPS-amina").want(200, "Signed in: amina@dgi.example")
	})
}

// TestWhoIsRefusedByIdentityService: the service knows them, and they have nothing
// to do here. No account comes into being.
func TestWhoIsRefusedByIdentityService(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		h := newOutsideHouse(t, db, "email")
		h.account("usr_3", "unverified-ali@dgi.example", nil)
		h.account("usr_4", "gone@dgi.example", func(u *scheduler.User) { u.Disabled = true })
		h.account("usr_5", "badr@dgi.example", func(u *scheduler.User) { u.Outside = h.provider.issuer() + " another" })
		before, err := db.Users(t.Context())
		h.must(err)
		for _, who := range []string{"nobody", "unverified-ali", "gone", "badr"} {
			w := h.walker().inBy(who).want(200, "No account here belongs to you", "User name")
			w.open("/en/desk").want(200, "User name")
		}
		after, err := db.Users(t.Context())
		h.must(err)
		if d := cmp.Diff(before, after); d != "" {
			t.Error(d)
		}
	})
}

// TestALinkGoesBeforeTheClaim: who is linked is that account, whatever the claim
// says; and where no claim is set, only links count.
func TestALinkGoesBeforeTheClaim(t *testing.T) {
	h := newOutsideHouse(t, testdb.Open(t, testdb.SQLite(t)), "")
	h.account("usr_3", "amina@dgi.example", nil)
	h.account("usr_4", "chief", func(u *scheduler.User) {
		u.Role, u.Outside = scheduler.RoleSupervisor, h.provider.issuer()+" amina"
	})
	h.walker().inBy("amina").want(200, "Signed in: chief")
	h.walker().inBy("badr").want(200, "No account here belongs to you")
}

// TestLinkingOnesAccount: by the page of the account, in one's own session.
func TestLinkingOnesAccount(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		h := newOutsideHouse(t, db, "")
		w := h.in("agent").open("/en/desk/account").want(200, "Once this account is linked")
		w.press("Link this account").click("Go on to the identity service").atProvider("amina").want(200, "This account is linked")
		if got := h.user("usr_2").Outside; got != h.provider.issuer()+" amina" {
			t.Errorf("linked to %q", got)
		}
		h.walker().inBy("amina").want(200, "Signed in: agent")

		other := h.in("admin").open("/en/desk/account").press("Link this account").click("Go on to the identity service")
		other.atProvider("amina").want(200, "linked to another account")
		if h.user("usr_1").Outside != "" {
			t.Error("one identity has two accounts")
		}

		// Who began the link must be who comes back.
		w = h.in("admin").open("/en/desk/account").press("Link this account")
		way := attr(w.link("Go on to the identity service"), "href")
		w.press("Sign out")
		w.open(way).atProvider("badr").want(200, "not completed")
		if h.user("usr_1").Outside != "" {
			t.Error("linked without a session")
		}

		// An administrator undoes the link; so does the agent, who has a password.
		h.in("admin").open("/en/desk/users/usr_2").want(200, "Identity service").press("Undo the link").want(200)
		h.walker().inBy("amina").want(200, "No account here belongs to you")
		w = h.in("agent").open("/en/desk/account").press("Link this account").click("Go on to the identity service").atProvider("amina")
		w.press("Undo the link").want(200, "Once this account is linked")
		want := []scheduler.Action{
			scheduler.ActLinkIdentity, scheduler.ActLinkIdentity, scheduler.ActSignIn, scheduler.ActSignIn, scheduler.ActSignIn, scheduler.ActUnlinkIdentity,
		}
		if d := cmp.Diff(want, h.deedsOf("usr_2")); d != "" {
			t.Error(d)
		}
	})
}

// TestAForeignOrOldAnswerOfTheProvider: state, nonce and the proof of the code are
// looked at, and no answer counts twice or elsewhere.
func TestAForeignOrOldAnswerOfTheProvider(t *testing.T) {
	h := newOutsideHouse(t, testdb.Open(t, testdb.SQLite(t)), "email")
	h.account("usr_3", "amina@dgi.example", nil)
	const refused = "The sign-in was not completed"
	for name, change := range map[string]func(q url.Values){
		"state": func(q url.Values) { q.Set("state", "another") },
		"nonce": func(q url.Values) { q.Set("nonce", "another") },
		"proof": func(q url.Values) { q.Set("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM") },
	} {
		w := h.walker()
		to := w.start()
		q := to.Query()
		change(q)
		to.RawQuery = q.Encode()
		if w.open(to.String()).atProvider("amina").want(200, refused); w.url.Path != "/en/desk/sign-in" {
			t.Errorf("another %s leads to %s", name, w.url.Path)
		}
	}

	// The answer of one browser in another, and twice in its own: with the cookie of
	// its question, and without.
	w := h.walker()
	answer, cookie := w.answer("amina")
	h.walker().open("/en/desk/sign-in").open(answer).want(200, refused)
	w.open(answer).want(200, "Signed in: amina@dgi.example")
	w.press("Sign out")
	w.open(answer).want(200, refused)
	h.walker().open("/en/desk/sign-in").open(answer, "Cookie", cookie).want(200, refused)
	// Too late; and of a person who gave up.
	w = h.walker()
	answer, _ = w.answer("amina")
	h.ahead.Store(int64(11 * time.Minute))
	w.open(answer).want(200, refused)
	h.ahead.Store(0)
	w = h.walker()
	state := w.start().Query().Get("state")
	w.open(web.OutsideBack+"?error=access_denied&state="+state).want(200, refused)
	if d := cmp.Diff([]scheduler.Action{scheduler.ActLinkIdentity, scheduler.ActSignIn}, h.deedsOf("usr_3")); d != "" {
		t.Error(d)
	}
}

// start begins a sign-in and returns where it leads, without going there.
func (w *walker) start() *url.URL {
	w.h.t.Helper()
	return w.leads("/en/desk/sign-in/outside")
}

// leads asks for an address and returns where the answer leads to.
func (w *walker) leads(address string) *url.URL {
	w.h.t.Helper()
	follow := w.client.CheckRedirect
	w.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	w.open(address)
	w.client.CheckRedirect = follow
	to, err := w.url.Parse(w.header.Get("Location"))
	w.h.must(err)
	return to
}

// answer signs in at the provider and returns the address that it leads back to,
// without going there, and the cookie of the question.
func (w *walker) answer(login string) (address, cookie string) {
	w.h.t.Helper()
	to := w.start()
	cookie, _, _ = strings.Cut(w.header.Get("Set-Cookie"), ";")
	last := ""
	w.client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == web.OutsideBack {
			last = r.URL.String()
			return http.ErrUseLastResponse
		}
		return nil
	}
	w.open(to.String()).atProvider(login)
	w.client.CheckRedirect = nil
	if last == "" {
		w.h.t.Fatalf("the provider does not lead back: %s\n%s", w.url, w.text())
	}
	return last, cookie
}

// TestWithoutTheProvider: who has a password signs in; the others are told, at
// once, and nothing need be started again when the provider is back.
func TestWithoutTheProvider(t *testing.T) {
	o := &outsideHouse{}
	o.house = newHouseWith(t, testdb.Open(t, testdb.SQLite(t)), func(_ *house, c *web.Config) {
		o.provider = startProvider(t, c.PublicURL, "0")
		o.provider.stop()
		c.Outside = o.client(t, c.PublicURL, "email")
	})
	o.account("usr_3", "amina@dgi.example", nil)
	const down = "The identity service does not answer"
	w := o.walker().inBy("amina").want(200, down)
	w.press("Sign in", "login", "agent", "password", password).want(200, "Signed in: agent")
	w.open("/en/desk/account").press("Link this account").want(200, down)

	o.provider = startProvider(t, o.server.URL, o.provider.port)
	o.walker().inBy("amina").want(200, down) // the next question comes a little later
	o.ahead.Store(int64(4 * time.Second))
	w = o.walker()
	w.inBy("amina").want(200, "Signed in: amina@dgi.example")

	again := o.walker()
	answer, _ := again.answer("amina")
	o.provider.stop() // between question and answer
	again.open(answer).want(200, down)
	w.press("Sign out").want(200, "Your session at the identity service is still open") // known since before
}

// TestSecondFactorAfterTheProvider: who turned it on here is asked for it.
func TestSecondFactorAfterTheProvider(t *testing.T) {
	h := newOutsideHouse(t, testdb.Open(t, testdb.SQLite(t)), "email")
	h.account("usr_3", "amina@dgi.example", nil)
	w := h.walker().open("/en/desk/sign-in").press("Sign in", "login", "amina@dgi.example", "password", password)
	key, _ := w.enrol()
	w = h.walker().inBy("amina").want(200, "Verification code wanted")
	w.open("/en/desk").want(200, "User name")
	w.open("/en/desk/sign-in/code").press("Sign in", "code", key.code(h.clock.Now().Add(30*time.Second))).want(200, "Signed in: amina@dgi.example")
}
