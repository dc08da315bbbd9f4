package storetest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"mawid/internal/store"
)

var backupCases = []testCase{
	{"what is restored is what was kept", backupRoundTrip},
	{"a database in use is not restored over", backupRefusesUsed},
	{"a damaged backup leaves nothing", backupDamaged},
	{"a backup sees one instant", backupOneInstant},
}

// backup returns what Backup writes, and how many rows it says that was.
func (s *suite) backup(t *testing.T) ([]byte, int) {
	t.Helper()
	var b bytes.Buffer
	n, err := s.db.Backup(s.ctx, &b, time.Unix(0, 0))
	must(t, err)
	return b.Bytes(), n
}

// backupRoundTrip goes there and back: into the other kind of database too,
// where the suite has one.
func backupRoundTrip(t *testing.T, s *suite) {
	s.begin(t)
	s.commit(t, booking(newDay(date0, 3), 1))
	s.commit(t, offering(newWish(1), 1))
	saved, rows := s.backup(t)
	want := dump(t, s.url)
	if rows < len(want) || rows == 0 {
		t.Fatalf("%d rows kept of %d", rows, len(want))
	}
	for _, kind := range []func(testing.TB) string{s.empty, s.other} {
		url := kind(t)
		db := s.openEmpty(t, url)
		n, err := db.Restore(s.ctx, bytes.NewReader(saved))
		must(t, err)
		if n != rows {
			t.Errorf("%d rows restored of %d", n, rows)
		}
		unchanged(t, want, dump(t, url))
		again, err := store.Open(s.ctx, url, store.Options{})
		must(t, err)
		defer func() { must(t, again.Close()) }()
		if _, _, pending, err := again.MigrationStatus(s.ctx); err != nil || len(pending) > 0 {
			t.Errorf("pending %v, %v", pending, err)
		}
	}
}

func backupRefusesUsed(t *testing.T, s *suite) {
	s.begin(t)
	saved, _ := s.backup(t)
	before := dump(t, s.url)
	_, err := s.db.Restore(s.ctx, bytes.NewReader(saved))
	if err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("restored over a database in use: %v", err)
	}
	unchanged(t, before, dump(t, s.url))
}

func backupDamaged(t *testing.T, s *suite) {
	s.begin(t)
	s.commit(t, booking(newDay(date0, 3), 1))
	saved, _ := s.backup(t)
	plain := unzip(t, saved)
	last := strings.LastIndex(strings.TrimSpace(plain), "\n")
	row := strings.Index(plain, "\n[")
	for name, text := range map[string]string{
		"no end":          plain[:last+1],
		"a row is gone":   plain[:row] + plain[row+1+strings.Index(plain[row+1:], "\n"):],
		"an odd table":    strings.Replace(plain, `"table":"days"`, `"table":"day"`, 1),
		"an odd column":   strings.Replace(plain, `"pool_id"`, `"pool\"; --"`, 1),
		"a newer program": strings.Replace(plain, `"schema":`, `"schema":9`, 1),
		"another form":    strings.Replace(plain, `"mawid_backup":1`, `"mawid_backup":7`, 1),
	} {
		url := s.empty(t)
		db := s.openEmpty(t, url)
		if _, err := db.Restore(s.ctx, bytes.NewReader(zip(t, text))); err == nil {
			t.Errorf("%s: restored", name)
		}
		must(t, db.Migrate(s.ctx))
		if n := count(t, url, "appointments"); n != 0 {
			t.Errorf("%s: %d appointments are left", name, n)
		}
	}
	cut := s.openEmpty(t, s.empty(t))
	if _, err := cut.Restore(s.ctx, bytes.NewReader(saved[:len(saved)-20])); err == nil {
		t.Error("a file cut short was restored")
	}
	if _, err := cut.Restore(s.ctx, strings.NewReader("days")); err == nil || !strings.Contains(err.Error(), "no backup") {
		t.Errorf("a file of another kind: %v", err)
	}
}

// backupOneInstant keeps while others book: a day has one version for each
// appointment that it holds, in every backup.
func backupOneInstant(t *testing.T, s *suite) {
	s.begin(t)
	s.commit(t, booking(newDay(date0, 200), 1))
	booked := make(chan error, 1)
	stop := make(chan struct{})
	go func() {
		n := 1
		for {
			select {
			case <-stop:
				booked <- nil
				return
			default:
			}
			day, _, err := s.db.Day(s.ctx, poolID, date0)
			if n++; err == nil && n < 200 {
				err = s.db.Commit(s.ctx, booking(day, n))
			}
			if err != nil {
				booked <- err
				return
			}
		}
	}()
	for range 20 {
		saved, _ := s.backup(t)
		version, appointments := agreement(t, unzip(t, saved))
		if version != appointments {
			t.Errorf("the day is at version %d and there are %d appointments", version, appointments)
		}
	}
	close(stop)
	must(t, <-booked)
}

// agreement reads the version of the one day and counts the appointments.
func agreement(t *testing.T, plain string) (version, appointments int) {
	t.Helper()
	table := ""
	var at int
	for line := range strings.Lines(plain) {
		var head struct {
			Table   string
			Columns []string
		}
		if err := json.Unmarshal([]byte(line), &head); err == nil {
			table, at = head.Table, slices.Index(head.Columns, "version")
			continue
		}
		var row []any
		must(t, json.Unmarshal([]byte(line), &row))
		switch table {
		case "days":
			version = int(row[at].(float64))
		case "appointments":
			appointments++
		}
	}
	return version, appointments
}

func unzip(t *testing.T, b []byte) string {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(b))
	must(t, err)
	plain, err := io.ReadAll(r)
	must(t, err)
	return string(plain)
}

func zip(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.WriteString(w, text)
	must(t, err)
	must(t, w.Close())
	return b.Bytes()
}
