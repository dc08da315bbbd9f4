package scheduler_test

import (
	"errors"
	"testing"

	"mawid/scheduler"
)

// TestADeskIsItsAgents: an agent opens and closes their own desk, who runs the room
// any of their office, and nobody one of another office.
func TestADeskIsItsAgents(t *testing.T) {
	each(t, func(w *world) {
		w.set("2027-06-01 09:00")
		ali, badr, solo := agent("ali", "trio"), agent("badr", "trio"), agent("solo", "solo")
		head := agent("head", "trio")
		head.Staff.Role = scheduler.RoleSupervisor
		w.must(w.OpenDesk(w.Context(), "trio-1", "ali", ali))
		for what, refused := range map[string]struct{ got, want error }{
			"a colleague closes it":          {w.CloseDesk(w.Context(), "trio-1", badr), scheduler.ErrNotAllowed},
			"a colleague seats somebody":     {w.OpenDesk(w.Context(), "trio-2", "ali", badr), scheduler.ErrNotAllowed},
			"another office closes it":       {w.CloseDesk(w.Context(), "trio-1", solo), scheduler.ErrNotFound},
			"another office's agent sits at": {w.OpenDesk(w.Context(), "trio-2", "solo", solo), scheduler.ErrNotFound},
		} {
			if !errors.Is(refused.got, refused.want) {
				t.Errorf("%s: %v, want %v", what, refused.got, refused.want)
			}
		}
		w.must(w.OpenDesk(w.Context(), "trio-2", "ali", head)) // the first one is left
		w.must(w.CloseDesk(w.Context(), "trio-2", head))
		w.must(w.OpenDesk(w.Context(), "trio-1", "ali", ali))
		w.must(w.CloseDesk(w.Context(), "trio-1", ali))
	})
}
