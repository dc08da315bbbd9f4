package feed_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mawid/api/feed"
	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// counted is a real store that counts what is asked of it, and can be made to
// fail.
type counted struct {
	*store.DB
	asked  atomic.Int64
	broken atomic.Bool
}

var errBroken = errors.New("the database does not answer")

func (c *counted) FeedByToken(ctx context.Context, hash []byte) (scheduler.Feed, error) {
	c.asked.Add(1)
	if c.broken.Load() {
		return scheduler.Feed{}, errBroken
	}
	return c.DB.FeedByToken(ctx, hash)
}

func (c *counted) FeedChanges(ctx context.Context, since time.Time, limit int) (scheduler.FeedChanges, error) {
	if c.broken.Load() {
		return scheduler.FeedChanges{}, errBroken
	}
	return c.DB.FeedChanges(ctx, since, limit)
}

// remembering is a house whose feeds are kept in memory.
func remembering(t *testing.T, db *store.DB, bytes int) (*house, *feed.Feeds, *counted) {
	t.Helper()
	h := newHouse(t, db)
	source := &counted{DB: db}
	c := h.config(source)
	c.Bytes = bytes
	feeds := feed.New(c)
	h.feeds = feeds
	must(t, feeds.Refresh(t.Context()))
	return h, feeds, source
}

func TestNotModifiedWithoutTheDatabase(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		h, feeds, source := remembering(t, db, 0)
		token := h.book(t, "vehicle", "09:20", "").CalendarToken
		must(t, feeds.Refresh(t.Context()))
		tag := h.get(token).Header.Get("ETag")
		source.asked.Store(0)
		for range 10 {
			wantStatus(t, h.get(token, "If-None-Match", tag), http.StatusNotModified)
		}
		wantStatus(t, h.get(token), http.StatusOK)
		wantStatus(t, h.get(token, "Accept-Encoding", "gzip"), http.StatusOK)
		if n := source.asked.Load(); n != 0 {
			t.Errorf("the database was asked %d times", n)
		}
	})
}

// TestAnotherNodeLearnsOfChanges: two nodes over one database; what one changes
// the other shows after its next question.
func TestAnotherNodeLearnsOfChanges(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		h, feeds, _ := remembering(t, db, 0)
		b := h.book(t, "vehicle", "09:20", "")
		must(t, feeds.Refresh(t.Context()))
		tag := h.get(b.CalendarToken).Header.Get("ETag")
		for name, change := range map[string]func(){
			"booked into it": func() { h.book(t, "goods", "11:00", b.CalendarToken) },
			"service shown": func() {
				_, err := h.engine.ShowService(t.Context(), b.Appointment.ID, scheduler.Actor{ManageToken: b.ManageToken}, true)
				must(t, err)
			},
			"office renamed": func() {
				_, err := h.engine.Import(t.Context(), catalogue("Douane, nouveau nom"))
				must(t, err)
			},
		} {
			h.now = h.now.Add(3 * time.Second)
			change()
			must(t, feeds.Refresh(t.Context()))
			r := h.get(b.CalendarToken, "If-None-Match", tag)
			wantStatus(t, r, http.StatusOK)
			if tag == r.Header.Get("ETag") {
				t.Errorf("%s: the tag stayed", name)
			}
			tag = r.Header.Get("ETag")
			must(t, feeds.Refresh(t.Context()))
			wantStatus(t, h.get(b.CalendarToken, "If-None-Match", tag), http.StatusNotModified)
		}
	})
}

// TestALateCommitIsSeen: a change that was decided before the last question and
// committed after it.
func TestALateCommitIsSeen(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		h, feeds, _ := remembering(t, db, 0)
		b := h.book(t, "vehicle", "09:20", "")
		must(t, feeds.Refresh(t.Context()))
		tag := h.get(b.CalendarToken).Header.Get("ETag")
		decided := h.now
		h.now = h.now.Add(5 * time.Second)
		must(t, feeds.Refresh(t.Context()))
		late := h.now
		h.now = decided
		h.cancel(t, b)
		h.now = late.Add(2 * time.Second)
		must(t, feeds.Refresh(t.Context()))
		wantStatus(t, h.get(b.CalendarToken, "If-None-Match", tag), http.StatusOK)
	})
}

func TestAReplacedLinkOpensNothing(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		h, feeds, _ := remembering(t, db, 0)
		b := h.book(t, "vehicle", "09:20", "")
		must(t, feeds.Refresh(t.Context()))
		wantStatus(t, h.get(b.CalendarToken), http.StatusOK)
		f, err := h.engine.RotateFeed(t.Context(), b.Appointment.ID, scheduler.Actor{ManageToken: b.ManageToken})
		must(t, err)
		must(t, feeds.Refresh(t.Context()))
		wantStatus(t, h.get(b.CalendarToken), http.StatusNotFound)
		wantStatus(t, h.get(h.engine.FeedToken(f)), http.StatusOK)
		now, err := h.engine.CalendarToken(t.Context(), b.Appointment.FeedID)
		must(t, err)
		if now != h.engine.FeedToken(f) || now == b.CalendarToken {
			t.Error("a notice would carry another link than the new one")
		}
		_, err = h.engine.RotateFeed(t.Context(), b.Appointment.ID, scheduler.Actor{ManageToken: "another's"})
		if !errors.Is(err, scheduler.ErrNotFound) {
			t.Errorf("a stranger replaced the link: %v", err)
		}
	})
}

// TestWithoutQuestionsNothingIsBelieved: when the database no longer answers,
// what is in memory is given for a few seconds only.
func TestWithoutQuestionsNothingIsBelieved(t *testing.T) {
	h, feeds, source := remembering(t, testdb.Open(t, testdb.SQLite(t)), 0)
	token := h.book(t, "vehicle", "09:20", "").CalendarToken
	must(t, feeds.Refresh(t.Context()))
	tag := h.get(token).Header.Get("ETag")
	source.broken.Store(true)
	h.now = h.now.Add(2 * time.Second)
	if err := feeds.Refresh(t.Context()); !errors.Is(err, errBroken) {
		t.Errorf("refresh: %v", err)
	}
	wantStatus(t, h.get(token, "If-None-Match", tag), http.StatusNotModified)
	h.now = h.now.Add(10 * time.Second)
	wantStatus(t, h.get(token, "If-None-Match", tag), http.StatusInternalServerError)
	source.broken.Store(false)
	wantStatus(t, h.get(token, "If-None-Match", tag), http.StatusNotModified)
}

// TestTimeAloneChangesACalendar: the day a cancelled appointment is dropped,
// the calendar in memory counts no longer.
func TestTimeAloneChangesACalendar(t *testing.T) {
	h, feeds, _ := remembering(t, testdb.Open(t, testdb.SQLite(t)), 0)
	b := h.book(t, "vehicle", "09:20", "")
	h.cancel(t, b)
	h.now = b.Appointment.UpdatedAt.Add(7*24*time.Hour - time.Second)
	must(t, feeds.Refresh(t.Context()))
	if text := body(t, h.get(b.CalendarToken)); !strings.Contains(text, "STATUS:CANCELLED") {
		t.Errorf("the cancelled appointment is gone too soon:\n%s", text)
	}
	h.now = h.now.Add(2 * time.Second)
	must(t, feeds.Refresh(t.Context()))
	if text := body(t, h.get(b.CalendarToken)); strings.Contains(text, "VEVENT") {
		t.Errorf("the cancelled appointment is still there:\n%s", text)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	const limit = 8 << 10 // a few calendars
	h, feeds, source := remembering(t, testdb.Open(t, testdb.SQLite(t)), limit)
	var tokens []string
	for _, at := range []string{"09:00", "09:20", "09:40", "10:00", "10:20", "10:40", "11:00"} {
		tokens = append(tokens, h.bookFor(t, "Person "+at, "vehicle", at).CalendarToken)
	}
	must(t, feeds.Refresh(t.Context()))
	for range 3 {
		for _, token := range tokens {
			wantStatus(t, h.get(token), http.StatusOK)
		}
	}
	if n := feeds.Kept(); n > limit {
		t.Errorf("%d bytes are kept, at most %d", n, limit)
	}
	source.asked.Store(0)
	wantStatus(t, h.get(tokens[len(tokens)-1]), http.StatusOK)
	if source.asked.Load() != 0 {
		t.Error("the calendar used last was not kept")
	}
	wantStatus(t, h.get(tokens[0]), http.StatusOK)
	if source.asked.Load() == 0 {
		t.Error("a calendar that was pushed out came from nowhere")
	}
}

func TestTheLastUseIsNoted(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		h, feeds, _ := remembering(t, db, 0)
		b := h.book(t, "vehicle", "09:20", "")
		wantStatus(t, h.get(b.CalendarToken), http.StatusOK)
		must(t, feeds.Refresh(t.Context()))
		f, err := db.Feed(t.Context(), b.Appointment.FeedID)
		must(t, err)
		if !f.UsedAt.Equal(h.now) {
			t.Errorf("used at %v, want %v", f.UsedAt, h.now)
		}
	})
}
