package web_test

import (
	"context"
	"regexp"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"mawid/scheduler"
)

// sheets are the page objects of a PDF, with the size of each in points.
var (
	sheets   = regexp.MustCompile(`/Type\s*/Page\b`)
	sheetBox = regexp.MustCompile(`/MediaBox\s*\[\s*0 0 ([0-9.]+) ([0-9.]+)\s*\]`)
)

// prints is what the page becomes on paper.
func (v *visitor) prints() []byte {
	v.t.Helper()
	yes := true
	pdf, err := chromedp.Run(v.ctx, func(ctx context.Context, target *chromedp.Target) (page.PrintToPDFResult, error) {
		return cdp.Call(ctx, target, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: &yes})
	})
	v.must(err)
	return pdf.Data
}

// The slip is one sheet of A4, for the longest list of papers too, and fits a
// phone's screen before that.
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
			pdf := v.prints()
			if n := len(sheets.FindAll(pdf, -1)); n != 1 {
				t.Errorf("%s, %s: %d sheets", b.Appointment.ServiceID, lang, n)
			}
			box := sheetBox.FindSubmatch(pdf)
			if box == nil || string(box[1])[:3] != "594" && string(box[1])[:3] != "595" || string(box[2])[:3] != "841" && string(box[2])[:3] != "842" {
				t.Errorf("%s, %s: the sheet is %s", b.Appointment.ServiceID, lang, box)
			}
		}
	}
}
