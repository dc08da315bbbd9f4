package scheduler

import "time"

// Alarm is something in a waiting room that whoever runs it should see before it
// is trouble.
type Alarm struct {
	Kind    AlarmKind
	PoolID  string
	Number  string // of the ticket it is about, or ""
	Desk    int    // number of the desk it is about, or 0
	Minutes int    // that have passed, or are foretold
}

// AlarmKind is a stable word for an alarm.
type AlarmKind string

// The alarms.
const (
	AlarmNoDesk     AlarmKind = "no_desk"    // people wait and no desk is open
	AlarmLong       AlarmKind = "long"       // somebody has waited two thirds of what is allowed
	AlarmForecast   AlarmKind = "forecast"   // the last in line will probably wait longer than allowed
	AlarmUnanswered AlarmKind = "unanswered" // somebody was called minutes ago and nobody said what came of it
	AlarmServing    AlarmKind = "serving"    // one visit lasts unusually long: was "finish" forgotten?
)

const (
	unansweredAfter = 5 * time.Minute
	servingAfter    = 45 * time.Minute
)

// Alarms says what to look at, the most urgent first.
func (v *QueueView) Alarms(p QueuePolicy) []Alarm {
	var out []Alarm
	open, line := map[string]int{}, map[string][]*InLine{}
	var pools []string
	for i := range v.Desks {
		d := &v.Desks[i]
		if _, known := open[d.PoolID]; !known {
			pools = append(pools, d.PoolID)
			open[d.PoolID] = 0
		}
		if d.State.Open {
			open[d.PoolID]++
		}
	}
	for i := range v.Waiting {
		w := &v.Waiting[i]
		line[w.PoolID] = append(line[w.PoolID], w)
	}
	for _, pool := range pools {
		if n := len(line[pool]); n > 0 && open[pool] == 0 {
			out = append(out, Alarm{Kind: AlarmNoDesk, PoolID: pool, Minutes: n})
		}
	}
	for _, pool := range pools {
		out = append(out, v.lineAlarms(p, pool, line[pool])...)
	}
	return append(out, v.deskAlarms()...)
}

// lineAlarms looks at one queue: at who has waited longest, and at the last.
func (v *QueueView) lineAlarms(p QueuePolicy, pool string, line []*InLine) []Alarm {
	var out []Alarm
	if longest := Longest(line); longest != nil {
		if waited := v.At.Sub(longest.GuardAt.Add(-p.MaxWait)); waited >= p.MaxWait*2/3 {
			out = append(out, Alarm{Kind: AlarmLong, PoolID: pool, Number: longest.Number, Minutes: int(waited.Minutes())})
		}
	}
	if n := len(line); n > 0 {
		if last := line[n-1]; last.Wait.High > p.MaxWait {
			out = append(out, Alarm{Kind: AlarmForecast, PoolID: pool, Number: last.Number, Minutes: int(last.Wait.High.Minutes())})
		}
	}
	return out
}

// Longest is who in a line has waited longest, nil for an empty one.
func Longest(line []*InLine) *InLine {
	var longest *InLine
	for _, w := range line {
		if longest == nil || w.GuardAt.Before(longest.GuardAt) {
			longest = w
		}
	}
	return longest
}

func (v *QueueView) deskAlarms() []Alarm {
	var out []Alarm
	for _, d := range v.Desks {
		t := d.Ticket
		if t == nil {
			continue
		}
		switch since := v.At.Sub(t.Since); {
		case t.State == TicketCalled && since >= unansweredAfter:
			out = append(out, Alarm{AlarmUnanswered, d.PoolID, t.Number, d.Number, int(since.Minutes())})
		case t.State == TicketServing && since >= servingAfter:
			out = append(out, Alarm{AlarmServing, d.PoolID, t.Number, d.Number, int(since.Minutes())})
		}
	}
	return out
}

// QueuePolicy is the rules of the waiting room that are in force.
func (e *Engine) QueuePolicy() QueuePolicy { return e.policy.Queue }
