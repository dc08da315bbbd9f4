package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// What the people of these tests have in common, to look for it in logs.
const (
	familyName = "Amezian"
	mailBox    = "zoubida."
	phoneStart = "+21261234"
)

// person is somebody who books.
type person struct {
	Name  string `json:"name"`
	Email string `json:"email,omitempty"`
	Phone string `json:"phone,omitempty"`
}

// somebody is another person each time.
func (i *installation) somebody() person {
	n := i.people.Add(1)
	return person{
		Name:  fmt.Sprintf("Zoubida %s %d", familyName, n),
		Email: fmt.Sprintf("%s%d@mail.example", mailBox, n),
		Phone: fmt.Sprintf("%s%04d", phoneStart, n%10000),
	}
}

// slot is a free time as the API gives it.
type slot struct {
	Office    string `json:"office"`
	Service   string `json:"service"`
	StartsAt  string `json:"starts_at"`
	Remaining int    `json:"remaining"`
}

// booking is an appointment as the API gives it.
type booking struct {
	ID          string `json:"id"`
	Reference   string `json:"reference"`
	Status      string `json:"status"`
	Office      string `json:"office"`
	Service     string `json:"service"`
	StartsAt    string `json:"starts_at"`
	Revision    int    `json:"revision"`
	Citizen     person `json:"citizen"`
	ManageToken string `json:"manage_token"`
	CalendarURL string `json:"calendar_url"`
}

// answer is what a request got.
type answer struct {
	status int
	code   string // of a problem document
	header http.Header
	body   []byte
}

func (a answer) String() string {
	return fmt.Sprintf("%d %s %.300s", a.status, a.code, a.body)
}

// do sends a request; the error is one of the connection. body nil sends none,
// into nil reads nothing.
func (p *program) do(ctx context.Context, method, path, token string, body, into any) (answer, error) {
	var send io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return answer{}, err
		}
		send = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, p.URL+path, send)
	if err != nil {
		return answer{}, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return p.send(r, into)
}

func (p *program) send(r *http.Request, into any) (answer, error) {
	got, err := p.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer got.Body.Close()
	a := answer{status: got.StatusCode, header: got.Header}
	if a.body, err = io.ReadAll(got.Body); err != nil {
		return answer{}, err
	}
	if strings.HasPrefix(got.Header.Get("Content-Type"), "application/problem+json") {
		var problem struct{ Code string }
		err = json.Unmarshal(a.body, &problem)
		a.code = problem.Code
	} else if into != nil && a.status < 300 && a.status != http.StatusNoContent {
		err = json.Unmarshal(a.body, into)
	}
	return a, err
}

// get asks for something that must be there.
func (p *program) get(t testing.TB, path, token string, into any) answer {
	t.Helper()
	a, err := p.do(patient(t), http.MethodGet, path, token, nil, into)
	must(t, err)
	if a.status != http.StatusOK {
		t.Fatalf("GET %s: %s", path, a)
	}
	return a
}

// slots lists the free times of so many open days, from two weeks ahead on: far
// enough for all reminders, and whatever weekday and holiday it is.
func (p *program) slots(t testing.TB, office, service string, days int) []slot {
	t.Helper()
	from := p.house.begun.AddDate(0, 0, 14)
	q := url.Values{
		"office": {office}, "service": {service}, "limit": {"500"},
		"from": {from.Format(time.DateOnly)}, "to": {from.AddDate(0, 0, 90).Format(time.DateOnly)},
	}
	var out []slot
	open := map[string]bool{}
	for {
		var page struct {
			Items []slot
			Next  *string
		}
		p.get(t, "/v1/slots?"+q.Encode(), "", &page)
		for _, s := range page.Items {
			if open[s.StartsAt[:10]] = true; len(open) > days {
				return out
			}
			out = append(out, s)
		}
		if page.Next == nil {
			t.Fatalf("%s has only %d open days for %s", office, len(open), service)
		}
		q.Set("cursor", *page.Next)
	}
}

// book books a time. The error is one of the connection: the booking may be made
// or not.
func (p *program) book(ctx context.Context, s slot, who person) (booking, answer, error) {
	return p.bookWith(ctx, map[string]any{"office": s.Office, "service": s.Service, "starts_at": s.StartsAt, "citizen": who})
}

func (p *program) bookWith(ctx context.Context, body map[string]any) (booking, answer, error) {
	var b booking
	a, err := p.do(ctx, http.MethodPost, "/v1/appointments", "", body, &b)
	if err == nil && a.status == http.StatusCreated && b.ManageToken == "" {
		err = errors.New("201 without a manage_token")
	}
	p.house.secret(b.ManageToken, feedToken(b))
	return b, a, err
}

func feedToken(b booking) string {
	return strings.TrimSuffix(b.CalendarURL[strings.LastIndexByte(b.CalendarURL, '/')+1:], ".ics")
}

// mustBook books a time that is free.
func (p *program) mustBook(t testing.TB, s slot, who person) booking {
	t.Helper()
	b, a, err := p.book(patient(t), s, who)
	must(t, err)
	if a.status != http.StatusCreated {
		t.Fatalf("book %s: %s", s.StartsAt, a)
	}
	return b
}

// look reads an appointment as its person does.
func (p *program) look(t testing.TB, b booking) booking {
	t.Helper()
	var found booking
	p.get(t, "/v1/appointments/"+b.ID, b.ManageToken, &found)
	return found
}

// signIn signs in as staff do, on the page; it returns the answer and the
// session's cookie.
func (p *program) signIn(t testing.TB, login, password string) (answer, string) {
	t.Helper()
	form := url.Values{"login": {login}, "password": {password}}
	r, err := http.NewRequestWithContext(patient(t), http.MethodPost, p.URL+"/desk/sign-in", strings.NewReader(form.Encode()))
	must(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	a, err := p.send(r, nil)
	must(t, err)
	cookie, _, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
	_, token, _ := strings.Cut(cookie, "=")
	p.house.secret(token)
	return a, cookie
}

// desk opens the page of the desk with a cookie, and returns the status.
func (p *program) desk(t testing.TB, cookie string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(patient(t), http.MethodGet, p.URL+"/desk", nil)
	must(t, err)
	r.Header.Set("Cookie", cookie)
	a, err := p.send(r, nil)
	must(t, err)
	return a.status
}

// page is the text of a page of staff.
func (p *program) page(t testing.TB, path, cookie string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(patient(t), http.MethodGet, p.URL+path, nil)
	must(t, err)
	r.Header.Set("Cookie", cookie)
	a, err := p.send(r, nil)
	must(t, err)
	if a.status != http.StatusOK {
		t.Errorf("GET %s: %s", path, a)
	}
	return string(a.body)
}

// ownPassword is what staff choose in place of the password for one sign-in.
const ownPassword = "a password of my own"

// firstSignIn signs in with a password that works once and chooses another; it
// returns the answer to the sign-in and the cookie that opens the desk.
func (p *program) firstSignIn(t testing.TB, login, password string) (answer, string) {
	t.Helper()
	a, cookie := p.signIn(t, login, password)
	if a.status != http.StatusSeeOther {
		return a, cookie
	}
	form := url.Values{"old_password": {password}, "new_password": {ownPassword}}
	r, err := http.NewRequestWithContext(patient(t), http.MethodPost, p.URL+"/desk/account/password", strings.NewReader(form.Encode()))
	must(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Cookie", cookie)
	changed, err := p.send(r, nil)
	must(t, err)
	next, _, _ := strings.Cut(changed.header.Get("Set-Cookie"), ";")
	_, token, _ := strings.Cut(next, "=")
	p.house.secret(token)
	return a, next
}
