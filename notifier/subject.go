package notifier

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"mawid/internal/calendar"
	"mawid/internal/locale"
	"mawid/scheduler"
)

// Subjects reads what notices of one kind of subject are about. Each kind has
// one: see "A new kind of notice" in docs/ARCHITECTURE.md.
type Subjects interface {
	// Subject returns a subject as it stands now, or scheduler.ErrNotFound. Any
	// other error means that storage did not answer: the notice is tried again.
	Subject(ctx context.Context, id string) (Subject, error)
}

// Subject is what one notice is about, read just before it is sent.
type Subject interface {
	// Recipient is who is told.
	Recipient() Recipient
	// Outdated says why n is no longer true, as a stable word for its receipt
	// such as "moved_on"; "" when it still is. That it comes too late is not for
	// the subject to say.
	Outdated(n scheduler.Notice, now time.Time) string
	// Words words n in the recipient's language.
	Words(l *locale.Language, n scheduler.Notice) Words
}

// Recipient is who is told, and how they are reached.
type Recipient struct {
	Name     string
	Email    string
	Phone    string // E.164
	Language string // such as "ar"
	Zone     string // IANA name of the clock they live by
}

// recipientOf is who is told of n: the subject's person, by all their ways, save
// where the notice goes to one address only.
func recipientOf(about Subject, n scheduler.Notice) Recipient {
	r := about.Recipient()
	if n.Recipient == "" {
		return r
	}
	r.Email, r.Phone = n.Recipient, ""
	if n.Channel == scheduler.ChannelSMS {
		r.Email, r.Phone = "", n.Recipient
	}
	return r
}

// address is where a channel reaches the recipient; "" when it does not.
func (r Recipient) address(c scheduler.Channel) string {
	if c == scheduler.ChannelSMS {
		return r.Phone
	}
	return r.Email
}

// Words is what a notice says. Mail has all of it but Short; a short message
// only Short. What every mail has (greeting, closing, automatic) is added.
type Words struct {
	Subject    string // of the mail, without names of persons
	Opening    string // one or two sentences: the news
	Facts      []Fact
	BringTitle string
	Bring      []Paper
	Cost       string // what a missed place costs
	Actions    []Action
	Notes      []string // small print
	Signature  string   // the office
	// StopURL is where these reminders are stopped (a page; RFC 8058: a POST to it
	// is enough); "" for what is no reminder.
	StopURL string
	Short   Short
	// Calendar makes what the mail carries for calendar programs; nil for none.
	Calendar func(organizer calendar.Mailbox) (calendar.Invitation, error)
}

// Fact is a sentence around one value: "When: " + value.
type Fact struct{ Before, Value, After string }

// Label is what stands before the value, without the colon.
func (f Fact) Label() string { return label(f.Before) }

// Paper is one document to bring.
type Paper struct{ Name, Note string }

// Action is something to do behind a link. Opening the link changes nothing.
type Action struct{ Label, URL string }

// Short is a short message: a sentence and its values.
type Short struct {
	Key    string
	Values []string // name, value, name, value …
	// Names lists the values that may lose words where the message would cost
	// too many parts, such as the name of an office.
	Names []string
	// Spare holds shorter values (name, value, …) for where even that is not
	// enough, such as a time without the reader's own clock.
	Spare []string
}

// hole stands for the value while a sentence is cut at it.
const hole = "\x00"

// NewFact cuts the sentence of a key at its one placeholder.
func NewFact(l *locale.Language, key, name, value string) Fact {
	before, after, _ := strings.Cut(l.Say(key, name, hole), hole)
	return Fact{before, value, after}
}

// NewAction makes an action of a sentence that ends with its link.
func NewAction(l *locale.Language, key, url string) Action {
	return Action{NewFact(l, key, "link", url).Label(), url}
}

// label drops the colon and the space, no-break or not, that end a label.
func label(s string) string { return strings.TrimRight(s, ": \u00a0\u202f") }

// appointments are the subjects of the kind appointment.
type appointments struct {
	outbox    Outbox
	catalogue func(context.Context) (*scheduler.Catalogue, error)
	wording   *Wording
}

// Subject reads an appointment. It is read last, so that it is as new as can be.
func (s appointments) Subject(ctx context.Context, id string) (Subject, error) {
	cat, err := s.catalogue(ctx)
	if err != nil {
		// Not wrapped in ErrNotFound: there is none yet, and there will be.
		return nil, fmt.Errorf("catalogue: %s", err)
	}
	a, err := s.outbox.Appointment(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("appointment: %w", err)
	}
	return appointment{s.wording, cat, &a}, nil
}

// subject reads what a notice is about.
func (w *Worker) subject(ctx context.Context, about scheduler.Subject) (Subject, error) {
	of := w.c.Subjects[about.Kind]
	if of == nil {
		return nil, errNoSubjects
	}
	return of.Subject(ctx, about.ID)
}

// errNoSubjects: this program does not know the kind of subject; an older one
// that meets a newer one's notices.
var errNoSubjects = errors.New("unknown kind of subject")
