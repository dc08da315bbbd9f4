package notifier_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/notifier"
	"mawid/scheduler"
)

// outage is a provider that can be down, and counts.
type outage struct {
	down  atomic.Bool
	asked atomic.Int32 // while down
	sent
	how func(ctx context.Context, l notifier.Letter) notifier.Outcome // answers while down
}

func (o *outage) Send(ctx context.Context, l notifier.Letter) notifier.Outcome {
	if o.down.Load() {
		o.asked.Add(1)
		return o.how(ctx, l)
	}
	return o.sent.Send(ctx, l)
}

// byName counts the letters that arrived, by notice.
func (o *outage) byName() map[string]int {
	out := map[string]int{}
	for _, l := range o.all() {
		out[l.ID]++
	}
	return out
}

// pass lets time pass, a worker working every three minutes.
func (w *world) pass(worker *notifier.Worker, d time.Duration) {
	w.t.Helper()
	for step := 3 * time.Minute; d > 0; d -= step {
		w.clock.Advance(min(step, d))
		w.drain(worker)
	}
}

// ways of a mail server to be down as a whole, each by a real server.
func waysDown(t *testing.T) map[string]func(context.Context, notifier.Letter) notifier.Outcome {
	t.Helper()
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, nobody.Close())
	busy := greeter(t, "421 4.3.2 mail.example too busy\r\n")
	mute := greeter(t, "")
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "5")
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(hook.Close)
	gateway := newGateway(t, hook.URL)
	return map[string]func(context.Context, notifier.Letter) notifier.Outcome{
		"connection refused": newSMTP(t, "smtp://"+nobody.Addr().String()).Send,
		"greeted with 421":   newSMTP(t, "smtp://"+busy).Send,
		"silent": func(ctx context.Context, l notifier.Letter) notifier.Outcome {
			ctx, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
			defer cancel()
			return newSMTP(t, "smtp://"+mute).Send(ctx, l)
		},
		"gateway answers 503": gateway.Send,
	}
}

// greeter says one thing to who connects, and nothing more.
func greeter(t *testing.T, greeting string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte(greeting))
			t.Cleanup(func() { _ = c.Close() })
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-ended
	})
	return l.Addr().String()
}

// TestAnOutageOfHoursCostsNothing: the mail server is down for six hours and a node
// restarts meanwhile. Nothing is given up, no attempt is counted, operators see
// what waits; short messages go on; once the server is back everything arrives
// once, within minutes.
func TestAnOutageOfHoursCostsNothing(t *testing.T) {
	for name, how := range waysDown(t) {
		t.Run(name, func(t *testing.T) {
			testdb.Each(t, func(t *testing.T, db *store.DB) {
				w := newWorld(t, db)
				start := w.clock.Now()
				ids := plant(t, db, 40, start)
				mail, sms := &outage{how: how}, &sent{}
				mail.down.Store(true)
				conf := w.config(db)
				conf.Mail, conf.SMS = mail, sms
				worker := w.worker(conf)
				w.pass(worker, 3*time.Hour)
				down, err := db.ProvidersDown(t.Context(), start, w.clock.Now())
				must(t, err)
				if len(down) != 1 || down[0].Name != "mail" || down[0].Waiting != 40 || down[0].DownSince.Sub(start) > 3*time.Minute ||
					!down[0].NextTry.After(down[0].TriedAt) || down[0].Code == "" {
					t.Errorf("operators see %+v", down)
				}
				w.book("dgi-th-tsc", "2027-06-08 08:30", scheduler.Citizen{Name: "A", Phone: "+212612345678", Language: "fr"})
				if w.drain(worker); sms.count() != 1 {
					t.Errorf("%d short messages went out during the outage, want 1", sms.count())
				}
				worker = w.worker(conf) // a restart
				w.pass(worker, 3*time.Hour)
				if n := mail.asked.Load(); n < 20 || n > 50 {
					t.Errorf("the server was tried %d times in six hours, want once in ten minutes or so", n)
				}
				mail.down.Store(false)
				w.pass(worker, 15*time.Minute)
				w.checkOutage(mail, ids)
				if down, err := db.ProvidersDown(t.Context(), start, w.clock.Now()); err != nil || len(down) != 0 {
					t.Errorf("it is back, and still said to be down: %+v, %v", down, err)
				}
			})
		})
	}
}

// checkOutage: each notice arrived once, and was sent at its first attempt.
func (w *world) checkOutage(o *outage, ids []string) {
	w.t.Helper()
	got, receipts := o.byName(), 0
	for _, id := range ids {
		e, err := w.db.Notice(w.t.Context(), id)
		must(w.t, err)
		if got[id] != 1 || e.State != scheduler.NoticeSent || e.Attempts != 1 {
			w.t.Errorf("%s arrived %d times, is %s after %d attempts (%s)", id, got[id], e.State, e.Attempts, e.Code)
		}
		rs, err := w.db.Receipts(w.t.Context(), id)
		must(w.t, err)
		if receipts += len(rs); len(rs) == 0 || rs[len(rs)-1].State != scheduler.NoticeSent {
			w.t.Errorf("%s has the receipts %+v", id, rs)
		}
	}
	// One for being sent, one for waiting, and two for each try of the provider.
	if most := 2*len(ids) + 2*int(o.asked.Load()); receipts > most {
		w.t.Errorf("%d receipts of %d notices, want at most %d", receipts, len(ids), most)
	}
}

// TestWhatIsOfNoMoreUseExpiresDuringAnOutage: it is not dead, as nobody refused it;
// it has its receipt, and operators see who was not told.
func TestWhatIsOfNoMoreUseExpiresDuringAnOutage(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		now := w.clock.Now()
		c := scheduler.Change{At: now}
		ids := plant(t, db, 30, now)
		for i := range 30 {
			a := planted(i, now)
			c.Notices = append(c.Notices, scheduler.Notice{
				ID: fmt.Sprintf("ntc_soon%02d", i), About: scheduler.AboutAppointment(a.ID), OfficeID: a.OfficeID, Revision: a.Revision,
				Kind: scheduler.NoticeReminderEve, Channel: scheduler.ChannelEmail, DueAt: now, UsefulUntil: now.Add(2 * time.Hour),
			})
		}
		must(t, db.Commit(t.Context(), c))
		mail := &outage{how: waysDown(t)["connection refused"]}
		mail.down.Store(true)
		conf := w.config(db)
		conf.Mail = mail
		worker := w.worker(conf)
		w.pass(worker, 2*time.Hour-3*time.Minute)
		stuck := scheduler.NoticeQuery{Stuck: true, Limit: 100}
		if es, err := db.Notices(t.Context(), stuck); err != nil || len(es) != 0 {
			t.Fatalf("before they are useless, %d are settled (%v)", len(es), err)
		}
		w.pass(worker, 15*time.Minute)
		es, err := db.Notices(t.Context(), stuck)
		must(t, err)
		if len(es) != 30 {
			t.Fatalf("%d notices are said not to have arrived, want 30", len(es))
		}
		for _, e := range es {
			rs, err := db.Receipts(t.Context(), e.ID)
			must(t, err)
			if e.State != scheduler.NoticeExpired || e.Code != "too_late" || e.Attempts != 0 || len(rs) == 0 || rs[len(rs)-1].State != scheduler.NoticeExpired {
				t.Errorf("%s is %s %s after %d attempts, receipts %+v", e.ID, e.State, e.Code, e.Attempts, rs)
			}
		}
		mail.down.Store(false)
		w.pass(worker, 15*time.Minute)
		w.checkOutage(mail, ids)
		if mail.count() != 30 {
			t.Errorf("%d mails went out in the end, want the 30 that are still of use", mail.count())
		}
	})
}

// TestARouteThatIsDownHoldsBackNoOther: for six hours Moroccan numbers cannot be
// reached; French ones are reached in the minute they are due, and what waited
// arrives once.
func TestARouteThatIsDownHoldsBackNoOther(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		start := w.clock.Now()
		maroc, france := &outage{how: waysDown(t)["gateway answers 503"]}, &sent{}
		maroc.down.Store(true)
		conf := w.config(db)
		conf.SMS = routes(t, w.clock, notifier.Route{Name: "maroc", Countries: []string{"+212"}, Sender: maroc},
			notifier.Route{Name: "france", Countries: []string{"+33"}, Sender: france})
		worker := w.worker(conf)
		var ids []string
		say := func(prefix string, n int) {
			c := scheduler.Change{At: w.clock.Now()}
			for i := range n {
				a := planted(i, w.clock.Now())
				a.ID, a.Reference = prefix+a.ID, a.Reference[:3]+prefix[len(prefix)-1:]+a.Reference[4:]
				a.ManageHash = scheduler.TokenHash(a.ID)
				a.Citizen = scheduler.Citizen{Name: "A", Phone: fmt.Sprintf("%s6%08d", prefix, i), Language: "fr"}
				ids = append(ids, "ntc_"+a.ID)
				c.NewAppointments = append(c.NewAppointments, a)
				c.Notices = append(c.Notices, scheduler.Notice{
					ID: "ntc_" + a.ID, About: scheduler.AboutAppointment(a.ID), OfficeID: a.OfficeID, Revision: 1, Kind: scheduler.NoticeConfirmation,
					Channel: scheduler.ChannelSMS, DueAt: w.clock.Now(), UsefulUntil: a.StartsAt,
				})
			}
			must(t, db.Commit(t.Context(), c))
		}
		say("+212", 50)
		w.pass(worker, 3*time.Hour)
		moroccan := ids
		ids = nil
		say("+33", 20)
		if w.drain(worker); france.count() != 20 {
			t.Errorf("%d of 20 French numbers were told at once", france.count())
		}
		w.pass(worker, 3*time.Hour)
		down, err := db.ProvidersDown(t.Context(), start, w.clock.Now())
		must(t, err)
		if len(down) != 1 || down[0].Name != "maroc" || down[0].Waiting != 50 || down[0].Code != "sms_503" {
			t.Errorf("operators see %+v", down)
		}
		maroc.down.Store(false)
		w.pass(worker, 15*time.Minute)
		w.checkOutage(maroc, moroccan)
	})
}
