package rest_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"mawid/api/httpkit"
	"mawid/api/rest"
	"mawid/configs"
	"mawid/internal/enginetest"
	"mawid/internal/locale"
	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/internal/tz"
	"mawid/scheduler"
)

const (
	publicURL = "https://rdv.example.test"
	tuesday   = "2026-12-01" // the Tuesday after the clock's start
)

var secret = []byte("a secret of tests, 32 bytes long")

// clock is a clock that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is the API over a real store with the sample of Safi, on Monday 30
// November 2026, 09:00 in Morocco (UTC+0).
type world struct {
	t       testing.TB
	db      *store.DB
	clock   *clock
	engine  *scheduler.Engine
	handler http.Handler
	spec    *spec // checks every answer; nil for none
	conf    rest.Config
	logged  *bytes.Buffer
}

// staffHeader makes tests staff: the name of a user in world.staff.
const staffHeader = "X-Test-Staff"

var staff = map[string]*scheduler.User{
	"agent-dgi":  {ID: "u1", Role: scheduler.RoleAgent, Offices: []string{"dgi-safi"}},
	"agent-adii": {ID: "u2", Role: scheduler.RoleAgent, Offices: []string{"adii-safi"}},
	"head-adii":  {ID: "u5", Role: scheduler.RoleSupervisor, Offices: []string{"adii-safi"}},
	"admin":      {ID: "u3", Role: scheduler.RoleAdministrator},
	"agent-land": {ID: "u4", Role: scheduler.RoleAgent, Offices: []string{"ancfcc-safi-cf"}},
}

func newWorld(t testing.TB, db *store.DB) *world {
	t.Helper()
	return newWorldWith(t, db, func(*rest.Config) {})
}

func newWorldWith(t testing.TB, db *store.DB, adjust func(*rest.Config)) *world {
	t.Helper()
	w := emptyWorld(t, db, adjust)
	zones := embeddedZones(t)
	sample, err := configs.Read(configs.SampleName, configs.SampleFile, zones)
	must(t, err)
	_, err = w.engine.Import(context.Background(), sample.CatalogueData)
	must(t, err)
	return w
}

func emptyWorld(t testing.TB, db *store.DB, adjust func(*rest.Config)) *world {
	t.Helper()
	w := &world{t: t, db: db, clock: &clock{now: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)}, logged: &bytes.Buffer{}}
	zones := embeddedZones(t)
	book, err := locale.Load()
	must(t, err)
	w.engine, err = scheduler.New(scheduler.Config{
		Store: db, Clock: w.clock.Now, Zones: zones, Random: rand.Reader, Secret: secret, Policy: enginetest.Policy(),
	})
	must(t, err)
	conf := rest.Config{
		Engine: w.engine, Book: book, Zones: zones, Clock: w.clock.Now, Answers: db, Secret: secret,
		PublicURL: publicURL, Version: "test",
		CurrentUser: func(r *http.Request) *scheduler.User { return staff[r.Header.Get(staffHeader)] },
	}
	adjust(&conf)
	w.conf = conf
	api, err := rest.New(conf)
	must(t, err)
	logger := slog.New(slog.NewJSONHandler(w.logged, nil))
	w.handler = httpkit.Chain(api, httpkit.Log(logger, w.clock.Now), httpkit.Recover(nil))
	w.spec = readSpec(t, w.handler)
	return w
}

func embeddedZones(t testing.TB) *tz.Data {
	t.Helper()
	zones, err := tz.Embedded()
	must(t, err)
	return zones
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// answer is what came back.
type answer struct {
	t      testing.TB
	Status int
	Header http.Header
	Raw    []byte
}

// do sends a request and checks the answer against the OpenAPI document.
// headers are pairs. body may be a string, sent as it is, or anything to encode.
func (w *world) do(method, target string, body any, headers ...string) *answer {
	w.t.Helper()
	var sent []byte
	switch b := body.(type) {
	case nil:
	case string:
		sent = []byte(b)
	default:
		var err error
		sent, err = json.Marshal(b)
		must(w.t, err)
	}
	r := httptest.NewRequest(method, target, bytes.NewReader(sent))
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i+1] == "" {
			r.Header.Del(headers[i])
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	a := &answer{w.t, rec.Code, rec.Header(), rec.Body.Bytes()}
	if w.spec != nil {
		w.spec.check(w.t, r, a)
	}
	return a
}

func (w *world) get(target string, headers ...string) *answer {
	w.t.Helper()
	return w.do(http.MethodGet, target, nil, headers...)
}

func (w *world) post(target string, body any, headers ...string) *answer {
	w.t.Helper()
	return w.do(http.MethodPost, target, body, headers...)
}

// want fails unless the status is the one expected.
func (a *answer) want(status int) *answer {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("status %d, want %d: %s", a.Status, status, a.Raw)
	}
	return a
}

// problem fails unless the answer is the problem of this status and code.
func (a *answer) problem(status int, code string) *answer {
	a.t.Helper()
	a.want(status)
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		a.t.Fatalf("content type %q of a problem", got)
	}
	if got := a.text("code"); got != code {
		a.t.Fatalf("code %q, want %q: %s", got, code, a.Raw)
	}
	return a
}

// fields are the fields that a problem names, as "field: code".
func (a *answer) fields() []string {
	a.t.Helper()
	var p httpkit.Problem
	must(a.t, json.Unmarshal(a.Raw, &p))
	var out []string
	for _, f := range p.Errors {
		out = append(out, f.Field+": "+f.Code)
	}
	return out
}

// at walks into the answer: names of fields, or indexes as int.
func (a *answer) at(path ...any) any {
	a.t.Helper()
	var v any
	must(a.t, json.Unmarshal(a.Raw, &v))
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			l, _ := v.([]any)
			if step >= len(l) {
				a.t.Fatalf("%v: only %d items: %s", path, len(l), a.Raw)
			}
			v = l[step]
		}
	}
	return v
}

func (a *answer) text(path ...any) string {
	a.t.Helper()
	s, _ := a.at(path...).(string)
	return s
}

func (a *answer) number(path ...any) int {
	a.t.Helper()
	f, _ := a.at(path...).(float64)
	return int(f)
}

func (a *answer) items(path ...any) []any {
	a.t.Helper()
	l, ok := a.at(path...).([]any)
	if !ok {
		a.t.Fatalf("%v is no list: %s", path, a.Raw)
	}
	return l
}

type object map[string]any

// with returns a copy with other values; a nil value leaves the field out.
func (o object) with(pairs ...any) object {
	out := object{}
	for k, v := range o {
		out[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		name := pairs[i].(string)
		if out[name] = pairs[i+1]; pairs[i+1] == nil {
			delete(out, name)
		}
	}
	return out
}

var amina = object{"name": "Amina Essai", "email": "amina@example.org"}

// bookBody is a booking at 09:30 on Tuesday at the tax office.
func bookBody() object {
	return object{
		"office": "dgi-safi", "service": "dgi-th-tsc", "starts_at": tuesday + "T09:30:00+00:00", "citizen": amina,
	}
}

// book books, and returns the answer.
func (w *world) book(body object) *answer {
	w.t.Helper()
	return w.post("/v1/appointments", body).want(http.StatusCreated)
}

func bearer(a *answer) []string {
	a.t.Helper()
	return []string{"Authorization", "Bearer " + a.text("manage_token")}
}

// openSQLite is a world for tests of what no database decides.
func openSQLite(t testing.TB) *world {
	t.Helper()
	return newWorld(t, testdb.Open(t, testdb.SQLite(t)))
}

// each runs a test on both databases.
func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	testdb.Each(t, func(t *testing.T, db *store.DB) { f(t, newWorld(t, db)) })
}
