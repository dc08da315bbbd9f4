package web

import (
	"embed"
	"fmt"
	"html"
	"html/template"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"mawid/internal/locale"
)

//go:embed templates/*.html
var templateFiles embed.FS

// page is the content of one kind of page: a struct that embeds frame and names
// its template.
type page interface{ file() string }

// pageSet is the parsed pages of one language by file.
type pageSet map[string]*template.Template

// templates are the pages by language; those of a language are parsed when it is
// first spoken.
type templates map[string]func() (pageSet, error)

// loadTemplates prepares the pages of every language and checks those of the
// first: the others have the same files, fields and keys.
func loadTemplates(book *locale.Book) (templates, error) {
	all := templates{}
	for _, l := range book.Languages() {
		all[l.Code()] = sync.OnceValues(func() (pageSet, error) { return parseTemplates(l) })
	}
	return all, all.check(book, book.Languages()[0])
}

// check runs every page on the zero value of its type, so that a field, a function
// or a sentence that does not exist is found.
func (t templates) check(book *locale.Book, l *locale.Language) error {
	set, err := t[l.Code()]()
	if err != nil {
		return fmt.Errorf("templates: %w", err)
	}
	keys := book.Keys()
	for _, p := range pages(l) {
		one := set[p.file()]
		if one == nil {
			return fmt.Errorf("templates: %s.html is missing", p.file())
		}
		if err := checkSentences(one, keys); err != nil {
			return err
		}
		if err := one.Execute(io.Discard, p); err != nil {
			return fmt.Errorf("templates: %w", err)
		}
	}
	return nil
}

// shared are the files that other templates use: the frame of a page and the
// parts that several pages have.
var shared = []string{"layout.html", "parts.html", "formparts.html", "stay.html", "staffparts.html"}

func parseTemplates(l *locale.Language) (pageSet, error) {
	base := template.New("layout.html").Funcs(functions(l)).Option("missingkey=error")
	for _, name := range shared {
		if _, err := base.ParseFS(templateFiles, "templates/"+name); err != nil {
			return nil, err
		}
	}
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, err
	}
	set := pageSet{}
	for _, name := range names {
		if slices.Contains(shared, path.Base(name)) {
			continue
		}
		t, err := base.Clone()
		if err != nil {
			return nil, err
		}
		if _, err := t.ParseFS(templateFiles, name); err != nil {
			return nil, err
		}
		set[strings.TrimSuffix(path.Base(name), ".html")] = t
	}
	return set, nil
}

// functions are what templates may call, bound to a language.
func functions(l *locale.Language) template.FuncMap {
	return template.FuncMap{
		"say": func(key string, args ...any) template.HTML { return isolated(l.Say(key, isolate(args)...)) },
		"plural": func(key string, n int, args ...any) template.HTML {
			return isolated(l.Plural(key, n, isolate(args)...))
		},
		"said": isolated, // a sentence made before, with its isolates
		// For attributes and titles, where no element can stand.
		"plain": func(key string, args ...any) string { return l.Say(key, isolate(args)...) },
		// For titles of windows, where direction marks would show.
		"bare":     l.Say,
		"url":      func(place string) string { return "/" + l.Code() + place },
		"clock":    l.Clock,
		"fulldate": l.FullDate,
		"machine":  func(t time.Time) string { return t.Format(time.RFC3339) },
		"lines":    func(s string) []string { return strings.Split(strings.ReplaceAll(s, "\r", ""), "\n") },
		"links":    linked,
		"group": func(t ticketLine, all []groupChoice) prioritising {
			return prioritising{t.ID, t.Number, t.GroupID, all}
		},
		"act": func(id, step, label, key, class string) actButton {
			return actButton{id, step, label, key, strings.ToUpper(key), class}
		},
	}
}

// actButton is a step of a ticket as a button with its key.
type actButton struct{ ID, Step, Label, Key, Cap, Class string }

// isolate wraps the words that are put into a sentence, so that each keeps its
// own direction.
func isolate(args []any) []any {
	out := slices.Clone(args)
	for i := 1; i < len(out); i += 2 {
		switch value := out[i].(type) {
		case string:
			out[i] = isolateOne(value)
		case template.HTML:
			out[i] = isolateOne(html.UnescapeString(string(value)))
		}
	}
	return out
}

// isolateOne isolates by the first letter, but what has no letter written from
// right to left goes from left to right: the plus of a telephone number would
// else end up behind it.
func isolateOne(s string) string {
	rtl := func(r rune) bool { return unicode.In(r, unicode.Arabic, unicode.Hebrew) }
	wrapped := locale.Isolate(s)
	if strings.ContainsFunc(s, rtl) {
		return wrapped
	}
	return "\u2066" + strings.TrimPrefix(wrapped, "\u2068")
}

// isolated escapes a sentence and turns its isolates into elements.
func isolated(sentence string) template.HTML {
	safe := html.EscapeString(sentence)
	return template.HTML(strings.NewReplacer("\u2066", `<bdi dir="ltr">`, "\u2068", "<bdi>", "\u2069", "</bdi>").Replace(safe))
}

// linked escapes a line of text and makes its addresses links.
func linked(line string) template.HTML {
	words := strings.Split(line, " ")
	for i, word := range words {
		safe := html.EscapeString(word)
		if strings.HasPrefix(word, "https://") || strings.HasPrefix(word, "http://") {
			safe = `<a href="` + safe + `" dir="ltr">` + safe + `</a>`
		}
		words[i] = safe
	}
	return template.HTML(strings.Join(words, " "))
}
