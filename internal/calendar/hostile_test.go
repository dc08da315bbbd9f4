package calendar

import (
	"testing"
	"time"

	"github.com/emersion/go-ical"
	"pgregory.net/rapid"

	"mawid/scheduler"
)

// TestGateBeforeTheEncoder hands the encoder what the setters would never let
// through, since parameters and values have other ways in.
func TestGateBeforeTheEncoder(t *testing.T) {
	c := plainEntry().component()
	p := c.Props.Get(ical.PropOrganizer)
	p.Params.Set(ical.ParamCommonName, "x\r\nATTENDEE:mailto:evil@example.org\"")
	c.Props.Get(ical.PropSummary).Value = "a\x00\r\nEND:VEVENT"
	cal := newCalendar()
	cal.Children = append(cal.Children, c)
	out, err := encode(cal)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := propertyNames(out), propertyNames(encodeEntries(t, plainEntry())); got != want {
		t.Errorf("properties\n got %s\nwant %s", got, want)
	}
}

// TestNoAppointmentForgesALine fills everything that comes from outside with
// hostile text and goes through all three ways out.
func TestNoAppointmentForgesALine(t *testing.T) {
	maker := newMaker(t)
	want := shapes(t, maker, testCatalogue(), booked("fr"), Mailbox{"Mawid", "rdv@example.ma"})
	rapid.Check(t, func(t *rapid.T) {
		cat, a := hostileAppointment(t)
		organizer := Mailbox{"M" + hostileText.Draw(t, "organizer"), "rdv@" + hostileText.Draw(t, "organizer address")}
		if got := shapes(t, maker, cat, a, organizer); got != want {
			t.Fatalf("properties\n got %v\nwant %v", got, want)
		}
	})
}

func hostileAppointment(t *rapid.T) (*scheduler.Catalogue, scheduler.Appointment) {
	draw := func(label string) string { return hostileText.Draw(t, label) }
	a := booked(rapid.SampledFrom([]string{"ar", "fr", "en"}).Draw(t, "language"))
	a.ID, a.Reference, a.Zone = draw("id"), draw("reference"), draw("zone")
	a.Citizen = scheduler.Citizen{Name: "N" + draw("name"), Email: "e" + draw("email"), Phone: draw("phone"), Language: a.Citizen.Language}
	a.Note, a.FileNumber = draw("note"), draw("file number")
	name := func() scheduler.Names {
		return scheduler.Names{"ar": "م" + draw("ar"), "fr": "f" + draw("fr"), "en": "e" + draw("en")}
	}
	return scheduler.NewCatalogue(scheduler.CatalogueData{
		Offices:   []scheduler.Office{{ID: a.OfficeID, Names: name(), Zone: a.Zone}},
		Services:  []scheduler.Service{{ID: a.ServiceID, OfficeID: a.OfficeID, Names: name(), Documents: []string{"d"}}},
		Documents: []scheduler.Document{{ID: "d", Names: name()}},
	}, 1), a
}

// shapes are the property names of the three calendars of one appointment.
func shapes(t interface{ Fatalf(string, ...any) }, m *Maker, cat *scheduler.Catalogue, a scheduler.Appointment, organizer Mailbox) [3]string {
	feed, err1 := m.Feed(cat, []scheduler.Appointment{a}, FeedOptions{Now: now})
	single, err2 := m.Single(cat, a, manageLink)
	invite, err3 := m.Invite(cat, a, organizer, manageLink)
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			t.Fatalf("%v", err)
		}
	}
	var out [3]string
	for i, b := range [][]byte{feed, single, invite.Body} {
		checkFolded(t, b)
		decode(t, b)
		out[i] = propertyNames(b)
	}
	return out
}

// TestStrangeTimesStillParse: no stored value, however wrong, breaks a person's
// whole calendar.
func TestStrangeTimesStillParse(t *testing.T) {
	maker := newMaker(t)
	rapid.Check(t, func(t *rapid.T) {
		a := booked("fr")
		instant := func(label string) time.Time {
			return time.UnixMicro(rapid.Int64Range(-6e16, 2.5e17).Draw(t, label)) // years 68 to 9892
		}
		a.StartsAt, a.EndsAt, a.CreatedAt, a.UpdatedAt = instant("start"), instant("end"), instant("created"), instant("updated")
		out, err := maker.Single(testCatalogue(), a, "")
		if err != nil {
			t.Fatal(err)
		}
		e := decode(t, out).Events()[0]
		start, err := e.DateTimeStart(time.UTC)
		if err != nil || !start.Equal(a.StartsAt.Truncate(time.Second)) {
			t.Fatalf("start %v (%v), want %v", start, err, a.StartsAt)
		}
	})
}

func BenchmarkFeed(b *testing.B) {
	maker, cat := newMaker(b), testCatalogue()
	for name, n := range map[string]int{"3 events": 3, "1000 events": 1000} {
		list := make([]scheduler.Appointment, n)
		for i := range list {
			list[i] = booked("ar")
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := maker.Feed(cat, list, FeedOptions{Now: now}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
