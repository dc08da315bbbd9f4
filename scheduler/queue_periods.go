package scheduler

import "time"

// TicketPeriod is one stretch of a ticket's story in one state.
type TicketPeriod struct {
	TicketID  string
	OfficeID  string
	PoolID    string
	ServiceID string
	DeskID    string // while called or served
	State     TicketState
	Start     time.Time
	End       time.Time // zero while it lasts
}

// Length is how long the period lasted; until now while it lasts.
func (p TicketPeriod) Length(now time.Time) time.Duration {
	if p.End.IsZero() {
		return max(now.Sub(p.Start), 0)
	}
	return p.End.Sub(p.Start)
}

// PeriodsOf turns the story of one ticket, in order, into its periods: the first
// begins with the arrival, each ends where the next begins, and the last ends
// with the step that ended the visit. Steps that change neither state, place nor
// service begin no period.
func PeriodsOf(steps []TicketStep) []TicketPeriod {
	var out []TicketPeriod
	for _, s := range steps {
		p := TicketPeriod{
			TicketID: s.TicketID, OfficeID: s.OfficeID, PoolID: s.PoolID, ServiceID: s.ServiceID,
			DeskID: s.DeskID, State: s.State, Start: s.At,
		}
		if n := len(out); n > 0 && out[n-1].End.IsZero() {
			if last := out[n-1]; last.same(p) {
				continue
			}
			out[n-1].End = s.At
		}
		if s.State.Open() {
			out = append(out, p)
		}
	}
	return out
}

func (p TicketPeriod) same(o TicketPeriod) bool {
	return p.State == o.State && p.OfficeID == o.OfficeID && p.PoolID == o.PoolID && p.ServiceID == o.ServiceID && p.DeskID == o.DeskID
}

// eachStory cuts steps that are ordered by ticket and number into stories.
func eachStory(steps []TicketStep, visit func(story []TicketStep)) {
	for len(steps) > 0 {
		n := 1
		for n < len(steps) && steps[n].TicketID == steps[0].TicketID {
			n++
		}
		visit(steps[:n])
		steps = steps[n:]
	}
}
