package feed_test

import (
	"fmt"
	"io"
	"maps"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mawid/internal/caltest"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// stored puts an appointment into a calendar as it would have been booked.
func (h *house) stored(t testing.TB, feed, id, zone, language, date, at string) {
	t.Helper()
	d, err := scheduler.ParseDate(date)
	must(t, err)
	start, err := scheduler.ParseTimeOfDay(at)
	must(t, err)
	loc, err := h.zones.Load(zone)
	must(t, err)
	instant := d.At(start, loc).UTC()
	must(t, h.db.Commit(t.Context(), scheduler.Change{At: h.now, NewAppointments: []scheduler.Appointment{{
		ID: id, Reference: "REF-" + id, Status: scheduler.StatusBooked, OfficeID: "customs-safi", ServiceID: "vehicle", FeedID: feed,
		Place: scheduler.Place{PoolID: "p", Date: d, Start: start, Ticks: 4}, Zone: zone, StartsAt: instant, EndsAt: instant.Add(20 * time.Minute),
		Party: 1, Citizen: scheduler.Citizen{Name: "Khadija Ouazzani", Language: language}, Revision: 1, CreatedAt: h.now, UpdatedAt: h.now,
	}}}))
}

// TestEveryProgramShowsTheRightMinute: across Morocco's change of 2026-09-20 and
// the European changes, in both scripts, by programs that know the zones and
// programs that do not. What is wanted is written by hand.
func TestEveryProgramShowsTheRightMinute(t *testing.T) {
	h := newHouse(t, testdb.Open(t, testdb.SQLite(t)))
	h.now = time.Date(2026, 9, 10, 12, 0, 0, 0, time.UTC)
	b := h.book(t, "vehicle", "09:20", "")
	feed := b.Appointment.FeedID
	utc := map[string]string{b.Appointment.ID + "@mawid": "2026-12-01T09:20:00Z"}
	paris := map[string]string{b.Appointment.ID + "@mawid": "2026-12-01 10:20"}
	for i, a := range []struct{ zone, date, at, utc, paris string }{
		{"Africa/Casablanca", "2026-09-18", "09:30", "2026-09-18T08:30:00Z", "2026-09-18 10:30"},
		{"Africa/Casablanca", "2026-09-19", "23:30", "2026-09-19T22:30:00Z", "2026-09-20 00:30"},
		{"Africa/Casablanca", "2026-09-20", "03:30", "2026-09-20T03:30:00Z", "2026-09-20 05:30"},
		{"Africa/Casablanca", "2026-09-21", "09:30", "2026-09-21T09:30:00Z", "2026-09-21 11:30"},
		{"Africa/Casablanca", "2027-02-10", "09:30", "2027-02-10T09:30:00Z", "2027-02-10 10:30"}, // stale data: Ramadan
		{"Europe/Paris", "2026-10-24", "09:30", "2026-10-24T07:30:00Z", "2026-10-24 09:30"},
		{"Europe/Paris", "2026-10-26", "09:30", "2026-10-26T08:30:00Z", "2026-10-26 09:30"},
		{"Europe/Paris", "2027-03-27", "09:30", "2027-03-27T08:30:00Z", "2027-03-27 09:30"},
		{"Europe/Paris", "2027-03-29", "09:30", "2027-03-29T07:30:00Z", "2027-03-29 09:30"},
	} {
		id, language := fmt.Sprintf("apt_%d", i), []string{"fr", "ar"}[i%2]
		h.stored(t, feed, id, a.zone, language, a.date, a.at)
		utc[id+"@mawid"], paris[id+"@mawid"] = a.utc, a.paris
	}
	ics, err := io.ReadAll(h.get(b.CalendarToken).Body)
	must(t, err)
	same(t, "libical", utc, caltest.Starts(caltest.NewLibical(t).Read(t, ics)))
	events := caltest.Python(t, ics)
	same(t, "python3-icalendar", utc, caltest.Starts(events))
	for _, e := range events {
		if e.UID == "apt_1@mawid" && !strings.HasPrefix(e.Summary, "23:30 – موعد – مكتب الجمارك بآسفي") {
			t.Errorf("in Arabic: %q", e.Summary)
		}
	}
	server := httptest.NewServer(h.feeds)
	defer server.Close()
	dir := caltest.Vdirsyncer(t, []string{`type = "http"`, `url = "` + server.URL + "/feeds/" + b.CalendarToken + `.ics"`}, "")
	if files, err := filepath.Glob(filepath.Join(dir, "*.ics")); err != nil || len(files) != len(utc) {
		t.Fatalf("vdirsyncer made %d files of %d appointments (%v)", len(files), len(utc), err)
	}
	sameTimes(t, "vdirsyncer", utc, caltest.Starts(caltest.Folder(t, dir)))
	sameTimes(t, "khal in Paris", paris, caltest.Khal(t, dir, "Europe/Paris", "2026-09-01"))
	shown := map[string]string{}
	for uid, at := range utc {
		shown[uid] = strings.Replace(strings.TrimSuffix(at, ":00Z"), "T", " ", 1)
	}
	sameTimes(t, "khal in UTC", shown, caltest.Khal(t, dir, "UTC", "2026-09-01"))
}

// TestOthersReadTheCalendarsOfStaff: no rule of RFC 5545 is broken, empty or
// not.
func TestOthersReadTheCalendarsOfStaff(t *testing.T) {
	h := newHouse(t, testdb.Open(t, testdb.SQLite(t)))
	u := h.agent(t)
	libical := caltest.NewLibical(t)
	for _, empty := range []bool{true, false} {
		if !empty {
			h.book(t, "vehicle", "09:20", "")
			h.cancel(t, h.bookFor(t, "Another Person", "goods", "11:00"))
		}
		for kind, office := range map[scheduler.FeedKind]string{scheduler.FeedAgent: "", scheduler.FeedOffice: "customs-safi", scheduler.FeedPlaces: ""} {
			ics, err := io.ReadAll(h.get(h.staffFeed(t, u, kind, office)).Body)
			must(t, err)
			one, two := caltest.Starts(libical.Read(t, ics)), caltest.Starts(caltest.Python(t, ics))
			same(t, string(kind), one, two)
			if kind != scheduler.FeedPlaces && !empty && len(one) != 2 {
				t.Errorf("%s: %d events, want 2", kind, len(one))
			}
		}
	}
}

func same(t *testing.T, who string, want, got map[string]string) {
	t.Helper()
	if fmt.Sprint(want) != fmt.Sprint(got) {
		t.Errorf("%s shows\n%v, want\n%v", who, got, want)
	}
}

// sameTimes is same for what went through vdirsyncer, which gives the events of
// a feed new UIDs.
func sameTimes(t *testing.T, who string, want, got map[string]string) {
	t.Helper()
	if w, g := slices.Sorted(maps.Values(want)), slices.Sorted(maps.Values(got)); !slices.Equal(w, g) {
		t.Errorf("%s shows\n%v, want\n%v", who, g, w)
	}
}
