package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// The day of these tests is full at the tax office.
const fullDay = "2027-06-02"

// fill books every time of a day at the tax office and returns the bookings.
func (h *house) fill(date string) []scheduler.Booked {
	h.t.Helper()
	d := enginetest.Date(h.t, date)
	var all []scheduler.Booked
	for {
		slots, err := h.engine.Slots(h.t.Context(), scheduler.SlotQuery{ServiceID: "dgi-if", OfficeID: "dgi-safi", From: d, To: d})
		h.must(err)
		if len(slots) == 0 {
			return all
		}
		n := len(all)
		for _, s := range slots {
			c := scheduler.Citizen{Name: "Somebody", Email: "s" + s.StartsAt.Format("1504") + strings.Repeat("x", n/10) + "@example.org", Language: "fr"}
			b, err := h.engine.Book(h.t.Context(), scheduler.BookRequest{ServiceID: "dgi-if", OfficeID: "dgi-safi", StartsAt: s.StartsAt, Citizen: c})
			h.must(err)
			all = append(all, b)
		}
	}
}

// frees cancels a booking, and offers what that frees.
func (h *house) frees(b scheduler.Booked) {
	h.t.Helper()
	_, err := h.engine.Cancel(h.t.Context(), b.Appointment.ID, 0, scheduler.Actor{ManageToken: b.ManageToken})
	h.must(err)
	h.must(h.engine.ReturnPlaces(h.t.Context(), 100))
}

// TestAnEarlierTimeIsAskedForOfferedAndTaken goes the whole way on pages, without
// JavaScript; looking changes nothing.
func TestAnEarlierTimeIsAskedForOfferedAndTaken(t *testing.T) {
	eachHouse(t, func(h *house) {
		h.clock.Advance(2 * time.Hour)
		day := h.fill(fullDay)
		b := h.bookOne("dgi-if", "dgi-safi", "2027-06-08 09:00", scheduler.Citizen{})
		w := h.walker().open("/fr/a/"+b.ManageToken).click("Un rendez-vous plus tôt").
			want(200, "nous la gardons pour vous seul pendant 1 h", "Me proposer une place")
		w.press("Me proposer une place", "from", "2027-06-02", "to", "2027-05-01").want(422, "Vérifiez les dates")
		w.press("Me proposer une place", "from", fullDay, "to", fullDay).want(200, "Votre demande est active", "amina@example.org")
		w.press("Ne plus rien me proposer").want(200, "Votre demande est retirée")
		w.press("Me proposer une place", "from", fullDay, "to", fullDay).want(200, "Votre demande est active")

		h.frees(day[0])
		at := "08:30"
		w.open("/fr/a/"+b.ManageToken).want(200, "Une place est gardée pour vous", at, "10:00 (heure du Maroc)")
		w.click("Voir la place proposée").want(200, "Place proposée", at, "Votre rendez-vous actuel", "09:00", "Refuser cette place")
		for range 3 { // looking accepts nothing
			w.open(w.url.Path)
		}
		w.open(w.url.Path + "/accept").want(404)
		a, err := h.engine.AppointmentByToken(t.Context(), b.ManageToken)
		h.must(err)
		if a.Revision != 1 {
			t.Errorf("looking changed the appointment: revision %d", a.Revision)
		}
		place := strings.TrimSuffix(w.url.Path, "/accept")
		w.open(place).press("Accepter cette place").want(200, "Votre rendez-vous est déplacé", at)
		w.send(http.MethodPost, place+"/accept", url.Values{}).want(200, at)
		w.open(place).want(200, "Vous avez accepté la place proposée").click("Mon rendez-vous").want(200, at)
	})
}

// TestAnOfferIsRefusedOrTooLate: both are said, and the wish stays.
func TestAnOfferIsRefusedOrTooLate(t *testing.T) {
	h := oneHouse(t)
	h.clock.Advance(2 * time.Hour)
	day := h.fill(fullDay)
	b := h.bookOne("dgi-if", "dgi-safi", "2027-06-08 09:00", scheduler.Citizen{})
	d := enginetest.Date(t, fullDay)
	wish, err := h.engine.WishEarlier(t.Context(), b.Appointment.ID, d, d, scheduler.Actor{ManageToken: b.ManageToken})
	h.must(err)
	place := "/fr/w/" + h.engine.WishToken(wish.ID)
	h.frees(day[0])
	w := h.walker().open(place).press("Refuser cette place").want(200, "Vous avez refusé cette place", "Votre demande est active")
	h.clock.Advance(2 * time.Hour)
	h.frees(day[1])
	w.open(place).want(200, "Accepter cette place")
	late := h.walker().open(place)
	h.clock.Advance(time.Hour)
	late.press("Accepter cette place").want(200, "Cette place n'est plus gardée pour vous")
	h.must(h.engine.ReturnPlaces(t.Context(), 100))
	w.open(place).press("Ne plus rien me proposer").want(200, "Votre demande est retirée")
}

// TestWhoFindsNoTimeIsToldOfOne: from the days of a stay that are full, over the
// form with its faults, to a booking.
func TestWhoFindsNoTimeIsToldOfOne(t *testing.T) {
	eachHouse(t, func(h *house) {
		h.clock.Advance(2 * time.Hour)
		day := h.fill(fullDay)
		ask := func() *walker {
			return h.walker().open("/fr/services/dgi-if/dgi-safi?from="+fullDay+"&to="+fullDay).want(200, "Aucun horaire libre").
				click("M'avertir si une place se libère").want(200, "Il n'y a pas de place libre pendant votre séjour", "Jours qui vous conviennent", "90 jours")
		}
		w := ask()
		if w.value("from") != fullDay || w.value("to") != fullDay {
			t.Errorf("the form holds %q to %q", w.value("from"), w.value("to"))
		}
		w.press("M'avertir", "name", "", "email", "amina").want(422)
		for _, field := range []string{"name", "email"} {
			if w.byID(field+"-fault") == nil {
				t.Errorf("nothing is said beside %s", field)
			}
		}
		w.press("العربية", "name", "Amina Benali", "zone", "Europe/Paris").want(200)
		if w.value("name") != "Amina Benali" || w.value("from") != fullDay || w.value("language") != "ar" {
			t.Errorf("a change of language left %q from %q, messages in %q", w.value("name"), w.value("from"), w.value("language"))
		}
		w.press("Français")
		w.press("M'avertir", "name", "Amina Benali", "email", "amina@example.org", "zone", "Europe/Paris").
			want(200, "Votre demande est active", "amina@example.org")
		place := w.url.Path
		h.wantData(place+"/data", []string{"wish", "Amina Benali", "amina@example.org", "Europe/Paris", "dgi-if", fullDay, "open"}, []string{place})
		ask().press("M'avertir", "name", "AMINA BENALI", "email", "amina@example.org").want(409, "Vous attendez déjà une place")
		h.frees(day[2])
		w.open(place).want(200, "Une place est gardée pour vous", "12:00 à Paris")
		w.press("Accepter cette place").want(200, "Votre rendez-vous est réservé", "Amina Benali")
	})
}

// TestAnUnknownWishLooksLikeAnyUnknownLink.
func TestAnUnknownWishLooksLikeAnyUnknownLink(t *testing.T) {
	h := oneHouse(t)
	w := h.walker().open("/fr/w/"+strings.Repeat("x", 43)).want(404, "Lien inconnu")
	for _, answer := range []string{"accept", "decline", "withdraw"} {
		w.send(http.MethodPost, "/fr/w/"+strings.Repeat("x", 43)+"/"+answer, url.Values{}).want(404)
	}
}
