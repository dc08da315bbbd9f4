// Package tz is the time zone data shipped with the program: which clock a place shows at an instant.
//
// It knows the zone files of one release of the tz database, embedded here, and a few facts they must agree with. It
// reads nothing from the machine: Go looks at the system's zone files before its own, and both were wrong about Morocco
// when this was written (permanent UTC+0 since 2026-09-20, decree 2.26.530). It must not know offices, settings or
// appointments.
//
// refresh.sh makes zoneinfo.zip and VERSION.
package tz

import (
	"archive/zip"
	"bytes"
	_ "embed" // the zone data below
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
)

// ErrUnknownZone is wrapped by Load when the data has no zone of that name.
var ErrUnknownZone = errors.New("unknown time zone")

const (
	maxName = 64       // bytes; the longest name in 2026f has 32
	maxFile = 64 << 10 // bytes; the largest file in 2026f has under 4 kB
)

//go:embed zoneinfo.zip
var embeddedZip []byte

//go:embed VERSION
var embeddedVersion string

// Data is one release of the zone data. It is safe for concurrent use.
type Data struct {
	version string
	files   map[string]*zip.File

	mu    sync.Mutex
	zones map[string]*time.Location
}

var embedded = sync.OnceValues(func() (*Data, error) {
	return FromZip(strings.TrimSpace(embeddedVersion), embeddedZip)
})

// Embedded returns the data shipped with the program. The directory of the archive is read once; every call returns
// the same value. It does not run SelfTest.
func Embedded() (*Data, error) {
	return embedded()
}

// FromZip reads a release from an archive whose entries are zone files (TZif, RFC 9636) named like their zones. The
// archive's bytes are kept and must not change. It is there for tests and for looking at another copy of the data.
func FromZip(version string, archive []byte) (*Data, error) {
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, fmt.Errorf("zone data %s: %w", version, err)
	}
	d := &Data{version: version, files: make(map[string]*zip.File, len(r.File)), zones: make(map[string]*time.Location)}
	for _, f := range r.File {
		if validName(f.Name) {
			d.files[f.Name] = f
		}
	}
	if len(d.files) == 0 {
		return nil, fmt.Errorf("zone data %s: the archive holds no zone", version)
	}
	return d, nil
}

// Version is the release of the tz database, like "2026f".
func (d *Data) Version() string {
	return d.version
}

// Names returns the names of all zones and links, sorted.
func (d *Data) Names() []string {
	names := make([]string, 0, len(d.files))
	for name := range d.files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Load returns the zone with an IANA name, like "Africa/Casablanca"; names are case-sensitive. The result is cached:
// the same name gives the same pointer. "UTC" is time.UTC. "" and "Local", which Go reads as the machine's own
// choice, are unknown here. Errors: ErrUnknownZone; any other error means that the data is damaged.
func (d *Data) Load(name string) (*time.Location, error) {
	if !validName(name) {
		return nil, fmt.Errorf("%w: not a zone name", ErrUnknownZone)
	}
	file, ok := d.files[name]
	if !ok {
		return nil, fmt.Errorf("%w: %s (tz %s)", ErrUnknownZone, name, d.version)
	}
	if name == "UTC" {
		return time.UTC, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if loc, ok := d.zones[name]; ok {
		return loc, nil
	}
	loc, err := parse(name, file)
	if err != nil {
		return nil, fmt.Errorf("zone %s (tz %s): %w", name, d.version, err)
	}
	d.zones[name] = loc
	return loc, nil
}

func parse(name string, file *zip.File) (*time.Location, error) {
	r, err := file.Open()
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	defer r.Close()
	raw, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	if len(raw) > maxFile {
		return nil, fmt.Errorf("the file is larger than %d bytes", maxFile)
	}
	loc, err := time.LoadLocationFromTZData(name, raw)
	if err != nil {
		return nil, fmt.Errorf("parse: %w", err)
	}
	return loc, nil
}

// validName tells whether name has the form of an IANA zone name. It accepts letters, digits and "_+-" in parts
// separated by single slashes, so that no name can leave a directory.
func validName(name string) bool {
	if len(name) > maxName || name == "Local" {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || strings.ContainsFunc(part, notInName) {
			return false
		}
	}
	return true
}

func notInName(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return false
	default:
		return !strings.ContainsRune("_+-", r)
	}
}
