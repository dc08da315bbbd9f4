package scheduler

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// The errors of the domain. Wrapped with the operation; compare with errors.Is.
var (
	// ErrNotFound: no such thing, or it is another's.
	ErrNotFound = errors.New("not found")
	// ErrSlotTaken: the place was free a moment ago and is not now.
	ErrSlotTaken = errors.New("slot taken")
	// ErrInvalidState: the step does not follow from the present state.
	ErrInvalidState = errors.New("invalid state")
	// ErrDuplicateBooking: this person has a live booking for this service.
	ErrDuplicateBooking = errors.New("duplicate booking")
	// ErrDuplicateWish: this person has an open wish for this service.
	ErrDuplicateWish = errors.New("duplicate wish")
	// ErrTooManyWishes: this client has made as many wishes as one may in a day; see
	// LaterError.
	ErrTooManyWishes = errors.New("too many wishes of one client")
	// ErrHoldExpired: the hold ran out, its place is given back.
	ErrHoldExpired = errors.New("hold expired")
	// ErrRevisionMismatch: the appointment changed since the caller read it.
	ErrRevisionMismatch = errors.New("revision mismatch")
	// ErrConflict: what the change was decided on has changed; read and decide
	// again. It does not leave the engine, save when it gives up retrying.
	ErrConflict = errors.New("conflicting change")
	// ErrReferenceTaken: the random reference exists; choose another.
	ErrReferenceTaken = errors.New("reference taken")
	// ErrForbiddenStep: the caller may see the file, and not do this with it.
	ErrForbiddenStep = errors.New("forbidden step")
	// ErrNobodyWaits: there is nobody to call.
	ErrNobodyWaits = errors.New("nobody waits")
	// ErrDayFull: what is left of the day cannot serve one more walk-in.
	ErrDayFull = errors.New("day full")
	// ErrWalkInsFull: the share of the day for people without an appointment is
	// given out.
	ErrWalkInsFull = errors.New("share of walk-ins given out")
	// ErrTooManyCodes: so many codes were asked for that the next must wait; see
	// LaterError.
	ErrTooManyCodes = errors.New("too many codes")
	// ErrUnavailable: storage cannot be reached; what was asked may be done.
	ErrUnavailable = errors.New("storage unavailable")
	// ErrOverfull: the database refused a day with more taken than places. It
	// means a fault in Mawid, never in a request.
	ErrOverfull = errors.New("day overfull")
	// ErrNotAllowed: known staff, whose role is too low for this.
	ErrNotAllowed = errors.New("not allowed")
	// ErrLastAdministrator: nobody would be left who may add staff.
	ErrLastAdministrator = errors.New("last administrator")
)

// LaterError is an error that ends by itself.
type LaterError struct {
	Err  error
	Wait time.Duration // from now
}

// Error is that of Err.
func (e *LaterError) Error() string { return e.Err.Error() }

// Unwrap gives Err.
func (e *LaterError) Unwrap() error { return e.Err }

// FieldError is one thing wrong with one field of a request.
type FieldError struct {
	Field  string // path as the API names it, such as "citizen.name"
	Code   string // stable, such as "too_long"
	Detail string // for a developer, in English; no personal data
}

// InvalidError says everything that is wrong with a request, field by field.
type InvalidError struct{ Fields []FieldError }

// Error lists the fields and codes; never the values.
func (e *InvalidError) Error() string {
	parts := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		parts[i] = f.Field + ": " + f.Code
	}
	return "invalid: " + strings.Join(parts, ", ")
}

// Add notes one more fault.
func (e *InvalidError) Add(field, code, format string, args ...any) {
	e.Fields = append(e.Fields, FieldError{field, code, fmt.Sprintf(format, args...)})
}

// OrNil returns e, or nil when no fault was noted.
func (e *InvalidError) OrNil() error {
	if len(e.Fields) == 0 {
		return nil
	}
	return e
}

// Invalid returns an InvalidError with one fault.
func Invalid(field, code, format string, args ...any) error {
	e := &InvalidError{}
	e.Add(field, code, format, args...)
	return e
}
