package web

import (
	"net/url"
	"strings"

	"mawid/internal/locale"
)

// frame is what every page has around its content.
type frame struct {
	Lang   *locale.Language
	Title  string // worded; without the program's name
	Faulty bool   // the page shows a form with faults
	// FormID is the form that a change of language sends, so that what is typed goes
	// along; "" for links.
	FormID      string
	Languages   []languageLink
	Style       string // addresses of the assets
	Icon        string
	PageSheets  []string // addresses of further style sheets
	PageScripts []string // addresses of scripts; every page is right without them
	// Screen names a page that fills a screen by itself, without head and foot:
	// "board" or "kiosk"; "" for every other.
	Screen string
	// Refresh is after how many seconds a browser without scripts asks for the
	// page again; 0 for never.
	Refresh int
	Private bool // about one person, or behind a sign-in: not for search engines
	Sample  bool
	Contact Contact
	Staff   string // login of who is signed in, or ""
	SignOut bool   // somebody can sign out
	Nav     []navLink
}

// languageLink leads to the same page in another language.
type languageLink struct {
	Code, HTMLLang, Name string
	URL                  string
	Current              bool
}

// keptQuery are the parameters that a change of language keeps. Others, such as
// the note that a booking is new, are said once.
var keptQuery = [...]string{"q", "month", "party", "zone", "show", "after", "year", "from", "to", "all", "channel"}

func (s *site) frame(v *visit, title string) frame {
	f := frame{
		Lang: v.lang, Title: title, Sample: s.Unofficial, Contact: s.Contact,
		Style: s.assets.style, Icon: s.assets.icon,
	}
	query := v.query()
	for _, l := range s.Book.Speaking(v.topic) {
		f.Languages = append(f.Languages, languageLink{
			Code: l.Code(), HTMLLang: l.HTMLLang(), Name: l.NativeName(),
			URL: "/" + l.Code() + v.place + query, Current: l.Code() == v.lang.Code(),
		})
	}
	return f
}

// uses adds scripts and style sheets to a page, by their files' names under
// assets. One that does not exist is a fault that shows in every test.
func (s *site) uses(f *frame, names ...string) {
	for _, name := range names {
		address, ok := s.assets.named[name]
		switch {
		case !ok:
			panic("no asset " + name)
		case strings.HasSuffix(name, ".js"):
			f.PageScripts = append(f.PageScripts, address)
		default:
			f.PageSheets = append(f.PageSheets, address)
		}
	}
}

// query is the part of the address that a change of language keeps, with its
// question mark, or "".
func (v *visit) query() string {
	kept := url.Values{}
	for _, key := range keptQuery {
		if value := v.URL.Query().Get(key); value != "" && len(value) < 100 {
			kept.Set(key, value)
		}
	}
	if len(kept) == 0 {
		return ""
	}
	return "?" + kept.Encode()
}
