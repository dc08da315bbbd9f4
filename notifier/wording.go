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

// WordingConfig is what a Wording is made of; every field is required unless it
// says otherwise.
type WordingConfig struct {
	Book  *locale.Book
	Zones scheduler.Zones
	Links Links
	// From is the sender of mail: "rdv@example.ma" or "Mawid <rdv@example.ma>".
	From string
	// Host ends the Message-ID of every mail: the host of the public address,
	// the same on every node.
	Host string
	// DKIM signs mail; nil for unsigned. Returns gives each mail a return address
	// of its own; nil for the sender's.
	DKIM    *DKIM
	Returns *Returns
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
	dkim  *DKIM
	back  *Returns
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
		book: c.Book, maker: calendar.New(c.Book).With(c.Links.Reach), zones: c.Zones, links: c.Links,
		from: from, host: idHost(c.Host), html: html, dkim: c.DKIM, back: c.Returns,
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
	return w.letter(appointment{w, cat, a}, n, now)
}

// letter words a notice about any subject.
func (w *Wording) letter(about Subject, n scheduler.Notice, now time.Time) (Letter, error) {
	r := recipientOf(about, n)
	lang := w.book.TagIn("notice", r.Language)
	words := about.Words(lang, n)
	l := Letter{ID: n.ID, ValidUntil: n.UsefulUntil}
	if n.Channel == scheduler.ChannelSMS {
		l.Message = scheduler.Message{To: r.Phone, Text: words.Short.words(lang)}
		return l, nil
	}
	s := newSheet(lang, r, words)
	l.Message = scheduler.Message{To: r.Email, Subject: s.Subject, Text: s.text()}
	if w.back != nil {
		l.ReturnPath = w.back.Address(n.ID)
	}
	var err error
	if l.Raw, err = w.mail(r, n, s, now); err == nil && w.dkim != nil {
		l.Raw, err = w.dkim.sign(l.Raw)
	}
	return l, err
}
