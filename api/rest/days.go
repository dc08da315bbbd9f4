package rest

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"mawid/scheduler"
)

// How far a question looks when it does not say, in days.
const (
	daysAhead  = 30
	slotsAhead = 13
)

type daysQuery struct {
	Service   string `query:"service" required:"true" maxLength:"100"`
	Office    string `query:"office" maxLength:"100" doc:"Every office that offers the service when absent."`
	From      string `query:"from" format:"date" doc:"First date; today when absent."`
	To        string `query:"to" format:"date" doc:"Last date, included; 30 days after from when absent."`
	PartySize int    `query:"party_size" minimum:"1" maximum:"255" default:"1" doc:"Persons served in one visit."`
	Channel   string `query:"channel" enum:"in_person,telephone,video" default:"in_person" doc:"By coming, by telephone or by video."`
}

// bookableDay is a date on which something is free.
type bookableDay struct {
	Date     string `json:"date" format:"date"`
	Office   string `json:"office"`
	Free     int    `json:"free" doc:"Start times that are still open."`
	First    string `json:"first" format:"date-time" doc:"The earliest of them."`
	TimeZone string `json:"time_zone"`
	MayClose string `json:"may_close,omitempty" doc:"Name of a holiday that hangs on the moon and may fall on this day."`
}

// closedDay is a date on which nothing can be booked.
type closedDay struct {
	Date   string `json:"date" format:"date"`
	Office string `json:"office"`
	Reason string `json:"reason" doc:"closure, not_open (a weekend, or no event that day) or full (nothing left, past, or too late to book)."`
	Name   string `json:"name,omitempty" doc:"Of the closure."`
}

type daysAnswer struct {
	ContentLanguage string `header:"Content-Language"`
	Body            struct {
		Items           []bookableDay `json:"items" nullable:"false" doc:"Bookable days, by date."`
		Unavailable     []closedDay   `json:"unavailable" nullable:"false" doc:"The other days, with the reason."`
		ExternalBooking string        `json:"external_booking,omitempty" doc:"Host that books this service; nothing is free here."`
	}
}

func (a *api) days(h huma.API) {
	op := operation(h, "list-days", http.MethodGet, "/v1/days", "Bookable days of a service", http.StatusUnprocessableEntity)
	huma.Register(h, op, call(a.listDays))
}

func (a *api) listDays(ctx context.Context, in *daysQuery) (*daysAnswer, error) {
	c, err := a.catalogue(ctx)
	if err != nil {
		return nil, err
	}
	from, to, err := a.span(c, in.Office, in.From, in.To, daysAhead)
	if err != nil {
		return nil, err
	}
	by, err := scheduler.ParseServiceChannel(in.Channel)
	if err != nil {
		return nil, err
	}
	q := scheduler.SlotQuery{ServiceID: in.Service, OfficeID: in.Office, Channel: by, From: from, To: to, Party: in.PartySize}
	days, err := a.engine.Days(ctx, q)
	if err != nil {
		return nil, noService(err)
	}
	n, out := a.namer(ctx), &daysAnswer{}
	out.Body.Items, out.Body.Unavailable = []bookableDay{}, []closedDay{}
	out.Body.ExternalBooking = externalBooking(c, in.Service)
	for i := range days {
		if err := a.addDay(n, out, &days[i]); err != nil {
			return nil, err
		}
	}
	out.ContentLanguage = n.header()
	return out, nil
}

func (a *api) addDay(n *namer, out *daysAnswer, d *scheduler.DayOffer) error {
	if d.Free == 0 {
		closed := closedDay{Date: d.Date.String(), Office: d.OfficeID, Reason: string(d.Opening.Reason)}
		if d.Opening.Open() {
			closed.Reason = "full"
		} else {
			closed.Name = n.name(d.Opening.Names)
		}
		out.Body.Unavailable = append(out.Body.Unavailable, closed)
		return nil
	}
	loc, err := a.zone(d.First.Zone)
	if err != nil {
		return err
	}
	out.Body.Items = append(out.Body.Items, bookableDay{
		Date: d.Date.String(), Office: d.OfficeID, Free: d.Free, First: stamp(d.First.StartsAt, loc),
		TimeZone: d.First.Zone, MayClose: n.name(d.Opening.Names),
	})
	return nil
}

// span reads from and to. Today is by the clock of the office, or of the
// catalogue when no office is named. Unknown offices are for the engine to say.
func (a *api) span(c *scheduler.Catalogue, officeID, fromText, toText string, ahead int) (from, to scheduler.Date, err error) {
	zone := c.Zone
	if o, err := c.Office(officeID); err == nil {
		zone = o.Zone
	}
	loc := time.UTC // of an empty database
	if zone != "" {
		if loc, err = a.zone(zone); err != nil {
			return from, to, err
		}
	}
	bad := &scheduler.InvalidError{}
	read := func(field, text string, otherwise scheduler.Date) scheduler.Date {
		if text == "" {
			return otherwise
		}
		d, err := scheduler.ParseDate(text)
		if err != nil {
			bad.Add(field, "invalid_date", "want YYYY-MM-DD of a day that exists")
		}
		return d
	}
	from = read("from", fromText, scheduler.DateOf(a.clock().In(loc)))
	to = read("to", toText, from.AddDays(ahead))
	return from, to, bad.OrNil()
}

func externalBooking(c *scheduler.Catalogue, serviceID string) string {
	s, err := c.Service(serviceID)
	if err != nil {
		return ""
	}
	return c.ExternalBooking(s)
}
