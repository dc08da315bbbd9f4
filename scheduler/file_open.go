package scheduler

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Limits of what is typed about files, in characters.
const (
	MaxFileText     = 1000 // notes, promises, outcomes, questions
	MaxFilePapers   = 40
	MaxIdentityText = 30
)

// FileRequest asks to open a file.
type FileRequest struct {
	ServiceID string
	OfficeID  string // "" is the service's own
	// Clock is the id of a legal clock or of a chain ("chain:sell-flat"); "" is
	// the service's, or law 55-19's.
	Clock   string
	Number  string // the administration's own
	Citizen Citizen
	ForWhom string // when Citizen is a proxy
	// Identity is the kind and number of an identity document. Only a keyed hash
	// and the end of the number are kept.
	Identity, IdentityNumber string
	Documents                []FileDocument // seen and missing; the missing are asked for now
	AtHand                   []string       // ids of documents that the person says they have; nobody saw them
	Note                     string         // of the person or the agent; both read it
	Origin                   string         // see File.Origin; "" is "online" or "desk"
	// DepositedOn is when the matter began if not today, Step where it stands and
	// StepSince since when.
	DepositedOn, StepSince Date
	Step                   string
	Urgent                 bool
	Promise                *PromiseRequest
	CalendarToken          string // of a calendar that the person has; "" starts one

	id string // of the new file; "" draws one
}

// PromiseRequest is a promise to be made.
type PromiseRequest struct {
	What string
	By   Date
	// Replaces is the id of the promise whose date this moves, or "".
	Replaces string
}

// OpenedFile is a new file and the secrets that are shown once.
type OpenedFile struct {
	File          File
	Token         string
	CalendarToken string
}

// OpenFile opens a file: an agent in one step from a visit, or a person online.
// A file opened by staff has that member of staff as owner. It returns an
// InvalidError or ErrBusy; ErrForbiddenStep when the office is not the agent's.
func (e *Engine) OpenFile(ctx context.Context, r FileRequest, by Actor) (OpenedFile, error) {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return OpenedFile{}, err
	}
	office, feedID, err := e.checkFile(ctx, c, &r, by)
	if err != nil {
		return OpenedFile{}, err
	}
	if by.Staff != nil && !by.Staff.MaySee(office.ID) {
		return OpenedFile{}, fmt.Errorf("open file: %w", ErrForbiddenStep)
	}
	id := r.id
	if id == "" {
		if id, err = e.newID("fil"); err != nil {
			return OpenedFile{}, err
		}
	}
	var f File
	err = e.decide(ctx, "file "+id, func() (Change, error) {
		if f, err = e.newFile(c, id, office, &r, by); err != nil {
			return Change{}, err
		}
		change := Change{}
		if f.FeedID = feedID; feedID == "" {
			if f.FeedID, err = e.newID("feed"); err != nil {
				return Change{}, err
			}
			change.NewFeeds = []Feed{{ID: f.FeedID, Kind: FeedCitizen, TokenHash: TokenHash(e.FeedToken(Feed{ID: f.FeedID})), CreatedAt: f.CreatedAt}}
		}
		write := fileWrite(&File{}, &f)
		write.Keys = e.fileKeys(&f)
		w := &fileWork{e: e, f: &f}
		if change.Notices, err = w.notices(write.Events); err != nil {
			return Change{}, err
		}
		change.Files = []FileWrite{write}
		change.RevokeNotices, err = e.visitOver(ctx, f.Origin)
		return change, err
	})
	if err != nil {
		return OpenedFile{}, fmt.Errorf("open file: %w", err)
	}
	token, err := e.CalendarToken(ctx, f.FeedID)
	if err != nil {
		return OpenedFile{}, err
	}
	return OpenedFile{f, e.FileToken(f.ID), token}, e.logAccess(ctx, &f, by, "opened")
}

// checkFile checks what was typed, fills in what follows from the catalogue, and
// finds office and calendar.
func (e *Engine) checkFile(ctx context.Context, c *Catalogue, r *FileRequest, by Actor) (*Office, string, error) {
	bad := &InvalidError{}
	r.Citizen.Check(bad, e.zones)
	CheckText(bad, "citizen.language", r.Citizen.Language, 35)
	CheckText(bad, "number", r.Number, MaxFileNumber)
	CheckText(bad, "for_whom", r.ForWhom, MaxName)
	CheckText(bad, "note", r.Note, MaxFileText)
	CheckText(bad, "identity_number", r.IdentityNumber, MaxIdentityText)
	e.checkPapers(c, bad, r)
	r.checkAtHand(c, bad)
	office := e.checkSubject(c, bad, r)
	today := DateOf(e.now())
	if office != nil {
		today = e.today(c, office.ID)
	}
	e.checkDays(c, bad, r, today)
	if by.Staff == nil && r.Promise != nil {
		bad.Add("promise", "not_allowed", "only an administration promises")
	}
	if r.Promise != nil {
		r.Promise.check(bad, "promise.", today)
	}
	feedID, err := e.feedOf(ctx, bad, r.CalendarToken)
	if err != nil {
		return nil, "", err
	}
	return office, feedID, bad.OrNil()
}

func (e *Engine) checkPapers(c *Catalogue, bad *InvalidError, r *FileRequest) {
	if len(r.Documents) > MaxFilePapers {
		bad.Add("documents", "too_many", "at most %d", MaxFilePapers)
	}
	for _, d := range r.Documents {
		CheckText(bad, "documents", d.ID, MaxName)
	}
	if r.Identity != "" {
		if _, err := c.Document(r.Identity); err != nil {
			bad.Add("identity", "unknown", "want the id of a document")
		}
	}
	if r.IdentityNumber != "" && len(plainNumber(r.IdentityNumber)) < 4 {
		bad.Add("identity_number", "too_short", "want the whole number")
	}
}

func (e *Engine) checkSubject(c *Catalogue, bad *InvalidError, r *FileRequest) *Office {
	s, err := c.Service(r.ServiceID)
	if err != nil {
		bad.Add("service", "unknown", "no such service")
		return nil
	}
	if r.OfficeID == "" {
		r.OfficeID = s.OfficeID
	}
	o, err := c.Office(r.OfficeID)
	if err == nil && o.Event { // a booth opens files for the office that owns the service
		if r.Origin == "" {
			r.Origin = "booth"
		}
		o, err = c.Office(s.OfficeID)
	}
	if err != nil {
		bad.Add("office", "unknown", "no such office")
		return nil
	}
	if r.Clock == "" {
		r.Clock = c.clockFor(s)
	} else if l := c.ClockOf(r.Clock); l.ID != r.Clock {
		bad.Add("clock", "unknown", "no such legal clock or chain")
	}
	return o
}

func (e *Engine) checkDays(c *Catalogue, bad *InvalidError, r *FileRequest, today Date) {
	if r.DepositedOn.IsZero() {
		r.DepositedOn = today
	}
	if r.DepositedOn.After(today) {
		bad.Add("deposited_on", "in_the_future", "not after today")
	}
	if r.DepositedOn.Year < 1950 {
		bad.Add("deposited_on", "out_of_range", "not before 1950")
	}
	if r.Step != "" && !slices.Contains(c.ClockOf(r.Clock).Order(), r.Step) {
		bad.Add("step", "unknown", "no step of this clock")
	}
	if r.StepSince.IsZero() {
		r.StepSince = r.DepositedOn
	}
	if r.StepSince.After(today) || r.StepSince.Before(r.DepositedOn) {
		bad.Add("step_since", "out_of_range", "from the day of deposit to today")
	}
}

func (e *Engine) feedOf(ctx context.Context, bad *InvalidError, token string) (string, error) {
	if token == "" {
		return "", nil
	}
	f, err := e.store.FeedByToken(ctx, TokenHash(token))
	if err != nil {
		bad.Add("calendar_token", "unknown", "no such calendar")
	}
	return f.ID, nil
}

// newFile makes the file with its first steps.
func (e *Engine) newFile(c *Catalogue, id string, office *Office, r *FileRequest, by Actor) (File, error) {
	ref, err := NewReference(e.random)
	if err != nil {
		return File{}, err
	}
	now := e.now()
	f := File{
		ID: id, Reference: ref, State: FileOpen, AdministrationID: office.AdministrationID, OfficeID: office.ID,
		ServiceID: r.ServiceID, Clock: r.Clock, Citizen: r.Citizen, ForWhom: r.ForWhom,
		DepositedOn: r.DepositedOn, Urgent: r.Urgent, Origin: r.Origin, ManageHash: TokenHash(e.FileToken(id)),
		Revision: 1, CreatedAt: now, UpdatedAt: now,
	}
	f.Number, f.Identity = e.keepNumbers(r)
	if by.Staff != nil {
		f.OwnerID = by.Staff.ID
	}
	if f.Origin == "" {
		f.Origin = map[bool]string{true: "desk", false: "online"}[by.Staff != nil]
	}
	w := &fileWork{e: e, c: c, f: &f, by: by, actor: by.fileName(&f), today: e.today(c, office.ID)}
	w.note(EventOpened, "note", r.Note, "deposited", dateArg(r.DepositedOn, w.today), "documents", r.atHand())
	w.deposit(r)
	if err := w.papers(r.Documents); err != nil {
		return f, err
	}
	if r.Promise != nil {
		return f, w.promise(*r.Promise)
	}
	return f, nil
}

// dateArg is a date for a history, "" when it says nothing new.
func dateArg(d, today Date) string {
	if d == today {
		return ""
	}
	return d.String()
}

// deposit enters the steps up to the one in which the file stands. The receipt
// is given with the deposit, so a step that is due on the same day is done.
func (w *fileWork) deposit(r *FileRequest) {
	clock := w.c.ClockOf(w.f.Clock)
	order := clock.Order()
	first := order[0]
	w.enter(FileStep{Kind: first, Turn: TurnAdministration, AdministrationID: w.f.AdministrationID, OfficeID: w.f.OfficeID}, w.f.DepositedOn)
	if r.Step != "" && r.Step != first { // what lies between is not known
		w.f.end("done", r.StepSince)
		w.next(clock, r.Step, r.StepSince)
		return
	}
	w.f.end("done", w.f.DepositedOn)
	for _, kind := range order[1:] {
		w.next(clock, kind, w.f.DepositedOn)
		if s := w.f.Current(); s.Term.IsZero() || s.Term.Days > 0 || s.Turn != TurnAdministration {
			return
		}
		w.f.end("done", w.f.DepositedOn)
	}
}

// enter begins a step on a day and computes when it is due.
func (w *fileWork) enter(s FileStep, on Date) {
	if o, err := w.c.Office(w.f.OfficeID); err == nil {
		s.Due, s.DueVersion = w.c.DueOf(o, s.Term), w.c.Version
	}
	if s.OfficeID != "" {
		w.f.AdministrationID, w.f.OfficeID = s.AdministrationID, s.OfficeID
	}
	w.f.begin(s, on)
}

// next begins a step of the clock: who holds it, and by when.
func (w *fileWork) next(clock *LegalClock, kind string, on Date) {
	s := FileStep{Kind: kind, Turn: clock.turnOf(kind)}
	if rule := clock.before(kind); rule != nil {
		service, _ := w.c.Service(w.f.ServiceID)
		from := w.doneOn(rule.Step)
		if from.IsZero() { // what lies between was not seen: count from this step's own beginning
			from = on
		}
		s.Term = rule.term(service, w.f.Urgent, from)
	}
	switch s.Turn {
	case TurnAdministration:
		s.AdministrationID, s.OfficeID = w.f.AdministrationID, w.f.OfficeID
		if service, err := w.c.Service(kind); err == nil && strings.HasPrefix(clock.ID, chainPrefix) {
			s.AdministrationID, s.OfficeID = service.AdministrationID, service.OfficeID
		}
	default:
		if _, err := w.c.Outsider(kind); err == nil {
			s.Outsider = kind
		} else if s.Turn == TurnCourt {
			s.Outsider = "court"
		}
	}
	w.enter(s, on)
}

// doneOn is when a step was last done, zero when it never was.
func (w *fileWork) doneOn(kind string) Date {
	for i := len(w.f.Steps) - 1; i >= 0; i-- {
		if s := &w.f.Steps[i]; s.Kind == kind && s.Outcome == "done" {
			return s.DoneOn
		}
	}
	return Date{}
}
