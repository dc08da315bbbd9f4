package calendar

import (
	"github.com/emersion/go-ical"

	"mawid/scheduler"
)

// Object is a calendar that is not yet written, for CalDAV.
type Object = ical.Calendar

// VisitObject is one appointment as an agent's calendar shows it.
func (m *Maker) VisitObject(cat *scheduler.Catalogue, a *scheduler.Appointment, language string) *Object {
	cal := newCalendar()
	cal.Children = append(cal.Children, m.visit(cat, a, m.book.Tag(language), scheduler.FeedAgent).component())
	clean(cal.Component)
	return cal
}

// VisitFile writes what VisitObject gives.
func (m *Maker) VisitFile(cat *scheduler.Catalogue, a *scheduler.Appointment, language string) ([]byte, error) {
	return encode(m.VisitObject(cat, a, language))
}
