package scheduler

import (
	"fmt"
	"strconv"
	"time"
)

// Date is a day in an office's own calendar (Gregorian), without zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the date that t shows in t's own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads "2027-08-10". It refuses dates that do not exist.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("date %.20q: want YYYY-MM-DD of a day that exists", s)
	}
	return DateOf(t), nil
}

// String gives "2027-08-10".
func (d Date) String() string {
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// IsZero reports whether d is the zero Date, which stands for "none".
func (d Date) IsZero() bool { return d == Date{} }

// Compare is negative when d is before o, zero when equal, positive when after.
func (d Date) Compare(o Date) int { return d.utc().Compare(o.utc()) }

// Before reports whether d is before o.
func (d Date) Before(o Date) bool { return d.Compare(o) < 0 }

// After reports whether d is after o.
func (d Date) After(o Date) bool { return d.Compare(o) > 0 }

// Between reports whether from ≤ d ≤ to. A zero bound is open.
func (d Date) Between(from, to Date) bool {
	return (from.IsZero() || !d.Before(from)) && (to.IsZero() || !d.After(to))
}

// AddDays returns the date n days later; n may be negative.
func (d Date) AddDays(n int) Date { return DateOf(d.utc().AddDate(0, 0, n)) }

// DaysUntil returns the number of days from d to o; negative when o is earlier.
// (A time.Duration would end at 292 years.)
func (d Date) DaysUntil(o Date) int { return int((o.utc().Unix() - d.utc().Unix()) / secondsPerDay) }

const secondsPerDay = 24 * 60 * 60

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// At returns the instant at which a clock in loc shows d and t. A time that a
// clock change skips is moved as time.Date does.
func (d Date) At(t TimeOfDay, loc *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, int(t)/60, int(t)%60, 0, 0, loc)
}

// MarshalText writes "2027-08-10", and nothing for the zero Date.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return []byte{}, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	v, err := ParseDate(string(b))
	if err == nil {
		*d = v
	}
	return err
}

func (d Date) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// TimeOfDay is a wall-clock time in minutes after local midnight, 0 to 1440;
// 1440 ("24:00") is only ever an end.
type TimeOfDay int

// TimeOfDayOf returns the wall-clock time that t shows in its own location,
// seconds dropped.
func TimeOfDayOf(t time.Time) TimeOfDay { return TimeOfDay(t.Hour()*60 + t.Minute()) }

// ParseTimeOfDay reads "09:30", "24:00" included.
func ParseTimeOfDay(s string) (TimeOfDay, error) {
	bad := fmt.Errorf("time %.20q: want HH:MM from 00:00 to 24:00", s)
	if len(s) != 5 || s[2] != ':' {
		return 0, bad
	}
	h, err := strconv.ParseUint(s[:2], 10, 8)
	if err != nil {
		return 0, bad
	}
	m, err := strconv.ParseUint(s[3:], 10, 8)
	if err != nil || m > 59 || h*60+m > 24*60 {
		return 0, bad
	}
	return TimeOfDay(h*60 + m), nil
}

// String gives "09:30".
func (t TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", int(t)/60, int(t)%60) }

// MarshalText writes "09:30".
func (t TimeOfDay) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (t *TimeOfDay) UnmarshalText(b []byte) error {
	v, err := ParseTimeOfDay(string(b))
	if err == nil {
		*t = v
	}
	return err
}

// Window is a half-open stretch of one day: from ≤ t < to.
type Window struct {
	From TimeOfDay `json:"from"`
	To   TimeOfDay `json:"to"`
}

// Overlaps reports whether the two windows share a minute.
func (w Window) Overlaps(o Window) bool { return w.From < o.To && o.From < w.To }

// Week holds the windows of each weekday, indexed by time.Weekday (Sunday is 0).
// The windows of a day are in order and do not overlap.
type Week [7][]Window
