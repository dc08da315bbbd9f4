package configs

import (
	"slices"
	"strings"

	"mawid/scheduler"
)

// checkRules finds what is wrong between things that are each well formed. at
// tells where an office or service stands.
func (r *reader) checkRules(s *Sample, at map[string]value) {
	c := checker{r: r, data: &s.CatalogueData, at: at}
	c.outsiders()
	c.periods()
	c.events()
	c.channels()
	c.cycles()
}

type checker struct {
	r    *reader
	data *scheduler.CatalogueData
	at   map[string]value
}

// outsiders must not share an id with what a reference could also mean.
func (c *checker) outsiders() {
	for id, d := range c.r.defined[anOutsider] {
		for _, k := range []kind{aAdministration, aService} {
			if first, taken := c.r.defined[k][id]; taken {
				d.place.fault("%q is also the %s of line %d", id, k, first.place.line())
			}
		}
	}
}

// Bounds on what is compared pair by pair.
const (
	maxPeriods  = 500
	maxClosures = 2_000
	maxDates    = 2_000 // of all events together
)

// periods replace the standing hours, so two cannot share a day, and a template
// that only adds cannot replace.
func (c *checker) periods() {
	if n := len(c.data.Periods); n > maxPeriods {
		c.r.faultAt(nil, "periods", "there are %d; want %d at most", n, maxPeriods)
		return
	}
	for i, p := range c.data.Periods {
		place := c.at["period/"+p.ID]
		for _, before := range c.data.Periods[:i] {
			if known(p.From, p.To, before.From, before.To) && !p.From.After(before.To) && !before.From.After(p.To) {
				place.fault("overlaps the period %q (%s to %s)", before.ID, before.From, before.To)
			}
		}
		for _, h := range c.data.Hours {
			if h.ID == p.Hours && h.Additive {
				place.fault("the hours template %q only adds hours; a period needs one that stands alone", h.ID)
			}
		}
	}
}

func known(dates ...scheduler.Date) bool {
	return !slices.ContainsFunc(dates, scheduler.Date.IsZero)
}

// events must have a desk for each host, hosts that are at home somewhere, and
// dates on which they are not closed.
func (c *checker) events() {
	if n := len(c.data.Closures); n > maxClosures {
		c.r.faultAt(nil, "closures", "there are %d; want %d at most", n, maxClosures)
		return
	}
	offices := map[string]*scheduler.Office{}
	for i := range c.data.Offices {
		offices[c.data.Offices[i].ID] = &c.data.Offices[i]
	}
	dates := 0
	for _, o := range c.data.Offices {
		if dates += len(o.Dates); dates > maxDates {
			c.r.faultAt(nil, "administrations", "events have more than %d dates together", maxDates)
			return
		}
		if !o.Event {
			continue
		}
		place := c.at["office/"+o.ID]
		if o.Desks > 0 && o.Desks < len(o.Hosts) {
			place.fault("has %d hosts and %d desks; want a desk for each", len(o.Hosts), o.Desks)
		}
		for _, h := range o.Hosts {
			if host := offices[h]; host != nil && (host.Event || host.ExternalBooking != "") {
				place.fault("the host %q is an event or is booked elsewhere", h)
			}
		}
		c.eventDates(&o, place)
	}
}

func (c *checker) eventDates(o *scheduler.Office, place value) {
	for i, d := range o.Dates {
		if slices.Contains(o.Dates[:i], d) {
			place.fault("the date %s is given twice", d)
		}
		for _, cl := range c.data.Closures {
			applies := len(cl.Offices) == 0 || slices.Contains(cl.Offices, o.ID)
			if applies && known(d, cl.From, cl.To) && d.Between(cl.From, cl.To) {
				place.fault("is closed on %s by %q", d, cl.ID)
			}
		}
	}
}

// cycles finds services that wait for each other; nobody could begin.
func (c *checker) cycles() {
	w := walk{c: c, needs: map[string][]string{}, state: map[string]int{}}
	for _, s := range c.data.Services {
		w.needs[s.ID] = s.DependsOn
	}
	for _, s := range c.data.Services {
		w.visit(s.ID)
	}
}

// walk is a depth-first search; state is the place on the path from 1, or done.
type walk struct {
	c     *checker
	needs map[string][]string
	state map[string]int
	path  []string
}

const (
	done     = -1
	maxShown = 12 // services of a circle that a message names
)

func (w *walk) visit(id string) {
	if w.state[id] == done {
		return
	}
	if first := w.state[id]; first > 0 {
		w.fault(id, w.path[first-1:])
		return
	}
	w.path = append(w.path, id)
	w.state[id] = len(w.path)
	for _, next := range w.needs[id] {
		w.visit(next)
	}
	w.path = w.path[:len(w.path)-1]
	w.state[id] = done
}

func (w *walk) fault(id string, ring []string) {
	shown := slices.Clone(ring)
	if len(ring) > maxShown {
		shown = append(shown[:maxShown], "…")
	}
	shown = append(shown, id)
	w.c.at["service/"+id].fault("depends_on goes in a circle: %s", strings.Join(shown, " → "))
}
