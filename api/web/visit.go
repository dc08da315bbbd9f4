package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"mawid/internal/locale"
)

// visit is one request together with its reader's language and place.
type visit struct {
	*http.Request
	w    http.ResponseWriter
	lang *locale.Language
	// chosen: the reader chose the language, by the address or earlier.
	chosen bool
	// place is the path without language, such as "/services/dgi-if". Links to
	// other languages lead to it; an action that is no page of its own sets it to
	// the page it came from.
	place string
	// topic is the folder of sentences that the page is worded from.
	topic string
	// stay is the days the reader can come, once read.
	stay *stayPart
	// What a member of staff did, for the log: see did.
	deedDone                bool // did was called
	deedOffice, deedSubject string
}

// action answers one kind of request. What it returns as an error becomes a
// page in fail.
type action func(v *visit) error

const (
	languageCookie = "lang"
	zoneCookie     = "zone"
	cookieAge      = 365 * 24 * 60 * 60 // seconds
)

// visit reads the language: of the address (l, when it has one), of an earlier
// choice, of the browser, in this order.
func (s *site) visit(w http.ResponseWriter, r *http.Request, l *locale.Language) *visit {
	v := &visit{Request: r, w: w, place: r.URL.Path, lang: l, chosen: l != nil, topic: "citizen"}
	if v.chosen {
		return v
	}
	if c, err := r.Cookie(languageCookie); err == nil {
		if l := s.Book.Tag(c.Value); l.Code() == c.Value {
			v.lang, v.chosen = l, true
			return v
		}
	}
	v.lang = s.Book.Match(strings.Join(r.Header.Values("Accept-Language"), ","))
	return v
}

// visitFrom is visit for a request whose prefix is still in its path.
func (s *site) visitFrom(w http.ResponseWriter, r *http.Request) *visit {
	code, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	l := s.Book.Tag(code)
	if l.Code() != code {
		return s.visit(w, r, nil)
	}
	v := s.visit(w, r, l)
	v.place = "/" + rest
	return v
}

// address is the address of a place in the visit's language.
func (v *visit) address(place string) string { return "/" + v.lang.Code() + place }

// redirect leads on with 303: the next request is a GET.
func (v *visit) redirect(place string) error {
	http.Redirect(v.w, v.Request, v.address(place), http.StatusSeeOther)
	return nil
}

// remember keeps a choice of the reader's in a cookie; "" forgets it.
func (s *site) remember(v *visit, name, value string) {
	c := &http.Cookie{
		Name: name, Value: url.QueryEscape(value), Path: "/", MaxAge: cookieAge,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(s.origin, "https://"),
	}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(v.w, c)
}

// rememberLanguage keeps the language of the address when it is news.
func (s *site) rememberLanguage(v *visit) {
	if !v.chosen {
		return
	}
	if c, err := v.Cookie(languageCookie); err != nil || c.Value != v.lang.Code() {
		s.remember(v, languageCookie, v.lang.Code())
	}
}

// zone is the zone whose clock the reader wants beside the office's: of the
// address, which is kept, or of an earlier choice. It is "" and nil when there
// is none.
func (s *site) zone(v *visit) (string, *time.Location) {
	name := ""
	if c, err := v.Cookie(zoneCookie); err == nil {
		name, _ = url.QueryUnescape(c.Value)
	}
	asked := v.URL.Query().Has("zone")
	if asked {
		name = v.URL.Query().Get("zone")
	}
	if name == "" {
		if asked {
			s.remember(v, zoneCookie, "")
		}
		return "", nil
	}
	loc, err := s.Zones.Load(name)
	if err != nil {
		return "", nil
	}
	if asked {
		s.remember(v, zoneCookie, name)
	}
	return name, loc
}
