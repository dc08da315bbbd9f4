package web

import (
	"slices"
	"strings"

	"mawid/scheduler"
)

// story words the steps of a ticket: when, what, by what right, and by whom.
func (w *deskWork) story(ticketID string, u *scheduler.User) ([]storyLine, error) {
	steps, err := w.s.Engine.Story(w.v.Context(), ticketID, scheduler.Actor{Staff: u})
	if err != nil {
		return nil, err
	}
	logins, err := w.s.logins(w.v)
	if err != nil {
		return nil, err
	}
	lines := make([]storyLine, len(steps))
	for i := range steps {
		s := &steps[i]
		staff, _ := strings.CutPrefix(s.Actor, "staff:")
		lines[i] = storyLine{
			At: w.v.lang.Clock(s.At.In(w.loc)), What: w.v.lang.Say("desk.step." + string(s.What)), Why: w.why(s), Who: logins[staff],
		}
	}
	return lines, nil
}

// why words the reason of a step, "" where there is none to tell.
func (w *deskWork) why(s *scheduler.TicketStep) string {
	switch s.What {
	case scheduler.StepCalled, scheduler.StepArrived:
		if key := "desk.why." + strings.ReplaceAll(s.Reason, " ", "_"); slices.Contains(w.s.keys, key) {
			return w.v.lang.Say(key)
		}
	case scheduler.StepPriority:
		if s.Reason == "" {
			return w.v.lang.Say("desk.no_priority")
		}
		return w.group(s.Reason)
	case scheduler.StepFinished:
		if key := "desk.outcome." + s.Reason; slices.Contains(w.s.keys, key) {
			return w.v.lang.Say(key)
		}
	case scheduler.StepServices:
		return serviceName(w.v.lang, w.c, s.Reason).Text
	case scheduler.StepTransferred:
		return serviceName(w.v.lang, w.c, s.ServiceID).Text
	case scheduler.StepUndone:
		return w.v.lang.Say("desk.step." + s.Reason)
	}
	return ""
}

// prioritising is the form for the priority of one waiting ticket.
type prioritising struct {
	ID, Number, Chosen string
	Groups             []groupChoice
}
