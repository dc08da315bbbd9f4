package rest_test

import (
	"strings"
	"testing"
	"time"
)

// callBody asks for an appointment by telephone, at which the office calls.
func callBody() object {
	return object{
		"office": "dgi-safi", "service": "dgi-if", "channel": "telephone", "starts_at": tuesday + "T09:30:00+00:00",
		"citizen": object{"name": "Amina Test", "email": "amina@example.org", "phone": "06 61 23 45 67"},
	}
}

func TestChannelsOfAService(t *testing.T) {
	w := openSQLite(t)
	a := w.get("/v1/services/dgi-suivi").want(200)
	if !strings.Contains(string(a.Raw), `"channels":["appointment","telephone","video"]`) {
		t.Errorf("channels of %s", a.Raw)
	}
	if a.at("by_telephone", 0) != "dgi-safi" || a.at("by_video", 0) != "dgi-safi" {
		t.Errorf("offices of %s", a.Raw)
	}
}

func TestEachChannelHasItsSlots(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const ask = "/v1/slots?service=dgi-if&office=dgi-safi&from=2026-12-01&to=2026-12-01"
		left := func(channel string) int {
			a := w.get(ask + "&channel=" + channel).want(200)
			for i := range a.items("items") {
				if a.at("items", i, "channel") != channel {
					t.Fatalf("%s among %s", a.at("items", i), channel)
				}
				if a.at("items", i, "starts_at") == tuesday+"T09:30:00+00:00" {
					return a.number("items", i, "remaining")
				}
			}
			return 0
		}
		if come, call := left("in_person"), left("telephone"); come != 3 || call != 1 {
			t.Fatalf("%d by coming and %d by telephone, want 3 and 1", come, call)
		}
		w.book(callBody())
		w.post("/v1/appointments", callBody().with("citizen", object{"name": "Other", "phone": "+212661234568"})).problem(409, "slot_taken")
		if come, call := left("in_person"), left("telephone"); come != 3 || call != 0 {
			t.Errorf("after a call was booked %d by coming and %d by telephone, want 3 and 0", come, call)
		}
		if n := len(w.get(ask + "&channel=video").want(200).items("items")); n != 0 {
			t.Errorf("%d slots by video, which is not offered", n)
		}
		days := w.get("/v1/days?service=dgi-if&office=dgi-safi&channel=telephone&from=2026-12-01&to=2026-12-01").want(200)
		if days.at("items", 0, "date") != tuesday {
			t.Errorf("days %s", days.Raw)
		}
		w.get(ask+"&channel=fax").problem(422, "invalid")
	})
}

func TestBookingByTelephone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		held := w.post("/v1/holds", object{"office": "dgi-safi", "service": "dgi-if", "starts_at": tuesday + "T09:30:00+00:00", "channel": "telephone"}).want(201)
		if held.text("channel") != "telephone" {
			t.Fatalf("%s", held.Raw)
		}
		for _, citizen := range []object{
			{"name": "Amina Test", "email": "amina@example.org"},
			{"name": "Amina Test", "email": "amina@example.org", "phone": "+2126612"},
			{"name": "Amina Test", "email": "amina@example.org", "phone": "+331234567"}, // too short for France
		} {
			a := w.post("/v1/appointments", object{"hold_id": held.text("id"), "citizen": citizen}).problem(422, "invalid")
			if a.at("errors", 0, "field") != "citizen.phone" {
				t.Errorf("%s", a.Raw)
			}
		}
		w.post("/v1/appointments", object{"hold_id": held.text("id"), "channel": "in_person", "citizen": callBody()["citizen"]}).problem(422, "invalid")
		a := w.book(object{"hold_id": held.text("id"), "citizen": callBody()["citizen"]})
		if a.text("channel") != "telephone" || a.text("called_by") != "office" || a.text("call_number") != "+212661234567" || strings.Contains(string(a.Raw), "meeting_url") {
			t.Errorf("%s", a.Raw)
		}
		path := "/v1/appointments/" + a.text("id")
		moved := w.post(path+"/reschedule", object{"starts_at": tuesday + "T10:30:00+00:00"}, bearer(a)...).want(200)
		if moved.text("channel") != "telephone" {
			t.Errorf("moved: %s", moved.Raw)
		}
		w.post(path+"/contact", object{"phone": ""}, bearer(a)...).problem(422, "invalid")
	})
}

func TestBookingByVideo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a := w.book(callBody().with("service", "dgi-suivi").with("channel", "video").with("citizen", object{"name": "Amina Test", "email": "amina@example.org"}))
		link := a.text("meeting_url")
		room, ok := strings.CutPrefix(link, "https://meet.example.org/mawid-")
		if !ok || len(room) != 26 || strings.Contains(a.text("manage_token"), room) || strings.Contains(a.text("id"), room) {
			t.Errorf("meeting %q", link)
		}
		w.post("/v1/appointments", callBody().with("channel", "video")).problem(422, "invalid") // dgi-if is not had by video
	})
}

func TestStaffBeginAndEndACall(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a := w.book(callBody())
		path, agent := "/v1/appointments/"+a.text("id"), []string{staffHeader, "agent-dgi"}
		w.post(path+"/begin", nil, agent...).problem(409, "invalid_state") // a day too early
		w.clock.advance(24*time.Hour + 20*time.Minute)
		w.post(path+"/check-in", nil, agent...).problem(409, "invalid_state")
		w.post(path+"/begin", nil).problem(401, "unauthenticated")
		w.post(path+"/begin", nil, bearer(a)...).problem(401, "unauthenticated")
		w.post(path+"/begin", nil, staffHeader, "agent-adii").problem(404, "not_found")
		if got := w.post(path+"/begin", nil, agent...).want(200).text("status"); got != "serving" {
			t.Errorf("begun: %s", got)
		}
		w.post(path+"/end", object{"outcome": "bored"}, agent...).problem(422, "invalid")
		if got := w.post(path+"/end", object{"outcome": "served"}, agent...).want(200).text("status"); got != "served" {
			t.Errorf("ended: %s", got)
		}
	})
}
