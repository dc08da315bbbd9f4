package rest_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func holdBody() object {
	return object{"office": "dgi-safi", "service": "dgi-th-tsc", "starts_at": tuesday + "T09:30:00+00:00"}
}

func TestBookFromAHold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		held := w.post("/v1/holds", holdBody().with("party_size", 2)).want(201)
		path := held.Header.Get("Location")
		if path != "/v1/holds/"+held.text("id") {
			t.Fatalf("Location %q", path)
		}
		want := map[string]any{
			"id": held.text("id"), "state": "live", "office": "dgi-safi", "service": "dgi-th-tsc", "party_size": 2.0,
			"starts_at": "2026-12-01T09:30:00+00:00", "ends_at": "2026-12-01T10:20:00+00:00", "time_zone": "Africa/Casablanca",
			"expires_at": "2026-11-30T09:10:00+00:00", "extended": false, "channel": "in_person",
		}
		if diff := cmp.Diff(any(want), w.get(path).want(200).at()); diff != "" {
			t.Error(diff)
		}
		made := w.book(object{"hold_id": held.text("id"), "citizen": amina})
		if made.number("party_size") != 2 || made.text("starts_at") != "2026-12-01T09:30:00+00:00" || made.text("status") != "booked" {
			t.Errorf("%s", made.Raw)
		}
		if got := w.get(path).want(200).text("state"); got != "used" {
			t.Errorf("the hold is %s", got)
		}
		w.do(http.MethodDelete, path, nil).problem(409, "invalid_state")
		w.post("/v1/appointments", object{"hold_id": held.text("id"), "citizen": amina}).problem(409, "invalid_state")
	})
}

func TestBookDirectly(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		body := bookBody().with("party_size", 1, "file_number", "TF-123/08", "note", "يحتاج إلى مترجم",
			"citizen", object{"name": "  Amina   Essai ", "email": "amina@example.org", "phone": "06 12 34 56 78", "language": "ar", "time_zone": "Europe/Paris"})
		made := w.book(body)
		if made.Header.Get("Location") != "/v1/appointments/"+made.text("id") || made.Header.Get("ETag") != `"1"` || made.number("revision") != 1 {
			t.Errorf("headers %v", made.Header)
		}
		token := made.text("manage_token")
		if made.text("manage_url") != publicURL+"/a/"+token || made.text("calendar_url") != publicURL+"/feeds/"+made.text("calendar_token")+".ics" {
			t.Errorf("%s", made.Raw)
		}
		if len(token) < 43 {
			t.Errorf("a token of %d characters cannot hold 256 bits", len(token))
		}
		seen := w.get("/v1/appointments/"+made.text("id"), bearer(made)...).want(200)
		want := map[string]any{
			"id": made.text("id"), "reference": made.text("reference"), "status": "booked", "office": "dgi-safi", "service": "dgi-th-tsc", "channel": "in_person",
			"office_name": "Direction provinciale des impôts de Safi", "service_name": "TH-TSC : situation, abattement 75 %, réclamation",
			"starts_at": "2026-12-01T09:30:00+00:00", "ends_at": "2026-12-01T09:55:00+00:00", "time_zone": "Africa/Casablanca",
			"party_size": 1.0, "file_number": "TF-123/08", "note": "يحتاج إلى مترجم", "revision": 1.0,
			"created_at": "2026-11-30T09:00:00+00:00", "updated_at": "2026-11-30T09:00:00+00:00",
			"citizen": map[string]any{
				"name": "Amina Essai", "email": "amina@example.org", "phone": "+212612345678", "language": "ar", "time_zone": "Europe/Paris",
			},
		}
		if diff := cmp.Diff(any(want), seen.at()); diff != "" {
			t.Error(diff)
		}
	})
}

// TestSecretsStayOutOfTheLog also covers what people typed.
func TestSecretsStayOutOfTheLog(t *testing.T) {
	w := openSQLite(t)
	made := w.book(bookBody())
	w.get("/v1/appointments/"+made.text("id"), bearer(made)...).want(200)
	w.post("/v1/appointments", bookBody()).problem(409, "duplicate_booking")
	for _, secret := range []string{made.text("manage_token"), made.text("calendar_token"), made.text("id"), "Amina", "amina@example.org"} {
		if strings.Contains(w.logged.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	if !strings.Contains(w.logged.String(), `"GET /v1/appointments/{id}"`) {
		t.Error("the log does not name the route")
	}
}

func TestNoticesComeInTheReadersLanguage(t *testing.T) {
	w := openSQLite(t)
	made := w.post("/v1/appointments", bookBody(), "Accept-Language", "ar-MA").want(201)
	if got := made.text("citizen", "language"); got != "ar" {
		t.Errorf("language %q", got)
	}
	if got := made.text("office_name"); got != "المديرية الإقليمية للضرائب بآسفي" {
		t.Errorf("office %q", got)
	}
}

func TestOneCalendarForTwoBookings(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.book(bookBody())
		second := w.book(bookBody().with("service", "dgi-if", "starts_at", tuesday+"T14:00:00Z", "calendar_token", first.text("calendar_token")))
		if second.text("calendar_url") != first.text("calendar_url") {
			t.Error("the second booking has another calendar")
		}
		if second.text("manage_token") == first.text("manage_token") {
			t.Error("two appointments share a manage token")
		}
		a := w.post("/v1/appointments", bookBody().with("service", "dgi-foncier", "starts_at", tuesday+"T15:00:00Z", "calendar_token", "wrong"))
		if got := a.problem(422, "invalid").fields(); !cmp.Equal(got, []string{"calendar_token: unknown"}) {
			t.Errorf("fields %v", got)
		}
	})
}

func TestHoldIsGivenBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const question = "/v1/slots?service=cad-plan&from=" + tuesday + "&to=" + tuesday + "&limit=1"
		body := object{"office": "ancfcc-safi-cad", "service": "cad-plan", "starts_at": tuesday + "T08:30:00Z"}
		path := w.post("/v1/holds", body).want(201).Header.Get("Location")
		if got := w.get(question).want(200).text("items", 0, "starts_at"); got == tuesday+"T08:30:00+00:00" {
			t.Error("what is held is still offered")
		}
		w.post("/v1/holds", body).problem(409, "slot_taken")
		if a := w.do(http.MethodDelete, path, nil).want(204); len(a.Raw) != 0 {
			t.Errorf("204 with a body: %s", a.Raw)
		}
		w.do(http.MethodDelete, path, nil).want(204) // again: no fault
		if got := w.get(question).want(200).text("items", 0, "starts_at"); got != tuesday+"T08:30:00+00:00" {
			t.Errorf("what was given back is not offered: %s", got)
		}
		if got := w.get(path).want(200).text("state"); got != "released" {
			t.Errorf("state %s", got)
		}
		w.post("/v1/appointments", object{"hold_id": strings.TrimPrefix(path, "/v1/holds/"), "citizen": amina}).problem(410, "hold_expired")
	})
}

func TestHoldExpires(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		body := object{"office": "ancfcc-safi-cad", "service": "cad-plan", "starts_at": tuesday + "T08:30:00Z"}
		held := w.post("/v1/holds", body).want(201)
		w.clock.advance(10 * time.Minute)
		if got := w.get(held.Header.Get("Location")).want(200).text("state"); got != "expired" {
			t.Errorf("state %s", got)
		}
		w.post("/v1/appointments", object{"hold_id": held.text("id"), "citizen": amina}).problem(410, "hold_expired")
		w.book(body.with("citizen", amina)) // nobody had to sweep
	})
}

func TestHoldsThatAreNot(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, id := range []string{"hold_unknown", "a%00b", "%ff%fe", "%20", "%0d%0a", "..", strings.Repeat("x", 99), "%E2%80%AE"} {
			if id != ".." {
				w.get("/v1/holds/"+id).problem(404, "not_found")
				w.do(http.MethodDelete, "/v1/holds/"+id, nil).problem(404, "not_found")
			}
		}
		for _, id := range []string{"hold_unknown", "a\x00b", " ", "\r\n", "\u202e", "😀"} {
			w.post("/v1/appointments", object{"hold_id": id, "citizen": amina}).problem(404, "not_found")
		}
		w.get("/v1/holds/"+strings.Repeat("x", 10_000)).problem(422, "invalid")
	})
}

func TestHoldAndAnotherPlace(t *testing.T) {
	w := openSQLite(t)
	id := w.post("/v1/holds", holdBody()).want(201).text("id")
	body := object{"hold_id": id, "citizen": amina}
	a := w.post("/v1/appointments", body.with("office", "adii-safi", "service", "dgi-if", "starts_at", tuesday+"T10:00:00Z"))
	want := []string{"office: differs_from_hold", "service: differs_from_hold", "starts_at: differs_from_hold"}
	if got := a.problem(422, "invalid").fields(); !cmp.Equal(got, want) {
		t.Errorf("fields %v", got)
	}
	a = w.post("/v1/appointments", body.with("party_size", 2))
	if got := a.problem(422, "invalid").fields(); !cmp.Equal(got, []string{"party_size: differs_from_hold"}) {
		t.Errorf("fields %v", got)
	}
	// The same place, told by another clock, is no contradiction.
	w.book(body.with("office", "dgi-safi", "service", "dgi-th-tsc", "starts_at", tuesday+"T10:30:00+01:00", "party_size", 1))
}

func TestTimesThatCannotBeBooked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		tests := []struct{ name, at, want string }{
			{"yesterday", "2026-11-27T09:30:00Z", "starts_at: past"},
			{"long ago", "0001-01-01T00:00:00Z", "starts_at: past"},
			{"at once", "2026-11-30T09:00:00Z", "starts_at: too_soon"},
			{"Saturday", "2026-12-05T09:30:00Z", "starts_at: closed"},
			{"New Year", "2027-01-01T09:30:00Z", "starts_at: closed"},
			{"at lunch", "2026-12-01T12:30:00Z", "starts_at: closed"},
			{"at night", "2026-12-01T03:00:00Z", "starts_at: closed"},
			{"off the grid", "2026-12-01T09:35:00Z", "starts_at: not_offered"},
			{"with seconds", "2026-12-01T09:30:30Z", "starts_at: not_offered"},
			{"with a fraction", "2026-12-01T09:30:00.5Z", "starts_at: not_offered"},
			{"not long enough before lunch", "2026-12-01T12:15:00Z", "starts_at: not_offered"},
			{"too far", "2028-12-01T09:30:00Z", "starts_at: too_far"},
			{"the end of time", "9999-12-31T23:59:59Z", "starts_at: too_far"},
			{"no offset", "2026-12-01T09:30:00", "starts_at: invalid_time"},
			{"a date", "2026-12-01", "starts_at: invalid_time"},
			{"no such day", "2026-02-30T09:30:00Z", "starts_at: invalid_time"},
			{"year nought", "0000-01-01T00:00:00Z", "starts_at: invalid_time"},
			{"words", "tomorrow", "starts_at: invalid_time"},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				for _, path := range []string{"/v1/holds", "/v1/appointments"} {
					body := holdBody().with("starts_at", test.at)
					if path == "/v1/appointments" {
						body["citizen"] = amina
					}
					a := w.post(path, body)
					a.t = t
					if got := a.problem(422, "invalid").fields(); !cmp.Equal(got, []string{test.want}) {
						t.Errorf("%s: %v, want %s", path, got, test.want)
					}
				}
			})
		}
	})
}

func TestEverythingWrongIsToldAtOnce(t *testing.T) {
	w := openSQLite(t)
	a := w.post("/v1/appointments", object{"citizen": amina.with("language", "12345678901")})
	want := []string{"citizen.language: invalid_language", "office: required", "service: required", "starts_at: required"}
	if got := a.problem(422, "invalid").fields(); !sameSet(got, want) {
		t.Errorf("fields %v, want %v", got, want)
	}
	a = w.post("/v1/appointments", object{"starts_at": tuesday, "party_size": 0, "notes": "", "citizen": object{"mail": "x"}})
	want = []string{
		"starts_at: invalid_time", "party_size: out_of_range", "notes: unknown_field", "citizen.name: required", "citizen.mail: unknown_field",
	}
	if got := a.problem(422, "invalid").fields(); !sameSet(got, want) {
		t.Errorf("fields %v, want %v", got, want)
	}
	a = w.post("/v1/appointments", bookBody().with("citizen",
		object{"name": "A\u202eB", "email": "nobody", "phone": "12", "time_zone": "Mars/Olympus"}, "note", "a\x07b"))
	want = []string{
		"citizen.name: control_characters", "citizen.email: invalid_email", "citizen.phone: invalid_phone",
		"citizen.time_zone: invalid_zone", "note: control_characters",
	}
	if got := a.problem(422, "invalid").fields(); !sameSet(got, want) {
		t.Errorf("fields %v, want %v", got, want)
	}
}

func sameSet(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func TestDuplicateBooking(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.book(bookBody())
		w.post("/v1/appointments", bookBody().with("starts_at", tuesday+"T10:00:00Z")).problem(409, "duplicate_booking")
		w.book(bookBody().with("starts_at", tuesday+"T10:00:00Z", "citizen", object{"name": "Brahim Essai", "email": "amina@example.org"}))
		w.post("/v1/appointments/"+first.text("id")+"/cancel", nil, bearer(first)...).want(200)
		w.book(bookBody().with("starts_at", tuesday+"T11:00:00Z"))
	})
}

// TestOnePlaceManyPeople: three desks, twenty people, one time.
func TestOnePlaceManyPeople(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var mu sync.Mutex
		codes := map[int]int{}
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				body := bookBody().with("citizen", object{"name": "Person " + strings.Repeat("I", i+1), "email": "p@example.org"})
				a := w.post("/v1/appointments", body)
				mu.Lock()
				defer mu.Unlock()
				codes[a.Status]++
			})
		}
		wg.Wait()
		if !cmp.Equal(codes, map[int]int{201: 3, 409: 17}) {
			t.Errorf("%v, want three bookings and seventeen refusals", codes)
		}
	})
}
