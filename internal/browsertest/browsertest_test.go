package browsertest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"mawid/internal/browsertest"
)

// faults collects what a helper reports instead of failing the test.
type faults struct {
	testing.TB
	text strings.Builder
}

// Errorf is testing.TB's.
func (f *faults) Errorf(format string, args ...any) { fmt.Fprintf(&f.text, format+"\n", args...) }

const faulty = `<!doctype html><html lang="fr"><title>Page</title>
<style>a:focus { outline: none } .pale { color: #999 } @media (prefers-color-scheme: dark) { body { background: #111 } .dim { color: #333 } }</style>
<main><h1>Page</h1><p class="pale">Pâle</p><p class="dim">Terne</p><img src="/x.png"><a href="/">Lien</a>
<script src="http://127.0.0.2:1/other.js"></script></main>`

// A helper that finds nothing proves nothing: this page has one fault of each
// kind.
func TestTheHelpersFindFaultsInABrowser(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, faulty)
	}))
	defer server.Close()
	found := &faults{TB: t}
	v := browsertest.Start(t).Tab(found, browsertest.Phone, true)
	v.Open(server.URL)
	v.Axe("faulty")
	v.TabTo("Lien")
	v.Clean(strings.TrimPrefix(server.URL, "http://"))
	for _, want := range []string{
		"faulty: image-alt", "faulty: color-contrast", "faulty, dark: color-contrast", ".dim", "is not seen", "127.0.0.2:1, another host",
	} {
		if !strings.Contains(found.text.String(), want) {
			t.Errorf("no %q in what was found:\n%s", want, found.text.String())
		}
	}
}
