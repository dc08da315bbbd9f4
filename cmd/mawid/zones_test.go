package main

import (
	"strings"
	"testing"

	"mawid/internal/testdb"
)

// TestZonesOfAFreshDatabase: there is nothing to change, and it says so.
func TestZonesOfAFreshDatabase(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		house := install(t, url)
		for _, args := range [][]string{{"zones"}, {"zones", "--apply"}} {
			r := house.run(args...)
			if r.code != exitDone || !strings.Contains(r.out, "Zone data 2026f: 0 appointments change") {
				t.Errorf("%v: exit %d:\n%s%s", args, r.code, r.out, r.err)
			}
		}
		if r := house.run("zones", "--before", "nowhere.zip"); r.code != exitFault {
			t.Errorf("a file that is not there: exit %d", r.code)
		}
	})
}
