package web

import (
	"html/template"
	"net/url"
	"strings"

	"mawid/internal/locale"
)

// keepPart is how a person keeps an appointment and tells others of it.
type keepPart struct {
	Slip string // place of the slip, "" when there is none
	QR   qrPart // leads to the page itself
	Feed *feedPart
	Mail template.URL // a message to a relative, without address
	Chat string
}

// feedPart is the ways to subscribe to one's calendar. Google and Microsoft
// learn its address when the person follows their link, not before.
type feedPart struct {
	HTTPS, Google, Outlook string
	Webcal                 template.URL
}

func (s *site) keep(l *locale.Language, o *opened) (keepPart, error) {
	p := keepPart{}
	if printable(o.Status) {
		p.Slip = o.place + "/slip"
	}
	if s.Feeds && o.FeedID != "" {
		p.Feed = feedAt(s.origin + "/feeds/" + s.Engine.FeedToken(o.FeedID) + ".ics")
	}
	text := s.shareText(l, o)
	p.Mail = template.URL("mailto:?subject=" + inLink(l.Say("share.subject")) + "&body=" + inLink(text))
	p.Chat = "https://wa.me/?text=" + inLink(text)
	var err error
	p.QR, err = qrOf(s.origin + o.place)
	return p, err
}

// feedAt makes the links to subscribe. Google takes a calendar by its webcal
// address, Outlook by the https one.
func feedAt(address string) *feedPart {
	_, rest, _ := strings.Cut(address, "://")
	webcal := "webcal://" + rest
	return &feedPart{
		HTTPS: address, Webcal: template.URL(webcal), // ours: origin and a token in base64url
		Google:  "https://calendar.google.com/calendar/render?cid=" + inLink(webcal),
		Outlook: "https://outlook.live.com/calendar/0/addfromweb?url=" + inLink(address),
	}
}

// shareText is what a relative has to know: neither the name nor the link, which
// would let whoever has the message move or cancel the appointment.
func (s *site) shareText(l *locale.Language, o *opened) string {
	put := func(text string) string { return text }
	if l.Direction() == "rtl" {
		put = isolateOne
	}
	return l.Say("share.text",
		"service", put(serviceName(l, o.c, o.ServiceID).Text), "when", put(l.TwoClocks(o.StartsAt.In(o.loc), nil)),
		"office", put(officeName(l, o.c, o.OfficeID).Text), "reference", put(o.Reference))
}

// inLink escapes a value for a link. Mail programs show a plus as a plus, so a
// space becomes %20.
func inLink(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }
