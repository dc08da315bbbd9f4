package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"mawid/scheduler"
)

// office is a place that people come to.
type office struct {
	ID              string    `json:"id" example:"dgi-safi"`
	Name            string    `json:"name"`
	Administration  string    `json:"administration"`
	TimeZone        string    `json:"time_zone" doc:"IANA name of the clock of all its times." example:"Africa/Casablanca"`
	Desks           int       `json:"desks"`
	Event           bool      `json:"event" doc:"A day of several administrations under one roof."`
	Hosts           []string  `json:"hosts,omitempty" nullable:"false" doc:"Offices that send desks to an event."`
	Position        *position `json:"position,omitempty"`
	Services        []string  `json:"services" nullable:"false" doc:"Ids of what it offers."`
	ExternalBooking string    `json:"external_booking,omitempty" doc:"Host that books it; it cannot be booked here."`
	ConfirmAddress  bool      `json:"confirm_address" doc:"A booking stays pending until the code that is sent to its address is entered."`
	Hours           hours     `json:"hours"`
	Provenance      string    `json:"provenance,omitempty" doc:"Where this was learnt."`
}

// position in degrees (WGS 84).
type position struct {
	Lat       float64 `json:"lat"`
	Lon       float64 `json:"lon"`
	Precision string  `json:"precision,omitempty" doc:"city: only the town is known."`
}

type officesQuery struct {
	Service string `query:"service" maxLength:"100" doc:"Only offices that offer this service."`
}

func (a *api) offices(h huma.API) {
	op := operation(h, "list-offices", http.MethodGet, "/v1/offices", "The offices", http.StatusUnprocessableEntity)
	huma.Register(h, op, call(func(ctx context.Context, in *officesQuery) (*list[office], error) {
		c, err := a.catalogue(ctx)
		if err != nil {
			return nil, err
		}
		n, items := a.namer(ctx), []office{}
		wanted, err := officesFor(c, in.Service)
		if err != nil {
			return nil, err
		}
		for _, o := range wanted {
			item, err := a.officeOf(n, c, o)
			if err != nil {
				return nil, err
			}
			items = append(items, item)
		}
		return listed(n, items), nil
	}))
	op = operation(h, "get-office", http.MethodGet, "/v1/offices/{id}", "An office",
		http.StatusNotFound, http.StatusUnprocessableEntity)
	huma.Register(h, op, call(func(ctx context.Context, in *byID) (*one[office], error) {
		c, err := a.catalogue(ctx)
		if err != nil {
			return nil, err
		}
		o, err := c.Office(in.ID)
		if err != nil {
			return nil, err
		}
		n := a.namer(ctx)
		item, err := a.officeOf(n, c, o)
		return found(n, item), err
	}))
}

// officesFor lists the offices that offer a service, all for "". A service that
// is booked elsewhere is still offered by its own office.
func officesFor(c *scheduler.Catalogue, serviceID string) ([]*scheduler.Office, error) {
	if serviceID == "" {
		var all []*scheduler.Office
		for i := range c.Offices {
			all = append(all, &c.Offices[i])
		}
		return all, nil
	}
	s, err := c.Service(serviceID)
	if err != nil {
		return nil, scheduler.Invalid("service", "unknown", "no such service")
	}
	if offices := c.OfficesFor(serviceID); len(offices) > 0 {
		return offices, nil
	}
	own, err := c.Office(s.OfficeID)
	if err != nil {
		return nil, nil //nolint:nilerr // a service without office is offered nowhere
	}
	return []*scheduler.Office{own}, nil
}

func (a *api) officeOf(n *namer, c *scheduler.Catalogue, o *scheduler.Office) (office, error) {
	loc, err := a.zone(o.Zone)
	if err != nil {
		return office{}, err
	}
	out := office{
		ID: o.ID, Name: n.name(o.Names), Administration: o.AdministrationID, TimeZone: o.Zone, Desks: o.Desks,
		Event: o.Event, Hosts: o.Hosts, Services: []string{}, ExternalBooking: o.ExternalBooking, Provenance: o.Provenance,
		ConfirmAddress: o.ConfirmAddress,
		Hours:          hoursOf(n, c, o, scheduler.DateOf(a.clock().In(loc))),
	}
	if o.Geo != nil {
		out.Position = &position{o.Geo.Lat, o.Geo.Lon, o.Geo.Precision}
	}
	offered, err := servicesOf(c, o.ID)
	for _, s := range offered {
		out.Services = append(out.Services, s.ID)
	}
	return out, err
}
