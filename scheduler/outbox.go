package scheduler

import "time"

// ClaimedNotice is a notice that one worker may handle until its lease ends.
// Attempt (from 1) is the fencing token: a settlement of an older attempt is
// refused.
type ClaimedNotice struct {
	Notice
	Attempt int
	Untried int // how many claims before this one were no attempt
}

// Tries is how often a provider was asked about this very notice, this attempt
// included.
func (n ClaimedNotice) Tries() int { return n.Attempt - n.Untried }

// Receipt says what came of one attempt, and is kept.
type Receipt struct {
	At    time.Time
	State NoticeState
	// RetryAt is when to try again; only with State NoticeDue.
	RetryAt time.Time
	// Untried: no provider was asked about this notice, so that it was no attempt;
	// only with State NoticeDue. A receipt is kept when it waits for another reason
	// than before.
	Untried bool
	// Code is a stable word for what happened, such as "smtp_450" or "moved_on";
	// never an address or a text.
	Code string
	// ProviderID is the server's or gateway's own id of the message, or "".
	ProviderID string
	// Message is kept only when there was nowhere to send it.
	Message *Message
	// BadAddress is the address when it was refused for good, to be noted; or "".
	BadAddress string
	// Instead says the same by another channel, or is nil. It is left out when it
	// was said before.
	Instead *Notice
}

// Report is what came back after a notice was handed over.
type Report struct {
	At time.Time
	// State is NoticeDelivered or NoticeBounced; NoticeSent for a delay, which
	// changes nothing.
	State NoticeState
	Code  string // such as "dsn_5.1.1"; never an address or a text
	// BadAddress and Instead as in Receipt.
	BadAddress string
	Instead    *Notice
}

// NoticeEvent is one thing that happened to a notice after its hand-over, and is
// kept.
type NoticeEvent struct {
	At    time.Time
	What  string // "delivered", "bounced", "sent" (delayed), "resent", "retried"
	Code  string
	Actor string // "staff:<id>", or "" for a server's word
}

// Obstacles are what stands against a notice besides its truth.
type Obstacles struct {
	// BadAddress is why the address is known not to work, or "".
	BadAddress string
	// Stopped: the person wants no reminders about this subject.
	Stopped bool
}

// ProviderState says of a mail server or a way for short messages that it does
// not answer.
type ProviderState struct {
	Name      string // "mail", or the route's
	Channel   Channel
	Code      string    // of the last try; "" when it answers
	DownSince time.Time // UTC; zero when it answers
	TriedAt   time.Time
	NextTry   time.Time
}

// ProviderWait is a provider that does not answer, and what waits on its channel.
type ProviderWait struct {
	ProviderState
	Waiting int // notices
}

// Fallback is the notice that says the same as n by the other channel, at once.
func (n Notice) Fallback(now time.Time) Notice {
	out := n
	out.Channel, out.Resent, out.DueAt = ChannelSMS, 0, now
	if n.Channel == ChannelSMS {
		out.Channel = ChannelEmail
	}
	out.ID = n.ID + "_" + string(out.Channel) // once for each notice, on any node
	return out
}

// Message is a worded notice.
type Message struct {
	To      string // address or E.164 number
	Subject string // "" for SMS
	Text    string // what a person reads
	Raw     []byte // the whole mail (RFC 5322), or nil for SMS
}

// NoticeEntry is a notice with all that is known of it, for the back office.
type NoticeEntry struct {
	Notice
	State     NoticeState
	Attempts  int       // that a provider was asked
	Reference string    // of the appointment, or the label of another subject
	SettledAt time.Time // of the newest receipt; zero when none
	Code      string    // of the newest receipt
	Message   *Message  // when kept; Raw is left out of lists
}
