// Package browsertest is a real browser for tests of pages: Chromium at a
// phone's or a desktop's size, with or without JavaScript, by pointer or by
// keyboard only, with the accessibility checker axe-core.
//
// It knows how to drive a browser and what must hold of any page: no wider than
// the screen, no request to another host, focus that is seen. It must not know
// Mawid's pages.
package browsertest

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Screen is the size of a window, in CSS pixels.
type Screen struct {
	Name          string
	Width, Height int64
	touch         bool
}

// The screens that pages are tested on.
var (
	Phone   = Screen{"phone", 360, 740, true}
	Desktop = Screen{"desktop", 1280, 900, false}
)

// Browser is one running Chromium. Start one for a test and open many tabs.
type Browser struct{ ctx context.Context }

// Start starts Chromium, of MAWID_TEST_CHROMIUM or from the path, for the time
// of the test. Without a browser the test fails, and without the word Browser in
// its name: by that word `make test` runs such tests apart, without the race
// detector, which would slow the server and find nothing that one reader shows.
func Start(t testing.TB) *Browser {
	t.Helper()
	if !strings.Contains(t.Name(), "Browser") {
		t.Fatalf("%s uses a browser and does not say so in its name", t.Name())
	}
	path, err := exec.LookPath(cmp.Or(os.Getenv("MAWID_TEST_CHROMIUM"), "chromium"))
	if err != nil {
		t.Fatalf("no browser: install Chromium or name one in MAWID_TEST_CHROMIUM: %v", err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("force-device-scale-factor", "1"))
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(allocator)
	t.Cleanup(end)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	return &Browser{ctx}
}

// Tab is one reader with cookies of their own.
type Tab struct {
	t      testing.TB
	ctx    context.Context
	screen Screen
	script bool // scripts of pages run

	mu      sync.Mutex
	hosts   map[string]string // host of each request → the first address asked of it
	refused []string          // by the content security policy, and errors of scripts
}

// Tab opens a tab of this size. Scripts of pages run when scripts is true.
func (b *Browser) Tab(t testing.TB, screen Screen, scripts bool) *Tab {
	t.Helper()
	tab := &Tab{t: t, screen: screen, hosts: map[string]string{}}
	ctx, end := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(end)
	tab.ctx = ctx
	tab.must("open a tab", chromedp.Do(ctx))
	tab.must("listen", chromedp.Listen(ctx, tab.note))
	tab.size(screen)
	tab.Scripts(scripts)
	return tab
}

// Scripts lets scripts of the pages opened from now on run, or not.
func (v *Tab) Scripts(on bool) {
	v.t.Helper()
	v.script = on
	call(v, "scripts", emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
}

// Dark sets whether the reader prefers dark pages.
func (v *Tab) Dark(on bool) {
	v.t.Helper()
	scheme := map[bool]string{true: "dark", false: "light"}[on]
	call(v, "colours", emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// Forget drops the browser's cookies, as one that was never here.
func (v *Tab) Forget() {
	v.t.Helper()
	call(v, "forget cookies", network.ClearBrowserCookies, cdp.Empty{})
}

func call[P, R any](v *Tab, what string, cmd cdp.Command[P, R], params P) R {
	v.t.Helper()
	r, err := chromedp.Call(v.ctx, cmd, params)
	v.must(what, err)
	return r
}

func (v *Tab) must(what string, err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatalf("%s: %v", what, err)
	}
}

// note keeps whom the pages asked, and what the browser refused.
func (v *Tab) note(event any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		u, err := url.Parse(e.Request.URL)
		if err == nil && (u.Scheme == "http" || u.Scheme == "https" || u.Scheme == "ws" || u.Scheme == "wss") {
			if _, known := v.hosts[u.Host]; !known {
				v.hosts[u.Host] = e.Request.URL
			}
		}
	case *log.EventEntryAdded:
		if e.Entry.Source == "security" {
			v.refused = append(v.refused, e.Entry.Text)
		}
	case *runtime.EventExceptionThrown:
		v.refused = append(v.refused, e.ExceptionDetails.Text)
	}
}

// Clean fails when any request of this tab went to another host than this, when
// the browser refused something of a page, or a script failed.
func (v *Tab) Clean(host string) {
	v.t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, what := range v.refused {
		v.t.Errorf("refused or failed: %s", what)
	}
	for h, address := range v.hosts {
		if h != host {
			v.t.Errorf("a page asked %s, another host: %s", h, address)
		}
	}
}

// patience bounds one step. It is no measure of speed: the machine may be busy.
const patience = time.Minute

// Goes does what leads to another page, waits for it, and wants this status.
func (v *Tab) Goes(what string, status int64, step chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	res, err := chromedp.RunResponse(ctx, step)
	if err != nil {
		v.t.Fatalf("%s: %v", what, err)
	}
	if res.Status != status {
		v.t.Fatalf("%s: status %d, want %d; the page says:\n%s", what, res.Status, status, v.Text())
	}
	v.fits(what)
}

// Do runs steps that stay on the page.
func (v *Tab) Do(what string, steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	v.must(what, chromedp.Do(ctx, steps...))
}

// fits fails when the page is wider than the screen.
func (v *Tab) fits(what string) {
	v.t.Helper()
	m := call(v, "measure", page.GetLayoutMetrics, cdp.Empty{})
	if m.CSSContentSize.Width > float64(v.screen.Width) {
		v.t.Errorf("%s: the page is %v wide on a screen of %d", what, m.CSSContentSize.Width, v.screen.Width)
	}
}

// Open goes to an address and wants 200; OpenAs wants another status.
func (v *Tab) Open(address string) { v.t.Helper(); v.OpenAs(address, 200) }

// OpenAs goes to an address and wants this status.
func (v *Tab) OpenAs(address string, status int64) {
	v.t.Helper()
	v.Goes("open "+address, status, chromedp.Navigate(address))
}

// Click follows the first link or presses the first button of the content with
// these words, and wants 200; ClickFor wants another status.
func (v *Tab) Click(words string) { v.t.Helper(); v.ClickFor(words, 200) }

// ClickFor is Click that wants this status.
func (v *Tab) ClickFor(words string, status int64) {
	v.t.Helper()
	path := fmt.Sprintf(`//main//*[self::a or self::button][contains(normalize-space(translate(., "%s", " ")), "%s")]`, "\u00a0", words)
	v.Goes("click "+words, status, chromedp.Click(path))
}

// Type types into the field with this id.
func (v *Tab) Type(id, text string) {
	v.t.Helper()
	v.Do("type into "+id, chromedp.SendKeys(chromedp.CSS("#"+id), text))
}

// Submit sends the form of the field with this id, as Enter in it does, and wants
// this status.
func (v *Tab) Submit(id string, status int64) {
	v.t.Helper()
	v.Goes("send the form of "+id, status, chromedp.SendKeys(chromedp.CSS("#"+id), kb.Enter))
}

// spaces are plain and no-break ones: a reader does not tell them apart.
var spaces = regexp.MustCompile("[ \t\u00a0]+")

// Text is the content as it is read.
func (v *Tab) Text() string {
	v.t.Helper()
	text, err := chromedp.Run(v.ctx, chromedp.Text(chromedp.CSS("main")))
	v.must("read", err)
	return spaces.ReplaceAllString(text, " ")
}

// Reads fails unless the content has these words.
func (v *Tab) Reads(words string) {
	v.t.Helper()
	if text := v.Text(); !strings.Contains(text, words) {
		v.t.Fatalf("no %q in\n%s", words, text)
	}
}

// Address is where the tab is.
func (v *Tab) Address() string {
	v.t.Helper()
	at, err := chromedp.Run(v.ctx, chromedp.Location())
	v.must("address", err)
	return at
}

// WaitFor waits until an element is on the page, after a script led to another.
func (v *Tab) WaitFor(selector string) {
	v.t.Helper()
	v.Do("wait for "+selector, chromedp.WaitVisible(chromedp.CSS(selector)))
}

// Context is for chromedp's own actions on this tab.
func (v *Tab) Context() context.Context { return v.ctx }

// Picture is the whole page as PNG.
func (v *Tab) Picture() []byte {
	v.t.Helper()
	png, err := chromedp.Run(v.ctx, chromedp.FullScreenshot(100))
	v.must("take a picture", err)
	return png
}

// Save writes the picture of the whole page to a file, for people to look at.
func (v *Tab) Save(file string) {
	v.t.Helper()
	v.must("save the picture", os.WriteFile(file, v.Picture(), 0o600))
}
