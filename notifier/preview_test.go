package notifier_test

import (
	"errors"
	"strings"
	"testing"

	"mawid/internal/locale"
	"mawid/notifier"
	"mawid/scheduler"
)

// TestEveryKindCanBeLookedAt in every language that notices are in, by both
// channels, and no short message costs more than its budget.
func TestEveryKindCanBeLookedAt(t *testing.T) {
	book, err := locale.Load()
	must(t, err)
	w, cat, now := newWording(t), scheduler.NewCatalogue(safi(t), 1), at(t, "2027-05-31 07:00")
	for _, l := range book.Languages() {
		for _, kind := range notifier.PreviewKinds() {
			m, err := w.Preview(cat, kind, l.Code(), scheduler.ChannelEmail, now)
			if err != nil || m.Subject == "" || !strings.Contains(m.Text, "Amina El Fassi") || len(m.Raw) == 0 {
				t.Errorf("%s, %s by mail: %v %q", l.Code(), kind, err, m.Subject)
			}
			m, err = w.Preview(cat, kind, l.Code(), scheduler.ChannelSMS, now)
			if most := map[bool]int{true: 2, false: 3}[locale.SMSPlain(m.Text)]; err != nil || m.Text == "" || locale.SMSParts(m.Text) > most {
				t.Errorf("%s, %s by short message: %v, %d parts: %s", l.Code(), kind, err, locale.SMSParts(m.Text), m.Text)
			}
		}
	}
	if _, err := w.Preview(cat, "nonsense", "fr", scheduler.ChannelEmail, now); !errors.Is(err, scheduler.ErrNotFound) {
		t.Errorf("an unknown kind: %v", err)
	}
}
