package notifier_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/notifier"
	"mawid/scheduler"
)

func routes(t *testing.T, clock *enginetest.Clock, rs ...notifier.Route) *notifier.Routes {
	t.Helper()
	r, err := notifier.NewRoutes(rs, clock.Now)
	must(t, err)
	return r
}

// dead does not answer; it counts how often it was asked.
func dead(asked *int) sender {
	return func(context.Context, notifier.Letter) notifier.Outcome {
		*asked++
		return notifier.Outcome{State: scheduler.NoticeDue, Code: "sms_unreachable", Down: true}
	}
}

type sender func(context.Context, notifier.Letter) notifier.Outcome

func (s sender) Send(ctx context.Context, l notifier.Letter) notifier.Outcome { return s(ctx, l) }

func named(code string) sender {
	return func(context.Context, notifier.Letter) notifier.Outcome {
		return notifier.Outcome{State: scheduler.NoticeSent, Code: code}
	}
}

func TestRoutesGoByTheNumber(t *testing.T) {
	clock := enginetest.NewClock(t)
	r := routes(t, clock,
		notifier.Route{Name: "world", Sender: named("world")},
		notifier.Route{Name: "maroc", Countries: []string{"+212"}, Sender: named("maroc")},
		notifier.Route{Name: "mobile", Countries: []string{"+2126", "+2127"}, Sender: named("mobile")},
	)
	for number, want := range map[string]string{"+212522000000": "maroc", "+212612345678": "mobile", "+33612345678": "world"} {
		if o := r.Send(t.Context(), notifier.Letter{Message: scheduler.Message{To: number}}); o.Code != want {
			t.Errorf("%s went by %s, want %s", number, o.Code, want)
		}
	}
	only := routes(t, clock, notifier.Route{Name: "maroc", Countries: []string{"+212"}, Sender: named("maroc")})
	if o := only.Send(t.Context(), notifier.Letter{Message: scheduler.Message{To: "+33612345678"}}); o.State != scheduler.NoticeDead || o.Code != "sms_no_route" {
		t.Errorf("without a route: %+v", o)
	}
}

func TestADeadRouteFallsBackAndIsLeftAlone(t *testing.T) {
	clock := enginetest.NewClock(t)
	asked := 0
	r := routes(t, clock, notifier.Route{Name: "maroc", Countries: []string{"+212"}, Sender: dead(&asked)}, notifier.Route{Name: "world", Sender: named("world")})
	l := notifier.Letter{Message: scheduler.Message{To: aminaPhone}}
	l.To = "+212612345678"
	for range 20 {
		if o := r.Send(t.Context(), l); o.Code != "world" {
			t.Fatalf("%+v, want the next route", o)
		}
	}
	if asked != 3 {
		t.Errorf("the dead route was asked %d times, want 3", asked)
	}
	clock.Advance(31 * time.Second)
	r.Send(t.Context(), l)
	if asked != 4 {
		t.Errorf("asked %d times, want once more after a while", asked)
	}
}

// TestAMessageThatMayBeOutIsNotSentByAnotherRoute: unknown is not a failure.
func TestAMessageThatMayBeOutIsNotSentByAnotherRoute(t *testing.T) {
	clock := enginetest.NewClock(t)
	unknown := sender(func(context.Context, notifier.Letter) notifier.Outcome {
		return notifier.Outcome{State: scheduler.NoticeUnknown, Code: "sms_unanswered", Down: true}
	})
	r := routes(t, clock, notifier.Route{Name: "first", Sender: unknown}, notifier.Route{Name: "second", Sender: named("second")})
	if o := r.Send(t.Context(), notifier.Letter{Message: scheduler.Message{To: aminaPhone}}); o.State != scheduler.NoticeUnknown {
		t.Errorf("%+v", o)
	}
}

func TestAGatewayIsAskedInItsOwnForm(t *testing.T) {
	hostile := "Réf. \"A\" & <b>\r\nX: 1\\ موعد"
	cases := []struct {
		name string
		form notifier.GatewayForm
		read func(t *testing.T, r *http.Request, body string) string // the text
	}{
		{"JSON", notifier.GatewayForm{
			Method: "PUT", Headers: map[string]string{"Content-Type": "application/json", "X-Key": "k"},
			Body: `{"m": {"to": {{json .To}}, "txt": {{json .Text}}}}`,
		}, func(t *testing.T, r *http.Request, body string) string {
			var b struct {
				M struct{ To, Txt string }
			}
			must(t, json.Unmarshal([]byte(body), &b))
			if r.Method != "PUT" || r.Header.Get("X-Key") != "k" || b.M.To != aminaPhone {
				t.Errorf("%s %v %s", r.Method, r.Header, body)
			}
			return b.M.Txt
		}},
		{"a form", notifier.GatewayForm{
			Method: "POST", Headers: map[string]string{"Content-Type": "application/x-www-form-urlencoded"},
			Body: "to={{query .Digits}}&text={{query .Text}}&utf={{query .Unicode}}&m={{query .ValidMinutes}}",
		}, func(t *testing.T, _ *http.Request, body string) string {
			v, err := url.ParseQuery(body)
			must(t, err)
			if v.Get("to") != "33612345678" || v.Get("utf") != "true" || v.Get("m") != "90" {
				t.Errorf("%v", v)
			}
			return v.Get("text")
		}},
		{"a query", notifier.GatewayForm{Method: "GET", URL: "?to={{query .To}}&text={{query .Text}}"}, func(t *testing.T, r *http.Request, body string) string {
			if body != "" || r.Method != "GET" || r.URL.Query().Get("to") != aminaPhone {
				t.Errorf("%s %s %q", r.Method, r.URL, body)
			}
			return r.URL.Query().Get("text")
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			answer := `{"status": "ok", "mid": "M-1"}`
			var got string
			server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				got = c.read(t, r, string(body))
				_, _ = io.WriteString(rw, answer)
			}))
			defer server.Close()
			c.form.URL = server.URL + c.form.URL
			c.form.Success, c.form.MessageID = `"status": *"ok"`, `"mid": *"([^"]+)"`
			clock := enginetest.NewClock(t)
			g, err := notifier.NewGatewayOf(c.form, clock.Now)
			must(t, err)
			l := notifier.Letter{ID: "ntc_1", ValidUntil: clock.Now().Add(90 * time.Minute), Message: scheduler.Message{To: aminaPhone, Text: hostile}}
			if o := g.Send(t.Context(), l); o.State != scheduler.NoticeSent || o.ProviderID != "M-1" || got != hostile {
				t.Errorf("%+v; the text came as %q", o, got)
			}
			answer = `{"status": "no credit"}`
			if o := g.Send(t.Context(), l); o.State != scheduler.NoticeDead || o.Code != "sms_refused" {
				t.Errorf("refused in a 200: %+v", o)
			}
		})
	}
}

func TestAFormThatCouldBeBrokenOutOfIsRefused(t *testing.T) {
	jsonType := map[string]string{"Content-Type": "application/json"}
	for want, f := range map[string]notifier.GatewayForm{
		"want each value as": {URL: "https://x.example/{{.Text}}", Method: "GET"},
		"it is not JSON":     {URL: "https://x.example", Method: "POST", Headers: jsonType, Body: `{"t": "{{json .Text}}"}`},
		"url: the text does": {URL: "https://x.example/?t={{json .Text}}", Method: "GET"},
		"no conditions":      {URL: "https://x.example", Method: "POST", Headers: jsonType, Body: `{{if .To}}{}{{end}}`},
		"not a template":     {URL: "https://x.example/{{", Method: "GET"},
		"not an address":     {URL: "nowhere", Method: "POST", Headers: jsonType, Body: `{"t": {{json .Text}}}`},
		"with 1 groups":      {URL: "https://x.example", MessageID: "id"},
	} {
		_, err := notifier.NewGatewayOf(f, enginetest.NewClock(t).Now)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "x.example") {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

const hookSecret = "a-secret-of-the-gateway-0123"

func TestGatewaysTellWhatCameOfAMessage(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		c := person()
		c.Email, c.Phone = "", aminaPhone
		a := w.book("dgi-th-tsc", "2027-06-08 08:30", c)
		conf := w.config(db)
		conf.SMS = &sent{answer: func(notifier.Letter) notifier.Outcome {
			return notifier.Outcome{State: scheduler.NoticeSent, Code: "sms_200", ProviderID: "M-1"}
		}}
		worker := w.worker(conf)
		w.drain(worker)
		form := notifier.ReceiptForm{Route: "maroc", Secret: hookSecret, ID: "message.id", Status: "status", Delivered: []string{"DELIVRD"}, Failed: []string{"UNDELIV"}}
		h := notifier.Receipts([]notifier.ReceiptForm{form}, db, func(ctx context.Context, r notifier.Returned) error { return worker.Report(ctx, db, r) })
		call := func(method, path, body string) int {
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, httptest.NewRequest(method, path, strings.NewReader(body)))
			return rec.Code
		}
		right := "/hooks/sms/maroc/" + hookSecret
		for _, step := range []struct {
			method, path, body string
			status             int
			state              scheduler.NoticeState
		}{
			{"POST", "/hooks/sms/maroc/wrong", `{"message":{"id":"M-1"},"status":"DELIVRD"}`, 404, scheduler.NoticeSent},
			{"POST", "/hooks/sms/other/" + hookSecret, `{"message":{"id":"M-1"},"status":"DELIVRD"}`, 404, scheduler.NoticeSent},
			{"PUT", right, "", 405, scheduler.NoticeSent},
			{"POST", right, `{"message":`, 400, scheduler.NoticeSent},
			{"POST", right, strings.Repeat("x", 20<<10), 400, scheduler.NoticeSent},
			{"POST", right, `{"message":{"id":"M-1"},"status":"ACCEPTD"}`, 204, scheduler.NoticeSent},
			{"POST", right, `{"message":{"id":"M-9"},"status":"DELIVRD"}`, 204, scheduler.NoticeSent},
			{"POST", right, `{"message":{"id":"M-1"},"status":"DELIVRD"}`, 204, scheduler.NoticeDelivered},
			{"POST", right, `{"message":{"id":"M-1"},"status":"DELIVRD"}`, 204, scheduler.NoticeDelivered},
			{"GET", right + "?message.id=M-1&status=UNDELIV", "", 204, scheduler.NoticeBounced},
		} {
			if got := call(step.method, step.path, step.body); got != step.status {
				t.Errorf("%s %s: %d, want %d", step.method, step.path, got, step.status)
			}
			es, err := db.NoticesOf(t.Context(), a.ID)
			must(t, err)
			if es[0].State != step.state {
				t.Errorf("%s %s: %s, want %s", step.method, step.body, es[0].State, step.state)
			}
		}
	})
}
