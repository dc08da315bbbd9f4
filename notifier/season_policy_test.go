package notifier_test

import (
	"fmt"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// expected is the policy said once more, from its text and with nothing of its
// code: what the ledger must hold of one visitor, as "revision kind channel state
// code".
func expected(t *testing.T, v *visitor, closures []scheduler.Closure) (rows []string) {
	t.Helper()
	known := false // that the address does not work
	for i, a := range v.acts {
		until := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
		if i+1 < len(v.acts) {
			until = v.acts[i+1].at
		}
		news := "moved"
		switch {
		case i == 0:
			news = "confirmation"
		case a.start.IsZero():
			news = "cancelled"
		}
		rows = append(rows, said(v, i+1, news, known)...)
		known = known || v.returning || v.refused
		if a.start.IsZero() {
			continue
		}
		for _, r := range reminders(t, v, a, closures) {
			if r.due.Before(until) {
				rows = append(rows, said(v, i+1, r.kind, known)...)
				continue
			}
			rows = append(rows, fmt.Sprintf("%d %s %s revoked superseded", i+1, r.kind, first(v)))
		}
	}
	// Whoever came is asked three questions, once, whatever revision the
	// appointment has; nobody else is.
	if v.visits() {
		rows = append(rows, said(v, 0, "questions", known)...)
	}
	return rows
}

func first(v *visitor) string {
	if v.citizen.Email != "" {
		return "email"
	}
	return "sms"
}

// said is what becomes of one thing that is to be said.
func said(v *visitor, revision int, kind string, known bool) []string {
	row := func(rest string) string { return fmt.Sprintf("%d %s %s", revision, kind, rest) }
	sms := row("sms sent taken")
	phone := v.citizen.Phone != ""
	switch {
	case v.citizen.Email == "":
		return []string{sms}
	case !v.returning && !v.refused:
		return []string{row("email sent taken")}
	case known && phone:
		return []string{row("email revoked address_invalid"), sms}
	case known:
		return []string{row("email dead address_invalid")}
	case v.refused:
		return []string{row("email dead smtp_550"), sms}
	case phone:
		return []string{row("email bounced dsn_5.1.1"), sms}
	}
	return []string{row("email bounced dsn_5.1.1")}
}

type planned struct {
	kind string
	due  time.Time
}

// reminders: ten o'clock of the reader, seven days before when booked more than 21
// days ahead (and not about the same time as the next), three working days before,
// and the day before; in the future, and two hours before the visit at the latest.
// Ten o'clock is never quiet.
func reminders(t *testing.T, v *visitor, a act, closures []scheduler.Closure) (out []planned) {
	t.Helper()
	name := v.citizen.Zone
	if name == "" {
		name = "Africa/Casablanca"
	}
	loc, err := enginetest.Zones(t).Load(name)
	if err != nil {
		t.Fatal(err)
	}
	visit := time.Date(a.start.Year(), a.start.Month(), a.start.Day(), 0, 0, 0, 0, time.UTC) // Morocco is on UTC
	working := func(d time.Time) bool {
		if d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
			return false
		}
		for _, c := range closures {
			from := time.Date(c.From.Year, c.From.Month, c.From.Day, 0, 0, 0, 0, time.UTC)
			to := time.Date(c.To.Year, c.To.Month, c.To.Day, 0, 0, 0, 0, time.UTC)
			if !d.Before(from) && !d.After(to) {
				return false
			}
		}
		return true
	}
	three := visit
	for left := 3; left > 0; {
		three = three.AddDate(0, 0, -1)
		if working(three) {
			left--
		}
	}
	add := func(kind string, day time.Time) {
		due := time.Date(day.Year(), day.Month(), day.Day(), 10, 0, 0, 0, loc)
		if due.After(a.at) && due.Before(a.start.Add(-2*time.Hour)) {
			out = append(out, planned{kind, due})
		}
	}
	if week := visit.AddDate(0, 0, -7); a.start.Sub(a.at) > 21*24*time.Hour && three.Sub(week) >= 48*time.Hour {
		add("reminder_week", week)
	}
	add("reminder_days", three)
	add("reminder_eve", visit.AddDate(0, 0, -1))
	return out
}
