package locale_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files")

// zone is a zone under its IANA name with one offset: what these tests need of one.
func zone(name string, minutes int) *time.Location {
	return time.FixedZone(name, minutes*60)
}

var casablanca = zone("Africa/Casablanca", 0)

// TestDatesGolden writes every month and weekday in every form and language.
func TestDatesGolden(t *testing.T) {
	var b strings.Builder
	for _, l := range book(t).Languages() {
		fmt.Fprintf(&b, "== %s\n", l.Code())
		for month := time.January; month <= time.December; month++ {
			at := time.Date(2027, month, int(month)*2-1, 9, 5, 0, 0, casablanca)
			fmt.Fprintf(&b, "%s | %s | %s | %s | %s %s | %s\n", l.FullDate(at), l.ShortDate(at), l.SMSDate(at),
				l.MonthYear(at), l.Weekday(at), l.ShortWeekday(at), l.Clock(at))
		}
	}
	golden(t, "testdata/dates.golden", b.String())
}

// TestZonesGolden writes the choice of zones in every language.
func TestZonesGolden(t *testing.T) {
	var b strings.Builder
	for _, l := range book(t).Languages() {
		fmt.Fprintf(&b, "== %s\n", l.Code())
		for _, z := range l.Zones() {
			fmt.Fprintf(&b, "%s | %s | %s\n", z.Name, l.Say("form.zone_choice", "country", z.Country, "city", z.City), l.ClockName(z.Name))
		}
	}
	golden(t, "testdata/zones.golden", b.String())
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got), -update writes it:\n%s", file, diff)
	}
}

func TestDates(t *testing.T) {
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 9, 30, 0, 0, casablanca) }
	migrants := day(2027, 8, 10)
	tests := []struct{ got, want string }{
		{lang(t, "fr").FullDate(migrants), "mardi 10 août 2027"},
		{lang(t, "ar").FullDate(migrants), "الثلاثاء 10 غشت 2027"},
		{lang(t, "en").FullDate(migrants), "Tuesday 10 August 2027"},
		{lang(t, "fr").ShortDate(migrants), "mar. 10 août"},
		{lang(t, "fr").MonthYear(migrants), "août 2027"},
		{lang(t, "ar").MonthYear(migrants), "غشت 2027"},
		{lang(t, "fr").FullDate(day(2026, 12, 1)), "mardi 1er décembre 2026"},
		{lang(t, "fr").FullDate(day(2026, 12, 11)), "vendredi 11 décembre 2026"},
		{lang(t, "en").FullDate(day(2026, 12, 1)), "Tuesday 1 December 2026"},
		{lang(t, "fr").SMSDate(day(2026, 12, 1)), "mardi 01/12"},
		{lang(t, "fr").Weekday(day(2027, 8, 15)), "dimanche"},
		{lang(t, "ar").Weekday(day(2027, 8, 13)), "الجمعة"},
		{lang(t, "ar").Clock(migrants), "09:30"},
	}
	for _, test := range tests {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

func TestTwoClocks(t *testing.T) {
	at := func(hour, minute int) time.Time { return time.Date(2027, 8, 10, hour, minute, 0, 0, casablanca) }
	paris, newYork := zone("Europe/Paris", 120), zone("America/New_York", -240)
	tests := []struct {
		name, code string
		office     time.Time
		reader     *time.Location
		want       string
	}{
		{"Paris in summer", "fr", at(9, 30), paris, "mardi 10 août 2027, 09:30 (heure du Maroc) — 11:30 à Paris"},
		{"in Arabic", "ar", at(9, 30), paris, "الثلاثاء 10 غشت 2027، 09:30 (بتوقيت المغرب) — 11:30 في باريس"},
		{"in English", "en", at(9, 30), paris, "Tuesday 10 August 2027, 09:30 (Moroccan time) — 11:30 in Paris"},
		{"the reader is at home", "fr", at(9, 30), casablanca, "mardi 10 août 2027, 09:30 (heure du Maroc)"},
		{"another zone, the same clock", "fr", at(9, 30), zone("Europe/London", 0), "mardi 10 août 2027, 09:30 (heure du Maroc)"},
		{"no zone known", "fr", at(9, 30), nil, "mardi 10 août 2027, 09:30 (heure du Maroc)"},
		{"already the next day there", "fr", at(23, 0), paris, "mardi 10 août 2027, 23:00 (heure du Maroc) — mercredi 11 août 2027, 01:00 à Paris"},
		{"still the day before there", "ar", at(1, 0), newYork, "الثلاثاء 10 غشت 2027، 01:00 (بتوقيت المغرب) — الاثنين 9 غشت 2027، 21:00 في نيويورك"},
		{"the same clock a day away", "en", time.Date(2027, 8, 10, 9, 0, 0, 0, zone("Pacific/Kiritimati", 14*60)), zone("Pacific/Honolulu", -10*60), "Tuesday 10 August 2027, 09:00 (time in Kiritimati) — Monday 9 August 2027, 09:00 in Honolulu"},
		{"a city without a name here", "fr", at(9, 30), zone("America/Argentina/Buenos_Aires", -180), "mardi 10 août 2027, 09:30 (heure du Maroc) — 06:30 à Buenos Aires"},
		{"an office abroad", "fr", time.Date(2027, 8, 10, 9, 30, 0, 0, paris), casablanca, "mardi 10 août 2027, 09:30 (heure à Paris) — 07:30 à Casablanca"},
		{"an office in Laayoune", "fr", time.Date(2027, 8, 10, 9, 30, 0, 0, zone("Africa/El_Aaiun", 0)), casablanca, "mardi 10 août 2027, 09:30 (heure du Maroc)"},
		{"a zone with odd minutes", "en", at(9, 30), zone("Asia/Kolkata", 330), "Tuesday 10 August 2027, 09:30 (Moroccan time) — 15:00 in Kolkata"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := lang(t, test.code).TwoClocks(test.office, test.reader); got != test.want {
				t.Errorf("\ngot  %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestTwoClocksNeverMislead: the second clock is there exactly when it shows something else, and a date is there for
// each day that is meant.
func TestTwoClocksNeverMislead(t *testing.T) {
	b := book(t)
	rapid.Check(t, func(t *rapid.T) {
		l := rapid.SampledFrom(b.Languages()).Draw(t, "language")
		office := zone("Africa/Casablanca", rapid.IntRange(-4, 4).Draw(t, "office")*30)
		reader := zone("Europe/Paris", rapid.IntRange(-24, 28).Draw(t, "reader")*30)
		at := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 527040).Draw(t, "minute")) * time.Minute).In(office)
		there := at.In(reader)
		text := l.TwoClocks(at, reader)
		if !strings.Contains(text, l.FullDate(at)) || !strings.Contains(text, l.Clock(at)) {
			t.Fatalf("the office's time is missing in %q", text)
		}
		_, second, two := strings.Cut(text, "—")
		if same := there.Format(time.DateTime) == at.Format(time.DateTime); same == two {
			t.Fatalf("clocks equal: %v, but %q", same, text)
		}
		if two && !strings.Contains(second, l.Clock(there)) {
			t.Fatalf("the reader's time is missing in %q", text)
		}
		if otherDay := there.Day() != at.Day(); two && otherDay != strings.Contains(second, l.FullDate(there)) {
			t.Fatalf("another day: %v, but %q", otherDay, text)
		}
	})
}

func TestCity(t *testing.T) {
	tests := []struct{ code, zone, want string }{
		{"fr", "Europe/Brussels", "Bruxelles"},
		{"fr", "Europe/London", "Londres"},
		{"ar", "Europe/Brussels", "بروكسيل"},
		{"fr", "America/Toronto", "Montréal"},
		{"fr", "America/Montreal", "Montréal"},
		{"ar", "Asia/Riyadh", "الرياض"},
		{"en", "Asia/Qatar", "Doha"},
		{"en", "America/Argentina/Buenos_Aires", "Buenos Aires"},
		{"en", "UTC", "UTC"},
		{"en", "", ""},
		{"en", "Europe/", ""},
	}
	for _, test := range tests {
		if got := lang(t, test.code).City(test.zone); got != test.want {
			t.Errorf("%s %s: got %q, want %q", test.code, test.zone, got, test.want)
		}
	}
}

// TestZonesOffered: a person from Canada finds one entry, not two of one name.
func TestZonesOffered(t *testing.T) {
	for _, l := range book(t).Languages() {
		seen := make(map[string]bool)
		for i, z := range l.Zones() {
			if i == 0 && z.Name != "Africa/Casablanca" {
				t.Errorf("%s: the first zone is %s", l.Code(), z.Name)
			}
			label := z.Country + z.City
			if seen[label] || z.Country == "" || z.City == "" {
				t.Errorf("%s: %+v is doubled or incomplete", l.Code(), z)
			}
			seen[label] = true
		}
		if len(seen) < 25 {
			t.Errorf("%s: only %d zones", l.Code(), len(seen))
		}
	}
}

func TestDuration(t *testing.T) {
	tests := []struct {
		code    string
		minutes int
		want    string
	}{
		{"fr", 1, "1 minute"},
		{"fr", 25, "25 minutes"},
		{"fr", 60, "1 heure"},
		{"fr", 90, "1 heure et 30 minutes"},
		{"fr", 120, "2 heures"},
		{"ar", 1, "دقيقة واحدة"},
		{"ar", 2, "دقيقتان"},
		{"ar", 5, "5 دقائق"},
		{"ar", 25, "25 دقيقة"},
		{"ar", 90, "ساعة واحدة و30 دقيقة"},
		{"ar", 130, "ساعتان و10 دقائق"},
		{"en", 0, "0 minutes"},
		{"en", 61, "1 hour and 1 minute"},
	}
	for _, test := range tests {
		if got := lang(t, test.code).Duration(test.minutes); got != test.want {
			t.Errorf("%s %d: got %q, want %q", test.code, test.minutes, got, test.want)
		}
	}
	if got := lang(t, "ar").Days(3); got != "3 أيام" {
		t.Errorf("Days(3) = %q", got)
	}
}
