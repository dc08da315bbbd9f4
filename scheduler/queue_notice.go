package scheduler

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// When who waits elsewhere is told to come.
const (
	nearAfter = 5 * time.Minute // who came later is still in the room
	nearEvery = time.Minute     // how often a room is looked at in which nothing happens: waits run down all the same
	nearUse   = 30 * time.Minute
	shortWait = 10 * time.Minute // the way back from nearby
)

// Near reports whether who waits elsewhere is to come back now, from the place in
// the queue (from 1) and the wait, which is zero where nothing can be foretold:
// when the turn will most likely come within ten minutes, and for the next
// NearPlaces when it will most likely come within NearWait. Where a service takes
// an hour, the next in line has time.
func (p QueuePolicy) Near(position int, w Wait) bool {
	switch {
	case position < 1:
		return false
	case w.High <= 0:
		return position <= p.NearPlaces
	case w.Low <= shortWait:
		return true
	}
	return position <= p.NearPlaces && w.Low <= p.NearWait
}

// NearWatch tells people who wait elsewhere that their turn is near. It remembers
// what it has told, so that a quiet room costs one small read; that a turn is told
// once also holds on many nodes, by the outbox's own key.
type NearWatch struct {
	engine *Engine

	mu       sync.Mutex
	versions map[string]int64 // of offices when they were looked at last
	looked   map[string]time.Time
	told     map[string]Date
}

// NearWatch returns a watch that has told nobody.
func (e *Engine) NearWatch() *NearWatch {
	return &NearWatch{engine: e, versions: map[string]int64{}, looked: map[string]time.Time{}, told: map[string]Date{}}
}

// Tell plans a notice for each waiting ticket whose turn is near, that has an
// address and was not told before, and returns how many.
func (w *NearWatch) Tell(ctx context.Context) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.engine.Catalogue(ctx)
	if err != nil {
		return 0, err
	}
	if w.engine.policy.Queue.NearPlaces == 0 {
		return 0, nil
	}
	n := 0
	for i := range c.Offices {
		o := &c.Offices[i]
		if len(c.OfficePools(o.ID)) == 0 {
			continue
		}
		told, err := w.office(ctx, c, o)
		if err != nil {
			return n, fmt.Errorf("tell who is near: %w", err)
		}
		n += told
	}
	return n, nil
}

func (w *NearWatch) office(ctx context.Context, c *Catalogue, o *Office) (int, error) {
	e := w.engine
	version, err := e.QueueVersion(ctx, o.ID)
	now := e.now()
	if err != nil || version == 0 || version == w.versions[o.ID] && now.Sub(w.looked[o.ID]) < nearEvery {
		return 0, err
	}
	v, err := e.queueAt(ctx, c, o, nil)
	if err != nil {
		return 0, err
	}
	change := Change{At: now}
	var keys []string
	for i := range v.Waiting {
		t := &v.Waiting[i]
		key := fmt.Sprint(t.ID, t.Since.Unix())
		if _, told := w.told[key]; told || !e.policy.Queue.Near(t.Position, t.Wait) || now.Sub(t.ArrivedAt) < nearAfter || t.Citizen.Phone == "" && t.Citizen.Email == "" {
			continue
		}
		change.Notices, keys = append(change.Notices, t.comeNow(now)), append(keys, key)
	}
	if len(change.Notices) > 0 {
		if change.Notices, err = e.withIDs(change.Notices); err != nil {
			return 0, err
		}
		if err := e.store.Commit(ctx, change); err != nil {
			return 0, err
		}
	}
	w.remember(o.ID, v.Date, version, now, keys)
	return len(keys), nil
}

// remember notes what was told, and forgets the days before.
func (w *NearWatch) remember(office string, date Date, version int64, now time.Time, keys []string) {
	w.versions[office], w.looked[office] = version, now
	for _, key := range keys {
		w.told[key] = date
	}
	for key, day := range w.told {
		if day.AddDays(1).Before(date) {
			delete(w.told, key)
		}
	}
}

// comeNow is the notice that a turn is near: by short message where there is a
// number, since mail is read too late. Its revision is the second since when it
// waits: who waits once more, after a transfer, is told once more.
func (t *Ticket) comeNow(now time.Time) Notice {
	channel := ChannelSMS
	if t.Citizen.Phone == "" {
		channel = ChannelEmail
	}
	return Notice{
		About: Subject{Kind: SubjectTicket, ID: t.ID, Label: t.Number}, OfficeID: t.OfficeID, Revision: int(t.Since.Unix()),
		Kind: NoticeComeNow, Channel: channel, DueAt: now, UsefulUntil: now.Add(nearUse),
	}
}
