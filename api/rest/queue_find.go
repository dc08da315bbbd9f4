package rest

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"mawid/scheduler"
)

// arrival is an appointment of today that may be the person who stands there.
type arrival struct {
	Appointment appointment `json:"appointment"`
	Ticket      string      `json:"ticket,omitempty" doc:"Id, once checked in."`
	Score       float64     `json:"score" doc:"1 for a reference or a code, less for a name that is only alike."`
}

// byHandFields is one visit that was served without the program.
type byHandFields struct {
	_ struct{} `additionalProperties:"false"`

	Reference string `json:"reference,omitempty" maxLength:"40" doc:"Of the appointment; absent for a walk-in."`
	Service   string `json:"service,omitempty" maxLength:"100" doc:"Of a walk-in."`
	ArrivedAt string `json:"arrived_at,omitempty" format:"date-time" maxLength:"40"`
	CalledAt  string `json:"called_at,omitempty" format:"date-time" maxLength:"40"`
	EndedAt   string `json:"ended_at" format:"date-time" maxLength:"40"`
	NoShow    bool   `json:"no_show,omitempty"`
	Outcome   string `json:"outcome,omitempty" enum:"settled,come_back,file_opened,sent_to"`
	Note      string `json:"note,omitempty" maxLength:"500"`
}

func (a *api) finds(h huma.API) {
	op := staffed(operation(h, "find-arrivals", http.MethodGet, "/v1/offices/{id}/arrivals",
		"Who of today's appointments stands there: by reference, by what a QR code holds, or by name in Arabic or Latin letters",
		http.StatusUnauthorized, http.StatusNotFound, http.StatusUnprocessableEntity))
	huma.Register(h, op, call(func(ctx context.Context, in *struct {
		ID string `path:"id" maxLength:"100"`
		Q  string `query:"q" required:"true" minLength:"1" maxLength:"500"`
	},
	) (*list[arrival], error) {
		by, err := actor(ctx)
		if err != nil {
			return nil, err
		}
		if !wellFormed(in.ID) {
			return nil, scheduler.ErrNotFound
		}
		found, err := a.engine.FindArrival(ctx, in.ID, in.Q, by)
		if err != nil {
			return nil, err
		}
		n, items := a.namer(ctx), []arrival{}
		for _, f := range found {
			shown, err := a.appointmentOf(ctx, n, f.Appointment)
			if err != nil {
				return nil, err
			}
			items = append(items, arrival{shown, f.TicketID, f.Score})
		}
		out := listed(n, items)
		out.CacheControl = cacheNever
		return out, nil
	}))
	op = staffed(operation(h, "enter-by-hand", http.MethodPost, "/v1/desks/{id}/by-hand", "Enter a visit that was served without the program",
		http.StatusUnauthorized, http.StatusNotFound))
	op.DefaultStatus = http.StatusCreated
	huma.Register(h, op, call(func(ctx context.Context, in *stepOn[byHandFields]) (*createdTicket, error) {
		by, err := staff(ctx)
		if err != nil {
			return nil, err
		}
		v, err := in.Body.visit(in.ID)
		if err != nil {
			return nil, err
		}
		t, err := a.engine.EnterByHand(ctx, v, by)
		return a.created(ctx, t, err)
	}))
}

func (f *byHandFields) visit(deskID string) (scheduler.ByHand, error) {
	v := scheduler.ByHand{
		DeskID: deskID, Reference: f.Reference, ServiceID: f.Service, NoShow: f.NoShow,
		Outcome: scheduler.Outcome{Kind: scheduler.OutcomeKind(f.Outcome), Note: f.Note},
	}
	bad := &scheduler.InvalidError{}
	for _, t := range []struct {
		field, text string
		into        *time.Time
	}{{"arrived_at", f.ArrivedAt, &v.ArrivedAt}, {"called_at", f.CalledAt, &v.CalledAt}, {"ended_at", f.EndedAt, &v.EndedAt}} {
		if t.text == "" {
			continue
		}
		at, err := parseTime(t.text)
		if err != nil {
			bad.Add(t.field, "invalid_time", "want RFC 3339 with offset")
		}
		*t.into = at
	}
	return v, bad.OrNil()
}
