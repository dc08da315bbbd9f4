package web_test

import (
	"net/http"
	"net/netip"
	"testing"
	"time"

	"mawid/api/httpkit"
	"mawid/api/web"
	"mawid/internal/browsertest"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// checker looks at pages of one house in one language.
type checker struct {
	*house
	*browsertest.Tab
	lang string
}

// page opens a page and checks it.
func (c *checker) page(what, place string, status int64) {
	c.t.Helper()
	c.OpenAs(c.server.URL+"/"+c.lang+place, status)
	c.Axe(c.lang + ": " + what)
}

// press presses the button with these words and checks what comes.
func (c *checker) press(what, words string, status int64) {
	c.t.Helper()
	c.ClickFor(words, status)
	c.Axe(c.lang + ": " + what)
}

// checked is a house that says how to reach a human, asks for a proof from the
// second hold in a minute on, and lets tests be many clients.
func checked(t *testing.T) *house {
	t.Helper()
	return newHouseWith(t, testdb.Open(t, testdb.SQLite(t)), func(h *house, c *web.Config) {
		clients := httpkit.Clients{Trusted: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
		c.Guard = httpkit.NewGuard(httpkit.GuardConfig{
			Clients: clients, Clock: h.clock.Now, Proofs: h.db, Secret: []byte("a secret of a test, 32 bytes long"), PerMinute: 1,
		})
		c.Contact = web.Contact{Phone: "+212524000000", Email: "aide@rdv.example", Text: "de 9 h à 16 h"}
		c.Limiter = httpkit.NewLimiter(60, 1000, clients, h.clock.Now)
	})
}

// No page in any state, faults included, breaks a rule of accessibility that a
// program can check, in either direction of writing.
func TestNoPageBreaksARuleOfAccessibilityInABrowser(t *testing.T) {
	b := browsertest.Start(t)
	for i, screen := range []browsertest.Screen{browsertest.Phone, browsertest.Desktop} {
		way := ways[1-i] // Arabic on the phone, French on the desk
		t.Run(way.lang, func(t *testing.T) {
			h := checked(t)
			c := &checker{h, b.Tab(t, screen, false), way.lang}
			c.choosing()
			c.booking(way)
			c.managing(way)
			c.refused(way)
		})
	}
}

// choosing is every page before a time is chosen.
func (c *checker) choosing() {
	for what, place := range map[string]string{
		"home": "/", "search": "/?q=taxe", "empty search": "/?q=zzzzzz", "situation": "/situations/car",
		"service": "/services/dgi-if", "service of a portal": "/services/cnie-renew", "service better done online": "/services/cf-cert",
		"days": "/services/dgi-if/dgi-safi", "closed days": "/services/dgi-if/dgi-safi?month=2027-08",
		"times": "/services/dgi-if/dgi-safi/2027-06-01", "a closed day": "/services/dgi-if/dgi-safi/2027-06-06",
		"times on two clocks": "/services/dgi-if/dgi-safi/2027-06-01?zone=Europe%2FParis&party=2",
	} {
		c.page(what, place, 200)
	}
	c.page("no such page", "/nothing", 404)
	c.page("no such service", "/services/nothing", 404)
	c.page("sign-in", "/desk/sign-in", 200)
}

// booking is the form with its faults, and what ends a hold.
func (c *checker) booking(way words) {
	c.clock.Advance(2 * time.Minute) // no pressure
	c.Open(c.server.URL + "/" + c.lang + oneDay)
	c.press("form", way.time, 200)
	form := c.Address()
	c.press("form with faults", way.book, http.StatusUnprocessableEntity)
	c.Type("name", way.name)
	c.Type("email", "amina@example.org")
	c.press("confirmation", way.book, 200)
	c.OpenAs(form, 409)
	c.Axe(c.lang + ": form sent twice")

	c.Open(c.server.URL + "/" + c.lang + oneDay)
	c.press("proof of work", way.time, http.StatusTooManyRequests)

	c.clock.Advance(2 * time.Minute)
	c.Open(c.server.URL + "/" + c.lang + oneDay)
	c.Click(way.time)
	c.Type("name", way.name)
	c.Type("email", "amina@example.org")
	c.press("duplicate booking", way.book, 409)
	c.clock.Advance(2 * time.Minute)
	c.Open(c.server.URL + "/" + c.lang + oneDay)
	c.Click(way.time)
	form = c.Address()
	c.clock.Advance(c.engine.Policy().HoldFor)
	c.OpenAs(form, 410)
	c.Axe(c.lang + ": hold expired")
}

// managing is one's appointment in every state.
func (c *checker) managing(way words) {
	b := c.bookOne("narsa-immat", "narsa-safi", "2027-08-11 09:30", scheduler.Citizen{Name: way.name, Email: "a@example.org", Language: c.lang})
	place := "/a/" + b.ManageToken
	for what, place := range map[string]string{
		"appointment": place, "just booked": place + "?new=1", "slip": place + "/slip", "cancel": place + "/cancel",
		"move": place + "/move", "move: days": place + "/move/narsa-safi", "move: times": place + "/move/narsa-safi/2027-08-12",
		"move: confirm": place + "/move/narsa-safi/2027-08-12/09:30",
	} {
		c.page(what, place, 200)
	}
	c.Open(c.server.URL + "/" + c.lang + place + "/cancel")
	c.press("cancelled", way.yes, 200)
	c.page("unknown link", "/a/nothing", 404)
}

// refused is a time that somebody else was quicker to take, and a client that
// asks too often.
func (c *checker) refused(way words) {
	c.clock.Advance(2 * time.Minute)
	c.Open(c.server.URL + "/" + c.lang + "/services/dgi-if/dgi-safi/2027-06-07")
	for range 3 {
		_, err := c.engine.Hold(c.t.Context(), scheduler.HoldRequest{
			OfficeID: "dgi-safi", ServiceID: "dgi-if", StartsAt: time.Date(2027, 6, 7, 9, 30, 0, 0, time.UTC),
		})
		c.must(err)
	}
	c.press("time taken", way.time, 409)
	for range 1100 {
		res, err := http.Get(c.server.URL + "/livez") //nolint:noctx // it only counts
		c.must(err)
		c.must(res.Body.Close())
		if res.StatusCode == http.StatusTooManyRequests {
			break
		}
	}
	c.page("too many requests", "/", http.StatusTooManyRequests)
}

// Pages of staff, in the languages that they speak.
func TestNoPageOfStaffBreaksARuleOfAccessibilityInABrowser(t *testing.T) {
	h := checked(t)
	h.bookOne("dgi-if", "dgi-safi", "2027-05-31 09:30", scheduler.Citizen{})
	h.keepNotices()
	b := browsertest.Start(t)
	for _, lang := range []string{"ar", "fr"} {
		c := &checker{h, b.Tab(t, browsertest.Desktop, false), lang}
		c.Open(h.server.URL + "/" + lang + "/desk/sign-in")
		c.Type("login", "admin")
		c.Type("password", "wrong")
		c.Submit("password", http.StatusUnauthorized)
		c.Axe(lang + ": sign-in refused")
		c.Type("password", password)
		c.Submit("password", 200)
		for _, place := range []string{"/desk", "/desk/outbox"} {
			c.page(place, place, 200)
		}
	}
}
