package scheduler_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// TestAuditFindsEachFault plants one fault at a time in what a database holds.
func TestAuditFindsEachFault(t *testing.T) {
	sound := func() scheduler.Occupancy {
		day := newDay(6, 2, 1)
		held, booked := placeAt(day, 0, 2, scheduler.Public), placeAt(day, 1, 3, scheduler.Public)
		for _, p := range []scheduler.Place{held, booked, placeAt(day, 4, 1, scheduler.Reserved)} {
			if err := day.Book(p); err != nil {
				t.Fatal(err)
			}
		}
		return scheduler.Occupancy{
			Days:  []scheduler.Day{day},
			Holds: []scheduler.Hold{{ID: "secret", Place: held}},
			Appointments: []scheduler.Appointment{
				{ID: "apt_1", Place: booked},
				{ID: "apt_2", Place: placeAt(day, 4, 1, scheduler.Reserved)},
				{ID: "apt_3", Place: scheduler.Place{PoolID: "gone", Date: date}}, // gave up its place
			},
		}
	}
	for _, test := range []struct {
		name  string
		plant func(*scheduler.Occupancy)
		want  []string
	}{
		{"nothing", func(*scheduler.Occupancy) {}, nil},
		{"a count too low", func(o *scheduler.Occupancy) { o.Days[0].Taken[1] = 1 }, []string{"tick 1 says 1 taken, 2 occupy it"}},
		{"a count too high", func(o *scheduler.Occupancy) { o.Days[0].Taken[5] = 1 }, []string{"tick 5 says 1 taken, 0 occupy it"}},
		{"a reserved count", func(o *scheduler.Occupancy) { o.Days[0].Taken[10] = 0 }, []string{"tick 10 says 0 taken, 1 occupy it"}},
		{"overfull", func(o *scheduler.Occupancy) { o.Days[0].Places[0] = 0 }, []string{"tick 0 has 1 taken of 0 places"}},
		{"a lost hold", func(o *scheduler.Occupancy) { o.Holds = nil }, []string{"tick 0 says 1", "tick 1 says 2"}},
		{"an appointment twice", func(o *scheduler.Occupancy) {
			o.Appointments = append(o.Appointments, o.Appointments[1])
		}, []string{"tick 10 says 1 taken, 2 occupy it"}},
		{"no day", func(o *scheduler.Occupancy) { o.Appointments[0].Place.Date.Day++ }, []string{
			"appointment apt_1: its day pool|2027-08-11 is not stored", "tick 1 says", "tick 2 says", "tick 3 says",
		}},
		{"off the day", func(o *scheduler.Occupancy) { o.Appointments[0].Place.Start += 15 }, []string{
			"appointment apt_1: 08:50 lies outside of its day pool|2027-08-10", "tick 1 says", "tick 2 says", "tick 3 says",
		}},
		{"counts missing", func(o *scheduler.Occupancy) { o.Days[0].Taken = o.Days[0].Taken[:11] }, []string{"12 places but 11 taken counts"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := sound()
			o.Days[0].Places, o.Days[0].Taken = bytes.Clone(o.Days[0].Places), bytes.Clone(o.Days[0].Taken)
			test.plant(&o)
			got := scheduler.Audit(o)
			if !slices.EqualFunc(got, test.want, strings.Contains) {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if strings.Contains(strings.Join(got, ""), "secret") {
				t.Error("the audit tells the id of a hold, which whoever knows it may use")
			}
		})
	}
}

// TestReadersLearnOfNewRules within a second, on every node.
func TestReadersLearnOfNewRules(t *testing.T) {
	w := newWorld(t, testdb.SQLite(t))
	other := w.otherNode()
	free := func() int {
		d := w.date("2027-06-02")
		slots, err := other.Slots(t.Context(), scheduler.SlotQuery{ServiceID: enginetest.Card, From: d, To: d})
		w.must(err)
		return len(slots)
	}
	if n := free(); n != 22 {
		t.Fatalf("%d times, want 22", n)
	}
	w.apply(enginetest.Closed("strike", "2027-06-02", "2027-06-02"))
	if n := len(w.slots(enginetest.Card, enginetest.Solo, "2027-06-02", 1)); n != 0 {
		t.Errorf("the node that was told offers %d times", n)
	}
	w.clock.Advance(time.Second)
	if n := free(); n != 0 {
		t.Errorf("a second later the other node offers %d times", n)
	}
}
