package scheduler

import "time"

// TicketState is where a ticket stands.
type TicketState string

// The states of contract.md. A ticket that was transferred waits in its new
// queue; that it came from elsewhere is in its story.
const (
	TicketWaiting  TicketState = "waiting"
	TicketCalled   TicketState = "called"
	TicketServing  TicketState = "serving"
	TicketParked   TicketState = "parked" // away for a moment; keeps its place
	TicketFinished TicketState = "finished"
	TicketNoShow   TicketState = "no_show"
)

// Open reports whether the person is still to be served.
func (s TicketState) Open() bool {
	return s == TicketWaiting || s == TicketCalled || s == TicketServing || s == TicketParked
}

// AtDesk reports whether a desk is taken up by the ticket.
func (s TicketState) AtDesk() bool { return s == TicketCalled || s == TicketServing }

// Ticket is one person's (or party's) visit to a waiting room on one day. It
// stays the same ticket when it goes to another service, pool or office.
type Ticket struct {
	ID       string // unguessable: whoever has it may see position and wait
	OfficeID string
	PoolID   string
	Date     Date   // in the office's calendar
	Number   string // what is called out, such as "A017"; unique in the office that day
	// ServiceID is what is done now or next; Next are further services of the visit.
	ServiceID string
	Next      []string
	// AppointmentID is "" for a walk-in.
	AppointmentID string
	Citizen       Citizen // all of it may be empty for a walk-in
	Party         int
	// Group is the priority group that an agent agreed to, AskedGroup the one
	// that the person asked for at the kiosk. "" for none.
	Group, AskedGroup string

	State   TicketState
	DeskID  string // where it was called last, "" before
	StaffID string // who called it last
	// ArrivedAt, and what order is made from; see QueuePolicy.SetDues. UTC.
	ArrivedAt time.Time
	PlainDue  time.Time // without the credit of a group
	Due       time.Time // with it
	GuardAt   time.Time // from here on it goes before whoever has not waited so long
	Since     time.Time // when the present state began
	CalledAt  time.Time // the last call; zero before
	FirstCall time.Time // the first call; zero before
	Calls     int       // of the present call, recalls included
	// CallReason says why it was called when it was.
	CallReason CallReason
	Outcome    Outcome // of the service finished last
	// Forecast is the wait that was foretold on arrival.
	Forecast Wait
	Revision int // rises by one with every step
}

// WalkIn reports whether the person came without an appointment.
func (t *Ticket) WalkIn() bool { return t.AppointmentID == "" }

// CallReason says why a ticket was called before others.
type CallReason string

// The reasons of a call.
const (
	CallOrder    CallReason = "order"    // nobody was due earlier
	CallPriority CallReason = "priority" // the credit of its group put it before somebody
	CallWaited   CallReason = "waited"   // it had waited longer than the guard allows
	CallChosen   CallReason = "chosen"   // a member of staff called this one
)

// Outcome is what came of a visit to a desk.
type Outcome struct {
	Kind      OutcomeKind
	Note      string // what to bring; no personal data is asked for
	On        Date   // when to come back; zero when not said
	OfficeID  string // where somebody was sent
	ServiceID string
}

// OutcomeKind is a stable word for what came of it.
type OutcomeKind string

// The outcomes.
const (
	OutcomeSettled    OutcomeKind = "settled"
	OutcomeComeBack   OutcomeKind = "come_back"
	OutcomeFileOpened OutcomeKind = "file_opened"
	OutcomeSentTo     OutcomeKind = "sent_to"
	OutcomeUnknown    OutcomeKind = "unknown" // the day ended before anybody said
)

// Wait is a range for how long it takes until somebody is called: low is
// exceeded half of the time, high one time in five.
type Wait struct{ Low, High time.Duration }

// TicketStep is one step of a ticket's story, kept for ever and never changed.
// A step begins a period of its State, which lasts until the next step: so the
// periods of a ticket have neither gap nor overlap.
type TicketStep struct {
	TicketID  string
	Seq       int // the ticket's revision after the step, from 1
	OfficeID  string
	PoolID    string
	ServiceID string
	Date      Date
	At        time.Time // UTC
	What      StepKind
	State     TicketState // after the step
	DeskID    string      // of a ticket at a desk, else ""
	Actor     string      // "citizen", "kiosk", "system" or "staff:<id>"
	// Reason: of a call its CallReason, of a finish its OutcomeKind, of a
	// priority the group, of an undo the step that was taken back.
	Reason string
}

// StepKind is what was done.
type StepKind string

// The steps.
const (
	StepArrived     StepKind = "arrived"
	StepCalled      StepKind = "called"
	StepRecalled    StepKind = "recalled"
	StepStarted     StepKind = "started"
	StepFinished    StepKind = "finished"
	StepParked      StepKind = "parked"
	StepReturned    StepKind = "returned"
	StepTransferred StepKind = "transferred"
	StepNoShow      StepKind = "no_show"
	StepPriority    StepKind = "priority"
	StepServices    StepKind = "services" // a further service was added to the visit
	StepUndone      StepKind = "undone"
)

// Queue is what a pool's queue keeps on one date beside its tickets.
type Queue struct {
	PoolID     string
	OfficeID   string
	Date       Date
	Version    int64 // rises with every step of one of its tickets; 0: not stored yet
	LastNumber int   // of the tickets drawn
	CreditUsed bool  // the last call put a credited ticket before somebody
}

// QueueChange bumps a queue's version, and with Number > 0 takes that number,
// which must be the one after the last.
type QueueChange struct {
	PoolID   string
	OfficeID string
	Date     Date
	Number   int
	New      bool // the queue was not stored when it was read
}
