package notifier_test

import (
	"context"
	"flag"
	"fmt"
	"testing"
	"time"

	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/notifier"
	"mawid/scheduler"
)

var drainRows = flag.Int("drain", 3_000, "due reminders that are drained on each database")

// everybody is whom any subject is about.
type everybody struct{}

func (everybody) Subject(context.Context, string) (notifier.Subject, error) {
	return ticket{number: "A 017"}, nil
}

// TestAFloodDrainsAndWhatIsUrgentGoesFirst: a worker sends all the reminders that
// are due, each once; a turn in the queue that comes meanwhile, again and again,
// is on its way after two batches at most. -drain 100000 is a flood as large as
// the other test claims from.
func TestAFloodDrainsAndWhatIsUrgentGoesFirst(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		now, n := w.clock.Now(), *drainRows/raceCost
		flood(t, db, n, now)
		f := &floodSender{t: t, db: db, now: now, every: max(n/20, 1), said: map[string]int{}, times: map[string]int{}}
		conf := w.config(db)
		conf.Mail, conf.Parallel, conf.Log = f, 1, nil
		conf.Lease = time.Hour
		conf.Subjects = map[scheduler.SubjectKind]notifier.Subjects{
			scheduler.SubjectAppointment: everybody{}, scheduler.SubjectTicket: everybody{},
		}
		w.drain(w.worker(conf))
		if len(f.times) != n+len(f.said) || len(f.said) < 15 {
			t.Errorf("%d notices went out, want %d reminders and %d urgent ones", len(f.times), n, len(f.said))
		}
		for id, times := range f.times {
			if times != 1 {
				t.Errorf("%s went out %d times", id, times)
			}
		}
		if f.longest > 2*16 {
			t.Errorf("an urgent notice waited for %d others, want two batches at most", f.longest)
		}
		if c, err := db.Counts(t.Context(), now.Add(time.Hour)); err != nil || c.DueNotices != 0 {
			t.Errorf("%d are still due, %v", c.DueNotices, err)
		}
	})
}

// floodSender takes everything, one at a time, and plans something urgent after
// each so many.
type floodSender struct {
	t       *testing.T
	db      *store.DB
	now     time.Time
	every   int
	sent    int
	said    map[string]int // when each urgent notice was planned, as a count of letters
	times   map[string]int
	longest int
}

func (f *floodSender) Send(ctx context.Context, l notifier.Letter) notifier.Outcome {
	f.sent++
	f.times[l.ID]++
	if at, urgent := f.said[l.ID]; urgent {
		f.longest = max(f.longest, f.sent-at)
	} else if f.sent%f.every == 0 {
		id := fmt.Sprintf("ntc_urgent_%d", f.sent)
		f.said[id] = f.sent
		must(f.t, f.db.Commit(ctx, scheduler.Change{At: f.now, Notices: []scheduler.Notice{{
			ID: id, About: scheduler.Subject{Kind: scheduler.SubjectTicket, ID: "tkt_" + id}, OfficeID: "dgi-safi", Revision: 1,
			Kind: scheduler.NoticeComeNow, Channel: scheduler.ChannelEmail, DueAt: f.now, UsefulUntil: f.now.Add(time.Hour),
		}}}))
	}
	return notifier.Outcome{State: scheduler.NoticeSent, Code: "taken"}
}
