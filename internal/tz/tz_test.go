package tz_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mawid/internal/tz"
)

func embedded(t *testing.T) *tz.Data {
	t.Helper()
	d, err := tz.Embedded()
	if err != nil {
		t.Fatalf("Embedded: %v", err)
	}
	return d
}

func load(t *testing.T, d *tz.Data, name string) *time.Location {
	t.Helper()
	loc, err := d.Load(name)
	if err != nil {
		t.Fatalf("Load(%q): %v", name, err)
	}
	return loc
}

// fixedZone is a zone file of version 2 without transitions: one offset for ever.
func fixedZone(t *testing.T, seconds int32, footer string) []byte {
	t.Helper()
	block := func(footer string) []byte {
		var b bytes.Buffer
		b.WriteString("TZif2")
		b.Write(make([]byte, 15))
		for _, count := range []uint32{0, 0, 0, 0, 1, 4} { // isut, isstd, leap, time, type, char
			if err := binary.Write(&b, binary.BigEndian, count); err != nil {
				t.Fatal(err)
			}
		}
		if err := binary.Write(&b, binary.BigEndian, seconds); err != nil {
			t.Fatal(err)
		}
		b.Write([]byte{0, 0}) // not daylight saving, first abbreviation
		b.WriteString("XXX\x00")
		b.WriteString(footer)
		return b.Bytes()
	}
	return append(block(""), block("\n"+footer+"\n")...)
}

// archive makes a zip of zone files.
func archive(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(files[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestClocks(t *testing.T) {
	tests := []struct{ name, zone, utc, want string }{
		{"the change itself: before", "Africa/Casablanca", "2026-09-20T00:59:59Z", "2026-09-20T01:59:59+01:00"},
		{"the change itself: after", "Africa/Casablanca", "2026-09-20T01:00:00Z", "2026-09-20T01:00:00Z"},
		{"old systems say 10:30 here", "Africa/Casablanca", "2026-12-01T09:30:00Z", "2026-12-01T09:30:00Z"},
		{"Migrant's Day 2027", "Africa/Casablanca", "2027-08-10T09:30:00Z", "2027-08-10T09:30:00Z"},
		{"no Ramadan change in 2027", "Africa/Casablanca", "2027-02-20T09:30:00Z", "2027-02-20T09:30:00Z"},
		{"far ahead", "Africa/Casablanca", "2060-07-01T09:30:00Z", "2060-07-01T09:30:00Z"},
		{"Ramadan 2026", "Africa/Casablanca", "2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"},
		{"summer 2026", "Africa/Casablanca", "2026-06-01T12:00:00Z", "2026-06-01T13:00:00+01:00"},
		{"a time before all rules", "Africa/Casablanca", "1950-01-01T12:00:00Z", "1950-01-01T12:00:00Z"},
		{"Laayoune", "Africa/El_Aaiun", "2026-12-01T12:00:00Z", "2026-12-01T12:00:00Z"},
		{"Paris summer", "Europe/Paris", "2027-08-10T09:30:00Z", "2027-08-10T11:30:00+02:00"},
		{"Paris winter", "Europe/Paris", "2026-12-01T09:30:00Z", "2026-12-01T10:30:00+01:00"},
		{"Paris, by its rule, long after the listed years", "Europe/Paris", "2070-07-01T10:00:00Z", "2070-07-01T12:00:00+02:00"},
		{"Montreal is a link to Toronto", "America/Montreal", "2027-08-10T09:30:00Z", "2027-08-10T05:30:00-04:00"},
		{"Riyadh", "Asia/Riyadh", "2027-08-10T09:30:00Z", "2027-08-10T12:30:00+03:00"},
		{"a link of old", "GB", "2027-08-10T09:30:00Z", "2027-08-10T10:30:00+01:00"},
	}
	d := embedded(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			instant, err := time.Parse(time.RFC3339, test.utc)
			if err != nil {
				t.Fatal(err)
			}
			if got := instant.In(load(t, d, test.zone)).Format(time.RFC3339); got != test.want {
				t.Errorf("%s in %s: got %s, want %s", test.utc, test.zone, got, test.want)
			}
		})
	}
}

// TestSystemDataIsNotUsed: whatever the machine says, the embedded copy answers.
func TestSystemDataIsNotUsed(t *testing.T) {
	t.Setenv("ZONEINFO", t.TempDir())
	t.Setenv("TZ", "Asia/Tokyo")
	loc := load(t, embedded(t), "Africa/Casablanca")
	if got := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC).In(loc).Format("15:04"); got != "12:00" {
		t.Errorf("2026-12-01 12:00Z in Casablanca is %s, want 12:00", got)
	}
}

func TestUnknownZones(t *testing.T) {
	d := embedded(t)
	for _, name := range []string{
		"", "Local", "local", "Mars/Olympus", "africa/casablanca", "Africa", "Africa/", "/Africa/Casablanca",
		"Africa//Casablanca", "../Africa/Casablanca", "Africa/../Africa/Casablanca", "./UTC", `Africa\Casablanca`,
		"/etc/passwd", "Africa/Casablanca\x00", "Africa/Casablanca\r\nX: y", " UTC", "UTC ", "Ａfrica/Casablanca",
		strings.Repeat("A", 65), strings.Repeat("A/", 5000), "posix/Africa/Casablanca", "right/Europe/Paris", "localtime",
		"tzdata.zi", "\xff\xfe",
	} {
		loc, err := d.Load(name)
		if !errors.Is(err, tz.ErrUnknownZone) || loc != nil {
			t.Errorf("Load(%q) = %v, %v; want ErrUnknownZone", name, loc, err)
		}
		if err != nil && len(err.Error()) > 150 {
			t.Errorf("Load(%.20q...): the error repeats the whole input", name)
		}
	}
}

func TestEveryZoneLoads(t *testing.T) {
	d := embedded(t)
	names := d.Names()
	if len(names) < 590 {
		t.Errorf("only %d zones", len(names))
	}
	if !slices.IsSorted(names) {
		t.Error("Names is not sorted")
	}
	for _, name := range names {
		if loc := load(t, d, name); loc.String() != name {
			t.Errorf("Load(%q) is called %q", name, loc)
		}
	}
}

func TestZonesOfTheDiaspora(t *testing.T) {
	d := embedded(t)
	for _, name := range []string{
		"Europe/Paris", "Europe/Brussels", "Europe/Amsterdam", "Europe/Madrid", "Europe/Rome", "Europe/Berlin",
		"Europe/London", "Europe/Zurich", "Europe/Stockholm", "America/Toronto", "America/Montreal", "America/New_York",
		"Asia/Dubai", "Asia/Riyadh", "Asia/Qatar", "Africa/Ceuta", "Atlantic/Canary", "UTC", "Etc/UTC",
	} {
		load(t, d, name)
	}
}

func TestLoadIsCached(t *testing.T) {
	d := embedded(t)
	if first, again := load(t, d, "Europe/Paris"), load(t, d, "Europe/Paris"); first != again {
		t.Error("two loads of one zone gave two locations")
	}
	if load(t, d, "UTC") != time.UTC {
		t.Error("UTC is not time.UTC")
	}
	if again := embedded(t); again != d {
		t.Error("Embedded gave a second copy")
	}
}

func TestLoadTogether(t *testing.T) {
	data, err := tz.FromZip("test", archive(t, map[string][]byte{"A/B": fixedZone(t, 3600, "<+01>-1")}))
	if err != nil {
		t.Fatal(err)
	}
	got := make([]*time.Location, 16)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() { got[i], _ = data.Load("A/B") })
	}
	wg.Wait()
	for _, loc := range got {
		if loc == nil || loc != got[0] {
			t.Fatalf("goroutines got different locations: %v", got)
		}
	}
}

func TestFromZip(t *testing.T) {
	good := fixedZone(t, 3600, "<+01>-1")
	t.Run("not a zip", func(t *testing.T) {
		if _, err := tz.FromZip("2026f", []byte("no zip at all")); err == nil {
			t.Error("accepted")
		}
	})
	t.Run("no zone in it", func(t *testing.T) {
		if _, err := tz.FromZip("2026f", archive(t, map[string][]byte{"../A": good, "Local": good})); err == nil {
			t.Error("accepted")
		}
	})
	t.Run("a damaged zone", func(t *testing.T) {
		d, err := tz.FromZip("2026f", archive(t, map[string][]byte{"A/Good": good, "A/Bad": good[:50], "A/Big": make([]byte, 1<<20)}))
		if err != nil {
			t.Fatal(err)
		}
		load(t, d, "A/Good")
		for _, name := range []string{"A/Bad", "A/Big"} {
			if _, err := d.Load(name); err == nil || errors.Is(err, tz.ErrUnknownZone) || !strings.Contains(err.Error(), name) {
				t.Errorf("Load(%q): %v; want an error that names the zone and is not ErrUnknownZone", name, err)
			}
		}
	})
}

// readAll is the content of the embedded zone files, to build other archives from.
func readAll(t *testing.T, raw []byte) map[string][]byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string][]byte)
	for _, f := range r.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(rc); err != nil {
			t.Fatal(err)
		}
		rc.Close()
	}
	return files
}

func FuzzLoad(f *testing.F) {
	for _, name := range []string{"Africa/Casablanca", "", "Local", "../UTC", "UTC", "A//B", "\x00"} {
		f.Add(name)
	}
	d, err := tz.Embedded()
	if err != nil {
		f.Fatal(err)
	}
	names := d.Names()
	f.Fuzz(func(t *testing.T, name string) {
		loc, err := d.Load(name)
		if _, known := slices.BinarySearch(names, name); known != (err == nil) {
			t.Fatalf("Load(%q): %v, but listed: %v", name, err, known)
		}
		if err == nil && loc.String() != name {
			t.Fatalf("Load(%q) is called %q", name, loc)
		}
	})
}

func FuzzFromZip(f *testing.F) {
	raw, err := os.ReadFile("zoneinfo.zip")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw[len(raw)-2000:])
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, archive []byte) {
		d, err := tz.FromZip("fuzz", archive)
		if err != nil {
			return
		}
		for _, name := range d.Names() {
			if loc, err := d.Load(name); (loc == nil) == (err == nil) {
				t.Fatalf("Load(%q) = %v, %v", name, loc, err)
			}
		}
	})
}
