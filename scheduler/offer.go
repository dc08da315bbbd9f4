package scheduler

import (
	"context"
	"time"
)

// A place that becomes free is offered to the people who wished for one, one after
// the other: it is kept for one of them for a set time, then for the next, and then
// it is the public's again (decision 20).

// OfferPolicy says how places are offered. The zero value stands for the default.
type OfferPolicy struct {
	// AnswerFor is how long a place is kept for who it is offered to.
	AnswerFor time.Duration
	// AtOnce open offers may one pool have, or four times as many when people lost
	// their places; 0: nothing is offered.
	AtOnce int
	// PerClient open wishes may one client have made in a day, for people without an
	// appointment; 0: no bound.
	PerClient int
}

// DefaultOfferPolicy is what the program starts with.
func DefaultOfferPolicy() OfferPolicy {
	return OfferPolicy{AnswerFor: time.Hour, AtOnce: 3, PerClient: 20}
}

const (
	lostTimes  = 4  // times AtOnce for people who lost a place: not one an hour after a closure
	mostPassed = 3  // people in a row to whom one place is offered before it is the public's
	mostOffers = 10 // offers that are made to one wish
	mostSilent = 3  // offers in a row without an answer that end a wish
	lostReach  = 30 // days around a lost visit in which another place is offered

	passedWithin  = 24 * time.Hour   // how long mostPassed looks back
	afterDeclined = time.Hour        // from a refusal to the next offer
	afterSilence  = 12 * time.Hour   // from an offer without an answer to the next
	passFor       = 30 * time.Second // how long a refused place waits for the next offer, at least
	keepClient    = 24 * time.Hour   // how long the client of a wish is known
)

// WishState is where a wish stands.
type WishState string

// The states of a wish.
const (
	WishOpen      WishState = "open"
	WishMet       WishState = "met"       // an offer was accepted
	WishWithdrawn WishState = "withdrawn" // by its person
	WishOver      WishState = "over"      // its time has passed, or what it was for has changed
)

// Wish is somebody's standing wish for a place that becomes free: an earlier one
// than that of an appointment, another one than that which was lost, or any where
// there was none.
type Wish struct {
	ID    string
	State WishState
	// AppointmentID is what shall be moved; "" for a wish of somebody who has none.
	// Sequence is the appointment's when it was wished: when that changes, by
	// whatever, the wish is over.
	AppointmentID string
	Sequence      int
	Lost          bool // the place of the appointment was lost: first in line
	OfficeID      string
	ServiceID     string
	Party         int
	From, To      Date // both included, on the office's calendar
	// Citizen is who wishes, without an appointment; an appointment's citizen is
	// read from it. The keys are of their contacts, as in a Claim.
	Citizen            Citizen
	KeyEmail, KeyPhone string
	TokenHash          []byte // SHA-256 of the token of its page
	Client             string // as in a Hold, for a day
	Slot               int
	NotBefore          time.Time // when the next offer may be made (UTC)
	Until              time.Time // when it is over by itself (UTC)
	ResultID           string    // the appointment that it ended with, or ""
	Revision           int
	CreatedAt          time.Time
	UpdatedAt          time.Time
	Offers             []Offer // oldest first; left out of lists
}

// OfferState is where an offer stands.
type OfferState string

// The states of an offer; only an open one keeps its place.
const (
	OfferOpen      OfferState = "open"
	OfferAccepted  OfferState = "accepted"
	OfferDeclined  OfferState = "declined"
	OfferExpired   OfferState = "expired"   // nobody answered
	OfferWithdrawn OfferState = "withdrawn" // its wish ended
)

// Offer keeps a place for one person until it expires.
type Offer struct {
	ID       string
	WishID   string
	OfficeID string
	// HoldID is the hold that occupies the place while the offer is open. It is never
	// shown.
	HoldID    string
	Place     Place
	StartsAt  time.Time // UTC
	State     OfferState
	CreatedAt time.Time
	ExpiresAt time.Time // UTC
	EndedAt   time.Time // zero while open
}

// OfficeService is a service at an office.
type OfficeService struct{ OfficeID, ServiceID string }

// OfferStore is what the engine needs to keep wishes and offers.
type OfferStore interface {
	// Wish returns a wish with its offers, or ErrNotFound. WishByToken finds by the
	// SHA-256 of its token, WishOfOffer by an offer's id, WishOfAppointment by the
	// appointment and its sequence.
	Wish(ctx context.Context, id string) (Wish, error)
	WishByToken(ctx context.Context, hash []byte) (Wish, error)
	WishOfOffer(ctx context.Context, offerID string) (Wish, error)
	WishOfAppointment(ctx context.Context, appointmentID string, sequence int) (Wish, error)
	// WaitingServices returns what is wished for by those to whom something can be
	// offered now: no open offer, NotBefore ≤ now < Until, not booked by other ways.
	WaitingServices(ctx context.Context, now time.Time) ([]OfficeService, error)
	// WaitingWishes returns these wishes of one office for some services, in the order
	// in which they are served, those after one of them; nil begins.
	WaitingWishes(ctx context.Context, officeID string, services []string, now time.Time, after *Wish, limit int) ([]Wish, error)
	// EndingWishes returns open wishes whose time, offer or appointment has ended.
	EndingWishes(ctx context.Context, now time.Time, limit int) ([]Wish, error)
	// LostAppointments returns displaced ones of times to come without a wish.
	LostAppointments(ctx context.Context, now time.Time, limit int) ([]Appointment, error)
	// PoolOffers returns the offers of a pool that were made since.
	PoolOffers(ctx context.Context, poolID string, since time.Time) ([]Offer, error)
	// WishesOfClient returns the open wishes of a client.
	WishesOfClient(ctx context.Context, client string) ([]Wish, error)
	// ForgetWishClients erases which client wished before the instant.
	ForgetWishClients(ctx context.Context, before time.Time) (int, error)
}

// Offered returns the offer that can be answered now, or nil.
func (w *Wish) Offered(now time.Time) *Offer {
	if o := w.open(); w.State == WishOpen && o != nil && o.ExpiresAt.After(now) {
		return o
	}
	return nil
}

// open returns the open offer, also when its time is over; or nil.
func (w *Wish) open() *Offer {
	for i := range w.Offers {
		if w.Offers[i].State == OfferOpen {
			return &w.Offers[i]
		}
	}
	return nil
}

// waits reports whether something can be offered now.
func (w *Wish) waits(now time.Time) bool {
	return w.State == WishOpen && w.open() == nil && !w.NotBefore.After(now) && w.Until.After(now)
}

// was reports whether a place was offered before.
func (w *Wish) was(p Place) bool {
	for i := range w.Offers {
		o := &w.Offers[i].Place
		if o.PoolID == p.PoolID && o.Date == p.Date && o.Start == p.Start {
			return true
		}
	}
	return false
}

// answered ends the open offer and says when the next may be made. Who does not
// answer time after time waits no more, and keeps no place from others.
func (w *Wish) answered(state OfferState, now time.Time) Offer {
	o := w.open()
	o.State, o.EndedAt = state, now
	w.NotBefore = now.Add(afterDeclined)
	if state == OfferExpired {
		w.NotBefore = now.Add(afterSilence)
	}
	silent := 0
	for i := len(w.Offers) - 1; i >= 0 && w.Offers[i].State == OfferExpired; i-- {
		silent++
	}
	if w.State == WishOpen && (silent >= mostSilent || len(w.Offers) >= mostOffers) {
		w.State = WishOver
	}
	return *o
}

// offerClient is the client of the holds of a pool's offers. Their slots are
// unique in the database, which bounds them on many nodes at once.
func offerClient(poolID string) string { return "offer|" + poolID }

// offerSlot finds a free slot among those that offers of a pool may take, -1 when
// there is none.
func (p OfferPolicy) offerSlot(holds []Hold, lost bool) int {
	bound := p.AtOnce
	if lost {
		bound *= lostTimes
	}
	taken := make([]bool, p.AtOnce*lostTimes)
	for _, h := range holds {
		if h.State == HoldLive && h.Slot < len(taken) {
			taken[h.Slot] = true
		}
	}
	for i := range bound {
		if !taken[i] {
			return i
		}
	}
	return -1
}

// decentWhile reports whether no quiet hour lies between two instants.
func (p NoticePolicy) decentWhile(from, to time.Time, loc *time.Location, ramadan func(Date) bool) bool {
	const step = 15 * time.Minute // quiet hours are longer
	for t := from; t.Before(to); t = t.Add(step) {
		if p.Decent(t, loc, ramadan).After(t) {
			return false
		}
	}
	return !p.Decent(to, loc, ramadan).After(to)
}
