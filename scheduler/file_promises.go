package scheduler

import "context"

// newsWorkingDays is within how many working days a question of the person is
// answered, or escalated. Ours; no text says it.
const newsWorkingDays = 5

func (r *PromiseRequest) check(bad *InvalidError, prefix string, today Date) {
	if err, ok := checkFileText(prefix+"what", r.What, true).(*InvalidError); ok {
		bad.Fields = append(bad.Fields, err.Fields...)
	}
	if r.By.Before(today) {
		bad.Add(prefix+"by", "in_the_past", "today or later")
	}
	if r.By.After(today.AddDays(3660)) {
		bad.Add(prefix+"by", "out_of_range", "within ten years")
	}
}

// Promise adds a promise of the office that holds the file. With Replaces the
// one whose date moves is given up, and counts as broken once its day passes.
func (e *Engine) Promise(ctx context.Context, id string, revision int, by Actor, r PromiseRequest) (File, error) {
	return e.changeFile(ctx, id, revision, by, byStaff, "", func(w *fileWork) error {
		bad := &InvalidError{}
		r.check(bad, "", w.today)
		if err := bad.OrNil(); err != nil {
			return err
		}
		return w.promise(r)
	})
}

func (w *fileWork) promise(r PromiseRequest) error {
	id, err := w.e.newID("prm")
	if err != nil {
		return err
	}
	if r.Replaces != "" {
		old, err := w.f.promise(r.Replaces)
		if err != nil {
			return err
		}
		if !old.owed() {
			return ErrInvalidState
		}
		old.ReplacedBy = id
	}
	p := Promise{ID: id, AdministrationID: w.f.AdministrationID, OfficeID: w.f.OfficeID, What: r.What, By: r.By, MadeOn: w.today}
	if w.by.Staff != nil {
		p.MadeBy = w.by.Staff.ID
	}
	w.f.Promises = append(w.f.Promises, p)
	w.note(EventPromised, "what", r.What, "by", r.By.String(), "promise", id)
	return nil
}

// KeepPromise notes that a promise was kept today. After its day it is done, and
// broken all the same. ErrNotFound, ErrInvalidState when it is not owed.
func (e *Engine) KeepPromise(ctx context.Context, id string, revision int, by Actor, promiseID string) (File, error) {
	return e.changeFile(ctx, id, revision, by, byAnyHouse, "", func(w *fileWork) error {
		p, err := w.f.promise(promiseID)
		switch {
		case err != nil:
			return err
		case !p.owed():
			return ErrInvalidState
		case !by.Staff.MaySee(p.OfficeID):
			return ErrForbiddenStep
		}
		p.KeptOn = w.today
		w.note(EventPromiseKept, "what", p.What, "by", p.By.String(), "promise", p.ID)
		return nil
	})
}

// AskNews is the person's question. It is to be answered within five working
// days, else the next body is told. While one waits, another is ErrInvalidState.
func (e *Engine) AskNews(ctx context.Context, id string, revision int, by Actor, question string) (File, error) {
	if err := checkFileText("question", question, false); err != nil {
		return File{}, err
	}
	return e.changeFile(ctx, id, revision, by, byOwner, "", func(w *fileWork) error {
		if !w.f.NewsAskedOn.IsZero() {
			return ErrInvalidState
		}
		w.f.NewsAskedOn = w.today
		w.f.NewsDue = w.today.AddDays(7)
		if o, err := w.c.Office(w.f.OfficeID); err == nil {
			w.f.NewsDue = w.c.AddWorkingDays(o, w.today, newsWorkingDays)
		}
		w.note(EventNewsAsked, "note", question, "by", w.f.NewsDue.String())
		return nil
	})
}

// AnswerNews answers the person; also when nobody asked.
func (e *Engine) AnswerNews(ctx context.Context, id string, revision int, by Actor, answer string) (File, error) {
	if err := checkFileText("answer", answer, true); err != nil {
		return File{}, err
	}
	return e.changeFile(ctx, id, revision, by, byStaff, "", func(w *fileWork) error {
		w.f.NewsAskedOn, w.f.NewsDue = Date{}, Date{}
		w.note(EventNewsAnswered, "note", answer)
		return nil
	})
}
