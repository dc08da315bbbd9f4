package configs_test

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mawid/configs"
)

var update = flag.Bool("update", false, "write the golden files")

func TestTwentyFaultsAreAllTold(t *testing.T) {
	data, err := os.ReadFile("testdata/twenty.yaml")
	if err != nil {
		t.Fatal(err)
	}
	faults := faultsOf(t, string(data))
	if n := len(faults.List()); n != 20 {
		t.Errorf("%d faults, want 20", n)
	}
	got := configs.Format(faults) + "\n"
	if *update {
		if err := os.WriteFile("testdata/twenty.golden", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/twenty.golden")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Error(d)
	}
}
