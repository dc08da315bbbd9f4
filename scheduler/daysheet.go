package scheduler

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// DaySheet is what an office needs of its day to go on by hand when the program
// cannot be reached. It holds names: it is for staff of the office.
type DaySheet struct {
	OfficeID string
	Date     Date
	At       time.Time // when this was true
	// Appointments of the day in order of their start, without those that nobody
	// will come for: cancelled, displaced, held.
	Appointments []Appointment
	Tickets      map[string]Ticket // of appointments that arrived, by the appointment's id
	WalkIns      []Ticket          // open tickets without an appointment, by arrival
	Note         string            // of the day; the caller's to fill
}

// Empty reports whether nobody is expected and nobody waits.
func (s *DaySheet) Empty() bool { return len(s.Appointments) == 0 && len(s.WalkIns) == 0 }

// DaySheet returns the sheet of an office's today, to staff of the office only.
func (e *Engine) DaySheet(ctx context.Context, officeID string, by Actor) (DaySheet, error) {
	if _, err := staffName(by, officeID); err != nil {
		return DaySheet{}, fmt.Errorf("day sheet: %w", err)
	}
	return e.MorningSheet(ctx, officeID)
}

// MorningSheet is DaySheet for the program itself, which writes it into a file
// that only who runs the machine can read.
func (e *Engine) MorningSheet(ctx context.Context, officeID string) (DaySheet, error) {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return DaySheet{}, err
	}
	o, err := c.Office(officeID)
	if err != nil {
		return DaySheet{}, fmt.Errorf("day sheet: %w", err)
	}
	today, loc, err := e.officeToday(o)
	if err != nil {
		return DaySheet{}, err
	}
	s := DaySheet{OfficeID: o.ID, Date: today, At: e.now(), Tickets: map[string]Ticket{}}
	if s.Appointments, err = e.store.AppointmentsOn(ctx, []string{o.ID}, today.At(0, loc), today.AddDays(1).At(0, loc)); err != nil {
		return s, fmt.Errorf("day sheet: %w", err)
	}
	s.Appointments = slices.DeleteFunc(s.Appointments, func(a Appointment) bool {
		return a.Status == StatusCancelled || a.Status == StatusDisplaced || a.Status == StatusHeld
	})
	tickets, err := e.store.OfficeTickets(ctx, o.ID, today)
	if err != nil {
		return s, fmt.Errorf("day sheet: %w", err)
	}
	for _, t := range tickets {
		switch {
		case t.AppointmentID != "":
			s.Tickets[t.AppointmentID] = t
		case t.State.Open():
			s.WalkIns = append(s.WalkIns, t)
		}
	}
	return s, nil
}
