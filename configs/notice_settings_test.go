package configs_test

import (
	"slices"
	"strings"
	"testing"

	"mawid/configs"
	"mawid/scheduler"
)

func TestNoticeSettingsSayWhatTheyWant(t *testing.T) {
	for line, want := range map[string]string{
		"reminder_eve: yes":           "want on or off",
		"reminder_time: 25:00":        "want a time of the day",
		"last_minutes: -1":            "want a whole number from 0 to 1440",
		"quiet_night: 21:00":          "want two times of the day",
		"quiet_night: 21:00-21:00":    "want two times of the day",
		"quiet_friday: 12:00-24:00":   "want two times of the day",
		"reminder_working_days: many": "want a whole number from 0 to 20",
	} {
		_, err := configs.Load(write(t, "notices: {"+line+"}"), nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", line, err, want)
		}
	}
}

func TestAnOfficeMayDepartFromThePolicy(t *testing.T) {
	changed := strings.Replace(string(configs.SampleFile), "desks: 2", "desks: 2\n        notices: {reminder_working_days: 2, reminder_eve: false, week_ahead_days: 0, questions: false, quiet_night: 22:00-07:30, quiet_friday: 11:30-15:00, quiet_ramadan: off}", 1)
	s, err := configs.Read("f", []byte(changed), nil)
	if err != nil {
		t.Fatal(err)
	}
	departing := 0
	for _, o := range s.Offices {
		if n := o.Notices; n != nil {
			departing++
			quiet := []scheduler.Quiet{*n.Night, *n.Friday, *n.Ramadan}
			want := []scheduler.Quiet{{From: 22 * 60, To: 7*60 + 30}, {From: 11*60 + 30, To: 15 * 60}, {}}
			if *n.WorkingDays != 2 || *n.Eve || *n.WeekAhead != 0 || *n.Questions || !slices.Equal(quiet, want) {
				t.Errorf("%+v, quiet %v", n, quiet)
			}
		}
	}
	if departing != 1 {
		t.Errorf("%d offices depart, want 1", departing)
	}
}

func TestAnOfficesQuietHoursAreTimes(t *testing.T) {
	for _, hours := range []string{"17:00", "17:00-17:00", "17:00-24:00", "after sunset", "[17:00]"} {
		changed := strings.Replace(string(configs.SampleFile), "desks: 2", "desks: 2\n        notices: {quiet_ramadan: "+hours+"}", 1)
		if _, err := configs.Read("f", []byte(changed), nil); err == nil || !strings.Contains(err.Error(), "quiet_ramadan") {
			t.Errorf("%s: %v", hours, err)
		}
	}
}
