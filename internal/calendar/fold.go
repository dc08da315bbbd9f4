package calendar

import "unicode/utf8"

// maxLine is the longest line in octets, its CRLF not counted (RFC 5545, 3.1).
const maxLine = 75

// fold ends each line of src with CRLF and breaks what is longer than maxLine
// into lines that start with one space. A break never falls inside a UTF-8
// sequence, so that each line is readable on its own: several clients decode
// line by line. Lines of src end with LF or CRLF; the last may have no end.
func fold(src []byte) []byte {
	out := make([]byte, 0, len(src)+len(src)/24+2)
	for len(src) > 0 {
		var line []byte
		line, src = cutLine(src)
		room := maxLine
		for len(line) > room {
			n := breakAt(line, room)
			out = append(out, line[:n]...)
			out = append(out, "\r\n "...)
			line, room = line[n:], maxLine-1
		}
		out = append(out, line...)
		out = append(out, "\r\n"...)
	}
	return out
}

// cutLine returns the first line of src without its end, and what follows.
func cutLine(src []byte) (line, rest []byte) {
	for i, c := range src {
		if c != '\n' {
			continue
		}
		line = src[:i]
		if i > 0 && src[i-1] == '\r' {
			line = src[:i-1]
		}
		return line, src[i+1:]
	}
	return src, nil
}

// breakAt returns the largest n ≤ room, n ≥ 1, at which line may be broken.
// Bytes that are no UTF-8 may be broken anywhere.
func breakAt(line []byte, room int) int {
	for n := room; n > room-utf8.UTFMax; n-- {
		if utf8.RuneStart(line[n]) {
			return n
		}
	}
	return room
}
