package feed

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestMatches(t *testing.T) {
	const tag = `"abc-gz"`
	for _, tc := range []struct {
		name  string
		lines []string
		want  bool
	}{
		{"no header", nil, false},
		{"empty", []string{""}, false},
		{"the tag", []string{`"abc-gz"`}, true},
		{"the tag, weak", []string{`W/"abc-gz"`}, true},
		{"another", []string{`"abc"`}, false},
		{"the tag within another", []string{`"xabc-gz"`}, false},
		{"any", []string{"*"}, true},
		{"any, with space", []string{" * "}, true},
		{"a star in a list means nothing", []string{`"x", *`}, false},
		{"a tag that is a star", []string{`"*"`}, false},
		{"second in a list", []string{`"x", "abc-gz"`}, true},
		{"list without spaces", []string{`"x","abc-gz","y"`}, true},
		{"empty members", []string{`, ,"x",, "abc-gz"`}, true},
		{"comma inside another tag", []string{`"x,y", W/"abc-gz"`}, true},
		{"second line", []string{`"x"`, `"abc-gz"`}, true},
		{"unquoted", []string{`abc-gz`}, false},
		{"unterminated", []string{`"abc-gz`}, false},
		{"w in lower case", []string{`w/"abc-gz"`}, false},
		{"two tags without comma", []string{`"x" "abc-gz"`}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := matches(tc.lines, tag); got != tc.want {
				t.Errorf("matches(%q) = %v", tc.lines, got)
			}
		})
	}
}

// FuzzMatches: any header ends in an answer, and the tag at its front is found.
func FuzzMatches(f *testing.F) {
	for _, s := range []string{"", "*", `"a"`, `W/"a", "b"`, `"`, `,,,`, `W/`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		matches([]string{header}, `"abc"`)
		if !matches([]string{`W/"abc",` + header}, `"abc"`) {
			t.Errorf("the first member is not found before %q", header)
		}
	})
}

func TestAcceptsGzip(t *testing.T) {
	for _, tc := range []struct {
		header string
		want   bool
	}{
		{"", false},
		{"identity", false},
		{"gzip", true},
		{"GZIP", true},
		{"x-gzip", true},
		{"deflate, gzip;q=1.0, *;q=0.5", true},
		{"br, gzip ; q=0.1", true},
		{"gzip;q=0", false},
		{"gzip;q=0.000", false},
		{"*;q=0", false},
		{"*", true},
		{"gzip;q=0, *", false},
		{"*, gzip;q=0", false},
		{"gzip;q=x", false},
		{"gzip;q=2", false},
		{"gzip;q=NaN", false},
		{"gzip;level=1", false},
		{"gzipped", false},
	} {
		if got := acceptsGzip([]string{tc.header}); got != tc.want {
			t.Errorf("acceptsGzip(%q) = %v", tc.header, got)
		}
	}
	if !acceptsGzip([]string{"br", "gzip"}) {
		t.Error("a second header line is not read")
	}
}

func TestEntityTag(t *testing.T) {
	plain, zipped := entityTag([]byte("a"), false), entityTag([]byte("a"), true)
	if plain == zipped || plain == entityTag([]byte("b"), false) {
		t.Errorf("two representations share a tag: %s %s", plain, zipped)
	}
	for _, tag := range []string{plain, zipped} {
		if !strings.HasPrefix(tag, `"`) || !matches([]string{tag}, tag) {
			t.Errorf("tag %s is not strong or not found again", tag)
		}
	}
}

func TestCompress(t *testing.T) {
	z := newZips()
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		first, second := z.compress(body), z.compress(body)
		if !bytes.Equal(first, second) {
			t.Fatal("the same body gives other bytes")
		}
		r, err := gzip.NewReader(bytes.NewReader(first))
		if err != nil {
			t.Fatal(err)
		}
		if back, err := io.ReadAll(r); err != nil || !bytes.Equal(back, body) {
			t.Fatalf("got %q, %v", back, err)
		}
	})
}
