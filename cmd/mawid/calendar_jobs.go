package main

import (
	"fmt"

	"mawid/api/feed"
)

// calendarJobs keep calendars in memory true to what other nodes change.
func (h *house) calendarJobs() []job {
	if h.calendars == nil {
		return nil
	}
	return []job{{fmt.Sprintf("@every %s", feed.RefreshEvery), "learn which calendars changed", h.calendars.Refresh}}
}
