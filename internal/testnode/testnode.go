// Package testnode finds what tests ask of npm: the accessibility checker, and
// programs of others to speak with. Nothing that ships imports it.
//
// It knows where need.sh puts the modules. It must not know what a test does
// with them.
package testnode

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Dir is the folder that holds node_modules; scripts that import a module run
// in it.
func Dir(t testing.TB) string {
	t.Helper()
	_, file, _, ok := runtime.Caller(0)
	if !ok {
		t.Fatal("the source of the tests is not known")
	}
	dir := filepath.Dir(file)
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal("npm's modules are missing: run internal/testdb/need.sh, as make test does")
	}
	return dir
}

// Module is the path of a file of a module, such as "axe-core/axe.min.js".
func Module(t testing.TB, name string) string {
	t.Helper()
	return filepath.Join(Dir(t), "node_modules", filepath.FromSlash(name))
}
