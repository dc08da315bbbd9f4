package feed_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mawid/api/feed"
	"mawid/internal/locale"
	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/internal/tz"
	"mawid/scheduler"
)

// house is a running Mawid as far as calendars need it, on a real database.
type house struct {
	db     *store.DB
	engine *scheduler.Engine
	zones  scheduler.Zones
	feeds  http.Handler
	now    time.Time
}

func each(t *testing.T, f func(t *testing.T, h *house)) {
	t.Helper()
	testdb.Each(t, func(t *testing.T, db *store.DB) { f(t, newHouse(t, db)) })
}

func newHouse(t testing.TB, db *store.DB) *house {
	t.Helper()
	h := &house{db: db, now: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)} // a Tuesday
	clock := func() time.Time { return h.now }
	zones, err := tz.Embedded()
	must(t, err)
	h.engine, err = scheduler.New(scheduler.Config{
		Store: db, Clock: clock, Zones: zones, Random: rand.Reader,
		Secret: bytes.Repeat([]byte("s"), 32), Policy: scheduler.DefaultPolicy(),
	})
	must(t, err)
	_, err = h.engine.Import(context.Background(), catalogue("Bureau de douane de Safi"))
	must(t, err)
	h.zones = zones
	h.feeds = feed.New(h.config(db))
	return h
}

// config makes feeds over a source.
func (h *house) config(source feed.Source) feed.Config {
	book, err := locale.Load()
	if err != nil {
		panic(err)
	}
	return feed.Config{
		Source: source, Book: book, Catalogue: h.engine.Catalogue, Clock: func() time.Time { return h.now }, Zones: h.zones,
		FreePlaces: h.engine.FreePlaces, PublicURL: "https://rdv.example.ma",
	}
}

// bookFor is book, into a calendar of its own, for a person of that name.
func (h *house) bookFor(t testing.TB, name, service, at string) scheduler.Booked {
	t.Helper()
	start, err := time.Parse("2006-01-02 15:04", "2026-12-01 "+at)
	must(t, err)
	b, err := h.engine.Book(context.Background(), scheduler.BookRequest{
		OfficeID: "customs-safi", ServiceID: service, StartsAt: start,
		Citizen: scheduler.Citizen{Name: name, Email: "person@example.org", Language: "fr"},
	})
	must(t, err)
	return b
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// catalogue is one office with two services, open from Monday to Friday.
func catalogue(office string) scheduler.CatalogueData {
	var week scheduler.Week
	for day := time.Monday; day <= time.Friday; day++ {
		week[day] = []scheduler.Window{{From: 8 * 60, To: 16 * 60}}
	}
	return scheduler.CatalogueData{
		Schema: "test", Zone: "Africa/Casablanca",
		Administrations: []scheduler.Administration{{ID: "customs", Names: scheduler.Names{"fr": "Douane"}}},
		Hours:           []scheduler.HoursTemplate{{ID: "standard", Week: week}},
		Offices: []scheduler.Office{{
			ID: "customs-safi", AdministrationID: "customs", Zone: "Africa/Casablanca", Desks: 2,
			Hours: []string{"standard"}, Names: scheduler.Names{"fr": office, "ar": "مكتب الجمارك بآسفي"},
		}},
		Services: []scheduler.Service{
			{ID: "vehicle", AdministrationID: "customs", OfficeID: "customs-safi", Minutes: 20, Names: scheduler.Names{"fr": "Admission temporaire"}},
			{ID: "goods", AdministrationID: "customs", OfficeID: "customs-safi", Minutes: 10, Names: scheduler.Names{"fr": "Effets personnels"}},
			{ID: "stamps", AdministrationID: "customs", OfficeID: "customs-safi", Minutes: 10, Names: scheduler.Names{"fr": "Timbres"}},
		},
	}
}

// book books for Tuesday 1 December at a time, into the calendar of a token
// when it is not "".
func (h *house) book(t testing.TB, service, at, calendar string) scheduler.Booked {
	t.Helper()
	start, err := time.Parse("2006-01-02 15:04", "2026-12-01 "+at)
	must(t, err)
	b, err := h.engine.Book(context.Background(), scheduler.BookRequest{
		OfficeID: "customs-safi", ServiceID: service, StartsAt: start, CalendarToken: calendar,
		Citizen: scheduler.Citizen{Name: "Khadija Ouazzani", Email: "khadija@example.org", Language: "fr"},
	})
	must(t, err)
	return b
}

func (h *house) cancel(t testing.TB, b scheduler.Booked) {
	t.Helper()
	_, err := h.engine.Cancel(context.Background(), b.Appointment.ID, 0, scheduler.Actor{ManageToken: b.ManageToken})
	must(t, err)
}

// ask sends one request; header are pairs of name and value.
func (h *house) ask(method, target string, header ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.feeds.ServeHTTP(w, r)
	return w.Result()
}

func (h *house) get(token string, header ...string) *http.Response {
	return h.ask(http.MethodGet, "/feeds/"+token+".ics", header...)
}

func body(t testing.TB, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	must(t, err)
	return strings.ReplaceAll(string(b), "\r\n ", "")
}

func wantStatus(t testing.TB, r *http.Response, status int) {
	t.Helper()
	if r.StatusCode != status {
		t.Fatalf("status %d, want %d:\n%s", r.StatusCode, status, body(t, r))
	}
}

func TestFeedShowsTheAppointments(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first := h.book(t, "vehicle", "09:20", "")
		h.book(t, "goods", "11:00", first.CalendarToken)
		r := h.get(first.CalendarToken)
		wantStatus(t, r, http.StatusOK)
		text := body(t, r)
		for _, want := range []string{
			"BEGIN:VCALENDAR\r\n", "\r\nSUMMARY:09:20 – Rendez-vous – Bureau de douane de Safi\r\n", "\r\nDTSTART:20261201T092000Z\r\n",
			"\r\nSUMMARY:11:00 – Rendez-vous – Bureau de douane de Safi\r\n", first.Appointment.Reference,
		} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is missing in\n%s", want, text)
			}
		}
		for _, secret := range []string{"Khadija", "khadija", "Admission", "Effets", first.ManageToken, first.CalendarToken} {
			if strings.Contains(text, secret) {
				t.Errorf("the feed says %q", secret)
			}
		}
	})
}

func TestHeaders(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token := h.book(t, "vehicle", "09:20", "").CalendarToken
		r := h.get(token)
		want := map[string]string{
			"Content-Type":    "text/calendar; charset=utf-8",
			"Cache-Control":   "private, no-cache",
			"Vary":            "Accept-Encoding",
			"Referrer-Policy": "no-referrer",
			"X-Robots-Tag":    "noindex",
			"Last-Modified":   "Tue, 24 Nov 2026 10:00:00 GMT",
		}
		for name, value := range want {
			if got := r.Header.Get(name); got != value {
				t.Errorf("%s: %q, want %q", name, got, value)
			}
		}
		if tag := r.Header.Get("ETag"); !strings.HasPrefix(tag, `"`) || len(tag) < 20 {
			t.Errorf("ETag %s is not strong", tag)
		}
	})
}

func TestNotModified(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token := h.book(t, "vehicle", "09:20", "").CalendarToken
		full := h.get(token)
		tag := full.Header.Get("ETag")
		for _, header := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			r := h.get(token, "If-None-Match", header)
			wantStatus(t, r, http.StatusNotModified)
			if text := body(t, r); text != "" {
				t.Errorf("a 304 with a body: %q", text)
			}
			for _, name := range []string{"ETag", "Last-Modified", "Cache-Control", "Vary", "Referrer-Policy", "X-Robots-Tag"} {
				if diff := cmp.Diff(full.Header.Values(name), r.Header.Values(name)); diff != "" {
					t.Errorf("%s differs in the 304: %s", name, diff)
				}
			}
		}
		wantStatus(t, h.get(token, "If-None-Match", `"other"`), http.StatusOK)
		// A date alone never hides a change.
		wantStatus(t, h.get(token, "If-Modified-Since", full.Header.Get("Last-Modified")), http.StatusOK)
	})
}

func TestChangesChangeTheTag(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.book(t, "vehicle", "09:20", "")
		tag := h.get(b.CalendarToken).Header.Get("ETag")
		changed := func(what, wantText string) {
			t.Helper()
			r := h.get(b.CalendarToken, "If-None-Match", tag)
			wantStatus(t, r, http.StatusOK)
			if text := body(t, r); !strings.Contains(text, wantText) {
				t.Errorf("%s: %q is missing in\n%s", what, wantText, text)
			}
			tag = r.Header.Get("ETag")
			wantStatus(t, h.get(b.CalendarToken, "If-None-Match", tag), http.StatusNotModified)
		}
		h.book(t, "goods", "11:00", b.CalendarToken)
		changed("another booking", "SUMMARY:11:00 ")

		h.now = h.now.Add(2 * time.Second)
		_, err := h.engine.Import(context.Background(), catalogue("Douane du port"))
		must(t, err)
		changed("a renamed office", "LOCATION:Douane du port")

		h.cancel(t, b)
		changed("a cancellation", "STATUS:CANCELLED")

		h.now = h.now.Add(7 * 24 * time.Hour)
		r := h.get(b.CalendarToken, "If-None-Match", tag)
		wantStatus(t, r, http.StatusOK)
		if text := body(t, r); strings.Contains(text, "CANCELLED") || !strings.Contains(text, "SUMMARY:11:00 ") {
			t.Errorf("seven days later:\n%s", text)
		}
	})
}

func TestTimeAloneChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token := h.book(t, "vehicle", "09:20", "").CalendarToken
		tag := h.get(token).Header.Get("ETag")
		h.now = h.now.Add(30 * 24 * time.Hour)
		wantStatus(t, h.get(token, "If-None-Match", tag), http.StatusNotModified)
	})
}

func TestEmptyFeedIsValid(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token := h.book(t, "vehicle", "09:20", "").CalendarToken
		h.now = h.now.Add(365 * 24 * time.Hour)
		r := h.get(token)
		wantStatus(t, r, http.StatusOK)
		if text := body(t, r); strings.Contains(text, "VEVENT") || !strings.Contains(text, "BEGIN:VTIMEZONE") || !strings.HasSuffix(text, "END:VCALENDAR\r\n") {
			t.Errorf("not an empty calendar:\n%s", text)
		}
		if got, want := r.Header.Get("Last-Modified"), "Tue, 24 Nov 2026 10:00:00 GMT"; got != want {
			t.Errorf("Last-Modified %s, want when the feed was made, %s", got, want)
		}
	})
}

func TestHead(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token := h.book(t, "vehicle", "09:20", "").CalendarToken
		server := httptest.NewServer(h.feeds)
		defer server.Close()
		client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
		defer client.CloseIdleConnections()
		get, err := client.Get(server.URL + "/feeds/" + token + ".ics")
		must(t, err)
		defer get.Body.Close()
		head, err := client.Head(server.URL + "/feeds/" + token + ".ics")
		must(t, err)
		defer head.Body.Close()
		wantStatus(t, head, http.StatusOK)
		for _, name := range []string{"ETag", "Content-Type", "Content-Length", "Last-Modified", "Vary"} {
			if get.Header.Get(name) != head.Header.Get(name) || get.Header.Get(name) == "" {
				t.Errorf("%s: GET %q, HEAD %q", name, get.Header.Get(name), head.Header.Get(name))
			}
		}
		if text := body(t, head); text != "" {
			t.Errorf("HEAD has a body: %q", text)
		}
	})
}

func TestGzip(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token := h.book(t, "vehicle", "09:20", "").CalendarToken
		plain, zipped := h.get(token), h.get(token, "Accept-Encoding", "deflate, gzip;q=0.8")
		if got := zipped.Header.Get("Content-Encoding"); got != "gzip" {
			t.Fatalf("Content-Encoding %q", got)
		}
		unzip, err := gzip.NewReader(zipped.Body)
		must(t, err)
		text, err := io.ReadAll(unzip)
		must(t, err)
		if got, want := strings.ReplaceAll(string(text), "\r\n ", ""), body(t, plain); got != want {
			t.Errorf("unzipped\n%s\nplain\n%s", got, want)
		}
		// Two representations: the tag of one is no proof of having the other.
		zipTag := zipped.Header.Get("ETag")
		wantStatus(t, h.get(token, "If-None-Match", zipTag), http.StatusOK)
		wantStatus(t, h.get(token, "If-None-Match", plain.Header.Get("ETag"), "Accept-Encoding", "gzip"), http.StatusOK)
		r := h.get(token, "If-None-Match", zipTag, "Accept-Encoding", "gzip")
		wantStatus(t, r, http.StatusNotModified)
		if r.Header.Get("Content-Encoding") != "" {
			t.Error("a 304 names an encoding")
		}
		wantStatus(t, h.get(token, "Accept-Encoding", "gzip;q=0"), http.StatusOK)
	})
}

func TestOnlyGetAndHead(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token := h.book(t, "vehicle", "09:20", "").CalendarToken
		r := h.ask(http.MethodPost, "/feeds/"+token+".ics")
		wantStatus(t, r, http.StatusMethodNotAllowed)
		if got := r.Header.Get("Allow"); got != "GET, HEAD" {
			t.Errorf("Allow: %s", got)
		}
	})
}

// TestModifiedIsNeverAhead: two nodes' clocks differ, and RFC 9110, 8.8.2.1,
// wants no date in the future.
func TestModifiedIsNeverAhead(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token := h.book(t, "vehicle", "09:20", "").CalendarToken
		h.now = h.now.Add(-90 * time.Second)
		if got, want := h.get(token).Header.Get("Last-Modified"), "Tue, 24 Nov 2026 09:58:30 GMT"; got != want {
			t.Errorf("Last-Modified %s, want %s", got, want)
		}
	})
}
