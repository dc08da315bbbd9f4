package web

import (
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
	MaxAgeMonths int
}

func papers(l *locale.Language, c *scheduler.Catalogue, s *scheduler.Service) []paper {
	var out []paper
	for _, id := range s.Documents {
		if d, err := c.Document(id); err == nil {
			out = append(out, paper{nameOf(l, d.Names), d.MaxAgeMonths})
		}
	}
	return out
}
