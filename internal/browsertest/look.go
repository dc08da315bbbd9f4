package browsertest

import (
	"os"
	"path/filepath"
	"regexp"

	"github.com/chromedp/chromedp"
)

// noName is what names of pictures do without.
var noName = regexp.MustCompile(`[^\pL\pN]+`)

// Look draws the present page for people to look at, on each screen, light and
// dark, into the folder that MAWID_TEST_PICTURES names. Without one it does nothing.
func (v *Tab) Look(what string) {
	v.t.Helper()
	dir := os.Getenv("MAWID_TEST_PICTURES")
	if dir == "" {
		return
	}
	name := noName.ReplaceAllString(what, "-")
	for _, screen := range []Screen{Phone, Desktop} {
		v.size(screen)
		v.Save(filepath.Join(dir, name+"-"+screen.Name+".png"))
	}
	v.Dark(true)
	v.Save(filepath.Join(dir, name+"-dark.png"))
	v.Dark(false)
	v.size(v.screen)
}

func (v *Tab) size(screen Screen) {
	v.t.Helper()
	options := []chromedp.EmulateViewportOption{}
	if screen.touch {
		options = append(options, chromedp.EmulateMobile)
	}
	v.must("set the screen", chromedp.Do(v.ctx, chromedp.EmulateViewport(screen.Width, screen.Height, options...)))
}

// Own is the text of the whole page that is in the page's own language: without
// the names and languages that are marked as being in another one, and without
// what is not to be translated.
func (v *Tab) Own() string {
	v.t.Helper()
	text, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](`(() => {
		const page = document.body.cloneNode(true)
		page.querySelectorAll("[lang], [translate=no]").forEach(e => { if (e.lang !== document.documentElement.lang) e.remove() })
		return [document.title, ...page.innerHTML.matchAll(/(?:aria-label|title|alt|placeholder)="([^"]*)"/g)].map(m => m[1] ?? m).join("\n") + "\n" + page.textContent
	})()`))
	v.must("read what is in the page's language", err)
	return spaces.ReplaceAllString(text, " ")
}
