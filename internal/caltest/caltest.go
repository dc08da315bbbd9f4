// Package caltest reads calendars with programs that others wrote: libical,
// python3-icalendar, python3-caldav, khal and vdirsyncer, as need.sh installs
// them. Nothing that ships imports it.
//
// It knows how each is called and what it prints. It must not know what a
// calendar should say.
package caltest

import (
	"bytes"
	_ "embed" // the programs below
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

//go:embed programs/check.c
var checkSource []byte

//go:embed programs/read.py
var readScript string

//go:embed programs/caldav.py
var caldavScript string

// Event is what a program makes of an event.
type Event struct {
	UID         string   `json:"uid"`
	Start       int64    `json:"start"` // seconds since 1970
	Summary     string   `json:"summary"`
	Description string   `json:"description"`
	Location    string   `json:"location"`
	Broken      []string `json:"broken"`
}

// Starts maps UID to the instant at which the program shows the event.
func Starts(events []Event) map[string]string {
	m := map[string]string{}
	for _, e := range events {
		m[e.UID] = time.Unix(e.Start, 0).UTC().Format(time.RFC3339)
	}
	return m
}

// run runs a program in a home of its own and wants exit 0.
func run(t testing.TB, home string, stdin []byte, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stdin = bytes.NewReader(stdin)
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_DATA_HOME="+home, "XDG_CACHE_HOME="+home,
		"LC_ALL=C.UTF-8", "TZ=UTC", "NO_COLOR=1", "PYTHONWARNINGS=ignore", "no_proxy=127.0.0.1", "NO_PROXY=127.0.0.1")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s\n%s", filepath.Base(name), err, errs.String(), out)
	}
	return out
}

// Libical is libical's check, compiled.
type Libical struct{ program string }

// NewLibical compiles the check.
func NewLibical(t testing.TB) Libical {
	t.Helper()
	dir := t.TempDir()
	source, program := filepath.Join(dir, "check.c"), filepath.Join(dir, "check")
	if err := os.WriteFile(source, checkSource, 0o600); err != nil {
		t.Fatal(err)
	}
	cc := "gcc"
	if _, err := exec.LookPath(cc); err != nil {
		cc = "cc"
	}
	run(t, dir, nil, cc, "-o", program, source, "-lical")
	return Libical{program}
}

// Read wants that no rule is broken and returns the events.
func (l Libical) Read(t testing.TB, ics []byte) []Event {
	t.Helper()
	var out []Event
	for line := range strings.Lines(string(run(t, t.TempDir(), ics, l.program))) {
		parts := strings.Fields(line)
		if len(parts) < 2 {
			t.Fatalf("libical printed %q", line)
		}
		start, err := strconv.ParseInt(parts[1], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		e := Event{UID: parts[0], Start: start}
		if len(parts) > 2 {
			raw, err := hex.DecodeString(parts[2])
			if err != nil {
				t.Fatal(err)
			}
			e.Summary = string(raw)
		}
		out = append(out, e)
	}
	return out
}

// python is Debian's, which has the modules; another may come first in PATH.
const python = "/usr/bin/python3"

// Python reads with python3-icalendar.
func Python(t testing.TB, ics []byte) []Event {
	t.Helper()
	var out []Event
	decode(t, run(t, t.TempDir(), ics, python, "-c", readScript), &out)
	for _, e := range out {
		if len(e.Broken) > 0 {
			t.Errorf("python3-icalendar could not read parts of %s: %v", e.UID, e.Broken)
		}
	}
	return out
}

// CalDAV is what python3-caldav finds behind an address.
type CalDAV struct {
	Calendars     int     `json:"calendars"`
	Name          string  `json:"name"`
	Events        []Event `json:"events"`
	Some          []Event `json:"some"` // between two dates
	AddRefused    bool    `json:"add_refused"`
	DeleteRefused bool    `json:"delete_refused"`
}

// PythonCalDAV looks with python3-caldav; from and to are dates.
func PythonCalDAV(t testing.TB, address, user, password, from, to string) (out CalDAV) {
	t.Helper()
	decode(t, run(t, t.TempDir(), nil, python, "-c", caldavScript, address, user, password, from, to), &out)
	return out
}

func decode(t testing.TB, raw []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
}

// Vdirsyncer fetches a calendar into a folder of one file for each event, which
// it returns. storage are the lines of its configuration that say from where.
// collection is what it finds there, or "" for a feed.
func Vdirsyncer(t testing.TB, storage []string, collection string) string {
	t.Helper()
	home := t.TempDir()
	dir := filepath.Join(home, "calendars")
	collections := "null"
	if collection != "" {
		collections = fmt.Sprintf("[%q]", collection)
	}
	config := fmt.Sprintf(`[general]
status_path = %q
[pair p]
a = "there"
b = "here"
collections = %s
conflict_resolution = "a wins"
[storage there]
%s
[storage here]
type = "filesystem"
path = %q
fileext = ".ics"
`, filepath.Join(home, "status"), collections, strings.Join(storage, "\n"), dir)
	file := filepath.Join(home, "config")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, home, bytes.Repeat([]byte("y\n"), 10), "vdirsyncer", "-c", file, "discover")
	run(t, home, nil, "vdirsyncer", "-c", file, "sync")
	return filepath.Join(dir, collection)
}

// Folder reads the files of a folder with python3-icalendar.
func Folder(t testing.TB, dir string) []Event {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.ics"))
	if err != nil {
		t.Fatal(err)
	}
	var out []Event
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, Python(t, raw)...)
	}
	return out
}

// Khal shows a folder's events by the clock of a zone: UID to
// "2026-12-01 09:30". from is a date; it looks 400 days ahead.
func Khal(t testing.TB, dir, zone, from string) map[string]string {
	t.Helper()
	home := t.TempDir()
	config := fmt.Sprintf(`[calendars]
[[mawid]]
path = %s
readonly = True
[locale]
local_timezone = %s
default_timezone = %s
timeformat = %%H:%%M
dateformat = %%Y-%%m-%%d
longdateformat = %%Y-%%m-%%d
datetimeformat = %%Y-%%m-%%d %%H:%%M
longdatetimeformat = %%Y-%%m-%%d %%H:%%M
[sqlite]
path = %s
`, dir, zone, zone, filepath.Join(home, "khal.db"))
	file := filepath.Join(home, "khal.conf")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	out := run(t, home, nil, "khal", "-c", file, "list", "--day-format", "", "--format", "{uid} {start-long-full}", from, "400d")
	shown := map[string]string{}
	for line := range strings.Lines(string(out)) {
		if uid, when, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			shown[uid] = when
		}
	}
	return shown
}
