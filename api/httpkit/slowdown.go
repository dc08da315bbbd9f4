package httpkit

import (
	"net/netip"
	"sync"
	"time"

	"mawid/scheduler"
)

// Waiting after wrong passwords: none for the first three, then 1 s, 2 s, 4 s
// and so on up to a quarter of an hour, which lets one client try some hundred
// passwords a day.
const (
	freeTries  = 3
	longestLag = 15 * time.Minute
)

// attempt is one client trying one login. Counting by both keeps a stranger
// from locking an agent out.
type attempt struct {
	login  string
	client netip.Prefix
}

type tries struct {
	wrong int
	until time.Time // no try before this
}

// slowdown makes guessing passwords slow. It lives in memory, on each node.
type slowdown struct {
	clock scheduler.Clock

	mu    sync.Mutex
	tries *recent[attempt, *tries]
}

func newSlowdown(clock scheduler.Clock) *slowdown {
	return &slowdown{clock: clock, tries: newRecent[attempt, *tries](10_000)}
}

// wait returns how long the attempt must wait; 0 when it may go on.
func (s *slowdown) wait(a attempt) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return max(0, s.of(a).until.Sub(s.clock()))
}

func (s *slowdown) failed(a attempt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.of(a)
	t.wrong++
	if over := t.wrong - freeTries; over >= 0 {
		t.until = s.clock().Add(min(longestLag, time.Second<<min(over, 20)))
	}
}

func (s *slowdown) succeeded(a attempt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tries.drop(a)
}

func (s *slowdown) of(a attempt) *tries {
	return s.tries.get(a, func() *tries { return &tries{} })
}
