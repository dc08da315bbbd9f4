package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"mawid/scheduler"
)

// TestAddingSomebody: an administrator adds them and hands out a password that is
// shown once, opens nothing but the page where another is chosen, and works once.
func TestAddingSomebody(t *testing.T) {
	eachHouse(t, func(h *house) {
		admin := h.in("admin").open("/en/desk/users")
		admin.press("Add somebody", "login", "agent", "role", "agent").want(422, "This user name exists already.")
		admin.press("Add somebody", "login", " ", "role", "agent").want(422, "User name")
		admin.press("Add somebody", "login", "nadia", "role", "agent").want(200, "Password of nadia")
		once := admin.shown()[0]
		if admin.open("/en/desk/users").want(200, "nadia", "password not chosen yet"); strings.Contains(admin.raw, once) {
			t.Error("the password is shown again")
		}
		w := h.walker().open("/en/desk/sign-in").press("Sign in", "login", "nadia", "password", once).want(200, "This password works only once")
		for _, place := range []string{"/en/desk", "/en/desk/account", "/en/desk/calendars"} {
			if w.open(place); w.url.Path != "/en/desk/account/password" {
				t.Errorf("before the choice %s is open: %s", place, w.url.Path)
			}
		}
		for fault, choice := range map[string][2]string{
			"This password is too short.":                      {once, "short"},
			"The present password is not right.":               {"wrong", "a password of my own"},
			"Choose a new password, other than the user name.": {once, once},
		} {
			w.press("Change password", "old_password", choice[0], "new_password", choice[1]).want(422, fault)
		}
		w.press("Change password", "old_password", once, "new_password", "a password of my own").want(200, "My account")
		h.walker().open("/en/desk/sign-in").press("Sign in", "login", "nadia", "password", once).want(401)
		h.walker().open("/en/desk/sign-in").press("Sign in", "login", "nadia", "password", "a password of my own").want(200, "Signed in: nadia")
	})
}

// TestChangingAnAccount: role, offices, lock and sessions count from the next
// request on; nobody locks out the last administrator.
func TestChangingAnAccount(t *testing.T) {
	eachHouse(t, func(h *house) {
		w, second := h.in("agent"), h.in("agent")
		admin := h.in("admin").open("/en/desk/users/usr_2").want(200, "2 open sessions")
		w.open("/en/desk/room").want(403)

		admin.press("Save", "role", "supervisor").want(200)
		w.open("/en/desk/room").want(200, "Safi provincial tax office")
		h.must(h.db.UpdateUser(t.Context(), withOffices(h.user("usr_2"), "adii-safi"), h.user("usr_2").Epoch))
		w.open("/en/desk/room/dgi-safi").want(404)
		admin.open("/en/desk/users/usr_2").press("Save", "office", "dgi-safi").want(200)
		w.open("/en/desk/room/dgi-safi").want(200)
		admin.press("Save", "role", "owner").want(422, "Role")

		admin.open("/en/desk/users/usr_2").press("End all their sessions").want(200, "0 open sessions")
		w.open("/en/desk").want(200, "User name")
		second.open("/en/desk").want(200, "User name")

		w = h.in("agent")
		admin.press("Disable the account").want(200, "disabled")
		w.open("/en/desk").want(200, "User name")
		w.press("Sign in", "login", "agent", "password", password).want(401, "Wrong user name or password.")
		admin.press("Enable the account").want(200)
		w = h.in("agent")

		w.open("/en/desk/users").want(403)
		w.open("/en/desk/users/usr_1").want(403)
		w.open("/en/desk/deeds").want(403)
		admin.open("/en/desk/users/usr_1").press("Disable the account").want(409, "One administrator who can sign in must stay.")
		admin.open("/en/desk/users/usr_1").press("Save", "role", "agent").want(409, "One administrator who can sign in must stay.")
		admin.open("/en/desk/users/usr_9").want(404)
	})
}

func withOffices(u scheduler.User, offices ...string) scheduler.User {
	u.Offices = offices
	return u
}

// TestOnesOwnSessions: seen with browser and system, and ended one by one or all
// but the present one; a changed password ends the others.
func TestOnesOwnSessions(t *testing.T) {
	eachHouse(t, func(h *house) {
		other, third := h.in("agent"), h.in("agent")
		w := h.in("agent").open("/en/desk/account", "User-Agent", "x").want(200, "this one", "End all others")
		w.press("End all others").want(200, "this one")
		if strings.Contains(w.text(), "End all others") {
			t.Error("others are still there")
		}
		for _, x := range []*walker{other, third} {
			x.open("/en/desk").want(200, "User name")
		}
		other = h.in("agent")
		w.open("/en/desk/account/password").press("Change password", "old_password", password, "new_password", "a password of my own").want(200, "My account")
		other.open("/en/desk").want(200, "User name")
	})
}

// TestWrongPasswordsMakeWait: from the fourth on, longer and longer, the right one
// too, alike for names that exist and that do not; others are not held up.
func TestWrongPasswordsMakeWait(t *testing.T) {
	eachHouse(t, func(h *house) {
		w := h.walker()
		try := func(login, password string, want int) {
			t.Helper()
			w.open("/en/desk/sign-in").press("Sign in", "login", login, "password", password).want(want)
		}
		for _, login := range []string{"agent", "nobody"} {
			for range 3 {
				try(login, "wrong password", 401)
			}
			try(login, password, 429)
			w.want(429, "Too many requests", "Try again in")
			if got := w.header.Get("Retry-After"); got != "1" {
				t.Errorf("%s waits %q s", login, got)
			}
		}
		h.in("admin")
		h.clock.Advance(time.Second)
		try("agent", "wrong password", 401)
		if try("AGENT", "wrong password", 429); w.header.Get("Retry-After") != "2" {
			t.Errorf("the wait does not grow: %s", w.header.Get("Retry-After"))
		}
		h.clock.Advance(2 * time.Second)
		try("agent", password, 200) // which forgets what was wrong
		w = h.walker()
		for range 3 {
			try("agent", "wrong password", 401)
		}
	})
}

// TestTheLogOfDeeds: who did what where, the newest first, page by page.
func TestTheLogOfDeeds(t *testing.T) {
	eachHouse(t, func(h *house) {
		admin := h.in("admin")
		for i := range 60 {
			h.clock.Advance(time.Second)
			h.must(h.db.AddDeed(t.Context(), scheduler.Deed{
				ID: fmt.Sprintf("dee_0%02d", i), At: h.clock.Now(), UserID: "usr_2", Login: "agent", Action: scheduler.ActServe, OfficeID: "dgi-safi",
				Subject: fmt.Sprintf("tic_%02d", i),
			}))
		}
		h.clock.Advance(time.Second)
		admin.open("/en/desk/users/usr_2").press("Save", "role", "supervisor")
		admin.open("/en/desk/deeds").want(200, "Role or offices changed", "Sign-in", "Desk: call or next step", "Safi provincial tax office", "tic_59")
		first := rows(admin)
		if len(first) != 50 || !strings.Contains(first[0], "admin | Role or offices changed |  | agent |") {
			t.Errorf("%d lines, the first is %q", len(first), first[0])
		}
		admin.click("Show more")
		all := append(first, rows(admin)...)
		if len(all) != 62 || strings.Contains(admin.text(), "Show more") {
			t.Errorf("%d lines on two pages", len(all))
		}
		seen := map[string]int{}
		for _, line := range all {
			seen[line]++
			if seen[line] > 1 {
				t.Errorf("twice: %s", line)
			}
		}
		admin.open("/ar/desk/deeds").want(200, "الشباك: نداء أو متابعة")
		admin.open("/fr/desk/deeds").want(200, "Guichet : appel ou suite")
	})
}

// rows are the lines of the table on a page.
func rows(w *walker) []string {
	var out []string
	for _, body := range w.all("tbody") {
		for _, tr := range find(body, "tr") {
			var cells []string
			for _, td := range find(tr, "td") {
				cells = append(cells, textOf(td))
			}
			out = append(out, strings.Join(cells, " | ")+" |")
		}
	}
	return out
}
