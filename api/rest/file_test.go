package rest_test

import (
	"strings"
	"testing"
	"time"
)

// deposit is a land registration that the agent of the land registry opens.
func deposit() object {
	return object{
		"service": "cf-requisition", "citizen": amina, "identity": "cnie", "identity_number": "HA 654321",
		"documents": []object{{"id": "cnie", "seen": true}, {"id": "moulkia", "seen": true}},
		"promise":   object{"what": "draw up the extract", "by": "2026-12-08"},
	}
}

var (
	asLand = []string{staffHeader, "agent-land"}
	asTax  = []string{staffHeader, "agent-dgi"}
)

func TestAFileOverREST(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		opened := w.post("/v1/files", deposit(), asLand...).want(201)
		id := "/v1/files/" + opened.text("id")
		owner := []string{"Authorization", "Bearer " + opened.text("file_token")}
		if got := opened.text("steps", 1, "due_on"); got != "2026-12-10" || opened.text("turn") != "administration" {
			t.Errorf("extract due %q: %s", got, opened.Raw)
		}
		if strings.Contains(string(opened.Raw), "654321") || opened.text("identity_tail") != "321" {
			t.Errorf("a document's number is shown: %s", opened.Raw)
		}
		seen := w.get(id, owner...).want(200)
		if seen.at("owner") != nil || seen.text("promises", 0, "state") != "open" || seen.text("events", 0, "actor") != "staff" {
			t.Errorf("the owner sees %s", seen.Raw)
		}
		w.get(id, asTax...).problem(404, "not_found")
		w.get(id).problem(401, "unauthenticated")
		w.post(id+"/advance", object{}, owner...).problem(403, "forbidden")
		w.clock.advance(20 * 24 * time.Hour) // 20 December: the extract is 10 days late, the promise overdue
		late := w.get(id, owner...).want(200)
		if late.number("late_days") != 10 || late.text("promises", 0, "state") != "overdue" || late.text("late_by", 0, "office") != "ancfcc-safi-cf" {
			t.Errorf("late: %s", late.Raw)
		}
		if l := w.get("/v1/files?list=late", asLand...).want(200); len(l.items("items")) != 1 {
			t.Errorf("late list: %s", l.Raw)
		}
		if l := w.get("/v1/files?list=late", asTax...).want(200); len(l.items("items")) != 0 {
			t.Errorf("another office's list: %s", l.Raw)
		}
		w.post(id+"/ask-news", object{"text": "where is it?"}, owner...).want(200)
		w.post(id+"/answer-news", object{"text": "at the drawing office"}, asLand...).want(200)
		w.post(id+"/promises", object{"what": "extract", "by": "2026-12-28", "replaces": late.text("promises", 0, "id")}, asLand...).want(200)
		stale := append([]string{"If-Match", `"1"`}, asLand...)
		w.post(id+"/advance", object{"note": "drawn"}, stale...).problem(412, "revision_mismatch")
		moved := w.post(id+"/advance", object{"note": "drawn"}, asLand...).want(200)
		// 61 days after 20 December.
		if got := moved.text("steps", 2, "due_on"); got != "2027-02-19" || moved.text("promises", 0, "state") != "broken" {
			t.Errorf("next step due %q: %s", got, moved.Raw)
		}
		w.post(id+"/hand-over", object{"office": "dgi-safi", "note": "your stamp", "appointment": object{"service": "dgi-th-tsc", "starts_at": "2026-12-22T09:30:00+00:00"}}, asLand...).want(200)
		if f := w.get(id, owner...).want(200); strings.Contains(string(f.Raw), "your stamp") || f.text("office") != "dgi-safi" {
			t.Errorf("handed over: %s", f.Raw)
		}
		w.post(id+"/settle", object{"text": "done"}, asTax...).want(200)
		w.post(id+"/settle", object{"text": "done"}, asTax...).problem(409, "invalid_state")
		if l := w.get(id+"/accesses", owner...).want(200); len(l.items("items")) != 3 {
			t.Errorf("accesses: %s", l.Raw)
		}
	})
}

func TestAFileOpenedOnline(t *testing.T) {
	w := openSQLite(t)
	body := deposit().with("promise", nil)
	a := w.post("/v1/files", body.with("for_whom", "Hadda Essai")).want(201)
	if a.at("owner") != nil || a.text("citizen", "name") != "Amina Essai" {
		t.Errorf("%s", a.Raw)
	}
	w.post("/v1/files", deposit()).problem(422, "invalid")
	wrong := body.with("service", "nothing", "clock", "moon", "step", "x", "deposited_on", "2031-01-01", "identity", "moon")
	got := w.post("/v1/files", wrong).problem(422, "invalid").fields()
	if !sameSet(got, []string{"service: unknown", "deposited_on: in_the_future", "step: unknown", "identity: unknown", "step_since: out_of_range"}) {
		t.Errorf("faults %v", got)
	}
	w.post("/v1/files", body, asTax...).problem(403, "forbidden")
}
