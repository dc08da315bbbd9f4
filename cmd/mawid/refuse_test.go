package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mawid/internal/testdb"
)

// staleZones is the shipped zone data with one wrong file: Casablanca at UTC+1
// for ever, as Go's own data and most systems have it.
func staleZones(t *testing.T) string {
	t.Helper()
	shipped, err := zip.OpenReader("../../internal/tz/zoneinfo.zip")
	must(t, err)
	defer shipped.Close()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range shipped.File {
		content := fixedZone(t, 3600, "<+01>-1")
		if f.Name != "Africa/Casablanca" {
			r, err := f.Open()
			must(t, err)
			content, err = io.ReadAll(r)
			must(t, err)
			must(t, r.Close())
		}
		entry, err := w.Create(f.Name)
		must(t, err)
		_, err = entry.Write(content)
		must(t, err)
	}
	must(t, w.Close())
	name := filepath.Join(t.TempDir(), "stale.zip")
	must(t, os.WriteFile(name, out.Bytes(), 0o600))
	return name
}

// fixedZone is a zone file (RFC 9636, version 2) with one offset for ever.
func fixedZone(t *testing.T, seconds int32, rule string) []byte {
	t.Helper()
	block := func(end string) []byte {
		b := append([]byte("TZif2"), make([]byte, 15)...)
		for _, count := range []uint32{0, 0, 0, 0, 1, 4} { // isut, isstd, leap, time, type, char
			b = binary.BigEndian.AppendUint32(b, count)
		}
		b = binary.BigEndian.AppendUint32(b, uint32(seconds))
		return append(append(b, 0, 0), "XXX\x00"+end...) // not summer time, first abbreviation
	}
	return append(block(""), block("\n"+rule+"\n")...)
}

// hangingUp is a mail server that answers nobody.
func hangingUp(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { must(t, l.Close()) })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.Close()
		}
	}()
	return "smtp://" + l.Addr().String()
}

// misfit is a wrong setting, and what doctor and serve say of it.
type misfit struct {
	name    string
	setting func(t *testing.T) string
	say     string
	serves  bool // serve does without
}

func always(setting string) func(*testing.T) string {
	return func(*testing.T) string { return setting }
}

var misfits = []misfit{
	{"stale zone data", func(t *testing.T) string { return "MAWID_ZONE_DATA=" + staleZones(t) }, "must be 12:00 (UTC+00:00) in Africa/Casablanca, found 13:00", false},
	{"no such zone data", always("MAWID_ZONE_DATA=/no/such.zip"), "setting zone_data: open /no/such.zip", false},
	{"another secret", always("MAWID_SECRET=0123456789abcdef0123456789abcdef"), "the secret is not the one that this database was begun with", false},
	{"a short secret", always("MAWID_SECRET=short"), "MAWID_SECRET: want 32 characters or more", false},
	{"an unknown setting", always("MAWID_LITSEN=:80"), `MAWID_LITSEN: unknown variable; did you mean "MAWID_LISTEN"?`, false},
	{"a database that is not there", always("MAWID_DATABASE_URL=postgres://mawid:hunter2@127.0.0.1:1/mawid?sslmode=disable"), "connection refused", false},
	{"a file where no file can be", always("MAWID_DATABASE_URL=sqlite:/dev/null/mawid.db"), "/dev/null", false},
	{"a data folder where none can be", always("MAWID_DATA_DIR=/dev/null/data"), "/dev/null", false},
	{"a mail server that is dead", func(t *testing.T) string { return "MAWID_SMTP_URL=" + hangingUp(t) }, "greeting", true},
}

// TestWrongSettings: doctor names each with exit 1; serve refuses to start with
// the same words, but a dead mail server keeps nobody from booking.
func TestWrongSettings(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		house := install(t, url)
		house.serve().stop()
		for _, m := range misfits {
			t.Run(m.name, func(t *testing.T) {
				house := &installation{t: t, database: url, data: house.data, begun: house.begun}
				wrong := []string{m.setting(t)}
				house.wantFault(t, wrong, m.say)
				if m.serves {
					server := house.serve(wrong...)
					server.mustBook(t, server.slots(t, "dgi-safi", "dgi-if", 1)[0], house.somebody())
					server.stop()
					return
				}
				r := house.runWith(wrong, "serve")
				if r.code != exitFault || !strings.Contains(r.err, m.say) || strings.Contains(r.out, "ready") {
					t.Errorf("serve: exit %d, want %d and %q:\n%s%s", r.code, exitFault, m.say, r.out, r.err)
				}
				if all := r.out + r.err; strings.Contains(all, "hunter2") || strings.Contains(all, "goroutine") {
					t.Errorf("serve shows a password or a stack:\n%s", all)
				}
			})
		}
	})
}

// TestDoctorOfAnEmptyDatabase: never migrated is a fault; migrated and never
// served is none.
func TestDoctorOfAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	for name, empty := range map[string]func(testing.TB) string{"sqlite": testdb.EmptySQLite, "postgres": testdb.EmptyPostgres} {
		t.Run(name, func(t *testing.T) {
			house := install(t, empty(t))
			house.wantFault(t, nil, "`mawid migrate`")
			if file, ok := strings.CutPrefix(house.database, "sqlite:"); ok {
				if _, err := os.Stat(file); err == nil {
					t.Error("doctor made a database")
				}
			}
			if r := house.run("migrate"); r.code != exitDone {
				t.Fatalf("migrate: %s", r.err)
			}
			house.healthy()
		})
	}
}

// TestDoctorChangesNothing: it may run before the first start, and beside the
// server of another user.
func TestDoctorChangesNothing(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		house := install(t, url)
		house.healthy()
		if n := house.count("SELECT count(*) FROM settings"); n != 0 {
			t.Errorf("doctor began the database: %d settings", n)
		}
		if _, err := os.Stat(house.data); err == nil {
			t.Error("doctor made the data folder")
		}
		house.serve().stop()
		must(t, os.Rename(filepath.Join(house.data, "secret"), filepath.Join(house.data, "secret.away")))
		house.wantFault(t, nil, "secret")
		if _, err := os.Stat(filepath.Join(house.data, "secret")); err == nil {
			t.Error("doctor made a secret that is not this database's")
		}
	})
}

// TestSettingsFile: a file counts, a variable counts more, and what is wrong is
// named with its line.
func TestSettingsFile(t *testing.T) {
	t.Parallel()
	house := install(t, testdb.SQLite(t))
	file := filepath.Join(t.TempDir(), "mawid.yaml")
	must(t, os.WriteFile(file, []byte("log_format: json\nbooking:\n  hold_minutes: 7\n"), 0o600))
	r := house.runWith([]string{"MAWID_LOG_FORMAT=text"}, "doctor", "--config", file)
	for _, say := range []string{"booking.hold_minutes=7", "log_format=text"} {
		if r.code != exitDone || !strings.Contains(r.out, say) {
			t.Errorf("doctor: exit %d, want %q:\n%s%s", r.code, say, r.out, r.err)
		}
	}
	must(t, os.WriteFile(file, []byte("log_format: json\nlitsen: :80\n"), 0o600))
	for _, command := range []string{"serve", "migrate", "doctor"} {
		r := house.run(command, "--config", file)
		if r.code != exitFault || !strings.Contains(r.out+r.err, file+`:2:1: litsen: unknown key "litsen"; did you mean "listen"?`) {
			t.Errorf("%s: exit %d:\n%s%s", command, r.code, r.out, r.err)
		}
	}
}
