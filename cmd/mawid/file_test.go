package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mawid/internal/testdb"
)

// TestOldFilesAreImported: looking writes nothing; what was understood is opened
// once, however often the list is read; what was not is told line by line.
func TestOldFilesAreImported(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		house := install(t, url)
		house.serve() // loads the sample
		list := filepath.Join(t.TempDir(), "old.csv")
		must(t, os.WriteFile(list, []byte("service;nom;téléphone;n° dossier;date de dépôt;étape;depuis\n"+
			"cf-requisition;Hafida Naim;0612345678;1234/23;03/06/2024;avis_bornage;13/06/2024\n"+
			"cf-suivi;Said Naji;;77;2023-01-02;;\n"+
			"moon;Omar;0612345678;;;;\n"), 0o600))
		looked := house.run("file", "import", list)
		if looked.code != exitDone || house.count("SELECT count(*) FROM files") != 0 {
			t.Fatalf("exit %d: %s%s", looked.code, looked.out, looked.err)
		}
		for _, want := range []string{"line 3 not understood: citizen.email", "line 4 not understood: service", "1 would be opened; nothing was written", "2 not understood"} {
			if !strings.Contains(looked.out, want) {
				t.Errorf("no %q in\n%s", want, looked.out)
			}
		}
		if r := house.run("file", "import", "--apply", list); r.code != exitDone || !strings.Contains(r.out, "1 opened; 0 known already; 2 not understood") {
			t.Errorf("exit %d: %s%s", r.code, r.out, r.err)
		}
		if r := house.run("file", "import", "--apply", list); !strings.Contains(r.out, "0 opened; 1 known already") || house.count("SELECT count(*) FROM files") != 1 {
			t.Errorf("a second time: %s%s", r.out, r.err)
		}
		if n := house.count("SELECT count(*) FROM files WHERE due = '2024-08-13' AND owner_id = ''"); n != 1 {
			t.Error("the legal date is not the one of the step since 13 June 2024, or somebody owns it")
		}
	})
}

// TestForgettingIsCountedFirst: nothing is erased without --apply, and nothing
// that is younger than a month ever.
func TestForgettingIsCountedFirst(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		house := install(t, url)
		house.serve()
		if r := house.run("forget"); r.code != exitDone || !strings.Contains(r.out, "0 files, 0 looks at files, 0 needs would be forgotten; nothing was erased") {
			t.Errorf("exit %d: %s%s", r.code, r.out, r.err)
		}
		if r := house.run("forget", "--apply"); r.code != exitDone || !strings.Contains(r.out, "needs forgotten") {
			t.Errorf("exit %d: %s%s", r.code, r.out, r.err)
		}
		if r := house.run("forget", "--contact", "1", "--apply"); r.code != exitFault {
			t.Errorf("exit %d: %s%s", r.code, r.out, r.err)
		}
	})
}
