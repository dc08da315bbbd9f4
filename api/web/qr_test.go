package web

import (
	"strings"
	"testing"
)

// Readers need four light modules around a code (ISO/IEC 18004), and a side of
// 4v+17 for version v.
func TestACodeHasItsQuietZone(t *testing.T) {
	for _, n := range []int{20, 70, 300} {
		code, err := qrOf("https://rdv.example.ma/a/" + strings.Repeat("x", n))
		if err != nil {
			t.Fatal(err)
		}
		if inner := code.Side - 8; inner < 21 || inner%4 != 1 {
			t.Errorf("%d characters: a side of %d modules without the quiet zone", n, inner)
		}
		// The first run is the upper edge of a finder pattern: seven modules wide.
		if !strings.HasPrefix(code.Path, "M4 4h7v1h-7z") {
			t.Errorf("%d characters: the drawing begins %.20s", n, code.Path)
		}
	}
}

func TestALinkTooLongForACodeIsAnError(t *testing.T) {
	if _, err := qrOf(strings.Repeat("x", 3000)); err == nil {
		t.Error("no error")
	}
}

func TestQRPathDrawsRuns(t *testing.T) {
	for _, c := range []struct{ rows, want string }{
		{"", ""},
		{"...", ""},
		{"#.#", "M0 0h1v1h-1zM2 0h1v1h-1z"},
		{"###/.##", "M0 0h3v1h-3zM1 1h2v1h-2z"},
	} {
		var rows [][]bool
		for row := range strings.SplitSeq(c.rows, "/") {
			var modules []bool
			for _, r := range row {
				modules = append(modules, r == '#')
			}
			rows = append(rows, modules)
		}
		if got := qrPath(rows); got != c.want {
			t.Errorf("%s: %q, want %q", c.rows, got, c.want)
		}
	}
}
