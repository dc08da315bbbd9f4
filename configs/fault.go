package configs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// maxFaults is how many faults one reading lists; the others are counted.
const maxFaults = 200

// Fault is one thing wrong with a file or with an environment variable.
type Fault struct {
	File   string // as the caller named it; "environment" for a variable
	Line   int    // from 1; 0 when no line can be told
	Column int    // in characters, from 1
	Path   string // such as "offices[2].desks"; "" for the file as a whole
	Text   string // what is wrong and what was expected; never a secret

	wrong string   // what was written, when a near known name may be meant
	known []string // the names to choose from
	list  bool     // when none is near, give them all
}

// String gives "FILE:LINE:COLUMN: PATH: TEXT", without the parts that are not
// known.
func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", f.Line, f.Column)
	}
	if f.Path != "" {
		b.WriteString(": " + f.Path)
	}
	return b.String() + ": " + f.Text
}

// Faults is everything that is wrong with an input. Get it out of an error with
// errors.As.
type Faults struct {
	list []Fault
	more int
}

// List returns the first 200 faults in the order of their lines.
func (f Faults) List() []Fault { return slices.Clone(f.list) }

// More returns how many faults there are beyond those that List gives.
func (f Faults) More() int { return f.more }

// Error is the same text as Format's.
func (f Faults) Error() string { return Format(f) }

// Format words the faults for a person, one line for each.
func Format(f Faults) string {
	lines := make([]string, 0, len(f.list)+1)
	for _, one := range f.list {
		lines = append(lines, one.String())
	}
	if f.more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more faults", f.more))
	}
	return strings.Join(lines, "\n")
}

// asError sorts what was collected, keeps the first maxFaults, and returns nil
// when there is nothing.
func asError(found []Fault, more int) error {
	if len(found) == 0 {
		return nil
	}
	slices.SortStableFunc(found, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	kept := found[:min(len(found), maxFaults)]
	for i := range kept {
		kept[i].suggest()
	}
	return Faults{list: kept, more: more + len(found) - len(kept)}
}

// suggest is left to the end, for the kept faults only: comparing names is the
// one costly step, and a hostile file has many wrong ones.
func (f *Fault) suggest() {
	if near := nearest(f.wrong, f.known); near != "" {
		f.Text += fmt.Sprintf("; did you mean %q?", near)
	} else if f.list {
		f.Text += "; want one of " + strings.Join(f.known, ", ")
	}
	f.wrong, f.known, f.list = "", nil, false
}
