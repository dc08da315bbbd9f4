package main

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"mawid/internal/testdb"
)

// TestDoctorFindsNothingWrong: on the fresh sample, while the server runs and
// after it stopped, with and without bookings.
func TestDoctorFindsNothingWrong(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		post := openPostOffice(t)
		house := install(t, url, "MAWID_SMTP_URL="+post.url)
		server := house.serve()
		house.healthy()
		for _, s := range server.slots(t, "dgi-safi", "dgi-if", 2)[:3] {
			server.mustBook(t, s, house.somebody())
		}
		server.stop()
		r := house.run("doctor")
		for _, line := range []string{
			"ok     zone data    2026", "ok     migrations   version", "ok     secret", "14 offices, 48 services",
			"3 appointments", "ok     mail", "ok     clock", "ok     instants", "ok     providers", "ok     notices", "ok     offers", "ok     data folder", "No fault found.",
		} {
			if !strings.Contains(r.out, line) {
				t.Errorf("doctor does not say %q:\n%s", line, r.out)
			}
		}
		if r.code != exitDone || strings.Contains(r.out, "FAULT") {
			t.Errorf("exit %d\n%s", r.code, r.out)
		}
	})
}

// An identity provider is asked whether it is there.
func TestDoctorAsksTheIdentityProvider(t *testing.T) {
	t.Parallel()
	var up atomic.Bool
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !up.Load() {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		at := "http://" + r.Host
		_ = json.NewEncoder(w).Encode(map[string]string{
			"issuer": at, "authorization_endpoint": at + "/auth", "token_endpoint": at + "/token", "jwks_uri": at + "/keys",
		})
	}))
	t.Cleanup(provider.Close)
	house := install(t, testdb.SQLite(t), "MAWID_OIDC_ISSUER="+provider.URL, "MAWID_OIDC_CLIENT_ID=mawid", "MAWID_OIDC_CLIENT_SECRET=secret")
	if r := house.run("doctor"); !strings.Contains(r.out, "FAULT  identity") || strings.Contains(r.out, "client_secret=secret") {
		t.Errorf("a provider that is down:\n%s", r.out)
	}
	up.Store(true)
	if r := house.run("doctor"); !strings.Contains(r.out, "ok     identity     "+provider.URL+" answers") {
		t.Errorf("a provider that answers:\n%s", r.out)
	}
}

// plant is a fault in what is stored, and what doctor must say of it.
type plant struct {
	name       string
	statements map[string][]string // by database; "" for both
	say        string              // in one line with FAULT
}

var plants = []plant{
	{"a day whose count is too high", map[string][]string{"": {"UPDATE days SET taken = places"}}, "3 taken, "},
	{"a day whose count is too low", map[string][]string{
		"sqlite": {"UPDATE days SET taken = zeroblob(length(taken))"}, "postgres": {"UPDATE days SET taken = decode(repeat('00', length(taken)), 'hex')"},
	}, "says 0 taken, 1 occupy it"},
	{"an appointment without its place", map[string][]string{"": {"DELETE FROM days"}}, "is not stored"},
	{"a place outside of its day", map[string][]string{"": {"UPDATE appointments SET start_minute = 5"}}, "00:05 lies outside of its day"},
	{"an appointment that vanished", map[string][]string{"": {"DELETE FROM appointments"}}, "says 1 taken, 0 occupy it"},
	{"a cancellation by hand", map[string][]string{"": {"UPDATE appointments SET status = 'cancelled'"}}, "says 1 taken, 0 occupy it"},
	{"an overfull day", map[string][]string{
		"sqlite":   {"DROP TRIGGER days_sound_update", "UPDATE days SET places = zeroblob(length(places))"},
		"postgres": {"ALTER TABLE days DROP CONSTRAINT days_sound", "UPDATE days SET places = decode(repeat('00', length(places)), 'hex')"},
	}, "has 1 taken of 0 places"},
	{"an instant of other zone data", map[string][]string{"": {"UPDATE appointments SET starts_at = starts_at - 3600000000, tz_version = '2025b'"}}, "(zone data 2025b)"},
	{"an appointment in a zone that nobody knows", map[string][]string{"": {"UPDATE appointments SET zone = 'Mars/Olympus'"}}, "Mars/Olympus"},
	{"a notice that nobody sends", map[string][]string{"": {"UPDATE notices SET due_at = 1, state = 'due' WHERE kind = 'confirmation'"}}, "1 notices are due for more than 15m"},
	{"a notice that was given up", map[string][]string{"": {"UPDATE notices SET state = 'dead' WHERE kind = 'confirmation'"}}, "1 notices were given up"},
	{"a provider that does not answer", map[string][]string{
		"sqlite":   {"INSERT INTO providers SELECT 'maroc', 'sms', 'sms_503', t, t, t FROM (SELECT CAST(unixepoch('subsec') * 1000000 AS INTEGER) AS t) x"},
		"postgres": {"INSERT INTO providers SELECT 'maroc', 'sms', 'sms_503', t, t, t FROM (SELECT CAST(extract(epoch FROM now()) * 1000000 AS BIGINT) AS t) x"},
	}, "maroc (sms) has not answered since 2"},
	{"an offer that nobody ended", map[string][]string{"": {
		"INSERT INTO offers VALUES ('off_1', 'wish_1', 'o', (SELECT id FROM holds UNION SELECT 'hold_1' LIMIT 1), 'p', '2027-01-01', 1, 1, 0, 1, 'open', 1, 1, 0)",
	}}, "1 offers ran out more than 15m"},
	{"a missing migration", map[string][]string{"": {"DELETE FROM goose_db_version WHERE version_id = 1"}}, "run `mawid migrate`: 00001_start.sql"},
	{"a database of the future", map[string][]string{
		"sqlite":   {"INSERT INTO goose_db_version (version_id, is_applied) VALUES (9000, 1)"},
		"postgres": {"INSERT INTO goose_db_version (version_id, is_applied) VALUES (9000, true)"},
	}, "at version 9000, newer than this program's"},
	{"another secret's database", map[string][]string{"": {"UPDATE settings SET value = 'another' WHERE key = 'secret_fingerprint'"}}, "the secret is not the one"},
}

// TestDoctorFindsWhatIsPlanted plants one fault at a time in a copy of a sound
// database with one appointment, and wants exactly that fault told.
func TestDoctorFindsWhatIsPlanted(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, database string) {
		house := install(t, database)
		server := house.serve()
		server.mustBook(t, server.slots(t, "dgi-safi", "dgi-if", 2)[0], house.somebody())
		eventually(t, "the confirmation", func() bool { return house.count("SELECT count(*) FROM notices WHERE state = 'kept'") == 1 })
		server.stop()
		for _, p := range plants {
			t.Run(p.name, func(t *testing.T) { p.check(t, house.copy(t)) })
		}
		house.healthy()
	})
}

func (p plant) check(t *testing.T, house *installation) {
	t.Helper()
	kind, _, _ := strings.Cut(house.database, ":")
	for _, s := range append(p.statements[""], p.statements[kind]...) {
		if house.exec(s) == 0 && strings.HasPrefix(s, "UPDATE") {
			t.Fatalf("%s: met nothing", s)
		}
	}
	house.wantFault(t, nil, p.say)
}

// copy is the same house with a database of its own. Nobody may use the
// database meanwhile.
func (i *installation) copy(t *testing.T) *installation {
	t.Helper()
	out := &installation{t: t, data: i.data, settings: i.settings, begun: i.begun}
	if file, ok := strings.CutPrefix(i.database, "sqlite:"); ok {
		content, err := os.ReadFile(file)
		must(t, err)
		name := filepath.Join(t.TempDir(), "copy.db")
		must(t, os.WriteFile(name, content, 0o600))
		out.database = "sqlite:" + name
		return out
	}
	u, err := url.Parse(i.database)
	must(t, err)
	from := strings.TrimPrefix(u.Path, "/")
	name := from + "_" + strings.ToLower(rand.Text()[:8])
	i.exec("CREATE DATABASE " + name + " TEMPLATE " + from)
	t.Cleanup(func() { i.exec("DROP DATABASE " + name + " WITH (FORCE)") })
	u.Path = "/" + name
	out.database = u.String()
	return out
}

// wantFault runs the doctor and wants exit 1 and a fault told in certain words.
func (i *installation) wantFault(t *testing.T, settings []string, say string) {
	t.Helper()
	r := i.runWith(settings, "doctor")
	told := false
	var what string
	for line := range strings.Lines(r.out) {
		if !strings.HasPrefix(line, " ") {
			what = line
		}
		told = told || strings.HasPrefix(what, "FAULT") && strings.Contains(line, say)
	}
	if r.code != exitFault || !told || !strings.Contains(r.out, "faults found.") {
		t.Errorf("exit %d, want %d and a fault with %q:\n%s%s", r.code, exitFault, say, r.out, r.err)
	}
}
