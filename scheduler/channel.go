package scheduler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ServiceChannel is how a service is had: by coming, by telephone or by video.
// It is no Channel, by which a notice reaches a person.
type ServiceChannel string

// The channels of services. The zero value is coming to the office.
const (
	InPerson  ServiceChannel = ""
	Telephone ServiceChannel = "telephone"
	Video     ServiceChannel = "video"
)

// RemoteChannels lists those in which nobody comes, in the order in which people
// see them.
var RemoteChannels = [...]ServiceChannel{Telephone, Video}

// Remote reports whether nobody comes to the office.
func (s ServiceChannel) Remote() bool { return s != InPerson }

// String is the word of the API: "in_person", "telephone" or "video".
func (s ServiceChannel) String() string {
	if s == InPerson {
		return "in_person"
	}
	return string(s)
}

// ParseServiceChannel reads the word of the API; "" is in_person. An unknown one
// is an InvalidError.
func ParseServiceChannel(text string) (ServiceChannel, error) {
	switch s := ServiceChannel(text); {
	case text == "" || text == InPerson.String():
		return InPerson, nil
	case slices.Contains(RemoteChannels[:], s):
		return s, nil
	}
	return InPerson, Invalid("channel", "unknown", "want in_person, telephone or video")
}

// OfficeChannel is how an office serves who does not come.
type OfficeChannel struct {
	Channel ServiceChannel `json:"channel"`
	// Desks of its own; 0: the desks of who comes serve this too, and each place
	// that is taken here is taken there.
	Desks int `json:"desks,omitempty"`
	// Hours are templates of its own; none: those of the office. Only with Desks.
	Hours    []string `json:"hours,omitempty"`
	Services []string `json:"services"`
	// Meeting is the address of a video meeting, with RoomMark in it.
	Meeting string `json:"meeting,omitempty"`
	// Number is what the person calls (E.164); "" when the office calls them.
	Number     string `json:"number,omitempty"`
	Provenance string `json:"prov,omitempty"`
}

// RoomMark stands in a meeting's address for what nobody can guess.
const RoomMark = "{room}"

// Channel returns how an office serves by a channel, or ErrNotFound.
func (o *Office) Channel(by ServiceChannel) (*OfficeChannel, error) {
	for i := range o.Channels {
		if o.Channels[i].Channel == by {
			return &o.Channels[i], nil
		}
	}
	return nil, ErrNotFound
}

// Calls reports whether the office calls the person, who must give a number.
func (c *Catalogue) Calls(officeID string, by ServiceChannel) bool {
	o, err := c.Office(officeID)
	if err != nil || by != Telephone {
		return false
	}
	own, err := o.Channel(by)
	return err == nil && own.Number == ""
}

// Reach is how an office and a person meet without coming. It is no secret to
// either of them, and to nobody else.
type Reach struct {
	Channel ServiceChannel
	// Meeting is where a video appointment takes place; "" where the office has no
	// video any more.
	Meeting string
	// Number is what is called (E.164): by the office when Calls, else by the person.
	Number string
	Calls  bool
}

// Reach tells how the two of an appointment meet. The room of a meeting is derived
// from the secret and opens nothing else; it stays the same when the appointment
// moves.
func (e *Engine) Reach(c *Catalogue, a *Appointment) Reach {
	r := Reach{Channel: a.Channel}
	if !a.Channel.Remote() {
		return r
	}
	r.Calls = a.Channel == Telephone
	if o, err := c.Office(a.OfficeID); err == nil {
		if own, err := o.Channel(a.Channel); err == nil {
			r.Number, r.Calls = own.Number, r.Calls && own.Number == ""
			room := idEncoding.EncodeToString(e.keyed("room", a.ID)[:roomBytes])
			r.Meeting = strings.ReplaceAll(own.Meeting, RoomMark, room)
		}
	}
	if r.Calls {
		r.Number = a.Citizen.Phone
	}
	return r
}

// roomBytes make a room of 26 characters that nobody guesses.
const roomBytes = 16

// remotePools gives each channel of an office its pool: one of its own, or that of
// who comes.
func (c *Catalogue) remotePools(o *Office) {
	if o.Event || o.ExternalBooking != "" {
		return
	}
	for i := range o.Channels {
		own := &o.Channels[i]
		p := c.pools[o.ID]
		if own.Desks > 0 {
			p = &Pool{
				ID: o.ID + "/" + string(own.Channel), OfficeID: o.ID, Desks: min(own.Desks, maxDesks),
				Services: own.Services, Channel: own.Channel, Hours: own.Hours,
			}
			c.pools[p.ID] = p
		}
		if p == nil {
			continue
		}
		for _, s := range own.Services {
			key := channelKey{s, own.Channel}
			c.poolsByChannel[key] = append(c.poolsByChannel[key], p)
		}
	}
}

type channelKey struct {
	service string
	by      ServiceChannel
}

// PoolsBy is Pools for a channel: the pools whose places a service is had in.
func (c *Catalogue) PoolsBy(by ServiceChannel, serviceID, officeID string) []*Pool {
	if by == InPerson {
		return c.Pools(serviceID, officeID)
	}
	var out []*Pool
	for _, p := range c.poolsByChannel[channelKey{serviceID, by}] {
		if officeID == "" || p.OfficeID == officeID {
			out = append(out, p)
		}
	}
	return out
}

// OfficesBy is OfficesFor for a channel.
func (c *Catalogue) OfficesBy(by ServiceChannel, serviceID string) []*Office {
	if by == InPerson {
		return c.OfficesFor(serviceID)
	}
	var out []*Office
	for _, p := range c.poolsByChannel[channelKey{serviceID, by}] {
		out = append(out, c.offices[p.OfficeID])
	}
	return out
}

// PoolOpening is Opening for the desks of a pool, which may have hours of their
// own.
func (c *Catalogue) PoolOpening(p *Pool, date Date) Opening {
	office := c.offices[p.OfficeID]
	if office == nil {
		return Opening{Reason: ReasonNotOpen}
	}
	if len(p.Hours) == 0 {
		return c.Opening(office, date)
	}
	own := *office
	own.Hours = p.Hours
	return c.Opening(&own, date)
}

// checkNumber adds a fault when the office is to call somebody whose number it has
// not.
func (c *Catalogue) checkNumber(e *InvalidError, a *Appointment) {
	if c.Calls(a.OfficeID, a.Channel) && a.Citizen.Phone == "" {
		e.Add("citizen.phone", "required", "the office calls this number")
	}
}

// CallEarly is how long before its time an agent may begin an appointment by
// telephone or video.
const CallEarly = 15 * time.Minute

// BeginRemote notes that an agent calls the person, or opens the meeting: the
// appointment is being served. Nobody checks in, and no ticket is drawn. To staff
// of the office; ErrInvalidState for one that is not by telephone or video, not
// booked, not of today, or too far ahead.
func (e *Engine) BeginRemote(ctx context.Context, id string, by Actor) (Appointment, error) {
	return e.remoteStep(ctx, id, by, func(a *Appointment, now time.Time, today Date) error {
		switch {
		case a.Status != StatusBooked && a.Status != StatusPending, a.Place.Date != today:
			return ErrInvalidState
		case now.Before(a.StartsAt.Add(-CallEarly)):
			return fmt.Errorf("begun before %s ahead of time: %w", CallEarly, ErrInvalidState)
		}
		a.Status = StatusServing
		return nil
	})
}

// EndRemote notes what came of it: served, or no-show when the person did not
// answer or join. A no-show may also be noted of one that was not begun, once its
// time has come. Errors as BeginRemote.
func (e *Engine) EndRemote(ctx context.Context, id string, served bool, by Actor) (Appointment, error) {
	return e.remoteStep(ctx, id, by, func(a *Appointment, now time.Time, _ Date) error {
		begun := a.Status == StatusServing
		switch {
		case served && begun:
			a.Status = StatusServed
		case !served && (begun || a.Status == StatusBooked && !now.Before(a.StartsAt)):
			a.Status = StatusNoShow
		default:
			return ErrInvalidState
		}
		return nil
	})
}

// askCalled adds the three questions to the change that ends a call or a meeting
// that took place.
func (e *Engine) askCalled(ctx context.Context, a *Appointment, change *Change) error {
	if a.Status != StatusServed {
		return nil
	}
	v := a.visitEnd(a.UpdatedAt)
	return e.askAfter(ctx, &v, change)
}

// remoteStep changes the status of an appointment by telephone or video.
func (e *Engine) remoteStep(ctx context.Context, id string, by Actor, step func(*Appointment, time.Time, Date) error) (Appointment, error) {
	var a Appointment
	err := e.decide(ctx, "arrival "+id, func() (Change, error) {
		var err error
		if a, err = e.store.Appointment(ctx, id); err != nil {
			return Change{}, err
		}
		actor, err := staffName(by, a.OfficeID)
		if err != nil {
			return Change{}, err
		}
		loc, err := e.zones.Load(a.Zone)
		if err != nil {
			return Change{}, fmt.Errorf("zone of an appointment: %w", err)
		}
		if !a.Channel.Remote() {
			return Change{}, ErrInvalidState
		}
		now, before := e.now(), a.Status
		if err := step(&a, now, DateOf(now.In(loc))); err != nil {
			return Change{}, err
		}
		if a.Status == before {
			return Change{}, errNothingToDo
		}
		a.UpdatedAt = now
		a.Revision++
		change := Change{
			Updates: []Appointment{a}, History: []HistoryEntry{a.history(string(a.Status), actor, "", "")},
			RevokeNotices: []string{a.ID},
		}
		err = e.askCalled(ctx, &a, &change)
		return change, err
	})
	if err != nil && !errors.Is(err, errNothingToDo) {
		return Appointment{}, fmt.Errorf("appointment without coming: %w", err)
	}
	return a, nil
}
