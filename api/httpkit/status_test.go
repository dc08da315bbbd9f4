package httpkit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// TestStatus is the table of contract.md, "Errors".
func TestStatus(t *testing.T) {
	tests := []struct {
		err    error
		status int
		code   string
	}{
		{httpkit.ErrBadRequest, 400, "bad_request"},
		{httpkit.ErrUnauthenticated, 401, "unauthenticated"},
		{httpkit.ErrLogin, 401, "unauthenticated"},
		{httpkit.ErrForbidden, 403, "forbidden"},
		{scheduler.ErrNotFound, 404, "not_found"},
		{httpkit.ErrMethod, 405, "method_not_allowed"},
		{scheduler.ErrSlotTaken, 409, "slot_taken"},
		{scheduler.ErrInvalidState, 409, "invalid_state"},
		{scheduler.ErrDuplicateBooking, 409, "duplicate_booking"},
		{scheduler.ErrDayFull, 409, "day_full"},
		{scheduler.ErrWalkInsFull, 409, "walk_ins_full"},
		{scheduler.ErrNobodyWaits, 409, "nobody_waits"},
		{httpkit.ErrInFlight, 409, "in_flight"},
		{scheduler.ErrHoldExpired, 410, "hold_expired"},
		{scheduler.ErrRevisionMismatch, 412, "revision_mismatch"},
		{httpkit.ErrTooLarge, 413, "too_large"},
		{&http.MaxBytesError{Limit: 1}, 413, "too_large"},
		{httpkit.ErrMediaType, 415, "unsupported_media_type"},
		{scheduler.Invalid("starts_at", "past", "too late"), 422, "invalid"},
		{httpkit.ErrKeyReused, 422, "idempotency_key_reused"},
		{httpkit.ErrTooManyRequests, 429, "too_many_requests"},
		{httpkit.TooMany(time.Minute), 429, "too_many_requests"},
		{errors.New("the disk is on fire"), 500, "internal"},
		{scheduler.ErrOverfull, 500, "internal"},
		{scheduler.ErrBusy, 503, "busy"},
		{scheduler.ErrConflict, 503, "busy"},
		{context.Canceled, 503, "busy"},
		{context.DeadlineExceeded, 503, "busy"},
	}
	for _, test := range tests {
		for _, err := range []error{test.err, fmt.Errorf("book: %w", fmt.Errorf("deeper: %w", test.err))} {
			if status, code := httpkit.Status(err); status != test.status || code != test.code {
				t.Errorf("%v: got %d %s, want %d %s", err, status, code, test.status, test.code)
			}
		}
	}
}

func TestProblemNamesFields(t *testing.T) {
	bad := &scheduler.InvalidError{}
	bad.Add("citizen.name", "too_long", "at most %d characters", 120)
	bad.Add("starts_at", "past", "this time cannot be booked")
	rec := httptest.NewRecorder()
	httpkit.WriteProblem(rec, httptest.NewRequest("POST", "/", nil), fmt.Errorf("book: %w", bad))
	var got map[string]any
	if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"type": "about:blank", "title": "Unprocessable Entity", "status": 422.0, "code": "invalid",
		"detail": "One or more fields are wrong; see errors.",
		"errors": []any{
			map[string]any{"field": "citizen.name", "code": "too_long", "detail": "at most 120 characters"},
			map[string]any{"field": "starts_at", "code": "past", "detail": "this time cannot be booked"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := rec.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("content type %q", got)
	}
	if got := rec.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("cache control %q", got)
	}
}

func TestProblemHidesFaults(t *testing.T) {
	rec := httptest.NewRecorder()
	httpkit.WriteProblem(rec, httptest.NewRequest("GET", "/", nil), errors.New("dial tcp 10.0.0.7: password wrong"))
	if rec.Code != 500 || strings.Contains(rec.Body.String(), "password") || strings.Contains(rec.Body.String(), "10.0.0.7") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

func TestProblemHeaders(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		header string
		want   string
	}{
		{name: "busy: soon again", err: scheduler.ErrBusy, header: "Retry-After", want: "1"},
		{name: "too many: at least a second", err: httpkit.TooMany(0), header: "Retry-After", want: "1"},
		{name: "too many: rounded up", err: httpkit.TooMany(90*time.Second + time.Millisecond), header: "Retry-After", want: "91"},
		{name: "wrapped", err: fmt.Errorf("limit: %w", httpkit.TooMany(7*time.Second)), header: "Retry-After", want: "7"},
		{name: "who are you", err: httpkit.ErrUnauthenticated, header: "WWW-Authenticate", want: `Bearer realm="mawid"`},
		{name: "nothing to wait for", err: scheduler.ErrSlotTaken, header: "Retry-After", want: ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rec := httptest.NewRecorder()
			httpkit.WriteProblem(rec, httptest.NewRequest("GET", "/", nil), test.err)
			if got := rec.Header().Get(test.header); got != test.want {
				t.Errorf("%s: got %q, want %q", test.header, got, test.want)
			}
		})
	}
}

// TestProblemIsNotShared: one request's answer must not change another's.
func TestProblemIsNotShared(t *testing.T) {
	err := httpkit.TooMany(time.Second)
	first := httpkit.NewProblem(context.Background(), err)
	first.GetHeaders().Set("Retry-After", "99")
	if got := httpkit.NewProblem(context.Background(), err).GetHeaders().Get("Retry-After"); got != "1" {
		t.Errorf("the second answer says %q", got)
	}
}
