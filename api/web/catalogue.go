package web

import (
	"slices"
	"strings"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// name is a name of the catalogue as a page shows it. Lang is set when it is not
// in the page's language, so that programs that read aloud change their voice.
type name struct {
	Text string
	Lang string // "" or a BCP 47 code
}

func nameOf(l *locale.Language, names scheduler.Names) name {
	n := name{Text: l.Pick(names)}
	if names[l.Code()] != "" {
		return n
	}
	for _, code := range []string{"fr", "ar", "en"} {
		if names[code] == n.Text {
			n.Lang = code
			break
		}
	}
	return n
}

// serviceName names a service, by its id when the catalogue has it no longer.
func serviceName(l *locale.Language, c *scheduler.Catalogue, id string) name {
	if s, err := c.Service(id); err == nil {
		return nameOf(l, s.Names)
	}
	return name{Text: id}
}

// officeName is serviceName for an office.
func officeName(l *locale.Language, c *scheduler.Catalogue, id string) name {
	if o, err := c.Office(id); err == nil {
		return nameOf(l, o.Names)
	}
	return name{Text: id}
}

// paper is a document to bring.
type paper struct {
	Name         name
	Issuer       string // who issues it, worded, or ""
	MaxAgeMonths int
}

func (s *site) papers(l *locale.Language, c *scheduler.Catalogue, sv *scheduler.Service) []paper {
	var out []paper
	for _, id := range sv.Documents {
		if d, err := c.Document(id); err == nil {
			out = append(out, paper{nameOf(l, d.Names), s.issuers(l, c, d.Issuers), d.MaxAgeMonths})
		}
	}
	return out
}

// issuers names who issues a document: administrations of the catalogue, others
// that have a sentence, and others by their names in the catalogue. "none" is
// nobody: a photograph is not issued.
func (s *site) issuers(l *locale.Language, c *scheduler.Catalogue, ids []string) string {
	var names []string
	for _, id := range ids {
		if a, err := c.Administration(id); err == nil {
			names = append(names, l.Pick(a.Names))
		} else if key := "issuer." + id; slices.Contains(s.keys, key) {
			names = append(names, l.Say(key))
		} else if o, err := c.Outsider(id); err == nil && id != "none" {
			names = append(names, l.Pick(o.Names))
		}
	}
	return strings.Join(names, " / ")
}

// groups names who is received without an appointment, by the words that have a
// sentence.
func (s *site) groups(l *locale.Language, ids []string) string {
	all := ""
	for _, id := range ids {
		key := "group." + id
		switch {
		case !slices.Contains(s.keys, key):
		case all == "":
			all = l.Say(key)
		default:
			all = l.Say("office.list", "first", all, "second", l.Say(key))
		}
	}
	return all
}
