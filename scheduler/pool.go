package scheduler

import (
	"slices"
	"strings"
)

// Pool is a set of interchangeable desks in one office that serve a set of
// services. Because the desks are interchangeable, a count per tick is exact;
// the desk is chosen when the person is called.
type Pool struct {
	ID       string
	OfficeID string
	Desks    int      // open desks, 1 to 255
	Reserved int      // of them, kept for staff and walk-ins
	Services []string // ids
	// Channel is the one that has these desks for itself; InPerson for the desks to
	// which people come.
	Channel ServiceChannel
	// Hours are templates of its own; none: the office's.
	Hours []string
}

// derivePools gives a standing office one pool of all its desks, and an event
// office one pool for each host, since an agent of customs cannot serve land
// registry. An office that somebody else books has none.
func (c *Catalogue) derivePools(o *Office) []*Pool {
	if o.ExternalBooking != "" || o.Desks < 1 {
		return nil
	}
	if o.Event {
		return c.eventPools(o)
	}
	own := c.ownServices(o.ID)
	if len(own) == 0 {
		return nil
	}
	return []*Pool{{ID: o.ID, OfficeID: o.ID, Desks: min(o.Desks, maxDesks), Services: own}}
}

// eventPools gives every host one desk, and what is left, one by one, to the
// hosts that have most desks at home.
func (c *Catalogue) eventPools(o *Office) []*Pool {
	var pools []*Pool
	for _, h := range o.Hosts {
		host := c.offices[h]
		if host == nil || host.ExternalBooking != "" || len(pools) == o.Desks {
			continue
		}
		pools = append(pools, &Pool{ID: o.ID + "/" + h, OfficeID: o.ID, Desks: 1, Services: c.ownServices(h)})
	}
	c.shareDesks(pools, o.Desks-len(pools))
	return pools
}

func (c *Catalogue) shareDesks(pools []*Pool, left int) {
	if len(pools) == 0 {
		return
	}
	byHome := slices.Clone(pools)
	slices.SortStableFunc(byHome, func(a, b *Pool) int { return c.homeDesks(b) - c.homeDesks(a) })
	for i := range left {
		p := byHome[i%len(byHome)]
		p.Desks = min(p.Desks+1, maxDesks)
	}
}

func (c *Catalogue) homeDesks(p *Pool) int {
	_, host, _ := strings.Cut(p.ID, "/")
	return c.offices[host].Desks
}

func (c *Catalogue) ownServices(officeID string) []string {
	var ids []string
	for i := range c.Services {
		if c.Services[i].OfficeID == officeID {
			ids = append(ids, c.Services[i].ID)
		}
	}
	return ids
}
