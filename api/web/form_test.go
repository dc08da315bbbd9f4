package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"mawid/scheduler"
)

// Everything that can be wrong with one field: the page answers 422, names it
// at the top with a link to the field, and beside the field.
func TestFaultsAreNamedAtTheTopAndBesideTheField(t *testing.T) {
	h := oneHouse(t)
	long := strings.Repeat("a", 10_000)
	w := holdForm(h)
	form := w.url.Path
	for _, c := range []struct{ what, field, value, sentence string }{
		{"no name", "name", " ", "À remplir."},
		{"endless name", "name", long, "Ce texte est trop long."},
		{"line break in name", "name", "Amina\r\nBcc: x@example.org", "Ce texte contient des caractères non acceptés."},
		{"escape in name", "name", "Amina\x1b[31m", "Ce texte contient des caractères non acceptés."},
		{"direction override in name", "name", "Amina\u202eilaneB", "Ce texte contient des caractères non acceptés."},
		{"bytes that are no text", "name", "Amina\xff\xfe", "Ce texte contient des caractères non acceptés."},
		{"no address", "email", "amina", "Cette adresse n'est pas valable."},
		{"line break in address", "email", "amina@example.org\r\nBcc: x@example.org", "Cette adresse n'est pas valable."},
		{"endless address", "email", long + "@example.org", "Cette adresse n'est pas valable."},
		{"letters as number", "phone", "call me", "Ce numéro n'est pas valable."},
		{"national number without a country", "phone", "06 12 34 56 78", "Ce numéro n'est pas valable."},
		{"too many digits", "phone", "+2126123456789999", "Ce numéro n'est pas valable."},
		{"endless number", "phone", strings.Repeat("1", 10_000), "Ce numéro n'est pas valable."},
		{"zone outside of the list", "zone", "../../etc/passwd", "Choisissez un pays dans la liste."},
		{"endless zone", "zone", long, "Choisissez un pays dans la liste."},
		{"endless file number", "file_number", long, "Ce texte est trop long."},
		{"null in file number", "file_number", "12\x0034", "Ce texte contient des caractères non acceptés."},
		{"endless note", "note", long, "Ce texte est trop long."},
		{"bell in note", "note", "ring\a", "Ce texte contient des caractères non acceptés."},
	} {
		fields := url.Values{"name": {"Amina Benali"}, "email": {"amina@example.org"}, "language": {"fr"}, "zone": {""}, "phone": {""}, "file_number": {""}, "note": {""}}
		fields.Set(c.field, c.value)
		w.send(http.MethodPost, form, fields)
		if w.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d", c.what, w.status)
			continue
		}
		checkFault(t, w, c.what, c.field, c.sentence)
	}
	if n := h.taken("dgi-safi", "2027-06-01"); n != 3 {
		t.Errorf("the faulty forms changed what is taken: %d ticks", n)
	}
}

func checkFault(t *testing.T, w *walker, what, field, sentence string) {
	t.Helper()
	links := find(w.byID("faults"), "a")
	if len(links) != 1 || attr(links[0], "href") != "#"+field || !strings.Contains(textOf(links[0]), sentence) {
		t.Errorf("%s: the list at the top does not lead to %s with %q:\n%s", what, field, sentence, textOf(w.byID("faults")))
	}
	input, beside := w.byID(field), w.byID(field+"-fault")
	if beside == nil || !strings.Contains(textOf(beside), sentence) {
		t.Errorf("%s: nothing is said beside the field", what)
	}
	if attr(input, "aria-invalid") != "true" || !strings.Contains(attr(input, "aria-describedby"), field+"-fault") {
		t.Errorf("%s: the field is not tied to its fault", what)
	}
	if !strings.HasPrefix(textOf(w.all("title")[0]), "Erreur") {
		t.Errorf("%s: the title does not say that something is wrong", what)
	}
}

func TestAllFaultsAtOnceAndWhatWasTypedStays(t *testing.T) {
	h := oneHouse(t)
	w := holdForm(h)
	w.press("Réserver", "name", "", "email", "amina", "phone", "12", "note", strings.Repeat("n", 501),
		"file_number", "A-77", "zone", "Europe/Madrid", "language", "ar")
	w.want(422, "4 informations sont à corriger")
	for field, want := range map[string]string{
		"email": "amina", "phone": "12", "file_number": "A-77", "zone": "Europe/Madrid", "language": "ar", "note": strings.Repeat("n", 501),
	} {
		if got := w.value(field); got != want {
			t.Errorf("%s holds %.40q, typed was %.40q", field, got, want)
		}
	}
	w.press("Réserver", "name", "Amina Benali", "email", "", "phone", "0612345678", "zone", "Europe/Paris", "note", "deux\r\nlignes", "language", "fr").
		want(200, "Votre rendez-vous est réservé", "+33612345678", "deux lignes", "A-77", "à Paris")
}

func TestNeitherAddressNorNumberIsAFault(t *testing.T) {
	h := oneHouse(t)
	holdForm(h).press("Réserver", "name", "Amina").want(422, "Donnez une adresse e-mail ou un téléphone.", "1 information est à corriger")
}

// What people type is shown as they typed it, and never as markup.
func TestWhatIsTypedIsNeverMarkup(t *testing.T) {
	h := oneHouse(t)
	attack := `"><script>alert(1)</script><img src=x onerror=alert(2)>'{{.}}`
	w := holdForm(h)
	w.press("Réserver", "name", attack, "email", attack, "phone", attack, "file_number", "x", "note", attack, "language", "fr").want(422)
	checkHarmless(t, w)
	if got := w.value("name"); got != attack {
		t.Errorf("the name came back as %q", got)
	}
	w.press("Réserver", "name", attack, "email", "amina@example.org", "phone", "", "file_number", `<b>"7"</b>`, "note", attack).want(200, attack, `<b>"7"</b>`)
	checkHarmless(t, w)
	token := strings.TrimPrefix(w.url.Path, "/fr/a/")
	for _, place := range []string{"/a/" + token, "/a/" + token + "/cancel", "/a/" + token + "/move", "/a/" + token + "/move/dgi-safi/2027-06-02/10:00"} {
		checkHarmless(t, w.open("/fr"+place).want(200))
	}
	h.clock.Set(h.clock.Now().AddDate(0, 0, 1))
	w.signIn("admin").want(200) // a session ends with the day
	checkHarmless(t, w.click("Rendez-vous du jour").want(200, attack))
	for _, address := range []string{
		"/fr/?q=" + url.QueryEscape(attack),
		"/fr/services/" + url.PathEscape(attack),
		"/fr/services/dgi-if/dgi-safi?month=" + url.QueryEscape(attack) + "&party=" + url.QueryEscape(attack),
		"/fr/services/dgi-if/dgi-safi/2027-06-02?zone=" + url.QueryEscape(attack),
		"/fr/services/dgi-if/dgi-safi/" + url.PathEscape(attack),
		"/fr/a/" + url.PathEscape(attack),
		"/fr/desk/outbox?after=" + url.QueryEscape(attack),
		"/fr/holds/" + url.PathEscape(attack),
	} {
		checkHarmless(t, w.open(address))
	}
	checkHarmless(t, w.send(http.MethodPost, "/fr/desk/sign-in", url.Values{"login": {attack}, "password": {attack}}).want(401))
	checkHarmless(t, w.send(http.MethodPost, "/fr/holds", url.Values{"service": {attack}, "office": {attack}, "starts_at": {attack}}).want(422))
}

// checkHarmless looks for elements that only an attack can have brought.
func checkHarmless(t *testing.T, w *walker) {
	t.Helper()
	for _, n := range w.all("script", "img", "b") {
		if strings.HasPrefix(attr(n, "src"), "/assets/") {
			continue // ours
		}
		t.Errorf("%s: typed text became <%s>", w.url.Path, n.Data)
	}
	for _, n := range w.all() {
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || (a.Key == "href" && strings.HasPrefix(a.Val, "javascript:")) || a.Key == "style" {
				t.Errorf("%s: <%s %s=%q>", w.url.Path, n.Data, a.Key, a.Val)
			}
		}
	}
}

func TestFormsThatNoPageMakes(t *testing.T) {
	h := oneHouse(t)
	w := h.walker()
	for _, c := range []struct {
		what   string
		fields url.Values
		status int
		words  string
	}{
		{"nothing", url.Values{}, 422, "Cette valeur n'est pas valable."},
		{"unknown service", url.Values{"service": {"x"}, "office": {"dgi-safi"}, "starts_at": {"2027-06-01T09:30:00Z"}}, 422, "Ce choix n'existe pas"},
		{"unknown office", url.Values{"service": {"dgi-if"}, "office": {"x"}, "starts_at": {"2027-06-01T09:30:00Z"}}, 422, "Ce choix n'existe pas"},
		{"booked elsewhere", url.Values{"service": {"cnie-renew"}, "office": {"dgsn-safi-cedi"}, "starts_at": {"2027-06-01T09:30:00Z"}}, 422, "se réserve sur un autre portail"},
		{"past", url.Values{"service": {"dgi-if"}, "office": {"dgi-safi"}, "starts_at": {"2027-05-28T09:30:00Z"}}, 422, "Cette heure est passée."},
		{"closed", url.Values{"service": {"dgi-if"}, "office": {"dgi-safi"}, "starts_at": {"2027-06-05T09:30:00Z"}}, 422, "Le bureau est fermé à cette heure."},
		{"off the grid", url.Values{"service": {"dgi-if"}, "office": {"dgi-safi"}, "starts_at": {"2027-06-01T09:31:00Z"}}, 422, "n'est pas proposée"},
		{"crowd", url.Values{"service": {"dgi-if"}, "office": {"dgi-safi"}, "starts_at": {"2027-06-01T09:30:00Z"}, "party": {"7"}}, 422, "Ce nombre n'est pas possible"},
		{"nobody", url.Values{"service": {"dgi-if"}, "office": {"dgi-safi"}, "starts_at": {"2027-06-01T09:30:00Z"}, "party": {"-1"}}, 422, "Ce nombre n'est pas possible"},
	} {
		w.send(http.MethodPost, "/fr/holds", c.fields)
		if w.status != c.status || !strings.Contains(w.text(), c.words) {
			t.Errorf("%s: %d\n%s", c.what, w.status, w.text())
		}
	}
	big := url.Values{"service": {strings.Repeat("x", 70_000)}}
	if w.send(http.MethodPost, "/fr/holds", big); w.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a form of 70,000 bytes: %d", w.status)
	}
}

// Nothing but a POST changes anything: programs that read mail follow links.
func TestGetChangesNothing(t *testing.T) {
	eachHouse(t, func(h *house) {
		b := h.bookOne("dgi-if", "dgi-safi", "2027-06-03 09:00", scheduler.Citizen{})
		hold, err := h.engine.Hold(t.Context(), scheduler.HoldRequest{OfficeID: "dgi-safi", ServiceID: "dgi-if", StartsAt: b.Appointment.StartsAt})
		h.must(err)
		place := "/fr/a/" + b.ManageToken
		for _, address := range []string{
			place, place + "?new=1&cancelled=1&moved=1&confirmed=1", place + "/cancel", place + "/confirm", place + "/move", place + "/move/dgi-safi/2027-06-04",
			place + "/move/dgi-safi/2027-06-04/10:00", place + "/calendar.ics", "/fr/holds", "/fr/holds/" + hold.ID,
			"/fr/holds/" + hold.ID + "/release", "/fr/desk/sign-out",
		} {
			for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions} {
				h.walker().send(method, address, nil)
			}
		}
		after, err := h.engine.AppointmentByToken(t.Context(), b.ManageToken)
		h.must(err)
		if after.Revision != b.Appointment.Revision || after.Status != scheduler.StatusBooked {
			t.Errorf("reading changed the appointment: revision %d, %s", after.Revision, after.Status)
		}
		if n := h.taken("dgi-safi", "2027-06-03"); n != 6 {
			t.Errorf("reading changed what is taken: %d ticks, want 6", n)
		}
	})
}

// A page of another site cannot send our forms.
func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	h := oneHouse(t)
	b := h.bookOne("dgi-if", "dgi-safi", "2027-06-03 09:00", scheduler.Citizen{})
	hold, err := h.engine.Hold(t.Context(), scheduler.HoldRequest{OfficeID: "dgi-safi", ServiceID: "dgi-if", StartsAt: b.Appointment.StartsAt})
	h.must(err)
	place := "/fr/a/" + b.ManageToken
	for _, address := range []string{
		"/fr/holds", "/fr/holds/" + hold.ID, "/fr/holds/" + hold.ID + "/release", place + "/cancel", place + "/confirm", place + "/move",
		"/fr/desk/sign-in", "/fr/desk/sign-out", "/desk/sign-in",
	} {
		for _, headers := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Site", "", "Origin", "https://evil.example"}} {
			w := h.walker().send(http.MethodPost, address, url.Values{}, headers...)
			if w.status != http.StatusForbidden {
				t.Errorf("%s with %v: %d", address, headers, w.status)
			}
		}
	}
	h.walker().send(http.MethodPost, place+"/cancel", url.Values{}, "Sec-Fetch-Site", "", "Origin", h.server.URL).want(200, "annulé")
}
