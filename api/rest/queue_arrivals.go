package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// drawRequest asks for a walk-in ticket.
type drawRequest struct {
	_ struct{} `additionalProperties:"false"`

	Service   string      `json:"service" maxLength:"100" example:"dgi-th-tsc"`
	Further   []string    `json:"further_services,omitempty" nullable:"false" maxItems:"5" doc:"What else is to be done in this visit, in order."`
	Priority  string      `json:"priority,omitempty" maxLength:"100" doc:"A priority group. Of a kiosk's ticket it counts when an agent has agreed."`
	PartySize int         `json:"party_size,omitempty" minimum:"1" maximum:"255" doc:"Persons served in this visit; 1 when absent."`
	Citizen   *walkInNote `json:"citizen,omitempty"`
	Beyond    bool        `json:"beyond,omitempty" doc:"Staff only: also when the day cannot serve one more by its figures."`
}

// walkInNote is what a walk-in may say of themselves; nothing of it is needed.
type walkInNote struct {
	_ struct{} `additionalProperties:"false"`

	Name     string `json:"name,omitempty" maxLength:"120" example:"Amina Test"`
	Email    string `json:"email,omitempty" maxLength:"254" example:"amina@example.org"`
	Phone    string `json:"phone,omitempty" maxLength:"40" example:"+33612345678" doc:"International, or Moroccan in the national form."`
	Language string `json:"language,omitempty" maxLength:"35" example:"ar" doc:"Of notices (BCP 47); Accept-Language decides when absent."`
}

type createdTicket struct {
	ContentLanguage string `header:"Content-Language"`
	Location        string `header:"Location"`
	Body            ticket
}

func (a *api) arrivals(h huma.API) {
	op := staffed(operation(h, "check-in-appointment", http.MethodPost, "/v1/appointments/{id}/check-in",
		"Say that the person is there: staff, the kiosk, or the person by manage_token; doing it twice gives the same ticket",
		http.StatusUnauthorized, http.StatusNotFound))
	op.Security = append(op.Security, map[string][]string{schemeToken: {}})
	op.DefaultStatus = http.StatusCreated
	huma.Register(h, op, call(func(ctx context.Context, in *byID) (*createdTicket, error) {
		by, err := actor(ctx)
		if err != nil {
			return nil, err
		}
		if !wellFormed(in.ID) {
			return nil, scheduler.ErrNotFound
		}
		t, err := a.engine.CheckIn(ctx, in.ID, by)
		return a.created(ctx, t, err)
	}))
	op = staffed(operation(h, "create-ticket", http.MethodPost, "/v1/offices/{id}/tickets", "A walk-in ticket, for staff and the kiosk of the office",
		http.StatusUnauthorized, http.StatusNotFound))
	op.DefaultStatus = http.StatusCreated
	huma.Register(h, op, call(func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"100"`
		Body drawRequest
	},
	) (*createdTicket, error) {
		by, err := actor(ctx)
		if err != nil {
			return nil, err
		}
		r, err := a.drawRequest(ctx, in.ID, &in.Body)
		if err != nil {
			return nil, err
		}
		t, err := a.engine.DrawTicket(ctx, r, by)
		return a.created(ctx, t, err)
	}))
}

func (a *api) drawRequest(ctx context.Context, officeID string, b *drawRequest) (scheduler.DrawRequest, error) {
	r := scheduler.DrawRequest{
		OfficeID: officeID, Services: append([]string{b.Service}, b.Further...), Group: b.Priority, Party: b.PartySize,
		Beyond: b.Beyond,
	}
	if !wellFormed(officeID) {
		return r, scheduler.ErrNotFound
	}
	if b.Citizen == nil {
		return r, nil
	}
	bad := &scheduler.InvalidError{}
	r.Citizen = a.citizen(ctx, &citizenFields{
		Name: b.Citizen.Name, Email: b.Citizen.Email, Phone: b.Citizen.Phone, Language: b.Citizen.Language,
	}, bad)
	return r, bad.OrNil()
}

func (a *api) created(ctx context.Context, t scheduler.Ticket, err error) (*createdTicket, error) {
	if err != nil {
		return nil, err
	}
	shown, err := a.ticketStatus(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	return &createdTicket{shown.ContentLanguage, "/v1/tickets/" + t.ID, shown.Body}, nil
}

// staffed adds what calls for staff have in common.
func staffed(op huma.Operation) huma.Operation {
	op.Security = []map[string][]string{{schemeSession: {}}, {schemeStaffToken: {}}}
	return op
}

// staff returns who of the staff asks, or ErrUnauthenticated.
func staff(ctx context.Context) (scheduler.Actor, error) {
	by, err := actor(ctx)
	if err == nil && by.Staff == nil {
		err = httpkit.ErrUnauthenticated
	}
	return by, err
}
