package rest_test

import (
	"bufio"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"mawid/api/rest"
	"mawid/internal/enginetest"
	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

var asAgent = []string{staffHeader, "agent-dgi"}

// drawTicket draws a walk-in ticket at the tax office.
func (w *world) drawTicket(pairs ...any) *answer {
	w.t.Helper()
	return w.post("/v1/offices/dgi-safi/tickets", object{"service": "dgi-th-tsc"}.with(pairs...), asAgent...).want(http.StatusCreated)
}

func (w *world) step(ticket *answer, what string, body any) *answer {
	w.t.Helper()
	return w.post("/v1/tickets/"+ticket.text("id")+"/"+what, body, asAgent...)
}

func TestADayAtTheDesk(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		booked := w.book(bookBody())
		w.clock.advance(24 * time.Hour)
		checkIn := "/v1/appointments/" + booked.text("id") + "/check-in"
		w.post(checkIn, nil).problem(401, "unauthenticated")
		w.post(checkIn, nil, staffHeader, "agent-adii").problem(404, "not_found")
		ticket := w.post(checkIn, nil, asAgent...).want(201)
		walkIn := w.drawTicket()
		if ticket.text("number") != "A001" || walkIn.text("number") != "A002" || walkIn.number("position") != 2 {
			t.Errorf("tickets %s %s", ticket.Raw, walkIn.Raw)
		}
		called := w.post("/v1/desks/dgi-safi-1/call-next", nil, asAgent...).want(200)
		if called.text("id") != ticket.text("id") || called.text("state") != "called" || called.number("desk") != 1 {
			t.Errorf("called %s", called.Raw)
		}
		w.step(ticket, "recall", nil).problem(409, "invalid_state") // too soon
		w.step(ticket, "finish", object{"outcome": "settled"}).problem(409, "invalid_state")
		w.step(ticket, "start", nil).want(200)
		if got := w.get("/v1/appointments/"+booked.text("id"), bearer(booked)...).text("status"); got != "serving" {
			t.Errorf("the appointment is %s", got)
		}
		w.step(ticket, "finish", object{"outcome": "vanished"}).problem(422, "invalid")
		w.step(ticket, "finish", object{"outcome": "come_back", "note": "with the deed", "on": "2026-12-08"}).want(200)
		seen := w.get("/v1/tickets/" + ticket.text("id")).want(200)
		if seen.text("state") != "finished" || strings.Contains(string(seen.Raw), "deed") || strings.Contains(string(seen.Raw), "Amina") {
			t.Errorf("the person sees %s", seen.Raw)
		}
		if got := w.get("/v1/tickets/"+ticket.text("id"), asAgent...).text("staff", "outcome", "note"); got != "with the deed" {
			t.Errorf("staff read the outcome %q", got)
		}
		w.post("/v1/desks/dgi-safi-1/call-next", nil, asAgent...).want(200)
		w.post("/v1/desks/dgi-safi-2/call-next", nil, asAgent...).want(204)
		w.post("/v1/desks/dgi-safi-1/call-next", nil, asAgent...).problem(409, "invalid_state")
	})
}

func TestTheQueueShowsNumbersToAllAndNamesToStaff(t *testing.T) {
	w := openSQLite(t)
	first := w.drawTicket()
	second := w.drawTicket("citizen", object{"name": "Amina Essai"})
	w.post("/v1/desks/dgi-safi-2/call-next", nil, asAgent...).want(200)
	public, inside := w.get("/v1/offices/dgi-safi/queue").want(200), w.get("/v1/offices/dgi-safi/queue", asAgent...).want(200)
	for _, secret := range []string{"Amina", "tkt_", "u1"} {
		if strings.Contains(string(public.Raw), secret) {
			t.Errorf("everybody sees %q: %s", secret, public.Raw)
		}
		if !strings.Contains(string(inside.Raw), secret) {
			t.Errorf("staff do not see %q: %s", secret, inside.Raw)
		}
	}
	if public.number("calls", 0, "desk") != 2 || public.text("calls", 0, "number") != first.text("number") || public.text("waiting", 0, "number") != second.text("number") {
		t.Errorf("queue %s", public.Raw)
	}
	if got := w.get("/v1/offices/dgi-safi/desks", asAgent...).want(200).items("items"); len(got) != 3 {
		t.Errorf("%d desks", len(got))
	}
}

// TestWhatTheQueueAnswers: every call of the waiting room answers as the document
// says, which w.do checks.
func TestWhatTheQueueAnswers(t *testing.T) {
	w := openSQLite(t)
	booked := w.book(bookBody())
	w.clock.advance(24 * time.Hour)
	if got := w.get("/v1/offices/dgi-safi/arrivals?q=%D8%A3%D9%85%D9%8A%D9%86%D8%A9", asAgent...).want(200).text("items", 0, "appointment", "id"); got != booked.text("id") {
		t.Errorf("found %q by an Arabic name", got)
	}
	w.get("/v1/offices/dgi-safi/arrivals?q=Amina").problem(401, "unauthenticated")
	first, second := w.drawTicket(), w.drawTicket("further_services", []string{"dgi-if"})
	w.post("/v1/desks/dgi-safi-3/open", object{}, asAgent...).want(204)
	w.step(first, "call", object{"desk": "dgi-safi-3"}).want(200)
	w.post("/v1/desks/dgi-safi-3/close", nil, asAgent...).problem(409, "invalid_state")
	w.step(first, "park", nil).want(200)
	w.get("/v1/offices/dgi-safi/queue", asAgent...).want(200)
	w.step(first, "return", nil).want(200)
	w.step(first, "undo", nil).want(200)
	w.step(second, "priority", object{"priority": "elderly"}).want(200)
	w.step(second, "priority", object{"priority": "famous"}).problem(422, "invalid")
	w.step(second, "services", object{"service": "dgi-if"}).want(200)
	w.step(second, "transfer", object{"office": "adii-safi", "service": "adii-suivi"}).want(200)
	w.step(second, "no-show", nil).problem(404, "not_found") // another office's now
	w.post("/v1/tickets/"+second.text("id")+"/no-show", nil, staffHeader, "agent-adii").want(200)
	w.post("/v1/desks/dgi-safi-3/close", nil, asAgent...).want(204)
	w.post("/v1/desks/dgi-safi-1/by-hand", object{
		"service": "dgi-if", "arrived_at": tuesday + "T08:40:00Z", "called_at": tuesday + "T08:45:00Z", "ended_at": tuesday + "T08:50:00Z", "outcome": "settled",
	}, asAgent...).want(201)
	figures := "/v1/offices/dgi-safi/figures?from=" + tuesday + "&to=" + tuesday
	w.get(figures).problem(401, "unauthenticated")
	w.get(figures, staffHeader, "head-adii").problem(404, "not_found")
	w.get(figures, asAgent...).problem(403, "forbidden")
	if got := w.get(figures, staffHeader, "admin").want(200); got.number("days", 0, "arrived") != 3 {
		t.Errorf("figures %s", got.Raw)
	}
	w.spec = nil // a file of text, which the document's validator does not read
	if got := w.get(figures+"&format=csv", staffHeader, "admin").want(200); !strings.HasPrefix(string(got.Raw), "date,service,") || strings.Count(string(got.Raw), "\r\n") != 3 {
		t.Errorf("file %s", got.Raw)
	}
	kiosk := []string{"Authorization", "Bearer " + w.engine.KioskToken("dgi-safi")}
	w.post("/v1/offices/dgi-safi/tickets", object{"service": "dgi-if", "priority": "elderly"}, kiosk...).want(201)
	w.post("/v1/offices/adii-safi/tickets", object{"service": "adii-suivi"}, kiosk...).problem(404, "not_found")
	w.post("/v1/desks/dgi-safi-1/call-next", nil, kiosk...).problem(401, "unauthenticated")
}

// TestEventsComeAndResume: over a real connection the first event is the queue as
// it is, a change brings the next, and who was there already is told nothing
// twice.
func TestEventsComeAndResume(t *testing.T) {
	stopping := make(chan struct{})
	db := testdb.Open(t, testdb.SQLite(t))
	w := newWorldWith(t, db, func(c *rest.Config) { c.Stopping = stopping })
	server := httptest.NewServer(w.handler)
	defer server.Close()
	w.drawTicket()
	first := listen(t, server, "")
	e := first.next()
	if e.id == "" || !strings.Contains(e.data, `"A001"`) || strings.Contains(e.data, "tkt_") {
		t.Errorf("first event %+v", e)
	}
	again := listen(t, server, e.id)
	w.drawTicket()
	for _, s := range []*stream{first, again} {
		if got := s.next(); got.id == e.id || !strings.Contains(got.data, `"A002"`) {
			t.Errorf("after a change: %+v", got)
		}
	}
	close(stopping)
	for _, s := range []*stream{first, again} {
		if !s.ends() {
			t.Error("a stream outlives the program")
		}
	}
}

type event struct{ id, data string }

type stream struct {
	t    *testing.T
	read *bufio.Scanner
}

func listen(t *testing.T, server *httptest.Server, last string) *stream {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/v1/offices/dgi-safi/queue/events", nil)
	must(t, err)
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	resp, err := server.Client().Do(r)
	must(t, err)
	t.Cleanup(func() { _ = resp.Body.Close() })
	if got := resp.Header.Get("Content-Type"); resp.StatusCode != 200 || got != "text/event-stream" {
		t.Fatalf("%d %s", resp.StatusCode, got)
	}
	s := &stream{t, bufio.NewScanner(resp.Body)}
	s.read.Buffer(nil, 1<<20)
	return s
}

// next waits for the next event.
func (s *stream) next() (e event) {
	s.t.Helper()
	for s.read.Scan() {
		name, value, _ := strings.Cut(s.read.Text(), ": ")
		switch name {
		case "id":
			e.id = value
		case "data":
			e.data = value
		case "":
			if e.data != "" {
				return e
			}
		}
	}
	s.t.Fatalf("the stream ended: %v", s.read.Err())
	return e
}

// ends waits for the end of the stream.
func (s *stream) ends() bool {
	for s.read.Scan() {
	}
	return s.read.Err() == nil
}

// TestTheShareOfWalkInsIsRefusedOverREST: three desks for 450 minutes of a Monday.
// A fiftieth of it is 27 minutes: one visit of 25, no second.
func TestTheShareOfWalkInsIsRefusedOverREST(t *testing.T) {
	policy := enginetest.Policy()
	policy.Queue.WalkInShare = 2
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorldWith(t, db, func(c *rest.Config) {
			var err error
			c.Engine, err = scheduler.New(scheduler.Config{Store: db, Clock: c.Clock, Zones: c.Zones, Random: rand.Reader, Secret: secret, Policy: policy})
			must(t, err)
		})
		w.drawTicket()
		body := object{"service": "dgi-th-tsc"}
		w.post("/v1/offices/dgi-safi/tickets", body, asAgent...).problem(409, "walk_ins_full")
		w.post("/v1/offices/dgi-safi/tickets", body.with("beyond", true), asAgent...).want(201)
	})
}
