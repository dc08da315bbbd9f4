package scheduler

import (
	"context"
	"time"
)

// QueueStore is what the waiting room needs of storage, beside Commit.
type QueueStore interface {
	// CallNext takes the next waiting ticket of a pool to a desk, by the rule of
	// NextInLine, in one statement: two desks that call at once get two tickets.
	// ErrNobodyWaits; ErrInvalidState when somebody is at the desk already.
	CallNext(ctx context.Context, c Calling) (Ticket, error)
	// Ticket returns a ticket, or ErrNotFound.
	Ticket(ctx context.Context, id string) (Ticket, error)
	// TicketOf returns the ticket of an appointment, or ErrNotFound.
	TicketOf(ctx context.Context, appointmentID string) (Ticket, error)
	// TicketSteps returns the story of a ticket from its first step.
	TicketSteps(ctx context.Context, ticketID string) ([]TicketStep, error)
	// Stories returns the steps of all tickets that have one in the office on
	// from ≤ date ≤ to, by ticket and number.
	Stories(ctx context.Context, officeID string, from, to Date) ([]TicketStep, error)
	// OpenTickets returns the tickets of an office's day that are open, and those
	// that were called at calledSince or later, by arrival.
	OpenTickets(ctx context.Context, officeID string, date Date, calledSince time.Time) ([]Ticket, error)
	// OfficeTickets returns all tickets of an office's day by arrival.
	OfficeTickets(ctx context.Context, officeID string, date Date) ([]Ticket, error)
	// TicketsBetween returns the tickets that were at an office on from ≤ date ≤ to.
	TicketsBetween(ctx context.Context, officeID string, from, to Date) ([]Ticket, error)
	// Queues returns the stored queues of an office's day.
	Queues(ctx context.Context, officeID string, date Date) ([]Queue, error)
	// OfficeVersion rises with every step of every ticket and every change of a
	// desk of the office's day.
	OfficeVersion(ctx context.Context, officeID string, date Date) (int64, error)
	// DeskStates returns the desks of an office that were ever opened.
	DeskStates(ctx context.Context, officeID string) ([]DeskState, error)
	// SetDesk writes the state of a desk.
	SetDesk(ctx context.Context, d DeskState) error
	// AppointmentByReference finds by the written form, or ErrNotFound.
	AppointmentByReference(ctx context.Context, reference string) (Appointment, error)
	// AppointmentsOn returns the appointments of the offices that start at
	// from ≤ t < to, of every status, in order of their start.
	AppointmentsOn(ctx context.Context, offices []string, from, to time.Time) ([]Appointment, error)
}

// Calling is one call of the next ticket.
type Calling struct {
	PoolID   string
	OfficeID string
	Date     Date
	DeskID   string
	StaffID  string
	Actor    string // "staff:<id>"
	At       time.Time
}
