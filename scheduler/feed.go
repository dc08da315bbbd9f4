package scheduler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// FeedKind is whom a calendar is for, and so what it shows.
type FeedKind string

// The kinds of calendar.
const (
	FeedCitizen FeedKind = "citizen" // a person's appointments
	FeedAgent   FeedKind = "agent"   // who comes to the offices of a member of staff, with the service
	FeedOffice  FeedKind = "office"  // who comes to one office, by reference only
	FeedPlaces  FeedKind = "places"  // how many places are free, by office and half-day
)

// StaffFeedKinds are the calendars that a member of staff can have.
var StaffFeedKinds = []FeedKind{FeedAgent, FeedOffice, FeedPlaces}

// Feed is a calendar to subscribe to. Its token is shown once and only its hash
// kept.
type Feed struct {
	ID        string
	Kind      FeedKind
	TokenHash []byte
	CreatedAt time.Time

	OwnerID  string // the user it belongs to; "" for a citizen's
	OfficeID string // the one office it shows; "" for all of the owner's
	Language string // code of a language; "" for a citizen's, whose appointments have one each
	// ShowService also names the service. Off unless the person asks for it:
	// many programs fetch feeds through servers abroad.
	ShowService bool
	// Generation counts the links that a citizen's feed had before this one.
	Generation int
	UsedAt     time.Time // about when it was last fetched; zero for never
	RevokedAt  time.Time // zero while it is good
	// ChangedAt is when link, options or RevokedAt last changed; zero for never.
	ChangedAt time.Time
}

// FeedChanges is what moved on in calendars since an instant. Lists may name
// more than changed.
type FeedChanges struct {
	CatalogueVersion int64
	Feeds            []string // ids of feeds whose link, options or owner's wish changed
	Appointments     []ChangedAppointment
	// Overflow says that there were more than the lists hold.
	Overflow bool
}

// ChangedAppointment is an appointment that changed, and where it is shown now.
type ChangedAppointment struct{ ID, FeedID, OfficeID string }

// FeedStore keeps calendars.
type FeedStore interface {
	// Feed returns a feed, revoked or not, or ErrNotFound.
	Feed(ctx context.Context, id string) (Feed, error)
	// FeedsOf returns the feeds of a member of staff that are not revoked,
	// oldest first.
	FeedsOf(ctx context.Context, ownerID string) ([]Feed, error)
	// ReplaceFeed adds a staff feed and revokes the one of the same owner, kind
	// and office, at f.CreatedAt.
	ReplaceFeed(ctx context.Context, f Feed) error
	// UpdateFeed writes token hash, options and ChangedAt of a feed that is not
	// revoked and whose generation is from; otherwise ErrConflict.
	UpdateFeed(ctx context.Context, f Feed, from int) error
	// RevokeFeed ends a feed of an owner; ErrNotFound when there is none.
	RevokeFeed(ctx context.Context, id, ownerID string, at time.Time) error
}

// CalendarToken returns the token of a citizen's calendar as it is now, or
// ErrNotFound.
func (e *Engine) CalendarToken(ctx context.Context, feedID string) (string, error) {
	f, err := e.store.Feed(ctx, feedID)
	if err != nil {
		return "", fmt.Errorf("calendar token: %w", err)
	}
	return e.FeedToken(f), nil
}

// Feed returns a calendar, or ErrNotFound.
func (e *Engine) Feed(ctx context.Context, id string) (Feed, error) { return e.store.Feed(ctx, id) }

// RotateFeed gives the calendar of an appointment a new link; the old one opens
// nothing from then on. ErrNotFound when the actor may not see the appointment.
func (e *Engine) RotateFeed(ctx context.Context, appointmentID string, by Actor) (Feed, error) {
	return e.changeFeed(ctx, appointmentID, by, func(f *Feed) {
		f.Generation++
		f.TokenHash = TokenHash(e.FeedToken(*f))
	})
}

// ShowService says whether the calendar of an appointment names services.
func (e *Engine) ShowService(ctx context.Context, appointmentID string, by Actor, show bool) (Feed, error) {
	return e.changeFeed(ctx, appointmentID, by, func(f *Feed) { f.ShowService = show })
}

func (e *Engine) changeFeed(ctx context.Context, appointmentID string, by Actor, change func(*Feed)) (Feed, error) {
	a, err := e.Appointment(ctx, appointmentID, by)
	if err != nil {
		return Feed{}, err
	}
	for range maxTries {
		f, err := e.store.Feed(ctx, a.FeedID)
		if err != nil {
			return Feed{}, fmt.Errorf("change calendar: %w", err)
		}
		from := f.Generation
		f.ChangedAt = e.now()
		change(&f)
		if err = e.store.UpdateFeed(ctx, f, from); !errors.Is(err, ErrConflict) {
			return f, err
		}
	}
	return Feed{}, ErrBusy
}

// NewStaffFeed makes a calendar for a member of staff, in the place of the one
// they had of this kind and office, and returns its token, which cannot be shown
// again. An InvalidError names the field; ErrNotFound for an office of others.
func (e *Engine) NewStaffFeed(ctx context.Context, u *User, kind FeedKind, officeID, language string) (token string, err error) {
	bad := &InvalidError{}
	if !slices.Contains(StaffFeedKinds, kind) {
		bad.Add("kind", "unknown", "one of %v", StaffFeedKinds)
	}
	if kind == FeedOffice && officeID == "" {
		bad.Add("office", "required", "the office's calendar shows one office")
	}
	CheckText(bad, "language", language, 35)
	if err := bad.OrNil(); err != nil {
		return "", err
	}
	if officeID != "" && !u.MaySee(officeID) {
		return "", fmt.Errorf("new calendar: %w", ErrNotFound)
	}
	id, err := e.newID("feed")
	if err != nil {
		return "", err
	}
	f := Feed{ID: id, Kind: kind, CreatedAt: e.now(), OwnerID: u.ID, OfficeID: officeID, Language: language}
	token = e.FeedToken(f)
	f.TokenHash = TokenHash(token)
	if err := e.store.ReplaceFeed(ctx, f); err != nil {
		return "", fmt.Errorf("new calendar: %w", err)
	}
	return token, nil
}

// StaffFeeds returns the calendars that a member of staff has.
func (e *Engine) StaffFeeds(ctx context.Context, u *User) ([]Feed, error) {
	return e.store.FeedsOf(ctx, u.ID)
}

// RevokeStaffFeed ends a calendar of a member of staff; ErrNotFound when it is
// not theirs.
func (e *Engine) RevokeStaffFeed(ctx context.Context, u *User, id string) error {
	return e.store.RevokeFeed(ctx, id, u.ID, e.now())
}

// FeedOffices are the offices that a staff feed shows: what it names and its
// owner may see now.
func (c *Catalogue) FeedOffices(f *Feed, owner *User) []*Office {
	var out []*Office
	for i := range c.Offices {
		o := &c.Offices[i]
		if owner.MaySee(o.ID) && (f.OfficeID == "" || f.OfficeID == o.ID) {
			out = append(out, o)
		}
	}
	return out
}
