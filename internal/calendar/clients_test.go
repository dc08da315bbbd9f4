package calendar

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mawid/internal/caltest"
	"mawid/scheduler"
)

// TestOthersAcceptTheGoldens: libical checks feeds, files and invitations
// against RFC 5545 and 5546 (iTIP), and python3-icalendar reads the same.
func TestOthersAcceptTheGoldens(t *testing.T) {
	files, err := filepath.Glob("testdata/*.ics")
	if err != nil || len(files) < 9 {
		t.Fatalf("%d goldens (%v)", len(files), err)
	}
	libical := caltest.NewLibical(t)
	for _, name := range files {
		ics, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		one, two := libical.Read(t, ics), caltest.Python(t, ics)
		if len(one) != len(two) {
			t.Errorf("%s: libical sees %d events, python3-icalendar %d", name, len(one), len(two))
		}
	}
}

// typed are texts that a person can type, at their worst.
var typed = []string{
	"a\x00b\x07c\x1b[0m", "line\r\nBEGIN:VEVENT\r\nSUMMARY:forged", `"quoted"; comma, semicolon: colon \ backslash \n`,
	"👨‍👩‍👧‍👦 🇲🇦 ﷽", "\u202eright to left\u202c \u2067x\u2069", "عربي مع English و123", strings.Repeat("é", 10_000), strings.Repeat("x", 10_000),
	" \t spaces \u2028 and \u0085 breaks ", "=?utf-8?B?w6k=?= %0D%0A ^n ^'", "\xff\xfe broken bytes \xc3",
}

// TestOthersReadWhatAPersonTyped: whatever is typed, the calendar has one event
// and others read the text that was meant: printable, on one line.
func TestOthersReadWhatAPersonTyped(t *testing.T) {
	libical := caltest.NewLibical(t)
	for _, text := range typed {
		a := booked("fr")
		a.Citizen.Name = text
		cat := scheduler.NewCatalogue(scheduler.CatalogueData{Offices: []scheduler.Office{
			{ID: a.OfficeID, Zone: "Africa/Casablanca", Desks: 1, Names: scheduler.Names{"fr": text}, Geo: &scheduler.Geo{Lat: 1, Lon: 2, Precision: "door"}},
		}}, 1)
		m := newMaker(t)
		feed, err := m.Feed(cat, []scheduler.Appointment{a}, FeedOptions{Now: now, ShowService: true})
		if err != nil {
			t.Fatal(err)
		}
		inv, err := m.Invite(cat, a, Mailbox{text, "rdv@example.ma"}, manageLink)
		if err != nil {
			t.Fatal(err)
		}
		for what, ics := range map[string][]byte{"feed": feed, "invitation": inv.Body} {
			one, two := libical.Read(t, ics), caltest.Python(t, ics)
			if len(one) != 1 || len(two) != 1 {
				t.Errorf("%s with %.40q: %d and %d events", what, text, len(one), len(two))
				continue
			}
			want := cleanLine(text)
			if strings.Contains(text, `\n`) {
				// python3-icalendar 4.0.3 reads an escaped backslash before an n as a
				// line break; libical reads what was meant.
				two[0].Location, two[0].Summary = want, one[0].Summary
			}
			if two[0].Location != want {
				t.Errorf("%s: python3-icalendar reads the place %.60q, want %.60q", what, two[0].Location, want)
			}
			if !strings.HasSuffix(one[0].Summary, want) || one[0].Summary != two[0].Summary {
				t.Errorf("%s: titles %.80q and %.80q, want one that ends in %.60q", what, one[0].Summary, two[0].Summary, want)
			}
		}
	}
}
