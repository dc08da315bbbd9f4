// Package web is Mawid's pages for people: the way of a citizen from the need
// to the appointment and back, and the desk's first pages.
//
// It knows addresses, forms, HTML and the words of internal/locale. It works
// without JavaScript, in both directions of writing, and a GET never changes
// anything: programs that read mail follow links.
//
// It must not know how anything is stored or sent, and decides nothing itself:
// what may be booked, moved or cancelled is the engine's to say.
package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"mawid/api/httpkit"
	"mawid/internal/locale"
	"mawid/scheduler"
)

// Config is what the pages are made of. Every field is required unless it says
// otherwise.
type Config struct {
	Engine *scheduler.Engine
	Book   *locale.Book
	Clock  scheduler.Clock
	Zones  scheduler.Zones
	// PublicURL is the address people reach Mawid at, such as
	// "https://rdv.example.ma", without a path. Links that leave the browser
	// (calendar, subscription) start with it.
	PublicURL string
	// ICS writes one appointment as iCalendar; link leads to its page.
	ICS func(ctx context.Context, a scheduler.Appointment, link string) ([]byte, error)
	// Feeds says that calendars can be subscribed to at /feeds/{token}.ics.
	Feeds bool
	// Unofficial says that the catalogue is a sample; every page then says so.
	Unofficial bool
	// Waits reads how long people waited, for the public account; nil when nothing
	// measures it.
	Waits Waits
	// Guard asks for a proof of work under pressure, and bounds the holds of a
	// client; nil asks nothing.
	Guard *httpkit.Guard
	// Contact is how people reach a human.
	Contact Contact
	// Limiter bounds how often one client may ask; nil for no bound.
	Limiter  *httpkit.Limiter
	Sessions *httpkit.Sessions
	Outbox   Outbox
	// Preview words notices with made-up data; without Of there is no preview.
	Preview Preview
	Agenda  Agenda
	Staff   Staff
	// Accounts changes accounts of staff, and writes the log of deeds.
	Accounts *httpkit.Accounts
	// Outside lets staff sign in by an identity provider; nil for none.
	Outside *httpkit.Outside
}

// Staff reads the accounts of staff and the log of what they did.
type Staff interface {
	// Users returns all, by login.
	Users(ctx context.Context) ([]scheduler.User, error)
	// User returns one, or scheduler.ErrNotFound.
	User(ctx context.Context, id string) (scheduler.User, error)
	// SessionsOf returns the sessions of a user that are not over, newest first.
	SessionsOf(ctx context.Context, userID string, now time.Time) ([]scheduler.Session, error)
	// TokensOf returns the access tokens of a user, newest first.
	TokensOf(ctx context.Context, userID string) ([]scheduler.AccessToken, error)
	// CountRecoveryCodes counts the recovery codes that a user has left.
	CountRecoveryCodes(ctx context.Context, userID string) (int, error)
	// Deeds returns a page of the log, newest first.
	Deeds(ctx context.Context, q scheduler.DeedQuery) ([]scheduler.Deed, error)
	// RoomNote returns the note of an office's day, "" when there is none.
	RoomNote(ctx context.Context, officeID string, date scheduler.Date) (string, error)
	// SetRoomNote replaces it; "" takes it away.
	SetRoomNote(ctx context.Context, officeID string, date scheduler.Date, text string) error
}

// Outbox reads what was and is to be told to people.
type Outbox interface {
	// Notices returns a page of notices.
	Notices(ctx context.Context, q scheduler.NoticeQuery) ([]scheduler.NoticeEntry, error)
	// FindNotices returns what belongs to q.Find.
	FindNotices(ctx context.Context, q scheduler.NoticeQuery) ([]scheduler.NoticeEntry, error)
	// NoticesOf returns all notices about a subject, the first due first.
	NoticesOf(ctx context.Context, subjectID string) ([]scheduler.NoticeEntry, error)
	// Receipts and NoticeEvents return what came of a notice, oldest first.
	Receipts(ctx context.Context, noticeID string) ([]scheduler.Receipt, error)
	NoticeEvents(ctx context.Context, noticeID string) ([]scheduler.NoticeEvent, error)
	// ResendNotice has a settled notice sent once more; scheduler.ErrConflict when
	// it is not settled, or no longer true.
	ResendNotice(ctx context.Context, noticeID string, at time.Time, actor string) error
	// ProvidersDown returns the providers that do not answer and were tried since an
	// instant, with what waits for them.
	ProvidersDown(ctx context.Context, since, now time.Time) ([]scheduler.ProviderWait, error)
	// StopReminders notes that a person wants no reminders about a subject.
	StopReminders(ctx context.Context, subjectID string, at time.Time) error
	// Notice returns one with its kept message, Raw included, or
	// scheduler.ErrNotFound.
	Notice(ctx context.Context, id string) (scheduler.NoticeEntry, error)
}

// Agenda reads who comes.
type Agenda interface {
	// AppointmentsOn returns the appointments of the offices that start from ≤ t < to,
	// of every status, in order of their start.
	AppointmentsOn(ctx context.Context, offices []string, from, to time.Time) ([]scheduler.Appointment, error)
}

// site is the pages; it does not change after New.
type site struct {
	Config
	origin    string   // PublicURL without a slash at its end
	keys      []string // of all sentences, sorted
	templates templates
	assets    assets
	ledgers   *ledgers
	deposits  *httpkit.Limiter // of files deposited online, by client; nil bounds nothing
}

// How many files one network may deposit online: families and associations
// deposit for several people, programs for hundreds.
const depositsPerMinute, depositsAtOnce = 1, 10

// New returns the handler of all pages. A template that does not parse, names a
// field or a sentence that does not exist, is an error here.
func New(c Config) (http.Handler, error) {
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	s := &site{Config: c, ledgers: &ledgers{}, origin: strings.TrimSuffix(c.PublicURL, "/"), keys: c.Book.Keys()}
	if c.Guard != nil {
		s.deposits = httpkit.NewLimiter(depositsPerMinute, depositsAtOnce, c.Guard.Clients, c.Clock)
	}
	var err error
	if s.assets, err = loadAssets(); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	if s.templates, err = loadTemplates(c.Book); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	handler, err := s.routes()
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	return handler, nil
}

func (c *Config) check() error {
	u, err := url.Parse(c.PublicURL)
	switch {
	case err != nil || u.Host == "":
		return errors.New("the public address must be absolute, such as https://rdv.example.ma")
	case c.Engine == nil || c.Book == nil || c.Clock == nil || c.Zones == nil || c.ICS == nil ||
		c.Sessions == nil || c.Outbox == nil || c.Agenda == nil || c.Staff == nil || c.Accounts == nil:
		return errors.New("engine, book, clock, zones, calendar, sessions, outbox, agenda, staff and accounts are required")
	}
	return nil
}

func (s *site) now() time.Time { return s.Clock().UTC() }
