package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mawid/internal/testdb"
)

// TestBackupMovesHouse: a backup made while Mawid serves, restored into a
// database of the other kind; a person's link works there, and doctor finds
// nothing.
func TestBackupMovesHouse(t *testing.T) {
	t.Parallel()
	for name, urls := range map[string][2]func(testing.TB) string{
		"from sqlite":   {testdb.SQLite, testdb.EmptyPostgres},
		"from postgres": {testdb.Postgres, testdb.EmptySQLite},
	} {
		t.Run(name, func(t *testing.T) {
			secret := "MAWID_SECRET=" + strings.Repeat("k3y-", 12)
			old := install(t, urls[0](t), secret)
			server := old.serve()
			b := server.mustBook(t, server.slots(t, "dgi-safi", "dgi-if", 1)[0], old.somebody())

			file := filepath.Join(t.TempDir(), "mawid.backup")
			r := old.run("backup", file)
			if r.code != exitDone || !strings.Contains(r.out, "keep that too") {
				t.Fatalf("backup: exit %d\n%s%s", r.code, r.out, r.err)
			}
			info, err := os.Stat(file)
			must(t, err)
			if info.Mode().Perm() != 0o600 {
				t.Errorf("others may read the backup: %s", info.Mode())
			}
			if r := old.run("backup", file); r.code != exitFault || !strings.Contains(r.err, "exists") {
				t.Errorf("a second backup into the same file: exit %d\n%s%s", r.code, r.out, r.err)
			}
			if r := old.run("restore", file); r.code != exitFault || !strings.Contains(r.err, "in use") {
				t.Errorf("restore over a database in use: exit %d\n%s%s", r.code, r.out, r.err)
			}

			house := install(t, urls[1](t), secret)
			if r := house.run("restore", file); r.code != exitDone {
				t.Fatalf("restore: exit %d\n%s%s", r.code, r.out, r.err)
			}
			if got := house.serve().look(t, b); got.Reference != b.Reference || got.StartsAt != b.StartsAt || got.Status != "booked" {
				t.Errorf("after the move: %+v, want %+v", got, b)
			}
			house.healthy()
		})
	}
}
