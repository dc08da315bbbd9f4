// Command testreport reads `go test -json` from standard input, prints what
// failed, and closes with how many tests ran, how many of them on each
// database. It knows nothing of what is tested.
//
// It exits 1 when a test failed, when one was skipped (a skipped test proves
// nothing), or when no test ran on one of the databases.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

// event is one line of `go test -json` (see go doc test2json).
type event struct {
	Action      string
	Package     string
	Test        string
	Output      string
	Elapsed     float64
	FailedBuild string
	ImportPath  string
}

func main() {
	r := newReport(os.Stdout)
	if err := r.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "testreport:", err)
		os.Exit(1)
	}
	if !r.close() {
		os.Exit(1)
	}
}

// report counts tests as they end.
type report struct {
	out      io.Writer
	output   map[string][]string // of tests that have not ended, by package and name
	passed   int
	failed   int
	skipped  []string
	database map[string]int  // leaf tests by database
	parents  map[string]bool // tests with subtests
	broken   map[string]bool // packages in which a test failed
	ended    []string
}

func newReport(out io.Writer) *report {
	return &report{out: out, output: map[string][]string{}, database: map[string]int{}, parents: map[string]bool{}, broken: map[string]bool{}}
}

func (r *report) read(in io.Reader) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(r.out, lines.Text()) // not an event: go's own words
			continue
		}
		r.take(e)
	}
	return lines.Err()
}

func (r *report) take(e event) {
	key := e.Package + " " + e.Test
	switch e.Action {
	case "build-output":
		fmt.Fprint(r.out, e.Output)
	case "output":
		r.output[key] = append(r.output[key], e.Output)
	case "run":
		if i := strings.LastIndexByte(e.Test, '/'); i >= 0 {
			r.parents[e.Package+" "+e.Test[:i]] = true
		}
	case "pass", "fail", "skip":
		r.end(e, key)
	}
}

func (r *report) end(e event, key string) {
	if e.Test == "" {
		r.endPackage(e, key)
		return
	}
	switch e.Action {
	case "pass":
		r.passed++
	case "fail":
		r.failed++
		r.broken[e.Package] = true
		r.print(key)
	case "skip":
		r.skipped = append(r.skipped, key)
		r.print(key)
	}
	r.ended = append(r.ended, key)
	delete(r.output, key)
}

func (r *report) endPackage(e event, key string) {
	if e.Action == "fail" {
		if !r.broken[e.Package] { // it failed outside of any test
			r.failed++
			r.printRunning(e.Package)
		}
		r.print(key)
	}
	if e.Action != "skip" { // a package without tests
		fmt.Fprintf(r.out, "%-5s %-28s %6.1f s\n", e.Action, e.Package, e.Elapsed)
	}
	delete(r.output, key)
}

// printRunning shows what the tests said that a package's end cut off.
func (r *report) printRunning(pkg string) {
	for key := range r.output {
		if strings.HasPrefix(key, pkg+" ") && key != pkg+" " {
			r.print(key)
		}
	}
}

func (r *report) print(key string) {
	for _, line := range r.output[key] {
		fmt.Fprint(r.out, line)
	}
}

// close prints the sums and reports whether all is well.
func (r *report) close() bool {
	for _, key := range r.ended {
		if r.parents[key] {
			continue
		}
		for _, db := range []string{"sqlite", "postgres"} {
			if strings.Contains(key+"/", "/"+db+"/") {
				r.database[db]++
			}
		}
	}
	fmt.Fprintf(r.out, "\ntests on SQLite: %d, tests on PostgreSQL: %d\n", r.database["sqlite"], r.database["postgres"])
	for _, s := range r.skipped {
		fmt.Fprintln(r.out, "skipped, which is not allowed:", s)
	}
	fmt.Fprintf(r.out, "%d passed, %d failed, %d skipped\n", r.passed, r.failed, len(r.skipped))
	return r.failed == 0 && len(r.skipped) == 0 && r.passed > 0 &&
		r.database["sqlite"] > 0 && r.database["postgres"] > 0
}
