// Package testnode finds what tests ask of npm: the accessibility checker, and
// programs of others to speak with. Nothing that ships imports it.
//
// It knows where need.sh puts the modules. It must not know what a test does
// with them.
package testnode

import (
	"os"
	"path/filepath"
	"testing"
)

// Dir is the folder that holds node_modules; scripts that import a module run
// in it.
func Dir(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(root(t), "internal", "testnode")
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

// root is the folder of go.mod above the test, which runs in its package. The
// paths that the compiler writes down do not say it under -trimpath.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}
