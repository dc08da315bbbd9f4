package scheduler_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mawid/scheduler"
)

func TestEveryOfficeOfSafiHasItsPools(t *testing.T) {
	c := safi(t)
	got := map[string]int{}
	for _, o := range c.Offices {
		for _, p := range c.OfficePools(o.ID) {
			got[p.ID] = p.Desks
		}
	}
	want := map[string]int{
		"adii-safi": 2, "ancfcc-safi-cf": 3, "ancfcc-safi-cad": 1, "dgi-safi": 3, "prov-safi": 3, "pach-safi": 2, "com-safi-ec": 4,
		"tpi-safi-famille": 2, "narsa-safi": 2, "ausy-safi": 1, "cri-safi": 1, "cnss-safi": 2, // the identity centre is booked at cnie.ma
		// 8 desks of 7 hosts: one each, and the eighth to the first of those with most desks at home.
		"prov-safi-unified/adii-safi": 1, "prov-safi-unified/ancfcc-safi-cf": 2, "prov-safi-unified/dgi-safi": 1, "prov-safi-unified/ausy-safi": 1,
		"prov-safi-unified/cri-safi": 1, "prov-safi-unified/tpi-safi-famille": 1, "prov-safi-unified/narsa-safi": 1,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// An event must not come before the office that owns the service, wherever the
// file has it: the first is what people are offered.
func TestOwnerComesBeforeEvents(t *testing.T) {
	c := safi(t)
	for _, s := range c.Services {
		pools, offices := c.Pools(s.ID, ""), c.OfficesFor(s.ID)
		if c.ExternalBooking(&s) != "" {
			if len(pools) != 0 || len(offices) != 0 {
				t.Errorf("%s is booked elsewhere and has %d pools", s.ID, len(pools))
			}
			continue
		}
		if len(pools) == 0 || pools[0].OfficeID != s.OfficeID || offices[0].ID != s.OfficeID {
			t.Errorf("%s: the first place is not its office", s.ID)
		}
	}
}

func TestHostsBringTheirServicesToTheEvent(t *testing.T) {
	c := safi(t)
	for service, want := range map[string][]string{
		"adii-at-regul": {"adii-safi", "prov-safi-unified"},
		"tpi-iratha":    {"tpi-safi-famille", "prov-safi-unified"},
		"narsa-identif": {"narsa-safi", "prov-safi-unified"},
		"cad-plan":      {"ancfcc-safi-cad"},
		"prov-passport": {"prov-safi"},
		"cnie-renew":    nil,
		"unknown":       nil,
	} {
		var got []string
		for _, o := range c.OfficesFor(service) {
			got = append(got, o.ID)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", service, d)
		}
	}
	if p := c.Pools("narsa-identif", "prov-safi-unified"); len(p) != 1 || p[0].ID != "prov-safi-unified/narsa-safi" {
		t.Errorf("pools at the event: %v", p)
	}
	if n := len(c.ServicesOf("prov-safi-unified")); n != 7+7+7+2+1+6+3 {
		t.Errorf("%d services at the event", n)
	}
	if n := len(c.ServicesOf("dgsn-safi-cedi")); n != 0 {
		t.Errorf("%d services can be booked at the identity centre", n)
	}
}

func TestPortals(t *testing.T) {
	c := safi(t)
	for _, row := range []struct{ service, portal, external string }{
		{"com-urbanisme", "rokhas.ma", ""},         // its own
		{"com-naissance", "alhalalmadania.ma", ""}, // its administration's
		{"cnss-coord", "", ""},
		{"cnie-renew", "cnie.ma", "cnie.ma"},
	} {
		s, err := c.Service(row.service)
		if err != nil {
			t.Fatal(err)
		}
		if c.PortalOf(s) != row.portal || c.ExternalBooking(s) != row.external {
			t.Errorf("%s: portal %q, booked at %q", row.service, c.PortalOf(s), c.ExternalBooking(s))
		}
	}
}

func TestUnknownIdsAreNotFound(t *testing.T) {
	c := safi(t)
	_, e1 := c.Administration("x")
	_, e2 := c.Office("")
	_, e3 := c.Service("x")
	_, e4 := c.Document("x")
	_, e5 := c.Pool("prov-safi-unified")
	for i, err := range []error{e1, e2, e3, e4, e5} {
		if !errors.Is(err, scheduler.ErrNotFound) {
			t.Errorf("%d: %v", i+1, err)
		}
	}
	if p, err := c.Pool("prov-safi-unified/dgi-safi"); err != nil || p.Desks != 1 {
		t.Errorf("a pool of the event: %v", err)
	}
}

// Whoever the hosts and how many the desks: none gets two while another has
// none, none of the desks is lost, and more at home never means fewer here.
func TestEventDesksAreShared(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 9).Draw(t, "hosts")
		event := scheduler.Office{ID: "event", Event: true, Desks: rapid.IntRange(1, 40).Draw(t, "desks")}
		var data scheduler.CatalogueData
		for i := range n {
			id := fmt.Sprintf("h%d", i)
			data.Offices = append(data.Offices, scheduler.Office{ID: id, Desks: rapid.IntRange(1, 6).Draw(t, "home")})
			data.Services = append(data.Services, scheduler.Service{ID: "s" + id, OfficeID: id, Minutes: 10})
			event.Hosts = append(event.Hosts, id)
		}
		data.Offices = append([]scheduler.Office{event}, data.Offices...)
		c := scheduler.NewCatalogue(data, 1)
		pools := c.OfficePools("event")
		if len(pools) != min(n, event.Desks) {
			t.Fatalf("%d pools of %d hosts and %d desks", len(pools), n, event.Desks)
		}
		sum, low, high := 0, pools[0].Desks, pools[0].Desks
		for _, p := range pools {
			sum, low, high = sum+p.Desks, min(low, p.Desks), max(high, p.Desks)
			for _, q := range pools {
				if home(t, c, p) > home(t, c, q) && p.Desks < q.Desks {
					t.Errorf("%s has %d desks, %s has %d", p.ID, p.Desks, q.ID, q.Desks)
				}
			}
		}
		if sum != event.Desks || low < 1 || high-low > 1 {
			t.Errorf("%d of %d desks given out, from %d to %d each", sum, event.Desks, low, high)
		}
	})
}

func home(t *rapid.T, c *scheduler.Catalogue, p *scheduler.Pool) int {
	o, err := c.Office(strings.TrimPrefix(p.ID, "event/"))
	if err != nil {
		t.Fatal(err)
	}
	return o.Desks
}

func TestPoolsThatCannotBe(t *testing.T) {
	service := []scheduler.Service{{ID: "s", OfficeID: "o", Minutes: 10}}
	event := scheduler.Office{ID: "e", Event: true, Desks: 2, Hosts: []string{"o", "gone"}}
	for _, row := range []struct {
		name     string
		offices  []scheduler.Office
		services []scheduler.Service
		want     int
	}{
		{"no service", []scheduler.Office{{ID: "o", Desks: 2}}, nil, 0},
		{"no desk", []scheduler.Office{{ID: "o"}}, service, 0},
		{"booked elsewhere", []scheduler.Office{{ID: "o", Desks: 2, ExternalBooking: "x.example"}}, service, 0},
		{"host booked elsewhere, other host unknown", []scheduler.Office{{ID: "o", Desks: 2, ExternalBooking: "x.example"}, event}, service, 0},
		{"other host unknown", []scheduler.Office{{ID: "o", Desks: 2}, event}, service, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := scheduler.NewCatalogue(scheduler.CatalogueData{Offices: row.offices, Services: row.services}, 1)
			if got := len(c.Pools("s", "")); got != row.want {
				t.Errorf("%d pools, want %d", got, row.want)
			}
		})
	}
}

// The day of the booths: 7 pools of 8 desks together, each from 09:00 to 16:00.
func TestDayOfTheBooths(t *testing.T) {
	c := safi(t)
	desks := 0
	for _, p := range c.OfficePools("prov-safi-unified") {
		day := c.DeriveDay(p, civil(t, "2027-08-10"))
		if day.First.String() != "09:00" || day.Ticks() != 7*12 {
			t.Errorf("%s: %d ticks from %s", p.ID, day.Ticks(), day.First)
		}
		if free := day.Free(day.First, day.Ticks(), scheduler.Public); free != p.Desks {
			t.Errorf("%s: %d places, want %d", p.ID, free, p.Desks)
		}
		desks += p.Desks
		if other := c.DeriveDay(p, civil(t, "2027-08-11")); other.Ticks() != 0 {
			t.Errorf("%s is open a day after", p.ID)
		}
	}
	if desks != 8 {
		t.Errorf("%d desks, want 8", desks)
	}
}

// The break of a standard day has no places, though its ticks are there.
func TestDerivedDayHasItsBreak(t *testing.T) {
	c := safi(t)
	p, err := c.Pool("dgi-safi")
	if err != nil {
		t.Fatal(err)
	}
	day := c.DeriveDay(p, civil(t, "2027-06-14"))
	if day.First.String() != "08:30" || day.Ticks() != 8*12 {
		t.Fatalf("%d ticks from %s", day.Ticks(), day.First)
	}
	for _, row := range []struct {
		clock       string
		ticks, want int
	}{
		{"08:30", 1, 3},
		{"12:25", 1, 3},
		{"12:25", 2, 0},
		{"12:30", 1, 0},
		{"12:55", 1, 0},
		{"13:00", 42, 3},
		{"16:25", 2, 0},
	} {
		at, err := scheduler.ParseTimeOfDay(row.clock)
		if err != nil {
			t.Fatal(err)
		}
		if got := day.Free(at, row.ticks, scheduler.Public); got != row.want {
			t.Errorf("%d ticks from %s: %d places, want %d", row.ticks, row.clock, got, row.want)
		}
	}
}
