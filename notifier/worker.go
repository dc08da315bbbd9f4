package notifier

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"sync"
	"time"

	"mawid/scheduler"
)

// Config is what a Worker is made of. The ports are required; a zero tuning
// value stands for the default named beside it.
type Config struct {
	Outbox    Outbox
	Catalogue func(context.Context) (*scheduler.Catalogue, error)
	Wording   *Wording
	Clock     scheduler.Clock
	// Subjects reads what notices of each kind of subject are about. Appointments
	// need not be named: they are read through Outbox and Catalogue.
	Subjects map[scheduler.SubjectKind]Subjects
	// Policy says when people may be disturbed; the zero value is the default.
	Policy scheduler.NoticePolicy
	// Random gives numbers from 0 to 1, 1 excluded; it spreads retries.
	Random func() float64
	Mail   Sender       // nil keeps mail
	SMS    Sender       // nil keeps short messages
	Log    *slog.Logger // nil logs nothing

	Batch    int           // most notices claimed at once; 16
	Parallel int           // most letters on their way at once; 4
	Attempt  time.Duration // how long one letter may take; 20 s
	// Lease is how long a claim counts; 2 min. It must be longer than a whole
	// batch may take.
	Lease time.Duration
	Poll  time.Duration // pause between looks at the outbox; 1 s
	Grace time.Duration // how long letters under way may go on after a stop; 5 s
}

// settleTime is how long writing one receipt may take.
const settleTime = 5 * time.Second

// Worker sends what is due. Several may work on one outbox, on one node or many.
type Worker struct {
	c    Config
	mail guarded
	sms  guarded

	mu    sync.Mutex
	swept map[scheduler.Channel]time.Time // when what is of no more use was last looked for
}

// New returns a worker, or an error that names what is missing or what does not
// fit together.
func New(c Config) (*Worker, error) {
	c.fill()
	for name, missing := range map[string]bool{
		"Outbox": c.Outbox == nil, "Catalogue": c.Catalogue == nil, "Wording": c.Wording == nil,
		"Clock": c.Clock == nil, "Random": c.Random == nil,
	} {
		if missing {
			return nil, fmt.Errorf("notifier: %s is required", name)
		}
	}
	rounds := (c.Batch + c.Parallel - 1) / c.Parallel
	if least := time.Duration(rounds) * (c.Attempt + settleTime); c.Lease < least {
		return nil, fmt.Errorf("notifier: the lease of %s is shorter than a batch may take, %s", c.Lease, least)
	}
	c.Subjects = maps.Clone(c.Subjects)
	if c.Subjects == nil {
		c.Subjects = map[scheduler.SubjectKind]Subjects{}
	}
	if c.Subjects[scheduler.SubjectAppointment] == nil {
		c.Subjects[scheduler.SubjectAppointment] = appointments{c.Outbox, c.Catalogue, c.Wording}
	}
	return &Worker{
		c: c, swept: map[scheduler.Channel]time.Time{},
		mail: guard(c.Mail, "mail", scheduler.ChannelEmail, c.Clock), sms: guard(c.SMS, "sms", scheduler.ChannelSMS, c.Clock),
	}, nil
}

func (c *Config) fill() {
	def(&c.Batch, 16)
	def(&c.Parallel, 4)
	def(&c.Attempt, 20*time.Second)
	def(&c.Lease, 2*time.Minute)
	def(&c.Poll, time.Second)
	def(&c.Grace, 5*time.Second)
	if c.Policy == (scheduler.NoticePolicy{}) {
		c.Policy = scheduler.DefaultNoticePolicy()
	}
	if c.Mail == nil {
		c.Mail = Keep{}
	}
	if c.SMS == nil {
		c.SMS = Keep{}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
}

// def sets what is not positive to a default.
func def[T int | time.Duration](v *T, value T) {
	if *v <= 0 {
		*v = value
	}
}

// Run sends what is due until ctx ends: at once when wake (which may be nil)
// receives, else at every poll, and without pause while there is more. Channels
// do not wait for each other. When it returns, no letter of this worker is under
// way.
func (w *Worker) Run(ctx context.Context, wake <-chan struct{}) {
	mail, sms := make(chan struct{}, 1), make(chan struct{}, 1)
	var lanes sync.WaitGroup
	lanes.Go(func() { w.lane(ctx, scheduler.ChannelEmail, mail) })
	lanes.Go(func() { w.lane(ctx, scheduler.ChannelSMS, sms) })
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-wake:
			nudge(mail)
			nudge(sms)
		}
	}
	lanes.Wait()
}

// nudge wakes a lane that is not awake.
func nudge(lane chan<- struct{}) {
	select {
	case lane <- struct{}{}:
	default:
	}
}

// lane sends what is due on one channel until ctx ends.
func (w *Worker) lane(ctx context.Context, channel scheduler.Channel, wake <-chan struct{}) {
	timer := time.NewTimer(w.c.Poll)
	defer timer.Stop()
	for ctx.Err() == nil {
		n, err := w.runChannel(ctx, channel)
		if err != nil && ctx.Err() == nil {
			w.c.Log.Error("notices", "error", err)
		}
		if n > 0 && err == nil {
			continue
		}
		timer.Reset(w.c.Poll)
		select {
		case <-ctx.Done():
		case <-wake:
		case <-timer.C:
		}
	}
}

// RunOnce claims one batch of each channel and handles them side by side, so
// that a server which does not answer holds back its own letters only. handled
// counts what was claimed; the error joins what storage refused. Each notice has
// a receipt of its own, and none waits for another's.
func (w *Worker) RunOnce(ctx context.Context) (handled int, err error) {
	channels := []scheduler.Channel{scheduler.ChannelEmail, scheduler.ChannelSMS}
	counts, errs := make([]int, len(channels)), make([]error, len(channels))
	var all sync.WaitGroup
	for i, channel := range channels {
		all.Go(func() { counts[i], errs[i] = w.runChannel(ctx, channel) })
	}
	all.Wait()
	return counts[0] + counts[1], errors.Join(errs...)
}

// runChannel claims and handles one batch of a channel.
func (w *Worker) runChannel(ctx context.Context, channel scheduler.Channel) (handled int, err error) {
	now := w.now()
	p := w.provider(channel)
	room := p.room(now, w.c.Batch)
	if room == 0 {
		return w.sweep(ctx, channel, now)
	}
	lease := now.Add(w.c.Lease)
	claimed, err := w.c.Outbox.ClaimNotices(ctx, channel, now, lease, room)
	if err != nil {
		return 0, fmt.Errorf("claim notices: %w", err)
	}
	errs := make([]error, len(claimed))
	slots := make(chan struct{}, w.c.Parallel)
	var all sync.WaitGroup
	for i, n := range claimed {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			errs[i] = w.handle(ctx, n, lease)
		})
	}
	all.Wait()
	return len(claimed), errors.Join(append(errs, w.noteProviders(ctx, p))...)
}

// noteProviders writes down which providers do not answer, for operators.
func (w *Worker) noteProviders(ctx context.Context, p guarded) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	var errs []error
	for _, s := range p.news() {
		if !s.DownSince.IsZero() {
			w.c.Log.Warn("provider does not answer", "name", s.Name, "code", s.Code, "next_try", s.NextTry)
		}
		if err := w.c.Outbox.NoteProvider(ctx, s); err != nil {
			errs = append(errs, fmt.Errorf("provider %s: %w", s.Name, err))
		}
	}
	return errors.Join(errs...)
}

func (w *Worker) provider(channel scheduler.Channel) guarded {
	if channel == scheduler.ChannelSMS {
		return w.sms
	}
	return w.mail
}

const (
	sweepEvery = 30 * time.Second
	mostSwept  = 500 // notices at once
)

// sweep settles what is of no more use while its provider does not answer: nothing
// is claimed then, and so nothing found out about it. handled counts those.
func (w *Worker) sweep(ctx context.Context, channel scheduler.Channel, now time.Time) (handled int, err error) {
	w.mu.Lock()
	last := w.swept[channel]
	w.mu.Unlock()
	if now.Before(last.Add(sweepEvery)) {
		return 0, nil
	}
	if handled, err = w.c.Outbox.ExpireNotices(ctx, channel, now, tooLate, mostSwept); err != nil {
		return 0, fmt.Errorf("expire notices: %w", err)
	}
	if handled < mostSwept {
		w.mu.Lock()
		w.swept[channel] = now
		w.mu.Unlock()
	}
	return handled, nil
}

// handle makes one attempt and writes its receipt. Where there is none, the
// notice comes back when its lease ends.
func (w *Worker) handle(ctx context.Context, n scheduler.ClaimedNotice, lease time.Time) error {
	if w.now().Add(w.c.Attempt).After(lease) {
		return nil // another worker may have it before this one is done
	}
	attempt, cancel := w.attemptContext(ctx)
	defer cancel()
	var r scheduler.Receipt
	var err error
	if ctx.Err() != nil {
		r = scheduler.Receipt{State: scheduler.NoticeDue, RetryAt: w.now(), Code: "stopped", Untried: true}
	} else if r, err = w.attempt(attempt, n); err != nil {
		return fmt.Errorf("notice %s: %w", n.ID, err)
	}
	return w.settle(ctx, n, r)
}

// attemptContext ends after the time of one attempt, and soon after a stop.
func (w *Worker) attemptContext(ctx context.Context) (context.Context, context.CancelFunc) {
	attempt, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.c.Attempt)
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(w.c.Grace, cancel) })
	return attempt, func() {
		stop()
		cancel()
	}
}

func (w *Worker) settle(ctx context.Context, n scheduler.ClaimedNotice, r scheduler.Receipt) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	r.At = w.now()
	err := w.c.Outbox.SettleNotice(ctx, n, r)
	if errors.Is(err, scheduler.ErrConflict) {
		w.c.Log.Warn("notice overtaken", "notice", n.ID, "attempt", n.Attempt, "state", r.State, "code", r.Code)
		return nil
	}
	if err != nil {
		return fmt.Errorf("settle notice %s: %w", n.ID, err)
	}
	return nil
}

func (w *Worker) now() time.Time { return w.c.Clock().UTC() }
