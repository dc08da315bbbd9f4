package browsertest

import (
	"fmt"
	"os"
	"strings"

	"github.com/chromedp/chromedp"

	"mawid/internal/testnode"
)

// violation is what axe-core reports of one rule.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		Target  []any  `json:"target"`
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// The rules: WCAG 2.0 to 2.2, levels A and AA, and what axe's makers call best
// practice.
const (
	allRules   = `{runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"]}`
	darkRules  = `{runOnly: {type: "rule", values: ["color-contrast"]}, resultTypes: ["violations"]}`
	axeSummary = `.then(r => r.violations.map(v => ({id: v.id, help: v.help,
		nodes: v.nodes.slice(0, 5).map(n => ({target: n.target.flat(), html: n.html.slice(0, 200), failureSummary: n.failureSummary || ""}))})))`
)

// Axe fails for each violation of the accessibility rules on the present page,
// and names the rule and the element. Contrast is looked at on light and on dark
// pages. It works in tabs without scripts too: the page's own have not run then.
func (v *Tab) Axe(what string) {
	v.t.Helper()
	v.axe(what, allRules)
	v.Dark(true)
	v.axe(what+", dark", darkRules)
	v.Dark(false)
	v.Look(what)
}

func (v *Tab) axe(what, rules string) {
	v.t.Helper()
	if !v.script {
		v.Scripts(true)
		defer v.Scripts(false)
	}
	source, err := os.ReadFile(testnode.Module(v.t, "axe-core/axe.min.js"))
	v.must("read axe-core", err)
	expression := "(window.axe ? Promise.resolve() : new Promise(ok => {" + string(source) + "\nok()})).then(() => window.axe.run(document, " + rules + "))" + axeSummary
	found, err := chromedp.Run(v.ctx, chromedp.Evaluate[[]violation](expression, chromedp.EvalAwaitPromise))
	v.must("axe on "+what, err)
	for _, f := range found {
		v.t.Errorf("%s: %s: %s%s", what, f.ID, f.Help, places(f))
	}
}

func places(f violation) string {
	var b strings.Builder
	for _, n := range f.Nodes {
		fmt.Fprintf(&b, "\n  at %v: %s\n     %s", n.Target, n.HTML, strings.ReplaceAll(n.Summary, "\n", "\n     "))
	}
	return b.String()
}
