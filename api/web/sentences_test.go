package web_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mawid/internal/locale"
)

// pageWords are the first words of the keys that belong to the pages.
var pageWords = []string{
	"page", "stay", "zone", "nav", "footer", "home", "situation", "service", "office", "day", "time", "form", "confirm", "manage", "cancel", "move", "slip", "subscribe", "share", "staff", "subscription", "calendars",
}

// Sentences that the pages put together or choose at run time, by how their keys
// begin. What stands behind is a word of scheduler's.
var chosen = []string{"day.reason.", "staff.kind.", "staff.state.", "staff.channel.", "calendars.kind.", "calendars.agent.", "calendars.office.", "calendars.places.", "calendars.visit"}

// Every sentence of the pages is said somewhere: in a template or in code. The
// other way round, a key in a template that does not exist stops New.
func TestEverySentenceIsUsed(t *testing.T) {
	book, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	used := keysInSources(t)
	for _, key := range book.Keys() {
		word, _, _ := strings.Cut(key, ".")
		if !slices.Contains(pageWords, word) || slices.Contains(used, key) {
			continue
		}
		if !slices.ContainsFunc(chosen, func(start string) bool { return strings.HasPrefix(key, start) }) {
			t.Errorf("nobody says %q", key)
		}
	}
	for _, key := range used {
		if word, _, _ := strings.Cut(key, "."); slices.Contains(pageWords, word) && !slices.Contains(book.Keys(), key) {
			t.Errorf("there is no sentence %q", key)
		}
	}
}

// quoted is a key in quotes, as both templates and code have it.
var quoted = regexp.MustCompile(`"([a-z]+(?:\.[a-z0-9_]+)+)"`)

// fileName is what looks like a key and is the name of an asset or a template.
var fileName = regexp.MustCompile(`\.(js|css|html)$`)

func keysInSources(t *testing.T) []string {
	t.Helper()
	var keys []string
	for _, pattern := range []string{"*.go", "templates/*.html"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range quoted.FindAllStringSubmatch(string(raw), -1) {
				if !fileName.MatchString(m[1]) {
					keys = append(keys, m[1])
				}
			}
		}
	}
	return keys
}

// No page shows the mark of a sentence or value that is missing.
func TestNoGapInAnyGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d goldens, %v", len(files), err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), "⟦") {
			t.Errorf("%s: a sentence or value is missing", name)
		}
	}
}
