package locale

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/language"
)

// facts is what languages/xx.yaml says.
type facts struct {
	Code           string            `yaml:"code"`
	Order          int               `yaml:"order"`
	HTMLLang       string            `yaml:"html_lang"`
	Direction      string            `yaml:"direction"`
	NativeName     string            `yaml:"native_name"`
	Topics         []string          `yaml:"topics"`
	PluralsOf      string            `yaml:"plurals_of"`
	GroupSeparator string            `yaml:"group_separator"`
	NoBreakBefore  string            `yaml:"no_break_before"`
	NoBreakAfter   string            `yaml:"no_break_after"`
	FirstDay       string            `yaml:"first_day"`
	Dates          patterns          `yaml:"dates"`
	Months         []string          `yaml:"months"`
	ShortMonths    []string          `yaml:"short_months"`
	Weekdays       []string          `yaml:"weekdays"`
	ShortWeekdays  []string          `yaml:"short_weekdays"`
	Clocks         map[string]string `yaml:"clocks"`
	Zones          []Zone            `yaml:"zones"`
}

// patterns are the forms of dates, with {weekday} {wd} {day} {dd} {month} {mon} {mm} {year}.
type patterns struct {
	Full      string `yaml:"full"`
	Short     string `yaml:"short"`
	SMS       string `yaml:"sms"`
	MonthYear string `yaml:"month_year"`
}

// sentence is a text, or its plural forms by CLDR category.
type sentence struct {
	topic string // the folder it stands in
	text  template
	forms map[string]template
}

// template is a text cut at its placeholders.
type template []part

// part is fixed text, or a placeholder when name is set.
type part struct{ text, name string }

func load(source fs.FS) (*Book, error) {
	names, err := fs.Glob(source, "languages/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("languages: %w", err)
	}
	var languages []*Language
	var faults []error
	for _, name := range names {
		l, err := readLanguage(source, name)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		languages = append(languages, l)
	}
	if len(faults) == 0 {
		faults = check(languages)
	}
	if len(faults) > 0 {
		return nil, fmt.Errorf("languages: %w", errors.Join(faults...))
	}
	return newBook(languages), nil
}

func readLanguage(source fs.FS, name string) (*Language, error) {
	var f facts
	if err := readYAML(source, name, &f); err != nil {
		return nil, err
	}
	tag, err := language.Parse(f.HTMLLang)
	if err != nil {
		return nil, fmt.Errorf("%s: html_lang: %w", name, err)
	}
	pluralTag, err := language.Parse(f.PluralsOf)
	if err != nil {
		return nil, fmt.Errorf("%s: plurals_of: %w", name, err)
	}
	l := &Language{facts: f, tag: tag, pluralTag: pluralTag, cities: make(map[string]Zone, len(f.Zones))}
	for _, z := range f.Zones {
		l.cities[z.Name] = z
	}
	if err := checkFacts(&f, name); err != nil {
		return nil, err
	}
	if l.sentences, err = readTopics(source, path.Base(name), &f); err != nil {
		return nil, err
	}
	return l, nil
}

// readTopics reads sentences/TOPIC/xx.yaml of each topic that the language speaks. A key belongs to one topic.
func readTopics(source fs.FS, base string, f *facts) (map[string]sentence, error) {
	all := make(map[string]sentence)
	var faults []error
	for _, topic := range f.Topics {
		name := path.Join("sentences", topic, base)
		sentences, err := readSentences(source, name, f)
		if err != nil {
			faults = append(faults, err)
		}
		for key, s := range sentences {
			if other, twice := all[key]; twice {
				faults = append(faults, fmt.Errorf("%s: %s: already said in the topic %s", name, key, other.topic))
			}
			s.topic = topic
			all[key] = s
		}
	}
	return all, errors.Join(faults...)
}

// readYAML reads a file strictly: an unknown or doubled key is an error with its line.
func readYAML(source fs.FS, name string, into any) error {
	raw, err := fs.ReadFile(source, name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := yaml.UnmarshalWithOptions(raw, into, yaml.Strict()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func readSentences(source fs.FS, name string, f *facts) (map[string]sentence, error) {
	raw := make(map[string]any)
	if err := readYAML(source, name, &raw); err != nil {
		return nil, err
	}
	sentences := make(map[string]sentence, len(raw))
	var faults []error
	for key, value := range raw {
		s, err := parseSentence(key, value, f)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %s: %w", name, key, err))
		}
		sentences[key] = s
	}
	return sentences, errors.Join(faults...)
}

var (
	keyForm    = regexp.MustCompile(`^[a-z]+(\.[a-z0-9_]+)+$`)
	categories = []string{"zero", "one", "two", "few", "many", "other"}
)

func parseSentence(key string, value any, f *facts) (sentence, error) {
	if !keyForm.MatchString(key) {
		return sentence{}, errors.New(`want a key like "form.name_hint"`)
	}
	join := noBreaks(key, f)
	switch v := value.(type) {
	case string:
		text, err := parseTemplate(join(v))
		return sentence{text: text}, err
	case map[string]any:
		s := sentence{forms: make(map[string]template, len(v))}
		for name, form := range v {
			text, isText := form.(string)
			if !isText || !slices.Contains(categories, name) {
				return sentence{}, fmt.Errorf("plural form %s: want a text for one of %s", name, strings.Join(categories, ", "))
			}
			var err error
			if s.forms[name], err = parseTemplate(join(text)); err != nil {
				return sentence{}, fmt.Errorf("plural form %s: %w", name, err)
			}
		}
		return s, nil
	default:
		return sentence{}, errors.New("want a text in quotes, or a map of plural forms")
	}
}

// noBreaks puts the no-break spaces that a language's typography asks for (French: before ":" and "?"), so that the
// files can be written with plain spaces. Short messages keep plain ones: U+00A0 is not in GSM 03.38.
func noBreaks(key string, f *facts) func(string) string {
	var pairs []string
	if !strings.HasSuffix(key, ".sms") {
		for _, r := range f.NoBreakBefore {
			pairs = append(pairs, " "+string(r), "\u00a0"+string(r))
		}
		for _, r := range f.NoBreakAfter {
			pairs = append(pairs, string(r)+" ", string(r)+"\u00a0")
		}
	}
	return strings.NewReplacer(pairs...).Replace
}

var placeholderForm = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// parseTemplate cuts a text at its {placeholders}. A single brace is an error.
func parseTemplate(text string) (template, error) {
	if strings.TrimSpace(text) == "" {
		return nil, errors.New("the text is empty")
	}
	var t template
	for rest := text; rest != ""; {
		before, after, found := strings.Cut(rest, "{")
		if strings.Contains(before, "}") {
			return nil, errors.New("a } without a {")
		}
		if before != "" {
			t = append(t, part{text: before})
		}
		if !found {
			break
		}
		name, behind, closed := strings.Cut(after, "}")
		if !closed || !placeholderForm.MatchString(name) {
			return nil, errors.New("want a placeholder like {name}")
		}
		t = append(t, part{name: name})
		rest = behind
	}
	return t, nil
}

// names are the placeholders of a template, sorted, each once.
func (t template) names() []string {
	var out []string
	for _, p := range t {
		if p.name != "" {
			out = append(out, p.name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
