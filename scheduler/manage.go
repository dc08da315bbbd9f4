package scheduler

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"
)

// Actor is who asks: a person by the appointment's manage token, or staff.
type Actor struct {
	ManageToken string
	Staff       *User
}

func (a Actor) may(ap *Appointment) bool {
	if a.Staff.MaySee(ap.OfficeID) {
		return true
	}
	return a.ManageToken != "" && subtle.ConstantTimeCompare(TokenHash(a.ManageToken), ap.ManageHash) == 1
}

func (a Actor) name(ap *Appointment) string {
	if a.Staff.MaySee(ap.OfficeID) {
		return "staff:" + a.Staff.ID
	}
	return "citizen"
}

// Appointment returns an appointment to whoever may see it; to all others it
// is ErrNotFound.
func (e *Engine) Appointment(ctx context.Context, id string, by Actor) (Appointment, error) {
	a, err := e.store.Appointment(ctx, id)
	if err != nil {
		return Appointment{}, fmt.Errorf("appointment: %w", err)
	}
	if !by.may(&a) {
		return Appointment{}, fmt.Errorf("appointment: %w", ErrNotFound)
	}
	return a, nil
}

// AppointmentByToken returns the appointment that a manage token opens, or
// ErrNotFound.
func (e *Engine) AppointmentByToken(ctx context.Context, token string) (Appointment, error) {
	a, err := e.store.AppointmentByToken(ctx, TokenHash(token))
	if err != nil {
		return Appointment{}, fmt.Errorf("appointment: %w", err)
	}
	return a, nil
}

// BookedFrom returns what grew from a hold to whoever repeats the booking with
// the same person, so that a form sent twice ends at the same appointment.
// Anybody else gets ErrNotFound.
func (e *Engine) BookedFrom(ctx context.Context, holdID string, c Citizen) (Booked, error) {
	a, err := e.store.AppointmentByHold(ctx, holdID)
	if err != nil {
		return Booked{}, fmt.Errorf("appointment of hold: %w", err)
	}
	if foldName(a.Citizen.Name) != foldName(c.Name) || a.Citizen.Email != c.Email || a.Citizen.Phone != c.Phone {
		return Booked{}, fmt.Errorf("appointment of hold: %w", ErrNotFound)
	}
	token, err := e.CalendarToken(ctx, a.FeedID)
	return Booked{a, e.ManageToken(a.ID), token}, err
}

// Cancel gives the place back. revision is what the caller read, 0 for any.
// ErrInvalidState when it is over or cancelled, ErrRevisionMismatch.
func (e *Engine) Cancel(ctx context.Context, id string, revision int, by Actor) (Appointment, error) {
	return e.change(ctx, id, revision, by, nil, func(a *Appointment) (Change, error) {
		change, err := e.free(ctx, a)
		if err != nil {
			return Change{}, err
		}
		from := a.where()
		a.Status = StatusCancelled
		a.Sequence++
		change.DropClaims = []string{a.ID}
		if a.Status == StatusPending {
			change.DropCodes = []string{a.ID}
		}
		change.Notices = a.notices(NoticeCancelled, a.UpdatedAt, a.StartsAt)
		change.History = []HistoryEntry{a.history("cancelled", by.name(a), from, "")}
		return change, nil
	})
}

// Confirm notes that the person will come. Doing it twice is no fault and
// changes nothing the second time.
func (e *Engine) Confirm(ctx context.Context, id string, revision int, by Actor) (Appointment, error) {
	return e.change(ctx, id, revision, by, nil, func(a *Appointment) (Change, error) {
		if a.Status != StatusBooked {
			return Change{}, ErrInvalidState
		}
		if !a.Confirmed.IsZero() {
			return Change{}, errNothingToDo
		}
		a.Confirmed = a.UpdatedAt
		return Change{History: []HistoryEntry{a.history("confirmed", by.name(a), "", "")}}, nil
	})
}

// Move is where an appointment shall go.
type Move struct {
	StartsAt time.Time
	OfficeID string // "" keeps the office
}

// Reschedule moves an appointment: the new place is taken and the old one given
// back in one commit, or neither changes. Errors as Book and Cancel.
func (e *Engine) Reschedule(ctx context.Context, id string, revision int, m Move, by Actor) (Appointment, error) {
	queues := func(a *Appointment) string { return e.moveQueue(ctx, a, m) }
	return e.change(ctx, id, revision, by, queues, func(a *Appointment) (Change, error) {
		if a.Status == StatusPending {
			return Change{}, ErrInvalidState // first the code: who moves it without would keep it for ever
		}
		w := placeRequest{a.ServiceID, m.OfficeID, m.StartsAt, a.Party, a.Channel}
		if w.officeID == "" {
			w.officeID = a.OfficeID
		}
		change, o, err := e.swap(ctx, a, w)
		if err != nil {
			return Change{}, err
		}
		from := a.where()
		a.OfficeID, a.Zone, a.Place, a.StartsAt, a.EndsAt = o.office.ID, o.office.Zone, o.place, o.starts, o.ends
		bad := &InvalidError{}
		if e.known().checkNumber(bad, a); len(bad.Fields) > 0 { // the other office calls
			return Change{}, bad
		}
		e.moved(&change, a, from, by.name(a))
		return change, nil
	})
}

// moved adds what goes with a new place of an appointment; from is where it was.
func (e *Engine) moved(change *Change, a *Appointment, from, actor string) {
	a.Status, a.TZVersion, a.Confirmed = StatusBooked, e.zones.Version(), time.Time{}
	a.Sequence++
	change.NewClaims = e.claims(a)
	change.Notices = e.known().planNotices(e.policy.Notices, a, NoticeMoved, a.UpdatedAt, e.zones)
	change.History = []HistoryEntry{a.history("moved", actor, from, a.where())}
}

// moveQueue is the queue of the day that is moved to: that is where many may
// push at once.
func (e *Engine) moveQueue(ctx context.Context, a *Appointment, m Move) string {
	office := m.OfficeID
	if office == "" {
		office = a.OfficeID
	}
	o, err := e.allowedNow(ctx, placeRequest{a.ServiceID, office, m.StartsAt, a.Party, a.Channel})
	if err != nil {
		return queueOf(a.Place) // the decision will say what is wrong
	}
	return queueOf(o.place)
}

// swap starts a change that takes the wished place and frees the present one.
// On one and the same day the old place is freed first, so that a move by ten
// minutes does not need a free desk beside one's own. errNothingToDo when the
// wished place is the present one.
func (e *Engine) swap(ctx context.Context, a *Appointment, w placeRequest) (Change, allowedPlace, error) {
	o, err := e.allowedNow(ctx, w)
	if err != nil {
		return Change{}, allowedPlace{}, err
	}
	if a.occupies() && queueOf(o.place) == queueOf(a.Place) {
		return e.shift(ctx, a, w)
	}
	change, o, err := e.take(ctx, w)
	if err != nil {
		return Change{}, allowedPlace{}, err
	}
	old, err := e.free(ctx, a)
	change.Days = append(change.Days, old.Days...)
	change.NewHolds = old.NewHolds
	return change, o, err
}

// shift is swap within one day. What the new place does not use of the old one is
// on its way back, see returns.
func (e *Engine) shift(ctx context.Context, a *Appointment, w placeRequest) (Change, allowedPlace, error) {
	day, c, err := e.dayOf(ctx, a.Place.PoolID, a.Place.Date)
	if err != nil {
		return Change{}, allowedPlace{}, err
	}
	if err := day.Release(a.Place); err != nil {
		return Change{}, allowedPlace{}, err
	}
	o, err := e.allowedNow(ctx, w) // by the rules of the day that was just read
	switch {
	case err != nil:
		return Change{}, allowedPlace{}, err
	case o.place == a.Place:
		return Change{}, allowedPlace{}, errNothingToDo
	case queueOf(o.place) != queueOf(a.Place):
		return Change{}, allowedPlace{}, ErrConflict // another pool serves it now
	}
	var change Change
	if day.Free(o.place.Start, o.place.Ticks, o.place.Share) < 1 {
		if change, err = e.sweep(ctx, o.place, &day); err != nil {
			return Change{}, allowedPlace{}, err
		}
	}
	if err := day.Book(o.place); err != nil {
		return Change{}, allowedPlace{}, err
	}
	for _, rest := range a.held().without(o.place) {
		if err := errors.Join(day.Book(rest.Place), e.returns(&day, &change, rest)); err != nil {
			return Change{}, allowedPlace{}, err
		}
	}
	change.CatalogueVersion, change.Days = c.Version, []Day{day}
	return change, o, nil
}

// occupies reports whether days count the appointment's place as taken.
func (a *Appointment) occupies() bool { return a.Status.Live() && a.Place.Ticks > 0 }

// free starts a change that gives an appointment's place back, if it has one: at
// once, or on its way, see returns.
func (e *Engine) free(ctx context.Context, a *Appointment) (Change, error) {
	if !a.occupies() {
		return Change{}, nil
	}
	day, c, err := e.dayOf(ctx, a.Place.PoolID, a.Place.Date)
	if err != nil {
		return Change{}, err
	}
	change := Change{CatalogueVersion: c.Version}
	if err := e.returns(&day, &change, a.held()); err != nil {
		return Change{}, err
	}
	if len(change.NewHolds) == 0 {
		change.Days = []Day{day}
	}
	return change, nil
}

// change is the frame of every change of one appointment: read, may the actor,
// is it the revision, is it still changeable, decide, commit.
func (e *Engine) change(
	ctx context.Context, id string, revision int, by Actor,
	queue func(*Appointment) string, step func(*Appointment) (Change, error),
) (Appointment, error) {
	a, err := e.Appointment(ctx, id, by)
	if err != nil {
		return Appointment{}, err
	}
	key := queueOf(a.Place)
	if queue != nil {
		key = queue(&a)
	}
	changeID, err := e.newID("chg")
	if err != nil {
		return Appointment{}, fmt.Errorf("change appointment: %w", err)
	}
	var verdict error
	err = e.decide(ctx, key, func() (Change, error) {
		if a, err = e.Appointment(ctx, id, by); err != nil {
			return Change{}, err
		}
		if verdict = nil; a.ChangeID == changeID {
			return Change{}, errNothingToDo // its commit was not heard of
		}
		before := a
		a.ChangeID = changeID
		change, err := e.changeOnce(revision, &a, step)
		var only *refusal
		switch {
		case errors.As(err, &only):
			a, verdict = before, only.err
			change, err = only.change, nil
			change.Notices, err = e.withIDs(change.Notices)
		case errors.Is(err, errNothingToDo):
			a = before
		}
		return change, err
	})
	if err != nil && !errors.Is(err, errNothingToDo) {
		return Appointment{}, fmt.Errorf("change appointment: %w", err)
	}
	if verdict != nil {
		return Appointment{}, fmt.Errorf("change appointment: %w", verdict)
	}
	return a, nil
}

func (e *Engine) changeOnce(revision int, a *Appointment, step func(*Appointment) (Change, error)) (Change, error) {
	now := e.now()
	switch {
	case revision != 0 && revision != a.Revision:
		return Change{}, ErrRevisionMismatch
	case !a.Status.Changeable() || !a.StartsAt.After(now):
		return Change{}, ErrInvalidState
	}
	a.Revision++
	a.UpdatedAt = now
	change, err := step(a)
	if err != nil {
		return Change{}, err
	}
	if change.Notices, err = e.withIDs(change.Notices); err != nil {
		return Change{}, err
	}
	change.Updates = []Appointment{*a}
	if len(change.Notices) > 0 {
		change.RevokeNotices = []string{a.ID}
	}
	return change, nil
}
