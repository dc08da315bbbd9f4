package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"mawid/scheduler"
)

type endRequest struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		_ struct{} `additionalProperties:"false"`

		Outcome string `json:"outcome" enum:"served,no_show" doc:"no_show: the person did not answer or join."`
	}
}

// calls are what staff do with an appointment by telephone or video, which has no
// check-in and no ticket.
func (a *api) calls(h huma.API) {
	op := func(id, what, summary string) huma.Operation {
		return staffed(operation(h, id, http.MethodPost, "/v1/appointments/{id}/"+what, summary,
			http.StatusUnauthorized, http.StatusNotFound))
	}
	huma.Register(h, op("begin-appointment", "begin", "Call the person or open the meeting: staff, for telephone and video"),
		call(func(ctx context.Context, in *codeRequest) (*appointmentAnswer, error) {
			return a.callStep(ctx, in.ID, a.engine.BeginRemote)
		}))
	huma.Register(h, op("end-appointment", "end", "End it: served, or nobody answered"),
		call(func(ctx context.Context, in *endRequest) (*appointmentAnswer, error) {
			return a.callStep(ctx, in.ID, func(ctx context.Context, id string, by scheduler.Actor) (scheduler.Appointment, error) {
				return a.engine.EndRemote(ctx, id, in.Body.Outcome == "served", by)
			})
		}))
}

func (a *api) callStep(ctx context.Context, id string, step func(context.Context, string, scheduler.Actor) (scheduler.Appointment, error)) (*appointmentAnswer, error) {
	by, err := staff(ctx)
	if err != nil {
		return nil, err
	}
	if !wellFormed(id) {
		return nil, scheduler.ErrNotFound
	}
	changed, err := step(ctx, id, by)
	if err != nil {
		return nil, err
	}
	return a.answer(ctx, changed)
}
