// Package calendar writes appointments as iCalendar (RFC 5545, 7986): a
// person's feed, one appointment as a file, and the invitation in a mail
// (RFC 6047).
//
// It knows what calendar programs do with what they are given: times go out in
// UTC and the office's wall clock is written into the text, because programs
// disagree about zones; the feed says little, because programs fetch it through
// servers abroad; the same appointments give the same bytes. It must not know
// where appointments come from or who asks for them: no storage, no HTTP, no
// clock. It is the only package that imports go-ical.
package calendar

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/emersion/go-ical"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// What a feed holds. iCalendar has no pages, so there is an end.
const (
	// FeedPast is how long after its end an appointment stays in a feed.
	FeedPast = 30 * 24 * time.Hour
	// FeedCancelled is how long after its cancellation an appointment stays in
	// a feed, marked as such. Some programs (Google's) remove it at once,
	// others keep it struck through until the feed drops it.
	FeedCancelled = 7 * 24 * time.Hour
	// FeedEvents is the most events a feed holds; the latest are left out.
	FeedEvents = 2000
)

// refresh is how often programs are asked to fetch a feed. Few obey.
const refresh = "PT1H"

// The methods of an invitation (RFC 5546). The Content-Type of the mail's part
// must name the same one.
const (
	MethodRequest = "REQUEST"
	MethodCancel  = "CANCEL"
)

// ErrNoInvitation is wrapped by Invite when the person has no address of their
// own, or the organizer none that differs from it.
var ErrNoInvitation = errors.New("no invitation possible")

// Maker words appointments and writes them as iCalendar. It is safe for
// concurrent use.
type Maker struct {
	book  *locale.Book
	reach Reaching
}

// Reaching tells how the two of an appointment meet that nobody comes to.
type Reaching func(*scheduler.Catalogue, *scheduler.Appointment) scheduler.Reach

// New returns a maker that words in the languages of book.
func New(book *locale.Book) *Maker { return &Maker{book: book} }

// With sets how appointments by telephone and video are met; without it they are
// only called so.
func (m *Maker) With(reach Reaching) *Maker {
	m.reach = reach
	return m
}

// FeedOptions say what a feed shows.
type FeedOptions struct {
	// Now decides what is too old to be shown. The bytes depend on it in no
	// other way.
	Now time.Time
	// ShowService also names the service. Off unless the person asks for it:
	// many programs fetch feeds through servers abroad.
	ShowService bool
	// Files are the person's open files, whose legal dates and promises stand in
	// the feed as whole days.
	Files []scheduler.File
}

// Feed writes a person's appointments, in any order, as one calendar, each in
// the language of its citizen. It is valid without any. cat must not be nil; an
// office or service that it no longer has is named by its id or left out.
func (m *Maker) Feed(cat *scheduler.Catalogue, list []scheduler.Appointment, o FeedOptions) ([]byte, error) {
	shown := feedWindow(list, o.Now)
	cal := newCalendar()
	l := m.book.Tag(feedLanguage(list))
	describeAs(cal.Props, title{l.Say("calendar.name"), l.Say("calendar.description")}, colour{"teal", "#008080"})
	for i := range shown {
		w := m.words(cat, &shown[i])
		e := w.entry(o.ShowService)
		w.meetIn(e, o.ShowService, false)
		cal.Children = append(cal.Children, e.component())
	}
	for i := range o.Files {
		cal.Children = append(cal.Children, m.days(&o.Files[i])...)
	}
	return encode(cal)
}

// Single writes one appointment, whatever its status, for the person's own
// keeping: it names the service and, when link is not "", leads to the page
// where the appointment is managed. The link must be an absolute http(s) one.
func (m *Maker) Single(cat *scheduler.Catalogue, a scheduler.Appointment, link string) ([]byte, error) {
	e, err := m.own(cat, &a, link)
	if err != nil {
		return nil, fmt.Errorf("single calendar: %w", err)
	}
	cal := newCalendar()
	cal.Children = append(cal.Children, e.component())
	return encode(cal)
}

// Mailbox is a name and an address such as "rdv@example.ma".
type Mailbox struct{ Name, Address string }

// Invitation is a calendar that a mail carries, as the alternative part and as
// the attached file.
type Invitation struct {
	// Method is also the parameter of the part's Content-Type.
	Method string
	Body   []byte
}

// Invite writes one appointment as Single does, as an invitation to its citizen:
// CANCEL when it is cancelled, else REQUEST. It asks for no answer. Errors:
// ErrNoInvitation.
func (m *Maker) Invite(cat *scheduler.Catalogue, a scheduler.Appointment, organizer Mailbox, link string) (Invitation, error) {
	if a.Citizen.Email == "" || organizer.Address == "" || sameMailbox(organizer.Address, a.Citizen.Email) {
		return Invitation{}, ErrNoInvitation
	}
	e, err := m.own(cat, &a, link)
	if err != nil {
		return Invitation{}, fmt.Errorf("invitation: %w", err)
	}
	e.organizer = &person{organizer.Name, organizer.Address}
	e.attendee = &person{a.Citizen.Name, a.Citizen.Email}
	inv := Invitation{Method: MethodRequest}
	if e.status == ical.EventCancelled {
		inv.Method = MethodCancel
	}
	cal := newCalendar()
	setRaw(cal.Props, ical.PropMethod, inv.Method)
	cal.Children = append(cal.Children, e.component())
	inv.Body, err = encode(cal)
	return inv, err
}

// own is the entry of a calendar that only the person gets.
func (m *Maker) own(cat *scheduler.Catalogue, a *scheduler.Appointment, link string) (*entry, error) {
	w := m.words(cat, a)
	e := w.entry(true)
	w.meetIn(e, true, true)
	e.description += "\n" + w.more(cat, link)
	u, err := webLink(link)
	e.link = u
	return e, err
}

// webLink reads an absolute http(s) link; nil for "".
func webLink(link string) (*url.URL, error) {
	if link == "" {
		return nil, nil
	}
	u, err := url.Parse(link)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, errors.New("the link is not an absolute http(s) one") // it holds a token: not shown
	}
	return u, nil
}

// title is what a feed is called, and what it says of itself.
type title struct{ name, about string }

// colour is a CSS3 name (RFC 7986, 5.9) and the same as Apple writes it.
type colour struct{ name, apple string }

// describeAs names a feed, in RFC 7986's way and in the older one that most
// programs read. SOURCE is left out: it would put the feed's secret address
// into every copy of the calendar.
func describeAs(props ical.Props, t title, c colour) {
	setLine(props, ical.PropName, t.name)
	setLine(props, "X-WR-CALNAME", t.name)
	setLine(props, ical.PropDescription, t.about)
	setLine(props, "X-WR-CALDESC", t.about)
	setRaw(props, ical.PropColor, c.name)
	setRaw(props, "X-APPLE-CALENDAR-COLOR", c.apple)
	setRaw(props, "X-PUBLISHED-TTL", refresh)
	interval := ical.NewProp(ical.PropRefreshInterval)
	interval.Params.Set(ical.ParamValue, string(ical.ValueDuration)) // required, RFC 7986, 5.7
	interval.Value = refresh
	props.Set(interval)
}

// feedWindow returns what a feed shows of list, by start and id.
func feedWindow(list []scheduler.Appointment, now time.Time) []scheduler.Appointment {
	var shown []scheduler.Appointment
	for _, a := range list {
		if !gone(&a, now) && now.Before(a.EndsAt.Add(FeedPast)) {
			shown = append(shown, a)
		}
	}
	slices.SortFunc(shown, func(a, b scheduler.Appointment) int {
		return cmp.Or(a.StartsAt.Compare(b.StartsAt), cmp.Compare(a.ID, b.ID))
	})
	return shown[:min(len(shown), FeedEvents)]
}

// gone reports whether a cancelled appointment has been shown long enough.
func gone(a *scheduler.Appointment, now time.Time) bool {
	return a.Status == scheduler.StatusCancelled && !now.Before(a.UpdatedAt.Add(FeedCancelled))
}

// FeedUntil is when the next appointment of a person's feed is to be left out,
// with nothing else changed; the zero time when there is none.
func FeedUntil(list []scheduler.Appointment, now time.Time) time.Time {
	var until time.Time
	sooner := func(t time.Time) {
		if t.After(now) && (until.IsZero() || t.Before(until)) {
			until = t
		}
	}
	for i := range list {
		sooner(list[i].EndsAt.Add(FeedPast))
		if list[i].Status == scheduler.StatusCancelled {
			sooner(list[i].UpdatedAt.Add(FeedCancelled))
		}
	}
	return until
}

// feedLanguage is the language of the newest booking, shown or not.
func feedLanguage(list []scheduler.Appointment) string {
	if len(list) == 0 {
		return ""
	}
	return slices.MaxFunc(list, func(a, b scheduler.Appointment) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	}).Citizen.Language
}
