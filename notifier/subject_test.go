package notifier_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"mawid/internal/locale"
	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/notifier"
	"mawid/scheduler"
)

// ticket is the least that a second kind of subject is made of.
type ticket struct {
	number string
	called bool
}

func (ticket) Recipient() notifier.Recipient {
	return notifier.Recipient{Name: amina, Email: aminaMail, Phone: aminaPhone, Language: "fr", Zone: paris}
}

func (k ticket) Outdated(scheduler.Notice, time.Time) string {
	if k.called {
		return "called"
	}
	return ""
}

func (k ticket) Words(l *locale.Language, _ scheduler.Notice) notifier.Words {
	return notifier.Words{
		Subject: "Ticket " + k.number, Opening: "C'est presque à vous.",
		Facts: []notifier.Fact{notifier.NewFact(l, "notice.reference", "reference", k.number)},
		Short: notifier.Short{
			Key:    "notice.cancelled.sms",
			Values: []string{"service", "ticket " + k.number, "date", "mardi 08/06", "time", "08:30", "office", "Douane", "reference", k.number},
		},
	}
}

// tickets are read by id; what is not there is not found.
type tickets map[string]ticket

func (s tickets) Subject(_ context.Context, id string) (notifier.Subject, error) {
	if id == "unreadable" {
		return nil, errors.New("storage does not answer")
	}
	t, ok := s[id]
	if !ok {
		return nil, scheduler.ErrNotFound
	}
	return t, nil
}

func TestNoticesAboutAnotherKindOfSubject(t *testing.T) {
	cases := []struct {
		name, id string
		kind     scheduler.SubjectKind
		want     string // state and code
	}{
		{"still true", "waits", scheduler.SubjectTicket, "sent test_accepted"},
		{"no longer true", "called", scheduler.SubjectTicket, "revoked called"},
		{"gone", "gone", scheduler.SubjectTicket, "revoked gone"},
		{"of a kind that this program does not know", "waits", "parcel", "dead unknown_subject"},
		{"storage does not answer", "unreadable", scheduler.SubjectTicket, "sending "},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			testdb.Each(t, func(t *testing.T, db *store.DB) {
				w := newWorld(t, db)
				now := w.clock.Now()
				must(t, db.Commit(t.Context(), scheduler.Change{At: now, Notices: []scheduler.Notice{
					aboutTicket(c.kind, c.id, scheduler.ChannelEmail, now), aboutTicket(c.kind, c.id, scheduler.ChannelSMS, now),
				}}))
				mail, sms := &sent{}, &sent{}
				conf := w.config(db)
				conf.Mail, conf.SMS = mail, sms
				conf.Subjects = map[scheduler.SubjectKind]notifier.Subjects{
					scheduler.SubjectTicket: tickets{"waits": {number: "A 017"}, "called": {number: "A 018", called: true}},
				}
				_, _ = w.worker(conf).RunOnce(t.Context()) // its error is told by the state
				es, err := db.NoticesOf(t.Context(), c.id)
				must(t, err)
				for _, e := range es {
					if got := string(e.State) + " " + e.Code; got != c.want || e.Reference != "A 017" {
						t.Errorf("by %s: %q about %q, want %q", e.Channel, got, e.Reference, c.want)
					}
				}
				if len(es) != 2 {
					t.Fatalf("%d notices, want 2", len(es))
				}
				if c.id == "waits" && c.kind == scheduler.SubjectTicket {
					checkTicket(t, mail.all(), sms.all())
				}
			})
		})
	}
}

func aboutTicket(kind scheduler.SubjectKind, id string, by scheduler.Channel, now time.Time) scheduler.Notice {
	return scheduler.Notice{
		ID: "ntc_" + string(by), About: scheduler.Subject{Kind: kind, ID: id, Label: "A 017"}, OfficeID: "dgi-safi",
		Revision: 1, Kind: scheduler.NoticeComeNow, Channel: by, DueAt: now, UsefulUntil: now.Add(time.Hour),
	}
}

func checkTicket(t *testing.T, mail, sms []notifier.Letter) {
	t.Helper()
	if len(mail) != 1 || mail[0].To != aminaMail || mail[0].Subject != "Ticket A 017" ||
		!strings.Contains(mail[0].Text, "C'est presque à vous.") || strings.Contains(string(mail[0].Raw), "text/calendar") {
		t.Errorf("mail: %+v", mail)
	}
	if len(sms) != 1 || sms[0].To != aminaPhone || !strings.Contains(sms[0].Text, "ticket A 017") {
		t.Errorf("short messages: %+v", sms)
	}
}
