package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Arrivals returns the appointments of an office today, of every status, in
// order of their start; to staff of the office only.
func (e *Engine) Arrivals(ctx context.Context, officeID string, by Actor) ([]Appointment, error) {
	if _, err := staffName(by, officeID); err != nil {
		return nil, err
	}
	c, err := e.Catalogue(ctx)
	if err != nil {
		return nil, err
	}
	o, err := c.Office(officeID)
	if err != nil {
		return nil, err
	}
	today, loc, err := e.officeToday(o)
	if err != nil {
		return nil, err
	}
	return e.store.AppointmentsOn(ctx, []string{officeID}, today.At(0, loc), today.AddDays(1).At(0, loc))
}

// HandVisit is one visit that was served on paper while the program could not be
// reached.
type HandVisit struct {
	ServiceID string
	Reference string // of the appointment, "" for a walk-in
	// Minutes of the day on the office's clock; a visit that nobody came for has
	// no Started and no Ended.
	Arrived, Started, Ended TimeOfDay
	NoShow                  bool
	Outcome                 OutcomeKind // "" means settled
}

// maxByHand bounds how many visits are entered at once.
const maxByHand = 50

// EnterDayByHand enters visits of one day of an office that were served at a
// desk by hand (see EnterByHand). All of them are checked before the first is
// entered. It returns their tickets.
//
// InvalidError names the rows as "rows.3.started"; ErrNotFound for others'
// offices. A row whose appointment has a ticket already is "served_already".
func (e *Engine) EnterDayByHand(ctx context.Context, deskID string, date Date, visits []HandVisit, by Actor) ([]Ticket, error) {
	desk, _, err := e.staffDesk(ctx, deskID, by)
	if err != nil {
		return nil, fmt.Errorf("enter by hand: %w", err)
	}
	hand, err := e.handDay(desk, date)
	if err != nil {
		return nil, err
	}
	if err := hand.check(ctx, visits); err != nil {
		return nil, err
	}
	var out []Ticket
	for i := range visits {
		t, err := e.EnterByHand(ctx, hand.visit(&visits[i]), by)
		if err != nil {
			return out, err
		}
		out = append(out, t)
	}
	return out, nil
}

// handDay is what entering visits of one desk and day knows.
type handDay struct {
	e    *Engine
	c    *Catalogue
	desk *Desk
	date Date
	loc  *time.Location
}

func (e *Engine) handDay(desk *Desk, date Date) (*handDay, error) {
	c := e.known()
	o, err := c.Office(desk.OfficeID)
	if err != nil {
		return nil, err
	}
	today, loc, err := e.officeToday(o)
	if err != nil {
		return nil, err
	}
	if date.After(today) || date.Before(today.AddDays(-6)) {
		return nil, Invalid("date", "out_of_range", "want today or one of the 6 days before")
	}
	return &handDay{e, c, desk, date, loc}, nil
}

func (h *handDay) check(ctx context.Context, visits []HandVisit) error {
	bad := &InvalidError{}
	if len(visits) == 0 || len(visits) > maxByHand {
		bad.Add("rows", "out_of_range", "want 1 to %d rows", maxByHand)
	}
	seen := map[string]bool{}
	for i := range visits {
		v := &visits[i]
		field := func(name string) string { return fmt.Sprintf("rows.%d.%s", i+1, name) }
		if p, err := h.c.servingPool(h.desk.OfficeID, v.ServiceID, h.desk.PoolID); err != nil || p.ID != h.desk.PoolID {
			bad.Add(field("service"), "not_offered", "the desk does not serve this")
		}
		h.checkTimes(bad, v, field)
		if v.Reference == "" {
			continue
		}
		a, err := h.appointment(ctx, v)
		switch {
		case errors.Is(err, ErrNotFound):
			bad.Add(field("reference"), "unknown", "no such appointment in this office that day")
		case errors.Is(err, ErrInvalidState) || err == nil && seen[a.ID]:
			bad.Add(field("reference"), "served_already", "the appointment has a ticket or is over")
		case err != nil:
			return err
		}
		seen[a.ID] = true
	}
	return bad.OrNil()
}

func (h *handDay) checkTimes(bad *InvalidError, v *HandVisit, field func(string) string) {
	if h.date.At(v.Arrived, h.loc).After(h.e.now()) {
		bad.Add(field("arrived"), "future", "that time has not come")
	}
	if v.NoShow {
		return
	}
	if v.Started < v.Arrived {
		bad.Add(field("started"), "before_from", "before the arrival")
	}
	if v.Ended <= v.Started {
		bad.Add(field("ended"), "before_from", "not after the start")
	}
	if h.date.At(v.Ended, h.loc).After(h.e.now()) {
		bad.Add(field("ended"), "future", "that time has not come")
	}
	switch v.Outcome {
	case "":
		v.Outcome = OutcomeSettled
	case OutcomeSettled, OutcomeComeBack, OutcomeFileOpened, OutcomeSentTo:
	default:
		bad.Add(field("outcome"), "unknown", "want settled, come_back, file_opened or sent_to")
	}
}

// appointment finds the appointment of a row. ErrInvalidState when it has a
// ticket or is over.
func (h *handDay) appointment(ctx context.Context, v *HandVisit) (Appointment, error) {
	reference, err := ParseReference(v.Reference)
	if err != nil {
		return Appointment{}, ErrNotFound
	}
	a, err := h.e.store.AppointmentByReference(ctx, reference)
	if err == nil && (a.OfficeID != h.desk.OfficeID || a.Place.Date != h.date) {
		err = ErrNotFound
	}
	if err != nil {
		return Appointment{}, err
	}
	if a.Status != StatusBooked && a.Status != StatusPending {
		return a, ErrInvalidState
	}
	if _, err := h.e.store.TicketOf(ctx, a.ID); !errors.Is(err, ErrNotFound) {
		if err == nil {
			err = ErrInvalidState
		}
		return a, err
	}
	return a, nil
}

// visit is a row with the instants that its times are.
func (h *handDay) visit(v *HandVisit) ByHand {
	at := func(m TimeOfDay) time.Time { return h.date.At(m, h.loc).UTC() }
	out := ByHand{DeskID: h.desk.ID, ServiceID: v.ServiceID, Reference: v.Reference, ArrivedAt: at(v.Arrived), NoShow: v.NoShow}
	if v.NoShow {
		out.CalledAt, out.EndedAt = out.ArrivedAt, out.ArrivedAt
		return out
	}
	out.CalledAt, out.EndedAt, out.Outcome = at(v.Started), at(v.Ended), Outcome{Kind: v.Outcome}
	return out
}
