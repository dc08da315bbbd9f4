package notifier_test

import (
	"errors"
	"slices"
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
			checkPreview(t, l.Code()+" "+string(kind), kind, m)
			m, err = w.Preview(cat, kind, l.Code(), scheduler.ChannelSMS, now)
			checkLinks(t, l.Code()+" "+string(kind)+" by short message", kind, m.Text)
			if most := map[bool]int{true: 2, false: 3}[locale.SMSPlain(m.Text)]; err != nil || m.Text == "" || locale.SMSParts(m.Text) > most {
				t.Errorf("%s, %s by short message: %v, %d parts: %s", l.Code(), kind, err, locale.SMSParts(m.Text), m.Text)
			}
		}
	}
	if _, err := w.Preview(cat, "nonsense", "fr", scheduler.ChannelEmail, now); !errors.Is(err, scheduler.ErrNotFound) {
		t.Errorf("an unknown kind: %v", err)
	}
}

// checkPreview: what a person would stumble over in any language.
func checkPreview(t *testing.T, name string, kind scheduler.NoticeKind, l notifier.Letter) {
	t.Helper()
	lines := strings.Split(l.Text, "\n")
	for i, line := range lines {
		if strings.HasSuffix(strings.TrimSpace(line), ":") && i > 0 { // a greeting may
			t.Errorf("%s: nothing stands after %q", name, line)
		}
		if line == "" && i+1 < len(lines) && lines[i+1] == "" {
			t.Errorf("%s: a link or a text is missing before line %d:\n%s", name, i, l.Text)
		}
	}
	checkLinks(t, name, kind, l.Text)
	if code := kind == scheduler.NoticeProveCode || kind == scheduler.NoticeFindCode || kind == scheduler.NoticeFileCode; code != strings.Contains(l.Text, "123456") {
		t.Errorf("%s: a code: %v", name, !code)
	}
	raw := string(l.Raw)
	method := map[bool]string{true: "CANCEL", false: "REQUEST"}[kind == scheduler.NoticeCancelled || kind == scheduler.NoticeLapsed]
	if strings.Contains(raw, "text/calendar") && !strings.Contains(raw, "method="+method) {
		t.Errorf("%s: the invitation is no %s", name, method)
	}
}

// checkLinks: each link leads to a page of what the notice is about.
func checkLinks(t *testing.T, name string, kind scheduler.NoticeKind, text string) {
	t.Helper()
	leads := []string{"/a/", "/feeds/"}
	switch {
	case kind == scheduler.NoticeComeNow:
		leads = []string{"/t/"}
	case kind == scheduler.NoticeQuestions:
		leads = []string{"/o/"}
	case kind == scheduler.NoticeOffer:
		leads = []string{"/w/"}
	case slices.Contains(scheduler.NoticesFile(), kind):
		leads = []string{"/f/", "/o/"}
	}
	const site = "https://rdv.safi.example"
	for word := range strings.FieldsSeq(text) {
		if rest, is := strings.CutPrefix(word, site); is && !slices.ContainsFunc(leads, func(p string) bool { return strings.HasPrefix(rest, p) }) {
			t.Errorf("%s leads to %s", name, word)
		}
	}
}
