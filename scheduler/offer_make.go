package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// MakeOffers ends the offers and wishes whose time is over, wishes for people who
// lost their places, and offers what is free to those who wait; it returns how many
// offers it made. limit bounds what is ended in one turn. Periodic work calls it,
// before ExpireHolds (see ReturnPlaces); it is safe on many nodes.
func (e *Engine) MakeOffers(ctx context.Context, limit int) (int, error) {
	if e.policy.Offers.AtOnce == 0 {
		return 0, e.endWishes(ctx, limit)
	}
	ended := errors.Join(e.endWishes(ctx, limit), e.wishForLost(ctx, limit))
	made, err := e.offerPlaces(ctx)
	return made, errors.Join(ended, err)
}

// ReturnPlaces offers what comes back to those who wait, and gives the rest to the
// public: only what had come back before the offers were made.
func (e *Engine) ReturnPlaces(ctx context.Context, limit int) error {
	before := e.now()
	_, err := e.MakeOffers(ctx, limit)
	_, late := e.expireHolds(ctx, before, limit)
	return errors.Join(err, late)
}

// endWishes ends what is over.
func (e *Engine) endWishes(ctx context.Context, limit int) error {
	now := e.now()
	ending, err := e.store.EndingWishes(ctx, now, limit)
	if err != nil {
		return fmt.Errorf("ending wishes: %w", err)
	}
	var faults []error
	for i := range ending {
		id := ending[i].ID
		err := e.decide(ctx, "wish|"+id, func() (Change, error) { return e.endingWish(ctx, id) })
		if err != nil && !errors.Is(err, errNothingToDo) {
			faults = append(faults, fmt.Errorf("end wish %s: %w", id, err))
		}
	}
	if _, err := e.store.ForgetWishClients(ctx, now.Add(-keepClient)); err != nil {
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

func (e *Engine) endingWish(ctx context.Context, id string) (Change, error) {
	w, err := e.store.Wish(ctx, id)
	if err != nil {
		return Change{}, err
	}
	if w.State != WishOpen {
		return Change{}, errNothingToDo
	}
	_, err = e.wisher(ctx, &w)
	o := w.open()
	switch {
	case errors.Is(err, errNotWished), !w.Until.After(e.now()) && (o == nil || !o.ExpiresAt.After(e.now())):
		return e.endWish(ctx, &w, WishOver)
	case err != nil:
		return Change{}, err
	case o != nil && !o.ExpiresAt.After(e.now()):
		return e.endOffer(ctx, &w, OfferExpired)
	}
	return Change{}, errNothingToDo
}

// wishForLost wishes for those whose place was lost and who have not wished.
func (e *Engine) wishForLost(ctx context.Context, limit int) error {
	lost, err := e.store.LostAppointments(ctx, e.now(), limit)
	if err != nil {
		return fmt.Errorf("lost appointments: %w", err)
	}
	var faults []error
	for i := range lost {
		_, err := e.wishFor(ctx, lost[i].ID, Date{}, Date{})
		if err != nil && !errors.Is(err, ErrInvalidState) {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

// wisher is who is offered something.
type wisher struct {
	appointment *Appointment // nil when there is none
	citizen     Citizen
	loc         *time.Location // the clock they live by
}

var errNotWished = errors.New("no longer wished")

// wisher reads who wishes; errNotWished when the appointment has changed.
func (e *Engine) wisher(ctx context.Context, w *Wish) (wisher, error) {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return wisher{}, err
	}
	who := Appointment{Citizen: w.Citizen}
	if o, err := c.Office(w.OfficeID); err == nil {
		who.Zone = o.Zone
	}
	if w.AppointmentID == "" {
		return wisher{nil, w.Citizen, who.recipientZone(e.zones)}, nil
	}
	a, err := e.store.Appointment(ctx, w.AppointmentID)
	if err != nil {
		return wisher{}, err
	}
	if a.Sequence != w.Sequence || (a.Status != StatusBooked && a.Status != StatusDisplaced) || !a.StartsAt.After(e.now()) {
		return wisher{}, errNotWished
	}
	return wisher{&a, a.Citizen, a.recipientZone(e.zones)}, nil
}

// offerPlaces goes through the pools that are wished for.
func (e *Engine) offerPlaces(ctx context.Context) (int, error) {
	wanted, err := e.store.WaitingServices(ctx, e.now())
	if err != nil || len(wanted) == 0 {
		return 0, err
	}
	c, err := e.Catalogue(ctx)
	if err != nil {
		return 0, err
	}
	over, err := e.store.ExpiredHolds(ctx, "", Date{}, e.now(), maxSweep)
	if err != nil {
		return 0, fmt.Errorf("expired holds: %w", err)
	}
	services := map[string][]string{}
	var pools []*Pool
	for _, s := range wanted {
		ps := c.Pools(s.ServiceID, s.OfficeID)
		if len(ps) == 0 {
			continue // no longer offered there
		}
		if services[ps[0].ID] == nil {
			pools = append(pools, ps[0])
		}
		services[ps[0].ID] = append(services[ps[0].ID], s.ServiceID)
	}
	made := 0
	var faults []error
	for _, p := range pools {
		v, err := e.vacancies(ctx, c, p, over)
		if err == nil {
			err = v.offerAll(ctx, services[p.ID])
			made += v.made
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("offer places of pool %s: %w", p.ID, err))
		}
	}
	return made, errors.Join(faults...)
}

// offer keeps a place for a wish and tells its person, or does nothing when the
// place or the wish is gone.
func (e *Engine) offer(ctx context.Context, wishID string, at time.Time) (made bool, err error) {
	offerID, err1 := e.newID("off")
	holdID, err2 := e.newID("hold")
	if err := errors.Join(err1, err2); err != nil {
		return false, err
	}
	err = e.decide(ctx, "wish|"+wishID, func() (Change, error) {
		made = false
		w, err := e.store.Wish(ctx, wishID)
		if err != nil {
			return Change{}, err
		}
		if o := w.open(); o != nil && o.ID == offerID { // its commit was not heard of
			made = true
			return Change{}, errNothingToDo
		}
		who, err := e.wisher(ctx, &w)
		if errors.Is(err, errNotWished) || err == nil && !w.waits(e.now()) {
			return Change{}, errNothingToDo
		}
		if err != nil {
			return Change{}, err
		}
		made = true
		return e.offerChange(ctx, w, who, at, offerID, holdID)
	})
	var bad *InvalidError
	switch {
	case errors.Is(err, errNothingToDo):
		return made, nil
	case errors.Is(err, ErrSlotTaken), errors.As(err, &bad):
		return false, nil
	}
	return made && err == nil, err
}

func (e *Engine) offerChange(ctx context.Context, w Wish, who wisher, at time.Time, offerID, holdID string) (Change, error) {
	change, o, err := e.takeBack(ctx, placeRequest{serviceID: w.ServiceID, officeID: w.OfficeID, startsAt: at, party: w.Party})
	if err != nil {
		return Change{}, err
	}
	if w.was(o.place) {
		return Change{}, errNothingToDo
	}
	client := offerClient(o.place.PoolID)
	holds, err := e.store.HoldsOf(ctx, client)
	if err != nil {
		return Change{}, err
	}
	hold := e.newHold(holdID, o, w.Party)
	hold.Client, hold.Slot = client, e.policy.Offers.offerSlot(holds, w.Lost)
	if hold.Slot < 0 {
		return Change{}, fmt.Errorf("as many offers as may be: %w", ErrSlotTaken)
	}
	hold.ExpiresAt = hold.CreatedAt.Add(e.policy.Offers.AnswerFor)
	w.UpdatedAt = hold.CreatedAt
	w.Revision++
	change.NewHolds, change.Wishes = []Hold{hold}, []Wish{w}
	change.Offers = []Offer{{
		ID: offerID, WishID: w.ID, OfficeID: w.OfficeID, HoldID: hold.ID, Place: o.place, StartsAt: o.starts,
		State: OfferOpen, CreatedAt: hold.CreatedAt, ExpiresAt: hold.ExpiresAt,
	}}
	about := Subject{Kind: SubjectOffer, ID: offerID}
	if who.appointment != nil {
		about.Label = who.appointment.Reference
	}
	told := Appointment{Citizen: who.citizen, OfficeID: w.OfficeID, Revision: 1}
	change.Notices = told.notices(NoticeOffer, hold.CreatedAt, hold.ExpiresAt)
	change.Notices[0].About = about
	change.Notices, err = e.withIDs(change.Notices)
	return change, err
}

// takeBack is take for an offer: where the day is full it uses what comes back,
// before anybody else can have it.
func (e *Engine) takeBack(ctx context.Context, w placeRequest) (Change, allowedPlace, error) {
	seen, err := e.allowedNow(ctx, w)
	if err != nil {
		return Change{}, allowedPlace{}, err
	}
	day, c, err := e.dayOf(ctx, seen.place.PoolID, seen.place.Date)
	if err != nil {
		return Change{}, allowedPlace{}, err
	}
	o, err := e.allowed(c, w)
	if err != nil {
		return Change{}, allowedPlace{}, err
	}
	if queueOf(o.place) != queueOf(seen.place) {
		return Change{}, allowedPlace{}, ErrConflict // another pool serves it now
	}
	change := Change{CatalogueVersion: c.Version}
	if day.Free(o.place.Start, o.place.Ticks, o.place.Share) < 1 {
		over, err1 := e.store.ExpiredHolds(ctx, o.place.PoolID, o.place.Date, e.now(), maxSweep)
		offered, err2 := e.store.HoldsOf(ctx, offerClient(o.place.PoolID))
		if err := errors.Join(err1, err2); err != nil {
			return Change{}, allowedPlace{}, err
		}
		for _, h := range comingBack(o.place.PoolID, over, offered) {
			if day.Free(o.place.Start, o.place.Ticks, o.place.Share) > 0 {
				break
			}
			if rest := h.without(o.place); queueOf(h.Place) != queueOf(o.place) || len(rest) == 1 && rest[0].Place == h.Place {
				continue // it would free nothing of the place
			}
			if err := day.Release(h.Place); err != nil {
				return Change{}, allowedPlace{}, err
			}
			change.EndHolds = append(change.EndHolds, EndHold{ID: h.ID, State: HoldExpired})
		}
	}
	err = day.Book(o.place)
	change.Days = []Day{day}
	return change, o, err
}
