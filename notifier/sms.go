package notifier

import (
	"slices"
	"strings"

	"mawid/internal/locale"
)

// How many parts a short message may cost. Two of GSM 03.38 hold 306 characters,
// three of UCS-2 hold 201: a link takes up to 90 of either.
const (
	maxPartsGSM  = 2
	maxPartsUCS2 = 3
	leastName    = 12 // characters that shortening leaves of a name
)

// words gives the message in as few parts as its names allow: the longest of
// them loses words first, never a time or a link.
func (m Short) words(l *locale.Language) string {
	values := slices.Clone(m.Values)
	for {
		text := m.with(l, values)
		limit := maxPartsGSM
		if l.Direction() == "rtl" {
			limit = maxPartsUCS2
		}
		if locale.SMSParts(text) <= limit || !m.shortenOne(values) && !m.spareOne(values) {
			return text
		}
	}
}

// shortenOne takes words of the longest name; false when no name can lose any.
func (m Short) shortenOne(values []string) bool {
	longest := -1
	for i := 0; i+1 < len(values); i += 2 {
		if !slices.Contains(m.Names, values[i]) {
			continue
		}
		if longest < 0 || len([]rune(values[i+1])) > len([]rune(values[longest])) {
			longest = i + 1
		}
	}
	if longest < 0 {
		return false
	}
	shorter := shorten(values[longest])
	changed := shorter != values[longest]
	values[longest] = shorter
	return changed
}

// spareOne puts a shorter value in; false when all are.
func (m Short) spareOne(values []string) bool {
	for s := 0; s+1 < len(m.Spare); s += 2 {
		for i := 0; i+1 < len(values); i += 2 {
			if values[i] == m.Spare[s] && len(m.Spare[s+1]) < len(values[i+1]) {
				values[i+1] = m.Spare[s+1]
				return true
			}
		}
	}
	return false
}

func (m Short) with(l *locale.Language, values []string) string {
	pairs := make([]any, len(values))
	for i, v := range values {
		pairs[i] = v
	}
	text := locale.SMSText(l.Say(m.Key, pairs...))
	return strings.ReplaceAll(text, "....", "...") // a shortened name before a full stop
}

// shorten drops the last word of a name; "..." and not "…", which is not in
// GSM 03.38. A name that is short already comes back as it is.
func shorten(name string) string {
	whole := strings.TrimSuffix(name, "...")
	if len([]rune(whole)) <= leastName {
		return name
	}
	if i := strings.LastIndexByte(whole, ' '); i > 0 {
		return strings.TrimRight(whole[:i], " ,;:.-–(،") + "..."
	}
	return string([]rune(whole)[:leastName]) + "..."
}
