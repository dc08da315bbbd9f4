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

// Users is what signing in needs of storage; *store.DB says what each does.
type Users interface {
	UserByLogin(ctx context.Context, login string) (scheduler.User, error)
	User(ctx context.Context, id string) (scheduler.User, error)

	BeginSession(ctx context.Context, s scheduler.Session) error
	UserBySession(ctx context.Context, id string, now time.Time) (u scheduler.User, seen time.Time, err error)
	SeeSession(ctx context.Context, id string, now time.Time) error
	EndSession(ctx context.Context, userID, id string) error

	TokenByHash(ctx context.Context, hash []byte, now time.Time) (scheduler.AccessToken, scheduler.User, error)
	SeeToken(ctx context.Context, id string, now time.Time) error

	Tries(ctx context.Context, key string) (wrong int, next time.Time, err error)
	CountTry(ctx context.Context, key string, wrong int, next time.Time) error
	ForgetTries(ctx context.Context, key string) error

	UseTOTP(ctx context.Context, userID string, step int64) error
	UseRecoveryCode(ctx context.Context, userID string, hash []byte) error
	AddDeed(ctx context.Context, d scheduler.Deed) error
}

// How long a staff session lasts: a long working day, or half of it unused.
const (
	sessionLife = 12 * time.Hour
	sessionIdle = 4 * time.Hour
)

// signInsPerMinute may be tried from one address, whatever the login: all of an
// office in the morning. Each costs about a tenth of a second of a processor.
const signInsPerMinute = 60

// ErrLogin: login and password do not belong together, or the user is disabled;
// which of them is not said.
var ErrLogin = errors.New("wrong login or password")

// What stands in the data of a cookie: who is signed in, and who gave the right
// password and still owes the second factor; and whether an identity provider let
// them in.
const (
	sessionID      = "session"
	sessionPending = "pending"
	sessionOutside = "outside"
)

type signedInKey struct{}

// signedIn is who sent a request: by a session or by an access token.
type signedIn struct {
	user    *scheduler.User
	session string // id, or ""
}

// Sessions knows who of the staff is logged in, by a cookie or an access token.
// Only hashes of both are stored. A session is over on every node as soon as
// storage says so: nothing of it is remembered here.
type Sessions struct {
	manager   *scs.SessionManager
	users     Users
	passwords *Passwords
	clock     scheduler.Clock
	clients   Clients
	secret    []byte
	limiter   *Limiter
	signIns   *Limiter
}

// SessionsConfig is what Sessions are made of; every field but Clients, Secret
// and Limiter is required.
type SessionsConfig struct {
	Store     scs.CtxStore // keeps what belongs to a cookie until it expires
	Users     Users
	Passwords *Passwords
	Clock     scheduler.Clock
	Clients   Clients
	// Secure: the public address is https, so the cookie may not travel on http.
	Secure bool
	// Secret is the program's, at least 32 bytes; without it nobody can sign in
	// with a second factor.
	Secret []byte
	// Limiter is told who is signed in, so that staff is not counted by address;
	// nil when nothing is limited.
	Limiter *Limiter
}

// NewSessions returns sessions over the store.
func NewSessions(c SessionsConfig) *Sessions {
	m := scs.New()
	m.Store = c.Store
	m.Lifetime = sessionLife // its IdleTimeout would write at each request: load knows better
	m.HashTokenInStore = true
	m.Cookie.Name = "mawid"
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode // a link in a mail may open the desk
	if m.Cookie.Secure = c.Secure; c.Secure {
		m.Cookie.Name = "__Host-mawid" // RFC 6265bis, 4.1.3.2: no other host can set it
	}
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		if r.Context().Err() == nil { // or else nobody reads the answer, of which a part may be sent
			WriteProblem(w, r, fmt.Errorf("session: %w", err))
		}
	}
	return &Sessions{
		m, c.Users, c.Passwords, c.Clock, c.Clients, c.Secret, c.Limiter,
		NewLimiter(signInsPerMinute, signInsPerMinute, c.Clients, c.Clock),
	}
}

// Now is the instant by which sessions and access tokens run out. It is not that
// of a demo, whose days are short.
func (s *Sessions) Now() time.Time { return s.clock() }

// CookieName is the name of the session's cookie.
func (s *Sessions) CookieName() string { return s.manager.Cookie.Name }

// Middleware loads the session of a request, and saves it with the answer. A
// request without cookie costs nothing.
func (s *Sessions) Middleware(next http.Handler) http.Handler {
	return s.manager.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		in, err := s.load(r.Context())
		if err != nil {
			WriteProblem(w, r, err)
			return
		}
		s.count(s.Shown(r), in.user)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), signedInKey{}, in)))
	}))
}

// Shown is what a request shows of who sends it: its access token, or else its
// cookie.
func (s *Sessions) Shown(r *http.Request) string {
	if token := Bearer(r); strings.HasPrefix(token, scheduler.TokenPrefix) {
		return token
	}
	if cookie, err := r.Cookie(s.CookieName()); err == nil {
		return "cookie " + cookie.Value
	}
	return ""
}

// count has the requests that show this counted for a member of staff; nil when
// it is nobody's.
func (s *Sessions) count(shown string, u *scheduler.User) {
	if u == nil {
		s.limiter.Forget(shown)
		return
	}
	s.limiter.Know(shown, "staff "+u.ID)
}

// seenEvery is how exactly is known when a session was last used; of a session
// that is used, one request in so long writes.
const seenEvery = 5 * time.Minute

// load returns who the session is of. Of one that is over it is nobody.
func (s *Sessions) load(ctx context.Context) (signedIn, error) {
	id := s.manager.GetString(ctx, sessionID)
	if id == "" {
		return signedIn{}, nil
	}
	now := s.clock()
	u, seen, err := s.users.UserBySession(ctx, id, now)
	switch {
	case errors.Is(err, scheduler.ErrNotFound):
		return signedIn{}, nil
	case err != nil:
		return signedIn{}, err
	case now.Sub(seen) >= sessionIdle:
		return signedIn{}, nil
	}
	if now.Sub(seen) >= seenEvery {
		if err := s.users.SeeSession(ctx, id, now); err != nil {
			return signedIn{}, err
		}
	}
	return signedIn{&u, id}, nil
}

// CurrentUser returns who is signed in, nil for nobody and for who must choose a
// password first. It wants a request that went through Middleware or Machines;
// of another it says nobody.
func (s *Sessions) CurrentUser(r *http.Request) *scheduler.User {
	if u, _ := s.SignedIn(r); u != nil && !u.MustChange {
		return u
	}
	return nil
}

// SignedIn returns who is signed in, also who must choose a password first, and
// the id of the session. It is for the pages of one's own account.
func (s *Sessions) SignedIn(r *http.Request) (u *scheduler.User, session string) {
	in, _ := r.Context().Value(signedInKey{}).(signedIn)
	return in.user, in.session
}

// LogIn checks login and password and starts a fresh session. It returns
// ErrLogin; ErrSecondFactor when SecondFactor must follow; or a Problem of
// ErrTooManyRequests: after a few wrong passwords one client must wait longer
// and longer for one login, and after many tries for any.
func (s *Sessions) LogIn(r *http.Request, login, password string) (*scheduler.User, error) {
	if wait, ok := s.signIns.Allow(r); !ok {
		return nil, TooMany(wait)
	}
	if login = strings.TrimSpace(login); len(login) > maxLogin {
		login = "" // nobody's
	}
	ctx, key := r.Context(), s.triesKey("password", strings.ToLower(login), s.clients.Of(r).String())
	if err := s.try(ctx, key, passwordLag); err != nil {
		return nil, err
	}
	u, err := s.check(ctx, login, password)
	if err != nil {
		return nil, err
	}
	if err := s.forgive(ctx, key); err != nil {
		return nil, err
	}
	s.manager.Remove(ctx, sessionOutside)
	if u.TOTP != nil {
		return nil, s.owe(ctx, u)
	}
	return &u, s.Begin(r, u)
}

// Begin starts a fresh session of a user, in place of the one there is.
func (s *Sessions) Begin(r *http.Request, u scheduler.User) error {
	ctx, now := r.Context(), s.clock()
	if err := s.manager.RenewToken(ctx); err != nil { // against a planted cookie
		return fmt.Errorf("renew session: %w", err)
	}
	if old, id := s.SignedIn(r); old != nil {
		if err := s.users.EndSession(ctx, old.ID, id); err != nil && !errors.Is(err, scheduler.ErrNotFound) {
			return err
		}
	}
	id := timedID("ses", now)
	err := s.users.BeginSession(ctx, scheduler.Session{
		ID: id, UserID: u.ID, Epoch: u.Epoch, BegunAt: now, SeenAt: now, ExpiresAt: now.Add(sessionLife), Client: browser(r.UserAgent()),
	})
	if err != nil {
		return err
	}
	s.manager.Remove(ctx, sessionPending)
	s.manager.Put(ctx, sessionID, id)
	return nil
}

// nobodysHash is verified for a login that does not exist, so that it takes as
// long as one that does.
const nobodysHash = "$argon2id$v=19$m=65536,t=3,p=4$bm9ib2R5IGF0IGFsbA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

func (s *Sessions) check(ctx context.Context, login, password string) (scheduler.User, error) {
	hash := nobodysHash
	u, err := s.findUser(ctx, login)
	switch {
	case err == nil:
		if u.PasswordHash != "" {
			hash = u.PasswordHash
		}
	case !errors.Is(err, scheduler.ErrNotFound):
		return u, fmt.Errorf("find user: %w", err)
	}
	ok, errVerify := s.passwords.Verify(ctx, hash, password)
	switch {
	case errVerify != nil:
		return u, fmt.Errorf("verify password: %w", errVerify)
	case err != nil || !ok || u.Disabled || u.PasswordHash == "":
		return u, ErrLogin
	}
	return u, nil
}

const maxLogin = scheduler.MaxLogin // bytes

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
	if u, id := s.SignedIn(r); u != nil {
		if err := s.users.EndSession(r.Context(), u.ID, id); err != nil && !errors.Is(err, scheduler.ErrNotFound) {
			return fmt.Errorf("end session: %w", err)
		}
	}
	if err := s.manager.Destroy(r.Context()); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}
