package web_test

import (
	"net/url"
	"testing"
)

// A reader of Tamazight books in it, and is told in a language that has notices.
func TestAReaderOfTamazight(t *testing.T) {
	h := oneHouse(t)
	w := holdForm(h)
	form := w.url.Path[len("/fr"):]
	w.open("/zgh"+form).want(200, "ⵓⵔ ⵍⵍⵉⵏⵜ ⵜⵓⵣⵉⵏⵉⵏ ⵙ ⵜⵎⴰⵣⵉⵖⵜ")
	if got := w.value("language"); got != "fr" {
		t.Errorf("the form proposes notices in %q", got)
	}
	for _, o := range find(w.byID("language"), "option") {
		if attr(o, "value") == "zgh" {
			t.Error("the form offers notices in a language that has none")
		}
	}
	// Also where the form is not ours.
	w.send("POST", "/zgh"+form, url.Values{"name": {"Amina Benali"}, "email": {"amina@example.org"}, "language": {"zgh"}}).want(200, "ⵜⵜⵓⴰⵎⵥ ⵜⵎⵍⵉⵍⵉⵜ ⵏⵏⵓⵏ")
	a, err := h.engine.AppointmentByToken(t.Context(), w.url.Path[len("/zgh/a/"):])
	h.must(err)
	if a.Citizen.Language != "fr" {
		t.Errorf("notices are in %q", a.Citizen.Language)
	}
	// The desk is not in it: its pages lead to one that is.
	w.open("/zgh/desk/sign-in").want(200, "Se connecter")
	h.walker().open("/fr" + form).want(409)
}

// Browsers name the language in several ways.
func TestTheFirstAddressInTamazight(t *testing.T) {
	h := oneHouse(t)
	for _, accept := range []string{"zgh", "zgh-MA,fr;q=0.8", "tzm", "ber,ar;q=0.5", "shi-Tfng-MA"} {
		if got := h.get("/", "Accept-Language", accept).Header.Get("Location"); got != "/zgh/" {
			t.Errorf("%s leads to %q", accept, got)
		}
	}
}
