package scheduler

import (
	"context"
	"fmt"
)

// staffDesk returns a desk to staff of its office, and how they are named in
// stories; to all others it is ErrNotFound.
func (e *Engine) staffDesk(ctx context.Context, deskID string, by Actor) (*Desk, string, error) {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return nil, "", err
	}
	desk, err := c.Desk(deskID)
	if err != nil {
		return nil, "", err
	}
	actor, err := staffName(by, desk.OfficeID)
	return desk, actor, err
}

// sitDown opens the desk for a member of staff, unless it is already so.
func (e *Engine) sitDown(ctx context.Context, d *Desk, staffID string) error {
	states, err := e.store.DeskStates(ctx, d.OfficeID)
	if err != nil {
		return err
	}
	for _, s := range states {
		if s.DeskID == d.ID && s.Open && s.StaffID == staffID {
			return nil
		}
	}
	return e.store.SetDesk(ctx, DeskState{
		DeskID: d.ID, OfficeID: d.OfficeID, PoolID: d.PoolID, Open: true, StaffID: staffID, Since: e.now(),
	})
}

// runsDesk returns nil for who may open or close a desk on behalf of a member of
// staff: that member, and who runs the room. ErrNotAllowed for their colleagues.
func runsDesk(by Actor, officeID, staffID string) error {
	if by.Staff.ID == staffID {
		return nil
	}
	return by.Staff.MayAt(ActRunRoom, officeID)
}

// OpenDesk opens a desk for a member of staff, staffID, who leaves the desk that
// they had in this office. ErrInvalidState while somebody is served at that one.
// ErrNotAllowed for an agent who opens it for somebody else.
func (e *Engine) OpenDesk(ctx context.Context, deskID, staffID string, by Actor) error {
	desk, _, err := e.staffDesk(ctx, deskID, by)
	if err != nil {
		return fmt.Errorf("open desk: %w", err)
	}
	if err := runsDesk(by, desk.OfficeID, staffID); err != nil {
		return fmt.Errorf("open desk: %w", err)
	}
	states, err := e.store.DeskStates(ctx, desk.OfficeID)
	if err != nil {
		return fmt.Errorf("open desk: %w", err)
	}
	for _, s := range states {
		if s.Open && s.StaffID == staffID && s.DeskID != deskID {
			if err := e.CloseDesk(ctx, s.DeskID, by); err != nil {
				return err
			}
		}
	}
	return e.sitDown(ctx, desk, staffID)
}

// CloseDesk closes a desk. ErrInvalidState while somebody is called to it or
// served there; ErrNotAllowed for an agent when it is a colleague's.
func (e *Engine) CloseDesk(ctx context.Context, deskID string, by Actor) error {
	desk, _, err := e.staffDesk(ctx, deskID, by)
	if err != nil {
		return fmt.Errorf("close desk: %w", err)
	}
	if err := e.mayClose(ctx, desk, by); err != nil {
		return fmt.Errorf("close desk: %w", err)
	}
	office, err := e.known().Office(desk.OfficeID)
	if err != nil {
		return fmt.Errorf("close desk: %w", err)
	}
	date, _, err := e.officeToday(office)
	if err != nil {
		return err
	}
	open, err := e.store.OpenTickets(ctx, desk.OfficeID, date, e.now())
	if err != nil {
		return fmt.Errorf("close desk: %w", err)
	}
	for i := range open {
		if open[i].State.AtDesk() && open[i].DeskID == deskID {
			return fmt.Errorf("close desk with somebody at it: %w", ErrInvalidState)
		}
	}
	return e.store.SetDesk(ctx, DeskState{DeskID: desk.ID, OfficeID: desk.OfficeID, PoolID: desk.PoolID, Since: e.now()})
}

// mayClose looks whose desk it is.
func (e *Engine) mayClose(ctx context.Context, d *Desk, by Actor) error {
	states, err := e.store.DeskStates(ctx, d.OfficeID)
	if err != nil {
		return err
	}
	for _, s := range states {
		if s.DeskID == d.ID && s.Open {
			return runsDesk(by, d.OfficeID, s.StaffID)
		}
	}
	return nil
}
