package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"mawid/internal/testdb"
)

// TestServeWithNothingSet: an empty folder, no database, no secret, no data
// folder named; the address alone is chosen, since tests share a machine.
func TestServeWithNothingSet(t *testing.T) {
	t.Parallel()
	house := install(t, "")
	server := house.serve("MAWID_DATA_DIR=")
	here := filepath.Dir(house.data)
	for name, mode := range map[string]os.FileMode{"data": 0o700 | os.ModeDir, "data/mawid.db": 0o600, "data/secret": 0o600} {
		info, err := os.Stat(filepath.Join(here, name))
		must(t, err)
		if info.Mode() != mode {
			t.Errorf("%s has mode %v, want %v: it holds personal data", name, info.Mode(), mode)
		}
	}
	for path, want := range map[string]struct {
		status int
		say    string
	}{
		"/ar/":                     {200, `dir="rtl"`},
		"/fr/":                     {200, "Safi"},
		"/v1/services":             {200, `"dgi-th-tsc"`},
		"/openapi.json":            {200, `"3.1.0"`},
		"/livez":                   {200, "ok"},
		"/readyz":                  {200, "ok"},
		"/metrics":                 {404, ""},
		"/feeds/unknown.ics":       {404, ""},
		"/v1/appointments/unknown": {401, "unauthenticated"},
		"/desk/outbox":             {303, ""},
	} {
		a, err := server.do(patient(t), http.MethodGet, path, "", nil, nil)
		must(t, err)
		if a.status != want.status || !strings.Contains(string(a.body), want.say) {
			t.Errorf("%s: %s, want %d with %q", path, a, want.status, want.say)
		}
	}
	server.mustBook(t, server.slots(t, "dgi-safi", "dgi-if", 1)[0], house.somebody())
	server.stop()
	if left, err := filepath.Glob(filepath.Join(here, "data", "*-wal")); err != nil || len(left) > 0 {
		t.Errorf("the log was not folded into the file: %v, %v", left, err)
	}
}

// slowBooking is a request whose body comes late. The server has read its head
// and waits.
type slowBooking struct {
	conn   net.Conn
	answer *bufio.Reader
	body   []byte
}

func (p *program) startSlowBooking(t *testing.T, s slot, who person) *slowBooking {
	t.Helper()
	body, err := json.Marshal(map[string]any{"office": s.Office, "service": s.Service, "starts_at": s.StartsAt, "citizen": who})
	must(t, err)
	host := strings.TrimPrefix(p.URL, "http://")
	conn, err := net.Dial("tcp", host)
	must(t, err)
	t.Cleanup(func() { _ = conn.Close() }) // the server may have closed it
	_, err = fmt.Fprintf(conn, "POST /v1/appointments HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n"+
		"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n", host, len(body))
	must(t, err)
	b := &slowBooking{conn, bufio.NewReader(conn), body}
	line, err := b.answer.ReadString('\n')
	must(t, err)
	if !strings.Contains(line, "100 Continue") {
		t.Fatalf("the server does not wait for the body: %s", line)
	}
	_, err = b.answer.ReadString('\n')
	must(t, err)
	return b
}

// finish sends the body and returns the answer.
func (b *slowBooking) finish() (*http.Response, error) {
	if _, err := io.Copy(b.conn, bytes.NewReader(b.body)); err != nil {
		return nil, err
	}
	return http.ReadResponse(b.answer, nil)
}

// untilClosed waits until the server takes no new connections.
func (p *program) untilClosed(t *testing.T) {
	t.Helper()
	eventually(t, "the door to close", func() bool {
		c, err := net.Dial("tcp", strings.TrimPrefix(p.URL, "http://"))
		if err == nil {
			_ = c.Close()
		}
		return err != nil
	})
}

// TestStopLetsRequestsFinish: a booking that is under way when the server is
// asked to stop is answered, and is there at the next start.
func TestStopLetsRequestsFinish(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		house := install(t, url)
		server := house.serve()
		slow := server.startSlowBooking(t, server.slots(t, "dgi-safi", "dgi-if", 1)[0], house.somebody())
		server.signal(syscall.SIGTERM)
		server.untilClosed(t)
		got, err := slow.finish()
		must(t, err)
		defer got.Body.Close()
		var b booking
		must(t, json.NewDecoder(got.Body).Decode(&b))
		house.secret(b.ManageToken)
		if got.StatusCode != http.StatusCreated {
			t.Errorf("the request under way: %s", got.Status)
		}
		server.end()
		if code := server.cmd.ProcessState.ExitCode(); code != exitDone {
			t.Errorf("exit %d, want %d", code, exitDone)
		}
		if found := house.serve().look(t, b); found.Status != "booked" {
			t.Errorf("after the next start: %+v", found)
		}
	})
}

// TestSecondSignalEndsAtOnce: with a request under way that never ends.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(s.String(), func(t *testing.T) {
			house := install(t, testdb.SQLite(t))
			server := house.serve()
			server.startSlowBooking(t, server.slots(t, "dgi-safi", "dgi-if", 1)[0], house.somebody())
			server.signal(s)
			server.untilClosed(t)
			eventually(t, "the end after more signals", func() bool {
				server.signal(s)
				select {
				case <-server.ended:
					return true
				default:
					return false
				}
			})
			if how, ok := server.cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !how.Signaled() || how.Signal() != s {
				t.Errorf("ended with %v, want by the signal: it waited for the request instead", server.cmd.ProcessState)
			}
			house.healthy()
		})
	}
}

// TestPortInUse: a second server on the same address says so and ends; the first
// goes on. Metrics on a port in use keep nobody from booking.
func TestPortInUse(t *testing.T) {
	t.Parallel()
	house := install(t, testdb.SQLite(t))
	server := house.serve()
	host := strings.TrimPrefix(server.URL, "http://")
	r := house.runWith([]string{"MAWID_LISTEN=" + host}, "serve")
	if r.code != exitFault || !strings.Contains(r.err, host+": bind: address already in use") {
		t.Errorf("exit %d: %s", r.code, r.err)
	}
	other := house.serve("MAWID_METRICS_LISTEN=" + host)
	eventually(t, "the log to say that there are no metrics", func() bool { return strings.Contains(other.err.String(), "no metrics") })
	for _, p := range []*program{server, other} {
		p.get(t, "/readyz", "", nil)
	}
}

// TestServeSaysWhereTheBoardIs: the address that is printed shows a board.
func TestServeSaysWhereTheBoardIs(t *testing.T) {
	t.Parallel()
	server := install(t, "").serve("MAWID_DATA_DIR=")
	found := regexp.MustCompile(`board\s+(http://\S+/board/\S+)`).FindStringSubmatch(server.out.String())
	if found == nil {
		t.Fatalf("no address of a board:\n%s", server.out)
	}
	a := server.get(t, strings.TrimPrefix(found[1], server.URL), "", nil)
	if !strings.Contains(string(a.body), "on-board") {
		t.Errorf("%s shows %s", found[1], a)
	}
}
