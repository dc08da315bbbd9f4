package web

import (
	"fmt"
	"strings"

	"github.com/skip2/go-qrcode"
)

// qrPart is a link as a square of dark and light modules, drawn as SVG in the
// page: a file of its own would have an address that holds a secret.
type qrPart struct {
	Side int    // in modules, the quiet zone of four on each side included
	Path string // of the dark modules, in modules; "" draws nothing
}

// qrOf codes a link. With recovery level M a fold or a stain on paper that hides
// up to 15 % leaves it readable. Links too long for a code are an error.
func qrOf(link string) (qrPart, error) {
	code, err := qrcode.New(link, qrcode.Medium)
	if err != nil {
		return qrPart{}, fmt.Errorf("qr code: %w", err)
	}
	rows := code.Bitmap()
	return qrPart{len(rows), qrPath(rows)}, nil
}

// qrPath draws each run of dark modules in a row as one rectangle.
func qrPath(rows [][]bool) string {
	var b strings.Builder
	for y, row := range rows {
		for x := 0; x < len(row); x++ {
			start := x
			for x < len(row) && row[x] {
				x++
			}
			if n := x - start; n > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", start, y, n, n)
			}
		}
	}
	return b.String()
}
