package rest_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mawid/api/rest"
	"mawid/internal/store"
	"mawid/internal/testdb"
)

// ids of a list.
func (a *answer) ids() []string {
	a.t.Helper()
	var out []string
	for _, item := range a.items("items") {
		out = append(out, item.(map[string]any)["id"].(string))
	}
	return out
}

func TestCatalogueIsWhole(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for path, want := range map[string]int{"/v1/administrations": 12, "/v1/offices": 14, "/v1/services": 48} {
			if got := len(w.get(path).want(200).ids()); got != want {
				t.Errorf("%s has %d items, want %d", path, got, want)
			}
		}
	})
}

func TestNamesInTheReadersLanguage(t *testing.T) {
	w := openSQLite(t)
	const ar, fr = "المديرية الإقليمية للضرائب بآسفي", "Direction provinciale des impôts de Safi"
	tests := []struct{ accept, name, language string }{
		{"", fr, "fr"},
		{"ar", ar, "ar"},
		{"ar-EG, en;q=0.5", ar, "ar"},
		{"fr-MA", fr, "fr"},
		{"de", fr, "fr"},
		{"en-GB", "Safi provincial tax office", "en"},
		{"\x00;;q=,", fr, "fr"},
	}
	for _, test := range tests {
		a := w.get("/v1/offices/dgi-safi", "Accept-Language", test.accept).want(200)
		if a.text("name") != test.name || a.Header.Get("Content-Language") != test.language {
			t.Errorf("%q: %s, %q", test.accept, a.text("name"), a.Header.Get("Content-Language"))
		}
		if !slices.Contains(a.Header.Values("Vary"), "Accept-Language") {
			t.Errorf("Vary %v", a.Header.Values("Vary"))
		}
	}
	a := w.get("/v1/services/dgi-th-tsc", "Accept-Language", "ar").want(200)
	if got := a.text("documents", 0, "name"); got != "البطاقة الوطنية للتعريف الإلكترونية" {
		t.Errorf("document %q", got)
	}
}

// TestSearch: a question in everyday words, alone and within an office.
func TestSearch(t *testing.T) {
	w := openSQLite(t)
	for query, want := range map[string][]string{
		"q=" + url.QueryEscape("الباسبور"):    {"prov-passport"},
		"q=renew+my+passport":                 {"prov-passport"},
		"q=xyzzy":                             {},
		"q=apostille&office=tpi-safi-famille": {"tpi-apostille"},
		"q=apostille":                         {"prov-apostille", "tpi-apostille", "com-transcription"}, // the last asks for a paper that has one
		"q=passeport&office=ancfcc-safi-cad":  {},
	} {
		if got := w.get("/v1/services?" + query).want(200).ids(); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	w.get("/v1/services?q="+strings.Repeat("a", 201)).problem(422, "invalid")
}

func TestService(t *testing.T) {
	w := openSQLite(t)
	var got any = w.get("/v1/services/adii-abatt90").want(200).at()
	want := map[string]any{
		"id": "adii-abatt90", "name": "Abattement 90 % (60 ans et +, 10 ans à l'étranger)", "administration": "adii",
		"office": "adii-safi", "offices": []any{"adii-safi", "prov-safi-unified"}, "duration_minutes": 45.0,
		"channels": []any{"appointment"}, "depends_on": []any{"narsa-identif"}, "online_first": false, "walk_in": false,
		"portal": "douane.gov.ma", "provenance": "S31",
		"rules": map[string]any{"in_person_only": true, "no_proxy": true, "once_in_life": true, "cap_value_mad": 300000.0},
	}
	documents := got.(map[string]any)["documents"].([]any)
	delete(got.(map[string]any), "documents")
	if diff := cmp.Diff(any(want), got); diff != "" {
		t.Error(diff)
	}
	if len(documents) != 5 {
		t.Fatalf("%d documents", len(documents))
	}
	wantFirst := map[string]any{"id": "cnie", "name": "CNIE", "issuers": []any{"dgsn"}, "validity_years": 10.0}
	if diff := cmp.Diff(any(wantFirst), documents[0]); diff != "" {
		t.Error(diff)
	}
}

func TestServiceBetterDoneOnline(t *testing.T) {
	w := openSQLite(t)
	a := w.get("/v1/services/cf-cert").want(200)
	if a.at("online_first") != true || a.text("portal") != "ancfcc.gov.ma" || a.text("fee") != "100 DH (GK)" {
		t.Errorf("%s", a.Raw)
	}
	if diff := cmp.Diff([]any{"online", "appointment"}, a.items("channels")); diff != "" {
		t.Error(diff)
	}
}

// TestBookedElsewhere: identity cards have a portal that books them.
func TestBookedElsewhere(t *testing.T) {
	w := openSQLite(t)
	office := w.get("/v1/offices/dgsn-safi-cedi").want(200)
	portal := office.text("external_booking")
	offered := office.items("services")
	if portal == "" || len(offered) == 0 {
		t.Fatalf("%s", office.Raw)
	}
	id := offered[0].(string)
	s := w.get("/v1/services/" + id).want(200)
	if s.text("external_booking") != portal || slices.Contains(s.items("channels"), any("appointment")) || !slices.Contains(s.items("channels"), any("elsewhere")) {
		t.Errorf("%s", s.Raw)
	}
	if got := w.get("/v1/offices?service=" + id).want(200).ids(); !cmp.Equal(got, []string{"dgsn-safi-cedi"}) {
		t.Errorf("offered at %v", got)
	}
	for _, path := range []string{"/v1/slots?service=", "/v1/days?service="} {
		if a := w.get(path + id).want(200); len(a.items("items")) != 0 || a.text("external_booking") != portal {
			t.Errorf("%s", a.Raw)
		}
	}
	a := w.post("/v1/holds", object{"office": "dgsn-safi-cedi", "service": id, "starts_at": tuesday + "T09:30:00Z"})
	if got := a.problem(422, "invalid").fields(); !cmp.Equal(got, []string{"service: booked_elsewhere"}) {
		t.Errorf("fields %v", got)
	}
}

func TestFilters(t *testing.T) {
	w := openSQLite(t)
	if got := w.get("/v1/offices?service=dgi-th-tsc").want(200).ids(); !cmp.Equal(got, []string{"dgi-safi", "prov-safi-unified"}) {
		t.Errorf("offices %v", got)
	}
	if got := w.get("/v1/services?office=ancfcc-safi-cad").want(200).ids(); !cmp.Equal(got, []string{"cad-plan"}) {
		t.Errorf("services %v", got)
	}
	for path, want := range map[string]string{
		"/v1/offices?service=nothing":   "service: unknown",
		"/v1/services?office=nowhere":   "office: unknown",
		"/v1/offices?servise=dgi-if":    "servise: unknown_parameter",
		"/v1/services?office=a%00b":     "office: unknown",
		"/v1/offices?service=%ff%fe":    "service: unknown",
		"/v1/administrations?lang=ar":   "lang: unknown_parameter",
		"/v1/offices/dgi-safi?expand=x": "expand: unknown_parameter",
	} {
		if got := w.get(path).problem(422, "invalid").fields(); !cmp.Equal(got, []string{want}) {
			t.Errorf("%s: %v, want %s", path, got, want)
		}
	}
	for _, path := range []string{"/v1/offices/nowhere", "/v1/services/nothing", "/v1/offices/a%00b", "/v1/services/%ff", "/v1/offices/%2e%2e"} {
		w.get(path).problem(404, "not_found")
	}
}

func TestOfficeHours(t *testing.T) {
	w := openSQLite(t)
	a := w.get("/v1/offices/dgi-safi", "Accept-Language", "fr").want(200)
	if a.text("time_zone") != "Africa/Casablanca" {
		t.Errorf("zone %q", a.text("time_zone"))
	}
	friday := map[string]any{"day": "friday", "windows": []any{
		map[string]any{"from": "08:30", "to": "12:15"}, map[string]any{"from": "13:45", "to": "16:30"},
	}}
	if diff := cmp.Diff(any(friday), a.at("hours", "week", 4)); diff != "" {
		t.Error(diff)
	}
	if len(a.items("hours", "week")) != 7 || len(a.items("hours", "week", 6, "windows")) != 0 {
		t.Error("want a week of seven days with a closed Sunday")
	}
	saturdays, ramadan := a.at("hours", "changes", 0).(map[string]any), a.at("hours", "changes", 1).(map[string]any)
	if saturdays["from"] != "2027-07-03" || saturdays["adds"] != true || saturdays["tentative"] != false {
		t.Errorf("Saturday duty %v", saturdays)
	}
	if ramadan["from"] != "2027-02-08" || ramadan["adds"] != false || ramadan["tentative"] != true || ramadan["plus_minus_days"] != 1.0 {
		t.Errorf("Ramadan %v", ramadan)
	}
	first := map[string]any{"from": "2027-01-01", "to": "2027-01-01", "name": "Nouvel An", "certainty": "fixed"}
	if diff := cmp.Diff(any(first), a.at("hours", "closures", 0)); diff != "" {
		t.Error(diff)
	}
}

// TestHoursLookAhead: what is over is not listed.
func TestHoursLookAhead(t *testing.T) {
	w := openSQLite(t)
	w.clock.advance(245 * 24 * time.Hour) // to August 2027
	a := w.get("/v1/offices/dgi-safi").want(200)
	if got := a.text("hours", "closures", 0, "from"); got != "2027-08-14" {
		t.Errorf("the next closure is %s", got)
	}
	if got := len(a.items("hours", "changes")); got != 1 {
		t.Errorf("%d changes ahead, want Saturday duty alone", got)
	}
}

func TestEventOffice(t *testing.T) {
	w := openSQLite(t)
	a := w.get("/v1/offices/prov-safi-unified").want(200)
	if a.at("event") != true || len(a.items("hosts")) == 0 || a.text("hours", "dates", 0, "date") != "2027-08-10" {
		t.Errorf("%.600s", a.Raw)
	}
	if len(a.items("hours", "dates", 0, "windows")) == 0 || len(a.items("hours", "week")) != 0 {
		t.Errorf("%.600s", a.Raw)
	}
}

func TestEmptyDatabase(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := emptyWorld(t, db, func(*rest.Config) {})
		for _, path := range []string{"/v1/administrations", "/v1/offices", "/v1/services"} {
			if got := w.get(path).want(200).items("items"); len(got) != 0 {
				t.Errorf("%s: %v", path, got)
			}
		}
		w.get("/v1/offices/dgi-safi").problem(404, "not_found")
		for _, path := range []string{"/v1/slots?service=dgi-th-tsc", "/v1/days?service=dgi-th-tsc"} {
			if got := w.get(path).problem(422, "invalid").fields(); !cmp.Equal(got, []string{"service: unknown"}) {
				t.Errorf("%s: %v", path, got)
			}
		}
		w.post("/v1/holds", object{"office": "a", "service": "b", "starts_at": tuesday + "T09:30:00Z"}).problem(404, "not_found")
	})
}
