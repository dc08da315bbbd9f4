package scheduler

import "time"

// NextInLine returns the index of the waiting ticket of one pool that is called
// next, and why; -1 when nobody waits. It is the rule that the store's one
// statement (CallNext) carries out, and that shows the order on screens:
//
//  1. Whoever has waited beyond the guard goes first, the longest first.
//  2. Else who is due earliest. The credit of a priority group counts, unless
//     the call before this one put a credited ticket before somebody: so at most
//     every second call does.
//
// Ties go to who arrived first, then to the lower number.
func NextInLine(tickets []Ticket, creditUsed bool, now time.Time) (int, CallReason) {
	best := -1
	for i := range tickets {
		if tickets[i].State == TicketWaiting && (best < 0 || goesBefore(&tickets[i], &tickets[best], creditUsed, now)) {
			best = i
		}
	}
	if best < 0 {
		return -1, ""
	}
	return best, callReason(tickets, best, creditUsed, now)
}

func goesBefore(a, b *Ticket, creditUsed bool, now time.Time) bool {
	ka, ga := callKey(a, creditUsed, now)
	kb, gb := callKey(b, creditUsed, now)
	switch {
	case ga != gb:
		return ga
	case !ka.Equal(kb):
		return ka.Before(kb)
	}
	return arrivedBefore(a, b)
}

func arrivedBefore(a, b *Ticket) bool {
	switch {
	case !a.ArrivedAt.Equal(b.ArrivedAt):
		return a.ArrivedAt.Before(b.ArrivedAt)
	case a.Number != b.Number:
		return a.Number < b.Number
	}
	return a.ID < b.ID
}

// callKey is by what a ticket is ordered, and whether the guard holds for it.
func callKey(t *Ticket, creditUsed bool, now time.Time) (time.Time, bool) {
	switch {
	case !t.GuardAt.After(now):
		return t.GuardAt, true
	case creditUsed:
		return t.PlainDue, false
	}
	return t.Due, false
}

// callReason says whether the chosen ticket goes before somebody who would be
// called earlier without credit and guard, and by what right.
func callReason(tickets []Ticket, chosen int, creditUsed bool, now time.Time) CallReason {
	t := &tickets[chosen]
	jumps := false
	for i := range tickets {
		o := &tickets[i]
		jumps = jumps || o.State == TicketWaiting && (o.PlainDue.Before(t.PlainDue) || o.PlainDue.Equal(t.PlainDue) && arrivedBefore(o, t))
	}
	switch {
	case jumps && !t.GuardAt.After(now):
		return CallWaited
	case jumps && !creditUsed && t.Due.Before(t.PlainDue):
		return CallPriority
	}
	return CallOrder
}

// CallOrderOf returns the waiting tickets of one pool in the order in which they
// will be called if nobody else comes and all are called now.
func CallOrderOf(tickets []Ticket, creditUsed bool, now time.Time) []Ticket {
	var waiting, out []Ticket
	for _, t := range tickets {
		if t.State == TicketWaiting {
			waiting = append(waiting, t)
		}
	}
	for len(waiting) > 0 {
		i, why := NextInLine(waiting, creditUsed, now)
		creditUsed = why == CallPriority
		out = append(out, waiting[i])
		waiting = append(waiting[:i], waiting[i+1:]...)
	}
	return out
}
