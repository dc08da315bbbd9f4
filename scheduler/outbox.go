package scheduler

import "time"

// ClaimedNotice is a notice that one worker may handle until its lease ends.
// Attempt (from 1) is the fencing token: a settlement of an older attempt is
// refused.
type ClaimedNotice struct {
	Notice
	Attempt int
}

// Receipt says what came of one attempt, and is kept.
type Receipt struct {
	At    time.Time
	State NoticeState
	// RetryAt is when to try again; only with State NoticeDue.
	RetryAt time.Time
	// Code is a stable word for what happened, such as "smtp_450" or "moved_on";
	// never an address or a text.
	Code string
	// ProviderID is the server's or gateway's own id of the message, or "".
	ProviderID string
	// Message is kept only when there was nowhere to send it.
	Message *Message
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
	Attempts  int
	Reference string    // of the appointment, or the label of another subject
	SettledAt time.Time // of the newest receipt; zero when none
	Code      string    // of the newest receipt
	Message   *Message  // when kept; Raw is left out of lists
}
