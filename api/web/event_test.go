package web_test

import (
	"net/url"
	"strings"
	"testing"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// Under one roof each desk, queue and service stands under the name of the office
// that brought it: three of them have a service that is called the same.
func TestAnEventNamesItsHosts(t *testing.T) {
	h := oneHouse(t)
	h.clock.Set(enginetest.At(t, "2027-08-10 09:30"))
	hash, err := passwordHash()
	h.must(err)
	for login, role := range map[string]scheduler.Role{"stand": scheduler.RoleAgent, "pacha": scheduler.RoleSupervisor} {
		h.must(h.db.AddUser(t.Context(), scheduler.User{ID: "usr_" + login, Login: login, Role: role, Offices: []string{"prov-safi-unified"}, PasswordHash: hash}))
	}
	hosts := []string{"Bureau de douane de Safi", "Conservation foncière de Safi", "Direction provinciale des impôts de Safi"}

	w := h.walker().signIn("stand")
	w.open("/fr/desk").want(200, append([]string{"Choisissez un guichet"}, hosts...)...)
	w.press("S'y installer").want(200, "Mon guichet 1", hosts[0])
	if got := w.all("optgroup"); len(got) < 3 || attr(got[0], "label") != hosts[0] {
		t.Errorf("the desk's services stand under %d names", len(got))
	}
	w.open("/fr/desk/by-hand").want(200, hosts...)
	h.walker().signIn("pacha").open("/fr/desk/room").want(200, hosts...)

	kiosk := h.walker().signIn("stand")
	kiosk.send("POST", "/fr/desk/kiosk", url.Values{"office": {"prov-safi-unified"}}).want(200)
	kiosk.open("/fr/kiosk/prov-safi-unified/services").want(200, hosts...)
	at := strings.Index(kiosk.text(), "Direction provinciale des impôts de Safi")
	if tax := strings.Index(kiosk.text(), "Identifiant fiscal"); at < 0 || tax < at {
		t.Error("the tax office's service stands before its name")
	}

	alone := h.walker().openKiosk()
	alone.open("/fr/kiosk/dgi-safi/services").want(200, "Identifiant fiscal")
	if len(alone.all("h2")) != 0 {
		t.Error("an office names itself above its own services")
	}
}
