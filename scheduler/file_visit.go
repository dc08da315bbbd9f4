package scheduler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// FileVisit is the next visit that a file needs.
type FileVisit struct {
	ServiceID string
	// OfficeIDs are where it can be booked here, the holder of the file first; none
	// when another portal books it, or nobody does.
	OfficeIDs []string
}

// VisitOf says which visit an open file needs now: of a chain the service whose
// turn it is, else the file's own.
func (c *Catalogue) VisitOf(f *File) FileVisit {
	v := FileVisit{ServiceID: f.ServiceID}
	if step := f.Current(); step != nil {
		if _, err := c.Service(step.Kind); err == nil {
			v.ServiceID = step.Kind
		}
	}
	s, err := c.Service(v.ServiceID)
	if err != nil || !f.Open() || c.ExternalBooking(s) != "" {
		return v
	}
	for _, o := range c.OfficesFor(v.ServiceID) {
		if o.ID == f.OfficeID {
			v.OfficeIDs = append([]string{o.ID}, v.OfficeIDs...)
		} else {
			v.OfficeIDs = append(v.OfficeIDs, o.ID)
		}
	}
	return v
}

// BookFileVisit books the next visit of a file for its owner, who types nothing
// again. The file notes it in the same commit. The same time asked for twice is one
// appointment. An InvalidError when it is not the visit that the file needs now;
// else the errors of Book.
func (e *Engine) BookFileVisit(ctx context.Context, id string, by Actor, officeID string, startsAt time.Time) (Booked, error) {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return Booked{}, err
	}
	f, err := e.file(ctx, id, by)
	if err != nil {
		return Booked{}, err
	}
	if b, err := e.bookedVisit(ctx, &f, officeID, startsAt); !errors.Is(err, ErrNotFound) {
		return b, err
	}
	visit := c.VisitOf(&f)
	if f.Open() && !slices.Contains(visit.OfficeIDs, officeID) {
		return Booked{}, Invalid("office", "unknown", "not where the next visit of this file is")
	}
	h := HandOver{OfficeID: officeID, ServiceID: visit.ServiceID, StartsAt: startsAt}
	queue, err := e.handOverQueue(ctx, h)
	if err != nil {
		return Booked{}, err
	}
	var booked *Booked
	_, err = e.changeFile(ctx, id, 0, by, byOwner, queue, func(w *fileWork) error {
		if w.c.VisitOf(w.f).ServiceID != visit.ServiceID {
			return ErrRevisionMismatch // it moved on meanwhile
		}
		booked, err = w.book(h)
		return err
	})
	if err == nil {
		return *booked, nil
	}
	if f, again := e.file(ctx, id, by); again == nil { // the same press of a button, at the same time
		if b, found := e.bookedVisit(ctx, &f, officeID, startsAt); found == nil {
			return b, nil
		}
	}
	return Booked{}, err
}

// bookedVisit is the live appointment of a file at a time, or ErrNotFound.
func (e *Engine) bookedVisit(ctx context.Context, f *File, officeID string, at time.Time) (Booked, error) {
	visits, err := e.FileVisits(ctx, f)
	if err != nil {
		return Booked{}, err
	}
	for _, a := range visits {
		if a.Status.Live() && a.OfficeID == officeID && a.StartsAt.Equal(at) {
			token, err := e.CalendarToken(ctx, a.FeedID)
			return Booked{a, e.ManageToken(a.ID), token}, err
		}
	}
	return Booked{}, fmt.Errorf("visit of a file: %w", ErrNotFound)
}

// FileVisits returns the appointments that were booked for a file as they stand
// now, in the order in which they were booked.
func (e *Engine) FileVisits(ctx context.Context, f *File) ([]Appointment, error) {
	var out []Appointment
	for i := range f.Events {
		ev := &f.Events[i]
		if ev.What != EventVisit {
			continue
		}
		a, err := e.store.Appointment(ctx, ev.Args["appointment"])
		switch {
		case err == nil:
			out = append(out, a)
		case !errors.Is(err, ErrNotFound):
			return nil, fmt.Errorf("visits of a file: %w", err)
		}
	}
	return out, nil
}
