package rest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
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
