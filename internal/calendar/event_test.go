package calendar

import (
	"bytes"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-ical"
	"pgregory.net/rapid"

	"mawid/scheduler"
)

// plainEntry is an entry with every property an event can have.
func plainEntry() *entry {
	start := time.Date(2026, 12, 1, 9, 30, 0, 0, time.UTC)
	link := &url.URL{Scheme: "https", Host: "rdv.example.ma", Path: "/a/token"}
	return &entry{
		uid: "apt_1@mawid", start: start, end: start.Add(20 * time.Minute),
		created: start.AddDate(0, 0, -9), changed: start.AddDate(0, 0, -8), sequence: 2,
		status: ical.EventConfirmed, summary: "s", description: "d", location: "l",
		geo: &scheduler.Geo{Lat: 32.3, Lon: -9.24, Precision: "building"}, link: link,
		organizer: &person{"Mawid", "rdv@example.ma"}, attendee: &person{"Ali", "ali@example.org"},
	}
}

func encodeEntries(t interface{ Fatalf(string, ...any) }, entries ...*entry) []byte {
	cal := newCalendar()
	for _, e := range entries {
		cal.Children = append(cal.Children, e.component())
	}
	out, err := encode(cal)
	if err != nil {
		t.Fatalf("encode: %v", err)
	}
	return out
}

func TestEventLines(t *testing.T) {
	got := unfold(string(encodeEntries(t, plainEntry())))
	for _, line := range []string{
		"UID:apt_1@mawid", "SEQUENCE:2", "DTSTART:20261201T093000Z", "DTEND:20261201T095000Z",
		"CREATED:20261122T093000Z", "DTSTAMP:20261123T093000Z", "LAST-MODIFIED:20261123T093000Z",
		"STATUS:CONFIRMED", "TRANSP:OPAQUE", "CLASS:PRIVATE",
		"GEO:32.300000;-9.240000", "URL:https://rdv.example.ma/a/token",
		"ORGANIZER;CN=Mawid:mailto:rdv@example.ma",
		"ATTENDEE;CN=Ali;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;RSVP=FALSE:mailto:ali@example.org",
	} {
		if !strings.Contains(got, "\r\n"+line+"\r\n") {
			t.Errorf("line %q is missing in\n%s", line, got)
		}
	}
}

func TestEventTimesAreUTCWhateverTheirLocation(t *testing.T) {
	e := plainEntry()
	paris := time.FixedZone("+01", 3600)
	e.start, e.end, e.created, e.changed = e.start.In(paris), e.end.In(paris), e.created.In(paris), e.changed.In(paris)
	if got, want := encodeEntries(t, e), encodeEntries(t, plainEntry()); !bytes.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestEventLeavesOut(t *testing.T) {
	for _, tc := range []struct {
		name, property string
		change         func(*entry)
	}{
		{"an end that is not after the start", "DTEND", func(e *entry) { e.end = e.start }},
		{"no position", "GEO", func(e *entry) { e.geo = nil }},
		{"a position that only names the city", "GEO", func(e *entry) { e.geo.Precision = "city" }},
		{"a position of unknown precision", "GEO", func(e *entry) { e.geo.Precision = "" }},
		{"a position that is none", "GEO", func(e *entry) { e.geo.Lat = 91 }},
		{"no link", "URL", func(e *entry) { e.link = nil }},
		{"no attendee", "ATTENDEE", func(e *entry) { e.attendee = nil }},
		{"an empty common name", "ORGANIZER;CN", func(e *entry) { e.organizer.name = "\r\n" }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := plainEntry()
			if before := string(encodeEntries(t, e)); !strings.Contains(before, "\r\n"+tc.property) {
				t.Fatalf("%s is missing before the change", tc.property)
			}
			tc.change(e)
			if after := string(encodeEntries(t, e)); strings.Contains(after, "\r\n"+tc.property) {
				t.Errorf("%s is there:\n%s", tc.property, after)
			}
		})
	}
}

func TestMailto(t *testing.T) {
	for in, want := range map[string]string{
		"ali@example.org":          "mailto:ali@example.org",
		"ali+rdv@example.org":      "mailto:ali+rdv@example.org",
		"o'brien@example.org":      "mailto:o'brien@example.org",
		"a?subject=x&b@example.ma": "mailto:a%3Fsubject%3Dx%26b@example.ma",
		"100%@example.ma":          "mailto:100%25@example.ma",
		"é@example.ma":             "mailto:%C3%A9@example.ma",
		"a\r\nX:y@example.ma":      "mailto:a%20X:y@example.ma",
	} {
		if got := mailto(in); got != want {
			t.Errorf("mailto(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestEmptyCalendarIsValid(t *testing.T) {
	out, err := encode(newCalendar())
	if err != nil {
		t.Fatal(err)
	}
	cal := decode(t, out)
	if len(cal.Events()) != 0 || len(cal.Children) != 1 || cal.Children[0].Name != ical.CompTimezone {
		t.Errorf("want no event and one zone:\n%s", out)
	}
	want := "BEGIN:VCALENDAR\r\nPRODID:-//Mawid//Mawid//EN\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:Etc/UTC\r\n" +
		"BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nEND:VCALENDAR\r\n"
	if string(out) != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
}

// decode reads a calendar back with the same library.
func decode(t interface{ Fatalf(string, ...any) }, b []byte) *ical.Calendar {
	cal, err := ical.NewDecoder(bytes.NewReader(b)).Decode()
	if err != nil {
		t.Fatalf("decode: %v\n%s", err, b)
	}
	return cal
}

// TestNoTextForgesALine writes hostile text into every field a person or an
// office can fill. Whatever it is: the lines are short and UTF-8, there are as
// many properties as with plain text, and each text comes back cleaned.
func TestNoTextForgesALine(t *testing.T) { rapid.Check(t, noTextForgesALine(t)) }

// FuzzTexts is the same, led by what the code does with the texts.
func FuzzTexts(f *testing.F) {
	// A seed must be long enough for all texts to be drawn from it.
	f.Add(bytes.Repeat([]byte("a;b,c\\n\r\nBEGIN:VEVENT\u202e\xff"), 400))
	f.Fuzz(rapid.MakeFuzz(noTextForgesALine(f)))
}

func noTextForgesALine(t testing.TB) func(*rapid.T) {
	names := propertyNames(encodeEntries(t, plainEntry()))
	return func(t *rapid.T) {
		e := hostileEntry(t)
		out := encodeEntries(t, e)
		for _, line := range strings.Split(string(out), "\r\n") {
			if len(line) > maxLine || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n\x00") {
				t.Fatalf("bad line %q", line)
			}
		}
		if got := propertyNames(out); got != names {
			t.Fatalf("properties\n got %s\nwant %s", got, names)
		}
		checkRoundTrip(t, e, decode(t, out).Events()[0])
	}
}

func hostileEntry(t *rapid.T) *entry {
	e := plainEntry()
	e.uid = hostileText.Draw(t, "uid")
	e.summary = hostileText.Draw(t, "summary")
	e.description = hostileText.Draw(t, "description")
	e.location = hostileText.Draw(t, "location")
	e.link.Path = "/a/" + hostileText.Draw(t, "path")
	e.organizer = &person{"O" + hostileText.Draw(t, "organizer"), hostileText.Draw(t, "organizer address")}
	e.attendee = &person{"A" + hostileText.Draw(t, "attendee"), hostileText.Draw(t, "attendee address")}
	return e
}

func checkRoundTrip(t *rapid.T, e *entry, got ical.Event) {
	for name, want := range map[string]string{
		ical.PropUID: cleanLine(e.uid), ical.PropSummary: cleanLine(e.summary),
		ical.PropDescription: strings.TrimSpace(cleanText(e.description)), ical.PropLocation: cleanLine(e.location),
	} {
		if text, err := got.Props.Text(name); err != nil || text != want {
			t.Fatalf("%s: got %q (%v), want %q", name, text, err, want)
		}
	}
	for name, p := range map[string]*person{ical.PropOrganizer: e.organizer, ical.PropAttendee: e.attendee} {
		prop := got.Props.Get(name)
		if cn := prop.Params.Get(ical.ParamCommonName); cn != cleanParam(p.name) {
			t.Fatalf("%s: CN %q, want %q", name, cn, cleanParam(p.name))
		}
		if u, err := url.PathUnescape(strings.TrimPrefix(prop.Value, "mailto:")); err != nil || u != cleanLine(p.mailbox) {
			t.Fatalf("%s: address %q (%v), want %q", name, u, err, cleanLine(p.mailbox))
		}
	}
}

// propertyNames lists the names of all properties in their order, which is what
// a forged line would change.
func propertyNames(b []byte) string {
	var names []string
	for _, line := range strings.Split(strings.TrimSuffix(unfold(string(b)), "\r\n"), "\r\n") {
		name, _, _ := strings.Cut(line, ":")
		name, _, _ = strings.Cut(name, ";")
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

func TestBrokenComponentIsAnError(t *testing.T) {
	cal := newCalendar()
	cal.Children = append(cal.Children, ical.NewComponent(ical.CompEvent)) // no UID, no DTSTAMP
	if out, err := encode(cal); err == nil {
		t.Errorf("no error, but\n%s", out)
	}
}
