package rest

import (
	"context"
	"time"

	"mawid/scheduler"
)

// ticket is one visit to a waiting room. What stands in staff is shown to the
// staff of its office only.
type ticket struct {
	ID          string       `json:"id,omitempty" doc:"Unguessable; whoever knows it may see this. Absent where everybody sees the ticket."`
	Number      string       `json:"number" example:"A017" doc:"What is called out."`
	State       string       `json:"state" doc:"waiting, called, serving, parked, finished or no_show." example:"waiting"`
	Office      string       `json:"office"`
	OfficeName  string       `json:"office_name"`
	Service     string       `json:"service"`
	ServiceName string       `json:"service_name"`
	Further     []string     `json:"further_services,omitempty" nullable:"false" doc:"Ids of what is done after it in the same visit."`
	Position    int          `json:"position,omitempty" doc:"In its queue, from 1, while it waits."`
	Wait        *wait        `json:"wait,omitempty" doc:"While it waits."`
	Desk        int          `json:"desk,omitempty" doc:"Number of the desk, while it is called or served."`
	ArrivedAt   string       `json:"arrived_at" format:"date-time"`
	Calls       int          `json:"calls,omitempty" doc:"How often it was called to the desk."`
	TimeZone    string       `json:"time_zone"`
	Revision    int          `json:"revision"`
	Staff       *ticketStaff `json:"staff,omitempty"`
}

// wait is how long it may take until the call, in minutes.
type wait struct {
	Low  int `json:"low" doc:"Exceeded half of the time."`
	High int `json:"high" doc:"Exceeded one time in five."`
}

// ticketStaff is what only staff see of a ticket.
type ticketStaff struct {
	Name          string   `json:"name,omitempty"`
	Party         int      `json:"party_size"`
	Appointment   string   `json:"appointment,omitempty" doc:"Id; absent for a walk-in."`
	Priority      string   `json:"priority,omitempty" doc:"Group that an agent agreed to."`
	AskedPriority string   `json:"asked_priority,omitempty" doc:"Group that the person asked for."`
	DueAt         string   `json:"due_at" format:"date-time" doc:"What the order of calls goes by."`
	Desk          string   `json:"desk,omitempty" doc:"Id of the desk it was called to last."`
	Agent         string   `json:"agent,omitempty" doc:"Id of who called it last."`
	CalledAt      string   `json:"called_at,omitempty" format:"date-time"`
	CallReason    string   `json:"call_reason,omitempty" doc:"order, priority, waited or chosen."`
	Outcome       *outcome `json:"outcome,omitempty"`
}

// outcome is what came of the service finished last.
type outcome struct {
	Kind    string `json:"kind" doc:"settled, come_back, file_opened, sent_to, or unknown when the day ended before anybody said."`
	Note    string `json:"note,omitempty"`
	On      string `json:"on,omitempty" format:"date"`
	Office  string `json:"office,omitempty"`
	Service string `json:"service,omitempty"`
}

type ticketAnswer struct {
	ContentLanguage string `header:"Content-Language"`
	Body            ticket
}

// minutes rounds a span up to whole minutes.
func minutes(d time.Duration) int { return int((d + time.Minute - 1) / time.Minute) }

func waitOf(w scheduler.Wait) *wait { return &wait{minutes(w.Low), minutes(w.High)} }

// ticketStatus reads where a ticket stands and shows it.
func (a *api) ticketStatus(ctx context.Context, id string) (*ticketAnswer, error) {
	if !wellFormed(id) {
		return nil, scheduler.ErrNotFound
	}
	s, err := a.engine.TicketStatus(ctx, id)
	if err != nil {
		return nil, err
	}
	return a.ticketShown(ctx, s)
}

func (a *api) ticketShown(ctx context.Context, s scheduler.TicketStatus) (*ticketAnswer, error) {
	did(ctx, s.OfficeID, s.ID)
	n := a.namer(ctx)
	c, err := a.catalogue(ctx)
	if err != nil {
		return nil, err
	}
	shown, err := a.ticketOf(n, c, &s, mayWork(ctx, s.OfficeID))
	return &ticketAnswer{n.header(), shown}, err
}

// mayWork reports whether the caller is staff of the office.
func mayWork(ctx context.Context, officeID string) bool {
	by, _ := ctx.Value(actorKey{}).(scheduler.Actor)
	return by.Staff.MaySee(officeID)
}

func (a *api) ticketOf(n *namer, c *scheduler.Catalogue, s *scheduler.TicketStatus, staff bool) (ticket, error) {
	out := ticket{
		ID: s.ID, Number: s.Number, State: string(s.State), Office: s.OfficeID, OfficeName: s.OfficeID,
		Service: s.ServiceID, ServiceName: s.ServiceID, Further: s.Next, Position: s.Position, Desk: s.DeskNumber,
		Calls: s.Calls, Revision: s.Revision,
	}
	zone := "UTC"
	if o, err := c.Office(s.OfficeID); err == nil {
		out.OfficeName, zone = n.name(o.Names), o.Zone
	}
	if service, err := c.Service(s.ServiceID); err == nil {
		out.ServiceName = n.name(service.Names)
	}
	loc, err := a.zone(zone)
	if err != nil {
		return out, err
	}
	out.TimeZone, out.ArrivedAt = zone, stamp(s.ArrivedAt, loc)
	if s.State == scheduler.TicketWaiting {
		out.Wait = waitOf(s.Wait)
	}
	if staff {
		out.Staff = staffPart(&s.Ticket, loc)
	}
	return out, nil
}

func staffPart(t *scheduler.Ticket, loc *time.Location) *ticketStaff {
	out := &ticketStaff{
		Name: t.Citizen.Name, Party: t.Party, Appointment: t.AppointmentID, Priority: t.Group, AskedPriority: t.AskedGroup,
		DueAt: stamp(t.Due, loc), Desk: t.DeskID, Agent: t.StaffID, CalledAt: stampOrNone(t.CalledAt, loc), CallReason: string(t.CallReason),
	}
	if o := t.Outcome; o.Kind != "" {
		out.Outcome = &outcome{Kind: string(o.Kind), Note: o.Note, Office: o.OfficeID, Service: o.ServiceID}
		if !o.On.IsZero() {
			out.Outcome.On = o.On.String()
		}
	}
	return out
}
