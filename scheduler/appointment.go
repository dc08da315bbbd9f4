package scheduler

import "time"

// Status is where an appointment stands.
type Status string

// The statuses of contract.md.
const (
	StatusHeld      Status = "held"    // a hold, not yet an appointment
	StatusPending   Status = "pending" // address not yet confirmed
	StatusBooked    Status = "booked"
	StatusCheckedIn Status = "checked_in"
	StatusServing   Status = "serving"
	StatusServed    Status = "served"
	StatusNoShow    Status = "no_show"
	StatusCancelled Status = "cancelled"
	StatusDisplaced Status = "displaced" // its place vanished with a rule
)

// Live reports whether an appointment of this status occupies its place.
func (s Status) Live() bool {
	switch s {
	case StatusPending, StatusBooked, StatusCheckedIn, StatusServing, StatusServed, StatusNoShow:
		return true
	}
	return false
}

// Over reports whether nobody is to come for it any more.
func (s Status) Over() bool {
	switch s {
	case StatusServed, StatusNoShow, StatusCancelled, StatusDisplaced:
		return true
	}
	return false
}

// Changeable reports whether the person may still move or cancel.
func (s Status) Changeable() bool {
	return s == StatusPending || s == StatusBooked || s == StatusDisplaced
}

// Appointment is one promised visit.
type Appointment struct {
	ID        string // opaque, unguessable
	Reference string // what people read over the phone, see NewReference
	Status    Status
	OfficeID  string
	ServiceID string
	Channel   ServiceChannel
	// Place is what it occupies while its status is live.
	Place Place
	Zone  string // the office's IANA zone when it was booked
	// TZVersion names the zone data from which the instants were derived.
	TZVersion string
	StartsAt  time.Time // UTC, derived from Place and Zone
	EndsAt    time.Time // UTC; StartsAt + the service's minutes × Party
	Party     int       // persons served in this visit, 1 or more
	Citizen   Citizen
	// FileNumber is the administration's own number of the matter, or "".
	FileNumber string
	Note       string
	// DocumentNote is what the person says of a document they have not got.
	DocumentNote string
	// Proved is when a code showed that the contact is the person's; zero when
	// none did. ProveUntil is by when a pending appointment must be proved.
	Proved, ProveUntil time.Time
	// Revision rises with every change; callers send it back as If-Match.
	Revision int
	// Sequence rises when time, place or status change (RFC 5545, 3.8.7.4).
	Sequence int
	// Confirmed is when the person said they will come; zero when not.
	Confirmed time.Time
	HoldID    string // the hold it grew from, or ""
	FeedID    string // the person's calendar that shows it
	// ManageHash is the SHA-256 of the manage token; the token is not stored.
	ManageHash []byte
	CreatedAt  time.Time
	UpdatedAt  time.Time
	// ChangeID names the decision that made this revision, so that who never heard
	// of its commit can tell it from another's.
	ChangeID string
}

// Hold keeps a place while a form is filled.
type Hold struct {
	ID        string // unguessable; whoever knows it may use it
	OfficeID  string
	ServiceID string
	Channel   ServiceChannel
	Place     Place
	Zone      string
	StartsAt  time.Time // UTC
	EndsAt    time.Time // UTC
	Party     int
	State     HoldState
	ExpiresAt time.Time // UTC
	Extended  bool      // its time was lengthened, which is done once
	CreatedAt time.Time
	// Client is a keyed hash of the network that holds, "" when it is not bounded;
	// Slot counts its live holds, from 0.
	Client string
	Slot   int
}

// HoldState is where a hold stands. Ended holds are kept a day so that a late
// caller is told what happened.
type HoldState string

// The states of a hold; only live and returning ones occupy their place. A
// returning one is nobody's: its place was given back and comes back when it
// expires (see Engine.returns).
const (
	HoldLive      HoldState = "live"
	HoldUsed      HoldState = "used"
	HoldReleased  HoldState = "released"
	HoldExpired   HoldState = "expired"
	HoldReturning HoldState = "returning"
)

// HistoryEntry is one change of one appointment, kept for ever.
type HistoryEntry struct {
	AppointmentID string
	OfficeID      string
	Revision      int // after the change
	At            time.Time
	Actor         string // "citizen", "system" or "staff:<id>"
	What          string // "booked", "moved", "cancelled", "confirmed", "displaced",
	// "proved", "lapsed", "corrected" or "noted"
	// From and To are office-local "2027-08-10 09:30 office/service", or "".
	From, To string
}
