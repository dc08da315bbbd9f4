package rest

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"mawid/scheduler"
)

type slotsQuery struct {
	Service   string `query:"service" required:"true" maxLength:"100"`
	Office    string `query:"office" maxLength:"100" doc:"Every office that offers the service when absent."`
	From      string `query:"from" format:"date" doc:"First date; today when absent."`
	To        string `query:"to" format:"date" doc:"Last date, included; 13 days after from when absent."`
	PartySize int    `query:"party_size" minimum:"1" maximum:"255" default:"1" doc:"Persons served in one visit."`
	Channel   string `query:"channel" enum:"in_person,telephone,video" default:"in_person" doc:"By coming, by telephone or by video; each has places of its own."`
	Limit     int    `query:"limit" minimum:"1" maximum:"500" default:"200" doc:"Most items in one answer."`
	Cursor    string `query:"cursor" maxLength:"300" doc:"The next of the answer before, with the same question."`
}

// slot is a time that can be booked.
type slot struct {
	Office    string `json:"office"`
	Service   string `json:"service"`
	Channel   string `json:"channel" enum:"in_person,telephone,video"`
	StartsAt  string `json:"starts_at" format:"date-time"`
	EndsAt    string `json:"ends_at" format:"date-time"`
	TimeZone  string `json:"time_zone"`
	Remaining int    `json:"remaining" doc:"How many more can have it."`
}

type slotsAnswer struct {
	Link string `header:"Link" doc:"The address of the next page, rel next (RFC 8288)."`
	Body struct {
		Items           []slot  `json:"items" nullable:"false" doc:"By time, then office."`
		Next            *string `json:"next" nullable:"true" doc:"Cursor of the next page; null on the last one."`
		ExternalBooking string  `json:"external_booking,omitempty" doc:"Host that books this service; nothing is free here."`
	}
}

func (a *api) slots(h huma.API) {
	op := operation(h, "list-slots", http.MethodGet, "/v1/slots", "Free times of a service", http.StatusUnprocessableEntity)
	huma.Register(h, op, call(a.listSlots))
}

func (a *api) listSlots(ctx context.Context, in *slotsQuery) (*slotsAnswer, error) {
	c, err := a.catalogue(ctx)
	if err != nil {
		return nil, err
	}
	from, to, err := a.span(c, in.Office, in.From, in.To, slotsAhead)
	if err != nil {
		return nil, err
	}
	after, err := parseCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	by, err := scheduler.ParseServiceChannel(in.Channel)
	if err != nil {
		return nil, err
	}
	q := scheduler.SlotQuery{ServiceID: in.Service, OfficeID: in.Office, Channel: by, From: from, To: to, Party: in.PartySize}
	page, more, err := a.findSlots(ctx, q, after, in.Limit)
	if err != nil {
		return nil, noService(err)
	}
	out := &slotsAnswer{}
	out.Body.ExternalBooking = externalBooking(c, in.Service)
	if out.Body.Items, err = a.slotItems(page); err != nil {
		return nil, err
	}
	if more {
		next := cursorOf(page[len(page)-1]).String()
		out.Body.Next, out.Link = &next, nextLink(in, from, to, next)
	}
	return out, nil
}

// stretch is how many days are looked at together: a question about a year is
// mostly answered by its first weeks.
const stretch = 31

// findSlots returns one page, and whether more follow.
func (a *api) findSlots(ctx context.Context, q scheduler.SlotQuery, after cursor, limit int) ([]scheduler.Slot, bool, error) {
	days := q.From.DaysUntil(q.To)
	if days <= stretch || days >= daysInYear {
		found, err := a.engine.Slots(ctx, q) // which refuses what is too long or upside down
		page, more := pageOf(found, after, limit)
		return page, more, err
	}
	if seen := scheduler.DateOf(after.at.UTC()).AddDays(-1); !after.at.IsZero() && seen.Between(q.From, q.To) {
		q.From = seen
	}
	var found []scheduler.Slot
	for from := q.From; !from.After(q.To); from = from.AddDays(stretch) {
		part := q
		part.From = from
		if last := from.AddDays(stretch - 1); last.Before(q.To) {
			part.To = last
		}
		some, err := a.engine.Slots(ctx, part)
		if err != nil {
			return nil, false, err
		}
		found = append(found, some...)
		// Zones lie at most 14 hours off UTC: later stretches bring nothing before
		// midnight, UTC, of this one's last day.
		page, more := pageOf(found, after, limit)
		if more && page[limit-1].StartsAt.Before(part.To.At(0, time.UTC)) {
			return page, true, nil
		}
	}
	page, more := pageOf(found, after, limit)
	return page, more, nil
}

const daysInYear = 366

// noService: in an empty database the engine finds no catalogue at all; to the
// caller that is a service which does not exist.
func noService(err error) error {
	if errors.Is(err, scheduler.ErrNotFound) {
		return scheduler.Invalid("service", "unknown", "no such service")
	}
	return err
}

func (a *api) slotItems(page []scheduler.Slot) ([]slot, error) {
	items := make([]slot, len(page))
	for i, s := range page {
		loc, err := a.zone(s.Zone)
		if err != nil {
			return nil, err
		}
		items[i] = slot{s.OfficeID, s.ServiceID, s.Channel.String(), stamp(s.StartsAt, loc), stamp(s.EndsAt, loc), s.Zone, s.Remaining}
	}
	return items, nil
}

// cursor is the last slot of a page. Slots are in the order of instant and
// office, so that a page goes on at the right place although others book.
type cursor struct {
	at     time.Time
	office string
}

func cursorOf(s scheduler.Slot) cursor { return cursor{s.StartsAt, s.OfficeID} }

func (c cursor) compare(o cursor) int {
	return cmp.Or(c.at.Compare(o.at), strings.Compare(c.office, o.office))
}

func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(c.at.Unix(), 10) + " " + c.office))
}

func parseCursor(s string) (cursor, error) {
	if s == "" {
		return cursor{}, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(s)
	seconds, office, ok := strings.Cut(string(text), " ")
	unix, errUnix := strconv.ParseInt(seconds, 10, 64)
	if err != nil || errUnix != nil || !ok {
		return cursor{}, scheduler.Invalid("cursor", "invalid", "want the next of an earlier answer")
	}
	return cursor{time.Unix(unix, 0), office}, nil
}

func pageOf(slots []scheduler.Slot, after cursor, limit int) (page []scheduler.Slot, more bool) {
	slices.SortStableFunc(slots, func(a, b scheduler.Slot) int { return cursorOf(a).compare(cursorOf(b)) })
	if !after.at.IsZero() {
		i, same := slices.BinarySearchFunc(slots, after, func(s scheduler.Slot, c cursor) int { return cursorOf(s).compare(c) })
		if same {
			i++
		}
		slots = slots[i:]
	}
	if len(slots) <= limit {
		return slots, false
	}
	return slots[:limit], true
}

func nextLink(in *slotsQuery, from, to scheduler.Date, next string) string {
	q := url.Values{
		"service": {in.Service}, "from": {from.String()}, "to": {to.String()}, "cursor": {next},
		"party_size": {strconv.Itoa(in.PartySize)}, "limit": {strconv.Itoa(in.Limit)}, "channel": {in.Channel},
	}
	if in.Office != "" {
		q.Set("office", in.Office)
	}
	return fmt.Sprintf("</v1/slots?%s>; rel=\"next\"", q.Encode())
}
