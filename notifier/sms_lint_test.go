package notifier_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"mawid/internal/locale"
	"mawid/notifier"
)

// worstValues are the longest values that a placeholder of a short message can
// have, once its names are shortened as far as they go: a name of 12 characters
// and "...". A link may have 90 characters: a host of 40 and a token.
func worstValues(l *locale.Language) map[string]string {
	wide := "W"
	if l.Direction() == "rtl" {
		wide = "م"
	}
	name := strings.Repeat(wide, 12) + "..."
	date, city := "", ""
	for d := range 366 {
		if s := l.SMSDate(time.Date(2028, 1, 1+d, 0, 0, 0, 0, time.UTC)); len([]rune(s)) > len([]rune(date)) {
			date = s
		}
	}
	for _, z := range l.Zones() {
		if len([]rune(z.City)) > len([]rune(city)) {
			city = z.City
		}
	}
	return map[string]string{
		"service": name, "office": name, "date": date, "time": "23:59 (" + date + " 23:59 " + city + ")", "reference": "K7AM-3WXD",
		"link": "https://" + strings.Repeat("h", 36) + "/a/" + strings.Repeat("t", 43), "code": "049317", "until": "23:59",
		"kept":   "23:59 (" + date + " 23:59 " + city + ")",
		"number": "A099", "desk": "99", "room": name, "wait": "120", "ahead": "99", "minutes": "120", "n": "120", "place": name, "name": name,
		"how": worstHow(l),
	}
}

// worstHow is the longest way to say how two people meet.
func worstHow(l *locale.Language) string {
	longest := l.Say("notice.remote.video")
	for _, key := range []string{"notice.remote.calls", "notice.remote.you_call"} {
		if s := l.Say(key, "number", "+212612345678901"); len([]rune(s)) > len([]rune(longest)) {
			longest = s
		}
	}
	return longest
}

// TestNoTemplateOfAShortMessageCanExceedItsBudget looks at every sentence that is
// one (KEY.sms), in every language, with the worst values: two parts of GSM 03.38,
// or three of UCS-2 where the script needs it. A new placeholder must say its
// worst value above.
func TestNoTemplateOfAShortMessageCanExceedItsBudget(t *testing.T) {
	book, err := locale.Load()
	must(t, err)
	hole := regexp.MustCompile(`⟦([a-z0-9_]+)⟧`)
	looked := 0
	for _, l := range book.Speaking("notice") {
		worst := worstValues(l)
		for _, key := range book.Keys() {
			if !strings.HasSuffix(key, ".sms") || !strings.HasPrefix(key, "notice.") {
				continue
			}
			var values []string
			for _, m := range hole.FindAllStringSubmatch(l.Say(key), -1) {
				if worst[m[1]] == "" {
					t.Errorf("%s: {%s} has no worst value; say it in this test", key, m[1])
				}
				values = append(values, m[1], worst[m[1]])
			}
			text := notifier.Short{Key: key, Values: values, Names: []string{"service", "office"}, Spare: []string{"time", "23:59", "kept", "23:59"}}.In(l)
			most := 2
			if l.Direction() == "rtl" {
				most = 3
			} else if !locale.SMSPlain(text) {
				t.Errorf("%s, %s: characters outside of GSM 03.38 halve the parts: %s", l.Code(), key, text)
			}
			if n := locale.SMSParts(text); n > most {
				t.Errorf("%s, %s: %d parts at worst, want %d: %s", l.Code(), key, n, most, text)
			}
			looked++
		}
	}
	if looked < 7*6 {
		t.Errorf("only %d templates looked at", looked)
	}
}
