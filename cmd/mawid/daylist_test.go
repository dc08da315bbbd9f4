package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mawid/configs"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// paperHouse is a house on a clock that the test moves, with one appointment and
// one walk-in at the tax office on Tuesday 1 June 2027.
func paperHouse(t *testing.T, url string) (h *house, at func(string), reference string) {
	t.Helper()
	settings := configs.Defaults()
	settings.DatabaseURL, settings.DataDir = url, filepath.Join(t.TempDir(), "data")
	must(t, os.MkdirAll(settings.DataDir, 0o700))
	h, err := openDemo(t.Context(), settings)
	must(t, err)
	t.Cleanup(func() { must(t, h.close()) })
	now := time.Time{}
	at = func(text string) { // Morocco's clock is UTC
		t.Helper()
		now, err = time.Parse("2006-01-02 15:04", text)
		must(t, err)
	}
	h.clock = func() time.Time { return now }
	h.engine, err = h.engineAt(h.clock)
	must(t, err)
	at("2027-05-31 10:00")
	b, err := h.engine.Book(t.Context(), scheduler.BookRequest{
		OfficeID: "dgi-safi", ServiceID: "dgi-if", StartsAt: now.Add(23*time.Hour + 30*time.Minute), Party: 2,
		Citizen: scheduler.Citizen{Name: "محمد <Test>", Email: "m@example.org", Phone: "+33612345678", Language: "ar"},
	})
	must(t, err)
	return h, at, b.Appointment.Reference
}

func listed(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	must(t, err)
	return names
}

// TestDayListsOfTheMorning: the list is there from the hour on that is set, says
// what desks need, is private, is renewed, and is gone when the day is over.
func TestDayListsOfTheMorning(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		h, at, reference := paperHouse(t, url)
		dir := filepath.Join(h.settings.DataDir, "day-lists")
		keep := func(when string, want int) {
			t.Helper()
			at(when)
			must(t, h.keepDayLists(t.Context()))
			if got := listed(t, dir); len(got) != want {
				t.Fatalf("at %s: %v, want %d", when, got, want)
			}
		}
		keep("2027-06-01 06:29", 0)
		keep("2027-06-01 06:30", 1)
		name := filepath.Join(dir, "day-2027-06-01-dgi-safi.html")
		text := readList(t, name)
		for _, say := range []string{"09:30", "محمد &lt;Test&gt;", "×2", reference, "Identifiant fiscal", "الحصول على رقم التعريف الضريبي", "juin 2027", "Sans rendez-vous", "بدون موعد", "Issue", "<style>"} {
			if !strings.Contains(text, say) {
				t.Errorf("the list does not say %q", say)
			}
		}
		for _, secret := range []string{"m@example.org", "612345678", "/a/", "<link", "<script", "src="} {
			if strings.Contains(text, secret) {
				t.Errorf("the list says %q", secret)
			}
		}
		for path, mode := range map[string]os.FileMode{name: 0o600, dir: 0o700 | os.ModeDir} {
			if info, err := os.Stat(path); err != nil || info.Mode() != mode {
				t.Errorf("%s has mode %v, %v", path, info.Mode(), err)
			}
		}
		kiosk := scheduler.Actor{ManageToken: h.engine.KioskToken("dgi-safi")}
		at("2027-06-01 09:00")
		k, err := h.engine.DrawTicket(t.Context(), scheduler.DrawRequest{OfficeID: "dgi-safi", Services: []string{"dgi-if"}}, kiosk)
		must(t, err)
		keep("2027-06-01 09:05", 1)
		if strings.Contains(readList(t, name), k.Number) {
			t.Error("written anew within the hour")
		}
		must(t, os.Chtimes(name, time.Time{}, time.Now().Add(-2*time.Hour)))
		keep("2027-06-01 09:10", 1)
		if !strings.Contains(readList(t, name), k.Number) {
			t.Error("not written anew after an hour")
		}
		must(t, os.WriteFile(filepath.Join(dir, "notes.html"), nil, 0o600))
		keep("2027-06-01 23:59", 2)
		keep("2027-06-02 00:10", 1) // what is not ours stays
	})
}

func readList(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	must(t, err)
	return string(text)
}

func TestDayListsByCommandAndTurnedOff(t *testing.T) {
	t.Parallel()
	h, at, reference := paperHouse(t, testdb.EmptySQLite(t))
	at("2027-06-01 05:00")
	to := filepath.Join(t.TempDir(), "paper")
	var out bytes.Buffer
	must(t, dayListCommand{To: to}.write(t.Context(), h, streams{out: &out}))
	name := strings.TrimSpace(out.String())
	if name != filepath.Join(to, "day-2027-06-01-dgi-safi.html") || !strings.Contains(readList(t, name), reference) {
		t.Errorf("written: %q", name)
	}
	out.Reset()
	must(t, dayListCommand{Office: "adii-safi"}.write(t.Context(), h, streams{out: &out}))
	if !strings.Contains(out.String(), "no list was written") {
		t.Error(out.String())
	}
	if err := (dayListCommand{Office: "nowhere"}).write(t.Context(), h, streams{out: &out}); err == nil {
		t.Error("an office that does not exist was written")
	}
	at("2027-06-01 07:00")
	must(t, h.keepDayLists(t.Context()))
	if len(listed(t, h.settings.DayListDir())) != 1 {
		t.Fatal("no list in the morning")
	}
	h.settings.DayLists.Dir = configs.Off
	must(t, h.keepDayLists(t.Context()))
	at("2027-06-02 07:00")
	must(t, h.keepDayLists(t.Context()))
	if left := listed(t, h.settings.DayListDir()); len(left) != 0 {
		t.Errorf("turned off, and names are left in %v", left)
	}
}
