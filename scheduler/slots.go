package scheduler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Slot is a time at which a service may start at an office.
type Slot struct {
	OfficeID  string
	ServiceID string
	Channel   ServiceChannel
	Place     Place
	Zone      string    // the office's
	StartsAt  time.Time // UTC
	EndsAt    time.Time // UTC
	Remaining int       // how many more can have it
}

// SlotQuery asks for the free times of a service.
type SlotQuery struct {
	ServiceID string
	OfficeID  string // "" means every office that offers the service
	Channel   ServiceChannel
	From, To  Date // both included, in each office's own calendar
	Party     int  // persons; 0 means 1
}

// DayOffer is what one office has free on one date.
type DayOffer struct {
	OfficeID string
	Date     Date
	Opening  Opening
	Free     int  // start times that are still open
	First    Slot // the earliest of them; only when Free > 0
}

// maxQueryDays bounds one question.
const maxQueryDays = 366

// Slots lists free times, ordered by instant, then office. Faults in the query
// are an InvalidError.
func (e *Engine) Slots(ctx context.Context, q SlotQuery) ([]Slot, error) {
	var out []Slot
	err := e.eachDay(ctx, q, func(_ *Office, _ Opening, slots []Slot) { out = append(out, slots...) })
	slices.SortStableFunc(out, func(a, b Slot) int { return a.StartsAt.Compare(b.StartsAt) })
	return out, err
}

// Days lists what is free on each date of the query, per office, closed days
// included with their reason; ordered by date, then office.
func (e *Engine) Days(ctx context.Context, q SlotQuery) ([]DayOffer, error) {
	var out []DayOffer
	err := e.eachDay(ctx, q, func(o *Office, op Opening, slots []Slot) {
		d := DayOffer{OfficeID: o.ID, Opening: op, Free: len(slots)}
		if len(slots) > 0 {
			d.First = slots[0]
		}
		out = append(out, d)
	})
	if err != nil {
		return nil, err
	}
	span := q.From.DaysUntil(q.To) + 1
	for i := range out { // eachDay walks office by office, date by date
		out[i].Date = q.From.AddDays(i % span)
	}
	slices.SortStableFunc(out, func(a, b DayOffer) int { return a.Date.Compare(b.Date) })
	return out, nil
}

// eachDay visits every office of the query and each of its dates in order.
func (e *Engine) eachDay(ctx context.Context, q SlotQuery, visit func(*Office, Opening, []Slot)) error {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return err
	}
	q.Party = persons(q.Party)
	service, pools, err := e.checkQuery(c, q)
	if err != nil {
		return err
	}
	stored, err := e.storedDays(ctx, pools, q)
	if err != nil {
		return err
	}
	for _, p := range pools {
		office := c.offices[p.OfficeID]
		loc, err := e.zones.Load(office.Zone)
		if err != nil {
			return fmt.Errorf("zone of office %s: %w", office.ID, err)
		}
		w := walk{engine: e, catalogue: c, service: service, pool: p, office: office, loc: loc, party: q.Party, now: e.now(), by: q.Channel}
		for date := q.From; !date.After(q.To); date = date.AddDays(1) {
			op, slots := w.day(date, stored)
			visit(office, op, slots)
		}
	}
	return nil
}

func (e *Engine) checkQuery(c *Catalogue, q SlotQuery) (*Service, []*Pool, error) {
	bad := &InvalidError{}
	service, err := c.Service(q.ServiceID)
	if err != nil {
		bad.Add("service", "unknown", "no such service")
	}
	if _, err := c.Office(q.OfficeID); q.OfficeID != "" && err != nil {
		bad.Add("office", "unknown", "no such office")
	}
	if q.To.Before(q.From) {
		bad.Add("to", "before_from", "must not be before from")
	} else if q.From.DaysUntil(q.To) >= maxQueryDays {
		bad.Add("to", "too_far", "at most %d days at once", maxQueryDays)
	}
	if q.Party < 1 || q.Party > e.policy.MaxParty {
		bad.Add("party_size", "out_of_range", "from 1 to %d", e.policy.MaxParty)
	}
	if err := bad.OrNil(); err != nil {
		return nil, nil, err
	}
	return service, c.PoolsBy(q.Channel, q.ServiceID, q.OfficeID), nil
}

type dayKey struct {
	pool string
	date Date
}

func (e *Engine) storedDays(ctx context.Context, pools []*Pool, q SlotQuery) (map[dayKey]Day, error) {
	if len(pools) == 0 {
		return nil, nil
	}
	ids := make([]string, len(pools))
	for i, p := range pools {
		ids[i] = p.ID
	}
	days, err := e.store.Days(ctx, ids, q.From, q.To)
	if err != nil {
		return nil, fmt.Errorf("read days: %w", err)
	}
	m := make(map[dayKey]Day, len(days))
	for _, d := range days {
		m[dayKey{d.PoolID, d.Date}] = d
	}
	return m, nil
}

// walk finds the free slots of one service in one pool, date by date.
type walk struct {
	engine    *Engine
	catalogue *Catalogue
	service   *Service
	pool      *Pool
	office    *Office
	loc       *time.Location
	party     int
	now       time.Time
	by        ServiceChannel
}

func (w *walk) day(date Date, stored map[dayKey]Day) (Opening, []Slot) {
	op := w.catalogue.PoolOpening(w.pool, date)
	if !op.Open() {
		return op, nil
	}
	day, ok := stored[dayKey{w.pool.ID, date}]
	if !ok {
		day = w.catalogue.DeriveDay(w.pool, date)
	}
	var out []Slot
	for _, t := range starts(op.Windows, w.service, w.party) {
		place := Place{PoolID: w.pool.ID, Date: date, Start: t, Ticks: w.service.ticks(w.party), Share: Public}
		if free := day.Free(t, place.Ticks, Public); free > 0 && w.engine.bookable(place, w.loc, w.now) == "" {
			out = append(out, w.slot(place, free))
		}
	}
	return op, out
}

func (w *walk) slot(p Place, free int) Slot {
	at := p.Date.At(p.Start, w.loc).UTC()
	return Slot{
		OfficeID: w.office.ID, ServiceID: w.service.ID, Channel: w.by, Place: p, Zone: w.office.Zone,
		StartsAt: at, EndsAt: at.Add(w.service.visit(w.party)), Remaining: free,
	}
}

// bookable returns "" or the code of why this place cannot be booked now.
func (e *Engine) bookable(p Place, loc *time.Location, now time.Time) string {
	at := p.Date.At(p.Start, loc)
	switch {
	case at.Before(now):
		return "past"
	case at.Before(now.Add(e.policy.Lead)):
		return "too_soon"
	case p.Date.After(DateOf(now.In(loc)).AddDays(e.policy.Horizon)):
		return "too_far"
	case DateOf(at) != p.Date || TimeOfDayOf(at) != p.Start:
		return "not_offered" // a clock change skips it
	case clockChanges(at, p.Ticks*TickMinutes):
		return "not_offered" // its ticks would not be its minutes
	}
	return ""
}

// clockChanges reports whether the clock of at's zone changes while these
// minutes pass. A change as they end does not count.
func clockChanges(at time.Time, minutes int) bool {
	_, before := at.Zone()
	_, after := at.Add(time.Duration(minutes)*time.Minute - 1).Zone()
	return before != after
}

// persons reads a party size that may be left out.
func persons(n int) int {
	if n == 0 {
		return 1
	}
	return n
}

// visit is how long the person is at the desk.
func (s *Service) visit(party int) time.Duration {
	return time.Duration(s.Minutes*party) * time.Minute
}

// ticks is how many ticks a visit takes, the buffer included.
func (s *Service) ticks(party int) int {
	return (s.Minutes*party + s.Buffer + TickMinutes - 1) / TickMinutes
}

// step is the distance between start times offered, in minutes: the smallest
// round one that a person's visit fits in, at most half an hour, so that lists
// stay short and times easy to say.
func (s *Service) step() TimeOfDay {
	for _, m := range []int{5, 10, 15, 20} {
		if s.Minutes+s.Buffer <= m {
			return TimeOfDay(m)
		}
	}
	return 30
}

// starts lists the start times of a service in the windows of a day.
func starts(windows []Window, s *Service, party int) []TimeOfDay {
	length := TimeOfDay(s.ticks(party) * TickMinutes)
	var out []TimeOfDay
	for _, w := range windows {
		for t := w.From; t+length <= w.To; t += s.step() {
			out = append(out, t)
		}
	}
	return out
}

// allowedPlace is a checked request: a place that the rules allow, free or not.
type allowedPlace struct {
	service *Service
	office  *Office
	pool    *Pool
	channel ServiceChannel
	place   Place
	starts  time.Time // UTC
	ends    time.Time // UTC
}

// placeRequest is what a caller asks for.
type placeRequest struct {
	serviceID, officeID string
	startsAt            time.Time
	party               int
	channel             ServiceChannel
}

// allowed checks a request against the rules. Faults are an InvalidError.
func (e *Engine) allowed(c *Catalogue, w placeRequest) (allowedPlace, error) {
	bad := &InvalidError{}
	service, office, pool := e.requestParts(c, w, bad)
	if w.party < 1 || w.party > e.policy.MaxParty {
		bad.Add("party_size", "out_of_range", "from 1 to %d", e.policy.MaxParty)
	}
	if err := bad.OrNil(); err != nil {
		return allowedPlace{}, err
	}
	loc, err := e.zones.Load(office.Zone)
	if err != nil {
		return allowedPlace{}, fmt.Errorf("zone of office %s: %w", office.ID, err)
	}
	local := w.startsAt.In(loc)
	o := allowedPlace{
		service: service, office: office, pool: pool, channel: w.channel, starts: w.startsAt.UTC(), ends: w.startsAt.UTC().Add(service.visit(w.party)),
		place: Place{PoolID: pool.ID, Date: DateOf(local), Start: TimeOfDayOf(local), Ticks: service.ticks(w.party), Share: Public},
	}
	return o, e.checkStart(c, o, loc, w.party)
}

func (e *Engine) requestParts(c *Catalogue, w placeRequest, bad *InvalidError) (*Service, *Office, *Pool) {
	service, err := c.Service(w.serviceID)
	if err != nil {
		bad.Add("service", "unknown", "no such service")
	}
	office, errOffice := c.Office(w.officeID)
	if errOffice != nil {
		bad.Add("office", "unknown", "no such office")
	}
	if err := errors.Join(err, errOffice); err != nil {
		return nil, nil, nil
	}
	if portal := c.ExternalBooking(service); portal != "" {
		bad.Add("service", "booked_elsewhere", "this service is booked at %s", portal)
		return nil, nil, nil
	}
	pools := c.PoolsBy(w.channel, w.serviceID, w.officeID)
	if len(pools) == 0 && w.channel.Remote() {
		bad.Add("channel", "not_offered", "this office does not offer the service by %s", w.channel)
		return nil, nil, nil
	}
	if len(pools) == 0 {
		bad.Add("service", "not_offered", "this office does not offer the service")
		return nil, nil, nil
	}
	return service, office, pools[0]
}

func (e *Engine) checkStart(c *Catalogue, o allowedPlace, loc *time.Location, party int) error {
	if code := e.bookable(o.place, loc, e.now()); code != "" {
		return Invalid("starts_at", code, "this time cannot be booked")
	}
	windows := c.PoolOpening(o.pool, o.place.Date).Windows
	if !slices.ContainsFunc(windows, func(w Window) bool { return w.From <= o.place.Start && o.place.Start < w.To }) {
		return Invalid("starts_at", "closed", "the office is closed at this time")
	}
	exact := o.starts.Equal(o.place.Date.At(o.place.Start, loc))
	if !exact || !slices.Contains(starts(windows, o.service, party), o.place.Start) {
		return Invalid("starts_at", "not_offered", "not one of the start times of this service")
	}
	return nil
}
