package rest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWhoMaySeeAnAppointment(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		mine := w.book(bookBody())
		other := w.book(bookBody().with("citizen", object{"name": "Brahim", "email": "b@example.org"}))
		path := "/v1/appointments/" + mine.text("id")
		token := "Bearer " + mine.text("manage_token")
		tests := []struct {
			name    string
			headers []string
			status  int
			code    string
		}{
			{"its token", []string{"Authorization", token}, 200, ""},
			{"its token, scheme in small letters", []string{"Authorization", "bearer " + mine.text("manage_token")}, 200, ""},
			{"nothing", nil, 401, "unauthenticated"},
			{"another scheme", []string{"Authorization", "Basic YTpi"}, 401, "unauthenticated"},
			{"an empty bearer", []string{"Authorization", "Bearer "}, 401, "unauthenticated"},
			{"a wrong token", []string{"Authorization", token + "x"}, 404, "not_found"},
			{"a token with control characters", []string{"Authorization", "Bearer \x00\x7f"}, 404, "not_found"},
			{"the token of another", []string{"Authorization", "Bearer " + other.text("manage_token")}, 404, "not_found"},
			{"its calendar's token", []string{"Authorization", "Bearer " + mine.text("calendar_token")}, 404, "not_found"},
			{"staff of the office", []string{staffHeader, "agent-dgi"}, 200, ""},
			{"staff of another office", []string{staffHeader, "agent-adii"}, 404, "not_found"},
			{"an administrator", []string{staffHeader, "admin"}, 200, ""},
			{"staff of another office with the token", []string{staffHeader, "agent-adii", "Authorization", token}, 200, ""},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				for _, at := range []string{path, path + "/calendar.ics"} {
					a := w.get(at, test.headers...)
					a.t = t
					if test.status == 200 {
						a.want(200)
						continue
					}
					a.problem(test.status, test.code)
				}
				if test.status == 200 {
					return
				}
				for _, what := range []string{"/cancel", "/confirm", "/reschedule"} {
					a := w.post(path+what, object{"starts_at": tuesday + "T14:00:00Z"}, test.headers...)
					a.t = t
					a.problem(test.status, test.code)
				}
			})
		}
		if a := w.get(path); a.Header.Get("WWW-Authenticate") == "" {
			t.Error("401 without WWW-Authenticate")
		}
		if a := w.get(path, "Authorization", token); a.Header.Get("Cache-Control") != "no-store" || a.at("manage_token") != nil {
			t.Errorf("%v %s", a.Header, a.Raw)
		}
	})
}

func TestAppointmentsThatAreNot(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		made := w.book(bookBody())
		for _, id := range []string{"apt_unknown", "a%00b", "%ff", "%20", "%0d%0a", "%E2%80%AE", strings.Repeat("x", 99)} {
			for _, headers := range [][]string{bearer(made), {staffHeader, "admin"}} {
				w.get("/v1/appointments/"+id, headers...).problem(404, "not_found")
				w.get("/v1/appointments/"+id+"/calendar.ics", headers...).problem(404, "not_found")
				w.post("/v1/appointments/"+id+"/cancel", nil, headers...).problem(404, "not_found")
				w.post("/v1/appointments/"+id+"/confirm", nil, headers...).problem(404, "not_found")
				w.post("/v1/appointments/"+id+"/reschedule", object{"starts_at": tuesday + "T14:00:00Z"}, headers...).problem(404, "not_found")
			}
		}
	})
}

func TestCancel(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		made := w.book(bookBody())
		path := "/v1/appointments/" + made.text("id")
		a := w.post(path+"/cancel", nil, bearer(made)...).want(200)
		if a.text("status") != "cancelled" || a.number("revision") != 2 || a.Header.Get("ETag") != `"2"` {
			t.Errorf("%v %s", a.Header, a.Raw)
		}
		w.post(path+"/cancel", object{}, bearer(made)...).problem(409, "invalid_state")
		w.post(path+"/confirm", nil, bearer(made)...).problem(409, "invalid_state")
		w.post(path+"/reschedule", object{"starts_at": tuesday + "T14:00:00Z"}, bearer(made)...).problem(409, "invalid_state")
		if got := w.get(path, bearer(made)...).want(200).text("status"); got != "cancelled" {
			t.Errorf("status %s", got)
		}
		q := "/v1/slots?service=dgi-th-tsc&office=dgi-safi&from=" + tuesday + "&to=" + tuesday
		if got := w.get(q).want(200).number("items", 2, "remaining"); got != 3 {
			t.Errorf("%d remain, want all three again", got)
		}
	})
}

func TestConfirm(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		made := w.book(bookBody())
		path := "/v1/appointments/" + made.text("id") + "/confirm"
		first := w.post(path, nil, bearer(made)...).want(200)
		if first.text("confirmed_at") != "2026-11-30T09:00:00+00:00" || first.number("revision") != 2 {
			t.Errorf("%s", first.Raw)
		}
		w.clock.advance(time.Hour)
		if diff := cmp.Diff(first.at(), w.post(path, nil, bearer(made)...).want(200).at()); diff != "" {
			t.Errorf("the second time changes something: %s", diff)
		}
	})
}

func TestReschedule(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		made := w.book(bookBody())
		path := "/v1/appointments/" + made.text("id") + "/reschedule"
		a := w.post(path, object{"starts_at": tuesday + "T14:00:00+00:00"}, bearer(made)...).want(200)
		if a.text("starts_at") != tuesday+"T14:00:00+00:00" || a.text("status") != "booked" || a.number("revision") != 2 {
			t.Errorf("%s", a.Raw)
		}
		// To the event of August, in another building.
		a = w.post(path, object{"starts_at": "2027-08-10T10:00:00Z", "office": "prov-safi-unified"}, bearer(made)...).want(200)
		if a.text("office") != "prov-safi-unified" || a.text("starts_at") != "2027-08-10T10:00:00+00:00" || a.text("reference") != made.text("reference") {
			t.Errorf("%s", a.Raw)
		}
		for body, want := range map[string]string{
			`{"starts_at": "2026-11-27T09:30:00Z", "office": "dgi-safi"}`:  "starts_at: past",
			`{"starts_at": "2026-12-05T09:30:00Z", "office": "dgi-safi"}`:  "starts_at: closed",
			`{"starts_at": "2026-12-01T09:30:00Z", "office": "nowhere"}`:   "office: unknown",
			`{"starts_at": "2026-12-01T09:30:00Z", "office": "adii-safi"}`: "service: not_offered",
			`{"starts_at": "soon"}`: "starts_at: invalid_time",
			`{"starts_at": 5}`:      "starts_at: wrong_type",
			`{"starts_at": null}`:   "starts_at: wrong_type",
			`{}`:                    "starts_at: required",
			`{"starts_at": "2026-12-01T09:30:00Z", "x":1}`: "x: unknown_field",
		} {
			if got := w.post(path, body, bearer(made)...).problem(422, "invalid").fields(); !cmp.Equal(got, []string{want}) {
				t.Errorf("%s: %v, want %s", body, got, want)
			}
		}
		w.post(path, nil, bearer(made)...).problem(400, "bad_request")
	})
}

func TestRescheduleIntoAFullPlaceChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, name := range []string{"One", "Two", "Three"} {
			w.book(bookBody().with("citizen", object{"name": name, "email": "x@example.org"}))
		}
		made := w.book(bookBody().with("starts_at", tuesday+"T14:00:00Z"))
		path := "/v1/appointments/" + made.text("id")
		w.post(path+"/reschedule", object{"starts_at": tuesday + "T09:30:00Z"}, bearer(made)...).problem(409, "slot_taken")
		if a := w.get(path, bearer(made)...).want(200); a.text("starts_at") != tuesday+"T14:00:00+00:00" || a.number("revision") != 1 {
			t.Errorf("%s", a.Raw)
		}
	})
}

func TestWhatIsOverCannotChange(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		made := w.book(bookBody())
		path := "/v1/appointments/" + made.text("id")
		w.clock.advance(48 * time.Hour)
		w.post(path+"/cancel", nil, bearer(made)...).problem(409, "invalid_state")
		w.post(path+"/confirm", nil, bearer(made)...).problem(409, "invalid_state")
		w.post(path+"/reschedule", object{"starts_at": "2026-12-08T14:00:00Z"}, bearer(made)...).problem(409, "invalid_state")
		w.get(path, bearer(made)...).want(200)
	})
}

func TestIfMatch(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		made := w.book(bookBody())
		path := "/v1/appointments/" + made.text("id")
		with := func(tag string) []string { return append(bearer(made), "If-Match", tag) }
		for _, tag := range []string{`"2"`, `"0"`, `"-1"`, `"99999999999999999999"`, `"x"`, `""`, `W/"1"`} {
			w.post(path+"/cancel", nil, with(tag)...).problem(412, "revision_mismatch")
			w.post(path+"/confirm", nil, with(tag)...).problem(412, "revision_mismatch")
			w.post(path+"/reschedule", object{"starts_at": tuesday + "T14:00:00Z"}, with(tag)...).problem(412, "revision_mismatch")
		}
		for _, tag := range []string{`1`, `"1`, `1"`, `"1", "2"`, `"`, "\x01"} {
			if got := w.post(path+"/cancel", nil, with(tag)...).problem(422, "invalid").fields(); !cmp.Equal(got, []string{"If-Match: invalid"}) {
				t.Errorf("%q: %v", tag, got)
			}
		}
		if got := w.post(path+"/cancel", nil, with(strings.Repeat("x", 10_000))...).problem(422, "invalid").fields(); !cmp.Equal(got, []string{"If-Match: too_long"}) {
			t.Errorf("%v", got)
		}
		w.post(path+"/confirm", nil, with(`"1"`)...).want(200)
		w.post(path+"/reschedule", object{"starts_at": tuesday + "T14:00:00Z"}, with(`"1"`)...).problem(412, "revision_mismatch")
		w.post(path+"/reschedule", object{"starts_at": tuesday + "T14:00:00Z"}, with(`"2"`)...).want(200)
		w.post(path+"/cancel", nil, with(`*`)...).want(200)
	})
}

func TestCalendarFile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		made := w.book(bookBody())
		path := "/v1/appointments/" + made.text("id") + "/calendar.ics"
		a := w.get(path, bearer(made)...).want(200)
		if got := a.Header.Get("Content-Type"); got != "text/calendar; charset=utf-8" {
			t.Errorf("type %q", got)
		}
		if got := a.Header.Get("Content-Disposition"); got != `attachment; filename="`+made.text("reference")+`.ics"` {
			t.Errorf("disposition %q", got)
		}
		file := strings.ReplaceAll(string(a.Raw), "\r\n ", "")
		for _, want := range []string{"BEGIN:VCALENDAR\r\n", "DTSTART:20261201T093000Z\r\n", publicURL + "/a/" + made.text("manage_token")} {
			if !strings.Contains(file, want) {
				t.Errorf("the file lacks %q:\n%s", want, file)
			}
		}
		tag := a.Header.Get("ETag")
		if !strings.HasPrefix(tag, `"`) {
			t.Fatalf("ETag %q is not strong", tag)
		}
		for have, status := range map[string]int{tag: 304, "W/" + tag: 304, `"x", ` + tag: 304, "*": 304, `"x"`: 200, "": 200} {
			a := w.get(path, append(bearer(made), "If-None-Match", have)...).want(status)
			if status == 304 && (len(a.Raw) != 0 || a.Header.Get("ETag") != tag) {
				t.Errorf("304 with %d bytes and ETag %q", len(a.Raw), a.Header.Get("ETag"))
			}
		}
		w.post("/v1/appointments/"+made.text("id")+"/cancel", nil, bearer(made)...).want(200)
		if a := w.get(path, append(bearer(made), "If-None-Match", tag)...).want(200); !strings.Contains(string(a.Raw), "STATUS:CANCELLED") {
			t.Errorf("after the cancellation: %s", a.Raw)
		}
		staff := w.get(path, staffHeader, "agent-dgi").want(200)
		if strings.Contains(strings.ReplaceAll(string(staff.Raw), "\r\n ", ""), "/a/") {
			t.Error("staff get the person's own link")
		}
	})
}

func TestMethodsOfAppointments(t *testing.T) {
	w := openSQLite(t)
	made := w.book(bookBody())
	w.do(http.MethodDelete, "/v1/appointments/"+made.text("id"), nil, bearer(made)...).problem(405, "method_not_allowed")
}
