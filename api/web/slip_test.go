package web_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/skip2/go-qrcode"
	"golang.org/x/net/html"

	"mawid/scheduler"
)

// abroad books for a person who lives in France; name may hold anything.
func (h *house) abroad(name string) scheduler.Booked {
	h.t.Helper()
	return h.bookOne("adii-abatt90", "adii-safi", "2027-08-10 09:30", scheduler.Citizen{
		Name: name, Email: "amina@example.org", Language: "fr", Zone: "Europe/Paris",
	})
}

// Whatever the language of the reader: the person at the desk reads Arabic and
// French.
func TestTheSlipSpeaksBothScripts(t *testing.T) {
	h := oneHouse(t)
	b := h.abroad("Amina Benali")
	for lang, words := range map[string][]string{
		"fr": {"Fiche de rendez-vous", "CNIE"}, "ar": {"بطاقة الموعد", "البطاقة الوطنية للتعريف الإلكترونية"}, "en": {"Appointment slip", "What to bring"},
		"zgh": {"ⵜⴰⵡⵔⵇⵜ ⵏ ⵜⵎⵍⵉⵍⵉⵜ", "ⴰⵙⵉⵏⴰⵙ 10 ⵖⵓⵛⵜ 2027", "ⵜⴰⵙⵔⴰⴳⵜ ⵏ ⵍⵎⵖⵔⵉⴱ"},
	} {
		w := h.walker().open("/" + lang + "/a/" + b.ManageToken).want(200)
		w.click(map[string]string{"fr": "Imprimer la fiche", "ar": "طباعة البطاقة", "en": "Print the slip", "zgh": "ⵙⵉⴳⴳⵣ ⵜⴰⵡⵔⵇⵜ"}[lang]).want(200, words...)
		w.want(200, "mardi 10 août 2027", "الثلاثاء 10 غشت 2027", "09:30", "heure du Maroc", "بتوقيت المغرب",
			"Bureau de douane de Safi", "مكتب الجمارك بآسفي", "Abattement 90", "تخفيض 90%", b.Appointment.Reference, "Amina Benali")
		if strings.Contains(w.text(), "11:30") || strings.Contains(w.text(), "Paris") {
			t.Errorf("%s: the slip shows another clock than the office's", lang)
		}
		var scripts []string
		for _, dl := range w.all("dl") {
			scripts = append(scripts, attr(dl, "lang")+" "+attr(dl, "dir"))
		}
		want := []string{"fr-MA ltr", "ar-MA rtl"}
		if lang == "ar" {
			want = []string{"ar-MA rtl", "fr-MA ltr"}
		}
		if lang == "zgh" {
			want = []string{"zgh ltr", "fr-MA ltr", "ar-MA rtl"}
		}
		if diff := cmp.Diff(want, scripts); diff != "" {
			t.Errorf("%s: the scripts (-want +got):\n%s", lang, diff)
		}
		checkGolden(t, "slip-"+lang+".txt", w.text()+"\n")
	}
}

// Paper lies about. The link is in the code, which nobody reads in passing.
func TestTheSlipDoesNotShowTheLink(t *testing.T) {
	h := oneHouse(t)
	b := h.abroad("Amina Benali")
	for _, lang := range []string{"ar", "fr"} {
		w := h.walker().open("/" + lang + "/a/" + b.ManageToken + "/slip").want(200)
		if strings.Contains(w.text(), b.ManageToken) || strings.Contains(w.text(), "/feeds/") {
			t.Errorf("%s: the slip shows a secret", lang)
		}
		if w.header.Get("Cache-Control") != "no-store" || !strings.Contains(w.header.Get("X-Robots-Tag"), "noindex") {
			t.Errorf("%s: %q, %q", lang, w.header.Get("Cache-Control"), w.header.Get("X-Robots-Tag"))
		}
		if n := len(w.all("script", "style", "img", "iframe", "object")); n != 0 || strings.Contains(w.raw, "style=") {
			t.Errorf("%s: something is inline or loaded from elsewhere", lang)
		}
	}
	h.walker().open("/fr/a/"+b.ManageToken+"x/slip").want(404, "Lien inconnu")
}

func TestNamesOnTheSlipAreOnlyText(t *testing.T) {
	h := oneHouse(t)
	for at, name := range map[string]string{"2027-08-10 09:30": `<script>alert(1)</script>`, "2027-08-11 09:30": "أمينة بنعلي"} {
		b := h.bookOne("adii-abatt90", "adii-safi", at, scheduler.Citizen{Name: name, Email: "x" + at[8:10] + "@example.org", Language: "fr"})
		w := h.walker().open("/fr/a/"+b.ManageToken+"/slip").want(200, name)
		if len(w.all("script")) != 0 {
			t.Errorf("%s became an element", name)
		}
		isolated := false
		for _, n := range w.all("bdi") {
			isolated = isolated || textOf(n) == name
		}
		if !isolated {
			t.Errorf("%s is not isolated", name)
		}
	}
}

// A slip of an appointment that does not stand would send its person to a closed
// door; looking at one changes nothing.
func TestTheSlipTellsTheTruth(t *testing.T) {
	h := oneHouse(t)
	b := h.abroad("Amina Benali")
	before, err := h.engine.AppointmentByToken(t.Context(), b.ManageToken)
	h.must(err)
	h.walker().open("/fr/a/" + b.ManageToken + "/slip").want(200)
	after, err := h.engine.AppointmentByToken(t.Context(), b.ManageToken)
	h.must(err)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("a look changed the appointment:\n%s", diff)
	}
	_, err = h.engine.Cancel(t.Context(), b.Appointment.ID, 0, scheduler.Actor{ManageToken: b.ManageToken})
	h.must(err)
	h.walker().open("/fr/a/"+b.ManageToken+"/slip").want(409, "Action impossible", "Mon rendez-vous")
	if w := h.walker().open("/fr/a/" + b.ManageToken).want(200); strings.Contains(w.raw, "/slip") {
		t.Error("a cancelled appointment offers a slip")
	}
}

// The code on both pages is that of the page's own address, with its quiet zone.
func TestTheCodeLeadsToTheAppointment(t *testing.T) {
	h := oneHouse(t)
	b := h.abroad("Amina Benali")
	code, err := qrcode.New(h.server.URL+"/a/"+b.ManageToken, qrcode.Medium)
	h.must(err)
	for _, place := range []string{"", "/slip", "?new=1"} {
		w := h.walker().open("/ar/a/" + b.ManageToken + place).want(200)
		svg := byClass(w, "qr")
		if svg == nil || attr(svg, "role") != "img" || attr(svg, "aria-label") != "رمز استجابة سريعة يفتح صفحة الموعد" {
			t.Fatalf("%q: no labelled code", place)
		}
		if diff := cmp.Diff(code.Bitmap(), drawn(t, svg)); diff != "" {
			t.Errorf("%q: another code is drawn:\n%s", place, diff)
		}
	}
	h.walker().open("/fr/a/"+b.ManageToken+"?new=1").want(200, "Ce code ouvre cette page sur un autre appareil.")
}

func byClass(w *walker, class string) *html.Node {
	for _, n := range w.all() {
		if attr(n, "class") == class {
			return n
		}
	}
	return nil
}

// drawn reads the modules back from the picture.
func drawn(t *testing.T, svg *html.Node) [][]bool {
	t.Helper()
	parts := strings.Fields(attr(svg, "viewBox"))
	side, err := strconv.Atoi(parts[len(parts)-1])
	if err != nil || attr(svg, "viewBox") != "0 0 "+parts[3]+" "+parts[3] {
		t.Fatalf("viewBox %q", attr(svg, "viewBox"))
	}
	rows := make([][]bool, side)
	for y := range rows {
		rows[y] = make([]bool, side)
	}
	paint := func(run string) {
		var at []int
		for _, f := range strings.FieldsFunc(run, func(r rune) bool { return r < '0' || r > '9' }) {
			n, err := strconv.Atoi(f)
			if err != nil {
				t.Fatal(err)
			}
			at = append(at, n)
		}
		if len(at) != 5 || at[2] != at[4] || at[3] != 1 {
			t.Fatalf("%q is no run of modules", run)
		}
		for x := range at[2] {
			rows[at[1]][at[0]+x] = true
		}
	}
	for run := range strings.SplitSeq(strings.TrimSuffix(attr(find(svg, "path")[0], "d"), "z"), "z") {
		paint(run)
	}
	return rows
}

// The budget of a first view, and little of it for the code.
func TestTheWeightOfTheSlip(t *testing.T) {
	h := oneHouse(t)
	b := h.abroad("Amina Benali")
	for _, address := range []string{"/ar/a/" + b.ManageToken + "/slip", "/fr/a/" + b.ManageToken + "/slip", "/ar/a/" + b.ManageToken + "?new=1"} {
		total, doc := 0, h.walker().open(address).want(200)
		addresses := []string{address}
		for _, link := range doc.all("link") {
			addresses = append(addresses, attr(link, "href"))
		}
		for _, a := range addresses {
			n, err := strconv.Atoi(h.get(a, "Accept-Encoding", "gzip").Header.Get("Content-Length"))
			h.must(err)
			total += n
		}
		if total > 60_000 {
			t.Errorf("%s weighs %d bytes", address, total)
		}
	}
}

func TestWaysToSubscribe(t *testing.T) {
	h := oneHouse(t)
	b := h.abroad("Amina Benali")
	w := h.walker().open("/fr/a/" + b.ManageToken).want(200)
	feed := attr(w.byID("feed"), "value")
	webcal := "webcal" + strings.TrimPrefix(feed, "http")
	if !strings.HasPrefix(feed, h.server.URL+"/feeds/") {
		t.Fatalf("the address is %q", feed)
	}
	if got := attr(w.link("Ouvrir avec Apple"), "href"); got != webcal {
		t.Errorf("Apple: %q", got)
	}
	for words, want := range map[string]struct{ start, name, value string }{
		"Ouvrir avec Google":  {"https://calendar.google.com/calendar/render", "cid", webcal},
		"Ouvrir avec Outlook": {"https://outlook.live.com/calendar/0/addfromweb", "url", feed},
	} {
		link := w.link(words)
		u, err := url.Parse(attr(link, "href"))
		h.must(err)
		if !strings.HasPrefix(u.String(), want.start+"?") || u.Query().Get(want.name) != want.value || attr(link, "rel") != "noreferrer" {
			t.Errorf("%s: %s, rel %q", words, u, attr(link, "rel"))
		}
	}
}

// A relative learns when, where and the reference; not the link, and no name.
func TestWhatARelativeIsTold(t *testing.T) {
	h := oneHouse(t)
	b := h.abroad("Amina Benali")
	for lang, want := range map[string]struct{ chat, mail, text string }{
		"fr": {
			"Envoyer par WhatsApp", "Envoyer par e-mail",
			"Rendez-vous : mardi 10 août 2027, 09:30 (heure du Maroc). Abattement 90 % (60 ans et +, 10 ans à l'étranger), Bureau de douane de Safi. Référence : " + b.Appointment.Reference + ".",
		},
		"ar": {
			"إرسال عبر WhatsApp", "إرسال بالبريد الإلكتروني",
			"موعد: الثلاثاء 10 غشت 2027، 09:30 (بتوقيت المغرب). تخفيض 90% لفائدة مغاربة العالم البالغين 60 سنة فأكثر، مكتب الجمارك بآسفي. المرجع: " + b.Appointment.Reference + ".",
		},
	} {
		w := h.walker().open("/" + lang + "/a/" + b.ManageToken).want(200)
		chat, err := url.Parse(attr(w.link(want.chat), "href"))
		h.must(err)
		mail, err := url.Parse(attr(w.link(want.mail), "href"))
		h.must(err)
		if chat.Host != "wa.me" || mail.Scheme != "mailto" || mail.Opaque != "" || strings.Contains(mail.RawQuery, "+") {
			t.Errorf("%s: %s, %s", lang, chat, mail)
		}
		plain := strings.NewReplacer("\u2066", "", "\u2068", "", "\u2069", "", "\u00a0", " ", "\u202f", " ")
		for _, got := range []string{chat.Query().Get("text"), mail.Query().Get("body")} {
			if diff := cmp.Diff(want.text, plain.Replace(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", lang, diff)
			}
		}
		for _, secret := range []string{b.ManageToken, "Amina", "/feeds/"} {
			if strings.Contains(chat.String()+mail.String(), secret) {
				t.Errorf("%s: the message tells %q", lang, secret)
			}
		}
	}
}
