package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"mawid/scheduler"
)

// chief is an administrator to the engine.
func (h *house) chief() scheduler.Actor {
	return scheduler.Actor{Staff: &scheduler.User{ID: "usr_1", Login: "admin", Role: scheduler.RoleAdministrator}}
}

// draw gives a walk-in ticket of the tax office.
func (h *house) draw() scheduler.Ticket {
	h.t.Helper()
	t, err := h.engine.DrawTicket(h.t.Context(), scheduler.DrawRequest{OfficeID: "dgi-safi", Services: []string{"dgi-if"}}, h.chief())
	h.must(err)
	return t
}

// deskOf is the id of a desk by its number.
func (h *house) deskOf(office string, number int) string {
	h.t.Helper()
	c, err := h.engine.Catalogue(h.t.Context())
	h.must(err)
	for _, d := range c.Desks(office) {
		if d.Number == number {
			return d.ID
		}
	}
	h.t.Fatalf("no desk %d", number)
	return ""
}

// noon moves the clock to a time at which the offices are open.
func (h *house) at(clock string) {
	h.t.Helper()
	at, err := time.Parse("2006-01-02 15:04", "2027-05-31 "+clock)
	h.must(err)
	h.clock.Set(at)
}

// One's ticket tells where one stands, step by step, in every language that has
// it, and never who one is.
func TestTheTicketPage(t *testing.T) {
	eachHouse(t, func(h *house) {
		h.at("09:00")
		var mine scheduler.Ticket
		for range 5 {
			mine = h.draw()
		}
		place := "/t/" + mine.ID
		w := h.walker()
		w.open("/fr"+place).want(200, mine.Number, "4 personnes avant vous", "Identifiant fiscal", "Cette page se met à jour seule.")
		w.open("/ar"+place).want(200, mine.Number, "4 أشخاص قبلكم")
		w.open("/zgh"+place).want(200, mine.Number, "4 ⵏ ⵉⴼⴳⴰⵏⵏ ⴷⴰⵜ ⵓⵏ")
		desk := h.deskOf("dgi-safi", 1)
		serve := func() scheduler.Ticket {
			called, err := h.engine.CallNext(t.Context(), desk, h.chief())
			h.must(err)
			return called
		}
		finish := func(x scheduler.Ticket) {
			_, err := h.engine.StartServing(t.Context(), x.ID, h.chief())
			h.must(err)
			_, err = h.engine.Finish(t.Context(), x.ID, scheduler.Outcome{Kind: scheduler.OutcomeSettled}, h.chief())
			h.must(err)
		}
		for range 2 {
			finish(serve())
		}
		w.open("/fr"+place).want(200, "2 personnes avant vous", "de 30 minutes à 45 minutes", "Vous pouvez vous éloigner.")
		if strings.Contains(w.text(), "Revenez") {
			t.Error("the third in line is to come back half an hour too early")
		}
		finish(serve())
		w.open("/fr"+place).want(200, "Revenez maintenant : votre tour approche", "1 personne avant vous")
		finish(serve())
		w.open("/fr"+place).want(200, "Revenez maintenant", "Vous êtes le prochain")
		if got := serve(); got.ID != mine.ID {
			t.Fatalf("called is %s", got.Number)
		}
		w.open("/fr"+place).want(200, "C'est votre tour : guichet 1", "Présentez-vous maintenant")
		w.open("/ar"+place).want(200, "حان دوركم: الشباك 1")
		_, err := h.engine.Park(t.Context(), mine.ID, h.chief())
		h.must(err)
		w.open("/fr"+place).want(200, "Votre ticket est mis de côté")
		_, err = h.engine.CallTicket(t.Context(), mine.ID, desk, h.chief())
		h.must(err)
		_, err = h.engine.StartServing(t.Context(), mine.ID, h.chief())
		h.must(err)
		w.open("/fr"+place).want(200, "Vous êtes au guichet 1")
		finishOnly := func() {
			_, err := h.engine.Finish(t.Context(), mine.ID, scheduler.Outcome{Kind: scheduler.OutcomeSettled}, h.chief())
			h.must(err)
		}
		finishOnly()
		w.open("/fr"+place).want(200, "Votre visite est terminée")
		if strings.Contains(w.text(), "se met à jour seule") || w.byID("live") == nil || attr(w.byID("live"), "data-events") != "" {
			t.Error("a ticket that is over still listens")
		}
	})
}

func TestATicketThatIsUnknownOrMissed(t *testing.T) {
	h := oneHouse(t)
	h.walker().open("/fr/t/tkt_nothing").want(404)
	h.at("09:00")
	mine := h.draw()
	if res := h.get("/t/" + mine.ID); res.Header.Get("Cache-Control") != "no-store" || !strings.Contains(res.Header.Get("X-Robots-Tag"), "noindex") {
		t.Errorf("a ticket may be kept: %v", res.Header)
	}
	called, err := h.engine.CallNext(t.Context(), h.deskOf("dgi-safi", 1), h.chief())
	h.must(err)
	_, err = h.engine.MarkNoShow(t.Context(), called.ID, h.chief())
	h.must(err)
	h.walker().open("/fr/t/"+mine.ID).want(200, "Vous avez été appelé, sans réponse", "Adressez-vous à l'accueil")
}

// A person says on their own page that they are there, within the window; the
// same button twice gives the same ticket.
func TestCheckingInOnOnesOwnPage(t *testing.T) {
	eachHouse(t, func(h *house) {
		b := h.bookOne("dgi-if", "dgi-safi", "2027-05-31 10:00", scheduler.Citizen{})
		place := "/fr/a/" + b.ManageToken
		w := h.walker().open(place).want(200)
		if strings.Contains(w.text(), "Je suis sur place") {
			t.Error("three hours before, one can already check in")
		}
		w.send(http.MethodPost, place+"/check-in", url.Values{}).want(409)
		h.at("09:10")
		w.open(place).want(200, "Je suis sur place").press("Je suis sur place").want(200, "Vous êtes le prochain")
		first := w.url.Path
		if !strings.HasPrefix(first, "/fr/t/") {
			t.Errorf("arriving leads to %s", first)
		}
		if again := w.send(http.MethodPost, place+"/check-in", url.Values{}).want(200).url.Path; again != first {
			t.Errorf("twice gives %s, then %s", first, again)
		}
		w.open(place).want(200, "Arrivée enregistrée").click("Voir mon ticket").want(200)
		if w.url.Path != first {
			t.Errorf("the page leads to %s", w.url.Path)
		}
	})
}

// The board shows who is called to which desk, in both languages, and no more.
func TestTheBoard(t *testing.T) {
	h := oneHouse(t)
	h.at("09:00")
	w := h.walker().open("/board/dgi-safi").want(200, "Aucun appel pour le moment", "لا يوجد نداء حاليا", "Personne n'attend", "Direction provinciale des impôts de Safi", "المديرية الإقليمية للضرائب بآسفي")
	b := h.bookOne("dgi-if", "dgi-safi", "2027-05-31 09:30", scheduler.Citizen{})
	_, err := h.engine.CheckIn(t.Context(), b.Appointment.ID, h.chief())
	h.must(err)
	second, third := h.draw(), h.draw()
	for desk := 1; desk <= 2; desk++ {
		_, err := h.engine.CallNext(t.Context(), h.deskOf("dgi-safi", desk), h.chief())
		h.must(err)
		h.clock.Advance(time.Minute)
	}
	w.open("/board/dgi-safi").want(200, "Guichet 1", "الشباك 1", "Guichet 2", second.Number, "1 personne attend", "شخص واحد في الانتظار", "09:02")
	for _, secret := range []string{third.Number, "Amina", b.Appointment.Reference, second.ID} {
		if strings.Contains(w.raw, secret) {
			t.Errorf("the board shows %q", secret)
		}
	}
	if n := len(w.all("noscript")); n != 1 || !strings.Contains(w.raw, `http-equiv="refresh" content="10"`) {
		t.Error("without scripts the board does not ask again")
	}
	h.walker().open("/board/nowhere").want(404)
}

// openKiosk makes a walker's device the kiosk of the tax office.
func (w *walker) openKiosk() *walker {
	w.h.t.Helper()
	w.signIn("agent").want(200)
	return w.open("/fr/desk/kiosk").want(200, "Cet appareil devient la borne").press("Ouvrir la borne").want(200, "Français", "العربية", "ⵜⴰⵎⴰⵣⵉⵖⵜ")
}

// Nobody on the internet can draw a ticket: only a device that staff opened.
func TestAStrangerIsNoKiosk(t *testing.T) {
	h := oneHouse(t)
	h.at("09:00")
	for _, place := range []string{"/kiosk/dgi-safi", "/kiosk/dgi-safi/menu", "/kiosk/dgi-safi/services", "/kiosk/dgi-safi/check-in", "/kiosk/dgi-safi/tickets/x"} {
		h.walker().open("/fr"+place).want(403, "Cet appareil n'est pas une borne")
		h.walker().open("/fr"+place, "Cookie", "kiosk="+h.engine.KioskToken("adii-safi")).want(403)
	}
	for _, place := range []string{"/kiosk/dgi-safi/tickets", "/kiosk/dgi-safi/check-in"} {
		h.walker().send(http.MethodPost, "/fr"+place, url.Values{"service": {"dgi-if"}, "reference": {"x"}}).want(403)
	}
	h.walker().open("/fr/kiosk/nowhere").want(404)
	// An agent opens the kiosk of their own office alone, and is signed out there.
	w := h.walker()
	w.signIn("agent").want(200)
	w.send(http.MethodPost, "/fr/desk/kiosk", url.Values{"office": {"adii-safi"}}).want(404)
	w.open("/fr/desk/kiosk").press("Ouvrir la borne").want(200, "Français")
	w.open("/fr/desk").want(200, "Mot de passe")
}

// From the choice of a language to the printed ticket, in three languages.
func TestAWalkInAtTheKiosk(t *testing.T) {
	eachHouse(t, func(h *house) {
		h.at("09:00")
		_, err := h.engine.CallNext(t.Context(), h.deskOf("dgi-safi", 1), h.chief()) // a desk is open
		if err == nil {
			t.Fatal("somebody waits")
		}
		w := h.walker().openKiosk()
		start := w.url.String()
		for _, words := range [][]string{
			{"Français", "Je n'ai pas de rendez-vous", "Identifiant fiscal", "Votre numéro", "Terminer"},
			{"العربية", "ليس لدي موعد", "الحصول على رقم التعريف الضريبي", "رقمكم", "إنهاء"},
			{"ⵜⴰⵎⴰⵣⵉⵖⵜ", "ⵓⵔ ⵖⵓⵔⵉ ⵜⵉⵎⵍⵉⵍⵉⵜ", "Identifiant fiscal", "ⵓⵟⵟⵓⵏ ⵏⵏⵓⵏ", "ⵙⵎⴷ"},
		} {
			w.open(start).click(words[0]).want(200).click(words[1]).want(200).press(words[2]).want(200, words[3])
			if len(w.all("svg")) != 1 {
				t.Error("the ticket has no code for the phone")
			}
			id := w.url.Path[strings.LastIndex(w.url.Path, "/")+1:]
			ticket, err := h.engine.TicketStatus(t.Context(), id)
			h.must(err)
			w.want(200, ticket.Number)
			w.click(words[4]).want(200, "Français")
		}
	})
}

func TestAFullDayAtTheKiosk(t *testing.T) {
	h := oneHouse(t)
	h.at("20:00") // the office is closed
	w := h.walker().openKiosk()
	w.click("Français").click("Je n'ai pas de rendez-vous").press("Identifiant fiscal").
		want(409, "Il n'y a plus de ticket pour cette démarche aujourd'hui.")
}

// With an appointment one types the reference, or holds the slip to a scanner,
// which types the address of one's page.
func TestArrivingAtTheKiosk(t *testing.T) {
	h := oneHouse(t)
	today := h.bookOne("dgi-if", "dgi-safi", "2027-05-31 10:00", scheduler.Citizen{})
	scanned := h.bookOne("dgi-if", "dgi-safi", "2027-05-31 11:00", scheduler.Citizen{Name: "Omar", Email: "o@example.org"})
	tomorrow := h.bookOne("dgi-if", "dgi-safi", "2027-06-01 10:00", scheduler.Citizen{Name: "Zineb", Email: "z@example.org"})
	elsewhere := h.bookOne("adii-abatt90", "adii-safi", "2027-05-31 10:00", scheduler.Citizen{Name: "Ali", Email: "a@example.org"})
	h.at("09:00")
	w := h.walker().openKiosk().click("Français").click("J'ai un rendez-vous").want(200, "Référence du rendez-vous")
	form := w.url.String()
	for _, c := range []struct{ typed, want string }{
		{"", "Cette valeur n'est pas valable."},
		{"????", "Cette valeur n'est pas valable."},
		{tomorrow.Appointment.Reference, "Ce rendez-vous n'est pas pour aujourd'hui"},
		{elsewhere.Appointment.Reference, "Aucun rendez-vous de ce bureau n'a cette référence."},
		{h.server.URL + "/a/nothing", "Aucun rendez-vous de ce bureau n'a cette référence."},
	} {
		w.open(form).press("Signaler mon arrivée", "reference", c.typed).want(422, c.want)
	}
	if strings.Contains(w.raw, "/a/nothing") {
		t.Error("a scanned address is shown")
	}
	w.open(form).press("Signaler mon arrivée", "reference", strings.ToLower(strings.ReplaceAll(today.Appointment.Reference, "-", " "))).
		want(200, "Votre arrivée est enregistrée", "Identifiant fiscal")
	w.open(form).press("Signaler mon arrivée", "reference", h.server.URL+"/fr/a/"+scanned.ManageToken).want(200, "Votre arrivée est enregistrée")
	if strings.Contains(w.text(), "Omar") {
		t.Error("the kiosk shows a name")
	}
	a, err := h.engine.AppointmentByToken(t.Context(), scanned.ManageToken)
	h.must(err)
	if a.Status != scheduler.StatusCheckedIn {
		t.Errorf("the appointment is %s", a.Status)
	}
}
