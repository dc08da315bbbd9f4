package notifier_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/smtp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"
	mailclient "github.com/emersion/go-smtp"

	"mawid/internal/enginetest"
	"mawid/internal/locale"
	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/notifier"
	"mawid/scheduler"
)

const verpDomain = "bounces.safi.example"

func returns() *notifier.Returns {
	return notifier.NewReturns([]byte("a secret of a test, 32 bytes long or more"), verpDomain)
}

func TestReturnAddressesCannotBeMadeUp(t *testing.T) {
	r := returns()
	own := r.Address("ntc_0abc_email")
	if id, ok := r.Notice(strings.ToUpper(own)); !ok || id != "ntc_0abc_email" {
		t.Errorf("%q in capitals: %q, %v", own, id, ok)
	}
	if local, _, _ := strings.Cut(own, "@"); len(local) > 64 {
		t.Errorf("%q is longer than a local part may be", local)
	}
	other := notifier.NewReturns([]byte("another secret"), verpDomain)
	for _, forged := range []string{
		other.Address("ntc_0abc_email"), strings.Replace(own, "0abc", "0abd", 1), strings.Replace(own, verpDomain, "evil.example", 1),
		"bounce-@" + verpDomain, "bounce-ntc_1@" + verpDomain, "postmaster@" + verpDomain, "", "@", own + "@x",
	} {
		if id, ok := r.Notice(forged); ok {
			t.Errorf("%q is taken for notice %q", forged, id)
		}
	}
}

// dsn is a report as a mail server writes it.
func dsn(action, status string) string {
	return strings.ReplaceAll(fmt.Sprintf(`From: MAILER-DAEMON@mx.example
To: x@example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain

This is the mail system.
--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Tue, 8 Jun 2027 08:00:00 +0000

Final-Recipient: rfc822; amina.elfassi@example.org
Action: %s
Status: %s
Diagnostic-Code: smtp; 550 5.1.1 <amina.elfassi@example.org>: User unknown

--=_b
Content-Type: message/rfc822

Subject: Your appointment

Hello
--=_b--
`, action, status), "\n", "\r\n")
}

func TestReadReport(t *testing.T) {
	const none = scheduler.NoticeState("")
	for _, c := range []struct {
		name, raw string
		state     scheduler.NoticeState
		code      string
		bad       bool
	}{
		{"unknown user", dsn("failed", "5.1.1"), scheduler.NoticeBounced, "dsn_5.1.1", true},
		{"disabled mailbox", dsn("failed", "5.2.1 (disabled)"), scheduler.NoticeBounced, "dsn_5.2.1", true},
		{"refused as spam: the address is good", dsn("failed", "5.7.1"), scheduler.NoticeBounced, "dsn_5.7.1", false},
		{"our own address is bad", dsn("failed", "5.1.8"), scheduler.NoticeBounced, "dsn_5.1.8", false},
		{"given up after days", dsn("failed", "4.4.7"), scheduler.NoticeBounced, "dsn_4.4.7", false},
		{"delayed", dsn("delayed", "4.4.1"), scheduler.NoticeSent, "dsn_4.4.1", false},
		{"delivered", dsn("delivered", "2.0.0"), scheduler.NoticeDelivered, "dsn_2.0.0", false},
		{"relayed says nothing", dsn("relayed", "2.0.0"), none, "", false},
		{"no status", dsn("failed", "unknown"), none, "", false},
		{"a holiday's answer", "From: a@b.example\r\nSubject: Away\r\n\r\nBack on Monday\r\n", none, "", false},
		{"nothing", "", none, "", false},
	} {
		r, err := notifier.ReadReport([]byte(c.raw))
		if (err != nil) != (c.state == none) || r.State != c.state || r.Code != c.code || r.BadAddress != c.bad {
			t.Errorf("%s: %+v, %v", c.name, r, err)
		}
	}
}

func FuzzReadReport(f *testing.F) {
	f.Add([]byte(dsn("failed", "5.1.1")))
	f.Add([]byte("Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\r\nStatus: 5\r\n"))
	f.Add([]byte("Content-Type: multipart/report;;;\r\n\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := notifier.ReadReport(raw)
		if err == nil && (r.State == "" || len(r.Code) > 20 || strings.ContainsAny(r.Code, "\r\n@ ")) {
			t.Errorf("%+v", r)
		}
	})
}

// bounceServer runs a server for what comes back, and returns its address.
func bounceServer(t *testing.T, lmtp bool, report func(context.Context, notifier.Returned) error) string {
	t.Helper()
	b := notifier.NewBounces(returns(), lmtp, "mx.safi.example", report, slog.New(slog.DiscardHandler))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	done := make(chan struct{})
	go func() { defer close(done); _ = b.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = b.Close(ctx)
		<-done
	})
	return l.Addr().String()
}

// TestAMailThatComesBackIsSaidByShortMessage: the whole way, with a mail server
// that takes everything and returns it afterwards.
func TestAMailThatComesBackIsSaidByShortMessage(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		c := person()
		c.Phone = aminaPhone
		a := w.book("dgi-th-tsc", "2027-06-08 08:30", c)
		server := startMail(t, false, false)
		conf := w.config(db)
		mailer, err := notifier.NewSMTP("smtp://"+server.Addr, "rdv@safi.example", "safi.example")
		must(t, err)
		sms := &sent{}
		conf.Mail, conf.SMS, conf.Wording = mailer, sms, signedWording(t, nil)
		worker := w.worker(conf)
		w.drain(worker)
		if len(server.letters()) != 1 || !strings.HasSuffix(server.letters()[0].From, "@"+verpDomain) {
			t.Fatalf("%d mails, from %q", len(server.letters()), server.letters()[0].From)
		}
		report := func(ctx context.Context, r notifier.Returned) error { return worker.Report(ctx, db, r) }
		back := server.letters()[0].From
		address := bounceServer(t, false, report)
		for range 2 { // servers may send a report twice
			must(t, smtp.SendMail(address, nil, "", []string{back}, []byte(dsn("failed", "5.1.1"))))
		}
		w.drain(worker)
		if got := sms.all(); len(got) != 1 || got[0].To != aminaPhone || !strings.Contains(got[0].Text, a.Reference) {
			t.Fatalf("short messages: %+v, want the confirmation once", got)
		}
		// The reminders do not try the address again.
		w.clock.Set(at(t, "2027-06-07 12:00"))
		w.drain(worker)
		if len(server.letters()) != 1 || sms.count() != 3 {
			t.Errorf("%d mails and %d short messages after the reminders, want 1 and 3", len(server.letters()), sms.count())
		}
		if err := smtp.SendMail(address, nil, "", []string{"someone@else.example"}, []byte("Subject: relay\r\n\r\nme")); err == nil {
			t.Error("it relays")
		}
		if err := smtp.SendMail(address, nil, "", []string{back}, make([]byte, 300<<10)); err == nil {
			t.Error("it takes what is too long")
		}
		if strings.Contains(w.log.String(), aminaMail) {
			t.Error("the log holds an address")
		}
	})
}

// signedWording words with return addresses, and signs when there is a key.
func signedWording(t *testing.T, key *notifier.DKIM) *notifier.Wording {
	t.Helper()
	book, err := locale.Load()
	must(t, err)
	w, err := notifier.NewWording(notifier.WordingConfig{
		Book: book, Zones: enginetest.Zones(t), Links: links{}, From: "Rendez-vous Safi <rdv@safi.example>", Host: "rdv.safi.example",
		DKIM: key, Returns: returns(),
	})
	must(t, err)
	return w
}

func pemKey(t *testing.T, bits int) []byte {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	must(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// TestMailIsSigned: what a server received verifies with the record that is
// published, and does not once a word of it is changed.
func TestMailIsSigned(t *testing.T) {
	key, err := notifier.NewDKIM("safi.example", "mawid1", pemKey(t, 2048))
	must(t, err)
	name, text, err := key.Record()
	must(t, err)
	if name != "mawid1._domainkey.safi.example" {
		t.Errorf("the record is %q", name)
	}
	lookup := &dkim.VerifyOptions{LookupTXT: func(asked string) ([]string, error) {
		if asked != name {
			return nil, fmt.Errorf("no record %q", asked)
		}
		return []string{text}, nil
	}}
	w := newWorld(t, testdb.Open(t, testdb.SQLite(t)))
	w.wording = signedWording(t, key)
	w.book("dgi-th-tsc", "2027-06-08 08:30", person())
	server := startMail(t, false, false)
	conf := w.config(w.db)
	conf.Mail, err = notifier.NewSMTP("smtp://"+server.Addr, "rdv@safi.example", "safi.example")
	must(t, err)
	worker := w.worker(conf)
	w.drain(worker)
	w.clock.Set(at(t, "2027-06-07 12:00"))
	w.drain(worker)
	if len(server.letters()) != 3 {
		t.Fatalf("%d mails, want 3", len(server.letters()))
	}
	for i, m := range server.letters() {
		raw := string(m.Raw)
		for text, want := range map[string]bool{raw: true, strings.Replace(raw, "Subject:", "Subject: x", 1): false, raw + "x\r\n": false} {
			vs, err := dkim.VerifyWithOptions(strings.NewReader(text), lookup)
			if good := err == nil && len(vs) == 1 && vs[0].Err == nil && vs[0].Domain == "safi.example"; good != want {
				t.Errorf("mail %d: signed well: %v, want %v (%v, %+v)", i, good, want, err, vs)
			}
		}
		if reminder, unsubscribe := i > 0, strings.Contains(raw, "List-Unsubscribe-Post: List-Unsubscribe=One-Click"); reminder != unsubscribe {
			t.Errorf("mail %d: unsubscribe %v, but a reminder: %v", i, unsubscribe, reminder)
		}
	}
}

func TestAKeyThatReceiversWouldNotTakeIsRefused(t *testing.T) {
	for want, key := range map[string][]byte{"PEM": []byte("no key"), "1024 bits": pemKey(t, 1024), "RSA": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")})} {
		if _, err := notifier.NewDKIM("safi.example", "s", key); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestWhoWantsNoRemindersGetsNone, but still hears of a move.
func TestWhoWantsNoRemindersGetsNone(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		a := w.book("dgi-th-tsc", "2027-06-08 08:30", person())
		mail := &sent{}
		conf := w.config(db)
		conf.Mail = mail
		worker := w.worker(conf)
		w.drain(worker)
		must(t, db.StopReminders(t.Context(), a.ID, w.clock.Now()))
		_, err := w.engine.Reschedule(t.Context(), a.ID, 0, scheduler.Move{StartsAt: at(t, "2027-06-09 08:30")}, w.citizen(a.ID))
		must(t, err)
		w.drain(worker)
		w.clock.Set(at(t, "2027-06-08 12:00"))
		w.drain(worker)
		if mail.count() != 2 {
			t.Errorf("%d mails, want the confirmation and the move", mail.count())
		}
	})
}

// TestBouncesSpeakLMTPToo: a good address and a bad one in one session, and a
// storage that does not answer, so that the mail server tries again.
func TestBouncesSpeakLMTPToo(t *testing.T) {
	var got []notifier.Returned
	var fault error
	address := bounceServer(t, true, func(_ context.Context, r notifier.Returned) error {
		got = append(got, r)
		return fault
	})
	send := func() error {
		conn, err := net.Dial("tcp", address)
		must(t, err)
		c := mailclient.NewClientLMTP(conn)
		defer c.Close()
		must(t, c.Hello("mx.example"))
		must(t, c.Mail("", nil))
		if err := c.Rcpt("root@"+verpDomain, nil); err == nil {
			t.Error("it takes mail for others")
		}
		must(t, c.Rcpt(returns().Address("ntc_1"), nil))
		w, err := c.Data()
		must(t, err)
		_, err = w.Write([]byte(dsn("failed", "5.1.1")))
		must(t, err)
		_, err = w.CloseWithLMTPResponse()
		return err
	}
	must(t, send())
	if len(got) != 1 || got[0].NoticeID != "ntc_1" || got[0].State != scheduler.NoticeBounced || !got[0].BadAddress {
		t.Fatalf("%+v", got)
	}
	fault = errors.New("the database does not answer")
	if err := send(); err == nil || !strings.Contains(err.Error(), "451") && !strings.Contains(err.Error(), "Try again later") {
		t.Errorf("%v; want 451", err)
	}
}
