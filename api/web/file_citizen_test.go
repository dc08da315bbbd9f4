package web_test

import (
	"strings"
	"testing"
	"time"

	"mawid/internal/browsertest"
	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// lateFile is a file of the tax office that is 30 days late, with a broken
// promise, an internal note and a proxy.
func (h *house) lateFile() scheduler.OpenedFile {
	h.t.Helper()
	h.clock.Set(enginetest.At(h.t, "2027-03-01 09:00"))
	o, err := h.engine.OpenFile(h.t.Context(), scheduler.FileRequest{
		ServiceID: "dgi-th-tsc", Number: "TH 77/27", ForWhom: "Hadda Benali",
		Citizen:   scheduler.Citizen{Name: "Amina Benali", Email: "amina@example.org", Language: "fr", Zone: "Europe/Paris"},
		Documents: []scheduler.FileDocument{{ID: "cnie", Seen: true}}, Promise: &scheduler.PromiseRequest{What: "retrouver l'avis", By: enginetest.Date(h.t, "2027-03-08")},
	}, fileAgent)
	h.must(err)
	admin := scheduler.Actor{Staff: &scheduler.User{ID: "usr_1", Role: scheduler.RoleAdministrator}}
	_, _, err = h.engine.HandOver(h.t.Context(), o.File.ID, 0, admin, scheduler.HandOver{OfficeID: "ancfcc-safi-cf", Note: "secret between offices"})
	h.must(err)
	_, _, err = h.engine.HandOver(h.t.Context(), o.File.ID, 0, admin, scheduler.HandOver{OfficeID: "dgi-safi"})
	h.must(err)
	h.clock.Advance(90 * 24 * time.Hour)
	_, err = h.engine.WatchFiles(h.t.Context())
	h.must(err)
	return o
}

// TestAnOwnerFollowsTheirFile by the secret link alone: where it is, by when, how
// late, what was promised, who looked; a question; a letter; never a note between
// offices.
func TestAnOwnerFollowsTheirFile(t *testing.T) {
	eachHouse(t, func(h *house) {
		o := h.lateFile()
		place := "/f/" + o.Token
		w := h.walker().open("/fr"+place).want(200, o.File.Reference, "En retard de 30 jours", "Direction provinciale des impôts de Safi",
			"vendredi 30 avril 2027", "Non vérifiée", "retrouver l'avis", "date dépassée", "Engagement non tenu", "Qui a consulté votre dossier")
		if strings.Contains(w.text(), "secret between") || strings.Contains(w.text(), "usr_") {
			t.Error("the owner reads what is between offices")
		}
		w.press("Envoyer", "question", "où en est-on ?").want(200, "Votre question attend une réponse", "où en est-on ?")
		w.open("/fr"+place).click("Chikaya").want(200, "Amina Benali", "Hadda Benali", "TH 77/27", "Par rapport à la date légale", "décret 2-17-265", "Engagement du", "n'ont pas été vérifiées")
		w.click("En texte seul")
		if !strings.HasPrefix(w.header.Get("Content-Type"), "text/plain") || !strings.Contains(w.raw, "Chikaya") {
			t.Errorf("text: %s %.80q", w.header.Get("Content-Type"), w.raw)
		}
		h.walker().open("/ar"+place+"/letters/wassit").want(200, "وسيط المملكة", "بالنسبة إلى الأجل القانوني", "TH 77/27")
		h.walker().open("/de"+place).want(200, "30 Tage verspätet")
		for _, wrong := range []string{"/fr/f/nothing", "/fr" + place + "/letters/moon", "/fr" + place + "/letters/office", "/fr/f/" + o.Token + "x"} {
			h.walker().open(wrong).want(404)
		}
		_, err := h.engine.Settle(t.Context(), o.File.ID, 0, fileAgent, "avis corrigé")
		h.must(err)
		h.walker().open("/fr"+place).want(200, "Dossier réglé", "avis corrigé")
		h.walker().open("/fr" + place + "/letters/wassit").want(404)
	})
}

// The pages of a file's owner in a browser, in both directions of writing, with
// the rules of accessibility.
func TestOwnFileInABrowser(t *testing.T) {
	h := oneHouse(t)
	o := h.lateFile()
	b := browsertest.Start(t)
	for _, lang := range []string{"ar", "fr"} {
		for _, screen := range []browsertest.Screen{browsertest.Phone, browsertest.Desktop} {
			t.Run(lang+", "+screen.Name, func(t *testing.T) {
				v := b.Tab(t, screen, true)
				for _, place := range []string{"/f/" + o.Token, "/f/" + o.Token + "/letters/chikaya.ma"} {
					v.Open(h.server.URL + "/" + lang + place)
					v.Clean(h.host())
					v.Axe(lang + " file")
				}
			})
		}
	}
}
