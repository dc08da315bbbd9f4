package configs_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"mawid/configs"
	"mawid/scheduler"
)

// FuzzRead: whatever the text, Read ends, and it gives either content from
// which a catalogue can be built, or faults that can be printed line by line.
func FuzzRead(f *testing.F) {
	f.Add(string(configs.SampleFile))
	f.Add(small)
	for part := range strings.SplitSeq(small, "\n  - ") {
		f.Add(part)
	}
	for _, s := range []string{
		"", "a", "a:", "a: b", "- a", "[", "{", "{a", "? a", "&a b", "*a", "!!str a", "<<: {a: b}", "a: |\n b", "a: >\n b", "'", "\"", "\"\\u00",
		"---\n---\n", "%YAML 1.2\n---\na: b", "a: [b, c", "{a: b, a: c}", "\ufeffa: b", "a:\tb", "[a]: b", "{[a]: b}", "1: 2", "null: null", "~", "a: .inf",
		"a: 0x1", "a: 1_000", "a: 1e400", "# c", "a: # c\n  b: c", "...\n", "a: {", "hours_templates: {s: {days: {mon: [[]]}}}",
		"administrations: [{}]", "administrations: [null]", "administrations: [{offices: [{services: [{}]}]}]", "periods: [{}, {}]", "closures: [[]]",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := configs.Read("f", []byte(text), zones{})
		if err == nil {
			buildable(t, s)
			return
		}
		var faults configs.Faults
		if !errors.As(err, &faults) || len(faults.List()) == 0 {
			t.Fatalf("an error without faults: %v", err)
		}
		out := configs.Format(faults)
		if !utf8.ValidString(out) || strings.ContainsAny(out, "\r\x00\x1b") {
			t.Errorf("cannot be printed: %q", out)
		}
		for _, fault := range faults.List() {
			if strings.Contains(fault.String(), "\n") {
				t.Errorf("more than a line: %q", fault.String())
			}
		}
	})
}

// buildable derives every pool's days of a week, which would fail on a
// reference that leads nowhere.
func buildable(t *testing.T, s configs.Sample) {
	c := scheduler.NewCatalogue(s.CatalogueData, 1)
	for _, o := range c.Offices {
		for _, p := range c.OfficePools(o.ID) {
			for i := range 7 {
				day := c.DeriveDay(p, scheduler.Date{Year: 2027, Month: 8, Day: 9 + i})
				if fault := day.Fault(); fault != "" {
					t.Errorf("a day of %s: %s", p.ID, fault)
				}
			}
		}
	}
}
