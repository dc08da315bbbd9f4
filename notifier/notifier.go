// Package notifier takes what is due from the outbox, words it in the person's
// language and hands it to a mail server or an SMS gateway, or keeps it where
// neither is set.
//
// It knows when a planned notice is no longer true, what a mail and a short
// message look like, how servers refuse and when to try again. Delivery is at
// least once: a message whose answer was lost is sent again only where the
// receiver can tell that it is the same one.
//
// It must not know how the outbox is stored or who filled it: it speaks to
// storage through Outbox and imports neither store nor api. It reads no clock
// and no zone data of the machine.
package notifier

import (
	"context"
	"time"

	"mawid/scheduler"
)

// Outbox is what the worker needs of storage.
type Outbox interface {
	// ClaimNotices gives this worker up to limit notices of a channel that are
	// due at now, or whose lease ended by then; nobody else gets them before
	// leaseUntil. What cannot wait comes first.
	ClaimNotices(
		ctx context.Context, channel scheduler.Channel, now, leaseUntil time.Time, limit int,
	) ([]scheduler.ClaimedNotice, error)
	// SettleNotice writes what came of one attempt. An attempt that has been
	// overtaken by a later claim is refused.
	SettleNotice(ctx context.Context, n scheduler.ClaimedNotice, r scheduler.Receipt) error
	// NoticeObstacles returns what stands against telling an address about a
	// subject.
	NoticeObstacles(ctx context.Context, subjectID, address string) (scheduler.Obstacles, error)
	// ExpireNotices settles up to limit due notices of a channel that are of no more
	// use, and returns how many.
	ExpireNotices(ctx context.Context, channel scheduler.Channel, now time.Time, code string, limit int) (int, error)
	// NoteProvider notes that a provider does not answer, or that it does again.
	NoteProvider(ctx context.Context, p scheduler.ProviderState) error
	// Appointment returns an appointment, or scheduler.ErrNotFound.
	Appointment(ctx context.Context, id string) (scheduler.Appointment, error)
}

// Links makes the absolute addresses that a notice carries. All of them hold a secret.
type Links interface {
	// ManageURL leads to the page of one appointment. Opening it changes nothing.
	ManageURL(appointmentID string) string
	// StopURL stops the reminders of one appointment: a page for GET, done by POST.
	StopURL(appointmentID string) string
	// Reach is how the two of an appointment meet that nobody comes to.
	Reach(c *scheduler.Catalogue, a *scheduler.Appointment) scheduler.Reach
	// Code is the six digits that a notice about an appointment carries.
	Code(a *scheduler.Appointment, n scheduler.Notice) string
	// OpinionURL is where the person answers three questions about a visit or a file.
	OpinionURL(kind scheduler.OpinionKind, id string) string
	// CalendarURL is the person's calendar, to subscribe to.
	CalendarURL(feedID string) string
	// TicketURL leads to the page of one ticket, FileURL to that of one file, WishURL
	// to the page of a wish, where its offer is answered.
	TicketURL(ticketID string) string
	FileURL(fileID string) string
	WishURL(wishID string) string
}

// Letter is a worded notice on its way.
type Letter struct {
	// ID is the notice's: the same at every attempt, so that a receiver can drop
	// a second copy.
	ID string
	scheduler.Message
	// ReturnPath is where the mail's server returns what it cannot deliver; "" is
	// the sender.
	ReturnPath string
	// ValidUntil is when it is better not delivered at all.
	ValidUntil time.Time
}

// Outcome says what became of one attempt to send.
type Outcome struct {
	// State is NoticeSent, NoticeKept, NoticeDue (failed, try again), NoticeDead
	// (refused for good) or NoticeUnknown (no answer after hand-over).
	State scheduler.NoticeState
	// Code goes into the receipt; never an address or a text.
	Code string
	// ProviderID is the receiver's own id of the message, or "".
	ProviderID string
	// RetryAfter is how long the receiver asks to wait; 0 when it does not say.
	RetryAfter time.Duration
	// BadAddress: the address was refused as one that does not exist.
	BadAddress bool
	// Down: the receiver did not answer or refuses everybody; the fault is not
	// this letter's. It waits until the receiver is back, and this was no attempt
	// unless it was Handed over.
	Down bool
	// Paused: the receiver was not even asked, because it did not answer lately; it
	// is asked after RetryAfter.
	Paused bool
	// Handed: the letter left, and no answer came. It may have arrived.
	Handed bool
	// Err explains a failure to an operator. It is nil where it could name a
	// person: servers repeat addresses in what they answer.
	Err error
}

// Sender hands letters to whoever delivers them. Send returns when ctx ends, is
// safe for concurrent use and does not retry.
type Sender interface {
	Send(ctx context.Context, l Letter) Outcome
}

// Keep is the sender where no server is set: the letter is kept with its
// receipt, for the desk to read.
type Keep struct{}

// Send keeps the letter.
func (Keep) Send(context.Context, Letter) Outcome {
	return Outcome{State: scheduler.NoticeKept, Code: "kept"}
}
