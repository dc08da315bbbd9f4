package browsertest

import (
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// PDF is what the page becomes on paper; the zero sheet is the one that the page
// asks for.
func (v *Tab) PDF(sheet page.PrintToPDFParams) []byte {
	v.t.Helper()
	asked := sheet.PaperWidth == 0
	sheet.PreferCSSPageSize = &asked
	return call(v, "print", page.PrintToPDF, sheet).Data
}

// TextOnPaper is the text that is printed.
func (v *Tab) TextOnPaper() string {
	v.t.Helper()
	medium := func(name string) {
		call(v, "medium", emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: name})
	}
	medium("print")
	defer medium("")
	text, err := chromedp.Run(v.ctx, chromedp.Text(chromedp.CSS("body")))
	v.must("read", err)
	return text
}
