package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"mawid/scheduler"
)

// words are what a reader of one language looks for on the way.
type words struct {
	lang, dir                                            string
	service, choose, day, time, book, name               string
	booked, move, newDay, newTime, confirmMove, moved    string
	cancel, yes, cancelled, when, whenMoved, come, comes string
}

var ways = []words{
	{
		"fr", "ltr",
		"Identifiant fiscal", "Choisissez le jour – Direction provinciale", "mar. 1er juin", "09:30", "Réserver ce rendez-vous", "Amina Benali",
		"Votre rendez-vous est réservé", "Déplacer", "mer. 2 juin", "14:00", "Confirmer la nouvelle heure", "Votre rendez-vous est déplacé.",
		"Annuler", "Oui, annuler", "Votre rendez-vous est annulé.",
		"mardi 1er juin 2027, 09:30 (heure du Maroc) — 10:30 à Londres", "mercredi 2 juin 2027, 14:00 (heure du Maroc) — 15:00 à Londres",
		"Je confirme ma venue", "Merci, votre venue est confirmée.",
	},
	{
		"ar", "rtl",
		"الحصول على رقم التعريف الضريبي", "اختيار اليوم – المديرية الإقليمية للضرائب", "الثلاثاء 1 يونيو", "09:30", "حجز هذا الموعد", "أمينة بنعلي",
		"تم حجز موعدكم", "تغيير الموعد", "الأربعاء 2 يونيو", "14:00", "تأكيد الموعد الجديد", "تم تغيير موعدكم.",
		"إلغاء الموعد", "نعم، إلغاء الموعد", "تم إلغاء موعدكم.",
		"الثلاثاء 1 يونيو 2027، 09:30 (بتوقيت المغرب) — 10:30 في لندن", "الأربعاء 2 يونيو 2027، 14:00 (بتوقيت المغرب) — 15:00 في لندن",
		"أؤكد حضوري", "شكرا، تم تأكيد حضوركم.",
	},
	{
		"es", "ltr",
		"Identifiant fiscal", "Elija el día – Direction provinciale", "mar 1 jun", "09:30", "Reservar esta cita", "Amina Benali",
		"Su cita está reservada", "Cambiar", "mié 2 jun", "14:00", "Confirmar la nueva hora", "Su cita se ha cambiado.",
		"Cancelar", "Sí, cancelar", "Su cita está cancelada.",
		"martes 1 de junio de 2027, 09:30 (hora de Marruecos) — 10:30 en Londres", "miércoles 2 de junio de 2027, 14:00 (hora de Marruecos) — 15:00 en Londres",
		"Confirmo que vendré", "Gracias, su visita está confirmada.",
	},
	{
		"nl", "ltr",
		"Identifiant fiscal", "Kies de dag – Direction provinciale", "di 1 jun", "09:30", "Deze afspraak reserveren", "Amina Benali",
		"Uw afspraak is gereserveerd", "Verzetten", "wo 2 jun", "14:00", "De nieuwe tijd bevestigen", "Uw afspraak is verzet.",
		"Annuleren", "Ja, annuleren", "Uw afspraak is geannuleerd.",
		"dinsdag 1 juni 2027, 09:30 uur (Marokkaanse tijd) — 10:30 uur in Londen", "woensdag 2 juni 2027, 14:00 uur (Marokkaanse tijd) — 15:00 uur in Londen",
		"Ik bevestig dat ik kom", "Dank u, uw komst is bevestigd.",
	},
	{
		"it", "ltr",
		"Identifiant fiscal", "Scelga il giorno – Direction provinciale", "mar 1º giu", "09:30", "Prenotare questo appuntamento", "Amina Benali",
		"Il Suo appuntamento è prenotato", "Spostare", "mer 2 giu", "14:00", "Confermare il nuovo orario", "Il Suo appuntamento è stato spostato.",
		"Annullare", "Sì, annullare", "Il Suo appuntamento è annullato.",
		"martedì 1º giugno 2027, ore 09:30 (ora del Marocco) — 10:30 a Londra", "mercoledì 2 giugno 2027, ore 14:00 (ora del Marocco) — 15:00 a Londra",
		"Confermo che verrò", "Grazie, la Sua visita è confermata.",
	},
	{
		"de", "ltr",
		"Identifiant fiscal", "Tag wählen – Direction provinciale", "Di, 1. Juni", "09:30", "Diesen Termin buchen", "Amina Benali",
		"Ihr Termin ist gebucht", "Verschieben", "Mi, 2. Juni", "14:00", "Neuen Termin bestätigen", "Ihr Termin ist verschoben.",
		"Absagen", "Ja, absagen", "Ihr Termin ist abgesagt.",
		"Dienstag, 1. Juni 2027, 09:30 Uhr (marokkanische Zeit) — 10:30 Uhr in London", "Mittwoch, 2. Juni 2027, 14:00 Uhr (marokkanische Zeit) — 15:00 Uhr in London",
		"Ich bestätige, dass ich komme", "Danke, Ihr Kommen ist bestätigt.",
	},
	{
		"en", "ltr",
		"Tax identification number", "Choose the day – Safi provincial tax office", "Tue 1 Jun", "09:30", "Book this appointment", "Amina Benali",
		"Your appointment is booked", "Move", "Wed 2 Jun", "14:00", "Confirm the new time", "Your appointment is moved.",
		"Cancel", "Yes, cancel", "Your appointment is cancelled.",
		"Tuesday 1 June 2027, 09:30 (Moroccan time) — 10:30 in London", "Wednesday 2 June 2027, 14:00 (Moroccan time) — 15:00 in London",
		"I will come", "Thank you, your visit is confirmed.",
	},
	{
		"zgh", "ltr",
		"Identifiant fiscal", "ⵙⵜⵢⴰⵜ ⴰⵙⵙ – Direction provinciale", "ⴰⵙⵉⵏⴰⵙ 1 ⵢⵓⵏⵢⵓ", "09:30", "ⴰⵎⵥ ⵜⵉⵎⵍⵉⵍⵉⵜ ⴰⴷ", "Amina Benali",
		"ⵜⵜⵓⴰⵎⵥ ⵜⵎⵍⵉⵍⵉⵜ ⵏⵏⵓⵏ", "ⵙⵏⴼⵍ", "ⴰⴽⵕⴰⵙ 2 ⵢⵓⵏⵢⵓ", "14:00", "ⵙⵙⵉⴷⵜ ⵜⴰⵙⵔⴰⴳⵜ ⵜⴰⵎⴰⵢⵏⵓⵜ", "ⵜⵏⴼⵍ ⵜⵎⵍⵉⵍⵉⵜ ⵏⵏⵓⵏ.",
		"ⵙⵔ", "ⵢⴰⵀ, ⵙⵔ", "ⵜⵜⵓⵙⵔ ⵜⵎⵍⵉⵍⵉⵜ ⵏⵏⵓⵏ.",
		"ⴰⵙⵉⵏⴰⵙ 1 ⵢⵓⵏⵢⵓ 2027, 09:30 (ⵜⴰⵙⵔⴰⴳⵜ ⵏ ⵍⵎⵖⵔⵉⴱ) — 10:30 ⴳ ⵍⵓⵏⴷⵔⴰ", "ⴰⴽⵕⴰⵙ 2 ⵢⵓⵏⵢⵓ 2027, 14:00 (ⵜⴰⵙⵔⴰⴳⵜ ⵏ ⵍⵎⵖⵔⵉⴱ) — 15:00 ⴳ ⵍⵓⵏⴷⵔⴰ",
		"ⵔⴰⴷ ⴰⵛⴽⵖ", "ⵜⴰⵏⵎⵎⵉⵔⵜ, ⵉⵜⵜⵓⵙⵉⴷⵜ ⵓⵛⴽⴰⴷ ⵏⵏⵓⵏ.",
	},
}

// The whole way of a citizen, by links and forms alone: book, confirm, move,
// cancel, in every language of these words and on both databases.
func TestTheWholeWay(t *testing.T) {
	eachHouse(t, func(h *house) {
		for i, way := range ways {
			w := h.walker()
			w.open("/", "Accept-Language", way.lang).want(200)
			if got := attr(w.all("html")[0], "dir"); got != way.dir {
				t.Errorf("%s: the page runs %s", way.lang, got)
			}
			w.click(way.service).want(200)
			w.click(way.choose).want(200)
			w.click(way.day).want(200)
			w.press(way.time).want(200, way.time)
			w.press(way.book, "name", way.name, "email", "Amina@Example.org", "zone", "Europe/London").want(200, way.booked, way.name, way.when)
			if !strings.HasPrefix(w.url.Path, "/"+way.lang+"/a/") {
				t.Errorf("%s: the booking ended at %s", way.lang, w.url.Path)
			}
			if n := h.taken("dgi-safi", "2027-06-01"); n != 3 {
				t.Errorf("%s: %d ticks taken, want 3", way.lang, n)
			}
			place := w.url.Path
			w.open(place).want(200).press(way.come).want(200, way.comes)
			w.click(way.move).want(200)
			w.click(way.newDay).want(200)
			w.click(way.newTime).want(200, way.newTime)
			w.press(way.confirmMove).want(200, way.moved, way.whenMoved)
			if h.taken("dgi-safi", "2027-06-01") != 0 || h.taken("dgi-safi", "2027-06-02") != 3 {
				t.Errorf("%s: the old place was not given back, or the new one not taken", way.lang)
			}
			w.click(way.cancel).want(200)
			w.press(way.yes).want(200, way.cancelled)
			if n := h.taken("dgi-safi", "2027-06-02"); n != 0 {
				t.Errorf("%s (%d): %d ticks taken after the cancellation", way.lang, i, n)
			}
		}
	})
}

// holdForm walks to the form of a service that takes one desk of three.
func holdForm(h *house) *walker {
	h.t.Helper()
	hold, err := h.engine.Hold(h.t.Context(), scheduler.HoldRequest{
		OfficeID: "dgi-safi", ServiceID: "dgi-if", StartsAt: h.clock.Now().AddDate(0, 0, 1).Add(150 * 60e9),
	})
	h.must(err)
	return h.walker().open("/fr/holds/" + hold.ID).want(200)
}

func TestAFormSentTwiceEndsAtTheSameAppointment(t *testing.T) {
	eachHouse(t, func(h *house) {
		w := holdForm(h)
		form := w.url.Path
		fields := url.Values{"name": {"Amina Benali"}, "email": {"amina@example.org"}, "language": {"fr"}}
		first := w.send(http.MethodPost, form, fields).want(200).url.String()
		second := w.send(http.MethodPost, form, fields).want(200).url.String()
		if first != second {
			t.Errorf("twice the same form: %s, then %s", first, second)
		}
		if n := h.taken("dgi-safi", "2027-06-01"); n != 3 {
			t.Errorf("%d ticks taken, want 3", n)
		}
		fields.Set("name", "Somebody Else")
		w.send(http.MethodPost, form, fields).want(409, "Ce formulaire a déjà été envoyé")
		w.open(form).want(409, "Ce formulaire a déjà été envoyé")
	})
}

func TestAnExpiredHoldLeadsBackToTheTimes(t *testing.T) {
	h := oneHouse(t)
	w := holdForm(h)
	form := w.url.Path
	h.clock.Advance(h.engine.Policy().HoldFor)
	w.open(form).want(410, "Le délai est passé")
	w.send(http.MethodPost, form, url.Values{"name": {"Amina"}, "email": {"amina@example.org"}}).want(410, "Le délai est passé")
	w.click("Choisir une autre heure").want(200, "09:30")
	if w.url.Path != "/fr/services/dgi-if/dgi-safi/2027-06-01" {
		t.Errorf("the way on leads to %s", w.url.Path)
	}
	w.open("/fr/holds/nothing").want(404)
}

func TestAReleasedHoldGivesItsPlaceBack(t *testing.T) {
	h := oneHouse(t)
	w := holdForm(h)
	if h.taken("dgi-safi", "2027-06-01") != 3 {
		t.Fatal("the hold takes nothing")
	}
	form := w.url.Path
	w.press("Choisir une autre heure").want(200, "09:30")
	if n := h.taken("dgi-safi", "2027-06-01"); n != 0 {
		t.Errorf("%d ticks taken after the release", n)
	}
	w.open(form).want(410)
}

func TestATimeThatWasTakenMeanwhileShowsTheOthers(t *testing.T) {
	h := oneHouse(t)
	w := h.walker().open("/fr/services/cad-plan/ancfcc-safi-cad/2027-06-01").want(200)
	h.bookOne("cad-plan", "ancfcc-safi-cad", "2027-06-01 09:30", scheduler.Citizen{})
	w.press("09:30").want(409, "Cette heure vient d'être prise", "10:00")
	for _, b := range w.all("button") {
		if strings.Contains(textOf(b), "09:30") {
			t.Error("the time is offered again")
		}
	}
	if !strings.HasPrefix(textOf(w.all("title")[0]), "Erreur") {
		t.Errorf("the title is %q", textOf(w.all("title")[0]))
	}
	// The page's other languages lead to the same day, not to the form's address.
	w.click("العربية").want(200, "10:00")
}

func TestAMoveToATakenTimeChangesNothing(t *testing.T) {
	h := oneHouse(t)
	mine := h.bookOne("cad-plan", "ancfcc-safi-cad", "2027-06-01 09:30", scheduler.Citizen{})
	w := h.walker().open("/fr/a/" + mine.ManageToken + "/move/ancfcc-safi-cad/2027-06-02").want(200).click("10:00").want(200)
	h.bookOne("cad-plan", "ancfcc-safi-cad", "2027-06-02 10:00", scheduler.Citizen{Name: "Omar", Email: "omar@example.org", Language: "fr"})
	w.press("Confirmer la nouvelle heure").want(409, "Cette heure vient d'être prise")
	w.click("Retour").want(200)
	w.open("/fr/a/"+mine.ManageToken).want(200, "mardi 1er juin 2027, 09:30")
}

func TestASecondBookingOfTheSamePersonIsRefused(t *testing.T) {
	h := oneHouse(t)
	h.bookOne("dgi-if", "dgi-safi", "2027-06-03 09:00", scheduler.Citizen{})
	holdForm(h).press("Réserver", "name", "Amina BENALI", "email", "amina@example.org").
		want(409, "Un rendez-vous existe déjà", "Déplacez-le ou annulez-le")
}

func TestPagesOfAnAppointmentThatChangedMeanwhile(t *testing.T) {
	h := oneHouse(t)
	b := h.bookOne("dgi-if", "dgi-safi", "2027-06-03 09:00", scheduler.Citizen{})
	place := "/fr/a/" + b.ManageToken
	w := h.walker().open(place + "/cancel").want(200)
	h.walker().open(place).press("Je confirme ma venue").want(200)
	w.press("Oui, annuler").want(412, "Le rendez-vous a changé entre-temps")
	w.click("Mon rendez-vous").want(200).click("Annuler").press("Oui, annuler").want(200, "annulé")
	w.open(place+"/cancel").want(409, "Action impossible")
	w.open(place+"/move").want(409, "Action impossible")
	w.send(http.MethodPost, place+"/cancel", url.Values{}).want(200, "Votre rendez-vous est annulé.")
	w.send(http.MethodPost, place+"/confirm", url.Values{}).want(409)
	w.send(http.MethodPost, place+"/move", url.Values{"starts_at": {"2027-06-04T09:00:00Z"}, "office": {"dgi-safi"}}).want(409)
}

func TestAnAppointmentThatIsPast(t *testing.T) {
	h := oneHouse(t)
	b := h.bookOne("dgi-if", "dgi-safi", "2027-06-03 09:00", scheduler.Citizen{})
	h.clock.Advance(4 * 24 * 60 * 60e9)
	w := h.walker().open("/fr/a/"+b.ManageToken).want(200, "Ce rendez-vous est passé.", b.Appointment.Reference)
	for _, a := range w.all("a") {
		if strings.HasSuffix(attr(a, "href"), "/cancel") || strings.HasSuffix(attr(a, "href"), "/move") {
			t.Errorf("the page still leads to %s", attr(a, "href"))
		}
	}
}

func TestADisplacedAppointmentAsksForAnotherTime(t *testing.T) {
	h := oneHouse(t)
	b := h.bookOne("dgi-if", "dgi-safi", "2027-06-03 09:00", scheduler.Citizen{})
	c, err := h.engine.Catalogue(t.Context())
	h.must(err)
	data := c.CatalogueData
	day := scheduler.Date{Year: 2027, Month: 6, Day: 3}
	data.Closures = append(data.Closures[:len(data.Closures):len(data.Closures)], scheduler.Closure{
		ID: "storm", From: day, To: day, Certainty: scheduler.Exceptional, Names: scheduler.Names{"fr": "Tempête", "ar": "عاصفة"},
	})
	_, err = h.engine.Import(t.Context(), data)
	h.must(err)
	w := h.walker().open("/fr/a/"+b.ManageToken).want(200, "Le bureau ne peut plus vous recevoir à cette heure.", "À replacer")
	w.click("Déplacer").want(200, "Fermé : Tempête").click("ven. 4 juin").click("09:00").press("Confirmer la nouvelle heure").want(200, "vendredi 4 juin 2027, 09:00", "Réservé")
}
