// Package locale is the language of Mawid: the sentences, dates, numbers and plurals of each language it speaks.
//
// It knows the files of each language: languages/xx.yaml (names of months, days, cities, the form of dates, and which
// topics it speaks) and sentences/TOPIC/xx.yaml (what is said, by key). French speaks every topic. Load refuses files
// that do not agree: a sentence of a spoken topic that is missing, another placeholder, a plural form too few.
//
// It must not know what an appointment, an office or a notice is: callers hand in words, numbers and times. It reads no
// clock, and it uses the zone that a time.Time carries; it never chooses one.
package locale

import (
	"cmp"
	"embed"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

// fallback is the language of a reader whose own is not spoken here.
const fallback = "fr"

//go:embed languages/*.yaml sentences/*/*.yaml
var files embed.FS

// Book holds all languages. It does not change after Load and is safe for concurrent use.
type Book struct {
	languages []*Language // in the order of the files' "order"
	matcher   language.Matcher
	matched   []*Language // by the matcher's index; the fallback first
}

// embedded is the book of the embedded files: read once, it never changes.
var embedded = sync.OnceValues(func() (*Book, error) { return load(files) })

// Load reads and checks the embedded files; the second time it returns the same book. The error lists every fault found.
func Load() (*Book, error) { return embedded() }

func newBook(languages []*Language) *Book {
	slices.SortFunc(languages, func(a, b *Language) int { return cmp.Compare(a.facts.Order, b.facts.Order) })
	b := &Book{languages: languages, matched: slices.Clone(languages)}
	slices.SortStableFunc(b.matched, func(x, y *Language) int { return cmp.Compare(rank(x), rank(y)) })
	tags := make([]language.Tag, len(b.matched))
	for i, l := range b.matched {
		tags[i] = l.tag
	}
	b.matcher = language.NewMatcher(tags)
	for _, l := range b.matched[1:] {
		l.fallback = b.matched[0]
	}
	return b
}

func rank(l *Language) int {
	if l.Code() == fallback {
		return 0
	}
	return 1
}

// Languages returns all languages in the order in which a switcher shows them: Arabic, French and English first.
func (b *Book) Languages() []*Language {
	return slices.Clone(b.languages)
}

// Speaking returns the languages that speak a topic, in the order of Languages.
func (b *Book) Speaking(topic string) []*Language {
	return slices.DeleteFunc(b.Languages(), func(l *Language) bool { return !l.Speaks(topic) })
}

// TagIn is Tag among the languages that speak a topic; French when the one of the tag does not. A reader of Tamazight has no
// notices in it, and is written to in another language.
func (b *Book) TagIn(topic, want string) *Language {
	if l := b.Tag(want); l.Speaks(topic) {
		return l
	}
	return b.matched[0]
}

// Keys returns the keys of all sentences, sorted.
func (b *Book) Keys() []string {
	return slices.Sorted(maps.Keys(b.matched[0].sentences))
}

// Tag returns the language of a tag such as "ar", "ar-MA" or "fr_FR" by its base language; French when it is empty,
// malformed or not spoken. A caller that must know whether it is spoken compares Code.
func (b *Book) Tag(want string) *Language {
	base, _, _ := strings.Cut(strings.ReplaceAll(want, "_", "-"), "-")
	base = strings.ToLower(base)
	if code, ok := written[base]; ok {
		base = code
	}
	for _, l := range b.languages {
		if l.Code() == base {
			return l
		}
	}
	return b.matched[0]
}
