package calendar

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// unfold is RFC 5545, 3.1, read the other way: a CRLF and one space or tab vanish.
func unfold(s string) string {
	return strings.NewReplacer("\r\n ", "", "\r\n\t", "").Replace(s)
}

func TestFold(t *testing.T) {
	a := func(n int) string { return strings.Repeat("a", n) }
	for _, tc := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"one line", "A:b\r\n", "A:b\r\n"},
		{"LF becomes CRLF", "A:b\nC:d\n", "A:b\r\nC:d\r\n"},
		{"a last line without end gets one", "A:b\r\nC:d", "A:b\r\nC:d\r\n"},
		{"an empty line stays", "A:b\n\nC:d\n", "A:b\r\n\r\nC:d\r\n"},
		{"75 octets fit", a(75) + "\r\n", a(75) + "\r\n"},
		{"76 do not", a(76) + "\r\n", a(75) + "\r\n a\r\n"},
		{"the space counts", a(75+74) + "\n", a(75) + "\r\n " + a(74) + "\r\n"},
		{"and one more", a(75+75) + "\n", a(75) + "\r\n " + a(74) + "\r\n a\r\n"},
		{"two octets are not parted", a(74) + "م" + "\n", a(74) + "\r\n م\r\n"},
		{"two octets that just fit", a(73) + "م" + "\n", a(73) + "م\r\n"},
		{"four octets are not parted", a(72) + "🕘" + "\n", a(72) + "\r\n 🕘\r\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := string(fold([]byte(tc.in))); got != tc.want {
				t.Errorf("fold(%q)\n got %q\nwant %q", tc.in, got, tc.want)
			}
		})
	}
}

func TestFoldProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[ -~é-ÿم-يⴰ-ⵥ🕐-🕧]{0,400}`).Draw(t, "line")
		checkFolded(t, []byte(text))
	})
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "A:b\r\n", strings.Repeat("م", 100), strings.Repeat("\x80", 200), "\r\r\n\n ", strings.Repeat("a", 74) + "\xF0\x9F\x95"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) { checkFolded(t, in) })
}

// checkFolded says what must hold of any input: no line is too long, unfolding
// gives the lines back, and UTF-8 stays UTF-8 line by line.
func checkFolded(t interface{ Fatalf(string, ...any) }, in []byte) {
	out := fold(in)
	lines := strings.Split(string(out), "\r\n")
	for _, line := range lines {
		if len(line) > maxLine {
			t.Fatalf("a line of %d octets: %q", len(line), line)
		}
		if utf8.Valid(in) && !utf8.ValidString(line) {
			t.Fatalf("a line is no UTF-8 by itself: %q", line)
		}
	}
	if len(out) > 0 && !bytes.HasSuffix(out, []byte("\r\n")) {
		t.Fatalf("the last line has no end: %q", out)
	}
	if startsWithBlank(in) { // then unfolding would join what folding did not part
		return
	}
	if got, want := unfold(string(out)), plainLines(in); got != want {
		t.Fatalf("unfolded\n got %q\nwant %q", got, want)
	}
}

// startsWithBlank reports a line that begins as a continuation does.
func startsWithBlank(in []byte) bool {
	return bytes.Contains(in, []byte("\n ")) || bytes.Contains(in, []byte("\n\t"))
}

func plainLines(in []byte) string {
	if len(in) == 0 {
		return ""
	}
	s := strings.ReplaceAll(strings.ReplaceAll(string(in), "\r\n", "\n"), "\n", "\r\n")
	if !strings.HasSuffix(s, "\r\n") {
		s += "\r\n"
	}
	return s
}
