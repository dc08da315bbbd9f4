package main

import (
	"bytes"
	"strings"
	"testing"
)

func run(t *testing.T, lines ...string) (string, bool) {
	t.Helper()
	var out bytes.Buffer
	r := newReport(&out)
	if err := r.read(strings.NewReader(strings.Join(lines, "\n"))); err != nil {
		t.Fatal(err)
	}
	ok := r.close()
	return out.String(), ok
}

var good = []string{
	`{"Action":"run","Package":"p","Test":"TestA"}`,
	`{"Action":"run","Package":"p","Test":"TestA/sqlite"}`,
	`{"Action":"pass","Package":"p","Test":"TestA/sqlite"}`,
	`{"Action":"run","Package":"p","Test":"TestA/postgres"}`,
	`{"Action":"pass","Package":"p","Test":"TestA/postgres"}`,
	`{"Action":"pass","Package":"p","Test":"TestA"}`,
	`{"Action":"pass","Package":"p","Elapsed":0.5}`,
}

func TestCountsTestsOnEachDatabase(t *testing.T) {
	out, ok := run(t, good...)
	if !ok || !strings.Contains(out, "tests on SQLite: 1, tests on PostgreSQL: 1\n") || !strings.HasSuffix(out, "3 passed, 0 failed, 0 skipped\n") {
		t.Errorf("ok=%v\n%s", ok, out)
	}
}

func TestWhatMustNotPass(t *testing.T) {
	for name, extra := range map[string][]string{
		"a failed test": {
			`{"Action":"output","Package":"p","Test":"TestB","Output":"the day is overfull\n"}`,
			`{"Action":"fail","Package":"p","Test":"TestB"}`,
		},
		"a skipped test":  {`{"Action":"skip","Package":"p","Test":"TestB"}`},
		"a broken build":  {`{"Action":"fail","Package":"q","FailedBuild":"q"}`},
		"a panic outside": {`{"Action":"output","Package":"q","Output":"panic: x\n"}`, `{"Action":"fail","Package":"q"}`},
	} {
		if out, ok := run(t, append(append([]string{}, good...), extra...)...); ok {
			t.Errorf("%s passed:\n%s", name, out)
		}
	}
	if out, ok := run(t, good[:3]...); ok {
		t.Errorf("nothing ran on PostgreSQL, and it passed:\n%s", out)
	}
}

func TestFailuresAreShown(t *testing.T) {
	out, _ := run(t,
		`{"Action":"output","Package":"p","Test":"TestB","Output":"the day is overfull\n"}`,
		`{"Action":"fail","Package":"p","Test":"TestB"}`)
	if !strings.Contains(out, "the day is overfull") {
		t.Error(out)
	}
}
