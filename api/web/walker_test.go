package web_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// walker is a reader without JavaScript: it has a cookie jar, follows links by
// their words and sends forms as a browser does.
type walker struct {
	h      *house
	client *http.Client
	url    *url.URL
	status int
	header http.Header
	doc    *html.Node
	raw    string
}

func (h *house) walker() *walker {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	h.must(err)
	u, err := url.Parse(h.server.URL)
	h.must(err)
	return &walker{h: h, client: &http.Client{Jar: jar}, url: u}
}

// open goes to an address, with headers as pairs.
func (w *walker) open(address string, headers ...string) *walker {
	w.h.t.Helper()
	return w.send(http.MethodGet, address, nil, headers...)
}

func (w *walker) send(method, address string, form url.Values, headers ...string) *walker {
	w.h.t.Helper()
	to, err := w.url.Parse(address)
	w.h.must(err)
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(w.h.t.Context(), method, to.String(), body)
	w.h.must(err)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := w.client.Do(req)
	w.h.must(err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	w.h.must(err)
	w.url, w.status, w.header, w.raw = res.Request.URL, res.StatusCode, res.Header, string(raw)
	w.doc, err = html.Parse(strings.NewReader(w.raw))
	w.h.must(err)
	return w
}

// want fails unless the page has this status and these words.
func (w *walker) want(status int, words ...string) *walker {
	w.h.t.Helper()
	if w.status != status {
		w.h.t.Fatalf("%s: status %d, want %d\n%s", w.url.Path, w.status, status, w.text())
	}
	for _, s := range words {
		if !strings.Contains(w.text(), s) {
			w.h.t.Fatalf("%s: no %q in\n%s", w.url.Path, s, w.text())
		}
	}
	return w
}

// click follows the link with these words.
func (w *walker) click(words string) *walker {
	w.h.t.Helper()
	return w.open(attr(w.link(words), "href"))
}

// link is the first link with these words.
func (w *walker) link(words string) *html.Node {
	w.h.t.Helper()
	for _, a := range w.all("a") {
		if strings.Contains(textOf(a), words) {
			return a
		}
	}
	w.h.t.Fatalf("%s: no link %q in\n%s", w.url.Path, words, w.text())
	return nil
}

// press sends the form that has a button with these words, its fields changed
// by pairs of name and value.
func (w *walker) press(words string, fields ...string) *walker {
	w.h.t.Helper()
	for _, form := range w.all("form") {
		for _, b := range w.buttonsOf(form) {
			if !strings.Contains(textOf(b), words) {
				continue
			}
			values := formValues(form)
			action := attr(form, "action")
			if other := attr(b, "formaction"); other != "" {
				action = other
			}
			for i := 0; i+1 < len(fields); i += 2 {
				if !slices.ContainsFunc(find(form, "input", "textarea", "select"), func(n *html.Node) bool { return attr(n, "name") == fields[i] }) {
					w.h.t.Fatalf("%s: the form has no field %q", w.url.Path, fields[i])
				}
				values.Set(fields[i], fields[i+1])
			}
			if name := attr(b, "name"); name != "" {
				values.Set(name, attr(b, "value"))
			}
			if strings.EqualFold(attr(form, "method"), "post") {
				return w.send(http.MethodPost, action, values)
			}
			return w.open(action + "?" + values.Encode())
		}
	}
	w.h.t.Fatalf("%s: no button %q in\n%s", w.url.Path, words, w.text())
	return w
}

// buttonsOf are the buttons in a form, and those elsewhere that send it.
func (w *walker) buttonsOf(form *html.Node) []*html.Node {
	out := find(form, "button")
	for _, b := range w.all("button") {
		if id := attr(b, "form"); id != "" && id == attr(form, "id") && !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	return out
}

func formValues(form *html.Node) url.Values {
	values := url.Values{}
	for _, n := range find(form, "input", "textarea", "select") {
		name := attr(n, "name")
		switch {
		case name == "":
		case (attr(n, "type") == "checkbox" || attr(n, "type") == "radio") && !has(n, "checked"):
		case n.Data == "textarea":
			values.Set(name, rawText(n))
		case n.Data == "select":
			for i, o := range find(n, "option") {
				if i == 0 || has(o, "selected") {
					values.Set(name, attr(o, "value"))
				}
			}
		default:
			values.Set(name, attr(n, "value"))
		}
	}
	return values
}

// value is what a field of the page holds.
func (w *walker) value(name string) string {
	for _, form := range w.all("form") {
		if v, ok := formValues(form)[name]; ok {
			return v[0]
		}
	}
	return ""
}

func (w *walker) all(names ...string) []*html.Node { return find(w.doc, names...) }

// byID is the element with an id, nil when there is none.
func (w *walker) byID(id string) *html.Node {
	for _, n := range find(w.doc) {
		if attr(n, "id") == id {
			return n
		}
	}
	return nil
}

// spaces are plain and no-break ones: a reader does not tell them apart.
var spaces = regexp.MustCompile("[ \t\u00a0]+")

// text is what a reader sees, a line for each block.
func (w *walker) text() string {
	var b strings.Builder
	for _, body := range w.all("body") {
		writeText(&b, body)
	}
	var lines []string
	for line := range strings.Lines(b.String()) {
		if line = strings.TrimSpace(spaces.ReplaceAllString(line, " ")); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

var blocks = []string{"p", "li", "h1", "h2", "h3", "div", "tr", "dt", "dd", "section", "header", "footer", "nav", "form", "legend", "label", "option", "button", "br"}

func writeText(b *strings.Builder, n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		b.WriteString(strings.ReplaceAll(n.Data, "\n", " "))
	case n.Data == "input" && attr(n, "type") != "hidden":
		fmt.Fprintf(b, " [%s]", attr(n, "value"))
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		writeText(b, c)
	}
	if slices.Contains(blocks, n.Data) {
		b.WriteByte('\n')
	}
	if n.Data == "td" || n.Data == "th" {
		b.WriteString(" | ")
	}
}

// find lists the elements under a node, of all names when none is given.
func find(n *html.Node, names ...string) []*html.Node {
	var out []*html.Node
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && (len(names) == 0 || slices.Contains(names, c.Data)) {
			out = append(out, c)
		}
	}
	return out
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// textOf is the words of an element, spaces folded, no-break ones too.
func textOf(n *html.Node) string { return strings.Join(strings.Fields(rawText(n)), " ") }

func rawText(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}
