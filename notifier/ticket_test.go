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

// TestATurnThatIsNearIsToldAtAnyHour, in the person's language, and not to who is
// called away meanwhile.
func TestATurnThatIsNearIsToldAtAnyHour(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.clock.Set(at(t, "2027-06-01 09:00"))
		staff := scheduler.Actor{Staff: &scheduler.User{ID: "ali", Role: scheduler.RoleAgent, Offices: []string{"dgi-safi"}}}
		draw := func(name, phone string) scheduler.Ticket {
			tk, err := w.engine.DrawTicket(t.Context(), scheduler.DrawRequest{
				OfficeID: "dgi-safi", Services: []string{"dgi-if"}, Citizen: scheduler.Citizen{Name: name, Phone: phone, Language: "fr", Zone: "Asia/Tokyo"},
			}, staff)
			must(t, err)
			return tk
		}
		first, second := draw("A", aminaPhone), draw("B", "+33612345679")
		w.clock.Advance(6 * time.Minute)
		_, err := w.engine.NearWatch().Tell(t.Context())
		must(t, err)
		_, err = w.engine.Park(t.Context(), second.ID, staff)
		must(t, err)
		sms := &sent{}
		conf := w.config(db)
		conf.SMS = sms
		conf.Subjects = map[scheduler.SubjectKind]notifier.Subjects{scheduler.SubjectTicket: notifier.Tickets{
			Source: db, Catalogue: w.engine.Catalogue, URL: func(id string) string { return "https://rdv.safi.example/t/" + id },
		}}
		w.clock.Set(at(t, "2027-06-01 09:07"))
		w.drain(w.worker(conf))
		all := sms.all()
		if len(all) != 1 || all[0].To != aminaPhone {
			t.Fatalf("%d short messages: %+v", len(all), all)
		}
		for _, want := range []string{first.Number, "Revenez maintenant", "/t/" + first.ID} {
			if !strings.Contains(all[0].Text, want) {
				t.Errorf("%q is missing in %s", want, all[0].Text)
			}
		}
	})
}
