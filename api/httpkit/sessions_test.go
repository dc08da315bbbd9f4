package httpkit_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mawid/api/httpkit"
	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// hashOf hashes a password once for all tests: each hash takes 64 MiB.
var hashOf = sync.OnceValue(func() string {
	h, err := httpkit.NewPasswords(1).Hash(context.Background(), "correct horse")
	if err != nil {
		panic(err)
	}
	return h
})

func TestPasswords(t *testing.T) {
	p := httpkit.NewPasswords(0)
	ctx := context.Background()
	hash := hashOf()
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=65536,t=3,p=4$") {
		t.Errorf("hash %q", hash)
	}
	for password, want := range map[string]bool{"correct horse": true, "correct horsf": false, "": false, strings.Repeat("x", 2000): false} {
		if ok, err := p.Verify(ctx, hash, password); ok != want || err != nil {
			t.Errorf("%.20q: %v, %v", password, ok, err)
		}
	}
	for _, short := range []string{"", "123456789", strings.Repeat("x", 1025)} {
		if _, err := p.Hash(ctx, short); err == nil || strings.Contains(err.Error(), "12345") {
			t.Errorf("a password of %d bytes: %v", len(short), err)
		}
	}
	other, err := p.Hash(ctx, "correct horse")
	if err != nil || other == hash {
		t.Errorf("two hashes of one password are the same, %v", err)
	}
}

// TestStrangeHashes: a row nobody wrote here neither opens nor takes memory.
func TestStrangeHashes(t *testing.T) {
	good := strings.Split(hashOf(), "$")
	change := func(i int, s string) string {
		parts := append([]string{}, good...)
		parts[i] = s
		return strings.Join(parts, "$")
	}
	for _, hash := range []string{
		"", "plain", "$2a$10$abcdefghijklmnopqrstuv", change(1, "argon2i"), change(2, "v=16"), change(3, "m=65536"),
		change(3, "m=4294967295,t=3,p=4"), change(3, "m=65536,t=4294967295,p=4"), change(3, "m=65536,t=0,p=4"),
		change(3, "m=65536,t=3,p=0"), change(3, "m=1,t=3,p=4"), change(4, "!!!"), change(4, ""), change(5, ""), change(5, "AAAA"),
	} {
		if ok, err := httpkit.NewPasswords(1).Verify(context.Background(), hash, "correct horse"); ok || err == nil {
			t.Errorf("%q: %v, %v", hash, ok, err)
		}
	}
}

func TestNobodyWaitsForTheHash(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := httpkit.NewPasswords(1).Verify(ctx, hashOf(), "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("a request that nobody waits for still hashes: %v", err)
	}
}

// desk is a server with a login, over a real store.
type desk struct {
	t        *testing.T
	db       *store.DB
	clock    *clock
	sessions *httpkit.Sessions
	h        http.Handler
}

func newDesk(t *testing.T, db *store.DB, secure bool) *desk {
	t.Helper()
	d := &desk{t: t, db: db, clock: &clock{now: time.Now()}} // scs has its own clock
	for _, u := range []scheduler.User{
		{ID: "u1", Login: "agent", Role: scheduler.RoleAgent, Offices: []string{"dgi-safi"}, PasswordHash: hashOf()},
		{ID: "u2", Login: "gone", Role: scheduler.RoleAgent, PasswordHash: hashOf(), Disabled: true},
	} {
		u.CreatedAt = d.clock.Now().UTC().Truncate(time.Microsecond)
		if err := db.AddUser(context.Background(), u); err != nil {
			t.Fatal(err)
		}
	}
	d.sessions = httpkit.NewSessions(httpkit.SessionsConfig{
		Store: db.Sessions(d.clock.Now), Users: db, Passwords: httpkit.NewPasswords(2), Clock: d.clock.Now, Secure: secure,
	})
	d.h = d.sessions.Middleware(http.HandlerFunc(d.serve))
	return d
}

// serve logs in and out, and says who is there.
func (d *desk) serve(w http.ResponseWriter, r *http.Request) {
	var err error
	switch r.URL.Path {
	case "/login":
		_, err = d.sessions.LogIn(r, r.FormValue("login"), r.FormValue("password"))
	case "/logout":
		err = d.sessions.LogOut(r)
	default:
		if u := d.sessions.CurrentUser(r); u != nil {
			_, err = w.Write([]byte(u.Login))
		}
	}
	if err != nil {
		httpkit.WriteProblem(w, r, err)
	}
}

func (d *desk) send(path, cookie string) *httptest.ResponseRecorder {
	d.t.Helper()
	r := httptest.NewRequest("POST", path, nil)
	if cookie != "" {
		r.Header.Set("Cookie", d.sessions.CookieName()+"="+cookie)
	}
	rec := httptest.NewRecorder()
	d.h.ServeHTTP(rec, r)
	return rec
}

func (d *desk) cookie(rec *httptest.ResponseRecorder) *http.Cookie {
	d.t.Helper()
	for _, c := range rec.Result().Cookies() {
		if c.Name == d.sessions.CookieName() {
			return c
		}
	}
	d.t.Fatalf("no cookie: %d %s", rec.Code, rec.Body)
	return nil
}

const goodLogin = "/login?login=agent&password=correct+horse"

func TestSession(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db, false)
		c := d.cookie(d.send(goodLogin, ""))
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure || c.Path != "/" {
			t.Errorf("cookie %+v", c)
		}
		if got := d.send("/", c.Value).Body.String(); got != "agent" {
			t.Errorf("logged in is %q", got)
		}
		if _, found, err := db.Sessions(d.clock.Now).FindCtx(context.Background(), c.Value); found || err != nil {
			t.Errorf("the cookie's value stands in storage as it is: %v, %v", found, err)
		}
		for _, wrong := range []string{"", "x", c.Value + "x", strings.Repeat("x", 5000)} {
			if rec := d.send("/", wrong); rec.Code != 200 || rec.Body.Len() != 0 {
				t.Errorf("cookie %.10q: %d %s", wrong, rec.Code, rec.Body)
			}
		}
		d.send("/logout", c.Value)
		if got := d.send("/", c.Value).Body.String(); got != "" {
			t.Errorf("after the end of the session %q is there", got)
		}
	})
}

func TestSessionOfADisabledUser(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db, false)
		c := d.cookie(d.send(goodLogin, ""))
		if err := db.SetUserDisabled(context.Background(), "u1", true); err != nil {
			t.Fatal(err)
		}
		if got := d.send("/", c.Value).Body.String(); got != "" {
			t.Errorf("%q is still there", got)
		}
	})
}

func TestSessionExpires(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db, false)
		c := d.cookie(d.send(goodLogin, ""))
		for range 3 {
			d.clock.advance(3 * time.Hour)
			if got := d.send("/", c.Value).Body.String(); got != "agent" {
				t.Errorf("used every three hours: %q is there", got)
			}
		}
		late := d.cookie(d.send(goodLogin, "")).Value
		d.clock.advance(5 * time.Hour)
		for what, cookie := range map[string]string{"five idle hours": late, "a day of work": c.Value} {
			if got := d.send("/", cookie).Body.String(); got != "" {
				t.Errorf("after %s %q is there", what, got)
			}
		}
	})
}

// TestOnlyToLookWritesNothing: desks look at their page at each step in the room.
func TestOnlyToLookWritesNothing(t *testing.T) {
	d := newDesk(t, testdb.Open(t, testdb.SQLite(t)), false)
	c := d.cookie(d.send(goodLogin, ""))
	if rec := d.send("/", c.Value); rec.Body.String() != "agent" || rec.Header().Get("Set-Cookie") != "" {
		t.Errorf("%s, with the cookie %q anew", rec.Body, rec.Header().Get("Set-Cookie"))
	}
}

// TestWhoIsGoneGetsNoSecondAnswer: a browser that goes on before the answer ends
// its request, and the session can no longer be kept.
func TestWhoIsGoneGetsNoSecondAnswer(t *testing.T) {
	d := newDesk(t, testdb.Open(t, testdb.SQLite(t)), false)
	ctx, goAway := context.WithCancel(t.Context())
	h := d.sessions.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := d.sessions.LogIn(r, "agent", "correct horse"); err != nil {
			t.Error(err)
		}
		goAway()
		w.WriteHeader(http.StatusOK)
	}))
	w := &heads{ResponseRecorder: httptest.NewRecorder()}
	h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodPost, "/", nil))
	if w.n != 1 {
		t.Errorf("%d heads were written", w.n)
	}
}

// heads counts how often the head of an answer is written.
type heads struct {
	*httptest.ResponseRecorder
	n int
}

func (h *heads) WriteHeader(status int) {
	h.n++
	h.ResponseRecorder.WriteHeader(status)
}

// TestStaffIsNotCountedByAddress: a session and an access token are counted for
// their member of staff as long as they are good, and what is not good for the
// address.
func TestStaffIsNotCountedByAddress(t *testing.T) {
	d := newDesk(t, testdb.Open(t, testdb.SQLite(t)), false)
	c := d.cookie(d.send(goodLogin, "")).Value
	limiter := httpkit.NewLimiter(60, 3, httpkit.Clients{}, d.clock.Now)
	sessions := httpkit.NewSessions(httpkit.SessionsConfig{
		Store: d.db.Sessions(d.clock.Now), Users: d.db, Passwords: httpkit.NewPasswords(2), Clock: d.clock.Now, Limiter: limiter,
	})
	page := httpkit.Chain(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), limiter.Middleware(nil, sessions.Shown), sessions.Machines)
	ask := func(name, value string) int {
		r, rec := from("203.0.113.7:1"), httptest.NewRecorder()
		if name != "" {
			r.Header.Set(name, value)
		}
		page.ServeHTTP(rec, r)
		return rec.Code
	}
	mine := sessions.CookieName() + "=" + c
	want := func(step string, want int, name, value string) {
		t.Helper()
		if got := ask(name, value); got != want {
			t.Errorf("%s: %d, want %d", step, got, want)
		}
	}
	want("the first of a session counts for the address", 200, "Cookie", mine)
	want("a stranger", 200, "", "")
	want("a cookie that is nobody's", 200, "Cookie", sessions.CookieName()+"=x")
	want("a stranger too many", 429, "", "")
	want("a cookie that is nobody's, too many", 429, "Cookie", sessions.CookieName()+"=x")
	want("a token that is nobody's, too many", 429, "Authorization", "Bearer mwd_x")
	for range 3 {
		want("the session", 200, "Cookie", mine)
	}
	want("the session too often", 429, "Cookie", mine)
	d.clock.advance(3 * time.Second)
	if err := d.db.SetUserDisabled(t.Context(), "u1", true); err != nil {
		t.Fatal(err)
	}
	want("the first after the session's end", 200, "Cookie", mine)
	for range 3 {
		want("then it counts for the address", 200, "Cookie", mine)
	}
	want("then it counts for the address, too often", 429, "Cookie", mine)
}

// TestLoginRenewsTheCookie: who planted a cookie before has nothing afterwards.
func TestLoginRenewsTheCookie(t *testing.T) {
	d := newDesk(t, testdb.Open(t, testdb.SQLite(t)), false)
	first := d.cookie(d.send(goodLogin, "")).Value
	second := d.cookie(d.send(goodLogin, first)).Value
	if first == second {
		t.Error("the cookie stays the same")
	}
	if got := d.send("/", first).Body.String(); got != "" {
		t.Errorf("the old cookie still opens for %q", got)
	}
}

func TestSecureCookie(t *testing.T) {
	d := newDesk(t, testdb.Open(t, testdb.SQLite(t)), true)
	if c := d.cookie(d.send(goodLogin, "")); !c.Secure || !strings.HasPrefix(c.Name, "__Host-") {
		t.Errorf("cookie %+v", c)
	}
}

func TestWrongLogins(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db, false)
		var answers []string
		for _, path := range []string{
			"/login?login=agent&password=wrong", "/login?login=nobody&password=correct+horse", "/login?login=gone&password=correct+horse",
			"/login", "/login?login=a%00b&password=x", "/login?login=%ff&password=x", "/login?login=" + strings.Repeat("x", 5000) + "&password=x",
		} {
			rec := d.send(path, "")
			if rec.Code != 401 || len(rec.Result().Cookies()) != 0 {
				t.Errorf("%.40s: %d %s", path, rec.Code, rec.Body)
			}
			answers = append(answers, rec.Body.String())
		}
		for _, a := range answers {
			if diff := cmp.Diff(answers[0], a); diff != "" {
				t.Errorf("answers differ: %s", diff)
			}
		}
	})
}

func TestGuessingGetsSlow(t *testing.T) {
	d := newDesk(t, testdb.Open(t, testdb.SQLite(t)), false)
	wrong := func() *httptest.ResponseRecorder { return d.send("/login?login=agent&password=wrong", "") }
	for range 3 {
		wrong()
	}
	rec := wrong()
	if rec.Code != 429 || rec.Header().Get("Retry-After") != "1" {
		t.Errorf("the fourth: %d %v", rec.Code, rec.Header())
	}
	if rec := d.send("/login?login=AGENT&password=wrong", ""); rec.Code != 429 {
		t.Errorf("the same login in capitals: %d", rec.Code)
	}
	d.clock.advance(time.Second)
	wrong()
	if rec := wrong(); rec.Code != 429 || rec.Header().Get("Retry-After") != "2" {
		t.Errorf("the next: %d %v", rec.Code, rec.Header())
	}
	if rec := d.send(goodLogin, ""); rec.Code != 429 {
		t.Errorf("the right password does not wait: %d", rec.Code)
	}
	// Another client is not kept waiting by this one.
	r := httptest.NewRequest("POST", goodLogin, nil)
	r.RemoteAddr = "203.0.113.99:1"
	other := httptest.NewRecorder()
	d.h.ServeHTTP(other, r)
	if other.Code != 200 {
		t.Errorf("another client: %d", other.Code)
	}
	d.clock.advance(2 * time.Second)
	if rec := d.send(goodLogin, ""); rec.Code != 200 {
		t.Errorf("the right password after the wait: %d", rec.Code)
	}
	if rec := wrong(); rec.Code != 401 {
		t.Errorf("after a success counting starts anew: %d", rec.Code)
	}
}

func TestCurrentUserOutsideTheMiddleware(t *testing.T) {
	d := newDesk(t, testdb.Open(t, testdb.SQLite(t)), false)
	if u := d.sessions.CurrentUser(httptest.NewRequest("GET", "/", nil)); u != nil {
		t.Errorf("somebody is there: %v", u)
	}
}

// TestManyLoginsOfOneAddress: to verify a password costs a lot, so one address
// cannot have it done for ever new logins; another address still can.
func TestManyLoginsOfOneAddress(t *testing.T) {
	d := newDesk(t, testdb.Open(t, testdb.SQLite(t)), false)
	try := func(addr, login string) int {
		r := httptest.NewRequest(http.MethodPost, "/login?password=x&login="+login, nil)
		r.RemoteAddr = addr
		rec := httptest.NewRecorder()
		d.h.ServeHTTP(rec, r)
		return rec.Code
	}
	for range 60 {
		try("203.0.113.7:1", "one") // soon refused without being verified
	}
	if got := try("203.0.113.7:1", "two"); got != http.StatusTooManyRequests {
		t.Errorf("another login of the same address: %d", got)
	}
	if got := try("203.0.113.8:1", "two"); got != http.StatusUnauthorized {
		t.Errorf("another address: %d", got)
	}
	d.clock.advance(time.Second)
	if got := try("203.0.113.7:1", "three"); got != http.StatusUnauthorized {
		t.Errorf("a second later: %d", got)
	}
}
