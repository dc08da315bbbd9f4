package notifier

import (
	"context"
	"errors"
	"fmt"

	"mawid/scheduler"
)

// Reports is what is needed of storage to note what came back.
type Reports interface {
	// Notice returns a notice, or scheduler.ErrNotFound.
	Notice(ctx context.Context, id string) (scheduler.NoticeEntry, error)
	// ReportNotice writes a report. scheduler.ErrConflict when the notice was not
	// handed over, or the same was reported before.
	ReportNotice(ctx context.Context, id string, r scheduler.Report) error
	// NoticeByProvider finds a notice by its receiver's own id, or
	// scheduler.ErrNotFound.
	NoticeByProvider(ctx context.Context, channel scheduler.Channel, providerID string) (string, error)
}

// Returned is what a server says of a message it took.
type Returned struct {
	NoticeID string
	State    scheduler.NoticeState // NoticeDelivered, NoticeBounced, or NoticeSent for a delay
	Code     string                // "dsn_5.1.1"; never an address
	// BadAddress: the address itself does not work, not only this message.
	BadAddress bool
}

// Report notes what came back of a notice. When it bounced and its person has
// another way, it is said there. Reported before, or never handed over: nothing
// happens. Errors: scheduler.ErrNotFound, storage's.
func (w *Worker) Report(ctx context.Context, reports Reports, r Returned) error {
	e, err := reports.Notice(ctx, r.NoticeID)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	now := w.now()
	report := scheduler.Report{At: now, State: r.State, Code: r.Code}
	if r.State == scheduler.NoticeBounced {
		about, err := w.subject(ctx, e.About)
		switch {
		case errors.Is(err, scheduler.ErrNotFound) || errors.Is(err, errNoSubjects):
			// There is nobody to tell by another way.
		case err != nil:
			return fmt.Errorf("report: %w", err)
		default:
			to := recipientOf(about, e.Notice)
			if r.BadAddress {
				report.BadAddress = to.address(e.Channel)
			}
			if about.Outdated(e.Notice, now) == "" {
				n := scheduler.ClaimedNotice{Notice: e.Notice}
				report.Instead = w.otherWay(n, to, now, scheduler.Receipt{}).Instead
			}
		}
	}
	err = reports.ReportNotice(ctx, r.NoticeID, report)
	if errors.Is(err, scheduler.ErrConflict) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}
