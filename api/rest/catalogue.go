package rest

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"mawid/scheduler"
)

// named answers carry the language of their names.
type list[T any] struct {
	ContentLanguage string `header:"Content-Language"`
	CacheControl    string `header:"Cache-Control"`
	Body            struct {
		Items []T `json:"items" nullable:"false"`
	}
}

type one[T any] struct {
	ContentLanguage string `header:"Content-Language"`
	CacheControl    string `header:"Cache-Control"`
	Body            T
}

func listed[T any](n *namer, items []T) *list[T] {
	out := &list[T]{ContentLanguage: n.header(), CacheControl: cacheCatalogue}
	out.Body.Items = items
	return out
}

func found[T any](n *namer, item T) *one[T] {
	return &one[T]{n.header(), cacheCatalogue, item}
}

type byID struct {
	ID string `path:"id" maxLength:"100" doc:"The id."`
}

// administration is a public body.
type administration struct {
	ID      string   `json:"id" example:"dgi"`
	Name    string   `json:"name"`
	Portal  string   `json:"portal,omitempty" doc:"Host of its own online services." example:"tax.gov.ma"`
	Call    string   `json:"call,omitempty" doc:"Its call centre, E.164."`
	Offices []string `json:"offices" nullable:"false" doc:"Ids of its offices."`
}

func (a *api) administrations(h huma.API) {
	op := operation(h, "list-administrations", http.MethodGet, "/v1/administrations", "The administrations", http.StatusUnprocessableEntity)
	huma.Register(h, op, call(func(ctx context.Context, _ *struct{}) (*list[administration], error) {
		c, err := a.catalogue(ctx)
		if err != nil {
			return nil, err
		}
		n, items := a.namer(ctx), []administration{}
		for i := range c.Administrations {
			items = append(items, administrationOf(n, c, &c.Administrations[i]))
		}
		return listed(n, items), nil
	}))
}

func administrationOf(n *namer, c *scheduler.Catalogue, a *scheduler.Administration) administration {
	out := administration{ID: a.ID, Name: n.name(a.Names), Portal: a.Portal, Call: a.Call, Offices: []string{}}
	for i := range c.Offices {
		if c.Offices[i].AdministrationID == a.ID {
			out.Offices = append(out.Offices, c.Offices[i].ID)
		}
	}
	return out
}

// service is one thing people come for.
type service struct {
	ID              string      `json:"id" example:"dgi-th-tsc"`
	Name            string      `json:"name"`
	Administration  string      `json:"administration"`
	Office          string      `json:"office" doc:"The office that owns it."`
	Offices         []string    `json:"offices" nullable:"false" doc:"Where it can be booked: its own office first, then events."`
	DurationMinutes int         `json:"duration_minutes" doc:"At the desk, for one person."`
	Channels        []string    `json:"channels" nullable:"false" doc:"How it can be had, the usual way first: appointment, walk_in, telephone, video, online (see portal), elsewhere (booked at external_booking)."`
	ByTelephone     []string    `json:"by_telephone,omitempty" doc:"Offices that serve by telephone, see channel of slots."`
	ByVideo         []string    `json:"by_video,omitempty" doc:"Offices that serve by video."`
	Documents       []paper     `json:"documents" nullable:"false" doc:"What to bring, in order."`
	Fee             string      `json:"fee,omitempty" doc:"As published, in the words of the source."`
	DependsOn       []string    `json:"depends_on" nullable:"false" doc:"Services to have settled before."`
	OnlineFirst     bool        `json:"online_first" doc:"Better done on portal, without a visit."`
	Portal          string      `json:"portal,omitempty" doc:"Host of the online service."`
	ExternalBooking string      `json:"external_booking,omitempty" doc:"Host that books it; it cannot be booked here."`
	WalkIn          bool        `json:"walk_in" doc:"Usually done without appointment."`
	Kind            string      `json:"kind,omitempty" doc:"stuck_file, or absent."`
	Urgency         string      `json:"urgency,omitempty" doc:"departure, legal_deadline, or absent."`
	Rules           *conditions `json:"rules,omitempty" doc:"What the law asks of the person; absent when nothing."`
	ObservedDays    string      `json:"observed_days,omitempty" doc:"How long it takes in practice, in the words of the source."`
	Note            string      `json:"note,omitempty"`
	Provenance      string      `json:"provenance,omitempty" doc:"Where this was learnt."`
}

// paper is a document to bring.
type paper struct {
	ID            string   `json:"id"`
	Name          string   `json:"name"`
	Issuers       []string `json:"issuers" nullable:"false" doc:"Who gives it: ids of administrations, or words such as abroad."`
	MaxAgeMonths  int      `json:"max_age_months,omitempty" doc:"How old it may be; absent for any age."`
	ValidityYears int      `json:"validity_years,omitempty"`
	Note          string   `json:"note,omitempty"`
	Provenance    string   `json:"provenance,omitempty"`
}

type conditions struct {
	InPersonOnly bool `json:"in_person_only,omitempty"`
	NoProxy      bool `json:"no_proxy,omitempty"`
	OnceInLife   bool `json:"once_in_life,omitempty"`
	CapValueMAD  int  `json:"cap_value_mad,omitempty" doc:"Dirhams."`
	Witnesses    int  `json:"witnesses,omitempty"`
}

type servicesQuery struct {
	Office string `query:"office" maxLength:"100" doc:"Only what this office offers."`
	Q      string `query:"q" maxLength:"200" doc:"Only what these everyday words mean, in any language of the catalogue; the likeliest first." example:"carte nationale"`
}

func (a *api) services(h huma.API) {
	op := operation(h, "list-services", http.MethodGet, "/v1/services", "The services", http.StatusUnprocessableEntity)
	huma.Register(h, op, call(func(ctx context.Context, in *servicesQuery) (*list[service], error) {
		c, err := a.catalogue(ctx)
		if err != nil {
			return nil, err
		}
		wanted, err := servicesOf(c, in.Office)
		wanted = meant(c, wanted, in.Q)
		n, items := a.namer(ctx), []service{}
		for _, s := range wanted {
			items = append(items, serviceOf(n, c, s))
		}
		return listed(n, items), err
	}))
	op = operation(h, "get-service", http.MethodGet, "/v1/services/{id}", "A service",
		http.StatusNotFound, http.StatusUnprocessableEntity)
	huma.Register(h, op, call(func(ctx context.Context, in *byID) (*one[service], error) {
		c, err := a.catalogue(ctx)
		if err != nil {
			return nil, err
		}
		s, err := c.Service(in.ID)
		if err != nil {
			return nil, err
		}
		n := a.namer(ctx)
		return found(n, serviceOf(n, c, s)), nil
	}))
}

// servicesOf lists what an office offers. One that others book offers its own,
// which cannot be booked here.
func servicesOf(c *scheduler.Catalogue, officeID string) ([]*scheduler.Service, error) {
	if officeID != "" {
		if _, err := c.Office(officeID); err != nil {
			return nil, scheduler.Invalid("office", "unknown", "no such office")
		}
	}
	if offered := c.ServicesOf(officeID); len(offered) > 0 {
		return offered, nil
	}
	var out []*scheduler.Service
	for i := range c.Services {
		if s := &c.Services[i]; officeID == "" || s.OfficeID == officeID {
			out = append(out, s)
		}
	}
	return out, nil
}

// meant keeps the services that a search finds, in its order; all when there is
// no query.
func meant(c *scheduler.Catalogue, among []*scheduler.Service, query string) []*scheduler.Service {
	if query == "" {
		return among
	}
	return slices.DeleteFunc(c.Search(query, len(c.Services)), func(s *scheduler.Service) bool {
		return !slices.Contains(among, s)
	})
}

func serviceOf(n *namer, c *scheduler.Catalogue, s *scheduler.Service) service {
	out := service{
		ID: s.ID, Name: n.name(s.Names), Administration: s.AdministrationID, Office: s.OfficeID, Offices: []string{},
		DurationMinutes: s.Minutes, Documents: []paper{}, Fee: s.Fee, DependsOn: append([]string{}, s.DependsOn...),
		OnlineFirst: s.OnlineFirst, Portal: c.PortalOf(s), ExternalBooking: c.ExternalBooking(s), WalkIn: s.WalkIn,
		Kind: s.Kind, Urgency: s.Urgency, ObservedDays: s.ObservedDays, Note: s.Note, Provenance: s.Provenance,
	}
	for _, o := range c.OfficesFor(s.ID) {
		out.Offices = append(out.Offices, o.ID)
	}
	for _, o := range c.OfficesBy(scheduler.Telephone, s.ID) {
		out.ByTelephone = append(out.ByTelephone, o.ID)
	}
	for _, o := range c.OfficesBy(scheduler.Video, s.ID) {
		out.ByVideo = append(out.ByVideo, o.ID)
	}
	for _, id := range s.Documents {
		if d, err := c.Document(id); err == nil {
			out.Documents = append(out.Documents, paperOf(n, d))
		}
	}
	if s.Rules != (scheduler.ServiceRules{}) {
		rules := conditions(s.Rules)
		out.Rules = &rules
	}
	out.Channels = channels(&out)
	return out
}

func paperOf(n *namer, d *scheduler.Document) paper {
	return paper{
		ID: d.ID, Name: n.name(d.Names), Issuers: append([]string{}, d.Issuers...), MaxAgeMonths: d.MaxAgeMonths,
		ValidityYears: d.ValidityYears, Note: d.Note, Provenance: d.Provenance,
	}
}

func channels(s *service) []string {
	out := []string{}
	for _, c := range []struct {
		name string
		has  bool
	}{
		{"online", s.OnlineFirst && s.Portal != ""},
		{"elsewhere", s.ExternalBooking != ""},
		{"walk_in", s.WalkIn},
		{"appointment", len(s.Offices) > 0},
		{"telephone", len(s.ByTelephone) > 0},
		{"video", len(s.ByVideo) > 0},
	} {
		if c.has {
			out = append(out, c.name)
		}
	}
	return out
}
