package configs

import (
	"net/url"
	"slices"
	"strings"

	"mawid/scheduler"
)

// officeChannels reads how an office serves who does not come.
func officeChannels(v value) []scheduler.OfficeChannel {
	if v.absent() {
		return nil
	}
	o := v.object()
	defer o.done()
	var out []scheduler.OfficeChannel
	for _, by := range scheduler.RemoteChannels {
		if in := o.get(string(by)); !in.absent() {
			out = append(out, officeChannel(by, in))
		}
	}
	return out
}

func officeChannel(by scheduler.ServiceChannel, v value) scheduler.OfficeChannel {
	o := v.object()
	defer o.done()
	c := scheduler.OfficeChannel{
		Channel:    by,
		Services:   referAll(o.need("services").some(), aService),
		Provenance: o.provenance(),
	}
	o.desksInto(&c)
	if by == scheduler.Video {
		c.Meeting = o.need("meeting").meeting()
		o.forbid("number", "belongs to telephone only")
		return c
	}
	c.Number = o.get("number").like(phone, "a telephone number in the form +212537273727")
	o.forbid("meeting", "belongs to video only")
	return c
}

// desksInto reads whose places a channel takes: those of its own desks, or those of
// who comes.
func (o *object) desksInto(c *scheduler.OfficeChannel) {
	if o.get("same_desks").flag() {
		o.forbid("desks", "same_desks takes the places of who comes; it has no desks of its own")
		o.forbid("hours", "same_desks is open when the office is")
		return
	}
	c.Desks = o.need("desks").integer(1, maxDesks)
	if hours := o.get("hours"); !hours.absent() {
		c.Hours = referAll(hours.some(), anHours)
	}
}

// meeting reads the address of a video meeting: encrypted, with one mark for the
// room, behind the host, and nothing that would not reach the meeting's server.
func (v value) meeting() string {
	s, ok := v.words()
	if !ok {
		return ""
	}
	const want = `want an address such as https://meet.example.org/mawid-{room}`
	u, err := url.Parse(strings.ReplaceAll(s, scheduler.RoomMark, "room"))
	host, _, found := strings.Cut(strings.TrimPrefix(s, "https://"), "/")
	switch {
	case err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || !found || len(s) > maxMeeting || strings.ContainsAny(s, " \t\"<>\\"):
		v.fault("%s: %s", quote(s), want)
	case strings.Count(s, scheduler.RoomMark) != 1 || strings.Contains(host, "{"):
		v.fault("%s must hold %s once, behind the host: it becomes what nobody can guess", quote(s), scheduler.RoomMark)
	case strings.ContainsAny(strings.Replace(s, scheduler.RoomMark, "", 1), "{}"):
		v.fault("%s holds a mark other than %s", quote(s), scheduler.RoomMark)
	default:
		return s
	}
	return ""
}

const maxMeeting = 300 // characters of a meeting's address

// channels must offer services of their own office, and none that the law wants
// done in person.
func (c *checker) channels() {
	services := map[string]*scheduler.Service{}
	for i := range c.data.Services {
		services[c.data.Services[i].ID] = &c.data.Services[i]
	}
	for _, o := range c.data.Offices {
		place := c.at["office/"+o.ID]
		if len(o.Channels) > 0 && o.ExternalBooking != "" {
			place.fault("is booked elsewhere; it cannot have channels")
		}
		for _, offer := range o.Channels {
			for _, id := range offer.Services {
				s := services[id]
				switch {
				case s == nil: // faulted as a reference
				case s.OfficeID != o.ID:
					place.fault("offers %q by %s, which is a service of %q", id, offer.Channel, s.OfficeID)
				case s.Rules.InPersonOnly:
					place.fault("offers %q by %s, which must be done in person", id, offer.Channel)
				}
			}
			for _, h := range c.data.Hours {
				if slices.Contains(offer.Hours, h.ID) && h.Additive && len(offer.Hours) == 1 {
					place.fault("the hours template %q only adds hours; %s needs one that stands alone", h.ID, offer.Channel)
				}
			}
		}
	}
}
