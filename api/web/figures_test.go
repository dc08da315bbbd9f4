package web_test

import (
	"strings"
	"testing"
	"time"

	"mawid/internal/browsertest"
	"mawid/internal/testdb"
)

// worked is a house where two people came: one with an appointment waited 20
// minutes and was served in 15, the other walked in and was not there when called.
func worked(h *house) {
	booked := deskHouse(h)
	w := h.walker().sit("agent")
	w.press("Chercher", "who", booked.Appointment.Reference).press("Donner un billet", "service", "dgi-if", "name", "Zineb")
	h.clock.Advance(50 * time.Minute)
	w.open("/fr/desk").press("Appeler le suivant").press("La personne est là")
	h.clock.Advance(15 * time.Minute)
	w.open("/fr/desk").press("Terminé, affaire réglée").press("Appeler le suivant")
	h.clock.Advance(5 * time.Minute)
	w.open("/fr/desk").press("Absent")
}

// What a supervisor reads of a day, on both databases: counted, timed, and
// without anybody's name; and the same as a sheet.
func TestTheFiguresOfAnOffice(t *testing.T) {
	eachHouse(t, func(h *house) {
		worked(h)
		w := h.walker().signIn("chef").open("/fr/desk/figures").want(200, "Chiffres du bureau", "2 arrivées, dont 1 sans rendez-vous", "Par service", "Occupation des guichets")
		for _, private := range []string{"Zineb", "العمراني"} {
			if strings.Contains(w.text(), private) {
				t.Errorf("the figures name %s", private)
			}
		}
		sheet := h.walker().signIn("chef").open("/fr/desk/figures/sheet").want(200).raw
		if !strings.HasPrefix(sheet, "date,service,arrived,walk_ins,served,no_shows,wait_mean_s,wait_p90_s,serve_mean_s\r\n2027-06-01,dgi-if,") {
			t.Errorf("the sheet:\n%s", sheet)
		}
		w.open("/fr/desk/figures?from=2027-05-01&to=2027-05-02").want(200, "Rien n'est enregistré")
		w.open("/fr/desk/figures?from=2027-05-09&to=2027-05-02").want(200, "Ces dates ne conviennent pas", "2 arrivées")
		w.open("/fr/desk/figures?from=2027-06-01&to=2027-06-01&service=dgi-if").want(200, "2 arrivées").open("/fr/desk/figures?office=tpi-safi-famille").want(404)
		h.walker().signIn("agent").open("/fr/desk/figures").want(403)
	})
}

func TestTheFiguresInABrowser(t *testing.T) {
	h := newHouse(t, testdb.Open(t, testdb.SQLite(t)), nil)
	worked(h)
	b := browsertest.Start(t)
	for _, screen := range []browsertest.Screen{browsertest.Phone, browsertest.Desktop} {
		v := b.Tab(t, screen, false)
		v.Open(h.server.URL + "/fr/desk/sign-in")
		v.Type("login", "chef")
		v.Type("password", password)
		v.Click("Se connecter")
		for _, lang := range []string{"ar", "fr"} {
			v.Open(h.server.URL + "/" + lang + "/desk/figures")
			v.Axe(lang + ", " + screen.Name)
			v.Clean(h.host())
			if *pictures != "" {
				v.Save(*pictures + "/figures-" + lang + "-" + screen.Name + ".png")
			}
		}
	}
}
