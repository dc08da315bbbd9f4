package scheduler

import (
	"strconv"
	"strings"
	"time"
)

// Desk is a place at which staff of one pool serve. Desks follow from the
// catalogue: a pool of three has desks dgi-safi-1 to dgi-safi-3.
type Desk struct {
	ID       string
	OfficeID string
	PoolID   string
	Number   int // what is called out; unique in the office
}

// DeskState is a desk with who sits there.
type DeskState struct {
	DeskID   string
	OfficeID string
	PoolID   string
	Open     bool
	StaffID  string    // "" when closed
	Since    time.Time // of the last change; zero when it was never opened
	Version  int64     // rises with every change
}

// Desks returns the desks of an office in order of their numbers.
func (c *Catalogue) Desks(officeID string) []Desk {
	var out []Desk
	for _, p := range c.OfficePools(officeID) {
		for i := range p.Desks {
			out = append(out, Desk{ID: deskID(p.ID, i+1), OfficeID: officeID, PoolID: p.ID, Number: len(out) + 1})
		}
	}
	return out
}

// deskID makes an id that fits into an address: pools of events hold a slash.
func deskID(poolID string, n int) string {
	return strings.ReplaceAll(poolID, "/", ".") + "-" + strconv.Itoa(n)
}

// Desk returns the desk of an id, or ErrNotFound.
func (c *Catalogue) Desk(id string) (*Desk, error) {
	cut := strings.LastIndexByte(id, '-')
	if cut < 0 {
		return nil, ErrNotFound
	}
	p := c.pools[strings.Replace(id[:cut], ".", "/", 1)]
	if p == nil {
		return nil, ErrNotFound
	}
	for _, d := range c.Desks(p.OfficeID) {
		if d.ID == id {
			return &d, nil
		}
	}
	return nil, ErrNotFound
}

// series are the letters before ticket numbers: they are told apart by ear in
// Arabic and French.
const series = "AFKMRXZHLS"

// ticketNumber writes what is called out: the letter of the pool and three
// digits or more.
func (c *Catalogue) ticketNumber(p *Pool, n int) string {
	letter := series[0]
	for i, o := range c.OfficePools(p.OfficeID) {
		if o.ID == p.ID {
			letter = series[i%len(series)]
		}
	}
	digits := strconv.Itoa(n)
	return string(letter) + strings.Repeat("0", max(3-len(digits), 0)) + digits
}
