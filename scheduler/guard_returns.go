package scheduler

import (
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

// A place that is given back does not come back at once: it stays taken for a
// random time, as a hold of nobody's, so that no program can wait for the very
// instant and be quicker than people (decision 10). Sweeping ends these holds as
// it ends others.

// returns starts a change that gives places of one day back. Those that come back
// at once are freed on the day; the others become returning holds, and the day
// stays as it is. client is whose holds these were, "" for an appointment's.
func (e *Engine) returns(day *Day, change *Change, held Hold) error {
	until, err := e.returnsAt(held)
	switch {
	case err != nil:
		return err
	case until.IsZero():
		return day.Release(held.Place)
	}
	held.ID, err = e.newID("hold")
	held.State, held.Slot = HoldReturning, 0
	held.CreatedAt, held.ExpiresAt = e.now(), until
	change.NewHolds = append(change.NewHolds, held)
	return err
}

// returnsAt is when a place that is given back now can be had again; the zero
// time means at once. It is never so late that nobody could book it any more, and
// places of staff do not wait: nobody outside can see them.
func (e *Engine) returnsAt(h Hold) (time.Time, error) {
	now := e.now()
	room := h.StartsAt.Add(-e.policy.Lead).Sub(now)
	longest := min(e.policy.ReturnMax, room)
	if longest <= 0 || h.Place.Share != Public {
		return time.Time{}, nil
	}
	shortest := min(e.policy.ReturnMin, longest)
	var b [8]byte
	if _, err := io.ReadFull(e.random, b[:]); err != nil {
		return time.Time{}, fmt.Errorf("time of return: %w", err)
	}
	span := uint64((longest-shortest)/time.Microsecond) + 1
	return now.Add(shortest + time.Duration(binary.BigEndian.Uint64(b[:])%span)*time.Microsecond), nil
}

// held is an appointment's place as a hold, for giving it back.
func (a *Appointment) held() Hold {
	return Hold{
		OfficeID: a.OfficeID, ServiceID: a.ServiceID, Place: a.Place, Zone: a.Zone,
		StartsAt: a.StartsAt, EndsAt: a.EndsAt, Party: a.Party,
	}
}

// without is what a hold occupies besides another place of the same day: who
// moves by ten minutes gives back only what the new time does not use.
func (h Hold) without(p Place) []Hold {
	from, to := h.Place.Start, h.Place.Start+TimeOfDay(h.Place.Ticks*TickMinutes)
	start, end := max(from, p.Start), min(to, p.Start+TimeOfDay(p.Ticks*TickMinutes))
	if h.Place.Share != p.Share || queueOf(h.Place) != queueOf(p) || start >= end {
		return []Hold{h}
	}
	var rest []Hold
	for _, part := range [][2]TimeOfDay{{from, start}, {end, to}} {
		if part[0] < part[1] {
			piece := h
			piece.Place.Start, piece.Place.Ticks = part[0], int(part[1]-part[0])/TickMinutes
			piece.StartsAt = h.StartsAt.Add(time.Duration(part[0]-from) * time.Minute)
			piece.EndsAt = piece.StartsAt.Add(time.Duration(part[1]-part[0]) * time.Minute)
			rest = append(rest, piece)
		}
	}
	return rest
}
