package configs

import (
	"path/filepath"
	"time"

	"mawid/scheduler"
)

// DayLists says where the day lists of offices are written, and from when on.
type DayLists struct {
	// Dir is a directory of their own, Off for none; empty: day-lists in DataDir.
	Dir  string
	From scheduler.TimeOfDay // on each office's clock
}

// DayListDir is the directory of the day lists, also when none are written.
func (s Settings) DayListDir() string {
	if s.DayLists.Dir == "" || s.DayLists.Dir == Off {
		return filepath.Join(s.DataDir, "day-lists")
	}
	return s.DayLists.Dir
}

// queueKeys lists the settings of the waiting room. Every node of one database
// needs the same: what they say is written on a ticket when it is drawn.
func queueKeys() []settingKey {
	of := func(field func(*scheduler.QueuePolicy) *time.Duration) func(*Settings) *time.Duration {
		return func(s *Settings) *time.Duration { return field(&s.Queue) }
	}
	return []settingKey{
		minutes("queue.late_minutes", of(func(p *scheduler.QueuePolicy) *time.Duration { return &p.Grace }), 0, 240),
		minutes("queue.late_penalty_minutes", of(func(p *scheduler.QueuePolicy) *time.Duration { return &p.LatePenalty }), 0, 240),
		minutes("queue.walk_in_minutes", of(func(p *scheduler.QueuePolicy) *time.Duration { return &p.WalkInCredit }), 0, 240),
		minutes("queue.group_minutes", of(func(p *scheduler.QueuePolicy) *time.Duration { return &p.GroupCredit }), 0, 60),
		minutes("queue.longest_wait_minutes", of(func(p *scheduler.QueuePolicy) *time.Duration { return &p.MaxWait }), 10, 480),
		minutes("queue.recall_minutes", of(func(p *scheduler.QueuePolicy) *time.Duration { return &p.RecallAfter }), 0, 30),
		number("queue.calls", func(s *Settings) *int { return &s.Queue.MaxCalls }, 1, 10),
		minutes("queue.check_in_early_minutes", of(func(p *scheduler.QueuePolicy) *time.Duration { return &p.CheckInEarly }), 0, 24*60),
		minutes("queue.undo_minutes", of(func(p *scheduler.QueuePolicy) *time.Duration { return &p.UndoWithin }), 0, 60),
		number("queue.near_places", func(s *Settings) *int { return &s.Queue.NearPlaces }, 0, 50),
		minutes("queue.near_minutes", of(func(p *scheduler.QueuePolicy) *time.Duration { return &p.NearWait }), 10, 240),
		number("queue.walk_in_share", func(s *Settings) *int { return &s.Queue.WalkInShare }, 0, 100),
		text("queue.day_lists", func(s *Settings) *string { return &s.DayLists.Dir }, checkPath, plain),
		clockTime("queue.day_list_time", func(s *Settings) *scheduler.TimeOfDay { return &s.DayLists.From }),
	}
}
