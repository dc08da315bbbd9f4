package storetest

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"mawid/scheduler"
)

const (
	poolID   = "dgi-safi"
	officeID = "dgi-safi"
	service  = "dgi-th-tsc"
)

var (
	date0 = scheduler.Date{Year: 2027, Month: 8, Day: 10}
	now0  = time.Date(2027, 8, 1, 8, 30, 15, 123456000, time.UTC)
)

// newDay is a day of 4 ticks with so many public places and nothing taken.
func newDay(date scheduler.Date, places byte) scheduler.Day {
	return scheduler.Day{
		PoolID: poolID, OfficeID: officeID, Date: date, First: 9 * 60,
		Places: []byte{places, places, places, places, 0, 0, 0, 0}, Taken: make([]byte, 8),
	}
}

func placeOn(date scheduler.Date) scheduler.Place {
	return scheduler.Place{PoolID: poolID, Date: date, Start: 9 * 60, Ticks: 2}
}

func hash(s string) []byte {
	h := sha256.Sum256([]byte(s))
	return h[:]
}

// newAppointment is a booked appointment of which every field is set; n makes
// it different from others.
func newAppointment(n int) scheduler.Appointment {
	return scheduler.Appointment{
		ID: fmt.Sprintf("apt_%d", n), Reference: fmt.Sprintf("REF-%d", n), Status: scheduler.StatusBooked,
		OfficeID: officeID, ServiceID: service, Place: placeOn(date0), Zone: "Africa/Casablanca", TZVersion: "2026f",
		StartsAt: time.Date(2027, 8, 10, 9, 0, 0, 0, time.UTC), EndsAt: time.Date(2027, 8, 10, 9, 10, 0, 0, time.UTC),
		Party: 2,
		Citizen: scheduler.Citizen{
			Name: "فاطمة الزهراء بناني", Email: fmt.Sprintf("p%d@example.org", n), Phone: "+212612345678",
			Language: "ar", Zone: "Europe/Paris", Told: "يوسف بناني", Relation: scheduler.RelationParent,
		},
		FileNumber: "ط 12/2027", Note: "كرسي متحرك", DocumentNote: "عقد الازدياد ناقص", Channel: scheduler.Video,
		Proved: now0.Add(time.Second), ProveUntil: now0.Add(time.Hour), ChangeID: fmt.Sprintf("chg_%d", n), Revision: 1, Sequence: 3, Confirmed: now0.Add(time.Hour),
		HoldID: fmt.Sprintf("hold_%d", n), FeedID: "feed_1", ManageHash: hash(fmt.Sprintf("manage %d", n)),
		CreatedAt: now0, UpdatedAt: now0.Add(time.Minute),
	}
}

func newHold(n int, expires time.Time) scheduler.Hold {
	return scheduler.Hold{
		ID: fmt.Sprintf("hold_%d", n), OfficeID: officeID, ServiceID: service, Place: placeOn(date0),
		Zone: "Africa/Casablanca", StartsAt: time.Date(2027, 8, 10, 9, 0, 0, 0, time.UTC),
		EndsAt: time.Date(2027, 8, 10, 9, 10, 0, 0, time.UTC), Party: 1,
		State: scheduler.HoldLive, ExpiresAt: expires, CreatedAt: now0,
	}
}

func newNotice(a *scheduler.Appointment, kind scheduler.NoticeKind, due time.Time) scheduler.Notice {
	return scheduler.Notice{
		ID: fmt.Sprintf("ntc_%s_%d_%s", a.ID, a.Revision, kind), About: scheduler.AboutAppointment(a.ID), OfficeID: a.OfficeID,
		Revision: a.Revision, Sequence: a.Sequence, Kind: kind, Channel: scheduler.ChannelEmail,
		DueAt: due, UsefulUntil: a.StartsAt.Add(-2 * time.Hour),
	}
}

func newHistory(a *scheduler.Appointment, what string) scheduler.HistoryEntry {
	return scheduler.HistoryEntry{
		AppointmentID: a.ID, OfficeID: a.OfficeID, Revision: a.Revision, At: now0, Actor: "citizen", What: what,
		From: "", To: "2027-08-10 09:00 dgi-safi/dgi-th-tsc",
	}
}

func newClaim(a *scheduler.Appointment, key string) scheduler.Claim {
	return scheduler.Claim{
		ServiceID: a.ServiceID, PersonKey: key, AppointmentID: a.ID, OfficeID: a.OfficeID, Until: a.EndsAt,
	}
}

func newFeed(id string) scheduler.Feed {
	return scheduler.Feed{ID: id, Kind: "citizen", TokenHash: hash(id), CreatedAt: now0}
}

// booking is all that a booking writes: the day, the appointment, a feed, two
// claims, three notices, one line of history. The day must be as read.
func booking(day scheduler.Day, n int) scheduler.Change {
	a := newAppointment(n)
	a.FeedID = fmt.Sprintf("feed_%d", n)
	if err := day.Book(a.Place); err != nil {
		day.Taken = append([]byte(nil), day.Places...)
	}
	return scheduler.Change{
		At: now0, CatalogueVersion: 1, Days: []scheduler.Day{day}, NewAppointments: []scheduler.Appointment{a},
		NewClaims: []scheduler.Claim{newClaim(&a, fmt.Sprintf("mail %d", n)), newClaim(&a, fmt.Sprintf("phone %d", n))},
		Notices: []scheduler.Notice{
			newNotice(&a, scheduler.NoticeConfirmation, now0),
			newNotice(&a, scheduler.NoticeReminderDays, now0.Add(96*time.Hour)),
			newNotice(&a, scheduler.NoticeReminderEve, now0.Add(192*time.Hour)),
		},
		History: []scheduler.HistoryEntry{newHistory(&a, "booked")}, NewFeeds: []scheduler.Feed{newFeed(a.FeedID)},
	}
}

// arabic is a text of n characters, two bytes each.
func arabic(n int) string { return strings.Repeat("م", n) }
