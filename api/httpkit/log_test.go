package httpkit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// clock is a clock that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)} }

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

// logged serves one request inside Log and returns the answer and the log.
func logged(t *testing.T, c *clock, h http.Handler, r *http.Request) (*httptest.ResponseRecorder, string) {
	t.Helper()
	var out bytes.Buffer
	rec := httptest.NewRecorder()
	httpkit.Log(slog.New(slog.NewJSONHandler(&out, nil)), c.Now)(h).ServeHTTP(rec, r)
	return rec, out.String()
}

func lineOf(t *testing.T, log string) map[string]any {
	t.Helper()
	if n := strings.Count(log, "\n"); n != 1 {
		t.Fatalf("%d lines, want 1: %s", n, log)
	}
	var line map[string]any
	if err := json.Unmarshal([]byte(log), &line); err != nil {
		t.Fatal(err)
	}
	return line
}

func TestLogLine(t *testing.T) {
	c := newClock()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /a/{token}", func(w http.ResponseWriter, _ *http.Request) {
		c.advance(30 * time.Millisecond)
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "hello")
	})
	outer := http.NewServeMux() // as in the program: a mux of muxes
	outer.Handle("/", httpkit.Routes(mux))
	r := httptest.NewRequest("GET", "/a/s3cret-token?name=Amina", nil)
	r.Header.Set("Authorization", "Bearer s3cret-bearer")
	// Sessions copy the request on its way, as this does.
	copied := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { outer.ServeHTTP(w, r.Clone(r.Context())) })
	rec, log := logged(t, c, copied, r)
	line := lineOf(t, log)
	for name, want := range map[string]any{
		"level": "INFO", "msg": "request", "method": "GET", "route": "GET /a/{token}", "status": 418.0, "bytes": 5.0, "duration": 3e7,
	} {
		if line[name] != want {
			t.Errorf("%s: got %v, want %v", name, line[name], want)
		}
	}
	if strings.Contains(log, "s3cret") || strings.Contains(log, "Amina") {
		t.Errorf("the log tells secrets: %s", log)
	}
	id := rec.Header().Get("X-Request-Id")
	if line["id"] != id || !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(id) {
		t.Errorf("id %q in the answer, %v in the log", id, line["id"])
	}
}

func TestLogWithoutPatternSaysNothingOfThePath(t *testing.T) {
	r := httptest.NewRequest("GET", "/a/s3cret-token", nil)
	r.Method = "s3cret-method"
	_, log := logged(t, newClock(), http.NotFoundHandler(), r)
	if line := lineOf(t, log); line["route"] != "" || line["method"] != "other" || line["status"] != 404.0 {
		t.Errorf("line %v", line)
	}
	if strings.Contains(log, "s3cret") {
		t.Errorf("the log tells secrets: %s", log)
	}
}

func TestFaultsAreLoggedOnceUnderTheIDThatTheCallerSees(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		httpkit.WriteProblem(w, r, errors.New("the disk is on fire"))
	})
	rec, log := logged(t, newClock(), h, httptest.NewRequest("GET", "/", nil))
	line := lineOf(t, log)
	if line["level"] != "ERROR" || line["fault"] != "the disk is on fire" {
		t.Errorf("line %v", line)
	}
	var p httpkit.Problem
	if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if p.Instance != "urn:uuid:"+line["id"].(string) {
		t.Errorf("instance %q, id %v", p.Instance, line["id"])
	}
}

func TestCallersFaultsAreNotErrors(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		httpkit.NoteFault(r.Context(), nil)
		httpkit.WriteProblem(w, r, scheduler.ErrSlotTaken)
	})
	_, log := logged(t, newClock(), h, httptest.NewRequest("POST", "/", nil))
	if line := lineOf(t, log); line["level"] != "INFO" || line["fault"] != nil {
		t.Errorf("line %v", line)
	}
}

func TestRecover(t *testing.T) {
	h := httpkit.Recover(nil)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a bug") }))
	rec, log := logged(t, newClock(), h, httptest.NewRequest("GET", "/", nil))
	line := lineOf(t, log)
	fault, _ := line["fault"].(string)
	if rec.Code != 500 || line["level"] != "ERROR" || !strings.Contains(fault, "a bug") || !strings.Contains(fault, "TestRecover") {
		t.Errorf("%d %v", rec.Code, line)
	}
	if !strings.Contains(rec.Body.String(), `"internal"`) || strings.Contains(rec.Body.String(), "a bug") {
		t.Errorf("answer %s", rec.Body)
	}
}

func TestRecoverCutsHalfAnAnswer(t *testing.T) {
	h := httpkit.Recover(nil)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half")
		panic("a bug")
	}))
	server := httptest.NewServer(h)
	defer server.Close()
	server.Config.ErrorLog = nil
	resp, err := http.Get(server.URL)
	if err != nil {
		return // cut before the headers were sent: as good
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err == nil {
		t.Errorf("the caller takes %q for the whole answer", body)
	}
}

func TestRecoverLeavesAbortsAlone(t *testing.T) {
	h := httpkit.Recover(nil)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer func() {
		if v := recover(); v != http.ErrAbortHandler {
			t.Errorf("recovered %v", v)
		}
	}()
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	t.Error("the panic was swallowed")
}

func TestRequestIDOutsideLog(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	httpkit.NoteFault(r.Context(), errors.New("nobody listens")) // must not panic
	if got := httpkit.RequestID(r.Context()); got != "" {
		t.Errorf("id %q", got)
	}
}

// TestControllerReachesTheConnection: server-sent events flush through Log.
func TestControllerReachesTheConnection(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Errorf("flush: %v", err)
		}
	})
	rec, _ := logged(t, newClock(), httpkit.Recover(nil)(h), httptest.NewRequest("GET", "/", nil))
	if !rec.Flushed {
		t.Error("not flushed")
	}
}
