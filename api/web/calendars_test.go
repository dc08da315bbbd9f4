package web_test

import (
	"strings"
	"testing"

	"mawid/scheduler"
)

// TestStaffMakeCalendars: a link is shown once, replaced, and ended.
func TestStaffMakeCalendars(t *testing.T) {
	eachHouse(t, func(h *house) {
		w := h.walker().signIn("agent").click("Agendas à suivre").want(200, "Aucune adresse pour l'instant.", "Aucun mot de passe d'application.")
		w.press("Créer l'adresse", "kind", "office", "office", "dgi-safi").want(200, "Copiez-la maintenant", "Un bureau, références seulement", "Direction provinciale des impôts de Safi", "aucune lecture pour l'instant")
		first := attr(w.byID("made"), "value")
		if !strings.Contains(first, "/feeds/") || !strings.HasSuffix(first, ".ics") {
			t.Fatalf("no address: %q", first)
		}
		w.open("/fr/desk/calendars")
		if strings.Contains(w.raw, first) {
			t.Error("the address is shown a second time")
		}
		w.press("Remplacer").want(200, "Copiez-la maintenant")
		if second := attr(w.byID("made"), "value"); second == first {
			t.Error("the address was not replaced")
		}
		w.open("/fr/desk/calendars").press("Supprimer").want(200, "L'adresse est supprimée.", "Aucune adresse pour l'instant.")
	})
}

func TestStaffMakeAppPasswords(t *testing.T) {
	eachHouse(t, func(h *house) {
		w := h.walker().signIn("agent").click("Agendas à suivre")
		w.press("Créer le mot de passe", "label", "  ").want(422)
		w.press("Créer le mot de passe", "label", "Téléphone du bureau").want(200, "Copiez-le maintenant", "Téléphone du bureau")
		secret := attr(w.byID("secret"), "value")
		u, language, err := h.engine.AppLogIn(t.Context(), "agent", strings.ToUpper(strings.ReplaceAll(secret, "-", " ")))
		h.must(err)
		if u.ID != "usr_2" || language != "fr" {
			t.Errorf("the password opens %q", u.ID)
		}
		for _, wrong := range [][2]string{{"admin", secret}, {"agent", secret[1:]}, {"agent", ""}} {
			if _, _, err := h.engine.AppLogIn(t.Context(), wrong[0], wrong[1]); err == nil {
				t.Errorf("%q is let in", wrong)
			}
		}
		w.open("/fr/desk/calendars")
		if strings.Contains(w.raw, secret) {
			t.Error("the password is shown a second time")
		}
		w.press("Supprimer").want(200, "Aucun mot de passe d'application.")
		if _, _, err := h.engine.AppLogIn(t.Context(), "agent", secret); err == nil {
			t.Error("a password that was removed still opens")
		}
	})
}

// TestAPersonReplacesTheLink: the old link is gone from the page, and the page
// says what happened.
func TestAPersonReplacesTheLink(t *testing.T) {
	eachHouse(t, func(h *house) {
		b := h.bookOne("dgi-if", "dgi-safi", "2027-06-10 10:00", scheduler.Citizen{})
		w := h.walker().open("/fr/a/"+b.ManageToken).want(200, "Remplacer le lien")
		if old := attr(w.byID("feed"), "value"); !strings.Contains(old, b.CalendarToken) {
			t.Fatalf("the page shows %q", old)
		}
		w.press("Remplacer le lien").want(200, "Le lien de votre agenda est remplacé.")
		if strings.Contains(w.raw, b.CalendarToken) {
			t.Error("the page still shows the old link")
		}
		w.press("Montrer aussi le nom de la démarche").want(200, "Votre choix est enregistré.", "Ne plus montrer le nom de la démarche")
		f, err := h.db.Feed(t.Context(), b.Appointment.FeedID)
		h.must(err)
		if !f.ShowService || f.Generation != 1 {
			t.Errorf("stored %+v", f)
		}
	})
}
