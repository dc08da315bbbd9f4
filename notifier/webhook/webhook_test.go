package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/internal/testnode"
	"mawid/scheduler"
)

// hears is a receiver that answers as a test says, and remembers.
type hears struct {
	*httptest.Server
	mu     sync.Mutex
	answer func(n int, w http.ResponseWriter)
	calls  []call
}

type call struct {
	id, stamp, signature string
	body                 []byte
}

func newHears(t *testing.T, answer func(n int, w http.ResponseWriter)) *hears {
	t.Helper()
	h := &hears{answer: answer}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		h.calls = append(h.calls, call{r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp"), r.Header.Get("webhook-signature"), body})
		n := len(h.calls)
		h.mu.Unlock()
		if h.answer != nil {
			h.answer(n, w)
		}
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hears) all() []call {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.calls)
}

// types are what was heard, in order of the alphabet.
func (h *hears) types(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, c := range h.all() {
		var told struct{ Type string }
		if err := json.Unmarshal(c.body, &told); err != nil {
			t.Fatal(err)
		}
		out = append(out, told.Type)
	}
	slices.Sort(out)
	return out
}

// world is a Mawid on a real database with a worker that may call this machine.
type world struct {
	t      *testing.T
	db     *store.DB
	engine *scheduler.Engine
	clock  *enginetest.Clock
	worker *Worker
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := &world{t: t, db: db, clock: enginetest.NewClock(t)}
		w.engine = enginetest.Node(t, db, w.clock, 1)
		_, err := w.engine.Import(t.Context(), enginetest.Data())
		w.must(err)
		w.worker = w.newWorker()
		f(t, w)
	})
}

func (w *world) newWorker() *Worker {
	return New(Config{
		Store: w.db, Clock: w.clock.Now, Secrets: w.engine.EndpointSecrets, Random: func() float64 { return 0 },
		Log: slog.New(slog.DiscardHandler), Private: true,
	})
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) endpoint(url string, types ...string) (scheduler.Endpoint, string) {
	w.t.Helper()
	p, secret, err := w.engine.NewEndpoint(w.t.Context(), url, types)
	w.must(err)
	return p, secret
}

func (w *world) book(name, at string) scheduler.Booked {
	w.t.Helper()
	b, err := w.engine.Book(w.t.Context(), scheduler.BookRequest{
		OfficeID: enginetest.Solo, ServiceID: enginetest.Stamp, StartsAt: enginetest.At(w.t, at),
		Citizen: scheduler.Citizen{Name: name, Email: "person@example.org", Phone: "+212661000010"},
	})
	w.must(err)
	return b
}

func (w *world) tell() int {
	w.t.Helper()
	n, err := w.worker.RunOnce(w.t.Context())
	w.must(err)
	return n
}

// verify checks a call with the reference library. It must be recent, so the
// library's clock is set to the call's.
const verify = `
const { Webhook } = require("standardwebhooks");
const { secret, headers, body, now } = JSON.parse(require("fs").readFileSync(0));
Date.now = () => now * 1000;
const RealDate = Date;
globalThis.Date = class extends RealDate { constructor(...a) { a.length ? super(...a) : super(now * 1000); } static now() { return now * 1000; } };
try { new Webhook(secret).verify(body, headers); console.log("good"); } catch (e) { console.log("bad: " + e.message); }
`

func reference(t *testing.T, secret string, c call, now time.Time) string {
	t.Helper()
	in, err := json.Marshal(map[string]any{
		"secret": secret, "body": string(c.body), "now": now.Unix(),
		"headers": map[string]string{"webhook-id": c.id, "webhook-timestamp": c.stamp, "webhook-signature": c.signature},
	})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", "-e", verify)
	cmd.Env = append(os.Environ(), "NODE_PATH="+filepath.Join(testnode.Dir(t), "node_modules"))
	cmd.Stdin = bytes.NewReader(in)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

// TestTheReferenceLibraryAccepts: booked, moved, cancelled; without a person's
// data; while a secret is replaced with both.
func TestTheReferenceLibraryAccepts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := newHears(t, nil)
		p, secret := w.endpoint(h.URL)
		b := w.book("Amina Benali", "2027-06-08 09:30")
		if n := w.tell(); n != 1 {
			t.Fatalf("%d told, want 1", n)
		}
		c := h.all()[0]
		if got := reference(t, secret, c, w.clock.Now()); got != "good" {
			t.Errorf("the reference library says %s", got)
		}
		var told struct {
			Type      string
			Timestamp time.Time
			Data      map[string]any
		}
		w.must(json.Unmarshal(c.body, &told))
		if told.Type != "appointment.booked" || !told.Timestamp.Equal(b.Appointment.CreatedAt) || told.Data["appointment_id"] != b.Appointment.ID ||
			told.Data["starts_at"] != "2027-06-08T09:30:00Z" || told.Data["status"] != "booked" {
			t.Errorf("told %s", c.body)
		}
		for _, private := range []string{"Amina", "person@", "212661", b.ManageToken, b.CalendarToken, b.Appointment.Reference} {
			if bytes.Contains(c.body, []byte(private)) {
				t.Errorf("%q leaves the house", private)
			}
		}
		_, fresh, err := w.engine.RotateEndpoint(t.Context(), p.ID)
		w.must(err)
		_, err = w.engine.Cancel(t.Context(), b.Appointment.ID, 0, scheduler.Actor{ManageToken: b.ManageToken})
		w.must(err)
		w.tell()
		c = h.all()[1]
		for name, s := range map[string]string{"old": secret, "new": fresh} {
			if got := reference(t, s, c, w.clock.Now()); got != "good" {
				t.Errorf("with the %s secret: %s", name, got)
			}
		}
		w.clock.Advance(25 * time.Hour)
		w.book("Omar Idrissi", "2027-06-08 10:30")
		w.tell()
		c = h.all()[2]
		if got := reference(t, secret, c, w.clock.Now()); got == "good" {
			t.Error("the old secret still signs after a day")
		}
		if got := reference(t, fresh, c, w.clock.Now()); got != "good" {
			t.Errorf("the new one: %s", got)
		}
		if got := reference(t, fresh, c, w.clock.Now().Add(time.Hour)); got == "good" {
			t.Error("the reference library takes a call of an hour ago: this test proves nothing")
		}
	})
}

// TestAFailureIsToldAgainUnderTheSameID, and in the end given up, where an
// operator sees it.
func TestAFailureIsToldAgainUnderTheSameID(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		fails := true
		h := newHears(t, func(_ int, rw http.ResponseWriter) {
			if fails {
				rw.WriteHeader(http.StatusServiceUnavailable)
			}
		})
		p, _ := w.endpoint(h.URL)
		w.book("Amina Benali", "2027-06-08 09:30")
		for range 100 {
			w.tell()
			w.clock.Advance(20 * time.Hour)
		}
		calls := h.all()
		if len(calls) != len(waits)+1 {
			t.Errorf("told %d times, want %d", len(calls), len(waits)+1)
		}
		for _, c := range calls {
			if c.id != calls[0].id || !bytes.Equal(c.body, calls[0].body) {
				t.Error("another attempt has another id or body")
			}
		}
		w.wantCounts(p.ID, 0, 1)
		fails = false
		n, err := w.db.RetryDeliveries(t.Context(), p.ID, w.clock.Now())
		w.must(err)
		w.tell()
		if n != 1 || len(h.all()) != len(calls)+1 || h.all()[len(calls)].id != calls[0].id {
			t.Errorf("an operator's retry of %d told %d more", n, len(h.all())-len(calls))
		}
		w.wantCounts(p.ID, 0, 0)
	})
}

func (w *world) wantCounts(id string, due, dead int) {
	w.t.Helper()
	all, err := w.db.Endpoints(w.t.Context())
	w.must(err)
	for _, p := range all {
		if p.ID == id && (p.Due != due || p.Dead != dead) {
			w.t.Errorf("%d wait and %d were given up, want %d and %d", p.Due, p.Dead, due, dead)
		}
	}
}

func TestWhoIsGoneHearsNoMore(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := newHears(t, func(_ int, rw http.ResponseWriter) { rw.WriteHeader(http.StatusGone) })
		p, _ := w.endpoint(h.URL)
		w.book("Amina Benali", "2027-06-08 09:30")
		w.tell()
		w.book("Omar Idrissi", "2027-06-08 10:30")
		w.clock.Advance(time.Hour)
		w.tell()
		if n := len(h.all()); n != 1 {
			t.Errorf("told %d times", n)
		}
		got, err := w.db.Endpoint(t.Context(), p.ID)
		w.must(err)
		if got.DisabledAt.IsZero() || got.DisabledWhy != "gone" {
			t.Errorf("%+v", got)
		}
	})
}

// TestOneDeadEndpointDoesNotHoldUpOthers, and each hears what it asked for.
func TestOneDeadEndpointDoesNotHoldUpOthers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		bad := newHears(t, func(_ int, rw http.ResponseWriter) { rw.WriteHeader(500) })
		good, picky := newHears(t, nil), newHears(t, nil)
		w.endpoint(bad.URL)
		w.endpoint(good.URL)
		w.endpoint(picky.URL, "appointment.cancelled", "ticket.called")
		var last scheduler.Booked
		for i := range 12 {
			last = w.book(fmt.Sprint("Person ", i), fmt.Sprintf("2027-06-08 %02d:%02d", 9+i/6, i%6*10))
		}
		_, err := w.engine.Cancel(t.Context(), last.Appointment.ID, 0, scheduler.Actor{ManageToken: last.ManageToken})
		w.must(err)
		for w.tell() > 0 {
			continue
		}
		if n := len(good.all()); n != 13 {
			t.Errorf("the good one heard %d of 13", n)
		}
		if got := picky.types(t); len(got) != 1 || got[0] != "appointment.cancelled" {
			t.Errorf("the picky one heard %v", got)
		}
		if n := len(bad.all()); n > share {
			t.Errorf("the bad one was called %d times", n)
		}
	})
}

// TestTwoWorkersTellOnce: whatever many workers are there.
func TestTwoWorkersTellOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := newHears(t, nil)
		w.endpoint(h.URL)
		for i := range 20 {
			w.book(fmt.Sprint("Person ", i), fmt.Sprintf("2027-06-08 %02d:%02d", 9+i/6, i%6*10))
		}
		var all sync.WaitGroup
		for range 4 {
			worker := w.newWorker()
			all.Go(func() {
				for {
					n, err := worker.RunOnce(context.Background())
					if err != nil {
						t.Error(err)
					}
					if n == 0 || err != nil {
						return
					}
				}
			})
		}
		all.Wait()
		heard := map[string]int{}
		for _, c := range h.all() {
			heard[c.id]++
		}
		if len(heard) != 20 || len(h.all()) != 20 {
			t.Errorf("%d events were told in %d calls, want 20 and 20", len(heard), len(h.all()))
		}
	})
}

// TestAWorkerThatDied: its lease ends, and another tells.
func TestAWorkerThatDied(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := newHears(t, nil)
		w.endpoint(h.URL)
		w.book("Amina Benali", "2027-06-08 09:30")
		now := w.clock.Now()
		claimed, err := w.db.ClaimDeliveries(t.Context(), now, now.Add(lease), batch, share)
		w.must(err)
		if len(claimed) != 1 || w.tell() != 0 {
			t.Fatalf("%d claimed, or two workers have one delivery", len(claimed))
		}
		w.clock.Advance(lease + time.Second)
		if w.tell() != 1 || len(h.all()) != 1 {
			t.Error("nobody tells what a dead worker held")
		}
		err = w.db.SettleDelivery(t.Context(), claimed[0], scheduler.DeliveryResult{At: now, State: scheduler.DeliveryDead, Code: "late"})
		if err == nil {
			t.Error("who came late settled it")
		}
	})
}

// TestTheRoomIsTold: the steps of a ticket, the call too.
func TestTheRoomIsTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := newHears(t, nil)
		w.endpoint(h.URL)
		w.clock.Set(enginetest.At(t, "2027-06-08 09:00"))
		ali := scheduler.Actor{Staff: &scheduler.User{ID: "usr_1", Role: scheduler.RoleAgent, Offices: []string{enginetest.Solo}}}
		ticket, err := w.engine.DrawTicket(t.Context(), scheduler.DrawRequest{OfficeID: enginetest.Solo, Services: []string{enginetest.Stamp}}, ali)
		w.must(err)
		called, err := w.engine.CallNext(t.Context(), "solo-1", ali)
		w.must(err)
		if called.ID != ticket.ID {
			t.Fatalf("called %s, want %s", called.ID, ticket.ID)
		}
		for w.tell() > 0 {
			continue
		}
		got := h.types(t)
		if !slices.Contains(got, "ticket.arrived") || !slices.Contains(got, "ticket.called") {
			t.Errorf("heard %v", got)
		}
	})
}

func TestAddressesThatAreNotCalled(t *testing.T) {
	for _, address := range []string{
		"127.0.0.1:80", "[::1]:80", "10.0.0.1:80", "172.16.0.1:80", "192.168.1.1:80", "169.254.169.254:80", "[fe80::1%eth0]:80", "[fd00::1]:80",
		"0.0.0.0:80", "100.64.0.1:80", "224.0.0.1:80", "[::ffff:127.0.0.1]:80", "[64:ff9b::7f00:1]:80", "[2002:7f00:1::]:80", "255.255.255.255:80", "[::]:80",
	} {
		if refusePrivate(address) == nil {
			t.Errorf("%s is called", address)
		}
	}
	for _, address := range []string{"196.200.131.1:443", "[2a00:1450:4007:80e::2003]:443"} {
		if err := refusePrivate(address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestTheLookIsAtTheCall: a name that leads to this machine, and a redirect to
// it, call nothing.
func TestTheLookIsAtTheCall(t *testing.T) {
	h := newHears(t, nil)
	d := scheduler.Delivery{ID: "x", Body: []byte("{}"), Endpoint: scheduler.Endpoint{URL: strings.Replace(h.URL, "127.0.0.1", "localhost", 1)}}
	secrets := []string{"whsec_" + strings.Repeat("A", 44)}
	if got := newCaller(false).call(t.Context(), d, secrets, time.Unix(0, 0)); got.good || got.code != "refused_address" {
		t.Errorf("localhost: %+v", got)
	}
	redirect := newHears(t, func(_ int, w http.ResponseWriter) {
		w.Header().Set("Location", h.URL)
		w.WriteHeader(http.StatusTemporaryRedirect)
	})
	d.Endpoint.URL = redirect.URL
	if got := newCaller(true).call(t.Context(), d, secrets, time.Unix(0, 0)); got.good || got.code != "http_307" {
		t.Errorf("a redirect: %+v", got)
	}
	if n := len(h.all()); n != 0 {
		t.Errorf("%d calls arrived", n)
	}
}

func TestEndpointsAreChecked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, bad := range []string{"", "ftp://x", "https://", "https://user:pass@x/", "/path", "https://x/#y", "https://x/" + strings.Repeat("y", 600)} {
			if _, _, err := w.engine.NewEndpoint(t.Context(), bad, nil); err == nil {
				t.Errorf("%q was taken", bad)
			}
		}
		if _, _, err := w.engine.NewEndpoint(t.Context(), "https://x.example/", []string{"everything"}); err == nil {
			t.Error("a type that is none was taken")
		}
	})
}
