package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"mawid/api/httpkit"
	"mawid/api/web"
	"mawid/configs"
	"mawid/internal/calendar"
	"mawid/internal/enginetest"
	"mawid/internal/locale"
	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// house is the pages over a real database with the real sample, on a clock that
// tests move: Monday 2027-05-31, 07:00 in Safi.
type house struct {
	t      *testing.T
	db     *store.DB
	engine *scheduler.Engine
	clock  *enginetest.Clock
	book   *locale.Book
	server *httptest.Server
}

const password = "correct horse battery"

var secret = []byte("a secret of tests, 32 bytes long")

// passwordHash is made once: it takes as long as it is meant to.
var passwordHash = sync.OnceValues(func() (string, error) {
	return httpkit.NewPasswords(1).Hash(context.Background(), password)
})

// eachHouse runs a test on both databases.
func eachHouse(t *testing.T, test func(*house)) {
	t.Helper()
	testdb.Each(t, func(t *testing.T, db *store.DB) { test(newHouse(t, db, nil)) })
}

// oneHouse is for what does not depend on the database.
func oneHouse(t *testing.T) *house {
	t.Helper()
	return newHouse(t, testdb.Open(t, testdb.SQLite(t)), nil)
}

func newHouse(t *testing.T, db *store.DB, limiter *httpkit.Limiter) *house {
	t.Helper()
	return newHouseWith(t, db, func(_ *house, c *web.Config) { c.Limiter = limiter })
}

// newHouseWith lets a test set what it likes.
func newHouseWith(t *testing.T, db *store.DB, set func(*house, *web.Config)) *house {
	t.Helper()
	h := &house{t: t, db: db, clock: enginetest.NewClock(t)}
	h.engine = enginetest.Node(t, db, h.clock, 1)
	sample, err := configs.Read(configs.SampleName, configs.SampleFile, enginetest.Zones(t))
	h.must(err)
	_, err = h.engine.Import(t.Context(), sample.CatalogueData)
	h.must(err)
	h.book, err = locale.Load()
	h.must(err)
	h.addStaff()
	h.server = httptest.NewUnstartedServer(nil)
	config := h.config(nil)
	set(h, &config)
	pages, err := web.New(config)
	h.must(err)
	h.server.Config.Handler = pages
	h.server.Start()
	t.Cleanup(h.server.Close)
	return h
}

func (h *house) config(limiter *httpkit.Limiter) web.Config {
	maker := calendar.New(h.book).With(h.engine.Reach)
	return web.Config{
		Engine: h.engine, Book: h.book, Clock: h.clock.Now, Zones: enginetest.Zones(h.t),
		PublicURL: "http://" + h.server.Listener.Addr().String(), Feeds: true, Unofficial: true, Limiter: limiter,
		ICS: func(ctx context.Context, a scheduler.Appointment, link string) ([]byte, error) {
			c, err := h.engine.Catalogue(ctx)
			if err != nil {
				return nil, err
			}
			return maker.Single(c, a, link)
		},
		Sessions: httpkit.NewSessions(httpkit.SessionsConfig{
			Store: h.db.Sessions(time.Now), // scs reckons with the real time
			Users: h.db, Passwords: httpkit.NewPasswords(1), Clock: h.clock.Now, Secret: secret,
		}),
		Outbox: h.db, Preview: samples(), Agenda: h.db, Staff: h.db, Accounts: httpkit.NewAccounts(h.db, httpkit.NewPasswords(1), h.clock.Now, secret),
	}
}

// addStaff adds an administrator and an agent of one office.
func (h *house) addStaff() {
	hash, err := passwordHash()
	h.must(err)
	for _, u := range []scheduler.User{
		{ID: "usr_1", Login: "admin", Role: scheduler.RoleAdministrator, PasswordHash: hash},
		{ID: "usr_2", Login: "agent", Role: scheduler.RoleAgent, Offices: []string{"dgi-safi"}, PasswordHash: hash},
	} {
		h.must(h.db.AddUser(h.t.Context(), u))
	}
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// bookOne books a service without the pages, and returns it with its token.
func (h *house) bookOne(service, office, at string, c scheduler.Citizen) scheduler.Booked {
	h.t.Helper()
	if c.Name == "" {
		c.Name, c.Email, c.Language = "Amina Benali", "amina@example.org", "fr"
	}
	b, err := h.engine.Book(h.t.Context(), scheduler.BookRequest{
		ServiceID: service, OfficeID: office, StartsAt: enginetest.At(h.t, at), Citizen: c,
	})
	h.must(err)
	return b
}

// keepNotices settles what is due as a notifier without servers does.
func (h *house) keepNotices() {
	h.t.Helper()
	ctx, now := h.t.Context(), h.clock.Now()
	claimed, err := h.db.ClaimNotices(ctx, scheduler.ChannelEmail, now, now.Add(time.Minute), 100)
	h.must(err)
	for _, n := range claimed {
		h.must(h.db.SettleNotice(ctx, n, scheduler.Receipt{
			At: now, State: scheduler.NoticeKept, Code: "kept",
			Message: &scheduler.Message{
				To: "amina@example.org", Subject: "Rendez-vous réservé", Text: "Bonjour,\n\nVoir : https://rdv.example.ma/a/token <b>\n",
				Raw: []byte("Subject: test\r\n\r\nBonjour\r\n"),
			},
		}))
	}
}

// countRows says how often the stored day of a time is taken, over all ticks.
func (h *house) taken(pool, date string) int {
	h.t.Helper()
	d, err := scheduler.ParseDate(date)
	h.must(err)
	day, _, err := h.db.Day(h.t.Context(), pool, d)
	h.must(err)
	n := 0
	for _, b := range day.Taken {
		n += int(b)
	}
	return n
}

// get fetches a page without following redirects.
func (h *house) get(path string, headers ...string) *http.Response {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.server.URL+path, nil)
	h.must(err)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	h.must(err)
	h.t.Cleanup(func() { _ = res.Body.Close() })
	return res
}
