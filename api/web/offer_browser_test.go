package web_test

import (
	"testing"
	"time"

	"mawid/internal/browsertest"
	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// TestOffersInABrowser: every page of wishes and offers in its states, in both
// directions of writing, on a phone of 360 px and on a desk, without JavaScript.
func TestOffersInABrowser(t *testing.T) {
	b := browsertest.Start(t)
	for _, lang := range []string{"ar", "fr"} {
		t.Run(lang, func(t *testing.T) {
			h := oneHouse(t)
			h.clock.Advance(2 * time.Hour)
			day := h.fill(fullDay)
			phone, desk := b.Tab(t, browsertest.Phone, false), b.Tab(t, browsertest.Desktop, false)
			look := func(what, place string) {
				t.Helper()
				for name, v := range map[string]*browsertest.Tab{"phone": phone, "desk": desk} {
					v.Open(h.server.URL + "/" + lang + place)
					v.Axe(lang + " " + name + ": " + what)
					v.Clean(h.host())
				}
				desk.Look("offer " + lang + " " + what)
			}
			booked := h.bookOne("dgi-if", "dgi-safi", "2027-06-08 09:00", scheduler.Citizen{Name: "أمينة بنعلي", Email: "amina@example.org", Language: lang, Zone: "Europe/Paris"})
			own := "/a/" + booked.ManageToken
			look("asks", own+"/earlier")
			d := enginetest.Date(t, fullDay)
			wish, err := h.engine.WishEarlier(t.Context(), booked.Appointment.ID, d, d, scheduler.Actor{ManageToken: booked.ManageToken})
			h.must(err)
			page := "/w/" + h.engine.WishToken(wish.ID)
			look("on", own+"/earlier")
			look("waits", page)
			look("full", "/services/dgi-if/dgi-safi?from="+fullDay+"&to="+fullDay)
			look("new", "/services/dgi-if/dgi-safi/wish?from="+fullDay+"&to="+fullDay)
			h.frees(day[0])
			look("offered", page)
			look("own", own)
			_, err = h.engine.DeclineOffer(t.Context(), h.engine.WishToken(wish.ID))
			h.must(err)
			look("declined", page+"?declined=1")
			h.clock.Advance(2 * time.Hour)
			h.frees(day[1])
			phone.Open(h.server.URL + "/" + lang + page)
			phone.ClickFor(h.book.Tag(lang).Say("offer.accept"), 200)
			phone.Axe(lang + ": accepted")
			look("met", page)
		})
	}
}
