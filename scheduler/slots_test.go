package scheduler_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mawid/internal/enginetest"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// slots lists the free times of one day on the office's clock.
func (w *world) slots(service, office, date string, party int) []string {
	w.Helper()
	d := w.date(date)
	slots, err := w.Slots(w.Context(), scheduler.SlotQuery{ServiceID: service, OfficeID: office, From: d, To: d, Party: party})
	w.must(err)
	var out []string
	for _, s := range slots {
		out = append(out, s.Place.Start.String())
	}
	return out
}

func times(s string) []string { return strings.Fields(s) }

func TestSlotsOfOneDay(t *testing.T) {
	w := newWorld(t, testdb.SQLite(t))
	const (
		tuesday  = "2027-06-01"
		friday   = "2027-06-04"
		saturday = "2027-07-10"
	)
	for _, test := range []struct {
		name, service, office, date string
		party                       int
		want                        []string
	}{
		{"20 minutes every 20, none over the break", enginetest.Card, enginetest.Solo, tuesday, 1, times(
			"08:30 08:50 09:10 09:30 09:50 10:10 10:30 10:50 11:10 11:30 11:50 12:10" +
				" 13:00 13:20 13:40 14:00 14:20 14:40 15:00 15:20 15:40 16:00")},
		{"two persons take twice as long", enginetest.Card, enginetest.Solo, tuesday, 2, times(
			"08:30 08:50 09:10 09:30 09:50 10:10 10:30 10:50 11:10 11:30 11:50" +
				" 13:00 13:20 13:40 14:00 14:20 14:40 15:00 15:20 15:40")},
		{"six persons: the day is short", enginetest.Card, enginetest.Solo, tuesday, 6, times(
			"08:30 08:50 09:10 09:30 09:50 10:10 10:30 13:00 13:20 13:40 14:00 14:20")},
		{"Friday's longer break", enginetest.Deed, enginetest.Trio, friday, 1, times(
			"08:30 09:00 09:30 10:00 10:30 11:00 11:30 13:45 14:15 14:45 15:15 15:45")},
		{"12 minutes take 15", enginetest.Odd, enginetest.Trio, saturday, 1, times(
			"08:30 08:45 09:00 09:15 09:30 09:45 10:00 10:15 10:30 10:45 11:00 11:15 11:30 11:45 12:00 12:15")},
		{"Saturday without duty", enginetest.Card, enginetest.Solo, saturday, 1, nil},
		{"Saturday before the season", enginetest.File, enginetest.Trio, "2027-06-26", 1, nil},
		{"a closure", enginetest.Card, enginetest.Solo, "2027-07-30", 1, nil},
		{"beside a closure that may move", enginetest.Deed, enginetest.Trio, "2027-08-17", 3, times(
			"08:30 09:00 09:30 10:00 13:00 13:30 14:00")},
		{"the event, at its own hours", enginetest.Deed, enginetest.Fair, enginetest.FairDate, 2, times(
			"09:00 09:30 10:00 10:30 11:00 11:30 14:00 14:30 15:00 15:30 16:00 16:30")},
		{"the event on another day", enginetest.Card, enginetest.Fair, "2027-08-11", 1, nil},
		{"booked elsewhere", enginetest.Visa, enginetest.Gate, tuesday, 1, nil},
		{"an office that does not offer it", enginetest.Card, enginetest.Trio, tuesday, 1, nil},
		{"yesterday", enginetest.Card, enginetest.Solo, "2027-05-28", 1, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.TB = t
			if got := w.slots(test.service, test.office, test.date, test.party); !slices.Equal(got, test.want) {
				t.Errorf("got  %v\nwant %v", got, test.want)
			}
		})
	}
}

func TestSlotsTellOfficeInstantsAndRemaining(t *testing.T) {
	w := newWorld(t, testdb.SQLite(t))
	date := w.date(enginetest.FairDate)
	got, err := w.Slots(w.Context(), scheduler.SlotQuery{ServiceID: enginetest.File, From: date, To: date})
	w.must(err)
	offices := map[string]int{}
	for i, s := range got {
		offices[s.OfficeID]++
		if !s.EndsAt.Equal(s.StartsAt.Add(20*time.Minute)) || s.Zone != "Africa/Casablanca" || s.StartsAt.Location() != time.UTC {
			t.Errorf("slot %+v", s)
		}
		if i > 0 && s.StartsAt.Before(got[i-1].StartsAt) {
			t.Errorf("%v comes after %v", s.StartsAt, got[i-1].StartsAt)
		}
		// Each host of the fair has one of its 4 desks, and one more.
		if want := map[string]int{enginetest.Trio: 3, enginetest.Fair: 2}[s.OfficeID]; s.Remaining != want {
			t.Errorf("%d remain at %s, want %d", s.Remaining, s.OfficeID, want)
		}
	}
	if offices[enginetest.Trio] != 22 || offices[enginetest.Fair] != 24 {
		t.Errorf("slots by office: %v, want 22 at trio and 24 at the fair", offices)
	}
}

func TestSlotsKeepLeadAndHorizon(t *testing.T) {
	w := newWorld(t, testdb.SQLite(t))
	w.set("2027-06-01 09:45")
	if got := w.slots(enginetest.Stamp, enginetest.Solo, "2027-06-01", 1); len(got) == 0 || got[0] != "10:00" {
		t.Errorf("15 minutes before 10:00 the first is %v", got)
	}
	w.clock.Advance(time.Microsecond)
	if got := w.slots(enginetest.Stamp, enginetest.Solo, "2027-06-01", 1); len(got) == 0 || got[0] != "10:10" {
		t.Errorf("less than 15 minutes before 10:00 the first is %v", got)
	}
	if got := w.slots(enginetest.Stamp, enginetest.Solo, "2028-05-31", 1); len(got) == 0 {
		t.Error("365 days ahead is not offered")
	}
	if got := w.slots(enginetest.Stamp, enginetest.Solo, "2028-06-01", 1); len(got) != 0 {
		t.Errorf("366 days ahead is offered: %v", got)
	}
}

// TestHorizonIsCountedOnTheOfficesCalendar: at 23:30 UTC it is tomorrow in
// Paris, so Paris books one day further than Casablanca.
func TestHorizonIsCountedOnTheOfficesCalendar(t *testing.T) {
	w := newWorld(t, testdb.SQLite(t))
	w.set("2027-06-01 23:30")
	if got := w.slots(enginetest.Night, enginetest.Paris, "2028-06-01", 1); len(got) != 48 {
		t.Errorf("Paris offers %d times on its last day, want 48", len(got))
	}
	if got := w.slots(enginetest.Stamp, enginetest.Solo, "2028-06-01", 1); len(got) != 0 {
		t.Errorf("Casablanca offers %v", got)
	}
}

func TestSlotQueryFaults(t *testing.T) {
	w := newWorld(t, testdb.SQLite(t))
	day := w.date("2027-06-01")
	good := scheduler.SlotQuery{ServiceID: enginetest.Card, From: day, To: day}
	for _, test := range []struct {
		name        string
		change      func(*scheduler.SlotQuery)
		field, code string
	}{
		{"no service", func(q *scheduler.SlotQuery) { q.ServiceID = "" }, "service", "unknown"},
		{"another's service", func(q *scheduler.SlotQuery) { q.ServiceID = "\x00" }, "service", "unknown"},
		{"no such office", func(q *scheduler.SlotQuery) { q.OfficeID = "nowhere" }, "office", "unknown"},
		{"backwards", func(q *scheduler.SlotQuery) { q.To = day.AddDays(-1) }, "to", "before_from"},
		{"367 days", func(q *scheduler.SlotQuery) { q.To = day.AddDays(366) }, "to", "too_far"},
		{"a thousand years", func(q *scheduler.SlotQuery) { q.To.Year = 3027 }, "to", "too_far"},
		{"no from", func(q *scheduler.SlotQuery) { q.From = scheduler.Date{} }, "to", "too_far"},
		{"seven persons", func(q *scheduler.SlotQuery) { q.Party = 7 }, "party_size", "out_of_range"},
		{"fewer than none", func(q *scheduler.SlotQuery) { q.Party = -3 }, "party_size", "out_of_range"},
	} {
		t.Run(test.name, func(t *testing.T) {
			q := good
			test.change(&q)
			_, err := w.Slots(t.Context(), q)
			wantField(t, err, test.field, test.code)
			_, err = w.Days(t.Context(), q)
			wantField(t, err, test.field, test.code)
		})
	}
	good.To = day.AddDays(365)
	if _, err := w.Days(t.Context(), good); err != nil {
		t.Errorf("366 days: %v", err)
	}
}

func TestDaysTellWhyTheyAreClosed(t *testing.T) {
	w := newWorld(t, testdb.SQLite(t))
	days, err := w.Days(w.Context(), scheduler.SlotQuery{ServiceID: enginetest.Card, From: w.date("2027-07-29"), To: w.date("2027-08-17")})
	w.must(err)
	got := map[string]string{}
	for i, d := range days {
		if i > 0 && d.Date.Before(days[i-1].Date) {
			t.Errorf("%s comes after %s", d.Date, days[i-1].Date)
		}
		got[d.Date.String()+" "+d.OfficeID] = fmt.Sprint(d.Free, " ", d.Opening.Reason)
		if d.Free == 0 && d.First != (scheduler.Slot{}) {
			t.Errorf("%s has nothing free and a first slot", d.Date)
		}
	}
	for key, want := range map[string]string{
		"2027-07-29 solo": "22 ", "2027-07-30 solo": "0 closure", "2027-07-31 solo": "0 not_open",
		"2027-08-10 solo": "22 ", "2027-08-10 fair": "24 ", "2027-08-11 fair": "0 not_open",
		"2027-08-16 solo": "0 closure", "2027-08-17 solo": "22 may_close",
	} {
		if got[key] != want {
			t.Errorf("%s: %q, want %q", key, got[key], want)
		}
	}
	if len(days) != 2*20 {
		t.Errorf("%d answers, want 20 days of 2 offices", len(days))
	}
}

// everyOffer pairs each service with each office that offers it.
var everyOffer = []struct{ office, service string }{
	{enginetest.Solo, enginetest.Card},
	{enginetest.Solo, enginetest.Stamp},
	{enginetest.Trio, enginetest.File},
	{enginetest.Trio, enginetest.Deed},
	{enginetest.Trio, enginetest.Odd},
	{enginetest.Fair, enginetest.Card},
	{enginetest.Fair, enginetest.Deed},
	{enginetest.Paris, enginetest.Night},
}

// TestDaysCountWhatSlotsList: on a database with some bookings, over months
// with a fair, closures and both clock changes of Paris.
func TestDaysCountWhatSlotsList(t *testing.T) {
	w := newWorld(t, testdb.SQLite(t))
	w.booked(enginetest.Fair, enginetest.Card, enginetest.FairDate+" 09:20")
	w.booked(enginetest.Solo, enginetest.Card, "2027-06-01 08:30")
	w.booked(enginetest.Trio, enginetest.Deed, "2027-06-01 10:00")
	w.held(enginetest.Solo, enginetest.Stamp, "2027-06-02 12:20")
	rapid.Check(t, func(t *rapid.T) {
		offer := rapid.SampledFrom(everyOffer).Draw(t, "offer")
		from := w.date("2027-05-25").AddDays(rapid.IntRange(0, 320).Draw(t, "from"))
		q := scheduler.SlotQuery{
			ServiceID: offer.service, From: from, To: from.AddDays(rapid.IntRange(0, 20).Draw(t, "days")),
			Party: rapid.IntRange(0, 6).Draw(t, "party"),
		}
		if rapid.Bool().Draw(t, "one office") {
			q.OfficeID = offer.office
		}
		slots, err1 := w.Slots(w.Context(), q)
		days, err2 := w.Days(w.Context(), q)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		for _, d := range days {
			var own []scheduler.Slot
			for _, s := range slots {
				if s.OfficeID == d.OfficeID && s.Place.Date == d.Date {
					own = append(own, s)
				}
			}
			if d.Free != len(own) || (len(own) > 0 && d.First != own[0]) {
				t.Fatalf("%s at %s: %d free from %v, but slots are %v", d.Date, d.OfficeID, d.Free, d.First, own)
			}
			slots = slices.DeleteFunc(slots, func(s scheduler.Slot) bool { return slices.Contains(own, s) })
		}
		if len(slots) > 0 {
			t.Fatalf("slots of no day: %v", slots)
		}
	})
}

// TestEverySlotCanBeHeldAndNothingElse: what Slots lists, Hold gives; any other
// start is refused for a reason.
func TestEverySlotCanBeHeldAndNothingElse(t *testing.T) {
	w := newWorld(t, testdb.SQLite(t))
	rapid.Check(t, func(t *rapid.T) {
		offer := rapid.SampledFrom(everyOffer).Draw(t, "offer")
		date := w.date(rapid.SampledFrom([]string{
			"2027-05-31", "2027-06-04", "2027-07-10", "2027-07-30", enginetest.FairDate, "2027-10-31", "2028-03-26",
		}).Draw(t, "date"))
		party := rapid.IntRange(1, 6).Draw(t, "party")
		start := date.At(0, time.UTC).Add(time.Duration(rapid.IntRange(-3*12, 25*12).Draw(t, "tick")) * 5 * time.Minute)
		slots, err := w.Slots(w.Context(), scheduler.SlotQuery{
			ServiceID: offer.service, OfficeID: offer.office, From: date.AddDays(-1), To: date.AddDays(1), Party: party,
		})
		if err != nil {
			t.Fatal(err)
		}
		listed := slices.ContainsFunc(slots, func(s scheduler.Slot) bool { return s.StartsAt.Equal(start) })
		hold, err := w.Hold(w.Context(), scheduler.HoldRequest{
			OfficeID: offer.office, ServiceID: offer.service, StartsAt: start, Party: party,
		})
		if listed != (err == nil) {
			t.Fatalf("%v at %s is listed: %v, but holding it gives %v", start, offer.office, listed, err)
		}
		var invalid *scheduler.InvalidError
		if err != nil && (!errors.As(err, &invalid) || invalid.Fields[0].Field != "starts_at") {
			t.Fatalf("holding %v: %v, want a fault of starts_at", start, err)
		}
		if err == nil {
			if err := w.ReleaseHold(w.Context(), hold.ID); err != nil {
				t.Fatal(err)
			}
		}
	})
	w.sound()
}

func TestHoldRefusesWhatIsNotOffered(t *testing.T) {
	w := newWorld(t, testdb.SQLite(t))
	for _, test := range []struct {
		name, office, service, at string
		party                     int
		field, code               string
	}{
		{"the past", enginetest.Solo, enginetest.Card, "2027-05-28 09:10", 1, "starts_at", "past"},
		{"too soon", enginetest.Paris, enginetest.Night, "2027-05-31 07:00", 1, "starts_at", "too_soon"},
		{"too far", enginetest.Solo, enginetest.Card, "2028-05-31 08:30", 1, "starts_at", "too_far"},
		{"the night", enginetest.Solo, enginetest.Card, "2027-06-01 03:00", 1, "starts_at", "closed"},
		{"the break", enginetest.Solo, enginetest.Card, "2027-06-01 12:30", 1, "starts_at", "closed"},
		{"the evening, on the dot", enginetest.Solo, enginetest.Card, "2027-06-01 16:30", 1, "starts_at", "closed"},
		{"a Sunday", enginetest.Solo, enginetest.Card, "2027-06-06 09:10", 1, "starts_at", "closed"},
		{"a closure", enginetest.Solo, enginetest.Card, "2027-07-30 09:10", 1, "starts_at", "closed"},
		{"between two starts", enginetest.Solo, enginetest.Card, "2027-06-01 08:40", 1, "starts_at", "not_offered"},
		{"over the break", enginetest.Solo, enginetest.Card, "2027-06-01 12:10", 2, "starts_at", "not_offered"},
		{"seven persons", enginetest.Solo, enginetest.Card, "2027-06-01 08:30", 7, "party_size", "out_of_range"},
		{"fewer than none", enginetest.Solo, enginetest.Card, "2027-06-01 08:30", -1, "party_size", "out_of_range"},
		{"no such service", enginetest.Solo, "nothing", "2027-06-01 08:30", 1, "service", "unknown"},
		{"no such office", "nowhere", enginetest.Card, "2027-06-01 08:30", 1, "office", "unknown"},
		{"not here", enginetest.Trio, enginetest.Card, "2027-06-01 08:30", 1, "service", "not_offered"},
		{"elsewhere", enginetest.Gate, enginetest.Visa, "2027-06-01 08:30", 1, "service", "booked_elsewhere"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := w.Hold(t.Context(), scheduler.HoldRequest{
				OfficeID: test.office, ServiceID: test.service, StartsAt: w.at(test.at), Party: test.party,
			})
			wantField(t, err, test.field, test.code)
		})
	}
	_, err := w.Hold(t.Context(), scheduler.HoldRequest{
		OfficeID: enginetest.Solo, ServiceID: enginetest.Card, StartsAt: w.at("2027-06-01 08:30").Add(time.Second),
	})
	wantField(t, err, "starts_at", "not_offered")
	if o := w.sound(); len(o.Days)+len(o.Holds) != 0 {
		t.Errorf("refused requests left %+v", o)
	}
}

// TestClockChanges: an office that is open through the nights in which its
// clock changes. Nobody gets a time that its clock skips; a time that comes
// twice is offered once; and with one desk no two visits overlap for real.
func TestClockChanges(t *testing.T) {
	for _, test := range []struct{ name, date, skipped string }{
		{"to summer time", "2028-03-26", "02:00 02:30"},
		{"to winter time", "2027-10-31", ""},
	} {
		for party := 1; party <= 3; party++ {
			t.Run(fmt.Sprintf("%s, party of %d", test.name, party), func(t *testing.T) {
				w := newWorld(t, testdb.SQLite(t))
				date := w.date(test.date)
				slots, err := w.Slots(t.Context(), scheduler.SlotQuery{
					ServiceID: enginetest.Night, From: date.AddDays(-1), To: date.AddDays(1), Party: party,
				})
				w.must(err)
				seen := map[string]bool{}
				for _, s := range slots {
					key := s.Place.Date.String() + " " + s.Place.Start.String()
					if seen[key] || (s.Place.Date == date && slices.Contains(times(test.skipped), s.Place.Start.String())) {
						t.Errorf("%s is offered, for the first time: %v", key, !seen[key])
					}
					seen[key] = true
				}
				bookAllWithoutOverlap(w, slots, party)
			})
		}
	}
}

// bookAllWithoutOverlap books each slot that is still free, and fails when two
// visits at the one desk overlap.
func bookAllWithoutOverlap(w *world, slots []scheduler.Slot, party int) {
	w.Helper()
	var got []scheduler.Appointment
	for _, s := range slots {
		b, err := w.Book(w.Context(), scheduler.BookRequest{
			OfficeID: s.OfficeID, ServiceID: s.ServiceID, StartsAt: s.StartsAt, Party: party, Citizen: somebody(),
		})
		if err == nil {
			got = append(got, b.Appointment)
		} else if !errors.Is(err, scheduler.ErrSlotTaken) {
			w.Errorf("%v: %v", s.StartsAt, err)
		}
	}
	if len(got) < 3*40/party {
		w.Errorf("%d visits in 3 days and nights", len(got))
	}
	for i := 1; i < len(got); i++ { // they come in order of time
		if got[i].StartsAt.Before(got[i-1].EndsAt) {
			w.Errorf("a visit from %v to %v and one from %v share the desk", got[i-1].StartsAt, got[i-1].EndsAt, got[i].StartsAt)
		}
	}
	w.sound()
}
