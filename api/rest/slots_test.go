package rest_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mawid/api/rest"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// starts are office and time of each slot of an answer.
func (a *answer) starts() []string {
	a.t.Helper()
	var out []string
	for _, item := range a.items("items") {
		m := item.(map[string]any)
		out = append(out, m["office"].(string)+" "+m["starts_at"].(string))
	}
	return out
}

func TestSlots(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a := w.get("/v1/slots?service=dgi-th-tsc&office=dgi-safi&from=2026-12-01&to=2026-12-01").want(200)
		want := map[string]any{
			"office": "dgi-safi", "service": "dgi-th-tsc", "starts_at": "2026-12-01T08:30:00+00:00",
			"ends_at": "2026-12-01T08:55:00+00:00", "time_zone": "Africa/Casablanca", "remaining": 3.0, "channel": "in_person",
		}
		if diff := cmp.Diff(any(want), a.at("items", 0)); diff != "" {
			t.Error(diff)
		}
		if got := len(a.items("items")); got != 15 || a.at("next") != nil {
			t.Errorf("%d slots, next %v", got, a.at("next"))
		}
		w.book(bookBody())
		a = w.get("/v1/slots?service=dgi-th-tsc&office=dgi-safi&from=2026-12-01&to=2026-12-01").want(200)
		if got := a.number("items", 2, "remaining"); got != 2 {
			t.Errorf("after a booking %d remain, want 2", got)
		}
	})
}

func TestSlotsByDefaultLookTwoWeeksAhead(t *testing.T) {
	w := openSQLite(t)
	got := w.get("/v1/slots?service=dgi-th-tsc&limit=500").want(200).starts()
	if got[0] != "dgi-safi 2026-11-30T09:30:00+00:00" { // now is 09:00, the lead a quarter of an hour
		t.Errorf("first %s", got[0])
	}
	if last := got[len(got)-1]; !strings.HasPrefix(last, "dgi-safi 2026-12-11T15:45") { // 12 and 13 December are a weekend
		t.Errorf("last %s", last)
	}
}

func TestSlotsForAParty(t *testing.T) {
	w := openSQLite(t)
	a := w.get("/v1/slots?service=dgi-th-tsc&from=2026-12-01&to=2026-12-01&party_size=3").want(200)
	if got := a.text("items", 0, "ends_at"); got != "2026-12-01T09:45:00+00:00" {
		t.Errorf("three people are served until %s, want three times 25 minutes", got)
	}
}

// TestPages: page by page the same slots come as at once, whatever the size of
// a page, and although somebody books meanwhile.
func TestPages(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const question = "/v1/slots?service=dgi-th-tsc&from=2027-08-09&to=2027-08-11"
		all := w.get(question).want(200).starts()
		if len(all) < 40 {
			t.Fatalf("only %d slots; the event of 10 August should add to the office's", len(all))
		}
		for _, limit := range []string{"1", "7", "50"} {
			var got []string
			cursor := ""
			for cursor != "end" {
				a := w.get(question + "&limit=" + limit + "&cursor=" + url.QueryEscape(cursor)).want(200)
				got = append(got, a.starts()...)
				next, more := a.at("next").(string)
				if more != strings.Contains(a.Header.Get("Link"), `rel="next"`) {
					t.Errorf("next %q, but Link %q", next, a.Header.Get("Link"))
				}
				if cursor = next; !more {
					cursor = "end"
				}
			}
			if diff := cmp.Diff(all, got); diff != "" {
				t.Errorf("pages of %s: %s", limit, diff)
			}
		}
	})
}

// TestPagesOfAYear: long questions are answered stretch by stretch, and give
// what the engine gives at once.
func TestPagesOfAYear(t *testing.T) {
	w := openSQLite(t)
	from, to := scheduler.Date{Year: 2026, Month: 12, Day: 1}, scheduler.Date{Year: 2027, Month: 11, Day: 29}
	whole, err := w.engine.Slots(context.Background(), scheduler.SlotQuery{ServiceID: "adii-demenag", From: from, To: to})
	must(t, err)
	var want, got []string
	for _, s := range whole {
		want = append(want, s.OfficeID+" "+s.StartsAt.Format("2006-01-02T15:04:05-07:00"))
	}
	question := "/v1/slots?service=adii-demenag&limit=487&from=" + from.String() + "&to=" + to.String()
	for next := question; next != ""; {
		a := w.get(next).want(200)
		got = append(got, a.starts()...)
		next = ""
		if c, more := a.at("next").(string); more {
			next = question + "&cursor=" + c
		}
	}
	if len(want) < 3000 {
		t.Errorf("only %d slots in a year", len(want))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pages differ from the whole: %.2000s", diff)
	}
}

func TestPagesGoOnWhereASlotVanished(t *testing.T) {
	w := openSQLite(t)
	const question = "/v1/slots?service=cad-plan&from=2026-12-01&to=2026-12-01"
	all := w.get(question).want(200).starts()
	first := w.get(question + "&limit=3").want(200)
	w.book(bookBody().with("office", "ancfcc-safi-cad", "service", "cad-plan", "starts_at", first.text("items", 2, "starts_at")))
	link := first.Header.Get("Link")
	next := w.get(link[1:strings.Index(link, ">")]).want(200).starts()
	if diff := cmp.Diff(all[3:6], next[:3]); diff != "" {
		t.Errorf("after the vanished slot: %s", diff)
	}
}

func TestDays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a := w.get("/v1/days?service=cad-plan&office=ancfcc-safi-cad&from=2026-12-04&to=2026-12-07", "Accept-Language", "fr").want(200)
		friday := map[string]any{
			"date": "2026-12-04", "office": "ancfcc-safi-cad", "free": 26.0, "first": "2026-12-04T08:30:00+00:00", "time_zone": "Africa/Casablanca",
		}
		if diff := cmp.Diff(any(friday), a.at("items", 0)); diff != "" {
			t.Error(diff)
		}
		if got := a.text("items", 1, "date"); got != "2026-12-07" {
			t.Errorf("the next bookable day is %s", got)
		}
		saturday := map[string]any{"date": "2026-12-05", "office": "ancfcc-safi-cad", "reason": "not_open"}
		if diff := cmp.Diff(any(saturday), a.at("unavailable", 0)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestDaysSayWhy(t *testing.T) {
	w := openSQLite(t)
	a := w.get("/v1/days?service=cad-plan&from=2026-11-27&to=2027-01-02", "Accept-Language", "fr").want(200)
	reasons := map[string]string{}
	for _, item := range a.items("unavailable") {
		m := item.(map[string]any)
		name, _ := m["name"].(string)
		reasons[m["date"].(string)] = strings.TrimSpace(m["reason"].(string) + " " + name)
	}
	for day, want := range map[string]string{"2026-11-27": "full", "2026-11-28": "not_open", "2027-01-01": "closure Nouvel An"} {
		if reasons[day] != want {
			t.Errorf("%s: %q, want %q", day, reasons[day], want)
		}
	}
	a = w.get("/v1/days?service=cad-plan&from=2027-03-09&to=2027-03-09", "Accept-Language", "ar").want(200)
	if got := a.text("items", 0, "may_close"); got != "عيد الفطر" {
		t.Errorf("the eve of a feast may close for %q", got)
	}
}

func TestDaysByDefaultLookAMonthAhead(t *testing.T) {
	w := openSQLite(t)
	a := w.get("/v1/days?service=cad-plan").want(200)
	if got := len(a.items("items")) + len(a.items("unavailable")); got != 31 {
		t.Errorf("%d days, want today and 30 more", got)
	}
}

func TestQuestionsThatMakeNoSense(t *testing.T) {
	w := openSQLite(t)
	tests := []struct{ query, want string }{
		{"", "service: required"},
		{"service=", "service: required"},
		{"service=nothing", "service: unknown"},
		{"service=a%00b", "service: unknown"},
		{"service=" + strings.Repeat("x", 10_000), "service: too_long"},
		{"service=cad-plan&office=nowhere", "office: unknown"},
		{"service=cad-plan&office=%E2%80%AEx", "office: unknown"},
		{"service=cad-plan&from=tomorrow", "from: invalid_date"},
		{"service=cad-plan&from=2026-02-30", "from: invalid_date"},
		{"service=cad-plan&from=2026-12-01T00:00:00Z", "from: invalid_date"},
		{"service=cad-plan&to=%0d%0a", "to: invalid_date"},
		{"service=cad-plan&from=2026-12-02&to=2026-12-01", "to: before_from"},
		{"service=cad-plan&from=2026-12-01&to=2028-12-01", "to: too_far"},
		{"service=cad-plan&from=2026-12-01&to=2027-12-02", "to: too_far"},
		{"service=cad-plan&from=0001-01-01&to=9999-12-31", "to: too_far"},
		{"service=cad-plan&party_size=0", "party_size: out_of_range"},
		{"service=cad-plan&party_size=-1", "party_size: out_of_range"},
		{"service=cad-plan&party_size=7", "party_size: out_of_range"},
		{"service=cad-plan&party_size=99999999999999999999", "party_size: wrong_type"},
		{"service=cad-plan&party_size=two", "party_size: wrong_type"},
		{"service=cad-plan&party_size=1.5", "party_size: wrong_type"},
		{"service=cad-plan&sevrice=x", "sevrice: unknown_parameter"},
	}
	for _, path := range []string{"/v1/slots?", "/v1/days?"} {
		for _, test := range tests {
			if got := w.get(path+test.query).problem(422, "invalid").fields(); !cmp.Equal(got, []string{test.want}) {
				t.Errorf("%s%.60s: %v, want %s", path, test.query, got, test.want)
			}
		}
	}
	for query, want := range map[string]string{
		"limit=0": "limit: out_of_range", "limit=501": "limit: out_of_range", "limit=x": "limit: wrong_type",
		"cursor=x": "cursor: invalid", "cursor=%ff": "cursor: invalid", "cursor=AAAA": "cursor: invalid",
		"cursor=" + strings.Repeat("A", 400): "cursor: too_long",
	} {
		if got := w.get("/v1/slots?service=cad-plan&"+query).problem(422, "invalid").fields(); !cmp.Equal(got, []string{want}) {
			t.Errorf("%.40s: %v, want %s", query, got, want)
		}
	}
	a := w.get("/v1/days?service=cad-plan&from=x&to=y")
	if got := a.problem(422, "invalid").fields(); len(got) != 2 {
		t.Errorf("two faults, but %v", got)
	}
}

func TestStrangeDatesAreNoFault(t *testing.T) {
	w := openSQLite(t)
	w.get("/v1/slots?service=cad-plan&from=2026-12-01&to=2027-12-01").want(200) // 366 days
	for _, query := range []string{
		"from=0001-01-01&to=0001-01-02", "from=1999-01-01&to=1999-01-31", "from=9999-12-31&to=9999-12-31", "from=9999-12-31",
	} {
		if a := w.get("/v1/slots?service=cad-plan&" + query).want(200); len(a.items("items")) != 0 {
			t.Errorf("%s: %s", query, a.Raw)
		}
		w.get("/v1/days?service=cad-plan&" + query).want(200)
	}
}

// paris is an office in a zone with summer time, and with a name in one
// language only.
func paris() scheduler.CatalogueData {
	var week scheduler.Week
	for day := range week {
		week[day] = []scheduler.Window{{From: 9 * 60, To: 17 * 60}}
	}
	return scheduler.CatalogueData{
		Zone:            "Europe/Paris",
		Administrations: []scheduler.Administration{{ID: "a", Names: scheduler.Names{"fr": "Consulat"}}},
		Offices: []scheduler.Office{{
			ID: "o", AdministrationID: "a", Names: scheduler.Names{"fr": "Consulat à Paris"}, Zone: "Europe/Paris", Hours: []string{"h"}, Desks: 2,
		}},
		Services: []scheduler.Service{{ID: "s", AdministrationID: "a", OfficeID: "o", Names: scheduler.Names{"ar": "خدمة"}, Minutes: 30}},
		Hours:    []scheduler.HoursTemplate{{ID: "h", Week: week}},
	}
}

func TestTimesCarryTheOfficesOffset(t *testing.T) {
	w := emptyWorld(t, testdb.Open(t, testdb.SQLite(t)), func(*rest.Config) {})
	_, err := w.engine.Import(context.Background(), paris())
	must(t, err)
	for day, offset := range map[string]string{"2027-01-15": "+01:00", "2027-07-15": "+02:00"} {
		a := w.get("/v1/slots?service=s&from=" + day + "&to=" + day).want(200)
		if got := a.text("items", 0, "starts_at"); got != day+"T09:00:00"+offset || a.text("items", 0, "time_zone") != "Europe/Paris" {
			t.Errorf("%s %s", got, a.text("items", 0, "time_zone"))
		}
		a = w.get("/v1/days?service=s&from=" + day + "&to=" + day).want(200)
		if got := a.text("items", 0, "first"); got != day+"T09:00:00"+offset {
			t.Errorf("first %s", got)
		}
	}
	// The same instant, told by another clock.
	a := w.book(object{"office": "o", "service": "s", "starts_at": "2027-07-15T07:00:00Z", "citizen": amina})
	if got := a.text("starts_at"); got != "2027-07-15T09:00:00+02:00" {
		t.Errorf("booked at %s", got)
	}
	if got := a.text("created_at"); got != "2026-11-30T10:00:00+01:00" {
		t.Errorf("created at %s", got)
	}
	// Each name comes in the language there is, and the answer says which.
	if got := w.get("/v1/services/s", "Accept-Language", "en").want(200); got.text("name") != "خدمة" || got.Header.Get("Content-Language") != "ar" {
		t.Errorf("%s in %q", got.text("name"), got.Header.Get("Content-Language"))
	}
	if got := a.Header.Get("Content-Language"); got != "fr, ar" {
		t.Errorf("two names in two languages: %q", got)
	}
}

// TestTodayIsTheOffices: half an hour before midnight in UTC it is tomorrow in
// Paris.
func TestTodayIsTheOffices(t *testing.T) {
	w := emptyWorld(t, testdb.Open(t, testdb.SQLite(t)), func(*rest.Config) {})
	_, err := w.engine.Import(context.Background(), paris())
	must(t, err)
	w.clock.advance(14*time.Hour + 30*time.Minute)
	for _, query := range []string{"service=s", "service=s&office=o"} {
		if got := w.get("/v1/slots?"+query).want(200).text("items", 0, "starts_at"); got != "2026-12-01T09:00:00+01:00" {
			t.Errorf("the first time is %s", got)
		}
		a := w.get("/v1/days?" + query).want(200)
		if got := a.text("items", 0, "date"); got != "2026-12-01" || len(a.items("unavailable")) != 0 {
			t.Errorf("the first day is %s", got)
		}
	}
}
