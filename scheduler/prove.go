package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// asksProof reports whether a new appointment waits for its address to be proved.
func (e *Engine) asksProof(officeID string) bool {
	o, err := e.known().Office(officeID)
	return err == nil && o.ConfirmAddress
}

// pend makes a new appointment wait until a code was entered.
func (e *Engine) pend(a *Appointment) {
	a.Status = StatusPending
	a.ProveUntil = a.CreatedAt.Add(e.policy.ProveFor)
	if a.StartsAt.Before(a.ProveUntil) {
		a.ProveUntil = a.StartsAt
	}
}

// askProof adds a code to the change that makes or corrects a pending appointment.
func (e *Engine) askProof(change *Change, a *Appointment, c Code, now time.Time) error {
	c.OfficeID = a.OfficeID
	c, err := c.ask(now, a.ProveUntil)
	if err != nil {
		return err
	}
	change.Codes = append(change.Codes, c)
	change.Notices = append(change.Notices, a.codeNotice(NoticeProveCode, c, now)...)
	return nil
}

// Prove enters the code that was sent to the address of a pending appointment,
// which is then booked and confirmed. Doing it twice is no fault. An InvalidError
// of the field "code" when the digits are wrong, too old or used up;
// ErrInvalidState when the appointment is over or was given back.
func (e *Engine) Prove(ctx context.Context, id, digits string, by Actor) (Appointment, error) {
	return e.change(ctx, id, 0, by, nil, func(a *Appointment) (Change, error) {
		if a.Status != StatusPending {
			if !a.Proved.IsZero() {
				return Change{}, errNothingToDo
			}
			return Change{}, ErrInvalidState
		}
		c, err := e.store.Code(ctx, CodeProve, a.ID)
		if err != nil {
			return Change{}, err
		}
		c, err = e.enter(c, digits, a.UpdatedAt)
		if err != nil {
			return Change{}, e.notProved(ctx, a, c, err)
		}
		a.Status, a.Proved, a.ProveUntil = StatusBooked, a.UpdatedAt, time.Time{}
		return Change{
			Codes:   []Code{c},
			Notices: e.known().planNotices(e.policy.Notices, a, NoticeConfirmation, a.UpdatedAt, e.zones),
			History: []HistoryEntry{a.history("proved", by.name(a), "", "")},
		}, nil
	})
}

// notProved says why digits were not taken. Where another request used the code
// since the appointment was read, that is decided again.
func (e *Engine) notProved(ctx context.Context, a *Appointment, c Code, why error) error {
	if !errors.Is(why, errCodeExpired) {
		return tried(c, why)
	}
	stored, err := e.store.Appointment(ctx, a.ID)
	if err == nil && stored.Revision != a.Revision-1 {
		err = ErrConflict
	}
	if err != nil {
		return err
	}
	return why
}

// SendProof sends another code to the address of a pending appointment; the one
// before stays good. ErrTooManyCodes, ErrInvalidState when it is not pending.
func (e *Engine) SendProof(ctx context.Context, id string, by Actor) (Appointment, error) {
	return e.change(ctx, id, 0, by, nil, func(a *Appointment) (Change, error) {
		if a.Status != StatusPending || !a.ProveUntil.After(a.UpdatedAt) {
			return Change{}, ErrInvalidState
		}
		c, err := e.store.Code(ctx, CodeProve, a.ID)
		if err != nil {
			return Change{}, err
		}
		only := &refusal{}
		if err := e.askProof(&only.change, a, c, a.UpdatedAt); err != nil {
			return Change{}, err
		}
		return Change{}, only
	})
}

// LapseUnproved gives back the places of pending appointments whose address was
// not proved in time, at most limit, and returns how many. Periodic work calls it;
// it is safe on many nodes.
func (e *Engine) LapseUnproved(ctx context.Context, limit int) (int, error) {
	over, err := e.store.UnprovedAppointments(ctx, e.now(), limit)
	if err != nil {
		return 0, fmt.Errorf("unproved appointments: %w", err)
	}
	done := 0
	var faults []error
	for i := range over {
		lapsed, err := e.lapse(ctx, &over[i])
		if err != nil {
			faults = append(faults, fmt.Errorf("lapse %s: %w", over[i].ID, err))
		}
		if lapsed {
			done++
		}
	}
	return done, errors.Join(faults...)
}

func (e *Engine) lapse(ctx context.Context, found *Appointment) (lapsed bool, err error) {
	id, changeID := found.ID, ""
	if changeID, err = e.newID("chg"); err != nil {
		return false, err
	}
	err = e.decide(ctx, queueOf(found.Place), func() (Change, error) {
		a, err := e.store.Appointment(ctx, id)
		if err != nil {
			return Change{}, err
		}
		if lapsed = a.ChangeID == changeID; lapsed || a.Status != StatusPending || a.ProveUntil.After(e.now()) {
			return Change{}, errNothingToDo
		}
		lapsed = true
		a.ChangeID = changeID
		return e.lapseChange(ctx, &a)
	})
	if errors.Is(err, errNothingToDo) {
		err = nil
	}
	return lapsed && err == nil, err
}

func (e *Engine) lapseChange(ctx context.Context, a *Appointment) (Change, error) {
	change, err := e.free(ctx, a)
	if err != nil {
		return Change{}, err
	}
	from := a.where()
	a.Status, a.UpdatedAt = StatusCancelled, e.now()
	a.Revision++
	a.Sequence++
	change.Updates, change.DropClaims, change.RevokeNotices = []Appointment{*a}, []string{a.ID}, []string{a.ID}
	change.DropCodes = []string{a.ID}
	change.History = []HistoryEntry{a.history("lapsed", "system", from, "")}
	change.Notices, err = e.withIDs(a.notices(NoticeLapsed, a.UpdatedAt, a.StartsAt))
	return change, err
}
