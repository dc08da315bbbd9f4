package notifier

import (
	"time"

	"mawid/scheduler"
)

// waits are the pauses after the first, second, … failed attempt; the last one
// repeats.
var waits = []time.Duration{5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour}

const (
	jitter    = 0.2 // waits vary by this part, so that what failed together does not come back together
	leastWait = 30 * time.Second
)

// again plans the next attempt, or gives up when it would come too late: dead
// when the provider refused it, expired when it only did not answer.
func (w *Worker) again(n scheduler.ClaimedNotice, o Outcome) scheduler.Receipt {
	at := w.now().Add(w.wait(n.Tries(), o.RetryAfter))
	if !at.Before(n.UsefulUntil) {
		state := scheduler.NoticeDead
		if o.Handed {
			state = scheduler.NoticeExpired
		}
		return scheduler.Receipt{State: state, Code: o.Code}
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

// putOff has a notice wait for its provider. It never waits past the end of its
// use: then it is settled as expired.
func (w *Worker) putOff(n scheduler.ClaimedNotice, o Outcome) scheduler.Receipt {
	d := max(o.RetryAfter, pause(n.Untried))
	if o.Paused {
		d = o.RetryAfter // the provider says when it is tried
	}
	at := w.now().Add(d + time.Duration(jitter*w.c.Random()*float64(min(d, leastWait))))
	if at.After(n.UsefulUntil) {
		at = n.UsefulUntil
	}
	return scheduler.Receipt{State: scheduler.NoticeDue, RetryAt: at, Code: o.Code, Untried: true}
}
