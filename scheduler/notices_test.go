package scheduler_test

import (
	"testing"

	"mawid/internal/enginetest"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

func TestRemindersCountWorkingDays(t *testing.T) {
	const start = enginetest.Start
	for _, test := range []struct {
		name, now, office, service, at string
		change                         func(*scheduler.Citizen)
		want                           []notice
	}{
		{
			"a Thursday", start, "solo", "card", "2027-06-10 09:30", nil, []notice{
				{"confirmation", "email", start, "2027-06-10 09:30"},
				{"reminder_days", "email", "2027-06-07 10:00", "2027-06-10 07:30"},
				{"reminder_eve", "email", "2027-06-09 10:00", "2027-06-10 07:30"},
			},
		},
		{
			"a Tuesday: over the weekend", start, "solo", "card", "2027-06-15 09:30", nil, []notice{
				{"confirmation", "email", start, "2027-06-15 09:30"},
				{"reminder_days", "email", "2027-06-10 10:00", "2027-06-15 07:30"},
				{"reminder_eve", "email", "2027-06-14 10:00", "2027-06-15 07:30"},
			},
		},
		{
			"a Monday: the eve is a Sunday", start, "solo", "card", "2027-06-14 08:30", nil, []notice{
				{"confirmation", "email", start, "2027-06-14 08:30"},
				{"reminder_days", "email", "2027-06-09 10:00", "2027-06-14 06:30"},
				{"reminder_eve", "email", "2027-06-13 10:00", "2027-06-14 06:30"},
			},
		},
		{
			"after a closure and a weekend", start, "solo", "card", "2027-08-03 09:30", nil, []notice{
				{"confirmation", "email", start, "2027-08-03 09:30"},
				{"reminder_days", "email", "2027-07-28 10:00", "2027-08-03 07:30"},
				{"reminder_eve", "email", "2027-08-02 10:00", "2027-08-03 07:30"},
			},
		},
		{
			"the day after a closure", start, "solo", "card", "2027-08-17 09:30", nil, []notice{
				{"confirmation", "email", start, "2027-08-17 09:30"},
				{"reminder_days", "email", "2027-08-11 10:00", "2027-08-17 07:30"},
				{"reminder_eve", "email", "2027-08-16 10:00", "2027-08-17 07:30"},
			},
		},
		{
			"a Saturday on duty", start, "trio", "file", "2027-07-10 09:30", nil, []notice{
				{"confirmation", "email", start, "2027-07-10 09:30"},
				{"reminder_days", "email", "2027-07-07 10:00", "2027-07-10 07:30"},
				{"reminder_eve", "email", "2027-07-09 10:00", "2027-07-10 07:30"},
			},
		},
		{
			"by the person's clock", start, "solo", "card", "2027-06-10 09:30",
			func(c *scheduler.Citizen) { c.Zone = "Europe/Paris" },
			[]notice{
				{"confirmation", "email", start, "2027-06-10 09:30"},
				{"reminder_days", "email", "2027-06-07 08:00", "2027-06-10 07:30"},
				{"reminder_eve", "email", "2027-06-09 08:00", "2027-06-10 07:30"},
			},
		},
		{
			"by the clock of an office elsewhere", start, "paris", "night", "2027-06-10 09:30", nil, []notice{
				{"confirmation", "email", start, "2027-06-10 09:30"},
				{"reminder_days", "email", "2027-06-07 08:00", "2027-06-10 07:30"},
				{"reminder_eve", "email", "2027-06-09 08:00", "2027-06-10 07:30"},
			},
		},
		{
			"by SMS, without an address", start, "solo", "card", "2027-06-10 09:30",
			func(c *scheduler.Citizen) { c.Email, c.Phone = "", "+33612345678" },
			[]notice{
				{"confirmation", "sms", start, "2027-06-10 09:30"},
				{"reminder_days", "sms", "2027-06-07 10:00", "2027-06-10 07:30"},
				{"reminder_eve", "sms", "2027-06-09 10:00", "2027-06-10 07:30"},
			},
		},
		{
			"by mail, with both", start, "solo", "card", "2027-06-01 09:30",
			func(c *scheduler.Citizen) { c.Phone = "+33612345678" },
			[]notice{
				{"confirmation", "email", start, "2027-06-01 09:30"},
				{"reminder_eve", "email", "2027-05-31 10:00", "2027-06-01 07:30"},
			},
		},
		{
			"the reminder that is due this instant is past", "2027-06-07 10:00", "solo", "card", "2027-06-10 09:30", nil, []notice{
				{"confirmation", "email", "2027-06-07 10:00", "2027-06-10 09:30"},
				{"reminder_eve", "email", "2027-06-09 10:00", "2027-06-10 07:30"},
			},
		},
		{
			"today", "2027-06-01 08:00", "solo", "card", "2027-06-01 09:30", nil, []notice{
				{"confirmation", "email", "2027-06-01 08:00", "2027-06-01 09:30"},
			},
		},
		{
			// 10:00 of the eve in Honolulu is 20:00 UTC; the visit begins at 22:00.
			"nothing in the last two hours", start, "paris", "night", "2027-06-09 22:00",
			func(c *scheduler.Citizen) { c.Zone = "Pacific/Honolulu" },
			[]notice{
				{"confirmation", "email", start, "2027-06-09 22:00"},
				{"reminder_days", "email", "2027-06-07 20:00", "2027-06-09 20:00"},
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, testdb.SQLite(t))
			w.set(test.now)
			r := w.request(test.office, test.service, test.at)
			if test.change != nil {
				test.change(&r.Citizen)
			}
			b, err := w.Book(w.Context(), r)
			w.must(err)
			w.wantOutbox(b.Appointment.ID, test.want...)
		})
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
