package notifier

import (
	"context"
	"slices"
	"sync"
	"time"

	"mawid/scheduler"
)

// A provider that does not answer is left alone and tried by one letter now and
// then: at first after leastPause, then after twice as long, at most after
// mostPause.
const (
	downAfter  = 3 // failures in a row
	leastPause = 30 * time.Second
	mostPause  = 10 * time.Minute
	mostAsked  = time.Hour // what a provider itself may ask for
)

// pause is how long to wait after n tries that found nobody.
func pause(n int) time.Duration {
	return min(leastPause<<min(max(n, 0), 10), mostPause)
}

// guarded is a sender that knows whether its providers answer.
type guarded interface {
	Sender
	// room is how many letters, most at most, may be claimed for it.
	room(now time.Time, most int) int
	// news lists what changed about its providers since the last call.
	news() []scheduler.ProviderState
}

// guard makes a sender guarded, unless it guards itself.
func guard(s Sender, name string, channel scheduler.Channel, clock scheduler.Clock) guarded {
	if g, ok := s.(guarded); ok {
		return g
	}
	return &provider{sender: s, name: name, channel: channel, clock: clock, changed: true}
}

// provider is a sender that is not asked while it does not answer.
type provider struct {
	sender  Sender
	name    string
	channel scheduler.Channel
	clock   scheduler.Clock

	mu       sync.Mutex
	failures int       // in a row
	probes   int       // that failed since it is left alone
	probing  bool      // a letter is trying it
	asked    bool      // ever
	since    time.Time // of the first failure in the row
	tried    time.Time
	resume   time.Time // when it is tried; while it is left alone
	code     string    // of the last failure
	changed  bool      // since news; at first too, as nobody knows what was noted before
}

// Send hands a letter over, unless the provider is left alone.
func (p *provider) Send(ctx context.Context, l Letter) Outcome {
	probe, wait := p.admit(p.clock())
	if wait > 0 {
		return Outcome{State: scheduler.NoticeDue, Code: p.name + "_down", Down: true, Paused: true, RetryAfter: wait}
	}
	o := Outcome{Down: true, Code: "fault"} // should it panic
	defer func() { p.note(p.clock(), probe, o) }()
	o = p.sender.Send(ctx, l)
	return o
}

// admit lets a letter through, perhaps as the one that tries whether the provider
// is back; or says how long to wait.
func (p *provider) admit(now time.Time) (probe bool, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.failures < downAfter:
		return false, 0
	case now.Before(p.resume):
		return false, p.resume.Sub(now)
	case p.probing:
		return false, leastPause // the others wait for what it finds
	}
	p.probing = true
	return true, 0
}

func (p *provider) note(now time.Time, probe bool, o Outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if probe {
		p.probing = false
	}
	p.asked = true
	if !o.Down {
		p.changed = p.changed || p.failures > 0
		p.failures, p.probes = 0, 0
		return
	}
	if p.failures++; p.failures == 1 {
		p.since = now
	}
	if probe {
		p.probes++
	}
	p.tried, p.code = now, o.Code
	if p.failures >= downAfter {
		p.resume, p.changed = now.Add(max(pause(p.probes), min(o.RetryAfter, mostAsked))), true
	}
}

func (p *provider) room(now time.Time, most int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.failures < downAfter:
		return most
	case p.probing || now.Before(p.resume):
		return 0
	}
	return min(most, 1)
}

func (p *provider) news() []scheduler.ProviderState {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.asked && p.failures == 0 || p.failures >= downAfter // between the two nobody can tell
	if !p.changed || !known {
		return nil
	}
	p.changed = false
	s := scheduler.ProviderState{Name: p.name, Channel: p.channel}
	if p.failures > 0 {
		s.Code, s.DownSince, s.TriedAt, s.NextTry = p.code, p.since, p.tried, p.resume
	}
	return []scheduler.ProviderState{s}
}

// room: a letter's route is only known once it is read; those of routes that do
// not answer are put off.
func (r *Routes) room(now time.Time, most int) int {
	if slices.ContainsFunc(r.routes, func(one *route) bool { return one.provider.room(now, most) > 0 }) {
		return most
	}
	return 0
}

func (r *Routes) news() (all []scheduler.ProviderState) {
	for _, one := range r.routes {
		all = append(all, one.news()...)
	}
	return all
}
