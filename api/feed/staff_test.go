package feed_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// agent adds a member of staff of the customs office.
func (h *house) agent(t testing.TB) *scheduler.User {
	t.Helper()
	u := scheduler.User{ID: "usr_agent", Login: "agent", Role: scheduler.RoleAgent, Offices: []string{"customs-safi"}}
	must(t, h.db.AddUser(t.Context(), u))
	return &u
}

func (h *house) staffFeed(t testing.TB, u *scheduler.User, kind scheduler.FeedKind, office string) string {
	t.Helper()
	token, err := h.engine.NewStaffFeed(t.Context(), u, kind, office, "fr")
	must(t, err)
	return token
}

func TestCalendarsOfStaff(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.agent(t)
		b := h.book(t, "vehicle", "09:20", "")
		for _, tc := range []struct {
			kind   scheduler.FeedKind
			office string
			want   []string
			not    []string
		}{
			{scheduler.FeedAgent, "", []string{
				"\r\nSUMMARY:09:20 – Admission temporaire · " + b.Appointment.Reference + "\r\n", "\r\nDTSTART:20261201T092000Z\r\n",
				"\r\nLOCATION:Bureau de douane de Safi\r\n", "\r\nX-WR-CALNAME:Mawid – mes bureaux\r\n", "\r\nCOLOR:steelblue\r\n",
			}, []string{"METHOD"}},
			{scheduler.FeedOffice, "customs-safi", []string{
				"\r\nSUMMARY:09:20 – " + b.Appointment.Reference + "\r\n", "\r\nX-WR-CALNAME:Mawid – Bureau de douane de Safi\r\n",
			}, []string{"Admission", "METHOD"}},
			{scheduler.FeedPlaces, "", []string{
				"\r\nTRANSP:TRANSPARENT\r\n", "\r\nX-MICROSOFT-CDO-BUSYSTATUS:FREE\r\n", " places libres – Bureau de douane de Safi\r\n",
				"\r\nURL:https://rdv.example.ma\r\n", "\r\nUID:places.customs-safi.2026-11-24.am@mawid\r\n", "\r\nUID:places.customs-safi.2026-12-07.pm@mawid\r\n",
			}, []string{b.Appointment.Reference, "METHOD", "OPAQUE", "2026-12-08"}},
		} {
			token := h.staffFeed(t, u, tc.kind, tc.office)
			r := h.get(token)
			wantStatus(t, r, http.StatusOK)
			text := body(t, r)
			for _, want := range tc.want {
				if !strings.Contains(text, want) {
					t.Errorf("%s: %q is missing in\n%s", tc.kind, want, text)
				}
			}
			for _, secret := range append(tc.not, "Khadija", "khadija", "Ouazzani", token, b.ManageToken) {
				if strings.Contains(text, secret) {
					t.Errorf("%s says %q", tc.kind, secret)
				}
			}
			wantStatus(t, h.get(token, "If-None-Match", r.Header.Get("ETag")), http.StatusNotModified)
		}
	})
}

// TestFreePlacesCount: the morning's count falls by what a booking takes.
func TestFreePlacesCount(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token := h.staffFeed(t, h.agent(t), scheduler.FeedPlaces, "")
		// Two desks from 08:00 to 16:00, by the shortest service, of ten minutes.
		if text := body(t, h.get(token)); !strings.Contains(text, "\r\nSUMMARY:08:00 – 60 places libres – Bureau de douane de Safi\r\n") {
			t.Errorf("not 60 places on a free morning:\n%s", text)
		}
		h.book(t, "vehicle", "09:20", "")
		if text := body(t, h.get(token)); !strings.Contains(text, "\r\nSUMMARY:08:00 – 58 places libres – Bureau de douane de Safi\r\n") {
			t.Errorf("a visit of twenty minutes does not take two places:\n%s", text)
		}
	})
}

func TestHorizonsOfStaff(t *testing.T) {
	h := newHouse(t, testdb.Open(t, testdb.SQLite(t)))
	u := h.agent(t)
	h.book(t, "vehicle", "09:20", "") // Tuesday 1 December
	agent, office := h.staffFeed(t, u, scheduler.FeedAgent, ""), h.staffFeed(t, u, scheduler.FeedOffice, "customs-safi")
	for _, tc := range []struct {
		now           string
		agent, office bool
	}{
		{"2026-12-01T23:00:00Z", true, true},
		{"2026-12-02T23:00:00Z", true, true},
		{"2026-12-03T00:00:00Z", true, false},
		{"2026-12-08T23:00:00Z", true, false},
		{"2026-12-09T00:00:00Z", false, false},
	} {
		var err error
		h.now, err = time.Parse(time.RFC3339, tc.now)
		must(t, err)
		for token, want := range map[string]bool{agent: tc.agent, office: tc.office} {
			if got := strings.Contains(body(t, h.get(token)), "BEGIN:VEVENT"); got != want {
				t.Errorf("%s: shown %v, want %v", tc.now, got, want)
			}
		}
	}
}

// TestOneCalendarOfEachKind: making one anew ends the one before; those of
// others and other kinds stay.
func TestOneCalendarOfEachKind(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.agent(t)
		first, office := h.staffFeed(t, u, scheduler.FeedAgent, ""), h.staffFeed(t, u, scheduler.FeedOffice, "customs-safi")
		second := h.staffFeed(t, u, scheduler.FeedAgent, "")
		wantStatus(t, h.get(first), http.StatusNotFound)
		wantStatus(t, h.get(second), http.StatusOK)
		wantStatus(t, h.get(office), http.StatusOK)
		feeds, err := h.engine.StaffFeeds(t.Context(), u)
		must(t, err)
		if len(feeds) != 2 {
			t.Fatalf("%d calendars, want 2", len(feeds))
		}
		if feeds[0].Kind == scheduler.FeedAgent { // made at one instant, in any order
			feeds[0], feeds[1] = feeds[1], feeds[0]
		}
		must(t, h.engine.RevokeStaffFeed(t.Context(), u, feeds[0].ID))
		wantStatus(t, h.get(office), http.StatusNotFound)
		if err := h.engine.RevokeStaffFeed(t.Context(), &scheduler.User{ID: "usr_other"}, feeds[1].ID); err == nil {
			t.Error("another user ended the calendar")
		}
		if _, err := h.engine.NewStaffFeed(t.Context(), u, scheduler.FeedOffice, "elsewhere", "fr"); err == nil {
			t.Error("a calendar of an office of others was made")
		}
	})
}

// TestWhoLeavesSeesNoMore: a user who is disabled loses the calendars within
// seconds, also where they are in memory.
func TestWhoLeavesSeesNoMore(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		h, feeds, _ := remembering(t, db, 0)
		u := h.agent(t)
		token := h.staffFeed(t, u, scheduler.FeedAgent, "")
		must(t, feeds.Refresh(t.Context()))
		wantStatus(t, h.get(token), http.StatusOK)
		must(t, db.SetUserDisabled(t.Context(), u.ID, true))
		h.now = h.now.Add(11 * time.Second)
		must(t, feeds.Refresh(t.Context()))
		wantStatus(t, h.get(token), http.StatusNotFound)
	})
}

// TestAnOfficesCalendarLearnsOfChanges: also of an appointment that moved away.
func TestAnOfficesCalendarLearnsOfChanges(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		h, feeds, source := remembering(t, db, 0)
		token := h.staffFeed(t, h.agent(t), scheduler.FeedOffice, "customs-safi")
		must(t, feeds.Refresh(t.Context()))
		tag := h.get(token).Header.Get("ETag")
		b := h.book(t, "vehicle", "09:20", "")
		h.now = h.now.Add(2 * time.Second)
		must(t, feeds.Refresh(t.Context()))
		r := h.get(token, "If-None-Match", tag)
		wantStatus(t, r, http.StatusOK)
		tag = r.Header.Get("ETag")
		h.now = h.now.Add(time.Minute)
		must(t, feeds.Refresh(t.Context()))
		wantStatus(t, h.get(token, "If-None-Match", tag), http.StatusNotModified)
		source.asked.Store(0)
		wantStatus(t, h.get(token, "If-None-Match", tag), http.StatusNotModified)
		if source.asked.Load() != 0 {
			t.Error("the database was asked")
		}
		a := b.Appointment
		a.OfficeID, a.Revision, a.UpdatedAt = "elsewhere", a.Revision+1, h.now
		must(t, db.Commit(t.Context(), scheduler.Change{At: h.now, Updates: []scheduler.Appointment{a}}))
		h.now = h.now.Add(2 * time.Second)
		must(t, feeds.Refresh(t.Context()))
		if text := body(t, h.get(token)); strings.Contains(text, "VEVENT") {
			t.Error("an appointment that moved to another office is still shown")
		}
	})
}
