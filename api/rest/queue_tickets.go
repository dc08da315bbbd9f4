package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"mawid/scheduler"
)

// finishFields says what came of it.
type finishFields struct {
	_ struct{} `additionalProperties:"false"`

	Outcome string `json:"outcome" enum:"settled,come_back,file_opened,sent_to"`
	Note    string `json:"note,omitempty" maxLength:"500" doc:"What to bring, or what was said; no personal data."`
	On      string `json:"on,omitempty" format:"date" maxLength:"10" doc:"When to come back."`
	Office  string `json:"office,omitempty" maxLength:"100" doc:"Where the person was sent."`
	Service string `json:"service,omitempty" maxLength:"100"`
}

type transferFields struct {
	_ struct{} `additionalProperties:"false"`

	Office  string `json:"office,omitempty" maxLength:"100" doc:"The same when absent."`
	Service string `json:"service" maxLength:"100"`
}

type deskFields struct {
	_ struct{} `additionalProperties:"false"`

	Desk string `json:"desk" maxLength:"100" example:"dgi-safi-1"`
}

type priorityFields struct {
	_ struct{} `additionalProperties:"false"`

	Priority string `json:"priority" maxLength:"100" doc:"A priority group, or empty for none."`
}

type serviceFields struct {
	_ struct{} `additionalProperties:"false"`

	Service string `json:"service" maxLength:"100"`
}

// stepOn is a request about one ticket with what it needs to be told.
type stepOn[T any] struct {
	ID   string `path:"id" maxLength:"100"`
	Body T
}

// ticketCall registers a step of a ticket.
func ticketCall[I any](a *api, h huma.API, what, summary string, id func(*I) string,
	step func(ctx context.Context, in *I, by scheduler.Actor) (scheduler.Ticket, error),
) {
	op := staffed(operation(h, what+"-ticket", http.MethodPost, "/v1/tickets/{id}/"+what, summary,
		http.StatusUnauthorized, http.StatusNotFound))
	huma.Register(h, op, call(func(ctx context.Context, in *I) (*ticketAnswer, error) {
		by, err := staff(ctx)
		if err != nil {
			return nil, err
		}
		if !wellFormed(id(in)) {
			return nil, scheduler.ErrNotFound
		}
		t, err := step(ctx, in, by)
		if err != nil {
			return nil, err
		}
		return a.ticketStatus(ctx, t.ID)
	}))
}

func (a *api) tickets(h huma.API) {
	op := operation(h, "get-ticket", http.MethodGet, "/v1/tickets/{id}", "Where a ticket stands, to whoever has its id",
		http.StatusNotFound, http.StatusUnprocessableEntity)
	huma.Register(h, op, call(func(ctx context.Context, in *byID) (*ticketAnswer, error) { return a.ticketStatus(ctx, in.ID) }))
	for _, s := range []struct {
		what, summary string
		step          func(context.Context, string, scheduler.Actor) (scheduler.Ticket, error)
	}{
		{"recall", "Call once more; not too soon, and after too many calls a no-show", a.engine.Recall},
		{"start", "The person has come to the desk", a.engine.StartServing},
		{"park", "The person steps aside for a moment", a.engine.Park},
		{"return", "Back in line after parking, with the same due time", a.engine.Return},
		{"no-show", "The person is not there", a.engine.MarkNoShow},
		{"undo", "Take the last step back", a.engine.Undo},
	} {
		ticketCall(a, h, s.what, s.summary, func(in *byID) string { return in.ID },
			func(ctx context.Context, in *byID, by scheduler.Actor) (scheduler.Ticket, error) {
				return s.step(ctx, in.ID, by)
			})
	}
	a.ticketsTold(h)
}

// ticketsTold registers the steps that need to be told something.
func (a *api) ticketsTold(h huma.API) {
	ticketCall(a, h, "call", "Call this ticket to a desk", idOf[deskFields],
		func(ctx context.Context, in *stepOn[deskFields], by scheduler.Actor) (scheduler.Ticket, error) {
			return a.engine.CallTicket(ctx, in.ID, in.Body.Desk, by)
		})
	ticketCall(a, h, "finish", "The present service is done; a further one of the visit goes on here or waits", idOf[finishFields],
		func(ctx context.Context, in *stepOn[finishFields], by scheduler.Actor) (scheduler.Ticket, error) {
			o, err := in.Body.outcome()
			if err != nil {
				return scheduler.Ticket{}, err
			}
			return a.engine.Finish(ctx, in.ID, o, by)
		})
	ticketCall(a, h, "transfer", "To another service, of any office, keeping the ticket and its story", idOf[transferFields],
		func(ctx context.Context, in *stepOn[transferFields], by scheduler.Actor) (scheduler.Ticket, error) {
			return a.engine.Transfer(ctx, in.ID, in.Body.Office, in.Body.Service, by)
		})
	ticketCall(a, h, "priority", "Agree to a priority group", idOf[priorityFields],
		func(ctx context.Context, in *stepOn[priorityFields], by scheduler.Actor) (scheduler.Ticket, error) {
			return a.engine.SetPriority(ctx, in.ID, in.Body.Priority, by)
		})
	ticketCall(a, h, "services", "Add a further service to the visit", idOf[serviceFields],
		func(ctx context.Context, in *stepOn[serviceFields], by scheduler.Actor) (scheduler.Ticket, error) {
			return a.engine.AddService(ctx, in.ID, in.Body.Service, by)
		})
}

func idOf[T any](in *stepOn[T]) string { return in.ID }

func (f *finishFields) outcome() (scheduler.Outcome, error) {
	o := scheduler.Outcome{Kind: scheduler.OutcomeKind(f.Outcome), Note: f.Note, OfficeID: f.Office, ServiceID: f.Service}
	if f.On == "" {
		return o, nil
	}
	on, err := scheduler.ParseDate(f.On)
	if err != nil {
		return o, scheduler.Invalid("on", "invalid_date", "want YYYY-MM-DD of a day that exists")
	}
	o.On = on
	return o, nil
}
