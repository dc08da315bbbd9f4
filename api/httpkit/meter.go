package httpkit

import (
	"sync"
	"time"

	"mawid/scheduler"
)

// meter measures how often something happens on this node, over the last minute:
// what happened in the present minute, and of the one before the part that is
// less than a minute ago, as if it had been even.
type meter struct {
	clock     scheduler.Clock
	perMinute int

	mu       sync.Mutex
	minute   int64 // unix minutes
	now, was int
}

func newMeter(clock scheduler.Clock, perMinute int) *meter {
	return &meter{clock: clock, perMinute: perMinute}
}

// add counts one and returns how many times as much as perMinute it is.
func (m *meter) add() float64 { return m.count(1) }

// level is add that counts nothing.
func (m *meter) level() float64 { return m.count(0) }

func (m *meter) count(n int) float64 {
	if m.perMinute <= 0 {
		return 0
	}
	at := m.clock()
	m.mu.Lock()
	defer m.mu.Unlock()
	switch minute := at.Unix() / 60; {
	case minute == m.minute+1:
		m.minute, m.was, m.now = minute, m.now, 0
	case minute != m.minute:
		m.minute, m.was, m.now = minute, 0, 0
	}
	m.now += n
	into := float64(at.UnixMicro()%time.Minute.Microseconds()) / float64(time.Minute.Microseconds())
	return (float64(m.now) + float64(m.was)*(1-into)) / float64(m.perMinute)
}
