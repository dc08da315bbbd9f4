package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/robfig/cron/v3"

	"mawid/api/httpkit"
)

// job is one line of the table of periodic work. Every node runs all of them:
// each is safe to run on many nodes at once and to miss a turn.
type job struct {
	spec string // robfig/cron; only @every and @hourly, which no clock change moves
	name string
	run  func(context.Context) error
}

// How long ended things are kept, so that a late caller is told what happened.
const (
	keepHolds  = 24 * time.Hour
	sweepBatch = 500
	keepTries  = 24 * time.Hour
	keepDeeds  = 2 * 366 * 24 * time.Hour
	keepCodes  = 2 * time.Hour // longer than their bounds count
)

// jobs is the table of periodic work.
func (h *house) jobs() []job {
	near := h.engine.NearWatch()
	return append(append(h.calendarJobs(), h.webhookJobs()...), []job{
		{"@every 10s", "tell who waits elsewhere that their turn is near", func(ctx context.Context) error {
			_, err := near.Tell(ctx)
			return err
		}},
		{"@every 10m", "write the day lists, delete those of days that are over", h.keepDayLists},
		{"@every 10m", "end what is left of the days before", func(ctx context.Context) error {
			_, err := h.engine.CloseDays(ctx)
			return err
		}},
		{"@every 5s", "offer places that come back, and give back the rest", func(ctx context.Context) error {
			return h.engine.ReturnPlaces(ctx, sweepBatch)
		}},
		{"@every 5m", "look after files: legal dates, promises, who must be told", func(ctx context.Context) error {
			_, err := h.engine.WatchFiles(ctx)
			return err
		}},
		{"@every 5s", "give back the places of addresses that were not proved", func(ctx context.Context) error {
			_, err := h.engine.LapseUnproved(ctx, sweepBatch)
			return err
		}},
		{"@every 1s", "send codes that were asked for", func(ctx context.Context) error {
			return h.engine.SendCodes(ctx, sweepBatch)
		}},
		{"@every 6h", "erase who past visits were for", func(ctx context.Context) error {
			_, err := h.store.ForgetPersons(ctx, time.Now().AddDate(0, 0, -h.settings.Booking.KeepDays))
			return err
		}},
		{"@every 10m", "forget codes that ran out", func(ctx context.Context) error {
			_, err := h.store.ForgetCodes(ctx, time.Now().Add(-keepCodes))
			return err
		}},
		{"@every 10m", "forget holds that ended a day ago", func(ctx context.Context) error {
			_, err := h.store.ForgetHolds(ctx, time.Now().Add(-keepHolds))
			return err
		}},
		{"@every 1h", "forget claims of visits that are over", func(ctx context.Context) error {
			_, err := h.store.ForgetClaims(ctx, time.Now())
			return err
		}},
		{"@every 10m", "forget answers kept for repeated requests", func(ctx context.Context) error {
			_, err := h.store.ForgetAnswers(ctx, time.Now().Add(-httpkit.AnswerAge))
			return err
		}},
		{"@every 10m", "forget proofs that were used and have run out", func(ctx context.Context) error {
			_, err := h.store.ForgetProofs(ctx, time.Now())
			return err
		}},
		{"@every 10m", "forget sessions that ran out", func(ctx context.Context) error {
			_, err := h.store.ForgetSessions(ctx, time.Now())
			return err
		}},
		{"@every 10m", "forget sign-ins of staff that ran out", func(ctx context.Context) error {
			_, err := h.store.ForgetStaffSessions(ctx, time.Now())
			return err
		}},
		{"@every 1h", "forget wrong passwords of the day before", func(ctx context.Context) error {
			_, err := h.store.ForgetOldTries(ctx, time.Now().Add(-keepTries))
			return err
		}},
		{"@every 1h", "forget what staff did two years ago", func(ctx context.Context) error {
			_, err := h.store.ForgetDeeds(ctx, time.Now().Add(-keepDeeds))
			return err
		}},
	}...)
}

// startPeriodic starts the table and returns how to stop it: no new turn
// begins, and the running ones are waited for.
func startPeriodic(ctx context.Context, jobs []job, log *slog.Logger) (stop func(), err error) {
	c := cron.New(cron.WithLocation(time.UTC), cron.WithLogger(cron.DiscardLogger),
		cron.WithChain(cron.Recover(cronLog{log}), cron.SkipIfStillRunning(cron.DiscardLogger)))
	for _, j := range jobs {
		if _, err := c.AddFunc(j.spec, func() {
			if err := j.run(ctx); err != nil && ctx.Err() == nil {
				log.Error("periodic work failed", "job", j.name, "error", err)
			}
		}); err != nil {
			return nil, err
		}
	}
	c.Start()
	return func() { <-c.Stop().Done() }, nil
}

// cronLog hands cron's words on a panic to our log.
type cronLog struct{ log *slog.Logger }

func (l cronLog) Info(string, ...any) {}

func (l cronLog) Error(err error, msg string, kv ...any) {
	l.log.Error(msg, append(kv, "error", err)...)
}
