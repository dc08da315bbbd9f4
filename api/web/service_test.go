package web_test

import (
	"strings"
	"testing"

	"mawid/scheduler"
)

// What a service page says on who may come, by when an answer is due, and how
// sure that is.
func TestAServicePageSaysWhatHolds(t *testing.T) {
	h := oneHouse(t)
	const (
		ask     = "peut-être possible, demandez d'abord au bureau"
		law     = "loi 55-19 (Bulletin officiel du 19 mars 2020)"
		consent = "l'absence de réponse"
		doubt   = "Non vérifié"
		common  = "connaissances générales"
		stay    = "Vous n'aurez peut-être pas à vous déplacer"
	)
	for id, c := range map[string]struct{ says, not []string }{
		"adii-abatt90":   {[]string{"Procuration non acceptée", "Présence personnelle obligatoire", "60 jours", law, doubt}, []string{ask, common, stay, consent}},
		"cf-cert":        {[]string{stay, "Ouvrir ancfcc.gov.ma", "100 DH (non vérifié)", ask, "Vendre un appartement titré"}, []string{"(GK)", "Procuration non acceptée", consent}},
		"cri-projet":     {[]string{"en 30 jours au plus", doubt, ask}, []string{"60 jours", law, consent}},
		"com-urbanisme":  {[]string{"portail : rokhas.ma", "Permis de construire / d'habiter » figure parmi les actes", consent, "60 jours"}, []string{stay}},
		"cf-requisition": {[]string{"bornage, puis avis de clôture au Bulletin officiel : en 122 jours au plus", "S'il y a opposition : tribunal.", doubt}, []string{law, "60 jours", consent}},
		"dgi-if":         {[]string{common, law}, []string{consent, stay, "Fait partie de"}},
		"com-naissance":  {[]string{"Hériter d'un bien titré", "CNIE puis passeport", "alhalalmadania.ma", "Première date libre"}, nil},
		"cnie-renew":     {[]string{"Délivrance : Pachalik de Safi / DGSN", "Datant de moins de 3 mois", "Réservé sur le portail cnie.ma"}, []string{stay, "Délivrance : Personne"}},
	} {
		w := h.walker().open("/fr/services/"+id).want(200, c.says...)
		for _, s := range c.not {
			if strings.Contains(w.text(), s) {
				t.Errorf("%s says %q", id, s)
			}
		}
	}
	h.walker().open("/fr/services/com-naissance").click("CNIE puis passeport").want(200, "Suivez cet ordre")
}

// Words and people that only a catalogue knows are shown as it has them.
func TestAServicePageShowsWhatTheCatalogueNames(t *testing.T) {
	h := oneHouse(t)
	c, err := h.engine.Catalogue(t.Context())
	h.must(err)
	data, same := c.CatalogueData, 0
	data.Outsiders = append(data.Outsiders[:len(data.Outsiders):len(data.Outsiders)], scheduler.Outsider{ID: "guild", Names: scheduler.Names{"fr": "La guilde", "ar": "النقابة"}})
	data.Documents = append(data.Documents[:len(data.Documents):len(data.Documents)], scheduler.Document{
		ID: "letter", Names: scheduler.Names{"fr": "Lettre", "ar": "رسالة"}, Issuers: []string{"guild", "court"},
	})
	data.LegalClocks = []scheduler.LegalClock{{ID: "odd", Steps: []scheduler.LegalStep{
		{Step: "first_seal", Next: "decision", MaxWorkingDays: 20},
		{Step: "depot", Next: "recepisse", MaxDays: &same},
		{Step: "depot", Next: "left_out"},
	}}}
	data.Services = append([]scheduler.Service(nil), data.Services...)
	for i := range data.Services {
		data.Services[i].LegalSteps = ""
		if s := &data.Services[i]; s.ID == "dgi-if" {
			s.Documents, s.LegalSteps = []string{"letter"}, "odd"
		}
	}
	_, err = h.engine.Import(t.Context(), data)
	h.must(err)
	w := h.walker().open("/fr/services/dgi-if").want(200, "Délivrance : La guilde / tribunal",
		"first seal, puis décision : en 20 jours ouvrables au plus", "dépôt, puis récépissé : le jour même")
	if strings.Contains(w.text(), "left out") || strings.Contains(w.text(), "60 jours") {
		t.Error("a step without a time is shown, or the general rule beside the steps")
	}
	h.walker().open("/ar/services/dgi-if").want(200, "النقابة", "خلال 20 يوم عمل على الأكثر", "الإيداع ثم الوصل: في اليوم نفسه")
}
