package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"mawid/api/httpkit"
	"mawid/api/web"
	"mawid/internal/browsertest"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// depositForm is the form about the housing tax.
func (h *house) depositForm() *walker {
	h.t.Helper()
	return h.walker().open("/fr/deposit/dgi-th-tsc").want(200, "Déposer un dossier en ligne", "Documents que vous avez sous la main")
}

var depositTyped = []string{
	"name", "Amina Benali", "email", "amina@example.org", "for_whom", "Hadda Benali", "note", "avis jamais reçu",
	"file_number", "TH 77/27", "zone", "Europe/Paris", "at_hand", "cnie", "consent", "1",
}

// A file is deposited online: chosen from the list, a receipt in both scripts, the
// file's own page; the form sent again ends at the same file.
func TestAPersonDepositsAFileOnline(t *testing.T) {
	eachHouse(t, func(h *house) {
		h.walker().open("/fr").click("Déposer un dossier en ligne").want(200, "De quoi s'agit-il")
		w := h.depositForm()
		form := formValues(find(w.byID("content"), "form")[0])
		w.press("Déposer le dossier", depositTyped...).want(200, "Récépissé de dépôt", "Amina Benali", "Hadda Benali", "TH 77/27", "Suivre le dossier", "وصل")
		receipt := w.url.Path
		token := strings.Split(receipt, "/")[3]
		f, err := h.engine.FileByToken(t.Context(), token)
		h.must(err)
		if f.Origin != "online" || f.OwnerID != "" || f.AskedOn != (scheduler.Date{}) {
			t.Errorf("file: origin %q, owner %q, asked %v", f.Origin, f.OwnerID, f.AskedOn)
		}
		w.want(200, f.Reference).click("Suivre le dossier").want(200, f.Reference, "Documents sous la main", "avis jamais reçu")
		for i := 0; i+1 < len(depositTyped); i += 2 {
			form.Set(depositTyped[i], depositTyped[i+1])
		}
		again := h.walker()
		again.send(http.MethodPost, "/fr/deposit/dgi-th-tsc", form)
		if again.url.Path != receipt {
			t.Errorf("the form sent again ends at %s, want %s", again.url.Path, receipt)
		}
	})
}

// What is missing is said, and nothing is opened.
func TestADepositNamesItsFaults(t *testing.T) {
	h := oneHouse(t)
	w := h.depositForm()
	w.press("Déposer le dossier", "name", "Amina", "email", "amina", "note", "", "consent", "").want(422)
	for _, field := range []string{"email", "note", "consent"} {
		if w.byID(field+"-fault") == nil {
			t.Errorf("nothing is said beside %s", field)
		}
	}
	if v := w.value("name"); v != "Amina" {
		t.Errorf("what was typed is gone: %q", v)
	}
	faults := textOf(w.byID("faults"))
	for _, label := range []string{"Adresse e-mail", "Votre demande", "Votre accord"} {
		if !strings.Contains(faults, label) {
			t.Errorf("the list does not name %s: %s", label, faults)
		}
	}
	h.walker().open("/fr/deposit/nothing").want(404)
	h.walker().open("/fr/f/nothing/receipt").want(404)
}

// A change of language loses nothing of the form, and sends nothing.
func TestADepositIsWrittenInOneLanguageAndSentInAnother(t *testing.T) {
	h := oneHouse(t)
	w := h.depositForm().press("العربية", depositTyped...).want(200, "إيداع ملف")
	for field, want := range map[string]string{
		"name": "Amina Benali", "for_whom": "Hadda Benali", "note": "avis jamais reçu", "file_number": "TH 77/27", "zone": "Europe/Paris",
		"at_hand": "cnie", "consent": "1", "language": "ar",
	} {
		if got := w.value(field); got != want {
			t.Errorf("%s is %q, want %q", field, got, want)
		}
	}
	w.press("Français", "language", "en").want(200)
	if got := w.value("language"); got != "en" {
		t.Errorf("the language chosen for messages became %q", got)
	}
	w.press("Déposer le dossier").want(200, "Récépissé de dépôt", "Amina Benali")
}

// One network deposits for a family, and is asked to wait before it deposits for
// hundreds.
func TestDepositsOfANetworkAreBounded(t *testing.T) {
	h := newHouseWith(t, testdb.Open(t, testdb.SQLite(t)), func(h *house, c *web.Config) {
		c.Guard = httpkit.NewGuard(httpkit.GuardConfig{
			Clock: h.clock.Now, Proofs: h.db, Secret: []byte("a secret of a test, 32 bytes long"), PerMinute: 1000,
		})
	})
	typed := append([]string{}, depositTyped...)
	deposit := func(n int) *walker {
		typed[1], typed[3] = fmt.Sprintf("Person %d", n), fmt.Sprintf("p%d@example.org", n)
		return h.depositForm().press("Déposer le dossier", typed...)
	}
	for n := range 10 {
		deposit(n).want(200, "Récépissé de dépôt")
	}
	if w := deposit(10).want(http.StatusTooManyRequests); w.header.Get("Retry-After") == "" {
		t.Error("nothing says when to come back")
	}
	h.clock.Advance(time.Minute)
	deposit(11).want(200, "Récépissé de dépôt")
}

// Who deposits what is already open is answered as anybody is; the open file is
// told to its own address only.
func TestADepositTellsNobodyOfAnOpenFile(t *testing.T) {
	eachHouse(t, func(h *house) {
		first := h.depositForm().press("Déposer le dossier", depositTyped...).want(200, "Récépissé de dépôt")
		firstToken := strings.Split(first.url.Path, "/")[3]
		one, err := h.engine.FileByToken(t.Context(), firstToken)
		h.must(err)
		w := h.depositForm().press("Déposer le dossier", depositTyped...).want(200, "Récépissé de dépôt")
		token := strings.Split(w.url.Path, "/")[3]
		if token == firstToken || strings.Contains(w.text(), one.Reference) || strings.Contains(w.raw, firstToken) {
			t.Error("the second deposit shows the open file")
		}
		w.click("Suivre le dossier")
		if strings.Contains(w.text(), one.Reference) || strings.Contains(w.text(), "Nouveau dépôt") {
			t.Error("the page of the second shows the open file")
		}
		told, err := h.db.NoticesOf(t.Context(), one.ID)
		h.must(err)
		if n := len(told); n != 2 || told[1].Kind != scheduler.NoticeFileOpened {
			t.Errorf("the open file's address is told %d times", n)
		}
		h.walker().open("/fr/f/"+firstToken).want(200, "Nouveau dépôt pour le même objet")
		other := append([]string{}, depositTyped...)
		other[1] = "Somebody Else"
		h.depositForm().press("Déposer le dossier", other...).want(200)
		if told, err = h.db.NoticesOf(t.Context(), one.ID); err != nil || len(told) != 2 {
			t.Errorf("another person's deposit is told: %d %v", len(told), err)
		}
	})
}

// The pages of a deposit in a browser, in both directions of writing, with the
// rules of accessibility.
func TestDepositInABrowser(t *testing.T) {
	h := oneHouse(t)
	w := h.depositForm().press("Déposer le dossier", depositTyped...).want(200)
	receipt := strings.TrimPrefix(w.url.Path, "/fr")
	b := browsertest.Start(t)
	for _, lang := range []string{"ar", "fr"} {
		for _, screen := range []browsertest.Screen{browsertest.Phone, browsertest.Desktop} {
			t.Run(lang+", "+screen.Name, func(t *testing.T) {
				v := b.Tab(t, screen, true)
				for _, place := range []string{"/deposit", "/deposit/dgi-th-tsc", receipt, strings.TrimSuffix(receipt, "/receipt")} {
					v.Open(h.server.URL + "/" + lang + place)
					v.Clean(h.host())
					v.Axe(lang + " deposit")
				}
			})
		}
	}
}
