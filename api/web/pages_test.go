package web_test

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mawid/api/httpkit"
	"mawid/api/web"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

var update = flag.Bool("update", false, "write the goldens anew")

func TestTheFirstAddressLeadsToALanguage(t *testing.T) {
	h := oneHouse(t)
	for _, c := range []struct{ accept, cookie, want string }{
		{"ar-MA,ar;q=0.9,fr;q=0.8", "", "/ar/"},
		{"fr-FR", "", "/fr/"},
		{"en-GB,en;q=0.9", "", "/en/"},
		{"", "", "/fr/"},
		{"ja", "", "/fr/"},
		{"fr-FR", "lang=ar", "/ar/"},
		{"fr-FR", "lang=tlh", "/fr/"},
	} {
		res := h.get("/", "Accept-Language", c.accept, "Cookie", c.cookie)
		if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != c.want {
			t.Errorf("%+v: %d to %q", c, res.StatusCode, res.Header.Get("Location"))
		}
		if vary := res.Header.Get("Vary"); !strings.Contains(vary, "Accept-Language") || !strings.Contains(vary, "Cookie") {
			t.Errorf("%+v: Vary is %q", c, vary)
		}
	}
	res := h.get("/services/dgi-if/dgi-safi?party=2", "Accept-Language", "ar")
	if got := res.Header.Get("Location"); got != "/ar/services/dgi-if/dgi-safi?party=2" {
		t.Errorf("an address without language leads to %q", got)
	}
	if res := h.get("/fr"); res.StatusCode/100 != 3 || res.Header.Get("Location") != "/fr/" {
		t.Errorf("/fr: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
}

// Every page leads to itself in every language.
func TestAChangeOfLanguageKeepsOnesPlace(t *testing.T) {
	h := oneHouse(t)
	b := h.bookOne("dgi-if", "dgi-safi", "2027-06-03 09:00", scheduler.Citizen{})
	for _, place := range []string{
		"/", "/?q=taxe", "/situations/car", "/services/dgi-if", "/services/dgi-if/dgi-safi?month=2027-08&party=3", "/services/dgi-if/dgi-safi/2027-08-10?party=2&zone=Europe%2FParis",
		"/a/" + b.ManageToken, "/a/" + b.ManageToken + "/cancel", "/a/" + b.ManageToken + "/move/dgi-safi?month=2027-07", "/desk/sign-in", "/nothing/here",
	} {
		w := h.walker().open("/fr" + place)
		for code, name := range map[string]string{"ar": "العربية", "fr": "Français", "en": "English"} {
			link := w.link(name)
			if got, want := attr(link, "href"), "/"+code+place; sorted(got) != sorted(want) {
				t.Errorf("from /fr%s %s leads to %s", place, name, got)
			}
			if attr(link, "lang") == "" || has(link, "aria-current") != (code == "fr") {
				t.Errorf("the link to %s says neither its language nor whether it is here", name)
			}
		}
	}
}

// sorted makes addresses comparable whose parameters differ in order.
func sorted(address string) string {
	path, query, _ := strings.Cut(address, "?")
	parts := strings.Split(query, "&")
	if len(parts) == 2 && parts[0] > parts[1] {
		parts[0], parts[1] = parts[1], parts[0]
	}
	return path + "?" + strings.Join(parts, "&")
}

// Without a choice the page of an appointment speaks the language of its notices.
func TestTheLanguageOfAnAppointment(t *testing.T) {
	h := oneHouse(t)
	b := h.bookOne("dgi-if", "dgi-safi", "2027-06-03 09:00", scheduler.Citizen{Name: "أمينة", Phone: "+212612345678", Language: "ar"})
	h.walker().open("/a/"+b.ManageToken, "Accept-Language", "fr").want(200, "موعدي")
	h.walker().open("/a/"+b.ManageToken, "Accept-Language", "fr", "Cookie", "lang=fr").want(200, "Mon rendez-vous")
	h.walker().open("/en/a/"+b.ManageToken).want(200, "Reference")
	h.walker().open("/a/"+b.ManageToken+"x", "Accept-Language", "ar").want(404, "رابط غير معروف")
	h.walker().open("/a/"+b.ManageToken+"/calendar.ics").want(200, "BEGIN:VCALENDAR")
}

func TestHeadersOfPages(t *testing.T) {
	h := oneHouse(t)
	b := h.bookOne("dgi-if", "dgi-safi", "2027-06-03 09:00", scheduler.Citizen{})
	for _, place := range []string{"/fr/", "/fr/a/" + b.ManageToken, "/a/" + b.ManageToken, "/fr/desk/sign-in", "/fr/nothing"} {
		head := h.get(place).Header
		for name, want := range map[string]string{
			"Content-Security-Policy": "script-src 'self'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Content-Type": "text/html; charset=utf-8",
		} {
			if !strings.Contains(head.Get(name), want) {
				t.Errorf("%s: %s is %q", place, name, head.Get(name))
			}
		}
		if strings.Contains(head.Get("Content-Security-Policy"), "unsafe") {
			t.Errorf("%s: the policy allows what is inline", place)
		}
		private := place != "/fr/"
		if got := head.Get("Cache-Control") == "no-store" && strings.Contains(head.Get("X-Robots-Tag"), "noindex"); got != private {
			t.Errorf("%s: private is %v; %q, %q", place, got, head.Get("Cache-Control"), head.Get("X-Robots-Tag"))
		}
	}
	res := h.get("/a/" + b.ManageToken + "/calendar.ics")
	if res.Header.Get("Content-Type") != "text/calendar; charset=utf-8" || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("calendar: %v", res.Header)
	}
}

func TestAssetsAreKeptForEver(t *testing.T) {
	h := oneHouse(t)
	w := h.walker().open("/fr/")
	for _, link := range w.all("link") {
		res := h.get(attr(link, "href"), "Accept-Encoding", "identity")
		if res.StatusCode != 200 || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") || res.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: %d %v", attr(link, "href"), res.StatusCode, res.Header)
		}
	}
	h.walker().open("/assets/nothing.css").want(404)
}

// A first visit carries at most 60 kB: the page and what it asks for.
func TestThePageWeight(t *testing.T) {
	const budget = 60_000
	h := oneHouse(t)
	b := h.bookOne("dgi-if", "dgi-safi", "2027-06-03 09:00", scheduler.Citizen{})
	for _, lang := range []string{"ar", "fr"} {
		for _, place := range []string{"/", "/?q=voiture", "/situations/sell-flat", "/services/cf-requisition", "/services/adii-abatt90", "/services/dgi-if/dgi-safi?month=2027-08", "/services/dgi-if/dgi-safi/2027-08-10?zone=Europe/Paris", "/a/" + b.ManageToken} {
			total, doc := 0, h.walker().open("/"+lang+place).want(200)
			addresses := []string{"/" + lang + place}
			for _, link := range doc.all("link") {
				addresses = append(addresses, attr(link, "href"))
			}
			for _, script := range doc.all("script") {
				addresses = append(addresses, attr(script, "src"))
			}
			for _, a := range addresses {
				res := h.get(a, "Accept-Encoding", "gzip")
				if res.Header.Get("Content-Encoding") != "gzip" {
					t.Errorf("%s is not compressed", a)
				}
				n, err := strconv.Atoi(res.Header.Get("Content-Length"))
				h.must(err)
				total += n
			}
			for _, n := range doc.all("img", "iframe") {
				t.Errorf("%s asks for more: <%s>", place, n.Data)
			}
			if total > budget {
				t.Errorf("/%s%s weighs %d bytes", lang, place, total)
			}
		}
	}
}

func TestServicesThatAreNotBookedHere(t *testing.T) {
	h := oneHouse(t)
	w := h.walker().open("/fr/services/cnie-renew").want(200, "Réservé sur le portail cnie.ma", "Ouvrir cnie.ma", "Frais : 75 DH", "À faire avant", "Certificat de résidence")
	for _, a := range w.all("a") {
		if strings.HasPrefix(attr(a, "href"), "/fr/services/cnie-renew/") {
			t.Error("the page offers a booking")
		}
	}
	w.open("/fr/services/cnie-renew/dgsn-safi-cedi").want(404, "Choisissez le bureau")
	w.open("/fr/services/cf-cert").want(200, "Peut se faire en ligne sur ancfcc.gov.ma", "Conservation foncière de Safi", "Stands réunis au pachalik")
	w.open("/fr/services/dgi-if/cri-safi").want(404)
	w.open("/fr/services/dgi-if/nowhere").want(404)
	w.open("/fr/services/nothing").want(404, "Choisissez un service")
}

func TestTheSearch(t *testing.T) {
	h := oneHouse(t)
	for q, want := range map[string]string{
		"identifiant": "Identifiant fiscal", "IDENTIFIANT FISCAL": "Identifiant fiscal", "declaration foncier": "Déclaration revenus fonciers",
		"الأبوستيل": "Apostille", "الابوستيل": "Apostille", "  proprieté ": "Certificat de propriété",
	} {
		h.walker().open("/fr/").press("Rechercher", "q", q).want(200, want)
	}
	h.walker().open("/fr/?q=xyzzy").want(200, "Aucun service ne correspond", "Voir tous les services")
	h.walker().open("/fr/?q="+strings.Repeat("a", 10_000)).want(200, "Aucun service ne correspond")
	h.walker().open("/fr/?q=%ff%fe").want(200)
}

func TestDaysSayWhyTheyAreClosed(t *testing.T) {
	h := oneHouse(t)
	w := h.walker().open("/fr/services/dgi-if/dgi-safi?month=2027-08").want(200,
		"Fermé : fin de semaine", "Fermé : Révolution du Roi et du Peuple", "Fermé : Aïd al-Mawlid", "à confirmer",
		"Aïd al-Mawlid : date à confirmer, elle peut changer d'un jour.")
	w.open("/fr/services/dgi-if/dgi-safi/2027-08-17").want(200, "et ce jour devenir férié")
	w.open("/fr/services/dgi-if/dgi-safi/2027-08-20").want(200, "Aucun horaire libre ce jour.", "Fermé : Révolution du Roi et du Peuple")
	w.open("/fr/services/dgi-if/prov-safi-unified?month=2027-07").want(200, "Aucun horaire libre pendant cette période.", "mardi 10 août 2027, 09:00")
	w.click("Aller au premier jour libre").want(200, "09:00")
	w.open("/fr/services/dgi-if/dgi-safi?month=2028-05").want(200, "Pas encore ouvert à la réservation")
	for _, month := range []string{"1999-01", "9999-12", "2027-13", "x"} {
		w.open("/fr/services/dgi-if/dgi-safi?month="+month).want(200, " 202")
	}
	w.open("/fr/services/dgi-if/dgi-safi/2027-02-30").want(404)
	w.open("/fr/services/dgi-if/dgi-safi/2026-01-05").want(200, "Aucun horaire libre ce jour.")
}

// Several persons take longer, and fewer times are free.
func TestSeveralPersons(t *testing.T) {
	h := oneHouse(t)
	w := h.walker().open("/fr/services/tpi-iratha/tpi-safi-famille").want(200)
	w.press("Modifier", "party", "3").want(200, "3 personnes").click("mar. 1er juin").want(200, "3 personnes", "13:00")
	w.press("13:00").want(200, "3 personnes").press("Réserver", "name", "Amina", "email", "amina@example.org").want(200, "3 personnes", "3 heures")
	h.walker().open("/fr/services/tpi-iratha/tpi-safi-famille?party=6").want(200, "Aucun horaire libre")
}

func TestTheReadersClockIsKept(t *testing.T) {
	h := oneHouse(t)
	w := h.walker().open("/fr/services/dgi-if/dgi-safi/2027-08-10").want(200)
	w.press("Afficher", "zone", "America/Toronto").want(200, "09:30", "05:30 Montréal", "heure du Maroc")
	w.open("/fr/services/dgi-if/dgi-safi/2027-08-11").want(200, "05:30 Montréal")
	w.press("09:30").want(200, "mercredi 11 août 2027, 09:30 (heure du Maroc) — 05:30 à Montréal")
	if w.value("zone") != "America/Toronto" {
		t.Errorf("the form starts with zone %q", w.value("zone"))
	}
	w.open("/fr/services/dgi-if/dgi-safi/2027-08-11?zone=").want(200)
	if strings.Contains(w.text(), "Montréal\n1") || strings.Contains(w.text(), "05:30") {
		t.Error("the clock cannot be taken back")
	}
}

func TestTooManyRequestsSayWhatToDo(t *testing.T) {
	db := testdb.Open(t, testdb.SQLite(t))
	frozen := func() time.Time { return time.Unix(1_800_000_000, 0) }
	h := newHouse(t, db, httpkit.NewLimiter(1, 2, httpkit.Clients{}, frozen))
	w := h.walker()
	w.open("/ar/").want(200)
	w.open("/ar/").want(200)
	w.open("/ar/").want(429, "طلبات كثيرة", "انتظروا لحظة")
	if n, err := strconv.Atoi(w.header.Get("Retry-After")); err != nil || n < 1 {
		t.Errorf("Retry-After is %q", w.header.Get("Retry-After"))
	}
}

func TestAFaultOfOursIsAPage(t *testing.T) {
	h := oneHouse(t)
	h.clock.Advance(time.Hour) // the catalogue in memory is old
	h.must(h.db.Close())
	w := h.walker().open("/fr/services/dgi-if").want(500, "Un problème est survenu", "vient de nous")
	if strings.Contains(w.raw, "database") || strings.Contains(w.raw, "sql") {
		t.Error("the page tells of the database")
	}
}

func TestNewRefusesWhatIsMissing(t *testing.T) {
	h := oneHouse(t)
	for what, spoil := range map[string]func(*web.Config){
		"no engine":       func(c *web.Config) { c.Engine = nil },
		"no book":         func(c *web.Config) { c.Book = nil },
		"no sessions":     func(c *web.Config) { c.Sessions = nil },
		"no calendar":     func(c *web.Config) { c.ICS = nil },
		"no address":      func(c *web.Config) { c.PublicURL = "" },
		"relative":        func(c *web.Config) { c.PublicURL = "/x" },
		"address of mail": func(c *web.Config) { c.PublicURL = "mailto:x@example.org" },
	} {
		c := h.config(nil)
		spoil(&c)
		if _, err := web.New(c); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

// The text of the main pages, as a reader gets it.
func TestGoldens(t *testing.T) {
	h := oneHouse(t)
	b := h.bookOne("adii-abatt90", "adii-safi", "2027-08-10 09:30", scheduler.Citizen{
		Name: "Amina Benali", Email: "amina@example.org", Language: "fr", Zone: "Europe/Paris",
	})
	hold, err := h.engine.Hold(t.Context(), scheduler.HoldRequest{OfficeID: "dgi-safi", ServiceID: "dgi-if", StartsAt: b.Appointment.StartsAt, Party: 2})
	h.must(err)
	for _, lang := range []string{"ar", "fr"} {
		for name, place := range map[string]string{
			"home": "/", "search": "/?q=voiture", "situation": "/situations/sell-flat", "service": "/services/adii-abatt90", "online": "/services/cf-cert", "legal": "/services/cf-requisition", "silence": "/services/com-urbanisme", "external": "/services/cnie-renew", "days": "/services/dgi-if/dgi-safi?month=2027-08",
			"times": "/services/dgi-if/dgi-safi/2027-08-10?zone=Europe/Paris", "form": "/holds/" + hold.ID, "appointment": "/a/" + b.ManageToken + "?new=1",
			"cancel": "/a/" + b.ManageToken + "/cancel", "move": "/a/" + b.ManageToken + "/move/adii-safi/2027-08-11/10:00", "lost": "/a/unknown", "signin": "/desk/sign-in",
		} {
			w := h.walker().open("/" + lang + place)
			checkGolden(t, fmt.Sprintf("%s-%s.txt", name, lang), strings.ReplaceAll(w.text(), h.server.URL, "http://mawid.test")+"\n")
		}
	}
}

func checkGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; -update writes it anew):\n%s", name, diff)
	}
}
