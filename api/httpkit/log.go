package httpkit

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"

	"mawid/scheduler"
)

type recordKey struct{}

// record collects, while a request is served, what its log line says.
type record struct {
	id string

	mu      sync.Mutex
	pattern string
	faults  []error
}

func recordOf(ctx context.Context) *record {
	rec, _ := ctx.Value(recordKey{}).(*record)
	return rec
}

// RequestID returns the id under which a request is logged, or "" outside Log.
func RequestID(ctx context.Context) string {
	if rec := recordOf(ctx); rec != nil {
		return rec.id
	}
	return ""
}

// NoteFault hands an error to the request's log line when it is a fault of ours:
// one that Status calls internal, or storage that
// cannot be reached. Others are the caller's and not logged; nil is
// passed over.
func NoteFault(ctx context.Context, err error) {
	if err == nil {
		return
	}
	var told *Problem // its cause was noted where it was made
	status, _ := Status(err)
	ours := status == http.StatusInternalServerError || errors.Is(err, scheduler.ErrUnavailable)
	if !ours || errors.As(err, &told) {
		return
	}
	if rec := recordOf(ctx); rec != nil {
		rec.mu.Lock()
		rec.faults = append(rec.faults, err)
		rec.mu.Unlock()
	}
}

// Routes serves a mux and tells the request log which pattern matched. A log
// without it, or outside of it, cannot know: the path itself is never logged,
// since it may hold a token.
func Routes(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { notePattern(r) }()
		mux.ServeHTTP(w, r)
	})
}

func notePattern(r *http.Request) {
	rec := recordOf(r.Context())
	if rec == nil || r.Pattern == "" {
		return
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if rec.pattern == "" { // the innermost mux knows best, and ends first
		rec.pattern = r.Pattern
	}
}

// Log gives each request an id (a random UUID, also in the answer's
// X-Request-Id) and writes one line when it is served: method, pattern, status,
// bytes, duration. Neither query nor path nor any header is written. A fault of
// ours makes the line an error.
func Log(logger *slog.Logger, clock scheduler.Clock) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start := clock()
			rec := &record{id: newRequestID()}
			w.Header().Set("X-Request-Id", rec.id)
			counted := &counter{ResponseWriter: w}
			r = r.WithContext(context.WithValue(r.Context(), recordKey{}, rec))
			defer func() {
				notePattern(r)
				rec.write(r.Context(), logger, r.Method, counted,
					slog.Duration("duration", clock().Sub(start)))
			}()
			next.ServeHTTP(counted, r)
		})
	}
}

func (rec *record) write(ctx context.Context, logger *slog.Logger, method string, c *counter, duration slog.Attr) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("id", rec.id), slog.String("method", knownMethod(method)), slog.String("route", rec.pattern),
		slog.Int("status", c.statusSent()), slog.Int64("bytes", c.bytes), duration,
	}
	for _, fault := range rec.faults {
		level = slog.LevelError
		attrs = append(attrs, slog.String("fault", fault.Error()))
	}
	logger.LogAttrs(ctx, level, "request", attrs...)
}

// knownMethod keeps what a stranger typed as a method out of the log.
func knownMethod(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodOptions, http.MethodConnect, http.MethodTrace:
		return m
	}
	return "other"
}

// newRequestID returns a UUID of version 4 (RFC 9562).
func newRequestID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails, crypto/rand
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// counter notes status and bytes of an answer.
type counter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (c *counter) WriteHeader(status int) {
	if c.status == 0 && status >= http.StatusOK { // 1xx may come before
		c.status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *counter) Write(b []byte) (int, error) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	n, err := c.ResponseWriter.Write(b)
	c.bytes += int64(n)
	return n, err
}

// Unwrap serves http.ResponseController (flush, deadlines).
func (c *counter) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (c *counter) statusSent() int {
	if c.status == 0 {
		return http.StatusOK
	}
	return c.status
}
