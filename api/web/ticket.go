package web

import (
	"time"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// ticketPage is one's place in the waiting room: whoever has the address may
// see it, and nothing on it says who it is.
type ticketPage struct {
	frame
	ID      string
	Number  string
	Office  name
	Service name
	State   scheduler.TicketState
	Ahead   int // who are called before
	Waits   bool
	Wait    string // worded range, "" when nothing can be said
	Desk    int    // while at a desk
	Soon    bool   // time to come back
	Told    bool   // a message will say so too
	Clock   string // when this was true, worded
	Events  string // address of the office's stream, "" when all is over
}

func (ticketPage) file() string { return "ticket" }

func (s *site) ticket(v *visit) error {
	private(v)
	t, err := s.Engine.TicketStatus(v.Context(), v.PathValue("ticket"))
	if err != nil {
		return wayOn(err, "/", "nav.home")
	}
	s.Limiter.Know(ticketHolder(t.ID), ticketHolder(t.ID))
	p, err := s.ticketPage(v, &t)
	if err != nil {
		return err
	}
	return s.show(v, 200, p)
}

func (s *site) ticketPage(v *visit, t *scheduler.TicketStatus) (ticketPage, error) {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return ticketPage{}, err
	}
	p := ticketPage{
		frame: s.frame(v, v.lang.Say("ticket.title", "number", t.Number)), ID: t.ID, Number: t.Number,
		Office: officeName(v.lang, c, t.OfficeID), Service: serviceName(v.lang, c, t.ServiceID),
		State: t.State, Waits: t.State == scheduler.TicketWaiting, Desk: t.DeskNumber, Clock: v.lang.Clock(s.now()),
	}
	s.uses(&p.frame, "room.css")
	if o, err := c.Office(t.OfficeID); err == nil {
		if loc, err := s.Zones.Load(o.Zone); err == nil {
			p.Clock = v.lang.Clock(s.now().In(loc))
		}
	}
	if t.State.Open() {
		p.Events, p.Refresh = eventsOf(t.OfficeID), 20
		s.uses(&p.frame, "live.js", "ticket.js")
	}
	if p.Waits {
		p.Ahead = max(t.Position-1, 0)
		p.Wait = waitWords(v.lang, t.Wait)
		policy := s.Engine.QueuePolicy()
		p.Told = policy.NearPlaces > 0 && (t.Citizen.Phone != "" || t.Citizen.Email != "")
		p.Soon = policy.Near(t.Position, t.Wait)
	}
	return p, nil
}

// waitWords is "de 10 à 25 minutes"; the range is rounded outwards to five
// minutes, so that it promises nothing that is not known.
func waitWords(l *locale.Language, w scheduler.Wait) string {
	const step = 5 * time.Minute
	if w.High <= 0 {
		return ""
	}
	low, high := int(w.Low/step)*5, int((w.High+step-1)/step)*5
	if low == 0 {
		return l.Say("ticket.wait_up_to", "high", l.Duration(high))
	}
	if high == low {
		high += 5
	}
	return l.Say("ticket.wait", "low", l.Duration(low), "high", l.Duration(high))
}

// arrive lets a person say on their own page that they are there, and leads to
// their ticket. Twice gives the same one.
func (s *site) arrive(v *visit) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	t, err := s.Engine.CheckIn(v.Context(), o.ID, o.actor())
	if err != nil {
		return wayOn(err, o.place, "manage.title")
	}
	return v.redirect("/t/" + t.ID)
}

// arrivalPart is what one's own page says about arriving.
type arrivalPart struct {
	Ticket string // place of the ticket, "" when there is none
	Here   string // place to say that one is there, "" when it is too early or over
}

func (s *site) arrival(v *visit, o *opened) (arrivalPart, error) {
	id, may, err := s.Engine.OwnArrival(v.Context(), o.Appointment)
	switch {
	case err != nil:
		return arrivalPart{}, err
	case id != "":
		return arrivalPart{Ticket: "/t/" + id}, nil
	case may:
		return arrivalPart{Here: o.place + "/check-in"}, nil
	}
	return arrivalPart{}, nil
}
