package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// leavesDeed reports whether a call that went well stands in the log: what staff
// change by the API.
func (r accessRow) leavesDeed(pattern string) bool {
	return strings.HasPrefix(pattern, "POST /v1/") && r.least != ""
}

// lastDeed is the id of what a user of the role did last, "" for nothing.
func (w *accessWorld) lastDeed(role scheduler.Role) string {
	w.t.Helper()
	all := w.deeds(role, 1)
	if role == "" || len(all) == 0 {
		return ""
	}
	return all[0].ID
}

func (w *accessWorld) deeds(role scheduler.Role, limit int) []scheduler.Deed {
	w.t.Helper()
	all, err := w.house.store.Deeds(w.t.Context(), scheduler.DeedQuery{UserID: w.users[role].ID, Limit: limit})
	must(w.t, err)
	return all
}

// send asks one thing as a user of the role, and returns the status.
func (w *accessWorld) send(pattern string, row accessRow, role scheduler.Role, by string) int {
	w.t.Helper()
	_, status := w.ask(pattern, row, credential{role, by}, ownOffice)
	return status
}

// TestDesksOfOthers: an agent sits down and leaves for themself alone; who runs
// the room also for others. By both ways in.
func TestDesksOfOthers(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newAccessWorld(t, db)
		const desk = ownOffice + "-3"
		page := accessRow{form: func(*accessWorld, string) url.Values { return url.Values{"desk": {desk}} }}
		seat := func(role scheduler.Role) accessRow { return accessRow{body: `{"agent":"` + w.users[role].ID + `"}`} }
		const open, leave = "POST /v1/desks/" + desk + "/open", "POST /v1/desks/" + desk + "/close"
		for _, step := range []struct {
			say, pattern string
			row          accessRow
			role         scheduler.Role
			by           string
			want         int
		}{
			{"a supervisor sits down", open, accessRow{body: "{}"}, supervisors, "token", http.StatusNoContent},
			{"an agent closes it", leave, accessRow{}, agents, "token", http.StatusForbidden},
			{"an agent closes it by page", "POST /desk/close", page, agents, "session", http.StatusForbidden},
			{"the supervisor leaves", "POST /desk/close", page, supervisors, "session", http.StatusSeeOther},
			{"an agent seats themself", open, seat(agents), agents, "token", http.StatusNoContent},
			{"an agent leaves", leave, accessRow{}, agents, "token", http.StatusNoContent},
			{"a supervisor seats the agent", open, seat(agents), supervisors, "token", http.StatusNoContent},
			{"a supervisor closes the agent's", leave, accessRow{}, supervisors, "token", http.StatusNoContent},
			{"an agent seats a colleague", open, seat(supervisors), agents, "token", http.StatusForbidden},
		} {
			if got := w.send(step.pattern, step.row, step.role, step.by); got != step.want {
				t.Errorf("%s: %d, want %d", step.say, got, step.want)
			}
		}
	})
}

// TestDeedsByBothWays: what staff do stands in the log, whether by page or by
// API; what failed and what was only looked at does not.
func TestDeedsByBothWays(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newAccessWorld(t, db)
		const desk = ownOffice + "-2"
		page := accessRow{form: func(*accessWorld, string) url.Values { return url.Values{"desk": {desk}} }}
		booked := w.appointment(ownOffice).Appointment.ID
		cancel := "POST /v1/appointments/" + booked + "/cancel"
		for _, step := range []struct {
			pattern string
			row     accessRow
			by      string
			want    int
		}{
			{"POST /v1/desks/" + desk + "/open", accessRow{body: "{}"}, "token", http.StatusNoContent},
			{"POST /v1/desks/" + desk + "/call-next", accessRow{}, "token", http.StatusNoContent}, // nobody waits
			{"GET /v1/appointments/" + booked, accessRow{}, "token", http.StatusOK},
			{cancel, accessRow{}, "token", http.StatusOK},
			{cancel, accessRow{}, "token", http.StatusConflict}, // not twice
			{"POST /desk/tickets/none/start", accessRow{}, "session", http.StatusNotFound},
			{"POST /desk/close", page, "session", http.StatusSeeOther},
			{"POST /desk/walk-in", accessRow{}, "session", http.StatusUnprocessableEntity}, // says nothing
		} {
			if got := w.send(step.pattern, step.row, agents, step.by); got != step.want {
				t.Errorf("%s: %d, want %d", step.pattern, got, step.want)
			}
		}
		want := []struct {
			act     scheduler.Action
			subject string
		}{
			{scheduler.ActServe, desk},
			{scheduler.ActManage, booked},
			{scheduler.ActServe, desk},
			{scheduler.ActServe, desk},
		}
		deeds := w.deeds(agents, 20)
		if len(deeds) != len(want) {
			t.Fatalf("%d deeds: %+v, want %d", len(deeds), deeds, len(want))
		}
		for i, d := range deeds {
			if d.Action != want[i].act || d.Subject != want[i].subject || d.OfficeID != ownOffice {
				t.Errorf("deed %d is %s of %s in %s, want %+v", i, d.Action, d.Subject, d.OfficeID, want[i])
			}
		}
	})
}
