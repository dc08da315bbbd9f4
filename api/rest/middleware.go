package rest

import (
	"context"
	"mime"
	"net/http"
	"strings"

	"mawid/api/httpkit"
	"mawid/internal/locale"
	"mawid/scheduler"
)

// What may be kept of answers, and for how long.
const (
	cacheNever     = "no-store"
	cacheCatalogue = "public, max-age=60"
)

// fresh forbids keeping an answer unless its handler says otherwise.
func fresh(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", cacheNever)
		next.ServeHTTP(w, r)
	})
}

// onlyJSON refuses a body that says it is something else. One that says nothing
// is taken for JSON.
func onlyJSON(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > 0 && !isJSON(r.Header.Values("Content-Type")) {
			httpkit.WriteProblem(w, r, httpkit.ErrMediaType)
			return
		}
		r.Header.Del("Content-Type") // huma would look at it again
		next.ServeHTTP(w, r)
	})
}

func isJSON(types []string) bool {
	if len(types) == 0 {
		return true
	}
	media, params, err := mime.ParseMediaType(types[0])
	charset, told := params["charset"]
	return err == nil && len(types) == 1 && media == "application/json" && (!told || strings.EqualFold(charset, "utf-8"))
}

// routes serves the mux, with problem documents for what it does not know.
func routes(mux *http.ServeMux) http.Handler {
	known := httpkit.Routes(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		unknown, pattern := mux.Handler(r)
		if pattern != "" {
			known.ServeHTTP(w, r)
			return
		}
		told := &statusOnly{header: http.Header{}}
		unknown.ServeHTTP(told, r)
		if allow := told.header.Get("Allow"); told.status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", allow)
			httpkit.WriteProblem(w, r, httpkit.ErrMethod)
			return
		}
		httpkit.WriteProblem(w, r, scheduler.ErrNotFound)
	})
}

// statusOnly takes status and headers of an answer and drops its body.
type statusOnly struct {
	header http.Header
	status int
}

func (s *statusOnly) Header() http.Header         { return s.header }
func (s *statusOnly) WriteHeader(status int)      { s.status = status }
func (s *statusOnly) Write(b []byte) (int, error) { return len(b), nil }

type (
	actorKey    struct{}
	clientKey   struct{}
	languageKey struct{}
)

// who reads the credential of a request.
func (c Config) who(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		by := scheduler.Actor{ManageToken: httpkit.Bearer(r), Staff: c.CurrentUser(r)}
		if strings.HasPrefix(by.ManageToken, scheduler.TokenPrefix) {
			by.ManageToken = "" // an access token, which CurrentUser knows
		}
		ctx := context.WithValue(r.Context(), actorKey{}, by)
		if by.Staff == nil { // staff is not bounded: they know whom they serve
			ctx = context.WithValue(ctx, clientKey{}, c.Guard.ClientOf(r))
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// credential is what tells callers apart who use the same idempotency key.
func (c Config) credential(r *http.Request) string {
	if token := httpkit.Bearer(r); token != "" {
		return "bearer " + token
	}
	if c.SessionCookie != "" {
		if cookie, err := r.Cookie(c.SessionCookie); err == nil {
			return "cookie " + cookie.Value
		}
	}
	return ""
}

// actor returns who asks, or ErrUnauthenticated when nobody says.
func actor(ctx context.Context) (scheduler.Actor, error) {
	by, _ := ctx.Value(actorKey{}).(scheduler.Actor)
	if by.ManageToken == "" && by.Staff == nil {
		return by, httpkit.ErrUnauthenticated
	}
	return by, nil
}

// speak chooses the language of names.
func (a *api) speak(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept-Language")
		l := a.book.Match(strings.Join(r.Header.Values("Accept-Language"), ","))
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), languageKey{}, l)))
	})
}

// language returns what speak chose.
func (a *api) language(ctx context.Context) *locale.Language {
	if l, ok := ctx.Value(languageKey{}).(*locale.Language); ok {
		return l
	}
	return a.book.Match("")
}
