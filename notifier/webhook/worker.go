package webhook

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"mawid/scheduler"
)

// Store is what the worker needs of storage.
type Store interface {
	// ClaimDeliveries gives this worker up to limit deliveries that are due at now,
	// at most share of one endpoint; nobody else gets them before leaseUntil.
	ClaimDeliveries(ctx context.Context, now, leaseUntil time.Time, limit, share int) ([]scheduler.Delivery, error)
	// SettleDelivery writes what came of an attempt; one that has been overtaken by
	// a later claim is refused.
	SettleDelivery(ctx context.Context, d scheduler.Delivery, r scheduler.DeliveryResult) error
}

// Config is what a worker is made of: every field, unless it says otherwise.
type Config struct {
	Store Store
	Clock scheduler.Clock
	// Secrets are what signs for an endpoint now, the newest first.
	Secrets func(scheduler.Endpoint) []string
	// Random spreads retries: from 0 to 1.
	Random func() float64
	Log    *slog.Logger
	// Private allows loopback and private addresses.
	Private bool
}

// Worker tells what is due.
type Worker struct {
	Config
	caller *caller
}

// New returns a worker.
func New(c Config) *Worker { return &Worker{c, newCaller(c.Private)} }

const (
	batch = 32
	share = 8 // of one endpoint at once
	lease = 2 * answerTime
)

// waits are the pauses between attempts, as the specification advises; after the
// last the delivery is given up: about two days in all.
var waits = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour,
}

// pauses keep other deliveries from an endpoint that does not answer.
const (
	firstPause   = 10 * time.Second
	longestPause = 5 * time.Minute
)

// RunOnce tells what is due now, and returns how much that was.
func (w *Worker) RunOnce(ctx context.Context) (int, error) {
	now := w.Clock()
	due, err := w.Store.ClaimDeliveries(ctx, now, now.Add(lease), batch, share)
	var all sync.WaitGroup
	for _, d := range due {
		all.Go(func() { w.tell(ctx, d) })
	}
	all.Wait()
	if err != nil {
		return len(due), fmt.Errorf("webhooks: %w", err)
	}
	return len(due), nil
}

func (w *Worker) tell(ctx context.Context, d scheduler.Delivery) {
	got := w.caller.call(ctx, d, w.Secrets(d.Endpoint), w.Clock())
	if ctx.Err() != nil && !got.good {
		return // its lease ends, and it is told then
	}
	// Written also when the end comes meanwhile: it would be told twice.
	settled, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime)
	defer cancel()
	err := w.Store.SettleDelivery(settled, d, w.result(d, got))
	if err != nil && !errors.Is(err, scheduler.ErrConflict) {
		w.Log.Error("webhooks", "delivery", d.ID, "error", err)
	}
}

func (w *Worker) result(d scheduler.Delivery, got answer) scheduler.DeliveryResult {
	r := scheduler.DeliveryResult{At: w.Clock(), State: scheduler.DeliveryDone, Code: got.code}
	switch {
	case got.good:
		return r
	case got.gone:
		r.State, r.Gone = scheduler.DeliveryDead, true
		return r
	case d.Attempt > len(waits):
		r.State = scheduler.DeliveryDead
	default:
		wait := waits[d.Attempt-1]
		wait += time.Duration(w.Random() * float64(wait) / 10)
		r.State, r.RetryAt = scheduler.DeliveryDue, r.At.Add(max(wait, got.retryAfter))
	}
	r.PauseUntil = r.At.Add(max(min(firstPause<<min(d.Attempt-1, 10), longestPause), min(got.retryAfter, longestPause)))
	return r
}

// Run tells until ctx ends, every interval and again at once while there is more.
func (w *Worker) Run(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		n, err := w.RunOnce(ctx)
		if err != nil && ctx.Err() == nil {
			w.Log.Error("webhooks", "error", err)
		}
		if n > 0 && err == nil && ctx.Err() == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
