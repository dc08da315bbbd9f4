package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mawid/internal/testdb"
)

// TestReadmeTour copies every line of the README's tour into a shell and
// compares what comes back with what the README says, ids and dates aside.
func TestReadmeTour(t *testing.T) {
	p := install(t, testdb.EmptySQLite(t)).serve()
	steps := tourSteps(t)
	if len(steps) < 10 {
		t.Fatalf("only %d commands found in the README", len(steps))
	}
	script := &strings.Builder{}
	for i, s := range steps {
		fmt.Fprintf(script, "echo '--- %d'\n%s\n", i, strings.ReplaceAll(s.command, "http://127.0.0.1:8080", p.URL))
	}
	cmd := exec.CommandContext(t.Context(), "bash", "-c", script.String())
	cmd.Dir = t.TempDir()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got := strings.Split(string(out), "--- ")[1:]
	for i, s := range steps {
		_, said, _ := strings.Cut(got[i], "\n")
		if plain(said) != plain(s.answer) {
			t.Errorf("$ %s\ngot\n%s\nthe README says\n%s", s.command, said, s.answer)
		}
	}
}

type tourStep struct{ command, answer string }

func tourSteps(t *testing.T) []tourStep {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var steps []tourStep
	inside := false
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "```"):
			inside = line == "```console"
		case !inside:
		case strings.HasPrefix(line, "$ "):
			steps = append(steps, tourStep{command: line[2:]})
		default:
			steps[len(steps)-1].answer += line + "\n"
		}
	}
	return steps
}

// changing is what differs from one run to the next.
var changing = []struct {
	pattern *regexp.Regexp
	name    string
}{
	{regexp.MustCompile(`apt_[a-z0-9]{26}`), "ID"},
	{regexp.MustCompile(`\b[34679ACDEFGHJKMNPRTVWXY]{4}-[34679ACDEFGHJKMNPRTVWXY]{4}\b`), "REFERENCE"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d`), "DATE"},
	{regexp.MustCompile(`\d{8}T\d{6}Z`), "INSTANT"},
	{regexp.MustCompile(`\d\d:\d\d`), "TIME"},
	{regexp.MustCompile(`"free":\d+`), "FREE"},
}

func plain(s string) string {
	for _, c := range changing {
		s = c.pattern.ReplaceAllString(s, c.name)
	}
	return strings.TrimSpace(strings.ReplaceAll(s, "\r", ""))
}
