package notifier_test

import (
	"strings"
	"testing"
	"time"

	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/notifier"
	"mawid/scheduler"
)

// TestThreeQuestionsAfterAVisit: one message in the visitor's language, an hour
// later, with a link for each answer; none while the visit goes on.
func TestThreeQuestionsAfterAVisit(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		staff := scheduler.Actor{Staff: &scheduler.User{ID: "ali", Role: scheduler.RoleAgent, Offices: []string{"dgi-safi"}}}
		w.clock.Set(at(t, "2027-06-01 09:00"))
		serve := func(c scheduler.Citizen) scheduler.Ticket {
			tk, err := w.engine.DrawTicket(t.Context(), scheduler.DrawRequest{OfficeID: "dgi-safi", Services: []string{"dgi-if"}, Citizen: c}, staff)
			must(t, err)
			_, err = w.engine.CallTicket(t.Context(), tk.ID, "dgi-safi-1", staff)
			must(t, err)
			_, err = w.engine.StartServing(t.Context(), tk.ID, staff)
			must(t, err)
			_, err = w.engine.Finish(t.Context(), tk.ID, scheduler.Outcome{Kind: scheduler.OutcomeSettled}, staff)
			must(t, err)
			return tk
		}
		first := serve(scheduler.Citizen{Name: "Amina", Email: "amina@example.org", Language: "ar"})
		phone := serve(scheduler.Citizen{Name: "Said", Phone: aminaPhone, Language: "fr"})
		again := serve(scheduler.Citizen{Name: "Hadda", Email: "hadda@example.org", Language: "fr"})
		_, err := w.engine.Undo(t.Context(), again.ID, staff) // she is at the desk still
		must(t, err)
		mail, sms := &sent{}, &sent{}
		conf := w.config(db)
		conf.Mail, conf.SMS = mail, sms
		conf.Subjects = map[scheduler.SubjectKind]notifier.Subjects{scheduler.SubjectTicket: notifier.Tickets{
			Source: db, Catalogue: w.engine.Catalogue, URL: func(id string) string { return "https://rdv.safi.example/t/" + id },
			OpinionURL: func(_ scheduler.OpinionKind, id string) string { return "https://rdv.safi.example/o/" + id },
		}}
		worker := w.worker(conf)
		w.clock.Advance(59 * time.Minute)
		w.drain(worker)
		if n := len(mail.all()) + len(sms.all()); n != 0 {
			t.Fatalf("%d messages before the hour is over", n)
		}
		w.clock.Advance(2 * time.Minute)
		w.drain(worker)
		letters, short := mail.all(), sms.all()
		if len(letters) != 1 || letters[0].To != "amina@example.org" || len(short) != 1 || short[0].To != aminaPhone {
			t.Fatalf("sent %+v and %+v", letters, short)
		}
		link := "https://rdv.safi.example/o/" + first.ID
		for _, want := range []string{"رأيكم في زيارتكم", "لا يسجل اسمكم", link + "?settled=yes", link + "?settled=partly", link + "?settled=no"} {
			if !strings.Contains(letters[0].Subject+letters[0].Text, want) {
				t.Errorf("%q is missing in\n%s", want, letters[0].Text)
			}
		}
		if !strings.Contains(short[0].Text, "réglée") || !strings.Contains(short[0].Text, "/o/"+phone.ID) {
			t.Errorf("short message: %s", short[0].Text)
		}
		es, err := db.NoticesOf(t.Context(), again.ID)
		if err != nil || len(es) != 1 || es[0].State != scheduler.NoticeRevoked {
			t.Errorf("who is at the desk: %+v %v", es, err)
		}
	})
}
