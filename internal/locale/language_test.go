package locale_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"mawid/internal/locale"
)

func TestSay(t *testing.T) {
	tests := []struct {
		name, code, key string
		args            []any
		want            string
	}{
		{"plain", "fr", "home.title", nil, "Prendre rendez-vous"},
		{"Arabic", "ar", "home.title", nil, "حجز موعد"},
		{"a value", "fr", "form.hold", []any{"time", "10:15"}, "Cette heure est gardée pour vous jusqu'à 10:15."},
		{"a value twice the size", "ar", "form.hold", []any{"time", "10:15"}, "هذه الساعة محفوظة لكم إلى غاية 10:15."},
		{"integers as numbers", "en", "nav.step", []any{"step", 2, "total", 1500}, "Step 2 of 1,500"},
		{"other values", "en", "service.fee", []any{"fee", 2.5}, "Fee: 2.5"},
		{"French gets its no-break space", "fr", "service.fee", []any{"fee", "75 DH"}, "Frais\u00a0: 75 DH"},
		{"a value keeps its spaces", "fr", "service.fee", []any{"fee", "75 : 2"}, "Frais\u00a0: 75 : 2"},
		{"a value is not searched for placeholders", "en", "page.title", []any{"title", "{app}", "app", "Mawid"}, "{app} – Mawid"},
		{"nothing is escaped here", "en", "service.fee", []any{"fee", "<b>&"}, "Fee: <b>&"},
		{"a value too many is ignored", "en", "nav.home", []any{"x", "y"}, "Home"},
		{"a value is missing", "en", "nav.step", []any{"step", 2}, "Step 2 of ⟦total⟧"},
		{"a name without a value", "en", "service.fee", []any{"fee"}, "Fee: ⟦fee⟧"},
		{"a name that is no string", "en", "service.fee", []any{1, 2}, "Fee: ⟦fee⟧"},
		{"unknown key", "en", "no.such.key", nil, "⟦no.such.key⟧"},
		{"a key with plural forms", "en", "day.free", nil, "⟦day.free⟧"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := lang(t, test.code).Say(test.key, test.args...); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestPlural(t *testing.T) {
	tests := []struct {
		code, key string
		n         int
		want      string
	}{
		// Arabic: all six categories, and the numbers at their borders.
		{"ar", "day.free", 0, "لا يوجد موعد متاح"},
		{"ar", "day.free", 1, "موعد واحد متاح"},
		{"ar", "day.free", 2, "موعدان متاحان"},
		{"ar", "day.free", 3, "3 مواعيد متاحة"},
		{"ar", "day.free", 10, "10 مواعيد متاحة"},
		{"ar", "day.free", 11, "11 موعدا متاحا"},
		{"ar", "day.free", 99, "99 موعدا متاحا"},
		{"ar", "day.free", 100, "100 موعد متاح"},
		{"ar", "day.free", 101, "101 موعد متاح"},
		{"ar", "day.free", 102, "102 موعد متاح"},
		{"ar", "day.free", 103, "103 مواعيد متاحة"},
		{"ar", "day.free", 110, "110 مواعيد متاحة"},
		{"ar", "day.free", 111, "111 موعدا متاحا"},
		{"ar", "day.free", 1000, "1.000 موعد متاح"},
		{"ar", "form.persons", 2, "شخصان"},
		{"ar", "unit.days", 3, "3 أيام"},
		// French: 0 and 1 are singular, and 0 may have words of its own.
		{"fr", "day.free", 0, "Aucun horaire libre"},
		{"fr", "day.free", 1, "1 horaire libre"},
		{"fr", "day.free", 2, "2 horaires libres"},
		{"fr", "day.free", 12000, "12.000 horaires libres"},
		{"fr", "unit.minutes", 0, "0 minute"},
		{"fr", "service.max_age", 3, "Datant de moins de 3 mois"},
		// English: 0 is plural.
		{"en", "day.free", 0, "No free time"},
		{"en", "day.free", 1, "1 free time"},
		{"en", "day.free", 2, "2 free times"},
		{"en", "unit.minutes", 0, "0 minutes"},
		{"en", "unit.minutes", -1, "-1 minute"},
		// What is not there.
		{"en", "home.title", 1, "⟦home.title⟧"},
		{"en", "no.such.key", 1, "⟦no.such.key⟧"},
	}
	for _, test := range tests {
		if got := lang(t, test.code).Plural(test.key, test.n); got != test.want {
			t.Errorf("%s %s %d: got %q, want %q", test.code, test.key, test.n, got, test.want)
		}
	}
}

func TestPluralWithOtherValues(t *testing.T) {
	got := lang(t, "fr").Plural("day.tentative", 1, "name", "Aïd al-Mawlid")
	if want := "Aïd al-Mawlid\u00a0: date à confirmer, elle peut changer d'un jour."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNumber(t *testing.T) {
	tests := []struct {
		code string
		n    int
		want string
	}{
		{"ar", 7, "7"},
		{"ar", 12345, "12.345"},
		{"fr", 999, "999"},
		{"fr", 1000, "1.000"},
		{"fr", 1234567, "1.234.567"},
		{"en", 1234567, "1,234,567"},
		{"en", -1234, "-1,234"},
		{"en", -999, "-999"},
		{"en", 0, "0"},
		{"en", -1 << 63, "-9,223,372,036,854,775,808"},
	}
	for _, test := range tests {
		if got := lang(t, test.code).Number(test.n); got != test.want {
			t.Errorf("%s %d: got %q, want %q", test.code, test.n, got, test.want)
		}
	}
}

func TestPick(t *testing.T) {
	tests := []struct {
		name, code string
		names      map[string]string
		want       string
	}{
		{"own", "ar", map[string]string{"ar": "الجمارك", "fr": "Douane"}, "الجمارك"},
		{"French for want of English", "en", map[string]string{"ar": "الجمارك", "fr": "Douane"}, "Douane"},
		{"Arabic for want of French", "fr", map[string]string{"ar": "الجمارك", "en": "Customs"}, "الجمارك"},
		{"English before others", "fr", map[string]string{"en": "Customs", "de": "Zoll"}, "Customs"},
		{"the first of the others", "fr", map[string]string{"nl": "Douane", "de": "Zoll"}, "Zoll"},
		{"an empty name is none", "ar", map[string]string{"ar": "", "fr": "Douane", "de": ""}, "Douane"},
		{"none", "ar", nil, ""},
		{"only an empty one", "ar", map[string]string{"de": ""}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := lang(t, test.code).Pick(test.names); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestIsolate(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"a phone number", "+212 6 12 34", "\u2068+212 6 12 34\u2069"},
		{"empty", "", "\u2068\u2069"},
		{"an early end is dropped", "a\u2069b", "\u2068ab\u2069"},
		{"overrides are dropped", "\u202eabc\u202c\u200f", "\u2068abc\u2069"},
		{"letters stay", "محمد Alaoui", "\u2068محمد Alaoui\u2069"},
		{"a joiner is a letter's business", "a\u200db", "\u2068a\u200db\u2069"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := locale.Isolate(test.in); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestEveryPluralHasWordsForEveryNumber: no number leaves a reader with a marker, and where the number is not named in
// words it is there in digits.
func TestEveryPluralHasWordsForEveryNumber(t *testing.T) {
	b := book(t)
	var plurals []string
	for _, key := range b.Keys() {
		if b.Tag("fr").Say(key) == "⟦"+key+"⟧" {
			plurals = append(plurals, key)
		}
	}
	if len(plurals) < 10 {
		t.Fatalf("only %d keys with plural forms", len(plurals))
	}
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SampledFrom(plurals).Draw(t, "key")
		n := rapid.IntRange(0, 3_000_000).Draw(t, "n")
		for _, l := range b.Languages() {
			got := l.Plural(key, n, "name", "x")
			if strings.Contains(got, "⟦") {
				t.Fatalf("%s: Plural(%q, %d) = %q", l.Code(), key, n, got)
			}
			if n > 2 && !strings.Contains(got, l.Number(n)) {
				t.Fatalf("%s: Plural(%q, %d) = %q does not name the number", l.Code(), key, n, got)
			}
		}
	})
}
