package feed

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"mawid/internal/calendar"
	"mawid/scheduler"
)

// page is a finished calendar.
type page struct {
	hash    [32]byte // of the token
	feedID  string
	staff   bool
	offices []string            // ids that a staff calendar shows
	shown   map[string]struct{} // ids of appointments in a staff calendar

	body      []byte
	tag       []string // as a header's value
	zipTag    []string
	modified  []string // worded for HTTP
	catalogue int64    // version it was worded from

	until time.Time // when time alone changes it
	// checked is when the owner was last found to be allowed to see it, in
	// unix microseconds.
	checked atomic.Int64
	used    atomic.Int64 // last use that is noted, in unix microseconds

	zipOnce sync.Once
	zip     []byte
}

// zipped compresses once.
func (p *page) zipped(z *zips) []byte {
	p.zipOnce.Do(func() { p.zip = z.compress(p.body) })
	return p.zip
}

// size is about what a page takes in memory, its compressed form included.
func (p *page) size() int { return len(p.body)*5/4 + 64*len(p.shown) + 1024 }

// maxAge is how long a page is believed at most, should a change have escaped
// the questions of Refresh (a node whose clock is far off).
const maxAge = 6 * time.Hour

// build makes the calendar of a feed. kept is the page in memory or nil: one of
// a staff feed whose content nothing changed is used again once its owner is
// found to see the same offices.
func (f *Feeds) build(ctx context.Context, feed *scheduler.Feed, kept *page, now time.Time) (*page, error) {
	cat, err := f.catalogue(ctx)
	if err != nil {
		return nil, err
	}
	p := &page{feedID: feed.ID, catalogue: cat.Version, until: now.Add(maxAge)}
	p.checked.Store(now.UnixMicro())
	if !feed.UsedAt.IsZero() {
		p.used.Store(feed.UsedAt.UnixMicro())
	}
	var newest time.Time
	if feed.Kind == scheduler.FeedCitizen {
		newest, err = f.citizen(ctx, cat, feed, p, now)
	} else {
		var offices []*scheduler.Office
		if offices, err = f.offices(ctx, cat, feed); err != nil {
			return nil, err
		}
		p.staff, p.offices = true, idsOf(offices)
		if kept != nil && f.watch.current(kept, now) && slices.Equal(kept.offices, p.offices) {
			kept.checked.Store(now.UnixMicro())
			return kept, nil
		}
		newest, err = f.staff(ctx, cat, feed, offices, p, now)
	}
	if err != nil {
		return nil, fmt.Errorf("feed: %w", err)
	}
	if newest.After(now) { // RFC 9110, 8.8.2.1
		newest = now
	}
	p.modified = []string{newest.UTC().Format(http.TimeFormat)}
	p.tag, p.zipTag = []string{entityTag(p.body, false)}, []string{entityTag(p.body, true)}
	return p, nil
}

func idsOf(offices []*scheduler.Office) []string {
	ids := make([]string, len(offices))
	for i, o := range offices {
		ids[i] = o.ID
	}
	return ids
}

func (f *Feeds) citizen(ctx context.Context, cat *scheduler.Catalogue, feed *scheduler.Feed, p *page, now time.Time) (time.Time, error) {
	list, err := f.Source.FeedAppointments(ctx, feed.ID, now.Add(-calendar.FeedPast))
	if err != nil {
		return now, fmt.Errorf("appointments of a feed: %w", err)
	}
	if t := calendar.FeedUntil(list, now); !t.IsZero() && t.Before(p.until) {
		p.until = t
	}
	files, err := f.Source.FeedFiles(ctx, feed.ID)
	if err != nil {
		return now, fmt.Errorf("files of a feed: %w", err)
	}
	p.body, err = f.maker.Feed(cat, list, calendar.FeedOptions{Now: now, ShowService: feed.ShowService, Files: files})
	newest := newestOf(feed, list)
	for i := range files {
		if files[i].UpdatedAt.After(newest) {
			newest = files[i].UpdatedAt
		}
	}
	return newest, err
}

// offices are those that the owner of a staff feed may see now. A feed whose
// owner has left, or that shows an office they may not see any more, is not
// found, as if it were revoked.
func (f *Feeds) offices(ctx context.Context, cat *scheduler.Catalogue, feed *scheduler.Feed) ([]*scheduler.Office, error) {
	owner, err := f.Source.User(ctx, feed.OwnerID)
	if err != nil {
		return nil, fmt.Errorf("owner of a feed: %w", err)
	}
	offices := cat.FeedOffices(feed, &owner)
	if owner.Disabled || feed.OfficeID != "" && len(offices) == 0 {
		return nil, fmt.Errorf("offices of a feed: %w", scheduler.ErrNotFound)
	}
	return offices, nil
}

func (f *Feeds) staff(ctx context.Context, cat *scheduler.Catalogue, feed *scheduler.Feed, offices []*scheduler.Office, p *page, now time.Time) (time.Time, error) {
	if feed.Kind == scheduler.FeedPlaces {
		return f.places(ctx, cat, feed, offices, p, now)
	}
	list, err := f.visits(ctx, feed.Kind, p.offices, now)
	if err != nil {
		return now, fmt.Errorf("visits of a feed: %w", err)
	}
	p.shown = make(map[string]struct{}, len(list))
	midnight := now.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
	if p.until = midnight; len(list) > 0 {
		if t := calendar.FeedUntil(list, now); !t.IsZero() && t.Before(midnight) {
			p.until = t
		}
	}
	for i := range list {
		p.shown[list[i].ID] = struct{}{}
	}
	p.body, err = f.maker.Staff(cat, list, calendar.StaffOptions{Kind: feed.Kind, Language: feed.Language, OfficeID: feed.OfficeID, Now: now})
	return newestOf(feed, list), err
}

// visits reads what a staff feed may show: what lies ahead first, so that where
// there is too much it is the past that is left out.
func (f *Feeds) visits(ctx context.Context, kind scheduler.FeedKind, offices []string, now time.Time) ([]scheduler.Appointment, error) {
	from, to := calendar.Horizon(kind, now)
	today := now.UTC().Truncate(24 * time.Hour)
	list, err := f.Source.Visits(ctx, offices, today, to, calendar.FeedEvents)
	if err != nil || len(list) >= calendar.FeedEvents {
		return list, err
	}
	past, err := f.Source.Visits(ctx, offices, from, today, calendar.FeedEvents-len(list))
	return append(past, list...), err
}

// placesAge is how long free places may be shown while holds come and go.
const placesAge = time.Minute

func (f *Feeds) places(ctx context.Context, cat *scheduler.Catalogue, feed *scheduler.Feed, offices []*scheduler.Office, p *page, now time.Time) (time.Time, error) {
	list, err := f.FreePlaces(ctx, offices, calendar.PlacesDays)
	if err != nil {
		return now, fmt.Errorf("free places: %w", err)
	}
	p.until = now.Add(placesAge)
	day := now.UTC().Truncate(24 * time.Hour)
	p.body, err = f.maker.Places(cat, list, feed.Language, day, f.Zones, f.bookURL)
	return now, err
}

// bookURL is where a free place can be booked: the day's page where the office
// does one thing, else the front page.
func (f *Feeds) bookURL(p *scheduler.FreePlaces) string {
	base := strings.TrimSuffix(f.PublicURL, "/")
	if base == "" || p.ServiceID == "" {
		return base
	}
	return base + "/services/" + url.PathEscape(p.ServiceID) + "/" + url.PathEscape(p.OfficeID) + "/" + p.Date.String()
}

// newestOf is when the newest part of a feed changed.
func newestOf(f *scheduler.Feed, list []scheduler.Appointment) time.Time {
	newest := f.CreatedAt
	for i := range list {
		if list[i].UpdatedAt.After(newest) {
			newest = list[i].UpdatedAt
		}
	}
	if f.ChangedAt.After(newest) {
		newest = f.ChangedAt
	}
	return newest
}
