package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"mawid/scheduler"
)

// holdRequest asks to keep a place.
type holdRequest struct {
	_ struct{} `additionalProperties:"false"`

	Office    string `json:"office" maxLength:"100" example:"dgi-safi"`
	Service   string `json:"service" maxLength:"100" example:"dgi-th-tsc"`
	StartsAt  string `json:"starts_at" format:"date-time" maxLength:"40" example:"2026-12-01T09:30:00+00:00" doc:"One of the slots; any offset."`
	PartySize int    `json:"party_size,omitempty" minimum:"1" maximum:"255" doc:"Persons served in this visit; 1 when absent."`
	Channel   string `json:"channel,omitempty" enum:"in_person,telephone,video" doc:"By coming when absent."`
}

// hold is a place kept while a form is filled.
type hold struct {
	ID        string `json:"id" doc:"Unguessable; whoever knows it may book or give back the place."`
	State     string `json:"state" doc:"live, used, released or expired."`
	Office    string `json:"office"`
	Service   string `json:"service"`
	Channel   string `json:"channel" enum:"in_person,telephone,video"`
	StartsAt  string `json:"starts_at" format:"date-time"`
	EndsAt    string `json:"ends_at" format:"date-time"`
	TimeZone  string `json:"time_zone"`
	PartySize int    `json:"party_size"`
	ExpiresAt string `json:"expires_at" format:"date-time" doc:"When the place is given back."`
	Extended  bool   `json:"extended" doc:"Its time was lengthened, which is done once."`
}

type holdAnswer struct {
	Location string `header:"Location"`
	Body     hold
}

func (a *api) holds(h huma.API) {
	op := operation(h, "create-hold", http.MethodPost, "/v1/holds", "Keep a place", http.StatusNotFound)
	op.DefaultStatus = http.StatusCreated
	huma.Register(h, op, call(func(ctx context.Context, in *struct {
		proofHeader
		Body holdRequest
	},
	) (*holdAnswer, error) {
		at, err := parseTime(in.Body.StartsAt)
		if err != nil {
			return nil, err
		}
		by, err := scheduler.ParseServiceChannel(in.Body.Channel)
		if err != nil {
			return nil, err
		}
		kept, err := a.hold(ctx, in.Proof, scheduler.HoldRequest{
			OfficeID: in.Body.Office, ServiceID: in.Body.Service, StartsAt: at, Party: in.Body.PartySize, Channel: by,
		})
		if err != nil {
			return nil, err
		}
		out, err := a.holdOf(kept)
		return &holdAnswer{"/v1/holds/" + kept.ID, out}, err
	}))
	op = operation(h, "get-hold", http.MethodGet, "/v1/holds/{id}", "A hold", http.StatusNotFound, http.StatusUnprocessableEntity)
	huma.Register(h, op, call(func(ctx context.Context, in *byID) (*struct{ Body hold }, error) {
		kept, err := a.lookHold(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		out, err := a.holdOf(kept)
		return &struct{ Body hold }{out}, err
	}))
	op = operation(h, "extend-hold", http.MethodPost, "/v1/holds/{id}/extend", "Keep a kept place longer; once", http.StatusNotFound, http.StatusGone)
	huma.Register(h, op, call(func(ctx context.Context, in *byID) (*struct{ Body hold }, error) {
		if !wellFormed(in.ID) {
			return nil, scheduler.ErrNotFound
		}
		kept, err := a.engine.ExtendHold(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		out, err := a.holdOf(kept)
		return &struct{ Body hold }{out}, err
	}))
	op = operation(h, "delete-hold", http.MethodDelete, "/v1/holds/{id}", "Give a kept place back",
		http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity)
	huma.Register(h, op, call(func(ctx context.Context, in *byID) (*struct{}, error) {
		if !wellFormed(in.ID) {
			return nil, scheduler.ErrNotFound
		}
		return nil, a.engine.ReleaseHold(ctx, in.ID)
	}))
}

func (a *api) lookHold(ctx context.Context, id string) (scheduler.Hold, error) {
	if !wellFormed(id) {
		return scheduler.Hold{}, scheduler.ErrNotFound
	}
	return a.engine.LookHold(ctx, id)
}

func (a *api) holdOf(h scheduler.Hold) (hold, error) {
	loc, err := a.zone(h.Zone)
	if err != nil {
		return hold{}, err
	}
	return hold{
		ID: h.ID, State: string(h.State), Office: h.OfficeID, Service: h.ServiceID, PartySize: h.Party, TimeZone: h.Zone, Channel: h.Channel.String(),
		StartsAt: stamp(h.StartsAt, loc), EndsAt: stamp(h.EndsAt, loc), ExpiresAt: stamp(h.ExpiresAt, loc),
		Extended: h.Extended,
	}, nil
}
