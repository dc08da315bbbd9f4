package notifier_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

func TestRemindersComeAtTenOfTheReadersClock(t *testing.T) {
	// Friday 30 July is the Feast of the Throne, so three working days before
	// Tuesday 3 August is Wednesday 28 July. The tax office's Saturday duty is no
	// working day.
	cases := []struct {
		name, service, zone string
		days, eve           string // in UTC, which is Safi's clock
	}{
		{"over a closure and a weekend", "pach-legal", "", "2027-07-28 10:00", "2027-08-02 10:00"},
		{"with Saturday duty", "dgi-if", "", "2027-07-28 10:00", "2027-08-02 10:00"},
		{"read in Paris", "pach-legal", paris, "2027-07-28 08:00", "2027-08-02 08:00"},
		{"read in Montreal", "pach-legal", "America/Toronto", "2027-07-28 14:00", "2027-08-02 14:00"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			testdb.Each(t, func(t *testing.T, db *store.DB) {
				w := newWorld(t, db)
				mail := &sent{}
				conf := w.config(db)
				conf.Mail = mail
				worker := w.worker(conf)
				who := person()
				who.Zone = c.zone
				w.book(c.service, "2027-08-03 09:00", who)
				w.drain(worker)
				for i, due := range []string{c.days, c.eve} {
					w.clock.Set(at(t, due).Add(-time.Second))
					if w.drain(worker); mail.count() != i+1 {
						t.Fatalf("%d letters a second before %s, want %d", mail.count(), due, i+1)
					}
					w.clock.Advance(time.Second)
					if w.drain(worker); mail.count() != i+2 {
						t.Fatalf("%d letters at %s, want %d", mail.count(), due, i+2)
					}
				}
				w.clock.Set(at(t, "2027-08-04 09:00"))
				if w.drain(worker); mail.count() != 3 {
					t.Errorf("%d letters in all, want 3", mail.count())
				}
			})
		})
	}
}

func TestWhatIsNoLongerTrueIsNotSent(t *testing.T) {
	cases := []struct {
		name string
		// happens while the worker holds the confirmation, before it reads
		meanwhile func(t *testing.T, w *world, a *scheduler.Appointment)
		want      string // of the confirmation
		then      string // subject of what is sent instead, "" for nothing
	}{
		{"moved", func(t *testing.T, w *world, a *scheduler.Appointment) {
			_, err := w.engine.Reschedule(t.Context(), a.ID, 0, scheduler.Move{StartsAt: at(t, "2027-06-09 08:30")}, w.citizen(a.ID))
			must(t, err)
		}, "revoked moved_on", "Rendez-vous déplacé : mercredi 9 juin 2027, 08:30"},
		{"cancelled", func(t *testing.T, w *world, a *scheduler.Appointment) {
			_, err := w.engine.Cancel(t.Context(), a.ID, 0, w.citizen(a.ID))
			must(t, err)
		}, "revoked moved_on", "Rendez-vous annulé : mardi 8 juin 2027, 08:30"},
		{"displaced", func(t *testing.T, w *world, _ *scheduler.Appointment) {
			data := safi(t)
			data.Closures = append(data.Closures, scheduler.Closure{
				ID: "strike", From: scheduler.Date{Year: 2027, Month: 6, Day: 8}, To: scheduler.Date{Year: 2027, Month: 6, Day: 8},
				Certainty: scheduler.Exceptional, Names: scheduler.Names{"ar": "إغلاق", "fr": "Fermeture"},
			})
			_, err := w.engine.Import(t.Context(), data)
			must(t, err)
		}, "revoked moved_on", "À replacer : rendez-vous du mardi 8 juin 2027, 08:30"},
		{"over", func(t *testing.T, w *world, a *scheduler.Appointment) {
			w.clock.Set(a.StartsAt)
		}, "expired too_late", ""},
		{"confirmed, which changes nothing of it", func(t *testing.T, w *world, a *scheduler.Appointment) {
			_, err := w.engine.Confirm(t.Context(), a.ID, 0, w.citizen(a.ID))
			must(t, err)
		}, "sent test_accepted", "Rendez-vous réservé : mardi 8 juin 2027, 08:30"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			testdb.Each(t, func(t *testing.T, db *store.DB) {
				w := newWorld(t, db)
				box, mail := watch(db), &sent{}
				a := w.book("dgi-th-tsc", "2027-06-08 08:30", person())
				var once sync.Once
				box.before = func(context.Context, string) { once.Do(func() { c.meanwhile(t, w, &a) }) }
				conf := w.config(box)
				conf.Mail = mail
				conf.Lease = 30 * 24 * time.Hour // "over" moves the clock by days
				w.drain(w.worker(conf))

				if got := box.settled(t, scheduler.NoticeConfirmation); got != c.want {
					t.Errorf("the confirmation ended %q, want %q", got, c.want)
				}
				var subjects []string
				for _, l := range mail.all() {
					subjects = append(subjects, strings.ReplaceAll(l.Subject, "\u00a0", " "))
				}
				var want []string
				if c.then != "" {
					want = []string{c.then}
				}
				if diff := cmp.Diff(want, subjects); diff != "" {
					t.Errorf("what was sent (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestAnOfficesQuietHours: a move at ten in the evening waits for the morning; at
// an office whose nights are not quiet, it does not.
func TestAnOfficesQuietHours(t *testing.T) {
	for quiet, want := range map[string]int{"as everywhere": 1, "never": 2} {
		t.Run(quiet, func(t *testing.T) {
			testdb.Each(t, func(t *testing.T, db *store.DB) {
				w := newWorld(t, db)
				if quiet == "never" {
					data := safi(t)
					data.Offices = slices.Clone(data.Offices)
					for i := range data.Offices {
						data.Offices[i].Notices = &scheduler.OfficeNotices{Night: &scheduler.Quiet{}}
					}
					_, err := w.engine.Import(t.Context(), data)
					must(t, err)
				}
				sms := &sent{}
				conf := w.config(db)
				conf.SMS = sms
				worker := w.worker(conf)
				a := w.book("dgi-th-tsc", "2027-06-08 08:30", scheduler.Citizen{Name: amina, Phone: "+212612345678", Language: "fr"})
				w.drain(worker)
				w.clock.Set(at(t, "2027-06-01 22:00"))
				_, err := w.engine.Reschedule(t.Context(), a.ID, 0, scheduler.Move{StartsAt: at(t, "2027-06-09 08:30")}, w.citizen(a.ID))
				must(t, err)
				if w.drain(worker); sms.count() != want {
					t.Errorf("%d short messages by night, want %d", sms.count(), want)
				}
				w.clock.Set(at(t, "2027-06-02 08:00"))
				if w.drain(worker); sms.count() != 2 {
					t.Errorf("%d short messages in the morning, want 2", sms.count())
				}
			})
		})
	}
}
