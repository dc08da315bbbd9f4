package web

import (
	"strings"

	"mawid/scheduler"
)

// homePage is where one starts: from a word, from a situation, or from the list
// of all services. With a query it shows what was found, the likeliest first.
type homePage struct {
	frame
	Stay       *stayPart
	Query      string
	Found      []foundService
	Situations []situationLink // all, or those of the likeliest service
	Groups     []serviceGroup
	More       []moreLink
}

// moreLink leads to pages of another topic. Where the reader's language does not
// speak it, the link is in that of the pages, and says so.
type moreLink struct {
	Place string
	Name  name
}

func (s *site) more(v *visit, place, topic, key string) moreLink {
	if v.lang.Speaks(topic) {
		return moreLink{place, name{Text: v.lang.Say(key)}}
	}
	l := s.Book.Tag("")
	return moreLink{place, name{Text: l.Say(key), Lang: l.HTMLLang()}}
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
	Place    string
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
	p := homePage{frame: s.frame(v, v.lang.Say("home.title")), Stay: s.stay(v), Query: cut(strings.TrimSpace(v.URL.Query().Get("q")), maxQuery)}
	s.asksStay(&p.frame, p.Stay)
	p.More = []moreLink{s.more(v, "/deposit", "deposit", "deposit.link"), s.more(v, "/ledger", "ledger", "ledger.title")}
	if p.Query != "" {
		p.Found = search(v, c, p.Query)
		if len(p.Found) > 0 {
			p.Situations = situationsWith(v, c, p.Found[0].ID)
		}
		return s.show(v, p.Stay.status(), p)
	}
	p.Situations = situations(v, c)
	for i := range c.Administrations {
		if g := servicesOf(v, c, &c.Administrations[i]); len(g.Services) > 0 {
			p.Groups = append(p.Groups, g)
		}
	}
	return s.show(v, p.Stay.status(), p)
}

func search(v *visit, c *scheduler.Catalogue, query string) []foundService {
	var out []foundService
	for _, sv := range c.Search(query, maxFound) {
		f := foundService{serviceLine: lineOf(v, c, sv)}
		if a, err := c.Administration(sv.AdministrationID); err == nil {
			f.Administration = nameOf(v.lang, a.Names)
		}
		out = append(out, f)
	}
	return out
}

// servicesOf lists an administration's services.
func servicesOf(v *visit, c *scheduler.Catalogue, a *scheduler.Administration) serviceGroup {
	g := serviceGroup{ID: a.ID, Name: nameOf(v.lang, a.Names)}
	for i := range c.Services {
		if sv := &c.Services[i]; sv.AdministrationID == a.ID {
			g.Services = append(g.Services, lineOf(v, c, sv))
		}
	}
	return g
}

func lineOf(v *visit, c *scheduler.Catalogue, sv *scheduler.Service) serviceLine {
	line := serviceLine{
		ID: sv.ID, Place: v.way("/services/" + sv.ID), Name: nameOf(v.lang, sv.Names), Minutes: sv.Minutes,
		Duration: v.lang.Duration(sv.Minutes), External: c.ExternalBooking(sv),
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
