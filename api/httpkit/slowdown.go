package httpkit

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"mawid/scheduler"
)

// lag is how long wrong tries make wait: nothing for the first ones, then 1 s,
// 2 s, 4 s and so on up to the longest.
type lag struct {
	free    int
	longest time.Duration
}

// Waiting after wrong passwords and codes. Passwords are counted by login and
// client, which lets one client try some hundred a day and keeps a stranger from
// locking an agent out. Codes of six digits are few, so they are counted by
// account as well: who knows the password and has many addresses still tries
// less than one code a minute, of a million, and the agent waits for a minute at
// most.
var (
	passwordLag = lag{3, 15 * time.Minute}
	codeLag     = lag{10, time.Minute}
)

// after is the wait after so many wrong tries.
func (l lag) after(wrong int) time.Duration {
	over := wrong - l.free
	if over < 0 {
		return 0
	}
	return min(l.longest, time.Second<<min(over, 20))
}

// triesKey is what tries are counted under: no name or address is stored.
func (s *Sessions) triesKey(parts ...string) string {
	m := hmac.New(sha256.New, s.secret)
	m.Write([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(m.Sum(nil)[:20])
}

// try counts a try before it is made, so that many at once, on whatever nodes,
// gain nothing. A right one forgets them all: see forgive. It returns a Problem
// of ErrTooManyRequests while there is to wait.
func (s *Sessions) try(ctx context.Context, key string, l lag) error {
	for range 5 { // others may count at the same moment
		wrong, next, err := s.users.Tries(ctx, key)
		if err != nil {
			return err
		}
		now := s.clock()
		if wait := next.Sub(now); wait > 0 {
			return TooMany(wait)
		}
		err = s.users.CountTry(ctx, key, wrong, now.Add(l.after(wrong+1)))
		if !errors.Is(err, scheduler.ErrConflict) {
			return err
		}
	}
	return TooMany(time.Second)
}

func (s *Sessions) forgive(ctx context.Context, keys ...string) error {
	for _, k := range keys {
		if err := s.users.ForgetTries(ctx, k); err != nil {
			return err
		}
	}
	return nil
}
