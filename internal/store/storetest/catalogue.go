package storetest

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mawid/scheduler"
)

var catalogueCases = []testCase{
	{"an empty database has none", emptyDatabase},
	{"comes back as it was written", catalogueRoundTrip},
	{"the newest version wins", catalogueNewest},
	{"a version that is not the stored one conflicts", catalogueStale},
	{"the change is written with it", catalogueWithChange},
	{"a missed guard keeps the old one", catalogueGuard},
	{"a day that was not seen conflicts", catalogueUnseenDay},
	{"many days at once", catalogueManyDays},
	{"new days belong to the new version", catalogueNewDay},
}

func emptyDatabase(t *testing.T, s *suite) {
	_, err := s.db.Catalogue(s.ctx)
	wantError(t, err, scheduler.ErrNotFound)
	if v, err := s.db.CatalogueVersion(s.ctx); v != 0 || err != nil {
		t.Fatalf("version %d, %v", v, err)
	}
	day, v, err := s.db.Day(s.ctx, poolID, date0)
	if err != nil || v != 0 || day.Version != 0 || day.PoolID != poolID || day.Date != date0 || day.Ticks() != 0 {
		t.Fatalf("day %+v of catalogue %d, %v", day, v, err)
	}
	o, err := s.db.Occupancy(s.ctx, scheduler.Date{})
	if err != nil || len(o.Days)+len(o.Holds)+len(o.Appointments) != 0 {
		t.Fatalf("occupancy %+v, %v", o, err)
	}
}

func richCatalogue() scheduler.CatalogueData {
	from, to := scheduler.TimeOfDay(8*60+30), scheduler.TimeOfDay(24*60)
	nine := 9
	week := scheduler.Week{1: {{From: from, To: 12 * 60}, {From: 14 * 60, To: to}}}
	names := scheduler.Names{"ar": "المديرية العامة للضرائب", "fr": "Impôts", "zgh": "ⵜⴰⵏⵎⵀⵍⴰ"}
	return scheduler.CatalogueData{
		Schema: "1", Currency: "MAD", Zone: "Africa/Casablanca",
		Season:          &scheduler.Season{ID: "s", Names: names, IntakeOpen: date0, Peaks: []scheduler.Peak{{From: date0, Kind: "arrivals"}}},
		Administrations: []scheduler.Administration{{ID: "dgi", Names: names, Portal: "tax.gov.ma"}},
		Offices: []scheduler.Office{{
			ID: officeID, AdministrationID: "dgi", Names: names, Zone: "Africa/Casablanca", Hours: []string{"standard"},
			Desks: 3, Geo: &scheduler.Geo{Lat: 32.2994, Lon: -9.2372, Precision: "city"},
		}},
		Services: []scheduler.Service{{
			ID: service, AdministrationID: "dgi", OfficeID: officeID, Names: names, Minutes: 20,
			Documents: []string{"cin"}, Rules: scheduler.ServiceRules{InPersonOnly: true, Witnesses: 12},
			Note: "« ' \" \\ % ? $1 ; --\n\u200f", SilenceIsYes: true,
		}},
		Documents:   []scheduler.Document{{ID: "cin", Names: names, Issuers: []string{"dgsn"}, ValidityYears: 10}},
		Hours:       []scheduler.HoursTemplate{{ID: "standard", Week: week, To: date0}},
		Closures:    []scheduler.Closure{{ID: "aid", From: date0, To: date0, Certainty: scheduler.Tentative, PlusMinusDays: 1, Names: names}},
		LegalClocks: []scheduler.LegalClock{{ID: "c", Steps: []scheduler.LegalStep{{Step: "a", Next: "b", MaxDays: &nine}}}},
	}
}

func catalogueRoundTrip(t *testing.T, s *suite) {
	want := richCatalogue()
	must(t, s.db.ReplaceCatalogue(s.ctx, 0, want, scheduler.Date{}, scheduler.Change{}))
	got, err := s.db.Catalogue(s.ctx)
	must(t, err)
	if d := cmp.Diff(want, got.CatalogueData); d != "" || got.Version != 1 {
		t.Fatalf("version %d:\n%s", got.Version, d)
	}
	if p, err := got.Pool(poolID); err != nil || p.Desks != 3 {
		t.Fatalf("the catalogue is not indexed: %+v, %v", p, err)
	}
}

func catalogueNewest(t *testing.T, s *suite) {
	for i, schema := range []string{"one", "two", "three"} {
		must(t, s.db.ReplaceCatalogue(s.ctx, int64(i), scheduler.CatalogueData{Schema: schema}, scheduler.Date{}, scheduler.Change{}))
	}
	got, err := s.db.Catalogue(s.ctx)
	must(t, err)
	if v, err := s.db.CatalogueVersion(s.ctx); got.Schema != "three" || got.Version != 3 || v != 3 || err != nil {
		t.Fatalf("catalogue %q of version %d, version %d, %v", got.Schema, got.Version, v, err)
	}
	if n := count(t, s.url, "catalogue"); n != 3 {
		t.Fatalf("%d versions are kept, want all 3", n)
	}
}

func catalogueStale(t *testing.T, s *suite) {
	s.begin(t)
	before := dump(t, s.url)
	for _, from := range []int64{0, 2, -1} {
		err := s.db.ReplaceCatalogue(s.ctx, from, scheduler.CatalogueData{Schema: "x"}, scheduler.Date{}, scheduler.Change{})
		wantError(t, err, scheduler.ErrConflict)
	}
	unchanged(t, before, dump(t, s.url))
}

func catalogueWithChange(t *testing.T, s *suite) {
	s.begin(t)
	s.commit(t, booking(newDay(date0, 3), 1))
	day := s.day(t, date0)
	day.Places, day.Taken = make([]byte, 4), make([]byte, 4)
	a := newAppointment(1)
	a.FeedID, a.Status, a.Revision = "feed_1", scheduler.StatusDisplaced, 2
	displaced := newNotice(&a, scheduler.NoticeDisplaced, now0)
	must(t, s.db.ReplaceCatalogue(s.ctx, 1, scheduler.CatalogueData{Schema: "2"}, scheduler.Date{}, scheduler.Change{
		At: now0, Days: []scheduler.Day{day}, Updates: []scheduler.Appointment{a}, DropClaims: []string{a.ID},
		RevokeNotices: []string{a.ID}, Notices: []scheduler.Notice{displaced},
	}))
	got, err := s.db.Appointment(s.ctx, a.ID)
	must(t, err)
	if d := cmp.Diff(a, got); d != "" {
		t.Error(d)
	}
	if d := s.day(t, date0); d.Version != 2 || d.Ticks() != 2 {
		t.Errorf("day %+v", d)
	}
	if due := s.claim(t, now0, 10); len(due) != 1 || due[0].ID != displaced.ID {
		t.Errorf("due: %+v, want the one that says what happened", due)
	}
}

func catalogueGuard(t *testing.T, s *suite) {
	s.begin(t)
	s.commit(t, booking(newDay(date0, 3), 1))
	day := s.day(t, date0)
	day.Version = 7
	before := dump(t, s.url)
	err := s.db.ReplaceCatalogue(s.ctx, 1, scheduler.CatalogueData{}, scheduler.Date{}, scheduler.Change{Days: []scheduler.Day{day}})
	wantError(t, err, scheduler.ErrConflict)
	full := s.day(t, date0)
	full.Taken = []byte{9, 0, 0, 0, 0, 0, 0, 0}
	err = s.db.ReplaceCatalogue(s.ctx, 1, scheduler.CatalogueData{}, scheduler.Date{}, scheduler.Change{Days: []scheduler.Day{full}})
	wantError(t, err, scheduler.ErrOverfull)
	unchanged(t, before, dump(t, s.url))
}

func catalogueUnseenDay(t *testing.T, s *suite) {
	s.begin(t)
	s.commit(t, scheduler.Change{CatalogueVersion: 1, Days: []scheduler.Day{newDay(date0, 1), newDay(date0.AddDays(1), 1)}})
	seen := s.day(t, date0.AddDays(1))
	replace := func(from int64, since scheduler.Date) error {
		return s.db.ReplaceCatalogue(s.ctx, from, scheduler.CatalogueData{}, since, scheduler.Change{Days: []scheduler.Day{seen}})
	}
	wantError(t, replace(1, scheduler.Date{}), scheduler.ErrConflict)
	wantError(t, replace(1, date0), scheduler.ErrConflict)
	must(t, replace(1, date0.AddDays(1)))
}

func catalogueManyDays(t *testing.T, s *suite) {
	s.begin(t)
	var days []scheduler.Day
	for i := range 300 {
		days = append(days, newDay(date0.AddDays(i), 2))
	}
	s.commit(t, scheduler.Change{CatalogueVersion: 1, Days: days})
	stored, err := s.db.Days(s.ctx, []string{poolID}, scheduler.Date{}, scheduler.Date{})
	must(t, err)
	for i := range stored {
		stored[i].Places = []byte{5, 5}
		stored[i].Taken = []byte{1, 0}
	}
	must(t, s.db.ReplaceCatalogue(s.ctx, 1, scheduler.CatalogueData{}, date0, scheduler.Change{Days: stored}))
	again, err := s.db.Days(s.ctx, []string{poolID}, scheduler.Date{}, scheduler.Date{})
	must(t, err)
	if len(again) != 300 || again[299].Places[0] != 5 || again[0].Version != 2 {
		t.Fatalf("%d days, the last %+v", len(again), again[len(again)-1])
	}
}

func catalogueNewDay(t *testing.T, s *suite) {
	s.begin(t)
	must(t, s.db.ReplaceCatalogue(s.ctx, 1, scheduler.CatalogueData{}, date0, scheduler.Change{Days: []scheduler.Day{newDay(date0, 1)}}))
	err := s.db.Commit(s.ctx, scheduler.Change{CatalogueVersion: 1, Days: []scheduler.Day{newDay(date0.AddDays(1), 1)}})
	if !errors.Is(err, scheduler.ErrConflict) {
		t.Fatalf("a day of the old catalogue was added: %v", err)
	}
}
