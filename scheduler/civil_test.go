package scheduler_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mawid/scheduler"
)

func civil(t *testing.T, s string) scheduler.Date {
	t.Helper()
	d, err := scheduler.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// anyDate draws a day of the years 1 to 9998, and the instant at which it
// begins in UTC, worked out by the standard library.
func anyDate(t *rapid.T) (scheduler.Date, time.Time) {
	first := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).Unix() / 86400
	last := time.Date(9998, 12, 31, 0, 0, 0, 0, time.UTC).Unix() / 86400
	at := time.Unix(rapid.Int64Range(first, last).Draw(t, "day")*86400, 0).UTC()
	return scheduler.DateOf(at), at
}

func TestDateCountsAsTheStandardLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, at := anyDate(t)
		o, other := anyDate(t)
		n := rapid.IntRange(-300, 300).Draw(t, "days")
		if got, want := d.AddDays(n).String(), at.AddDate(0, 0, n).Format(time.DateOnly); got != want {
			t.Errorf("%s plus %d days is %s, want %s", d, n, got, want)
		}
		if got, want := d.Compare(o), at.Compare(other); got != want {
			t.Errorf("%s compared with %s is %d, want %d", d, o, got, want)
		}
		if d.Before(o) != at.Before(other) || d.After(o) != at.After(other) {
			t.Errorf("%s before or after %s is wrong", d, o)
		}
		if d.Weekday() != at.Weekday() {
			t.Errorf("%s is a %s, want %s", d, d.Weekday(), at.Weekday())
		}
	})
}

func TestDaysUntilUndoesAddDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, _ := anyDate(t)
		o, _ := anyDate(t)
		n := d.DaysUntil(o)
		if got := d.AddDays(n); got != o {
			t.Errorf("%s is %d days from %s, but adding them gives %s", o, n, d, got)
		}
		if back := o.DaysUntil(d); back != -n {
			t.Errorf("%d days there and %d back", n, back)
		}
	})
}

func TestDateTextComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, _ := anyDate(t)
		var back scheduler.Date
		text, err := d.MarshalText()
		if err == nil {
			err = back.UnmarshalText(text)
		}
		if err != nil || back != d {
			t.Errorf("%s came back as %s: %v", d, back, err)
		}
	})
	var none scheduler.Date
	if text, err := none.MarshalText(); err != nil || len(text) != 0 {
		t.Errorf("no date is written %q: %v", text, err)
	}
	kept := civil(t, "2027-08-10")
	if err := kept.UnmarshalText([]byte("2027-02-30")); err == nil || kept != civil(t, "2027-08-10") {
		t.Errorf("a date that does not exist gave %s: %v", kept, err)
	}
	if err := kept.UnmarshalText(nil); err != nil || !kept.IsZero() {
		t.Errorf("empty text gave %s: %v", kept, err)
	}
}

func TestParseDateRefuses(t *testing.T) {
	for _, s := range []string{
		"", "2027", "2027-8-10", "2027-08-1", "2027-02-29", "2027-02-30", "2027-13-01", "2027-00-10", "2027-08-00", "10-08-2027", "2027/08/10",
		"2027-08-10 ", " 2027-08-10", "2027-08-10T00:00:00Z", "+2027-08-10", "٢٠٢٧-٠٨-١٠",
	} {
		if d, err := scheduler.ParseDate(s); err == nil {
			t.Errorf("%q was read as %s", s, d)
		}
	}
	if got := civil(t, "2028-02-29").AddDays(365).String(); got != "2029-02-28" {
		t.Errorf("a year after a leap day is %s", got)
	}
}

func TestBetweenHasOpenBounds(t *testing.T) {
	d, before, after := civil(t, "2027-08-10"), civil(t, "2027-08-09"), civil(t, "2027-08-11")
	var open scheduler.Date
	for _, row := range []struct {
		from, to scheduler.Date
		want     bool
	}{
		{open, open, true},
		{d, d, true},
		{before, after, true},
		{open, d, true},
		{d, open, true},
		{after, open, false},
		{open, before, false},
		{after, before, false},
	} {
		if d.Between(row.from, row.to) != row.want {
			t.Errorf("%s between %s and %s: want %v", d, row.from, row.to, row.want)
		}
	}
}

func TestAtShowsTheWallClock(t *testing.T) {
	loc := time.FixedZone("an hour east", 3600)
	for _, row := range []struct{ clock, want string }{
		{"00:00", "2027-08-09T23:00:00Z"},
		{"09:30", "2027-08-10T08:30:00Z"},
		{"24:00", "2027-08-10T23:00:00Z"},
	} {
		tod, err := scheduler.ParseTimeOfDay(row.clock)
		if err != nil {
			t.Fatal(err)
		}
		if got := civil(t, "2027-08-10").At(tod, loc).UTC().Format(time.RFC3339); got != row.want {
			t.Errorf("%s is %s, want %s", row.clock, got, row.want)
		}
	}
}

func TestTimeOfDayTextComesBack(t *testing.T) {
	for m := scheduler.TimeOfDay(0); m <= 24*60; m++ {
		back, err := scheduler.ParseTimeOfDay(m.String())
		if err != nil || back != m {
			t.Fatalf("%s came back as %s: %v", m, back, err)
		}
	}
	for _, s := range []string{
		"", "9:00", "09:0", "24:01", "25:00", "12:60", "-1:00", "+9:00", "09:-1", "09.00", "09:00 ", "0900", "1_:00", "٠٩:٠٠", "09:00:00",
	} {
		if got, err := scheduler.ParseTimeOfDay(s); err == nil {
			t.Errorf("%q was read as %s", s, got)
		}
	}
}

func TestTimeOfDayOfDropsSeconds(t *testing.T) {
	at := time.Date(2027, 8, 10, 9, 30, 59, 999, time.FixedZone("", -3600))
	if got := scheduler.TimeOfDayOf(at); got.String() != "09:30" {
		t.Errorf("got %s", got)
	}
	if got := scheduler.DateOf(at); got.String() != "2027-08-10" {
		t.Errorf("got %s", got)
	}
}

func TestWindowAsJSON(t *testing.T) {
	text, err := json.Marshal(scheduler.Window{From: 570, To: 1440})
	if err != nil || string(text) != `{"from":"09:30","to":"24:00"}` {
		t.Errorf("written as %s: %v", text, err)
	}
	var w scheduler.Window
	if err := json.Unmarshal(text, &w); err != nil || w.From != 570 || w.To != 1440 {
		t.Errorf("read as %v: %v", w, err)
	}
	if err := json.Unmarshal([]byte(`{"from":"9:30","to":"24:00"}`), &w); err == nil {
		t.Error("a time in another form was read")
	}
}

func TestOverlapsMeansASharedMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		window := func(name string) scheduler.Window {
			from := rapid.IntRange(0, 60).Draw(t, name)
			return scheduler.Window{From: scheduler.TimeOfDay(from), To: scheduler.TimeOfDay(from + rapid.IntRange(1, 20).Draw(t, name+" length"))}
		}
		a, b := window("a"), window("b")
		shared := false
		for m := a.From; m < a.To; m++ {
			shared = shared || m >= b.From && m < b.To
		}
		if a.Overlaps(b) != shared || b.Overlaps(a) != shared {
			t.Errorf("%v and %v: want %v", a, b, shared)
		}
	})
}

func FuzzParseTimeOfDay(f *testing.F) {
	f.Add("09:30")
	f.Add("24:00")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := scheduler.ParseTimeOfDay(s)
		if err == nil && (got.String() != s || got < 0 || got > 24*60) {
			t.Errorf("%q was read as %s", s, got)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	f.Add("2027-08-10")
	f.Add("0000-01-01")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := scheduler.ParseDate(s)
		if err == nil && got.String() != s {
			t.Errorf("%q was read as %s", s, got)
		}
	})
}
