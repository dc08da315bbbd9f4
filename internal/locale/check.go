package locale

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// checkFacts says what is wrong with one language's facts.
func checkFacts(f *facts, name string) error {
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("%s: %s", name, fmt.Sprintf(format, args...)))
	}
	if f.Code != strings.TrimSuffix(path.Base(name), ".yaml") {
		fault("code: want the file's name, found %q", f.Code)
	}
	if f.Direction != "rtl" && f.Direction != "ltr" {
		fault("direction: want rtl or ltr, found %q", f.Direction)
	}
	for what, list := range map[string]struct {
		have []string
		want int
	}{
		"months": {f.Months, 12}, "short_months": {f.ShortMonths, 12},
		"weekdays": {f.Weekdays, 7}, "short_weekdays": {f.ShortWeekdays, 7},
		"native_name": {[]string{f.NativeName}, 1}, "group_separator": {[]string{f.GroupSeparator}, 1},
		"dates": {[]string{f.Dates.Full, f.Dates.Short, f.Dates.SMS, f.Dates.MonthYear}, 4},
	} {
		if len(list.have) != list.want || slices.Contains(list.have, "") {
			fault("%s: want %d names, found %d", what, list.want, len(list.have))
		}
	}
	if !slices.Contains(f.Topics, "base") {
		fault("topics: want at least base, found %v", f.Topics)
	}
	for _, z := range f.Zones {
		if z.Name == "" || z.City == "" || z.Country == "" {
			fault("zones: want zone, country and city, found %+v", z)
		}
	}
	return errors.Join(faults...)
}

// check compares the languages with each other: the same keys, the same placeholders, all plural forms.
func check(languages []*Language) []error {
	if !slices.ContainsFunc(languages, func(l *Language) bool { return l.Code() == fallback }) {
		return []error{fmt.Errorf("the language %s is missing", fallback)}
	}
	var faults []error
	model := languages[slices.IndexFunc(languages, func(l *Language) bool { return l.Code() == fallback })]
	for _, l := range languages {
		faults = append(faults, l.checkAgainst(model)...)
		needed := needed(l.pluralTag)
		for _, key := range slices.Sorted(maps.Keys(l.sentences)) {
			if err := l.sentences[key].checkForms(needed); err != nil {
				faults = append(faults, fmt.Errorf("%s: %s: %w", l.file(l.sentences[key]), key, err))
			}
		}
	}
	return faults
}

func (l *Language) checkAgainst(model *Language) []error {
	var faults []error
	fault := func(in sentence, key, format string, args ...any) {
		faults = append(faults, fmt.Errorf("%s: %s: %s", l.file(in), key, fmt.Sprintf(format, args...)))
	}
	for _, topic := range l.facts.Topics {
		if !slices.Contains(model.facts.Topics, topic) {
			faults = append(faults, fmt.Errorf("languages/%s.yaml: topics: %s is not one of %s", l.Code(), topic, model.Code()))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(model.sentences)) {
		have, ok := l.sentences[key]
		want := model.sentences[key]
		switch {
		case !slices.Contains(l.facts.Topics, want.topic):
		case !ok:
			fault(want, key, "missing")
		case (have.forms == nil) != (want.forms == nil):
			fault(want, key, "plural forms here or in %s, not in both", model.Code())
		case !slices.Equal(have.names(), want.names()):
			fault(want, key, "placeholders %v, but %v in %s", have.names(), want.names(), model.Code())
		}
	}
	for _, key := range slices.Sorted(maps.Keys(l.sentences)) {
		if _, ok := model.sentences[key]; !ok {
			fault(l.sentences[key], key, "not in %s", model.Code())
		}
	}
	sameZone := func(a, b Zone) bool { return a.Name == b.Name && a.Alias == b.Alias }
	if !slices.EqualFunc(l.facts.Zones, model.facts.Zones, sameZone) {
		faults = append(faults, fmt.Errorf("languages/%s.yaml: zones: want those of %s, in the same order", l.Code(), model.Code()))
	}
	return faults
}

// file is where a sentence stands in this language.
func (l *Language) file(s sentence) string { return path.Join("sentences", s.topic, l.Code()+".yaml") }

// names are the placeholders of a sentence; of plural forms those of "other", which every language has.
func (s sentence) names() []string {
	if s.forms != nil {
		return s.forms["other"].names()
	}
	return s.text.names()
}

// checkForms wants the plural forms that the language's rule can ask for, and no other; "zero" is always allowed and
// then is said for 0. A form may leave {n} out ("one minute"), but nothing else.
func (s sentence) checkForms(needed map[string]bool) error {
	if s.forms == nil {
		return nil
	}
	for _, name := range categories {
		form, has := s.forms[name]
		switch {
		case !has && needed[name]:
			return fmt.Errorf("the plural form %q is missing", name)
		case has && !needed[name] && name != "zero":
			return fmt.Errorf("the plural form %q is never used in this language", name)
		case has && !slices.Equal(without(form.names(), "n"), without(s.names(), "n")):
			return fmt.Errorf("the plural form %q has other placeholders", name)
		}
	}
	return nil
}

// needed are the categories that whole numbers can have in a language, by the rules of CLDR. The numbers tried cover
// every rule of CLDR 32, which depend on the last two digits or on millions.
func needed(tag language.Tag) map[string]bool {
	out := make(map[string]bool)
	for n := range 1001 {
		out[category(tag, n)] = true
	}
	out[category(tag, 1_000_000)] = true
	return out
}

func without(names []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(s string) bool { return s == name })
}
