package web_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/chromedp/chromedp"

	"mawid/internal/browsertest"
	"mawid/internal/locale"
)

// Booked, moved and cancelled on a phone in each language there is. Each page says
// its language and direction, and none is in two languages.
func TestTheWayInABrowserInEachLanguage(t *testing.T) {
	h := oneHouse(t)
	b := browsertest.Start(t)
	for _, l := range h.book.Languages() {
		t.Run(l.Code(), func(t *testing.T) {
			v := b.Tab(t, browsertest.Phone, false)
			others := ofOthers(h.book, l)
			booksMovesCancels(v, h.server.URL, wayIn(t, l.Code()), func(page string) {
				inOneLanguage(t, v, l, page, others)
				v.Look(l.Code() + " " + page)
				if page == "moved" {
					sidePages(t, v, l, others)
				}
			})
			v.Clean(h.host())
		})
	}
}

// sidePages are those that lie beside the way of the appointment in the tab.
func sidePages(t *testing.T, v *browsertest.Tab, l *locale.Language, others map[string]string) {
	t.Helper()
	place, _, _ := strings.Cut(v.Address(), "?")
	v.Open(place + "/slip") // which is in two languages, or three
	v.Look(l.Code() + " slip")
	v.Open(place + "/contact")
	inOneLanguage(t, v, l, "contact", others)
	v.Look(l.Code() + " contact")
	v.Open(place)
}

func wayIn(t *testing.T, code string) words {
	t.Helper()
	for _, way := range ways {
		if way.lang == code {
			return way
		}
	}
	t.Fatalf("nobody books in %s", code)
	return words{}
}

// inOneLanguage fails when the page in the tab says another language than l, or
// has a sentence of another.
func inOneLanguage(t *testing.T, v *browsertest.Tab, l *locale.Language, page string, others map[string]string) {
	t.Helper()
	said, err := chromedp.Run(v.Context(), chromedp.Evaluate[string](`document.documentElement.lang + " " + document.documentElement.dir`))
	if err != nil {
		t.Fatal(err)
	}
	if want := l.HTMLLang() + " " + l.Direction(); said != want {
		t.Errorf("%s: the page says %q, want %q", page, said, want)
	}
	text := v.Own()
	for words, key := range others {
		if strings.Contains(text, words) {
			t.Errorf("%s: a sentence of another language (%s): %s", page, key, words)
		}
	}
}

// ofOthers are the parts of other languages' sentences that a reader of l would
// notice → the language and key: of some length, and in no sentence of l.
func ofOthers(book *locale.Book, l *locale.Language) map[string]string {
	const noticed = 12 // letters
	var own strings.Builder
	for _, key := range book.Keys() {
		if !borrowed(book, l, key) {
			own.WriteString(said(l, key) + "\n")
		}
	}
	parts := map[string]string{}
	for _, o := range book.Languages() {
		if o == l {
			continue
		}
		for _, key := range book.Keys() {
			for _, part := range strings.FieldsFunc(said(o, key), func(r rune) bool { return r == '⟦' || r == '⟧' || r == '\n' }) {
				part = strings.TrimSpace(strings.ReplaceAll(part, "\u00a0", " "))
				if utf8.RuneCountInString(part) >= noticed && strings.Contains(part, " ") && !strings.Contains(own.String(), part) {
					parts[part] = o.Code() + " " + key
				}
			}
		}
	}
	return parts
}

// said is a sentence, or the form of it for many.
func said(l *locale.Language, key string) string {
	text := l.Say(key)
	if strings.Contains(text, "⟦"+key+"⟧") {
		text = l.Plural(key, 5)
	}
	return strings.ReplaceAll(text, "\u00a0", " ")
}

// borrowed reports whether l says the French sentence, having none of its own.
func borrowed(book *locale.Book, l *locale.Language, key string) bool {
	french := book.Tag("fr")
	return l != french && said(l, key) == said(french, key)
}
