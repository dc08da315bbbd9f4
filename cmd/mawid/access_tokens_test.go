package main

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

var shownToken = regexp.MustCompile(`mwd_[A-Z2-7]{26}`)

// page sends a form as a user of the role, signed in, and returns the answer; nil
// only looks at the page.
func (w *accessWorld) page(role scheduler.Role, path string, form url.Values) (int, string) {
	w.t.Helper()
	method := http.MethodGet
	if form != nil {
		method = http.MethodPost
	}
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.server.URL+path, strings.NewReader(form.Encode()))
	must(w.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(w.signIn(role))
	return w.answer(r)
}

// call asks the API with a token.
func (w *accessWorld) call(method, path, token string) int {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.server.URL+path, nil)
	must(w.t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	status, _ := w.answer(r)
	return status
}

func (w *accessWorld) answer(r *http.Request) (int, string) {
	w.t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	must(w.t, err)
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	must(w.t, err)
	return res.StatusCode, string(body)
}

// newToken makes a token by the page of one's account.
func (w *accessWorld) newToken(role, most scheduler.Role) string {
	w.t.Helper()
	status, body := w.page(role, "/en/desk/account/tokens", url.Values{"name": {"Registre"}, "role": {string(most)}, "days": {"30"}})
	token := shownToken.FindString(body)
	if status != http.StatusOK || token == "" {
		w.t.Fatalf("make a token: %d %s", status, body)
	}
	return token
}

// tokenID is the id of a user's newest token that is called so.
func (w *accessWorld) tokenID(role scheduler.Role, name string) string {
	w.t.Helper()
	all, err := w.house.store.TokensOf(w.t.Context(), w.users[role].ID)
	must(w.t, err)
	for _, k := range all {
		if k.Name == name {
			return k.ID
		}
	}
	w.t.Fatalf("no token %q", name)
	return ""
}

// TestAccessTokens: made on the page of one's account and shown once; good for the
// API as far as its role and its user's go, and for no page; until revoked, run
// out, or the user is shut out.
func TestAccessTokens(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newAccessWorld(t, db)
		desks, figures := "/v1/offices/"+ownOffice+"/desks", "/v1/offices/"+ownOffice+"/figures?from=2026-12-01&to=2026-12-01"
		token := w.newToken(agents, agents)
		if _, body := w.page(agents, "/en/desk/account", nil); strings.Contains(body, token) || !strings.Contains(body, "Registre") {
			t.Error("the token is shown again, or not listed")
		}
		for _, step := range []struct {
			say, method, path, token string
			want                     int
		}{
			{"its user's office", "GET", desks, token, 200},
			{"another office", "GET", "/v1/offices/" + otherOffice + "/desks", token, 404},
			{"beyond its user's role", "GET", figures, token, 403},
			{"a page", "GET", "/en/desk", token, 303},
			{"nobody's", "GET", desks, "mwd_" + strings.Repeat("A", 26), 401},
			{"a supervisor's own", "GET", figures, w.newToken(supervisors, supervisors), 200},
			{"a supervisor's, as agent", "GET", figures, w.newToken(supervisors, agents), 403},
			{"an agent's, that says it is an administrator's", "GET", figures, w.newToken(agents, administrators), 403},
		} {
			if got := w.call(step.method, step.path, step.token); got != step.want {
				t.Errorf("%s: %d, want %d", step.say, got, step.want)
			}
		}

		// Another's is not there to be revoked; one's own is, and an administrator does it.
		id := w.tokenID(supervisors, "Registre")
		if status, _ := w.page(agents, "/en/desk/account/tokens/revoke", url.Values{"token": {id}}); status != http.StatusNotFound {
			t.Errorf("an agent revokes a supervisor's token: %d", status)
		}
		if _, err := db.TokensOf(t.Context(), w.users[supervisors].ID); err != nil || w.tokenID(supervisors, "Registre") != id {
			t.Error("it is gone")
		}
		w.revoke(t, agents, agents, "/en/desk/account/tokens/revoke")
		w.revoke(t, administrators, supervisors, "/en/desk/users/"+w.users[supervisors].ID+"/tokens/revoke")

		for name, value := range map[string]url.Values{
			"no name":  {"name": {" "}, "role": {"agent"}, "days": {"30"}},
			"no days":  {"name": {"x"}, "role": {"agent"}, "days": {"0"}},
			"too long": {"name": {"x"}, "role": {"agent"}, "days": {"367"}},
			"no role":  {"name": {"x"}, "role": {"owner"}, "days": {"30"}},
		} {
			if status, body := w.page(agents, "/en/desk/account/tokens", value); status != 422 || shownToken.MatchString(body) {
				t.Errorf("%s: %d", name, status)
			}
		}
		w.overTokens(t, db)
	})
}

// revoke makes a token of a user, has it revoked by a form at path as another, and
// tries it.
func (w *accessWorld) revoke(t *testing.T, by, of scheduler.Role, path string) {
	t.Helper()
	desks := "/v1/offices/" + ownOffice + "/desks"
	token, err := w.house.accounts().NewToken(t.Context(), nil, w.users[of].ID, "Revoke me", of, 24*time.Hour)
	must(t, err)
	if got := w.call("GET", desks, token); got != 200 {
		t.Fatalf("a fresh token: %d", got)
	}
	if status, _ := w.page(by, path, url.Values{"token": {w.tokenID(of, "Revoke me")}}); status != http.StatusSeeOther {
		t.Errorf("revoke: %d", status)
	}
	if got := w.call("GET", desks, token); got != 401 {
		t.Errorf("a revoked token: %d", got)
	}
	if d := w.deeds(by, 1); len(d) != 1 || d[0].Action != scheduler.ActRevokeToken || d[0].Subject != w.users[of].ID {
		t.Errorf("the log says %+v", d)
	}
}

// overTokens tries tokens that ran out, and one of a user who is shut out.
func (w *accessWorld) overTokens(t *testing.T, db *store.DB) {
	t.Helper()
	desks, now := "/v1/offices/"+ownOffice+"/desks", time.Now()
	for name, until := range map[string]time.Duration{"old": -time.Second, "young": time.Hour} {
		secret := "mwd_" + strings.Repeat("B", 20) + strings.ToUpper(name)
		must(t, db.AddToken(t.Context(), scheduler.AccessToken{
			ID: "tok_" + name, UserID: w.users[agents].ID, Name: name, Hash: scheduler.TokenHash(secret), Role: agents,
			CreatedAt: now.Add(-time.Hour), ExpiresAt: now.Add(until),
		}))
		if got, want := w.call("GET", desks, secret), map[bool]int{true: 200, false: 401}[until > 0]; got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
	if _, body := w.page(agents, "/en/desk/account", nil); !strings.Contains(body, "expired") {
		t.Error("a token that ran out is not marked")
	}
	must(t, w.house.accounts().Disable(t.Context(), nil, w.users[agents].ID, true))
	if got := w.call("GET", desks, w.tokens[agents]); got != 401 {
		t.Errorf("of a user who is shut out: %d", got)
	}
}
