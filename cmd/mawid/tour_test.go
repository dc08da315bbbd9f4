package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mawid/internal/testdb"
)

// stop is a command of the README's tour, and what it printed there.
type stop struct {
	line    int // in the README
	command string
	printed []string
}

const tourBase = "http://127.0.0.1:8080"

// tour reads the console blocks of the README.
func tour(t *testing.T) []stop {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	must(t, err)
	var stops []stop
	inside, number := false, 0
	for line := range strings.Lines(string(text)) {
		number++
		line = strings.TrimSuffix(line, "\n")
		command, isCommand := strings.CutPrefix(line, "$ ")
		switch {
		case strings.HasPrefix(line, "```"):
			inside = line == "```console"
		case inside && isCommand:
			stops = append(stops, stop{line: number, command: command})
		case inside && len(stops) > 0:
			last := &stops[len(stops)-1]
			last.printed = append(last.printed, line)
		}
	}
	if len(stops) < 10 {
		t.Fatalf("the README has a tour of %d commands only", len(stops))
	}
	return stops
}

// differs is what is another on each machine and day.
var differs = []struct {
	find *regexp.Regexp
	say  string
}{
	{regexp.MustCompile(`apt_[a-z2-7]+`), "APPOINTMENT"},
	{regexp.MustCompile(`\b[34679ACDEFGHJKMNPRTVWXY]{4}-[34679ACDEFGHJKMNPRTVWXY]{4}\b`), "REFERENCE"},
	{regexp.MustCompile(`\b\d{8}T\d{6}Z`), "INSTANT"},
	{regexp.MustCompile(`\b\d{4}-\d\d-\d\d(T[0-9:+]+)?`), "DATE"},
	{regexp.MustCompile(`\b\d\d:\d\d\b`), "TIME"},
	{regexp.MustCompile(`"free":\d+`), `"free":SOME`},
}

func sameEverywhere(lines []string) []string {
	var out []string
	for _, l := range lines {
		for _, d := range differs {
			l = d.find.ReplaceAllString(l, d.say)
		}
		out = append(out, strings.TrimSuffix(l, "\r"))
	}
	return out
}

// TestTourOfTheREADME walks it line by line in one shell, as a newcomer does,
// and compares what is printed.
func TestTourOfTheREADME(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, url string) {
		server := install(t, url).serve()
		stops := tour(t)
		var script bytes.Buffer
		for i, s := range stops {
			fmt.Fprintf(&script, "echo '## %d'\n%s\n", i, strings.ReplaceAll(s.command, tourBase, server.URL))
		}
		shell := exec.CommandContext(patient(t), "bash", "-u")
		shell.Dir, shell.Stdin = t.TempDir(), &script
		var complaints bytes.Buffer
		shell.Stderr = &complaints
		printed, err := shell.Output()
		if err != nil || complaints.Len() > 0 {
			t.Errorf("the shell: %v\n%s", err, &complaints)
		}
		for i, s := range stops {
			_, rest, _ := strings.Cut("\n"+string(printed), fmt.Sprintf("\n## %d\n", i))
			mine, _, _ := strings.Cut("\n"+rest, "\n## ")
			got := strings.Split(strings.Trim(mine, "\n"), "\n")
			want := append([]string{}, s.printed...)
			if len(want) == 0 {
				want = []string{""}
			}
			if d := cmp.Diff(sameEverywhere(want), sameEverywhere(got)); d != "" {
				t.Errorf("README.md:%d: $ %s\n(-README +now)\n%s", s.line, s.command, d)
			}
		}
	})
}
