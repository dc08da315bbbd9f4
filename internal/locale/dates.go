package locale

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The methods here write the clock and calendar of the zone that t carries.

// FullDate is "mardi 10 août 2027", "الثلاثاء 10 غشت 2027", "Tuesday 10 August 2027".
func (l *Language) FullDate(t time.Time) string { return l.date(l.facts.Dates.Full, t) }

// ShortDate is "mar. 10 août", "الثلاثاء 10 غشت", "Tue 10 Aug": without the year.
func (l *Language) ShortDate(t time.Time) string { return l.date(l.facts.Dates.Short, t) }

// SMSDate is "mardi 10/08", "الثلاثاء 10/08", "Tue 10 Aug": a date that a short message carries cheaply. ("août" alone would make a
// French message cost twice: û is not in GSM 03.38.)
func (l *Language) SMSDate(t time.Time) string { return l.date(l.facts.Dates.SMS, t) }

// MonthYear is "août 2027".
func (l *Language) MonthYear(t time.Time) string { return l.date(l.facts.Dates.MonthYear, t) }

// Weekday is "mardi".
func (l *Language) Weekday(t time.Time) string { return l.facts.Weekdays[t.Weekday()] }

// ShortWeekday is "mar.", for the head of a calendar.
func (l *Language) ShortWeekday(t time.Time) string { return l.facts.ShortWeekdays[t.Weekday()] }

// Clock is "09:30", on 24 hours, in every language.
func (l *Language) Clock(t time.Time) string { return t.Format("15:04") }

func (l *Language) date(pattern string, t time.Time) string {
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 && l.facts.FirstDay != "" {
		day = l.facts.FirstDay
	}
	return strings.NewReplacer(
		"{weekday}", l.facts.Weekdays[t.Weekday()],
		"{wd}", l.facts.ShortWeekdays[t.Weekday()],
		"{day}", day,
		"{dd}", fmt.Sprintf("%02d", t.Day()),
		"{month}", l.facts.Months[t.Month()-1],
		"{mon}", l.facts.ShortMonths[t.Month()-1],
		"{mm}", fmt.Sprintf("%02d", t.Month()),
		"{year}", strconv.Itoa(t.Year()),
	).Replace(pattern)
}

// TwoClocks names an instant by the office's clock, the zone that at carries, and by the reader's: "mardi 10 août 2027,
// 09:30 (heure du Maroc) — 10:30 à Paris". The reader's date is named when it is another day there; the second part is
// left out when both clocks show the same, or when reader is nil.
func (l *Language) TwoClocks(at time.Time, reader *time.Location) string {
	office := l.Say("clock.office", "date", l.FullDate(at), "time", l.Clock(at), "place", l.ClockName(at.Location().String()))
	if reader == nil {
		return office
	}
	there := at.In(reader)
	if there.Format(time.DateTime) == at.Format(time.DateTime) {
		return office
	}
	shown := l.Clock(there)
	if there.Format(time.DateOnly) != at.Format(time.DateOnly) {
		shown = l.Say("clock.other_day", "date", l.FullDate(there), "time", shown)
	}
	return l.Say("clock.elsewhere", "office", office, "time", shown, "city", l.City(reader.String()))
}

// ClockName says whose clock a zone's is: "heure du Maroc", "heure à Paris".
func (l *Language) ClockName(zone string) string {
	if name, ok := l.facts.Clocks[zone]; ok {
		return name
	}
	return l.Say("clock.of_city", "city", l.City(zone))
}

// City is the name of a zone's city: "Bruxelles" for "Europe/Brussels". A zone without a name here gives the last part
// of the IANA name: "Buenos Aires".
func (l *Language) City(zone string) string {
	if z, ok := l.cities[zone]; ok {
		return z.City
	}
	return strings.ReplaceAll(zone[strings.LastIndexByte(zone, '/')+1:], "_", " ")
}

// Zone is a time zone that many readers live in.
type Zone struct {
	Name    string `yaml:"zone"` // IANA
	Country string `yaml:"country"`
	City    string `yaml:"city"`
	// Alias marks a second name of a zone listed before: named by City, left out of Zones.
	Alias bool `yaml:"alias"`
}

// Zones lists the zones to offer in a choice, Morocco first, then by size of the Moroccan communities.
func (l *Language) Zones() []Zone {
	var out []Zone
	for _, z := range l.facts.Zones {
		if !z.Alias {
			out = append(out, z)
		}
	}
	return out
}

// Duration is a length of time: "25 minutes", "1 heure et 30 minutes".
func (l *Language) Duration(minutes int) string {
	hours, rest := minutes/60, minutes%60
	switch {
	case hours == 0:
		return l.Plural("unit.minutes", rest)
	case rest == 0:
		return l.Plural("unit.hours", hours)
	default:
		return l.Say("unit.and", "first", l.Plural("unit.hours", hours), "second", l.Plural("unit.minutes", rest))
	}
}

// Days is a number of days: "3 jours".
func (l *Language) Days(n int) string { return l.Plural("unit.days", n) }
