package calendar

import (
	"strings"
	"time"

	"github.com/emersion/go-ical"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// words is one appointment together with what is needed to word it.
type words struct {
	*locale.Language
	a       *scheduler.Appointment
	office  *scheduler.Office  // nil when the catalogue has it no longer
	service *scheduler.Service // likewise
	reach   scheduler.Reach
}

func (m *Maker) words(cat *scheduler.Catalogue, a *scheduler.Appointment) *words {
	w := &words{Language: m.book.Tag(a.Citizen.Language), a: a, reach: scheduler.Reach{Channel: a.Channel}}
	if m.reach != nil {
		w.reach = m.reach(cat, a)
	}
	if o, err := cat.Office(a.OfficeID); err == nil {
		w.office = o
	}
	if s, err := cat.Service(a.ServiceID); err == nil {
		w.service = s
	}
	return w
}

// entry words the appointment. The id, not the reference, makes the UID: it is
// random, stays for the life of the booking and opens nothing by itself.
func (w *words) entry(showService bool) *entry {
	e := &entry{
		uid:   w.a.ID + "@mawid",
		start: w.a.StartsAt, end: w.a.EndsAt,
		created: w.a.CreatedAt, changed: w.a.UpdatedAt,
		sequence: w.a.Sequence,
		status:   eventStatus(w.a.Status),
		free:     !w.a.Status.Live(),
		summary:  w.summary(showService), description: w.description(showService),
		location: w.officeName(),
	}
	if w.office != nil {
		e.geo = w.office.Geo
	}
	if w.a.Channel.Remote() {
		e.geo, e.location = nil, w.channel()
	}
	return e
}

// summary starts with the office's wall clock, so that it is there to read
// whatever a program makes of the zone.
func (w *words) summary(showService bool) string {
	title := w.Say("calendar.title", "office", w.officeName())
	if name := w.serviceName(); showService && name != "" {
		title = w.Say("calendar.service_title", "service", name, "office", w.officeName())
	}
	if w.a.Channel.Remote() {
		title = w.Say("channel.marked", "title", title, "channel", w.channel())
	}
	return w.marked(w.Say("calendar.timed", "time", w.Clock(wall(w.a)), "title", title))
}

// marked puts before a title what a program might hide: that the appointment is
// off or not sure.
func (w *words) marked(title string) string {
	switch w.a.Status {
	case scheduler.StatusCancelled:
		return w.Say("calendar.cancelled", "title", title)
	case scheduler.StatusDisplaced:
		return w.Say("calendar.displaced", "title", title)
	case scheduler.StatusPending, scheduler.StatusHeld:
		return w.Say("calendar.pending", "title", title)
	}
	return title
}

func (w *words) description(showService bool) string {
	lines := []string{w.Say("calendar.when", "when", w.TwoClocks(wall(w.a), nil))}
	if name := w.serviceName(); showService && name != "" {
		lines = append(lines, w.Say("calendar.service", "service", name))
	}
	lines = append(lines, w.Say("calendar.reference", "reference", w.a.Reference))
	return strings.Join(lines, "\n")
}

// more is what the person's own file says besides: how many come, what to
// bring, and the link, which many programs show only as text.
func (w *words) more(cat *scheduler.Catalogue, link string) string {
	var lines []string
	if w.a.Party > 1 {
		lines = append(lines, w.Say("calendar.persons", "persons", w.Plural("form.persons", w.a.Party)))
	}
	if papers := w.documents(cat); len(papers) > 0 {
		list := strings.Join(papers, " · ")
		if w.a.Channel.Remote() {
			lines = append(lines, w.Say("channel.have")+": "+list)
		} else {
			lines = append(lines, w.Say("calendar.bring", "documents", list))
		}
	}
	if link != "" {
		lines = append(lines, w.Say("calendar.manage", "link", link))
	}
	return strings.Join(lines, "\n")
}

func (w *words) documents(cat *scheduler.Catalogue) []string {
	if w.service == nil {
		return nil
	}
	var names []string
	for _, id := range w.service.Documents {
		if d, err := cat.Document(id); err == nil {
			names = append(names, w.Pick(d.Names))
		}
	}
	return names
}

func (w *words) officeName() string {
	if w.office == nil {
		return w.a.OfficeID
	}
	return w.Pick(w.office.Names)
}

func (w *words) serviceName() string {
	if w.service == nil {
		return ""
	}
	return w.Pick(w.service.Names)
}

// wall is the start as the office's clock shows it. It is taken from the stored
// date and time, which are the truth, not derived from the instant.
func wall(a *scheduler.Appointment) time.Time {
	shown := a.Place.Date.At(a.Place.Start, time.UTC)
	offset := int(shown.Sub(a.StartsAt) / time.Second)
	return a.Place.Date.At(a.Place.Start, time.FixedZone(a.Zone, offset))
}

// eventStatus: what is not certain to take place is tentative. A displaced
// appointment is not cancelled, since programs hide those and the person still
// has to choose another time.
func eventStatus(s scheduler.Status) ical.EventStatus {
	switch s {
	case scheduler.StatusCancelled:
		return ical.EventCancelled
	case scheduler.StatusHeld, scheduler.StatusPending, scheduler.StatusDisplaced:
		return ical.EventTentative
	}
	return ical.EventConfirmed
}

// sameMailbox compares as mail servers do in practice: case does not matter.
func sameMailbox(a, b string) bool { return strings.EqualFold(cleanLine(a), cleanLine(b)) }
