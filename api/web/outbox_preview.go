package web

import (
	"net/url"
	"slices"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// Preview words a notice of a kind with made-up data, and lists the kinds that it
// knows. scheduler.ErrNotFound for others.
type Preview struct {
	Kinds []scheduler.NoticeKind
	Of    func(c *scheduler.Catalogue, kind scheduler.NoticeKind, language string, by scheduler.Channel) (scheduler.Message, error)
}

// previewPage shows how a notice arrives.
type previewPage struct {
	frame
	Kinds       []scheduler.NoticeKind
	Kind        scheduler.NoticeKind
	Spoken      []*locale.Language
	Chosen      string // language of the message
	Direction   string
	Channels    []scheduler.Channel
	Channel     scheduler.Channel
	To, Subject string
	Text        string
	Parts       int    // of a short message; 0 for mail
	Mail        string // place of the whole mail, or ""
}

func (previewPage) file() string { return "preview" }

// previewed is what the address asks for.
func (s *site) previewed(v *visit) (previewPage, scheduler.Message, error) {
	asked := v.URL.Query()
	p := previewPage{
		Kinds: s.Preview.Kinds, Kind: scheduler.NoticeKind(asked.Get("kind")), Chosen: asked.Get("language"),
		Channels: []scheduler.Channel{scheduler.ChannelEmail, scheduler.ChannelSMS}, Channel: scheduler.Channel(asked.Get("channel")),
		Spoken: s.Book.Speaking("notice"),
	}
	if p.Kind == "" {
		p.Kind = scheduler.NoticeConfirmation
	}
	if !slices.Contains(p.Channels, p.Channel) {
		p.Channel = scheduler.ChannelEmail
	}
	if p.Chosen == "" {
		p.Chosen = v.lang.Code()
	}
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return p, scheduler.Message{}, err
	}
	if s.Preview.Of == nil {
		return p, scheduler.Message{}, wayOn(scheduler.ErrNotFound, "/desk/outbox", "staff.outbox")
	}
	m, err := s.Preview.Of(c, p.Kind, p.Chosen, p.Channel)
	return p, m, wayOn(err, "/desk/outbox/preview", "outbox.preview")
}

func (s *site) preview(v *visit, u *scheduler.User) error {
	p, m, err := s.previewed(v)
	if err != nil {
		return err
	}
	p.frame = s.staffFrame(v, u, v.lang.Say("outbox.preview"))
	p.To, p.Subject, p.Text = m.To, m.Subject, m.Text
	p.Direction = s.Book.Tag(p.Chosen).Direction()
	if p.Channel == scheduler.ChannelSMS {
		p.Parts = locale.SMSParts(m.Text)
		return s.show(v, 200, p)
	}
	query := url.Values{"kind": {string(p.Kind)}, "language": {p.Chosen}}
	p.Mail = "/desk/outbox/preview/mail.eml?" + query.Encode()
	return s.show(v, 200, p)
}

// previewMail answers with the whole mail, for a mail program to open.
func (s *site) previewMail(v *visit, _ *scheduler.User) error {
	_, m, err := s.previewed(v)
	if err != nil {
		return err
	}
	if len(m.Raw) == 0 {
		return wayOn(errNotFound, "/desk/outbox/preview", "outbox.preview")
	}
	return sendMail(v, m.Raw)
}
