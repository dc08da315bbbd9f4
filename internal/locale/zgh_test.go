package locale_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"mawid/internal/locale"
)

// Standard Moroccan Tamazight, in Tifinagh: the way of booking and the slip.

// TestZghIsTifinagh: no sentence is left in another script. Names of programs and examples that stay Latin are given.
func TestZghIsTifinagh(t *testing.T) {
	allowed := strings.NewReplacer("Mawid", "", "nom@exemple.ma", "", ".ics", "", "QR", "", "Google", "", "Outlook", "")
	seen := 0
	texts(lang(t, "zgh"), func(key, text string) {
		plain := placeholder.ReplaceAllString(allowed.Replace(text), "")
		if strings.ContainsFunc(plain, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Tifinagh, r) }) {
			t.Errorf("%s: not Tifinagh alone in %q", key, text)
		}
		for _, r := range plain { // the 33 letters of the standard alphabet, and the mark of labial sounds
			if unicode.Is(unicode.Tifinagh, r) && !strings.ContainsRune("ⴰⴱⴳⴷⴹⴻⴼⴽⵀⵃⵄⵅⵇⵉⵊⵍⵎⵏⵓⵔⵕⵖⵙⵚⵛⵜⵟⵡⵢⵣⵥⵯ", r) {
				t.Errorf("%s: %q is not a letter of the standard alphabet in %q", key, r, text)
			}
		}
		seen++
	})
	if seen < 400 {
		t.Errorf("only %d sentences", seen)
	}
}

// TestOthersHaveNoTifinagh: the letters belong to one language.
func TestOthersHaveNoTifinagh(t *testing.T) {
	for _, l := range book(t).Languages() {
		if l.Code() == "zgh" {
			continue
		}
		texts(l, func(key, text string) {
			if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Tifinagh, r) }) {
				t.Errorf("%s %s: Tifinagh in %q", l.Code(), key, text)
			}
		})
	}
}

func TestZghDatesAndClocks(t *testing.T) {
	l := lang(t, "zgh")
	at := time.Date(2027, time.August, 10, 9, 30, 0, 0, casablanca)
	for _, test := range []struct{ got, want string }{
		{l.FullDate(at), "ⴰⵙⵉⵏⴰⵙ 10 ⵖⵓⵛⵜ 2027"}, // as CLDR writes the month
		{l.MonthYear(at), "ⵖⵓⵛⵜ 2027"},
		{l.ShortWeekday(at), "ⴰⵙⵉ"},
		{l.TwoClocks(at, zone("Europe/Paris", 120)), "ⴰⵙⵉⵏⴰⵙ 10 ⵖⵓⵛⵜ 2027, 09:30 (ⵜⴰⵙⵔⴰⴳⵜ ⵏ ⵍⵎⵖⵔⵉⴱ) — 11:30 ⴳ ⴱⴰⵔⵉⵣ"},
		{l.Duration(90), "1 ⵏ ⵜⵙⵔⴰⴳⵜ ⴷ 30 ⵏ ⵜⵓⵙⴷⵉⴷⵜ"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

// TestZghPlurals: the rule of tzm says "one" of 0, 1 and 11 to 99, where a noun stands in the singular.
func TestZghPlurals(t *testing.T) {
	l := lang(t, "zgh")
	for n, want := range map[int]string{
		0: "ⵓⵔ ⵜⵍⵍⵉ ⵜⵙⵔⴰⴳⵜ ⵉⵔⵥⵎⵏ", 1: "1 ⵏ ⵜⵙⵔⴰⴳⵜ ⵉⵔⵥⵎⵏ", 2: "2 ⵏ ⵜⵙⵔⴰⴳⵉⵏ ⵔⵥⵎⵏⵉⵏ", 10: "10 ⵏ ⵜⵙⵔⴰⴳⵉⵏ ⵔⵥⵎⵏⵉⵏ",
		11: "11 ⵏ ⵜⵙⵔⴰⴳⵜ ⵉⵔⵥⵎⵏ", 99: "99 ⵏ ⵜⵙⵔⴰⴳⵜ ⵉⵔⵥⵎⵏ", 100: "100 ⵏ ⵜⵙⵔⴰⴳⵉⵏ ⵔⵥⵎⵏⵉⵏ",
	} {
		if got := l.Plural("day.free", n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

// TestWhatZghDoesNotSpeak falls back: a sentence to French, a topic's pages and notices to another language.
func TestWhatZghDoesNotSpeak(t *testing.T) {
	b := book(t)
	zgh := b.Tag("zgh")
	if got := zgh.Say("notice.confirmation.opening"); got != "Votre rendez-vous est réservé." {
		t.Errorf("a sentence of another topic: %q", got)
	}
	for _, topic := range []string{"notice", "staff"} {
		if zgh.Speaks(topic) || slices.ContainsFunc(b.Speaking(topic), func(l *locale.Language) bool { return l.Code() == "zgh" }) {
			t.Errorf("zgh says it speaks %s", topic)
		}
	}
	for want, code := range map[string]string{"zgh": "fr", "tzm": "fr", "ar": "ar", "de-AT": "de", "": "fr"} {
		if got := b.TagIn("notice", want).Code(); got != code {
			t.Errorf("notices for %q are in %q, want %q", want, got, code)
		}
	}
}
