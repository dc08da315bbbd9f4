package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"mawid/internal/browsertest"
	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// fileAgent is the agent of the tax office who is signed in by the pages.
var fileAgent = scheduler.Actor{Staff: &scheduler.User{ID: "usr_2", Role: scheduler.RoleAgent, Offices: []string{"dgi-safi"}}}

// TestTheDeskFollowsAFile: opened from a visit in one step, receipt, a promise, a
// second form sent from an old page, documents, settled.
func TestTheDeskFollowsAFile(t *testing.T) {
	eachHouse(t, func(h *house) {
		a := h.bookOne("dgi-th-tsc", "dgi-safi", "2027-05-31 10:00", scheduler.Citizen{Name: "Amina Benali", Email: "a@example.org", Language: "fr", Zone: "Europe/Paris"})
		w := h.walker().signIn("agent").open("/fr/desk/files/new?from="+a.Appointment.ID).want(200, "Ouvrir un dossier")
		if w.value("name") != "Amina Benali" || w.value("email") != "a@example.org" {
			t.Errorf("the visit does not fill the form: %q", w.value("name"))
		}
		w.press("Ouvrir le dossier", "identity", "HA 654321", "promise", "retrouver l'avis", "by", "2027-06-02", "paper_cnie", "seen", "paper_avis_th_tsc", "missing").
			want(200, "Le dossier est ouvert", "Amina Benali", "À la personne d'agir", "retrouver l'avis", "…321", "Avis TH-TSC")
		place := w.url.Path
		w.click("Récépissé de dépôt").want(200, "Récépissé de dépôt", "وصل إيداع", "Direction provinciale des impôts de Safi", "retrouver l'avis")
		w.open(place).press("Valider", "text", "l'avis", "by", "2027-06-01")
		h.clock.Set(enginetest.At(t, "2027-06-04 09:00"))
		_, err := h.engine.WatchFiles(t.Context())
		h.must(err)
		late := h.walker().signIn("agent").open("/fr/desk/files?show=at_risk").want(200, "Amina Benali", "promis pour le")
		late.open("/fr/desk/files?show=waiting").want(200, "Amina Benali")
		late.open("/fr/desk/files?show=late").want(200, "Aucun dossier")
		late.open("/fr/desk/files?q=AAAA-AAAA").want(200, "Aucun dossier de vos bureaux")
		late.open(place).want(200, "non tenu", "Signalé")
		h.walker().signIn("admin").open("/ar/desk/files?show=open").want(200, "Amina Benali", "الدور للمعني بالأمر")
	})
}

// TestHandedOverWithAnAppointmentInOneAct: both or neither; and a need is noted.
func TestHandedOverWithAnAppointmentInOneAct(t *testing.T) {
	eachHouse(t, func(h *house) {
		o, err := h.engine.OpenFile(t.Context(), scheduler.FileRequest{ServiceID: "dgi-th-tsc", Citizen: scheduler.Citizen{Name: "Amina Benali", Email: "a@example.org"}}, fileAgent)
		h.must(err)
		form := func(at string) *walker {
			w := h.walker().signIn("agent").open("/fr/desk/files/" + o.File.ID)
			return w.send("POST", w.url.Path+"/hand-over", url.Values{
				"office": {"ancfcc-safi-cf"}, "text": {"voir le titre"}, "service": {"cf-cert"}, "starts_at": {at},
			})
		}
		form("2027-06-01T03:00").want(422)
		if h.taken("ancfcc-safi-cf", "2027-06-01") != 0 {
			t.Error("a place was taken without a hand-over")
		}
		form("2027-06-01T10:00")
		f, err := h.engine.FileByToken(t.Context(), o.Token)
		if h.must(err); f.OfficeID != "ancfcc-safi-cf" || f.OwnerID != "" {
			t.Errorf("handed over: %+v", f)
		}
		as, err := h.db.FeedAppointments(t.Context(), f.FeedID, h.clock.Now())
		if h.must(err); len(as) != 1 || as[0].ServiceID != "cf-cert" || as[0].FileNumber != f.Reference {
			t.Errorf("appointments %+v", as)
		}
		w := h.walker().signIn("agent").open("/fr/desk/files?mine=1").want(200, "Les miens")
		w.press("Valider", "service", "dgi-if", "need", "un formulaire en arabe").want(200, "Besoin noté")
		got, err := h.engine.Opinions(t.Context(), "dgi", scheduler.Date{Year: 2027, Month: 1, Day: 1}, scheduler.Date{})
		if h.must(err); len(got) != 1 || got[0].Kind != scheduler.OpinionBooth || got[0].OfficeID != "dgi-safi" {
			t.Errorf("needs %+v", got)
		}
	})
}

// TestFilesOfOtherOfficesAreNotSeen: neither in lists nor by address.
func TestFilesOfOtherOfficesAreNotSeen(t *testing.T) {
	h := oneHouse(t)
	land := scheduler.Actor{Staff: &scheduler.User{ID: "u9", Role: scheduler.RoleAgent, Offices: []string{"ancfcc-safi-cf"}}}
	o, err := h.engine.OpenFile(t.Context(), scheduler.FileRequest{ServiceID: "cf-suivi", Citizen: scheduler.Citizen{Name: "Said Naji", Email: "s@example.org"}}, land)
	h.must(err)
	w := h.walker().signIn("agent")
	if w.open("/fr/desk/files?show=open").want(200); strings.Contains(w.text(), "Said Naji") {
		t.Error("a file of another office is listed")
	}
	w.open("/fr/desk/files/" + o.File.ID).want(404)
	w.open("/fr/desk/files/" + o.File.ID + "/receipt").want(404)
}

// Who belongs to an event alone is told why no file can be opened there; who also
// belongs to an administration opens its files from the booth.
func TestABoothOpensFilesForItsAdministration(t *testing.T) {
	h := oneHouse(t)
	hash, err := passwordHash()
	h.must(err)
	for login, offices := range map[string][]string{"stand": {"prov-safi-unified"}, "foncier": {"prov-safi-unified", "ancfcc-safi-cf"}} {
		h.must(h.db.AddUser(t.Context(), scheduler.User{ID: "usr_" + login, Login: login, Role: scheduler.RoleAgent, Offices: offices, PasswordHash: hash}))
	}
	h.walker().signIn("stand").open("/fr/desk/files/new").want(200, "demandez que votre compte soit aussi rattaché à son bureau")
	h.walker().signIn("stand").open("/fr/desk/files").press("Valider", "service", "cf-suivi", "need", "un plan lisible").want(200, "Besoin noté")
	needs, err := h.engine.Opinions(t.Context(), "ancfcc", scheduler.Date{}, scheduler.Date{Year: 2028, Month: 1, Day: 1})
	if h.must(err); len(needs) != 1 || needs[0].OfficeID != "prov-safi-unified" || needs[0].ServiceID != "cf-suivi" {
		t.Errorf("needs %+v", needs)
	}
	w := h.walker().signIn("foncier").open("/fr/desk/files/new?service=cf-suivi").
		press("Ouvrir le dossier", "name", "Hafida Naim", "email", "h@example.org", "zone", "Europe/Paris", "language", "nl").
		want(200, "Le dossier est ouvert", "Hafida Naim")
	f, err := h.engine.File(t.Context(), w.url.Path[strings.LastIndexByte(w.url.Path, '/')+1:], scheduler.Actor{Staff: &scheduler.User{ID: "usr_1", Role: scheduler.RoleAdministrator}})
	if h.must(err); f.OfficeID != "ancfcc-safi-cf" || f.OwnerID != "usr_foncier" || f.Citizen.Language != "nl" || f.Citizen.Zone != "Europe/Paris" {
		t.Errorf("%s of %s, %+v", f.OfficeID, f.OwnerID, f.Citizen)
	}
}

// The pages of files in a browser, in both directions of writing.
func TestFilePagesInABrowser(t *testing.T) {
	h := oneHouse(t)
	h.clock.Set(enginetest.At(t, "2027-03-01 09:00"))
	o, err := h.engine.OpenFile(t.Context(), scheduler.FileRequest{
		ServiceID: "dgi-th-tsc", Citizen: scheduler.Citizen{Name: "أمينة بنعلي", Email: "amina@example.org", Phone: "+33612345678"}, Note: "ملف عالق منذ ثلاث سنوات",
		Documents: []scheduler.FileDocument{{ID: "cnie", Seen: true}}, Promise: &scheduler.PromiseRequest{What: "retrouver le dossier aux archives", By: enginetest.Date(t, "2027-03-08")},
	}, fileAgent)
	h.must(err)
	_, err = h.engine.AskNews(t.Context(), o.File.ID, 0, scheduler.Actor{ManageToken: o.Token}, "où en est mon dossier ?")
	h.must(err)
	h.clock.Advance(90 * 24 * time.Hour)
	_, err = h.engine.WatchFiles(t.Context())
	h.must(err)
	for n := range 6 { // so that there are needs to tell
		h.must(h.engine.NoteNeed(t.Context(), fileAgent, "dgi-safi", "dgi-if", "un formulaire en arabe", []string{"ar", "fr"}[n%2]))
	}
	b := browsertest.Start(t)
	for _, lang := range []string{"ar", "fr"} {
		for _, screen := range []browsertest.Screen{browsertest.Phone, browsertest.Desktop} {
			t.Run(lang+", "+screen.Name, func(t *testing.T) {
				for login, places := range map[string][]string{
					"agent": {"/desk/files?show=late", "/desk/files/new?service=dgi-th-tsc", "/desk/files/" + o.File.ID, "/desk/files/" + o.File.ID + "/receipt"},
					"admin": {"/desk/files?show=open", "/desk/files/" + o.File.ID, "/desk/needs"},
				} {
					v := b.Tab(t, screen, true)
					v.Open(h.server.URL + "/" + lang + "/desk/sign-in")
					v.Type("login", login)
					v.Type("password", password)
					v.Submit("password", 200)
					for _, place := range places {
						v.Open(h.server.URL + "/" + lang + place)
						v.Axe(lang + place)
						v.Clean(h.host())
					}
				}
			})
		}
	}
}
