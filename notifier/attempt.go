package notifier

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"mawid/scheduler"
)

// attempt says what shall become of a notice, sending it when it is still true.
// An error means that storage did not answer, and that nothing was sent. A panic
// is this notice's own: it is tried again like any failure.
func (w *Worker) attempt(ctx context.Context, n scheduler.ClaimedNotice) (r scheduler.Receipt, err error) {
	defer func() {
		if recover() != nil {
			// The stack holds addresses of values, not values. What was panicked
			// with may name a person.
			w.c.Log.Error("notice: fault", "notice", n.ID, "stack", string(debug.Stack()))
			r, err = w.again(n, Outcome{Code: "fault"}), nil
		}
	}()
	about, err := w.subject(ctx, n.About)
	switch {
	case errors.Is(err, scheduler.ErrNotFound):
		return revoked("gone"), nil
	case errors.Is(err, errNoSubjects):
		return scheduler.Receipt{State: scheduler.NoticeDead, Code: "unknown_subject"}, nil
	case err != nil:
		return r, err
	}
	now := w.now()
	if why := about.Outdated(n.Notice, now); why != "" {
		return revoked(why), nil
	}
	if !now.Before(n.UsefulUntil) {
		return scheduler.Receipt{State: scheduler.NoticeExpired, Code: tooLate}, nil
	}
	at, never, err := w.disturb(ctx, n.Notice, recipientOf(about, n.Notice), now)
	switch {
	case err != nil:
		return r, err
	case never:
		return revoked("quiet_hours"), nil
	case at.After(now):
		return scheduler.Receipt{State: scheduler.NoticeDue, RetryAt: at, Code: "quiet_hours", Untried: true}, nil
	}
	if r, stop, err := w.obstructed(ctx, n, recipientOf(about, n.Notice), now); stop || err != nil {
		return r, err
	}
	l, err := w.c.Wording.letter(about, n.Notice, now)
	if err != nil {
		w.c.Log.Error("notice: cannot be written", "notice", n.ID, "error", err)
		return scheduler.Receipt{State: scheduler.NoticeDead, Code: "unwritable"}, nil
	}
	return w.send(ctx, n, recipientOf(about, n.Notice), l), nil
}

// disturb says when a notice may reach its person, by their clock.
func (w *Worker) disturb(ctx context.Context, n scheduler.Notice, r Recipient, now time.Time) (at time.Time, never bool, err error) {
	loc, err := w.c.Wording.zones.Load(r.Zone)
	if err != nil {
		return now, false, nil // a clock that is not known has no night
	}
	cat, err := w.c.Catalogue(ctx)
	if err != nil {
		return now, false, fmt.Errorf("catalogue: %w", err)
	}
	policy := w.c.Policy
	if o, err := cat.Office(n.OfficeID); err == nil {
		policy = policy.Of(o)
	}
	at, never = policy.Disturb(n, now, loc, cat.Ramadan)
	return at, never, nil
}

// obstructed settles a notice that is true but cannot or shall not be sent by its
// channel.
func (w *Worker) obstructed(ctx context.Context, n scheduler.ClaimedNotice, to Recipient, now time.Time) (r scheduler.Receipt, stop bool, err error) {
	address := to.address(n.Channel)
	o, err := w.c.Outbox.NoticeObstacles(ctx, n.About.ID, address)
	switch {
	case err != nil:
		return r, false, fmt.Errorf("obstacles: %w", err)
	case o.Stopped && n.Kind.Reminds():
		return revoked("unsubscribed"), true, nil
	case address == "":
		return w.otherWay(n, to, now, scheduler.Receipt{State: scheduler.NoticeDead, Code: "no_address"}), true, nil
	case o.BadAddress != "" && n.Resent == 0:
		return w.otherWay(n, to, now, scheduler.Receipt{State: scheduler.NoticeDead, Code: "address_invalid"}), true, nil
	}
	return r, false, nil
}

// otherWay adds to the receipt of a notice that cannot be said by mail that it is
// said by a short message instead, where that is possible and not too late. What
// falls back is not dead: it needs nobody.
func (w *Worker) otherWay(n scheduler.ClaimedNotice, to Recipient, now time.Time, r scheduler.Receipt) scheduler.Receipt {
	if n.Kind.Bound() || n.Channel != scheduler.ChannelEmail || to.Phone == "" || !now.Before(n.UsefulUntil) {
		return r
	}
	r.Instead = new(n.Fallback(now))
	if r.Code == "no_address" || r.Code == "address_invalid" {
		r.State = scheduler.NoticeRevoked
	}
	return r
}

func (w *Worker) send(ctx context.Context, n scheduler.ClaimedNotice, to Recipient, l Letter) scheduler.Receipt {
	o := w.provider(n.Channel).Send(ctx, l)
	r := scheduler.Receipt{State: o.State, Code: o.Code, ProviderID: o.ProviderID}
	switch {
	case o.State == scheduler.NoticeDue && o.Down && !o.Handed:
		r = w.putOff(n, o)
	case o.State == scheduler.NoticeDue:
		r = w.again(n, o)
	}
	if o.BadAddress {
		r.BadAddress = l.To
	}
	if r.State == scheduler.NoticeDead {
		r = w.otherWay(n, to, w.now(), r)
	}
	if r.State == scheduler.NoticeKept || r.State == scheduler.NoticeDead {
		r.Message = &l.Message // so that somebody can still read it, and call
	}
	if o.Err != nil || r.State == scheduler.NoticeDead || r.State == scheduler.NoticeUnknown {
		w.c.Log.Warn("notice not sent", "notice", n.ID, "attempt", n.Attempt, "state", r.State, "code", r.Code, "error", o.Err)
	}
	return r
}

// tooLate is the code of what was of no more use.
const tooLate = "too_late"

func revoked(why string) scheduler.Receipt {
	return scheduler.Receipt{State: scheduler.NoticeRevoked, Code: why}
}
