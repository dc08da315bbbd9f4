package notifier_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"

	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/notifier"
	"mawid/scheduler"
)

func newSMTP(t *testing.T, url string) *notifier.SMTP {
	t.Helper()
	s, err := notifier.NewSMTP(url, "Rendez-vous Safi <rdv@safi.example>", "node.example")
	must(t, err)
	return s
}

func TestTheConfirmationArrivesWithItsCalendar(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		server := startMail(t, false, false)
		box := watch(db)
		conf := w.config(box)
		conf.Mail = newSMTP(t, "smtp://"+server.Addr)
		a := w.book("dgi-th-tsc", "2027-06-08 08:30", person())
		w.drain(w.worker(conf))

		got := server.letters()
		if len(got) != 1 || got[0].From != "rdv@safi.example" || got[0].To != aminaMail {
			t.Fatalf("%d letters arrived: %+v", len(got), got)
		}
		header, parts := open(t, got[0].Raw)
		for name, want := range map[string]string{
			"Auto-Submitted": "auto-generated", "Content-Language": "fr-MA", "Date": "Mon, 31 May 2027 07:00:00 +0000",
			"From": `"Rendez-vous Safi" <rdv@safi.example>`, "To": `"Amina El Fassi" <` + aminaMail + ">",
		} {
			if header.Get(name) != want {
				t.Errorf("%s: %q, want %q", name, header.Get(name), want)
			}
		}
		if id := header.Get("Message-ID"); !strings.HasPrefix(id, "<ntc_") || !strings.HasSuffix(id, "@rdv.safi.example>") {
			t.Errorf("Message-ID: %s", id)
		}
		if text := parts["text/plain"].text; !strings.Contains(text, a.Reference) {
			t.Errorf("the text lacks the reference:\n%s", text)
		}
		checkInvitation(t, parts, &a)
		if r := box.last(t, scheduler.NoticeConfirmation); r.State != scheduler.NoticeSent || r.Code != "smtp_250" || r.Message != nil {
			t.Errorf("the receipt is %+v", r)
		}
	})
}

func checkInvitation(t *testing.T, parts parts, a *scheduler.Appointment) {
	t.Helper()
	file, inline := parts["application/ics"], parts["text/calendar"]
	if file.name != "invite.ics" || inline.params["method"] != "REQUEST" || inline.text != file.text {
		t.Errorf("the calendar parts: file %q, method %q, same text %v", file.name, inline.params["method"], inline.text == file.text)
	}
	cal, err := ical.NewDecoder(strings.NewReader(file.text)).Decode()
	must(t, err)
	if len(cal.Events()) != 1 {
		t.Fatalf("%d events", len(cal.Events()))
	}
	start, err := cal.Events()[0].DateTimeStart(time.UTC)
	must(t, err)
	if !start.Equal(a.StartsAt) {
		t.Errorf("the calendar says %s, the appointment %s", start, a.StartsAt)
	}
}

func TestHowServersAnswer(t *testing.T) {
	cases := []struct {
		name    string
		verdict verdict
		want    string        // of the first receipt
		again   time.Duration // 0: not tried again
		copies  int           // arrived in the end
	}{
		{"accepted", accept, "sent smtp_250", 0, 1},
		{"later", rcpt450, "due smtp_450", 5 * time.Minute, 1},
		{"never", rcpt550, "dead smtp_550", 0, 0},
		{"text refused", data554, "dead smtp_554", 0, 0},
		{"server closing", mail421, "due smtp_421", 33 * time.Second, 1},
		{"silent", hangAtRcpt, "due smtp_timeout", 33 * time.Second, 1},
		{"silent after the text", hangAfterData, "due smtp_unanswered", 5 * time.Minute, 2},
		{"gone after the text", dropAfterData, "due smtp_unanswered", 5 * time.Minute, 2},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, testdb.Open(t, testdb.SQLite(t)))
			server := startMail(t, false, false, c.verdict)
			box := watch(w.db)
			conf := w.config(box)
			conf.Mail, conf.Attempt = newSMTP(t, "smtp://"+server.Addr), 2*time.Second
			worker := w.worker(conf)
			w.book("dgi-th-tsc", "2027-06-08 08:30", person())
			w.drain(worker)

			if got := box.settled(t, scheduler.NoticeConfirmation); got != c.want {
				t.Fatalf("the first attempt ended %q, want %q", got, c.want)
			}
			w.clock.Advance(c.again - time.Second)
			if w.drain(worker); len(box.of(t, scheduler.NoticeConfirmation)) != 1 {
				t.Error("tried again too early")
			}
			w.clock.Advance(time.Second)
			w.drain(worker)
			all := box.of(t, scheduler.NoticeConfirmation)
			if c.again == 0 && len(all) != 1 {
				t.Errorf("%d receipts, want 1", len(all))
			}
			if c.again != 0 && box.settled(t, scheduler.NoticeConfirmation) != "sent smtp_250" {
				t.Errorf("the second attempt ended %q", box.settled(t, scheduler.NoticeConfirmation))
			}
			letters := server.letters()
			if len(letters) != c.copies {
				t.Fatalf("%d copies arrived, want %d", len(letters), c.copies)
			}
			if c.copies == 2 && messageID(t, letters[0].Raw) != messageID(t, letters[1].Raw) {
				t.Error("the copies have different Message-IDs")
			}
			checkLog(t, w)
		})
	}
}

// checkLog: whatever went wrong, nobody can be found in the log.
func checkLog(t *testing.T, w *world) {
	t.Helper()
	for _, secret := range []string{amina, aminaMail, "example.org", aminaPhone, "Zx8-Zx8"} {
		if strings.Contains(w.log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, w.log.String())
		}
	}
}

func TestARefusedLetterStaysReadable(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		server := startMail(t, false, false, rcpt550)
		box := watch(db)
		conf := w.config(box)
		conf.Mail = newSMTP(t, "smtp://"+server.Addr)
		a := w.book("dgi-th-tsc", "2027-06-08 08:30", person())
		w.drain(w.worker(conf))
		r := box.last(t, scheduler.NoticeConfirmation)
		if r.Message == nil || r.Message.To != aminaMail || !strings.Contains(r.Message.Text, a.Reference) {
			t.Errorf("the dead letter cannot be read: %+v", r)
		}
	})
}

func TestALetterThatStaysRefusedIsGivenUpWhenItIsOfNoMoreUse(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		box := watch(db)
		conf := w.config(box)
		conf.Mail = &sent{answer: func(notifier.Letter) notifier.Outcome {
			return notifier.Outcome{State: scheduler.NoticeDue, Code: "smtp_450"}
		}}
		worker := w.worker(conf)
		w.book("dgi-th-tsc", "2027-06-01 08:30", person()) // tomorrow, in 25.5 hours
		w.drain(worker)
		start := w.clock.Now()
		var waits []time.Duration
		for r := box.last(t, scheduler.NoticeConfirmation); r.State == scheduler.NoticeDue; r = box.last(t, scheduler.NoticeConfirmation) {
			waits = append(waits, r.RetryAt.Sub(w.clock.Now()))
			w.clock.Set(r.RetryAt)
			w.drain(worker)
		}
		want := "[5m0s 30m0s 2h0m0s 6h0m0s 6h0m0s 6h0m0s]" // 20 h 35: one more would be at 26 h 35
		if got := durations(waits); got != want {
			t.Errorf("the pauses were %s, want %s", got, want)
		}
		if r := box.last(t, scheduler.NoticeConfirmation); r.State != scheduler.NoticeDead || r.Message == nil {
			t.Errorf("%s after the first attempt the letter is %+v, want dead and readable", w.clock.Now().Sub(start), r)
		}
	})
}

func durations(d []time.Duration) string {
	var s []string
	for _, x := range d {
		s = append(s, x.String())
	}
	return "[" + strings.Join(s, " ") + "]"
}

func TestSMTPEncryptsAndSignsIn(t *testing.T) {
	cases := []struct {
		name, scheme    string
		implicit, offer bool
		password        string
		want            string
		encrypted       bool
	}{
		{"plain, nobody asks", "smtp://", false, false, "", "sent smtp_250", false},
		{"STARTTLS when offered", "smtp://", false, true, "", "sent smtp_250", true},
		{"TLS from the start", "smtps://", true, false, "", "sent smtp_250", true},
		{"signed in over STARTTLS", "smtp://mawid:s%2Fcret@", false, true, "s/cret", "sent smtp_250", true},
		{"signed in over TLS", "smtps://mawid:s%2Fcret@", true, false, "s/cret", "sent smtp_250", true},
		{"wrong password waits for its repair", "smtps://mawid:wrong@", true, false, "s/cret", "due smtp_535", true},
		{"TLS where there is none", "smtps://", false, false, "", "due smtp_unreachable", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			server := startMail(t, c.implicit, c.offer)
			server.password = c.password
			s := newSMTP(t, c.scheme+server.Addr)
			s.Trust(server.Pool)
			o := s.Send(t.Context(), letter(t, newWording(t), scheduler.NoticeConfirmation, "fr"))
			if got := string(o.State) + " " + o.Code; got != c.want {
				t.Fatalf("%s (%v), want %s", got, o.Err, c.want)
			}
			if o.State == scheduler.NoticeSent && server.tls[0] != c.encrypted {
				t.Errorf("encrypted: %v", server.tls[0])
			}
			if o.Err != nil && strings.Contains(o.Err.Error(), "wrong") {
				t.Errorf("the error shows the password: %v", o.Err)
			}
		})
	}
}

func TestSMTPTrustsNoUnknownServer(t *testing.T) {
	for _, implicit := range []bool{true, false} {
		server := startMail(t, implicit, !implicit)
		scheme := map[bool]string{true: "smtps://", false: "smtp://"}[implicit]
		o := newSMTP(t, scheme+server.Addr).Send(t.Context(), letter(t, newWording(t), scheduler.NoticeMoved, "fr"))
		if o.State != scheduler.NoticeDue || !o.Down || o.Err == nil || !strings.Contains(o.Err.Error(), "certificate") {
			t.Errorf("%s: %+v", scheme, o)
		}
		if len(server.letters()) != 0 {
			t.Errorf("%s: the letter was handed to an unknown server", scheme)
		}
	}
}

func TestNewSMTPNamesTheFieldAndNeverThePassword(t *testing.T) {
	const good = "rdv@safi.example"
	cases := []struct{ url, from, want string }{
		{"", good, "smtp_url"},
		{"mail.example:25", good, "smtp_url"},
		{"http://mail.example", good, "smtp_url"},
		{"smtp://", good, "smtp_url"},
		{"smtp://u:hunter2@:25", good, "smtp_url"},
		{"smtp://u:hunter2@mail.example:banana", good, "smtp_url"},
		{"smtp://u:hunter2@mail.example:0", good, "port"},
		{"smtp://u:hunter2@mail.example:70000", good, "port"},
		{"smtp://u:hunter2@mail.example/box", good, "smtp_url"},
		{"smtp://u:hunter2@mail.example?x=1", good, "smtp_url"},
		{"smtp://u:hunter2%zz@mail.example", good, "smtp_url"},
		{"smtp://u:hunter2@mail.example", "", "mail_from"},
		{"smtp://u:hunter2@mail.example", "nobody", "mail_from"},
		{"smtp://u:hunter2@mail.example", "a@b.example\r\nBcc: c@d.example", "mail_from"},
	}
	for _, c := range cases {
		_, err := notifier.NewSMTP(c.url, c.from, "")
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q from %q: %v, want %s named and no password", c.url, c.from, err, c.want)
		}
	}
	for _, url := range []string{"smtp://mail.example", "smtps://u:p@mail.example:465", "smtp://[::1]:25", "smtp://u:p@mail.example/"} {
		if _, err := notifier.NewSMTP(url, good, ""); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestADeadServerIsNotAskedForEveryLetter(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		plant(t, db, 40, w.clock.Now())
		l, err := net.Listen("tcp", "127.0.0.1:0")
		must(t, err)
		must(t, l.Close()) // nobody listens there now
		asked := &counted{Sender: newSMTP(t, "smtp://"+l.Addr().String())}
		box := watch(db)
		conf := w.config(box)
		conf.Mail, conf.Parallel, conf.Lease = asked, 1, time.Hour
		worker := w.worker(conf)
		w.drain(worker)
		if asked.n != 3 || len(box.receipts) != 16 {
			t.Errorf("the server was asked %d times for %d letters, want 3 for one batch of 16", asked.n, len(box.receipts))
		}
		for id, r := range box.receipts {
			if r[0].State != scheduler.NoticeDue || (r[0].Code != "smtp_unreachable" && r[0].Code != "mail_down") {
				t.Errorf("%s: %+v", id, r[0])
			}
		}
		asked.Sender = &sent{} // it is back
		w.clock.Advance(5 * time.Minute)
		w.drain(worker)
		if asked.n != 3+40 {
			t.Errorf("%d letters went out when the server was back, want 40", asked.n-3)
		}
		checkLog(t, w)
	})
}

// counted counts what reaches a sender, one at a time.
type counted struct {
	notifier.Sender
	n int
}

func (c *counted) Send(ctx context.Context, l notifier.Letter) notifier.Outcome {
	c.n++
	return c.Sender.Send(ctx, l)
}

func TestTheServersOwnIDIsFound(t *testing.T) {
	for answer, want := range map[string]string{
		"2.0.0 Ok: queued as 4F2aB1": "4F2aB1", "OK id=1tABcD-0001-xy": "1tABcD-0001-xy", "2.0.0 OK 12345 abc - gsmtp": "",
		"": "", "queued as ": "", "queued as " + strings.Repeat("x", 90): strings.Repeat("x", 40),
	} {
		if got := notifier.QueueID(answer); got != want {
			t.Errorf("%q: %q, want %q", answer, got, want)
		}
	}
}

func FuzzAddressesOfServers(f *testing.F) {
	for _, url := range []string{"smtp://u:p@h:25", "smtps://h", "https://u:p@h/x?y=z", "smtp://[::1]:25", "smtp://u:%zz@h", "http://h:0"} {
		f.Add(url, "Mawid <rdv@example.ma>")
	}
	f.Fuzz(func(t *testing.T, url, from string) {
		secret := "hunter2-hunter2"
		rest, found := strings.CutPrefix(url, "smtp://")
		if found {
			url = "smtp://u:" + secret + "@" + rest
		}
		_, err1 := notifier.NewSMTP(url, from, "")
		_, err2 := notifier.NewGateway(url, nil)
		for _, err := range []error{err1, err2} {
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("the error shows the password: %v", err)
			}
		}
	})
}
