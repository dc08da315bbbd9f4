package web

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// homePage lists all services.
type homePage struct {
	frame
	Query  string
	Found  int // services shown
	Groups []serviceGroup
}

func (homePage) file() string { return "home" }

// serviceGroup is an administration with its services.
type serviceGroup struct {
	ID       string
	Name     name
	Services []serviceLine
}

type serviceLine struct {
	ID       string
	Name     name
	Minutes  int
	Duration string
	External string // portal that books it, or ""
	Online   string // portal where it can be done, or ""
}

// maxQuery is the longest search that is looked at, in characters.
const maxQuery = 80

func (s *site) home(v *visit) error {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	p := homePage{frame: s.frame(v, v.lang.Say("home.title")), Query: cut(v.URL.Query().Get("q"), maxQuery)}
	for i := range c.Administrations {
		g := servicesOf(v.lang, c, &c.Administrations[i], fold(p.Query))
		if len(g.Services) > 0 {
			p.Groups = append(p.Groups, g)
			p.Found += len(g.Services)
		}
	}
	return s.show(v, 200, p)
}

// servicesOf lists an administration's services that a folded search meets.
func servicesOf(l *locale.Language, c *scheduler.Catalogue, a *scheduler.Administration, query string) serviceGroup {
	g := serviceGroup{ID: a.ID, Name: nameOf(l, a.Names)}
	for i := range c.Services {
		sv := &c.Services[i]
		if sv.AdministrationID != a.ID || !meets(query, sv.Names, a.Names) {
			continue
		}
		g.Services = append(g.Services, lineOf(l, c, sv))
	}
	return g
}

func lineOf(l *locale.Language, c *scheduler.Catalogue, sv *scheduler.Service) serviceLine {
	line := serviceLine{
		ID: sv.ID, Name: nameOf(l, sv.Names), Minutes: sv.Minutes,
		Duration: l.Duration(sv.Minutes), External: c.ExternalBooking(sv),
	}
	if sv.OnlineFirst && line.External == "" {
		line.Online = c.PortalOf(sv)
	}
	return line
}

// meets reports whether every word of a folded search is in one of the names,
// in whatever language.
func meets(query string, names ...scheduler.Names) bool {
	if query == "" {
		return true
	}
	var all strings.Builder
	for _, n := range names {
		for _, text := range n {
			all.WriteString(fold(text) + "\n")
		}
	}
	for word := range strings.FieldsSeq(query) {
		if !strings.Contains(all.String(), word) {
			return false
		}
	}
	return true
}

// fold makes spellings equal that people do not tell apart: case, accents,
// Arabic vowel marks, the forms of alef, ya and ta marbuta.
func fold(s string) string {
	same := strings.NewReplacer("ى", "ي", "ة", "ه", "ـ", "", "’", "'")
	return same.Replace(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(s)))
}

// cut shortens a text to at most n characters.
func cut(s string, n int) string {
	runes := []rune(strings.ToValidUTF8(s, ""))
	return string(runes[:min(n, len(runes))])
}
