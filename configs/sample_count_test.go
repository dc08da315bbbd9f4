package configs_test

import (
	"testing"

	"mawid/configs"
)

func readSample(t *testing.T) configs.Sample {
	t.Helper()
	s, err := configs.Read(configs.SampleName, configs.SampleFile, zones{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSampleIsWhole(t *testing.T) {
	s := readSample(t)
	for what, n := range map[string][2]int{
		"administrations": {len(s.Administrations), 12}, "offices": {len(s.Offices), 14},
		"services": {len(s.Services), 48}, "documents": {len(s.Documents), 35},
		"hours templates": {len(s.Hours), 4}, "closures": {len(s.Closures), 15}, "periods": {len(s.Periods), 1},
		"legal clocks": {len(s.LegalClocks), 4}, "chains": {len(s.Chains), 6}, "priority groups": {len(s.PriorityGroups), 5},
		"assisted channels": {len(s.AssistedChannels), 5}, "escalation": {len(s.Escalation), 4},
		"countries": {len(s.Countries), 15}, "patterns": {len(s.Patterns), 5}, "regions": {len(s.Regions), 12},
		"municipalities": {len(s.Municipalities), 3}, "circles": {len(s.Circles), 3}, "outsiders": {len(s.Outsiders), 9},
		"locales": {len(s.Locales), 8}, "key days": {len(s.Season.KeyDays), 1}, "peaks": {len(s.Season.Peaks), 3},
	} {
		if n[0] != n[1] {
			t.Errorf("%s: %d, want %d", what, n[0], n[1])
		}
	}
}
