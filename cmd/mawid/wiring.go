package main

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"mawid/api/dav"
	"mawid/api/feed"
	"mawid/api/httpkit"
	"mawid/api/rest"
	"mawid/api/web"
	"mawid/configs"
	"mawid/internal/calendar"
	"mawid/internal/locale"
	"mawid/internal/store"
	"mawid/notifier"
	"mawid/scheduler"
)

// What each package asks of storage, *store.DB gives.
var (
	_ scheduler.Store = (*store.DB)(nil)
	_ notifier.Outbox = (*store.DB)(nil)
	_ feed.Source     = (*store.DB)(nil)
	_ dav.Source      = (*store.DB)(nil)
	_ web.Outbox      = (*store.DB)(nil)
	_ web.Agenda      = (*store.DB)(nil)
	_ httpkit.Answers = (*store.DB)(nil)
	_ httpkit.Proofs  = (*store.DB)(nil)
	_ httpkit.Users   = (*store.DB)(nil)
	_ web.Staff       = (*store.DB)(nil)

	_ httpkit.AccountStore = (*store.DB)(nil)

	_ notifier.Links  = links{}
	_ scheduler.Store = waking{}
)

// handler is everything that is answered on the public address.
func (h *house) handler(log *slog.Logger, m *metrics) (http.Handler, error) {
	book, err := locale.Load()
	if err != nil {
		return nil, err
	}
	clients := httpkit.Clients{Trusted: h.settings.TrustedProxies}
	limiter := httpkit.NewLimiter(h.settings.Limits.RequestsPerMinute, h.settings.Limits.RequestsPerMinute, clients, time.Now)
	sessions := httpkit.NewSessions(httpkit.SessionsConfig{
		Store: h.store.Sessions(time.Now), Users: h.store, Passwords: httpkit.NewPasswords(0), Clock: time.Now,
		Clients: clients, Secret: h.secret, Secure: strings.HasPrefix(h.settings.PublicURL, "https:"), Limiter: limiter,
	})
	guard := httpkit.NewGuard(httpkit.GuardConfig{
		Clients: clients, Clock: time.Now, Proofs: h.store, Secret: h.secret, PerMinute: h.settings.Limits.HoldsPerMinute,
	})
	api, err := h.api(book, sessions, limiter, guard)
	if err != nil {
		return nil, err
	}
	pages, err := h.pages(book, sessions, limiter, guard)
	if err != nil {
		return nil, err
	}
	hooks, err := h.hooks()
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", livez)
	mux.Handle("/hooks/sms/", hooks)
	mux.HandleFunc("GET /readyz", h.readyz)
	mux.Handle("/v1/", api)
	mux.Handle("/openapi.json", api)
	mux.Handle("/feeds/", h.feeds(book))
	mux.Handle("/.well-known/caldav", h.dav(book, limiter))
	mux.Handle(dav.Root, h.dav(book, limiter))
	mux.Handle("/", pages)
	return httpkit.Chain(httpkit.Routes(mux), httpkit.Log(log, time.Now), m.watch, httpkit.Recover(nil)), nil
}

func (h *house) api(book *locale.Book, sessions *httpkit.Sessions, limiter *httpkit.Limiter, guard *httpkit.Guard) (http.Handler, error) {
	return rest.New(rest.Config{
		Engine: h.engine, Book: book, Zones: h.zones, Clock: h.clock, Answers: h.store, Secret: h.secret, PublicURL: h.settings.PublicURL,
		CurrentUser: sessions.CurrentUser, SessionCookie: sessions.CookieName(), Shown: sessions.Shown, SignIn: sessions.Machines,
		Limiter: limiter, Guard: guard, Stopping: h.stopping, Version: version(), Record: h.accounts().Record,
	})
}

func (h *house) pages(book *locale.Book, sessions *httpkit.Sessions, limiter *httpkit.Limiter, guard *httpkit.Guard) (http.Handler, error) {
	preview, err := h.preview()
	if err != nil {
		return nil, err
	}
	outside, err := h.outside()
	if err != nil {
		return nil, err
	}
	return web.New(web.Config{
		Engine: h.engine, Book: book, Clock: h.clock, Zones: h.zones, PublicURL: h.settings.PublicURL, ICS: h.ics(book),
		Feeds: true, Unofficial: h.settings.Catalogue == "", Limiter: limiter,
		Guard: guard, Contact: web.Contact(h.settings.Contact), Waits: h.store.Waits, Sessions: sessions, Outbox: h.store, Agenda: h.store,
		Staff: h.store, Accounts: h.accounts(), Preview: preview, Outside: outside,
	})
}

// outside is the identity provider that is set, or nil.
func (h *house) outside() (*httpkit.Outside, error) {
	set := h.settings.OIDC
	if set.Issuer == "" {
		return nil, nil
	}
	claim := set.Claim
	if claim == configs.Off {
		claim = ""
	}
	return httpkit.NewOutside(httpkit.OutsideConfig{
		Issuer: set.Issuer, ClientID: set.ClientID, ClientSecret: set.ClientSecret, Claim: claim,
		Redirect: h.settings.PublicURL + web.OutsideBack, Secret: h.secret, Clock: time.Now,
		Secure: strings.HasPrefix(h.settings.PublicURL, "https:"),
	})
}

func (h *house) accounts() *httpkit.Accounts {
	return httpkit.NewAccounts(h.store, httpkit.NewPasswords(1), time.Now, h.secret)
}

func (h *house) feeds(book *locale.Book) http.Handler {
	h.calendars = feed.New(feed.Config{
		Reach:  h.engine.Reach,
		Source: h.store, Book: book, Catalogue: h.engine.Catalogue, Clock: h.clock, Zones: h.zones,
		FreePlaces: h.engine.FreePlaces, PublicURL: h.settings.PublicURL,
	})
	return h.calendars
}

// dav lets calendar programs of staff read.
func (h *house) dav(book *locale.Book, limiter *httpkit.Limiter) http.Handler {
	return dav.New(dav.Config{
		Source: h.store, Book: book, Catalogue: h.engine.Catalogue, Clock: time.Now, LogIn: h.engine.AppLogIn, Limiter: limiter,
	})
}

// ics writes one appointment as a calendar file with a link to its page.
func (h *house) ics(book *locale.Book) func(context.Context, scheduler.Appointment, string) ([]byte, error) {
	maker := calendar.New(book).With(h.engine.Reach)
	return func(ctx context.Context, a scheduler.Appointment, link string) ([]byte, error) {
		c, err := h.engine.Catalogue(ctx)
		if err != nil {
			return nil, err
		}
		return maker.Single(c, a, link)
	}
}

// links makes the addresses that notices carry.
type links struct {
	engine *scheduler.Engine
	base   string
}

// ManageURL leads to the page of one appointment.
func (l links) ManageURL(appointmentID string) string {
	return l.base + "/a/" + l.engine.ManageToken(appointmentID)
}

// StopURL stops the reminders of one appointment.
func (l links) StopURL(appointmentID string) string { return l.ManageURL(appointmentID) + "/reminders" }

// Reach is how the two of an appointment meet that nobody comes to.
func (l links) Reach(c *scheduler.Catalogue, a *scheduler.Appointment) scheduler.Reach {
	return l.engine.Reach(c, a)
}

// Code is the six digits of a notice.
func (l links) Code(a *scheduler.Appointment, n scheduler.Notice) string {
	return l.engine.NoticeCode(a, n)
}

// linkTimeout bounds the look-up of a calendar's present link.
const linkTimeout = 5 * time.Second

// CalendarURL is the person's calendar. A notice goes out without it rather
// than not at all: its other links say where the calendar is.
func (l links) CalendarURL(feedID string) string {
	ctx, cancel := context.WithTimeout(context.Background(), linkTimeout)
	defer cancel()
	token, err := l.engine.CalendarToken(ctx, feedID)
	if err != nil {
		return ""
	}
	return l.base + "/feeds/" + token + ".ics"
}

// TicketURL leads to the page of one ticket; its id is its secret.
func (l links) TicketURL(id string) string { return l.base + "/t/" + id }

// WishURL leads to the page of one wish, where its offer is answered.
func (l links) WishURL(id string) string { return l.base + "/w/" + l.engine.WishToken(id) }

// OpinionURL leads to the three questions about a visit or a file.
func (l links) OpinionURL(kind scheduler.OpinionKind, id string) string {
	return l.base + "/o/" + l.engine.OpinionToken(kind, id)
}

// FileURL leads to the page of one file, with the token that opens it.
func (l links) FileURL(id string) string { return l.base + "/f/" + l.engine.FileToken(id) }
