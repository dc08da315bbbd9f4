package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"mawid/internal/testdb"
)

// TestLogSaysNothingOfPeople sends what a person types and holds in every place
// where a log could pick it up. (Every program of these tests is looked at for
// this when it ends; here the requests are chosen for it.)
func TestLogSaysNothingOfPeople(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, database string) {
		post := openPostOffice(t)
		house := install(t, database, "MAWID_LOG_FORMAT=json", "MAWID_SMTP_URL="+post.url)
		server := house.serve()
		who := house.somebody()
		s := server.slots(t, "dgi-safi", "dgi-if", 1)
		b := server.mustBook(t, s[0], who)
		house.secret("Zoubida", server.mustHold(t, s[1]), url.QueryEscape(familyName+" é"))
		paths := []string{
			"/a/" + b.ManageToken, "/fr/a/" + b.ManageToken + "/cancel", "/a/" + b.ManageToken + "/calendar.ics", "/a/" + b.ManageToken + "x",
			"/feeds/" + feedToken(b) + ".ics", "/feeds/" + feedToken(b) + "x.ics", "/v1/appointments/" + b.ID + "/calendar.ics",
			"/fr/?q=" + url.QueryEscape(who.Name), "/v1/slots?service=" + url.QueryEscape(who.Email), "/" + url.PathEscape(who.Email),
			"/v1/appointments/" + url.PathEscape(who.Name), "/v1/holds/" + who.Phone, "/%0d%0alevel=ERROR%20" + familyName,
		}
		for _, path := range paths {
			_, err := server.do(patient(t), http.MethodGet, path, b.ManageToken, nil, nil)
			must(t, err)
		}
		bodies := []map[string]any{
			{"office": who.Email, "service": who.Name, "starts_at": who.Phone, "citizen": who},
			{"office": "dgi-safi", "service": "dgi-if", "starts_at": s[0].StartsAt, "citizen": map[string]any{"name": strings.Repeat(familyName, 1000), "email": who.Email + "\r\nX: y"}},
			{familyName: who.Phone, "citizen": []string{who.Email}},
			{"hold_id": who.Email, "citizen": who, "note": familyName, "calendar_token": b.ManageToken},
		}
		for _, body := range bodies {
			_, err := server.do(patient(t), http.MethodPost, "/v1/appointments", b.ManageToken, body, nil)
			must(t, err)
		}
		server.signIn(t, familyName, who.Phone)
		move := map[string]any{"starts_at": s[3].StartsAt}
		_, err := server.do(patient(t), http.MethodPost, "/v1/appointments/"+b.ID+"/reschedule", b.ManageToken, move, nil)
		must(t, err)
		eventually(t, "mail of the booking and the move", func() bool { return len(post.to(who.Email)) == 2 })
		server.stop()
		wantLines(t, server.err.String(), len(paths)+len(bodies))
	})
}

// wantLines wants one JSON object for each line, and at least so many requests.
func wantLines(t *testing.T, log string, least int) {
	t.Helper()
	requests := 0
	for line := range strings.Lines(log) {
		var entry struct {
			Msg, Level, Route string
			Status            int
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Errorf("not a JSON object: %q", line)
		}
		if entry.Msg == "request" && entry.Status > 0 {
			requests++
		}
		if entry.Level != "INFO" {
			t.Errorf("a line that should be quiet: %s", line)
		}
	}
	if requests < least {
		t.Errorf("%d requests were logged, at least %d were sent", requests, least)
	}
}
