package configs

import (
	"time"

	"mawid/scheduler"
)

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
		number("queue.walk_in_share", func(s *Settings) *int { return &s.Queue.WalkInShare }, 0, 100),
	}
}
