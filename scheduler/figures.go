package scheduler

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// Figures are what an office did, by day and service; no line is about a person.
type Figures struct {
	OfficeID string
	From, To Date
	Lines    []FigureLine // by date, then service
	// Services are the same of all days together, by service; Total is all of
	// them. Their dates, and the service of Total, are left empty.
	Services []FigureLine
	Total    FigureLine
	Days     []FigureDay
	Forecast ForecastError
}

// FigureLine is one service on one day.
type FigureLine struct {
	Date      Date
	ServiceID string
	Arrived   int // tickets that came for it, walk-ins included
	WalkIns   int
	Served    int
	NoShows   int // tickets called in vain, and appointments that nobody came to
	// Waits are from arrival, or the appointed time when that is later, to the
	// first call.
	WaitMean, WaitP90 time.Duration
	ServeMean         time.Duration
}

// FigureDay is one day of the whole office.
type FigureDay struct {
	Date    Date
	Arrived int
	Served  int
	// Busy is the time that desks spent calling and serving, Manned the time from
	// each desk's first call to its last end.
	Busy, Manned time.Duration
	ByHour       [24]int // arrivals by the office's clock
}

// Utilisation is Busy ÷ Manned, 0 to 1.
func (d FigureDay) Utilisation() float64 {
	if d.Manned <= 0 {
		return 0
	}
	return float64(d.Busy) / float64(d.Manned)
}

// ForecastError says how good the waits were that were foretold on arrival, of
// those who were told to wait.
type ForecastError struct {
	Tickets    int
	WithinHigh float64       // share whose wait was at most the high end; 0.8 is meant
	MeanError  time.Duration // mean of |wait − low end|
}

const MaxFigureDays = 366

// Figures counts what an office did on from ≤ date ≤ to, for its staff.
func (e *Engine) Figures(ctx context.Context, officeID string, from, to Date, by Actor) (Figures, error) {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return Figures{}, err
	}
	office, err := c.Office(officeID)
	if err == nil {
		err = by.Staff.MayAt(ActSeeFigures, officeID)
	}
	if err != nil {
		return Figures{}, fmt.Errorf("figures: %w", err)
	}
	switch {
	case to.Before(from):
		return Figures{}, Invalid("to", "before_from", "must not be before from")
	case from.DaysUntil(to) >= MaxFigureDays:
		return Figures{}, Invalid("to", "too_far", "at most %d days at once", MaxFigureDays)
	}
	loc, err := e.zones.Load(office.Zone)
	if err != nil {
		return Figures{}, fmt.Errorf("zone of office: %w", err)
	}
	steps, err := e.store.Stories(ctx, officeID, from, to)
	if err != nil {
		return Figures{}, fmt.Errorf("figures: %w", err)
	}
	tickets, err := e.store.TicketsBetween(ctx, officeID, from, to)
	if err != nil {
		return Figures{}, fmt.Errorf("figures: %w", err)
	}
	booked, err := e.store.AppointmentsOn(ctx, []string{officeID}, from.At(0, loc), to.AddDays(1).At(0, loc))
	if err != nil {
		return Figures{}, fmt.Errorf("figures: %w", err)
	}
	f := newCounting(officeID, from, to, loc, booked)
	for i := range tickets {
		f.tickets[tickets[i].ID] = &tickets[i]
	}
	eachStory(steps, f.story)
	f.missed(booked, tickets)
	return f.done(), nil
}

// counting gathers figures.
type counting struct {
	out          Figures
	loc          *time.Location
	booked       map[string]*Appointment
	lines        map[lineKey]*lineCount
	days         map[Date]*dayCount
	told, within int           // forecasts, and those that held
	off          time.Duration // by how much the waits differed, together
	tickets      map[string]*Ticket
}

type lineKey struct {
	date    Date
	service string
}

type lineCount struct {
	FigureLine
	waits, serves []time.Duration
}

type dayCount struct {
	FigureDay
	first, last map[string]time.Time // by desk
}

func newCounting(officeID string, from, to Date, loc *time.Location, booked []Appointment) *counting {
	f := &counting{
		out: Figures{OfficeID: officeID, From: from, To: to}, loc: loc, booked: map[string]*Appointment{},
		tickets: map[string]*Ticket{}, lines: map[lineKey]*lineCount{}, days: map[Date]*dayCount{},
	}
	for i := range booked {
		f.booked[booked[i].ID] = &booked[i]
	}
	return f
}

func (f *counting) line(date Date, service string) *lineCount {
	k := lineKey{date, service}
	if f.lines[k] == nil {
		f.lines[k] = &lineCount{FigureLine: FigureLine{Date: date, ServiceID: service}}
	}
	return f.lines[k]
}

func (f *counting) day(date Date) *dayCount {
	if f.days[date] == nil {
		f.days[date] = &dayCount{FigureDay: FigureDay{Date: date}, first: map[string]time.Time{}, last: map[string]time.Time{}}
	}
	return f.days[date]
}

// story counts one ticket: what of it happened at this office.
func (f *counting) story(steps []TicketStep) {
	first := steps[0]
	if !first.Date.Between(f.out.From, f.out.To) {
		return
	}
	day := f.day(first.Date)
	if first.OfficeID == f.out.OfficeID {
		l := f.line(first.Date, first.ServiceID)
		l.Arrived++
		if t := f.tickets[first.TicketID]; t != nil {
			f.arrived(t, l)
		}
		day.Arrived++
		day.ByHour[first.At.In(f.loc).Hour()]++
	}
	for i, s := range steps {
		if i == 0 || steps[i-1].OfficeID != f.out.OfficeID {
			continue
		}
		done := f.line(first.Date, steps[i-1].ServiceID)
		switch {
		case s.What == StepFinished && !undone(steps, i):
			done.Served++
			day.Served++
		case s.What == StepNoShow && !undone(steps, i):
			done.NoShows++
		}
	}
	serving := map[string]time.Duration{}
	for _, p := range PeriodsOf(steps) {
		if p.OfficeID != f.out.OfficeID || p.DeskID == "" || p.End.IsZero() {
			continue
		}
		day.Busy += p.End.Sub(p.Start)
		if at, ok := day.first[p.DeskID]; !ok || p.Start.Before(at) {
			day.first[p.DeskID] = p.Start
		}
		day.last[p.DeskID] = later(day.last[p.DeskID], p.End)
		if p.State == TicketServing {
			serving[p.ServiceID] += p.End.Sub(p.Start)
		}
	}
	for service, length := range serving {
		l := f.line(first.Date, service)
		l.serves = append(l.serves, length)
	}
}

// undone reports whether the step after is its undoing.
func undone(steps []TicketStep, i int) bool { return i+1 < len(steps) && steps[i+1].What == StepUndone }

// missed counts appointments to which nobody came: those that have a ticket are
// counted by its story.
func (f *counting) missed(booked []Appointment, tickets []Ticket) {
	came := map[string]bool{}
	for i := range tickets {
		came[tickets[i].AppointmentID] = true
	}
	for i := range booked {
		if a := &booked[i]; a.Status == StatusNoShow && !came[a.ID] {
			f.line(a.Place.Date, a.ServiceID).NoShows++
		}
	}
}

// arrived counts a ticket that came to this office first: who walked in, how long
// they waited for the first call, and what was foretold.
func (f *counting) arrived(t *Ticket, l *lineCount) {
	from := t.ArrivedAt
	if t.WalkIn() {
		l.WalkIns++
	} else if a := f.booked[t.AppointmentID]; a != nil {
		from = later(from, a.StartsAt)
	}
	if t.FirstCall.IsZero() {
		return
	}
	l.waits = append(l.waits, max(t.FirstCall.Sub(from), 0))
	if t.Forecast.High > 0 {
		wait := t.FirstCall.Sub(t.ArrivedAt)
		if f.told++; wait <= t.Forecast.High {
			f.within++
		}
		f.off += (wait - t.Forecast.Low).Abs()
	}
}

func (f *counting) done() Figures {
	if f.out.Forecast.Tickets = f.told; f.told > 0 {
		f.out.Forecast.WithinHigh = float64(f.within) / float64(f.told)
		f.out.Forecast.MeanError = f.off / time.Duration(f.told)
	}
	total, services := &lineCount{}, map[string]*lineCount{}
	for _, l := range f.lines {
		f.out.Lines = append(f.out.Lines, l.worked())
		if services[l.ServiceID] == nil {
			services[l.ServiceID] = &lineCount{FigureLine: FigureLine{ServiceID: l.ServiceID}}
		}
		services[l.ServiceID].add(l)
		total.add(l)
	}
	f.out.Total = total.worked()
	for _, l := range services {
		f.out.Services = append(f.out.Services, l.worked())
	}
	slices.SortFunc(f.out.Services, func(a, b FigureLine) int { return cmp.Compare(a.ServiceID, b.ServiceID) })
	slices.SortFunc(f.out.Lines, func(a, b FigureLine) int {
		return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(a.ServiceID, b.ServiceID))
	})
	for _, d := range f.days {
		for desk, from := range d.first {
			d.Manned += d.last[desk].Sub(from)
		}
		f.out.Days = append(f.out.Days, d.FigureDay)
	}
	slices.SortFunc(f.out.Days, func(a, b FigureDay) int { return a.Date.Compare(b.Date) })
	return f.out
}

// add counts what another counted as well.
func (l *lineCount) add(o *lineCount) {
	l.Arrived += o.Arrived
	l.WalkIns += o.WalkIns
	l.Served += o.Served
	l.NoShows += o.NoShows
	l.waits = append(l.waits, o.waits...)
	l.serves = append(l.serves, o.serves...)
}

// worked is the line with its means worked out.
func (l *lineCount) worked() FigureLine {
	out := l.FigureLine
	out.WaitMean, out.WaitP90 = meanAndP90(l.waits)
	out.ServeMean, _ = meanAndP90(l.serves)
	return out
}

func meanAndP90(ds []time.Duration) (mean, p90 time.Duration) {
	if len(ds) == 0 {
		return 0, 0
	}
	slices.Sort(ds)
	total := time.Duration(0)
	for _, d := range ds {
		total += d
	}
	return total / time.Duration(len(ds)), ds[min(len(ds)*9/10, len(ds)-1)]
}
