package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// CheckIn notes that the person of an appointment is there, and gives the
// ticket. Staff and the kiosk of the office may on the day; the person, by the
// manage token, from QueuePolicy.CheckInEarly before. Doing it twice gives the
// same ticket. ErrInvalidState on another day, too early, or when the
// appointment is over or cancelled.
func (e *Engine) CheckIn(ctx context.Context, appointmentID string, by Actor) (Ticket, error) {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return Ticket{}, err
	}
	id, err := e.newID("tkt")
	if err != nil {
		return Ticket{}, err
	}
	var t Ticket
	err = e.decide(ctx, "arrival "+appointmentID, func() (Change, error) {
		if t, err = e.store.TicketOf(ctx, appointmentID); err == nil {
			if e.mayArrive(&t, by) {
				return Change{}, errNothingToDo
			}
		} else if !errors.Is(err, ErrNotFound) {
			return Change{}, err
		}
		a, err := e.store.Appointment(ctx, appointmentID)
		if err != nil {
			return Change{}, err
		}
		change, err := e.checkIn(ctx, c, id, a, by)
		if err == nil {
			t = change.NewTickets[0]
		}
		return change, err
	})
	if err != nil && !errors.Is(err, errNothingToDo) {
		return Ticket{}, fmt.Errorf("check in: %w", err)
	}
	return t, nil
}

// mayArrive reports whether the actor may learn the ticket of an appointment.
func (e *Engine) mayArrive(t *Ticket, by Actor) bool {
	return by.Staff.MaySee(t.OfficeID) || e.isKiosk(by, t.OfficeID) || by.ManageToken == e.ManageToken(t.AppointmentID)
}

func (e *Engine) checkIn(ctx context.Context, c *Catalogue, id string, a Appointment, by Actor) (Change, error) {
	actor, err := e.arrivalActor(&a, by)
	if err != nil {
		return Change{}, err
	}
	office, err := c.Office(a.OfficeID)
	if err != nil {
		return Change{}, err
	}
	date, _, err := e.officeToday(office)
	if err != nil {
		return Change{}, err
	}
	if a.Channel.Remote() {
		return Change{}, fmt.Errorf("check-in of an appointment by %s: %w", a.Channel, ErrInvalidState)
	}
	if a.Place.Date != date || a.Status != StatusBooked && a.Status != StatusPending {
		return Change{}, fmt.Errorf("appointment of %s that is %s: %w", a.Place.Date, a.Status, ErrInvalidState)
	}
	pool, err := c.servingPool(a.OfficeID, a.ServiceID, a.Place.PoolID)
	if err != nil {
		return Change{}, err
	}
	t := Ticket{
		ID: id, OfficeID: a.OfficeID, PoolID: pool.ID, Date: date, ServiceID: a.ServiceID, AppointmentID: a.ID,
		Citizen: a.Citizen, Party: a.Party, ArrivedAt: e.now(),
	}
	return e.arrive(ctx, c, pool, t, a.StartsAt, 0, actor)
}

// arrivalActor says who checks in, or why they may not.
func (e *Engine) arrivalActor(a *Appointment, by Actor) (string, error) {
	switch {
	case by.Staff.MaySee(a.OfficeID):
		return "staff:" + by.Staff.ID, nil
	case e.isKiosk(by, a.OfficeID):
		return "kiosk", nil
	case !by.may(a):
		return "", ErrNotFound
	case e.now().Before(a.StartsAt.Add(-e.policy.Queue.CheckInEarly)):
		return "", fmt.Errorf("check-in before %s ahead of time: %w", e.policy.Queue.CheckInEarly, ErrInvalidState)
	}
	return "citizen", nil
}

// arrive starts the story of a ticket.
func (e *Engine) arrive(ctx context.Context, c *Catalogue, p *Pool, t Ticket, appointed time.Time, weight int, actor string) (Change, error) {
	queue, err := e.drawNumber(ctx, c, p, &t)
	if err != nil {
		return Change{}, err
	}
	e.policy.Queue.SetDues(&t, appointed, weight)
	s := t.move(StepArrived, TicketWaiting, t.ArrivedAt, actor)
	if err := e.promise(ctx, c, &t); err != nil {
		return Change{}, err
	}
	change := Change{NewTickets: []Ticket{t}, TicketSteps: []TicketStep{s}, Queues: []QueueChange{queue}}
	err = e.follow(ctx, &t, actor, &change)
	return change, err
}

// DrawRequest asks for a walk-in ticket.
type DrawRequest struct {
	OfficeID string
	// Services are what the person comes for, in the order in which to do them;
	// one at least.
	Services []string
	Group    string  // priority group; takes effect when staff draw the ticket
	Citizen  Citizen // all of it may be empty
	Party    int     // 0 means 1
	// Beyond lets staff draw a ticket that the day cannot serve by its figures.
	Beyond bool
}

// DrawTicket gives a walk-in ticket, to staff and the kiosk of the office.
// InvalidError; ErrNotFound for others' offices; ErrDayFull when the desks that
// are open cannot serve one more until the office closes, beside who waits and
// the appointments still to come; ErrWalkInsFull when QueuePolicy.WalkInShare of
// the day is given out. Outside of the hours only staff can draw one.
func (e *Engine) DrawTicket(ctx context.Context, r DrawRequest, by Actor) (Ticket, error) {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return Ticket{}, err
	}
	actor, err := e.drawActor(r.OfficeID, by)
	if err != nil {
		return Ticket{}, fmt.Errorf("draw ticket: %w", err)
	}
	pool, weight, err := e.checkDraw(c, &r)
	if err != nil {
		return Ticket{}, err
	}
	id, err := e.newID("tkt")
	if err != nil {
		return Ticket{}, err
	}
	var t Ticket
	tries := 0
	err = e.decide(ctx, "walk-ins of "+pool.ID, func() (Change, error) {
		if tries++; tries > 1 { // the answer to a commit may have been lost
			if t, err = e.store.Ticket(ctx, id); err == nil {
				return Change{}, errNothingToDo
			}
		}
		change, err := e.draw(ctx, c, pool, id, r, weight, actor)
		if err == nil {
			t = change.NewTickets[0]
		}
		return change, err
	})
	if err != nil && !errors.Is(err, errNothingToDo) {
		return Ticket{}, fmt.Errorf("draw ticket: %w", err)
	}
	return t, nil
}

func (e *Engine) drawActor(officeID string, by Actor) (string, error) {
	if e.isKiosk(by, officeID) {
		return "kiosk", nil
	}
	return staffName(by, officeID)
}

func (e *Engine) checkDraw(c *Catalogue, r *DrawRequest) (*Pool, int, error) {
	bad := &InvalidError{}
	if len(r.Services) == 0 || len(r.Services) > maxServices {
		return nil, 0, Invalid("service", "required", "from 1 to %d services", maxServices)
	}
	var pool *Pool
	for i, id := range r.Services {
		p, err := c.servingPool(r.OfficeID, id, "")
		if err != nil {
			bad.Add("service", "not_offered", "the office does not offer this service")
		}
		if i == 0 {
			pool = p
		}
	}
	r.Party = persons(r.Party)
	if r.Party < 1 || r.Party > e.policy.MaxParty {
		bad.Add("party_size", "out_of_range", "from 1 to %d", e.policy.MaxParty)
	}
	weight, err := c.groupWeight(r.Group)
	if err != nil {
		bad.Add("priority", "unknown", "no such priority group")
	}
	CheckText(bad, "citizen.name", r.Citizen.Name, MaxName)
	CheckText(bad, "citizen.language", r.Citizen.Language, 35) // RFC 5646, 4.4.1
	if r.Citizen.Email != "" && !validEmail(r.Citizen.Email) {
		bad.Add("citizen.email", "invalid_email", "want an address such as name@example.org")
	}
	if r.Citizen.Phone != "" && !validE164(r.Citizen.Phone) {
		bad.Add("citizen.phone", "invalid_phone", "want E.164, such as +33612345678")
	}
	return pool, weight, bad.OrNil()
}

func (e *Engine) draw(ctx context.Context, c *Catalogue, p *Pool, id string, r DrawRequest, weight int, actor string) (Change, error) {
	office, err := c.Office(r.OfficeID)
	if err != nil {
		return Change{}, err
	}
	date, _, err := e.officeToday(office)
	if err != nil {
		return Change{}, err
	}
	t := Ticket{
		ID: id, OfficeID: r.OfficeID, PoolID: p.ID, Date: date, ServiceID: r.Services[0], Next: r.Services[1:],
		Citizen: r.Citizen, Party: r.Party, AskedGroup: r.Group, ArrivedAt: e.now(),
	}
	if err := e.fits(ctx, c, office, p, r, actor); err != nil {
		return Change{}, err
	}
	if actor == "kiosk" {
		weight = 0 // an agent agrees to it later
	} else {
		t.Group = r.Group
	}
	return e.arrive(ctx, c, p, t, time.Time{}, weight, actor)
}
