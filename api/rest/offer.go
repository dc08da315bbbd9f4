package rest

import (
	"context"
	"net/http"
	"net/netip"

	"github.com/danielgtaylor/huma/v2"

	"mawid/scheduler"
)

// wishFields is what somebody without an appointment wishes for.
type wishFields struct {
	_ struct{} `additionalProperties:"false"`

	Office    string        `json:"office" maxLength:"100" example:"dgi-safi"`
	Service   string        `json:"service" maxLength:"100" example:"dgi-th-tsc"`
	From      string        `json:"from" format:"date" maxLength:"10" doc:"First day that suits, at the office."`
	To        string        `json:"to" format:"date" maxLength:"10" doc:"Last day, included."`
	PartySize int           `json:"party_size,omitempty" minimum:"1" maximum:"255" doc:"Persons served in this visit; 1 when absent."`
	Citizen   citizenFields `json:"citizen"`
}

type earlierRequest struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		_ struct{} `additionalProperties:"false"`

		From string `json:"from,omitempty" format:"date" maxLength:"10" doc:"First day that suits; tomorrow when absent."`
		To   string `json:"to,omitempty" format:"date" maxLength:"10" doc:"Last day, included; the day before the appointment when absent."`
	}
}

// standing is a wish for a place that becomes free.
type standing struct {
	ID        string        `json:"id" doc:"Unguessable; whoever knows it may answer what is offered, and withdraw the wish."`
	State     string        `json:"state" doc:"open, met, withdrawn or over." example:"open"`
	Office    string        `json:"office"`
	Service   string        `json:"service"`
	From      string        `json:"from" format:"date"`
	To        string        `json:"to" format:"date"`
	PartySize int           `json:"party_size"`
	TimeZone  string        `json:"time_zone"`
	URL       string        `json:"url" format:"uri" doc:"The person's page, where what is offered is answered."`
	Offer     *offeredPlace `json:"offer,omitempty" doc:"What is kept for the person now."`
}

// offeredPlace is kept for one person.
type offeredPlace struct {
	StartsAt  string `json:"starts_at" format:"date-time"`
	ExpiresAt string `json:"expires_at" format:"date-time" doc:"Until when it is kept."`
}

type standingAnswer struct {
	Location string `header:"Location"`
	Body     standing
}

func (a *api) offers(h huma.API) {
	op := operation(h, "create-wish", http.MethodPost, "/v1/wishes", "Wish for a place that becomes free, where none is", http.StatusNotFound)
	op.DefaultStatus = http.StatusCreated
	huma.Register(h, op, call(func(ctx context.Context, in *struct{ Body wishFields }) (*standingAnswer, error) {
		return a.wishPlace(ctx, &in.Body)
	}))
	op = managed(operation(h, "wish-earlier", http.MethodPost, "/v1/appointments/{id}/wish",
		"Wish for an earlier time, or for another in place of one that was lost; again: change the days", http.StatusUnauthorized, http.StatusNotFound))
	op.DefaultStatus = http.StatusCreated
	huma.Register(h, op, call(a.wishEarlier))
	op = operation(h, "get-wish", http.MethodGet, "/v1/wishes/{id}", "A wish, and what is offered", http.StatusNotFound, http.StatusUnprocessableEntity)
	huma.Register(h, op, call(func(ctx context.Context, in *byID) (*struct{ Body standing }, error) {
		return a.standingAfter(ctx, in.ID, a.engine.WishByToken)
	}))
	op = operation(h, "withdraw-wish", http.MethodDelete, "/v1/wishes/{id}", "Withdraw a wish; what was offered goes on to the next",
		http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity)
	huma.Register(h, op, call(func(ctx context.Context, in *byID) (*struct{}, error) {
		_, err := a.standingAfter(ctx, in.ID, a.engine.WithdrawWish)
		return nil, err
	}))
	op = operation(h, "decline-offer", http.MethodPost, "/v1/wishes/{id}/decline", "Give up the place that is offered; the wish stays", http.StatusNotFound)
	huma.Register(h, op, call(func(ctx context.Context, in *byID) (*struct{ Body standing }, error) {
		return a.standingAfter(ctx, in.ID, a.engine.DeclineOffer)
	}))
	op = operation(h, "accept-offer", http.MethodPost, "/v1/wishes/{id}/accept", "Take the place that is offered: the appointment moves, or is booked",
		http.StatusNotFound, http.StatusGone)
	huma.Register(h, op, call(func(ctx context.Context, in *byID) (*struct{ Body standing }, error) {
		return a.standingAfter(ctx, in.ID, func(ctx context.Context, token string) (scheduler.Wish, error) {
			if _, err := a.engine.AcceptOffer(ctx, token); err != nil {
				return scheduler.Wish{}, err
			}
			return a.engine.WishByToken(ctx, token)
		})
	}))
}

func (a *api) wishPlace(ctx context.Context, f *wishFields) (*standingAnswer, error) {
	bad := &scheduler.InvalidError{}
	from, to := a.wishDate(bad, "from", f.From), a.wishDate(bad, "to", f.To)
	r := scheduler.WishRequest{
		OfficeID: f.Office, ServiceID: f.Service, From: from, To: to, Party: f.PartySize, Citizen: a.citizen(ctx, &f.Citizen, bad),
	}
	if client, ok := ctx.Value(clientKey{}).(netip.Prefix); ok && client.IsValid() {
		r.Client = client.String()
	}
	if err := bad.OrNil(); err != nil {
		return nil, err
	}
	w, err := a.engine.WishPlace(ctx, r)
	return a.wishMade(ctx, &w, err)
}

func (a *api) wishEarlier(ctx context.Context, in *earlierRequest) (*standingAnswer, error) {
	by, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	if !wellFormed(in.ID) {
		return nil, scheduler.ErrNotFound
	}
	bad := &scheduler.InvalidError{}
	from, to := a.wishDate(bad, "from", in.Body.From), a.wishDate(bad, "to", in.Body.To)
	if err := bad.OrNil(); err != nil {
		return nil, err
	}
	w, err := a.engine.WishEarlier(ctx, in.ID, from, to, by)
	did(ctx, w.OfficeID, in.ID)
	return a.wishMade(ctx, &w, err)
}

// wishDate reads a date; "" is the zero date.
func (a *api) wishDate(bad *scheduler.InvalidError, field, text string) scheduler.Date {
	if text == "" {
		return scheduler.Date{}
	}
	d, err := scheduler.ParseDate(text)
	if err != nil {
		bad.Add(field, "invalid", "want a date such as 2026-12-01")
	}
	return d
}

func (a *api) wishMade(ctx context.Context, w *scheduler.Wish, err error) (*standingAnswer, error) {
	if err != nil {
		return nil, err
	}
	out, err := a.standing(ctx, w)
	return &standingAnswer{"/v1/wishes/" + out.ID, out}, err
}

// standingAfter does something with the wish of a token and answers with the wish.
func (a *api) standingAfter(ctx context.Context, token string, step func(context.Context, string) (scheduler.Wish, error)) (*struct{ Body standing }, error) {
	if !wellFormed(token) {
		return nil, scheduler.ErrNotFound
	}
	w, err := step(ctx, token)
	if err != nil {
		return nil, err
	}
	out, err := a.standing(ctx, &w)
	return &struct{ Body standing }{out}, err
}

func (a *api) standing(ctx context.Context, w *scheduler.Wish) (standing, error) {
	c, err := a.catalogue(ctx)
	if err != nil {
		return standing{}, err
	}
	token, zone := a.engine.WishToken(w.ID), "UTC"
	if o, err := c.Office(w.OfficeID); err == nil {
		zone = o.Zone
	}
	out := standing{
		ID: token, State: string(w.State), Office: w.OfficeID, Service: w.ServiceID, From: w.From.String(), To: w.To.String(),
		PartySize: w.Party, TimeZone: zone, URL: a.publicURL + "/w/" + token,
	}
	if o := w.Offered(a.clock()); o != nil {
		loc, err := a.zone(zone)
		if err != nil {
			return out, err
		}
		out.Offer = &offeredPlace{stamp(o.StartsAt, loc), stamp(o.ExpiresAt, loc)}
	}
	return out, nil
}
