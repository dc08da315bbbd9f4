package configs_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mawid/configs"
	"mawid/scheduler"
)

func readSample(t *testing.T) configs.Sample {
	t.Helper()
	s, err := configs.Read(configs.SampleName, configs.SampleFile, zones{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSampleIsWhole(t *testing.T) {
	s := readSample(t)
	for what, n := range map[string][2]int{
		"administrations": {len(s.Administrations), 12}, "offices": {len(s.Offices), 14},
		"services": {len(s.Services), 48}, "documents": {len(s.Documents), 35},
		"hours templates": {len(s.Hours), 4}, "closures": {len(s.Closures), 15}, "periods": {len(s.Periods), 1},
		"legal clocks": {len(s.LegalClocks), 4}, "chains": {len(s.Chains), 6}, "priority groups": {len(s.PriorityGroups), 5},
		"assisted channels": {len(s.AssistedChannels), 5}, "escalation": {len(s.Escalation), 5},
		"countries": {len(s.Countries), 15}, "patterns": {len(s.Patterns), 5}, "regions": {len(s.Regions), 12},
		"municipalities": {len(s.Municipalities), 3}, "circles": {len(s.Circles), 3}, "outsiders": {len(s.Outsiders), 9},
		"locales": {len(s.Locales), 8}, "key days": {len(s.Season.KeyDays), 1}, "peaks": {len(s.Season.Peaks), 3},
	} {
		if n[0] != n[1] {
			t.Errorf("%s: %d, want %d", what, n[0], n[1])
		}
	}
}

func find[T any](t *testing.T, list []T, is func(T) bool) T {
	t.Helper()
	i := slices.IndexFunc(list, is)
	if i < 0 {
		t.Fatal("not in the sample")
	}
	return list[i]
}

func service(t *testing.T, s configs.Sample, id string) scheduler.Service {
	t.Helper()
	return find(t, s.Services, func(s scheduler.Service) bool { return s.ID == id })
}

// The values are those of the sheet that the sample was made from.
func TestSampleServicesAreAsCollected(t *testing.T) {
	s := readSample(t)
	for _, want := range []scheduler.Service{
		{ID: "adii-at-regul", OfficeID: "adii-safi", Minutes: 20, Documents: []string{"passport_ma", "carte_sejour", "carte_at", "carte_grise_etr"}, Fee: "1 000 DH (<=30 j) / 2 500 (31-60 j) / 5 000 (61 j-6 mois) / 10 000 (>6 mois)", Urgency: "departure", Provenance: "S32"},
		{ID: "adii-abatt90", OfficeID: "adii-safi", Minutes: 45, Documents: []string{"cnie", "carte_sejour", "preuve_10ans", "carte_grise_etr", "cert_identif"}, DependsOn: []string{"narsa-identif"}, Rules: scheduler.ServiceRules{InPersonOnly: true, NoProxy: true, OnceInLife: true, CapValueMAD: 300000}, Provenance: "S31"},
		{ID: "adii-suivi", OfficeID: "adii-safi", Minutes: 15, Documents: []string{"cnie", "num_dossier"}, Kind: "stuck_file"},
		{ID: "cf-cert", OfficeID: "ancfcc-safi-cf", Minutes: 10, Documents: []string{"cnie", "num_titre"}, Fee: "100 DH (GK)", OnlineFirst: true, Provenance: "S42"},
		{ID: "cf-requisition", OfficeID: "ancfcc-safi-cf", Minutes: 45, Documents: []string{"cnie", "moulkia", "plan_cadastral"}, Fee: "500 DH publicité + 50 DH/are (urbain) ; minimum 1 000 DH", LegalSteps: "requisition", Provenance: "S40"},
		{ID: "cad-plan", OfficeID: "ancfcc-safi-cad", Minutes: 15, Documents: []string{"cnie", "num_titre"}, OnlineFirst: true, Provenance: "GK"},
		{ID: "dgi-th-tsc", OfficeID: "dgi-safi", Minutes: 25, Documents: []string{"cnie", "avis_th_tsc", "num_titre"}, Provenance: "S38; DGI competent since 12 June 2025 (S38b)"},
		{ID: "dgi-attest-immeuble", OfficeID: "dgi-safi", Minutes: 20, Documents: []string{"cnie", "cert_propriete", "avis_th_tsc", "permis_habiter"}, DependsOn: []string{"cf-cert", "dgi-th-tsc"}, Note: "asked by the notary on Tawtik+; observed delay one week to months", Provenance: "S38e"},
		{ID: "cnie-renew", OfficeID: "dgsn-safi-cedi", Minutes: 12, Documents: []string{"cnie", "cert_residence", "photos", "timbre"}, Fee: "75 DH", DependsOn: []string{"pach-residence"}, Provenance: "S45"},
		{ID: "pach-residence", OfficeID: "pach-safi", Minutes: 10, Documents: []string{"cnie", "facture_domicile"}, ObservedDays: "7-12 by the local authority; same day and 20 DH by the police route", Provenance: "S48"},
		{ID: "com-legal", OfficeID: "com-safi-ec", Minutes: 6, Documents: []string{"cnie"}, WalkIn: true, Provenance: "GK"},
		{ID: "com-urbanisme", OfficeID: "com-safi-ec", Minutes: 30, Documents: []string{"cnie", "cert_propriete", "plan_cadastral"}, SilenceIsYes: true, Portal: "rokhas.ma", Provenance: "S62"},
		{ID: "tpi-iratha", OfficeID: "tpi-safi-famille", Minutes: 60, Documents: []string{"cnie", "cert_deces", "livret_famille"}, Rules: scheduler.ServiceRules{Witnesses: 12}, Provenance: "S43"},
		{ID: "narsa-immat", OfficeID: "narsa-safi", Minutes: 25, Documents: []string{"cnie", "cert_residence", "carte_grise_etr", "ct_auto", "cert_identif", "cert_dedouan"}, DependsOn: []string{"narsa-identif", "adii-dedouan"}, Note: "receipt valid 30 days", Provenance: "S34"},
		{ID: "cri-projet", OfficeID: "cri-safi", Minutes: 45, Documents: []string{"cnie"}, DeadlineDays: 30, Provenance: "S12,S61"},
	} {
		got := service(t, s, want.ID)
		got.Names, got.Words, got.AdministrationID = nil, nil, ""
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", want.ID, d)
		}
	}
}

func TestSampleKeepsProvenance(t *testing.T) {
	s := readSample(t)
	office := func(id string) string {
		return find(t, s.Offices, func(o scheduler.Office) bool { return o.ID == id }).Provenance
	}
	document := func(id string) scheduler.Document {
		return find(t, s.Documents, func(d scheduler.Document) bool { return d.ID == id })
	}
	closure := func(id string) scheduler.Closure {
		return find(t, s.Closures, func(c scheduler.Closure) bool { return c.ID == id })
	}
	hours := func(id string) string {
		return find(t, s.Hours, func(h scheduler.HoursTemplate) bool { return h.ID == id }).Provenance
	}
	for what, pair := range map[string][2]string{
		"customs":         {office("adii-safi"), "S83 (Safi is in the ressort of the DR Centre-Sud, Marrakech) ; port office GK"},
		"identity centre": {office("dgsn-safi-cedi"), "S46 (kind) / GK (place)"},
		"booths":          {office("prov-safi-unified"), "founding_story"},
		"birth record":    {document("acte_naissance").Provenance, "S45"},
		"consular note":   {document("attest_consulaire").Note, "stands for a residence certificate (S47)"},
		"Unity Day":       {closure("2027-wahda").Provenance, "S57"},
		"Mawlid":          {closure("2027-mawlid").Note, "inside the MRE peak: keep 17 Aug rebookable"},
		"Saturday duty":   {hours("saturday_mre"), "S41 (2005) / EST"},
		"Ramadan":         {s.Periods[0].Provenance, "CALC"},
		"migrants' day":   {s.Season.KeyDays[0].Provenance, "S12"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %q, want %q", what, pair[0], pair[1])
		}
	}
	for _, comment := range []string{"# EST: people state wishes before they travel", "# S38 national call centre", "# (S61)", "EST; the no-appointment groups come from"} {
		if !bytes.Contains(configs.SampleFile, []byte(comment)) {
			t.Errorf("the comment %q is lost", comment)
		}
	}
}

// Every page that the sample cites stands in its list of sources.
func TestSampleSourcesAreListed(t *testing.T) {
	facts, list, ok := strings.Cut(string(configs.SampleFile), "the public pages cited above")
	if !ok {
		t.Fatal("the list of sources is lost")
	}
	for _, key := range regexp.MustCompile(`\bS\d+[a-z]?\b`).FindAllString(facts, -1) {
		if !strings.Contains(list, "#   "+key+" ") {
			t.Errorf("%s is not in the list of sources", key)
		}
	}
}

func TestSampleOfficesAreAsCollected(t *testing.T) {
	s := readSample(t)
	for _, want := range []struct {
		id    string
		desks int
		hours []string
	}{
		{"adii-safi", 2, []string{"standard", "saturday_mre"}},
		{"ancfcc-safi-cf", 3, []string{"standard", "saturday_mre"}},
		{"dgsn-safi-cedi", 3, []string{"cedi_dgsn"}},
		{"com-safi-ec", 4, []string{"standard", "saturday_mre"}},
		{"ausy-safi", 1, []string{"standard"}},
	} {
		o := find(t, s.Offices, func(o scheduler.Office) bool { return o.ID == want.id })
		if o.Desks != want.desks || !slices.Equal(o.Hours, want.hours) || o.Zone != "Africa/Casablanca" {
			t.Errorf("%s: %d desks, hours %v, zone %s", o.ID, o.Desks, o.Hours, o.Zone)
		}
	}
	booths := find(t, s.Offices, func(o scheduler.Office) bool { return o.Event })
	want := scheduler.Office{
		ID: "prov-safi-unified", AdministrationID: "province", Zone: "Africa/Casablanca", Desks: 8, Event: true,
		Geo:        &scheduler.Geo{Lat: 32.30, Lon: -9.24, Precision: "city"},
		Dates:      []scheduler.Date{{Year: 2027, Month: 8, Day: 10}},
		EventHours: []scheduler.Window{{From: 9 * 60, To: 16 * 60}},
		Hosts:      []string{"adii-safi", "ancfcc-safi-cf", "dgi-safi", "ausy-safi", "cri-safi", "tpi-safi-famille", "narsa-safi"},
		Provenance: "founding_story", Names: booths.Names,
	}
	if d := cmp.Diff(want, booths); d != "" {
		t.Error(d)
	}
	if p := find(t, s.Offices, func(o scheduler.Office) bool { return o.ExternalBooking != "" }); p.ID != "dgsn-safi-cedi" || p.ExternalBooking != "cnie.ma" {
		t.Errorf("booked elsewhere: %s at %s", p.ID, p.ExternalBooking)
	}
}

func TestSampleHasThreeLanguages(t *testing.T) {
	s := readSample(t)
	var all []scheduler.Names
	for _, a := range s.Administrations {
		all = append(all, a.Names)
	}
	for _, o := range s.Offices {
		all = append(all, o.Names)
	}
	for _, x := range s.Services {
		all = append(all, x.Names)
	}
	for _, d := range s.Documents {
		all = append(all, d.Names)
	}
	for _, c := range s.Closures {
		all = append(all, c.Names)
	}
	for _, c := range s.Chains {
		all = append(all, c.Names)
	}
	for _, o := range s.Outsiders {
		all = append(all, o.Names)
	}
	for _, n := range append(all, s.Season.Names, s.Season.KeyDays[0].Names) {
		if n["ar"] == "" || n["fr"] == "" || n["en"] == "" {
			t.Errorf("a name is missing in %v", n)
		}
	}
}

// The counts in the sample were worked out by hand from the closures; the
// engine must come to the same.
func TestSampleWorkingDaysAgreeWithTheCalendar(t *testing.T) {
	s := readSample(t)
	c := scheduler.NewCatalogue(s.CatalogueData, 1)
	office, err := c.Office("prov-safi")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.WorkingDays) != 3 {
		t.Fatalf("%d counts, want 3", len(s.WorkingDays))
	}
	for _, w := range s.WorkingDays {
		n := 0
		for d := w.From; !d.After(w.To); d = d.AddDays(1) {
			if c.WorkingDay(office, d) {
				n++
			}
		}
		if n != w.Days {
			t.Errorf("%s to %s: %d working days, the sample says %d", w.From, w.To, n, w.Days)
		}
	}
}

func TestSampleExtras(t *testing.T) {
	s := readSample(t)
	units, prefectures, rural := 0, 0, 0
	for _, r := range s.Regions {
		for _, u := range r.Units {
			units++
			if u.Prefecture {
				prefectures++
			}
		}
	}
	for _, c := range s.Circles {
		rural += len(c.Communes)
	}
	if units != 75 || prefectures != 13 || rural != 22 {
		t.Errorf("%d units, %d prefectures, %d rural communes; want 75, 13, 22", units, prefectures, rural)
	}
	want := &configs.Demand{
		NationalArrivals: 4_000_000, LocalShare: 0.015, ShareWithErrand: 0.15, ServicesPerPerson: 1.5,
		SeasonAppointments: 13_500, PerWorkingDay: 211, NoShow: 0.15, StuckFileShare: 0.2,
	}
	if d := cmp.Diff(want, s.Demand); d != "" {
		t.Error(d)
	}
	swiss := find(t, s.Countries, func(c configs.Country) bool { return c.ISO == "CH" })
	if d := cmp.Diff(configs.Country{ISO: "CH", Dial: "+41", Languages: []string{"fr", "de", "it"}}, swiss); d != "" {
		t.Error(d)
	}
	for _, p := range s.Patterns {
		if p.Name == "phone_ma_e164" && !regexp.MustCompile(p.Regexp).MatchString("+212524620000") {
			t.Errorf("%s does not match a Moroccan number", p.Regexp)
		}
	}
	steps := find(t, s.LegalClocks, func(l scheduler.LegalClock) bool { return l.ID == "requisition" }).Steps
	days := 92
	last := scheduler.LegalStep{Step: "fin_oppositions", Next: "immatriculation", MaxDays: &days, BranchIf: "opposition", BranchGoto: "tribunal", Provenance: "14-07 (S39)"}
	if d := cmp.Diff(last, steps[len(steps)-1]); d != "" || len(steps) != 5 {
		t.Errorf("%d steps; %s", len(steps), d)
	}
}
