package configs_test

import (
	"strings"
	"testing"

	"mawid/configs"
)

func TestQueueSettingsSayWhatTheyWant(t *testing.T) {
	for line, want := range map[string]string{
		"late_minutes: -1":          "queue.late_minutes: want a whole number from 0 to 240",
		"longest_wait_minutes: 9":   "queue.longest_wait_minutes: want a whole number from 10 to 480",
		"walk_in_share: 40%":        "queue.walk_in_share: want a whole number from 0 to 100",
		"walk_in_share: 101":        "queue.walk_in_share: want a whole number from 0 to 100",
		"calls: 0":                  "queue.calls: want a whole number from 1 to 10",
		"near_places: some":         "queue.near_places: want a whole number from 0 to 50",
		"recall: 1":                 `queue.recall: unknown key "recall"`,
		"walk_in_shares: 10":        "walk_in_share",
		"group_minutes: [1]":        "want one plain value",
		"check_in_early_minutes: x": "want a whole number from 0 to 1440",
	} {
		_, err := configs.Load(write(t, "queue:\n  "+line+"\n"), nil)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "mawid.yaml:2:") {
			t.Errorf("%s: %v, want %q in line 2", line, err, want)
		}
	}
}
