package httpkit_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"mawid/api/httpkit"
)

func prefixes(list ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, s := range list {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

func TestClient(t *testing.T) {
	proxies := prefixes("10.0.0.0/8", "fd00::/8")
	tests := []struct {
		name, remote, forwarded, want string
	}{
		{"direct", "203.0.113.7:4711", "", "203.0.113.7/32"},
		{"direct, header not believed", "203.0.113.7:4711", "198.51.100.9", "203.0.113.7/32"},
		{"IPv6 household", "[2001:db8:1:2:3:4:5:6]:4711", "", "2001:db8:1:2::/64"},
		{"IPv4 in IPv6", "[::ffff:203.0.113.7]:4711", "", "203.0.113.7/32"},
		{"through a proxy", "10.1.1.1:80", "198.51.100.9", "198.51.100.9/32"},
		{"through a proxy, forged hop before", "10.1.1.1:80", "1.2.3.4, 198.51.100.9", "198.51.100.9/32"},
		{"through two proxies", "10.1.1.1:80", "1.2.3.4, 198.51.100.9, 10.2.2.2", "198.51.100.9/32"},
		{"IPv6 through an IPv6 proxy", "[fd00::1]:80", "2001:db8:1:2::9", "2001:db8:1:2::/64"},
		{"proxy names port", "10.1.1.1:80", "198.51.100.9:5555", "198.51.100.9/32"},
		{"proxy without header", "10.1.1.1:80", "", "10.1.1.1/32"},
		{"proxy with nonsense", "10.1.1.1:80", "unknown", "10.1.1.1/32"},
		{"nonsense after the truth", "10.1.1.1:80", "198.51.100.9, zzz, 10.2.2.2", "10.2.2.2/32"},
		{"all are proxies", "10.1.1.1:80", "10.3.3.3, 10.2.2.2", "10.3.3.3/32"},
		{"unix socket", "@", "198.51.100.9", "198.51.100.9/32"},
		{"unix socket without header", "@", "", "invalid Prefix"},
		{"zone", "[fe80::1%eth0]:80", "", "fe80::/64"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = test.remote
			if test.forwarded != "" {
				r.Header.Set("X-Forwarded-For", test.forwarded)
			}
			if got := (httpkit.Clients{Trusted: proxies}).Of(r).String(); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func from(addr string) *http.Request {
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = addr
	return r
}

func TestLimiter(t *testing.T) {
	c := newClock()
	served := 0
	l := httpkit.NewLimiter(60, 3, httpkit.Clients{}, c.Now)
	h := l.Middleware(nil)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { served++ }))
	ask := func(addr string) *httptest.ResponseRecorder {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, from(addr))
		return rec
	}
	for i := range 3 {
		if rec := ask("203.0.113.7:1"); rec.Code != 200 {
			t.Fatalf("request %d of the burst: %d", i, rec.Code)
		}
	}
	rec := ask("203.0.113.7:2")
	if rec.Code != 429 || rec.Header().Get("Retry-After") != "1" || !strings.Contains(rec.Body.String(), "too_many_requests") {
		t.Errorf("over the limit: %d %v %s", rec.Code, rec.Header(), rec.Body)
	}
	if rec := ask("203.0.113.8:1"); rec.Code != 200 {
		t.Errorf("another client: %d", rec.Code)
	}
	c.advance(time.Second)
	if rec := ask("203.0.113.7:3"); rec.Code != 200 {
		t.Errorf("a second later: %d", rec.Code)
	}
	if rec := ask("203.0.113.7:3"); rec.Code != 429 {
		t.Errorf("a refusal must not cost, nor more than one come back: %d", rec.Code)
	}
	if served != 5 {
		t.Errorf("%d served, want 5", served)
	}
}

// TestLimiterCountsHolders: what is known counts for itself, whatever address it
// comes from; what is made up for the address.
func TestLimiterCountsHolders(t *testing.T) {
	l := httpkit.NewLimiter(60, 2, httpkit.Clients{}, newClock().Now)
	shows := func(r *http.Request) string { return r.Header.Get("Ticket") }
	ask := func(addr, ticket string) bool {
		r := from(addr)
		r.Header.Set("Ticket", ticket)
		_, ok := l.Allow(r, func(*http.Request) string { return "" }, shows)
		return ok
	}
	l.Know("a", "A")
	l.Know("also a", "A")
	l.Know("b", "B")
	l.Know("", "nobody")
	for i, test := range []struct {
		addr, ticket string
		want         bool
	}{
		{"203.0.113.7:1", "", true},
		{"203.0.113.7:1", "made up", true},
		{"203.0.113.7:1", "made up too", false},
		{"203.0.113.7:1", "", false},
		{"203.0.113.7:1", "a", true},
		{"203.0.113.8:1", "also a", true},
		{"203.0.113.7:1", "a", false},
		{"203.0.113.7:1", "b", true},
		{"203.0.113.8:1", "", true},
	} {
		if got := ask(test.addr, test.ticket); got != test.want {
			t.Errorf("request %d, %q of %s: %v", i, test.ticket, test.addr, got)
		}
	}
	l.Forget("b")
	if ask("203.0.113.7:1", "b") {
		t.Error("what is forgotten is still known")
	}
}

// TestLimiterCountsScreens: the board of a room is counted apart from those who
// wait there, by address, and only if there is such a room.
func TestLimiterCountsScreens(t *testing.T) {
	l := httpkit.NewLimiter(60, 1, httpkit.Clients{}, newClock().Now)
	ask := func(addr, room string) bool {
		_, ok := l.Allow(from(addr), func(r *http.Request) string { return l.Screen(r, room) })
		return ok
	}
	l.KnowScreen(from("203.0.113.7:1"), "hall")
	if !ask("203.0.113.7:1", "no such room") || !ask("203.0.113.7:1", "hall") {
		t.Error("the first of each is refused")
	}
	if ask("203.0.113.7:1", "hall") || ask("203.0.113.7:1", "annex") {
		t.Error("one of too many is not refused")
	}
	if !ask("203.0.113.8:1", "hall") || ask("203.0.113.8:1", "hall") {
		t.Error("another address is known by another's screen")
	}
}

func TestLimiterTellsHowLong(t *testing.T) {
	l := httpkit.NewLimiter(2, 1, httpkit.Clients{}, newClock().Now)
	if _, ok := l.Allow(from("203.0.113.7:1")); !ok {
		t.Fatal("the first is refused")
	}
	if wait, ok := l.Allow(from("203.0.113.7:1")); ok || wait != 30*time.Second {
		t.Errorf("wait %s, %v", wait, ok)
	}
}

func TestNoLimit(t *testing.T) {
	l := httpkit.NewLimiter(0, 5, httpkit.Clients{}, newClock().Now)
	l.Know("ticket", "holder")
	l.KnowScreen(from("203.0.113.7:1"), "hall")
	l.Forget("ticket")
	for range 1000 {
		if _, ok := l.Allow(from("203.0.113.7:1")); !ok {
			t.Fatal("refused without a limit")
		}
	}
	rec := httptest.NewRecorder()
	l.Middleware(nil)(http.NotFoundHandler()).ServeHTTP(rec, from("203.0.113.7:1"))
	if rec.Code != 404 {
		t.Errorf("got %d", rec.Code)
	}
}

// TestLimiterForgets: a flood from many addresses takes bounded memory, and the
// client that was seen last is still known.
func TestLimiterForgets(t *testing.T) {
	l := httpkit.NewLimiter(1, 1, httpkit.Clients{}, newClock().Now)
	for i := range 60_000 {
		addr := fmt.Sprintf("198.%d.%d.%d:1", 18+i>>16, i>>8&255, i&255)
		if _, ok := l.Allow(from(addr)); !ok {
			t.Fatalf("new client %s refused", addr)
		}
	}
	if _, ok := l.Allow(from("198.18.0.0:1")); !ok {
		t.Error("the oldest client is still kept")
	}
	if _, ok := l.Allow(from("198.18.234.95:1")); ok {
		t.Error("the newest client is forgotten")
	}
}

func TestBuffer(t *testing.T) {
	var got []byte
	h := httpkit.Buffer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got, _ = io.ReadAll(r.Body) }))
	tests := []struct {
		name   string
		body   io.Reader
		status int
	}{
		{"none", nil, 200},
		{"some", strings.NewReader("hello"), 200},
		{"the most", strings.NewReader(strings.Repeat("x", httpkit.MaxBody)), 200},
		{"one too many", strings.NewReader(strings.Repeat("x", httpkit.MaxBody+1)), 413},
		{"ends early", io.MultiReader(strings.NewReader("he"), iotest.ErrReader(io.ErrUnexpectedEOF)), 400},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got = nil
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, httptest.NewRequest("POST", "/", test.body))
			if rec.Code != test.status {
				t.Errorf("status %d, want %d", rec.Code, test.status)
			}
			if test.name == "some" && string(got) != "hello" {
				t.Errorf("the handler read %q", got)
			}
		})
	}
}

func TestLimitBody(t *testing.T) {
	h := httpkit.LimitBody(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			httpkit.WriteProblem(w, r, err)
		}
	}))
	for size, want := range map[int]int{httpkit.MaxBody: 200, httpkit.MaxBody + 1: 413} {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest("POST", "/", strings.NewReader(strings.Repeat("x", size))))
		if rec.Code != want {
			t.Errorf("%d bytes: %d, want %d", size, rec.Code, want)
		}
	}
}

func TestHeaders(t *testing.T) {
	tests := []struct {
		name                  string
		wrap                  httpkit.Middleware
		policy, robots, cache string
	}{
		{"api", httpkit.APIHeaders, "default-src 'none'", "noindex", ""},
		{"page", httpkit.PageHeaders, "script-src 'self'", "", ""},
		{"private page", httpkit.PrivatePageHeaders, "script-src 'self'", "noindex", "no-store"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rec := httptest.NewRecorder()
			test.wrap(http.NotFoundHandler()).ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
			h := rec.Header()
			policy := h.Get("Content-Security-Policy")
			if !strings.Contains(policy, test.policy) || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") {
				t.Errorf("policy %q", policy)
			}
			if !strings.HasPrefix(h.Get("X-Robots-Tag"), test.robots) || (test.robots == "" && h.Get("X-Robots-Tag") != "") {
				t.Errorf("robots %q", h.Get("X-Robots-Tag"))
			}
			if h.Get("Referrer-Policy") != "no-referrer" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Permissions-Policy") == "" {
				t.Errorf("headers %v", h)
			}
			if h.Get("Cache-Control") != test.cache {
				t.Errorf("cache %q", h.Get("Cache-Control"))
			}
		})
	}
}

func TestSameOrigin(t *testing.T) {
	protect, err := httpkit.SameOrigin("https://rdv.example.test/", nil)
	if err != nil {
		t.Fatal(err)
	}
	h := protect(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	tests := []struct {
		name, method, site, origin string
		want                       int
	}{
		{"a program", "POST", "", "", 200},
		{"own page", "POST", "same-origin", "https://rdv.example.test", 200},
		{"own page, old browser behind a proxy", "POST", "", "https://rdv.example.test", 200},
		{"foreign page", "POST", "cross-site", "https://evil.example", 403},
		{"foreign page, old browser", "POST", "", "https://evil.example", 403},
		{"foreign page that reads", "GET", "cross-site", "https://evil.example", 200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest(test.method, "http://127.0.0.1:8080/desk", nil)
			for name, value := range map[string]string{"Sec-Fetch-Site": test.site, "Origin": test.origin} {
				if value != "" {
					r.Header.Set(name, value)
				}
			}
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, r)
			if rec.Code != test.want {
				t.Errorf("%d, want %d", rec.Code, test.want)
			}
		})
	}
	if _, err := httpkit.SameOrigin("not an address", nil); err == nil {
		t.Error("a public address without host is taken")
	}
}

func TestChain(t *testing.T) {
	var order []string
	mark := func(name string) httpkit.Middleware {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				order = append(order, name)
				next.ServeHTTP(w, r)
			})
		}
	}
	httpkit.Chain(http.NotFoundHandler(), mark("outer"), mark("inner")).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	if strings.Join(order, " ") != "outer inner" {
		t.Errorf("order %v", order)
	}
}
