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
		{"many words", "[" + strings.Repeat("{},", 700_000) + "]", "f: holds more than 2000000 brackets, commas, quotes and the like", 1},
		{"empty entries", strings.Repeat("-\n", 300_000), "f:5001:1: has more than 5000 keys and list entries without a value", 1},
		{"empty values", strings.Repeat("- a:\n", 300_000), "f:5001:4: has more than 5000 keys and list entries without a value", 1},
		{"empty values in brackets", "[" + strings.Repeat("{a: }, ", 100_000) + "]", "f:1:35004: has more than 5000 keys and list entries without a value", 1},
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

// What is compared pair by pair has a bound, and a long circle is cut.
func TestListsThatAreTooLong(t *testing.T) {
	list := func(n int, line string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, line, i)
		}
		return b.String()
	}
	name := `name: {ar: "ع", fr: "f"}`
	for _, row := range []struct{ name, old, new, want string }{
		{
			"periods", "periods:\n", "periods:\n" + list(501, "  - {id: p%d, from: 2030-01-01, to: 2030-01-01, certainty: fixed, hours_template: short}\n"),
			"f: periods: there are 502; want 500 at most",
		},
		{
			"closures", "closures:\n", "closures:\n" + list(2000, "  - {id: c%d, from: 2030-01-01, to: 2030-01-01, certainty: fixed, "+name+"}\n"),
			"f: closures: there are 2002; want 2000 at most",
		},
		{
			"event dates", "dates: [", "dates: [" + strings.Repeat("2030-01-01, ", 2000),
			"f: administrations: events have more than 2000 dates together",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := configs.Format(faultsOf(t, strings.Replace(small, row.old, row.new, 1))); got != row.want {
				t.Errorf("\n got %s\nwant %s", got, row.want)
			}
		})
	}
}

func TestLongCircleIsCut(t *testing.T) {
	var ring strings.Builder
	for i := range 20 {
		fmt.Fprintf(&ring, "          - {id: s%d, name: {ar: \"ع\", fr: \"f\"}, duration_min: 5, depends_on: [s%d]}\n", i, (i+1)%20)
	}
	got := configs.Format(faultsOf(t, strings.Replace(small, "services:\n", "services:\n"+ring.String(), 1)))
	want := "f:33:13: administrations[0].offices[0].services[0]: depends_on goes in a circle: " +
		"s0 → s1 → s2 → s3 → s4 → s5 → s6 → s7 → s8 → s9 → s10 → s11 → … → s0"
	if got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

// A zone must be a place's: what follows the machine is refused even when no
// zone data is at hand to ask.
func TestZonesWithoutZoneData(t *testing.T) {
	for zone, good := range map[string]bool{
		"Africa/Casablanca": true, "UTC": true, "America/Argentina/Salta": true,
		"Local": false, "\"\"": false, "../etc/passwd": false, "Africa/../UTC": false, "africa/casablanca": false,
	} {
		_, err := configs.Read("f", []byte(strings.Replace(small, "Africa/Casablanca", zone, 1)), nil)
		if (err == nil) != good {
			t.Errorf("%s: %v", zone, err)
		}
	}
}
