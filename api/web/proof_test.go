package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"mawid/api/httpkit"
	"mawid/api/web"
	"mawid/internal/browsertest"
	"mawid/internal/store"
	"mawid/internal/testdb"
)

// pressed is a house that asks everybody for a proof, but the first in a minute,
// and says how to reach a human.
func pressed(t *testing.T, db *store.DB) *house {
	t.Helper()
	return newHouseWith(t, db, func(h *house, c *web.Config) {
		c.Guard = httpkit.NewGuard(httpkit.GuardConfig{
			Clock: h.clock.Now, Proofs: h.db, Secret: []byte("a secret of a test, 32 bytes long"), PerMinute: 1,
		})
		c.Contact = web.Contact{Phone: "+212524000000", Email: "aide@rdv.example", Text: "de 9 h à 16 h"}
	})
}

const oneDay = "/services/dgi-if/dgi-safi/2027-06-01"

// The first person is asked nothing; the next one waits as the page says, and
// goes on without JavaScript.
func TestUnderPressureOneWaitsWithoutJavaScript(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		h := pressed(t, db)
		h.walker().open("/fr"+oneDay).press("09:30").want(200, "Réserver ce rendez-vous")
		w := h.walker().open("/fr" + oneDay)
		w.press("09:30").want(http.StatusTooManyRequests, "Attendez", "secondes, puis appuyez sur", "Parler à quelqu'un", "aide@rdv.example")
		if after := w.header.Get("Retry-After"); after == "" {
			t.Error("no Retry-After")
		}
		w.press("Continuer").want(http.StatusTooManyRequests, "trop tôt")
		h.clock.Advance(time.Minute)
		w.press("Continuer").want(200, "Réserver ce rendez-vous")
		if n := h.taken("dgi-safi", "2027-06-01"); n != 6 {
			t.Errorf("%d ticks taken, want those of two holds", n)
		}
	})
}

// What was asked for is asked for again after the wait: a call stays a call, and a
// deposit keeps all that was typed.
func TestUnderPressureNothingOfARequestIsLost(t *testing.T) {
	h := pressed(t, testdb.Open(t, testdb.SQLite(t)))
	pressure := func(time string) { h.walker().open("/fr" + oneDay).press(time).want(200) }
	pressure("09:30")
	call := h.walker().open("/fr" + oneDay + "?channel=telephone").press("10:15").want(http.StatusTooManyRequests)
	h.clock.Advance(time.Minute)
	call.press("Continuer").want(200, "Le bureau appelle ce numéro")
	if h.taken("dgi-safi/telephone", "2027-06-01") != 3 {
		t.Error("the call became a visit")
	}
	h.clock.Advance(2 * time.Minute)
	pressure("10:00")
	deposit := h.depositForm().press("Déposer le dossier", depositTyped...).want(http.StatusTooManyRequests)
	h.clock.Advance(time.Minute)
	deposit.press("Continuer").want(200, "Récépissé de dépôt", "Amina Benali", "Hadda Benali", "TH 77/27").
		click("Suivre le dossier").want(200, "Documents sous la main", "avis jamais reçu")
}

// With JavaScript nobody has to press anything: the browser works, and the time
// is kept.
func TestUnderPressureTheBrowserWorks(t *testing.T) {
	h := pressed(t, testdb.Open(t, testdb.SQLite(t)))
	h.walker().open("/fr" + oneDay).press("09:30").want(200)
	b := browsertest.Start(t)
	for _, way := range ways[:2] {
		v := b.Tab(t, browsertest.Phone, true)
		v.Open(h.server.URL + "/" + way.lang + oneDay)
		v.ClickFor(way.time, http.StatusTooManyRequests)
		v.WaitFor("#name") // of the form
		if !strings.Contains(v.Address(), "/holds/") {
			t.Errorf("the work led to %s", v.Address())
		}
		v.Clean(h.host())
	}
}

// One address keeps five times at once; a proof opens more, and what is refused
// says what to do.
func TestAClientMayKeepAFewTimes(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouseWith(t, db, func(h *house, c *web.Config) {
			c.Guard = httpkit.NewGuard(httpkit.GuardConfig{
				Clock: h.clock.Now, Proofs: h.db, Secret: []byte("a secret of a test, 32 bytes long"),
			})
		})
		for _, at := range []string{"09:30", "09:30", "09:30", "10:00", "10:00"} {
			h.walker().open("/fr"+oneDay).press(at).want(200, "Réserver ce rendez-vous")
		}
		h.walker().open("/fr"+oneDay).press("10:00").want(http.StatusTooManyRequests, "nous écartons les robots")
		for n := range 15 {
			w := h.walker().open("/fr" + oneDay).press([]string{"11:00", "11:30", "12:00", "13:00", "14:00", "14:30"}[n/3])
			w.want(http.StatusTooManyRequests)
			h.clock.Advance(30 * time.Second)
			w.press("Continuer").want(200)
		}
		w := h.walker().open("/fr" + oneDay).press("15:00")
		w.want(http.StatusTooManyRequests, "Trop d'heures gardées", "Recommencez dans")
		if w.header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	})
}

// Who is told that a booking exists learns where to appeal.
func TestADuplicateSaysWhereToAppeal(t *testing.T) {
	h := pressed(t, testdb.Open(t, testdb.SQLite(t)))
	h.clock.Advance(time.Hour)
	book := func() *walker {
		h.clock.Advance(2 * time.Minute)
		return h.walker().open("/fr"+oneDay).press("09:30").press("Réserver ce rendez-vous", "name", "Amina Benali", "email", "amina@example.org")
	}
	book().want(200)
	book().want(http.StatusConflict, "Un rendez-vous existe déjà", "un agent examinera votre cas", "+212524000000", "de 9 h à 16 h")
}
