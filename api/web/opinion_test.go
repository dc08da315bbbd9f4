package web_test

import (
	"strings"
	"testing"

	"mawid/internal/browsertest"
	"mawid/scheduler"
)

// TestAnOpinionIsGivenOnceWithoutAnAccount by the link of a notice.
func TestAnOpinionIsGivenOnceWithoutAnAccount(t *testing.T) {
	eachHouse(t, func(h *house) {
		a := h.bookOne("dgi-if", "dgi-safi", "2027-05-31 10:00", scheduler.Citizen{})
		place := "/o/" + h.engine.OpinionToken(scheduler.OpinionAppointment, a.Appointment.ID)
		w := h.walker().open("/fr"+place+"?settled=no").want(200, "Votre affaire est-elle réglée")
		if !strings.Contains(w.raw, `value="no" checked`) || strings.Count(w.raw, " checked") != 1 {
			t.Error("the answer of the link is not the one that is marked")
		}
		if got, err := h.engine.Opinions(t.Context(), "dgi", scheduler.Date{Year: 2027, Month: 1, Day: 1}, scheduler.Date{Year: 2027, Month: 12, Day: 31}); err != nil || len(got) != 0 {
			t.Errorf("opening a link answered: %+v %v", got, err)
		}
		w.press("Envoyer", "rating", "2", "need", "un guichet en arabe").want(200, "Merci")
		h.walker().open("/ar"+place).press("إرسال", "settled", "yes").want(409, "سبق إبداء الرأي")
		h.walker().open("/nl/o/file.x.y").want(404)
		b := h.bookOne("dgi-if", "dgi-safi", "2027-05-31 11:00", scheduler.Citizen{Name: "Said", Email: "s@example.org"})
		h.walker().open("/en/o/"+h.engine.OpinionToken(scheduler.OpinionAppointment, b.Appointment.ID)).press("Send", "settled", "", "rating", "").want(422, "Answer at least one question")
		got, err := h.engine.Opinions(t.Context(), "dgi", scheduler.Date{Year: 2027, Month: 1, Day: 1}, scheduler.Date{Year: 2027, Month: 12, Day: 31})
		if err != nil || len(got) != 1 || got[0].Settled != scheduler.SettledNo || got[0].Rating != 2 || got[0].Need != "un guichet en arabe" || got[0].Language != "fr" {
			t.Errorf("%+v %v", got, err)
		}
	})
}

func TestOpinionsInABrowser(t *testing.T) {
	h := oneHouse(t)
	a := h.bookOne("dgi-if", "dgi-safi", "2027-05-31 10:00", scheduler.Citizen{})
	b := browsertest.Start(t)
	for _, lang := range []string{"ar", "fr"} {
		v := b.Tab(t, browsertest.Phone, false)
		v.Open(h.server.URL + "/" + lang + "/o/" + h.engine.OpinionToken(scheduler.OpinionAppointment, a.Appointment.ID))
		v.Clean(h.host())
		v.Axe(lang + " opinion")
	}
}
