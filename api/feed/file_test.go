package feed_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"mawid/scheduler"
)

// TestAPersonsCalendarFollowsTheirFile: legal date and promise stand in it, and
// what changes about the file changes the calendar.
func TestAPersonsCalendarFollowsTheirFile(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		agent := scheduler.Actor{Staff: &scheduler.User{ID: "u1", Role: scheduler.RoleAgent, Offices: []string{"customs-safi"}}}
		o, err := h.engine.OpenFile(t.Context(), scheduler.FileRequest{
			ServiceID: "vehicle", Citizen: scheduler.Citizen{Name: "Amina Essai", Email: "a@example.org", Language: "fr"},
			Promise: &scheduler.PromiseRequest{What: "x", By: scheduler.Date{Year: 2026, Month: 12, Day: 1}},
		}, agent)
		must(t, err)
		r := h.get(o.CalendarToken)
		tag := r.Header.Get("ETag")
		// 24 November + 60 days is a Saturday: Monday 25 January.
		if text := body(t, r); !strings.Contains(text, "VALUE=DATE:20270125") || !strings.Contains(text, "VALUE=DATE:20261201") {
			t.Fatalf("calendar:\n%s", text)
		}
		wantStatus(t, h.get(o.CalendarToken, "If-None-Match", tag), http.StatusNotModified)
		h.now = h.now.Add(2 * time.Second)
		_, err = h.engine.KeepPromise(t.Context(), o.File.ID, 0, agent, o.File.Promises[0].ID)
		must(t, err)
		r = h.get(o.CalendarToken, "If-None-Match", tag)
		wantStatus(t, r, http.StatusOK)
		if text := body(t, r); strings.Contains(text, "20261201") || !strings.Contains(text, "20270125") {
			t.Errorf("after the promise was kept:\n%s", text)
		}
	})
}
