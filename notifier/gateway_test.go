package notifier_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/notifier"
	"mawid/scheduler"
)

const hour = time.Hour

func newGateway(t *testing.T, url string) *notifier.Gateway {
	t.Helper()
	g, err := notifier.NewGateway(url, func() time.Time { return at(t, "2027-05-31 07:00") })
	must(t, err)
	return g
}

func shortLetter(t *testing.T) notifier.Letter {
	t.Helper()
	a := onThePhone(t, "fr")
	return write(t, newWording(t), &a, scheduler.NoticeMoved, scheduler.ChannelSMS)
}

func TestHowGatewaysAnswer(t *testing.T) {
	cases := []struct {
		status int
		header string // Retry-After
		body   string
		want   string
		after  time.Duration
		id     string
	}{
		{200, "", `{"id":"op-17"}`, "sent sms_200", 0, "op-17"},
		{202, "", `accepted`, "sent sms_202", 0, ""},
		{204, "", ``, "sent sms_204", 0, ""},
		{200, "", `{"id":"` + strings.Repeat("x", 200) + `"}`, "sent sms_200", 0, ""},
		{302, "", ``, "dead sms_302", 0, ""},
		{400, "", `bad number +33612345678`, "dead sms_400", 0, ""},
		{422, "", ``, "dead sms_422", 0, ""},
		{401, "", ``, "due sms_401", 0, ""},
		{403, "", ``, "due sms_403", 0, ""},
		{404, "", ``, "due sms_404", 0, ""},
		{408, "", ``, "due sms_408", 0, ""},
		{429, "90", ``, "due sms_429", 90 * time.Second, ""},
		{429, "Mon, 31 May 2027 07:10:00 GMT", ``, "due sms_429", 10 * time.Minute, ""},
		{503, "Mon, 31 May 2027 06:10:00 GMT", ``, "due sms_503", 0, ""},
		{503, "soon", ``, "due sms_503", 0, ""},
		{500, "999999999999999", ``, "due sms_500", 24 * hour, ""},
	}
	for _, c := range cases {
		var calls atomic.Int32
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			calls.Add(1)
			if c.header != "" {
				w.Header().Set("Retry-After", c.header)
			}
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, c.body)
		}))
		o := newGateway(t, server.URL).Send(t.Context(), shortLetter(t))
		server.Close()
		if got := string(o.State) + " " + o.Code; got != c.want || o.RetryAfter != c.after || o.ProviderID != c.id {
			t.Errorf("%d %q: %s after %s id %q", c.status, c.header, got, o.RetryAfter, o.ProviderID)
		}
		if calls.Load() != 1 {
			t.Errorf("%d: called %d times", c.status, calls.Load())
		}
		if o.Err != nil && strings.Contains(o.Err.Error(), aminaPhone) {
			t.Errorf("%d: the error names the person: %v", c.status, o.Err)
		}
	}
}

func TestTheGatewayIsToldEverything(t *testing.T) {
	var got map[string]string
	var kind, user, pass string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		kind = r.Header.Get("Content-Type")
		user, pass, _ = r.BasicAuth()
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	l := shortLetter(t)
	o := newGateway(t, strings.Replace(server.URL, "://", "://mawid:s3cret@", 1)+"/send").Send(t.Context(), l)
	if o.State != scheduler.NoticeSent {
		t.Fatalf("%+v", o)
	}
	if got["id"] != "ntc_golden" || got["to"] != aminaPhone || got["text"] != l.Text || got["valid_until"] != "2027-06-08T08:30:00Z" || len(got) != 4 {
		t.Errorf("the gateway got %v", got)
	}
	if kind != "application/json" || user != "mawid" || pass != "s3cret" {
		t.Errorf("the gateway got %q from %q", kind, user)
	}
}

func TestALostAnswerIsUnknownAndNotSentAgain(t *testing.T) {
	cases := map[string]func(w http.ResponseWriter, r *http.Request){
		"dropped": func(w http.ResponseWriter, _ *http.Request) {
			if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
				_ = c.Close()
			}
		},
		"silent": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // so that the end of the client is seen
			<-r.Context().Done()
		},
	}
	for name, answer := range cases {
		t.Run(name, func(t *testing.T) {
			testdb.Each(t, func(t *testing.T, db *store.DB) { loseAnswer(t, db, answer) })
		})
	}
}

func loseAnswer(t *testing.T, db *store.DB, answer http.HandlerFunc) {
	t.Helper()
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		answer(w, r)
	}))
	defer server.Close()
	w := newWorld(t, db)
	box := watch(db)
	conf := w.config(box)
	conf.SMS, conf.Attempt = newGateway(t, server.URL), time.Second
	worker := w.worker(conf)
	w.book("dgi-th-tsc", "2027-06-09 08:30", onThePhone(t, "fr").Citizen)
	w.drain(worker)
	if got := box.settled(t, scheduler.NoticeConfirmation); got != "unknown sms_unanswered" {
		t.Errorf("the message ended %q", got)
	}
	w.clock.Advance(24 * hour)
	w.drain(worker)
	if calls.Load() != 1 {
		t.Errorf("handed over %d times", calls.Load())
	}
	checkLog(t, w)
}

func TestAGatewayThatIsNotThereIsTriedAgain(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, l.Close())
	o := newGateway(t, "http://user:hunter2@"+l.Addr().String()+"/secret-path").Send(t.Context(), shortLetter(t))
	if o.State != scheduler.NoticeDue || o.Code != "sms_unreachable" || !o.Down || o.Err == nil {
		t.Fatalf("%+v", o)
	}
	if text := o.Err.Error(); strings.Contains(text, "hunter2") || strings.Contains(text, "secret-path") {
		t.Errorf("the error shows the setting: %s", text)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if o := newGateway(t, "http://"+l.Addr().String()).Send(ctx, shortLetter(t)); o.State != scheduler.NoticeDue {
		t.Errorf("a message that never left ended %s", o.State)
	}
}

func TestRetryAfterIsRespected(t *testing.T) {
	for asked, want := range map[time.Duration]time.Duration{
		time.Second: 33 * time.Second, 10 * time.Minute: 11 * time.Minute, 20 * hour: 6*hour + 36*time.Minute, 0: 5 * time.Minute,
	} {
		w := newWorld(t, testdb.Open(t, testdb.SQLite(t)))
		box := watch(w.db)
		conf := w.config(box)
		conf.SMS = senderFunc(func(context.Context, notifier.Letter) notifier.Outcome {
			return notifier.Outcome{State: scheduler.NoticeDue, Code: "sms_429", RetryAfter: asked}
		})
		w.book("dgi-th-tsc", "2027-06-09 08:30", onThePhone(t, "fr").Citizen)
		if _, err := w.worker(conf).RunOnce(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r := box.last(t, scheduler.NoticeConfirmation); r.RetryAt.Sub(w.clock.Now()) != want {
			t.Errorf("asked to wait %s: waits %s, want %s", asked, r.RetryAt.Sub(w.clock.Now()), want)
		}
	}
}

func TestNewGatewayNamesTheFieldAndNeverThePassword(t *testing.T) {
	for _, url := range []string{"", "gateway", "smtp://u:hunter2@h", "https://", "https://u:hunter2@/", "https://u:hunter2@h:banana/", "https://u:hunter2%zz@h/"} {
		_, err := notifier.NewGateway(url, nil)
		if err == nil || !strings.Contains(err.Error(), "sms_url") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"", "0", "120", "-5", "Mon, 31 May 2027 07:10:00 GMT", "99999999999999999999", "1e9"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		g, err := notifier.NewGateway("https://gateway.example", func() time.Time { return time.Unix(1_800_000_000, 0) })
		must(t, err)
		if d := g.RetryAfter(s); d < 0 {
			t.Errorf("%q: %s", s, d)
		}
	})
}
