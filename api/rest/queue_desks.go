package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"mawid/scheduler"
)

// desk is a place at which staff serve.
type desk struct {
	ID     string  `json:"id,omitempty" doc:"For staff only." example:"dgi-safi-1"`
	Number int     `json:"number" doc:"What is called out."`
	Open   bool    `json:"open"`
	Agent  string  `json:"agent,omitempty" doc:"Id of who sits there; for staff only."`
	Ticket *ticket `json:"ticket,omitempty" doc:"Who was called to it or is served at it; the id is for staff only."`
}

type openFields struct {
	_ struct{} `additionalProperties:"false"`

	Agent string `json:"agent,omitempty" maxLength:"100" doc:"Id of who sits down; the caller when absent."`
}

// nextAnswer is a ticket, or nothing with status 204.
type nextAnswer struct {
	Status          int
	ContentLanguage string `header:"Content-Language"`
	Body            *ticket
}

func (a *api) desks(h huma.API) {
	op := staffed(operation(h, "call-next", http.MethodPost, "/v1/desks/{id}/call-next", "Call the next ticket to the desk; 204 when nobody waits",
		http.StatusUnauthorized, http.StatusNotFound))
	op.Responses["204"] = &huma.Response{Description: "Nobody waits."}
	huma.Register(h, op, call(a.callNext))
	op = staffed(operation(h, "list-desks", http.MethodGet, "/v1/offices/{id}/desks", "The desks of an office, for its staff",
		http.StatusUnauthorized, http.StatusNotFound, http.StatusUnprocessableEntity))
	huma.Register(h, op, call(func(ctx context.Context, in *byID) (*list[desk], error) {
		if _, err := staff(ctx); err != nil {
			return nil, err
		}
		if !mayWork(ctx, in.ID) {
			return nil, scheduler.ErrNotFound
		}
		n := a.namer(ctx)
		q, err := a.queueOf(ctx, n, in.ID, true)
		if err != nil {
			return nil, err
		}
		out := listed(n, q.Desks)
		out.CacheControl = cacheNever
		return out, nil
	}))
	op = staffed(operation(h, "open-desk", http.MethodPost, "/v1/desks/{id}/open", "Open a desk for the caller; for another, who runs the room",
		http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound))
	huma.Register(h, op, call(func(ctx context.Context, in *stepOn[openFields]) (*struct{}, error) {
		by, err := staff(ctx)
		if err != nil {
			return nil, err
		}
		agent := in.Body.Agent
		if agent == "" {
			agent = by.Staff.ID
		}
		return nil, a.atDesk(ctx, in.ID, a.engine.OpenDesk(ctx, in.ID, agent, by))
	}))
	op = staffed(operation(h, "close-desk", http.MethodPost, "/v1/desks/{id}/close", "Close one's desk, or another's for who runs the room, at which nobody is served",
		http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound))
	huma.Register(h, op, call(func(ctx context.Context, in *byID) (*struct{}, error) {
		by, err := staff(ctx)
		if err != nil {
			return nil, err
		}
		return nil, a.atDesk(ctx, in.ID, a.engine.CloseDesk(ctx, in.ID, by))
	}))
}

func (a *api) callNext(ctx context.Context, in *byID) (*nextAnswer, error) {
	by, err := staff(ctx)
	if err != nil {
		return nil, err
	}
	t, err := a.engine.CallNext(ctx, in.ID, by)
	if isNobody(err) {
		return &nextAnswer{Status: http.StatusNoContent}, a.atDesk(ctx, in.ID, nil)
	}
	if err != nil {
		return nil, err
	}
	shown, err := a.ticketStatus(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	return &nextAnswer{http.StatusOK, shown.ContentLanguage, &shown.Body}, nil
}

// atDesk notes that something was done at a desk, unless it failed.
func (a *api) atDesk(ctx context.Context, id string, err error) error {
	if err != nil {
		return err
	}
	c, err := a.catalogue(ctx)
	if err != nil {
		return err
	}
	d, err := c.Desk(id)
	if err != nil {
		return err
	}
	did(ctx, d.OfficeID, id)
	return nil
}
