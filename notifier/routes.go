package notifier

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"mawid/scheduler"
)

// Route is one way for short messages.
type Route struct {
	Name string // stands in receipts: a short word
	// Countries are the beginnings of the numbers it is for, such as "+212"; none
	// means all.
	Countries []string
	Sender    Sender
}

// Routes is a Sender that picks a route by the number: the one that matches the
// most of it, and the next when that one does not answer. A route that does not
// answer is not asked for a while, so that it holds back no other's letters.
type Routes struct {
	routes []*route
	each   time.Duration // how long one route may take while another is left
}

type route struct {
	Route
	*provider
}

// routeTime is how long one route may take while another is left; a letter has
// time for two.
const routeTime = 8 * time.Second

// NewRoutes returns a sender over routes, the first of equals preferred.
func NewRoutes(routes []Route, clock scheduler.Clock) (*Routes, error) {
	if len(routes) == 0 {
		return nil, errors.New("sms_routes: want one route at least")
	}
	r := &Routes{each: routeTime}
	for _, one := range routes {
		r.routes = append(r.routes, &route{Route: one, provider: &provider{
			sender: one.Sender, name: one.Name, channel: scheduler.ChannelSMS, clock: clock, changed: true,
		}})
	}
	return r, nil
}

// Send hands the letter to the first route that answers. Down only when none
// does.
func (r *Routes) Send(ctx context.Context, l Letter) Outcome {
	way := r.For(l.To)
	if len(way) == 0 {
		return Outcome{State: scheduler.NoticeDead, Code: "sms_no_route"}
	}
	var last Outcome
	for i, one := range way {
		before := last
		last = r.try(ctx, one, l, i < len(way)-1)
		if last.State != scheduler.NoticeDue || !last.Down || last.Handed {
			return last
		}
		if i > 0 && before.Paused && last.Paused {
			last.RetryAfter = min(last.RetryAfter, before.RetryAfter) // whichever is back first
		}
	}
	return last
}

// For lists the routes of a number in the order in which they are asked.
func (r *Routes) For(number string) []*route {
	type match struct {
		*route
		length int
	}
	var found []match
	for _, one := range r.routes {
		best := -1
		if len(one.Countries) == 0 {
			best = 0
		}
		for _, c := range one.Countries {
			if strings.HasPrefix(number, c) {
				best = max(best, len(c))
			}
		}
		if best >= 0 {
			found = append(found, match{one, best})
		}
	}
	slices.SortStableFunc(found, func(a, b match) int { return b.length - a.length })
	out := make([]*route, len(found))
	for i := range found {
		out[i] = found[i].route
	}
	return out
}

func (r *Routes) try(ctx context.Context, one *route, l Letter, more bool) Outcome {
	if more {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.each)
		defer cancel()
	}
	return one.provider.Send(ctx, l)
}
