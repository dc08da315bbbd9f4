package mawid_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport is the picture of docs/ARCHITECTURE.md: which of our packages a
// package may import. A package that is not named here does not belong.
var mayImport = map[string][]string{
	"scheduler":         {},
	"internal/store":    {"scheduler"},
	"internal/calendar": {"scheduler", "internal/locale"},
	"internal/locale":   {},
	"internal/tz":       {},
	"configs":           {"scheduler"},
	"notifier":          {"scheduler", "internal/calendar", "internal/locale", "notifier/smpp"},
	"notifier/smpp":     {},
	"notifier/webhook":  {"scheduler"},
	"api/httpkit":       {"scheduler", "internal/locale"},
	"api/rest":          {"scheduler", "internal/calendar", "internal/locale", "api/httpkit"},
	"api/web":           {"scheduler", "internal/calendar", "internal/locale", "api/httpkit"},
	"api/feed":          {"scheduler", "internal/calendar", "internal/locale", "api/httpkit"},
	"api/dav":           {"scheduler", "internal/calendar", "internal/locale", "api/httpkit"},
	"cmd/mawid": {
		"scheduler", "internal/store", "internal/calendar", "internal/locale", "internal/tz", "configs",
		"notifier", "notifier/webhook", "api/httpkit", "api/rest", "api/web", "api/feed", "api/dav",
	},
	"internal/testreport": {},
	// Helpers of tests; nothing that ships imports them.
	"internal/store/rawdb":     {},
	"internal/testnode":        {},
	"internal/caltest":         {},
	"internal/browsertest":     {"internal/testnode"},
	"internal/testdb":          {"scheduler", "internal/store", "internal/store/rawdb"},
	"internal/enginetest":      {"scheduler", "internal/store", "internal/testdb", "internal/tz"},
	"internal/store/storetest": {"scheduler", "internal/store", "internal/store/rawdb", "internal/store/storetest"},
}

// confined names imports and calls that only some packages may use.
var confinedImports = map[string][]string{
	"database/sql":                         {"internal/store", "internal/store/rawdb", "internal/store/storetest"},
	"github.com/jmoiron/sqlx":              {"internal/store", "internal/store/rawdb", "internal/store/storetest"},
	"github.com/lib/pq":                    {"internal/store", "internal/store/rawdb", "internal/store/storetest"},
	"modernc.org/sqlite":                   {"internal/store", "internal/store/rawdb"},
	"github.com/pressly/goose/v3":          {"internal/store"},
	"github.com/emersion/go-ical":          {"internal/calendar"},
	"github.com/emersion/go-webdav":        {"api/dav"},
	"github.com/emersion/go-webdav/caldav": {"api/dav"},
	"github.com/robfig/cron/v3":            {"cmd/mawid"},
	"github.com/coreos/go-oidc/v3/oidc":    {"api/httpkit"},
	"golang.org/x/oauth2":                  {"api/httpkit"},
}

var confinedCalls = map[string][]string{
	"os.Getenv":         {"configs", "internal/testdb", "internal/browsertest"},
	"os.LookupEnv":      {"configs", "internal/testdb"},
	"os.Environ":        {"configs", "internal/caltest", "internal/testdb"},
	"time.Now":          {"cmd/mawid", "internal/tz", "internal/testdb", "internal/store/storetest"},
	"time.LoadLocation": {"cmd/mawid", "internal/tz"},
}

const (
	longestFunction = 80
	longestFile     = 600
)

// source is one Go file of the repository.
type source struct {
	dir  string // slash path of its package's folder
	name string // slash path of the file
	test bool
	set  *token.FileSet
	file *ast.File
}

func TestPackagesImportOnlyWhatThePictureAllows(t *testing.T) {
	for _, s := range shipped(t) {
		allowed, known := mayImport[s.dir]
		if !known {
			t.Errorf("%s: package %q is not in the picture", s.name, s.dir)
			continue
		}
		for _, imp := range s.imports(t) {
			ours, yes := strings.CutPrefix(imp, "mawid/")
			if yes && !slices.Contains(allowed, ours) {
				t.Errorf("%s imports %s; %s may import only %v", s.name, ours, s.dir, allowed)
			}
			if s.dir == "scheduler" && strings.Contains(imp, ".") {
				t.Errorf("%s imports %s; the domain uses the standard library only", s.name, imp)
			}
		}
	}
}

func TestNothingThatShipsImportsTestHelpers(t *testing.T) {
	helpers := []string{"mawid/internal/testnode", "mawid/internal/caltest", "mawid/internal/browsertest", "mawid/internal/testdb", "mawid/internal/store/storetest", "mawid/internal/store/rawdb", "mawid/internal/enginetest"}
	for _, s := range shipped(t) {
		if slices.Contains(helpers, "mawid/"+s.dir) {
			continue
		}
		for _, imp := range s.imports(t) {
			if slices.Contains(helpers, imp) {
				t.Errorf("%s imports %s, which is for tests", s.name, imp)
			}
		}
	}
}

func TestLibrariesAndCallsStayInTheirRooms(t *testing.T) {
	for _, s := range shipped(t) {
		for _, imp := range s.imports(t) {
			if rooms, ok := confinedImports[imp]; ok && !slices.Contains(rooms, s.dir) {
				t.Errorf("%s imports %s, which belongs to %v", s.name, imp, rooms)
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			if rooms, ok := confinedCalls[pkg.Name+"."+sel.Sel.Name]; ok && !slices.Contains(rooms, s.dir) {
				t.Errorf("%s uses %s.%s, which belongs to %v", s.set.Position(n.Pos()), pkg.Name, sel.Sel.Name, rooms)
			}
			return true
		})
	}
}

func TestEveryPackageSaysWhatItKnows(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range shipped(t) {
		documented[s.dir] = documented[s.dir] || s.file.Doc != nil
	}
	for dir, yes := range documented {
		if !yes {
			t.Errorf("%s has no package comment", dir)
		}
	}
}

func TestFunctionsAndFilesStaySmall(t *testing.T) {
	for _, s := range shipped(t) {
		if n := s.set.Position(s.file.End()).Line; n > longestFile {
			t.Errorf("%s has %d lines; at most %d", s.name, n, longestFile)
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if f.Name.Name == "init" && f.Recv == nil {
				t.Errorf("%s: init() hides work; do it where it can fail", s.set.Position(f.Pos()))
			}
			if n := s.set.Position(f.End()).Line - s.set.Position(f.Pos()).Line + 1; n > longestFunction {
				t.Errorf("%s: %s has %d lines; at most %d", s.set.Position(f.Pos()), f.Name.Name, n, longestFunction)
			}
		}
	}
}

func TestTestsNeitherSkipNorSleep(t *testing.T) {
	for _, s := range sources(t) {
		if !s.test {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			switch name := sel.Sel.Name; {
			case name == "Skip" || name == "Skipf" || name == "SkipNow":
				t.Errorf("%s: a skipped test proves nothing", s.set.Position(n.Pos()))
			case name == "Sleep":
				if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "time" {
					t.Errorf("%s: wait for what happens instead of sleeping", s.set.Position(n.Pos()))
				}
			}
			return true
		})
	}
}

func (s source) imports(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, i := range s.file.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatalf("%s: import %s: %v", s.name, i.Path.Value, err)
		}
		out = append(out, p)
	}
	return out
}

func shipped(t *testing.T) []source {
	t.Helper()
	return slices.DeleteFunc(sources(t), func(s source) bool { return s.test })
}

func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || (p != "." && strings.HasPrefix(d.Name(), "."))) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(p, ".go") {
			return nil
		}
		name := filepath.ToSlash(p)
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, p, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		out = append(out, source{path.Dir(name), name, strings.HasSuffix(p, "_test.go"), set, f})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 20 {
		t.Fatalf("only %d files found: the test looks in the wrong place", len(out))
	}
	return out
}
