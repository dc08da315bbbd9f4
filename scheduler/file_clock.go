package scheduler

import (
	"slices"
	"strings"
)

// Term is by when something is due: so many days after a day, and who says so.
type Term struct {
	From     Date
	Days     int  // 0 or more
	Working  bool // count the office's working days, else calendar days
	Source   string
	Verified bool // somebody has read the text itself
}

// IsZero reports that nothing is due.
func (t Term) IsZero() bool { return t.From.IsZero() }

// Names of sources. "S.." are marks of the catalogue's list of public pages.
const (
	sourceLaw5519 = "55-19 (S61)"
	// analogy marks that no text was found for this very case; the nearest rule is used.
	analogy = " ≈"
)

// The clocks that the program itself knows by name.
const (
	clockDecision = "decision_55_19"
	chainPrefix   = "chain:"
)

// generalClock is law 55-19's, for catalogues that state none of their own.
var generalClock = func() LegalClock {
	none, ceiling := 0, generalCeilingDays
	return LegalClock{ID: clockDecision, Steps: []LegalStep{
		{Step: "depot", Next: "recepisse", MaxDays: &none, Provenance: sourceLaw5519},
		{Step: "recepisse", Next: "decision", MaxDays: &ceiling, InvestmentDays: 30, OneExtension: "technical expertise or public inquiry only", Provenance: sourceLaw5519},
	}}
}()

// AddWorkingDays returns the date n working days of the office after date.
func (c *Catalogue) AddWorkingDays(o *Office, date Date, n int) Date {
	d := date
	// Ten times the days asked for, and a year, would be a fault of the data.
	for i := 0; n > 0 && i < 366+10*n; i++ {
		if d = d.AddDays(1); c.WorkingDay(o, d) {
			n--
		}
	}
	return d
}

// workingDaysBetween counts the working days after from, up to and with to.
func (c *Catalogue) workingDaysBetween(o *Office, from, to Date) int {
	n := 0
	for d := from.AddDays(1); !d.After(to); d = d.AddDays(1) {
		if c.WorkingDay(o, d) {
			n++
		}
	}
	return n
}

// DueOf returns the last day of a term at an office, zero for none. The day it
// begins does not count. A term of calendar days that would end on a closed day
// ends on the next working day: the general rule of procedure (code of civil
// procedure, art. 512, as commonly cited; unverified for these texts).
func (c *Catalogue) DueOf(o *Office, t Term) Date {
	switch {
	case t.IsZero():
		return Date{}
	case t.Days == 0:
		return t.From
	case t.Working:
		return c.AddWorkingDays(o, t.From, t.Days)
	}
	due := t.From.AddDays(t.Days)
	if !c.WorkingDay(o, due) {
		due = c.AddWorkingDays(o, due, 1)
	}
	return due
}

// Order lists the steps of a clock, the first being what starts it.
func (l *LegalClock) Order() []string {
	var out []string
	for i := range l.Steps {
		for _, s := range []string{l.Steps[i].Step, l.Steps[i].Next} {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// before returns the rule that says by when a step is due, or nil.
func (l *LegalClock) before(step string) *LegalStep {
	for i := range l.Steps {
		if l.Steps[i].Next == step {
			return &l.Steps[i]
		}
	}
	return nil
}

// branchTo returns the rule whose branch a reason opens at a step, or nil. It is
// open while the step of the rule runs, and while the next one does.
func (l *LegalClock) branchTo(step, reason string) *LegalStep {
	for i := range l.Steps {
		if r := &l.Steps[i]; r.BranchIf != "" && r.BranchIf == reason && (r.Step == step || r.Next == step) {
			return r
		}
	}
	return nil
}

// NextStep is the step after one, "" at the end.
func (l *LegalClock) NextStep(step string) string { return l.next(step) }

// Branches lists the reasons for which a step may leave the usual way.
func (l *LegalClock) Branches(step string) []string {
	var out []string
	for i := range l.Steps {
		if r := &l.Steps[i]; r.BranchIf != "" && (r.Step == step || r.Next == step) {
			out = append(out, r.BranchIf)
		}
	}
	return out
}

// afterBranch returns the rule that a branch belongs to, or nil.
func (l *LegalClock) afterBranch(step string) *LegalStep {
	for i := range l.Steps {
		if l.Steps[i].BranchGoto == step && step != "" {
			return &l.Steps[i]
		}
	}
	return nil
}

// turnOf is who acts in a step: as the data says, else by what the step is.
func (l *LegalClock) turnOf(step string) Turn {
	if r := l.before(step); r != nil && r.Turn != "" {
		return r.Turn
	}
	switch step {
	case "tribunal":
		return TurnCourt
	case "fin_oppositions": // time that has to pass, in which anybody may object
		return TurnOther
	}
	return TurnAdministration
}

// term is by when the step after a rule is due, when the rule's own step was done
// on a day.
func (r *LegalStep) term(s *Service, urgent bool, done Date) Term {
	t := Term{From: done, Source: r.Provenance, Verified: r.Verified}
	switch {
	case urgent && r.UrgentDays > 0:
		t.Days = r.UrgentDays
	case r.MaxWorkingDays > 0:
		t.Days, t.Working = r.MaxWorkingDays, true
	case r.InvestmentDays > 0 && s != nil && s.DeadlineDays > 0:
		t.Days = s.DeadlineDays
		if s.Provenance != "" {
			t.Source = s.Provenance
		}
	case r.MaxDays != nil:
		t.Days = *r.MaxDays
	default:
		return Term{}
	}
	return t
}

// extensionOf is how many days the one extension adds to a term under a rule: as
// the text says, else as long again (no length was found; unverified).
func extensionOf(r *LegalStep, t Term) int {
	if r != nil && r.OneExtensionWorkingDays > 0 {
		return r.OneExtensionWorkingDays
	}
	return t.Days
}

// ClockOf returns the clock of a file: its own, or law 55-19's. A chain has one
// step for each of its services.
func (c *Catalogue) ClockOf(id string) *LegalClock {
	if chain, err := c.Chain(strings.TrimPrefix(id, chainPrefix)); err == nil && strings.HasPrefix(id, chainPrefix) {
		return c.chainClock(chain)
	}
	if l, err := c.LegalClock(id); err == nil {
		return l
	}
	if l, err := c.LegalClock(clockDecision); err == nil {
		return l
	}
	return &generalClock
}

// chainClock: each service of a chain is due by its own ceiling.
func (c *Catalogue) chainClock(chain *Chain) *LegalClock {
	l := &LegalClock{ID: chainPrefix + chain.ID}
	from := "depot"
	for _, step := range chain.Steps {
		r := LegalStep{Step: from, Next: step}
		if s, err := c.Service(step); err == nil {
			days, own := s.LegalCeiling()
			r.MaxDays, r.Provenance = &days, sourceLaw5519
			if own && s.Provenance != "" {
				r.Provenance = s.Provenance
			}
		} else if r.Turn = TurnOther; step == "court" {
			r.Turn = TurnCourt
		}
		l.Steps = append(l.Steps, r)
		from = step
	}
	return l
}

// clockFor chooses the clock of a new file about a service.
func (c *Catalogue) clockFor(s *Service) string {
	if s.LegalSteps != "" {
		return s.LegalSteps
	}
	return clockDecision
}

// neverSilent are administrations whose silence never means yes, whatever a
// catalogue says: customs, land registry, taxes (facts: S62 lists nine acts of
// local authorities, none of theirs).
var neverSilent = []string{"adii", "ancfcc", "dgi", "tgr"}

// SilenceIsAgreement reports whether an administration that says nothing by the
// legal date has agreed. True only for acts that a text lists.
func (s *Service) SilenceIsAgreement() bool {
	return s.SilenceIsYes && s.LegalSteps == "" && !slices.Contains(neverSilent, s.AdministrationID)
}

// Late returns by how many days a step was or is late on a day: those after its
// legal date that lie within it, so that each holder answers for its own.
func (s *FileStep) Late(on Date) int {
	if s.Due.IsZero() {
		return 0
	}
	end := on
	if !s.DoneOn.IsZero() && s.DoneOn.Before(on) {
		end = s.DoneOn
	}
	from := s.Due
	if from.Before(s.StartedOn) {
		from = s.StartedOn
	}
	return max(0, from.DaysUntil(end))
}

// Late returns by how many days the file is late on a day: how far the legal
// date of the running step lies behind. It is 0 while the person's own step runs.
func (f *File) Late(on Date) int {
	s := f.Current()
	if s == nil || s.Due.IsZero() || s.Turn == TurnCitizen {
		return 0
	}
	return max(0, s.Due.DaysUntil(on))
}

// Lateness is what one holder has to answer for.
type Lateness struct {
	Turn                                 Turn
	AdministrationID, OfficeID, Outsider string
	Days                                 int
}

// LateBy lists who made the file late up to a day, and by how many days.
func (f *File) LateBy(on Date) []Lateness {
	var out []Lateness
	for i := range f.Steps {
		s := &f.Steps[i]
		l := Lateness{s.Turn, s.AdministrationID, s.OfficeID, s.Outsider, s.Late(on)}
		if l.Days == 0 {
			continue
		}
		same := func(o Lateness) bool { o.Days = l.Days; return o == l }
		if at := slices.IndexFunc(out, same); at >= 0 {
			out[at].Days += l.Days
			continue
		}
		out = append(out, l)
	}
	return out
}
