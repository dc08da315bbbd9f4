package locale

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// tiny is a sound book of two languages in few lines: what each test spoils in one place.
func tiny() fstest.MapFS {
	language := func(code, htmlLang, direction string) string {
		return "code: " + code + "\norder: 1\nhtml_lang: " + htmlLang + "\ndirection: " + direction + "\nnative_name: N\ntopics: [base]\nplurals_of: " + code +
			"\ngroup_separator: \".\"\nno_break_before: \":\"\nno_break_after: \"«\"\n" +
			"dates: {full: \"{weekday} {day}\", short: \"{wd}\", sms: \"{dd}/{mm}\", month_year: \"{month}\"}\n" +
			"months: [a, b, c, d, e, f, g, h, i, j, k, l]\nshort_months: [a, b, c, d, e, f, g, h, i, j, k, l]\n" +
			"weekdays: [a, b, c, d, e, f, g]\nshort_weekdays: [a, b, c, d, e, f, g]\n" +
			"zones:\n  - {zone: Europe/Paris, country: F, city: P}\n"
	}
	return fstest.MapFS{
		"languages/fr.yaml":      {Data: []byte(language("fr", "fr-MA", "ltr"))},
		"languages/ar.yaml":      {Data: []byte(language("ar", "ar-MA", "rtl"))},
		"sentences/base/fr.yaml": {Data: []byte("a.plain: \"bonjour {name}\"\na.count: {one: \"{n} jour\", other: \"{n} jours\"}\n")},
		"sentences/base/ar.yaml": {Data: []byte("a.plain: \"{name}\"\na.count: {zero: z, one: o, two: t, few: \"{n} f\", many: \"{n} m\", other: \"{n} x\"}\n")},
	}
}

// spoil replaces a text in one file, which must be there; an empty text replaces the whole file.
func spoil(t *testing.T, book fstest.MapFS, file, old, replacement string) {
	t.Helper()
	have := string(book[file].Data)
	if !strings.Contains(have, old) {
		t.Fatalf("%s does not hold %q", file, old)
	}
	if old == "" {
		have, old = "x", "x"
	}
	book[file] = &fstest.MapFile{Data: []byte(strings.Replace(have, old, replacement, 1))}
}

func TestReadAcceptsTiny(t *testing.T) {
	b, err := load(tiny())
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Tag("ar").Plural("a.count", 3); got != "3 f" {
		t.Errorf("got %q", got)
	}
	if got := b.Tag("xx").Say("a.plain", "name", "x"); got != "bonjour x" {
		t.Errorf("got %q", got)
	}
}

func TestReadRefuses(t *testing.T) {
	const (
		frS, arS = "sentences/base/fr.yaml", "sentences/base/ar.yaml"
		frL, arL = "languages/fr.yaml", "languages/ar.yaml"
	)
	tests := []struct{ name, file, old, replacement, want string }{
		{"a sentence missing in one language", arS, "a.plain: \"{name}\"\n", "", "sentences/base/ar.yaml: a.plain: missing"},
		{"a sentence too many in one language", arS, "a.plain:", "a.extra: \"x\"\na.plain:", "sentences/base/ar.yaml: a.extra: not in fr"},
		{"another placeholder", arS, "{name}", "{nom}", "sentences/base/ar.yaml: a.plain: placeholders [nom], but [name] in fr"},
		{"a placeholder forgotten", arS, "\"{name}\"", "\"x\"", "sentences/base/ar.yaml: a.plain: placeholders [], but [name] in fr"},
		{"a placeholder forgotten in one plural form", frS, "{n} jour\"", "{n} jour {x}\"", "sentences/base/fr.yaml: a.count: the plural form \"one\" has other placeholders"},
		{"plural forms in one language only", arS, "\"{name}\"", "{zero: z, one: \"{name}\", two: t, few: f, many: m, other: o}", "a.plain: plural forms here or in fr, not in both"},
		{"no dual in Arabic", arS, "two: t, ", "", "sentences/base/ar.yaml: a.count: the plural form \"two\" is missing"},
		{"no zero in Arabic", arS, "zero: z, ", "", "sentences/base/ar.yaml: a.count: the plural form \"zero\" is missing"},
		{"no plural in French", frS, "other: \"{n} jours\"", "zero: z", "sentences/base/fr.yaml: a.count: the plural form \"other\" is missing"},
		{"a dual in French", frS, "{one:", "{two: t, one:", "sentences/base/fr.yaml: a.count: the plural form \"two\" is never used"},
		{"a form of no language", frS, "{one:", "{dozen: t, one:", "plural form dozen: want a text for one of zero, one"},
		{"a number for a form", frS, "\"{n} jour\"", "1", "plural form one: want a text"},
		{"a number for a sentence", frS, "\"bonjour {name}\"", "12", "a.plain: want a text in quotes"},
		{"nothing for a sentence", frS, "\"bonjour {name}\"", "", "a.plain: want a text in quotes"},
		{"a list for a sentence", frS, "\"bonjour {name}\"", "[x]", "a.plain: want a text in quotes"},
		{"an empty sentence", frS, "bonjour {name}", " ", "a.plain: the text is empty"},
		{"a brace left open", frS, "{name}", "{name", "a.plain: want a placeholder like {name}"},
		{"a brace too many", frS, "{name}", "name}", "a.plain: a } without a {"},
		{"a placeholder in capitals", frS, "{name}", "{Name}", "want a placeholder like {name}"},
		{"an empty placeholder", frS, "{name}", "{}", "want a placeholder like {name}"},
		{"a key without a prefix", frS, "a.plain", "plain", "plain: want a key like"},
		{"a key in capitals", frS, "a.plain", "A.plain", "A.plain: want a key like"},
		{"a doubled key", frS, "a.count", "a.plain: \"x\"\na.count", "already defined"},
		{"broken YAML", frS, "bonjour {name}\"", "bonjour", "sentences/base/fr.yaml"},
		{"an unknown setting", frL, "order: 1", "order: 1\ncolour: red", "colour"},
		{"a code that is not the file's name", frL, "code: fr", "code: de", "languages/fr.yaml: code: want the file's name"},
		{"a direction of no script", frL, "ltr", "up", "direction: want rtl or ltr"},
		{"eleven months", frL, "months: [a, ", "months: [", "months: want 12 names, found 11"},
		{"a weekday without a name", arL, "weekdays: [a, b", "weekdays: [a, \"\"", "weekdays: want 7 names"},
		{"no pattern for short messages", arL, "sms: \"{dd}/{mm}\", ", "", "dates: want 4 names"},
		{"no name of the language", arL, "native_name: N\n", "", "native_name: want 1 name"},
		{"a topic nobody else knows", arL, "[base]", "[base, x]", "sentences/x/ar.yaml"},
		{"no base", arL, "[base]", "[]", "topics: want at least base"},
		{"a tag that is none", arL, "html_lang: ar-MA", "html_lang: \"a b\"", "html_lang"},
		{"no plural rule", arL, "plurals_of: ar\n", "", "plurals_of"},
		{"a zone without a city", arL, "city: P", "city: \"\"", "zones: want zone, country and city"},
		{"another list of zones", arL, "Europe/Paris", "Europe/Rome", "languages/ar.yaml: zones: want those of fr"},
		{"not a mapping", frS, "", "- a\n", "sentences/base/fr.yaml"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			source := tiny()
			spoil(t, source, test.file, test.old, test.replacement)
			_, err := load(source)
			if err == nil {
				t.Fatal("accepted")
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error does not say %q:\n%v", test.want, err)
			}
		})
	}
}

func TestReadNamesEveryFault(t *testing.T) {
	source := tiny()
	spoil(t, source, "sentences/base/ar.yaml", "two: t, ", "")
	spoil(t, source, "sentences/base/ar.yaml", "{name}", "{nom}")
	spoil(t, source, "sentences/base/fr.yaml", "a.plain:", "a.only_here: \"x\"\na.plain:")
	_, err := load(source)
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"\"two\" is missing", "[nom]", "a.only_here: missing"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
}

func TestReadNeedsItsFiles(t *testing.T) {
	for _, file := range slices.Sorted(maps.Keys(tiny())) {
		if file == "languages/ar.yaml" {
			continue // a book without Arabic is sound
		}
		source := tiny()
		delete(source, file)
		if _, err := load(source); err == nil || !strings.Contains(err.Error(), strings.TrimSuffix(path.Base(file), ".yaml")) {
			t.Errorf("without %s: %v", file, err)
		}
	}
	if _, err := load(fstest.MapFS{}); err == nil {
		t.Error("an empty book is accepted")
	}
}

func TestNoBreaks(t *testing.T) {
	source := tiny()
	spoil(t, source, "sentences/base/fr.yaml", "a.plain: \"bonjour {name}\"", "a.plain: \"À : « {name} » :)\"\na.text.sms: \"À : b\"")
	spoil(t, source, "sentences/base/ar.yaml", "a.plain:", "a.text.sms: \"x\"\na.plain:")
	b, err := load(source)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := b.Tag("fr").Say("a.plain", "name", "x : y"), "À\u00a0: «\u00a0x : y »\u00a0:)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := b.Tag("fr").Say("a.text.sms"), "À : b"; got != want {
		t.Errorf("a short message: got %q, want %q", got, want)
	}
}

// TestLanguageIsTwoFiles: a new language needs files, no code. zgh has no plural rule in x/text and takes another's.
func TestLanguageIsTwoFiles(t *testing.T) {
	source := tiny()
	fr, err := fs.ReadFile(source, "languages/fr.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r := strings.NewReplacer("code: fr", "code: zgh", "html_lang: fr-MA", "html_lang: zgh-MA", "plurals_of: fr", "plurals_of: tzm", "order: 1", "order: 4")
	source["languages/zgh.yaml"] = &fstest.MapFile{Data: []byte(r.Replace(string(fr)))}
	source["sentences/base/zgh.yaml"] = &fstest.MapFile{Data: []byte("a.plain: \"ⴰⵣⵓⵍ {name}\"\na.count: {one: \"{n} wass\", other: \"{n} ussan\"}\n")}
	b, err := load(source)
	if err != nil {
		t.Fatal(err)
	}
	for _, header := range []string{"zgh", "tzm-MA,fr;q=0.9", "ber", "shi, ar;q=0.5", "rif"} {
		if got := b.Match(header).Code(); got != "zgh" {
			t.Errorf("Match(%q) is %q, want zgh", header, got)
		}
	}
	if got := b.Tag("tzm").Plural("a.count", 1); got != "1 wass" {
		t.Errorf("got %q", got)
	}
	if last := b.Languages()[2].Code(); last != "zgh" {
		t.Errorf("the last language is %q", last)
	}
}

func FuzzSentences(f *testing.F) {
	f.Add("a.plain: \"bonjour {name}\"\na.count: {one: \"{n} jour\", other: \"{n} jours\"}\n")
	f.Add("a.plain: {name}")
	f.Add("a: &a [*a]")
	f.Add("? {a: b}\n: c")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			return
		}
		source := tiny()
		source["sentences/base/fr.yaml"] = &fstest.MapFile{Data: []byte(text)}
		source["sentences/base/ar.yaml"] = &fstest.MapFile{Data: []byte(text)}
		b, err := load(source)
		if err != nil {
			return
		}
		for _, key := range b.Keys() {
			b.Tag("fr").Say(key)
			b.Tag("ar").Plural(key, 3)
		}
	})
}
