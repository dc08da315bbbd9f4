package web_test

import (
	"net/http"
	"testing"

	"mawid/api/web"
	"mawid/internal/enginetest"
	"mawid/internal/store"
	"mawid/internal/testdb"
)

// TestTheShareOfWalkInsAtDeskAndKiosk: three desks for 450 minutes of a day; a
// fiftieth of it is 27 minutes, one visit of 15 and no second. Both say so, and
// the desk can give a ticket all the same.
func TestTheShareOfWalkInsAtDeskAndKiosk(t *testing.T) {
	policy := enginetest.Policy()
	policy.Queue.WalkInShare = 2
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouseWith(t, db, func(h *house, c *web.Config) {
			h.engine = enginetest.NodeBy(t, db, h.clock, 1, policy)
			c.Engine = h.engine
		})
		deskHouse(h)
		agent := h.walker().sit("agent")
		agent.press("Donner un billet", "service", "dgi-if").want(200, "donné", "En attente (1)")
		agent.press("Donner un billet", "service", "dgi-if").want(http.StatusConflict, "sans rendez-vous prévus pour aujourd'hui sont tous donnés", "En attente (1)")
		kiosk := h.walker()
		kiosk.signIn("agent").open("/fr/desk/kiosk").press("Ouvrir la borne", "office", "dgi-safi")
		for path, words := range map[string]string{
			"/fr": "Les tickets sans rendez-vous d'aujourd'hui sont tous donnés.", "/ar": "نفدت تذاكر اليوم المخصصة لمن ليس لهم موعد.",
		} {
			kiosk.send(http.MethodPost, path+"/kiosk/dgi-safi/tickets", map[string][]string{"service": {"dgi-if"}}).want(http.StatusConflict, words)
		}
		agent.press("Donner un billet", "service", "dgi-if", "beyond", "yes").want(200, "donné", "En attente (2)")
	})
}

// TestTheDayListOfAnOffice: agents print the list of their own office; desk, room,
// the day and the form for what was done by hand lead to it.
func TestTheDayListOfAnOffice(t *testing.T) {
	eachHouse(t, func(h *house) {
		booked := deskHouse(h)
		agent := h.walker().sit("agent")
		agent.press("Donner un billet", "service", "dgi-if", "name", "Amina", "group", "stuck")
		w := h.walker().signIn("chef")
		w.open("/fr/desk/room").click("Feuille du jour à imprimer").want(200, "10:00", "محمد العمراني", booked.Appointment.Reference, "A001", "Amina", "dossiers en souffrance", "Situation à 09:30")
		w.open("/fr/desk/by-hand").click("Feuille du jour à imprimer").want(200).click("Feuille du jour à imprimer").want(200, "Amina")
		agent.open("/ar/desk").click("لائحة اليوم للطباعة").want(200, "الوضعية على الساعة", "محمد العمراني")
	})
}
