package web_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"

	"mawid/internal/browsertest"
	"mawid/scheduler"
)

// sheets are the page objects of a PDF, with the size of each in points.
var (
	sheets   = regexp.MustCompile(`/Type\s*/Page\b`)
	sheetBox = regexp.MustCompile(`/MediaBox\s*\[\s*0 0 ([0-9.]+) ([0-9.]+)\s*\]`)
)

// Inches of the small sheet; the large one is that of the style sheet.
var sheetA6 = page.PrintToPDFParams{PaperWidth: 4.13, PaperHeight: 5.83}

// oneSheet fails unless a PDF is one sheet of this size in points, give or take
// one.
func oneSheet(t *testing.T, what string, pdf []byte, width, height float64) {
	t.Helper()
	if n := len(sheets.FindAll(pdf, -1)); n != 1 {
		t.Errorf("%s: %d sheets", what, n)
	}
	box := sheetBox.FindSubmatch(pdf)
	if box == nil {
		t.Fatalf("%s: no size", what)
	}
	for i, want := range []float64{width, height} {
		got, err := strconv.ParseFloat(string(box[i+1]), 64)
		if err != nil || math.Abs(got-want) > 1 {
			t.Errorf("%s: the sheet measures %s", what, box[0])
		}
	}
}

// The slip is one sheet, for the longest list of papers too, and fits a phone's
// screen before that. On the small sheet a browser makes it smaller.
func TestTheSlipIsOneSheetInABrowser(t *testing.T) {
	h := oneHouse(t)
	v := browsertest.Start(t).Tab(t, browsertest.Phone, false)
	for _, b := range []scheduler.Booked{
		h.abroad("Amina Benali"),
		h.bookOne("narsa-immat", "narsa-safi", "2027-08-11 09:30", scheduler.Citizen{
			Name: "Marie-Thérèse El Alaoui de la Fontaine", Email: "m@example.org", Language: "ar",
		}),
	} {
		for _, lang := range []string{"ar", "fr"} {
			v.Open(h.server.URL + "/" + lang + "/a/" + b.ManageToken + "/slip")
			what := b.Appointment.ServiceID + ", " + lang
			oneSheet(t, what+", A4", v.PDF(page.PrintToPDFParams{}), 595, 842)
			oneSheet(t, what+", A6", v.PDF(sheetA6), 297.6, 419.5)
		}
	}
}

// Nothing to click is printed, and no address.
func TestTheSlipIsPrintedWithoutNavigationInABrowser(t *testing.T) {
	h := oneHouse(t)
	v := browsertest.Start(t).Tab(t, browsertest.Phone, false)
	b := h.abroad("Amina Benali")
	v.Open(h.server.URL + "/fr/a/" + b.ManageToken + "/slip")
	paper := v.TextOnPaper()
	for _, words := range []string{b.Appointment.Reference, "Amina Benali", "مكتب الجمارك بآسفي", "Bureau de douane de Safi", "CNIE"} {
		if !strings.Contains(paper, words) {
			t.Errorf("the sheet lacks %q", words)
		}
	}
	for _, words := range []string{"English", "Retour", "Espace des agents", "commande Imprimer", "http", b.ManageToken} {
		if strings.Contains(paper, words) {
			t.Errorf("the sheet shows %q", words)
		}
	}
}

// The receipt of a file and the letters about it are one sheet each, with nothing
// to click, and the receipt holds both scripts.
func TestReceiptsAndLettersOnPaperInABrowser(t *testing.T) {
	h := oneHouse(t)
	o := h.lateFile()
	v := browsertest.Start(t).Tab(t, browsertest.Phone, false)
	for _, lang := range []string{"ar", "fr"} {
		own := h.server.URL + "/" + lang + "/f/" + o.Token
		v.Open(own + "/receipt")
		oneSheet(t, "receipt, "+lang, v.PDF(page.PrintToPDFParams{}), 595, 842)
		paper := v.TextOnPaper()
		for _, words := range []string{o.File.Reference, "Amina Benali", "Hadda Benali", "TH 77/27", "Récépissé", "وصل", "Direction provinciale des impôts de Safi"} {
			if !strings.Contains(paper, words) {
				t.Errorf("%s: the receipt lacks %q", lang, words)
			}
		}
		for _, body := range []string{"chikaya.ma", "wassit", "acces_information"} {
			v.Open(own + "/letters/" + body)
			oneSheet(t, body+", "+lang, v.PDF(page.PrintToPDFParams{}), 595, 842)
			paper += v.TextOnPaper()
		}
		for _, words := range []string{"English", "Retour", "رجوع", "Espace des agents", "http", o.Token} {
			if strings.Contains(paper, words) {
				t.Errorf("%s: paper shows %q", lang, words)
			}
		}
	}
}
