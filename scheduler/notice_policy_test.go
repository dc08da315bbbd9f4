package scheduler_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

func never(scheduler.Date) bool { return false }

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := enginetest.Zones(t).Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// local reads "2027-06-04 12:30" on a clock.
func local(t testing.TB, text string, loc *time.Location) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, loc)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestDecent(t *testing.T) {
	data := enginetest.Data() // Ramadan from 8 February to 9 March 2027, tentative
	cat := scheduler.NewCatalogue(data, 1)
	def := scheduler.DefaultNoticePolicy()
	open := def
	open.Night, open.Friday, open.Ramadan = scheduler.Quiet{}, scheduler.Quiet{}, scheduler.Quiet{}
	joined := def
	joined.Friday = scheduler.Quiet{From: 8 * 60, To: 14*60 + 30} // goes on where the night ends
	for _, c := range []struct {
		name, zone, at, want string
		policy               scheduler.NoticePolicy
	}{
		{"by day", "Africa/Casablanca", "2027-06-01 10:00", "2027-06-01 10:00", def},
		{"the last minute of the day", "Africa/Casablanca", "2027-06-01 20:59", "2027-06-01 20:59", def},
		{"in the evening", "Africa/Casablanca", "2027-06-01 21:00", "2027-06-02 08:00", def},
		{"after midnight", "Africa/Casablanca", "2027-06-02 00:30", "2027-06-02 08:00", def},
		{"the last minute of the night", "Africa/Casablanca", "2027-06-02 07:59", "2027-06-02 08:00", def},
		{"Friday prayer", "Africa/Casablanca", "2027-06-04 12:00", "2027-06-04 14:30", def},
		{"after it", "Africa/Casablanca", "2027-06-04 14:30", "2027-06-04 14:30", def},
		{"Thursday noon", "Africa/Casablanca", "2027-06-03 12:30", "2027-06-03 12:30", def},
		{"around iftar", "Africa/Casablanca", "2027-02-10 18:30", "2027-02-10 20:00", def},
		{"the day before, the moon may be early", "Africa/Casablanca", "2027-02-07 18:30", "2027-02-07 18:30", def},
		{"after Ramadan", "Africa/Casablanca", "2027-03-12 18:30", "2027-03-12 18:30", def},
		{"a Friday evening of Ramadan in Paris", "Europe/Paris", "2027-02-12 19:59", "2027-02-12 20:00", def},
		{"the night ends in prayer", "Africa/Casablanca", "2027-06-03 22:00", "2027-06-04 14:30", joined},
		{"the clock goes forward in Paris", "Europe/Paris", "2027-03-27 23:00", "2027-03-28 08:00", def},
		{"and back", "Europe/Paris", "2027-10-30 23:00", "2027-10-31 08:00", def},
		{"no quiet hours", "Africa/Casablanca", "2027-06-04 03:00", "2027-06-04 03:00", open},
	} {
		loc := zone(t, c.zone)
		got := c.policy.Decent(local(t, c.at, loc), loc, cat.Ramadan).In(loc).Format("2006-01-02 15:04")
		if got != c.want {
			t.Errorf("%s: at %s it may come %s, want %s", c.name, c.at, got, c.want)
		}
	}
}

func TestRamadanHasTheDaysByWhichItsMoonMayDiffer(t *testing.T) {
	data := enginetest.Data()
	data.Periods[0].PlusMinusDays = 1
	data.Periods = append(data.Periods, scheduler.Period{ID: "summer", From: scheduler.Date{Year: 2027, Month: 7, Day: 1}, To: scheduler.Date{Year: 2027, Month: 8, Day: 31}})
	cat := scheduler.NewCatalogue(data, 1)
	for day, want := range map[string]bool{
		"2027-02-06": false, "2027-02-07": true, "2027-02-20": true, "2027-03-10": true, "2027-03-11": false, "2027-07-15": false,
	} {
		if got := cat.Ramadan(enginetest.Date(t, day)); got != want {
			t.Errorf("%s: %v, want %v", day, got, want)
		}
	}
}

// TestDecentIsTheFirstDecentMinute: it is not quiet then, and it was quiet in
// every minute before.
func TestDecentIsTheFirstDecentMinute(t *testing.T) {
	zones := []string{"Africa/Casablanca", "Europe/Paris", "America/Toronto", "Asia/Riyadh", "Pacific/Honolulu"}
	def := scheduler.DefaultNoticePolicy()
	cat := scheduler.NewCatalogue(enginetest.Data(), 1)
	quiet := func(at time.Time) bool { // said once more, in other words
		clock, m := at.Weekday(), at.Hour()*60+at.Minute()
		night := m >= 21*60 || m < 8*60
		friday := clock == time.Friday && m >= 12*60 && m < 14*60+30
		y, mo, d := at.Date()
		iftar := cat.Ramadan(scheduler.Date{Year: y, Month: mo, Day: d}) && m >= 17*60 && m < 20*60
		return night || friday || iftar
	}
	rapid.Check(t, func(r *rapid.T) {
		loc := zone(t, rapid.SampledFrom(zones).Draw(r, "zone"))
		from := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 365*24*60).Draw(r, "minute")) * time.Minute)
		at := def.Decent(from, loc, cat.Ramadan)
		if at.Before(from) || quiet(at.In(loc)) {
			r.Fatalf("from %s: %s is quiet or earlier", from.In(loc), at.In(loc))
		}
		for m := from; m.Before(at); m = m.Add(time.Minute) {
			if !quiet(m.In(loc)) {
				r.Fatalf("from %s: %s would have done, it says %s", from.In(loc), m.In(loc), at.In(loc))
			}
		}
	})
}

func TestReminders(t *testing.T) {
	const solo = "solo"
	def := scheduler.DefaultNoticePolicy()
	noon := def
	noon.Hour = 12*60 + 30
	all := func(o *scheduler.OfficeNotices) scheduler.CatalogueData {
		d := enginetest.Data()
		d.Offices[0].Notices = o
		return d
	}
	for _, c := range []struct {
		name, now, start string
		policy           scheduler.NoticePolicy
		data             scheduler.CatalogueData
		want             string
	}{
		{"booked long ahead", "2027-05-31 07:00", "2027-07-15 09:30", def, all(nil), "reminder_week 2027-07-08 10:00, reminder_days 2027-07-12 10:00, reminder_eve 2027-07-14 10:00"},
		{"booked 21 days ahead to the minute", "2027-06-24 09:30", "2027-07-15 09:30", def, all(nil), "reminder_days 2027-07-12 10:00, reminder_eve 2027-07-14 10:00"},
		{"a minute more", "2027-06-24 09:29", "2027-07-15 09:30", def, all(nil), "reminder_week 2027-07-08 10:00, reminder_days 2027-07-12 10:00, reminder_eve 2027-07-14 10:00"},
		{"the office says no week, two working days, no eve", "2027-05-31 07:00", "2027-07-15 09:30", def, all(&scheduler.OfficeNotices{WorkingDays: new(2), Eve: new(false), WeekAhead: new(0)}), "reminder_days 2027-07-13 10:00"},
		{"one working day before is the eve: once", "2027-05-31 07:00", "2027-06-15 09:30", def, all(&scheduler.OfficeNotices{WorkingDays: new(1)}), "reminder_days 2027-06-14 10:00"},
		{"a closure of a week: the working days are enough", "2027-05-31 07:00", "2027-07-15 09:30", def, closed("2027-07-12", "2027-07-14"), "reminder_days 2027-07-07 10:00, reminder_eve 2027-07-14 10:00"},
		{"noon of a Friday waits for the end of prayer", "2027-05-31 07:00", "2027-06-05 09:30", noon, all(nil), "reminder_days 2027-06-02 12:30, reminder_eve 2027-06-04 14:30"},
		{"tomorrow", "2027-06-14 12:00", "2027-06-15 09:30", def, all(nil), ""},
	} {
		cat := scheduler.NewCatalogue(c.data, 1)
		o, err := cat.Office(solo)
		if err != nil {
			t.Fatal(err)
		}
		start := enginetest.At(t, c.start)
		var got string
		for i, r := range c.policy.Reminders(cat, o, scheduler.DateOf(start), start, enginetest.At(t, c.now), zone(t, "Africa/Casablanca")) {
			if i > 0 {
				got += ", "
			}
			got += fmt.Sprint(r.Kind, " ", r.Due.Format("2006-01-02 15:04"))
		}
		if got != c.want {
			t.Errorf("%s:\n  got  %s\n  want %s", c.name, got, c.want)
		}
	}
}

func closed(from, to string) scheduler.CatalogueData { return enginetest.Closed("works", from, to) }

// TestRemindersKeepTheirPromises on any day of a year, in any zone: in order,
// ahead, at a decent hour, never in the last two hours, each kind once.
func TestRemindersKeepTheirPromises(t *testing.T) {
	def := scheduler.DefaultNoticePolicy()
	cat := scheduler.NewCatalogue(enginetest.Data(), 1)
	o, err := cat.Office("solo")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(r *rapid.T) {
		loc := zone(t, rapid.SampledFrom([]string{"Africa/Casablanca", "America/Toronto", "Pacific/Auckland", "Pacific/Honolulu"}).Draw(r, "zone"))
		now := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 300*24*60).Draw(r, "now")) * time.Minute)
		start := now.Add(time.Duration(rapid.IntRange(1, 90*24*60).Draw(r, "ahead")) * time.Minute)
		seen := map[scheduler.NoticeKind]bool{}
		last := now
		for _, p := range def.Reminders(cat, o, scheduler.DateOf(start), start, now, loc) {
			if !p.Due.After(last) || seen[p.Kind] || p.Due.Add(2*time.Hour).After(start) || !def.Decent(p.Due, loc, cat.Ramadan).Equal(p.Due) {
				r.Fatalf("%s at %s of a visit at %s, told from %s", p.Kind, p.Due, start, now)
			}
			if p.Kind == scheduler.NoticeReminderWeek && start.Sub(now) <= 21*24*time.Hour {
				r.Fatalf("a week before, but booked %s ahead", start.Sub(now))
			}
			seen[p.Kind], last = true, p.Due
		}
	})
}

func TestShortMessagesKeepQuiet(t *testing.T) {
	const eve, moved = scheduler.NoticeReminderEve, scheduler.NoticeMoved
	def := scheduler.DefaultNoticePolicy()
	for _, c := range []struct {
		now, zone string
		kind      scheduler.NoticeKind
		channel   scheduler.Channel
		useful    string
		want      string // on the clock of Safi; "never"
	}{
		{"2027-06-07 20:59", "Africa/Casablanca", eve, scheduler.ChannelSMS, "2027-06-08 09:00", "2027-06-07 20:59"},
		{"2027-06-07 21:00", "Africa/Casablanca", eve, scheduler.ChannelSMS, "2027-06-08 09:00", "2027-06-08 08:00"},
		{"2027-06-07 21:30", "Africa/Casablanca", eve, scheduler.ChannelSMS, "2027-06-08 06:30", "never"},
		{"2027-06-07 11:00", "America/Toronto", eve, scheduler.ChannelSMS, "2027-06-08 13:00", "2027-06-07 12:00"},
		{"2027-06-07 23:00", "America/Toronto", eve, scheduler.ChannelSMS, "2027-06-08 13:00", "2027-06-07 23:00"},
		{"2027-06-07 23:00", "Africa/Casablanca", eve, scheduler.ChannelEmail, "2027-06-08 09:00", "2027-06-07 23:00"},
		{"2027-06-07 23:00", "Africa/Casablanca", moved, scheduler.ChannelSMS, "2027-06-09 11:00", "2027-06-08 08:00"},
		{"2027-06-07 23:00", "Africa/Casablanca", moved, scheduler.ChannelSMS, "2027-06-08 09:59", "2027-06-07 23:00"},
		{"2027-06-07 23:00", "Africa/Casablanca", moved, scheduler.ChannelSMS, "2027-06-08 10:00", "2027-06-08 08:00"},
		{"2027-06-07 23:00", "Africa/Casablanca", scheduler.NoticeConfirmation, scheduler.ChannelSMS, "2027-06-09 11:00", "2027-06-07 23:00"},
		{"2027-06-07 23:00", "Africa/Casablanca", scheduler.NoticeComeNow, scheduler.ChannelSMS, "2027-06-07 23:10", "2027-06-07 23:00"},
	} {
		n := scheduler.Notice{Kind: c.kind, Channel: c.channel, UsefulUntil: enginetest.At(t, c.useful)}
		at, no := def.Disturb(n, enginetest.At(t, c.now), zone(t, c.zone), never)
		got := at.UTC().Format("2006-01-02 15:04")
		if no {
			got = "never"
		}
		if got != c.want {
			t.Errorf("%s by %s at %s (%s, useful until %s): %s, want %s", c.kind, c.channel, c.now, c.zone, c.useful, got, c.want)
		}
	}
}

// TestQuietHoursOfAnOffice: where an office says others, they hold for planning
// and for sending; what it does not say is the installation's.
func TestQuietHoursOfAnOffice(t *testing.T) {
	loc := zone(t, "Africa/Casablanca")
	def := scheduler.DefaultNoticePolicy()
	office := def.Of(&scheduler.Office{Notices: &scheduler.OfficeNotices{
		Friday: &scheduler.Quiet{From: 11 * 60, To: 15 * 60}, Ramadan: &scheduler.Quiet{},
	}})
	always := func(scheduler.Date) bool { return true }
	for _, c := range []struct {
		now, all, office string
		ramadan          func(scheduler.Date) bool
	}{
		{"2027-06-04 11:30", "2027-06-04 11:30", "2027-06-04 15:00", never}, // a Friday
		{"2027-06-04 13:00", "2027-06-04 14:30", "2027-06-04 15:00", never},
		{"2027-02-10 18:00", "2027-02-10 20:00", "2027-02-10 18:00", always},
		{"2027-06-03 22:00", "2027-06-04 08:00", "2027-06-04 08:00", never},
	} {
		for want, p := range map[string]scheduler.NoticePolicy{"all " + c.all: def, "office " + c.office: office} {
			got := p.Decent(enginetest.At(t, c.now), loc, c.ramadan).UTC().Format("2006-01-02 15:04")
			if !strings.HasSuffix(want, got) {
				t.Errorf("at %s: %s, want %s", c.now, got, want)
			}
		}
	}
}
