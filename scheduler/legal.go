package scheduler

import "slices"

// generalCeilingDays is by when an administration must have decided where no
// text of its own says so, in calendar days: law 55-19 (official bulletin of 19
// March 2020), as the press reports it. The text itself was not read.
const generalCeilingDays = 60

// LegalCeiling returns by when a request must be decided, in calendar days, and
// whether the catalogue states it for this service; else it is the general
// ceiling of law 55-19.
func (s *Service) LegalCeiling() (days int, own bool) {
	if s.DeadlineDays > 0 {
		return s.DeadlineDays, true
	}
	return generalCeilingDays, false
}

// LegalClock returns the chain of legal steps of an id, or ErrNotFound.
func (c *Catalogue) LegalClock(id string) (*LegalClock, error) {
	for i := range c.LegalClocks {
		if c.LegalClocks[i].ID == id {
			return &c.LegalClocks[i], nil
		}
	}
	return nil, ErrNotFound
}

// ChainsWith returns the life situations that a service is a step of.
func (c *Catalogue) ChainsWith(serviceID string) []*Chain {
	var out []*Chain
	for i := range c.Chains {
		if slices.Contains(c.Chains[i].Steps, serviceID) {
			out = append(out, &c.Chains[i])
		}
	}
	return out
}
