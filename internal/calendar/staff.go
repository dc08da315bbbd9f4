package calendar

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-ical"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// How far calendars of staff look, from the present: an agent prepares weeks
// ahead and looks back on the last one; an office's is for the day's work.
const (
	AgentPast    = 7 * 24 * time.Hour
	AgentFuture  = 60 * 24 * time.Hour
	OfficePast   = 24 * time.Hour
	OfficeFuture = 30 * 24 * time.Hour
	// PlacesDays is how many days free places are shown for, today included.
	PlacesDays = 14
)

// Horizon is from when to when a calendar of staff shows appointments. It moves
// once a day only, at midnight UTC, so that its bytes stay the same meanwhile.
func Horizon(kind scheduler.FeedKind, now time.Time) (from, to time.Time) {
	today := now.UTC().Truncate(24 * time.Hour)
	if kind == scheduler.FeedOffice {
		return today.Add(-OfficePast), today.Add(OfficeFuture + 24*time.Hour)
	}
	return today.Add(-AgentPast), today.Add(AgentFuture + 24*time.Hour)
}

// StaffOptions say what a calendar of staff shows.
type StaffOptions struct {
	Kind     scheduler.FeedKind // FeedAgent or FeedOffice
	Language string             // code; the text is in one language throughout
	OfficeID string             // the one office it shows, or ""
	Now      time.Time          // decides what is shown
}

// Staff writes who comes to offices as one calendar, in any order, without a
// name, an address or a word that a person typed: it leaves the house.
func (m *Maker) Staff(cat *scheduler.Catalogue, list []scheduler.Appointment, o StaffOptions) ([]byte, error) {
	l := m.book.Tag(o.Language)
	cal := newCalendar()
	describeAs(cal.Props, staffTitle(l, cat, o), staffColour(o.Kind))
	for _, a := range StaffWindow(list, o.Kind, o.Now) {
		cal.Children = append(cal.Children, m.visit(cat, &a, l, o.Kind).component())
	}
	return encode(cal)
}

// StaffWindow returns what a calendar of staff shows of list, by start and id.
func StaffWindow(list []scheduler.Appointment, kind scheduler.FeedKind, now time.Time) []scheduler.Appointment {
	from, to := Horizon(kind, now)
	var shown []scheduler.Appointment
	for _, a := range list {
		if !gone(&a, now) && !a.StartsAt.Before(from) && a.StartsAt.Before(to) {
			shown = append(shown, a)
		}
	}
	slices.SortFunc(shown, func(a, b scheduler.Appointment) int {
		return cmp.Or(a.StartsAt.Compare(b.StartsAt), cmp.Compare(a.ID, b.ID))
	})
	return shown[:min(len(shown), FeedEvents)]
}

// visit words an appointment for staff.
func (m *Maker) visit(cat *scheduler.Catalogue, a *scheduler.Appointment, l *locale.Language, kind scheduler.FeedKind) *entry {
	w := m.words(cat, a)
	w.Language = l
	e := w.entry(false)
	// Another UID than in the person's own calendar: an agent may be one too.
	e.uid = a.ID + ".visit@mawid"
	e.organizer, e.attendee = nil, nil
	title := a.Reference
	if name := w.serviceName(); kind == scheduler.FeedAgent && name != "" {
		title = w.Say("calendars.visit", "service", name, "reference", a.Reference)
	}
	if a.Channel.Remote() { // the link is at the desk
		title = w.Say("channel.marked", "title", title, "channel", w.channel())
	}
	e.summary = w.marked(w.Say("calendar.timed", "time", w.Clock(wall(a)), "title", title))
	lines := []string{
		w.Say("calendar.when", "when", w.TwoClocks(wall(a), nil)),
		w.Say("calendar.where", "office", w.officeName()), w.Say("calendar.reference", "reference", a.Reference),
	}
	if a.Party > 1 {
		lines = append(lines, w.Say("calendar.persons", "persons", w.Plural("form.persons", a.Party)))
	}
	e.description = strings.Join(lines, "\n")
	return e
}

func staffTitle(l *locale.Language, cat *scheduler.Catalogue, o StaffOptions) title {
	if o.Kind == scheduler.FeedAgent {
		return title{l.Say("calendars.agent.name"), l.Say("calendars.agent.about")}
	}
	name := o.OfficeID
	if office, err := cat.Office(o.OfficeID); err == nil {
		name = l.Pick(office.Names)
	}
	return title{l.Say("calendars.office.name", "office", name), l.Say("calendars.office.about")}
}

func staffColour(kind scheduler.FeedKind) colour {
	switch kind {
	case scheduler.FeedAgent:
		return colour{"steelblue", "#4682B4"}
	case scheduler.FeedPlaces:
		return colour{"seagreen", "#2E8B57"}
	}
	return colour{"darkgoldenrod", "#B8860B"}
}

// Places writes how much is free as a calendar: one event for each office and
// half-day, which does not make its reader look busy. book leads to the page
// where a place can be booked, or is "". day is the instant of DTSTAMP: the
// events change with every booking, and a stamp that did as well would make
// programs fetch in vain.
func (m *Maker) Places(cat *scheduler.Catalogue, list []scheduler.FreePlaces, language string, day time.Time,
	zones scheduler.Zones, book func(*scheduler.FreePlaces) string,
) ([]byte, error) {
	l := m.book.Tag(language)
	cal := newCalendar()
	describeAs(cal.Props, title{l.Say("calendars.places.name"), l.Say("calendars.places.about")}, staffColour(scheduler.FeedPlaces))
	for i := range list[:min(len(list), FeedEvents)] {
		e, err := freeEntry(cat, &list[i], l, day, zones)
		if err != nil {
			return nil, err
		}
		if e.link, err = webLink(book(&list[i])); err != nil {
			return nil, err
		}
		if e.link != nil {
			e.description += "\n" + l.Say("calendars.places.book", "link", e.link.String())
		}
		c := e.component()
		setRaw(c.Props, "X-MICROSOFT-CDO-BUSYSTATUS", "FREE")
		setRaw(c.Props, ical.PropClass, "PUBLIC")
		cal.Children = append(cal.Children, c)
	}
	return encode(cal)
}

func freeEntry(cat *scheduler.Catalogue, p *scheduler.FreePlaces, l *locale.Language, day time.Time, zones scheduler.Zones) (*entry, error) {
	loc, err := zones.Load(p.Zone)
	if err != nil {
		return nil, err
	}
	half := "am"
	if p.Afternoon {
		half = "pm"
	}
	e := &entry{
		uid: "places." + p.OfficeID + "." + p.Date.String() + "." + half + "@mawid", start: p.From, end: p.To, created: day, changed: day,
		status: ical.EventConfirmed, free: true, location: p.OfficeID,
	}
	if o, err := cat.Office(p.OfficeID); err == nil {
		e.location, e.geo = l.Pick(o.Names), o.Geo
	}
	from := p.From.In(loc)
	free := l.Say("calendars.places.at", "places", l.Plural("calendars.places.free", p.Places), "office", e.location)
	e.summary = l.Say("calendar.timed", "time", l.Clock(from), "title", free)
	e.description = l.Say("calendar.when", "when", l.TwoClocks(from, nil))
	return e, nil
}
