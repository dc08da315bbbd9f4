package notifier_test

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"mawid/internal/locale"
	"mawid/notifier"
	"mawid/scheduler"
)

func sms(t testing.TB, w *notifier.Wording, a scheduler.Appointment, kind scheduler.NoticeKind) string {
	t.Helper()
	l := write(t, w, &a, kind, scheduler.ChannelSMS)
	if l.To != a.Citizen.Phone || l.Subject != "" || l.Raw != nil {
		t.Errorf("the short message is %+v", l.Message)
	}
	return l.Text
}

func onThePhone(t testing.TB, lang string) scheduler.Appointment {
	t.Helper()
	a := planted(1, at(t, "2027-05-31 07:00"))
	a.Reference, a.Citizen.Language, a.Citizen.Email, a.Citizen.Phone = "K7AM-3WXD", lang, "", aminaPhone
	return a
}

func TestShortMessagesReadAsAgreed(t *testing.T) {
	w := newWording(t)
	for _, lang := range []string{"ar", "fr", "en", "es", "nl", "it", "de"} {
		var all []string
		for _, kind := range allKinds {
			all = append(all, string(kind)+": "+sms(t, w, onThePhone(t, lang), kind))
		}
		golden(t, filepath.Join(lang, "sms.txt"), strings.Join(all, "\n")+"\n")
	}
}

// TestShortMessagesStayShort tries every service at its office, for a reader
// with a far clock on another day: the longest values there are.
func TestShortMessagesStayShort(t *testing.T) {
	w := newWording(t)
	limits := map[string]int{"fr": 2, "en": 2, "ar": 3, "es": 2, "nl": 2, "it": 2, "de": 2}
	for _, lang := range []string{"fr", "en", "ar", "es", "nl", "it", "de"} {
		for _, kind := range allKinds {
			longest := ""
			for _, s := range safi(t).Services {
				a := onThePhone(t, lang)
				a.OfficeID, a.ServiceID = s.OfficeID, s.ID
				a.Place.Start, a.Citizen.Zone = 60, "America/Los_Angeles"
				a.StartsAt = a.Place.Date.At(a.Place.Start, a.StartsAt.Location())
				text := sms(t, w, a, kind)
				checkShort(t, lang, kind, &a, text)
				if len(utf16.Encode([]rune(text))) > len(utf16.Encode([]rune(longest))) {
					longest = text
				}
			}
			parts, units := locale.SMSParts(longest), len(utf16.Encode([]rune(longest)))
			t.Logf("%s %-13s longest: %3d characters, %d parts", lang, kind, units, parts)
			if parts > limits[lang] {
				t.Errorf("%s %s takes %d parts: %s", lang, kind, parts, longest)
			}
		}
	}
}

// checkShort: what must survive any shortening.
func checkShort(t *testing.T, lang string, kind scheduler.NoticeKind, a *scheduler.Appointment, text string) {
	t.Helper()
	link := links{}.ManageURL(a.ID)
	must := []string{"01:00", "18:00", a.Reference, link}
	switch kind {
	case scheduler.NoticeCancelled:
		must = must[:3]
	case scheduler.NoticeProveCode:
		must = []string{"01:00", "18:00", "049317", link}
	case scheduler.NoticeFindCode: // whoever asks must have it, and no link
		must = []string{"049317", a.Reference}
	case scheduler.NoticeLapsed:
		must = []string{"01:00", "18:00", link}
	case scheduler.NoticeCorrectedOld:
		must = must[2:]
	}
	for _, s := range must {
		if !strings.Contains(text, s) {
			t.Errorf("%s %s lost %q: %s", lang, kind, s, text)
		}
	}
	if strings.Contains(text, "⟦") {
		t.Errorf("%s %s: %s", lang, kind, text)
	}
	if lang != "ar" && locale.SMSParts(text) != (len([]rune(text))+152)/153 && len([]rune(text)) > 160 {
		t.Errorf("%s %s is not in GSM 03.38: %s", lang, kind, text)
	}
}

func TestShortMessagesNameTheOtherClockOnlyWhenItDiffers(t *testing.T) {
	w := newWording(t)
	for zone, want := range map[string]string{
		"": "mardi 08/06 08:30, ", "Africa/Casablanca": "mardi 08/06 08:30, ", paris: "mardi 08/06 08:30 (10:30 Paris), ",
		"Asia/Dubai": "mardi 08/06 08:30 (12:30 Dubai), ",
	} {
		a := onThePhone(t, "fr")
		a.Citizen.Zone = zone
		if text := sms(t, w, a, scheduler.NoticeMoved); !strings.Contains(text, want) {
			t.Errorf("zone %q: %q is missing in %s", zone, want, text)
		}
	}
}
