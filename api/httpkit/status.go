package httpkit

import (
	"context"
	"errors"
	"net/http"

	"mawid/scheduler"
)

// The errors of HTTP itself, beside those of scheduler.
var (
	// ErrBadRequest: not a request at all, such as malformed JSON.
	ErrBadRequest = errors.New("bad request")
	// ErrUnauthenticated: no credential came, or none that is known.
	ErrUnauthenticated = errors.New("unauthenticated")
	// ErrForbidden: known, but not allowed to do this.
	ErrForbidden = errors.New("forbidden")
	// ErrMethod: the path exists, not with this method.
	ErrMethod = errors.New("method not allowed")
	// ErrTooLarge: the body is larger than the limit.
	ErrTooLarge = errors.New("request body too large")
	// ErrMediaType: the body is not of a type that is read here.
	ErrMediaType = errors.New("unsupported media type")
	// ErrInFlight: the first request with this idempotency key is not finished.
	ErrInFlight = errors.New("request in flight")
	// ErrKeyReused: the idempotency key came before with another request.
	ErrKeyReused = errors.New("idempotency key reused")
	// ErrTooManyRequests: over the limit; see TooMany.
	ErrTooManyRequests = errors.New("too many requests")
)

// answer is what one error looks like from outside.
type answer struct {
	err    error
	status int
	code   string
	detail string
}

// answers is the only place where an error becomes a status (contract.md,
// "Errors"). The first match counts.
var answers = [...]answer{
	{scheduler.ErrNotFound, http.StatusNotFound, "not_found", "There is no such thing here, or it is another's."},
	{scheduler.ErrSlotTaken, http.StatusConflict, "slot_taken", "This time is no longer free. Ask for the free times again."},
	{scheduler.ErrDuplicateBooking, http.StatusConflict, "duplicate_booking", "This person already has an appointment for this service."},
	{scheduler.ErrDuplicateWish, http.StatusConflict, "duplicate_wish", "This person waits for this service already."},
	{scheduler.ErrHoldExpired, http.StatusGone, "hold_expired", "The hold ran out and its place was given back."},
	{scheduler.ErrRevisionMismatch, http.StatusPreconditionFailed, "revision_mismatch", "The appointment has changed. Read it again."},
	{scheduler.ErrInvalidState, http.StatusConflict, "invalid_state", "This step does not follow from the present state."},
	{scheduler.ErrForbiddenStep, http.StatusForbidden, "forbidden", "Another office holds this file, or it is not yours to do."},
	{scheduler.ErrDayFull, http.StatusConflict, "day_full", "What is left of the day cannot serve one more. An appointment can be booked."},
	{scheduler.ErrWalkInsFull, http.StatusConflict, "walk_ins_full", "The share of today for people without an appointment is given out. An appointment can be booked."},
	{scheduler.ErrNobodyWaits, http.StatusConflict, "nobody_waits", "There is nobody to call."},
	{scheduler.ErrTooManyCodes, http.StatusTooManyRequests, "too_many_codes", "So many codes were asked for that the next must wait. See the header Retry-After, in seconds."},
	{scheduler.ErrUnavailable, http.StatusServiceUnavailable, "unavailable", "Storage cannot be reached. What was asked may be done; ask again. See the header Retry-After, in seconds."},
	{scheduler.ErrBusy, http.StatusServiceUnavailable, "busy", detailBusy},
	{scheduler.ErrConflict, http.StatusServiceUnavailable, "busy", detailBusy},
	{scheduler.ErrReferenceTaken, http.StatusServiceUnavailable, "busy", detailBusy},
	{context.Canceled, http.StatusServiceUnavailable, "busy", detailBusy},
	{context.DeadlineExceeded, http.StatusServiceUnavailable, "busy", detailBusy},
	{ErrBadRequest, http.StatusBadRequest, "bad_request", "The request could not be read."},
	{ErrUnauthenticated, http.StatusUnauthorized, "unauthenticated", "A credential is needed: the manage token as bearer, or a staff session."},
	{ErrLogin, http.StatusUnauthorized, "unauthenticated", "Login and password do not belong together."},
	{ErrForbidden, http.StatusForbidden, "forbidden", "This is not allowed with this credential or from this origin."},
	{scheduler.ErrNotAllowed, http.StatusForbidden, "forbidden", "The role of this member of staff does not allow it."},
	{scheduler.ErrLastAdministrator, http.StatusConflict, "last_administrator", "Nobody would be left who may add staff."},
	{ErrMethod, http.StatusMethodNotAllowed, "method_not_allowed", "See the header Allow for the methods of this path."},
	{ErrTooLarge, http.StatusRequestEntityTooLarge, "too_large", "The body is larger than 64 kB."},
	{ErrMediaType, http.StatusUnsupportedMediaType, "unsupported_media_type", "Send application/json in UTF-8."},
	{ErrInFlight, http.StatusConflict, "in_flight", "The first request with this Idempotency-Key is not finished. Repeat it later."},
	{ErrKeyReused, http.StatusUnprocessableEntity, "idempotency_key_reused", "This Idempotency-Key came before with another request."},
	{scheduler.ErrTooManyHolds, http.StatusTooManyRequests, "too_many_requests", "This client keeps as many places as one may at once. See the header Retry-After, in seconds."},
	{scheduler.ErrTooManyWishes, http.StatusTooManyRequests, "too_many_requests", "This client has made as many wishes as one may in a day. See the header Retry-After, in seconds."},
	{ErrProof, http.StatusTooManyRequests, "too_many_requests", "A proof of work, or a wait, is needed first: see proof, and the header Mawid-Proof."},
	{ErrTooManyRequests, http.StatusTooManyRequests, "too_many_requests", "Too many requests. See the header Retry-After, in seconds."},
}

const (
	detailBusy     = "Too many others change the same thing. See the header Retry-After, in seconds."
	detailInvalid  = "One or more fields are wrong; see errors."
	detailInternal = "A fault on our side. It was logged under the id in instance."
)

func lookUp(err error) answer {
	var p *Problem
	if errors.As(err, &p) {
		return answer{err, p.Status, p.Code, p.Detail}
	}
	var invalid *scheduler.InvalidError
	if errors.As(err, &invalid) {
		return answer{err, http.StatusUnprocessableEntity, "invalid", detailInvalid}
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		err = ErrTooLarge
	}
	for _, a := range answers {
		if errors.Is(err, a.err) {
			return a
		}
	}
	return answer{err, http.StatusInternalServerError, "internal", detailInternal}
}

// Status returns the status of an error and its code as contract.md names it.
// An error that nobody named is 500 and "internal".
func Status(err error) (status int, code string) {
	a := lookUp(err)
	return a.status, a.code
}
