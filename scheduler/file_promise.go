package scheduler

// Promise is what somebody of the administration said would be done by a day. It
// is never changed: a new date is a new promise, and the old one counts.
type Promise struct {
	ID                         string
	AdministrationID, OfficeID string
	What                       string // in the words of who made it; the person reads it
	By                         Date   // the last day
	MadeBy                     string // staff id
	MadeOn                     Date
	KeptOn                     Date   // zero while it is owed
	ReplacedBy                 string // id of the promise with a new date, or ""
	RemindedOn                 Date   // when the agent was reminded
	ReportedOn                 Date   // when the supervisor and the person were told that it was broken
}

// PromiseState is where a promise stands on a day; it is computed, not stored.
type PromiseState string

// The states of a promise.
const (
	PromiseMade    PromiseState = "open"
	PromiseKept    PromiseState = "kept"
	PromiseBroken  PromiseState = "broken"  // done too late, or given up for a new date
	PromiseOverdue PromiseState = "overdue" // its day has passed and it is still owed
)

// State returns where the promise stands at the end of a day.
func (p *Promise) State(on Date) PromiseState {
	kept := !p.KeptOn.IsZero() && !p.KeptOn.After(on)
	switch {
	case kept && !p.KeptOn.After(p.By):
		return PromiseKept
	case kept:
		return PromiseBroken
	case !on.After(p.By):
		return PromiseMade
	case p.ReplacedBy != "":
		return PromiseBroken
	}
	return PromiseOverdue
}

// owed reports whether something must still be done for it.
func (p *Promise) owed() bool { return p.KeptOn.IsZero() && p.ReplacedBy == "" }

// NextPromise returns the promise that is owed first, or nil.
func (f *File) NextPromise() *Promise {
	var next *Promise
	for i := range f.Promises {
		if p := &f.Promises[i]; p.owed() && (next == nil || p.By.Before(next.By)) {
			next = p
		}
	}
	return next
}

func (f *File) promise(id string) (*Promise, error) {
	for i := range f.Promises {
		if f.Promises[i].ID == id {
			return &f.Promises[i], nil
		}
	}
	return nil, ErrNotFound
}
