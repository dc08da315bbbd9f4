package scheduler_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"mawid/scheduler"
)

// alphabet is what references are written in: no 0 O Q, 1 I L, 2 Z, 5 S, 8 B
// and no U.
const alphabet = "34679ACDEFGHJKMNPRTVWXY"

var written = regexp.MustCompile(`^[` + alphabet + `]{4}-[` + alphabet + `]{4}$`)

func references(t *testing.T, n int) []string {
	t.Helper()
	random := rand.NewChaCha8([32]byte{1})
	out := make([]string, n)
	for i := range out {
		ref, err := scheduler.NewReference(random)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = ref
	}
	return out
}

func TestNewReference(t *testing.T) {
	seen := map[string]bool{}
	count := map[rune]int{}
	const n = 4000
	for _, ref := range references(t, n) {
		if !written.MatchString(ref) {
			t.Fatalf("%q is not four, hyphen, four of %s", ref, alphabet)
		}
		if seen[ref] {
			t.Errorf("%q came twice in %d", ref, n)
		}
		seen[ref] = true
		if got, err := scheduler.ParseReference(ref); err != nil || got != ref {
			t.Errorf("%q is read as %q, %v", ref, got, err)
		}
		for _, r := range ref[:4] + ref[5:8] {
			count[r]++
		}
	}
	// 28,000 random characters over 23: 1,217 each, standard deviation 34.
	for _, r := range alphabet {
		if c := count[r]; c < 1000 || c > 1430 {
			t.Errorf("%c came %d times, want about 1217: the choice is not even", r, c)
		}
	}
}

func TestNewReferenceTellsOfASourceThatEnds(t *testing.T) {
	if ref, err := scheduler.NewReference(bytes.NewReader([]byte{1, 2, 3})); !errors.Is(err, io.EOF) {
		t.Errorf("got %q, %v, want io.EOF", ref, err)
	}
}

func TestParseReferenceReadsWhatPeopleType(t *testing.T) {
	ref := references(t, 1)[0]
	bare := strings.ReplaceAll(ref, "-", "")
	for _, typed := range []string{
		ref, bare, strings.ToLower(ref), strings.ToLower(bare), " " + ref + " ",
		strings.Join(strings.Split(bare, ""), " "), strings.Join(strings.Split(bare, ""), "-"),
		bare[:2] + "\u00a0" + bare[2:],
	} {
		if got, err := scheduler.ParseReference(typed); err != nil || got != ref {
			t.Errorf("%q is read as %q, %v, want %q", typed, got, err, ref)
		}
	}
}

func TestParseReferenceRefuses(t *testing.T) {
	ref := references(t, 1)[0]
	cases := map[string]string{
		"": "invalid", "-": "invalid", ref[:8]: "invalid", ref + "A": "invalid",
		ref + strings.Repeat(" ", 64): "invalid", "\xff" + ref: "invalid", ref + "\x00": "invalid",
		ref[:8] + "ß": "invalid", ref[:8] + "\u0663": "invalid", // an Arabic 3
		ref[:8] + "\uff21": "invalid", // a wide A
	}
	for _, alike := range "0OQ1IL2Z5S8BUoqilzsbuıſ" {
		cases[string(alike)+ref[1:]] = "invalid"
	}
	for typed, code := range cases {
		_, err := scheduler.ParseReference(typed)
		wantField(t, err, "reference", code)
	}
}

// wantField fails unless err says that one field has one fault.
func wantField(t testing.TB, err error, field, code string) {
	t.Helper()
	var invalid *scheduler.InvalidError
	if !errors.As(err, &invalid) {
		t.Errorf("got %v, want an InvalidError on %s", err, field)
		return
	}
	if len(invalid.Fields) != 1 || invalid.Fields[0].Field != field || invalid.Fields[0].Code != code {
		t.Errorf("got %v, want %s: %s and no more", invalid, field, code)
	}
	if len(invalid.Fields) > 0 && invalid.Fields[0].Detail == "" {
		t.Errorf("%s: %s has no detail", field, code)
	}
}

// TestReferenceFindsEverySingleError tries every wrong character in every
// position, and every swap of any two, over many references.
func TestReferenceFindsEverySingleError(t *testing.T) {
	wrong, swaps := 0, 0
	for _, ref := range references(t, 400) {
		body := []byte(strings.ReplaceAll(ref, "-", ""))
		for i := range body {
			for _, c := range []byte(alphabet) {
				if c != body[i] {
					wrong++
					caught(t, ref, body, func(b []byte) { b[i] = c })
				}
			}
			for j := range i {
				if body[i] != body[j] {
					swaps++
					caught(t, ref, body, func(b []byte) { b[i], b[j] = b[j], b[i] })
				}
			}
		}
	}
	if wrong != 400*8*22 || swaps < 400*20 {
		t.Errorf("tried %d wrong characters and %d swaps only", wrong, swaps)
	}
}

func caught(t *testing.T, ref string, body []byte, spoil func([]byte)) {
	t.Helper()
	spoilt := bytes.Clone(body)
	spoil(spoilt)
	_, err := scheduler.ParseReference(string(spoilt))
	var invalid *scheduler.InvalidError
	if !errors.As(err, &invalid) || invalid.Fields[0].Code != "check_character" {
		t.Fatalf("%s typed as %s: %v, want check_character", ref, spoilt, err)
	}
}

func FuzzParseReference(f *testing.F) {
	for _, s := range []string{"K7AM-3WXD", "k7am3wxd", "K7AM 3WX", "0OQ1IL2Z", "\xff\xfe", "ſſſſ-ıııı", "K7AM-3WXD\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ref, err := scheduler.ParseReference(s)
		if err != nil {
			var invalid *scheduler.InvalidError
			if !errors.As(err, &invalid) || ref != "" {
				t.Fatalf("%q gave %q and %v", s, ref, err)
			}
			return
		}
		if !written.MatchString(ref) {
			t.Fatalf("%q is read as %q, which no reference is", s, ref)
		}
		if again, err := scheduler.ParseReference(ref); err != nil || again != ref {
			t.Fatalf("%q is read as %q, and that as %q, %v", s, ref, again, err)
		}
		bare := strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(strings.ToUpper(s))
		if bare != strings.ReplaceAll(ref, "-", "") {
			t.Fatalf("%q is read as %q: other characters", s, ref)
		}
	})
}
