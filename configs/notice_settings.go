package configs

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"mawid/scheduler"
)

var domainName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)

func checkDomain(s string) error {
	if len(s) > 200 || !domainName.MatchString(s) {
		return errors.New("want a domain name in small letters, such as rdv.example.ma")
	}
	return nil
}

func checkMailProtocol(s string) error {
	if s != "smtp" && s != "lmtp" {
		return errors.New("want smtp or lmtp")
	}
	return nil
}

// noticesTogether checks what only several settings of notices show.
func (s *Settings) noticesTogether() []Fault {
	var out []Fault
	fault := func(path, text string) { out = append(out, Fault{File: "settings", Path: path, Text: text}) }
	if (s.DKIM.Domain == "") != (s.DKIM.KeyFile == "") {
		fault("dkim", "want both domain and key_file, or neither")
	}
	if s.Bounces.Listen != Off && s.Bounces.Domain == "" {
		fault("bounces.domain", "is missing; want the domain of the return addresses")
	}
	return out
}

const on = "on"

// onOff is a setting that is on or off.
func onOff(name string, field func(*Settings) *bool) settingKey {
	return settingKey{
		name: name,
		set: func(s *Settings, v string) error {
			if v != on && v != Off {
				return errors.New("want on or off")
			}
			*field(s) = v == on
			return nil
		},
		show: func(s *Settings) string {
			if *field(s) {
				return on
			}
			return Off
		},
	}
}

// clockTime is a setting such as 10:00.
func clockTime(name string, field func(*Settings) *scheduler.TimeOfDay) settingKey {
	return settingKey{
		name: name,
		set: func(s *Settings, v string) error {
			t, err := scheduler.ParseTimeOfDay(v)
			if err != nil || t >= 24*60 {
				return errors.New("want a time of the day, such as 10:00")
			}
			*field(s) = t
			return nil
		},
		show: func(s *Settings) string { return field(s).String() },
	}
}

// minutes is a duration, given in whole minutes.
func minutes(name string, field func(*Settings) *time.Duration, low, high int) settingKey {
	return settingKey{
		name: name,
		set: func(s *Settings, v string) error {
			n, err := strconv.Atoi(v)
			if err != nil || n < low || n > high {
				return fmt.Errorf("want a whole number from %d to %d", low, high)
			}
			*field(s) = time.Duration(n) * time.Minute
			return nil
		},
		show: func(s *Settings) string { return strconv.Itoa(int(*field(s) / time.Minute)) },
	}
}

// quiet is a stretch of the day such as 21:00-08:00, or off.
func quiet(name string, field func(*Settings) *scheduler.Quiet) settingKey {
	return settingKey{
		name: name,
		set: func(s *Settings, v string) error {
			q, ok := parseQuiet(v)
			if !ok {
				return errors.New("want " + wantQuiet)
			}
			*field(s) = q
			return nil
		},
		show: func(s *Settings) string {
			q := *field(s)
			if q.From == q.To {
				return Off
			}
			return q.From.String() + "-" + q.To.String()
		},
	}
}

const wantQuiet = "two times of the day, such as 21:00-08:00, or off"

// parseQuiet reads a stretch of the day, or off.
func parseQuiet(text string) (q scheduler.Quiet, ok bool) {
	if text == Off {
		return q, true
	}
	from, to, _ := strings.Cut(text, "-")
	f, err1 := scheduler.ParseTimeOfDay(from)
	t, err2 := scheduler.ParseTimeOfDay(to)
	return scheduler.Quiet{From: f, To: t}, err1 == nil && err2 == nil && f != t && f < 24*60 && t < 24*60
}

// quiet reads a stretch of the day of a catalogue file; nil when it is not given.
func (v value) quiet() *scheduler.Quiet {
	if v.absent() {
		return nil
	}
	text, ok := v.words()
	if !ok {
		return nil
	}
	q, ok := parseQuiet(text)
	if !ok {
		v.want(wantQuiet)
		return nil
	}
	return &q
}
