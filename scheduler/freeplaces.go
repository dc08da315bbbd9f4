package scheduler

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// FreePlaces is how many places one office has free on a half-day, in its
// public share.
type FreePlaces struct {
	OfficeID  string
	ServiceID string // the one service of the office, or "" when it has several
	Date      Date
	Afternoon bool
	Zone      string
	From, To  time.Time // UTC: from the first free start to the last end
	Places    int
}

// noon parts the half-days. Moroccan administrations that close for lunch do so
// after 12:00 (facts on opening hours: unverified for each office).
const noon = TimeOfDay(13 * 60)

// FreePlaces lists what is free at the offices, from today on for so many days,
// by date, half-day and office. Half-days without a free place are left out.
// A pool's places are counted by the shortest of its services.
func (e *Engine) FreePlaces(ctx context.Context, offices []*Office, days int) ([]FreePlaces, error) {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return nil, err
	}
	var out []FreePlaces
	for _, o := range offices {
		found, err := e.officePlaces(ctx, c, o, days)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	slices.SortStableFunc(out, func(a, b FreePlaces) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.OfficeID, b.OfficeID))
	})
	return out, nil
}

type halfDay struct {
	date      Date
	afternoon bool
}

func (e *Engine) officePlaces(ctx context.Context, c *Catalogue, o *Office, days int) ([]FreePlaces, error) {
	loc, err := e.zones.Load(o.Zone)
	if err != nil {
		return nil, fmt.Errorf("zone of office %s: %w", o.ID, err)
	}
	today := DateOf(e.now().In(loc))
	halves := map[halfDay]*FreePlaces{}
	only := onlyService(c, o.ID)
	for _, p := range c.OfficePools(o.ID) {
		s := c.shortest(p)
		if s == nil {
			continue
		}
		q := SlotQuery{ServiceID: s.ID, OfficeID: o.ID, From: today, To: today.AddDays(days - 1)}
		slots, err := e.Slots(ctx, q)
		if err != nil {
			return nil, err
		}
		for i := range slots {
			if slots[i].Place.PoolID == p.ID {
				addPlaces(halves, &slots[i], only)
			}
		}
	}
	out := make([]FreePlaces, 0, len(halves))
	for _, h := range halves {
		out = append(out, *h)
	}
	return out, nil
}

func addPlaces(halves map[halfDay]*FreePlaces, s *Slot, only string) {
	k := halfDay{s.Place.Date, s.Place.Start >= noon}
	h := halves[k]
	if h == nil {
		h = &FreePlaces{
			OfficeID: s.OfficeID, ServiceID: only, Date: k.date, Afternoon: k.afternoon, Zone: s.Zone, From: s.StartsAt, To: s.EndsAt,
		}
		halves[k] = h
	}
	h.Places += s.Remaining
	if s.StartsAt.Before(h.From) {
		h.From = s.StartsAt
	}
	if s.EndsAt.After(h.To) {
		h.To = s.EndsAt
	}
}

func onlyService(c *Catalogue, officeID string) string {
	id := ""
	for _, p := range c.OfficePools(officeID) {
		for _, s := range p.Services {
			if id != "" && id != s {
				return ""
			}
			id = s
		}
	}
	return id
}

// shortest is the shortest service of a pool that can be booked here, or nil.
func (c *Catalogue) shortest(p *Pool) *Service {
	var best *Service
	for _, id := range p.Services {
		s, err := c.Service(id)
		if err != nil || c.ExternalBooking(s) != "" {
			continue
		}
		if best == nil || s.Minutes+s.Buffer < best.Minutes+best.Buffer {
			best = s
		}
	}
	return best
}
