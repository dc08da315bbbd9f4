package scheduler

import (
	"bytes"
	"fmt"
)

// TickMinutes is the length of a tick, the grain of all places.
const TickMinutes = 5

const maxDesks = 255 // a tick's count is one byte

// Share is a part of a pool's desks.
type Share int

// The shares. Public places are for anybody; reserved ones for staff and
// walk-ins.
const (
	Public   Share = 0
	Reserved Share = 1
	shares         = 2
)

// Day is one pool on one date: for each tick how many places it has and how
// many are taken. It is a value: Book and Release return what they change by
// writing a fresh Taken, so a failed step leaves nothing behind.
type Day struct {
	PoolID   string
	OfficeID string
	Date     Date
	First    TimeOfDay // wall-clock start of tick 0
	// Places and Taken hold first the public count of each tick, then the
	// reserved count of each tick: 2 × Ticks() bytes. Taken never exceeds
	// Places; the database refuses a day in which it does.
	Places []byte
	Taken  []byte
	// Version rises by one with each write; 0 means not stored yet.
	Version int64
}

// Place is what one hold or appointment occupies: Ticks consecutive ticks of
// one share of one day.
type Place struct {
	PoolID string
	Date   Date
	Start  TimeOfDay
	Ticks  int
	Share  Share
}

// Ticks returns the number of ticks of the day; 0 when the pool is closed.
func (d *Day) Ticks() int { return len(d.Places) / shares }

// Free returns how many more people can have the place: the smallest free
// count over its ticks. A place outside the opening has 0.
func (d *Day) Free(start TimeOfDay, ticks int, share Share) int {
	i, ok := d.offset(start, ticks, share)
	if !ok {
		return 0
	}
	free := maxDesks
	for k := i; k < i+ticks; k++ {
		free = min(free, int(d.Places[k])-int(d.Taken[k]))
	}
	return max(free, 0)
}

// Book takes a place. It returns ErrSlotTaken when one of its ticks is full or
// outside the opening.
func (d *Day) Book(p Place) error {
	if d.Free(p.Start, p.Ticks, p.Share) < 1 {
		return fmt.Errorf("day %s: %w", d.Date, ErrSlotTaken)
	}
	d.add(p, +1)
	return nil
}

// Release gives a place back. Giving back what is not taken is ErrConflict: the
// caller decided on an old day.
func (d *Day) Release(p Place) error {
	i, ok := d.offset(p.Start, p.Ticks, p.Share)
	if !ok {
		return fmt.Errorf("release outside of day %s: %w", d.Date, ErrConflict)
	}
	if bytes.IndexByte(d.Taken[i:i+p.Ticks], 0) >= 0 {
		return fmt.Errorf("release of a free place on %s: %w", d.Date, ErrConflict)
	}
	d.add(p, -1)
	return nil
}

func (d *Day) add(p Place, n int) {
	i, _ := d.offset(p.Start, p.Ticks, p.Share)
	d.Taken = bytes.Clone(d.Taken)
	for k := i; k < i+p.Ticks; k++ {
		d.Taken[k] = byte(int(d.Taken[k]) + n)
	}
}

// offset returns the index in Places of the first tick of a place, and whether
// the whole place lies on the day's grid.
func (d *Day) offset(start TimeOfDay, ticks int, share Share) (int, bool) {
	minutes := int(start - d.First)
	first := minutes / TickMinutes
	switch {
	case share < 0 || share >= shares || ticks < 1:
		return 0, false
	case minutes < 0 || minutes%TickMinutes != 0 || first >= d.Ticks() || ticks > d.Ticks()-first:
		return 0, false
	}
	return int(share)*d.Ticks() + first, true
}

// Fault describes what is wrong with the stored day, or "" when it is sound.
func (d *Day) Fault() string {
	switch {
	case len(d.Places)%shares != 0:
		return "places of odd length"
	case len(d.Places) != len(d.Taken):
		return fmt.Sprintf("%d places but %d taken counts", len(d.Places), len(d.Taken))
	}
	for i := range d.Taken {
		if d.Taken[i] > d.Places[i] {
			return fmt.Sprintf("tick %d has %d taken of %d places", i, d.Taken[i], d.Places[i])
		}
	}
	return ""
}

// DeriveDay builds the empty day of a pool from the rules.
func (c *Catalogue) DeriveDay(p *Pool, date Date) Day {
	day := Day{PoolID: p.ID, OfficeID: p.OfficeID, Date: date}
	ws := c.PoolOpening(p, date).Windows
	if len(ws) == 0 {
		return day
	}
	day.First = ws[0].From
	n := int(ws[len(ws)-1].To-day.First) / TickMinutes
	day.Places, day.Taken = make([]byte, shares*n), make([]byte, shares*n)
	for _, w := range ws {
		for t := w.From; t+TickMinutes <= w.To; t += TickMinutes {
			i := int(t-day.First) / TickMinutes
			day.Places[i] = byte(p.Desks - p.Reserved)
			day.Places[n+i] = byte(p.Reserved)
		}
	}
	return day
}
