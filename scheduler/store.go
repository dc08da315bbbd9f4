package scheduler

import (
	"context"
	"time"
)

// Store is what the engine needs of storage. Reads may be as old as the last
// commit; Commit is where everything is decided (see Change).
type Store interface {
	// CatalogueVersion returns the version of the stored catalogue, 0 when none.
	CatalogueVersion(ctx context.Context) (int64, error)
	// Day returns a stored day, or a Day with Version 0 when it is not stored,
	// and the catalogue version as of the same read.
	Day(ctx context.Context, poolID string, date Date) (Day, int64, error)
	// Days returns the stored days of the pools, from ≤ date ≤ to.
	Days(ctx context.Context, poolIDs []string, from, to Date) ([]Day, error)
	// Commit writes a change: all of it or nothing.
	//
	// ErrConflict: a guard missed (day version, revision, hold or catalogue
	// version moved on), or the database asked for a retry. ErrDuplicateBooking:
	// a claim exists. ErrReferenceTaken: the reference exists. ErrOverfull: the
	// database refused the day.
	Commit(ctx context.Context, c Change) error

	// Hold returns a hold in any state, or ErrNotFound.
	Hold(ctx context.Context, id string) (Hold, error)
	// ExpiredHolds returns live and returning holds with ExpiresAt ≤ now, oldest
	// first; of one pool and date when poolID is not empty.
	ExpiredHolds(ctx context.Context, poolID string, date Date, now time.Time, limit int) ([]Hold, error)
	// HoldsOf returns the live and the returning holds of a client.
	HoldsOf(ctx context.Context, client string) ([]Hold, error)
	// ExtendHold sets a live hold to end at until, if it is not extended yet and
	// does not end by now; else ErrConflict.
	ExtendHold(ctx context.Context, id string, now, until time.Time) error
	// ForgetHolds deletes holds that ended before the instant, and returns how many.
	ForgetHolds(ctx context.Context, before time.Time) (int, error)

	// Appointment returns an appointment, or ErrNotFound.
	Appointment(ctx context.Context, id string) (Appointment, error)
	// AppointmentByToken finds by the SHA-256 of the manage token, or ErrNotFound.
	AppointmentByToken(ctx context.Context, hash []byte) (Appointment, error)
	// AppointmentByHold finds what grew from a hold, or ErrNotFound.
	AppointmentByHold(ctx context.Context, holdID string) (Appointment, error)
	// StampZoneData notes that the instants of appointments (ids) agree with a
	// version of the zone data.
	StampZoneData(ctx context.Context, version string, ids []string) error
	// FeedByToken finds a feed that is not revoked by the SHA-256 of its token,
	// or ErrNotFound.
	FeedByToken(ctx context.Context, hash []byte) (Feed, error)

	FeedStore
	AppPasswordStore
	WebhookStore
	ManageStore
	ImportStore
	FileStore
	OpinionStore
	ForgetStore
	QueueStore
	OfferStore
}

// ManageStore is what the engine needs when people prove an address, or look for
// an appointment.
type ManageStore interface {
	// AppointmentByReference finds by the reference as NewReference writes it, or
	// ErrNotFound.
	AppointmentByReference(ctx context.Context, reference string) (Appointment, error)
	// AppointmentsToldAt returns what is told to a mail address, or to a number when
	// email is "" and no mail address is given: visits that end at since or later,
	// in order of their start, at most limit.
	AppointmentsToldAt(ctx context.Context, email, phone string, since time.Time, limit int) ([]Appointment, error)
	// UnprovedAppointments returns pending ones with ProveUntil ≤ now, oldest first.
	UnprovedAppointments(ctx context.Context, now time.Time, limit int) ([]Appointment, error)
	// History returns the changes of an appointment, oldest first.
	History(ctx context.Context, appointmentID string) ([]HistoryEntry, error)
	// Code returns a code, of Version 0 when none was asked for.
	Code(ctx context.Context, purpose CodePurpose, subject string) (Code, error)
	// UnsentCodes returns codes with Unsent, the longest waiting first.
	UnsentCodes(ctx context.Context, limit int) ([]Code, error)
}

// ImportStore is what applying a new catalogue needs.
type ImportStore interface {
	CatalogueStore
	// Alone runs f while no other writer, on any node, can change a day: they
	// wait. A new catalogue touches every stored day, so where many book it would
	// always find that one of them has moved on. What f does through its store is
	// written when it returns nil, and undone otherwise; its error is returned
	// wrapped. ErrConflict also when a hold or an appointment that f wrote has
	// changed meanwhile.
	Alone(ctx context.Context, f func(CatalogueStore) error) error
}

// CatalogueStore reads and replaces the catalogue and what hangs on it.
type CatalogueStore interface {
	// Catalogue returns the stored catalogue, or ErrNotFound in an empty database.
	Catalogue(ctx context.Context) (*Catalogue, error)
	// Occupancy returns, as of one instant, the stored days with date ≥ from and
	// what occupies them. A zero from means all.
	Occupancy(ctx context.Context, from Date) (Occupancy, error)
	// ReplaceCatalogue writes data as version from+1 together with the change,
	// while no other writer can add a day. ErrConflict when the stored catalogue
	// is not of version from, a guard of the change missed, or a day with
	// date ≥ since is stored that the change does not write.
	ReplaceCatalogue(ctx context.Context, from int64, data CatalogueData, since Date, c Change) error
}

// Change is everything that one decision writes. Each part is guarded by what
// the decision was made on, so that two nodes can decide at once and only one
// is right: the other gets ErrConflict and decides again.
type Change struct {
	// At is the instant of the decision (UTC).
	At time.Time
	// CatalogueVersion guards days that are stored for the first time.
	CatalogueVersion int64
	// Days to write, at most one per pool and date. Day.Version is the version
	// that was read; 0 inserts. What is stored has Version+1.
	Days            []Day
	NewHolds        []Hold
	EndHolds        []EndHold // each must still occupy its place
	NewAppointments []Appointment
	// Updates replace appointments; each must still have Revision-1.
	Updates []Appointment
	// NewClaims make a live booking of a person for a service unique. A claim
	// takes the place of one of the same service and key that belongs to the
	// same appointment or whose Until ≤ At; any other is ErrDuplicateBooking.
	NewClaims []Claim
	// DropClaims frees all claims of these appointments.
	DropClaims []string
	Notices    []Notice
	// RevokeNotices marks the due notices about these subjects (ids) revoked.
	RevokeNotices []string
	History       []HistoryEntry
	NewFeeds      []Feed
	// Files are written with the rest, at most once each.
	Files      []FileWrite
	NewTickets []Ticket
	// TicketUpdates replace tickets; each must still have Revision-1.
	TicketUpdates []Ticket
	TicketSteps   []TicketStep
	// Queues says whose versions rise, at most one per pool and date.
	Queues []QueueChange
	// Codes to write, each at most once. Code.Version is the version that was read;
	// 0 inserts. What is stored has Version+1.
	Codes []Code
	// DropCodes forgets the codes of these subjects, whatever their purpose.
	DropCodes []string
	// Wishes to write: of revision 1 they are new, else each must still have
	// Revision-1. Offers are new, or end; each with its wish.
	Wishes []Wish
	Offers []Offer
}

// EndHold moves a live or returning hold to an ended state.
type EndHold struct {
	ID    string
	State HoldState
	// RanOut: only if it ran out by Change.At, since it may have been extended
	// meanwhile. It is HoldExpired then.
	RanOut bool
}

// Claim says that a person has a live booking for a service.
type Claim struct {
	ServiceID     string
	PersonKey     string // keyed hash of name and one contact, see personKeys
	AppointmentID string
	OfficeID      string
	Until         time.Time // end of the visit (UTC); it counts no longer after that
}

// Occupancy is what days say and what occupies them, read at one instant.
type Occupancy struct {
	Days         []Day
	Holds        []Hold        // live and returning ones
	Appointments []Appointment // of live status
}
