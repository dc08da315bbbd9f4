package notifier

import (
	"context"
	"sync"
	"time"

	"mawid/scheduler"
)

// waits are the pauses after the first, second, … failed attempt; the last one
// repeats.
var waits = []time.Duration{5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour}

const (
	jitter    = 0.2 // waits vary by this part, so that what failed together does not come back together
	leastWait = 30 * time.Second
	downAfter = 3 // failures in a row
	downFor   = 30 * time.Second
)

// again plans the next attempt, or gives up when it would come too late.
func (w *Worker) again(n scheduler.ClaimedNotice, o Outcome) scheduler.Receipt {
	at := w.now().Add(w.wait(n.Attempt, o.RetryAfter))
	if !at.Before(n.UsefulUntil) {
		return scheduler.Receipt{State: scheduler.NoticeDead, Code: o.Code}
	}
	return scheduler.Receipt{State: scheduler.NoticeDue, RetryAt: at, Code: o.Code}
}

// wait is the pause after an attempt (from 1). What the receiver asks for counts
// more than our own plan, within reason.
func (w *Worker) wait(attempt int, asked time.Duration) time.Duration {
	d := waits[min(max(attempt, 1), len(waits))-1]
	if asked > 0 {
		d = min(max(asked, leastWait), waits[len(waits)-1])
		return d + time.Duration(jitter*w.c.Random()*float64(d)) // never earlier
	}
	return d + time.Duration(jitter*(2*w.c.Random()-1)*float64(d))
}

// provider is a sender that is not asked while it does not answer: after a few
// failures in a row its letters fail at once, and now and then one tries.
type provider struct {
	sender Sender
	name   string

	mu       sync.Mutex
	failures int
	resume   time.Time
}

func (p *provider) send(ctx context.Context, now func() time.Time, l Letter) Outcome {
	if !p.mayTry(now()) {
		return Outcome{State: scheduler.NoticeDue, Code: p.name + "_down"}
	}
	o := p.sender.Send(ctx, l)
	p.note(now(), o.Down)
	return o
}

func (p *provider) mayTry(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failures < downAfter {
		return true
	}
	if now.Before(p.resume) {
		return false
	}
	p.resume = now.Add(downFor) // this one tries, the others wait for what it finds
	return true
}

func (p *provider) note(now time.Time, down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !down {
		p.failures = 0
		return
	}
	p.failures++
	p.resume = now.Add(downFor)
}
