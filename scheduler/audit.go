package scheduler

import "fmt"

// Audit compares what days say is taken with what live holds and appointments
// occupy, tick by tick, and describes each difference. An empty answer means
// that nobody's place was lost or sold twice.
func Audit(o Occupancy) []string {
	var faults []string
	expected := make(map[string]*Day, len(o.Days))
	for _, d := range o.Days {
		name := d.PoolID + "|" + d.Date.String()
		if f := d.Fault(); f != "" {
			faults = append(faults, fmt.Sprintf("day %s: %s", name, f))
		}
		d.Taken = make([]byte, len(d.Places))
		expected[name] = &d
	}
	place := func(what string, p Place) {
		if p.Ticks == 0 {
			return
		}
		day := expected[queueOf(p)]
		if day == nil {
			faults = append(faults, fmt.Sprintf("%s: its day %s is not stored", what, queueOf(p)))
			return
		}
		if _, ok := day.offset(p.Start, p.Ticks, p.Share); !ok {
			faults = append(faults, fmt.Sprintf("%s: %s lies outside of its day %s", what, p.Start, queueOf(p)))
			return
		}
		day.add(p, +1)
	}
	for _, a := range o.Appointments {
		place("appointment "+a.ID, a.Place)
	}
	for _, h := range o.Holds {
		place("hold", h.Place)
	}
	for _, d := range o.Days {
		faults = append(faults, compareTaken(d, expected[d.PoolID+"|"+d.Date.String()])...)
	}
	return faults
}

func compareTaken(stored Day, want *Day) []string {
	var faults []string
	for i := range min(len(stored.Taken), len(want.Taken)) {
		if stored.Taken[i] != want.Taken[i] {
			faults = append(faults, fmt.Sprintf("day %s|%s: tick %d says %d taken, %d occupy it",
				stored.PoolID, stored.Date, i, stored.Taken[i], want.Taken[i]))
		}
	}
	return faults
}
