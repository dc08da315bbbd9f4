package rest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"mawid/api/httpkit"
	"mawid/api/rest"
	"mawid/internal/testdb"
)

func TestUnknownRoutes(t *testing.T) {
	w := openSQLite(t)
	for _, path := range []string{
		"/v1", "/v1/", "/v1/nothing", "/v1/offices/", "/v1/appointments/x/steal", "/v2/offices", "/", "/openapi.yaml", "/docs", "/schemas/Problem.json",
	} {
		w.get(path).problem(404, "not_found")
	}
	w.post("/v1/nothing", object{}).problem(404, "not_found")
}

func TestWrongMethods(t *testing.T) {
	w := openSQLite(t)
	tests := []struct{ method, path, allow string }{
		{"POST", "/v1/offices", "GET, HEAD"},
		{"PUT", "/v1/holds", "POST"},
		{"DELETE", "/v1/appointments/x", "GET, HEAD"},
		{"GET", "/v1/appointments/x/cancel", "POST"},
		{"PATCH", "/v1/holds/x", "DELETE, GET, HEAD"},
		{"OPTIONS", "/v1/slots", "GET, HEAD"},
	}
	for _, test := range tests {
		a := w.do(test.method, test.path, nil).problem(405, "method_not_allowed")
		if got := a.Header.Get("Allow"); got != test.allow {
			t.Errorf("%s %s: Allow %q, want %q", test.method, test.path, got, test.allow)
		}
	}
}

func TestHead(t *testing.T) {
	w := openSQLite(t)
	w.spec = nil // a HEAD has no body to conform
	if a := w.do(http.MethodHead, "/v1/offices", nil).want(200); a.Header.Get("Content-Type") != "application/json" {
		t.Errorf("headers %v", a.Header)
	}
}

func TestBodiesThatCannotBeRead(t *testing.T) {
	w := openSQLite(t)
	json := []string{"Content-Type", "application/json"}
	tests := []struct {
		name    string
		body    string
		headers []string
		status  int
		code    string
	}{
		{"not JSON", `hello`, json, 400, "bad_request"},
		{"ends early", `{"office": "dgi`, json, 400, "bad_request"},
		{"goes on", `{} {}`, json, 400, "bad_request"},
		{"nothing", ``, json, 400, "bad_request"},
		{"spaces", "  \n", json, 400, "bad_request"},
		{"not UTF-8", "{\"office\": \"\xff\"}", json, 400, "bad_request"},
		{"NUL between", "{\x00}", json, 400, "bad_request"},
		{"a field twice", `{"office": "a", "office": "b"}`, json, 400, "bad_request"},
		{"a field twice, other case", `{"office": "a", "OFFICE": "b"}`, json, 400, "bad_request"},
		{"nested deeply", strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000), json, 400, "bad_request"},
		{"a list", `[]`, json, 422, "invalid"},
		{"a string", `"office"`, json, 422, "invalid"},
		{"null", `null`, json, 422, "invalid"},
		{"too large", `{"note": "` + strings.Repeat("x", httpkit.MaxBody) + `"}`, json, 413, "too_large"},
		{"a form", `office=dgi-safi`, []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "unsupported_media_type"},
		{"text", `{}`, []string{"Content-Type", "text/plain"}, 415, "unsupported_media_type"},
		{"other charset", `{}`, []string{"Content-Type", "application/json; charset=windows-1256"}, 415, "unsupported_media_type"},
		{"nonsense type", `{}`, []string{"Content-Type", "json;;;"}, 415, "unsupported_media_type"},
		{"charset told", `{}`, []string{"Content-Type", "application/json; charset=UTF-8"}, 422, "invalid"},
		{"no type", `{}`, []string{"Content-Type", ""}, 422, "invalid"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, path := range []string{"/v1/appointments", "/v1/holds"} {
				a := w.post(path, test.body, test.headers...)
				a.t = t
				a.problem(test.status, test.code)
				if strings.Contains(string(a.Raw), "dgi") {
					t.Errorf("the answer repeats what was sent: %s", a.Raw)
				}
			}
		})
	}
}

func TestForeignPagesMayNotPost(t *testing.T) {
	w := openSQLite(t)
	w.post("/v1/appointments", bookBody(), "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example").problem(403, "forbidden")
	w.get("/v1/offices", "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example").want(200)
	w.post("/v1/appointments", bookBody(), "Sec-Fetch-Site", "same-origin", "Origin", publicURL).want(201)
}

func TestTooManyRequests(t *testing.T) {
	db := testdb.Open(t, testdb.SQLite(t))
	w := emptyWorld(t, db, func(c *rest.Config) {
		c.Limiter = httpkit.NewLimiter(60, 3, httpkit.Clients{}, c.Clock)
	})
	w.get("/v1/offices").want(200) // reading the document was the first
	w.get("/v1/offices").want(200)
	a := w.get("/v1/offices").problem(429, "too_many_requests")
	if got := a.Header.Get("Retry-After"); got != "1" {
		t.Errorf("Retry-After %q", got)
	}
}

func TestHeadersOfAnswers(t *testing.T) {
	w := openSQLite(t)
	for _, a := range []*answer{w.get("/v1/offices"), w.get("/v1/nothing"), w.get("/openapi.json")} {
		if got := a.Header.Get("Content-Security-Policy"); got != httpkit.APIPolicy {
			t.Errorf("policy %q", got)
		}
		if a.Header.Get("X-Request-Id") == "" || a.Header.Get("X-Robots-Tag") != "noindex" {
			t.Errorf("headers %v", a.Header)
		}
	}
}

func TestNewWantsItsParts(t *testing.T) {
	if _, err := rest.New(rest.Config{}); err == nil {
		t.Error("an API of nothing is made")
	}
	db := testdb.Open(t, testdb.SQLite(t))
	for name, spoil := range map[string]func(*rest.Config){
		"short secret": func(c *rest.Config) { c.Secret = []byte("short") },
		"address":      func(c *rest.Config) { c.PublicURL = "no address" },
		"no engine":    func(c *rest.Config) { c.Engine = nil },
	} {
		w := emptyWorld(t, db, func(*rest.Config) {})
		conf := w.conf
		spoil(&conf)
		if _, err := rest.New(conf); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestOverTheWire books on a real connection, twice on the same one.
func TestOverTheWire(t *testing.T) {
	w := openSQLite(t)
	server := httptest.NewServer(w.handler)
	defer server.Close()
	for i, want := range []int{http.StatusCreated, http.StatusConflict} {
		resp, err := server.Client().Post(server.URL+"/v1/appointments", "application/json", strings.NewReader(raw(t, bookBody())))
		must(t, err)
		body, err := io.ReadAll(resp.Body)
		must(t, err)
		must(t, resp.Body.Close())
		if resp.StatusCode != want || int64(len(body)) != resp.ContentLength {
			t.Errorf("request %d: %d with %d of %d bytes: %s", i, resp.StatusCode, len(body), resp.ContentLength, body)
		}
	}
}
