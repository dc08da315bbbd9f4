package web_test

import (
	"bufio"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mawid/api/httpkit"
	"mawid/api/web"
	"mawid/internal/store"
	"mawid/internal/testnode"
	"mawid/scheduler"
)

// identityProvider is a running provider of others' making.
type identityProvider struct {
	port string
	stop func()
}

// startProvider starts one at a port, "0" for any, for the pages at an origin. It
// ends with the test, or before by stop.
func startProvider(t *testing.T, origin, port string) identityProvider {
	t.Helper()
	script, err := filepath.Abs("testdata/provider.mjs")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "--preserve-symlinks", script, testnode.Module(t, "oidc-provider/lib/index.js"),
		origin+web.OutsideBack, origin+"/desk/sign-in", port)
	cmd.Stderr = t.Output()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	stop := func() {
		if !ended {
			ended = true
			_ = in.Close() // it ends with it
			_ = cmd.Wait()
		}
	}
	t.Cleanup(stop)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the provider did not start: %v", err)
	}
	return identityProvider{strings.TrimSpace(line), stop}
}

func (p identityProvider) issuer() string { return "http://127.0.0.1:" + p.port }

// outsideHouse is a house with an identity provider. Its part of the clock stands
// still at the real time, which is the provider's, moved on by ahead.
type outsideHouse struct {
	*house
	provider identityProvider
	ahead    atomic.Int64 // nanoseconds
}

// newOutsideHouse starts both. claim says whom the provider's people are here.
func newOutsideHouse(t *testing.T, db *store.DB, claim string) *outsideHouse {
	t.Helper()
	o := &outsideHouse{}
	o.house = newHouseWith(t, db, func(h *house, c *web.Config) {
		o.provider = startProvider(t, c.PublicURL, "0")
		c.Outside = o.client(t, c.PublicURL, claim)
	})
	return o
}

func (o *outsideHouse) client(t *testing.T, origin, claim string) *httpkit.Outside {
	t.Helper()
	begun := time.Now()
	client, err := httpkit.NewOutside(httpkit.OutsideConfig{
		Issuer: o.provider.issuer(), ClientID: "mawid", ClientSecret: "a secret of the client", Claim: claim,
		Redirect: origin + web.OutsideBack, Secret: secret,
		Clock: func() time.Time { return begun.Add(time.Duration(o.ahead.Load())) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// account makes an account without pages, with the password of all tests.
func (h *house) account(id, login string, change func(*scheduler.User)) scheduler.User {
	h.t.Helper()
	hash, err := passwordHash()
	h.must(err)
	u := scheduler.User{ID: id, Login: login, Role: scheduler.RoleAgent, Offices: []string{"dgi-safi"}, PasswordHash: hash}
	if change != nil {
		change(&u)
	}
	h.must(h.db.AddUser(h.t.Context(), u))
	return u
}

// user reads an account.
func (h *house) user(id string) scheduler.User {
	h.t.Helper()
	u, err := h.db.User(h.t.Context(), id)
	h.must(err)
	return u
}

// deedsOf lists what somebody did, sorted: the clock stands still, so the log has no
// order here.
func (h *house) deedsOf(userID string) []scheduler.Action {
	h.t.Helper()
	all, err := h.db.Deeds(h.t.Context(), scheduler.DeedQuery{UserID: userID, Limit: 100})
	h.must(err)
	var out []scheduler.Action
	for _, d := range all {
		out = append(out, d.Action)
	}
	slices.Sort(out)
	return out
}

// atProvider says to the provider who one is, and agrees to what it asks.
func (w *walker) atProvider(login string) *walker {
	w.h.t.Helper()
	if strings.Contains(w.url.Path, "/interaction/") && len(w.all("input")) > 1 {
		w.press("Sign-in", "login", login, "password", "any")
	}
	if strings.Contains(w.url.Path, "/interaction/") {
		w.press("Continue")
	}
	return w
}

// inBy signs in by the identity service.
func (w *walker) inBy(login string) *walker {
	w.h.t.Helper()
	return w.open("/en/desk/sign-in").click("Sign in by the identity service").atProvider(login)
}
