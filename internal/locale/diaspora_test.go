package locale_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"mawid/internal/locale"
)

// The languages of Moroccans abroad: Spanish, Dutch, Italian and German.

func TestDatesAbroad(t *testing.T) {
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 9, 30, 0, 0, casablanca) }
	migrants, wednesday, first := day(2027, 8, 10), day(2027, 3, 3), day(2026, 12, 1)
	tests := []struct{ got, want string }{
		{lang(t, "es").FullDate(migrants), "martes 10 de agosto de 2027"},
		{lang(t, "es").FullDate(first), "martes 1 de diciembre de 2026"},
		{lang(t, "es").ShortDate(wednesday), "mié 3 mar"},
		{lang(t, "es").SMSDate(wednesday), "miércoles 03/03"},
		{lang(t, "es").MonthYear(migrants), "agosto de 2027"},
		{lang(t, "nl").FullDate(migrants), "dinsdag 10 augustus 2027"},
		{lang(t, "nl").FullDate(first), "dinsdag 1 december 2026"},
		{lang(t, "nl").ShortDate(wednesday), "wo 3 mrt"},
		{lang(t, "nl").SMSDate(wednesday), "wo 3 mrt"},
		{lang(t, "nl").MonthYear(migrants), "augustus 2027"},
		{lang(t, "it").FullDate(migrants), "martedì 10 agosto 2027"},
		{lang(t, "it").FullDate(first), "martedì 1º dicembre 2026"},
		{lang(t, "it").FullDate(day(2026, 12, 11)), "venerdì 11 dicembre 2026"},
		{lang(t, "it").ShortDate(wednesday), "mer 3 mar"},
		{lang(t, "it").SMSDate(first), "martedì 01/12"},
		{lang(t, "it").MonthYear(migrants), "agosto 2027"},
		{lang(t, "de").FullDate(migrants), "Dienstag, 10. August 2027"},
		{lang(t, "de").FullDate(first), "Dienstag, 1. Dezember 2026"},
		{lang(t, "de").ShortDate(wednesday), "Mi, 3. März"},
		{lang(t, "de").SMSDate(wednesday), "Mi 03.03."},
		{lang(t, "de").MonthYear(migrants), "August 2027"},
	}
	for _, test := range tests {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

func TestTwoClocksAbroad(t *testing.T) {
	at := func(hour, minute int) time.Time { return time.Date(2027, 8, 10, hour, minute, 0, 0, casablanca) }
	tests := []struct {
		code   string
		office time.Time
		reader *time.Location
		want   string
	}{
		{"es", at(9, 30), zone("Europe/Madrid", 120), "martes 10 de agosto de 2027, 09:30 (hora de Marruecos) — 11:30 en Madrid"},
		{"nl", at(9, 30), zone("Europe/Amsterdam", 120), "dinsdag 10 augustus 2027, 09:30 uur (Marokkaanse tijd) — 11:30 uur in Amsterdam"},
		{"nl", at(9, 30), zone("Europe/Brussels", 120), "dinsdag 10 augustus 2027, 09:30 uur (Marokkaanse tijd) — 11:30 uur in Brussel"},
		{"it", at(9, 30), zone("Europe/Rome", 120), "martedì 10 agosto 2027, ore 09:30 (ora del Marocco) — 11:30 a Roma"},
		{"de", at(9, 30), zone("Europe/Berlin", 120), "Dienstag, 10. August 2027, 09:30 Uhr (marokkanische Zeit) — 11:30 Uhr in Berlin"},
		{"de", at(9, 30), zone("Europe/Zurich", 120), "Dienstag, 10. August 2027, 09:30 Uhr (marokkanische Zeit) — 11:30 Uhr in Zürich"},
		// Another day there: the word for "o'clock" stands once.
		{"es", at(23, 0), zone("Europe/Madrid", 120), "martes 10 de agosto de 2027, 23:00 (hora de Marruecos) — miércoles 11 de agosto de 2027, 01:00 en Madrid"},
		{"nl", at(23, 0), zone("Europe/Amsterdam", 120), "dinsdag 10 augustus 2027, 23:00 uur (Marokkaanse tijd) — woensdag 11 augustus 2027, 01:00 uur in Amsterdam"},
		{"it", at(23, 0), zone("Europe/Rome", 120), "martedì 10 agosto 2027, ore 23:00 (ora del Marocco) — mercoledì 11 agosto 2027, ore 01:00 a Roma"},
		{"de", at(23, 0), zone("Europe/Berlin", 120), "Dienstag, 10. August 2027, 23:00 Uhr (marokkanische Zeit) — Mittwoch, 11. August 2027, 01:00 Uhr in Berlin"},
		// One clock, and an office abroad.
		{"es", at(9, 30), nil, "martes 10 de agosto de 2027, 09:30 (hora de Marruecos)"},
		{"de", time.Date(2027, 8, 10, 9, 30, 0, 0, zone("Europe/Paris", 120)), nil, "Dienstag, 10. August 2027, 09:30 Uhr (Ortszeit Paris)"},
		{"it", time.Date(2027, 8, 10, 9, 30, 0, 0, zone("Europe/Paris", 120)), nil, "martedì 10 agosto 2027, ore 09:30 (ora di Parigi)"},
	}
	for _, test := range tests {
		if got := lang(t, test.code).TwoClocks(test.office, test.reader); got != test.want {
			t.Errorf("\ngot  %s\nwant %s", got, test.want)
		}
	}
}

// TestHeldUntilAbroad: a time that a page puts together reads as one sentence.
func TestHeldUntilAbroad(t *testing.T) {
	tests := []struct{ code, city, want string }{
		{"es", "Europe/Madrid", "Le guardamos esta hora hasta las 07:10 (hora de Marruecos) — 08:10 en Madrid."},
		{"nl", "Europe/Amsterdam", "Deze tijd wordt voor u vastgehouden tot 07:10 uur (Marokkaanse tijd) — 08:10 uur in Amsterdam."},
		{"it", "Europe/Rome", "Questo orario è riservato per Lei fino alle ore 07:10 (ora del Marocco) — 08:10 a Roma."},
		{"de", "Europe/Vienna", "Dieser Termin ist für Sie freigehalten bis 07:10 Uhr (marokkanische Zeit) — 08:10 Uhr in Wien."},
	}
	for _, test := range tests {
		l := lang(t, test.code)
		until := l.Say("clock.short", "time", "07:10", "place", l.ClockName("Africa/Casablanca"))
		got := l.Say("form.hold", "time", l.Say("clock.elsewhere", "office", until, "time", "08:10", "city", l.City(test.city)))
		if got != test.want {
			t.Errorf("\ngot  %s\nwant %s", got, test.want)
		}
	}
}

func TestPluralsAbroad(t *testing.T) {
	tests := []struct {
		code, key string
		n         int
		want      string
	}{
		{"es", "day.free", 0, "Ninguna hora libre"},
		{"es", "day.free", 1, "1 hora libre"},
		{"es", "day.free", 2, "2 horas libres"},
		{"es", "unit.minutes", 0, "0 minutos"},
		{"es", "form.persons", 1_000_000, "1.000.000 personas"},
		{"nl", "day.free", 0, "Geen tijd vrij"},
		{"nl", "day.free", 1, "1 tijd vrij"},
		{"nl", "unit.hours", 2, "2 uur"},
		{"nl", "form.persons", 3, "3 personen"},
		{"it", "day.free", 1, "1 orario libero"},
		{"it", "day.free", 2, "2 orari liberi"},
		{"it", "service.max_age", 3, "Rilasciato da meno di 3 mesi"},
		{"it", "unit.days", 0, "0 giorni"},
		{"de", "day.free", 0, "Kein freier Termin"},
		{"de", "day.free", 1, "1 freier Termin"},
		{"de", "day.free", 1000, "1.000 freie Termine"},
		{"de", "service.max_age", 1, "Weniger als 1 Monat alt"},
	}
	for _, test := range tests {
		if got := lang(t, test.code).Plural(test.key, test.n); got != test.want {
			t.Errorf("%s %s %d: got %q, want %q", test.code, test.key, test.n, got, test.want)
		}
	}
	for code, want := range map[string]string{
		"es": "1 hora y 30 minutos", "nl": "1 uur en 30 minuten", "it": "1 ora e 30 minuti", "de": "1 Stunde und 30 Minuten",
	} {
		if got := lang(t, code).Duration(90); got != want {
			t.Errorf("%s: got %q, want %q", code, got, want)
		}
	}
}

// TestFormalAddress: no word of the familiar address, and in Italian Lei and its forms with a capital letter.
func TestFormalAddress(t *testing.T) {
	familiar := map[string]*regexp.Regexp{
		"es": regexp.MustCompile(`(?i)(^|[^\pL])(tú|tu|tus|te|ti|contigo|vosotros|vuestr[oa]s?|os)([^\pL]|$)`),
		"nl": regexp.MustCompile(`(?i)(^|[^\pL])(je|jij|jou|jouw|jullie)([^\pL]|$)`),
		"it": regexp.MustCompile(`(^|[^\pL])((?i:tu|tuo|tua|tuoi|tue|ti|te|voi)|lei|suo|sua|suoi|sue)([^\pL]|$)`),
		"de": regexp.MustCompile(`(^|[^\pL])((?i:du|dir|dich|dein|deine[rnms]?|euch|euer|eure)|ihnen)([^\pL]|$)`),
	}
	b := book(t)
	for code, words := range familiar {
		texts(b.Tag(code), func(key, text string) {
			if found := words.FindString(text); found != "" {
				t.Errorf("%s %s: %q in %q", code, key, strings.TrimSpace(found), text)
			}
		})
	}
}

// TestSpanishMarks: a question opens and closes.
func TestSpanishMarks(t *testing.T) {
	b := book(t)
	texts(b.Tag("es"), func(key, text string) {
		if strings.Count(text, "¿") != strings.Count(text, "?") || strings.Count(text, "¡") != strings.Count(text, "!") {
			t.Errorf("%s: a mark alone in %q", key, text)
		}
	})
}

// TestNoSpaceBeforeMarks: only French has one.
func TestNoSpaceBeforeMarks(t *testing.T) {
	b := book(t)
	spaced := regexp.MustCompile(`[ \x{a0}][:;?!,]`)
	for _, code := range []string{"en", "es", "nl", "it", "de"} {
		texts(b.Tag(code), func(key, text string) {
			if spaced.MatchString(text) {
				t.Errorf("%s %s: a space before a mark in %q", code, key, text)
			}
		})
	}
}

func TestShortMessageAbroad(t *testing.T) {
	at := time.Date(2027, time.August, 14, 9, 30, 0, 0, casablanca) // a Saturday, whose name Spanish writes with á
	tests := []struct{ code, want string }{
		{"es", "Cita cambiada: S, sabado 14/08 09:30, O. Ref. R. L"},
		{"nl", "Afspraak verzet: S, za 14 aug 09:30, O. Ref. R. L"},
		{"it", "Nuovo orario: S, sabato 14/08 09:30, O. Rif. R. L"},
		{"de", "Termin verschoben: S, Sa 14.08. 09:30, O. Ref. R. L"},
	}
	for _, test := range tests {
		l := lang(t, test.code)
		got := locale.SMSText(l.Say("notice.moved.sms", "service", "S", "date", l.SMSDate(at), "time", l.Clock(at), "office", "O", "reference", "R", "link", "L"))
		if got != test.want {
			t.Errorf("%s: got %q, want %q", test.code, got, test.want)
		}
	}
}
