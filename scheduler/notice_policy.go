package scheduler

import (
	"strings"
	"time"
)

// NoticePolicy says when people are told. The zero value tells nothing ahead and
// knows no quiet hours; DefaultNoticePolicy is what facts:
// time-calendars-reminders, 6, found to work.
type NoticePolicy struct {
	// WorkingDays before the visit, on the office's calendar, for the first of
	// the two reminders; 0 for none.
	WorkingDays int
	// Eve is the reminder one calendar day before.
	Eve bool
	// WeekAhead is how many days ahead a visit must have been booked, at least
	// and a bit, to be reminded of seven days before as well; 0 for never.
	WeekAhead int
	// Hour of reminders, by the recipient's clock.
	Hour TimeOfDay
	// LastUse is how long before the visit a reminder is of no more use.
	LastUse time.Duration
	// BeforeCall is how long before an appointment by telephone or video its person is
	// reminded of what to have at hand; 0 for never.
	BeforeCall time.Duration

	// Questions is whether visitors are asked three questions after a visit.
	Questions bool

	// The quiet hours, by the recipient's clock. Ramadan's are the hours around
	// the breaking of the fast, on the days that the catalogue says are Ramadan.
	Night, Friday, Ramadan Quiet
}

// DefaultNoticePolicy is what the program starts with. Three working days and
// one day before: Kaiser trial, n = 54,066 (AJMC 2018): missed visits 4.4 %, with
// either reminder alone 5.8 and 5.3 %. The hours of Ramadan are unverified: sunset
// is between 17:40 and 18:40 in Morocco from 2027 to 2031.
func DefaultNoticePolicy() NoticePolicy {
	return NoticePolicy{
		WorkingDays: 3, Eve: true, WeekAhead: 21, Hour: 10 * 60, LastUse: 2 * time.Hour, BeforeCall: time.Hour, Questions: true,
		Night: Quiet{21 * 60, 8 * 60}, Friday: Quiet{12 * 60, 14*60 + 30}, Ramadan: Quiet{17 * 60, 20 * 60},
	}
}

// Quiet is a stretch of the day, From ≤ t < To; over midnight when From is the
// later one, and never when they are the same.
type Quiet struct {
	From TimeOfDay `json:"from"`
	To   TimeOfDay `json:"to"`
}

// at reports whether t is quiet, and how many days on the stretch ends.
func (q Quiet) at(t TimeOfDay) (quiet bool, days int) {
	switch {
	case q.From < q.To:
		return q.From <= t && t < q.To, 0
	case q.From > q.To && t >= q.From:
		return true, 1
	}
	return q.From > q.To && t < q.To, 0
}

// OfficeNotices is where an office departs from the policy; nil fields do not.
type OfficeNotices struct {
	WorkingDays *int  `json:"reminder_working_days,omitempty"`
	Eve         *bool `json:"reminder_eve,omitempty"`
	WeekAhead   *int  `json:"week_ahead_days,omitempty"`
	Questions   *bool `json:"questions,omitempty"`

	Night   *Quiet `json:"quiet_night,omitempty"`
	Friday  *Quiet `json:"quiet_friday,omitempty"`
	Ramadan *Quiet `json:"quiet_ramadan,omitempty"`
}

// Of is the policy of one office.
func (p NoticePolicy) Of(o *Office) NoticePolicy {
	n := o.Notices
	if n == nil {
		return p
	}
	for _, q := range []struct {
		here *Quiet
		all  *Quiet
	}{{n.Night, &p.Night}, {n.Friday, &p.Friday}, {n.Ramadan, &p.Ramadan}} {
		if q.here != nil {
			*q.all = *q.here
		}
	}
	if n.WorkingDays != nil {
		p.WorkingDays = *n.WorkingDays
	}
	if n.Eve != nil {
		p.Eve = *n.Eve
	}
	if n.WeekAhead != nil {
		p.WeekAhead = *n.WeekAhead
	}
	if n.Questions != nil {
		p.Questions = *n.Questions
	}
	return p
}

// weekBefore is how many days before the visit the early reminder comes.
const weekBefore = 7

// Reminder is one planned reminder.
type Reminder struct {
	Kind NoticeKind
	Due  time.Time // UTC
}

// Reminders plans the reminders of a visit of date at start (UTC) that is booked
// now, by a person whose clock is loc: those that are still ahead, at a decent
// hour, and before they are of no more use; in order.
func (p NoticePolicy) Reminders(c *Catalogue, o *Office, date Date, start, now time.Time, loc *time.Location) []Reminder {
	p = p.Of(o)
	until := start.Add(-p.LastUse)
	var out []Reminder
	plan := func(kind NoticeKind, day Date) {
		due := p.Decent(day.At(p.Hour, loc), loc, c.Ramadan).UTC()
		if due.After(now) && due.Before(until) {
			out = append(out, Reminder{kind, due})
		}
	}
	days := c.WorkingDaysBefore(o, date, p.WorkingDays)
	week := date.AddDays(-weekBefore)
	longAhead := p.WeekAhead > 0 && start.Sub(now) > time.Duration(p.WeekAhead)*24*time.Hour
	// Closures can put three working days about a week ahead: then one is enough.
	if longAhead && (p.WorkingDays == 0 || week.AddDays(1).Before(days)) {
		plan(NoticeReminderWeek, week)
	}
	if p.WorkingDays > 0 {
		plan(NoticeReminderDays, days)
	}
	if p.Eve && !(p.WorkingDays > 0 && days == date.AddDays(-1)) {
		plan(NoticeReminderEve, date.AddDays(-1))
	}
	return out
}

// soonLast is how long before its time the reminder before a call is of no more
// use.
const soonLast = 10 * time.Minute

// Soon plans the reminder shortly before an appointment by telephone or video, and
// reports whether there is one. A short message waits for the end of the quiet
// hours, if that is not too late; mail wakes nobody.
func (p NoticePolicy) Soon(a *Appointment, now time.Time, loc *time.Location, ramadan func(Date) bool) (time.Time, bool) {
	if !a.Channel.Remote() || p.BeforeCall <= 0 {
		return time.Time{}, false
	}
	due := a.StartsAt.Add(-p.BeforeCall)
	if a.Citizen.Email == "" {
		due = p.Decent(due, loc, ramadan).UTC()
	}
	return due, due.After(now) && !due.After(a.StartsAt.Add(-soonLast))
}

// mostQuiet bounds how many stretches in a row Decent looks through.
const mostQuiet = 8

// Decent is the first instant from t on that is not quiet by the clock loc. Where
// the quiet hours leave none, it is some instant of them.
func (p NoticePolicy) Decent(t time.Time, loc *time.Location, ramadan func(Date) bool) time.Time {
	for range mostQuiet {
		end := p.quietUntil(t.In(loc), ramadan)
		if !end.After(t) {
			return t
		}
		t = end
	}
	return t
}

// quietUntil is the end of a stretch of quiet hours that here lies in; zero when
// it lies in none.
func (p NoticePolicy) quietUntil(here time.Time, ramadan func(Date) bool) time.Time {
	date, now := DateOf(here), TimeOfDayOf(here)
	for _, q := range []struct {
		Quiet
		on bool
	}{{p.Night, true}, {p.Friday, date.Weekday() == time.Friday}, {p.Ramadan, ramadan(date)}} {
		if quiet, days := q.at(now); quiet && q.on {
			return date.AddDays(days).At(q.To, here.Location())
		}
	}
	return time.Time{}
}

// AtOnce reports whether a notice is what its person waits for: it comes at any
// hour.
func (k NoticeKind) AtOnce() bool { return k == NoticeConfirmation || k == NoticeComeNow }

// Bound reports whether a notice belongs to the address it goes to, and is not
// said by another way: what proves an address, or speaks of it.
func (k NoticeKind) Bound() bool {
	return k == NoticeProveCode || k == NoticeFindCode || k == NoticeFileCode || k == NoticeCorrectedOld
}

// Reminds reports whether a notice only reminds: better not at all than at night.
func (k NoticeKind) Reminds() bool {
	return k == NoticeReminderWeek || k == NoticeReminderDays || k == NoticeReminderEve || k == NoticeReminderSoon
}

// Disturb says when a notice that is ready now may reach its person: now, or
// later, at a decent hour; never is true when that would be too late and it only
// reminds. Mail wakes nobody. News waits unless it would come in the last hours
// before the visit.
func (p NoticePolicy) Disturb(n Notice, now time.Time, loc *time.Location, ramadan func(Date) bool) (at time.Time, never bool) {
	if n.Channel != ChannelSMS || n.Kind.AtOnce() {
		return now, false
	}
	at = p.Decent(now, loc, ramadan)
	switch {
	case n.Kind.Reminds():
		return at, at.After(now) && !at.Before(n.UsefulUntil)
	case at.Add(p.LastUse).After(n.UsefulUntil):
		return now, false
	}
	return at, false
}

// Ramadan reports whether date may be a day of Ramadan: a period of the catalogue
// whose id begins with "ramadan", with the days by which its moon may differ.
func (c *Catalogue) Ramadan(date Date) bool {
	for i := range c.Periods {
		p := &c.Periods[i]
		if strings.HasPrefix(p.ID, "ramadan") && date.Between(p.From.AddDays(-p.PlusMinusDays), p.To.AddDays(p.PlusMinusDays)) {
			return true
		}
	}
	return false
}
