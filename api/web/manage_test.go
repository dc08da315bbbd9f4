package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"mawid/configs"
	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// asking makes the tax office of Safi ask for the code that proves an address.
func (h *house) asking() {
	h.t.Helper()
	sample, err := configs.Read(configs.SampleName, configs.SampleFile, enginetest.Zones(h.t))
	h.must(err)
	for i := range sample.Offices {
		sample.Offices[i].ConfirmAddress = sample.Offices[i].ID == "dgi-safi"
	}
	_, err = h.engine.Import(h.t.Context(), sample.CatalogueData)
	h.must(err)
}

// code is the newest code of a kind that was sent of an appointment.
func (h *house) code(a scheduler.Appointment, kind scheduler.NoticeKind) string {
	h.t.Helper()
	now := h.clock.Now()
	ns, err := h.db.ClaimNotices(h.t.Context(), scheduler.ChannelEmail, now, now.Add(time.Minute), 100)
	h.must(err)
	code := ""
	for _, n := range ns {
		if n.About.ID == a.ID && n.Kind == kind {
			code = h.engine.NoticeCode(&a, n.Notice)
		}
	}
	return code
}

func TestTheAddressIsProvedOnThePage(t *testing.T) {
	eachHouse(t, func(h *house) {
		h.asking()
		w := holdForm(h)
		w.press("Réserver", "name", "Amina Benali", "email", "amina@example.org").
			want(200, "Saisissez le code reçu", "amina@example.org", "07:30 (heure du Maroc)")
		a, err := h.engine.AppointmentByToken(t.Context(), strings.TrimPrefix(w.url.Path, "/fr/a/"))
		h.must(err)
		code := h.code(a, scheduler.NoticeProveCode)
		w.press("Confirmer le rendez-vous", "code", "x").want(422, "Ce code n'est pas le bon.", "Saisissez le code reçu")
		w.press("Envoyer un autre code").want(200, "Un autre code est en route.")
		w.press("Confirmer le rendez-vous", "code", code).want(200, "Votre rendez-vous est réservé", "Réservé")
		w.open(w.url.Path).want(200, "Ce qui s'est passé", "adresse confirmée")
		if strings.Contains(w.text(), "Saisissez le code") {
			t.Error("a proved address is asked for again")
		}
	})
}

func TestAnUnprovedPlaceIsGivenBackAndThePageSaysSo(t *testing.T) {
	h := oneHouse(t)
	h.asking()
	w := holdForm(h)
	w.press("Réserver", "name", "Amina Benali", "email", "amina@example.org").want(200)
	h.clock.Advance(31 * time.Minute)
	if _, err := h.engine.LapseUnproved(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	w.open(w.url.Path).want(200, "Le code n'a pas été saisi à temps : la place est rendue.", "Prendre un autre rendez-vous")
}

func TestFindMyAppointment(t *testing.T) {
	eachHouse(t, func(h *house) {
		b := h.bookOne("dgi-if", "dgi-safi", "2027-06-03 09:00", scheduler.Citizen{})
		w := h.walker().open("/fr/").click("Retrouver mon rendez-vous ou mon dossier avec sa référence").want(200, "Donnez la référence")
		w.press("Recevoir le code", "reference", "K7AM").want(422, "Une référence a huit lettres et chiffres.")
		w.press("Recevoir le code", "reference", strings.ToLower(b.Appointment.Reference)).want(200, "Si cette référence existe", "15 minutes")
		h.must(h.engine.SendCodes(t.Context(), 10))
		code := h.code(b.Appointment, scheduler.NoticeFindCode)
		w.press("Ouvrir", "code", "12").want(422, "Ce code n'est pas le bon.")
		w.press("Ouvrir", "code", code[:3]+" "+code[3:]).want(200, "Mon rendez-vous", b.Appointment.Reference)
		if !strings.HasSuffix(w.url.Path, "/a/"+b.ManageToken) {
			t.Errorf("it leads to %s", w.url.Path)
		}
		if strings.Contains(w.header.Get("Referrer-Policy"), "unsafe") || w.header.Get("Cache-Control") != "no-store" {
			t.Error("the page may be kept")
		}
	})
}

// The reference on a receipt opens the file's page.
func TestFindMyFile(t *testing.T) {
	eachHouse(t, func(h *house) {
		o := h.lateFile()
		w := h.walker().open("/fr/find").want(200, "Donnez la référence")
		w.press("Recevoir le code", "reference", " "+strings.ToLower(o.File.Reference)).want(200, "Si cette référence existe")
		h.must(h.engine.SendCodes(t.Context(), 10))
		now := h.clock.Now()
		ns, err := h.db.ClaimNotices(t.Context(), scheduler.ChannelEmail, now, now.Add(time.Minute), 100)
		h.must(err)
		code := ""
		for _, n := range ns {
			if n.About.ID == o.File.ID && n.Kind == scheduler.NoticeFileCode {
				code = h.engine.FileCode(&o.File, n.Notice)
			}
		}
		w.press("Ouvrir", "code", "x").want(422, "Ce code n'est pas le bon.")
		w.press("Ouvrir", "code", code).want(200, o.File.Reference, "En retard de 30 jours")
		if !strings.HasSuffix(w.url.Path, "/f/"+o.Token) {
			t.Errorf("it leads to %s", w.url.Path)
		}
	})
}

// Whoever looks for a reference learns nothing from the pages.
func TestFindSaysTheSameOfWhatIsNot(t *testing.T) {
	h := oneHouse(t)
	real := h.bookOne("dgi-if", "dgi-safi", "2027-06-03 09:00", scheduler.Citizen{}).Appointment.Reference
	unused, err := scheduler.NewReference(enginetest.Random(99))
	h.must(err)
	file := h.lateFile().File.Reference
	answers := map[string]string{}
	for _, reference := range []string{real, file, unused} {
		w := h.walker().open("/fr/find")
		for range 6 {
			w.send(http.MethodPost, "/fr/find", url.Values{"reference": {reference}})
			answers[reference] += strings.ReplaceAll(w.text(), reference, "REF")
			h.must(h.engine.SendCodes(t.Context(), 10))
			w.send(http.MethodPost, "/fr/find/open", url.Values{"reference": {reference}, "code": {"x"}})
			answers[reference] += strings.ReplaceAll(w.text(), reference, "REF")
		}
	}
	if answers[real] != answers[unused] || answers[file] != answers[unused] || !strings.Contains(answers[real], "Trop de codes demandés") {
		t.Error("the pages tell a reference that exists from one that does not")
	}
}

// Programs of mail servers and messengers follow links before people do: that
// changes nothing, whichever link of the appointment they follow.
func TestFollowingEveryLinkOfAnAppointmentChangesNothing(t *testing.T) {
	eachHouse(t, func(h *house) {
		b := h.bookOne("dgi-if", "dgi-safi", "2027-06-03 09:00", scheduler.Citizen{})
		start := "/fr/a/" + b.ManageToken
		seen, next := map[string]bool{start: true}, []string{start}
		for i := 0; i < len(next) && i < 40; i++ {
			w := h.walker().open(next[i])
			if strings.HasSuffix(next[i], ".ics") || w.status >= 500 {
				continue
			}
			for _, a := range w.all("a") {
				link, _, _ := strings.Cut(attr(a, "href"), "#")
				if strings.HasPrefix(link, start) && !seen[link] {
					seen[link], next = true, append(next, link)
				}
			}
		}
		if len(next) < 20 {
			t.Fatalf("only %d links: %q", len(next), next)
		}
		a, err := h.engine.AppointmentByToken(t.Context(), b.ManageToken)
		h.must(err)
		if a.Revision != b.Appointment.Revision || a.Status != b.Appointment.Status || h.taken("dgi-safi", "2027-06-03") != 3 {
			t.Errorf("after %d links: revision %d, %s", len(next), a.Revision, a.Status)
		}
	})
}

func TestCorrectContactAndNoteADocument(t *testing.T) {
	eachHouse(t, func(h *house) {
		b := h.bookOne("dgi-if", "dgi-safi", "2027-06-03 09:00", scheduler.Citizen{})
		w := h.walker().open("/fr/a/"+b.ManageToken).click("Corriger mes coordonnées").want(200, "Le nom ne se change pas", "Amina Benali")
		if w.value("email") != "amina@example.org" || w.value("name") != "" {
			t.Errorf("the form holds %q, name %q", w.value("email"), w.value("name"))
		}
		w.press("Enregistrer", "email", "amina").want(422, "Cette adresse n'est pas valable.")
		checkFault(t, w, "mail", "email", "Cette adresse n'est pas valable.")
		w.press("Enregistrer", "email", "benali@example.org", "phone", "+33612345678", "zone", "Europe/Paris").
			want(200, "Vos coordonnées sont corrigées.", "coordonnées corrigées", "11:00 à Paris")
		w.press("Enregistrer la note", "document", strings.Repeat("x", 501)).want(422, "Ce texte est trop long.")
		w.press("Enregistrer la note", "document", "L'acte de\r\ndécès manque").want(200, "La note est enregistrée.", "L'acte de décès manque")
		a, err := h.engine.AppointmentByToken(t.Context(), b.ManageToken)
		h.must(err)
		if a.Citizen.Email != "benali@example.org" || a.Citizen.Name != "Amina Benali" || a.Revision != 3 {
			t.Errorf("%+v at revision %d", a.Citizen, a.Revision)
		}
	})
}

func TestBookingForAnother(t *testing.T) {
	h := oneHouse(t)
	w := holdForm(h)
	w.press("Réserver", "name", "Fatima Benali", "email", "y@example.org", "told", "", "relation", "child").want(422, "À remplir.")
	checkFault(t, w, "nobody is told", "told", "À remplir.")
	w.press("Réserver", "told", "Youssef Benali").want(200, "Fatima Benali", "Youssef Benali")
	w.click("Imprimer la fiche").want(200, "Fatima Benali")
}

// A change of language on the form loses nothing, with and without faults.
func TestAChangeOfLanguageKeepsWhatWasTyped(t *testing.T) {
	h := oneHouse(t)
	w := holdForm(h)
	typed := []string{"name", "أمينة", "email", "amina@", "phone", "12", "file_number", "A-77", "note", "une note", "zone", "Europe/Paris", "told", "Youssef"}
	check := func() {
		t.Helper()
		for i := 0; i < len(typed); i += 2 {
			if got := w.value(typed[i]); got != typed[i+1] {
				t.Errorf("%s holds %q, typed was %q", typed[i], got, typed[i+1])
			}
		}
	}
	w.press("العربية", typed...).want(200, "معلوماتكم")
	check()
	if w.value("language") != "ar" {
		t.Errorf("the messages stay in %q", w.value("language"))
	}
	w.press("حجز هذا الموعد").want(422)
	check()
	w.press("English", "language", "nl").want(422, "Your details", "not valid")
	check()
	if w.value("language") != "nl" {
		t.Errorf("the chosen language of messages became %q", w.value("language"))
	}
}

// Nor does one while an appointment is found and corrected: no code is sent again,
// what was found stays found.
func TestAChangeOfLanguageWhileFindingAndCorrecting(t *testing.T) {
	h := oneHouse(t)
	b := h.bookOne("dgi-if", "dgi-safi", "2027-06-03 09:00", scheduler.Citizen{})
	h.bookOne("narsa-immat", "narsa-safi", "2027-08-12 09:30", scheduler.Citizen{})
	w := h.walker().open("/fr/find").press("Recevoir le code", "reference", b.Appointment.Reference).want(200, "Si cette référence existe")
	h.must(h.engine.SendCodes(t.Context(), 10))
	code := h.code(b.Appointment, scheduler.NoticeFindCode)
	w.press("English").want(200, "Six-digit code")
	if w.value("reference") != b.Appointment.Reference {
		t.Errorf("the reference became %q", w.value("reference"))
	}
	w.press("Open", "code", code).want(200, "My appointments", "Registration of a cleared vehicle")
	w.press("Deutsch").want(200, "Meine Termine")
	w.press("Français").want(200, "Mes rendez-vous", "Amina Benali", "12 août 2027")
	w.send(http.MethodPost, "/fr/find/language", url.Values{"token": {"nothing"}}).want(404)

	w.open("/fr/a/" + b.ManageToken + "/contact").want(200)
	w.press("Enregistrer", "email", "amina@").want(422)
	w.press("English", "phone", "12").want(200, "Correct")
	if w.value("email") != "amina@" || w.value("phone") != "12" {
		t.Errorf("the form holds %q and %q", w.value("email"), w.value("phone"))
	}
}

func TestTheTimeLeftIsExtendedOnce(t *testing.T) {
	eachHouse(t, func(h *house) {
		w := holdForm(h).want(200, "Il vous reste 10 minutes")
		h.clock.Advance(8 * time.Minute)
		w.press("Garder l'heure 10 minutes de plus", "name", "Amina").want(200, "L'heure est gardée plus longtemps", "07:18", "Il vous reste 10 minutes")
		if w.value("name") != "Amina" || strings.Contains(w.text(), "de plus") {
			t.Errorf("name %q in\n%s", w.value("name"), w.text())
		}
		path := strings.TrimSuffix(w.url.Path, "/extend")
		w.send(http.MethodPost, path+"/extend", url.Values{"name": {"Amina"}}).want(200)
		w.open(path).want(200, "Le délai a déjà été prolongé")
		h.clock.Advance(5 * time.Minute)
		w.press("Réserver", "name", "Amina", "email", "amina@example.org").want(200, "Votre rendez-vous est réservé")
	})
}

// When the time runs out, what was typed is still there for the next time.
func TestWhatWasTypedOutlivesTheTime(t *testing.T) {
	h := oneHouse(t)
	w := holdForm(h)
	h.clock.Advance(10 * time.Minute)
	w.press("Réserver", "name", "Amina Benali", "email", "amina@example.org", "note", "une note").want(410, "Le délai est passé", "20 minutes")
	w.click("Choisir une autre heure").want(200).press("10:30").want(200, "10:30")
	if w.value("name") != "Amina Benali" || w.value("note") != "une note" {
		t.Errorf("the form starts with %q", w.value("name"))
	}
	w.press("Réserver").want(200, "Votre rendez-vous est réservé")
	w.open("/fr/services/dgi-if/dgi-safi/2027-06-01").press("11:00").want(200)
	if w.value("name") != "" {
		t.Error("what was typed is kept after the booking")
	}
}
