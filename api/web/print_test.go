package web_test

import (
	"context"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"mawid/scheduler"
)

// sheets are the page objects of a PDF, with the size of each in points.
var (
	sheets   = regexp.MustCompile(`/Type\s*/Page\b`)
	sheetBox = regexp.MustCompile(`/MediaBox\s*\[\s*0 0 ([0-9.]+) ([0-9.]+)\s*\]`)
)

// prints is what the page becomes on paper; the zero sheet is the one that the
// page asks for.
func (v *visitor) prints(sheet page.PrintToPDFParams) []byte {
	v.t.Helper()
	asked := sheet.PaperWidth == 0
	sheet.PreferCSSPageSize = &asked
	pdf, err := chromedp.Run(v.ctx, func(ctx context.Context, target *chromedp.Target) (page.PrintToPDFResult, error) {
		return cdp.Call(ctx, target, page.PrintToPDF, sheet)
	})
	v.must(err)
	return pdf.Data
}

// readsOnPaper is the text that is printed.
func (v *visitor) readsOnPaper() string {
	v.t.Helper()
	medium := func(name string) {
		v.must(chromedp.Do(v.ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: name})
			return err
		})))
	}
	medium("print")
	defer medium("")
	text, err := chromedp.Run(v.ctx, chromedp.Text(chromedp.CSS("body")))
	v.must(err)
	return text
}

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
func TestTheSlipIsOneSheet(t *testing.T) {
	h := oneHouse(t)
	v := newVisitor(t)
	for _, b := range []scheduler.Booked{
		h.abroad("Amina Benali"),
		h.bookOne("narsa-immat", "narsa-safi", "2027-08-11 09:30", scheduler.Citizen{
			Name: "Marie-Thérèse El Alaoui de la Fontaine", Email: "m@example.org", Language: "ar",
		}),
	} {
		for _, lang := range []string{"ar", "fr"} {
			v.opens(h.server.URL + "/" + lang + "/a/" + b.ManageToken + "/slip")
			what := b.Appointment.ServiceID + ", " + lang
			oneSheet(t, what+", A4", v.prints(page.PrintToPDFParams{}), 595, 842)
			oneSheet(t, what+", A6", v.prints(sheetA6), 297.6, 419.5)
		}
	}
}

// Nothing to click is printed, and no address.
func TestTheSlipIsPrintedWithoutNavigation(t *testing.T) {
	h := oneHouse(t)
	v := newVisitor(t)
	b := h.abroad("Amina Benali")
	v.opens(h.server.URL + "/fr/a/" + b.ManageToken + "/slip")
	paper := v.readsOnPaper()
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
