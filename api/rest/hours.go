package rest

import (
	"slices"
	"strings"
	"time"

	"mawid/scheduler"
)

// hours is when an office receives people.
type hours struct {
	Week     []weekday `json:"week" nullable:"false" doc:"The standing hours, Monday first; no windows means closed. An event has none."`
	Dates    []date    `json:"dates,omitempty" nullable:"false" doc:"The dates of an event."`
	Changes  []change  `json:"changes" nullable:"false" doc:"Other hours ahead, such as Ramadan or Saturday duty."`
	Closures []closure `json:"closures" nullable:"false" doc:"Days without anybody, ahead."`
}

type weekday struct {
	Day     string   `json:"day" example:"monday"`
	Windows []window `json:"windows" nullable:"false"`
}

type window struct {
	From string `json:"from" example:"08:30"`
	To   string `json:"to" example:"12:30" doc:"Not included; 24:00 is the end of the day."`
}

type date struct {
	Date    string   `json:"date" format:"date"`
	Windows []window `json:"windows" nullable:"false"`
}

type change struct {
	From          string    `json:"from,omitempty" format:"date"`
	To            string    `json:"to,omitempty" format:"date" doc:"Included."`
	Adds          bool      `json:"adds" doc:"These windows come beside the standing ones; else they take their place."`
	Tentative     bool      `json:"tentative" doc:"Hangs on the moon: may move by plus_minus_days."`
	PlusMinusDays int       `json:"plus_minus_days,omitempty"`
	Week          []weekday `json:"week" nullable:"false"`
}

type closure struct {
	From          string `json:"from" format:"date"`
	To            string `json:"to" format:"date" doc:"Included."`
	Name          string `json:"name"`
	Certainty     string `json:"certainty" doc:"fixed, tentative (hangs on the moon) or exceptional (declared days before)."`
	PlusMinusDays int    `json:"plus_minus_days,omitempty"`
	Note          string `json:"note,omitempty"`
}

// hoursOf describes an office's hours as of a date of its own calendar.
func hoursOf(n *namer, c *scheduler.Catalogue, o *scheduler.Office, today scheduler.Date) hours {
	out := hours{Week: []weekday{}, Changes: []change{}, Closures: closuresOf(n, c, o, today)}
	if o.Event {
		for _, d := range o.Dates {
			out.Dates = append(out.Dates, date{d.String(), windowsOf(o.EventHours)})
		}
		return out
	}
	var standing scheduler.Week
	for i := range c.Hours {
		t := &c.Hours[i]
		if !slices.Contains(o.Hours, t.ID) {
			continue
		}
		if t.From.IsZero() && t.To.IsZero() {
			for day := range standing {
				standing[day] = append(standing[day], t.Week[day]...)
			}
		} else if t.To.IsZero() || !t.To.Before(today) {
			out.Changes = append(out.Changes, change{From: dateText(t.From), To: dateText(t.To), Adds: true, Week: weekOf(t.Week)})
		}
	}
	out.Week = weekOf(standing)
	out.Changes = append(out.Changes, periodsOf(c, today)...)
	return out
}

// periodsOf lists the stretches in which other hours take the place of all.
func periodsOf(c *scheduler.Catalogue, today scheduler.Date) []change {
	var out []change
	for _, p := range c.Periods {
		i := slices.IndexFunc(c.Hours, func(t scheduler.HoursTemplate) bool { return t.ID == p.Hours })
		if i < 0 || p.To.Before(today) {
			continue
		}
		out = append(out, change{
			From: dateText(p.From), To: dateText(p.To), Tentative: p.Certainty == scheduler.Tentative,
			PlusMinusDays: p.PlusMinusDays, Week: weekOf(c.Hours[i].Week),
		})
	}
	return out
}

func closuresOf(n *namer, c *scheduler.Catalogue, o *scheduler.Office, today scheduler.Date) []closure {
	out := []closure{}
	for _, cl := range c.Closures {
		if cl.To.Before(today) || (len(cl.Offices) > 0 && !slices.Contains(cl.Offices, o.ID)) {
			continue
		}
		out = append(out, closure{
			From: cl.From.String(), To: cl.To.String(), Name: n.name(cl.Names),
			Certainty: string(cl.Certainty), PlusMinusDays: cl.PlusMinusDays, Note: cl.Note,
		})
	}
	slices.SortStableFunc(out, func(a, b closure) int { return strings.Compare(a.From, b.From) })
	return out
}

func weekOf(w scheduler.Week) []weekday {
	out := []weekday{}
	for i := range w {
		day := time.Weekday((i + 1) % len(w)) // Monday first, as in ISO 8601
		out = append(out, weekday{strings.ToLower(day.String()), windowsOf(w[day])})
	}
	return out
}

func windowsOf(ws []scheduler.Window) []window {
	ws = slices.SortedFunc(slices.Values(ws), func(a, b scheduler.Window) int { return int(a.From - b.From) })
	out := []window{}
	for _, w := range ws {
		out = append(out, window{w.From.String(), w.To.String()})
	}
	return out
}

func dateText(d scheduler.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}
