package store

import (
	"context"
	"strings"
	"time"

	"mawid/scheduler"
)

const ticketColumns = "id, office_id, pool_id, date, number, service_id, next_services, appointment_id," +
	" name, email, phone, language, citizen_zone, party, priority_group, asked_group," +
	" state, desk_id, at_desk, staff_id, arrived_at, plain_due_at, due_at, guard_at, since_at," +
	" called_at, first_call_at, calls, call_reason," +
	" outcome, outcome_note, outcome_on, outcome_office, outcome_service, wait_low, wait_high, revision"

type ticketRow struct {
	ID             string `db:"id"`
	OfficeID       string `db:"office_id"`
	PoolID         string `db:"pool_id"`
	Date           string `db:"date"`
	Number         string `db:"number"`
	ServiceID      string `db:"service_id"`
	Next           string `db:"next_services"`
	AppointmentID  string `db:"appointment_id"`
	Name           string `db:"name"`
	Email          string `db:"email"`
	Phone          string `db:"phone"`
	Language       string `db:"language"`
	CitizenZone    string `db:"citizen_zone"`
	Party          int    `db:"party"`
	Group          string `db:"priority_group"`
	AskedGroup     string `db:"asked_group"`
	State          string `db:"state"`
	DeskID         string `db:"desk_id"`
	AtDesk         string `db:"at_desk"`
	StaffID        string `db:"staff_id"`
	ArrivedAt      int64  `db:"arrived_at"`
	PlainDueAt     int64  `db:"plain_due_at"`
	DueAt          int64  `db:"due_at"`
	GuardAt        int64  `db:"guard_at"`
	SinceAt        int64  `db:"since_at"`
	CalledAt       int64  `db:"called_at"`
	FirstCallAt    int64  `db:"first_call_at"`
	Calls          int    `db:"calls"`
	CallReason     string `db:"call_reason"`
	Outcome        string `db:"outcome"`
	OutcomeNote    string `db:"outcome_note"`
	OutcomeOn      string `db:"outcome_on"`
	OutcomeOffice  string `db:"outcome_office"`
	OutcomeService string `db:"outcome_service"`
	WaitLow        int64  `db:"wait_low"`
	WaitHigh       int64  `db:"wait_high"`
	Revision       int    `db:"revision"`
}

func (r *ticketRow) ticket() (scheduler.Ticket, error) {
	date, err := readDate(r.Date)
	if err != nil {
		return scheduler.Ticket{}, err
	}
	on, err := readDate(r.OutcomeOn)
	return scheduler.Ticket{
		ID: r.ID, OfficeID: r.OfficeID, PoolID: r.PoolID, Date: date, Number: r.Number,
		ServiceID: r.ServiceID, Next: splitIDs(r.Next), AppointmentID: r.AppointmentID,
		Citizen: scheduler.Citizen{
			Name: r.Name, Email: r.Email, Phone: r.Phone, Language: r.Language, Zone: r.CitizenZone,
		},
		Party: r.Party, Group: r.Group, AskedGroup: r.AskedGroup, State: scheduler.TicketState(r.State),
		DeskID: r.DeskID, StaffID: r.StaffID, ArrivedAt: instant(r.ArrivedAt), PlainDue: instant(r.PlainDueAt),
		Due: instant(r.DueAt), GuardAt: instant(r.GuardAt), Since: instant(r.SinceAt), CalledAt: instant(r.CalledAt),
		FirstCall: instant(r.FirstCallAt), Calls: r.Calls, CallReason: scheduler.CallReason(r.CallReason),
		Outcome: scheduler.Outcome{
			Kind: scheduler.OutcomeKind(r.Outcome), Note: r.OutcomeNote, On: on,
			OfficeID: r.OutcomeOffice, ServiceID: r.OutcomeService,
		},
		Forecast: scheduler.Wait{Low: span(r.WaitLow), High: span(r.WaitHigh)}, Revision: r.Revision,
	}, err
}

// ticketValues are in the order of ticketColumns.
func ticketValues(t *scheduler.Ticket) []any {
	c, o := &t.Citizen, &t.Outcome
	atDesk := ""
	if t.State.AtDesk() {
		atDesk = t.DeskID
	}
	return []any{
		t.ID, t.OfficeID, t.PoolID, dateText(t.Date), t.Number, t.ServiceID, strings.Join(t.Next, idSeparator), t.AppointmentID,
		c.Name, c.Email, c.Phone, c.Language, c.Zone, t.Party, t.Group, t.AskedGroup,
		string(t.State), t.DeskID, atDesk, t.StaffID, micros(t.ArrivedAt), micros(t.PlainDue), micros(t.Due), micros(t.GuardAt),
		micros(t.Since), micros(t.CalledAt), micros(t.FirstCall), t.Calls, string(t.CallReason),
		string(o.Kind), o.Note, dateText(o.On), o.OfficeID, o.ServiceID,
		t.Forecast.Low.Microseconds(), t.Forecast.High.Microseconds(), t.Revision,
	}
}

// idSeparator stands between ids in one column; no id holds it.
const idSeparator = "\n"

func splitIDs(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, idSeparator)
}

func span(us int64) time.Duration { return time.Duration(us) * time.Microsecond }

const ticketStepColumns = "ticket_id, seq, office_id, pool_id, service_id, date, happened_at, what, state, desk_id, actor, reason"

type ticketStepRow struct {
	TicketID  string `db:"ticket_id"`
	Seq       int    `db:"seq"`
	OfficeID  string `db:"office_id"`
	PoolID    string `db:"pool_id"`
	ServiceID string `db:"service_id"`
	Date      string `db:"date"`
	At        int64  `db:"happened_at"`
	What      string `db:"what"`
	State     string `db:"state"`
	DeskID    string `db:"desk_id"`
	Actor     string `db:"actor"`
	Reason    string `db:"reason"`
}

func (r *ticketStepRow) step() (scheduler.TicketStep, error) {
	date, err := readDate(r.Date)
	return scheduler.TicketStep{
		TicketID: r.TicketID, Seq: r.Seq, OfficeID: r.OfficeID, PoolID: r.PoolID, ServiceID: r.ServiceID, Date: date,
		At: instant(r.At), What: scheduler.StepKind(r.What), State: scheduler.TicketState(r.State), DeskID: r.DeskID,
		Actor: r.Actor, Reason: r.Reason,
	}, err
}

// ticketStepValues are in the order of ticketStepColumns.
func ticketStepValues(s *scheduler.TicketStep) []any {
	return []any{
		s.TicketID, s.Seq, s.OfficeID, s.PoolID, s.ServiceID, dateText(s.Date), micros(s.At), string(s.What),
		string(s.State), s.DeskID, s.Actor, s.Reason,
	}
}

// Ticket returns a ticket, or ErrNotFound.
func (db *DB) Ticket(ctx context.Context, id string) (scheduler.Ticket, error) {
	t, err := readOne(ctx, db.read.selectRows, (*ticketRow).ticket, "SELECT "+ticketColumns+" FROM tickets WHERE id = ?", id)
	return wrap(ctx, db, "read ticket", t, err)
}

// TicketOf returns the ticket of an appointment, or ErrNotFound.
func (db *DB) TicketOf(ctx context.Context, appointmentID string) (scheduler.Ticket, error) {
	t, err := readOne(ctx, db.read.selectRows, (*ticketRow).ticket,
		"SELECT "+ticketColumns+" FROM tickets WHERE appointment_id = ? AND appointment_id <> ''", appointmentID)
	return wrap(ctx, db, "read ticket of appointment", t, err)
}

// TicketSteps returns the story of a ticket from its first step.
func (db *DB) TicketSteps(ctx context.Context, ticketID string) ([]scheduler.TicketStep, error) {
	all, err := readAll(ctx, db.read.selectRows, (*ticketStepRow).step,
		"SELECT "+ticketStepColumns+" FROM ticket_steps WHERE ticket_id = ? ORDER BY seq", ticketID)
	return wrap(ctx, db, "read story of ticket", all, err)
}

// Stories returns the steps of all tickets that have one in the office on
// from ≤ date ≤ to, by ticket and number.
func (db *DB) Stories(ctx context.Context, officeID string, from, to scheduler.Date) ([]scheduler.TicketStep, error) {
	all, err := readAll(ctx, db.read.selectRows, (*ticketStepRow).step,
		"SELECT "+ticketStepColumns+" FROM ticket_steps WHERE ticket_id IN"+
			" (SELECT ticket_id FROM ticket_steps WHERE office_id = ? AND date >= ? AND date <= ?) ORDER BY ticket_id, seq",
		officeID, dateText(from), upTo(to))
	return wrap(ctx, db, "read stories", all, err)
}

// OpenTickets returns the tickets of an office's day that are open, and those
// that were called at calledSince or later, by arrival.
func (db *DB) OpenTickets(
	ctx context.Context, officeID string, date scheduler.Date, calledSince time.Time,
) ([]scheduler.Ticket, error) {
	all, err := readAll(ctx, db.read.selectRows, (*ticketRow).ticket,
		"SELECT "+ticketColumns+" FROM tickets WHERE office_id = ? AND date = ?"+
			" AND (state IN ('waiting', 'called', 'serving', 'parked') OR called_at >= ?) ORDER BY arrived_at, number, id",
		officeID, dateText(date), micros(calledSince))
	return wrap(ctx, db, "read open tickets", all, err)
}

// OfficeTickets returns all tickets of an office's day by arrival.
func (db *DB) OfficeTickets(ctx context.Context, officeID string, date scheduler.Date) ([]scheduler.Ticket, error) {
	all, err := readAll(ctx, db.read.selectRows, (*ticketRow).ticket,
		"SELECT "+ticketColumns+" FROM tickets WHERE office_id = ? AND date = ? ORDER BY arrived_at, number, id", officeID, dateText(date))
	return wrap(ctx, db, "read tickets of office", all, err)
}

// TicketsBetween returns the tickets that were at an office on from ≤ date ≤ to,
// by arrival.
func (db *DB) TicketsBetween(ctx context.Context, officeID string, from, to scheduler.Date) ([]scheduler.Ticket, error) {
	all, err := readAll(ctx, db.read.selectRows, (*ticketRow).ticket,
		"SELECT "+ticketColumns+" FROM tickets WHERE id IN"+
			" (SELECT ticket_id FROM ticket_steps WHERE office_id = ? AND date >= ? AND date <= ?) ORDER BY arrived_at, number, id",
		officeID, dateText(from), upTo(to))
	return wrap(ctx, db, "read tickets of days", all, err)
}

// AppointmentByReference finds by the written form, or ErrNotFound.
func (db *DB) AppointmentByReference(ctx context.Context, reference string) (scheduler.Appointment, error) {
	return db.appointment(ctx, "reference = ?", reference)
}
