package tz

import (
	"errors"
	"fmt"
	"time"
)

// stamp shows a local clock with its distance from UTC.
const stamp = "15:04 (UTC-07:00)"

// canary is a fact about the world that sound zone data knows.
type canary struct {
	zone    string
	instant string // RFC 3339, UTC
	offset  int    // minutes east of UTC
	why     string
}

// canaries holds the facts that stale data gets wrong, and some that damaged data would get wrong.
var canaries = []canary{
	{"Africa/Casablanca", "2026-12-01T12:00:00Z", 0, "Morocco is on UTC+0 all year since 2026-09-20 (decree 2.26.530)"},
	{"Africa/Casablanca", "2027-08-10T09:30:00Z", 0, "Morocco is on UTC+0 all year since 2026-09-20 (decree 2.26.530)"},
	{"Africa/Casablanca", "2026-09-20T00:59:59Z", 60, "Morocco was on UTC+1 until 2026-09-20 02:00"},
	{"Africa/Casablanca", "2026-09-20T01:00:00Z", 0, "Morocco went back to UTC+0 on 2026-09-20 at 02:00"},
	{"Africa/Casablanca", "2026-03-01T12:00:00Z", 0, "Ramadan 2026 was on UTC+0"},
	{"Africa/Casablanca", "2026-06-01T12:00:00Z", 60, "Morocco was on UTC+1 before 2026-09-20"},
	{"Africa/El_Aaiun", "2026-12-01T12:00:00Z", 0, "the southern provinces keep the same time as Casablanca"},
	{"Europe/Paris", "2027-03-28T00:59:59Z", 60, "France's summer time of 2027 begins on 28 March at 01:00 UTC"},
	{"Europe/Paris", "2027-03-28T01:00:00Z", 120, "France's summer time of 2027 begins on 28 March at 01:00 UTC"},
	{"Europe/Paris", "2027-10-31T01:00:00Z", 60, "France's summer time of 2027 ends on 31 October at 01:00 UTC"},
	{"America/Toronto", "2027-07-01T12:00:00Z", -240, "Quebec and Ontario keep summer time"},
}

// SelfTest checks the data against known facts: first of all that 2026-12-01 12:00Z is 12:00 in Casablanca. The
// program must not start when it fails: every appointment would be an hour off. The error joins one line for each
// fact missed, with what was expected and what was found, and says what to do.
func (d *Data) SelfTest() error {
	var faults []error
	for _, c := range canaries {
		if err := d.check(c); err != nil {
			faults = append(faults, err)
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return fmt.Errorf("zone data %s is wrong or stale: %w\n"+
		"install tzdata 2026f or later, run internal/tz/refresh.sh and build again", d.version, errors.Join(faults...))
}

func (d *Data) check(c canary) error {
	loc, err := d.Load(c.zone)
	if err != nil {
		return fmt.Errorf("%s must be known: %w", c.zone, err)
	}
	instant, err := time.Parse(time.RFC3339, c.instant)
	if err != nil {
		return fmt.Errorf("the instant of a check: %w", err)
	}
	found := instant.In(loc)
	expected := instant.In(time.FixedZone("", c.offset*60))
	if found.Format(stamp) == expected.Format(stamp) {
		return nil
	}
	return fmt.Errorf("%s must be %s in %s, found %s: %s",
		c.instant, expected.Format(stamp), c.zone, found.Format(stamp), c.why)
}
