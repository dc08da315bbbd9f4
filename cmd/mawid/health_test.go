package main

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"mawid/internal/testdb"
)

// TestReadiness: a node whose tables are not up to date says which part is
// missing, and lives on; when they are, it is ready again.
func TestReadiness(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		house := install(t, url)
		server := house.serve()
		if a := server.get(t, "/readyz", "", nil); string(a.body) != "ok\n" || a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("/readyz: %s, %v", a, a.header)
		}
		house.exec("ALTER TABLE goose_db_version RENAME TO goose_away")
		a, err := server.do(patient(t), http.MethodGet, "/readyz", "", nil, nil)
		must(t, err)
		if a.status != http.StatusServiceUnavailable || string(a.body) != "not ready: migrations\n" {
			t.Errorf("/readyz without migrations: %s", a)
		}
		server.get(t, "/livez", "", nil)
		house.exec("ALTER TABLE goose_away RENAME TO goose_db_version")
		server.get(t, "/readyz", "", nil)
		for _, path := range []string{"/livez", "/readyz"} {
			a, err := server.do(patient(t), http.MethodPost, path, "", nil, nil)
			must(t, err)
			if a.status != http.StatusMethodNotAllowed && a.status != http.StatusNotFound {
				t.Errorf("POST %s: %s", path, a)
			}
		}
	})
}

var metricsAddress = regexp.MustCompile(`metrics\s+(http://\S+/metrics)\n`)

// figures reads the metrics from their own address.
func (p *program) figures(t *testing.T) string {
	t.Helper()
	found := metricsAddress.FindStringSubmatch(p.out.String())
	if found == nil {
		t.Fatalf("serve does not say where the metrics are:\n%s", p.out)
	}
	r, err := http.NewRequestWithContext(patient(t), http.MethodGet, found[1], nil)
	must(t, err)
	a, err := p.send(r, nil)
	must(t, err)
	if a.status != http.StatusOK {
		t.Fatalf("%s: %s", found[1], a)
	}
	return string(a.body)
}

// TestMetrics: on an address of their own and not on the public one; routes are
// patterns, so that no token becomes a label.
func TestMetrics(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		house := install(t, url)
		server := house.serve("MAWID_METRICS_LISTEN=127.0.0.1:0")
		b := server.mustBook(t, server.slots(t, "dgi-safi", "dgi-if", 1)[0], house.somebody())
		server.look(t, b)
		server.get(t, "/feeds/"+feedToken(b)+".ics", "", nil)
		if a, err := server.do(patient(t), http.MethodGet, "/a/"+b.ManageToken, "", nil, nil); err != nil || a.status >= 400 {
			t.Errorf("/a/…: %s, %v", a, err)
		}
		server.mustHold(t, server.slots(t, "dgi-safi", "dgi-if", 1)[1])
		eventually(t, "the confirmation", func() bool { return house.count("SELECT count(*) FROM notices WHERE state = 'kept'") == 1 })
		now := time.Now().UnixMicro()
		house.exec(fmt.Sprintf("INSERT INTO providers (name, channel, code, down_since, tried_at, next_try) VALUES ('maroc', 'sms', 'sms_503', %d, %d, %d)", now, now, now))
		text := server.figures(t)
		for _, want := range []string{
			`mawid_http_request_seconds_count{route="POST /v1/appointments",status="2xx"} 1`,
			`route="GET /v1/appointments/{id}"`, `route="GET /feeds/{file}"`, `route="GET /a/{token}"`, "mawid_database_up 1", "mawid_notices_due 0",
			"mawid_notices_dead 0", "mawid_holds_live 1", `mawid_provider_waiting{name="maroc"} 0`, "go_goroutines ", "process_open_fds ",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("no %s", want)
			}
		}
		for _, secret := range append(house.secrets(), b.ID) {
			if strings.Contains(text, secret) {
				t.Errorf("the metrics hold %q", secret)
			}
		}
		for _, path := range []string{"/metrics", "/ar/metrics", "/v1/metrics", "//metrics", "/debug/pprof/"} {
			if a, err := server.do(patient(t), http.MethodGet, path, "", nil, nil); err != nil || strings.Contains(string(a.body), "mawid_") || a.status == http.StatusOK {
				t.Errorf("%s on the public address: %s, %v", path, a, err)
			}
		}
		if t.Failed() {
			t.Log(strings.Join(regexp.MustCompile(`(?m)^mawid_.*_count.*$`).FindAllString(text, -1), "\n"))
		}
	})
}

// mustHold keeps a place.
func (p *program) mustHold(t *testing.T, s slot) (id string) {
	t.Helper()
	var kept struct{ ID string }
	a, err := p.do(patient(t), http.MethodPost, "/v1/holds", "",
		map[string]any{"office": s.Office, "service": s.Service, "starts_at": s.StartsAt}, &kept)
	must(t, err)
	if a.status != http.StatusCreated {
		t.Fatalf("hold: %s", a)
	}
	return kept.ID
}
