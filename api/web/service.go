package web

import (
	"context"
	"time"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// servicePage is what to know before booking, and where.
type servicePage struct {
	frame
	Stay           *stayPart
	ID             string
	Name           name
	Administration name
	Call           string // E.164, or ""
	Duration       string
	Fee            string
	FeeGuessed     bool // nobody published the fee
	Free           bool // the fee is published as 0
	Guessed        bool // what the page says of the service is general knowledge
	Legal          legalPart
	ProxyOpen      bool // no rule speaks against sending somebody
	Papers         []paper
	Before         []serviceLine
	Rules          scheduler.ServiceRules
	NoAppointment  string // who is received without one, worded, or ""
	WalkIn         bool
	External       string // portal that books it, or ""
	Online         string // portal where it can be done, or ""
	Portal         string // its own portal, when it is neither of these, or ""
	PortalURL      string
	Situations     []situationLink
	Offices        []officeLine
	Remote         []remoteOffices // where one need not come
}

func (servicePage) file() string { return "service" }

// officeLine is an office that does the service, with its first free time.
type officeLine struct {
	ID    string
	Place string // of its days
	Name  name
	First time.Time // in the office's zone; zero when nothing is free
	When  string    // its first free time, within the stay when there is one
	Later string    // the first after the stay, when nothing is free within it
	Only  []string  // the dates of an event
}

func (s *site) service(v *visit) error {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	sv, err := c.Service(v.PathValue("service"))
	if err != nil {
		return wayOn(err, "/", "home.choose_service")
	}
	p := s.servicePage(v, c, sv)
	p.frame = s.frame(v, p.Name.Text)
	s.asksStay(&p.frame, p.Stay)
	for _, o := range c.OfficesFor(sv.ID) {
		line, err := s.officeLine(v, o, sv, scheduler.InPerson)
		if err != nil {
			return err
		}
		p.Offices = append(p.Offices, line)
	}
	if p.Remote, err = s.remoteOffices(v, c, sv); err != nil {
		return err
	}
	return s.show(v, p.Stay.status(), p)
}

func (s *site) servicePage(v *visit, c *scheduler.Catalogue, sv *scheduler.Service) servicePage {
	l, st := v.lang, s.stay(v)
	line := lineOf(v, c, sv)
	p := servicePage{
		Stay: st,
		ID:   sv.ID, Name: line.Name, Duration: line.Duration, Papers: s.papers(l, c, sv),
		Free: sv.Fee == "0", Rules: sv.Rules, WalkIn: sv.WalkIn, Guessed: guessed(sv.Provenance), Legal: s.legal(l, c, sv),
		ProxyOpen: !sv.Rules.NoProxy && !sv.Rules.InPersonOnly, External: line.External, Online: line.Online,
	}
	fee, sure := feeOf(sv)
	p.Fee, p.FeeGuessed = fee, !sure
	if a, err := c.Administration(sv.AdministrationID); err == nil {
		p.Administration, p.Call = nameOf(l, a.Names), a.Call
	}
	if line.External == "" && line.Online == "" {
		p.Portal = sv.Portal
	}
	if portal := line.External + line.Online + p.Portal; portal != "" {
		p.PortalURL = "https://" + portal
	}
	if o, err := c.Office(sv.OfficeID); err == nil {
		p.NoAppointment = s.groups(l, o.NoAppointmentFor)
	}
	for _, id := range sv.DependsOn {
		if before, err := c.Service(id); err == nil {
			p.Before = append(p.Before, lineOf(v, c, before))
		}
	}
	p.Situations = situationsWith(v, c, sv.ID)
	return p
}

func (s *site) officeLine(v *visit, o *scheduler.Office, sv *scheduler.Service, by scheduler.ServiceChannel) (officeLine, error) {
	within, known := s.stay(v).stay, s.stay(v).Known
	line := officeLine{ID: o.ID, Place: v.way("/services/" + sv.ID + "/" + o.ID), Name: nameOf(v.lang, o.Names)}
	loc, err := s.Zones.Load(o.Zone)
	if err != nil {
		return line, err
	}
	for _, d := range o.Dates {
		line.Only = append(line.Only, v.lang.FullDate(d.At(0, loc)))
	}
	q := scheduler.SlotQuery{ServiceID: sv.ID, OfficeID: o.ID, Channel: by}
	if by.Remote() { // who need not come need not be in the country
		within, known = stay{}, false
		line.Place = "/services/" + sv.ID + "/" + o.ID + "?channel=" + string(by)
	}
	if line.First, err = s.firstFree(v.Context(), q, loc, within); err != nil || !line.First.IsZero() {
		line.When = s.whenSet(v, line.First)
		return line, err
	}
	if known {
		later, err := s.firstFree(v.Context(), q, loc, stay{within.To, scheduler.Date{Year: 9999, Month: 1, Day: 1}})
		line.Later = s.whenSet(v, later)
		return line, err
	}
	return line, nil
}

// whenSet is when, and "" for the zero time.
func (s *site) whenSet(v *visit, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return s.when(v, t)
}

// firstFree is the earliest free time of an office for a service, in loc, within
// a stay when there is one; zero when there is none as far as can be booked. Most
// offices have one soon, so it looks at the next weeks before it looks at the
// whole year.
func (s *site) firstFree(ctx context.Context, q scheduler.SlotQuery, loc *time.Location, st stay) (time.Time, error) {
	today := scheduler.DateOf(s.now().In(loc))
	from, end, ok := st.within(today, today.AddDays(s.Engine.Policy().Horizon))
	if !ok {
		return time.Time{}, nil
	}
	for _, span := range []int{14, 60, s.Engine.Policy().Horizon} {
		q.From, q.To = from, from.AddDays(span)
		if q.To.After(end) {
			q.To = end
		}
		days, err := s.Engine.Days(ctx, q)
		if err != nil {
			return time.Time{}, err
		}
		for _, d := range days {
			if d.Free > 0 {
				return d.First.StartsAt.In(loc), nil
			}
		}
		if from = q.To.AddDays(1); from.After(end) {
			break
		}
	}
	return time.Time{}, nil
}

// shortWhen is "mardi 10 août 2027, 09:30".
func (s *site) shortWhen(l *locale.Language, t time.Time) string {
	return l.Say("clock.other_day", "date", l.FullDate(t), "time", l.Clock(t))
}
