package calendar

import (
	"strings"

	"github.com/emersion/go-ical"

	"mawid/scheduler"
)

// days writes the legal date of a file's running step and the days of promises
// that are owed, as whole days that take no time. They name the reference only:
// many programs fetch feeds through servers abroad.
func (m *Maker) days(f *scheduler.File) []*ical.Component {
	l := m.book.TagIn("file", f.Citizen.Language)
	var out []*ical.Component
	if s := f.Current(); s != nil && !s.Due.IsZero() {
		out = append(out, wholeDay(f, "due", s.Due, l.Say("calendar.file_due", "reference", f.Reference)))
	}
	for i := range f.Promises {
		if p := &f.Promises[i]; p.KeptOn.IsZero() && p.ReplacedBy == "" {
			out = append(out, wholeDay(f, p.ID, p.By, l.Say("calendar.file_promised", "reference", f.Reference)))
		}
	}
	return out
}

// wholeDay is a VEVENT with a date and no time (RFC 5545, 3.6.1): a day long.
func wholeDay(f *scheduler.File, what string, on scheduler.Date, summary string) *ical.Component {
	c := ical.NewComponent(ical.CompEvent)
	setLine(c.Props, ical.PropUID, f.ID+"."+what+"@mawid")
	setInt(c.Props, ical.PropSequence, f.Revision)
	setTime(c.Props, ical.PropDateTimeStamp, f.UpdatedAt)
	setTime(c.Props, ical.PropLastModified, f.UpdatedAt)
	setTime(c.Props, ical.PropCreated, f.CreatedAt)
	start := ical.NewProp(ical.PropDateTimeStart)
	start.Params.Set(ical.ParamValue, "DATE")
	start.Value = strings.ReplaceAll(on.String(), "-", "")
	c.Props.Set(start)
	setRaw(c.Props, ical.PropStatus, string(ical.EventConfirmed))
	setRaw(c.Props, ical.PropTransparency, "TRANSPARENT")
	setRaw(c.Props, ical.PropClass, "PRIVATE")
	setLine(c.Props, ical.PropSummary, summary)
	return c
}
