// Package feed answers calendar subscriptions over HTTP.
//
// It knows the address of a feed (the secret token is its only key), validators
// and encodings, and keeps finished calendars in memory: most questions are
// answered with 304 without the database. It must not know how an appointment
// is worded or written (internal/calendar) or stored: it reads through the port
// Source. No token reaches a log or an error text.
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
	// FeedFiles returns the open files of a feed, with steps and promises.
	FeedFiles(ctx context.Context, feedID string) ([]scheduler.File, error)
	// Visits returns the first limit appointments of the offices that start at
	// from ≤ t < to, of any status.
	Visits(ctx context.Context, offices []string, from, to time.Time, limit int) ([]scheduler.Appointment, error)
	// User returns a member of staff, or ErrNotFound.
	User(ctx context.Context, id string) (scheduler.User, error)
	// FeedChanges lists what moved on at since or later, at most limit of each.
	FeedChanges(ctx context.Context, since time.Time, limit int) (scheduler.FeedChanges, error)
	// NoteFeedUse notes when feeds, by id, were last fetched.
	NoteFeedUse(ctx context.Context, used map[string]time.Time) error
}

// Config is what the feeds need: every field, unless it says otherwise.
type Config struct {
	Source    Source
	Book      *locale.Book
	Catalogue func(context.Context) (*scheduler.Catalogue, error)
	Clock     scheduler.Clock
	Zones     scheduler.Zones
	// FreePlaces lists what is free at offices from today on.
	FreePlaces func(ctx context.Context, offices []*scheduler.Office, days int) ([]scheduler.FreePlaces, error)
	// PublicURL is where citizens reach Mawid, without a slash at its end.
	PublicURL string
	// Reach tells how appointments by telephone and video are met; nil leaves it out.
	Reach calendar.Reaching
	// Bytes bounds the calendars in memory; 0 means 64 MiB.
	Bytes int
}

const defaultBytes = 64 << 20

// Feeds answers GET and HEAD /feeds/{token}.ics. Whatever is wrong with a
// token, the answer is the same 404 after the same look-up. It is safe for
// concurrent use.
type Feeds struct {
	Config
	http  http.Handler
	maker *calendar.Maker
	zips  *zips
	shelf *shelf
	watch watch
	uses  uses
}

// New returns the feeds. Without calls of Refresh every question is answered
// from the database.
func New(c Config) *Feeds {
	if c.Bytes <= 0 {
		c.Bytes = defaultBytes
	}
	f := &Feeds{Config: c, maker: calendar.New(c.Book).With(c.Reach), zips: newZips(), shelf: newShelf(c.Bytes)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /feeds/{file}", f.serve)
	f.http = httpkit.Routes(mux)
	return f
}

// ServeHTTP answers one question.
func (f *Feeds) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.http.ServeHTTP(w, r) }

// Values of headers that every answer shares; nothing adds to them.
var (
	noReferrer   = []string{"no-referrer"} // the address is the secret
	noIndex      = []string{"noindex"}
	noSniff      = []string{"nosniff"}
	cacheControl = []string{"private, no-cache"}
	vary         = []string{"Accept-Encoding"}
)

func (f *Feeds) serve(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head["Referrer-Policy"] = noReferrer
	head["X-Robots-Tag"] = noIndex
	head["X-Content-Type-Options"] = noSniff
	p, err := f.page(r.Context(), r.PathValue("file"))
	if err != nil {
		httpkit.WriteProblem(w, r, err)
		return
	}
	f.uses.note(p, f.Clock())
	f.answer(w, r, p)
}

// page returns the calendar of an address: the one in memory while nothing can
// have changed it, else a new one.
func (f *Feeds) page(ctx context.Context, file string) (*page, error) {
	hash := tokenHash(file)
	now := f.Clock()
	kept := f.shelf.get(hash)
	if kept != nil && f.watch.vouches(kept, now) {
		return kept, nil
	}
	feed, err := f.Source.FeedByToken(ctx, hash[:])
	if err != nil {
		return nil, fmt.Errorf("feed by token: %w", err)
	}
	p, err := f.build(ctx, &feed, kept, now)
	if err != nil {
		return nil, err
	}
	p.hash = hash
	if f.watch.trusted(now) {
		f.shelf.put(p)
	}
	return p, nil
}

// tokenHash returns the hash to look up. What is no token is looked up too, as
// the hash of "", which no feed has.
func tokenHash(file string) (hash [32]byte) {
	token, ok := strings.CutSuffix(file, ".ics")
	if !ok || !wellFormed(token) {
		token = ""
	}
	copy(hash[:], scheduler.TokenHash(token))
	return hash
}

func wellFormed(token string) bool {
	if len(token) != base64.RawURLEncoding.EncodedLen(tokenBytes) {
		return false
	}
	var raw [tokenBytes + 1]byte
	_, err := strictly.Decode(raw[:], []byte(token))
	return err == nil
}

var strictly = base64.RawURLEncoding.Strict()

// errNoCatalogue stands for a catalogue that is not found: only a feed that is
// not found may become 404, since programs then drop the subscription.
var errNoCatalogue = errors.New("no catalogue is stored")

func (f *Feeds) catalogue(ctx context.Context) (*scheduler.Catalogue, error) {
	cat, err := f.Catalogue(ctx)
	if errors.Is(err, scheduler.ErrNotFound) {
		err = errNoCatalogue
	}
	if err != nil {
		return nil, fmt.Errorf("catalogue for a feed: %w", err)
	}
	return cat, nil
}

// answer sends the calendar, or 304 when the client has it. If-Modified-Since
// is not looked at: it knows whole seconds only, and a feed also changes when
// time passes or an office is renamed, which moves no date. A 200 too many costs
// a kilobyte, a 304 too many hides a cancellation.
func (f *Feeds) answer(w http.ResponseWriter, r *http.Request, p *page) {
	head := w.Header()
	zip := acceptsGzip(r.Header["Accept-Encoding"])
	tag := p.tag
	if zip {
		tag = p.zipTag
	}
	head["Cache-Control"], head["Vary"] = cacheControl, vary
	head["Etag"], head["Last-Modified"] = tag, p.modified
	if matches(r.Header["If-None-Match"], tag[0]) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := p.body
	if zip {
		body = p.zipped(f.zips)
		head.Set("Content-Encoding", "gzip")
	}
	head.Set("Content-Type", "text/calendar; charset=utf-8")
	head.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body) // a client that went away is not our fault
}
