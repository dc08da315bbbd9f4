package rest

import (
	"context"
	"net/netip"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// proofHeader is the header of calls that take a place.
type proofHeader struct {
	Proof string `header:"Mawid-Proof" maxLength:"200" doc:"Only when a 429 asked for it: the token of its proof, a point, and the solution; or nothing behind the point after the wait."`
}

// asker looks at who wants to take a place. Staff is asked nothing.
func (a *api) asker(ctx context.Context, proof string) (*httpkit.Asker, error) {
	client, ok := ctx.Value(clientKey{}).(netip.Prefix)
	if !ok {
		return &httpkit.Asker{}, nil
	}
	token, solution := httpkit.SplitProof(proof)
	return a.guard.Ask(client, token, solution)
}

// hold holds for the client that asks, within its bound.
func (a *api) hold(ctx context.Context, proof string, r scheduler.HoldRequest) (scheduler.Hold, error) {
	asker, err := a.asker(ctx, proof)
	if err != nil {
		return scheduler.Hold{}, err
	}
	r.Client, r.Proven, r.Spend = asker.Client(), asker.Proven(), asker.Spend
	h, err := a.engine.Hold(ctx, r)
	return h, asker.Bound(err)
}

// mayBook asks those who book without a hold what it asks those who hold.
func (a *api) mayBook(ctx context.Context, proof string, r scheduler.BookRequest) error {
	if r.HoldID != "" {
		return nil // its place was asked for before
	}
	asker, err := a.asker(ctx, proof)
	if err != nil {
		return err
	}
	return asker.Spend(ctx)
}
