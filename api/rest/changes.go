package rest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"mawid/scheduler"
)

type changeRequest struct {
	ID      string `path:"id" maxLength:"100"`
	IfMatch string `header:"If-Match" maxLength:"100" doc:"The revision that was read, in quotes; 412 when it has changed since." example:"\"3\""`
}

type moveRequest struct {
	ID      string `path:"id" maxLength:"100"`
	IfMatch string `header:"If-Match" maxLength:"100" doc:"The revision that was read, in quotes; 412 when it has changed since." example:"\"3\""`
	Body    moveFields
}

// moveFields says where an appointment shall go.
type moveFields struct {
	_ struct{} `additionalProperties:"false"`

	StartsAt string `json:"starts_at" format:"date-time" maxLength:"40" example:"2026-12-02T10:00:00+00:00"`
	Office   string `json:"office,omitempty" maxLength:"100" doc:"Another office that offers the service; the same when absent."`
}

func (a *api) changes(h huma.API) {
	op := func(id, what, summary string) huma.Operation {
		return managed(operation(h, id, http.MethodPost, "/v1/appointments/{id}/"+what, summary,
			http.StatusUnauthorized, http.StatusNotFound, http.StatusPreconditionFailed))
	}
	huma.Register(h, op("cancel-appointment", "cancel", "Cancel; the place is given back"),
		call(func(ctx context.Context, in *changeRequest) (*appointmentAnswer, error) {
			return a.change(ctx, in, a.engine.Cancel)
		}))
	huma.Register(h, op("confirm-appointment", "confirm", "Say that the person will come"),
		call(func(ctx context.Context, in *changeRequest) (*appointmentAnswer, error) {
			return a.change(ctx, in, a.engine.Confirm)
		}))
	huma.Register(h, op("reschedule-appointment", "reschedule", "Move: the new place is taken and the old one given back, or neither"),
		call(func(ctx context.Context, in *moveRequest) (*appointmentAnswer, error) {
			at, err := parseTime(in.Body.StartsAt)
			if err != nil {
				return nil, err
			}
			to := scheduler.Move{StartsAt: at, OfficeID: in.Body.Office}
			return a.change(ctx, &changeRequest{in.ID, in.IfMatch},
				func(ctx context.Context, id string, revision int, by scheduler.Actor) (scheduler.Appointment, error) {
					return a.engine.Reschedule(ctx, id, revision, to, by)
				})
		}))
	a.calendarFile(h)
}

type changeStep func(ctx context.Context, id string, revision int, by scheduler.Actor) (scheduler.Appointment, error)

func (a *api) change(ctx context.Context, in *changeRequest, step changeStep) (*appointmentAnswer, error) {
	by, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	if !wellFormed(in.ID) {
		return nil, scheduler.ErrNotFound
	}
	revision, err := parseIfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	changed, err := step(ctx, in.ID, revision, by)
	if err != nil {
		return nil, err
	}
	return a.answer(ctx, changed)
}

// anyRevision is what the engine takes for "whatever it is"; noRevision is none
// that an appointment ever has.
const (
	anyRevision = 0
	noRevision  = -1
)

// parseIfMatch reads If-Match (RFC 9110, 13.1.1). A weak tag never matches, and
// of a list of tags only lists of one are taken.
func parseIfMatch(s string) (int, error) {
	s = strings.TrimSpace(s)
	if s == "" || s == "*" {
		return anyRevision, nil
	}
	weak := strings.HasPrefix(s, "W/")
	tag := strings.TrimPrefix(s, "W/")
	if len(tag) < 2 || tag[0] != '"' || tag[len(tag)-1] != '"' || strings.Contains(tag[1:len(tag)-1], `"`) {
		return 0, scheduler.Invalid("If-Match", "invalid", `want one revision in quotes, such as "3"`)
	}
	revision, err := strconv.Atoi(tag[1 : len(tag)-1])
	if err != nil || revision < 1 || weak {
		return noRevision, nil //nolint:nilerr // another's tag, which does not match
	}
	return revision, nil
}

type fileRequest struct {
	ID          string `path:"id" maxLength:"100"`
	IfNoneMatch string `header:"If-None-Match" maxLength:"300" doc:"The ETag of the file that the caller has; 304 when it is the same still."`
}

type fileAnswer struct {
	Status             int
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	ETag               string `header:"ETag"`
	CacheControl       string `header:"Cache-Control"`
	Body               []byte
}

const typeCalendar = "text/calendar; charset=utf-8"

func (a *api) calendarFile(h huma.API) {
	op := managed(operation(h, "get-appointment-calendar", http.MethodGet, "/v1/appointments/{id}/calendar.ics",
		"The appointment as a calendar file (RFC 5545)",
		http.StatusUnauthorized, http.StatusNotFound, http.StatusUnprocessableEntity))
	op.Responses["200"] = &huma.Response{
		Description: "The file.",
		Content:     map[string]*huma.MediaType{"text/calendar": {Schema: &huma.Schema{Type: "string"}}},
	}
	op.Responses["304"] = &huma.Response{Description: "Not changed."}
	huma.Register(h, op, call(func(ctx context.Context, in *fileRequest) (*fileAnswer, error) {
		found, err := a.appointment(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		file, err := a.file(ctx, found)
		if err != nil {
			return nil, err
		}
		out := &fileAnswer{
			Status: http.StatusOK, ContentType: typeCalendar, ETag: strongTag(file), Body: file, CacheControl: "private, no-cache",
			ContentDisposition: `attachment; filename="` + found.Reference + `.ics"`,
		}
		if matches(in.IfNoneMatch, out.ETag) {
			return &fileAnswer{Status: http.StatusNotModified, ETag: out.ETag, CacheControl: out.CacheControl, Body: []byte{}}, nil
		}
		return out, nil
	}))
}

// file writes the calendar file. Only the person's own carries the link that
// manages the appointment; staff get none.
func (a *api) file(ctx context.Context, found scheduler.Appointment) ([]byte, error) {
	c, err := a.catalogue(ctx)
	if err != nil {
		return nil, err
	}
	link := ""
	if by, _ := actor(ctx); a.publicURL != "" && bytes.Equal(scheduler.TokenHash(by.ManageToken), found.ManageHash) {
		link = a.manageURL(by.ManageToken)
	}
	return a.calendar.Single(c, found, link)
}

func strongTag(b []byte) string {
	sum := sha256.Sum256(b)
	return `"` + hex.EncodeToString(sum[:16]) + `"`
}

// matches compares as RFC 9110, 13.1.2 asks: weakly.
func matches(ifNoneMatch, tag string) bool {
	for have := range strings.SplitSeq(ifNoneMatch, ",") {
		if have = strings.TrimSpace(have); have == "*" || strings.TrimPrefix(have, "W/") == tag {
			return true
		}
	}
	return false
}
