package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"mawid/internal/browsertest"
	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// filed is a house with files: of the tax office enough to be published, of the
// registry of cars too few.
func filed(t *testing.T, db *store.DB) *house {
	t.Helper()
	h := newHouse(t, db, nil)
	open := func(n int, service string) {
		_, err := h.engine.OpenFile(t.Context(), scheduler.FileRequest{ServiceID: service, Citizen: scheduler.Citizen{
			Name: fmt.Sprintf("Person %d", n), Email: fmt.Sprintf("p%d@example.org", n), Language: "fr",
		}}, scheduler.Actor{Staff: &scheduler.User{ID: "usr_1", Login: "admin", Role: scheduler.RoleAdministrator}})
		h.must(err)
	}
	for n := range 9 {
		open(n, "dgi-th-tsc")
	}
	for n := range 7 {
		open(100+n, "cf-requisition")
	}
	for n := range 3 {
		open(200+n, "narsa-immat")
	}
	return h
}

// The public account shows what many stand behind and keeps back the rest, on
// the page and for programs alike.
func TestTheLedgerKeepsBackFiguresOfFew(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		h := filed(t, db)
		w := h.walker().open("/fr/ledger").want(200, "Les chiffres publics", "Toutes les administrations, 2027", "9 ouverts, dont 0 en retard", "moins de 5 personnes")
		if strings.Contains(w.text(), "Person ") || strings.Contains(w.text(), "3 ouverts") {
			t.Errorf("the account tells of single people:\n%s", w.text())
		}
		var doc struct {
			Total           map[string]*int
			Administrations []struct {
				Administration string
				Figures        map[string]*int
			}
		}
		h.must(json.Unmarshal([]byte(h.walker().open("/ledger.json").want(200).raw), &doc))
		shown, hidden := map[string]int{}, 0
		for _, a := range doc.Administrations {
			if n := a.Figures["open"]; n == nil {
				hidden++
			} else {
				shown[a.Administration] = *n
			}
		}
		// Three people are too few; with the total, a second figure must be kept back.
		if doc.Total["open"] == nil || *doc.Total["open"] != 19 || hidden < 2 || shown["dgi"] != 9 {
			t.Errorf("total %v, shown %v, %d kept back", doc.Total["open"], shown, hidden)
		}
	})
}

// Only whole years can be asked for: other periods could be subtracted.
func TestTheLedgerKnowsOnlyYears(t *testing.T) {
	h := oneHouse(t)
	for query, year := range map[string]string{"": "2027", "?year=2025": "2025", "?year=2031": "2027", "?year=x": "2027", "?from=2027-05-01&to=2027-05-02": "2027"} {
		var doc struct{ From, To string }
		h.must(json.Unmarshal([]byte(h.walker().open("/ledger.json"+query).want(200).raw), &doc))
		if doc.From != year+"-01-01" || doc.To != year+"-12-31" {
			t.Errorf("%q: from %s to %s", query, doc.From, doc.To)
		}
	}
	if res := h.get("/ledger.json"); res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
}

// The page reads well in both directions of writing.
func TestTheLedgerInABrowser(t *testing.T) {
	h := filed(t, testdb.Open(t, testdb.SQLite(t)))
	b := browsertest.Start(t)
	for _, screen := range []browsertest.Screen{browsertest.Phone, browsertest.Desktop} {
		for _, lang := range []string{"ar", "fr"} {
			v := b.Tab(t, screen, false)
			v.Open(h.server.URL + "/" + lang + "/ledger")
			v.Axe(lang + ", " + screen.Name)
			v.Clean(h.host())
			if *pictures != "" {
				v.Save(*pictures + "/ledger-" + lang + "-" + screen.Name + ".png")
			}
		}
	}
}
