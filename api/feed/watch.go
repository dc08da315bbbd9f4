package feed

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// How a node learns what other nodes changed. It asks the database every
// RefreshEvery what moved on since a little before it last asked. The overlap
// covers what was decided before that question and committed after it, and
// clocks of nodes that differ: together less than overlap. While the last good
// question is older than trust, nothing in memory is believed.
const (
	RefreshEvery = 2 * time.Second
	overlap      = 20 * time.Second
	trust        = 6 * time.Second
	// staffAge is how soon a staff feed notices that its owner may see less.
	staffAge = 10 * time.Second
	// maxChanges bounds an answer; with more, everything in memory is forgotten.
	maxChanges = 20_000
)

// watch is what the last good question found.
type watch struct {
	mu        sync.Mutex   // of refreshing
	asked     atomic.Int64 // unix microseconds; 0 for never
	catalogue atomic.Int64 // version
}

func (w *watch) trusted(now time.Time) bool {
	asked := w.asked.Load()
	return asked != 0 && now.UnixMicro()-asked < trust.Microseconds()
}

// current reports whether nothing can have changed the content of a page.
func (w *watch) current(p *page, now time.Time) bool {
	return w.trusted(now) && p.catalogue == w.catalogue.Load() && now.Before(p.until)
}

// vouches reports whether a page may be given without asking the database.
func (w *watch) vouches(p *page, now time.Time) bool {
	return w.current(p, now) && (!p.staff || now.UnixMicro()-p.checked.Load() < staffAge.Microseconds())
}

// Refresh learns what changed, and notes which feeds were used. It is called
// every RefreshEvery; with an error the calendars in memory soon count for
// nothing.
func (f *Feeds) Refresh(ctx context.Context) error {
	f.watch.mu.Lock()
	defer f.watch.mu.Unlock()
	now := f.Clock()
	since := now
	if asked := f.watch.asked.Load(); asked != 0 && asked < now.UnixMicro() {
		since = time.UnixMicro(asked)
	}
	changes, err := f.Source.FeedChanges(ctx, since.Add(-overlap), maxChanges)
	if err != nil {
		return fmt.Errorf("changes of feeds: %w", err)
	}
	f.shelf.forget(&changes)
	f.watch.catalogue.Store(changes.CatalogueVersion)
	f.watch.asked.Store(now.UnixMicro())
	if used := f.uses.due(now); len(used) > 0 {
		if err := f.Source.NoteFeedUse(ctx, used); err != nil {
			return fmt.Errorf("use of feeds: %w", err)
		}
	}
	return nil
}

// How exactly the last use of a feed is known: programs ask every hour or so,
// and a write for each question would cost more than the answer.
const (
	useStep  = 15 * time.Minute
	useEvery = 20 * time.Second
	maxUses  = 10_000
)

// uses gathers which feeds were fetched.
type uses struct {
	mu    sync.Mutex
	byID  map[string]time.Time
	wrote time.Time
}

func (u *uses) note(p *page, now time.Time) {
	last := p.used.Load()
	if now.UnixMicro()-last < useStep.Microseconds() || !p.used.CompareAndSwap(last, now.UnixMicro()) {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.byID == nil {
		u.byID = map[string]time.Time{}
	}
	if len(u.byID) < maxUses {
		u.byID[p.feedID] = now
	}
}

// due returns what is to be written now, and forgets it.
func (u *uses) due(now time.Time) map[string]time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.byID) == 0 || now.Sub(u.wrote) < useEvery {
		return nil
	}
	out := u.byID
	u.byID, u.wrote = nil, now
	return out
}

// Kept is how many bytes the calendars in memory take, about.
func (f *Feeds) Kept() int {
	f.shelf.mu.Lock()
	defer f.shelf.mu.Unlock()
	return f.shelf.bytes
}
