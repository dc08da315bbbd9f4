package httpkit

import (
	"crypto/sha256"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"mawid/scheduler"
)

// maxClients bounds the memory of a Limiter: about 200 bytes for each client and
// for each holder. Who was not seen longest is forgotten first, and has most
// likely its full burst again.
const maxClients = 50_000

// Limiter limits how often one client may ask. A client is an address; but the
// desks, screens and visitors of an office all sit behind one. So who has shown
// something that only one holder has (a session, a ticket) is counted for that
// holder alone. Limits are per node: n nodes allow n times as much.
type Limiter struct {
	clients Clients
	clock   scheduler.Clock
	limit   rate.Limit
	burst   int

	mu      sync.Mutex
	buckets *recent[client, *rate.Limiter]
	holders *recent[[sha256.Size]byte, client] // by what was shown and found true
}

// client is who is counted: an address, or a holder.
type client struct {
	address netip.Prefix
	holder  string
}

// Shown is what a request shows of its holder, "" for nothing. It need not be
// true: only what Know was told of is more than an address.
type Shown func(*http.Request) string

// NewLimiter allows each client perMinute requests a minute on average, and
// burst at once (at least 1). perMinute 0 or less means no limit and gives nil,
// which is a Limiter that allows everything.
func NewLimiter(perMinute, burst int, clients Clients, clock scheduler.Clock) *Limiter {
	if perMinute <= 0 {
		return nil
	}
	return &Limiter{
		clients: clients, clock: clock, limit: rate.Limit(float64(perMinute) / 60), burst: max(burst, 1),
		buckets: newRecent[client, *rate.Limiter](maxClients), holders: newRecent[[sha256.Size]byte, client](maxClients),
	}
}

// Know says that what a request showed is true, and whose it is: from now on it
// counts for holder, not for the address. It is called once the request was
// checked, so the first request of each holder counts for its address, and so
// does every one that shows what is not true.
func (l *Limiter) Know(shown, holder string) {
	if l == nil || shown == "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.holders.get(sha256.Sum256([]byte(shown)), func() client { return client{holder: holder} })
}

// Forget says that what a request showed is not true, or no longer.
func (l *Limiter) Forget(shown string) {
	if l == nil || shown == "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.holders.drop(sha256.Sum256([]byte(shown)))
}

// KnowScreen says that there is such a room.
func (l *Limiter) KnowScreen(r *http.Request, room string) {
	screen := l.Screen(r, room)
	l.Know(screen, screen)
}

// Screen is what a screen shows that anybody may open, such as the board of a
// room: it is counted for the room and the address together.
func (l *Limiter) Screen(r *http.Request, room string) string {
	if l == nil {
		return ""
	}
	return "screen " + l.clients.Of(r).String() + " " + room
}

// Allow takes one request of a client, or says how long to wait. It is of the
// first holder that the request shows and that is known, or else of its address.
func (l *Limiter) Allow(r *http.Request, shows ...Shown) (wait time.Duration, ok bool) {
	if l == nil {
		return 0, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket := l.buckets.get(l.clientOf(r, shows), func() *rate.Limiter { return rate.NewLimiter(l.limit, l.burst) })
	now := l.clock()
	reservation := bucket.ReserveN(now, 1)
	if wait = reservation.DelayFrom(now); wait > 0 {
		reservation.CancelAt(now)
		return wait, false
	}
	return 0, true
}

func (l *Limiter) clientOf(r *http.Request, shows []Shown) client {
	for _, shown := range shows {
		if s := shown(r); s != "" {
			if c, known := l.holders.find(sha256.Sum256([]byte(s))); known {
				return c
			}
		}
	}
	return client{address: l.clients.Of(r)}
}

// Middleware refuses what is over the limit with refuse; nil writes a problem
// document. The error it gets is a Problem with Retry-After.
func (l *Limiter) Middleware(refuse func(http.ResponseWriter, *http.Request, error), shows ...Shown) Middleware {
	if refuse == nil {
		refuse = WriteProblem
	}
	return func(next http.Handler) http.Handler {
		if l == nil {
			return next
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if wait, ok := l.Allow(r, shows...); !ok {
				refuse(w, r, TooMany(wait))
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}
