package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mawid/api/httpkit"
	"mawid/api/web"
	"mawid/configs"
	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// TestWhoMayDoWhat walks every route of the API and of the staff's pages as
// nobody and as each role, by session and by access token, for what belongs to
// the caller's own office and to another's. What is expected stands in
// access_table_test.go.
func TestWhoMayDoWhat(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newAccessWorld(t, db)
		for _, pattern := range w.patterns() {
			row, known := accessTable[pattern]
			if !known {
				t.Errorf("nobody says who may use %q: add a line for it to accessTable in cmd/mawid/access_table_test.go, such as\n"+
					"\t%q: {least: scheduler.RoleAgent, path: ofAppointment},\n"+
					"least is the least role (leave it out for what everybody may), path makes a thing of an office to ask for "+
					"(leave it out for what is about no office)", pattern, pattern)
				continue
			}
			w.walk(t, pattern, row)
		}
		for pattern := range accessTable {
			if !slices.Contains(w.patterns(), pattern) {
				t.Errorf("accessTable knows %q, which is no route any more", pattern)
			}
		}
	})
}

// accessRow is what is expected of one route.
type accessRow struct {
	// least is the least role that may; "" when everybody may, also without any
	// credential.
	least scheduler.Role
	// path makes the address of a thing of an office; nil when the route is about
	// no one office. The thing is made anew for each request.
	path func(w *accessWorld, office string) string
	// form or body to send; nil sends an empty one.
	form func(w *accessWorld, office string) url.Values
	body string
	// absent: what is asked for does not exist, so 404 is as good as success.
	absent bool
	// holder: it is for who holds the secret of the thing; staff may be refused.
	holder bool
}

// outcome is what became of a request, as far as it is about permission.
type outcome string

const (
	allowed   outcome = "allowed"
	nobody    outcome = "asked who it is" // 401, or led to the sign-in
	forbidden outcome = "forbidden"       // 403
	missing   outcome = "not there"       // 404
)

// Two offices: the caller's and another's.
const (
	ownOffice   = "dgi-safi"
	otherOffice = "tpi-safi-famille"
)

// openDay is a time at which both offices are open: a Tuesday.
var openDay = time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)

// accessWorld is a whole Mawid in this process, with a user of each role.
type accessWorld struct {
	t       *testing.T
	house   *house
	handler http.Handler
	server  *httptest.Server
	users   map[scheduler.Role]scheduler.User
	tokens  map[scheduler.Role]string
	tickets map[string]string // by office
	made    int               // things made, so that each has its own time
}

func newAccessWorld(t *testing.T, db *store.DB) *accessWorld {
	t.Helper()
	settings := configs.Defaults()
	settings.Secret, settings.DataDir = strings.Repeat("access", 8), filepath.Join(t.TempDir(), "data")
	settings.Limits.RequestsPerMinute, settings.Limits.HoldsPerMinute = 0, 0
	zones, err := openZoneData(settings)
	must(t, err)
	stopping := make(chan struct{})
	begun := time.Now()
	clock := func() time.Time { return openDay.Add(time.Since(begun)) }
	h := &house{settings: settings, zones: zones, store: db, wake: make(chan struct{}, 1), stopping: stopping, clock: clock}
	must(t, h.prepare(t.Context()))
	must(t, h.furnish(t.Context()))
	w := &accessWorld{t: t, house: h, users: map[scheduler.Role]scheduler.User{}, tokens: map[scheduler.Role]string{}, tickets: map[string]string{}}
	w.server = httptest.NewUnstartedServer(nil)
	h.settings.PublicURL = "http://" + w.server.Listener.Addr().String()
	w.handler, err = h.handler(slog.New(slog.DiscardHandler), newMetrics(db))
	must(t, err)
	w.server.Config.Handler = w.handler
	w.server.Start()
	t.Cleanup(func() {
		close(stopping)
		w.server.Close()
	})
	for _, role := range scheduler.Roles() {
		w.addUser(role)
	}
	return w
}

func (w *accessWorld) addUser(role scheduler.Role) {
	w.t.Helper()
	ctx := w.t.Context()
	_, err := w.house.accounts().Add(ctx, nil, string(role), role, []string{ownOffice})
	must(w.t, err)
	u, err := w.house.store.UserByLogin(ctx, string(role))
	must(w.t, err)
	must(w.t, w.house.store.UpdateUser(ctx, u.WithPassword(u.PasswordHash, false), u.Epoch))
	u, err = w.house.store.User(ctx, u.ID)
	must(w.t, err)
	w.users[role] = u
	w.tokens[role], err = w.house.accounts().NewToken(ctx, nil, u.ID, "test", scheduler.RoleAdministrator, 24*time.Hour)
	must(w.t, err)
}

// patterns are all routes: of the API by its own document, and of the pages by
// their own table.
func (w *accessWorld) patterns() []string {
	w.t.Helper()
	res, err := http.Get(w.server.URL + "/openapi.json") //nolint:noctx // a test's own server
	must(w.t, err)
	defer func() { _ = res.Body.Close() }()
	var doc struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	must(w.t, json.NewDecoder(res.Body).Decode(&doc))
	var all []string
	for path, methods := range doc.Paths {
		for method := range methods {
			all = append(all, strings.ToUpper(method)+" "+path)
		}
	}
	all = append(all, slices.Collect(maps.Keys(web.StaffRoutes()))...)
	slices.Sort(all)
	if len(all) < 60 {
		w.t.Fatalf("only %d routes: the test looks in the wrong place", len(all))
	}
	return all
}

// credential is how a request says who it is from.
type credential struct {
	role scheduler.Role // "" for nobody
	by   string         // "", "session" or "token"
}

func (w *accessWorld) walk(t *testing.T, pattern string, row accessRow) {
	t.Helper()
	credentials := []credential{{}}
	for _, role := range scheduler.Roles() {
		credentials = append(credentials, credential{role, "session"}, credential{role, "token"})
	}
	offices := []string{ownOffice}
	if row.path != nil {
		offices = append(offices, otherOffice)
	}
	for _, c := range credentials {
		for _, office := range offices {
			want := row.expected(pattern, c, office)
			before := w.lastDeed(c.role)
			got, status := w.ask(pattern, row, c, office)
			if row.leavesDeed(pattern) && c.role != "" && status < 300 && w.lastDeed(c.role) == before {
				t.Errorf("%s as %s by %s for %s: done, and not in the log of deeds", pattern, c.role, c.by, office)
			}
			if !slices.Contains(want, got) {
				t.Errorf("%s as %s by %s for %s: %s (%d), want %v", pattern, cmpOr(string(c.role), "nobody"), cmpOr(c.by, "nothing"), office, got, status, want)
			}
		}
	}
}

func cmpOr(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// expected is the outcome that is right, or the outcomes.
func (r accessRow) expected(pattern string, c credential, office string) []outcome {
	page := strings.Contains(pattern, " /desk")
	foreign := r.path != nil && office == otherOffice && c.role != scheduler.RoleAdministrator
	right := []outcome{allowed}
	if r.absent {
		right = append(right, missing)
	}
	switch {
	case r.least == "":
		return right
	case c.role == "" || page && c.by == "token":
		return []outcome{nobody}
	case !c.role.AtLeast(r.least) && foreign:
		return []outcome{forbidden, missing}
	case !c.role.AtLeast(r.least):
		return []outcome{forbidden}
	case foreign && r.holder:
		return []outcome{missing, forbidden, nobody}
	case foreign:
		return []outcome{missing}
	case r.holder:
		return []outcome{allowed, missing, forbidden, nobody}
	}
	return right
}

// ask sends one request and reads what became of it. Each has a session of its
// own: some routes end sessions.
func (w *accessWorld) ask(pattern string, row accessRow, c credential, office string) (outcome, int) {
	w.t.Helper()
	method, path, _ := strings.Cut(pattern, " ")
	if row.path != nil {
		path = row.path(w, office)
	} else {
		path = strings.NewReplacer("{id}", "nothing", "{feed}", "nothing", "{password}", "nothing", "{user}", w.victim().ID).Replace(path)
	}
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, w.server.URL+path, nil)
	must(w.t, err)
	if method == http.MethodPost {
		w.fill(r, row, office, strings.HasPrefix(path, "/v1/"))
	}
	switch c.by {
	case "session":
		r.AddCookie(w.signIn(c.role))
	case "token":
		r.Header.Set("Authorization", "Bearer "+w.tokens[c.role])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	must(w.t, err)
	defer func() { _ = res.Body.Close() }()
	return read(res), res.StatusCode
}

func (w *accessWorld) fill(r *http.Request, row accessRow, office string, api bool) {
	text, kind := row.body, "application/json"
	if !api {
		kind = "application/x-www-form-urlencoded"
		if row.form != nil {
			text = row.form(w, office).Encode()
		}
	}
	r.Header.Set("Content-Type", kind)
	r.Body, r.ContentLength = http.NoBody, 0
	if text != "" {
		body := strings.NewReader(strings.ReplaceAll(text, "{office}", office))
		r.Body, r.ContentLength = readCloser{body}, body.Size()
	}
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

func read(res *http.Response) outcome {
	switch {
	case res.StatusCode == http.StatusUnauthorized, strings.HasSuffix(res.Header.Get("Location"), "/desk/sign-in"):
		return nobody
	case res.StatusCode == http.StatusForbidden:
		return forbidden
	case res.StatusCode == http.StatusNotFound:
		return missing
	case res.StatusCode >= 500:
		return outcome(fmt.Sprintf("a fault (%d)", res.StatusCode))
	}
	return allowed
}

// signIn begins a session of a user of the role, without the password.
func (w *accessWorld) signIn(role scheduler.Role) *http.Cookie {
	w.t.Helper()
	u, err := w.house.store.User(w.t.Context(), w.users[role].ID)
	must(w.t, err)
	return sessionOf(w.t, w.house, u)
}

// sessionOf begins a session of a user, without the password.
func sessionOf(t testing.TB, h *house, u scheduler.User) *http.Cookie {
	t.Helper()
	sessions := httpkit.NewSessions(httpkit.SessionsConfig{
		Store: h.store.Sessions(time.Now), Users: h.store, Passwords: httpkit.NewPasswords(1), Clock: time.Now, Secret: h.secret,
	})
	rec := httptest.NewRecorder()
	sessions.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		must(t, sessions.Begin(r, u))
	})).ServeHTTP(rec, httptest.NewRequest(http.MethodPost, "/", nil))
	return rec.Result().Cookies()[0]
}
