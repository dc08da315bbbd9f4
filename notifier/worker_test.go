package notifier_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/notifier"
	"mawid/scheduler"
)

func TestWithoutServersLettersAreKeptToRead(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		box := watch(db)
		worker := w.worker(w.config(box))
		a := w.book("dgi-th-tsc", "2027-06-08 08:30", person())
		w.drain(worker)

		r := box.last(t, scheduler.NoticeConfirmation)
		if r.State != scheduler.NoticeKept || r.Message == nil {
			t.Fatalf("the confirmation ended %s (message %v), want kept with its message", r.State, r.Message != nil)
		}
		for _, want := range []string{a.Reference, "https://rdv.safi.example/a/", "08:30", "10:30 à Paris", "CNIE"} {
			if !strings.Contains(r.Message.Text, want) {
				t.Errorf("the kept text lacks %q:\n%s", want, r.Message.Text)
			}
		}
		if r.Message.To != aminaMail || !strings.Contains(string(r.Message.Raw), "Message-ID: <ntc_") {
			t.Errorf("the kept mail is not whole: to %q, %d bytes", r.Message.To, len(r.Message.Raw))
		}
		if w.drain(worker); len(box.of(t, scheduler.NoticeConfirmation)) != 1 {
			t.Error("a kept letter was handled again")
		}
	})
}

func TestTwoWorkersNeverSendTheSameLetter(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ids := plant(t, db, 100, w.clock.Now())
		mail := &sent{}
		var both sync.WaitGroup
		for range 2 {
			conf := w.config(db)
			conf.Mail, conf.Batch, conf.Log = mail, 8, nil
			worker := w.worker(conf)
			both.Go(func() { w.drain(worker) })
		}
		both.Wait()
		if diff := cmp.Diff(times(ids, 1), counts(mail)); diff != "" {
			t.Errorf("how often each was sent (-want +got):\n%s", diff)
		}
	})
}

func times(ids []string, n int) map[string]int {
	out := map[string]int{}
	for _, id := range ids {
		out[id] = n
	}
	return out
}

func counts(s *sent) map[string]int {
	out := map[string]int{}
	for _, l := range s.all() {
		out[l.ID]++
	}
	return out
}

// doomed is a node that dies: from one moment on nothing of it reaches the
// database or the mail server.
type doomed struct {
	notifier.Outbox
	notifier.Sender
	left atomic.Int64 // receipts until the end
}

var errKilled = errors.New("killed")

func (d *doomed) SettleNotice(ctx context.Context, n scheduler.ClaimedNotice, r scheduler.Receipt) error {
	if d.left.Add(-1) < 0 {
		return errKilled
	}
	return d.Outbox.SettleNotice(ctx, n, r)
}

func (d *doomed) Send(ctx context.Context, l notifier.Letter) notifier.Outcome {
	if d.left.Load() < 0 {
		return notifier.Outcome{State: scheduler.NoticeDue, Code: "test_killed"}
	}
	return d.Sender.Send(ctx, l)
}

func TestAKilledWorkerLosesNothing(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ids := plant(t, db, 40, w.clock.Now())
		mail := &sent{}
		dying := &doomed{Outbox: db, Sender: mail}
		dying.left.Store(21)
		conf := w.config(dying)
		conf.Mail = dying
		worker := w.worker(conf)
		for killed := false; !killed; {
			_, err := worker.RunOnce(t.Context())
			killed = errors.Is(err, errKilled)
		}

		conf = w.config(db)
		conf.Mail = mail
		second := w.worker(conf)
		w.drain(second) // what the first one never claimed
		before := mail.count()
		if before >= len(ids)+conf.Parallel {
			t.Fatalf("%d letters before any lease ended", before)
		}
		w.clock.Advance(2*time.Minute + time.Second)
		w.drain(second)

		twice := 0
		raw := map[string]string{}
		for _, l := range mail.all() {
			id := messageID(t, l.Raw)
			if was, again := raw[l.ID]; again {
				twice++
				if was != id {
					t.Errorf("the second copy of %s has the Message-ID %s, the first %s", l.ID, id, was)
				}
			}
			raw[l.ID] = id
		}
		if len(raw) != len(ids) {
			t.Errorf("%d of %d letters went out", len(raw), len(ids))
		}
		if twice > 4 {
			t.Errorf("%d letters went out twice, more than were under way", twice)
		}
	})
}

func TestOnePoisonedNoticeHoldsNobodyBack(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ids := plant(t, db, 20, w.clock.Now())
		box, mail := watch(db), &sent{}
		box.before = func(_ context.Context, id string) {
			if id == "apt_000003" {
				panic("poison from " + amina)
			}
		}
		conf := w.config(box)
		conf.Mail = mail
		w.drain(w.worker(conf))
		if got := mail.count(); got != 19 {
			t.Errorf("%d letters went out beside the poisoned one, want 19", got)
		}
		r := box.receipts[ids[3]]
		if len(r) != 1 || r[0].State != scheduler.NoticeDue || r[0].Code != "fault" || !r[0].RetryAt.Equal(w.clock.Now().Add(5*time.Minute)) {
			t.Errorf("the poisoned notice has the receipts %+v, want one: due in 5 minutes, fault", r)
		}
		if log := w.log.String(); !strings.Contains(log, "ntc_000003") || strings.Contains(log, amina) {
			t.Errorf("the log must name the notice and nobody:\n%s", log)
		}
	})
}

func TestASlowLetterHoldsNobodyBack(t *testing.T) {
	w := newWorld(t, testdb.Open(t, testdb.SQLite(t)))
	plant(t, w.db, 12, w.clock.Now())
	others := make(chan struct{}, 12)
	mail := &sent{answer: func(l notifier.Letter) notifier.Outcome {
		if l.ID == "ntc_000000" { // ends only when all others are out
			for range 11 {
				<-others
			}
		} else {
			others <- struct{}{}
		}
		return notifier.Outcome{State: scheduler.NoticeSent, Code: "test_accepted"}
	}}
	conf := w.config(w.db)
	conf.Mail = mail
	w.drain(w.worker(conf))
	if mail.count() != 12 {
		t.Errorf("%d letters went out, want 12", mail.count())
	}
}

func TestRunWakesDrainsAndStops(t *testing.T) {
	w := newWorld(t, testdb.Open(t, testdb.SQLite(t)))
	mail := &sent{}
	arrived := make(chan string, 100)
	mail.answer = func(l notifier.Letter) notifier.Outcome {
		arrived <- l.ID
		return notifier.Outcome{State: scheduler.NoticeSent, Code: "test_accepted"}
	}
	conf := w.config(w.db)
	conf.Mail, conf.Poll = mail, 24*time.Hour // so that only the call wakes it
	worker := w.worker(conf)
	ctx, stop := context.WithCancel(t.Context())
	wake, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		worker.Run(ctx, wake)
	}()
	wake <- struct{}{} // received once the first look found nothing
	plant(t, w.db, 40, w.clock.Now())
	wake <- struct{}{}
	for range 40 {
		<-arrived
	}
	stop()
	<-ended
}

func TestAStopGivesBackWhatIsNotUnderWay(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		plant(t, db, 10, w.clock.Now())
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		box := watch(db)
		mail := &sent{answer: func(notifier.Letter) notifier.Outcome {
			stop() // arrives while a letter is under way
			return notifier.Outcome{State: scheduler.NoticeSent, Code: "test_accepted"}
		}}
		conf := w.config(box)
		conf.Mail, conf.Parallel = mail, 1
		conf.Lease = 10 * time.Minute
		w.worker(conf).Run(ctx, nil)
		if mail.count() != 1 || len(box.receipts) != 10 {
			t.Fatalf("%d letters and %d receipts after the stop, want 1 and 10", mail.count(), len(box.receipts))
		}
		next := &sent{}
		conf = w.config(db)
		conf.Mail = next
		w.drain(w.worker(conf)) // at once: no lease to wait for
		if next.count() != 9 {
			t.Errorf("another worker found %d letters at once, want 9", next.count())
		}
	})
}

func TestAStopCutsAHangingLetterShort(t *testing.T) {
	w := newWorld(t, testdb.Open(t, testdb.SQLite(t)))
	plant(t, w.db, 1, w.clock.Now())
	ctx, stop := context.WithCancel(t.Context())
	box := watch(w.db)
	conf := w.config(box)
	conf.Mail = senderFunc(func(ctx context.Context, _ notifier.Letter) notifier.Outcome {
		stop()
		<-ctx.Done()
		return notifier.Outcome{State: scheduler.NoticeDue, Code: "test_cut", Down: true}
	})
	conf.Attempt, conf.Lease, conf.Grace = time.Hour, 100*time.Hour, time.Millisecond
	w.worker(conf).Run(ctx, nil)
	if got := box.settled(t, scheduler.NoticeConfirmation); got != "due test_cut" {
		t.Errorf("the letter ended %q, want it due again", got)
	}
}

type senderFunc func(context.Context, notifier.Letter) notifier.Outcome

func (f senderFunc) Send(ctx context.Context, l notifier.Letter) notifier.Outcome { return f(ctx, l) }

func TestAVanishedAppointmentIsRevoked(t *testing.T) {
	w := newWorld(t, testdb.Open(t, testdb.SQLite(t)))
	plant(t, w.db, 1, w.clock.Now())
	box := watch(gone{w.db})
	w.drain(w.worker(w.config(box)))
	if got := box.settled(t, scheduler.NoticeConfirmation); got != "revoked gone" {
		t.Errorf("the notice ended %q", got)
	}
}

// gone is an outbox whose appointments were deleted.
type gone struct{ notifier.Outbox }

func (gone) Appointment(context.Context, string) (scheduler.Appointment, error) {
	return scheduler.Appointment{}, fmt.Errorf("appointment: %w", scheduler.ErrNotFound)
}

func TestADatabaseThatFailsLeavesTheNoticeToItsLease(t *testing.T) {
	w := newWorld(t, testdb.Open(t, testdb.SQLite(t)))
	plant(t, w.db, 1, w.clock.Now())
	mail := &sent{}
	box := watch(w.db)
	conf := w.config(broken{box})
	conf.Mail = mail
	if _, err := w.worker(conf).RunOnce(t.Context()); !errors.Is(err, errKilled) {
		t.Errorf("the error is %v", err)
	}
	conf = w.config(box)
	conf.Mail = mail
	worker := w.worker(conf)
	if w.drain(worker); mail.count() != 0 {
		t.Fatal("the notice was handled within the lease")
	}
	w.clock.Advance(2*time.Minute + time.Second)
	if w.drain(worker); mail.count() != 1 {
		t.Errorf("%d letters after the lease, want 1", mail.count())
	}
}

// broken is an outbox whose appointments cannot be read.
type broken struct{ notifier.Outbox }

func (broken) Appointment(context.Context, string) (scheduler.Appointment, error) {
	return scheduler.Appointment{}, errKilled
}

func TestNewNamesWhatIsMissing(t *testing.T) {
	w := newWorld(t, testdb.Open(t, testdb.SQLite(t)))
	cases := map[string]func(*notifier.Config){
		"Outbox":    func(c *notifier.Config) { c.Outbox = nil },
		"Catalogue": func(c *notifier.Config) { c.Catalogue = nil },
		"Wording":   func(c *notifier.Config) { c.Wording = nil },
		"Clock":     func(c *notifier.Config) { c.Clock = nil },
		"Random":    func(c *notifier.Config) { c.Random = nil },
		"lease":     func(c *notifier.Config) { c.Lease = 30 * time.Second },
	}
	for word, spoil := range cases {
		c := w.config(w.db)
		spoil(&c)
		if _, err := notifier.New(c); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("without %s the error is %v", word, err)
		}
	}
}

func TestALetterIsNotStartedWhenItsLeaseIsNearlyOver(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ids := plant(t, db, 8, w.clock.Now())
		other := w.config(db)
		mail := &sent{}
		other.Mail = mail
		rival := w.worker(other)
		// Whenever the slow one has written a receipt, the rival takes all it gets.
		slow := w.config(&after{db, func() { w.drain(rival) }})
		slow.Parallel, slow.Batch, slow.Lease = 1, 4, 2*time.Minute
		slow.Mail = senderFunc(func(ctx context.Context, l notifier.Letter) notifier.Outcome {
			o := mail.Send(ctx, l)
			w.clock.Advance(time.Minute) // far longer than an attempt should take
			return o
		})
		if _, err := w.worker(slow).RunOnce(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.drain(rival)
		if diff := cmp.Diff(times(ids, 1), counts(mail)); diff != "" {
			t.Errorf("how often each was sent (-want +got):\n%s", diff)
		}
	})
}

// after is an outbox that lets something happen after each receipt.
type after struct {
	notifier.Outbox
	then func()
}

func (a *after) SettleNotice(ctx context.Context, n scheduler.ClaimedNotice, r scheduler.Receipt) error {
	err := a.Outbox.SettleNotice(ctx, n, r)
	a.then()
	return err
}
