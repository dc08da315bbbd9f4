package web_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"mawid/scheduler"
)

// The home page leads to each situation, and each leads on to what can be booked.
func TestSituationsLeadToTheirServices(t *testing.T) {
	h := oneHouse(t)
	w := h.walker().open("/fr/").want(200, "Votre situation", "Vendre un appartement titré", "8 étapes")
	for name, want := range map[string][]string{
		"Vendre un appartement titré": {
			"5 visites à un bureau", "2 étapes peuvent se faire en ligne", "1 étape se règle ailleurs",
			"1. D'abord", "Certificat de propriété", "5. Puis", "Le notaire", "8. Enfin", "Inscription d'un acte de vente",
			"Seulement après : Attestation de paiement (quitus fiscal, art. 95)", "Conservation foncière de Safi · 30 minutes",
		},
		"Hériter d'un bien titré":               {"2 visites à un bureau", "Seulement après : Acte d'hérédité (adouls)"},
		"Donner procuration pour un immeuble":   {"1 visite à un bureau", "Le notaire", "Cette étape ne se réserve pas ici."},
		"Dédouaner et immatriculer une voiture": {"3 visites à un bureau", "Seulement après : Dédouanement d'un véhicule d'occasion", "Facture d'achat"},
		"CNIE puis passeport":                   {"Réservé sur le portail cnie.ma", "Voir le service", "Datant de moins de 3 mois"},
		"Immatriculer un terrain":               {"2 visites à un bureau"},
	} {
		w.open("/fr/").click(name).want(200, append(want, "Suivez cet ordre")...)
		for _, a := range w.all("a") {
			if place := attr(a, "href"); strings.HasPrefix(place, "/fr/services/") {
				h.walker().open(place).want(200)
			}
		}
	}
	h.walker().open("/ar/situations/sell-flat").want(200, "بيع شقة محفظة", "5 زيارات إلى المكاتب", "الموثق", "1. أولا")
	h.walker().open("/en/situations/car").want(200, "Clear and register a car", "3 visits to an office", "3. Last")
	h.walker().open("/fr/situations/nothing").want(404, "Votre situation")
}

// A step that depends on a service outside of the situation says so.
func TestASituationNamesWhatItLeavesOut(t *testing.T) {
	h := oneHouse(t)
	c, err := h.engine.Catalogue(t.Context())
	h.must(err)
	data := c.CatalogueData
	data.Chains = []scheduler.Chain{{ID: "short", Names: scheduler.Names{"fr": "Court", "ar": "قصير"}, Steps: []string{"narsa-immat", "somebody"}}}
	_, err = h.engine.Import(t.Context(), data)
	h.must(err)
	w := h.walker().open("/fr/situations/short").want(200, "À faire aussi avant : Identification d'un véhicule importé", "somebody")
	w.click("Dédouanement d'un véhicule d'occasion").want(200, "Dédouanement d'un véhicule d'occasion")
}

// What is found stands in the order of likelihood, with its administration.
func TestTheSearchShowsTheLikeliestFirst(t *testing.T) {
	h := oneHouse(t)
	for query, want := range map[string]string{
		"dédouaner ma voiture": "/fr/services/adii-dedouan", "لاكارط": "/fr/services/cnie-renew", "birth certificate": "/fr/services/com-naissance",
		"quiero renovar el pasaporte": "/fr/services/prov-passport", "heritaje": "/fr/services/tpi-iratha",
	} {
		w := h.walker().open("/fr/?q="+url.QueryEscape(query)).want(200, "service", "Voir tous les services")
		links := w.all("a")
		first := slices.IndexFunc(links, func(a *html.Node) bool { return strings.HasPrefix(attr(a, "href"), "/fr/services/") })
		if first < 0 || attr(links[first], "href") != want {
			t.Errorf("%q does not find %s first", query, want)
		}
	}
	h.walker().open("/fr/?q=passeport").want(200, "Passeport biométrique", "Province de Safi").click("CNIE puis passeport").want(200, "Suivez cet ordre")
	h.walker().open("/fr/?q=le+la").want(200, "Aucun service ne correspond")
	h.walker().open("/fr/?q=++").want(200, "Par administration")
}
