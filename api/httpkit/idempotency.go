package httpkit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"mawid/scheduler"
)

// Answers keeps the answers to requests with an Idempotency-Key. ClaimAnswer is
// atomic between nodes: of many that claim one key at once, one gets AnswerNew.
type Answers interface {
	// ClaimAnswer returns what is kept under the key, or keeps a running answer
	// and returns it with State AnswerNew. A running answer is taken over when its
	// expires is over; a finished one is not.
	ClaimAnswer(ctx context.Context, key string, fingerprint []byte, now, expires time.Time) (scheduler.Answer, error)
	// FinishAnswer keeps the sealed answer of a key claimed before.
	FinishAnswer(ctx context.Context, key string, sealed []byte) error
	// DropAnswer forgets a key claimed before, so that a repeat runs anew.
	DropAnswer(ctx context.Context, key string) error
}

// Replayed is the header, "true", of an answer given before.
const Replayed = "Idempotent-Replayed"

// AnswerAge is how long an answer is kept for repeats: periodic work forgets
// those that were claimed longer ago (ForgetAnswers of now less AnswerAge).
const AnswerAge = 24 * time.Hour

// answerLease is how long a first request may take. After that a repeat runs
// anew: the node that ran it has most likely died.
const answerLease = 2 * time.Minute

// Idempotency gives a repeated POST with the same Idempotency-Key its first
// answer again. Answers hold manage tokens, so they are kept encrypted under a
// key derived from the program's secret.
type Idempotency struct {
	answers    Answers
	clock      scheduler.Clock
	seal       *sealer
	credential func(*http.Request) string
}

// NewIdempotency returns the middleware's parts. secret is the program's, at
// least 32 bytes. credential says by what a caller proves who they are, "" for
// nothing: keys of different callers never meet.
func NewIdempotency(a Answers, secret []byte, clock scheduler.Clock, credential func(*http.Request) string) (*Idempotency, error) {
	seal, err := newSealer(secret, "mawid kept answers 1")
	if err != nil {
		return nil, fmt.Errorf("idempotency: %w", err)
	}
	return &Idempotency{answers: a, clock: clock, seal: seal, credential: credential}, nil
}

// Middleware serves POST requests that carry the key; others pass through. Put
// it inside Buffer: it reads the body, of at most MaxBody bytes. An answer of
// 429 or 5xx is not kept, nor is one after a panic.
func (i *Idempotency) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		typed, sent := r.Header["Idempotency-Key"]
		if r.Method != http.MethodPost || !sent {
			next.ServeHTTP(w, r)
			return
		}
		if err := i.serve(w, r, typed, next); err != nil {
			WriteProblem(w, r, err)
		}
	})
}

func (i *Idempotency) serve(w http.ResponseWriter, r *http.Request, typed []string, next http.Handler) error {
	if len(typed) != 1 || !validKey(typed[0]) {
		return scheduler.Invalid("Idempotency-Key", "invalid", "want one key of 1 to 255 printable ASCII characters")
	}
	body, err := readBody(w, r)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	credential := i.credential(r)
	key := hex.EncodeToString(digest(credential, typed[0]))
	fingerprint := digest(r.Method, r.URL.EscapedPath(), r.URL.RawQuery, credential, string(body))
	now := i.clock().UTC()
	kept, err := i.answers.ClaimAnswer(r.Context(), key, fingerprint, now, now.Add(answerLease))
	switch {
	case err != nil:
		return fmt.Errorf("claim answer: %w", err)
	case kept.State == scheduler.AnswerNew:
		return i.first(w, r, key, next)
	case subtle.ConstantTimeCompare(kept.Fingerprint, fingerprint) != 1:
		return ErrKeyReused
	case kept.State == scheduler.AnswerRunning:
		return ErrInFlight
	}
	return i.again(w, key, kept.Sealed)
}

// first runs the request, keeps the answer, then sends it: in this order, so
// that who has seen an answer gets the same one again.
func (i *Idempotency) first(w http.ResponseWriter, r *http.Request, key string, next http.Handler) error {
	ctx := context.WithoutCancel(r.Context()) // the caller may hang up meanwhile
	keep := false
	defer func() {
		if !keep {
			NoteFault(ctx, i.answers.DropAnswer(ctx, key))
		}
	}()
	rec := &recorder{header: w.Header().Clone()}
	next.ServeHTTP(rec, r)
	given := rec.answer()
	if keep = given.repeatable(); keep {
		// When it cannot be kept the key stays claimed: repeats are refused, which
		// is better than doing it twice.
		NoteFault(ctx, i.finish(ctx, key, given))
	}
	copyHeader(w.Header(), rec.header)
	send(w, given)
	return nil
}

func (i *Idempotency) finish(ctx context.Context, key string, given keptAnswer) error {
	sealed, err := i.seal.seal(given, key)
	if err == nil {
		err = i.answers.FinishAnswer(ctx, key, sealed)
	}
	if err != nil {
		return fmt.Errorf("keep answer: %w", err)
	}
	return nil
}

func (i *Idempotency) again(w http.ResponseWriter, key string, sealed []byte) error {
	given, err := i.seal.open(sealed, key)
	if err != nil {
		return fmt.Errorf("kept answer: %w", err)
	}
	copyHeader(w.Header(), given.Header)
	w.Header().Set(Replayed, "true")
	send(w, given)
	return nil
}

func send(w http.ResponseWriter, a keptAnswer) {
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // fails when nobody waits for it any more
}

func validKey(s string) bool {
	if len(s) < 1 || len(s) > 255 {
		return false
	}
	for _, c := range []byte(s) {
		if c < 0x20 || c > 0x7e {
			return false
		}
	}
	return true
}

// digest is SHA-256 over parts, each with its length, so that no two lists of
// parts run into one another.
func digest(parts ...string) []byte {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return h.Sum(nil)
}

func copyHeader(to, from http.Header) {
	for name, values := range from {
		to[name] = values
	}
}

// keptAnswer is the answer as it is sealed and stored.
type keptAnswer struct {
	Status int         `json:"status"`
	Header http.Header `json:"header"`
	Body   []byte      `json:"body"`
}

func (a keptAnswer) repeatable() bool {
	return a.Status < 500 && a.Status != http.StatusTooManyRequests
}

// keptHeaders are those that belong to an answer, not to its delivery.
var keptHeaders = [...]string{
	"Content-Type", "Content-Language", "Location", "Etag", "Cache-Control", "Retry-After", "Www-Authenticate", "Vary", "Allow",
}

// recorder is a ResponseWriter that holds an answer back.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= http.StatusOK {
		r.status = status
	}
}

func (r *recorder) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(b)
}

func (r *recorder) answer() keptAnswer {
	r.WriteHeader(http.StatusOK)
	a := keptAnswer{Status: r.status, Header: http.Header{}, Body: r.body.Bytes()}
	for _, name := range keptHeaders {
		if values, ok := r.header[name]; ok {
			a.Header[name] = values
		}
	}
	return a
}

var errSealed = errors.New("the kept answer does not open with this secret")
