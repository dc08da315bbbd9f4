package rest

import (
	"encoding/json"
	"math"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestUnmarshalStrictly(t *testing.T) {
	tests := []struct {
		name, body string
		want       any // nil: refused
	}{
		{"object", `{"a": "b", "c": {"d": [1, true, "x"]}}`, map[string]any{"a": "b", "c": map[string]any{"d": []any{1.0, true, "x"}}}},
		{"empty object", ` {} `, map[string]any{}},
		{"empty list", `[]`, []any{}},
		{"null is a value of its own", `{"a": null}`, map[string]any{"a": null{}}},
		{"a number beyond all", `{"a": 1e999, "b": -1e999}`, map[string]any{"a": math.Inf(1), "b": math.Inf(1)}},
		{"a small number", `{"a": -0.5}`, map[string]any{"a": -0.5}},
		{"a name that paths would trip over", `{"a.b[0]": 1}`, map[string]any{"a?b?0?": 1.0}},
		{"letters of other scripts", `{"المكتب": 1}`, map[string]any{"??????": 1.0}},
		{"sixteen levels", strings.Repeat("[", 17) + strings.Repeat("]", 17), nested(17)},
		{"one more", strings.Repeat("[", 18) + strings.Repeat("]", 18), nil},
		{"nothing", ``, nil},
		{"twice", `{"a": 1, "a": 1}`, nil},
		{"twice in another case", `{"ab": 1, "AB": 1}`, nil},
		{"twice, one written with an escape", `{"a": 1, "\u0061": 1}`, nil},
		{"twice further down", `{"x": [{"a": 1, "a": 2}]}`, nil},
		{
			"the same name in two objects", `{"x": {"a": 1}, "y": {"a": 2}}`,
			map[string]any{"x": map[string]any{"a": 1.0}, "y": map[string]any{"a": 2.0}},
		},
		{"goes on", `{}x`, nil},
		{"two values", `{}{}`, nil},
		{"comma at the end", `{"a": 1,}`, nil},
		{"no quotes", `{a: 1}`, nil},
		{"comment", `{} // x`, nil},
		{"not a number", `{"a": NaN}`, nil},
		{"leading nought", `{"a": 01}`, nil},
		{"not UTF-8", "\"\xc3\"", nil},
		{"open string", `"a`, nil},
		{"open list", `[1`, nil},
		{"raw line end in a string", "\"a\nb\"", nil},
		{"byte order mark", "\ufeff{}", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got any
			err := unmarshal([]byte(test.body), &got)
			if (err != nil) != (test.want == nil) {
				t.Fatalf("got %v, %v", got, err)
			}
			if diff := cmp.Diff(test.want, got); err == nil && diff != "" {
				t.Error(diff)
			}
		})
	}
}

func nested(levels int) any {
	v := []any{}
	for range levels - 1 {
		v = []any{v}
	}
	return v
}

func TestFaultsOfSyntaxRepeatNothing(t *testing.T) {
	for _, body := range []string{`{"a": secret}`, `{"secret`, `{"secret": "x" "y"}`, `secret`, `{"secret": 1, "secret": 2}`} {
		var v any
		if err := unmarshal([]byte(body), &v); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// FuzzUnmarshal: the strict reader takes nothing that encoding/json refuses.
// Where it refuses more, it is for one of its own reasons.
func FuzzUnmarshal(f *testing.F) {
	for _, s := range []string{`{"a":[1,null,"x",{"b":true}]}`, `{"a":1,"A":2}`, `[[[[]]]]`, `1e999`, "\xff", `{"a.b":1}`, ` "\ud800" `, `{} {}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var strict, loose any
		errStrict, errLoose := unmarshal([]byte(body), &strict), json.Unmarshal([]byte(body), &loose)
		if errStrict == nil && errLoose != nil && !strings.Contains(errLoose.Error(), "number") {
			t.Errorf("%q is taken, but: %v", body, errLoose)
		}
		if errStrict != nil && errLoose == nil && !ownReason(errStrict) {
			t.Errorf("%q is refused: %v", body, errStrict)
		}
	})
}

func ownReason(err error) bool {
	for _, reason := range []string{"UTF-8", "twice", "deeply"} {
		if strings.Contains(err.Error(), reason) {
			return true
		}
	}
	return false
}

func TestPlainNames(t *testing.T) {
	plain := regexp.MustCompile(`^[A-Za-z0-9_?-]{1,64}$`)
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		got := plainName(name)
		if !plain.MatchString(got) || !utf8.ValidString(got) {
			t.Fatalf("%q becomes %q", name, got)
		}
		if got != name && !strings.Contains(got, "?") {
			t.Fatalf("%q becomes %q, which may be a name of ours", name, got)
		}
	})
}
