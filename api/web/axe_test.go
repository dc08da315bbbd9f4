package web_test

import (
	"testing"

	"mawid/internal/browsertest"
)

// No page breaks a rule of accessibility that a program can check, in either
// direction of writing.
func TestNoPageBreaksARuleOfAccessibility(t *testing.T) {
	h := oneHouse(t)
	b := browsertest.Start(t)
	for _, lang := range []string{"ar", "fr"} {
		t.Run(lang, func(t *testing.T) {
			v := b.Tab(t, browsertest.Phone, false)
			for _, place := range []string{"/", "/services/dgi-if", "/services/dgi-if/dgi-safi", "/services/dgi-if/dgi-safi/2027-06-01"} {
				v.Open(h.server.URL + "/" + lang + place)
				v.Axe(lang + place)
			}
		})
	}
}
