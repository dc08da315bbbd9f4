package rest_test

import (
	"bytes"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func key(k string) []string { return []string{"Idempotency-Key", k} }

func TestRepeatGetsTheFirstAnswer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.post("/v1/appointments", bookBody(), key("k-1")...).want(201)
		again := w.post("/v1/appointments", bookBody(), key("k-1")...).want(201)
		if !bytes.Equal(first.Raw, again.Raw) {
			t.Errorf("other bytes:\n%s\n%s", first.Raw, again.Raw)
		}
		for _, name := range []string{"Content-Type", "Location", "ETag", "Content-Language", "Cache-Control"} {
			if first.Header.Get(name) == "" || first.Header.Get(name) != again.Header.Get(name) {
				t.Errorf("%s: %q, then %q", name, first.Header.Get(name), again.Header.Get(name))
			}
		}
		if first.Header.Get("Idempotent-Replayed") != "" || again.Header.Get("Idempotent-Replayed") != "true" {
			t.Errorf("replayed: %q, then %q", first.Header.Get("Idempotent-Replayed"), again.Header.Get("Idempotent-Replayed"))
		}
		if len(again.Header.Values("Content-Type")) != 1 || len(again.Header.Values("Cache-Control")) != 1 {
			t.Errorf("headers come twice: %v", again.Header)
		}
	})
}

func TestKeyOfAnotherRequest(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		made := w.post("/v1/appointments", bookBody(), key("k-1")...).want(201)
		w.post("/v1/appointments", bookBody().with("note", "another"), key("k-1")...).problem(422, "idempotency_key_reused")
		w.post("/v1/holds", bookBody(), key("k-1")...).problem(422, "idempotency_key_reused")
		w.post("/v1/appointments", bookBody(), key("k-2")...).problem(409, "duplicate_booking")
		// The same key of another caller is another key.
		path := "/v1/appointments/" + made.text("id") + "/cancel"
		w.post(path, nil, append(bearer(made), key("k-1")...)...).want(200)
	})
}

// TestRefusalsAreRepeatedToo: a repeat must not find another world.
func TestRefusalsAreRepeatedToo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.book(bookBody())
		refused := w.post("/v1/appointments", bookBody(), key("k-1")...).problem(409, "duplicate_booking")
		w.post("/v1/appointments/"+first.text("id")+"/cancel", nil, bearer(first)...).want(200)
		again := w.post("/v1/appointments", bookBody(), key("k-1")...).problem(409, "duplicate_booking")
		if !bytes.Equal(refused.Raw, again.Raw) {
			t.Errorf("%s\n%s", refused.Raw, again.Raw)
		}
		w.post("/v1/appointments", bookBody(), key("k-2")...).want(201)
	})
}

func TestEveryPostTakesAKey(t *testing.T) {
	w := openSQLite(t)
	held := w.post("/v1/holds", holdBody(), key("hold")...).want(201)
	if got := w.post("/v1/holds", holdBody(), key("hold")...).want(201).text("id"); got != held.text("id") {
		t.Error("a repeated hold is another")
	}
	made := w.book(object{"hold_id": held.text("id"), "citizen": amina})
	path := "/v1/appointments/" + made.text("id")
	for what, body := range map[string]any{"/confirm": nil, "/reschedule": object{"starts_at": tuesday + "T14:00:00Z"}} {
		headers := append(bearer(made), key("k"+what)...)
		first := w.post(path+what, body, headers...).want(200)
		if again := w.post(path+what, body, headers...).want(200); again.Header.Get("Idempotent-Replayed") != "true" || !bytes.Equal(first.Raw, again.Raw) {
			t.Errorf("%s is not repeated: %s", what, again.Raw)
		}
	}
	headers := append(bearer(made), key("cancel")...)
	w.post(path+"/cancel", nil, headers...).want(200)
	if got := w.post(path+"/cancel", nil, headers...).want(200).text("status"); got != "cancelled" {
		t.Errorf("status %s", got)
	}
	w.post(path+"/cancel", nil, bearer(made)...).problem(409, "invalid_state")
}

func TestKeysThatAreNone(t *testing.T) {
	w := openSQLite(t)
	for _, k := range []string{strings.Repeat("x", 256), "a\tb", "é", "a\x00b", "\u202e", "😀"} {
		if got := w.post("/v1/holds", holdBody(), key(k)...).problem(422, "invalid").fields(); !cmp.Equal(got, []string{"Idempotency-Key: invalid"}) {
			t.Errorf("%.20q: %v", k, got)
		}
	}
	w.post("/v1/holds", holdBody(), key(strings.Repeat("x", 255))...).want(201)
	w.post("/v1/holds", holdBody(), key("with spaces and ~ signs")...).want(201)
}

// TestOneKeyManyAtOnce: twenty that send the same at once make one booking.
// Whoever comes while it is made is told so; all others get the one answer.
func TestOneKeyManyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var mu sync.Mutex
		ids := map[string]int{}
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				a := w.post("/v1/appointments", bookBody(), key("k-1")...)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case a.Status == http.StatusCreated:
					ids[a.text("id")]++
				case a.Status != http.StatusConflict || a.text("code") != "in_flight":
					t.Errorf("%d %s", a.Status, a.Raw)
				}
			})
		}
		wg.Wait()
		if len(ids) != 1 {
			t.Errorf("answers name %d bookings", len(ids))
		}
		w.post("/v1/appointments", bookBody(), key("k-1")...).want(201)
		q := "/v1/slots?service=dgi-th-tsc&office=dgi-safi&from=" + tuesday + "&to=" + tuesday
		if got := w.get(q).want(200).number("items", 2, "remaining"); got != 2 {
			t.Errorf("%d of three places remain, want 2", got)
		}
	})
}
