package scheduler

import "time"

// NoticeKind is what a notice says.
type NoticeKind string

// The kinds of notice.
const (
	NoticeConfirmation NoticeKind = "confirmation"
	NoticeReminderWeek NoticeKind = "reminder_week" // 7 days before, when booked long ahead
	NoticeReminderDays NoticeKind = "reminder_days" // 3 working days before
	NoticeReminderEve  NoticeKind = "reminder_eve"  // 1 day before
	NoticeReminderSoon NoticeKind = "reminder_soon" // shortly before a telephone or video appointment
	NoticeMoved        NoticeKind = "moved"
	NoticeCancelled    NoticeKind = "cancelled"
	NoticeDisplaced    NoticeKind = "displaced"
	NoticeComeNow      NoticeKind = "come_now"      // a ticket's turn is near
	NoticeProveCode    NoticeKind = "prove_code"    // the code that proves the address
	NoticeFindCode     NoticeKind = "find_code"     // the code that opens the appointment
	NoticeLapsed       NoticeKind = "lapsed"        // the address was not proved in time
	NoticeOffer        NoticeKind = "offer"         // a place became free and is kept for the person
	NoticeCorrected    NoticeKind = "corrected"     // contact or language changed
	NoticeCorrectedOld NoticeKind = "corrected_old" // the same, to the address before
)

// Rank orders what is sent when much is due: 0 first, whatever waits. A turn in
// the queue, a place that is kept for an hour, and a code that somebody sits and
// waits for, cannot wait for a thousand reminders.
func (k NoticeKind) Rank() int {
	switch {
	case k == NoticeComeNow, k == NoticeProveCode, k == NoticeFindCode, k == NoticeFileCode, k == NoticeOffer:
		return 0
	case k == NoticeReminderSoon:
		return 1
	case k.Reminds(), k == NoticeQuestions:
		return 2
	}
	return 1
}

// Channel is a way to reach a person.
type Channel string

// The channels.
const (
	ChannelEmail Channel = "email"
	ChannelSMS   Channel = "sms"
)

// SubjectKind is what sort of thing a notice is about.
type SubjectKind string

// The kinds of subject.
const (
	SubjectAppointment SubjectKind = "appointment"
	SubjectTicket      SubjectKind = "ticket"
	SubjectFile        SubjectKind = "file"
	SubjectOffer       SubjectKind = "offer"
)

// Subject is what a notice is about. Its id is unique among subjects of all
// kinds.
type Subject struct {
	Kind SubjectKind
	ID   string
	// Label is what staff call it, such as a ticket's number. It is "" for
	// appointments, whose reference is read from them.
	Label string
}

// AboutAppointment is the subject of an appointment's notices.
func AboutAppointment(id string) Subject { return Subject{Kind: SubjectAppointment, ID: id} }

// Notice is one row of the outbox. (About, Revision, Kind, Channel) is its
// permanent unique key: a thing is said once per revision and channel.
type Notice struct {
	ID       string
	About    Subject
	OfficeID string
	// Revision is the subject's when this was planned; the issue of a code that is
	// sent.
	Revision int
	// Sequence is the appointment's when this was planned. A notice whose
	// appointment has another by now is no longer true and is revoked. Other
	// kinds of subject use it as they like.
	Sequence int
	Kind     NoticeKind
	Channel  Channel
	DueAt    time.Time // UTC
	// UsefulUntil is when it is better not sent at all (UTC).
	UsefulUntil time.Time
	// Resent is how often an operator had it sent once more.
	Resent int
	// Recipient is an address or number that is no longer the appointment's; "" is
	// the appointment's own.
	Recipient string
}

// NoticeState is where a notice stands.
type NoticeState string

// The states of a notice.
const (
	NoticeDue     NoticeState = "due"
	NoticeSending NoticeState = "sending" // claimed under a lease
	NoticeSent    NoticeState = "sent"    // handed to a server or gateway
	NoticeKept    NoticeState = "kept"    // no server is set: readable at /desk/outbox
	NoticeRevoked NoticeState = "revoked" // no longer true, not sent
	NoticeExpired NoticeState = "expired" // of no more use before it could be sent
	NoticeDead    NoticeState = "dead"    // refused by a provider and given up; an operator may retry
	NoticeUnknown NoticeState = "unknown" // timed out after hand-over; not resent blindly

	NoticeDelivered NoticeState = "delivered" // the receiver's server or phone has it
	NoticeBounced   NoticeState = "bounced"   // it came back: it cannot be delivered
)

// planNotices lists what a new or moved appointment must be told, each channel
// once: first now, then the reminders that still lie ahead.
func (c *Catalogue) planNotices(p NoticePolicy, a *Appointment, first NoticeKind, now time.Time, zones Zones) []Notice {
	out := a.notices(first, now, a.StartsAt)
	office, err := c.Office(a.OfficeID)
	if err != nil {
		return out
	}
	until := a.StartsAt.Add(-p.LastUse)
	for _, r := range p.Reminders(c, office, a.Place.Date, a.StartsAt, now, a.recipientZone(zones)) {
		out = append(out, a.notices(r.Kind, r.Due, until)...)
	}
	if due, ok := p.Soon(a, now, a.recipientZone(zones), c.Ramadan); ok {
		out = append(out, a.notices(NoticeReminderSoon, due, a.StartsAt)...)
	}
	return out
}

// notices returns one row for each channel the person can be reached by: mail
// when there is an address, else SMS.
func (a *Appointment) notices(kind NoticeKind, due, until time.Time) []Notice {
	channel := ChannelEmail
	if a.Citizen.Email == "" {
		channel = ChannelSMS
	}
	return []Notice{{
		About: AboutAppointment(a.ID), OfficeID: a.OfficeID, Revision: a.Revision, Sequence: a.Sequence,
		Kind: kind, Channel: channel, DueAt: due, UsefulUntil: until,
	}}
}

func (a *Appointment) recipientZone(zones Zones) *time.Location {
	for _, name := range []string{a.Citizen.Zone, a.Zone} {
		if loc, err := zones.Load(name); name != "" && err == nil {
			return loc
		}
	}
	return time.UTC
}
