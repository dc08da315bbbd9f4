package web

import (
	"testing"

	"mawid/internal/locale"
)

// Every page can be shown in every language. New checks one only.
func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	book, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	all, err := loadTemplates(book)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range book.Languages() {
		if err := all.check(book, l); err != nil {
			t.Errorf("%s: %v", l.Code(), err)
		}
	}
}
