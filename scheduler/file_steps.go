package scheduler

import (
	"context"
	"slices"
	"strings"
)

// papers enters the documents and asks for the missing ones, if there are any.
func (w *fileWork) papers(docs []FileDocument) error {
	for _, d := range docs {
		w.f.setPaper(d.ID, d.Seen)
	}
	missing := w.f.Missing()
	if len(missing) == 0 {
		return nil
	}
	return w.ask(missing)
}

func (f *File) setPaper(id string, seen bool) {
	for i := range f.Documents {
		if f.Documents[i].ID == id {
			f.Documents[i].Seen = f.Documents[i].Seen || seen
			return
		}
	}
	f.Documents = append(f.Documents, FileDocument{id, seen})
}

// ask makes it the person's turn. The clock stands still for as long: nobody
// answers for days in which it waited for the person.
func (w *fileWork) ask(missing []string) error {
	if !w.f.AskedOn.IsZero() {
		return ErrInvalidState // law 55-19: once
	}
	w.f.AskedOn = w.today
	w.f.end("asked", w.today)
	w.f.begin(FileStep{Kind: StepDocuments, Turn: TurnCitizen}, w.today)
	w.note(EventAsked, "documents", strings.Join(missing, ","))
	return nil
}

// AskDocuments asks for what is missing. Law 55-19 allows it once: a second
// time is ErrInvalidState.
func (e *Engine) AskDocuments(ctx context.Context, id string, revision int, by Actor, documents []string) (File, error) {
	bad := &InvalidError{}
	if len(documents) == 0 || len(documents) > MaxFilePapers {
		bad.Add("documents", "out_of_range", "from 1 to %d", MaxFilePapers)
	}
	for _, d := range documents {
		CheckText(bad, "documents", d, MaxName)
	}
	if err := bad.OrNil(); err != nil {
		return File{}, err
	}
	return e.changeFile(ctx, id, revision, by, byStaff, "", func(w *fileWork) error {
		if s := w.f.Current(); s == nil || s.Turn != TurnAdministration {
			return ErrInvalidState
		}
		for _, d := range documents {
			w.f.Documents = slices.DeleteFunc(w.f.Documents, func(have FileDocument) bool { return have.ID == d })
			w.f.Documents = append(w.f.Documents, FileDocument{ID: d})
		}
		return w.ask(documents)
	})
}

// ReceiveDocuments notes that documents came. When none is missing any more, the
// step that waited goes on, due as much later as it waited.
func (e *Engine) ReceiveDocuments(ctx context.Context, id string, revision int, by Actor, documents []string) (File, error) {
	return e.changeFile(ctx, id, revision, by, byStaff, "", func(w *fileWork) error {
		for _, d := range documents {
			if !slices.Contains(w.f.Missing(), d) {
				return Invalid("documents", "unknown", "not a document that is missing")
			}
			w.f.setPaper(d, true)
		}
		if len(documents) == 0 {
			return Invalid("documents", "required", "which documents?")
		}
		w.note(EventReceived, "documents", strings.Join(documents, ","))
		if s := w.f.Current(); s.Kind == StepDocuments && len(w.f.Missing()) == 0 {
			w.resume()
		}
		return nil
	})
}

// resume goes on with the step before the person's.
func (w *fileWork) resume() {
	waited := w.f.Current()
	held := w.f.Steps[len(w.f.Steps)-2]
	w.f.end("received", w.today)
	s := held
	s.DoneOn, s.Outcome = Date{}, ""
	if o, err := w.c.Office(w.f.OfficeID); err == nil && !s.Term.IsZero() {
		if s.Term.Working {
			s.Term.Days += w.c.workingDaysBetween(o, waited.StartedOn, w.today)
		} else {
			s.Term.Days += waited.StartedOn.DaysUntil(w.today)
		}
	}
	w.enter(s, w.today)
}

// AdvanceStep ends the running step and begins the next one of the clock. After
// the last one there is nothing to advance to: see Settle. ErrInvalidState then,
// and while it is the person's turn.
func (e *Engine) AdvanceStep(ctx context.Context, id string, revision int, by Actor, note string) (File, error) {
	if err := checkFileText("note", note, false); err != nil {
		return File{}, err
	}
	return e.changeFile(ctx, id, revision, by, byStaff, "", func(w *fileWork) error {
		s := w.f.Current()
		clock := w.c.ClockOf(w.f.Clock)
		next := clock.next(s.Kind)
		if s.Kind == StepDocuments || next == "" {
			return ErrInvalidState
		}
		done := s.Kind
		w.f.end("done", w.today)
		w.note(EventStepDone, "step", done, "note", note)
		if rule := clock.afterBranch(done); rule != nil {
			w.afterBranch(clock, rule)
			return nil
		}
		office := w.f.OfficeID
		w.next(clock, next, w.today)
		if w.f.OfficeID != office { // the next house of a chain: its own people take over
			w.f.OwnerID = ""
			w.note(EventHandedOver, "from", office, "to", w.f.OfficeID)
		}
		return nil
	})
}

// next is the step after one, "" at the end.
func (l *LegalClock) next(step string) string {
	if r := l.afterBranch(step); r != nil {
		return r.Next
	}
	order := l.Order()
	if i := slices.Index(order, step); i >= 0 && i+1 < len(order) {
		return order[i+1]
	}
	return ""
}

// afterBranch goes on where the branch began. No text was found for the time
// after a court: the term of the step is counted anew, and says so.
func (w *fileWork) afterBranch(clock *LegalClock, rule *LegalStep) {
	service, _ := w.c.Service(w.f.ServiceID)
	s := FileStep{
		Kind: rule.Next, Turn: clock.turnOf(rule.Next),
		AdministrationID: w.f.AdministrationID, OfficeID: w.f.OfficeID,
		Term: rule.term(service, w.f.Urgent, w.today),
	}
	s.Term.Source, s.Term.Verified = s.Term.Source+analogy, false
	w.enter(s, w.today)
}

// BranchStep leaves the way of the clock for a reason that the data names, such
// as an opposition that sends a land registration to the court. ErrInvalidState
// when the running step has no such branch.
func (e *Engine) BranchStep(ctx context.Context, id string, revision int, by Actor, reason string) (File, error) {
	return e.changeFile(ctx, id, revision, by, byStaff, "", func(w *fileWork) error {
		clock := w.c.ClockOf(w.f.Clock)
		rule := clock.branchTo(w.f.Current().Kind, reason)
		if rule == nil {
			return ErrInvalidState
		}
		w.f.end("branched", w.today)
		w.note(EventBranched, "reason", reason, "step", rule.BranchGoto)
		w.next(clock, rule.BranchGoto, w.today)
		return nil
	})
}

// The reasons for the one extension (law 55-19, as reported: S61; law 31-13: S66).
const (
	ExtendExpertise = "technical_expertise"
	ExtendInquiry   = "public_inquiry"
	ExtendVolume    = "volume" // access to information only
)

// ExtendOnce lengthens the term of the running step. A file has one extension:
// a second is ErrInvalidState, as is one of a step without a legal date.
func (e *Engine) ExtendOnce(ctx context.Context, id string, revision int, by Actor, reason string) (File, error) {
	if !slices.Contains([]string{ExtendExpertise, ExtendInquiry, ExtendVolume}, reason) {
		return File{}, Invalid("reason", "unknown", "want technical_expertise, public_inquiry or volume")
	}
	return e.changeFile(ctx, id, revision, by, byStaff, "", func(w *fileWork) error {
		s := w.f.Current()
		rule := w.c.ClockOf(w.f.Clock).before(s.Kind)
		own := rule != nil && rule.OneExtensionWorkingDays > 0
		if w.f.Extended || s.Turn != TurnAdministration || s.Term.IsZero() || s.Term.Days == 0 || (reason == ExtendVolume) != own {
			return ErrInvalidState
		}
		w.f.Extended = true
		from := s.Due
		s.Term.Days += extensionOf(rule, s.Term)
		s.Extension = reason
		w.moveDue(s)
		w.note(EventExtended, "step", s.Kind, "reason", reason, "from", from.String(), "to", s.Due.String())
		return nil
	})
}

// moveDue computes anew by when a step is due.
func (w *fileWork) moveDue(s *FileStep) {
	if o, err := w.c.Office(w.f.OfficeID); err == nil {
		s.Due, s.DueVersion = w.c.DueOf(o, s.Term), w.c.Version
	}
}

// checkFileText checks a text that somebody writes about a file.
func checkFileText(field, text string, required bool) error {
	bad := &InvalidError{}
	CheckText(bad, field, text, MaxFileText)
	if required && strings.TrimSpace(text) == "" {
		bad.Add(field, "required", "say it in words")
	}
	return bad.OrNil()
}
