package notifier_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// remoteKinds are the notices that speak of how people meet.
var remoteKinds = []scheduler.NoticeKind{
	scheduler.NoticeConfirmation, scheduler.NoticeReminderWeek, scheduler.NoticeReminderDays, scheduler.NoticeReminderEve,
	scheduler.NoticeReminderSoon, scheduler.NoticeMoved,
}

// TestRemoteNoticesReadAsAgreed shows, in every language, what who does not come is
// told by mail and by short message.
func TestRemoteNoticesReadAsAgreed(t *testing.T) {
	w := newWording(t)
	for _, lang := range []string{"ar", "fr", "en", "es", "nl", "it", "de"} {
		for _, by := range scheduler.RemoteChannels {
			var all strings.Builder
			for _, kind := range remoteKinds {
				a := planted(1, at(t, "2027-05-31 07:00"))
				a.Reference, a.Citizen.Language, a.Channel = "K7AM-3WXD", lang, by
				a.Citizen.Phone, a.Citizen.Zone = "+33612345678", "Europe/Paris"
				mail := write(t, w, &a, kind, scheduler.ChannelEmail)
				short := write(t, w, &a, kind, scheduler.ChannelSMS)
				checkRemote(t, lang, by, kind, mail.Text, short.Text)
				if kind == scheduler.NoticeReminderDays || kind == scheduler.NoticeMoved {
					continue // as for who comes, with the same facts
				}
				fmt.Fprintf(&all, "== %s\nSubject: %s\n\n%s\n-- SMS, parts: %d\n%s\n\n", kind, mail.Subject, mail.Text, locale.SMSParts(short.Text), short.Text)
			}
			golden(t, filepath.Join(lang, "remote_"+string(by)+".txt"), all.String())
		}
	}
}

// checkRemote holds for every remote notice.
func checkRemote(t *testing.T, lang string, by scheduler.ServiceChannel, kind scheduler.NoticeKind, mail, sms string) {
	t.Helper()
	const room = "https://meet.example.org/mawid-0r1s2t3u4v5g6h7i8j9k0l1m2n"
	fault := func(what string) { t.Errorf("%s, %s, %s: %s\n%s\n%s", lang, by, kind, what, mail, sms) }
	switch by {
	case scheduler.Telephone:
		if !strings.Contains(mail, "+33612345678") || !strings.Contains(sms, "+33612345678") {
			fault("the number is not named")
		}
	case scheduler.Video:
		if !strings.Contains(mail, room) {
			fault("the mail has no link to the meeting")
		}
		if strings.Contains(sms, room) != (kind == scheduler.NoticeReminderSoon) {
			fault("the link of the meeting stands in the short message shortly before, and only then")
		}
	}
	if strings.Contains(mail+sms, "⟦") || strings.Contains(mail, "\u2068\u2069") {
		fault("a sentence or one of its values is missing")
	}
	if most := map[bool]int{true: 3, false: 2}[lang == "ar"]; locale.SMSParts(sms) > most {
		fault("the short message is too long")
	}
	if lang != "ar" && !locale.SMSPlain(sms) {
		fault("the short message is not in GSM 03.38")
	}
}
