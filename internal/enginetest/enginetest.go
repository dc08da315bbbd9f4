// Package enginetest holds what tests of the engine share: a clock that tests
// move, a random source that repeats, and a small catalogue whose every number
// a reader can keep in mind.
//
// It is for tests only and knows scheduler and tz; it must not know how
// anything is stored.
package enginetest

import (
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"mawid/internal/tz"
	"mawid/scheduler"
)

// Start is where clocks begin: a Monday, before the offices open.
const Start = "2027-05-31 07:00"

// At reads "2027-06-01 09:30" on the clock of Casablanca, which has been UTC
// all year since 2026-09-20.
func At(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Date reads "2027-06-01".
func Date(t testing.TB, text string) scheduler.Date {
	t.Helper()
	d, err := scheduler.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Clock is a clock that stands still until a test moves it. It is safe for
// concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that shows Start.
func NewClock(t testing.TB) *Clock {
	t.Helper()
	return &Clock{now: At(t, Start)}
}

// Now is a scheduler.Clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock to an instant, which may lie in the past.
func (c *Clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Random returns a source that gives the same bytes for the same seed. It is
// safe for concurrent use.
func Random(seed uint64) io.Reader {
	var key [32]byte
	for i := range 8 {
		key[i] = byte(seed >> (8 * i))
	}
	return &source{chacha: rand.NewChaCha8(key)}
}

type source struct {
	mu     sync.Mutex
	chacha *rand.ChaCha8
}

// Read fills p; it never fails.
func (s *source) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.chacha.Read(p)
}

// Zones is the zone data that the program ships.
func Zones(t testing.TB) scheduler.Zones {
	t.Helper()
	z, err := tz.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// Policy is what nodes of tests go by: as the program does, but a place that is
// given back is free at once, so that a test can count on it.
func Policy() scheduler.Policy {
	p := scheduler.DefaultPolicy()
	p.ReturnMin, p.ReturnMax = 0, 0
	return p
}

// Node returns an engine over a store, as one of several nodes would have it:
// the same secret, random numbers of its own. Nodes need different seeds.
func Node(t testing.TB, store scheduler.Store, clock *Clock, seed uint64) *scheduler.Engine {
	t.Helper()
	return NodeBy(t, store, clock, seed, Policy())
}

// NodeBy is Node with other rules of booking.
func NodeBy(t testing.TB, store scheduler.Store, clock *Clock, seed uint64, p scheduler.Policy) *scheduler.Engine {
	t.Helper()
	e, err := scheduler.New(scheduler.Config{
		Store: store, Clock: clock.Now, Zones: Zones(t), Random: Random(seed),
		Secret: []byte("a secret of a test, 32 bytes long or more"), Policy: p,
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}
