package store

import (
	"slices"
	"testing"

	"mawid/scheduler"
)

// TestDaysAreWrittenInOneOrder: writers that lock several days in different
// orders would wait for each other.
func TestDaysAreWrittenInOneOrder(t *testing.T) {
	var days []scheduler.Day
	for _, pool := range []string{"b", "a"} {
		for _, day := range []int{10, 9, 11} {
			days = append(days, scheduler.Day{PoolID: pool, Date: scheduler.Date{Year: 2027, Month: 8, Day: day}, Version: 1})
		}
	}
	want := []string{"a 2027-08-09", "a 2027-08-10", "a 2027-08-11", "b 2027-08-09", "b 2027-08-10", "b 2027-08-11"}
	for range days {
		days = append(days[1:], days[0])
		ws, err := plan(&scheduler.Change{Days: days, NewFeeds: []scheduler.Feed{{ID: "f"}}})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, w := range ws[:len(days)] {
			got = append(got, w.args[3].(string)+" "+w.args[4].(string))
		}
		if !slices.Equal(got, want) {
			t.Fatalf("written in the order %v", got)
		}
	}
}

// TestAJoinedStatementIsNamedByItsWrites: the name stands for the text, so two
// changes of one form must share both, and others neither.
func TestAJoinedStatementIsNamedByItsWrites(t *testing.T) {
	byName := map[string]string{}
	for _, c := range []scheduler.Change{
		{Days: []scheduler.Day{{}}},
		{Days: []scheduler.Day{{Version: 1}}},
		{Days: []scheduler.Day{{PoolID: "a", Version: 1}, {PoolID: "b"}}},
		{Days: []scheduler.Day{{PoolID: "a"}, {PoolID: "b", Version: 1}}},
		{EndHolds: []scheduler.EndHold{{ID: "a", State: scheduler.HoldUsed}}},
		{EndHolds: []scheduler.EndHold{{ID: "a", State: scheduler.HoldUsed}, {ID: "b", State: scheduler.HoldUsed}}},
		{EndHolds: []scheduler.EndHold{{ID: "a", State: scheduler.HoldUsed}, {ID: "b", State: scheduler.HoldExpired}}},
		{NewHolds: []scheduler.Hold{{ID: "a"}}},
		{NewAppointments: []scheduler.Appointment{{ID: "a"}}},
		{Updates: []scheduler.Appointment{{ID: "a"}}},
		{NewClaims: []scheduler.Claim{{PersonKey: "a"}, {PersonKey: "b"}}},
		{DropClaims: []string{"a"}},
		{RevokeNotices: []string{"a"}},
		{RevokeNotices: []string{"a", "b"}},
		{Notices: []scheduler.Notice{{ID: "a"}}},
		{History: []scheduler.HistoryEntry{{}}},
		{NewFeeds: []scheduler.Feed{{}}},
	} {
		ws, err := plan(&c)
		if err != nil {
			t.Fatal(err)
		}
		name, text := joinedName(ws), join(ws)
		if _, ok := byName[name]; ok {
			t.Errorf("the name %q stands for two texts", name)
		}
		byName[name] = text
	}
}
