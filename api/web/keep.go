package web

import (
	"context"
	"errors"
	"html/template"
	"net/url"
	"strings"

	"mawid/internal/locale"
	"mawid/scheduler"
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
	ShowService            bool   // it names services
	Change                 string // place to send a change of the link to
	Changed                string // what was just changed: "replaced", "saved" or ""
}

func (s *site) feedAddress(token string) string { return s.origin + "/feeds/" + token + ".ics" }

// changeFeed replaces the link of the person's calendar, or changes what it
// shows.
func (s *site) changeFeed(v *visit) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	if err := readForm(v); err != nil {
		return err
	}
	what := v.PostForm.Get("do")
	if what == "replace" {
		_, err = s.Engine.RotateFeed(v.Context(), o.ID, o.actor())
	} else {
		_, err = s.Engine.ShowService(v.Context(), o.ID, o.actor(), what == "show")
	}
	if err != nil {
		return wayOn(err, o.place, "manage.title")
	}
	if what == "replace" {
		return v.redirect(o.place + "?calendar=replaced#subscribe")
	}
	return v.redirect(o.place + "?calendar=saved#subscribe")
}

func (s *site) keep(ctx context.Context, l *locale.Language, o *opened) (keepPart, error) {
	p := keepPart{}
	if printable(o.Status) {
		p.Slip = o.place + "/slip"
	}
	if s.Feeds && o.FeedID != "" {
		feed, err := s.Engine.Feed(ctx, o.FeedID)
		if err != nil && !errors.Is(err, scheduler.ErrNotFound) {
			return p, err
		}
		if err == nil {
			p.Feed = feedAt(s.feedAddress(s.Engine.FeedToken(feed)))
			p.Feed.ShowService, p.Feed.Change = feed.ShowService, o.place+"/calendar"
		}
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
	office := officeName(l, o.c, o.OfficeID).Text
	if o.Channel.Remote() { // without the link of the meeting, which lets anybody join
		office = l.Say("channel.marked", "title", office, "channel", l.Say("channel."+o.Channel.String()))
	}
	return l.Say("share.text",
		"service", put(serviceName(l, o.c, o.ServiceID).Text), "when", put(l.TwoClocks(o.StartsAt.In(o.loc), nil)),
		"office", put(office), "reference", put(o.Reference))
}

// inLink escapes a value for a link. Mail programs show a plus as a plus, so a
// space becomes %20.
func inLink(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }
