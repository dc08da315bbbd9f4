package web

import (
	"slices"
	"time"

	"mawid/scheduler"
)

// planSteps says for each step of a situation that is booked here when, within
// the stay, it could be at the earliest: not before the day after the steps it
// depends on. Without a stay it says nothing. It promises nothing either: an
// office may take longer to settle a step than a day.
func (s *site) planSteps(v *visit, c *scheduler.Catalogue, ch *scheduler.Chain, p *situationPage) error {
	if !p.Stay.Known {
		return nil
	}
	done := map[string]scheduler.Date{}
	for i, id := range ch.Steps {
		sv, err := c.Service(id)
		if err != nil || c.ExternalBooking(sv) != "" || len(c.OfficesFor(id)) == 0 {
			continue // settled outside, or booked elsewhere
		}
		within := p.Stay.stay
		for _, need := range sv.DependsOn {
			if day, planned := done[need]; planned && slices.Contains(ch.Steps[:i], need) {
				within.From = latest(within.From, day.AddDays(1))
			}
		}
		first, err := s.firstAnywhere(v, c, sv, within)
		if err != nil {
			return err
		}
		step := &p.Steps[i]
		step.First, step.NoneIn = s.whenSet(v, first), first.IsZero()
		if first.IsZero() {
			done[id] = within.To
		} else {
			done[id] = scheduler.DateOf(first)
		}
	}
	return nil
}

// firstAnywhere is the earliest free time for a service over its offices, on the
// clock of that office.
func (s *site) firstAnywhere(v *visit, c *scheduler.Catalogue, sv *scheduler.Service, st stay) (time.Time, error) {
	var best time.Time
	if st.To.Before(st.From) {
		return best, nil
	}
	for _, o := range c.OfficesFor(sv.ID) {
		loc, err := s.Zones.Load(o.Zone)
		if err != nil {
			return best, err
		}
		first, err := s.firstFree(v.Context(), scheduler.SlotQuery{ServiceID: sv.ID, OfficeID: o.ID}, loc, st)
		if err != nil {
			return best, err
		}
		if !first.IsZero() && (best.IsZero() || first.Before(best)) {
			best = first
		}
	}
	return best, nil
}
