package configs_test

import (
	_ "embed"
	"errors"
	"strings"
	"testing"

	"mawid/configs"
)

// small is a catalogue with one of each, that has no fault.
//
//go:embed testdata/small.yaml
var small string

func faultsOf(t *testing.T, data string) configs.Faults {
	t.Helper()
	s, err := configs.Read("f", []byte(data), zones{})
	if err == nil {
		return configs.Faults{}
	}
	var faults configs.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("the error is a %T, want Faults", err)
	}
	if len(s.Offices) != 0 {
		t.Error("a faulty file gave content as well")
	}
	return faults
}

func TestSmallIsSound(t *testing.T) {
	if f := faultsOf(t, small); len(f.List()) > 0 {
		t.Fatal(configs.Format(f))
	}
}

// change is one row: in the small catalogue, old becomes new, and that is what
// the reader must say of it, no more and no less.
type change struct{ name, old, new, want string }

func run(t *testing.T, rows []change) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if n := strings.Count(small, row.old); n != 1 {
				t.Fatalf("%q stands %d times in the small catalogue", row.old, n)
			}
			got := configs.Format(faultsOf(t, strings.Replace(small, row.old, row.new, 1)))
			if got != row.want {
				t.Errorf("\n got %s\nwant %s", got, row.want)
			}
		})
	}
}
