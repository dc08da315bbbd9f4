package scheduler_test

import (
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// TestRemindersCountWorkingDays: 3 working days and 1 day before, at 10:00 by
// the person's clock, in UTC here. "" is a reminder that is not sent.
func TestRemindersCountWorkingDays(t *testing.T) {
	const start = enginetest.Start
	nothing := func(*scheduler.Citizen) {}
	zone := func(name string) func(*scheduler.Citizen) {
		return func(c *scheduler.Citizen) { c.Zone = name }
	}
	for _, test := range []struct {
		name, now, office, service, at string
		change                         func(*scheduler.Citizen)
		days, eve                      string
	}{
		{"a Thursday", start, "solo", "card", "2027-06-10 09:30", nothing, "2027-06-07 10:00", "2027-06-09 10:00"},
		{"a Tuesday: over the weekend", start, "solo", "card", "2027-06-15 09:30", nothing, "2027-06-10 10:00", "2027-06-14 10:00"},
		{"a Monday: the eve is a Sunday", start, "solo", "card", "2027-06-14 08:30", nothing, "2027-06-09 10:00", "2027-06-13 10:00"},
		{"after a closure and a weekend", start, "solo", "card", "2027-08-03 09:30", nothing, "2027-07-28 10:00", "2027-08-02 10:00"},
		{"the day after a closure", start, "solo", "card", "2027-08-17 09:30", nothing, "2027-08-11 10:00", "2027-08-16 10:00"},
		{"a Saturday on duty", "2027-06-20 07:00", "trio", "file", "2027-07-10 09:30", nothing, "2027-07-07 10:00", "2027-07-09 10:00"},
		{"by the person's clock", start, "solo", "card", "2027-06-10 09:30", zone("Europe/Paris"), "2027-06-07 08:00", "2027-06-09 08:00"},
		{"by the clock of an office elsewhere", start, "paris", "night", "2027-06-10 09:30", nothing, "2027-06-07 08:00", "2027-06-09 08:00"},
		{"the person's clock goes before the office's", start, "paris", "night", "2027-06-10 09:30", zone("Africa/Casablanca"), "2027-06-07 10:00", "2027-06-09 10:00"},
		{"due this instant is past", "2027-06-07 10:00", "solo", "card", "2027-06-10 09:30", nothing, "", "2027-06-09 10:00"},
		{"due in a minute is ahead", "2027-06-07 09:59", "solo", "card", "2027-06-10 09:30", nothing, "2027-06-07 10:00", "2027-06-09 10:00"},
		{"today", "2027-06-01 08:00", "solo", "card", "2027-06-01 09:30", nothing, "", ""},
		// 10:00 of the eve in Honolulu is 20:00 UTC.
		{"nothing in the last two hours", start, "paris", "night", "2027-06-09 22:00", zone("Pacific/Honolulu"), "2027-06-07 20:00", ""},
		{"just before them", start, "paris", "night", "2027-06-09 22:30", zone("Pacific/Honolulu"), "2027-06-07 20:00", "2027-06-09 20:00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, testdb.SQLite(t))
			w.set(test.now)
			r := w.request(test.office, test.service, test.at)
			test.change(&r.Citizen)
			b, err := w.Book(w.Context(), r)
			w.must(err)
			until := stamp(w.at(test.at).Add(-2 * time.Hour))
			want := []notice{{"confirmation", "email", test.now, test.at}}
			if test.days != "" {
				want = append(want, notice{"reminder_days", "email", test.days, until})
			}
			if test.eve != "" {
				want = append(want, notice{"reminder_eve", "email", test.eve, until})
			}
			w.wantOutbox(b.Appointment.ID, want...)
		})
	}
}

func TestNoticesGoByOneChannel(t *testing.T) {
	w := newWorld(t, testdb.SQLite(t))
	r := w.request("solo", "card", "2027-06-01 09:30")
	r.Citizen.Phone = "+33612345678"
	mail, err := w.Book(w.Context(), r)
	w.must(err)
	r = w.request("solo", "card", "2027-06-01 10:10")
	r.Citizen.Email, r.Citizen.Phone = "", "+33612345679"
	sms, err := w.Book(w.Context(), r)
	w.must(err)
	all := w.outboxes()
	for id, channel := range map[string]scheduler.Channel{mail.Appointment.ID: scheduler.ChannelEmail, sms.Appointment.ID: scheduler.ChannelSMS} {
		for _, n := range all[id] {
			if n.Channel != channel {
				t.Errorf("a notice by %s, want %s", n.Channel, channel)
			}
		}
		if len(all[id]) != 2 {
			t.Errorf("%d notices by %s, want 2", len(all[id]), channel)
		}
	}
}

// TestNoticesFollowTheAppointment: what is no longer true is not sent.
func TestNoticesFollowTheAppointment(t *testing.T) {
	each(t, func(w *world) {
		moved := w.booked("solo", "card", "2027-06-10 09:30")
		cancelled := w.booked("solo", "card", "2027-06-10 10:10")
		confirmed := w.booked("solo", "card", "2027-06-10 10:30")
		same := w.booked("solo", "card", "2027-06-10 10:50")
		w.set("2027-06-01 12:00")
		_, err := w.Reschedule(w.Context(), moved.Appointment.ID, 0, scheduler.Move{StartsAt: w.at("2027-06-17 09:30")}, by(moved))
		w.must(err)
		_, err = w.Cancel(w.Context(), cancelled.Appointment.ID, 0, by(cancelled))
		w.must(err)
		_, err = w.Confirm(w.Context(), confirmed.Appointment.ID, 0, by(confirmed))
		w.must(err)
		_, err = w.Reschedule(w.Context(), same.Appointment.ID, 0, scheduler.Move{StartsAt: w.at("2027-06-10 10:50")}, by(same))
		w.must(err)

		all := w.outboxes()
		wantNotices(w, "moved", all[moved.Appointment.ID], []notice{
			{"moved", "email", "2027-06-01 12:00", "2027-06-17 09:30"},
			{"reminder_days", "email", "2027-06-14 10:00", "2027-06-17 07:30"},
			{"reminder_eve", "email", "2027-06-16 10:00", "2027-06-17 07:30"},
		})
		wantNotices(w, "cancelled", all[cancelled.Appointment.ID], []notice{
			{"cancelled", "email", "2027-06-01 12:00", "2027-06-10 10:10"},
		})
		wantNotices(w, "confirmed", all[confirmed.Appointment.ID], untouched("2027-06-10 10:30", "2027-06-10 08:30"))
		wantNotices(w, "moved to where it was", all[same.Appointment.ID], untouched("2027-06-10 10:50", "2027-06-10 08:50"))
	})
}

func untouched(start, until string) []notice {
	return []notice{
		{"confirmation", "email", enginetest.Start, start},
		{"reminder_days", "email", "2027-06-07 10:00", until},
		{"reminder_eve", "email", "2027-06-09 10:00", until},
	}
}
