package web_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mawid/internal/locale"
)

// Every sentence of every topic is said somewhere: by its key, or by the
// beginning of its key where a word of the domain is put behind ("status." and
// the status). The other way round, a key in the sources has a sentence; one in
// a template that has none stops New.
func TestEverySentenceIsUsed(t *testing.T) {
	book, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	keys := book.Keys()
	firstWords := map[string]bool{}
	for _, key := range keys {
		word, _, _ := strings.Cut(key, ".")
		firstWords[word] = true
	}
	used, beginnings := keysInSources(t)
	for _, key := range keys {
		begun := slices.ContainsFunc(beginnings, func(start string) bool { return strings.HasPrefix(key, start) })
		if !begun && !slices.Contains(used, key) {
			t.Errorf("nobody says %q", key)
		}
	}
	for _, key := range used {
		word, _, _ := strings.Cut(key, ".")
		if firstWords[word] && !slices.Contains(keys, key) && !fileName.MatchString(key) {
			t.Errorf("there is no sentence %q", key)
		}
	}
	for _, start := range beginnings {
		word, _, _ := strings.Cut(start, ".")
		if firstWords[word] && !slices.ContainsFunc(keys, func(key string) bool { return strings.HasPrefix(key, start) }) {
			t.Errorf("no sentence begins %q", start)
		}
	}
}

var (
	// quoted is a key in quotes, or the beginning of one, as both templates and
	// code have it.
	quoted = regexp.MustCompile(`"([a-z]+\.(?:[a-z0-9_]+\.)*(?:[a-z0-9_]+)?)"`)
	// fileName is what looks like a key and is the name of a file.
	fileName = regexp.MustCompile(`\.(js|css|html|ics|eml|yaml|yml|csv|svg|json|txt|db|sql|go|ma)$`)
)

// keysInSources are the keys and the beginnings of keys in all code and
// templates that ship.
func keysInSources(t *testing.T) (keys, beginnings []string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir("../..", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules" || d.Name() == ".git"):
			return filepath.SkipDir
		case d.IsDir() || strings.HasSuffix(name, "_test.go") || (filepath.Ext(name) != ".go" && filepath.Ext(name) != ".html"):
			return nil
		}
		files++
		raw, err := os.ReadFile(name)
		for _, m := range quoted.FindAllStringSubmatch(string(raw), -1) {
			switch {
			case strings.HasSuffix(m[1], "."):
				beginnings = append(beginnings, m[1])
			default:
				keys = append(keys, m[1])
			}
		}
		return err
	})
	if err != nil || files < 100 {
		t.Fatalf("%d files, %v", files, err)
	}
	return keys, beginnings
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
