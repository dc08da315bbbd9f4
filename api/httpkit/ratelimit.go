package httpkit

import (
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"mawid/scheduler"
)

// maxClients bounds the memory of a Limiter: about 200 bytes for each. Who was
// not seen longest is forgotten first, and has most likely its full burst again.
const maxClients = 50_000

// Limiter limits how often one client may ask. Limits are per node: n nodes
// allow n times as much.
type Limiter struct {
	clients Clients
	clock   scheduler.Clock
	limit   rate.Limit
	burst   int

	mu      sync.Mutex
	buckets *recent[netip.Prefix, *rate.Limiter]
}

// NewLimiter allows each client perMinute requests a minute on average, and
// burst at once (at least 1). perMinute 0 or less means no limit and gives nil,
// which is a Limiter that allows everything.
func NewLimiter(perMinute, burst int, clients Clients, clock scheduler.Clock) *Limiter {
	if perMinute <= 0 {
		return nil
	}
	return &Limiter{
		clients: clients, clock: clock, limit: rate.Limit(float64(perMinute) / 60), burst: max(burst, 1),
		buckets: newRecent[netip.Prefix, *rate.Limiter](maxClients),
	}
}

// Allow takes one request of a client, or says how long to wait.
func (l *Limiter) Allow(r *http.Request) (wait time.Duration, ok bool) {
	if l == nil {
		return 0, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket := l.buckets.get(l.clients.Of(r), func() *rate.Limiter { return rate.NewLimiter(l.limit, l.burst) })
	now := l.clock()
	reservation := bucket.ReserveN(now, 1)
	if wait = reservation.DelayFrom(now); wait > 0 {
		reservation.CancelAt(now)
		return wait, false
	}
	return 0, true
}

// Middleware refuses what is over the limit with refuse; nil writes a problem
// document. The error it gets is a Problem with Retry-After.
func (l *Limiter) Middleware(refuse func(http.ResponseWriter, *http.Request, error)) Middleware {
	if refuse == nil {
		refuse = WriteProblem
	}
	return func(next http.Handler) http.Handler {
		if l == nil {
			return next
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if wait, ok := l.Allow(r); !ok {
				refuse(w, r, TooMany(wait))
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}
