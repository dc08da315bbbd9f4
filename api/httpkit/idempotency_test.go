package httpkit_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// answers keeps answers in memory, as storage does: it is the port's contract
// in its shortest form. The REST tests run over the real one.
type answers struct {
	mu     sync.Mutex
	kept   map[string]scheduler.Answer
	until  map[string]time.Time
	broken error // what FinishAnswer returns
}

func newAnswers() *answers {
	return &answers{kept: map[string]scheduler.Answer{}, until: map[string]time.Time{}}
}

func (a *answers) ClaimAnswer(_ context.Context, key string, fingerprint []byte, now, expires time.Time) (scheduler.Answer, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if kept, ok := a.kept[key]; ok && (kept.State == scheduler.AnswerDone || a.until[key].After(now)) {
		return kept, nil
	}
	a.kept[key] = scheduler.Answer{State: scheduler.AnswerRunning, Fingerprint: fingerprint}
	a.until[key] = expires
	return scheduler.Answer{State: scheduler.AnswerNew, Fingerprint: fingerprint}, nil
}

func (a *answers) FinishAnswer(_ context.Context, key string, sealed []byte) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	kept := a.kept[key]
	if a.broken != nil {
		return a.broken
	}
	kept.State, kept.Sealed = scheduler.AnswerDone, sealed
	a.kept[key] = kept
	return nil
}

func (a *answers) DropAnswer(_ context.Context, key string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.kept, key)
	return nil
}

// idempotent wraps a handler that counts its runs and answers with next.
type idempotent struct {
	t     *testing.T
	clock *clock
	store *answers
	runs  int
	next  http.HandlerFunc
	h     http.Handler
}

func newIdempotent(t *testing.T, next http.HandlerFunc) *idempotent {
	t.Helper()
	i := &idempotent{t: t, clock: newClock(), store: newAnswers(), next: next}
	m, err := httpkit.NewIdempotency(i.store, []byte(strings.Repeat("s", 32)), i.clock.Now,
		func(r *http.Request) string { return r.Header.Get("Authorization") })
	if err != nil {
		t.Fatal(err)
	}
	i.h = m.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.runs++
		i.next(w, r)
	}))
	return i
}

func (i *idempotent) send(method, target, body string, headers ...string) *httptest.ResponseRecorder {
	i.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for k := 0; k < len(headers); k += 2 {
		r.Header.Add(headers[k], headers[k+1])
	}
	rec := httptest.NewRecorder()
	i.h.ServeHTTP(rec, r)
	return rec
}

func created(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Location", "/things/1")
	w.Header().Set("X-Delivery", "first")
	w.WriteHeader(http.StatusCreated)
	_, _ = w.Write(append([]byte("made of "), body...))
}

func TestIdempotency(t *testing.T) {
	i := newIdempotent(t, created)
	first := i.send("POST", "/things", "wood", "Idempotency-Key", "k")
	again := i.send("POST", "/things", "wood", "Idempotency-Key", "k")
	for _, rec := range []*httptest.ResponseRecorder{first, again} {
		if rec.Code != 201 || rec.Body.String() != "made of wood" || rec.Header().Get("Location") != "/things/1" {
			t.Errorf("%d %s %v", rec.Code, rec.Body, rec.Header())
		}
	}
	if i.runs != 1 {
		t.Errorf("ran %d times", i.runs)
	}
	if again.Header().Get("Idempotent-Replayed") != "true" || again.Header().Get("X-Delivery") != "" || first.Header().Get("X-Delivery") != "first" {
		t.Errorf("first %v, again %v", first.Header(), again.Header())
	}
}

func TestIdempotencyTellsRequestsApart(t *testing.T) {
	tests := []struct {
		name                 string
		method, target, body string
		headers              []string
		status               int
	}{
		{"other body", "POST", "/things", "iron", []string{"Idempotency-Key", "k"}, 422},
		{"other path", "POST", "/others", "wood", []string{"Idempotency-Key", "k"}, 422},
		{"other query", "POST", "/things?x=1", "wood", []string{"Idempotency-Key", "k"}, 422},
		{"other key", "POST", "/things", "wood", []string{"Idempotency-Key", "K"}, 201},
		{"other caller", "POST", "/things", "wood", []string{"Idempotency-Key", "k", "Authorization", "x"}, 201},
		{"no key", "POST", "/things", "wood", nil, 201},
		{"not a POST", "PUT", "/things", "wood", []string{"Idempotency-Key", "k"}, 201},
		{"empty key", "POST", "/things", "wood", []string{"Idempotency-Key", ""}, 422},
		{"two keys", "POST", "/things", "wood", []string{"Idempotency-Key", "k", "Idempotency-Key", "k"}, 422},
		{"key too long", "POST", "/things", "wood", []string{"Idempotency-Key", strings.Repeat("k", 256)}, 422},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			i := newIdempotent(t, created)
			i.send("POST", "/things", "wood", "Idempotency-Key", "k")
			rec := i.send(test.method, test.target, test.body, test.headers...)
			if rec.Code != test.status {
				t.Errorf("%d, want %d: %s", rec.Code, test.status, rec.Body)
			}
			if ran := i.runs == 2; ran != (test.status == 201) {
				t.Errorf("ran %d times", i.runs)
			}
		})
	}
}

func TestIdempotencyInFlight(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	i := newIdempotent(t, func(w http.ResponseWriter, r *http.Request) {
		close(entered)
		<-release
		created(w, r)
	})
	done := make(chan *httptest.ResponseRecorder)
	go func() { done <- i.send("POST", "/things", "wood", "Idempotency-Key", "k") }()
	<-entered
	if rec := i.send("POST", "/things", "wood", "Idempotency-Key", "k"); rec.Code != 409 || !strings.Contains(rec.Body.String(), "in_flight") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if rec := i.send("POST", "/things", "iron", "Idempotency-Key", "k"); rec.Code != 422 {
		t.Errorf("another body in flight: %d", rec.Code)
	}
	close(release)
	if rec := <-done; rec.Code != 201 {
		t.Errorf("the first: %d", rec.Code)
	}
	if rec := i.send("POST", "/things", "wood", "Idempotency-Key", "k"); rec.Code != 201 {
		t.Errorf("afterwards: %d", rec.Code)
	}
}

// TestIdempotencyOfADeadNode: what a node left running is not in flight for
// ever.
func TestIdempotencyOfADeadNode(t *testing.T) {
	i := newIdempotent(t, created)
	i.next = func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	i.store.broken = errors.New("gone")
	func() {
		defer func() { _ = recover() }()
		i.send("POST", "/things", "wood", "Idempotency-Key", "k")
	}()
	i.next, i.store.broken = created, nil
	if rec := i.send("POST", "/things", "wood", "Idempotency-Key", "k"); rec.Code != 201 {
		t.Errorf("after a panic: %d", rec.Code)
	}
	// The same with a process that ends without a word: the claim stays.
	i = newIdempotent(t, created)
	i.store.broken = errors.New("gone")
	i.send("POST", "/things", "wood", "Idempotency-Key", "k")
	i.store.broken = nil
	if rec := i.send("POST", "/things", "wood", "Idempotency-Key", "k"); rec.Code != 409 {
		t.Errorf("at once: %d", rec.Code)
	}
	i.clock.advance(5 * time.Minute)
	if rec := i.send("POST", "/things", "wood", "Idempotency-Key", "k"); rec.Code != 201 || i.runs != 2 {
		t.Errorf("later: %d, %d runs", rec.Code, i.runs)
	}
}

func TestIdempotencyKeepsNoFailures(t *testing.T) {
	for status, kept := range map[int]bool{200: true, 204: true, 404: true, 409: true, 422: true, 429: false, 500: false, 503: false} {
		i := newIdempotent(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		i.send("POST", "/things", "wood", "Idempotency-Key", "k")
		rec := i.send("POST", "/things", "wood", "Idempotency-Key", "k")
		if rec.Code != status || (i.runs == 1) != kept {
			t.Errorf("%d: then %d, %d runs", status, rec.Code, i.runs)
		}
	}
}

// TestKeptAnswersAreSecret: what storage holds tells nothing, opens under no
// other secret and under no other key.
func TestKeptAnswersAreSecret(t *testing.T) {
	i := newIdempotent(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "manage-token") })
	i.send("POST", "/things", "wood", "Idempotency-Key", "a", "Authorization", "s3cret")
	i.send("POST", "/things", "wood", "Idempotency-Key", "b", "Authorization", "s3cret")
	var keys []string
	for key, kept := range i.store.kept {
		keys = append(keys, key)
		if strings.Contains(string(kept.Sealed), "manage-token") || strings.Contains(key, "s3cret") || len(key) != 64 {
			t.Errorf("storage sees %q under %q", kept.Sealed, key)
		}
	}
	x, y := i.store.kept[keys[0]], i.store.kept[keys[1]]
	x.Sealed, y.Sealed = y.Sealed, x.Sealed
	i.store.kept[keys[0]], i.store.kept[keys[1]] = x, y
	if rec := i.send("POST", "/things", "wood", "Idempotency-Key", "a", "Authorization", "s3cret"); rec.Code != 500 {
		t.Errorf("an answer moved to another key opens: %d %s", rec.Code, rec.Body)
	}
}

func TestIdempotencyWantsASecret(t *testing.T) {
	if _, err := httpkit.NewIdempotency(newAnswers(), []byte("short"), newClock().Now, nil); err == nil {
		t.Error("a short secret is taken")
	}
}
