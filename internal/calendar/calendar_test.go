package calendar

import (
	"bytes"
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"
	"github.com/google/go-cmp/cmp"

	"mawid/internal/locale"
	"mawid/scheduler"
)

var update = flag.Bool("update", false, "write the golden files anew")

// now is the instant of every test that does not say another: a Tuesday.
var now = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

const manageLink = "https://rdv.example.ma/a/qJ3nV0cE7x1mT5yHkLw9sZ2bR8dF4gPuAoQ6iXtNvWs"

func newMaker(t testing.TB) *Maker {
	t.Helper()
	book, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	return New(book)
}

func testCatalogue() *scheduler.Catalogue {
	return scheduler.NewCatalogue(scheduler.CatalogueData{
		Offices: []scheduler.Office{
			{
				ID: "customs-safi", Zone: "Africa/Casablanca", Desks: 2,
				Names: scheduler.Names{"fr": "Bureau de douane de Safi", "ar": "مكتب الجمارك بآسفي"},
				Geo:   &scheduler.Geo{Lat: 32.3, Lon: -9.24, Precision: "city"},
			},
			{
				ID: "consulate", Zone: "Europe/Paris", Desks: 1,
				Names: scheduler.Names{"fr": "Consulat général ; Paris, 16e", "ar": "القنصلية العامة"},
				Geo:   &scheduler.Geo{Lat: 48.8601, Lon: 2.2873, Precision: "door"},
			},
		},
		Services: []scheduler.Service{
			{ID: "vehicle", OfficeID: "customs-safi", Minutes: 20, Documents: []string{"cnie", "gone", "grey-card"}, Names: scheduler.Names{
				"fr": "Admission temporaire d'un véhicule", "ar": "القبول المؤقت للسيارات وتمديد مدة الإقامة بالنسبة للمغاربة المقيمين بالخارج",
			}},
			{ID: "passport", OfficeID: "consulate", Minutes: 30, Names: scheduler.Names{"fr": "Passeport", "ar": "جواز السفر"}},
		},
		Documents: []scheduler.Document{
			{ID: "cnie", Names: scheduler.Names{"fr": "CNIE", "ar": "البطاقة الوطنية للتعريف الإلكترونية"}},
			{ID: "grey-card", Names: scheduler.Names{"fr": "Carte grise", "ar": "البطاقة الرمادية"}},
		},
	}, 1)
}

// booked is a live appointment in Safi on Tuesday 1 December 2026 at 09:30.
func booked(language string) scheduler.Appointment {
	start := time.Date(2026, 12, 1, 9, 30, 0, 0, time.UTC)
	return scheduler.Appointment{
		ID: "apt_m4zq7k2c6s5yh3wd", Reference: "K7AM-3WXD", Status: scheduler.StatusBooked,
		OfficeID: "customs-safi", ServiceID: "vehicle", Zone: "Africa/Casablanca",
		Place:    scheduler.Place{PoolID: "customs-safi", Date: scheduler.DateOf(start), Start: scheduler.TimeOfDayOf(start), Ticks: 4},
		StartsAt: start, EndsAt: start.Add(20 * time.Minute), Party: 1,
		Citizen:    scheduler.Citizen{Name: "Khadija Ouazzani", Email: "khadija@example.org", Phone: "+33612345678", Language: language},
		FileNumber: "DOSSIER-77", Note: "fauteuil roulant",
		Revision: 1, FeedID: "feed_1",
		CreatedAt: time.Date(2026, 11, 20, 8, 15, 30, 0, time.UTC), UpdatedAt: time.Date(2026, 11, 20, 8, 15, 30, 0, time.UTC),
	}
}

// withStatus is booked after a change of status on 23 November.
func withStatus(language string, s scheduler.Status) scheduler.Appointment {
	a := booked(language)
	a.Status, a.Sequence, a.Revision = s, 1, 2
	a.UpdatedAt = time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)
	return a
}

// inParis is an appointment at 10:00 of a clock that is an hour ahead of UTC.
func inParis(language string) scheduler.Appointment {
	a := booked(language)
	a.ID, a.Reference, a.OfficeID, a.ServiceID, a.Zone = "apt_paris", "4AGH-KMPR", "consulate", "passport", "Europe/Paris"
	a.Place.Date, a.Place.Start = scheduler.Date{Year: 2026, Month: 12, Day: 15}, 10*60
	a.StartsAt = time.Date(2026, 12, 15, 9, 0, 0, 0, time.UTC)
	a.EndsAt = a.StartsAt.Add(30 * time.Minute)
	return a
}

func feedOf(t testing.TB, list ...scheduler.Appointment) []byte {
	t.Helper()
	out, err := newMaker(t).Feed(testCatalogue(), list, FeedOptions{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func singleOf(t testing.TB, a scheduler.Appointment) []byte {
	t.Helper()
	out, err := newMaker(t).Single(testCatalogue(), a, manageLink)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func inviteOf(t testing.TB, a scheduler.Appointment) Invitation {
	t.Helper()
	inv, err := newMaker(t).Invite(testCatalogue(), a, Mailbox{"Mawid: rendez-vous", "rdv@example.ma"}, manageLink)
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

func TestGoldens(t *testing.T) {
	for name, got := range map[string][]byte{
		"feed_empty":            feedOf(t),
		"feed_french":           feedOf(t, booked("fr"), inParis("fr")),
		"feed_arabic":           feedOf(t, booked("ar"), inParis("ar")),
		"feed_cancelled":        feedOf(t, withStatus("fr", scheduler.StatusCancelled), withStatusID("apt_2", "ar", scheduler.StatusCancelled)),
		"feed_unsettled":        feedOf(t, withStatus("fr", scheduler.StatusPending), withStatusID("apt_2", "fr", scheduler.StatusDisplaced)),
		"single_french":         singleOf(t, booked("fr")),
		"single_arabic":         singleOf(t, family(booked("ar"))),
		"invite_request_french": inviteOf(t, booked("fr")).Body,
		"invite_cancel_arabic":  inviteOf(t, withStatus("ar", scheduler.StatusCancelled)).Body,
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, got) })
	}
}

// family is an appointment for three.
func family(a scheduler.Appointment) scheduler.Appointment {
	a.Party, a.EndsAt = 3, a.StartsAt.Add(time.Hour)
	return a
}

func withStatusID(id, language string, s scheduler.Status) scheduler.Appointment {
	a := withStatus(language, s)
	a.ID = id
	return a
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".ics")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
	checkWellFormed(t, got)
}

// checkWellFormed says what holds of every calendar Mawid gives out.
func checkWellFormed(t testing.TB, b []byte) {
	t.Helper()
	checkFolded(t, b)
	if text := string(b); strings.Contains(text, "⟦") || strings.Contains(text, "VALARM") ||
		strings.Contains(text, "RRULE") || strings.Contains(unfold(text), ";TZID=") {
		t.Errorf("a missing sentence, an alarm, a rule or a local time in\n%s", text)
	}
	for _, e := range decode(t, b).Events() {
		for _, p := range []string{"UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "STATUS", "TRANSP", "SUMMARY", "DESCRIPTION", "LOCATION"} {
			if len(e.Props.Values(p)) != 1 {
				t.Errorf("%d %s in one event", len(e.Props.Values(p)), p)
			}
		}
	}
}

func TestFeedSaysLittle(t *testing.T) {
	a := booked("fr")
	feed, single := unfold(string(feedOf(t, a))), unfold(string(singleOf(t, a)))
	for _, secret := range []string{"Khadija", "khadija@", "+336", "DOSSIER", "fauteuil", "véhicule", "/a/", "ATTENDEE", "URL", "SOURCE", "METHOD"} {
		if strings.Contains(feed, secret) {
			t.Errorf("the feed says %q:\n%s", secret, feed)
		}
	}
	for _, word := range []string{
		"SUMMARY:09:30 – Admission temporaire d'un véhicule – Bureau de douane de Safi", "URL:" + manageLink,
		`\nÀ apporter : CNIE · Carte grise\nVoir\, déplacer ou annuler : ` + manageLink,
	} {
		if !strings.Contains(single, word) {
			t.Errorf("the person's own file does not say %q:\n%s", word, single)
		}
	}
	for _, secret := range []string{"Khadija", "DOSSIER", "fauteuil", "METHOD"} {
		if strings.Contains(single, secret) {
			t.Errorf("the person's own file says %q", secret)
		}
	}
}

func TestFeedNamesTheServiceWhenAsked(t *testing.T) {
	out, err := newMaker(t).Feed(testCatalogue(), []scheduler.Appointment{booked("fr")}, FeedOptions{Now: now, ShowService: true})
	if err != nil || !strings.Contains(unfold(string(out)), "09:30 – Admission temporaire d'un véhicule – ") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestFeedWindow(t *testing.T) {
	past := func(d time.Duration) scheduler.Appointment {
		a := booked("fr")
		a.EndsAt = now.Add(-d)
		a.StartsAt = a.EndsAt.Add(-20 * time.Minute)
		return a
	}
	cancelled := func(d time.Duration) scheduler.Appointment {
		a := withStatus("fr", scheduler.StatusCancelled)
		a.UpdatedAt = now.Add(-d)
		return a
	}
	moved := booked("fr")
	moved.UpdatedAt = now.Add(-300 * 24 * time.Hour)
	for _, tc := range []struct {
		name string
		a    scheduler.Appointment
		want int
	}{
		{"to come", booked("fr"), 1},
		{"to come, changed long ago", moved, 1},
		{"over, within 30 days", past(FeedPast - time.Second), 1},
		{"over for 30 days", past(FeedPast), 0},
		{"cancelled within 7 days", cancelled(FeedCancelled - time.Second), 1},
		{"cancelled for 7 days", cancelled(FeedCancelled), 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			out := feedOf(t, tc.a)
			if got := len(decode(t, out).Events()); got != tc.want {
				t.Errorf("%d events, want %d", got, tc.want)
			}
			checkWellFormed(t, out)
		})
	}
}

func TestFeedHoldsTheNearestEvents(t *testing.T) {
	list := make([]scheduler.Appointment, FeedEvents+3)
	for i := range list {
		list[i] = booked("fr")
		list[i].ID = "apt_" + time.Duration(i).String()
		list[i].StartsAt = list[i].StartsAt.Add(time.Duration(len(list)-i) * time.Minute)
		list[i].EndsAt = list[i].StartsAt.Add(time.Minute)
	}
	events := decode(t, feedOf(t, list...)).Events()
	if len(events) != FeedEvents {
		t.Fatalf("%d events, want %d", len(events), FeedEvents)
	}
	first, err := events[0].DateTimeStart(time.UTC)
	if want := list[len(list)-1].StartsAt; err != nil || !first.Equal(want) {
		t.Errorf("the first starts at %v (%v), want %v", first, err, want)
	}
}

func TestSameAppointmentsSameBytes(t *testing.T) {
	list := []scheduler.Appointment{booked("fr"), inParis("ar"), withStatusID("apt_2", "fr", scheduler.StatusCancelled), withStatusID("apt_0", "en", scheduler.StatusServed)}
	want := feedOf(t, list...)
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		if got := feedOf(t, list...); !bytes.Equal(got, want) {
			t.Fatalf("another order gives other bytes:\n%s\nand\n%s", got, want)
		}
	}
	later, err := newMaker(t).Feed(testCatalogue(), list, FeedOptions{Now: now.Add(47 * time.Hour)})
	if err != nil || !bytes.Equal(later, want) {
		t.Errorf("later, with nothing changed, the bytes differ (%v)", err)
	}
}

func TestMovedKeepsItsUID(t *testing.T) {
	before := booked("fr")
	after := before
	after.Sequence, after.Revision = 1, 2
	after.Place.Start, after.StartsAt, after.EndsAt = 14*60, before.StartsAt.Add(270*time.Minute), before.EndsAt.Add(270*time.Minute)
	old, moved := eventOf(t, feedOf(t, before)), eventOf(t, feedOf(t, after))
	if old.Props.Get("UID").Value != moved.Props.Get("UID").Value {
		t.Error("the UID changed")
	}
	if strings.Contains(old.Props.Get("UID").Value, before.Reference) {
		t.Error("the UID tells the reference")
	}
	if got := moved.Props.Get("SEQUENCE").Value; got != "1" {
		t.Errorf("SEQUENCE %s", got)
	}
	if got := moved.Props.Get("SUMMARY").Value; !strings.HasPrefix(got, "14:00 ") {
		t.Errorf("SUMMARY %s", got)
	}
}

func eventOf(t testing.TB, b []byte) ical.Event {
	t.Helper()
	events := decode(t, b).Events()
	if len(events) != 1 {
		t.Fatalf("%d events, want 1", len(events))
	}
	return events[0]
}

// TestWallClockIsTheTruth: the instant was derived with old zone data and is an
// hour off; what is written is still what was promised.
func TestWallClockIsTheTruth(t *testing.T) {
	a := booked("fr")
	a.StartsAt, a.EndsAt = a.StartsAt.Add(-time.Hour), a.EndsAt.Add(-time.Hour)
	e := eventOf(t, feedOf(t, a))
	if got := e.Props.Get("SUMMARY").Value; !strings.HasPrefix(got, "09:30 ") {
		t.Errorf("SUMMARY %s", got)
	}
	if got, err := e.Props.Text("DESCRIPTION"); err != nil || !strings.HasPrefix(got, "Heure du bureau\u00a0: mardi 1er décembre 2026, 09:30 (heure du Maroc)\n") {
		t.Errorf("DESCRIPTION %q %v", got, err)
	}
}

func TestStatusOfEvents(t *testing.T) {
	for status, want := range map[scheduler.Status][2]string{
		scheduler.StatusHeld:      {"TENTATIVE", "TRANSPARENT"},
		scheduler.StatusPending:   {"TENTATIVE", "OPAQUE"},
		scheduler.StatusBooked:    {"CONFIRMED", "OPAQUE"},
		scheduler.StatusCheckedIn: {"CONFIRMED", "OPAQUE"},
		scheduler.StatusServing:   {"CONFIRMED", "OPAQUE"},
		scheduler.StatusServed:    {"CONFIRMED", "OPAQUE"},
		scheduler.StatusNoShow:    {"CONFIRMED", "OPAQUE"},
		scheduler.StatusCancelled: {"CANCELLED", "TRANSPARENT"},
		scheduler.StatusDisplaced: {"TENTATIVE", "TRANSPARENT"},
	} {
		e := eventOf(t, feedOf(t, withStatus("fr", status)))
		if got := [2]string{e.Props.Get("STATUS").Value, e.Props.Get("TRANSP").Value}; got != want {
			t.Errorf("%s: %v, want %v", status, got, want)
		}
	}
}

func TestFeedOutlivesItsOffice(t *testing.T) {
	a := booked("fr")
	a.OfficeID, a.ServiceID = "gone", "gone too"
	e := eventOf(t, feedOf(t, a))
	if got := e.Props.Get("LOCATION").Value; got != "gone" {
		t.Errorf("LOCATION %q, want the id", got)
	}
	checkWellFormed(t, singleOf(t, a))
}

func TestInvitationMethod(t *testing.T) {
	for status, want := range map[scheduler.Status]string{
		scheduler.StatusBooked: MethodRequest, scheduler.StatusPending: MethodRequest,
		scheduler.StatusDisplaced: MethodRequest, scheduler.StatusCancelled: MethodCancel,
	} {
		inv := inviteOf(t, withStatus("fr", status))
		if got := decode(t, inv.Body).Props.Get("METHOD").Value; inv.Method != want || got != want {
			t.Errorf("%s: method %s, in the body %s, want %s", status, inv.Method, got, want)
		}
		checkWellFormed(t, inv.Body)
	}
}

func TestNoInvitation(t *testing.T) {
	for _, tc := range []struct{ name, citizen, organizer string }{
		{"no address of the person", "", "rdv@example.ma"},
		{"no organizer", "khadija@example.org", ""},
		{"the organizer is the person", "khadija@example.org", "Khadija@example.org"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := booked("fr")
			a.Citizen.Email = tc.citizen
			_, err := newMaker(t).Invite(testCatalogue(), a, Mailbox{"Mawid", tc.organizer}, "")
			if !errors.Is(err, ErrNoInvitation) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestBadLinkIsAnErrorThatDoesNotShowIt(t *testing.T) {
	for _, link := range []string{"/a/secret", "javascript:secret", "https://\x00secret", "ftp://example.ma/secret", "https:///secret"} {
		_, single := newMaker(t).Single(testCatalogue(), booked("fr"), link)
		_, invite := newMaker(t).Invite(testCatalogue(), booked("fr"), Mailbox{"", "rdv@example.ma"}, link)
		for _, err := range []error{single, invite} {
			if err == nil || strings.Contains(err.Error(), "secret") {
				t.Errorf("link %q: %v", link, err)
			}
		}
	}
}
