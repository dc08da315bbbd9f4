package web_test

import (
	"fmt"
	"strings"
	"testing"

	"mawid/scheduler"
)

// What several people missed is shown in the words they share; what one alone
// wrote is not.
func TestUnmetNeedsAreToldInSharedWords(t *testing.T) {
	h := oneHouse(t)
	deskHouse(h)
	for n := range 6 {
		a := h.bookOne("dgi-if", "dgi-safi", fmt.Sprintf("2027-06-02 %02d:00", 9+n%3), scheduler.Citizen{Name: fmt.Sprintf("Person %d", n), Email: fmt.Sprintf("n%d@example.org", n)})
		h.walker().open("/fr/o/"+h.engine.OpinionToken(scheduler.OpinionAppointment, a.Appointment.ID)).
			press("Envoyer", "settled", "no", "rating", "2", "need", "guichet arabe Zahra"+string(rune('a'+n))).want(200, "Merci")
	}
	w := h.walker().signIn("chef").open("/fr/desk/needs").want(200, "Besoins non satisfaits", "guichet", "arabe")
	sheet := h.walker().signIn("chef").open("/fr/desk/needs/sheet").want(200).raw
	if strings.Contains(w.text()+sheet, "Zahra") || !strings.Contains(sheet, "dgi,dgi-if,guichet,6,guichet arabe …") {
		t.Errorf("the report:\n%s", sheet)
	}
	h.walker().signIn("agent").open("/fr/desk/needs").want(403)
	for query, field := range map[string]string{"?from=2027-06-02&to=2027-06-01": "to", "?from=soon&to=2027-06-01": "from"} {
		w := h.walker().signIn("chef").open("/fr/desk/needs" + query).want(422)
		if !strings.Contains(w.raw, `aria-describedby="`+field+`-fault"`) || strings.Count(w.raw, "aria-invalid") != 1 {
			t.Errorf("%s: the field %s is not named:\n%s", query, field, w.text())
		}
		h.walker().signIn("chef").open("/fr/desk/needs/sheet" + query).want(422)
	}
}
