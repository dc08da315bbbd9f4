package web_test

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// chromium is the browser to test with; without one the test fails.
func chromium(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath(cmp.Or(os.Getenv("MAWID_TEST_CHROMIUM"), "chromium"))
	if err != nil {
		t.Fatalf("no browser: install Chromium or name one in MAWID_TEST_CHROMIUM: %v", err)
	}
	return path
}

// visitor is a person with a real browser of a phone's width, without
// JavaScript.
type visitor struct {
	t   *testing.T
	ctx context.Context
}

const phone = 360 // CSS pixels

func newVisitor(t *testing.T) *visitor {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true))
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(closeTab)
	v := &visitor{t, ctx}
	v.must(chromedp.Do(ctx, chromedp.EmulateViewport(phone, 740, chromedp.EmulateMobile), chromedp.Func(withoutScripts)))
	return v
}

func withoutScripts(ctx context.Context, target *chromedp.Target) error {
	_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	return err
}

func (v *visitor) must(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}

// goes does what leads to another page and waits for it.
func (v *visitor) goes(what string, step chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, time.Minute)
	defer cancel()
	res, err := chromedp.RunResponse(ctx, step)
	if err != nil {
		v.t.Fatalf("%s: %v", what, err)
	}
	if res.Status != 200 {
		v.t.Fatalf("%s: status %d", what, res.Status)
	}
	v.fits(what)
}

// fits fails when the page is wider than the screen.
func (v *visitor) fits(what string) {
	v.t.Helper()
	m, err := chromedp.Run(v.ctx, func(ctx context.Context, target *chromedp.Target) (page.GetLayoutMetricsResult, error) {
		return cdp.Call(ctx, target, page.GetLayoutMetrics, cdp.Empty{})
	})
	v.must(err)
	if m.CSSContentSize.Width > phone {
		v.t.Errorf("%s: the page is %v wide on a screen of %d", what, m.CSSContentSize.Width, phone)
	}
}

func (v *visitor) opens(address string) { v.goes("open "+address, chromedp.Navigate(address)) }

// clicks the first link or button with these words.
func (v *visitor) clicks(words string) {
	v.t.Helper()
	path := fmt.Sprintf(`//main//*[self::a or self::button][contains(normalize-space(translate(., "%s", " ")), "%s")]`, "\u00a0", words)
	v.goes("click "+words, chromedp.Click(path))
}

func (v *visitor) types(field, text string) {
	v.t.Helper()
	v.must(chromedp.Do(v.ctx, chromedp.SendKeys(chromedp.CSS("#"+field), text)))
}

func (v *visitor) reads(words string) {
	v.t.Helper()
	text, err := chromedp.Run(v.ctx, chromedp.Text(chromedp.CSS("main")))
	v.must(err)
	if !strings.Contains(spaces.ReplaceAllString(text, " "), words) {
		v.t.Fatalf("no %q in\n%s", words, text)
	}
}

// The way of a citizen on a phone's screen, in a real browser without
// JavaScript, in both directions of writing.
func TestTheWayInABrowserWithoutJavaScript(t *testing.T) {
	h := oneHouse(t)
	for _, way := range ways {
		t.Run(way.lang, func(t *testing.T) {
			v := newVisitor(t)
			v.opens(h.server.URL + "/" + way.lang + "/")
			v.clicks(way.service)
			v.clicks(strings.SplitN(way.choose, " –", 2)[0])
			v.clicks(way.day)
			v.clicks(way.time)
			v.types("name", way.name)
			v.types("email", "amina@example.org")
			v.clicks(way.book)
			v.reads(way.booked)
			v.clicks(way.move)
			v.clicks(way.newDay)
			v.clicks(way.newTime)
			v.clicks(way.confirmMove)
			v.reads(way.moved)
			v.clicks(way.cancel)
			v.clicks(way.yes)
			v.reads(way.cancelled)
		})
	}
}
