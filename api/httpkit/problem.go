package httpkit

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"mawid/scheduler"
)

// Problem is the body of an error (application/problem+json, RFC 9457). It is
// an error itself, and says its status and headers in the way huma asks for.
type Problem struct {
	Type     string         `json:"type" doc:"Always about:blank: code says what it is." example:"about:blank"`
	Title    string         `json:"title" doc:"The status in words." example:"Conflict"`
	Status   int            `json:"status" doc:"The HTTP status." example:"409"`
	Code     string         `json:"code" doc:"What it is, stable, for programs." example:"slot_taken"`
	Detail   string         `json:"detail,omitempty" doc:"A sentence for developers, in English."`
	Instance string         `json:"instance,omitempty" doc:"Names this request in the log." example:"urn:uuid:5f0c3a52-9a3e-4c8e-8d21-0d3c8d0f6a11"`
	Errors   []FieldProblem `json:"errors,omitempty" nullable:"false" doc:"What is wrong with which field."`

	Proof *ProofProblem `json:"proof,omitempty" doc:"What to solve first, with code too_many_requests."`

	header http.Header
}

// ProofProblem is a challenge as programs get it.
type ProofProblem struct {
	Token       string `json:"token" doc:"Send it back in the header Mawid-Proof, followed by a point and the solution; from this network, for one place."`
	Algorithm   string `json:"algorithm" doc:"The SHA-256 of token, point and solution, all in ASCII, must begin with so many zero bits." example:"sha-256"`
	Bits        int    `json:"bits" doc:"How many." example:"17"`
	WaitSeconds int    `json:"wait_seconds" doc:"After so many seconds the token with a point and nothing behind it is accepted, too." example:"15"`
	ExpiresAt   string `json:"expires_at" format:"date-time" doc:"Until when the token is good."`
}

// FieldProblem is one thing wrong with one field.
type FieldProblem struct {
	Field  string `json:"field" doc:"Path of the field, or the name of the parameter or header." example:"citizen.name"`
	Code   string `json:"code" doc:"Stable, for programs." example:"too_long"`
	Detail string `json:"detail" doc:"A sentence for developers, in English; never the value."`
}

// retryBusy is what a caller is asked to wait when others push at the same day.
const retryBusy = time.Second

// retryGone is the same while storage cannot be reached: a server that starts again
// takes some seconds.
const retryGone = 5 * time.Second

// NewProblem describes an error for a caller. It shows nothing of the text of
// an error that it does not know. It never returns nil.
func NewProblem(ctx context.Context, err error) *Problem {
	var p *Problem
	if !errors.As(err, &p) {
		p = describe(err)
	}
	c := *p
	c.header = p.header.Clone()
	if id := RequestID(ctx); id != "" {
		c.Instance = "urn:uuid:" + id
	}
	return &c
}

func describe(err error) *Problem {
	a := lookUp(err)
	p := &Problem{
		Type: "about:blank", Title: http.StatusText(a.status), Status: a.status,
		Code: a.code, Detail: a.detail, header: http.Header{},
	}
	var invalid *scheduler.InvalidError
	if errors.As(err, &invalid) {
		for _, f := range invalid.Fields {
			p.Errors = append(p.Errors, FieldProblem(f))
		}
	}
	var later *scheduler.LaterError
	var bound *scheduler.HoldsError
	var proof *ProofError
	switch {
	case errors.As(err, &bound):
		p.retryAfter(bound.After)
		return p
	case errors.As(err, &proof):
		c := proof.Challenge
		p.Proof = &ProofProblem{c.Token, "sha-256", c.Bits, int(c.Wait / time.Second), c.Expires.Format(time.RFC3339)}
		p.retryAfter(c.Wait)
		return p
	case errors.As(err, &later):
		p.retryAfter(later.Wait)
		return p
	case errors.Is(err, scheduler.ErrUnavailable):
		p.retryAfter(retryGone)
		return p
	}
	switch a.status {
	case http.StatusServiceUnavailable:
		p.retryAfter(retryBusy)
	case http.StatusTooManyRequests:
		p.retryAfter(time.Second)
	case http.StatusUnauthorized: // RFC 9110, 11.6.1
		p.header.Set("WWW-Authenticate", `Bearer realm="mawid"`)
	}
	return p
}

// TooMany is ErrTooManyRequests with the time to wait, rounded up to seconds.
func TooMany(wait time.Duration) error {
	p := describe(ErrTooManyRequests)
	p.retryAfter(wait)
	return p
}

func (p *Problem) retryAfter(wait time.Duration) {
	seconds := max(1, int((wait+time.Second-1)/time.Second))
	p.header.Set("Retry-After", strconv.Itoa(seconds))
}

// Error gives the code.
func (p *Problem) Error() string { return "problem: " + p.Code }

// GetStatus returns the status.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders returns what the answer carries beside the body; do not change it.
func (p *Problem) GetHeaders() http.Header { return p.header }

// ContentType makes JSON problem JSON.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// WriteProblem answers with the problem of an error, and hands an error that
// nobody named to the request log.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	NoteFault(r.Context(), err)
	p := NewProblem(r.Context(), err)
	for name, values := range p.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	if err := json.NewEncoder(w).Encode(p); err != nil {
		NoteFault(r.Context(), err) // the caller is gone
	}
}
