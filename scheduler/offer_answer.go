package scheduler

import (
	"context"
	"errors"
	"fmt"
)

// AcceptOffer takes the place that is offered to the wish of a token: its
// appointment moves there, or a new one is booked, in one commit with the place.
// Done twice it returns the same appointment. ErrHoldExpired when the offer is
// over, ErrInvalidState when the appointment has changed meanwhile,
// ErrDuplicateBooking, ErrNotFound.
func (e *Engine) AcceptOffer(ctx context.Context, token string) (Appointment, error) {
	w, err := e.WishByToken(ctx, token)
	if err != nil {
		return Appointment{}, err
	}
	if w.State == WishMet {
		return e.metBy(ctx, &w)
	}
	var a Appointment
	if w.AppointmentID != "" {
		a, err = e.acceptMove(ctx, &w)
	} else {
		a, err = e.acceptNew(ctx, &w)
	}
	if err == nil {
		return a, nil
	}
	// Sent twice at once, the other may have been quicker.
	if again, err := e.store.Wish(ctx, w.ID); err == nil && again.State == WishMet {
		return e.metBy(ctx, &again)
	}
	return Appointment{}, fmt.Errorf("accept offer: %w", err)
}

func (e *Engine) metBy(ctx context.Context, w *Wish) (Appointment, error) {
	a, err := e.store.Appointment(ctx, w.ResultID)
	if err != nil {
		return Appointment{}, fmt.Errorf("appointment of a wish: %w", err)
	}
	return a, nil
}

// offerOfWish reads what is offered to a wish, and its hold.
func (e *Engine) offerOfWish(ctx context.Context, wishID string) (Wish, *Offer, Hold, error) {
	w, err := e.store.Wish(ctx, wishID)
	if err != nil {
		return w, nil, Hold{}, err
	}
	o := w.Offered(e.now())
	if o == nil {
		return w, nil, Hold{}, ErrHoldExpired
	}
	h, err := e.store.Hold(ctx, o.HoldID)
	if err == nil {
		err = e.usable(h)
	}
	return w, o, h, err
}

// met writes into a change that an offer was accepted.
func (e *Engine) met(change *Change, w *Wish, appointmentID string) {
	w.State, w.ResultID = WishMet, appointmentID
	o := w.answered(OfferAccepted, e.now())
	w.UpdatedAt = e.now()
	w.Revision++
	change.Wishes, change.Offers = []Wish{*w}, []Offer{o}
	change.RevokeNotices = append(change.RevokeNotices, o.ID)
}

// acceptMove moves the appointment to the offered place. That one is occupied
// already and changes hands; the present one is given back.
func (e *Engine) acceptMove(ctx context.Context, first *Wish) (Appointment, error) {
	by := Actor{ManageToken: e.ManageToken(first.AppointmentID)}
	return e.change(ctx, first.AppointmentID, 0, by, nil, func(a *Appointment) (Change, error) {
		w, _, h, err := e.offerOfWish(ctx, first.ID)
		if err != nil {
			return Change{}, err
		}
		if a.Status == StatusPending || a.Sequence != w.Sequence {
			return Change{}, ErrInvalidState
		}
		loc, err := e.zones.Load(h.Zone)
		if err != nil {
			return Change{}, fmt.Errorf("zone of a hold: %w", err)
		}
		change, err := e.free(ctx, a)
		if err != nil {
			return Change{}, err
		}
		change.EndHolds = append(change.EndHolds, EndHold{ID: h.ID, State: HoldUsed})
		from := a.where()
		a.OfficeID, a.Zone, a.Place = h.OfficeID, h.Zone, h.Place
		a.StartsAt = h.Place.Date.At(h.Place.Start, loc).UTC()
		a.EndsAt = a.StartsAt.Add(h.EndsAt.Sub(h.StartsAt))
		e.moved(&change, a, from, by.name(a))
		e.met(&change, &w, a.ID)
		return change, nil
	})
}

// acceptNew books the offered place.
func (e *Engine) acceptNew(ctx context.Context, first *Wish) (Appointment, error) {
	w, o, _, err := e.offerOfWish(ctx, first.ID)
	if err != nil {
		return Appointment{}, err
	}
	b, err := e.book(ctx, BookRequest{HoldID: o.HoldID, Citizen: w.Citizen}, func(change *Change, a *Appointment) error {
		again, _, _, err := e.offerOfWish(ctx, first.ID)
		if err != nil {
			return err
		}
		e.met(change, &again, a.ID)
		return nil
	})
	return b.Appointment, err
}

// DeclineOffer gives up the place that is offered to the wish of a token. The wish
// stays. No fault when nothing is offered any more; ErrInvalidState when the offer
// was accepted, ErrNotFound.
func (e *Engine) DeclineOffer(ctx context.Context, token string) (w Wish, err error) {
	if w, err = e.WishByToken(ctx, token); err != nil {
		return Wish{}, err
	}
	err = e.decide(ctx, "wish|"+w.ID, func() (Change, error) {
		if w, err = e.store.Wish(ctx, w.ID); err != nil {
			return Change{}, err
		}
		switch {
		case w.State == WishMet:
			return Change{}, ErrInvalidState
		case w.Offered(e.now()) == nil:
			return Change{}, errNothingToDo
		}
		return e.endOffer(ctx, &w, OfferDeclined)
	})
	if err != nil && !errors.Is(err, errNothingToDo) {
		return Wish{}, fmt.Errorf("decline offer: %w", err)
	}
	return w, nil
}
