package web_test

import (
	"testing"
	"time"

	"mawid/internal/browsertest"
	"mawid/scheduler"
)

// TestTheOutboxInABrowser: the desk's pages of notices and the page that stops
// reminders, in both directions of writing, on a phone and on a desk.
func TestTheOutboxInABrowser(t *testing.T) {
	h := oneHouse(t)
	b := h.bookOne("dgi-if", "dgi-safi", "2027-06-10 10:00", scheduler.Citizen{Name: "Amina Benali", Email: "amina@example.org", Phone: "+33612345678", Language: "fr"})
	h.bookOne("dgi-if", "dgi-safi", "2027-06-11 10:00", scheduler.Citizen{Name: "Omar Benali", Email: "omar@example.org", Language: "ar"})
	ctx, now := t.Context(), h.clock.Now()
	claimed, err := h.db.ClaimNotices(ctx, scheduler.ChannelEmail, now, now.Add(time.Minute), 10)
	h.must(err)
	h.must(h.db.SettleNotice(ctx, claimed[0], scheduler.Receipt{At: now, State: scheduler.NoticeSent, Code: "smtp_250", ProviderID: "Q1"}))
	h.must(h.db.ReportNotice(ctx, claimed[0].ID, scheduler.Report{At: now.Add(time.Minute), State: scheduler.NoticeBounced, Code: "dsn_5.1.1"}))
	h.must(h.db.SettleNotice(ctx, claimed[1], scheduler.Receipt{At: now, State: scheduler.NoticeDead, Code: "smtp_554"}))
	h.must(h.db.NoteProvider(ctx, scheduler.ProviderState{
		Name: "maroc", Channel: scheduler.ChannelSMS, Code: "sms_503", DownSince: now.Add(-time.Hour), TriedAt: now, NextTry: now.Add(10 * time.Minute),
	}))
	browser := browsertest.Start(t)
	for _, lang := range []string{"ar", "fr"} {
		for _, screen := range []browsertest.Screen{browsertest.Phone, browsertest.Desktop} {
			v := browser.Tab(t, screen, true)
			v.Open(h.server.URL + "/" + lang + "/desk/sign-in")
			v.Type("login", "agent")
			v.Type("password", password)
			v.Submit("password", 200)
			for _, place := range []string{
				"/desk/outbox", "/desk/outbox?show=open", "/desk/outbox?show=stuck", "/desk/outbox?q=benali", "/desk/outbox/" + claimed[0].ID,
				"/desk/outbox/preview?kind=confirmation&language=ar&channel=email",
				"/desk/outbox/preview?kind=come_now&language=fr&channel=sms", "/a/" + b.ManageToken + "/reminders",
			} {
				v.Open(h.server.URL + "/" + lang + place)
				v.Axe(lang + " " + screen.Name + " " + place)
			}
			v.Clean(h.host())
		}
	}
}
