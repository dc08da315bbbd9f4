package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"mawid/internal/browsertest"
	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// TestTheNextVisitIsBookedFromTheFile with nothing typed: from the file's page to
// the appointment, which then stands on the file's page and at the desk.
func TestTheNextVisitIsBookedFromTheFile(t *testing.T) {
	eachHouse(t, func(h *house) {
		o := h.lateFile()
		place := "/fr/f/" + o.Token
		w := h.walker().open(place).click("Prendre rendez-vous pour ce dossier").
			want(200, o.File.Reference, "Rien n'est à saisir de nouveau", "Direction provinciale des impôts de Safi")
		w.open(place+"/visit/dgi-safi/2027-06-03").click("09:00").
			want(200, "Ce qu'il faut apporter", "Amina Benali", "amina@example.org", "jeudi 3 juin 2027")
		before := h.appointments()
		w.press("Réserver ce rendez-vous").want(200, "Votre rendez-vous est réservé", o.File.Reference)
		if n := h.appointments() - before; n != 1 || !strings.HasPrefix(w.url.Path, "/fr/a/") {
			t.Errorf("%d appointments, at %s", n, w.url)
		}
		first := w.url.Path
		w.send(http.MethodPost, place+"/visit", url.Values{"office": {"dgi-safi"}, "starts_at": {"2027-06-03T09:00:00+00:00"}}).want(200)
		if h.appointments()-before != 1 || w.url.Path != first {
			t.Errorf("sent twice it is at %s", w.url)
		}
		w.open(place).want(200, "Rendez-vous pour ce dossier", "jeudi 3 juin 2027", "Réservé", "Rendez-vous pris : Direction provinciale des impôts de Safi").
			click("jeudi 3 juin 2027").want(200, "Mon rendez-vous")
		desk := h.walker().signIn("admin")
		desk.open("/fr/desk/files/"+o.File.ID).want(200, "Rendez-vous pour ce dossier", "jeudi 3 juin 2027", "Rendez-vous pris")
		for _, wrong := range []string{place + "/visit/adii-safi", place + "/visit/dgi-safi/soon", place + "/visit/dgi-safi/2027-06-03/late", "/fr/f/nothing/visit"} {
			h.walker().open(wrong).want(404)
		}
	})
}

// appointments counts those of June 2027 at the tax office.
func (h *house) appointments() int {
	h.t.Helper()
	from := enginetest.At(h.t, "2027-06-01 00:00")
	as, err := h.db.AppointmentsOn(h.t.Context(), []string{"dgi-safi"}, from, from.Add(30*24*time.Hour))
	h.must(err)
	return len(as)
}

func TestAVisitThatSomebodyElseTook(t *testing.T) {
	h := oneHouse(t)
	o := h.lateFile()
	w := h.walker()
	w.send(http.MethodPost, "/fr/f/"+o.Token+"/visit", url.Values{"office": {"dgi-safi"}, "starts_at": {"2027-06-03T07:00:00+00:00"}}).want(422)
	for range 40 { // until the time is full
		if _, err := h.engine.Hold(t.Context(), scheduler.HoldRequest{OfficeID: "dgi-safi", ServiceID: "dgi-th-tsc", StartsAt: enginetest.At(t, "2027-06-03 09:00")}); err != nil {
			break
		}
	}
	w.send(http.MethodPost, "/fr/f/"+o.Token+"/visit", url.Values{"office": {"dgi-safi"}, "starts_at": {"2027-06-03T09:00:00+00:00"}}).
		want(409, "vient d'être pris", "Rien n'est à saisir de nouveau").click("09:30").press("Réserver ce rendez-vous").want(200, "Votre rendez-vous est réservé")
}

func TestTheVisitOfAFileInABrowser(t *testing.T) {
	h := oneHouse(t)
	o := h.lateFile()
	b := browsertest.Start(t)
	for _, lang := range []string{"ar", "fr"} {
		v := b.Tab(t, browsertest.Phone, true)
		for _, place := range []string{"/visit", "/visit/dgi-safi/2027-06-03", "/visit/dgi-safi/2027-06-03/09:00"} {
			v.Open(h.server.URL + "/" + lang + "/f/" + o.Token + place)
			v.Clean(h.host())
			v.Axe(lang + place)
		}
	}
}
