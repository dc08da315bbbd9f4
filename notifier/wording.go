package notifier

import (
	"errors"
	"fmt"
	"html/template"
	"net/mail"
	"strings"
	"time"

	_ "embed" // the template below

	"mawid/internal/calendar"
	"mawid/internal/locale"
	"mawid/scheduler"
)

//go:embed letter.html
var letterHTML string

// WordingConfig is what a Wording is made of; every field is required.
type WordingConfig struct {
	Book  *locale.Book
	Zones scheduler.Zones
	Links Links
	// From is the sender of mail: "rdv@example.ma" or "Mawid <rdv@example.ma>".
	From string
	// Host ends the Message-ID of every mail: the host of the public address,
	// the same on every node.
	Host string
}

// Wording writes letters. It is safe for concurrent use.
type Wording struct {
	book  *locale.Book
	maker *calendar.Maker
	zones scheduler.Zones
	links Links
	from  *mail.Address
	host  string
	html  *template.Template
}

// NewWording returns a wording, or an error that names the field at fault.
func NewWording(c WordingConfig) (*Wording, error) {
	if c.Book == nil || c.Zones == nil || c.Links == nil {
		return nil, errors.New("wording: Book, Zones and Links are required")
	}
	from, err := sender(c.From)
	if err != nil {
		return nil, err
	}
	html, err := template.New("letter").Parse(letterHTML)
	if err != nil {
		return nil, fmt.Errorf("wording: letter.html: %w", err)
	}
	return &Wording{
		book: c.Book, maker: calendar.New(c.Book), zones: c.Zones, links: c.Links,
		from: from, host: idHost(c.Host), html: html,
	}, nil
}

// sender reads mail_from.
func sender(from string) (*mail.Address, error) {
	a, err := mail.ParseAddress(from)
	if err != nil {
		return nil, errors.New("mail_from: want an address such as rdv@example.ma or Mawid <rdv@example.ma>")
	}
	return a, nil
}

// idHost makes a host fit for the right side of a Message-ID (RFC 5322, 3.6.4):
// no port, and nothing that is not a dot-atom.
func idHost(host string) string {
	if h, _, found := strings.Cut(host, ":"); found {
		host = h
	}
	odd := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '.'
	}
	if host == "" || strings.ContainsFunc(host, odd) || strings.HasPrefix(host, ".") || strings.HasSuffix(host, ".") {
		return "localhost"
	}
	return host
}

// Letter words a notice about an appointment as it stands. now dates the mail.
// An error names nothing personal.
func (w *Wording) Letter(cat *scheduler.Catalogue, a *scheduler.Appointment, n scheduler.Notice, now time.Time) (Letter, error) {
	v := w.view(cat, a, n.Kind)
	l := Letter{ID: n.ID, ValidUntil: n.UsefulUntil}
	if n.Channel == scheduler.ChannelSMS {
		l.Message = scheduler.Message{To: a.Citizen.Phone, Text: v.sms()}
		return l, nil
	}
	s := v.sheet()
	l.Message = scheduler.Message{To: a.Citizen.Email, Subject: s.Subject, Text: s.text()}
	var err error
	l.Raw, err = w.mail(cat, a, n, s, now)
	return l, err
}

// view is one appointment seen by its person: in their language, from their
// clock.
type view struct {
	*locale.Language
	kind    scheduler.NoticeKind
	a       *scheduler.Appointment
	at      time.Time      // the start, on the office's clock
	reader  *time.Location // the person's clock; nil when it is the office's
	office  string
	admin   string // the administration; "" when unknown
	service string
	minutes int // desk time of the whole party
	papers  []paper
	manage  string
	feed    string
}

// paper is one document to bring.
type paper struct{ Name, Note string }

func (w *Wording) view(cat *scheduler.Catalogue, a *scheduler.Appointment, kind scheduler.NoticeKind) *view {
	v := &view{
		Language: w.book.Tag(a.Citizen.Language), kind: kind, a: a, at: w.wall(a),
		office: a.OfficeID, service: a.ServiceID,
		manage: w.links.ManageURL(a.ID), feed: w.links.CalendarURL(a.FeedID),
	}
	if loc, err := w.zones.Load(a.Citizen.Zone); a.Citizen.Zone != "" && err == nil {
		v.reader = loc
	}
	if o, err := cat.Office(a.OfficeID); err == nil {
		v.office = v.Pick(o.Names)
		if adm, err := cat.Administration(o.AdministrationID); err == nil {
			v.admin = v.Pick(adm.Names)
		}
	}
	if s, err := cat.Service(a.ServiceID); err == nil {
		v.service, v.minutes = v.Pick(s.Names), s.Minutes*max(a.Party, 1)
		v.papers = v.documents(cat, s)
	}
	return v
}

func (v *view) documents(cat *scheduler.Catalogue, s *scheduler.Service) []paper {
	var out []paper
	for _, id := range s.Documents {
		d, err := cat.Document(id)
		if err != nil {
			continue
		}
		p := paper{Name: v.Pick(d.Names)}
		if d.MaxAgeMonths > 0 {
			p.Note = v.Plural("service.max_age", d.MaxAgeMonths)
		}
		out = append(out, p)
	}
	return out
}

// wall is the start as the office's clock shows it: the stored date and time,
// which are the truth, in the stored zone.
func (w *Wording) wall(a *scheduler.Appointment) time.Time {
	loc, err := w.zones.Load(a.Zone)
	if err != nil {
		shown := a.Place.Date.At(a.Place.Start, time.UTC)
		loc = time.FixedZone(a.Zone, int(shown.Sub(a.StartsAt)/time.Second))
	}
	return a.Place.Date.At(a.Place.Start, loc)
}

// awake is when a notice may reach its person: now, or the end of the night
// when a short message would be a reminder at night and can wait. The rest is
// news, and mail wakes nobody.
func (w *Wording) awake(n scheduler.Notice, a *scheduler.Appointment, now time.Time) time.Time {
	reminder := n.Kind == scheduler.NoticeReminderDays || n.Kind == scheduler.NoticeReminderEve
	if n.Channel != scheduler.ChannelSMS || !reminder {
		return now
	}
	loc := w.wall(a).Location()
	if own, err := w.zones.Load(a.Citizen.Zone); a.Citizen.Zone != "" && err == nil {
		loc = own
	}
	here := now.In(loc)
	morning := scheduler.DateOf(here)
	switch t := scheduler.TimeOfDayOf(here); {
	case t >= quietFrom:
		morning = morning.AddDays(1)
	case t >= quietTo:
		return now
	}
	if at := morning.At(quietTo, loc).UTC(); at.Before(n.UsefulUntil) {
		return at
	}
	return now
}
