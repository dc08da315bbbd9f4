package scheduler

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// How a forecast is made: so many runs of the rest of the day, with service
// times of a log-normal distribution around the measured mean.
const (
	forecastRuns = 200
	fewestRuns   = 40
	forecastWork = 12_000 // tickets × runs: a longer line is played less often
	usualSpread  = 0.5    // standard deviation ÷ mean, until enough was measured
	callTakes    = 30 * time.Second
	showRate     = 0.85 // of appointments still to come
	lateRate     = 0.3  // of those whose time has passed
	comesEarly   = 5 * time.Minute
)

// ServiceTime is how long a service takes at a desk.
type ServiceTime struct {
	Mean   time.Duration
	Spread float64 // standard deviation ÷ mean
}

// ServiceTimes is what was measured of an office, with the catalogue's minutes
// where little was.
type ServiceTimes struct {
	byService map[string]ServiceTime
	byDesk    map[string]float64 // how much slower (> 1) or faster than others
}

// Of returns the time of a service at a desk, "" for any.
func (s ServiceTimes) Of(c *Catalogue, serviceID, deskID string) ServiceTime {
	t, ok := s.byService[serviceID]
	if !ok {
		t = ServiceTime{10 * time.Minute, usualSpread}
		if service, err := c.Service(serviceID); err == nil {
			t.Mean = time.Duration(service.Minutes) * time.Minute
		}
	}
	if f, ok := s.byDesk[deskID]; ok {
		t.Mean = time.Duration(float64(t.Mean) * f)
	}
	return t
}

// How much a prior weighs against what was measured, in tickets.
const (
	priorTickets = 5
	priorDesk    = 20
	enough       = 30 // to trust the measured spread
)

// MeasureServiceTimes learns service times from stories, which are ordered by
// ticket. A visit's periods of one service at one desk count together.
func MeasureServiceTimes(c *Catalogue, steps []TicketStep) ServiceTimes {
	type key struct{ service, desk string }
	served := map[key][]float64{} // seconds
	eachStory(steps, func(story []TicketStep) {
		one := map[key]float64{}
		for _, p := range PeriodsOf(story) {
			if p.State == TicketServing && !p.End.IsZero() {
				one[key{p.ServiceID, p.DeskID}] += p.End.Sub(p.Start).Seconds()
			}
		}
		for k, s := range one {
			served[k] = append(served[k], s)
		}
	})
	out := ServiceTimes{map[string]ServiceTime{}, map[string]float64{}}
	byService := map[string][]float64{}
	for k, all := range served {
		byService[k.service] = append(byService[k.service], all...)
	}
	for id, all := range byService {
		out.byService[id] = shrunk(c, id, all)
	}
	ratios := map[string][]float64{}
	for k, all := range served {
		for _, s := range all {
			ratios[k.desk] = append(ratios[k.desk], s/out.byService[k.service].Mean.Seconds())
		}
	}
	for desk, all := range ratios {
		out.byDesk[desk] = (sum(all) + priorDesk) / float64(len(all)+priorDesk)
	}
	return out
}

func shrunk(c *Catalogue, serviceID string, seconds []float64) ServiceTime {
	prior := (ServiceTimes{}).Of(c, serviceID, "")
	n := float64(len(seconds))
	mean := (sum(seconds) + priorTickets*prior.Mean.Seconds()) / (n + priorTickets)
	t := ServiceTime{time.Duration(mean * float64(time.Second)), usualSpread}
	if len(seconds) >= enough {
		own, square := sum(seconds)/n, 0.0
		for _, s := range seconds {
			square += (s - own) * (s - own)
		}
		t.Spread = min(max(math.Sqrt(square/n)/own, 0.1), 2)
	}
	return t
}

func sum(xs []float64) float64 {
	// Map order must not change the last digits of a forecast.
	sorted := slices.Sorted(slices.Values(xs))
	total := 0.0
	for _, x := range sorted {
		total += x
	}
	return total
}

// Room is one pool's queue, from which waits are foretold.
type Room struct {
	Now        time.Time
	Line       []Ticket // waiting, in any order
	CreditUsed bool
	Desks      []BusyDesk // that are open
	Coming     []Coming   // appointments still to come
	Times      ServiceTimes
}

// BusyDesk is an open desk and what it does.
type BusyDesk struct {
	ID      string
	Service string    // being served or called; "" when free
	Since   time.Time // when serving began; zero while only called
}

// Coming is an appointment whose person has not arrived.
type Coming struct {
	StartsAt  time.Time
	ServiceID string
}

// Forecast foretells the wait of every ticket of the line, by id: the rest of
// the day is played many times with service times drawn at random, and the
// median and the 80th percentile are taken. The same room gives the same waits.
// With no desk open it is as if one opened now.
func (r Room) Forecast(c *Catalogue) map[string]Wait {
	if len(r.Desks) == 0 {
		r.Desks = []BusyDesk{{}}
	}
	rnd := rand.New(rand.NewPCG(uint64(len(r.Line)), uint64(len(r.Desks))))
	g := r.game(c)
	waits := make([][]time.Duration, len(r.Line))
	for i := range waits {
		waits[i] = make([]time.Duration, 0, forecastRuns)
	}
	runs := max(min(forecastRuns, forecastWork/max(len(r.Line), 1)), fewestRuns)
	for range runs {
		g.play(r, c, rnd, waits)
	}
	out := make(map[string]Wait, len(r.Line))
	for i := range r.Line {
		slices.Sort(waits[i])
		out[r.Line[i].ID] = Wait{Low: waits[i][runs/2], High: waits[i][runs*8/10]}
	}
	return out
}

// piece is one who is played: what the order of calls needs, in microseconds
// since the room's Now.
type piece struct {
	from, plain, due, guard int64
	time                    ServiceTime
}

// game is the line first, then who may come, and who is gone in this run.
type game struct {
	pieces []piece
	gone   []bool
	line   int
	free   []int64
}

// shows is how likely one who has not arrived still comes.
func (p piece) shows() float64 {
	if p.due < 0 {
		return lateRate
	}
	return showRate
}

func (r Room) game(c *Catalogue) *game {
	g := &game{line: len(r.Line), free: make([]int64, len(r.Desks))}
	since := func(t time.Time) int64 { return t.Sub(r.Now).Microseconds() }
	for i := range r.Line {
		t := &r.Line[i]
		g.pieces = append(g.pieces, piece{math.MinInt64, since(t.PlainDue), since(t.Due), since(t.GuardAt), r.Times.Of(c, t.ServiceID, "")})
	}
	for _, a := range r.Coming {
		g.pieces = append(g.pieces, piece{
			since(a.StartsAt.Add(-comesEarly)), since(a.StartsAt), since(a.StartsAt), math.MaxInt64, r.Times.Of(c, a.ServiceID, ""),
		})
	}
	g.gone = make([]bool, len(g.pieces))
	return g
}

// play runs the rest of the day once and adds how long each ticket of the line
// waits for its call.
func (g *game) play(r Room, c *Catalogue, rnd *rand.Rand, waits [][]time.Duration) {
	for i := range g.gone {
		g.gone[i] = i >= g.line && rnd.Float64() >= g.pieces[i].shows()
	}
	for i, d := range r.Desks {
		g.free[i] = r.rest(c, d, rnd).Microseconds()
	}
	used := r.CreditUsed
	for left := g.line; left > 0; {
		d := 0
		for i := range g.free {
			if g.free[i] < g.free[d] {
				d = i
			}
		}
		now := g.free[d]
		i := g.next(used, now)
		used = !used && g.pieces[i].due < g.pieces[i].plain && g.jumps(i, now)
		g.gone[i] = true
		if i < g.line {
			waits[i] = append(waits[i], time.Duration(now)*time.Microsecond)
			left--
		}
		t := g.pieces[i].time
		if f, ok := r.Times.byDesk[r.Desks[d].ID]; ok {
			t.Mean = time.Duration(float64(t.Mean) * f)
		}
		g.free[d] = now + (callTakes + draw(t, rnd)).Microseconds()
	}
}

// next is NextInLine. The line is there from the start, so there is always one.
func (g *game) next(used bool, now int64) int {
	best, bestKey, bestGuard := -1, int64(0), false
	for i := range g.pieces {
		p := &g.pieces[i]
		if g.gone[i] || p.from > now {
			continue
		}
		key, guard := p.due, p.guard <= now
		switch {
		case guard:
			key = p.guard
		case used:
			key = p.plain
		}
		if best < 0 || guard && !bestGuard || guard == bestGuard && key < bestKey {
			best, bestKey, bestGuard = i, key, guard
		}
	}
	return best
}

func (g *game) jumps(chosen int, now int64) bool {
	for i := range g.pieces {
		if !g.gone[i] && g.pieces[i].from <= now && g.pieces[i].plain < g.pieces[chosen].plain {
			return true
		}
	}
	return false
}

// rest draws how long a desk is still busy.
func (r Room) rest(c *Catalogue, d BusyDesk, rnd *rand.Rand) time.Duration {
	if d.Service == "" {
		return 0
	}
	t := r.Times.Of(c, d.Service, d.ID)
	if d.Since.IsZero() {
		return callTakes/2 + draw(t, rnd)
	}
	gone := r.Now.Sub(d.Since)
	for range 20 { // of the times that are longer than what has passed
		if whole := draw(t, rnd); whole > gone {
			return whole - gone
		}
	}
	return time.Duration(float64(t.Mean) * t.Spread)
}

// draw gives a random time of a log-normal distribution.
func draw(t ServiceTime, rnd *rand.Rand) time.Duration {
	variance := math.Log(1 + t.Spread*t.Spread)
	f := math.Exp(rnd.NormFloat64()*math.Sqrt(variance) - variance/2)
	return time.Duration(float64(t.Mean) * f)
}
