// Package dav lets calendar programs of staff read their calendar over CalDAV
// (RFC 4791).
//
// It knows the addresses, the discovery that programs do, properties, and that
// nothing can be written. A program shows its user's login and an app password,
// made at /desk/calendars. It must not know how an appointment is worded
// (internal/calendar) or stored: it reads through the port Source.
//
// Questions (REPORT) are read and answered by go-webdav; PROPFIND is answered
// here, because v0.6.0 says neither that a calendar is read-only nor when it
// last changed.
package dav

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/emersion/go-webdav/caldav"

	"mawid/api/httpkit"
	"mawid/internal/calendar"
	"mawid/internal/locale"
	"mawid/scheduler"
)

// Source is what calendars are made of.
type Source interface {
	// Visits returns the first limit appointments of the offices that start at
	// from ≤ t < to, of any status.
	Visits(ctx context.Context, offices []string, from, to time.Time, limit int) ([]scheduler.Appointment, error)
	// Appointment returns an appointment, or ErrNotFound.
	Appointment(ctx context.Context, id string) (scheduler.Appointment, error)
}

// Config is what the calendars need: every field, unless it says otherwise.
type Config struct {
	Source    Source
	Book      *locale.Book
	Catalogue func(context.Context) (*scheduler.Catalogue, error)
	Clock     scheduler.Clock
	// LogIn returns the member of staff of a login and an app password and the
	// language of their calendar, or ErrNotFound.
	LogIn func(ctx context.Context, login, password string) (scheduler.User, string, error)
	// Limiter bounds how often one client may ask; nil for no bound.
	Limiter *httpkit.Limiter
}

// Root is where the addresses begin.
const Root = "/dav/"

// maxQuestion bounds a request's body: a program may ask for every appointment
// by its address at once.
const maxQuestion = 1 << 20

// Calendars answers /dav/ and /.well-known/caldav.
type Calendars struct {
	Config
	maker *calendar.Maker
}

// New returns the calendars.
func New(c Config) http.Handler {
	h := &Calendars{Config: c, maker: calendar.New(c.Book)}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/caldav", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, Root, http.StatusMovedPermanently)
	})
	mux.HandleFunc(Root, h.serve)
	return httpkit.Chain(httpkit.Routes(mux), c.Limiter.Middleware(nil))
}

// session is one request of one member of staff.
type session struct {
	*Calendars
	user     scheduler.User
	language string
	cat      *scheduler.Catalogue
}

func (h *Calendars) serve(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("DAV", "1, calendar-access")
	head.Set("Cache-Control", "private, no-cache")
	head.Set("X-Content-Type-Options", "nosniff")
	s, err := h.session(r)
	if err != nil {
		if errors.Is(err, scheduler.ErrNotFound) {
			head.Set("WWW-Authenticate", `Basic realm="Mawid", charset="UTF-8"`)
			http.Error(w, "an app password is needed", http.StatusUnauthorized)
			return
		}
		httpkit.WriteProblem(w, r, err)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxQuestion)
	if err := s.answer(w, r); err != nil {
		httpkit.WriteProblem(w, r, err)
	}
}

func (h *Calendars) session(r *http.Request) (*session, error) {
	login, password, ok := r.BasicAuth()
	if !ok {
		return nil, scheduler.ErrNotFound
	}
	user, language, err := h.LogIn(r.Context(), login, password)
	if err != nil {
		return nil, err
	}
	cat, err := h.Catalogue(r.Context())
	if err != nil {
		return nil, errors.New("no catalogue for a calendar")
	}
	return &session{h, user, language, cat}, nil
}

// allowed are the methods there are; every other one would write.
const allowed = "OPTIONS, GET, HEAD, PROPFIND, REPORT"

func (s *session) answer(w http.ResponseWriter, r *http.Request) error {
	switch r.Method {
	case http.MethodOptions:
		w.Header().Set("Allow", allowed)
		w.WriteHeader(http.StatusNoContent)
		return nil
	case "PROPFIND":
		return s.propfind(w, r)
	case "REPORT":
		if s.kindOf(r.URL.Path) != atCalendar {
			return scheduler.ErrNotFound
		}
		(&caldav.Handler{Backend: backend{s}, Prefix: strings.TrimSuffix(Root, "/")}).ServeHTTP(w, r)
		return nil
	case http.MethodGet, http.MethodHead:
		return s.get(w, r)
	}
	w.Header().Set("Allow", allowed)
	http.Error(w, "this calendar is read-only", http.StatusForbidden)
	return nil
}

// get answers one appointment as a file.
func (s *session) get(w http.ResponseWriter, r *http.Request) error {
	a, err := s.object(r.Context(), r.URL.Path)
	if err != nil {
		return err
	}
	tag := s.tag(&a)
	w.Header().Set("ETag", `"`+tag+`"`)
	if r.Header.Get("If-None-Match") == `"`+tag+`"` {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	body, err := s.maker.VisitFile(s.cat, &a, s.language)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	_, _ = w.Write(body) // a client that went away is not our fault
	return nil
}
