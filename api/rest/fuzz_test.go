package rest_test

import (
	"testing"
)

// FuzzBook: no body makes the server fail, and every answer conforms.
func FuzzBook(f *testing.F) {
	f.Add(`{"office":"dgi-safi","service":"dgi-th-tsc","starts_at":"2026-12-01T09:30:00Z","citizen":{"name":"A","email":"a@example.org"}}`)
	f.Add(`{"hold_id":"hold_x","citizen":{"name":"A","phone":"0612345678"},"party_size":2}`)
	f.Add(`{"citizen":{"name":"\u0000","email":"a@b.c","language":"ar-MA","time_zone":"UTC"},"calendar_token":"x","note":"\ud800"}`)
	f.Add(`[{}]`)
	f.Add(`{"party_size":1e400}`)
	f.Add("{\"office\":\"\xff\"}")
	f.Add(`{"a.b":{"c[0]":null},"citizen":[]}`)
	w := openSQLite(f)
	f.Fuzz(func(t *testing.T, body string) {
		each := *w
		each.t = t
		a := each.post("/v1/appointments", body)
		if a.Status >= 500 || a.Status < 201 || a.Status > 201 && a.Status < 400 {
			t.Errorf("%q: %d %s", body, a.Status, a.Raw)
		}
	})
}

// FuzzQuestion: no query makes the server fail.
func FuzzQuestion(f *testing.F) {
	f.Add("service=cad-plan&from=2026-12-01&to=2026-12-02&limit=3&cursor=MTc5NjAzMjgwMCBkZ2ktc2FmaQ")
	f.Add("service=%00&service=x&from=%ff")
	f.Add("service=cad-plan&party_size=2;limit=1")
	f.Add("&&==%zz")
	w := openSQLite(f)
	f.Fuzz(func(t *testing.T, query string) {
		for _, r := range query {
			if r <= ' ' || r > '~' || r == '#' {
				return // no request line carries it
			}
		}
		each := *w
		each.t = t
		for _, path := range []string{"/v1/slots?", "/v1/days?"} {
			if a := each.get(path + query); a.Status != 200 && a.Status != 422 {
				t.Errorf("%q: %d %s", query, a.Status, a.Raw)
			}
		}
	})
}
