package locale_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"mawid/internal/locale"
)

func book(t testing.TB) *locale.Book {
	t.Helper()
	b, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func lang(t testing.TB, code string) *locale.Language {
	t.Helper()
	l := book(t).Tag(code)
	if l.Code() != code {
		t.Fatalf("Tag(%q) is %q", code, l.Code())
	}
	return l
}

func TestLanguages(t *testing.T) {
	type row struct{ Code, HTML, Direction, Name string }
	want := []row{
		{"ar", "ar-MA", "rtl", "العربية"},
		{"fr", "fr-MA", "ltr", "Français"},
		{"en", "en", "ltr", "English"},
		{"es", "es", "ltr", "Español"},
		{"nl", "nl", "ltr", "Nederlands"},
		{"it", "it", "ltr", "Italiano"},
		{"de", "de", "ltr", "Deutsch"},
		{"zgh", "zgh", "ltr", "ⵜⴰⵎⴰⵣⵉⵖⵜ"},
	}
	var got []row
	for _, l := range book(t).Languages() {
		got = append(got, row{l.Code(), l.HTMLLang(), l.Direction(), l.NativeName()})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("languages (-want +got):\n%s", diff)
	}
}

func TestLanguagesCannotBeReordered(t *testing.T) {
	b := book(t)
	slices.Reverse(b.Languages())
	if first := b.Languages()[0].Code(); first != "ar" {
		t.Errorf("a caller changed the order of the book: first is %q", first)
	}
}

func TestTag(t *testing.T) {
	tests := []struct{ want, code string }{
		{"ar", "ar"},
		{"fr", "fr"},
		{"en", "en"},
		{"ar-MA", "ar"},
		{"AR", "ar"},
		{"fr_FR", "fr"},
		{"fr-MA", "fr"},
		{"en-GB", "en"},
		{"ar-Latn-MA", "ar"},
		{"", "fr"},
		{"es", "es"},
		{"es-419", "es"},
		{"nl_BE", "nl"},
		{"it-CH", "it"},
		{"de-AT", "de"},
		{"sv", "fr"},
		{"zgh", "zgh"},
		{"zgh-Tfng-MA", "zgh"},
		{"tzm", "zgh"},
		{"shi", "zgh"},
		{"arx", "fr"},
		{"-", "fr"},
		{"ar/../fr", "fr"},
		{"\x00", "fr"},
		{strings.Repeat("ar", 5000), "fr"},
	}
	b := book(t)
	for _, test := range tests {
		if got := b.Tag(test.want).Code(); got != test.code {
			t.Errorf("Tag(%.20q) is %q, want %q", test.want, got, test.code)
		}
	}
}

func TestMatch(t *testing.T) {
	tests := []struct{ name, header, code string }{
		{"none", "", "fr"},
		{"anything", "*", "fr"},
		{"Arabic of Morocco", "ar-MA", "ar"},
		{"Arabic of Egypt", "ar-EG,ar;q=0.9", "ar"},
		{"Arabic of the Gulf, then English", "ar-AE,ar;q=0.9,en-US;q=0.8", "ar"},
		{"Moroccan Arabic has its own code", "ary", "ar"},
		{"French of Canada", "fr-CA,en;q=0.5", "fr"},
		{"English of Britain", "en-GB,en;q=0.9,fr;q=0.1", "en"},
		{"the order of the header counts little", "en;q=0.3, ar;q=0.7, fr;q=0.5", "ar"},
		{"equal qualities keep their order", "en;q=0.5, ar;q=0.5", "en"},
		{"Spanish of Spain, then Arabic", "es-ES,es;q=0.9,ar;q=0.4", "es"},
		{"Spanish of Mexico", "es-MX", "es"},
		{"Catalan, then Spanish", "ca-ES,ca;q=0.9,es;q=0.8", "es"},
		{"Dutch of Flanders, then French", "nl-BE,nl;q=0.9,fr;q=0.8", "nl"},
		{"French of Belgium, then Dutch", "fr-BE,fr;q=0.9,nl;q=0.8", "fr"},
		{"Italian of Ticino", "it-CH", "it"},
		{"German of Switzerland", "de-CH,de;q=0.9,fr;q=0.5", "de"},
		{"Arabic before German", "ar,de-DE;q=0.9,de;q=0.8", "ar"},
		{"a Dane who reads English", "da-DK,da;q=0.9,en;q=0.6", "en"},
		{"a Swede with no language of ours", "sv-SE,sv;q=0.9", "fr"},
		{"refused languages do not count", "fr;q=0, ar;q=0, en;q=0.1", "en"},
		{"only refusals", "ar;q=0", "fr"},
		{"central Tamazight is written as the standard one", "tzm, ar;q=0.8, fr;q=0.2", "zgh"},
		{"standard Tamazight, then English", "zgh-MA,en;q=0.5", "zgh"},
		{"the Berber family, nothing else", "ber", "zgh"},
		{"Arabic before Tamazight", "ar-MA, zgh;q=0.9", "ar"},
		{"upper case", "AR-ma", "ar"},
		{"garbage beside a good entry", ";;q=,,@@@;q=1, ar;q=0.4", "ar"},
		{"a bad quality spoils its entry only", "ar;q=x, en", "en"},
		{"nothing but garbage", "\x00\xff;q=\x01, <script>, ../../etc", "fr"},
		{"private use", "x-klingon", "fr"},
		{"10,000 characters without a comma", strings.Repeat("a-", 5000), "fr"},
		{"10,000 characters after a good entry", "ar, " + strings.Repeat("x", 10000), "ar"},
		{"what stands after 1,000 characters is not read", strings.Repeat("sv,", 400) + "ar", "fr"},
		{"an entry cut at the limit does not count", strings.Repeat("sv,", 332) + "en,ar-MA", "en"},
		{"thousands of entries", "en," + strings.Repeat("ar-EG;q=0.1,", 900), "en"},
	}
	b := book(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := b.Match(test.header).Code(); got != test.code {
				t.Errorf("Match(%.60q) is %q, want %q", test.header, got, test.code)
			}
		})
	}
}

func FuzzMatch(f *testing.F) {
	for _, seed := range []string{"", "*", "ar-MA,fr;q=0.8", "tzm;q=0.1", ";q=", "en;q=0.000000001", strings.Repeat("a-", 600)} {
		f.Add(seed)
	}
	b := book(f)
	f.Fuzz(func(t *testing.T, header string) {
		l := b.Match(header)
		if l == nil || !slices.Contains(b.Languages(), l) {
			t.Fatalf("Match(%q) is not a language of the book", header)
		}
		if b.Match(header) != l {
			t.Fatalf("Match(%q) gives two answers", header)
		}
		if b.Tag(header) == nil {
			t.Fatalf("Tag(%q) is nil", header)
		}
	})
}

func TestKeys(t *testing.T) {
	keys := book(t).Keys()
	if len(keys) < 300 || !slices.IsSorted(keys) {
		t.Errorf("%d keys, sorted: %v", len(keys), slices.IsSorted(keys))
	}
	for _, key := range []string{"app.name", "day.free", "notice.moved.sms", "error.slot_taken.title", "error.field.too_long"} {
		if _, ok := slices.BinarySearch(keys, key); !ok {
			t.Errorf("no sentence %q", key)
		}
	}
}

func FuzzIsolate(f *testing.F) {
	f.Add("+212 6 12")
	f.Add("a\u2069b\u202ec")
	f.Fuzz(func(t *testing.T, s string) {
		got := locale.Isolate(s)
		inner := strings.TrimSuffix(strings.TrimPrefix(got, "\u2068"), "\u2069")
		if len(got) != len(inner)+6 || strings.ContainsAny(inner, "\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e\u200e\u200f\u061c") {
			t.Fatalf("Isolate(%q) = %q", s, got)
		}
		if utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Fatalf("Isolate(%q) is not UTF-8", s)
		}
	})
}
