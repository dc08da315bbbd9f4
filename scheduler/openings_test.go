package scheduler_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"mawid/configs"
	"mawid/scheduler"
)

// safi is the sample catalogue: the rules below are those of 2027 in Safi.
func safi(t testing.TB) *scheduler.Catalogue {
	t.Helper()
	s, err := configs.Read(configs.SampleName, configs.SampleFile, nil)
	if err != nil {
		t.Fatal(err)
	}
	return scheduler.NewCatalogue(s.CatalogueData, 1)
}

func officeOf(t testing.TB, c *scheduler.Catalogue, id string) *scheduler.Office {
	t.Helper()
	o, err := c.Office(id)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func hoursOf(o scheduler.Opening) string {
	parts := make([]string, len(o.Windows))
	for i, w := range o.Windows {
		parts[i] = w.From.String() + "-" + w.To.String()
	}
	return strings.Join(parts, " ")
}

const (
	standard = "08:30-12:30 13:00-16:30"
	friday   = "08:30-12:15 13:45-16:30"
	duty     = "08:30-12:30" // Saturdays of July and August
)

func TestOpeningsOfSafi(t *testing.T) {
	c := safi(t)
	for _, row := range []struct {
		name, office, date, hours string
		reason                    scheduler.ClosedReason
	}{
		{"a Monday", "prov-safi", "2027-06-14", standard, ""},
		{"a Friday", "prov-safi", "2027-06-18", friday, ""},
		{"a Saturday", "prov-safi", "2027-06-19", "", scheduler.ReasonNotOpen},
		{"a Sunday", "prov-safi", "2027-06-20", "", scheduler.ReasonNotOpen},
		{"another year", "prov-safi", "2026-12-01", standard, ""},
		{"years ahead", "prov-safi", "2031-03-03", standard, ""},

		{"Saturday before the duty", "adii-safi", "2027-06-26", "", scheduler.ReasonNotOpen},
		{"first Saturday of duty", "adii-safi", "2027-07-03", duty, ""},
		{"last Saturday of duty", "adii-safi", "2027-08-28", duty, ""},
		{"Saturday after the duty", "adii-safi", "2027-09-04", "", scheduler.ReasonNotOpen},
		{"duty adds nothing to a Monday", "adii-safi", "2027-07-05", standard, ""},
		{"no duty in another office", "prov-safi", "2027-07-03", "", scheduler.ReasonNotOpen},
		{"closure on a Saturday of duty", "adii-safi", "2027-08-14", "", scheduler.ReasonClosure},

		{"the Friday before Ramadan", "prov-safi", "2027-02-05", friday, ""},
		{"first day of Ramadan", "prov-safi", "2027-02-08", "09:00-15:00", ""},
		{"Friday of Ramadan", "prov-safi", "2027-02-12", "09:00-12:15 13:45-15:00", ""},
		{"last day of Ramadan", "prov-safi", "2027-03-09", "09:00-15:00", scheduler.ReasonMayClose},
		{"Eid", "prov-safi", "2027-03-10", "", scheduler.ReasonClosure},
		{"after Eid", "prov-safi", "2027-03-12", friday, scheduler.ReasonMayClose},
		{"Ramadan replaces longer hours too", "dgsn-safi-cedi", "2027-02-08", "09:00-15:00", ""},
		{"and takes their Saturday", "dgsn-safi-cedi", "2027-02-13", "", scheduler.ReasonNotOpen},
		{"the identity centre", "dgsn-safi-cedi", "2027-06-14", "08:00-19:00", ""},
		{"the identity centre on Saturdays", "dgsn-safi-cedi", "2027-06-19", "08:00-15:00", ""},

		{"Throne Day", "prov-safi", "2027-07-30", "", scheduler.ReasonClosure},
		{"the day before is sure", "prov-safi", "2027-07-29", standard, ""},
		{"Mawlid, a Monday", "prov-safi", "2027-08-16", "", scheduler.ReasonClosure},
		{"the day after Mawlid may close", "prov-safi", "2027-08-17", standard, scheduler.ReasonMayClose},
		{"two days after is sure", "prov-safi", "2027-08-18", standard, ""},
		{"Monday after 1 Muharram, a Sunday", "prov-safi", "2027-06-07", standard, scheduler.ReasonMayClose},

		{"the booths on their day", "prov-safi-unified", "2027-08-10", "09:00-16:00", ""},
		{"the booths a day before", "prov-safi-unified", "2027-08-09", "", scheduler.ReasonNotOpen},
		{"the booths a day after", "prov-safi-unified", "2027-08-11", "", scheduler.ReasonNotOpen},
		{"the hosts stay open at home", "adii-safi", "2027-08-10", standard, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := c.Opening(officeOf(t, c, row.office), civil(t, row.date))
			if hoursOf(got) != row.hours || got.Reason != row.reason || got.Open() != (row.hours != "") {
				t.Errorf("%s on %s: %q %q, want %q %q", row.office, row.date, hoursOf(got), got.Reason, row.hours, row.reason)
			}
		})
	}
}

func TestOpeningNamesTheClosure(t *testing.T) {
	c := safi(t)
	for _, row := range []struct {
		date, name string
		tentative  bool
		margin     int
	}{
		{"2027-07-30", "Fête du Trône", false, 0},
		{"2027-08-16", "Aïd al-Mawlid", true, 1},
		{"2027-08-17", "Aïd al-Mawlid", true, 1},
		{"2027-08-18", "", false, 0},
	} {
		got := c.Opening(officeOf(t, c, "prov-safi"), civil(t, row.date))
		if got.Names["fr"] != row.name || got.Tentative != row.tentative || got.PlusMinusDays != row.margin {
			t.Errorf("%s: %q tentative %v ±%d", row.date, got.Names["fr"], got.Tentative, got.PlusMinusDays)
		}
	}
}

// Saturday duty adds hours on the nine Saturdays from 3 July to 28 August 2027
// (less the closed ones), and on no other day of the year.
func TestSaturdayDutyAddsOnlyItsSaturdays(t *testing.T) {
	c := safi(t)
	with, without := officeOf(t, c, "adii-safi"), officeOf(t, c, "prov-safi")
	var added []string
	for d := civil(t, "2027-01-01"); d.Year == 2027; d = d.AddDays(1) {
		if hoursOf(c.Opening(with, d)) != hoursOf(c.Opening(without, d)) {
			added = append(added, d.String())
		}
	}
	want := []string{ // without 14 and 21 August, which are holidays
		"2027-07-03", "2027-07-10", "2027-07-17", "2027-07-24", "2027-07-31", "2027-08-07", "2027-08-28",
	}
	if !slices.Equal(added, want) {
		t.Errorf("added on %v", added)
	}
}

func TestRamadanReplacesStandardHours(t *testing.T) {
	c := safi(t)
	o := officeOf(t, c, "prov-safi")
	for d := civil(t, "2027-02-08"); !d.After(civil(t, "2027-03-09")); d = d.AddDays(1) {
		for _, w := range c.Opening(o, d).Windows {
			if w.From < 9*60 || w.To > 15*60 {
				t.Errorf("%s: open %s-%s in Ramadan", d, w.From, w.To)
			}
		}
	}
}

// A closure that is certain says so, even when a tentative one lies on the same
// day.
func TestCertainClosureComesFirst(t *testing.T) {
	day := civil(t, "2027-08-16")
	data := scheduler.CatalogueData{
		Hours:   []scheduler.HoursTemplate{{ID: "always", Week: everyDay(scheduler.Window{From: 540, To: 600})}},
		Offices: []scheduler.Office{{ID: "o", Desks: 1, Hours: []string{"always"}}, {ID: "p", Desks: 1, Hours: []string{"always"}}},
		Closures: []scheduler.Closure{
			{ID: "moon", From: day, To: day, Certainty: scheduler.Tentative, PlusMinusDays: 1, Names: scheduler.Names{"fr": "lune"}},
			{ID: "declared", From: day, To: day, Certainty: scheduler.Exceptional, Names: scheduler.Names{"fr": "décret"}, Offices: []string{"o"}},
		},
	}
	c := scheduler.NewCatalogue(data, 1)
	if got := c.Opening(officeOf(t, c, "o"), day); got.Tentative || got.Names["fr"] != "décret" {
		t.Errorf("with both: %v tentative %v", got.Names, got.Tentative)
	}
	if got := c.Opening(officeOf(t, c, "p"), day); !got.Tentative || got.Names["fr"] != "lune" {
		t.Errorf("closed for one office only: %v tentative %v", got.Names, got.Tentative)
	}
}

func everyDay(ws ...scheduler.Window) (week scheduler.Week) {
	for i := range week {
		week[i] = ws
	}
	return week
}

func TestWorkingDaysBefore(t *testing.T) {
	c := safi(t)
	o := officeOf(t, c, "prov-safi")
	for _, row := range []struct {
		name, date string
		n          int
		want       string
	}{
		{"none", "2027-06-16", 0, "2027-06-16"},
		{"within a week", "2027-06-18", 3, "2027-06-15"},
		{"over a weekend", "2027-06-15", 3, "2027-06-10"},
		{"from a Sunday", "2027-06-20", 1, "2027-06-18"},
		{"over Throne Day and a weekend", "2027-08-02", 1, "2027-07-29"},
		{"three, over Throne Day and a weekend", "2027-08-02", 3, "2027-07-27"},
		{"over Mawlid", "2027-08-17", 1, "2027-08-13"},
		{"over Mawlid, three", "2027-08-17", 3, "2027-08-11"},
		{"over both days of Eid", "2027-03-12", 1, "2027-03-09"},
		{"over the new year", "2027-01-04", 1, "2026-12-31"},
		{"Saturday duty is no working day", "2027-07-12", 1, "2027-07-09"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := c.WorkingDaysBefore(o, civil(t, row.date), row.n); got.String() != row.want {
				t.Errorf("%d before %s is %s, want %s", row.n, row.date, got, row.want)
			}
		})
	}
}

func TestWorkingDaysBeforeEndsWithoutWorkingDays(t *testing.T) {
	from, to := civil(t, "2000-01-01"), civil(t, "2199-12-31")
	c := scheduler.NewCatalogue(scheduler.CatalogueData{
		Offices:  []scheduler.Office{{ID: "o", Desks: 1}},
		Closures: []scheduler.Closure{{ID: "for-ever", From: from, To: to, Certainty: scheduler.Fixed}},
	}, 1)
	date := civil(t, "2027-08-10")
	if got := c.WorkingDaysBefore(officeOf(t, c, "o"), date, 3); got.DaysUntil(date) != 366 {
		t.Errorf("looked back to %s, want a year", got)
	}
}

func TestWorkingDaysBeforeCountsWorkingDays(t *testing.T) {
	c := safi(t)
	o := officeOf(t, c, "prov-safi")
	rapid.Check(t, func(t *rapid.T) {
		d := scheduler.Date{Year: 2027, Month: 1, Day: 1}.AddDays(rapid.IntRange(0, 500).Draw(t, "day"))
		n := rapid.IntRange(1, 30).Draw(t, "n")
		got := c.WorkingDaysBefore(o, d, n)
		if !c.WorkingDay(o, got) {
			t.Errorf("%s is no working day", got)
		}
		count := 0
		for x := got; x.Before(d); x = x.AddDays(1) {
			if c.WorkingDay(o, x) {
				count++
			}
		}
		if count != n {
			t.Errorf("%d working days from %s to %s, want %d", count, got, d, n)
		}
	})
}

// Whatever templates an office has: its windows are in order, do not touch, and
// hold exactly the minutes that one of the templates holds.
func TestWindowsAreMerged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var data scheduler.CatalogueData
		office := scheduler.Office{ID: "o", Desks: 1}
		open := [24 * 60]bool{}
		for i := range rapid.IntRange(1, 4).Draw(t, "templates") {
			from := rapid.IntRange(0, 280).Draw(t, "from") * 5
			to := min(from+rapid.IntRange(1, 60).Draw(t, "ticks")*5, 24*60)
			id := string(rune('a' + i))
			week := everyDay(scheduler.Window{From: scheduler.TimeOfDay(from), To: scheduler.TimeOfDay(to)})
			data.Hours = append(data.Hours, scheduler.HoursTemplate{ID: id, Week: week, Additive: i > 0})
			office.Hours = append(office.Hours, id)
			for m := from; m < to; m++ {
				open[m] = true
			}
		}
		data.Offices = []scheduler.Office{office}
		c := scheduler.NewCatalogue(data, 1)
		before := len(data.Hours[0].Week[1])
		windows := c.Opening(&c.Offices[0], scheduler.Date{Year: 2027, Month: 6, Day: 14}).Windows
		got := [24 * 60]bool{}
		last := scheduler.TimeOfDay(-1)
		for _, w := range windows {
			if w.From <= last || w.To <= w.From {
				t.Errorf("windows %v", windows)
			}
			last = w.To
			for m := w.From; m < w.To; m++ {
				got[m] = true
			}
		}
		if got != open || len(data.Hours[0].Week[1]) != before {
			t.Errorf("windows %v do not hold the minutes of %v", windows, data.Hours)
		}
	})
}

// Asking must not change the catalogue: it is shared by all requests.
func TestOpeningLeavesTheCatalogueAlone(t *testing.T) {
	c := safi(t)
	o := officeOf(t, c, "prov-safi-unified")
	first := c.Opening(o, civil(t, "2027-08-10"))
	first.Windows[0].To = 0
	if again := c.Opening(o, civil(t, "2027-08-10")); hoursOf(again) != "09:00-16:00" {
		t.Errorf("the event is now open %q", hoursOf(again))
	}
	std := officeOf(t, c, "prov-safi")
	c.Opening(std, civil(t, "2027-06-14")).Windows[0].To = 0
	if again := c.Opening(std, civil(t, "2027-06-14")); hoursOf(again) != standard {
		t.Errorf("the office is now open %q", hoursOf(again))
	}
}
