package web

import "mawid/scheduler"

// remoteOffices are the offices that serve by one channel, to whom nobody comes.
type remoteOffices struct {
	Channel scheduler.ServiceChannel
	Offices []remoteOffice
}

type remoteOffice struct {
	officeLine
	Calls  bool   // the office calls
	Number string // what the person calls, or ""
}

// remoteOffices lists where a service is had without coming.
func (s *site) remoteOffices(v *visit, c *scheduler.Catalogue, sv *scheduler.Service) ([]remoteOffices, error) {
	if !v.lang.Speaks("channel") {
		return nil, nil
	}
	var out []remoteOffices
	for _, by := range scheduler.RemoteChannels {
		group := remoteOffices{Channel: by}
		for _, o := range c.OfficesBy(by, sv.ID) {
			line, err := s.officeLine(v, o, sv, by)
			if err != nil {
				return nil, err
			}
			own, err := o.Channel(by)
			if err != nil {
				return nil, err
			}
			group.Offices = append(group.Offices, remoteOffice{line, c.Calls(o.ID, by), own.Number})
		}
		if len(group.Offices) > 0 {
			out = append(out, group)
		}
	}
	return out, nil
}

// freely drops the days of the reader's stay from a choice by which nobody comes.
func (ch *choice) freely() {
	if ch.channel.Remote() {
		ch.stay = stay{}
	}
}

// remoteLine is an appointment of today by telephone or video, as an agent sees it.
type remoteLine struct {
	comingLine
	Channel scheduler.ServiceChannel
	Reach   scheduler.Reach
	Begin   bool // it can be begun now
	Missed  bool // it can be noted that nobody answered
	Serving bool
	Over    bool
}

// remoteLines are those of today that are still to take place, or are taking place.
func (w *deskWork) remoteLines(all []scheduler.Appointment) []remoteLine {
	var out []remoteLine
	now := w.s.now()
	for i := range all {
		a := &all[i]
		if !a.Channel.Remote() || a.Status == scheduler.StatusCancelled || a.Status == scheduler.StatusDisplaced {
			continue
		}
		booked := a.Status == scheduler.StatusBooked || a.Status == scheduler.StatusPending
		line := remoteLine{
			comingLine: w.comingLines(all[i : i+1])[0], Channel: a.Channel, Reach: w.s.Engine.Reach(w.c, a),
			Begin: booked && !now.Before(a.StartsAt.Add(-scheduler.CallEarly)), Serving: a.Status == scheduler.StatusServing,
		}
		line.Missed = line.Serving || a.Status == scheduler.StatusBooked && !now.Before(a.StartsAt)
		line.Over = !booked && !line.Serving
		out = append(out, line)
	}
	return out
}

// remoteStep begins or ends an appointment by telephone or video.
func (s *site) remoteStep(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	id, by := cut(v.PathValue("appointment"), 100), scheduler.Actor{Staff: u}
	var a scheduler.Appointment
	var err error
	switch v.PathValue("step") {
	case "begin":
		a, err = s.Engine.BeginRemote(v.Context(), id, by)
	case "served", "missed":
		a, err = s.Engine.EndRemote(v.Context(), id, v.PathValue("step") == "served", by)
	default:
		return errNotFound
	}
	if err != nil {
		return s.deskAgain(v, u, err)
	}
	v.did(a.OfficeID, a.ID)
	return v.redirect("/desk")
}
