package scheduler

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// The bodies of Catalogue.Escalation inside the house: the program tells them by
// itself. Those after them are outside, and a letter is prepared for the person.
const (
	BodyOffice      = "office"              // the supervisor of the office that holds the file
	BodyDesk        = "provincial_mre_desk" // the provincial desk for Moroccans abroad
	BodyChikaya     = "chikaya.ma"          // the national portal of complaints
	BodyWassit      = "wassit"              // the mediator of the kingdom
	BodyInformation = "acces_information"   // a request under law 31-13
)

var defaultEscalation = []string{BodyOffice, BodyDesk, BodyChikaya, BodyWassit}

// EscalationOrder lists the bodies to which a file goes, in order.
func (c *Catalogue) EscalationOrder() []string {
	if len(c.Escalation) > 0 {
		return c.Escalation
	}
	return defaultEscalation
}

// houseBodies counts the bodies at the beginning of the order that are inside.
func (c *Catalogue) houseBodies() int {
	order := c.EscalationOrder()
	outside := slices.IndexFunc(order, func(b string) bool { return b != BodyOffice && b != BodyDesk })
	if outside < 0 {
		return len(order)
	}
	return outside
}

// deskAfterDays is how long the office has, once told, before the provincial desk
// is. Ours; no text says it.
const deskAfterDays = 14

// remindDays is how many days before its day the agent is reminded of a promise.
const remindDays = 1

// watchFile does what the passing of time asks for. It returns errNothingToDo when
// all of it was done before.
func watchFile(w *fileWork) error {
	done := w.newDue()
	for i := range w.f.Promises {
		done = w.watchPromise(&w.f.Promises[i]) || done
	}
	late, f := w.f.Late(w.today) > 0, w.f
	switch {
	case late && f.Escalation == 0:
		done = w.escalate("late") || done
	case late && f.Escalation == 1 && f.EscalatedOn.DaysUntil(w.today) >= deskAfterDays:
		done = w.escalate("late") || done
	}
	if !f.NewsDue.IsZero() && w.today.After(f.NewsDue) && !f.EscalatedOn.After(f.NewsDue) {
		done = w.escalate("news") || done
	}
	if !done {
		return errNothingToDo
	}
	return nil
}

// newDue computes a legal date anew when closures have changed: a feast that
// moved moves it too.
func (w *fileWork) newDue() bool {
	s := w.f.Current()
	if s == nil || s.Term.IsZero() || s.DueVersion == w.c.Version {
		return false
	}
	before := s.Due
	w.moveDue(s)
	s.DueVersion = w.c.Version
	if s.Due != before {
		w.note(EventDueMoved, "step", s.Kind, "from", before.String(), "to", s.Due.String())
	}
	return true
}

// watchPromise reminds the agent before the day, and after it tells the person
// and the supervisor: once each.
func (w *fileWork) watchPromise(p *Promise) bool {
	switch {
	case !p.owed():
		return false
	case w.today.After(p.By) && p.ReportedOn.IsZero():
		p.ReportedOn = w.today
		w.note(EventPromiseBroken, "what", p.What, "by", p.By.String(), "promise", p.ID)
		if w.f.Escalation == 0 {
			w.escalate("promise")
		}
		return true
	case !w.today.After(p.By) && p.RemindedOn.IsZero() && w.today.DaysUntil(p.By) <= remindDays && p.MadeOn.Before(w.today):
		p.RemindedOn = w.today
		return true
	}
	return false
}

// escalate tells the next body inside the house; false when there is none left.
func (w *fileWork) escalate(why string) bool {
	if w.f.Escalation >= w.c.houseBodies() {
		return false
	}
	body := w.c.EscalationOrder()[w.f.Escalation]
	w.f.Escalation++
	w.f.EscalatedOn = w.today
	if s, err := w.c.Service(w.c.EscalationDesk); err == nil && body == BodyDesk {
		w.f.DeskOfficeID = s.OfficeID
	}
	w.note(EventEscalated, "body", body, "why", why)
	return true
}

// watchPage bounds how many files are read at once.
const watchPage = 200

// WatchFiles looks at every open file in which the passing of time may ask for
// something, and does it: legal dates after closures changed, promises, and
// telling the next body. It is safe to run on many nodes at once and to miss
// turns: what was done is not done again. It returns how many files it changed.
func (e *Engine) WatchFiles(ctx context.Context) (int, error) {
	c, err := e.Catalogue(ctx)
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	// A day ahead of the westernmost office: the step itself asks the office's clock.
	q := FileQuery{List: FilesWatch, On: DateOf(e.now()).AddDays(1), CatalogueVersion: c.Version, HouseBodies: c.houseBodies(), Limit: watchPage}
	changed := 0
	for {
		page, err := e.store.Files(ctx, q)
		if err != nil {
			return changed, fmt.Errorf("watch files: %w", err)
		}
		for i := range page {
			ok, err := e.watchOne(ctx, c, &page[i])
			if err != nil {
				return changed, fmt.Errorf("watch files: %w", err)
			}
			if ok {
				changed++
			}
		}
		if len(page) < watchPage {
			return changed, nil
		}
		last := &page[len(page)-1]
		q.AfterDue, q.AfterID = last.Summary().Due, last.ID
	}
}

// watchOne tries the decision on the copy that was read before it asks for the
// file again: most need nothing.
func (e *Engine) watchOne(ctx context.Context, c *Catalogue, f *File) (bool, error) {
	try := *f
	try.Steps, try.Promises = slices.Clone(f.Steps), slices.Clone(f.Promises)
	w := &fileWork{ctx: ctx, e: e, c: c, f: &try, actor: "system", today: e.today(c, f.OfficeID)}
	if watchFile(w) != nil {
		return false, nil
	}
	done := false
	_, err := e.changeFile(ctx, f.ID, 0, Actor{}, bySystem, "", func(w *fileWork) error {
		err := watchFile(w)
		done = err == nil
		return err
	})
	if errors.Is(err, ErrInvalidState) || errors.Is(err, ErrNotFound) { // it ended meanwhile
		return false, nil
	}
	return done, err
}
