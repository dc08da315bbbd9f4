package scheduler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// WishToken returns the token that opens the page of a wish, derived like
// ManageToken.
func (e *Engine) WishToken(wishID string) string { return e.token("wish", wishID) }

// WishByToken returns the wish that a token opens, or ErrNotFound.
func (e *Engine) WishByToken(ctx context.Context, token string) (Wish, error) {
	w, err := e.store.WishByToken(ctx, TokenHash(token))
	if err != nil {
		return Wish{}, fmt.Errorf("wish: %w", err)
	}
	return w, nil
}

// WishOf returns the wish for an appointment as it stands, in any state, or
// ErrNotFound.
func (e *Engine) WishOf(ctx context.Context, a *Appointment) (Wish, error) {
	w, err := e.store.WishOfAppointment(ctx, a.ID, a.Sequence)
	if err != nil {
		return Wish{}, fmt.Errorf("wish: %w", err)
	}
	return w, nil
}

// Wishable reports whether an earlier time, or another for one that was lost, can
// be wished for an appointment now.
// Places of telephone and video are not offered.
func (e *Engine) Wishable(a *Appointment) bool {
	if a.Channel.Remote() || e.policy.Offers.AtOnce == 0 || !a.StartsAt.After(e.now()) || (a.Status != StatusBooked && a.Status != StatusDisplaced) {
		return false
	}
	from, to := e.WishDays(a)
	return !to.Before(from)
}

// WishDays are the days of a wish for an appointment when the person names none:
// from tomorrow to the day before it, or around the one that was lost. Where to is
// before from, there are none.
func (e *Engine) WishDays(a *Appointment) (from, to Date) {
	loc, err := e.zones.Load(a.Zone)
	if err != nil {
		loc = time.UTC
	}
	today := DateOf(e.now().In(loc))
	from, to = today.AddDays(1), a.Place.Date.AddDays(-1)
	if a.Status == StatusDisplaced {
		to = a.Place.Date.AddDays(lostReach)
	}
	if to == today {
		from = today
	}
	return from, to
}

// WishEarlier wishes for an earlier time of an appointment, or for another in
// place of one that was lost, within days of which zero stands for the usual ones.
// Done again it changes the days. An InvalidError; ErrInvalidState when the
// appointment is not one that can be moved.
func (e *Engine) WishEarlier(ctx context.Context, appointmentID string, from, to Date, by Actor) (Wish, error) {
	if _, err := e.Appointment(ctx, appointmentID, by); err != nil {
		return Wish{}, err
	}
	return e.wishFor(ctx, appointmentID, from, to)
}

func (e *Engine) wishFor(ctx context.Context, appointmentID string, from, to Date) (w Wish, err error) {
	id, err := e.newID("wish")
	if err != nil {
		return Wish{}, fmt.Errorf("wish: %w", err)
	}
	err = e.decide(ctx, "wish|"+appointmentID, func() (Change, error) {
		a, err := e.store.Appointment(ctx, appointmentID)
		if err != nil {
			return Change{}, err
		}
		if !e.Wishable(&a) {
			return Change{}, ErrInvalidState
		}
		if w, err = e.newWish(ctx, id, &a); err != nil {
			return Change{}, err
		}
		if w.From, w.To = e.WishDays(&a); !from.IsZero() {
			w.From = from
		}
		if !to.IsZero() {
			w.To = to
		}
		if w.Until, err = e.wishEnds(&w, a.Zone); err != nil {
			return Change{}, err
		}
		if a.StartsAt.Before(w.Until) {
			w.Until = a.StartsAt
		}
		return Change{Wishes: []Wish{w}}, nil
	})
	if err != nil {
		return Wish{}, fmt.Errorf("wish: %w", err)
	}
	return w, nil
}

// newWish is the wish of an appointment, new or opened again.
func (e *Engine) newWish(ctx context.Context, id string, a *Appointment) (Wish, error) {
	now := e.now()
	w, err := e.store.WishOfAppointment(ctx, a.ID, a.Sequence)
	switch {
	case errors.Is(err, ErrNotFound):
		w = Wish{
			ID: id, AppointmentID: a.ID, Sequence: a.Sequence, Lost: a.Status == StatusDisplaced,
			OfficeID: a.OfficeID, ServiceID: a.ServiceID, TokenHash: TokenHash(e.WishToken(id)), CreatedAt: now,
		}
	case err != nil:
		return Wish{}, err
	case w.State == WishMet:
		return Wish{}, ErrInvalidState
	}
	w.State, w.Party, w.UpdatedAt = WishOpen, a.Party, now
	w.Revision++
	return w, nil
}

// wishEnds checks the days of a wish, and says when it ends: with the last of them,
// at the office.
func (e *Engine) wishEnds(w *Wish, zone string) (time.Time, error) {
	loc, err := e.zones.Load(zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("zone of a wish: %w", err)
	}
	bad, today := &InvalidError{}, DateOf(e.now().In(loc))
	switch {
	case w.To.Before(w.From):
		bad.Add("to", "before_from", "must not be before from")
	case w.To.Before(today):
		bad.Add("to", "past", "this day is over")
	case w.To.After(today.AddDays(e.policy.Horizon)):
		bad.Add("to", "too_far", "at most %d days ahead", e.policy.Horizon)
	}
	return w.To.AddDays(1).At(0, loc).UTC(), bad.OrNil()
}

// WishRequest is the wish of somebody who has no appointment and found no time.
type WishRequest struct {
	OfficeID, ServiceID string
	From, To            Date // both included, on the office's calendar
	Party               int  // persons; 0 means 1
	Citizen             Citizen
	Client              string // as in a HoldRequest
}

// WishPlace wishes for any time within days. One open wish is kept for a person and
// a service: ErrDuplicateWish. An InvalidError, or ErrTooManyWishes when the client
// made as many as it may in a day.
func (e *Engine) WishPlace(ctx context.Context, r WishRequest) (w Wish, err error) {
	if w, err = e.checkWish(ctx, r); err != nil {
		return Wish{}, err
	}
	if w.ID, err = e.newID("wish"); err != nil {
		return Wish{}, fmt.Errorf("wish: %w", err)
	}
	w.TokenHash = TokenHash(e.WishToken(w.ID))
	tries := 0
	err = e.decide(ctx, "wish|"+w.KeyEmail+w.KeyPhone, func() (Change, error) {
		if tries++; tries > 1 { // the answer to the first commit may be lost, see Book
			if stored, err := e.store.Wish(ctx, w.ID); err == nil {
				w = stored
				return Change{}, errNothingToDo
			}
		}
		if w.Client, w.Slot, err = e.wishSlot(ctx, r.Client); err != nil {
			return Change{}, err
		}
		return Change{Wishes: []Wish{w}}, nil
	})
	if err != nil && !errors.Is(err, errNothingToDo) {
		return Wish{}, fmt.Errorf("wish: %w", err)
	}
	return w, nil
}

func (e *Engine) checkWish(ctx context.Context, r WishRequest) (Wish, error) {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return Wish{}, err
	}
	now, bad := e.now(), &InvalidError{}
	w := Wish{
		State: WishOpen, OfficeID: r.OfficeID, ServiceID: r.ServiceID, Party: persons(r.Party), From: r.From, To: r.To,
		Citizen: r.Citizen, Revision: 1, CreatedAt: now, UpdatedAt: now,
	}
	_, office, pool := e.requestParts(c, placeRequest{serviceID: r.ServiceID, officeID: r.OfficeID}, bad)
	if pool != nil {
		ends, err := e.wishEnds(&w, office.Zone)
		var more *InvalidError
		if errors.As(err, &more) {
			bad.Fields = append(bad.Fields, more.Fields...)
		} else if err != nil {
			return Wish{}, err
		}
		w.Until = ends
	}
	r.Citizen.Check(bad, e.zones)
	CheckText(bad, "citizen.language", r.Citizen.Language, 35) // RFC 5646, 4.4.1
	if r.Party < 0 || r.Party > e.policy.MaxParty {
		bad.Add("party_size", "out_of_range", "from 1 to %d", e.policy.MaxParty)
	}
	if err := bad.OrNil(); err != nil {
		return Wish{}, err
	}
	if e.policy.Offers.AtOnce == 0 {
		return Wish{}, fmt.Errorf("wish: offers are switched off: %w", ErrInvalidState)
	}
	if c := r.Citizen; c.Email != "" {
		w.KeyEmail = e.personKeys(Citizen{Name: c.Name, Email: c.Email})[0]
	}
	if c := r.Citizen; c.Phone != "" {
		w.KeyPhone = e.personKeys(Citizen{Name: c.Name, Phone: c.Phone})[0]
	}
	return w, nil
}

// wishSlot finds a free slot among those that a client's wishes of a day may take,
// as clientSlot does for holds.
func (e *Engine) wishSlot(ctx context.Context, client string) (key string, slot int, err error) {
	bound := e.policy.Offers.PerClient
	if client == "" || bound == 0 {
		return "", 0, nil
	}
	key = idEncoding.EncodeToString(e.keyed("client", client)[:20])
	wishes, err := e.store.WishesOfClient(ctx, key)
	if err != nil {
		return "", 0, fmt.Errorf("wishes of a client: %w", err)
	}
	taken := make([]bool, bound)
	for _, w := range wishes {
		if w.Slot < bound {
			taken[w.Slot] = true
		}
	}
	if slot = slices.Index(taken, false); slot < 0 {
		return "", 0, &LaterError{ErrTooManyWishes, time.Hour}
	}
	return key, slot, nil
}

// WithdrawWish ends the wish that a token opens, and the offer made of it. Doing it
// twice is no fault; ErrInvalidState when it was met, ErrNotFound.
func (e *Engine) WithdrawWish(ctx context.Context, token string) (w Wish, err error) {
	if w, err = e.WishByToken(ctx, token); err != nil {
		return Wish{}, err
	}
	err = e.decide(ctx, "wish|"+w.ID, func() (Change, error) {
		if w, err = e.store.Wish(ctx, w.ID); err != nil {
			return Change{}, err
		}
		switch w.State {
		case WishMet:
			return Change{}, ErrInvalidState
		case WishOpen:
			return e.endWish(ctx, &w, WishWithdrawn)
		}
		return Change{}, errNothingToDo
	})
	if err != nil && !errors.Is(err, errNothingToDo) {
		return Wish{}, fmt.Errorf("withdraw wish: %w", err)
	}
	return w, nil
}

// endWish starts a change that ends an open wish, and its open offer.
func (e *Engine) endWish(ctx context.Context, w *Wish, state WishState) (Change, error) {
	w.State = state
	if w.open() != nil {
		return e.endOffer(ctx, w, OfferWithdrawn)
	}
	w.UpdatedAt = e.now()
	w.Revision++
	return Change{Wishes: []Wish{*w}}, nil
}

// endOffer starts a change that ends the open offer of a wish. Its place is passed
// on: it waits for the next in line, and then returns to the public.
func (e *Engine) endOffer(ctx context.Context, w *Wish, state OfferState) (Change, error) {
	now := e.now()
	o := w.answered(state, now)
	w.UpdatedAt = now
	w.Revision++
	change := Change{Wishes: []Wish{*w}, Offers: []Offer{o}, RevokeNotices: []string{o.ID}}
	h, err := e.store.Hold(ctx, o.HoldID)
	if err != nil {
		return Change{}, fmt.Errorf("hold of an offer: %w", err)
	}
	if h.State != HoldLive {
		return change, nil
	}
	end := EndHold{ID: h.ID, State: HoldReleased}
	if !h.ExpiresAt.After(now) {
		end = EndHold{ID: h.ID, State: HoldExpired, RanOut: true}
	}
	change.EndHolds = []EndHold{end}
	until, err := e.returnsAt(h)
	if err != nil {
		return Change{}, err
	}
	if soonest := now.Add(passFor); until.Before(soonest) {
		until = soonest
	}
	if h.ID, err = e.newID("hold"); err != nil {
		return Change{}, err
	}
	h.State, h.Slot, h.Extended, h.CreatedAt, h.ExpiresAt = HoldReturning, 0, false, now, until
	change.NewHolds = []Hold{h}
	return change, nil
}
