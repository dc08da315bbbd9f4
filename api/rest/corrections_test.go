package rest_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"mawid/configs"
	"mawid/scheduler"
)

// asking makes the tax office of Safi ask for the code that proves an address.
func (w *world) asking() {
	w.t.Helper()
	sample, err := configs.Read(configs.SampleName, configs.SampleFile, embeddedZones(w.t))
	must(w.t, err)
	for i := range sample.Offices {
		sample.Offices[i].ConfirmAddress = sample.Offices[i].ID == "dgi-safi"
	}
	_, err = w.engine.Import(context.Background(), sample.CatalogueData)
	must(w.t, err)
}

// sentCode is the code that was sent last of an appointment.
func (w *world) sentCode(id string) string {
	w.t.Helper()
	ctx := context.Background()
	a, err := w.db.Appointment(ctx, id)
	must(w.t, err)
	now := w.clock.Now()
	ns, err := w.db.ClaimNotices(ctx, scheduler.ChannelEmail, now, now.Add(time.Hour), 10)
	must(w.t, err)
	code := ""
	for _, n := range ns {
		if n.Kind == scheduler.NoticeProveCode {
			code = w.engine.NoticeCode(&a, n.Notice)
		}
	}
	return code
}

func TestVerify(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.asking()
		b := w.book(bookBody())
		if b.text("status") != "pending" || b.text("verify_until") != "2026-11-30T09:30:00+00:00" {
			t.Errorf("booked as %s until %s", b.text("status"), b.text("verify_until"))
		}
		path, token := "/v1/appointments/"+b.text("id"), bearer(b)
		w.post(path+"/verify", object{"code": "123456"}).problem(401, "unauthenticated")
		code := w.sentCode(b.text("id"))
		wrong := "111111"
		if code == wrong {
			wrong = "222222"
		}
		w.post(path+"/verify", object{"code": wrong}, token...).problem(422, "invalid")
		w.post(path+"/reschedule", object{"starts_at": tuesday + "T14:00:00Z"}, token...).problem(409, "invalid_state")
		w.clock.advance(time.Second)
		w.post(path+"/code", object{}, token...).want(200)
		done := w.post(path+"/verify", object{"code": code}, token...).want(200) // the first still counts
		if done.text("status") != "booked" || done.text("verified_at") == "" {
			t.Errorf("verified: %s", done.Raw)
		}
		w.post(path+"/verify", object{"code": code}, token...).want(200)
		w.post(path+"/code", object{}, token...).problem(409, "invalid_state")
		if log := w.logged.String(); strings.Contains(log, code) || strings.Contains(log, wrong) {
			t.Error("a code is in the log")
		}
	})
}

func TestTooManyCodes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.asking()
		b := w.book(bookBody())
		path := "/v1/appointments/" + b.text("id") + "/code"
		for range 3 {
			w.post(path, object{}, bearer(b)...).want(200)
		}
		a := w.post(path, object{}, bearer(b)...)
		a.problem(429, "too_many_codes")
		if a.Header.Get("Retry-After") != "3600" {
			t.Errorf("Retry-After %q", a.Header.Get("Retry-After"))
		}
	})
}

func TestCorrectContact(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.book(bookBody())
		path, token := "/v1/appointments/"+b.text("id")+"/contact", bearer(b)
		w.post(path, object{"email": "new@example.org"}).problem(401, "unauthenticated")
		w.post(path, object{"name": "Another"}, token...).problem(422, "invalid")
		w.post(path, object{"email": "no"}, token...).problem(422, "invalid")
		w.post(path, object{"language": "!"}, token...).problem(422, "invalid")
		w.post(path, object{"email": "new@example.org"}, append(token, "If-Match", `"7"`)...).problem(412, "revision_mismatch")
		a := w.post(path, object{"email": "new@example.org", "phone": "06 12 34 56 78", "language": "ar"}, append(token, "If-Match", `"1"`)...).want(200)
		if s := string(a.Raw); !strings.Contains(s, "new@example.org") || !strings.Contains(s, "+212612345678") || a.Header.Get("ETag") != `"2"` {
			t.Errorf("corrected: %s", s)
		}
		w.post(path, object{"email": "", "phone": ""}, token...).problem(422, "invalid")
	})
}

func TestNoteDocument(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.book(bookBody())
		path, token := "/v1/appointments/"+b.text("id")+"/note", bearer(b)
		w.post(path, object{"document_note": "L'acte manque."}).problem(401, "unauthenticated")
		if a := w.post(path, object{"document_note": " L'acte manque. "}, token...).want(200); a.text("document_note") != "L'acte manque." {
			t.Errorf("noted: %s", a.Raw)
		}
		w.post(path, object{"document_note": strings.Repeat("x", 501)}, token...).problem(422, "invalid")
		w.post(path, object{}, token...).problem(422, "invalid")
	})
}

func TestBookForAnother(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		who := object{"name": "Fatima", "email": "f@example.org", "told": "Youssef", "relation": "child"}
		a := w.book(bookBody().with("citizen", who))
		if s := string(a.Raw); !strings.Contains(s, `"told":"Youssef"`) || !strings.Contains(s, `"relation":"child"`) {
			t.Errorf("booked: %s", s)
		}
		w.post("/v1/appointments", bookBody().with("citizen", object{"name": "F", "email": "g@example.org", "relation": "child"})).problem(422, "invalid")
		w.post("/v1/appointments", bookBody().with("citizen", object{"name": "F", "email": "g@example.org", "told": "Y", "relation": "boss"})).problem(422, "invalid")
	})
}

func TestExtendHold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.post("/v1/holds", object{"office": "dgi-safi", "service": "dgi-th-tsc", "starts_at": tuesday + "T09:30:00Z"}).want(http.StatusCreated)
		w.clock.advance(5 * time.Minute)
		path := "/v1/holds/" + h.text("id") + "/extend"
		if a := w.post(path, nil).want(200); a.text("expires_at") != "2026-11-30T09:15:00+00:00" {
			t.Errorf("extended: %s", a.Raw)
		}
		w.post(path, nil).problem(409, "invalid_state")
		w.clock.advance(10 * time.Minute)
		w.post(path, nil).problem(410, "hold_expired")
		w.post("/v1/holds/hold_none/extend", nil).problem(404, "not_found")
	})
}
