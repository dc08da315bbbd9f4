package rest_test

import (
	"testing"
	"time"

	"mawid/scheduler"
)

// TestAWishOverREST: made, offered, refused, accepted, withdrawn; each answer as the
// document says.
func TestAWishOverREST(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		body := object{"office": "dgi-safi", "service": "dgi-if", "from": tuesday, "to": tuesday, "citizen": amina}
		made := w.post("/v1/wishes", body).want(201)
		wish := "/v1/wishes/" + made.text("id")
		if made.Header.Get("Location") != wish || made.text("state") != "open" || made.text("url") != publicURL+"/w/"+made.text("id") {
			t.Errorf("made: %s, at %s", made.Raw, made.Header.Get("Location"))
		}
		w.post("/v1/wishes", body).problem(409, "duplicate_wish")
		w.post("/v1/wishes", body.with("to", "2026-11-01")).problem(422, "invalid")
		w.post("/v1/wishes", body.with("citizen", object{"name": "B"})).problem(422, "invalid")
		w.post(wish+"/accept", nil).problem(410, "hold_expired")
		for _, unknown := range []string{"/v1/wishes/none", "/v1/wishes/" + made.text("id") + "x"} {
			w.get(unknown).problem(404, "not_found")
			w.post(unknown+"/accept", nil).problem(404, "not_found")
			w.post(unknown+"/decline", nil).problem(404, "not_found")
			w.do("DELETE", unknown, nil).problem(404, "not_found")
		}

		must(t, w.engine.ReturnPlaces(t.Context(), 100))
		first := w.get(wish).want(200).text("offer", "starts_at")
		if again := w.get(wish).want(200).text("offer", "starts_at"); first != tuesday+"T08:30:00Z" && first != tuesday+"T08:30:00+00:00" || again != first {
			t.Errorf("offered %v, then %v", first, again)
		}
		if a := w.post(wish+"/decline", nil).want(200); a.at("offer") != nil || a.text("state") != "open" {
			t.Errorf("after a refusal: %s", a.Raw)
		}
		w.clock.advance(61 * time.Minute)
		must(t, w.engine.ReturnPlaces(t.Context(), 100))
		if a := w.post(wish+"/accept", nil).want(200); a.text("state") != "met" {
			t.Errorf("after accepting: %s", a.Raw)
		}
		w.do("DELETE", wish, nil).problem(409, "invalid_state")
	})
}

// TestAnEarlierTimeOverREST needs the appointment's token.
func TestAnEarlierTimeOverREST(t *testing.T) {
	w := openSQLite(t)
	b := w.book(bookBody().with("starts_at", "2026-12-08T09:30:00+00:00"))
	path := "/v1/appointments/" + b.text("id") + "/wish"
	w.post(path, object{}).problem(401, "unauthenticated")
	w.post(path, object{}, "Authorization", "Bearer wrong").problem(404, "not_found")
	w.post(path, object{"from": "2026-12-05", "to": "2026-12-01"}, bearer(b)...).problem(422, "invalid")
	a := w.post(path, object{}, bearer(b)...).want(201)
	if a.text("from") != tuesday || a.text("to") != "2026-12-07" {
		t.Errorf("from %s to %s", a.text("from"), a.text("to"))
	}
	wish := "/v1/wishes/" + a.text("id")
	must(t, w.engine.ReturnPlaces(t.Context(), 100))
	w.post(wish+"/accept", nil).want(200)
	moved := w.get("/v1/appointments/"+b.text("id"), bearer(b)...).want(200)
	if moved.text("starts_at") >= b.text("starts_at") || moved.text("status") != string(scheduler.StatusBooked) {
		t.Errorf("the appointment is now %s", moved.Raw)
	}
	w.do("DELETE", wish, nil).problem(409, "invalid_state")
	again := w.post(path, object{"to": tuesday}, bearer(b)...)
	if again.Status == 201 {
		w.do("DELETE", "/v1/wishes/"+again.text("id"), nil).want(204)
		if s := w.get("/v1/wishes/" + again.text("id")).want(200).text("state"); s != "withdrawn" {
			t.Errorf("the wish is %s", s)
		}
	}
}
