package httpkit

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"mawid/scheduler"
)

// Users finds members of staff. Both return scheduler.ErrNotFound.
type Users interface {
	UserByLogin(ctx context.Context, login string) (scheduler.User, error)
	User(ctx context.Context, id string) (scheduler.User, error)
}

// How long a staff session lasts: a long working day, or half of it unused.
const (
	sessionLife = 12 * time.Hour
	sessionIdle = 4 * time.Hour
)

// ErrLogin: login and password do not belong together, or the user is disabled;
// which of them is not said.
var ErrLogin = errors.New("wrong login or password")

// sessionUser is the key in a session under which the user's id stands.
const sessionUser = "user"

type userKey struct{}

// Sessions knows who of the staff is logged in, by a cookie. Only a hash of the
// cookie's value is stored.
type Sessions struct {
	manager   *scs.SessionManager
	users     Users
	passwords *Passwords
	clients   Clients
	slowdown  *slowdown
}

// SessionsConfig is what Sessions are made of; every field but Clients is
// required.
type SessionsConfig struct {
	Store     scs.CtxStore // keeps sessions until they expire
	Users     Users
	Passwords *Passwords
	Clock     scheduler.Clock
	Clients   Clients
	// Secure: the public address is https, so the cookie may not travel on http.
	Secure bool
}

// NewSessions returns sessions over the store.
func NewSessions(c SessionsConfig) *Sessions {
	m := scs.New()
	m.Store = c.Store
	m.Lifetime, m.IdleTimeout = sessionLife, sessionIdle
	m.HashTokenInStore = true
	m.Cookie.Name = "mawid"
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode // a link in a mail may open the desk
	if m.Cookie.Secure = c.Secure; c.Secure {
		m.Cookie.Name = "__Host-mawid" // RFC 6265bis, 4.1.3.2: no other host can set it
	}
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		WriteProblem(w, r, fmt.Errorf("session: %w", err))
	}
	return &Sessions{m, c.Users, c.Passwords, c.Clients, newSlowdown(c.Clock)}
}

// CookieName is the name of the session's cookie.
func (s *Sessions) CookieName() string { return s.manager.Cookie.Name }

// Middleware loads the session of a request, and saves it with the answer. A
// request without cookie costs nothing.
func (s *Sessions) Middleware(next http.Handler) http.Handler {
	return s.manager.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, err := s.load(r.Context())
		if err != nil {
			WriteProblem(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), userKey{}, user)))
	}))
}

// load returns the user of the session, nil when there is none. A user who was
// disabled or removed since is none.
func (s *Sessions) load(ctx context.Context) (*scheduler.User, error) {
	id := s.manager.GetString(ctx, sessionUser)
	if id == "" {
		return nil, nil //nolint:nilnil // nobody is a fine answer here
	}
	u, err := s.users.User(ctx, id)
	switch {
	case errors.Is(err, scheduler.ErrNotFound) || err == nil && u.Disabled:
		return nil, nil //nolint:nilnil // as above
	case err != nil:
		return nil, fmt.Errorf("user of session: %w", err)
	}
	return &u, nil
}

// CurrentUser returns who is logged in, nil for nobody. It wants a request that
// went through Middleware; of another it says nobody.
func (s *Sessions) CurrentUser(r *http.Request) *scheduler.User {
	u, _ := r.Context().Value(userKey{}).(*scheduler.User)
	return u
}

// LogIn checks login and password and starts a fresh session. It returns
// ErrLogin, or a Problem of ErrTooManyRequests: after a few wrong passwords one
// client must wait longer and longer for one login.
func (s *Sessions) LogIn(r *http.Request, login, password string) (*scheduler.User, error) {
	if login = strings.TrimSpace(login); len(login) > maxLogin {
		login = "" // nobody's
	}
	who := attempt{strings.ToLower(login), s.clients.Of(r)}
	if wait := s.slowdown.wait(who); wait > 0 {
		return nil, TooMany(wait)
	}
	u, err := s.check(r.Context(), login, password)
	if err != nil {
		if errors.Is(err, ErrLogin) {
			s.slowdown.failed(who)
		}
		return nil, err
	}
	s.slowdown.succeeded(who)
	if err := s.manager.RenewToken(r.Context()); err != nil { // against a planted cookie
		return nil, fmt.Errorf("renew session: %w", err)
	}
	s.manager.Put(r.Context(), sessionUser, u.ID)
	return &u, nil
}

// nobodysHash is verified for a login that does not exist, so that it takes as
// long as one that does.
const nobodysHash = "$argon2id$v=19$m=65536,t=3,p=4$bm9ib2R5IGF0IGFsbA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

func (s *Sessions) check(ctx context.Context, login, password string) (scheduler.User, error) {
	hash := nobodysHash
	u, err := s.findUser(ctx, login)
	switch {
	case err == nil:
		hash = u.PasswordHash
	case !errors.Is(err, scheduler.ErrNotFound):
		return u, fmt.Errorf("find user: %w", err)
	}
	ok, errVerify := s.passwords.Verify(ctx, hash, password)
	switch {
	case errVerify != nil:
		return u, fmt.Errorf("verify password: %w", errVerify)
	case err != nil || !ok || u.Disabled:
		return u, ErrLogin
	}
	return u, nil
}

const maxLogin = 100 // bytes

func (s *Sessions) findUser(ctx context.Context, login string) (scheduler.User, error) {
	bad := &scheduler.InvalidError{}
	scheduler.CheckText(bad, "login", login, maxLogin)
	if bad.OrNil() != nil || login == "" {
		return scheduler.User{}, scheduler.ErrNotFound
	}
	return s.users.UserByLogin(ctx, login)
}

// LogOut ends the session.
func (s *Sessions) LogOut(r *http.Request) error {
	if err := s.manager.Destroy(r.Context()); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}
