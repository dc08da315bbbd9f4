package web

import (
	"strings"
	"time"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// history words what happened to an appointment, oldest first. What these pages
// have no words for is left out.
func (s *site) history(v *visit, o *opened) ([]string, error) {
	entries, err := s.Engine.History(v.Context(), &o.Appointment, o.actor())
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, e := range entries {
		if what := s.happened(v.lang, e); what != "" {
			when := v.lang.TwoClocks(e.At.In(o.loc), nil)
			lines = append(lines, v.lang.Say("history.line", "when", when, "what", what))
		}
	}
	return lines, nil
}

func (s *site) happened(l *locale.Language, e scheduler.HistoryEntry) string {
	var what string
	switch e.What {
	case "booked", "proved", "lapsed", "confirmed", "cancelled", "displaced", "corrected", "noted":
		what = l.Say("history." + e.What)
	case "moved":
		at, err := time.Parse("2006-01-02 15:04", strings.Join(firstWords(e.From, 2), " "))
		if err != nil {
			return ""
		}
		what = l.Say("history.moved", "when", l.Say("clock.other_day", "date", l.FullDate(at), "time", l.Clock(at)))
	default:
		return ""
	}
	if strings.HasPrefix(e.Actor, "staff:") {
		what = l.Say("history.by_office", "what", what)
	}
	return what
}

func firstWords(s string, n int) []string {
	words := strings.Fields(s)
	return words[:min(n, len(words))]
}
