package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// maxFound bounds how many appointments of one address are shown.
const maxFound = 20

// Found is an appointment that a code opened, and the token that manages it; or a
// file, and the token that follows it.
type Found struct {
	Appointment Appointment // empty for a file
	ManageToken string
	FileToken   string // "" for an appointment
}

// AskCode asks that a code be sent to the address of a reference's appointment or
// file. It does the same work and gives the same answer whether or not there is
// one: what was asked for is written down, and SendCodes looks later. An
// InvalidError when it cannot be a reference; ErrTooManyCodes.
func (e *Engine) AskCode(ctx context.Context, reference string) error {
	reference, err := ParseReference(reference)
	if err != nil {
		return err
	}
	err = e.decide(ctx, "find|"+reference, func() (Change, error) {
		c, err := e.store.Code(ctx, CodeFind, reference)
		if err != nil {
			return Change{}, err
		}
		now := e.now()
		c, err = c.ask(now, now.Add(codeLife))
		c.Unsent = true
		return Change{Codes: []Code{c}}, err
	})
	if err != nil {
		return fmt.Errorf("ask for a code: %w", err)
	}
	return nil
}

// SendCodes plans the notices of codes that were asked for, at most limit of them.
// Periodic work calls it; it is safe on many nodes.
func (e *Engine) SendCodes(ctx context.Context, limit int) error {
	unsent, err := e.store.UnsentCodes(ctx, limit)
	if err != nil {
		return fmt.Errorf("unsent codes: %w", err)
	}
	var faults []error
	for _, c := range unsent {
		if err := e.sendCode(ctx, c.Purpose, c.Subject); err != nil && !errors.Is(err, errNothingToDo) {
			faults = append(faults, fmt.Errorf("send a code: %w", err))
		}
	}
	return errors.Join(faults...)
}

func (e *Engine) sendCode(ctx context.Context, purpose CodePurpose, reference string) error {
	return e.decide(ctx, "find|"+reference, func() (Change, error) {
		c, err := e.store.Code(ctx, purpose, reference)
		if err != nil {
			return Change{}, err
		}
		if !c.Unsent {
			return Change{}, errNothingToDo
		}
		c.Unsent = false
		told, err := e.sought(ctx, reference)
		if errors.Is(err, ErrNotFound) {
			return Change{Codes: []Code{c}}, nil
		}
		if err != nil {
			return Change{}, err
		}
		var notices []Notice
		c.OfficeID, notices = told.codeNotice(c, e.now())
		notices, err = e.withIDs(notices)
		return Change{Codes: []Code{c}, Notices: notices}, err
	})
}

// sought is what a reference leads to: one of the two.
type sought struct {
	appointment *Appointment
	file        *File
}

// sought finds what a reference leads to; ErrNotFound also when it is forgotten
// whose it was.
func (e *Engine) sought(ctx context.Context, reference string) (sought, error) {
	a, err := e.store.AppointmentByReference(ctx, reference)
	if err == nil && a.Citizen.Email == "" && a.Citizen.Phone == "" {
		err = ErrNotFound
	}
	if !errors.Is(err, ErrNotFound) {
		return sought{appointment: &a}, err
	}
	f, err := e.store.FileByReference(ctx, reference)
	if err == nil && f.Citizen.Email == "" && f.Citizen.Phone == "" {
		err = ErrNotFound
	}
	return sought{file: &f}, err
}

// codeNotice tells a code to the address on file; office is whose matter it is.
func (s sought) codeNotice(c Code, now time.Time) (office string, notices []Notice) {
	if s.file != nil {
		return s.file.OfficeID, s.file.codeNotice(c, now)
	}
	return s.appointment.OfficeID, s.appointment.codeNotice(NoticeFindCode, c, now)
}

// Find opens the file of a reference with the code that was sent to its address;
// or the appointment, and the others that are told to the very same address: who
// reads that mailbox has their links already. Errors are those of AskCode and
// Prove, and the same whether or not the reference leads anywhere.
func (e *Engine) Find(ctx context.Context, reference, digits string) ([]Found, error) {
	reference, err := ParseReference(reference)
	if err != nil {
		return nil, err
	}
	if err := e.useCode(ctx, reference, digits); err != nil {
		return nil, fmt.Errorf("find: %w", err)
	}
	told, err := e.sought(ctx, reference)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, errCodeWrong // nobody was told this code
	case err != nil:
		return nil, fmt.Errorf("find: %w", err)
	case told.file != nil:
		return []Found{{FileToken: e.FileToken(told.file.ID)}}, nil
	}
	return e.foundWith(ctx, *told.appointment)
}

// useCode enters a code, which is good once.
func (e *Engine) useCode(ctx context.Context, reference, digits string) error {
	var verdict error
	err := e.decide(ctx, "find|"+reference, func() (Change, error) {
		c, err := e.store.Code(ctx, CodeFind, reference)
		if err != nil {
			return Change{}, err
		}
		c, verdict = e.enter(c, digits, e.now())
		if verdict != nil && !errors.Is(verdict, errCodeWrong) {
			return Change{}, verdict
		}
		return Change{Codes: []Code{c}}, nil
	})
	if err == nil {
		err = verdict
	}
	return err
}

func (e *Engine) foundWith(ctx context.Context, a Appointment) ([]Found, error) {
	out := []Found{{Appointment: a, ManageToken: e.ManageToken(a.ID)}}
	all, err := e.store.AppointmentsToldAt(ctx, a.Citizen.Email, a.Citizen.Phone, e.now(), maxFound)
	if err != nil {
		return nil, fmt.Errorf("find: %w", err)
	}
	for _, other := range all {
		if other.ID != a.ID && other.Status != StatusCancelled {
			out = append(out, Found{Appointment: other, ManageToken: e.ManageToken(other.ID)})
		}
	}
	return out, nil
}

// History returns what happened to an appointment, oldest first, to whoever may
// see it.
func (e *Engine) History(ctx context.Context, a *Appointment, by Actor) ([]HistoryEntry, error) {
	if !by.may(a) {
		return nil, fmt.Errorf("history: %w", ErrNotFound)
	}
	entries, err := e.store.History(ctx, a.ID)
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	return entries, nil
}
