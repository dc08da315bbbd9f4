package httpkit

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"net/http"
	"strings"
	"time"

	"mawid/scheduler"
)

// usedEvery is how exactly is known when an access token was last used.
const usedEvery = time.Minute

// Machines is Middleware for programs: besides the session it takes a personal
// access token ("Authorization: Bearer mwd_…"). A token that is unknown, revoked
// or run out is refused at once, whatever cookie comes with it.
func (s *Sessions) Machines(next http.Handler) http.Handler {
	people := s.Middleware(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := Bearer(r)
		if !strings.HasPrefix(token, scheduler.TokenPrefix) {
			people.ServeHTTP(w, r)
			return
		}
		u, err := s.byToken(r.Context(), token)
		if err != nil {
			s.limiter.Forget(token)
			WriteProblem(w, r, err)
			return
		}
		s.count(token, u)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), signedInKey{}, signedIn{user: u})))
	})
}

func (s *Sessions) byToken(ctx context.Context, token string) (*scheduler.User, error) {
	now := s.clock()
	k, u, err := s.users.TokenByHash(ctx, scheduler.TokenHash(token), now)
	switch {
	case errors.Is(err, scheduler.ErrNotFound):
		return nil, ErrUnauthenticated
	case err != nil:
		return nil, err
	}
	if now.Sub(k.UsedAt) >= usedEvery {
		if err := s.users.SeeToken(ctx, k.ID, now); err != nil {
			return nil, err
		}
	}
	u = u.Capped(k.Role)
	return &u, nil
}

// Bearer returns the token of the Authorization header (RFC 6750), "" when
// there is none or it is of another scheme.
func Bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

var idEncoding = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

// timedID is a random id in the order of time, as scheduler's are.
func timedID(prefix string, now time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(now.UnixMilli())<<16)
	rand.Read(b[6:]) // never fails, crypto/rand
	return prefix + "_" + idEncoding.EncodeToString(b[:])
}

// browser names a browser and its system, roughly: enough to know one's own
// sessions apart, too little to know a person by.
func browser(agent string) string {
	first := func(names ...string) string {
		for _, n := range names {
			if what, say, _ := strings.Cut(n, "="); strings.Contains(agent, what) {
				if say != "" {
					return say
				}
				return what
			}
		}
		return ""
	}
	name := first("Edg/=Edge", "OPR/=Opera", "Firefox", "Chrome", "Safari", "curl")
	system := first("Android", "iPhone", "iPad", "Windows", "Mac OS X=macOS", "CrOS=ChromeOS", "Linux")
	return strings.Join(strings.Fields(name+" "+system), " · ")
}
