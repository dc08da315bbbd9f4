package tz_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mawid/internal/tz"
)

func TestSelfTestOfTheShippedData(t *testing.T) {
	d := embedded(t)
	if err := d.SelfTest(); err != nil {
		t.Error(err)
	}
	if d.Version() < "2026f" {
		t.Errorf("version %q, want 2026f or later", d.Version())
	}
}

// TestSelfTestFindsFaults plants one wrong zone at a time in a copy of the shipped data.
func TestSelfTestFindsFaults(t *testing.T) {
	raw, err := os.ReadFile("zoneinfo.zip")
	if err != nil {
		t.Fatal(err)
	}
	sound := readAll(t, raw)
	tests := []struct {
		name, zone string
		content    []byte // nil: the zone is missing
		want       string // in the error
	}{
		{"stale: Casablanca at +01 for ever", "Africa/Casablanca", fixedZone(t, 3600, "<+01>-1"), "2026-12-01T12:00:00Z must be 12:00 (UTC+00:00) in Africa/Casablanca, found 13:00 (UTC+01:00)"},
		{"Casablanca always at +00", "Africa/Casablanca", fixedZone(t, 0, "<+00>0"), "2026-06-01T12:00:00Z must be 13:00"},
		{"Casablanca is London: right in winter only", "Africa/Casablanca", sound["Europe/London"], "2027-08-10T09:30:00Z must be 09:30"},
		{"no Casablanca", "Africa/Casablanca", nil, "Africa/Casablanca must be known"},
		{"a damaged Casablanca", "Africa/Casablanca", []byte("TZif2"), "Africa/Casablanca must be known"},
		{"the south forgotten", "Africa/El_Aaiun", fixedZone(t, 3600, "<+01>-1"), "in Africa/El_Aaiun, found 13:00"},
		{"Paris without summer time", "Europe/Paris", fixedZone(t, 3600, "CET-1"), "2027-03-28T01:00:00Z must be 03:00"},
		{"Paris in summer for ever", "Europe/Paris", fixedZone(t, 7200, "CEST-2"), "2027-10-31T01:00:00Z must be 02:00"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := make(map[string][]byte, len(sound))
			for name, content := range sound {
				files[name] = content
			}
			files[test.zone] = test.content
			if test.content == nil {
				delete(files, test.zone)
			}
			d, err := tz.FromZip("2025b", archive(t, files))
			if err != nil {
				t.Fatal(err)
			}
			err = d.SelfTest()
			if err == nil {
				t.Fatal("the fault was not found")
			}
			for _, want := range []string{test.want, "2025b", "refresh.sh"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error does not say %q:\n%v", want, err)
				}
			}
		})
	}
}

func TestSelfTestTellsAMissingZone(t *testing.T) {
	d, err := tz.FromZip("test", archive(t, map[string][]byte{"UTC": fixedZone(t, 0, "UTC0")}))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.SelfTest(); !errors.Is(err, tz.ErrUnknownZone) {
		t.Errorf("got %v, want ErrUnknownZone inside", err)
	}
}

// TestArchiveIsReproducible: sorted names, one date, files only; so that a refresh of the same release changes nothing.
func TestArchiveIsReproducible(t *testing.T) {
	raw, err := os.ReadFile("zoneinfo.zip")
	if err != nil {
		t.Fatal(err)
	}
	if len(raw) > 500_000 {
		t.Errorf("zoneinfo.zip has %d bytes, more than 500,000", len(raw))
	}
	r, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range r.File {
		names = append(names, f.Name)
		if day := f.Modified.Format(time.DateOnly); day != "1980-01-01" || len(f.Extra) > 0 {
			t.Errorf("%s carries a date %s or extra data", f.Name, day)
		}
		if strings.HasPrefix(f.Name, "posix") || strings.HasPrefix(f.Name, "right/") || strings.HasSuffix(f.Name, "/") {
			t.Errorf("%s does not belong here", f.Name)
		}
	}
	if !slices.IsSorted(names) {
		t.Error("the names are not sorted")
	}
	if !slices.Equal(names, embedded(t).Names()) {
		t.Error("an entry of the archive is not a zone")
	}
}

// TestRefreshRefusesOldData runs the script on a source that is too old, or is not zone data.
func TestRefreshRefusesOldData(t *testing.T) {
	script, err := os.ReadFile("refresh.sh")
	if err != nil {
		t.Fatal(err)
	}
	for _, first := range []string{"# version 2025b", "# version 2026e", "no version here"} {
		dir := t.TempDir()
		source := filepath.Join(dir, "tzdata.zi")
		copied := filepath.Join(dir, "refresh.sh")
		if err := os.WriteFile(source, []byte(first+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(copied, script, 0o700); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("/bin/sh", copied)
		cmd.Env = append(os.Environ(), "ZONEINFO_DIR="+dir)
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "refresh.sh: ") || !strings.Contains(string(out), dir) {
			t.Errorf("%q: %v, %s; want a refusal that names the place", first, err, out)
		}
		if _, err := os.Stat(filepath.Join(dir, "VERSION")); err == nil {
			t.Errorf("%q: a VERSION was written", first)
		}
	}
}
