package scheduler

import (
	"slices"
	"time"
)

// FileState is where a citizen's file stands as a whole.
type FileState string

// The states of a file. Whose turn it is while open stands in its current step.
const (
	FileOpen    FileState = "open"
	FileSettled FileState = "settled"
	FileClosed  FileState = "closed" // ended without being settled: withdrawn, refused, not ours
	FileMerged  FileState = "merged" // it was one and the same as MergedInto
)

// Turn says who must act next.
type Turn string

// Whose turn it may be. TurnOther is a body outside, or a period that has to pass.
const (
	TurnAdministration Turn = "administration"
	TurnCitizen        Turn = "citizen"
	TurnCourt          Turn = "court"
	TurnOther          Turn = "other"
)

// File is one matter of one person, followed until it is settled.
type File struct {
	ID        string // opaque, unguessable
	Reference string // what people read over the phone, see NewReference
	State     FileState
	// AdministrationID and OfficeID answer for it now, also while others hold it.
	AdministrationID string
	OfficeID         string
	ServiceID        string // the subject
	// Clock is the id of a LegalClock, or "chain:" and the id of a Chain.
	Clock string
	// Number is the administration's own number of the file, or "". Numbers of
	// identity documents never stand here, see IdentityDocument.
	Number string
	// Identity is what may be kept of an identity document.
	Identity IdentityDocument
	Citizen  Citizen // whom to write to
	// ForWhom is the person the matter belongs to when Citizen is a proxy, or "".
	ForWhom   string
	Documents []FileDocument
	// AskedOn is when documents were asked for; law 55-19 allows it once.
	AskedOn Date
	// DepositedOn is when the matter began, maybe years before Mawid knew of it.
	DepositedOn Date
	Urgent      bool
	Extended    bool   // the one extension was used
	Origin      string // "online", "booth", "import", "appointment:ID", "ticket:ID", "desk"
	OwnerID     string // the member of staff who answers for it, or ""
	Outcome     string // why it ended, in the words of who ended it
	MergedInto  string
	// NewsAskedOn is the day of a question that nobody has answered yet, and
	// NewsDue by when it must be.
	NewsAskedOn, NewsDue Date
	// Escalation counts how many bodies of Catalogue.Escalation know of it.
	Escalation  int
	EscalatedOn Date
	// DeskOfficeID is the provincial desk that was told, or "". It sees the file.
	DeskOfficeID string
	FeedID       string // the person's calendar that shows it
	ManageHash   []byte // SHA-256 of the token; the token is not stored
	Revision     int
	CreatedAt    time.Time // UTC
	UpdatedAt    time.Time // UTC
	EndedOn      Date      // zero while open

	Steps    []FileStep
	Promises []Promise
	Events   []FileEvent // left out of lists
}

// IdentityDocument is what is kept of a passport or identity card: a keyed hash
// to find the same person again, and the end of the number for the desk.
type IdentityDocument struct {
	Kind string // id of a Document, such as "cnie", or ""
	Hash []byte
	Tail string // the last characters, at most three
}

// FileDocument says of one paper whether the office has seen it.
type FileDocument struct {
	ID   string `json:"id"` // of a Document, or free words
	Seen bool   `json:"seen"`
}

// FileStep is one stretch in which one body holds the file. Its end begins the
// next. Days are those of the office's calendar.
type FileStep struct {
	Seq  int    // from 1
	Kind string // step of the clock, id of a service of a chain, or StepDocuments
	Turn Turn
	// Who holds it: an office, or somebody outside (an Outsider's id).
	AdministrationID, OfficeID, Outsider string
	Term                                 Term // by when it is due; zero for no legal date
	Due                                  Date // of Term, by the closures known at DueVersion
	DueVersion                           int64
	StartedOn                            Date
	DoneOn                               Date   // zero while it runs
	Outcome                              string // "done", "asked", "received", "branched", "handed_over", "extended", "ended"
	Extension                            string // why Term was extended, or ""
	Note                                 string // of a hand-over, between administrations
}

// StepDocuments is the citizen's step: bring or send what is missing.
const StepDocuments = "documents"

// FileEvent is one line of a file's history, kept for ever.
type FileEvent struct {
	Seq    int // from 1
	At     time.Time
	Actor  string // "citizen", "system" or "staff:<id>"
	Office string // of the actor or the holder
	What   string // such as "opened", see the Event constants
	// Args fill the sentence: ids of steps, documents and offices, dates, and
	// what people wrote for the other side to read.
	Args map[string]string
	// Internal is not shown to the person: notes between administrations.
	Internal bool
}

// What happens to a file.
const (
	EventOpened = "opened"
	// EventDepositedAgain: the same person deposited the same subject once more.
	EventDepositedAgain = "deposited_again"
	// EventVisit: an appointment was booked for the file.
	EventVisit         = "visit_booked"
	EventAsked         = "documents_asked"
	EventReceived      = "documents_received"
	EventStepDone      = "step_done"
	EventBranched      = "branched"
	EventExtended      = "extended"
	EventHandedOver    = "handed_over"
	EventNote          = "note" // internal
	EventPromised      = "promised"
	EventPromiseKept   = "promise_kept"
	EventPromiseBroken = "promise_broken"
	EventNewsAsked     = "news_asked"
	EventNewsAnswered  = "news_answered"
	EventEscalated     = "escalated"
	EventAssigned      = "assigned" // internal
	EventDueMoved      = "due_moved"
	EventMerged        = "merged"
	EventSettled       = "settled"
	EventClosed        = "closed"
)

// Current returns the step that runs, or nil when the file has ended.
func (f *File) Current() *FileStep {
	if n := len(f.Steps); n > 0 && f.Steps[n-1].DoneOn.IsZero() {
		return &f.Steps[n-1]
	}
	return nil
}

// Open reports whether somebody must still do something.
func (f *File) Open() bool { return f.State == FileOpen }

// Missing lists the documents that were asked for and not yet seen.
func (f *File) Missing() []string {
	var out []string
	for _, d := range f.Documents {
		if !d.Seen {
			out = append(out, d.ID)
		}
	}
	return out
}

// Offices lists every office that holds or has held the file, each once.
func (f *File) Offices() []string {
	out := []string{f.OfficeID}
	if f.DeskOfficeID != "" && f.DeskOfficeID != f.OfficeID {
		out = append(out, f.DeskOfficeID)
	}
	for i := range f.Steps {
		if o := f.Steps[i].OfficeID; o != "" && !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return out
}

// begin starts a step on a day.
func (f *File) begin(s FileStep, on Date) *FileStep {
	s.Seq, s.StartedOn = len(f.Steps)+1, on
	f.Steps = append(f.Steps, s)
	return &f.Steps[len(f.Steps)-1]
}

// end ends the running step, if there is one.
func (f *File) end(outcome string, on Date) {
	if s := f.Current(); s != nil {
		s.DoneOn, s.Outcome = on, outcome
	}
}

// note adds a line to the history; pairs are names and values of its arguments.
func (f *File) note(at time.Time, actor, what string, pairs ...string) {
	e := FileEvent{Seq: len(f.Events) + 1, At: at, Actor: actor, Office: f.OfficeID, What: what}
	e.Internal = what == EventNote || what == EventAssigned
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			continue
		}
		if e.Args == nil {
			e.Args = map[string]string{}
		}
		e.Args[pairs[i]] = pairs[i+1]
	}
	f.Events = append(f.Events, e)
}
