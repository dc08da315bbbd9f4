package browsertest

import (
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focused is the element that has the focus.
type focused struct {
	Tag  string `json:"tag"`
	ID   string `json:"id"`
	Text string `json:"text"`
	// Seen: the element is drawn as focused and lies on the screen.
	Seen bool `json:"seen"`
}

// An outline or a shadow marks the focus: of the element, of what is drawn behind
// it, or of an element around it. It must lie on the screen at least in part.
const lookAtFocus = `(() => {
	const e = document.activeElement, r = e.getBoundingClientRect()
	const marked = s => (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none"
	let drawn = ["::before", "::after"].some(part => marked(getComputedStyle(e, part)))
	for (let up = e; up && up !== document.body && !drawn; up = up.parentElement)
		drawn = marked(getComputedStyle(up)) && (up === e || up.matches(":focus-within"))
	const onScreen = r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth && r.width > 0 && r.height > 0
	return {tag: e.tagName, id: e.id, text: (e.innerText || e.value || e.getAttribute("aria-label") || "").replace(/\s+/g, " ").trim(),
		seen: e.matches(":focus-visible") && drawn && onScreen}
})()`

const maxTabs = 200 // more than any page has

// TabTo presses Tab until the element with this id, or with these words, has
// the focus. Every stop on the way must be seen to have it.
func (v *Tab) TabTo(target string) {
	v.t.Helper()
	var passed []string
	for range maxTabs {
		v.Do("press Tab", chromedp.KeyEvent(kb.Tab))
		f, err := chromedp.Run(v.ctx, chromedp.Evaluate[focused](lookAtFocus))
		v.must("look at the focus", err)
		if f.Tag == "BODY" {
			if len(passed) > 0 && passed[len(passed)-1] == "BODY" {
				break
			}
		} else if !f.Seen {
			v.t.Errorf("%s: the focus on %s %q is not seen", v.Address(), f.Tag, f.Text)
		}
		if f.Tag != "BODY" && (f.ID == target || strings.Contains(f.Text, target)) {
			return
		}
		passed = append(passed, strings.TrimSpace(f.Tag+" "+f.ID+" "+f.Text))
	}
	v.t.Fatalf("%s: Tab never reaches %q; it passed %q", v.Address(), target, passed)
}

// Keys presses keys where the focus is; kb of chromedp names those without a
// letter.
func (v *Tab) Keys(keys string) {
	v.t.Helper()
	v.Do("press keys", chromedp.KeyEvent(keys))
}

// EnterOn goes to a link or button by Tab and follows it by Enter.
func (v *Tab) EnterOn(words string) {
	v.t.Helper()
	v.TabTo(words)
	v.Goes("Enter on "+words, 200, chromedp.KeyEvent(kb.Enter))
}
