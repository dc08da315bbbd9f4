package notifier_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mawid/internal/enginetest"
	"mawid/internal/locale"
	"mawid/internal/testdb"
	"mawid/notifier"
	"mawid/scheduler"
)

// letter words a notice of a kind about an appointment at Safi's tax office.
func letter(t testing.TB, w *notifier.Wording, kind scheduler.NoticeKind, lang string) notifier.Letter {
	t.Helper()
	a := planted(1, at(t, "2027-05-31 07:00"))
	a.Reference, a.Citizen.Language = "K7AM-3WXD", lang
	return write(t, w, &a, kind, scheduler.ChannelEmail)
}

func write(t testing.TB, w *notifier.Wording, a *scheduler.Appointment, kind scheduler.NoticeKind, channel scheduler.Channel) notifier.Letter {
	t.Helper()
	switch kind {
	case scheduler.NoticeCancelled, scheduler.NoticeLapsed:
		a.Status = scheduler.StatusCancelled
	case scheduler.NoticeDisplaced:
		a.Status = scheduler.StatusDisplaced
	}
	l, err := w.Letter(scheduler.NewCatalogue(safi(t), 1), a, scheduler.Notice{
		ID: "ntc_golden", About: scheduler.AboutAppointment(a.ID), Kind: kind, Channel: channel, UsefulUntil: a.StartsAt,
	}, at(t, "2027-05-31 07:00"))
	must(t, err)
	return l
}

var update = flag.Bool("update", false, "write the golden files anew")

var allKinds = []scheduler.NoticeKind{
	scheduler.NoticeConfirmation, scheduler.NoticeReminderWeek, scheduler.NoticeReminderDays, scheduler.NoticeReminderEve,
	scheduler.NoticeMoved, scheduler.NoticeCancelled, scheduler.NoticeDisplaced,
	scheduler.NoticeProveCode, scheduler.NoticeFindCode, scheduler.NoticeLapsed, scheduler.NoticeCorrected, scheduler.NoticeCorrectedOld,
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; -update writes it anew):\n%s", path, diff)
	}
}

func TestMailsReadAsAgreed(t *testing.T) {
	w := newWording(t)
	for _, lang := range []string{"ar", "fr", "en", "es", "nl", "it", "de"} {
		for _, kind := range allKinds {
			t.Run(lang+"/"+string(kind), func(t *testing.T) {
				l := letter(t, w, kind, lang)
				_, parts := open(t, l.Raw)
				plain, html := parts["text/plain"].text, parts["text/html"].text
				golden(t, filepath.Join(lang, string(kind)+".txt"), "Subject: "+l.Subject+"\n\n"+lf(plain))
				golden(t, filepath.Join(lang, string(kind)+".html"), lf(html))
				if lf(plain) != l.Text {
					t.Error("the desk reads another text than the person")
				}
				checkWords(t, l.Subject+plain+html, lang)
				stop := links{}.StopURL("apt_000001")
				if offered := strings.Contains(plain, stop) && strings.Contains(html, stop); offered != kind.Reminds() || strings.Contains(plain, "/reminders") != offered {
					t.Errorf("a way to stop reminders: %v", offered)
				}
			})
		}
	}
}

func lf(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// checkWords finds what is wrong with a letter whatever it says.
func checkWords(t *testing.T, text, lang string) {
	t.Helper()
	if strings.Contains(text, "⟦") {
		t.Error("a sentence or one of its values is missing")
	}
	if rtl := strings.Contains(text, `dir="rtl"`); rtl != (lang == "ar") {
		t.Errorf("right to left: %v", rtl)
	}
	for _, remote := range []string{"src=", "url(", "<link", "<script", "@import"} {
		if strings.Contains(text, remote) {
			t.Errorf("the mail fetches something: %s", remote)
		}
	}
}

// TestTheWholeMailReadsAsAgreed shows headers and structure, once.
func TestTheWholeMailReadsAsAgreed(t *testing.T) {
	l := letter(t, newWording(t), scheduler.NoticeCancelled, "ar")
	boundary := regexp.MustCompile(`boundary=(\S+)`)
	raw := lf(string(l.Raw))
	for i, m := range boundary.FindAllStringSubmatch(raw, -1) {
		raw = strings.ReplaceAll(raw, m[1], fmt.Sprintf("boundary-%d", i+1))
	}
	golden(t, "whole.eml", raw)
	_, parts := open(t, l.Raw)
	if parts["text/calendar"].params["method"] != "CANCEL" || !strings.Contains(parts["text/calendar"].text, "METHOD:CANCEL") {
		t.Error("the calendar of a cancellation does not cancel")
	}
}

func TestTheOfficeThatWritesToItselfGetsAFileOnly(t *testing.T) {
	a := planted(1, at(t, "2027-05-31 07:00"))
	a.Citizen.Email = "rdv@safi.example"
	l := write(t, newWording(t), &a, scheduler.NoticeConfirmation, scheduler.ChannelEmail)
	_, parts := open(t, l.Raw)
	if _, invited := parts["text/calendar"]; invited || !strings.Contains(parts["application/ics"].text, "BEGIN:VEVENT") {
		t.Errorf("invited %v, file %q", invited, parts["application/ics"].text)
	}
}

func TestWhatAppliesIsSaid(t *testing.T) {
	w := newWording(t)
	base := planted(1, at(t, "2027-05-31 07:00"))
	cases := []struct {
		name  string
		kind  scheduler.NoticeKind
		alter func(*scheduler.Appointment)
		want  []string
		not   []string
	}{
		{"a reminder asks for a confirmation", scheduler.NoticeReminderDays, func(*scheduler.Appointment) {}, []string{"Confirmer le rendez-vous"}, nil},
		{
			"but not a second time", scheduler.NoticeReminderDays,
			func(a *scheduler.Appointment) { a.Confirmed = a.CreatedAt },
			[]string{"Voir, déplacer ou annuler"},
			[]string{"Confirmer"},
		},
		{
			"an unconfirmed address is asked for", scheduler.NoticeConfirmation,
			func(a *scheduler.Appointment) { a.Status = scheduler.StatusPending },
			[]string{"Confirmer le rendez-vous"},
			nil,
		},
		{
			"a family is counted, and its time", scheduler.NoticeMoved,
			func(a *scheduler.Appointment) { a.Party = 3 },
			[]string{"3 personnes", "1 heure et 15 minutes"},
			nil,
		},
		{"one person is not counted", scheduler.NoticeMoved, func(*scheduler.Appointment) {}, nil, []string{"personne\n", "1 personne"}},
		{
			"one clock is named once", scheduler.NoticeMoved,
			func(a *scheduler.Appointment) { a.Citizen.Zone = "" },
			[]string{"08:30 (heure du Maroc)\n"},
			[]string{"Paris"},
		},
		{
			"another day on the reader's clock is named", scheduler.NoticeMoved,
			func(a *scheduler.Appointment) {
				a.Place.Start, a.Citizen.Zone = 60, "America/Toronto"
				a.StartsAt = a.Place.Date.At(a.Place.Start, time.UTC)
			},
			[]string{"mardi 8 juin 2027, 01:00 (heure du Maroc) — lundi 7 juin 2027, 21:00 à Montréal"},
			nil,
		},
		{
			"an old certificate is warned of", scheduler.NoticeReminderEve,
			func(a *scheduler.Appointment) { a.OfficeID, a.ServiceID = "tpi-safi-famille", "tpi-mariage" },
			[]string{"Extrait d'acte de naissance – Datant de moins de 3 mois"},
			nil,
		},
		{
			"an office that is gone is named by its id", scheduler.NoticeCancelled,
			func(a *scheduler.Appointment) { a.OfficeID, a.ServiceID = "closed-office", "closed-service" },
			[]string{"Où : closed-office", "Service : closed-service"},
			nil,
		},
		{
			"a stored zone that is gone", scheduler.NoticeMoved,
			func(a *scheduler.Appointment) { a.Zone = "Africa/Nowhere" },
			[]string{"08:30"},
			nil,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := base
			c.alter(&a)
			text := strings.ReplaceAll(write(t, w, &a, c.kind, scheduler.ChannelEmail).Text, "\u00a0", " ")
			for _, s := range c.want {
				if !strings.Contains(text, s) {
					t.Errorf("%q is missing in:\n%s", s, text)
				}
			}
			for _, s := range c.not {
				if strings.Contains(text, s) {
					t.Errorf("%q stands in:\n%s", s, text)
				}
			}
		})
	}
}

func TestNobodyCanWriteHeadersOrMarkup(t *testing.T) {
	a := planted(1, at(t, "2027-05-31 07:00"))
	// The domain refuses such names; a row from elsewhere may still hold one.
	a.Citizen.Name = "Eve\r\nBcc: spy@evil.example\r\n\r\n<script>alert(1)</script><a href=http://evil.example>"
	l := write(t, newWording(t), &a, scheduler.NoticeConfirmation, scheduler.ChannelEmail)
	header, parts := open(t, l.Raw)
	if header.Get("Bcc") != "" || len(header["To"]) != 1 {
		t.Errorf("headers were forged: %v", header)
	}
	to, err := header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Address != aminaMail {
		t.Errorf("To is %v (%v)", to, err)
	}
	if html := parts["text/html"].text; strings.Contains(html, "<script") || strings.Contains(html, "<a href=http://evil") {
		t.Error("markup was let through")
	}
	for _, address := range []string{"a@b.example\r\nRCPT TO:<c@d.example>", "a@b.example, c@d.example", "<a@b.example>", "", "a b@c.example"} {
		a := planted(1, at(t, "2027-05-31 07:00"))
		a.Citizen.Email = address
		_, err := newWording(t).Letter(scheduler.NewCatalogue(safi(t), 1), &a, scheduler.Notice{Kind: scheduler.NoticeMoved, Channel: scheduler.ChannelEmail}, a.CreatedAt)
		if err == nil || address != "" && strings.Contains(err.Error(), "b.example") {
			t.Errorf("%q: %v, want an error that does not repeat it", address, err)
		}
	}
}

func TestAnAddressThatIsNoneMakesADeadLetter(t *testing.T) {
	w := newWorld(t, testdb.Open(t, testdb.SQLite(t)))
	a := planted(1, w.clock.Now())
	a.Citizen.Email = "a@b.example\r\nx"
	must(t, w.db.Commit(t.Context(), scheduler.Change{
		At: w.clock.Now(), NewAppointments: []scheduler.Appointment{a},
		Notices: []scheduler.Notice{{
			ID: "ntc_1", About: scheduler.AboutAppointment(a.ID), OfficeID: a.OfficeID, Revision: 1, Kind: scheduler.NoticeConfirmation,
			Channel: scheduler.ChannelEmail, DueAt: w.clock.Now(), UsefulUntil: a.StartsAt,
		}},
	}))
	box := watch(w.db)
	w.drain(w.worker(w.config(box)))
	if got := box.settled(t, scheduler.NoticeConfirmation); got != "dead unwritable" {
		t.Errorf("the notice ended %q", got)
	}
}

func TestNewWordingNamesTheField(t *testing.T) {
	book, err := locale.Load()
	must(t, err)
	good := notifier.WordingConfig{Book: book, Zones: enginetest.Zones(t), Links: links{}, From: "a@b.example"}
	for want, spoil := range map[string]func(*notifier.WordingConfig){
		"Book":      func(c *notifier.WordingConfig) { c.Book = nil },
		"Zones":     func(c *notifier.WordingConfig) { c.Zones = nil },
		"Links":     func(c *notifier.WordingConfig) { c.Links = nil },
		"mail_from": func(c *notifier.WordingConfig) { c.From = "a@b.example\r\nX: y" },
	} {
		c := good
		spoil(&c)
		if _, err := notifier.NewWording(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestMessageIDsEndInAHostThatMailAllows(t *testing.T) {
	book, err := locale.Load()
	must(t, err)
	for host, want := range map[string]string{
		"rdv.safi.example": "rdv.safi.example", "rdv.safi.example:8080": "rdv.safi.example", "127.0.0.1:8080": "127.0.0.1",
		"": "localhost", "[::1]:8080": "localhost", "a b": "localhost", "x>\r\nBcc: y": "localhost", ".x": "localhost",
	} {
		w, err := notifier.NewWording(notifier.WordingConfig{Book: book, Zones: enginetest.Zones(t), Links: links{}, From: "a@b.example", Host: host})
		must(t, err)
		if got := messageID(t, letter(t, w, scheduler.NoticeMoved, "fr").Raw); got != "<ntc_golden@"+want+">" {
			t.Errorf("%q: %s", host, got)
		}
	}
}
