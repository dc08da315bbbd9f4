package locale

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Language words things in one language. It does not change after Load and is safe for concurrent use.
type Language struct {
	facts     facts
	tag       language.Tag // of the pages
	pluralTag language.Tag // whose CLDR plural rule applies
	sentences map[string]sentence
	// fallback says what this language has no topic for; nil in the one that speaks all.
	fallback *Language
	cities   map[string]Zone // by IANA name
}

// Code is the short name in addresses and settings: "ar", "fr", "nl".
func (l *Language) Code() string { return l.facts.Code }

// HTMLLang is the value of the lang attribute: "ar-MA", "fr-MA", "en". The region matters to readers of screens and to
// the shape of digits (plain "ar" may give ٢٠٢٧).
func (l *Language) HTMLLang() string { return l.facts.HTMLLang }

// Direction is the value of the dir attribute: "rtl" or "ltr".
func (l *Language) Direction() string { return l.facts.Direction }

// NativeName is what the language calls itself: "العربية", "Français".
func (l *Language) NativeName() string { return l.facts.NativeName }

// Speaks reports whether the language has the sentences of a topic. Where it has not, Say gives French ones: who shows
// a whole page of that topic chooses another language instead.
func (l *Language) Speaks(topic string) bool { return slices.Contains(l.facts.Topics, topic) }

// Say returns the sentence of a key. args are pairs of a placeholder's name and its value: strings are put in as they
// are, integers as Number writes them. An unknown key, or a key with plural forms, gives "⟦key⟧"; a placeholder without
// a value gives "⟦name⟧", so that tests find both by "⟦". Say escapes nothing: templates do, and plain text in a
// language written from right to left wants Isolate around Latin words and numbers.
func (l *Language) Say(key string, args ...any) string {
	s, ok := l.sentences[key]
	if !ok && l.fallback != nil {
		return l.fallback.Say(key, args...)
	}
	if !ok || s.forms != nil {
		return marker(key)
	}
	return l.fill(s.text, args)
}

// Plural returns the form of a sentence that n asks for; {n} in it is n as Number writes it. Everything else is as in
// Say; a key without plural forms gives "⟦key⟧".
func (l *Language) Plural(key string, n int, args ...any) string {
	s, ok := l.sentences[key]
	if !ok && l.fallback != nil {
		return l.fallback.Plural(key, n, args...)
	}
	forms := s.forms
	if forms == nil {
		return marker(key)
	}
	text, ok := forms[l.category(n)]
	if zero, has := forms["zero"]; has && n == 0 {
		text, ok = zero, true
	}
	if !ok {
		return marker(key)
	}
	return l.fill(text, append([]any{"n", n}, args...))
}

// Pick returns the name of a thing in this language, else in French, Arabic or English, else in the first of the
// others by code; "" when there is none.
func (l *Language) Pick(names map[string]string) string {
	for _, code := range []string{l.Code(), "fr", "ar", "en"} {
		if names[code] != "" {
			return names[code]
		}
	}
	for _, code := range slices.Sorted(maps.Keys(names)) {
		if names[code] != "" {
			return names[code]
		}
	}
	return ""
}

// Number writes a whole number with the language's separator between groups of three digits. Digits are 0 to 9 in
// every language, as in Morocco.
func (l *Language) Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var groups []string
	for len(digits) > 3 {
		groups = append(groups, digits[len(digits)-3:])
		digits = digits[:len(digits)-3]
	}
	groups = append(groups, digits)
	slices.Reverse(groups)
	return sign + strings.Join(groups, l.facts.GroupSeparator)
}

// Isolate wraps words of another script, a phone number or a reference in U+2068 and U+2069 (Unicode UAX #9), so that
// they keep their order inside a line of the other direction. It is for plain text; HTML has <bdi>. Direction marks
// inside s are dropped: they could end the isolation early.
func Isolate(s string) string {
	return "\u2068" + strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s) + "\u2069"
}

func (l *Language) category(n int) string {
	if n < 0 {
		n = -n
	}
	return category(l.pluralTag, n)
}

// category is the CLDR plural category of a whole number.
func category(tag language.Tag, n int) string {
	switch plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0) {
	case plural.Zero:
		return "zero"
	case plural.One:
		return "one"
	case plural.Two:
		return "two"
	case plural.Few:
		return "few"
	case plural.Many:
		return "many"
	default:
		return "other"
	}
}

func (l *Language) fill(t template, args []any) string {
	var b strings.Builder
	for _, p := range t {
		if p.name == "" {
			b.WriteString(p.text)
			continue
		}
		b.WriteString(l.value(p.name, args))
	}
	return b.String()
}

func (l *Language) value(name string, args []any) string {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] != name {
			continue
		}
		switch v := args[i+1].(type) {
		case string:
			return v
		case int:
			return l.Number(v)
		default:
			return fmt.Sprint(v)
		}
	}
	return marker(name)
}

func marker(key string) string {
	return "⟦" + key + "⟧"
}
