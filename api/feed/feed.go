// Package feed answers calendar subscriptions over HTTP.
//
// It knows the address of a feed (the secret token is its only key), validators
// and encodings. It must not know how an appointment is worded or written
// (internal/calendar) or stored: it reads through the port Source. No token
// reaches a log or an error text.
package feed

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"mawid/api/httpkit"
	"mawid/internal/calendar"
	"mawid/internal/locale"
	"mawid/scheduler"
)

// tokenBytes is how many random bytes a token carries, in base64url without
// padding: 43 characters.
const tokenBytes = 32

// Source is what feeds are made of.
type Source interface {
	// FeedByToken finds a feed by scheduler.TokenHash of its token. ErrNotFound:
	// there is none, or it is revoked.
	FeedByToken(ctx context.Context, hash []byte) (scheduler.Feed, error)
	// FeedAppointments returns the appointments of a feed, of any status, that
	// end at since or later. An unknown feed has none.
	FeedAppointments(ctx context.Context, feedID string, since time.Time) ([]scheduler.Appointment, error)
}

// Config is what the handler needs: every field.
type Config struct {
	Source    Source
	Book      *locale.Book
	Catalogue func(context.Context) (*scheduler.Catalogue, error)
	Clock     scheduler.Clock
}

// Handler answers GET and HEAD /feeds/{token}.ics. Whatever is wrong with a
// token, the answer is the same 404 after the same look-up.
func Handler(c Config) http.Handler {
	h := &handler{Config: c, maker: calendar.New(c.Book), zips: newZips()}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /feeds/{file}", h.serve)
	return httpkit.Routes(mux)
}

// errNoCatalogue stands for a catalogue that is not found: only a feed that is
// not found may become 404, since programs then drop the subscription.
var errNoCatalogue = errors.New("no catalogue is stored")

type handler struct {
	Config
	maker *calendar.Maker
	zips  *zips
}

func (h *handler) serve(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("Referrer-Policy", "no-referrer") // the address is the secret
	head.Set("X-Robots-Tag", "noindex")
	head.Set("X-Content-Type-Options", "nosniff")
	f, err := h.load(r.Context(), r.PathValue("file"))
	if err != nil {
		httpkit.WriteProblem(w, r, err)
		return
	}
	h.answer(w, r, f)
}

// feedFile is a feed as it is right now.
type feedFile struct {
	body     []byte
	modified time.Time
}

func (h *handler) load(ctx context.Context, file string) (feedFile, error) {
	feed, err := h.Source.FeedByToken(ctx, tokenHash(file))
	if err != nil {
		return feedFile{}, fmt.Errorf("feed by token: %w", err)
	}
	now := h.Clock()
	list, err := h.Source.FeedAppointments(ctx, feed.ID, now.Add(-calendar.FeedPast))
	if err != nil {
		return feedFile{}, fmt.Errorf("appointments of a feed: %w", err)
	}
	cat, err := h.Catalogue(ctx)
	if errors.Is(err, scheduler.ErrNotFound) {
		err = errNoCatalogue
	}
	if err != nil {
		return feedFile{}, fmt.Errorf("catalogue for a feed: %w", err)
	}
	body, err := h.maker.Feed(cat, list, calendar.FeedOptions{Now: now})
	if err != nil {
		return feedFile{}, fmt.Errorf("feed: %w", err)
	}
	return feedFile{body, lastModified(feed, list, now)}, nil
}

// tokenHash returns the hash to look up. What is no token is looked up too, as
// the hash of "", which no feed has.
func tokenHash(file string) []byte {
	token, ok := strings.CutSuffix(file, ".ics")
	if !ok || !wellFormed(token) {
		token = ""
	}
	return scheduler.TokenHash(token)
}

func wellFormed(token string) bool {
	if len(token) != base64.RawURLEncoding.EncodedLen(tokenBytes) {
		return false
	}
	_, err := base64.RawURLEncoding.Strict().DecodeString(token)
	return err == nil
}

// lastModified is when the newest of the appointments changed, at the latest
// now (RFC 9110, 8.8.2.1).
func lastModified(f scheduler.Feed, list []scheduler.Appointment, now time.Time) time.Time {
	newest := f.CreatedAt
	for i := range list {
		if list[i].UpdatedAt.After(newest) {
			newest = list[i].UpdatedAt
		}
	}
	if newest.After(now) {
		return now
	}
	return newest
}

// answer sends the calendar, or 304 when the client has it. If-Modified-Since
// is not looked at: it knows whole seconds only, and a feed also changes when
// time passes or an office is renamed, which moves no date. A 200 too many costs
// a kilobyte, a 304 too many hides a cancellation.
func (h *handler) answer(w http.ResponseWriter, r *http.Request, f feedFile) {
	head := w.Header()
	zip := acceptsGzip(r.Header.Values("Accept-Encoding"))
	tag := entityTag(f.body, zip)
	head.Set("Cache-Control", "private, no-cache")
	head.Set("Vary", "Accept-Encoding")
	head.Set("ETag", tag)
	head.Set("Last-Modified", f.modified.UTC().Format(http.TimeFormat))
	if matches(r.Header.Values("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := f.body
	if zip {
		body = h.zips.compress(f.body)
		head.Set("Content-Encoding", "gzip")
	}
	head.Set("Content-Type", "text/calendar; charset=utf-8")
	head.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body) // a client that went away is not our fault
}
