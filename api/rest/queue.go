package rest

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"mawid/scheduler"
)

// queue is an office's waiting room at one moment.
type queue struct {
	Office   string       `json:"office"`
	Date     string       `json:"date" format:"date"`
	TimeZone string       `json:"time_zone"`
	At       string       `json:"at" format:"date-time"`
	Version  int64        `json:"version" doc:"Rises with every change; the id of events."`
	Desks    []desk       `json:"desks" nullable:"false"`
	Waiting  []lineTicket `json:"waiting" nullable:"false" doc:"In the order in which they will be called, queue by queue."`
	Calls    []queueCall  `json:"calls" nullable:"false" doc:"The last ones, the newest first."`
	Parked   []ticket     `json:"parked,omitempty" nullable:"false" doc:"For staff only."`
}

// lineTicket is one who waits, as anybody in the room may see it.
type lineTicket struct {
	Number   string  `json:"number"`
	Service  string  `json:"service"`
	Position int     `json:"position"`
	Wait     wait    `json:"wait"`
	Ticket   *ticket `json:"ticket,omitempty" doc:"For staff only."`
}

// queueCall is one call, as the board shows it.
type queueCall struct {
	Number   string `json:"number"`
	Desk     int    `json:"desk"`
	CalledAt string `json:"called_at" format:"date-time"`
	Calls    int    `json:"calls" doc:"How often it was called to this desk."`
	State    string `json:"state"`
}

func isNobody(err error) bool { return errors.Is(err, scheduler.ErrNobodyWaits) }

func (a *api) queues(h huma.API) {
	op := operation(h, "get-queue", http.MethodGet, "/v1/offices/{id}/queue",
		"The waiting room now: numbers for everybody, names and ids for staff of the office",
		http.StatusNotFound, http.StatusUnprocessableEntity)
	huma.Register(h, op, call(func(ctx context.Context, in *byID) (*one[queue], error) {
		if !wellFormed(in.ID) {
			return nil, scheduler.ErrNotFound
		}
		n := a.namer(ctx)
		q, err := a.queueOf(ctx, n, in.ID, mayWork(ctx, in.ID))
		if err != nil {
			return nil, err
		}
		return &one[queue]{n.header(), cacheNever, q}, nil
	}))
}

func (a *api) queueOf(ctx context.Context, n *namer, officeID string, staff bool) (queue, error) {
	v, err := a.engine.Queue(ctx, officeID)
	if err != nil {
		return queue{}, err
	}
	return a.queueShown(ctx, n, &v, staff)
}

// queueShown shows a view; what only staff may see is left out for others.
func (a *api) queueShown(ctx context.Context, n *namer, v *scheduler.QueueView, staff bool) (queue, error) {
	c, err := a.catalogue(ctx)
	if err != nil {
		return queue{}, err
	}
	o, err := c.Office(v.OfficeID)
	if err != nil {
		return queue{}, err
	}
	loc, err := a.zone(o.Zone)
	if err != nil {
		return queue{}, err
	}
	out := queue{
		Office: v.OfficeID, Date: v.Date.String(), TimeZone: o.Zone, At: stamp(v.At, loc), Version: v.Version,
		Desks: []desk{}, Waiting: []lineTicket{}, Calls: []queueCall{},
	}
	for _, d := range v.Desks {
		shown, err := a.deskOf(n, c, &d, staff)
		if err != nil {
			return out, err
		}
		out.Desks = append(out.Desks, shown)
	}
	for _, w := range v.Waiting {
		line := lineTicket{Number: w.Number, Service: w.ServiceID, Position: w.Position, Wait: *waitOf(w.Wait)}
		if staff {
			t, err := a.ticketOf(n, c, &scheduler.TicketStatus{Ticket: w.Ticket, Position: w.Position, Wait: w.Wait}, true)
			if err != nil {
				return out, err
			}
			line.Ticket = &t
		}
		out.Waiting = append(out.Waiting, line)
	}
	for _, k := range v.Calls {
		out.Calls = append(out.Calls, queueCall{k.Ticket.Number, k.Desk, stamp(k.Ticket.CalledAt, loc), k.Ticket.Calls, string(k.Ticket.State)})
	}
	return out, a.addParked(n, c, v, staff, &out)
}

func (a *api) addParked(n *namer, c *scheduler.Catalogue, v *scheduler.QueueView, staff bool, out *queue) error {
	for _, p := range v.Parked {
		if !staff {
			return nil
		}
		t, err := a.ticketOf(n, c, &scheduler.TicketStatus{Ticket: p}, true)
		if err != nil {
			return err
		}
		out.Parked = append(out.Parked, t)
	}
	return nil
}

func (a *api) deskOf(n *namer, c *scheduler.Catalogue, d *scheduler.DeskView, staff bool) (desk, error) {
	out := desk{Number: d.Number, Open: d.State.Open}
	if staff {
		out.ID, out.Agent = d.ID, d.State.StaffID
	}
	if d.Ticket == nil {
		return out, nil
	}
	t, err := a.ticketOf(n, c, &scheduler.TicketStatus{Ticket: *d.Ticket, DeskNumber: d.Number}, staff)
	if !staff {
		t.ID = "" // it opens the person's page
	}
	out.Ticket = &t
	return out, err
}
