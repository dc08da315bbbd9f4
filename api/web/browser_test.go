package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"mawid/internal/browsertest"
)

// host is where the house answers.
func (h *house) host() string {
	u, err := url.Parse(h.server.URL)
	h.must(err)
	return u.Host
}

// booksMovesCancels is the way of a citizen by pointer, from the first page to
// the cancelled appointment. seen is told of each page on it, when not nil.
func booksMovesCancels(v *browsertest.Tab, home string, way words, seen func(page string)) {
	at := func(page string) {
		if seen != nil {
			seen(page)
		}
	}
	v.Open(home + "/" + way.lang + "/")
	at("home")
	v.Click(way.service)
	at("service")
	v.Click(strings.SplitN(way.choose, " –", 2)[0])
	at("days")
	v.Click(way.day)
	at("times")
	v.Click(way.time)
	v.Type("name", way.name)
	v.Type("email", "amina@example.org")
	at("form")
	v.Click(way.book)
	v.Reads(way.booked)
	at("booked")
	v.Click(way.move)
	at("move")
	v.Click(way.newDay)
	at("new times")
	v.Click(way.newTime)
	at("new time")
	v.Click(way.confirmMove)
	v.Reads(way.moved)
	at("moved")
	v.Click(way.cancel)
	at("cancel")
	v.Click(way.yes)
	v.Reads(way.cancelled)
	at("cancelled")
}

// The way of a citizen in a real browser: in both directions of writing, on a
// phone and on a desk, with and without JavaScript. No page asks another host.
func TestTheWayInABrowser(t *testing.T) {
	h := oneHouse(t)
	b := browsertest.Start(t)
	for _, way := range ways[:2] {
		for _, screen := range []browsertest.Screen{browsertest.Phone, browsertest.Desktop} {
			for what, scripts := range map[string]bool{"with": true, "without": false} {
				t.Run(way.lang+", "+screen.Name+", "+what+" scripts", func(t *testing.T) {
					v := b.Tab(t, screen, scripts)
					booksMovesCancels(v, h.server.URL, way, nil)
					v.Clean(h.host())
				})
			}
		}
	}
}

// The same way without touching a pointer: the focus is seen at every stop.
func TestTheWayByKeyboardOnlyInABrowser(t *testing.T) {
	h := oneHouse(t)
	b := browsertest.Start(t)
	for _, way := range ways[:2] {
		t.Run(way.lang, func(t *testing.T) {
			v := b.Tab(t, browsertest.Desktop, true)
			v.Open(h.server.URL + "/" + way.lang + "/")
			for _, words := range []string{way.service, strings.SplitN(way.choose, " –", 2)[0], way.day, way.time} {
				v.EnterOn(words)
			}
			v.TabTo("name")
			v.Keys(way.name)
			v.TabTo("email")
			v.Keys("amina@example.org")
			v.EnterOn(way.book)
			v.Reads(way.booked)
			for _, words := range []string{way.move, way.newDay, way.newTime, way.confirmMove} {
				v.EnterOn(words)
			}
			v.Reads(way.moved)
			v.EnterOn(way.cancel)
			v.EnterOn(way.yes)
			v.Reads(way.cancelled)
		})
	}
}

// Who uses the keyboard can jump over the head of the page.
func TestTheFirstStopLeadsToTheContentInABrowser(t *testing.T) {
	h := oneHouse(t)
	v := browsertest.Start(t).Tab(t, browsertest.Phone, false)
	v.Open(h.server.URL + "/fr/")
	v.TabTo("Aller au contenu")
	v.Keys(kb.Enter)
	if !strings.HasSuffix(v.Address(), "#content") {
		t.Errorf("the first stop leads to %s", v.Address())
	}
}
