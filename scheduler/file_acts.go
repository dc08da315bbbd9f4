package scheduler

import (
	"context"
	"slices"
	"time"
)

// HandOver is to whom a step goes.
type HandOver struct {
	OfficeID string
	// Note is read by the staff of both sides, not by the person.
	Note string
	// StartsAt, when not zero, is an appointment there for the person, for
	// ServiceID, made in the same act: both or neither.
	ServiceID string
	StartsAt  time.Time
}

// HandOver gives the running step to another office, of the same or another
// administration. Its legal date goes with it: nothing begins anew. With an
// appointment also ErrSlotTaken and ErrDuplicateBooking.
func (e *Engine) HandOver(ctx context.Context, id string, revision int, by Actor, h HandOver) (File, *Booked, error) {
	if err := checkFileText("note", h.Note, false); err != nil {
		return File{}, nil, err
	}
	var booked *Booked
	queue, err := e.handOverQueue(ctx, h)
	if err != nil {
		return File{}, nil, err
	}
	f, err := e.changeFile(ctx, id, revision, by, byStaff, queue, func(w *fileWork) error {
		booked = nil
		to, err := w.c.Office(h.OfficeID)
		switch {
		case err != nil || to.Event:
			return Invalid("office", "unknown", "no office that can hold files")
		case to.ID == w.f.OfficeID:
			return Invalid("office", "same", "it is there already")
		}
		from := w.f.OfficeID
		s := *w.f.Current()
		w.f.end("handed_over", w.today)
		s.DoneOn, s.Outcome, s.Turn, s.Outsider, s.Note = Date{}, "", TurnAdministration, "", h.Note
		s.AdministrationID, s.OfficeID = to.AdministrationID, to.ID
		if s.Kind == StepDocuments { // it still waits for the person, at the other office
			s.Turn, s.AdministrationID, s.OfficeID = TurnCitizen, "", ""
			w.f.AdministrationID, w.f.OfficeID = to.AdministrationID, to.ID
		}
		w.f.OwnerID = ""
		w.note(EventHandedOver, "from", from, "to", to.ID)
		w.enter(s, w.today)
		if h.Note != "" {
			w.note(EventNote, "note", h.Note)
		}
		if h.StartsAt.IsZero() {
			return nil
		}
		booked, err = w.book(h)
		return err
	})
	return f, booked, err
}

func (e *Engine) handOverQueue(ctx context.Context, h HandOver) (string, error) {
	if h.StartsAt.IsZero() {
		return "", nil
	}
	o, err := e.allowedNow(ctx, placeRequest{serviceID: h.ServiceID, officeID: h.OfficeID, startsAt: h.StartsAt, party: 1})
	if err != nil {
		return "", err
	}
	return queueOf(o.place), nil
}

// book takes a place for the person of the file, adds the appointment to the
// change and notes it.
func (w *fileWork) book(h HandOver) (*Booked, error) {
	r := BookRequest{
		OfficeID: h.OfficeID, ServiceID: h.ServiceID, StartsAt: h.StartsAt, Citizen: w.f.Citizen, FileNumber: w.f.Reference,
	}
	change, err := w.e.bookPlace(w.ctx, r, placeRequest{serviceID: h.ServiceID, officeID: h.OfficeID, startsAt: h.StartsAt, party: 1})
	if err != nil {
		return nil, err
	}
	id, err := w.e.newID("apt")
	if err != nil {
		return nil, err
	}
	a, err := w.e.newAppointment(w.ctx, id, r, change, w.f.FeedID)
	if err != nil {
		return nil, err
	}
	if w.change, err = w.e.bookChange(change, a, false); err != nil {
		return nil, err
	}
	w.note(EventVisit, "appointment", a.ID, "to", a.OfficeID, "service", a.ServiceID, "on", a.Place.Date.String(), "time", a.Place.Start.String())
	token, err := w.e.CalendarToken(w.ctx, a.FeedID)
	return &Booked{a, w.e.ManageToken(a.ID), token}, err
}

// Assign gives the file to a member of staff of its office, or to nobody.
func (e *Engine) Assign(ctx context.Context, id string, revision int, by Actor, to *User) (File, error) {
	return e.changeFile(ctx, id, revision, by, byStaff, "", func(w *fileWork) error {
		owner := ""
		if to != nil {
			if !to.MaySee(w.f.OfficeID) {
				return Invalid("owner", "unknown", "no member of staff of this office")
			}
			owner = to.ID
		}
		if owner == w.f.OwnerID {
			return errNothingToDo
		}
		w.f.OwnerID = owner
		w.note(EventAssigned, "to", owner)
		return nil
	})
}

// Settle ends the file because the matter is settled. What was promised and is
// still owed is done with it.
func (e *Engine) Settle(ctx context.Context, id string, revision int, by Actor, outcome string) (File, error) {
	return e.endFile(ctx, id, revision, by, FileSettled, EventSettled, outcome)
}

// CloseFile ends the file without settling it; the reason is told to the person.
// What was promised and is not kept stays so.
func (e *Engine) CloseFile(ctx context.Context, id string, revision int, by Actor, reason string) (File, error) {
	return e.endFile(ctx, id, revision, by, FileClosed, EventClosed, reason)
}

func (e *Engine) endFile(ctx context.Context, id string, revision int, by Actor, state FileState, event, why string) (File, error) {
	if err := checkFileText("outcome", why, true); err != nil {
		return File{}, err
	}
	return e.changeFile(ctx, id, revision, by, byStaff, "", func(w *fileWork) error {
		last := "ended"
		if state == FileSettled {
			last = "done"
			for i := range w.f.Promises {
				if p := &w.f.Promises[i]; p.owed() {
					p.KeptOn = w.today
				}
			}
		}
		w.f.end(last, w.today)
		w.f.State, w.f.Outcome, w.f.EndedOn = state, why, w.today
		w.f.NewsAskedOn, w.f.NewsDue = Date{}, Date{}
		w.note(event, "note", why)
		return nil
	})
}

// MergeFile ends a file that is one and the same as another: the same person and
// subject. The other keeps its own dates; the person is led there. Both must be
// files that the actor works on.
func (e *Engine) MergeFile(ctx context.Context, id string, revision int, by Actor, into string) (File, error) {
	target, err := e.file(ctx, into, by)
	if err != nil {
		return File{}, err
	}
	return e.changeFile(ctx, id, revision, by, byStaff, "", func(w *fileWork) error {
		switch {
		case target.ID == w.f.ID || !target.Open() || !by.mayWorkFile(&target):
			return ErrInvalidState
		case target.ServiceID != w.f.ServiceID || !w.e.samePerson(&target, w.f):
			return Invalid("into", "differs", "not the same person and subject")
		}
		w.f.end("ended", w.today)
		w.f.State, w.f.MergedInto, w.f.EndedOn = FileMerged, target.ID, w.today
		w.note(EventMerged, "reference", target.Reference)
		return nil
	})
}

// samePerson: a common key of person or document.
func (e *Engine) samePerson(a, b *File) bool {
	keys := e.fileKeys(b)
	return slices.ContainsFunc(e.fileKeys(a), func(k string) bool { return slices.Contains(keys, k) })
}

// Duplicates returns the open files of the same person about the same subject.
func (e *Engine) Duplicates(ctx context.Context, f *File) ([]File, error) {
	found, err := e.store.FilesByKeys(ctx, e.fileKeys(f), 50)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(found, func(o File) bool {
		return o.ID == f.ID || o.ServiceID != f.ServiceID || !o.Open()
	}), nil
}
