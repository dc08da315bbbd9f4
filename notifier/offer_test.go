package notifier_test

import (
	"strings"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/notifier"
	"mawid/scheduler"
)

// offers gives a worker the subjects of offers.
func (w *world) offers(db *store.DB, conf notifier.Config) notifier.Config {
	conf.Subjects = map[scheduler.SubjectKind]notifier.Subjects{scheduler.SubjectOffer: notifier.Offers{
		Source: db, Catalogue: w.engine.Catalogue, Zones: enginetest.Zones(w.t), URL: func(id string) string { return "https://rdv.safi.example/w/" + id },
	}}
	return conf
}

// TestAnOfferIsToldOnce with the place, until when it is kept on both clocks, and
// that the present appointment stays.
func TestAnOfferIsToldOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.clock.Set(at(t, "2027-06-01 09:00"))
		b, err := w.engine.Book(t.Context(), scheduler.BookRequest{
			OfficeID: "dgi-safi", ServiceID: "dgi-if", StartsAt: at(t, "2027-06-10 10:00"),
			Citizen: scheduler.Citizen{Name: amina, Phone: aminaPhone, Language: "fr", Zone: paris},
		})
		must(t, err)
		wish, err := w.engine.WishEarlier(t.Context(), b.Appointment.ID, scheduler.Date{}, scheduler.Date{}, scheduler.Actor{ManageToken: b.ManageToken})
		must(t, err)
		for range 3 {
			must(t, w.engine.ReturnPlaces(t.Context(), 100))
		}
		sms := &sent{}
		conf := w.offers(db, w.config(db))
		conf.SMS = sms
		w.drain(w.worker(conf))
		w.drain(w.worker(conf))
		var told []string
		for _, m := range sms.all() {
			if strings.Contains(m.Text, "/w/"+wish.ID) {
				told = append(told, m.Text)
			}
		}
		if len(told) != 1 {
			t.Fatalf("told %d times: %q", len(told), told)
		}
		for _, want := range []string{"Place libre", "02/06", "08:30 (10:30 Paris)", "10:00 (12:00 Paris)"} {
			if !strings.Contains(told[0], want) {
				t.Errorf("%q is missing in %s", want, told[0])
			}
		}
	})
}

// TestAnOfferThatIsOverIsNotTold: refused, run out, or of a changed appointment.
func TestAnOfferThatIsOverIsNotTold(t *testing.T) {
	for name, end := range map[string]func(w *world, b scheduler.Booked, token string) error{
		"refused": func(w *world, _ scheduler.Booked, token string) error {
			_, err := w.engine.DeclineOffer(w.t.Context(), token)
			return err
		},
		"run out": func(w *world, _ scheduler.Booked, _ string) error {
			w.clock.Advance(time.Hour)
			return nil
		},
		"cancelled": func(w *world, b scheduler.Booked, _ string) error {
			_, err := w.engine.Cancel(w.t.Context(), b.Appointment.ID, 0, scheduler.Actor{ManageToken: b.ManageToken})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			db := testdb.Open(t, testdb.SQLite(t))
			w := newWorld(t, db)
			w.clock.Set(at(t, "2027-06-01 09:00"))
			b, err := w.engine.Book(t.Context(), scheduler.BookRequest{
				OfficeID: "dgi-safi", ServiceID: "dgi-if", StartsAt: at(t, "2027-06-10 10:00"),
				Citizen: scheduler.Citizen{Name: amina, Email: aminaMail, Language: "fr"},
			})
			must(t, err)
			wish, err := w.engine.WishEarlier(t.Context(), b.Appointment.ID, scheduler.Date{}, scheduler.Date{}, scheduler.Actor{ManageToken: b.ManageToken})
			must(t, err)
			must(t, w.engine.ReturnPlaces(t.Context(), 100))
			must(t, end(w, b, w.engine.WishToken(wish.ID)))
			mail := &sent{}
			conf := w.offers(db, w.config(db))
			conf.Mail = mail
			w.drain(w.worker(conf))
			for _, m := range mail.all() {
				if strings.Contains(m.Text, "/w/") {
					t.Errorf("told of an offer that is over: %s", m.Text)
				}
			}
		})
	}
}
