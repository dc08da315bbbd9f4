package web_test

import (
	"testing"

	"mawid/internal/browsertest"
	"mawid/scheduler"
)

// TestTheCalendarsInABrowser: the staff's page, with what is shown once, and a
// person's settings of the link, in both directions of writing, on a phone and on
// a desk.
func TestTheCalendarsInABrowser(t *testing.T) {
	h := oneHouse(t)
	b := h.bookOne("dgi-if", "dgi-safi", "2027-06-10 10:00", scheduler.Citizen{Name: "Amina Benali", Email: "amina@example.org", Language: "fr"})
	browser := browsertest.Start(t)
	for lang, button := range map[string]string{"ar": "إنشاء العنوان", "fr": "Créer l'adresse"} {
		for _, screen := range []browsertest.Screen{browsertest.Phone, browsertest.Desktop} {
			v := browser.Tab(t, screen, true)
			v.Open(h.server.URL + "/" + lang + "/desk/sign-in")
			v.Type("login", "agent")
			v.Type("password", password)
			v.Submit("password", 200)
			v.Open(h.server.URL + "/" + lang + "/desk/calendars")
			v.Axe(lang + " " + screen.Name + " calendars")
			v.Click(button)
			v.Axe(lang + " " + screen.Name + " calendars, one made")
			v.Type("label", "Téléphone")
			v.Submit("label", 200)
			v.Axe(lang + " " + screen.Name + " calendars, a password made")
			v.Open(h.server.URL + "/" + lang + "/a/" + b.ManageToken + "?calendar=saved")
			v.Axe(lang + " " + screen.Name + " the link's settings")
			v.Clean(h.host())
		}
	}
}
