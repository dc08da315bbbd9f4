package scheduler

import "slices"

// Opening is what one office does on one date.
type Opening struct {
	Windows []Window // in order, without overlap; empty when closed
	// Reason says why it is closed, or on an open day what may still change.
	Reason ClosedReason
	// Names of the closure, when a closure is the reason or may become it.
	Names Names
	// Tentative: the date hangs on the moon and may move by PlusMinusDays.
	Tentative     bool
	PlusMinusDays int
}

// ClosedReason is a stable word for why an office is closed on a date.
type ClosedReason string

// The reasons. Near a tentative holiday an open day carries ReasonMayClose.
const (
	ReasonOpen     ClosedReason = ""
	ReasonClosure  ClosedReason = "closure"
	ReasonNotOpen  ClosedReason = "not_open" // weekend, or no event that day
	ReasonMayClose ClosedReason = "may_close"
)

// Open reports whether the office receives anybody that day.
func (o Opening) Open() bool { return len(o.Windows) > 0 }

// Opening derives what an office does on a date from hours, season, periods,
// closures and event dates.
func (c *Catalogue) Opening(o *Office, date Date) Opening {
	if cl := c.closureOn(o, date); cl != nil {
		return Opening{
			Reason: ReasonClosure, Names: cl.Names,
			Tentative: cl.Certainty == Tentative, PlusMinusDays: cl.PlusMinusDays,
		}
	}
	op := Opening{Windows: c.windows(o, date)}
	if !op.Open() {
		op.Reason = ReasonNotOpen
		return op
	}
	if cl := c.closureNear(o, date); cl != nil {
		op.Reason, op.Names = ReasonMayClose, cl.Names
		op.Tentative, op.PlusMinusDays = true, cl.PlusMinusDays
	}
	return op
}

// WorkingDay reports whether date is Monday to Friday and no closure of the
// office. Reminders and legal clocks count these.
func (c *Catalogue) WorkingDay(o *Office, date Date) bool {
	wd := date.Weekday()
	return wd != 0 && wd != 6 && c.closureOn(o, date) == nil
}

// WorkingDaysBefore returns the date n working days of the office before date.
func (c *Catalogue) WorkingDaysBefore(o *Office, date Date, n int) Date {
	d := date
	// A year without a working day would be a fault of the data: stop there.
	for i := 0; n > 0 && i < 366; i++ {
		if d = d.AddDays(-1); c.WorkingDay(o, d) {
			n--
		}
	}
	return d
}

func (c *Catalogue) windows(o *Office, date Date) []Window {
	if o.Event {
		if slices.Contains(o.Dates, date) {
			return slices.Clone(o.EventHours)
		}
		return nil
	}
	period := c.periodOn(date)
	var out []Window
	if h := c.hours[period]; h != nil {
		out = append(out, h.Week[date.Weekday()]...)
	}
	for _, id := range o.Hours {
		h := c.hours[id]
		if h == nil || !date.Between(h.From, h.To) || (period != "" && !h.Additive) {
			continue
		}
		out = append(out, h.Week[date.Weekday()]...)
	}
	return mergeWindows(out)
}

func (c *Catalogue) periodOn(date Date) string {
	for i := range c.Periods {
		if p := &c.Periods[i]; date.Between(p.From, p.To) {
			return p.Hours
		}
	}
	return ""
}

// closureOn prefers a closure that is certain: another may still move away.
func (c *Catalogue) closureOn(o *Office, date Date) *Closure {
	certain := c.closure(o, func(cl *Closure) bool { return cl.Certainty != Tentative && date.Between(cl.From, cl.To) })
	if certain != nil {
		return certain
	}
	return c.closure(o, func(cl *Closure) bool { return date.Between(cl.From, cl.To) })
}

func (c *Catalogue) closureNear(o *Office, date Date) *Closure {
	return c.closure(o, func(cl *Closure) bool {
		return cl.Certainty == Tentative &&
			date.Between(cl.From.AddDays(-cl.PlusMinusDays), cl.To.AddDays(cl.PlusMinusDays))
	})
}

func (c *Catalogue) closure(o *Office, match func(*Closure) bool) *Closure {
	for i := range c.Closures {
		cl := &c.Closures[i]
		if (len(cl.Offices) == 0 || slices.Contains(cl.Offices, o.ID)) && match(cl) {
			return cl
		}
	}
	return nil
}

// mergeWindows sorts windows and joins those that overlap or touch.
func mergeWindows(ws []Window) []Window {
	slices.SortFunc(ws, func(a, b Window) int { return int(a.From - b.From) })
	var out []Window
	for _, w := range ws {
		if n := len(out); n > 0 && w.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, w.To)
			continue
		}
		out = append(out, w)
	}
	return out
}
