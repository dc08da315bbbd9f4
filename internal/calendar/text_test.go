package calendar

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestCleanText(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"plain", "Bureau de douane", "Bureau de douane"},
		{"arabic with its marks", "مكتب\u200F الجمارك\u200D", "مكتب\u200F الجمارك\u200D"},
		{"CRLF", "a\r\nb", "a\nb"},
		{"CR alone", "a\rb", "a\nb"},
		{"other line breaks", "a\u0085b\u2028c\u2029d", "a\nb\nc\nd"},
		{"tab", "a\tb", "a b"},
		{"NUL, escape, DEL, C1", "a\x00b\x1b[31mc\x7fd\u009be", "ab[31mcde"},
		{"overrides and isolates", "a\u202Eb\u202Cc\u2066d\u2069e", "abcde"},
		{"byte order mark", "\uFEFFa", "a"},
		{"no UTF-8", "a\xffb", "a\uFFFDb"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := cleanText(tc.in); got != tc.want {
				t.Errorf("cleanText(%q) = %q, want %q", tc.in, got, tc.want)
			}
		})
	}
}

func TestCleanLineAndParam(t *testing.T) {
	if got, want := cleanLine(" a\r\nb\u2028c\t"), "a b c"; got != want {
		t.Errorf("cleanLine = %q, want %q", got, want)
	}
	if got, want := cleanParam("Ali \"le\ngrand\" :;,"), "Ali 'le grand' :;,"; got != want {
		t.Errorf("cleanParam = %q, want %q", got, want)
	}
}

func TestCleanProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := hostileText.Draw(t, "text")
		text := cleanText(in)
		if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }) {
			t.Fatalf("cleanText(%q) = %q", in, text)
		}
		if again := cleanText(text); again != text {
			t.Fatalf("cleaning twice changes %q to %q", text, again)
		}
		if line := cleanLine(in); strings.ContainsAny(line, "\r\n") || cleanLine(line) != line {
			t.Fatalf("cleanLine(%q) = %q", in, line)
		}
		if param := cleanParam(in); strings.ContainsAny(param, "\r\n\"") {
			t.Fatalf("cleanParam(%q) = %q", in, param)
		}
	})
}

// hostileText mixes ordinary text with all that could forge a line, end a
// parameter or turn the reading direction.
var hostileText = rapid.Custom(func(t *rapid.T) string {
	piece := rapid.OneOf(
		rapid.String(),
		rapid.SampledFrom([]string{
			"\r\n", "\r", "\n", "\x00", "\x7f", "\"", "\\", ";", ":", ",", "\\n", "\u2028", "\u202E", "\u2067", "\uFEFF", "\xff", "\u0085",
			"\r\nATTENDEE:mailto:x@example.org", "\nEND:VEVENT\nBEGIN:VEVENT", "\r\n \r\n\tX:y", "موعد في مكتب الجمارك بآسفي", " ", "^'", "🕘",
		}),
		rapid.StringMatching(`[م-يa-z ]{0,90}`),
	)
	return strings.Join(rapid.SliceOfN(piece, 0, 6).Draw(t, "pieces"), "")
})
