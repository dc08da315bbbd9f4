package dav

import (
	"encoding/xml"
	"net/http"

	"mawid/scheduler"
)

// The namespaces of properties.
const (
	nsDAV    = "DAV:"
	nsCalDAV = "urn:ietf:params:xml:ns:caldav"
	nsServer = "http://calendarserver.org/ns/"
	nsApple  = "http://apple.com/ns/ical/"
)

func davName(s string) xml.Name { return xml.Name{Space: nsDAV, Local: s} }
func calName(s string) xml.Name { return xml.Name{Space: nsCalDAV, Local: s} }

// ordinary are the properties that a question for all gets, in this order
// (RFC 4918, 9.1; RFC 4791 leaves its own out).
var ordinary = []xml.Name{
	davName("resourcetype"), davName("displayname"), davName("getetag"), davName("getcontenttype"), davName("getlastmodified"),
}

// readOnly are the privileges of everything there is (RFC 3744, 5.4).
const readOnly = "<D:privilege><D:read/></D:privilege><D:privilege><D:read-current-user-privilege-set/></D:privilege>"

// agentColour is the same as that of the agent's feed.
const agentColour = "#4682B4FF"

func href(path string) string { return "<D:href>" + text(path) + "</D:href>" }

// common are what every resource says: programs ask each of them who they are.
func (s *session) common(kind string) map[xml.Name]string {
	return map[xml.Name]string{
		davName("resourcetype"):               kind,
		davName("current-user-principal"):     href(s.principal()),
		davName("owner"):                      href(s.principal()),
		davName("principal-collection-set"):   href(Root),
		davName("current-user-privilege-set"): readOnly,
	}
}

func (s *session) root() resource { return resource{Root, s.common("<D:collection/>")} }

func (s *session) principalResource() resource {
	p := s.common("<D:collection/><D:principal/>")
	p[davName("displayname")] = text(s.user.Login)
	p[davName("principal-URL")] = href(s.principal())
	p[calName("calendar-home-set")] = href(s.home())
	return resource{s.principal(), p}
}

func (s *session) homeResource() resource {
	return resource{s.home(), s.common("<D:collection/>")}
}

func (s *session) calendarResource(list []scheduler.Appointment) resource {
	l := s.Book.Tag(s.language)
	p := s.common("<D:collection/><C:calendar/>")
	p[davName("displayname")] = text(l.Say("calendars.agent.name"))
	p[calName("calendar-description")] = text(l.Say("calendars.agent.about"))
	p[calName("supported-calendar-component-set")] = `<C:comp name="VEVENT"/>`
	p[calName("supported-calendar-data")] = `<C:calendar-data content-type="text/calendar" version="2.0"/>`
	p[davName("supported-report-set")] = "<D:supported-report><D:report><C:calendar-query/></D:report></D:supported-report>" +
		"<D:supported-report><D:report><C:calendar-multiget/></D:report></D:supported-report>"
	p[xml.Name{Space: nsServer, Local: "getctag"}] = s.collectionTag(list)
	p[xml.Name{Space: nsApple, Local: "calendar-color"}] = agentColour
	return resource{s.visits(), p}
}

func (s *session) objectResource(a *scheduler.Appointment) resource {
	p := s.common("")
	p[davName("getetag")] = text(`"` + s.tag(a) + `"`)
	p[davName("getcontenttype")] = "text/calendar; charset=utf-8; component=vevent"
	p[davName("getlastmodified")] = modified(a).Format(http.TimeFormat)
	return resource{s.hrefOf(a), p}
}
