package web_test

import (
	"strings"
	"testing"

	"mawid/internal/browsertest"
	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// remoteWords are what a reader looks for on the way of an appointment without
// coming.
type remoteWords struct {
	lang, service, need, choose, day, time, book                 string
	needed, required, booked, calls, have, documents, keep, when string
	move, newDay, newTime, confirm, moved, video, videoDay, link string
}

var remoteWays = []remoteWords{
	{
		"fr", "Identifiant fiscal", "Vous n'avez pas besoin de venir", "Choisissez le jour – Par téléphone", "mar. 1er juin", "09:30", "Réserver ce rendez-vous",
		"Le bureau appelle ce numéro : il est nécessaire.", "À remplir.", "Votre rendez-vous est réservé", "Le bureau vous appelle au +33612345678.", "À avoir sous la main",
		"Gardez vos documents devant vous.", "Le bureau vous appelle.", "mardi 1er juin 2027, 09:30 (heure du Maroc) — 11:30 à Paris",
		"Déplacer", "mer. 2 juin", "14:00", "Confirmer la nouvelle heure", "Votre rendez-vous est déplacé.", "Choisissez le jour – Par visioconférence", "mar. 1er juin", "Ouvrir la visioconférence",
	},
	{
		"ar", "الحصول على رقم التعريف الضريبي", "لا حاجة إلى الحضور", "اختيار اليوم – عبر الهاتف", "الثلاثاء 1 يونيو", "09:30", "حجز هذا الموعد",
		"يتصل بكم المكتب على هذا الرقم، فهو ضروري.", "", "تم حجز موعدكم", "يتصل بكم المكتب على الرقم", "ما يجب أن يكون بين أيديكم",
		"ضعوا وثائقكم أمامكم.", "المكتب هو الذي يتصل بكم.", "الثلاثاء 1 يونيو 2027، 09:30 (بتوقيت المغرب) — 11:30 في باريس",
		"تغيير الموعد", "الأربعاء 2 يونيو", "14:00", "تأكيد الموعد الجديد", "تم تغيير موعدكم.", "اختيار اليوم – عبر الفيديو", "الثلاثاء 1 يونيو", "فتح لقاء الفيديو",
	},
}

// The whole way without coming, by links and forms alone.
func TestTheWayWithoutComing(t *testing.T) {
	eachHouse(t, func(h *house) {
		for _, way := range remoteWays {
			w := h.walker()
			w.open("/"+way.lang+"/").click(way.service).want(200, way.need)
			w.click(way.choose).want(200).click(way.day).want(200).press(way.time).want(200, way.needed)
			w.press(way.book, "name", "Amina Benali", "email", "amina@example.org", "zone", "Europe/Paris").want(422, way.required, way.needed)
			w.press(way.book, "phone", "06 12 34").want(422)
			w.press(way.book, "phone", "06 12 34 56 78").want(200, way.booked, way.calls, "+33612345678", way.have, way.documents, way.keep, way.when)
			if h.taken("dgi-safi/telephone", "2027-06-01") != 3 || h.taken("dgi-safi", "2027-06-01") != 0 {
				t.Errorf("%s: a call took another place than its own", way.lang)
			}
			w.click(way.move).want(200).click(way.newDay).want(200).click(way.newTime).want(200)
			w.press(way.confirm).want(200, way.moved, way.calls)
			if h.taken("dgi-safi/telephone", "2027-06-01") != 0 || h.taken("dgi-safi/telephone", "2027-06-02") != 3 {
				t.Errorf("%s: the move left the channel", way.lang)
			}
			place := w.url.Path
			w.open(place+"/slip").want(200, "Par téléphone", "عبر الهاتف", "+33612345678", way.have)
			file := w.open(place + "/calendar.ics").raw
			if !strings.Contains(strings.ReplaceAll(file, "\r\n ", ""), "+33612345678") {
				t.Errorf("%s: the file does not name the number:\n%s", way.lang, file)
			}
			w.open(place + "/cancel").press(map[string]string{"fr": "Oui, annuler", "ar": "نعم، إلغاء الموعد"}[way.lang]).want(200)
		}
	})
}

func TestAVideoHasItsLink(t *testing.T) {
	h := oneHouse(t)
	for i, way := range remoteWays {
		w := h.walker()
		w.open("/"+way.lang+"/services/dgi-suivi").want(200, way.need)
		w.click(way.video).want(200).click(way.videoDay).want(200).press([]string{"09:30", "10:10"}[i])
		w.press(way.book, "name", "Amina "+way.lang, "email", "amina@example.org").want(200, way.booked, way.have)
		link := attr(w.link(way.link), "href")
		room, ok := strings.CutPrefix(link, "https://meet.example.org/mawid-")
		if !ok || len(room) != 26 || strings.Contains(w.url.Path, room) {
			t.Errorf("link %q", link)
		}
		for _, a := range w.all("a") { // messages to relatives do not let anybody join
			if href := attr(a, "href"); strings.Contains(href, "wa.me") && strings.Contains(href, room) {
				t.Errorf("the message for a relative holds the link: %s", href)
			}
		}
		w.open(w.url.Path + "/slip").want(200)
		if strings.Contains(w.raw, room) {
			t.Error("the slip shows the link of the meeting to whoever sees the paper")
		}
	}
}

// An agent begins and ends a call from the list; the person is not expected in the
// waiting room, and the board never shows them.
func TestACallAtTheDesk(t *testing.T) {
	eachHouse(t, func(h *house) {
		deskHouse(h)
		call := h.remote(scheduler.Telephone, "dgi-if", "2027-06-01 10:00", scheduler.Citizen{Name: "Amina Benali", Phone: "+33612345678"})
		video := h.remote(scheduler.Video, "dgi-suivi", "2027-06-01 10:30", scheduler.Citizen{Name: "Karim Test", Email: "k@example.org"})
		w := h.walker().sit("agent").want(200, "Par téléphone et visioconférence (2)", "Amina Benali", "Appeler le +33612345678", "Karim Test", "Attendus aujourd'hui (1)")
		if got := attr(w.link("Appeler le +33612345678"), "href"); got != "tel:+33612345678" {
			t.Errorf("the number leads to %q", got)
		}
		if got := attr(w.link("Ouvrir la visioconférence"), "href"); !strings.HasPrefix(got, "https://meet.example.org/mawid-") {
			t.Errorf("the meeting is at %q", got)
		}
		w.press("Chercher", "who", call.Appointment.Reference).want(409, "Cela ne se peut pas maintenant")
		h.clock.Set(enginetest.At(t, "2027-06-01 10:01"))
		w.open("/fr/desk").press("Commencer "+call.Appointment.Reference).want(200, "En cours")
		w.press("Terminé "+call.Appointment.Reference).want(200, "Terminé")
		h.clock.Set(enginetest.At(t, "2027-06-01 10:40"))
		w.open("/fr/desk").press("Pas de réponse "+video.Appointment.Reference).want(200, "Absence")
		w.open("/fr/desk/day").want(200, "Par téléphone", "Par visioconférence")
		board := h.walker().open("/fr/board/dgi-safi").want(200)
		for _, never := range []string{call.Appointment.Reference, video.Appointment.Reference, "Amina"} {
			if strings.Contains(board.raw, never) {
				t.Errorf("the board shows %q", never)
			}
		}
		h.walker().open("/fr/a/"+call.ManageToken).want(200, "Terminé")
	})
}

// remote books by a channel at the tax office.
func (h *house) remote(by scheduler.ServiceChannel, service, at string, c scheduler.Citizen) scheduler.Booked {
	h.t.Helper()
	b, err := h.engine.Book(h.t.Context(), scheduler.BookRequest{
		OfficeID: "dgi-safi", ServiceID: service, Channel: by, StartsAt: enginetest.At(h.t, at), Citizen: c,
	})
	h.must(err)
	return b
}

// The same in a browser, without scripts, in both directions of writing.
func TestTheWayWithoutComingInABrowser(t *testing.T) {
	b := browsertest.Start(t)
	for _, way := range remoteWays {
		for _, screen := range []browsertest.Screen{browsertest.Phone, browsertest.Desktop} {
			t.Run(way.lang+", "+screen.Name, func(t *testing.T) {
				h := oneHouse(t) // of its own: one person is called at a time
				v := b.Tab(t, screen, false)
				v.Open(h.server.URL + "/" + way.lang + "/services/dgi-if")
				v.Axe(way.lang)
				v.Click(way.choose)
				v.Click(way.day)
				v.Click(way.time)
				v.Axe(way.lang)
				v.Type("name", "Amina Benali")
				v.Type("phone", "+33612345678")
				v.Click(way.book)
				v.Reads(way.booked)
				v.Axe(way.lang)
				v.Clean(h.host())
			})
		}
	}
}
