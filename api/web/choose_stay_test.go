package web_test

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"mawid/internal/browsertest"
	"mawid/scheduler"
)

const taxOffice = "/fr/services/dgi-if/dgi-safi"

// shownDays are the dates of a page of days, in order.
func (w *walker) shownDays() []string {
	var out []string
	for _, li := range w.all("li") {
		if strings.HasPrefix(attr(li, "class"), "day") {
			for _, when := range find(li, "time") {
				out = append(out, attr(when, "datetime"))
			}
		}
	}
	return out
}

// The dates are said once on the first page; from then on only these days are
// shown, on every page, also in another language and without cookies.
func TestAStayIsSaidOnce(t *testing.T) {
	h := oneHouse(t)
	w := h.walker().open("/fr/").want(200, "Vous venez pour quelques jours ?")
	w.press("Enregistrer", "from", "2027-08-02", "to", "2027-08-08").want(200, "Votre séjour : du lun. 2 août au dim. 8 août")
	w.click("Identifiant fiscal").want(200, "Premier horaire libre pendant votre séjour : lundi 2 août 2027, 08:30")
	w.click("Choisissez le jour").want(200, "Seuls les jours de votre séjour sont affichés.", "fin de semaine")
	want := []string{"2027-08-02", "2027-08-03", "2027-08-04", "2027-08-05", "2027-08-06", "2027-08-07", "2027-08-08"}
	if got := w.shownDays(); !slices.Equal(got, want) {
		t.Errorf("the days are %v", got)
	}
	if q := w.url.Query(); q.Get("from") != "2027-08-02" || q.Get("to") != "2027-08-08" {
		t.Errorf("the address does not hold the stay: %s", w.url)
	}
	// A reader whose browser keeps nothing, in another language.
	h.walker().open(attr(w.link("العربية"), "href")).want(200, "إقامتكم: من الاثنين 2 غشت إلى الأحد 8 غشت", "لا تعرض هنا إلا أيام إقامتكم.")
	// One that keeps it, at an address without it.
	w.open("/fr/situations/car").want(200, "Premier horaire libre pendant votre séjour")
	w.open(taxOffice+"/2027-08-03").want(200, "09:30").click("Retour").want(200, "Seuls les jours de votre séjour sont affichés.")
	// All days, and back.
	w.click("Voir tous les jours").want(200, "31", "Ne voir que les jours de mon séjour")
	if got := w.shownDays(); len(got) < 28 {
		t.Errorf("all days are %v", got)
	}
	w.click("Mois suivant").want(200, "septembre 2027", "Ne voir que les jours de mon séjour")
	w.click("mer. 1er sept.").want(200).click("Retour").want(200, "septembre 2027")
	w.click("Ne voir que les jours de mon séjour").want(200, "Seuls les jours")
	// Cleared in one step, and forgotten.
	w.click("Effacer les dates").want(200, "Vous venez pour quelques jours ?", "Mois suivant")
	w.open(taxOffice).want(200, "juin 2027", "Mois suivant")
}

func TestStaysThatCannotBe(t *testing.T) {
	h := oneHouse(t)
	for _, c := range []struct{ name, from, to, field, text string }{
		{"no end", "2027-08-02", "", "to", "Dernier jour sur place : Donnez les deux dates, ou aucune."},
		{"no beginning", "", "2027-08-02", "from", "Premier jour sur place : Donnez les deux dates, ou aucune."},
		{"no date", "soon", "2027-08-02", "from", "Premier jour sur place : Cette date n'est pas valable."},
		{"a day that no month has", "2027-06-31", "2027-07-02", "from", "Premier jour sur place : Cette date n'est pas valable."},
		{"a year typed wrong", "0027-06-30", "2027-07-02", "from", "Premier jour sur place : Cette date n'est pas valable."},
		{"the wrong way round", "2027-08-08", "2027-08-02", "to", "Dernier jour sur place : Le dernier jour précède le premier."},
		{"over", "2027-05-01", "2027-05-30", "to", "Dernier jour sur place : Ce séjour est déjà passé."},
		{"too long", "2027-06-01", "2027-09-01", "to", "Dernier jour sur place : Ce séjour est trop long : 92 jours au plus."},
		{"too far", "2028-05-20", "2028-05-31", "to", "Les rendez-vous s'ouvrent jusqu'au mardi 30 mai 2028."},
	} {
		for _, place := range []string{"/fr/", "/fr/services/dgi-if", taxOffice, "/fr/situations/car"} {
			query := url.Values{"from": {c.from}, "to": {c.to}}
			w := h.walker().open(place+"?"+query.Encode()).want(422, "1 information est à corriger", c.text)
			if field := w.byID(c.field); attr(field, "aria-invalid") != "true" || w.byID(c.field+"-fault") == nil {
				t.Errorf("%s: %s: the field %s is not marked", c.name, place, c.field)
			}
			if w.value("from") != c.from || w.value("to") != c.to {
				t.Errorf("%s: %s: what was typed is lost", c.name, place)
			}
			if !strings.HasPrefix(textOf(w.all("title")[0]), "Erreur") {
				t.Errorf("%s: %s: the title is %q", c.name, place, textOf(w.all("title")[0]))
			}
			w.open(taxOffice).want(200, "juin 2027", "Mois suivant") // it is not kept
		}
	}
}

func TestStaysThatCanBe(t *testing.T) {
	h := oneHouse(t)
	for _, c := range []struct{ from, to, first, last string }{
		{"2027-08-02", "2027-08-02", "2027-08-02", "2027-08-02"},
		{"2027-06-01", "2027-08-31", "2027-06-01", "2027-08-31"}, // 92 days
		{"2027-05-20", "2027-06-10", "2027-05-31", "2027-06-10"}, // begun: from today on
		{"2/8/2027", "08.08.2027", "2027-08-02", "2027-08-08"},
		{"2028-05-25", "2028-05-30", "2028-05-25", "2028-05-30"}, // the last day of all
	} {
		w := h.walker().open(taxOffice+"?"+url.Values{"from": {c.from}, "to": {c.to}}.Encode()).want(200, "Votre séjour")
		days := w.shownDays()
		if len(days) == 0 || days[0] != c.first || days[len(days)-1] != c.last {
			t.Errorf("%s to %s: shown are %v", c.from, c.to, days)
		}
	}
}

// A remembered stay that is over is forgotten without a word.
func TestAStayThatIsOver(t *testing.T) {
	h := oneHouse(t)
	w := h.walker().open("/fr/").press("Enregistrer", "from", "2027-06-01", "to", "2027-06-05").want(200, "Votre séjour")
	h.clock.Set(h.clock.Now().AddDate(0, 0, 6))
	w.open("/fr/").want(200, "Vous venez pour quelques jours ?")
	w.open(taxOffice).want(200, "Mois suivant")
	for _, cookie := range []string{"stay=", "stay=x", "stay=2027-06-01", "stay=_", "stay=2027-09-01_2027-08-01", "stay=%22"} {
		if res := h.get("/fr/", "Cookie", cookie); res.StatusCode != 200 {
			t.Errorf("%s: %d", cookie, res.StatusCode)
		}
	}
}

// Where the stay is full the page says so, and what comes after.
func TestAStayWithoutAFreeTime(t *testing.T) {
	h := oneHouse(t)
	weekend := "?from=2027-08-08&to=2027-08-08"
	h.walker().open("/fr/services/dgi-if"+weekend).want(200, "Aucun horaire libre pendant votre séjour.", "Premier horaire libre ensuite : lundi 9 août 2027, 08:30")
	w := h.walker().open(taxOffice+weekend).want(200, "Aucun horaire libre pendant votre séjour.", "Premier horaire libre ensuite : lundi 9 août 2027, 08:30")
	w.click("Aller au premier jour libre").want(200, "lundi 9 août 2027", "08:30")
	h.walker().open("/fr/situations/car"+weekend).want(200, "Aucun horaire libre pendant votre séjour.")
}

// In a situation a step comes after those it depends on.
func TestTheStepsOfASituationKeepTheirOrder(t *testing.T) {
	h := oneHouse(t)
	c, err := h.engine.Catalogue(t.Context())
	h.must(err)
	for _, ch := range c.Chains {
		w := h.walker().open("/fr/situations/" + ch.ID + "?from=2027-08-02&to=2027-08-27").want(200)
		days := map[string]string{}
		for _, li := range w.all("li") {
			if attr(li, "class") != "card" {
				continue
			}
			for _, p := range find(li, "p") {
				if attr(p, "class") == "free" {
					days[textOf(find(li, "h2")[0])] = textOf(p)
				}
			}
		}
		for _, id := range ch.Steps {
			sv, err := c.Service(id)
			if err != nil {
				continue
			}
			for _, need := range sv.DependsOn {
				before, err := c.Service(need)
				if err != nil || days[before.Names["fr"]] == "" || days[sv.Names["fr"]] == "" {
					continue
				}
				if days[before.Names["fr"]] == days[sv.Names["fr"]] {
					t.Errorf("%s: %s and %s, which it depends on, at one time: %s", ch.ID, id, need, days[sv.Names["fr"]])
				}
			}
		}
		if len(days) == 0 && ch.ID == "car" {
			t.Errorf("%s: no step has a day", ch.ID)
		}
	}
}

// The days to move an appointment to are those of the stay, too.
func TestAMoveWithinTheStay(t *testing.T) {
	h := oneHouse(t)
	b := h.bookOne("dgi-if", "dgi-safi", "2027-06-03 09:00", scheduler.Citizen{})
	w := h.walker().open("/fr/a/"+b.ManageToken+"/move?from=2027-08-02&to=2027-08-04").want(200, "Seuls les jours de votre séjour sont affichés.")
	if got := w.shownDays(); len(got) != 3 {
		t.Errorf("the days are %v", got)
	}
	w.click("mar. 3 août").want(200).click("09:00").press("Confirmer la nouvelle heure").want(200, "mardi 3 août 2027, 09:00")
	h.walker().open("/fr/a/"+b.ManageToken+"/move?from=x&to=2027-08-04").want(422, "Premier jour sur place : Cette date n'est pas valable.")
}

// The reader's clock stands beside the office's wherever a time is shown; the day
// is named when it is another one there.
func TestTheReadersClock(t *testing.T) {
	h := oneHouse(t)
	w := h.walker().open("/fr/services/dgi-if").press("Enregistrer", "zone", "Europe/Paris").
		want(200, "Première date libre : lundi 31 mai 2027, 08:30 (heure du Maroc) — 10:30 à Paris", "Heure affichée aussi à Paris")
	w.open("/fr/services/dgi-if?from=2027-08-08&to=2027-08-08").want(200, "Premier horaire libre ensuite : lundi 9 août 2027, 08:30 (heure du Maroc) — 10:30 à Paris")
	w.open(taxOffice+"/2027-08-09").want(200, "À côté, l'heure à Paris.", "11:00 Paris")
	w.press("09:30").want(200, "lundi 9 août 2027, 09:30 (heure du Maroc) — 11:30 à Paris")
	if got := w.value("zone"); got != "Europe/Paris" {
		t.Errorf("the form has the zone %q", got)
	}
	// On the other side of the world the evening before.
	w.open("/fr/services/dgi-if/dgi-safi/2027-06-01?zone=America/Los_Angeles").want(200, "02:00 Los Angeles")
	w.open("/fr/services/dgi-if/dgi-safi/2027-06-01?zone=Pacific/Auckland").want(200, "21:00 Auckland").want(200, "03:30 Auckland mer. 2 juin")
	// The same clock is not shown twice; an unknown one is none.
	w.open("/fr/services/dgi-if?zone=Africa/Casablanca&from=&to=").want(200, "Première date libre : lundi 31 mai 2027, 08:30")
	if strings.Contains(w.text(), "—") {
		t.Errorf("one clock is shown twice:\n%s", w.text())
	}
	w.open("/fr/services/dgi-if?zone=Moon/Sea").want(200, "lundi 31 mai 2027, 08:30")
}

// The suggestion of the device's zone is a script's: it shows what the device
// says, and nothing is chosen until the reader presses it.
func TestTheDevicesZoneIsOnlySuggestedInABrowser(t *testing.T) {
	h := oneHouse(t)
	b := browsertest.Start(t)
	v := b.Tab(t, browsertest.Phone, true)
	setZone := func(name string) {
		v.Do("set the device's zone", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			_, err := cdp.Call(ctx, target, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: name})
			return err
		}))
	}
	setZone("Europe/Brussels")
	v.Open(h.server.URL + "/fr/services/dgi-if/dgi-safi/2027-06-02")
	v.Reads("Votre appareil indique : Belgique (Bruxelles)")
	if strings.Contains(v.Text(), "10:30") && strings.Contains(v.Text(), "À côté") {
		t.Error("the zone was chosen without the reader")
	}
	v.Axe("times with a suggestion")
	v.Click("Afficher aussi cette heure")
	v.Reads("À côté, l'heure à Bruxelles.")
	if strings.Contains(v.Text(), "Votre appareil indique") {
		t.Error("what is chosen is still suggested")
	}
	// Nothing to suggest: the country's own clock, or one that is not in the list.
	for _, zone := range []string{"Africa/Casablanca", "Pacific/Auckland"} {
		other := b.Tab(t, browsertest.Phone, true)
		v = other
		setZone(zone)
		v.Open(h.server.URL + "/fr/services/dgi-if/dgi-safi/2027-06-02?zone=")
		if strings.Contains(v.Text(), "Votre appareil indique") {
			t.Errorf("%s is suggested", zone)
		}
	}
	v.Clean(h.host())
}

// The form of the stay opens by keyboard, and its faults are announced.
func TestTheStayByKeyboardInABrowser(t *testing.T) {
	h := oneHouse(t)
	b := browsertest.Start(t)
	for _, lang := range []string{"ar", "fr"} {
		v := b.Tab(t, browsertest.Phone, false)
		v.Open(h.server.URL + "/" + lang + "/services/dgi-if/dgi-safi?from=2027-08-02&to=2027-08-08")
		v.Axe(lang + ": days of a stay")
		v.OpenAs(h.server.URL+"/"+lang+"/services/dgi-if/dgi-safi?from=2027-08-09&to=2027-08-02", 422)
		v.Axe(lang + ": a stay that cannot be")
		v.Open(h.server.URL + "/" + lang + "/situations/car?from=2027-08-02&to=2027-08-08")
		v.Axe(lang + ": a situation within a stay")
	}
	v := b.Tab(t, browsertest.Desktop, true)
	v.Open(h.server.URL + "/fr/services/dgi-if/dgi-safi")
	v.EnterOn("Mois suivant")
	v.Reads("juillet 2027")
}
