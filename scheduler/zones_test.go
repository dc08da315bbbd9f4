package scheduler_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/internal/testdb"
	"mawid/internal/tz"
	"mawid/scheduler"
)

// zoneData packs the zone data that is shipped, with the rules of some zones
// exchanged: key keeps the clock of value.
func zoneData(t testing.TB, version string, exchanged map[string]string) scheduler.Zones {
	t.Helper()
	raw, err := os.ReadFile("../internal/tz/zoneinfo.zip")
	if err != nil {
		t.Fatal(err)
	}
	in, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	out := zip.NewWriter(&packed)
	for _, f := range in.File {
		source := f.Name
		if other, ok := exchanged[f.Name]; ok {
			source = other
		}
		file, err := in.Open(source)
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(file)
		if err != nil {
			t.Fatal(err)
		}
		w, err := out.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := tz.FromZip(version, packed.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// under starts a node with other zone data, as after an update.
func (w *world) under(zones scheduler.Zones) *scheduler.Engine {
	w.Helper()
	w.nodes++
	e, err := scheduler.New(scheduler.Config{
		Store: testdb.Open(w, w.url), Clock: w.clock.Now, Zones: zones, Random: enginetest.Random(w.nodes),
		Secret: []byte("a secret of a test, 32 bytes long or more"), Policy: scheduler.DefaultPolicy(),
	})
	w.must(err)
	return e
}

func (w *world) bookAs(name, zone, office, service, at string) scheduler.Appointment {
	w.Helper()
	b, err := w.Book(w.Context(), scheduler.BookRequest{
		OfficeID: office, ServiceID: service, StartsAt: w.at(at),
		Citizen: scheduler.Citizen{Name: name, Email: "person@example.org", Language: "fr", Zone: zone},
	})
	w.must(err)
	return b.Appointment
}

// dueKinds are the kinds of notice about an appointment that are still to be
// sent.
func (w *world) dueKinds(id string) map[scheduler.NoticeKind]time.Time {
	w.Helper()
	list, err := w.db.Notices(w.Context(), scheduler.NoticeQuery{Open: true, Limit: 1000})
	w.must(err)
	out := map[scheduler.NoticeKind]time.Time{}
	for _, n := range list {
		if n.About.ID == id {
			out[n.Kind] = n.DueAt
		}
	}
	return out
}

// TestNewZoneData: Morocco goes back to UTC+1. The office's clock is the truth.
func TestNewZoneData(t *testing.T) {
	each(t, func(w *world) {
		here := w.bookAs("Amina Benali", "", enginetest.Solo, enginetest.Stamp, "2027-08-09 09:30")
		abroad := w.bookAs("Omar Idrissi", "Europe/Paris", enginetest.Solo, enginetest.Stamp, "2027-08-09 10:30")
		paris := w.bookAs("Salma Tazi", "Africa/Casablanca", enginetest.Paris, enginetest.Night, "2027-08-09 11:00")
		w.clock.Advance(48 * time.Hour) // the confirmations are long sent
		node := w.under(zoneData(w, "2027z", map[string]string{"Africa/Casablanca": "Africa/Lagos"}))

		plan, err := node.PlanZones(w.Context(), enginetest.Zones(w))
		w.must(err)
		if len(plan.Moves) != 3 || plan.Version != "2027z" || len(plan.Same) != 0 {
			// The third is in Paris: its instant stays, but its reader in Casablanca sees another time.
			w.Fatalf("%d moves, %d the same: %+v", len(plan.Moves), len(plan.Same), plan.Moves)
		}
		if a, err := w.db.Appointment(w.Context(), here.ID); err != nil || a.Revision != here.Revision {
			w.Fatalf("looking changed something: %v", err)
		}
		if plan, err = node.ApplyZones(w.Context(), enginetest.Zones(w)); err != nil || len(plan.Moves) != 3 {
			w.Fatalf("applied %d: %v", len(plan.Moves), err)
		}
		for _, tc := range []struct {
			before scheduler.Appointment
			shift  time.Duration
			told   bool
		}{{here, -time.Hour, false}, {abroad, -time.Hour, true}, {paris, 0, true}} {
			a, err := w.db.Appointment(w.Context(), tc.before.ID)
			w.must(err)
			if !a.StartsAt.Equal(tc.before.StartsAt.Add(tc.shift)) || a.EndsAt.Sub(a.StartsAt) != tc.before.EndsAt.Sub(tc.before.StartsAt) {
				w.Errorf("%s: %s to %s", tc.before.Citizen.Name, a.StartsAt, a.EndsAt)
			}
			if a.Place != tc.before.Place || a.Sequence != tc.before.Sequence+1 || a.Revision != tc.before.Revision+1 || a.TZVersion != "2027z" {
				w.Errorf("%s: %+v", tc.before.Citizen.Name, a)
			}
			due := w.dueKinds(a.ID)
			if _, told := due[scheduler.NoticeMoved]; told != tc.told {
				w.Errorf("%s told: %v, want %v", tc.before.Citizen.Name, told, tc.told)
			}
			if _, ok := due[scheduler.NoticeReminderEve]; !ok {
				w.Errorf("%s is not reminded any more: %v", tc.before.Citizen.Name, due)
			}
		}
		again, err := node.ApplyZones(w.Context(), enginetest.Zones(w))
		w.must(err)
		if len(again.Moves) != 0 {
			w.Errorf("a second run changes %d more", len(again.Moves))
		}
	})
}

// TestZoneDataThatChangesNothingHere is stamped, and nobody is told.
func TestZoneDataThatChangesNothingHere(t *testing.T) {
	each(t, func(w *world) {
		a := w.bookAs("Amina Benali", "", enginetest.Solo, enginetest.Stamp, "2027-08-09 09:30")
		node := w.under(zoneData(w, "2027z", map[string]string{"America/Havana": "America/Toronto"}))
		n, err := w.db.OtherZoneData(w.Context(), "2027z", w.date("2027-06-01"))
		w.must(err)
		if n != 1 {
			w.Errorf("%d are of other zone data, want 1", n)
		}
		plan, err := node.ApplyZones(w.Context(), nil)
		w.must(err)
		after, err := w.db.Appointment(w.Context(), a.ID)
		w.must(err)
		if len(plan.Moves) != 0 || len(plan.Same) != 1 || after.Revision != a.Revision || after.TZVersion != "2027z" {
			w.Errorf("%+v, %+v", plan, after)
		}
		if n, err = w.db.OtherZoneData(w.Context(), "2027z", w.date("2027-06-01")); err != nil || n != 0 {
			w.Errorf("%d are of other zone data still (%v)", n, err)
		}
	})
}

// TestAReadersOwnCountryChanges: only the zone data that was in force shows it.
func TestAReadersOwnCountryChanges(t *testing.T) {
	each(t, func(w *world) {
		w.bookAs("Omar Idrissi", "America/Edmonton", enginetest.Solo, enginetest.Stamp, "2027-08-09 10:30")
		w.clock.Advance(48 * time.Hour)
		node := w.under(zoneData(w, "2027z", map[string]string{"America/Edmonton": "America/Toronto"}))
		plan, err := node.PlanZones(w.Context(), nil)
		w.must(err)
		if len(plan.Moves) != 0 {
			w.Errorf("%d moves without the old data", len(plan.Moves))
		}
		plan, err = node.ApplyZones(w.Context(), enginetest.Zones(w))
		w.must(err)
		if len(plan.Moves) != 1 || !plan.Moves[0].Tell {
			w.Errorf("the reader in Edmonton is not told: %+v", plan)
		}
	})
}

// TestAHoldOfANodeWithOlderZoneData is booked at the office's time.
func TestAHoldOfANodeWithOlderZoneData(t *testing.T) {
	each(t, func(w *world) {
		hold := w.held(enginetest.Solo, enginetest.Stamp, "2027-08-09 11:30")
		node := w.under(zoneData(w, "2027z", map[string]string{"Africa/Casablanca": "Africa/Lagos"}))
		b, err := node.Book(w.Context(), scheduler.BookRequest{HoldID: hold.ID, Citizen: scheduler.Citizen{Name: "Amina Benali", Email: "person@example.org"}})
		w.must(err)
		if want := hold.StartsAt.Add(-time.Hour); !b.Appointment.StartsAt.Equal(want) || b.Appointment.TZVersion != "2027z" {
			w.Errorf("starts at %s, want %s", b.Appointment.StartsAt, want)
		}
	})
}
