package main

import (
	"net"
	"net/smtp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mawid/internal/testdb"
)

// TestNoticesArePreviewed with nothing set up, and without storing anything.
func TestNoticesArePreviewed(t *testing.T) {
	t.Parallel()
	house := install(t, testdb.SQLite(t))
	if r := house.run("notice", "preview", "all"); r.code != exitDone || !strings.Contains(r.out, "reminder_eve\n") {
		t.Errorf("exit %d: %s%s", r.code, r.out, r.err)
	}
	r := house.run("notice", "preview", "reminder_eve", "--language", "fr")
	if r.code != exitDone || !strings.Contains(r.out, "Rappel") || !strings.Contains(r.out, "Amina El Fassi") {
		t.Errorf("exit %d: %s%s", r.code, r.out, r.err)
	}
	r = house.run("notice", "preview", "moved", "--channel", "sms")
	if r.code != exitDone || strings.Contains(r.out, "Amina") || !strings.Contains(r.out, "موعدكم") {
		t.Errorf("exit %d: %s%s", r.code, r.out, r.err)
	}
	file := filepath.Join(t.TempDir(), "a.eml")
	if r := house.run("notice", "preview", "cancelled", "--out", file); r.code != exitDone {
		t.Errorf("exit %d: %s", r.code, r.err)
	}
	if mail, err := os.ReadFile(file); err != nil || !strings.Contains(string(mail), "method=CANCEL") && !strings.Contains(string(mail), "method=REQUEST") {
		t.Errorf("%d bytes of mail, %v", len(mail), err)
	}
	if r := house.run("notice", "preview", "nonsense"); r.code != exitFault || !strings.Contains(r.err, "nonsense") {
		t.Errorf("exit %d: %s", r.code, r.err)
	}
	if n := house.count("SELECT count(*) FROM catalogue"); n != 0 {
		t.Errorf("%d catalogues were stored", n)
	}
}

// freeAddress is one that nobody listens on at the moment.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, l.Close())
	return l.Addr().String()
}

// TestMailIsSignedAndComesBack: a key, the records, a mail that bounces at the
// listener of the running program, and what the ledger says of it.
func TestMailIsSignedAndComesBack(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		post := openPostOffice(t)
		key := filepath.Join(t.TempDir(), "dkim.pem")
		address := freeAddress(t)
		house := install(t, url, "MAWID_SMTP_URL="+post.url, "MAWID_DKIM_DOMAIN=rdv.example", "MAWID_DKIM_KEY_FILE="+key,
			"MAWID_BOUNCES_LISTEN="+address, "MAWID_BOUNCES_DOMAIN=b.rdv.example")
		if r := house.run("mail", "key", key); r.code != exitDone {
			t.Fatalf("exit %d: %s", r.code, r.err)
		}
		if r := house.run("mail", "key", key); r.code != exitFault {
			t.Error("a key was written over")
		}
		if r := house.run("mail", "dns"); !strings.Contains(r.out, `mawid._domainkey.rdv.example. TXT "v=DKIM1; k=rsa; p=`) || !strings.Contains(r.out, "b.rdv.example. MX") {
			t.Errorf("records: %s%s", r.out, r.err)
		}
		server := house.serve()
		if r := house.run("doctor"); !strings.Contains(r.out, "mail key") || r.code != exitDone {
			t.Errorf("doctor: %s", r.out)
		}
		b := server.mustBook(t, server.slots(t, "dgi-safi", "dgi-if", 2)[0], house.somebody())
		eventually(t, "the confirmation", func() bool {
			return house.count("SELECT count(*) FROM notices WHERE kind = 'confirmation' AND state = 'sent'") == 1
		})
		id := house.texts("SELECT id FROM notices WHERE kind = 'confirmation' AND subject_id = $1", b.ID)[0]
		back := post.returnPath(t)
		if !strings.HasPrefix(back, "bounce-"+id+"-") {
			t.Fatalf("the return path is %q", back)
		}
		report := "From: <>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n" +
			"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
		if err := smtp.SendMail(address, nil, "", []string{back}, []byte(report)); err != nil {
			t.Fatal(err)
		}
		if n := house.count("SELECT count(*) FROM notices WHERE state = 'bounced' AND code = 'dsn_5.1.1'"); n != 1 {
			t.Errorf("%d notices bounced, want 1", n)
		}
		server.stop()
	})
}
