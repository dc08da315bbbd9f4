package web

import (
	"strings"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// homePage is where one starts: from a word, from a situation, or from the list
// of all services. With a query it shows what was found, the likeliest first.
type homePage struct {
	frame
	Query      string
	Found      []foundService
	Situations []situationLink // all, or those of the likeliest service
	Groups     []serviceGroup
}

// foundService is a service that a search found.
type foundService struct {
	serviceLine
	Administration name
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

// A search looks at so many characters and shows so many services.
const (
	maxQuery = 80
	maxFound = 12
)

func (s *site) home(v *visit) error {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	p := homePage{frame: s.frame(v, v.lang.Say("home.title")), Query: cut(strings.TrimSpace(v.URL.Query().Get("q")), maxQuery)}
	if p.Query != "" {
		p.Found = search(v.lang, c, p.Query)
		if len(p.Found) > 0 {
			p.Situations = situationsWith(v.lang, c, p.Found[0].ID)
		}
		return s.show(v, 200, p)
	}
	p.Situations = situations(v.lang, c)
	for i := range c.Administrations {
		if g := servicesOf(v.lang, c, &c.Administrations[i]); len(g.Services) > 0 {
			p.Groups = append(p.Groups, g)
		}
	}
	return s.show(v, 200, p)
}

func search(l *locale.Language, c *scheduler.Catalogue, query string) []foundService {
	var out []foundService
	for _, sv := range c.Search(query, maxFound) {
		f := foundService{serviceLine: lineOf(l, c, sv)}
		if a, err := c.Administration(sv.AdministrationID); err == nil {
			f.Administration = nameOf(l, a.Names)
		}
		out = append(out, f)
	}
	return out
}

// servicesOf lists an administration's services.
func servicesOf(l *locale.Language, c *scheduler.Catalogue, a *scheduler.Administration) serviceGroup {
	g := serviceGroup{ID: a.ID, Name: nameOf(l, a.Names)}
	for i := range c.Services {
		if sv := &c.Services[i]; sv.AdministrationID == a.ID {
			g.Services = append(g.Services, lineOf(l, c, sv))
		}
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

// cut shortens a text to at most n characters.
func cut(s string, n int) string {
	runes := []rune(strings.ToValidUTF8(s, ""))
	return string(runes[:min(n, len(runes))])
}
