package scheduler_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"mawid/configs"
	"mawid/scheduler"
)

// sample is the catalogue of Safi, with its everyday words.
func sample(t testing.TB) *scheduler.Catalogue {
	t.Helper()
	s, err := configs.Read(configs.SampleName, configs.SampleFile, nil)
	if err != nil {
		t.Fatal(err)
	}
	return scheduler.NewCatalogue(s.CatalogueData, 1)
}

// phrases are what people would type, with the service that must come first.
var phrases = []struct{ query, want string }{
	// French
	{"je veux renouveler ma carte nationale", "cnie-renew"},
	{"carte d'identité", "cnie-renew"},
	{"la carte", "cnie-renew"},
	{"première carte nationale pour mon enfant", "cnie-first"},
	{"passeport", "prov-passport"},
	{"renouveler mon passeport", "prov-passport"},
	{"pasport", "prov-passport"},
	{"dédouaner ma voiture", "adii-dedouan"},
	{"dedouaner voiture", "adii-dedouan"},
	{"voiture", "adii-dedouan"},
	{"carte grise", "narsa-immat"},
	{"immatriculer ma voiture", "narsa-immat"},
	{"impôt maison", "dgi-th-tsc"},
	{"taxe d'habitation", "dgi-th-tsc"},
	{"TAXES D’HABITATION", "dgi-th-tsc"},
	{"héritage", "tpi-iratha"},
	{"heritaje", "tpi-iratha"},
	{"maison des parents", "cf-heritage"},
	{"procuration", "tpi-procuration"},
	{"procuraton pour mon frère", "tpi-procuration"},
	{"extrait de naissance", "com-naissance"},
	{"comment obtenir un acte de naissance", "com-naissance"},
	{"permis de conduire", "narsa-permis"},
	{"échanger mon permis", "narsa-permis"},
	{"permis de construire", "com-urbanisme"},
	{"casier judiciaire", "tpi-casier"},
	{"certificat de résidence", "pach-residence"},
	{"certificats de residence", "pach-residence"},
	{"titre foncier", "cf-cert"},
	{"certificat de propriété", "cf-cert"},
	{"immatriculer un terrain", "cf-requisition"},
	{"retraite", "cnss-coord"},
	{"légaliser une signature", "com-legal"},
	{"j'ai vendu un appartement, profit immobilier", "dgi-tpi"},
	{"déclarer mes loyers", "dgi-foncier"},
	{"quitus fiscal", "dgi-attest-immeuble"},
	{"mariage", "tpi-mariage"},
	{"divorce à l'étranger", "tpi-divorce-etr"},
	{"créer une entreprise", "cri-projet"},
	{"retour définitif déménagement", "adii-demenag"},
	// Arabic
	{"بطاقة التعريف الوطنية", "cnie-renew"},
	{"تجديد البطاقة الوطنية", "cnie-renew"},
	{"جواز السفر", "prov-passport"},
	{"الجَوَاز", "prov-passport"},
	{"شهادة السكنى", "pach-residence"},
	{"شهاده السكني", "pach-residence"},
	{"ضريبة السكن", "dgi-th-tsc"},
	{"الإراثة", "tpi-iratha"},
	{"الارث", "tpi-iratha"},
	{"وكالة", "tpi-procuration"},
	{"للوكالة", "tpi-procuration"},
	{"عقد الازدياد", "com-naissance"},
	{"السوابق", "fiche-anthro"},
	{"السجل العدلي", "tpi-casier"},
	{"المحافظة العقارية", "cf-cert"},
	{"تحفيظ الأرض", "cf-requisition"},
	{"تعشير السيارة", "adii-dedouan"},
	{"رخصة البناء", "com-urbanisme"},
	{"تخفيض ٩٠", "adii-abatt90"},
	{"الـــطـــلاق", "tpi-divorce-etr"},
	// Darija
	{"لاكارط", "cnie-renew"},
	{"بغيت نجدد لاكارط", "cnie-renew"},
	{"lacarte", "cnie-renew"},
	{"bghit lpaspor", "prov-passport"},
	{"الباسبور", "prov-passport"},
	{"طوموبيل", "adii-dedouan"},
	{"ديوانة الطوموبيل", "adii-dedouan"},
	{"ورث", "tpi-iratha"},
	{"البيرمي", "narsa-permis"},
	{"لا سي ان اس اس", "cnss-coord"},
	{"بعت الدار", "dgi-tpi"},
	{"وراق الدار", "cf-cert"},
	// English
	{"how do I renew my passport", "prov-passport"},
	{"identity card", "cnie-renew"},
	{"birth certificate", "com-naissance"},
	{"driving license", "narsa-permis"},
	{"drivng licence", "narsa-permis"},
	{"power of attorney", "tpi-procuration"},
	{"I want to import a car", "adii-dedouan"},
	{"inheritance", "tpi-iratha"},
	{"criminal record", "tpi-casier"},
	{"house tax", "dgi-th-tsc"},
	{"land title", "cf-cert"},
	{"proof of address", "pach-residence"},
	// Spanish
	{"renovar el pasaporte", "prov-passport"},
	{"certificado de nacimiento", "com-naissance"},
	{"quiero matricular mi coche", "narsa-immat"},
	{"herencia", "tpi-iratha"},
	{"carnet de conducir", "narsa-permis"},
	{"poder notarial", "tpi-procuration"},
	{"antecedentes penales", "tpi-casier"},
	{"jubilacion", "cnss-coord"},
	{"impuesto de la casa", "dgi-th-tsc"},
	// Dutch
	{"paspoort vernieuwen", "prov-passport"},
	{"ik wil mijn auto invoeren", "adii-dedouan"},
	{"geboorteakte", "com-naissance"},
	{"rijbewijs", "narsa-permis"},
	{"erfenis van mijn vader", "tpi-iratha"},
	{"volmacht", "tpi-procuration"},
	{"identiteitskaart", "cnie-renew"},
	{"bouwvergunning", "com-urbanisme"},
	// Italian
	{"rinnovare il passaporto", "prov-passport"},
	{"certificato di nascita", "com-naissance"},
	{"patente di guida", "narsa-permis"},
	{"eredita", "tpi-iratha"},
	{"carta d'identità", "cnie-renew"},
	{"codice fiscale", "dgi-if"},
	{"procura", "tpi-procuration"},
	// German
	{"Reisepass verlängern", "prov-passport"},
	{"Geburtsurkunde", "com-naissance"},
	{"Fuehrerschein", "narsa-permis"},
	{"Führerschein umschreiben", "narsa-permis"},
	{"Erbschaft", "tpi-iratha"},
	{"Vollmacht", "tpi-procuration"},
	{"Grundbuch", "cf-cert"},
	{"Auto zulassen", "narsa-immat"},
	{"Rente", "cnss-coord"},
	{"vendre mon apartement", "dgi-tpi"},
}

func TestSearchFindsWhatPeopleMean(t *testing.T) {
	c := sample(t)
	for _, p := range phrases {
		found := serviceIDs(c.Search(p.query, 5))
		if len(found) == 0 || found[0] != p.want {
			t.Errorf("%q: %v, want %s first", p.query, found, p.want)
		}
	}
}

func serviceIDs(services []*scheduler.Service) []string {
	var out []string
	for _, s := range services {
		out = append(out, s.ID)
	}
	return out
}

// Each rule of spelling alone, on the form that the index has.
func TestSearchDoesNotMindTheSpelling(t *testing.T) {
	c := sample(t)
	for _, pair := range [][2]string{
		{"الإرث", "الارث"},
		{"شهادة السكنى", "شهاده السكني"},
		{"مُحافظة", "محافظة"},
		{"ضريبة", "ضـريبة"},
		{"والجواز", "جواز"},
		{"بالجواز", "جواز"},
		{"بجواز", "جواز"},
		{"héritage", "HE\u0301RITAGE"},
		{"taxe d'habitation", "taxe d’habitation"},
		{"plus-value", "plus value"},
		{"passeports", "passeport"},
		{"تخفيض 90", "تخفيض ٩٠"},
		{"le passeport", "passeport"},
		{"the passport", "passport"},
		{"el pasaporte", "pasaporte"},
	} {
		a, b := serviceIDs(c.Search(pair[0], 5)), serviceIDs(c.Search(pair[1], 5))
		if len(a) == 0 || !slices.Equal(a, b) {
			t.Errorf("%q finds %v, %q finds %v", pair[0], a, pair[1], b)
		}
	}
}

func TestSearchRanksNamesBeforeWordsBeforePapers(t *testing.T) {
	names := func(fr string) scheduler.Names { return scheduler.Names{"fr": fr, "ar": "س"} }
	c := scheduler.NewCatalogue(scheduler.CatalogueData{
		Administrations: []scheduler.Administration{{ID: "a", Names: names("Marine")}},
		Documents:       []scheduler.Document{{ID: "d", Names: names("Licence de navire")}},
		Services: []scheduler.Service{
			{ID: "paper", AdministrationID: "a", Names: names("Escale"), Documents: []string{"d"}},
			{ID: "word", AdministrationID: "a", Names: names("Jauge"), Words: []string{"mesurer un navire"}},
			{ID: "name", AdministrationID: "a", Names: names("Francisation de navire")},
			{ID: "other", Names: names("Autre")},
		},
	}, 1)
	for query, want := range map[string][]string{
		"navire":             {"name", "word", "paper"},
		"navires":            {"name", "word", "paper"},
		"navrie":             {"name", "word", "paper"},
		"navire licence":     {"paper"},                 // meets both words
		"mesurer un navire":  {"word"},                  //
		"marine":             {"paper", "word", "name"}, // the administration only: in the catalogue's order
		"navire introuvable": {"name", "word"},          // none meets both; what comes near
		"jaug":               {"word"},                  // not typed to the end
		"introuvable":        nil,
		"le de la":           nil,
		"autre":              {"other"},
		"naire":              {"name", "word", "paper"},
		"nvr":                nil, // too short for a slip
	} {
		if got := serviceIDs(c.Search(query, 9)); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", query, got, want)
		}
	}
	if got := serviceIDs(c.Search("navire", 2)); len(got) != 2 {
		t.Errorf("a limit of 2 gives %v", got)
	}
	if got := c.Search("navire", -1); len(got) != 0 {
		t.Errorf("a limit of -1 gives %v", got)
	}
}

// Whatever is typed, the search answers, the same each time, and each service
// once.
func TestSearchTakesAnything(t *testing.T) {
	c := sample(t)
	rapid.Check(t, func(t *rapid.T) {
		query := rapid.StringOfN(rapid.SampledFrom([]rune("aeinrst éçœ'-.0٩اأىةولبـًالدرس\n")), 0, 60, -1).Draw(t, "letters")
		query += rapid.String().Draw(t, "anything")
		checkAnswer(t, c, query)
	})
}

type failer interface {
	Errorf(format string, args ...any)
}

func checkAnswer(t failer, c *scheduler.Catalogue, query string) {
	found := serviceIDs(c.Search(query, 1000))
	if again := serviceIDs(c.Search(query, 1000)); !slices.Equal(found, again) {
		t.Errorf("%q finds %v, then %v", query, found, again)
	}
	if len(found) > 3 && !slices.Equal(found[:3], serviceIDs(c.Search(query, 3))) {
		t.Errorf("%q: the limit changes the order", query)
	}
	slices.Sort(found)
	if len(slices.Compact(found)) != len(found) {
		t.Errorf("%q finds a service twice", query)
	}
}

func TestSearchLooksAtTheBeginningOfLongTexts(t *testing.T) {
	c := sample(t)
	for _, filler := range []string{"a", "é ", "ال ", "passeport ", "x y z ", "\u064b", "وبال"} {
		long := strings.Repeat(filler, 10_000/len([]rune(filler)))
		checkAnswer(t, c, long)
		if got := serviceIDs(c.Search("passeport "+strings.Repeat(" ", 400)+long, 1)); !slices.Equal(got, []string{"prov-passport"}) {
			t.Errorf("%q…: %v", filler, got)
		}
	}
}

func FuzzSearch(f *testing.F) {
	for _, p := range phrases {
		f.Add(p.query)
	}
	f.Add("\xff\x00ال")
	c := sample(f)
	f.Fuzz(func(t *testing.T, query string) { checkAnswer(t, c, query) })
}

func BenchmarkSearch(b *testing.B) {
	c := sample(b)
	for name, query := range map[string]string{
		"exact": "passeport", "phrase": "je veux renouveler ma carte nationale", "slips": "procuraton heritaje pasport",
		"long": strings.Repeat("immatriculatoin ", 700),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				c.Search(query, 10)
			}
		})
	}
}

func BenchmarkNewCatalogue(b *testing.B) {
	data := sample(b).CatalogueData
	for b.Loop() {
		scheduler.NewCatalogue(data, 1)
	}
}
