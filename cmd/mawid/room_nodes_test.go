package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"mawid/configs"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// deskToken hires an agent of the tax office and returns a token for the API.
func deskToken(t *testing.T, house *installation) string {
	t.Helper()
	settings := configs.Defaults()
	settings.DatabaseURL, settings.DataDir = house.database, house.data
	settings.Secret = strings.TrimPrefix(nodeSecret, "MAWID_SECRET=")
	h, err := openDemo(t.Context(), settings)
	must(t, err)
	u := scheduler.User{ID: "usr_room", Login: "room", Role: scheduler.RoleAgent, Offices: []string{"dgi-safi"}, CreatedAt: time.Now().UTC()}
	must(t, h.store.AddUser(t.Context(), u))
	token, err := h.accounts().NewToken(t.Context(), nil, u.ID, "the room", scheduler.RoleAgent, 24*time.Hour)
	must(t, err)
	must(t, h.close())
	house.secret(token)
	return token
}

// roomTicket is a ticket as the API gives it.
type roomTicket struct {
	ID     string `json:"id"`
	Number string `json:"number"`
	State  string `json:"state"`
	Desk   int    `json:"desk"`
}

func (p *program) post(t *testing.T, path, token string, body, into any) {
	t.Helper()
	a, err := p.do(patient(t), http.MethodPost, path, token, body, into)
	must(t, err)
	if a.status >= 300 {
		t.Fatalf("%s: %s", path, a)
	}
}

// TestTheNextIsToldToComeBack: two processes on one database, and a mail server.
// Who waits elsewhere is told by mail when as many as the settings say are called
// up to them, once, with the address of their ticket's page, which says the same.
func TestTheNextIsToldToComeBack(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		post := openPostOffice(t)
		house := install(t, url, nodeSecret, "MAWID_SMTP_URL="+post.url, "MAWID_QUEUE_NEAR_PLACES=1")
		token := deskToken(t, house)
		one, two := house.serve(), house.serve()
		draw := func(c map[string]any) (k roomTicket) {
			one.post(t, "/v1/offices/dgi-safi/tickets", token, map[string]any{"service": "dgi-if", "citizen": c, "beyond": true}, &k)
			return k
		}
		mail, phone := house.somebody(), house.somebody()
		first := draw(map[string]any{"name": mail.Name, "email": mail.Email, "language": "fr"})
		second := draw(map[string]any{"name": phone.Name, "phone": phone.Phone, "language": "fr"})
		says := func(k roomTicket, words string) bool {
			a := two.get(t, "/fr/t/"+k.ID, "", nil)
			return strings.Contains(string(a.body), words)
		}
		if !says(first, "Revenez maintenant") || !says(second, "1 personne avant vous") || !says(second, "Un message vous sera aussi envoyé.") || says(first, "Un message vous sera") {
			t.Error("the pages do not say who is to come")
		}
		// They came ten minutes ago; the next ticket makes the room be looked at.
		house.exec("UPDATE tickets SET arrived_at = arrived_at - 600000000")
		draw(map[string]any{})
		told := func(k roomTicket) []string {
			return house.texts("SELECT kind || ' ' || channel || ' ' || state FROM notices WHERE subject_id = $1", k.ID)
		}
		eventually(t, "the letter to the first", func() bool { return slices.Equal(told(first), []string{"come_now email sent"}) })
		if got := post.to(mail.Email); len(got) != 1 || !strings.Contains(got[0].subject, first.Number) {
			t.Errorf("letters %+v", got)
		}
		if got := told(second); len(got) != 0 {
			t.Errorf("the second was told too early: %v", got)
		}
		var called roomTicket
		two.post(t, "/v1/desks/dgi-safi-1/call-next", token, nil, &called)
		if called.ID != first.ID {
			t.Fatalf("called %s, want %s", called.Number, first.Number)
		}
		eventually(t, "the short message to the second", func() bool { return slices.Equal(told(second), []string{"come_now sms kept"}) })
		if !says(second, "Revenez maintenant") || len(post.to(mail.Email)) != 1 {
			t.Error("the second's page does not call, or the first was told twice")
		}
		house.healthy()
	})
}

// TestACallReachesTheOtherNode: a board and a person's page listen at one process;
// a desk calls at another. The stream resumes where it was left.
func TestACallReachesTheOtherNode(t *testing.T) {
	t.Parallel()
	house := install(t, testdb.EmptyPostgres(t), nodeSecret)
	one, two := house.serve(), house.serve()
	token := deskToken(t, house)
	var k roomTicket
	one.post(t, "/v1/offices/dgi-safi/tickets", token, map[string]any{"service": "dgi-if", "beyond": true}, &k)
	heard := listenAt(t, two, "")
	if q := heard.next(t); len(q.Waiting) != 1 || len(q.Calls) != 0 {
		t.Fatalf("the first event: %+v", q)
	}
	one.post(t, "/v1/desks/dgi-safi-2/call-next", token, nil, nil)
	q := heard.next(t)
	if len(q.Calls) != 1 || q.Calls[0].Number != k.Number || q.Calls[0].Desk != 2 {
		t.Fatalf("after the call: %+v", q)
	}
	last := heard.id
	heard.close()
	one.post(t, "/v1/tickets/"+k.ID+"/start", token, nil, nil)
	again := listenAt(t, two, last)
	if q := again.next(t); again.id == last || len(q.Waiting) != 0 {
		t.Fatalf("after the break: %+v, event %s", q, again.id)
	}
	again.close()
}

// heardQueue is what everybody hears of a waiting room.
type heardQueue struct {
	Waiting []roomTicket `json:"waiting"`
	Calls   []roomTicket `json:"calls"`
}

// stream is an open stream of events.
type stream struct {
	lines *bufio.Scanner
	id    string
	close func()
}

func listenAt(t *testing.T, p *program, last string) *stream {
	t.Helper()
	ctx, cancel := context.WithCancel(patient(t))
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL+"/v1/offices/dgi-safi/queue/events", nil)
	must(t, err)
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	got, err := p.client.Do(r)
	must(t, err)
	s := &stream{lines: bufio.NewScanner(got.Body)}
	s.lines.Buffer(nil, 1<<20)
	s.close = func() {
		cancel()
		_ = got.Body.Close() // it was cancelled
	}
	t.Cleanup(s.close)
	return s
}

// next waits for an event that is not the one before.
func (s *stream) next(t *testing.T) heardQueue {
	t.Helper()
	before := s.id
	for s.lines.Scan() {
		if id, ok := strings.CutPrefix(s.lines.Text(), "id: "); ok {
			s.id = id
		}
		if data, ok := strings.CutPrefix(s.lines.Text(), "data: "); ok && s.id != before {
			var q heardQueue
			must(t, json.Unmarshal([]byte(data), &q))
			return q
		}
	}
	t.Fatal(fmt.Errorf("the stream ended: %w", s.lines.Err()))
	return heardQueue{}
}
