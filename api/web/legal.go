package web

import (
	"slices"
	"strings"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// legalPart is by when the administration must answer, and who says so.
type legalPart struct {
	Days  int  // calendar days; 0 when Steps say it
	Own   bool // the catalogue states Days for this service; else law 55-19 does
	Steps []legalStep
	// Silence: a text lists the service as one that is granted when nobody answers
	// in time. Nothing else lets a page say so.
	Silence bool
}

// legalStep is one of a chain of steps, each due after the one before.
type legalStep struct {
	From, To string // worded
	Days     int    // calendar days, or working days
	Working  bool
	If, Goto string // where the chain branches, worded, or ""
}

func (s *site) legal(l *locale.Language, c *scheduler.Catalogue, sv *scheduler.Service) legalPart {
	p := legalPart{Silence: sv.SilenceIsYes}
	if clock, err := c.LegalClock(sv.LegalSteps); err == nil {
		p.Steps = s.legalSteps(l, clock)
	}
	if days, own := sv.LegalCeiling(); own || len(p.Steps) == 0 {
		p.Days, p.Own = days, own
	}
	return p
}

// legalSteps leaves out the steps for which no text gives a time.
func (s *site) legalSteps(l *locale.Language, clock *scheduler.LegalClock) []legalStep {
	var out []legalStep
	for _, st := range clock.Steps {
		step := legalStep{From: s.stepName(l, st.Step), To: s.stepName(l, st.Next), Days: st.MaxWorkingDays, Working: st.MaxWorkingDays > 0}
		if st.MaxDays != nil {
			step.Days, step.Working = *st.MaxDays, false
		} else if !step.Working {
			continue
		}
		if st.BranchIf != "" {
			step.If, step.Goto = s.stepName(l, st.BranchIf), s.stepName(l, st.BranchGoto)
		}
		out = append(out, step)
	}
	return out
}

// stepName words a step of the catalogue; one without a sentence is shown as it
// is written there.
func (s *site) stepName(l *locale.Language, step string) string {
	if key := "legal." + step; slices.Contains(s.keys, key) {
		return l.Say(key)
	}
	return strings.ReplaceAll(step, "_", " ")
}

// guesses are the marks of provenance that say that nobody published the value:
// general knowledge, and an estimate.
var guesses = []string{"GK", "EST"}

// guessed reports whether a provenance holds such a mark.
func guessed(provenance string) bool {
	marks := strings.FieldsFunc(provenance, func(r rune) bool { return strings.ContainsRune(" ,;/()", r) })
	return slices.ContainsFunc(marks, func(m string) bool { return slices.Contains(guesses, m) })
}

// feeOf parts a fee from the mark that it is a guess.
func feeOf(sv *scheduler.Service) (fee string, sure bool) {
	for _, g := range guesses {
		if fee, marked := strings.CutSuffix(sv.Fee, " ("+g+")"); marked {
			return fee, false
		}
	}
	return sv.Fee, true
}
