package dav_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"mawid/api/dav"
	"mawid/internal/caltest"
	"mawid/internal/enginetest"
	"mawid/internal/locale"
	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// house is a running Mawid as far as CalDAV needs it: an agent of two offices,
// with a password for a program.
type house struct {
	t        *testing.T
	db       *store.DB
	engine   *scheduler.Engine
	now      time.Time
	agent    scheduler.User
	password string
	server   *httptest.Server
}

func newHouse(t *testing.T, db *store.DB) *house {
	h := &house{t: t, db: db, now: time.Date(2026, 9, 15, 12, 0, 0, 0, time.UTC)}
	h.engine = enginetest.Node(t, db, enginetest.NewClock(t), 1)
	_, err := h.engine.Import(t.Context(), enginetest.Data())
	h.must(err)
	book, err := locale.Load()
	h.must(err)
	h.agent = scheduler.User{ID: "usr_1", Login: "agent", Role: scheduler.RoleAgent, Offices: []string{enginetest.Solo, enginetest.Paris}}
	h.must(db.AddUser(t.Context(), h.agent))
	h.password, err = h.engine.NewAppPassword(t.Context(), &h.agent, "phone", "ar")
	h.must(err)
	h.server = httptest.NewServer(dav.New(dav.Config{
		Source: db, Book: book, Catalogue: h.engine.Catalogue, Clock: func() time.Time { return h.now }, LogIn: h.engine.AppLogIn,
	}))
	t.Cleanup(h.server.Close)
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// visit stores an appointment as it would have been booked.
func (h *house) visit(id, office, date, at string) scheduler.Appointment {
	h.t.Helper()
	d, err := scheduler.ParseDate(date)
	h.must(err)
	start, err := scheduler.ParseTimeOfDay(at)
	h.must(err)
	zone := "Africa/Casablanca"
	if office == enginetest.Paris {
		zone = "Europe/Paris"
	}
	loc, err := enginetest.Zones(h.t).Load(zone)
	h.must(err)
	instant := d.At(start, loc).UTC()
	service := map[string]string{enginetest.Solo: enginetest.Card, enginetest.Paris: enginetest.Night, enginetest.Trio: enginetest.File}[office]
	a := scheduler.Appointment{
		ID: id, Reference: "REF-" + id, Status: scheduler.StatusBooked, OfficeID: office, ServiceID: service,
		Place: scheduler.Place{PoolID: office, Date: d, Start: start, Ticks: 4}, Zone: zone, StartsAt: instant, EndsAt: instant.Add(20 * time.Minute),
		Party: 1, Citizen: scheduler.Citizen{Name: "Khadija Ouazzani", Email: "khadija@example.org", Language: "fr"}, Revision: 1,
		CreatedAt: h.now.Add(-time.Hour), UpdatedAt: h.now.Add(-time.Hour),
	}
	h.must(h.db.Commit(h.t.Context(), scheduler.Change{At: h.now, NewAppointments: []scheduler.Appointment{a}}))
	return a
}

// autumn is around the Moroccan and the European change of clocks.
func (h *house) autumn() map[string]string {
	h.visit("before", enginetest.Solo, "2026-09-18", "09:30")
	h.visit("after", enginetest.Solo, "2026-09-21", "09:30")
	h.visit("summer", enginetest.Paris, "2026-10-24", "09:30")
	h.visit("winter", enginetest.Paris, "2026-10-26", "09:30")
	h.visit("elsewhere", enginetest.Trio, "2026-09-21", "10:00") // not the agent's office
	h.visit("later", enginetest.Solo, "2026-12-21", "10:00")     // beyond the horizon
	return map[string]string{
		"before.visit@mawid": "2026-09-18T08:30:00Z", "after.visit@mawid": "2026-09-21T09:30:00Z",
		"summer.visit@mawid": "2026-10-24T07:30:00Z", "winter.visit@mawid": "2026-10-26T08:30:00Z",
	}
}

func sameStarts(t *testing.T, who string, want, got map[string]string) {
	t.Helper()
	if fmt.Sprint(want) != fmt.Sprint(got) {
		t.Errorf("%s shows\n%v, want\n%v", who, got, want)
	}
}

func TestPythonCalDAVReads(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		want := h.autumn()
		for _, address := range []string{h.server.URL + "/dav/", h.server.URL + "/dav/usr_1/"} {
			got := caltest.PythonCalDAV(t, address, "agent", h.password, "2026-09-20", "2026-09-25")
			if got.Calendars != 1 || got.Name != "موعد – مكاتبي" {
				t.Errorf("%d calendars, named %q", got.Calendars, got.Name)
			}
			sameStarts(t, "python3-caldav", want, caltest.Starts(got.Events))
			sameStarts(t, "python3-caldav, some days", map[string]string{"after.visit@mawid": "2026-09-21T09:30:00Z"}, caltest.Starts(got.Some))
			if !got.AddRefused || !got.DeleteRefused {
				t.Errorf("writing was not refused: %+v", got)
			}
			for _, e := range got.Events {
				if strings.Contains(e.Summary, "Khadija") {
					t.Errorf("a name leaves the house: %s", e.Summary)
				}
			}
		}
	})
}

func TestVdirsyncerReadsCalDAV(t *testing.T) {
	h := newHouse(t, testdb.Open(t, testdb.SQLite(t)))
	want := h.autumn()
	dir := caltest.Vdirsyncer(t, []string{
		`type = "caldav"`, `url = "` + h.server.URL + `/"`, `username = "agent"`, `password = "` + h.password + `"`, `read_only = true`,
	}, "visits")
	sameStarts(t, "vdirsyncer", want, caltest.Starts(caltest.Folder(t, dir)))
	khal := caltest.Khal(t, dir, "Europe/Paris", "2026-09-01")
	sameStarts(t, "khal in Paris", map[string]string{
		"before.visit@mawid": "2026-09-18 10:30", "after.visit@mawid": "2026-09-21 11:30",
		"summer.visit@mawid": "2026-10-24 09:30", "winter.visit@mawid": "2026-10-26 09:30",
	}, khal)
}

// ask sends a request as the agent's program.
func (h *house) ask(method, path, body string, header ...string) (*http.Response, string) {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), method, h.server.URL+path, strings.NewReader(body))
	h.must(err)
	r.SetBasicAuth("agent", h.password)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	h.must(err)
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	h.must(err)
	return answer, string(raw)
}

func TestDiscovery(t *testing.T) {
	h := newHouse(t, testdb.Open(t, testdb.SQLite(t)))
	h.autumn()
	r, _ := h.ask("PROPFIND", "/.well-known/caldav", "")
	if r.StatusCode != http.StatusMovedPermanently || r.Header.Get("Location") != "/dav/" {
		t.Errorf("well-known: %d to %q", r.StatusCode, r.Header.Get("Location"))
	}
	const wanted = `<propfind xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><current-user-principal/><C:calendar-home-set/>` +
		`<current-user-privilege-set/><getctag xmlns="http://calendarserver.org/ns/"/><unheard-of xmlns="urn:x"/></prop></propfind>`
	for path, words := range map[string][]string{
		"/dav/":                 {"<D:href>/dav/usr_1/</D:href>"},
		"/dav/usr_1/":           {"<D:href>/dav/usr_1/calendars/</D:href>"},
		"/dav/usr_1":            {"<D:href>/dav/usr_1/calendars/</D:href>"},
		"/dav/usr_1/calendars/": {"<D:href>/dav/usr_1/calendars/visits/</D:href>"},
		"/dav/usr_1/calendars/visits/": {
			"<D:href>/dav/usr_1/calendars/visits/after.ics</D:href>", "getctag", "<D:privilege><D:read/></D:privilege>",
			"HTTP/1.1 404 Not Found", "unheard-of",
		},
	} {
		r, text := h.ask("PROPFIND", path, wanted, "Depth", "1")
		if r.StatusCode != http.StatusMultiStatus {
			t.Errorf("%s: %s", path, r.Status)
		}
		for _, w := range append(words, "current-user-principal") {
			if !strings.Contains(text, w) {
				t.Errorf("%s: %q is missing in\n%s", path, w, text)
			}
		}
		if strings.Contains(text, "<D:write") {
			t.Errorf("%s: a privilege to write", path)
		}
		if r, _ := h.ask(http.MethodOptions, path, ""); r.StatusCode != http.StatusNoContent || !strings.Contains(r.Header.Get("DAV"), "calendar-access") {
			t.Errorf("OPTIONS %s: %d %q", path, r.StatusCode, r.Header.Get("DAV"))
		}
	}
	for _, path := range []string{"/dav/usr_2/", "/dav/usr_1/other/", "/dav/usr_1/calendars/visits/elsewhere.ics", "/dav/usr_1/calendars/visits/later.ics"} {
		if r, _ := h.ask("PROPFIND", path, ""); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, r.Status)
		}
	}
	if r, _ := h.ask("PROPFIND", "/dav/", "<propfind"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("broken XML: %s", r.Status)
	}
}

func TestEveryWriteIsRefused(t *testing.T) {
	h := newHouse(t, testdb.Open(t, testdb.SQLite(t)))
	h.autumn()
	for _, method := range []string{"PUT", "DELETE", "MKCOL", "MKCALENDAR", "PROPPATCH", "MOVE", "COPY", "POST", "LOCK", "ACL"} {
		r, _ := h.ask(method, "/dav/usr_1/calendars/visits/after.ics", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "Content-Type", "text/calendar")
		if r.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %s", method, r.Status)
		}
	}
	if a, err := h.db.Appointment(context.Background(), "after"); err != nil || a.Revision != 1 {
		t.Errorf("the appointment changed: %v", err)
	}
}

// TestTagsFollowTheRevision: the tag of one appointment and the calendar's
// change with it, and only then.
func TestTagsFollowTheRevision(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		h.autumn()
		const path = "/dav/usr_1/calendars/visits/"
		look := func() (tag, ctag string) {
			r, body := h.ask(http.MethodGet, path+"after.ics", "")
			if r.StatusCode != http.StatusOK || !strings.Contains(body, "DTSTART:20260921T093000Z\r\n") {
				t.Fatalf("%s\n%s", r.Status, body)
			}
			_, all := h.ask("PROPFIND", path, `<propfind xmlns="DAV:"><prop><getctag xmlns="http://calendarserver.org/ns/"/></prop></propfind>`, "Depth", "0")
			return r.Header.Get("ETag"), all
		}
		tag, ctag := look()
		if r, _ := h.ask(http.MethodGet, path+"after.ics", "", "If-None-Match", tag); r.StatusCode != http.StatusNotModified {
			t.Errorf("unchanged: %s", r.Status)
		}
		if again, c := look(); again != tag || c != ctag {
			t.Error("tags change by themselves")
		}
		a, err := h.db.Appointment(t.Context(), "after")
		h.must(err)
		a.Revision, a.Status, a.Sequence = 2, scheduler.StatusCancelled, 1
		a.UpdatedAt = h.now
		h.must(h.db.Commit(t.Context(), scheduler.Change{At: h.now, Updates: []scheduler.Appointment{a}}))
		if again, c := look(); again == tag || c == ctag {
			t.Error("a cancellation changed no tag")
		}
	})
}

func TestAPasswordIsNeeded(t *testing.T) {
	h := newHouse(t, testdb.Open(t, testdb.SQLite(t)))
	for name, auth := range map[string][2]string{"none": {}, "wrong": {"agent", "wrong"}, "another's login": {"admin", h.password}} {
		r, err := http.NewRequest("PROPFIND", h.server.URL+"/dav/", bytes.NewReader(nil))
		h.must(err)
		if auth[0] != "" {
			r.SetBasicAuth(auth[0], auth[1])
		}
		answer, err := http.DefaultClient.Do(r)
		h.must(err)
		answer.Body.Close()
		if answer.StatusCode != http.StatusUnauthorized || !strings.HasPrefix(answer.Header.Get("WWW-Authenticate"), "Basic ") {
			t.Errorf("%s: %s", name, answer.Status)
		}
	}
	h.must(h.db.SetUserDisabled(t.Context(), "usr_1", true))
	if r, _ := h.ask("PROPFIND", "/dav/", ""); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("who left is let in: %s", r.Status)
	}
}
