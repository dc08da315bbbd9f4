package scheduler_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

const learning = 5 // days

// season plays days at an office of three desks, whose services really take
// otherwise than the catalogue says, and asks for a forecast at every arrival. It
// returns how often the wait was at most the high end, and at most the low one, of
// those who were told to wait.
func season(days int, times func(c *scheduler.Catalogue, story []scheduler.TicketStep) scheduler.ServiceTimes) (high, low float64, n int) {
	c := scheduler.NewCatalogue(enginetest.Data(), 1)
	rnd := rand.New(rand.NewPCG(5, 6))
	really := map[string]float64{enginetest.File: 14, enginetest.Odd: 9}
	var story []scheduler.TicketStep
	within, below := 0, 0
	for day := range days {
		d := newSeasonDay(c, rnd, nine.AddDate(0, 0, day), times(c, story))
		d.run(really)
		for id, at := range d.called {
			w := d.foretold[id]
			if w.High == 0 || day < learning {
				continue // called at once, or little is learnt yet
			}
			n++
			if at <= w.High {
				within++
			}
			if at <= w.Low {
				below++
			}
		}
		story = append(story, d.steps...)
	}
	return float64(within) / float64(n), float64(below) / float64(n), n
}

// seasonDay is one day of three desks: the line, who comes, and what happened.
type seasonDay struct {
	c        *scheduler.Catalogue
	rnd      *rand.Rand
	times    scheduler.ServiceTimes
	start    time.Time
	arrivals []scheduler.Ticket // by arrival
	booked   []scheduler.Coming
	here     map[time.Time]bool // appointments whose person has come, by their time
	foretold map[string]scheduler.Wait
	called   map[string]time.Duration // wait
	steps    []scheduler.TicketStep
}

func newSeasonDay(c *scheduler.Catalogue, rnd *rand.Rand, start time.Time, times scheduler.ServiceTimes) *seasonDay {
	d := &seasonDay{c: c, rnd: rnd, times: times, start: start, here: map[time.Time]bool{}, foretold: map[string]scheduler.Wait{}, called: map[string]time.Duration{}}
	p := scheduler.DefaultQueuePolicy()
	service := func() string {
		if rnd.Float64() < 0.5 {
			return enginetest.File
		}
		return enginetest.Odd
	}
	add := func(arrives, appointed time.Time, id, what string) {
		k := scheduler.Ticket{ID: fmt.Sprintf("%s %s", start.Format(time.DateOnly), id), State: scheduler.TicketWaiting, ServiceID: what, ArrivedAt: arrives}
		p.SetDues(&k, appointed, 0)
		d.arrivals = append(d.arrivals, k)
	}
	for i := range 26 {
		at := start.Add(time.Duration(i) * 9 * time.Minute)
		what := service()
		d.booked = append(d.booked, scheduler.Coming{StartsAt: at, ServiceID: what})
		if rnd.Float64() < 0.85 {
			add(at.Add(time.Duration(rnd.NormFloat64()*4-5)*time.Minute), at, fmt.Sprint("a", i), what)
		}
	}
	for i := range 34 {
		add(start.Add(time.Duration(rnd.Float64()*float64(4*time.Hour))), time.Time{}, fmt.Sprint("w", i), service())
	}
	slices.SortFunc(d.arrivals, func(a, b scheduler.Ticket) int { return a.ArrivedAt.Compare(b.ArrivedAt) })
	return d
}

func (d *seasonDay) run(really map[string]float64) {
	type busy struct {
		until   time.Time
		service string
		since   time.Time
	}
	var line []scheduler.Ticket
	desks := make([]busy, 3)
	used, clock := false, d.start
	for len(d.arrivals)+len(line) > 0 {
		free := 0
		for i := range desks {
			if desks[i].until.Before(desks[free].until) {
				free = i
			}
		}
		now := desks[free].until
		if now.Before(clock) {
			now = clock
		}
		if len(d.arrivals) > 0 && (len(line) == 0 || !d.arrivals[0].ArrivedAt.After(now)) {
			k := d.arrivals[0]
			d.arrivals = d.arrivals[1:]
			line = append(line, k)
			room := scheduler.Room{Now: k.ArrivedAt, Line: line, CreditUsed: used, Times: d.times}
			for i := range desks {
				b := scheduler.BusyDesk{ID: fmt.Sprint("desk", i)}
				if desks[i].until.After(k.ArrivedAt) {
					b.Service, b.Since = desks[i].service, desks[i].since
				}
				room.Desks = append(room.Desks, b)
			}
			d.here[k.PlainDue] = true
			for _, b := range d.booked {
				if b.StartsAt.Add(10*time.Minute).After(k.ArrivedAt) && !d.here[b.StartsAt] {
					room.Coming = append(room.Coming, b)
				}
			}
			d.foretold[k.ID] = room.Forecast(d.c)[k.ID]
			if clock.Before(k.ArrivedAt) {
				clock = k.ArrivedAt
			}
			continue
		}
		clock = now
		i, why := scheduler.NextInLine(line, used, now)
		used = why == scheduler.CallPriority
		k := line[i]
		line = slices.Delete(line, i, i+1)
		d.called[k.ID] = now.Sub(k.ArrivedAt)
		starts := now.Add(30 * time.Second)
		ends := starts.Add(serviceTime(d.rnd, really[k.ServiceID], 0.5))
		desks[free] = busy{ends, k.ServiceID, starts}
		step := scheduler.TicketStep{TicketID: k.ID, Seq: 1, ServiceID: k.ServiceID, DeskID: fmt.Sprint("desk", free), At: starts, State: scheduler.TicketServing}
		done := step
		done.Seq, done.At, done.State = 2, ends, scheduler.TicketFinished
		d.steps = append(d.steps, step, done)
	}
}

// TestForecastsHold: over a season, with service times learnt from the days
// before, the high end of the range holds for 75 to 85 % of all waits.
func TestForecastsHold(t *testing.T) {
	high, low, n := season(40, scheduler.MeasureServiceTimes)
	t.Logf("%d waits: %.3f within the high end, %.3f within the low end", n, high, low)
	if high < 0.75 || high > 0.85 || low < 0.42 || low > 0.58 {
		t.Errorf("%.3f of waits are within the high end, %.3f within the low end", high, low)
	}
	// Without learning, the catalogue's 20 and 12 minutes foretell too much.
	worse, _, _ := season(15, func(*scheduler.Catalogue, []scheduler.TicketStep) scheduler.ServiceTimes {
		return scheduler.ServiceTimes{}
	})
	if worse < 0.9 {
		t.Errorf("unlearnt %.3f: the season does not tell learning from not learning", worse)
	}
}

func BenchmarkForecast(b *testing.B) {
	c := scheduler.NewCatalogue(enginetest.Data(), 1)
	room := scheduler.Room{Now: nine, Desks: make([]scheduler.BusyDesk, 6)}
	p := scheduler.DefaultQueuePolicy()
	for i := range 60 {
		k := scheduler.Ticket{ID: fmt.Sprint(i), ServiceID: enginetest.File, ArrivedAt: nine.Add(-time.Duration(i) * time.Minute)}
		p.SetDues(&k, time.Time{}, i%3)
		room.Line = append(room.Line, k)
	}
	for b.Loop() {
		room.Forecast(c)
	}
}
