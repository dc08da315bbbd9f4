package rest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// namer picks names in the reader's language and remembers which languages it
// found them in.
type namer struct {
	language *locale.Language
	used     []string
}

func (a *api) namer(ctx context.Context) *namer {
	return &namer{language: a.language(ctx)}
}

func (n *namer) name(names scheduler.Names) string {
	name := n.language.Pick(names)
	code := n.language.Code()
	if names[code] != name {
		for other, s := range names {
			if s == name && (names[code] != name || other < code) {
				code = other
			}
		}
	}
	if name != "" && !slices.Contains(n.used, code) {
		n.used = append(n.used, code)
	}
	return name
}

// header is the Content-Language of what was named.
func (n *namer) header() string {
	if len(n.used) == 0 {
		return n.language.Code()
	}
	return strings.Join(n.used, ", ")
}

// withOffset is RFC 3339 with the offset in figures, "+00:00" for none.
const withOffset = "2006-01-02T15:04:05-07:00"

// stamp writes an instant by an office's clock.
func stamp(t time.Time, loc *time.Location) string { return t.In(loc).Format(withOffset) }

func (a *api) zone(name string) (*time.Location, error) {
	loc, err := a.zones.Load(name)
	if err != nil {
		return nil, fmt.Errorf("zone of office: %w", err)
	}
	return loc, nil
}

// parseTime reads starts_at: RFC 3339 with any offset.
func parseTime(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.Year() < 1 || t.Year() > 9999 {
		return t, scheduler.Invalid("starts_at", "invalid_time", "want RFC 3339 with offset, such as 2026-12-01T09:30:00+00:00")
	}
	return t, nil
}

// catalogue returns the catalogue; an empty one in an empty database.
func (a *api) catalogue(ctx context.Context) (*scheduler.Catalogue, error) {
	c, err := a.engine.Catalogue(ctx)
	if errors.Is(err, scheduler.ErrNotFound) {
		return scheduler.NewCatalogue(scheduler.CatalogueData{}, 0), nil
	}
	if err != nil {
		return nil, fmt.Errorf("catalogue: %w", err)
	}
	return c, nil
}

const maxID = 100

// wellFormed reports whether an id can be one of ours. What cannot is not found
// without asking the database, which takes no NUL and nothing that is not UTF-8.
func wellFormed(id string) bool {
	return id != "" && len(id) <= maxID && !strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' })
}
