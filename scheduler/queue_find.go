package scheduler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Arrival is an appointment of today that may be the person who stands there.
type Arrival struct {
	Appointment Appointment
	TicketID    string  // "" until checked in
	Score       float64 // of the name, 1 for a reference or a code
}

const maxArrivals = 10

// FindArrival finds appointments of an office's today by what was typed, read by
// a scanner or heard: a reference, the address or token of the appointment's
// page (what its QR code holds), or a name in Arabic or Latin letters. The
// likeliest come first; nobody is an empty list. For staff; the kiosk finds by
// reference and code only.
func (e *Engine) FindArrival(ctx context.Context, officeID, text string, by Actor) ([]Arrival, error) {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return nil, err
	}
	staff := by.Staff.MaySee(officeID)
	if !staff && !e.isKiosk(by, officeID) {
		return nil, fmt.Errorf("find arrival: %w", ErrNotFound)
	}
	office, err := c.Office(officeID)
	if err != nil {
		return nil, fmt.Errorf("find arrival: %w", err)
	}
	bad := &InvalidError{}
	CheckText(bad, "text", text, MaxNote)
	if err := bad.OrNil(); err != nil {
		return nil, err
	}
	date, loc, err := e.officeToday(office)
	if err != nil {
		return nil, err
	}
	a, err := e.byCode(ctx, text)
	switch {
	case err == nil && a.OfficeID == officeID && a.Place.Date == date:
		return e.withTickets(ctx, []Arrival{{Appointment: a, Score: 1}})
	case err != nil && !errors.Is(err, ErrNotFound):
		return nil, fmt.Errorf("find arrival: %w", err)
	case err == nil || !staff:
		return nil, nil
	}
	today, err := e.store.AppointmentsOn(ctx, []string{officeID}, date.At(0, loc), date.AddDays(1).At(0, loc))
	if err != nil {
		return nil, fmt.Errorf("find arrival: %w", err)
	}
	var found []Arrival
	for _, a := range today {
		if score := NameScore(text, a.Citizen.Name); score >= SameName && a.Status.Live() {
			found = append(found, Arrival{Appointment: a, Score: score})
		}
	}
	slices.SortStableFunc(found, func(a, b Arrival) int { return compareFloats(b.Score, a.Score) })
	return e.withTickets(ctx, found[:min(len(found), maxArrivals)])
}

func compareFloats(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// byCode finds an appointment by its reference, or by its page's address or
// token.
func (e *Engine) byCode(ctx context.Context, text string) (Appointment, error) {
	text = strings.TrimSpace(text)
	if ref, err := ParseReference(text); err == nil {
		return e.store.AppointmentByReference(ctx, ref)
	}
	if _, path, ok := strings.Cut(text, "/a/"); ok {
		text, _, _ = strings.Cut(path, "/")
		text, _, _ = strings.Cut(text, "?")
	}
	if len(text) < minToken || strings.ContainsAny(text, " \t") {
		return Appointment{}, ErrNotFound
	}
	return e.store.AppointmentByToken(ctx, TokenHash(text))
}

const minToken = 40 // characters; shorter text is a name

func (e *Engine) withTickets(ctx context.Context, found []Arrival) ([]Arrival, error) {
	for i := range found {
		t, err := e.store.TicketOf(ctx, found[i].Appointment.ID)
		switch {
		case err == nil:
			found[i].TicketID = t.ID
		case !errors.Is(err, ErrNotFound):
			return nil, fmt.Errorf("find arrival: %w", err)
		}
	}
	return found, nil
}
