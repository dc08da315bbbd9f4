package calendar

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-ical"

	"mawid/scheduler"
)

// entry is one appointment worded for a calendar.
type entry struct {
	uid              string
	start, end       time.Time // instants
	created, changed time.Time // instants
	sequence         int
	status           ical.EventStatus
	free             bool   // the time is not taken: the person may do something else
	summary          string // one line
	description      string
	location         string // one line
	geo              *scheduler.Geo
	link             *url.URL // nil for none
	organizer        *person  // nil for none
	attendee         *person  // nil for none
	conference       *url.URL // where to join or what to call; nil for none
	features         []string // of the conference, as FEATURE has them
	label            string   // likewise
}

// person is a mailbox in an invitation.
type person struct {
	name    string
	mailbox string // name@example.org
}

// component writes the entry as VEVENT. DTSTAMP is the time of the last change,
// not of the writing, so that the same appointment gives the same bytes
// (RFC 5545, 3.8.7.2, allows it where no METHOD is, and clients do not mind
// where one is).
func (e *entry) component() *ical.Component {
	c := ical.NewComponent(ical.CompEvent)
	setLine(c.Props, ical.PropUID, e.uid)
	setInt(c.Props, ical.PropSequence, e.sequence)
	setTime(c.Props, ical.PropDateTimeStamp, e.changed)
	setTime(c.Props, ical.PropLastModified, e.changed)
	setTime(c.Props, ical.PropCreated, e.created)
	setTime(c.Props, ical.PropDateTimeStart, e.start)
	if e.end.After(e.start) { // RFC 5545, 3.8.2.2
		setTime(c.Props, ical.PropDateTimeEnd, e.end)
	}
	setRaw(c.Props, ical.PropStatus, string(e.status))
	setRaw(c.Props, ical.PropTransparency, e.transparency())
	setRaw(c.Props, ical.PropClass, "PRIVATE")
	setLine(c.Props, ical.PropSummary, e.summary)
	setText(c.Props, ical.PropDescription, e.description)
	setLine(c.Props, ical.PropLocation, e.location)
	e.setOptional(c.Props)
	return c
}

func (e *entry) setOptional(props ical.Props) {
	if knownPlace(e.geo) {
		setRaw(props, ical.PropGeo, degrees(e.geo.Lat)+";"+degrees(e.geo.Lon))
		props.Set(e.appleLocation())
	}
	if e.link != nil {
		setURI(props, ical.PropURL, e.link)
	}
	if e.conference != nil {
		props.Set(e.conferenceProp())
	}
	if e.organizer != nil {
		props.Set(e.organizer.prop(ical.PropOrganizer))
	}
	if e.attendee != nil {
		props.Set(e.invited())
	}
}

// appleLocation is where Apple's programs look for a position: they do not read
// GEO, and want X-TITLE to be the LOCATION.
func (e *entry) appleLocation() *ical.Prop {
	p := ical.NewProp("X-APPLE-STRUCTURED-LOCATION")
	p.Value = "geo:" + degrees(e.geo.Lat) + "," + degrees(e.geo.Lon)
	p.Params.Set(ical.ParamValue, string(ical.ValueURI))
	p.Params.Set("X-ADDRESS", cleanParam(e.location))
	p.Params.Set("X-APPLE-RADIUS", "72") // metres
	p.Params.Set("X-TITLE", cleanParam(e.location))
	return p
}

func (e *entry) transparency() string {
	if e.free {
		return "TRANSPARENT"
	}
	return "OPAQUE"
}

// invited is the ATTENDEE. The person made the booking and Mawid reads no
// answers from mail, so none is asked for.
func (e *entry) invited() *ical.Prop {
	p := e.attendee.prop(ical.PropAttendee)
	p.Params.Set(ical.ParamRole, "REQ-PARTICIPANT")
	p.Params.Set(ical.ParamRSVP, "FALSE")
	p.Params.Set(ical.ParamParticipationStatus, "ACCEPTED")
	if e.status == ical.EventTentative {
		p.Params.Set(ical.ParamParticipationStatus, "TENTATIVE")
	}
	return p
}

func (p *person) prop(name string) *ical.Prop {
	prop := ical.NewProp(name)
	prop.Value = mailto(p.mailbox)
	if cn := cleanParam(p.name); cn != "" {
		prop.Params.Set(ical.ParamCommonName, cn)
	}
	return prop
}

// mailto writes the address of a mailbox (RFC 6068). What may stand as it is
// does: clients compare the text with the recipient's address.
func mailto(mailbox string) string {
	var b strings.Builder
	b.WriteString("mailto:")
	for _, c := range []byte(cleanLine(mailbox)) {
		if isAlphanumeric(c) || strings.IndexByte("-._~!$'()*+:@", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

func isAlphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// knownPlace reports whether a position is good enough to walk to.
func knownPlace(g *scheduler.Geo) bool {
	return g != nil && g.Precision != "" && g.Precision != "city" &&
		g.Lat >= -90 && g.Lat <= 90 && g.Lon >= -180 && g.Lon <= 180
}

// degrees writes up to six decimals (RFC 5545, 3.8.1.6): about 0.1 m.
func degrees(v float64) string {
	return strconv.FormatFloat(v, 'f', 6, 64)
}
