package web_test

import (
	"fmt"
	"strings"
	"testing"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// signIn goes to the desk as a member of staff.
func (w *walker) signIn(login string) *walker {
	w.h.t.Helper()
	return w.open("/fr/desk").want(200, "Se connecter").press("Se connecter", "login", login, "password", password)
}

func TestTheDeskWantsASignIn(t *testing.T) {
	h := oneHouse(t)
	w := h.walker()
	for _, place := range []string{"/fr/desk", "/fr/desk/outbox", "/fr/desk/outbox/x", "/fr/desk/outbox/x/mail.eml", "/desk"} {
		if w.open(place); !strings.HasSuffix(w.url.Path, "/desk/sign-in") {
			t.Errorf("%s answers without a sign-in: %s", place, w.url.Path)
		}
	}
	w.open("/fr/desk").press("Se connecter", "login", "admin", "password", "wrong password").want(401, "Nom d'utilisateur ou mot de passe incorrect.")
	if got := w.value("login"); got != "admin" {
		t.Errorf("the name was not kept: %q", got)
	}
	w.press("Se connecter", "password", password).want(200, "Mon guichet", "Connecté : admin")
	w.open("/fr/desk/sign-in").want(200, "Mon guichet")
	w.press("Se déconnecter").want(200, "Se connecter")
	w.open("/fr/desk").want(200, "Mot de passe")
}

func TestTheDeskShowsWhoComesToday(t *testing.T) {
	eachHouse(t, func(h *house) {
		mine := h.bookOne("dgi-if", "dgi-safi", "2027-05-31 10:00", scheduler.Citizen{Name: "Amina Benali", Email: "a@example.org"})
		h.bookOne("dgi-if", "dgi-safi", "2027-06-01 10:00", scheduler.Citizen{Name: "Tomorrow Only", Email: "b@example.org"})
		h.bookOne("tpi-casier", "tpi-safi-famille", "2027-05-31 10:00", scheduler.Citizen{Name: "Elsewhere Today", Email: "c@example.org"})
		agent := h.walker().signIn("agent").click("Rendez-vous du jour").want(200, "10:00", mine.Appointment.Reference, "Amina Benali", "Identifiant fiscal", "Réservé")
		for _, other := range []string{"Tomorrow Only", "Elsewhere Today", "TPI de Safi"} {
			if strings.Contains(agent.text(), other) {
				t.Errorf("the agent of the tax office sees %q", other)
			}
		}
		h.walker().signIn("admin").click("Rendez-vous du jour").want(200, "Amina Benali", "Elsewhere Today")
	})
}

func TestTheOutboxShowsWhatWasKept(t *testing.T) {
	eachHouse(t, func(h *house) {
		b := h.bookOne("dgi-if", "dgi-safi", "2027-06-10 10:00", scheduler.Citizen{})
		other := h.bookOne("tpi-casier", "tpi-safi-famille", "2027-06-10 10:00", scheduler.Citizen{})
		w := h.walker().signIn("admin").click("Messages").want(200, "Aucun message.")
		w.click("À venir").want(200, "Rappel de la veille", "mercredi 9 juin 2027, 10:00", "À envoyer", "Confirmation")
		h.keepNotices()
		w.click("Traités").want(200, "Gardé ici", b.Appointment.Reference, other.Appointment.Reference, "Direction provinciale des impôts de Safi")
		w.click(other.Appointment.Reference).want(200, "amina@example.org", "Rendez-vous réservé", "Bonjour,", "<b>")
		otherPlace := w.url.Path
		if w.open(attr(w.link("Télécharger"), "href")); w.raw != "Subject: test\r\n\r\nBonjour\r\n" || !strings.Contains(w.header.Get("Content-Disposition"), ".eml") {
			t.Errorf("the mail came as %q, %q", w.raw, w.header.Get("Content-Disposition"))
		}
		w = h.walker().signIn("agent").click("Messages").want(200, b.Appointment.Reference)
		if strings.Contains(w.text(), other.Appointment.Reference) {
			t.Error("the agent sees a notice of another office")
		}
		w.open(otherPlace).want(404)
		w.open(otherPlace + "/mail.eml").want(404)
		w.open("/fr/desk/outbox/nothing").want(404)
	})
}

func TestTheOutboxGoesOnPageByPage(t *testing.T) {
	h := oneHouse(t)
	seen := map[string]bool{}
	for i := range 30 {
		at := fmt.Sprintf("2027-06-%02d 10:00", 7+i%4)
		b := h.bookOne("prov-apostille", "prov-safi", at, scheduler.Citizen{Name: fmt.Sprint("Amina ", i), Email: "amina@example.org"})
		seen[b.Appointment.Reference] = false
		if i >= 20 {
			continue // its place stays taken
		}
		_, err := h.engine.Cancel(t.Context(), b.Appointment.ID, 0, scheduler.Actor{ManageToken: b.ManageToken})
		h.must(err)
	}
	h.keepNotices()
	w := h.walker().signIn("admin").click("Messages")
	for pages := 0; ; pages++ {
		for _, n := range w.all("bdi") {
			if _, ours := seen[textOf(n)]; ours {
				seen[textOf(n)] = true
			}
		}
		if !strings.Contains(w.text(), "Afficher la suite") {
			if pages < 1 {
				t.Error("30 bookings fit on one page")
			}
			break
		}
		w.click("Afficher la suite").want(200)
	}
	for ref, ok := range seen {
		if !ok {
			t.Errorf("no page shows %s", ref)
		}
	}
}

// On a full day who is still to come stands first, and the rest is folded away.
func TestTheDayListFoldsWhatIsOver(t *testing.T) {
	h := oneHouse(t)
	gone := h.bookOne("dgi-if", "dgi-safi", "2027-06-01 10:00", scheduler.Citizen{Name: "Nadia Ouali", Email: "n@example.org", Language: "fr"})
	h.bookOne("dgi-if", "dgi-safi", "2027-06-01 11:00", scheduler.Citizen{Name: "Salma Tazi", Email: "s@example.org", Language: "fr"})
	_, err := h.engine.Cancel(t.Context(), gone.Appointment.ID, 0, scheduler.Actor{ManageToken: gone.ManageToken})
	h.must(err)
	h.clock.Set(enginetest.At(t, "2027-06-01 09:00"))
	w := h.walker().signIn("agent").open("/fr/desk/day").want(200, "Salma Tazi", "Terminés ou annulés (1)")
	folded := w.all("details")
	if len(folded) != 1 || !strings.Contains(textOf(folded[0]), "Nadia Ouali") || strings.Contains(textOf(folded[0]), "Salma Tazi") {
		t.Errorf("%d parts are folded", len(folded))
	}
}
