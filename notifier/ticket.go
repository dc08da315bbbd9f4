package notifier

import (
	"context"
	"fmt"
	"time"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// TicketSource reads the tickets that notices are about.
type TicketSource interface {
	// Ticket returns a ticket as it stands now, or scheduler.ErrNotFound.
	Ticket(ctx context.Context, id string) (scheduler.Ticket, error)
}

// Tickets are the subjects of the kind ticket. URL makes the address of a ticket's
// page.
type Tickets struct {
	Source    TicketSource
	Catalogue func(context.Context) (*scheduler.Catalogue, error)
	URL       func(ticketID string) string
	// OpinionURL makes the address where the visitor answers three questions.
	OpinionURL func(kind scheduler.OpinionKind, ticketID string) string
}

// Subject reads a ticket. It is read last, so that it is as new as can be.
func (s Tickets) Subject(ctx context.Context, id string) (Subject, error) {
	c, err := s.Catalogue(ctx)
	if err != nil {
		// Not wrapped in ErrNotFound: there is none yet, and there will be.
		return nil, fmt.Errorf("catalogue: %s", err)
	}
	t, err := s.Source.Ticket(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("ticket: %w", err)
	}
	opinion := ""
	if s.OpinionURL != nil {
		opinion = s.OpinionURL(scheduler.OpinionTicket, id)
	}
	return ticket{c, &t, s.URL(id), opinion}, nil
}

// ticket is the subject of a ticket's notices.
type ticket struct {
	c    *scheduler.Catalogue
	t    *scheduler.Ticket
	link string
	// opinion is where the visitor answers, or "".
	opinion string
}

// Recipient is who holds the ticket; who set no clock lives by the office's.
func (s ticket) Recipient() Recipient {
	c := s.t.Citizen
	r := Recipient{Name: c.Greeted(), Email: c.Email, Phone: c.Phone, Language: c.Language, Zone: c.Zone}
	if o, err := s.c.Office(s.t.OfficeID); c.Zone == "" && err == nil {
		r.Zone = o.Zone
	}
	return r
}

// Outdated: nobody is told to come who is served already, or has left; and nobody
// is asked whose visit goes on.
func (s ticket) Outdated(n scheduler.Notice, _ time.Time) string {
	if n.Kind == scheduler.NoticeQuestions {
		return unless(s.t.State == scheduler.TicketFinished && s.opinion != "", "not_served")
	}
	if s.t.State != scheduler.TicketWaiting && s.t.State != scheduler.TicketCalled {
		return "not_waiting"
	}
	return ""
}

// Words says the number and where to come.
func (s ticket) Words(l *locale.Language, n scheduler.Notice) Words {
	kind := "notice." + string(n.Kind)
	office := s.t.OfficeID
	if o, err := s.c.Office(office); err == nil {
		office = l.Pick(o.Names)
	}
	if n.Kind == scheduler.NoticeQuestions {
		service := s.t.ServiceID
		if sv, err := s.c.Service(service); err == nil {
			service = l.Pick(sv.Names)
		}
		return questions(l, office, service, l.FullDate(s.t.Date.At(0, time.UTC)), s.opinion)
	}
	return Words{
		Subject: l.Say(kind+".subject", "number", s.t.Number), Opening: l.Say(kind + ".opening"),
		Facts: []Fact{
			NewFact(l, "notice.ticket", "number", s.t.Number), NewFact(l, "notice.where", "office", office),
		},
		Actions: []Action{NewAction(l, "notice.ticket_page", s.link)}, Signature: office,
		Short: Short{Key: kind + ".sms", Values: []string{"number", s.t.Number, "office", office, "link", s.link}, Names: []string{"office"}},
	}
}
