package feed_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mawid/api/feed"
	"mawid/api/httpkit"
	"mawid/internal/locale"
	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// TestUnknownTokensLookTheSame: whatever is wrong, the answers are the same,
// header by header and byte by byte.
func TestUnknownTokensLookTheSame(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.book(t, "vehicle", "09:20", "")
		token := b.CalendarToken
		unknown := strings.Repeat("A", 43)
		model := h.get(unknown)
		wantStatus(t, model, http.StatusNotFound)
		wantBody := body(t, model)
		if !strings.Contains(wantBody, `"code":"not_found"`) {
			t.Errorf("body %s", wantBody)
		}
		for _, path := range []string{
			"/feeds/x.ics", "/feeds/.ics", "/feeds/" + token, "/feeds/" + token + ".ICS", "/feeds/" + token[:42] + ".ics",
			"/feeds/" + token + "A.ics", "/feeds/" + token + "=.ics", "/feeds/" + token + "%00.ics", "/feeds/%FF%FE.ics",
			"/feeds/" + b.ManageToken + ".ics", "/feeds/" + strings.Repeat("A", 100_000) + ".ics", "/feeds/" + strings.ToUpper(token) + ".ics",
		} {
			r := h.ask(http.MethodGet, path)
			wantStatus(t, r, http.StatusNotFound)
			if diff := cmp.Diff(model.Header, r.Header); diff != "" {
				t.Errorf("%.60s: headers differ: %s", path, diff)
			}
			if got := body(t, r); got != wantBody {
				t.Errorf("%.60s: body %s, want %s", path, got, wantBody)
			}
		}
		wantStatus(t, h.get(unknown, "If-None-Match", "*"), http.StatusNotFound)
	})
}

// lookUps is a real store that notes which hashes are looked up.
type lookUps struct {
	*store.DB
	hashes [][]byte
}

func (l *lookUps) FeedByToken(ctx context.Context, hash []byte) (scheduler.Feed, error) {
	l.hashes = append(l.hashes, hash)
	return l.DB.FeedByToken(ctx, hash)
}

// TestEveryTokenIsLookedUp: the time of a 404 must not tell whether a token
// could be one, so there is always one hash and one look-up. What is no token
// is not hashed, however long it is.
func TestEveryTokenIsLookedUp(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token := h.book(t, "vehicle", "09:20", "").CalendarToken
		book, err := locale.Load()
		must(t, err)
		source := &lookUps{DB: h.db}
		spied := &house{feeds: feed.New(feed.Config{
			Source: source, Book: book, Catalogue: h.engine.Catalogue, Clock: func() time.Time { return h.now },
		})}
		unknown, long := strings.Repeat("A", 43), strings.Repeat("A", 100_000)
		for _, name := range []string{token, unknown, "x", long, strings.Repeat("!", 43)} {
			spied.get(name)
		}
		none := scheduler.TokenHash("")
		want := [][]byte{scheduler.TokenHash(token), scheduler.TokenHash(unknown), none, none, none}
		if diff := cmp.Diff(want, source.hashes); diff != "" {
			t.Error(diff)
		}
	})
}

// TestFaultsOfOurs: a program that is told 404 drops the subscription, so a
// database that is gone or empty is never a 404. Nothing is told to the caller,
// and the log has the reason and not the token.
func TestFaultsOfOurs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token := h.book(t, "vehicle", "09:20", "").CalendarToken
		book, err := locale.Load()
		must(t, err)
		for name, cfg := range map[string]feed.Config{
			"database closed": {Source: h.db, Catalogue: h.engine.Catalogue},
			"no catalogue": {Source: h.db, Catalogue: func(context.Context) (*scheduler.Catalogue, error) {
				return nil, scheduler.ErrNotFound
			}},
			"catalogue not readable": {Source: h.db, Catalogue: func(context.Context) (*scheduler.Catalogue, error) {
				return nil, errors.New("disk gone")
			}},
		} {
			t.Run(name, func(t *testing.T) {
				if name == "database closed" {
					cfg.Source = closedStore(t)
				}
				cfg.Book, cfg.Clock = book, func() time.Time { return h.now }
				var log strings.Builder
				wrapped := &house{feeds: httpkit.Log(slog.New(slog.NewTextHandler(&log, nil)), cfg.Clock)(feed.New(cfg))}
				r := wrapped.get(token)
				wantStatus(t, r, http.StatusInternalServerError)
				if text := body(t, r); strings.Contains(text, "disk") || strings.Contains(text, "sql") {
					t.Errorf("the caller is told %s", text)
				}
				if !strings.Contains(log.String(), "level=ERROR") || strings.Contains(log.String(), token) {
					t.Errorf("log: %s", log.String())
				}
			})
		}
	})
}

func closedStore(t *testing.T) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), testdb.SQLite(t), store.Options{})
	must(t, err)
	must(t, db.Close())
	return db
}
