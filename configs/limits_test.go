package configs_test

import (
	"fmt"
	"strings"
	"testing"

	"mawid/configs"
)

// first returns the first fault and how many there are in all.
func first(t *testing.T, data string) (string, int) {
	t.Helper()
	f := faultsOf(t, data)
	if len(f.List()) == 0 {
		t.Fatal("no fault")
	}
	return f.List()[0].String(), len(f.List()) + f.More()
}

func TestHostileFilesAreRefusedAtOnce(t *testing.T) {
	bomb := "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nschema: *c\n"
	var keys strings.Builder
	for i := range 6000 {
		fmt.Fprintf(&keys, "k%d: x\n", i)
	}
	for _, row := range []struct {
		name, data, want string
		faults           int
	}{
		{"too large", strings.Repeat("#", 8<<20) + "\n", "f: is larger than 8 MB", 1},
		{"alias bomb", bomb, "f:1:4: an anchor (&) is not read here; write the value out", 8},
		{"deep lists", strings.Repeat("[", 200_000), "f:1:65: is nested more than 64 deep", 1},
		{"deep mappings", strings.Repeat("{a: ", 200_000), "f:1:255: is nested more than 64 deep", 1},
		{"deep dashes", strings.Repeat("- ", 200_000), "f:1:129: is nested more than 64 deep", 1},
		{"chain of colons", "a: {" + strings.Repeat("b: c\n", 100_000) + "}", "f:63:2: is nested more than 64 deep", 1},
		{"many keys", keys.String(), "f:5001:6: has more than 5000 keys side by side", 1},
		{"not UTF-8", "schema: \xff\n", "f: is not text in UTF-8", 1},
		{"NUL", "schema: \"a\x00b\"\n", "f:1:1: \"timezone\" is missing", 4},
		{"empty", "", "f: is empty", 1},
		{"only comments", "# nothing\n", "f: is empty", 1},
		{"text", "hello\n", "f:1:1: want a mapping, found text \"hello\"", 1},
		{"list", "- hello\n", "f:1:1: want a mapping, found a list", 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, n := first(t, row.data)
			if got != row.want || n != row.faults {
				t.Errorf("got %d faults, first %s\nwant %d, %s", n, got, row.faults, row.want)
			}
		})
	}
}

func TestFaultsAreSortedCappedAndCounted(t *testing.T) {
	var b strings.Builder
	b.WriteString(small + "priority_groups:\n")
	for range 300 {
		b.WriteString("  - {id: g, rule: r, weight: 0}\n") // each: weight; each but the first: taken id
	}
	f := faultsOf(t, b.String())
	list := f.List()
	if len(list) != 200 || f.More() != 399 {
		t.Fatalf("%d faults and %d more, want 200 and 399", len(list), f.More())
	}
	for i := 1; i < len(list); i++ {
		if list[i].Line < list[i-1].Line {
			t.Fatalf("line %d stands after line %d", list[i].Line, list[i-1].Line)
		}
	}
	text := configs.Format(f)
	if !strings.HasSuffix(text, "\nand 399 more faults") || strings.Count(text, "\n") != 200 {
		t.Errorf("the text does not end with the count: …%s", text[len(text)-60:])
	}
	if f.Error() != text {
		t.Error("Error and Format differ")
	}
}

// A file of wrong references only: suggestions must not make it slow, and all
// are counted.
func TestManyWrongReferences(t *testing.T) {
	var ids strings.Builder
	for i := range 30_000 {
		fmt.Fprintf(&ids, "wrong%d, ", i)
	}
	f := faultsOf(t, strings.Replace(small, "documents: [cnie],", "documents: ["+ids.String()+"],", 1))
	if n := len(f.List()) + f.More(); n != 30_000 {
		t.Errorf("%d faults, want 30000", n)
	}
}

func TestByteOrderMarkAndLineEndingsDoNotMatter(t *testing.T) {
	if f := faultsOf(t, strings.ReplaceAll(small, "\n", "\r\n")); len(f.List()) > 0 {
		t.Errorf("with CR LF:\n%s", configs.Format(f))
	}
	if f := faultsOf(t, "\ufeff"+small); len(f.List()) > 0 {
		t.Errorf("with a byte order mark:\n%s", configs.Format(f))
	}
}
