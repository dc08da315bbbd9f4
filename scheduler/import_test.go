package scheduler_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mawid/internal/enginetest"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// edit returns the catalogue of the tests after a change.
func edit(change func(*scheduler.CatalogueData)) scheduler.CatalogueData {
	d := enginetest.Data()
	change(&d)
	return d
}

func inData(d *scheduler.CatalogueData, id string) *scheduler.Office {
	return &d.Offices[slices.IndexFunc(d.Offices, func(o scheduler.Office) bool { return o.ID == id })]
}

func TestFirstImport(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, url string) {
		db := testdb.Open(t, url)
		e := enginetest.Node(t, db, enginetest.NewClock(t), 1)
		if _, err := e.Catalogue(t.Context()); !errors.Is(err, scheduler.ErrNotFound) {
			t.Errorf("the catalogue of an empty database: %v, want ErrNotFound", err)
		}
		data := enginetest.Data()
		planned, err1 := e.PlanImport(t.Context(), data)
		if v, err := db.CatalogueVersion(t.Context()); v != 0 || err != nil {
			t.Fatalf("planning wrote version %d, %v", v, err)
		}
		done, err2 := e.Import(t.Context(), data)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(planned, done); diff != "" {
			t.Errorf("(-planned +done):\n%s", diff)
		}
		if len(done.Differences) != 1+5+7+4+3+1 || done.From != 0 || done.Days != 0 {
			t.Errorf("the first import: %+v", done)
		}
		for _, d := range done.Differences {
			if d.What != "added" {
				t.Errorf("the first import: %+v", d)
			}
		}
		c, err := e.Catalogue(t.Context())
		if err != nil || c.Version != 1 {
			t.Fatalf("after the import: %v, %v", c, err)
		}
		if diff := cmp.Diff(data, c.CatalogueData); diff != "" {
			t.Errorf("the catalogue as stored (-want +got):\n%s", diff)
		}
	})
}

func TestImportOfTheSameChangesNothing(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked("solo", "card", aStart)
		before := w.snapshot(b.Appointment.ID)
		plan := w.apply(enginetest.Data())
		if len(plan.Differences) != 0 || len(plan.Displaced) != 0 || plan.EndedHolds != 0 {
			w.Errorf("plan %+v", plan)
		}
		if v, _ := w.db.CatalogueVersion(w.Context()); v != 1 {
			w.Errorf("version %d, want 1", v)
		}
		if diff := cmp.Diff(before, w.snapshot(b.Appointment.ID)); diff != "" {
			w.Errorf("changed (-before +after):\n%s", diff)
		}
	})
}

func TestDifferences(t *testing.T) {
	w := newWorld(t, testdb.SQLite(t))
	for _, test := range []struct {
		name   string
		change func(*scheduler.CatalogueData)
		want   []scheduler.Diff
	}{
		{"a name", func(d *scheduler.CatalogueData) { d.Services[0].Names["fr"] = "Carte" }, []scheduler.Diff{{Kind: "service", ID: "card", What: "changed"}}},
		{"a service more", func(d *scheduler.CatalogueData) {
			d.Services = append(d.Services, scheduler.Service{ID: "new", OfficeID: "solo", Minutes: 5})
		}, []scheduler.Diff{{Kind: "service", ID: "new", What: "added"}}},
		{"a closure less, one more", func(d *scheduler.CatalogueData) { d.Closures[0].ID = "other" }, []scheduler.Diff{
			{Kind: "closure", ID: "other", What: "added"}, {Kind: "closure", ID: "adha", What: "removed"},
		}},
		{"the zone", func(d *scheduler.CatalogueData) { d.Zone = "Europe/Paris" }, []scheduler.Diff{{Kind: "catalogue", What: "changed"}}},
		{"the order in which people see it", func(d *scheduler.CatalogueData) {
			d.Services[0], d.Services[1] = d.Services[1], d.Services[0]
		}, []scheduler.Diff{{Kind: "catalogue", What: "changed"}}},
		{"an empty list for none", func(d *scheduler.CatalogueData) { d.Documents = []scheduler.Document{} }, nil},
	} {
		plan, err := w.PlanImport(t.Context(), edit(test.change))
		w.must(err)
		if diff := cmp.Diff(test.want, plan.Differences); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// TestClosureDisplaces exactly those on it, and tells them.
func TestClosureDisplaces(t *testing.T) {
	each(t, func(w *world) {
		on := []scheduler.Booked{w.booked("solo", "card", "2027-06-10 09:30")}
		w.clock.Advance(time.Second)
		on = append(on, w.booked("trio", "file", "2027-06-10 10:10"))
		w.clock.Advance(time.Second)
		on = append(on, w.booked("trio", "deed", "2027-06-11 14:15"))
		off := []scheduler.Booked{
			w.booked("solo", "card", "2027-06-09 09:30"), w.booked("trio", "file", "2027-06-14 08:30"), w.booked("paris", "night", "2027-06-09 09:30"),
		}
		gone := w.booked("solo", "card", "2027-06-10 13:20")
		w.must(steps["cancel"](w.Engine, w, gone.Appointment.ID, 0, by(gone)))
		hold, kept := w.held("solo", "stamp", "2027-06-10 14:20"), w.held("solo", "stamp", "2027-06-09 14:20")
		w.set("2027-05-31 07:05")
		data := enginetest.Closed("strike", "2027-06-10", "2027-06-11")
		data.Closures[len(data.Closures)-1].Offices = []string{"solo", "trio"}

		planned, err := w.PlanImport(w.Context(), data)
		w.must(err)
		if n := len(w.history(on[0].Appointment.ID)); n != 1 {
			w.Errorf("planning wrote %d entries", n-1)
		}
		done := w.apply(data)
		var displaced []string
		for i, a := range done.Displaced {
			displaced = append(displaced, a.ID)
			if planned.Displaced[i].ID != a.ID {
				w.Errorf("planned %s, done %s", planned.Displaced[i].ID, a.ID)
			}
		}
		if !slices.Equal(displaced, ids(on)) || done.EndedHolds != 1 || done.From != 1 {
			w.Errorf("displaced %v, want %v; %d holds ended of %+v", displaced, ids(on), done.EndedHolds, done.Differences)
		}
		for _, b := range on {
			a := w.now(b)
			if a.Status != scheduler.StatusDisplaced || a.Revision != 2 || a.Sequence != 1 || !a.StartsAt.Equal(b.Appointment.StartsAt) {
				w.Errorf("displaced: %+v", a)
			}
		}
		for _, b := range off {
			if a := w.now(b); a.Status != scheduler.StatusBooked || a.Revision != 1 {
				w.Errorf("not on the closure: %+v", a)
			}
		}
		_, err = w.Book(w.Context(), scheduler.BookRequest{HoldID: hold.ID, Citizen: somebody()})
		w.wantError(err, scheduler.ErrHoldExpired)
		_, err = w.Book(w.Context(), scheduler.BookRequest{HoldID: kept.ID, Citizen: somebody()})
		w.must(err)
		w.wantHistory(on[0].Appointment.ID, "booked by citizen:  -> 2027-06-10 09:30 solo/card", "displaced by system: 2027-06-10 09:30 solo/card -> ")
		w.sound()
		all := w.outboxes()
		wantNotices(w, "displaced", all[on[0].Appointment.ID], []notice{{"displaced", "email", "2027-05-31 07:05", "2027-06-10 09:30"}})
		if n := len(all[off[0].Appointment.ID]); n != 3 {
			w.Errorf("%d notices for a visit that stays, want 3", n)
		}
	})
}

func ids(bs []scheduler.Booked) []string {
	var out []string
	for _, b := range bs {
		out = append(out, b.Appointment.ID)
	}
	return out
}

// TestWhoIsDisplaced: which of several visits loses its place under new rules.
func TestWhoIsDisplaced(t *testing.T) {
	type visit struct{ office, service, at string }
	nine := []visit{{"trio", "file", aStart}, {"trio", "file", aStart}, {"trio", "file", aStart}}
	for _, test := range []struct {
		name   string
		visits []visit
		change func(*scheduler.CatalogueData)
		stays  []bool
	}{
		{"fewer desks: the newest bookings", nine, func(d *scheduler.CatalogueData) { inData(d, "trio").Desks = 1 }, []bool{true, false, false}},
		{"more desks", nine, func(d *scheduler.CatalogueData) { inData(d, "trio").Desks = 9 }, []bool{true, true, true}},
		{"no desk", nine, func(d *scheduler.CatalogueData) { inData(d, "trio").Desks = 0 }, []bool{false, false, false}},
		{"the office goes", append(nine, visit{"solo", "card", aStart}), func(d *scheduler.CatalogueData) {
			d.Offices = slices.DeleteFunc(d.Offices, func(o scheduler.Office) bool { return o.ID == "trio" })
			d.Services = slices.DeleteFunc(d.Services, func(s scheduler.Service) bool { return s.OfficeID == "trio" })
			inData(d, "fair").Hosts = []string{"solo"}
		}, []bool{false, false, false, true}},
		{"a portal takes over", nine, func(d *scheduler.CatalogueData) { inData(d, "trio").ExternalBooking = "portal.example" }, []bool{false, false, false}},
		{"the service goes, the desks stay", []visit{{"trio", "file", aStart}, {"trio", "deed", "2027-06-01 09:00"}}, func(d *scheduler.CatalogueData) {
			d.Services = slices.DeleteFunc(d.Services, func(s scheduler.Service) bool { return s.ID == "deed" })
		}, []bool{true, false}},
		{"the office opens later", []visit{{"solo", "card", "2027-06-01 08:30"}, {"solo", "card", "2027-06-01 09:10"}}, func(d *scheduler.CatalogueData) {
			d.Hours[0].Week[time.Tuesday] = []scheduler.Window{{From: 9 * 60, To: 16 * 60}}
		}, []bool{false, true}},
		{"the office opens earlier", []visit{{"solo", "card", "2027-06-01 08:30"}, {"solo", "card", "2027-06-01 16:00"}}, func(d *scheduler.CatalogueData) {
			d.Hours[0].Week[time.Tuesday] = []scheduler.Window{{From: 7*60 + 30, To: 18 * 60}}
		}, []bool{true, true}},
		{"a break", []visit{{"trio", "deed", "2027-06-01 10:00"}, {"trio", "file", "2027-06-01 09:50"}, {"trio", "file", "2027-06-01 11:10"}}, func(d *scheduler.CatalogueData) {
			d.Hours[0].Week[time.Tuesday] = []scheduler.Window{{From: 8*60 + 30, To: 10*60 + 30}, {From: 11 * 60, To: 16 * 60}}
		}, []bool{false, true, true}},
		{"the service takes longer: who has a place keeps it", nine, func(d *scheduler.CatalogueData) { d.Services[2].Minutes = 50 }, []bool{true, true, true}},
		{"the fair moves", []visit{{"fair", "card", enginetest.FairDate + " 09:00"}}, func(d *scheduler.CatalogueData) {
			inData(d, "fair").Dates[0].Day++
		}, []bool{false}},
		{"the fair goes without a host", []visit{{"fair", "card", enginetest.FairDate + " 09:00"}, {"fair", "file", enginetest.FairDate + " 09:00"}}, func(d *scheduler.CatalogueData) {
			inData(d, "fair").Hosts = []string{"trio"}
		}, []bool{false, true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, testdb.SQLite(t))
			var bs []scheduler.Booked
			for _, v := range test.visits {
				bs = append(bs, w.booked(v.office, v.service, v.at))
				w.clock.Advance(time.Second)
			}
			plan := w.apply(edit(test.change))
			stay := 0
			for i, b := range bs {
				a := w.now(b)
				if got := a.Status == scheduler.StatusBooked; got != test.stays[i] {
					t.Errorf("visit %d: %s", i, a.Status)
				}
				if test.stays[i] {
					stay++
				}
			}
			if len(plan.Displaced) != len(bs)-stay {
				t.Errorf("%d displaced, want %d", len(plan.Displaced), len(bs)-stay)
			}
			w.sound()
		})
	}
}

// TestImportLetsVisitsThatBeganBe: they keep their status, whatever becomes of
// the day.
func TestImportLetsVisitsThatBeganBe(t *testing.T) {
	each(t, func(w *world) {
		began, ahead := w.booked("solo", "card", "2027-06-01 09:10"), w.booked("solo", "card", "2027-06-01 10:10")
		lastWeek := w.booked("solo", "card", "2027-05-31 09:10")
		w.set("2027-06-01 09:20")
		w.apply(enginetest.Closed("strike", "2027-05-31", "2027-06-01"))
		for i, want := range []scheduler.Status{scheduler.StatusBooked, scheduler.StatusDisplaced, scheduler.StatusBooked} {
			if a := w.now([]scheduler.Booked{began, ahead, lastWeek}[i]); a.Status != want {
				w.Errorf("visit %d is %s, want %s", i, a.Status, want)
			}
		}
		w.sound()
		w.apply(enginetest.Data()) // and back: nothing gets a place twice
		w.sound()
		w.wantRemaining("solo", "card", "2027-06-01 10:10", 1)
	})
}

// TestImportKeepsWhoIsAtTheDesk: with fewer desks a visit that began goes
// before an older booking.
func TestImportKeepsWhoIsAtTheDesk(t *testing.T) {
	each(t, func(w *world) {
		older := w.booked("trio", "odd", "2027-06-01 09:15")
		w.clock.Advance(time.Minute)
		began := w.booked("trio", "file", "2027-06-01 09:10")
		w.set("2027-06-01 09:12")
		w.apply(edit(func(d *scheduler.CatalogueData) { inData(d, "trio").Desks = 1 }))
		if a := w.now(began); a.Place.Ticks != 4 || a.Revision != 1 {
			w.Errorf("who is at the desk: %+v", a)
		}
		if a := w.now(older); a.Status != scheduler.StatusDisplaced {
			w.Errorf("who comes next is %s, want displaced", a.Status)
		}
		w.sound()
	})
}

// TestImportLeavesOldDays: days long over are history.
func TestImportLeavesOldDays(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked("solo", "card", aStart)
		w.set("2027-06-20 12:00")
		plan := w.apply(edit(func(d *scheduler.CatalogueData) { inData(d, "solo").Desks = 0 }))
		if a := w.now(b); plan.Days != 0 || a.Status != scheduler.StatusBooked || a.Place.Ticks != 4 {
			w.Errorf("%d days written, %+v", plan.Days, a)
		}
		w.sound()
	})
}
