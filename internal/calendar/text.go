package calendar

import "strings"

// cleanLine makes s a text of one line without space around it.
func cleanLine(s string) string { return strings.TrimSpace(oneLine(s)) }

// oneLine does what cleanText does, and line breaks become spaces.
func oneLine(s string) string { return strings.ReplaceAll(cleanText(s), "\n", " ") }

// cleanText removes what a reader cannot see and a client may obey: control
// characters, bidirectional embeddings, overrides and isolates, the byte order
// mark. Each kind of line break becomes LF, a tab becomes a space, and bytes
// that are no UTF-8 become U+FFFD. The marks that Arabic and Hebrew text needs
// (LRM, RLM, ALM, joiners) stay.
func cleanText(s string) string {
	if printable(s) {
		return s
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029:
			return '\n'
		case r == '\t':
			return ' '
		case hidden(r):
			return -1
		}
		return r
	}, s)
}

// printable reports plain ASCII without controls: most of what is cleaned.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7E {
			return false
		}
	}
	return true
}

// hidden reports C0, DEL and C1 controls, bidirectional embeddings, overrides
// and isolates (U+202A–202E, U+2066–2069), and U+FEFF.
func hidden(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7F && r < 0xA0:
		return true
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return r == 0xFEFF
}

// cleanParam makes s fit for a parameter. RFC 5545 has no way to write a double
// quote there, and few clients know RFC 6868's, so it becomes an apostrophe.
func cleanParam(s string) string {
	return strings.ReplaceAll(cleanLine(s), `"`, "'")
}
