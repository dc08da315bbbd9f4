package locale_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"mawid/internal/locale"
)

// texts calls see with every text of a language: each sentence, and each plural form under its key.
func texts(l *locale.Language, see func(key, text string)) {
	for _, key := range locale.OwnKeys(l) {
		if text := l.Say(key); text != "⟦"+key+"⟧" {
			see(key, text)
			continue
		}
		for _, n := range []int{0, 1, 2, 3, 11, 100} {
			see(key, l.Plural(key, n))
		}
	}
}

// TestSentencesAreClean: what a translator gets wrong without seeing it.
func TestSentencesAreClean(t *testing.T) {
	b := book(t)
	arabicIndic := regexp.MustCompile(`[٠-٩۰-۹]`)
	for _, l := range b.Languages() {
		texts(l, func(key, text string) {
			fault := func(what string) { t.Errorf("%s %s: %s: %q", l.Code(), key, what, text) }
			if strings.TrimSpace(text) != text || strings.Contains(text, "  ") {
				fault("spaces at an end, or two together")
			}
			if !norm.NFC.IsNormalString(text) {
				fault("not in normal form C (short messages would grow)")
			}
			if strings.ContainsAny(text, "’\t\n<>&") {
				fault("a typographic apostrophe, a line break or markup")
			}
			if arabicIndic.MatchString(text) {
				fault("digits other than 0 to 9")
			}
			if strings.Contains(text, "...") {
				fault("three full stops; … is one character")
			}
			if strings.Count(text, "\u2066") != strings.Count(text, "\u2069") {
				fault("an isolation that does not end")
			}
		})
	}
}

// placeholder finds what Say puts where no value was given.
var placeholder = regexp.MustCompile(`⟦[a-z_0-9]+⟧`)

// TestArabicIsArabic: no Latin words, and the punctuation of the script. File names, example addresses and the names
// that stay Latin are given.
func TestArabicIsArabic(t *testing.T) {
	b := book(t)
	allowed := strings.NewReplacer(".ics", "", "nom@exemple.ma", "")
	texts(b.Tag("ar"), func(key, text string) {
		plain := placeholder.ReplaceAllString(allowed.Replace(text), "")
		for _, r := range plain {
			if unicode.Is(unicode.Latin, r) || strings.ContainsRune(",;?", r) {
				t.Errorf("%s: %q is not Arabic in %q", key, r, text)
				break
			}
			if r >= '\u064b' && r <= '\u0652' {
				t.Errorf("%s: vowel marks in %q", key, text)
				break
			}
		}
	})
}

// latin are the languages written in Latin letters: all that are not written from right to left.
func latin(b *locale.Book) []*locale.Language {
	return slices.DeleteFunc(b.Languages(), func(l *locale.Language) bool { return l.Direction() == "rtl" })
}

// TestLatinHasNoArabic: the other languages hold no Arabic letters.
func TestLatinHasNoArabic(t *testing.T) {
	b := book(t)
	for _, l := range latin(b) {
		texts(l, func(key, text string) {
			if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Arabic, r) }) {
				t.Errorf("%s %s: Arabic letters in %q", l.Code(), key, text)
			}
		})
	}
}

// TestFrenchSpacing: no ":" or "?" can stand at the start of a line.
func TestFrenchSpacing(t *testing.T) {
	b := book(t)
	loose := regexp.MustCompile(` [:;?!]`)
	texts(b.Tag("fr"), func(key, text string) {
		if loose.MatchString(text) {
			t.Errorf("%s: a plain space before a mark in %q", key, text)
		}
	})
}

var noticeKinds = []string{"confirmation", "reminder_week", "reminder_days", "reminder_eve", "moved", "cancelled", "displaced"}

// TestShortMessages fills each SMS with the values of a long but real booking: what is written in Latin letters stays in
// the cheap alphabet, and no language needs more parts than it did when these texts were written.
func TestShortMessages(t *testing.T) {
	at := time.Date(2027, time.August, 25, 9, 30, 0, 0, casablanca)
	b := book(t)
	for _, l := range b.Languages() {
		service, office, limit := "Certificat de propriété", "Conservation foncière de Safi", 2
		if l.Code() == "ar" {
			service, office, limit = "شهادة الملكية", "المحافظة العقارية بآسفي", 3
		}
		for _, kind := range noticeKinds {
			text := locale.SMSText(l.Say("notice."+kind+".sms", "service", service, "office", office,
				"date", l.SMSDate(at), "time", l.Clock(at), "reference", "K7MX-2RQ4",
				"link", "https://rdv.safi.example.ma/a/Zk3vTq8mB1xYw5hN0pL7sR2uJ9cD4fGa6eKiOoQqWtU"))
			if strings.Contains(text, "⟦") {
				t.Errorf("%s %s: a placeholder nobody fills: %q", l.Code(), kind, text)
			}
			if parts := locale.SMSParts(text); parts > limit {
				t.Errorf("%s %s: %d parts, at most %d: %q", l.Code(), kind, parts, limit, text)
			}
			if l.Code() == "ar" {
				continue
			}
			if raw := l.Say("notice." + kind + ".sms"); locale.SMSText(placeholder.ReplaceAllString(raw, "")) != placeholder.ReplaceAllString(raw, "") {
				t.Errorf("%s %s: characters outside GSM 03.38 in %q", l.Code(), kind, raw)
			}
		}
	}
}

// TestSMSDatesAreCheap: no date forces a message into UCS-2. One weekday has a letter that is not in the alphabet, and
// loses its accent.
func TestSMSDatesAreCheap(t *testing.T) {
	rewritten := strings.NewReplacer("sábado", "sabado")
	for _, l := range latin(book(t)) {
		for day := range 366 {
			date := l.SMSDate(time.Date(2028, 1, 1+day, 0, 0, 0, 0, time.UTC))
			text := locale.SMSText(date)
			if text != rewritten.Replace(date) {
				t.Errorf("%s: %q is sent as %q", l.Code(), date, text)
			}
			if filled := text + strings.Repeat("x", 160-utf8.RuneCountInString(text)); locale.SMSParts(filled) != 1 {
				t.Errorf("%s: %q is not in GSM 03.38", l.Code(), text)
			}
		}
	}
}

// TestNoticesAreComplete: each kind has its words for mail and SMS, and says when.
func TestNoticesAreComplete(t *testing.T) {
	b := book(t)
	for _, l := range b.Languages() {
		for _, kind := range noticeKinds {
			subject := l.Say("notice."+kind+".subject", "date", "DATE", "time", "TIME")
			if !strings.Contains(subject, "DATE") || !strings.Contains(subject, "TIME") || strings.Contains(subject, "⟦") {
				t.Errorf("%s %s: subject %q", l.Code(), kind, subject)
			}
			for _, key := range []string{"notice." + kind + ".opening", "staff.kind." + kind} {
				if text := l.Say(key); strings.Contains(text, "⟦") {
					t.Errorf("%s %s: %q", l.Code(), key, text)
				}
			}
		}
	}
}

// TestWordsOfTheDomain: each stable word that a page shows has a sentence. The words are those of contract.md.
func TestWordsOfTheDomain(t *testing.T) {
	families := map[string]string{
		"status.":        "held pending booked checked_in serving served no_show cancelled displaced",
		"staff.state.":   "due sending sent kept revoked expired dead unknown failed delivered bounced",
		"staff.channel.": "email sms",
		"day.reason.":    "closure not_open weekend",
		"group.":         "expired_card elderly disabled bac_pupil",
		"issuer.":        "abroad consulate notary court surveyor ct_center doctor any",
		"error.field.": "required too_long control_characters invalid_email invalid_phone one_of_required invalid_zone too_large " +
			"out_of_range past closed not_offered too_far booked_elsewhere invalid check_character unknown before_from differs_from_hold",
	}
	codes := "bad_request unauthenticated forbidden not_found slot_taken invalid_state duplicate_booking hold_expired " +
		"revision_mismatch invalid too_many_requests internal unsupported_media_type link_unknown"
	l := lang(t, "fr")
	for prefix, words := range families {
		for word := range strings.FieldsSeq(words) {
			if text := l.Say(prefix + word); strings.Contains(text, "⟦") {
				t.Errorf("no sentence %s", text)
			}
		}
	}
	for code := range strings.FieldsSeq(codes) {
		for _, part := range []string{".title", ".text"} {
			if text := l.Say("error." + code + part); strings.Contains(text, "⟦") {
				t.Errorf("no sentence %s", text)
			}
		}
	}
}
