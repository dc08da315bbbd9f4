package notifier_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/notifier"
	"mawid/scheduler"
)

// flood leaves so many due reminders, without appointments: what is claimed first
// does not depend on them.
func flood(t *testing.T, db *store.DB, n int, now time.Time) {
	t.Helper()
	for start := 0; start < n; start += 2000 {
		c := scheduler.Change{At: now}
		for i := start; i < min(start+2000, n); i++ {
			c.Notices = append(c.Notices, scheduler.Notice{
				ID: fmt.Sprintf("ntc_f%06d", i), About: scheduler.AboutAppointment(fmt.Sprintf("apt_f%06d", i)), OfficeID: "dgi-safi",
				Revision: 1, Kind: scheduler.NoticeReminderEve, Channel: scheduler.ChannelEmail,
				DueAt: now.Add(-time.Duration(i) * time.Second), UsefulUntil: now.Add(48 * time.Hour),
			})
		}
		must(t, db.Commit(t.Context(), c))
	}
}

// TestWhatIsUrgentOvertakesAFlood: 100,000 reminders are due; a turn in the queue
// and a cancellation that come now are in the very next batch, in this order, and
// the flood goes on behind them.
func TestWhatIsUrgentOvertakesAFlood(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		now := w.clock.Now()
		flood(t, db, 100_000/raceCost, now)
		for round := range 3 {
			var c scheduler.Change
			for _, kind := range []scheduler.NoticeKind{scheduler.NoticeCancelled, scheduler.NoticeComeNow} {
				c.Notices = append(c.Notices, scheduler.Notice{
					ID: fmt.Sprintf("ntc_%s_%d", kind, round), About: scheduler.Subject{Kind: scheduler.SubjectTicket, ID: fmt.Sprint("tkt_", round)},
					OfficeID: "dgi-safi", Kind: kind, Channel: scheduler.ChannelEmail, DueAt: now, UsefulUntil: now.Add(time.Hour),
				})
			}
			must(t, db.Commit(t.Context(), c))
			claimed, err := db.ClaimNotices(t.Context(), scheduler.ChannelEmail, now, now.Add(time.Minute), 16)
			must(t, err)
			if len(claimed) != 16 || claimed[0].Kind != scheduler.NoticeComeNow || claimed[1].Kind != scheduler.NoticeCancelled ||
				claimed[2].Kind != scheduler.NoticeReminderEve {
				t.Fatalf("round %d: %d claimed, the first are %s and %s", round, len(claimed), claimed[0].Kind, claimed[1].Kind)
			}
			for _, n := range claimed {
				must(t, db.SettleNotice(t.Context(), n, scheduler.Receipt{At: now, State: scheduler.NoticeSent}))
			}
		}
	})
}

// TestAMailServerThatHangsHoldsBackNoShortMessage, nor does a dead route hold back
// another.
func TestAMailServerThatHangsHoldsBackNoShortMessage(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		plant(t, db, 40, w.clock.Now()) // mail
		w.book("dgi-th-tsc", "2027-06-08 08:30", scheduler.Citizen{Name: "A", Phone: "+212612345678", Language: "fr"})
		w.book("dgi-th-tsc", "2027-06-09 08:30", scheduler.Citizen{Name: "B", Phone: "+33612345678", Language: "fr"})
		arrived := make(chan string, 10)
		hang := func(ctx context.Context, _ notifier.Letter) notifier.Outcome {
			<-ctx.Done()
			return notifier.Outcome{State: scheduler.NoticeDue, Code: "hung", Down: true}
		}
		conf := w.config(db)
		conf.Mail = senderFunc(hang)
		sms, err := notifier.NewRoutes([]notifier.Route{
			{Name: "maroc", Countries: []string{"+212"}, Sender: senderFunc(hang)},
			{Name: "france", Countries: []string{"+33"}, Sender: senderFunc(func(_ context.Context, l notifier.Letter) notifier.Outcome {
				arrived <- l.To
				return notifier.Outcome{State: scheduler.NoticeSent}
			})},
		}, w.clock.Now)
		must(t, err)
		conf.SMS, conf.Log, conf.Grace = sms, nil, time.Millisecond
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		worker := w.worker(conf)
		go func() { defer close(done); worker.Run(ctx, nil) }()
		if to := <-arrived; to != "+33612345678" { // while four mails and one short message hang
			t.Errorf("the first to arrive is %s", to)
		}
		stop()
		<-done
	})
}

// TestNamesCannotForgeLines: a name of before the rules were as strict, in the
// database already, goes the whole way by mail and by short message.
func TestNamesCannotForgeLines(t *testing.T) {
	const forged = "Amina\r\nBcc: all@evil.example\r\n\r\nBEGIN:VEVENT\nX-EVIL:1\r\n.\r\nQUIT"
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		a, b := planted(1, w.clock.Now()), planted(2, w.clock.Now())
		a.Citizen.Name, b.Citizen.Name = forged, forged
		a.ServiceID, b.ServiceID = "gone\r\nX-Evil: 1", "gone\r\n{}\"" // a service that the catalogue no longer has is named by its id
		b.Citizen.Email, b.Citizen.Phone = "", aminaPhone
		change := scheduler.Change{NewAppointments: []scheduler.Appointment{a, b}}
		for _, x := range []scheduler.Appointment{a, b} {
			n := scheduler.Notice{
				ID: "ntc_" + x.ID, About: scheduler.AboutAppointment(x.ID), OfficeID: x.OfficeID, Revision: 1, Kind: scheduler.NoticeMoved,
				Channel: scheduler.ChannelEmail, DueAt: w.clock.Now(), UsefulUntil: x.StartsAt,
			}
			if x.Citizen.Email == "" {
				n.Channel, n.Kind = scheduler.ChannelSMS, scheduler.NoticeConfirmation
			}
			change.Notices = append(change.Notices, n)
		}
		must(t, db.Commit(t.Context(), change))
		server := startMail(t, false, false)
		gateway := make(chan string, 1)
		hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			gateway <- string(body)
		}))
		defer hook.Close()
		conf := w.config(db)
		var err error
		conf.Mail, err = notifier.NewSMTP("smtp://"+server.Addr, "rdv@safi.example", "safi.example")
		must(t, err)
		conf.SMS, err = notifier.NewGateway(hook.URL, w.clock.Now)
		must(t, err)
		w.drain(w.worker(conf))
		if body := <-gateway; strings.ContainsAny(body, "\r\n") || strings.Count(body, `"to"`) != 1 {
			t.Errorf("the gateway got %q", body)
		}
		letters := server.letters()
		if len(letters) != 1 || letters[0].To != aminaMail {
			t.Fatalf("%d letters", len(letters))
		}
		header, parts := open(t, letters[0].Raw)
		for _, h := range []string{"Bcc", "X-Evil"} {
			if header.Get(h) != "" {
				t.Errorf("the header %s was forged", h)
			}
		}
		to, err := header.AddressList("To")
		if err != nil || len(to) != 1 || to[0].Address != aminaMail {
			t.Errorf("to %v, %v", to, err)
		}
		if ics := "\r\n" + parts["text/calendar"].text; strings.Contains(ics, "\r\nX-E") || strings.Count(ics, "\r\nBEGIN:VEVENT\r\n") != 1 {
			t.Errorf("the invitation has forged lines:\n%s", ics)
		}
	})
}
