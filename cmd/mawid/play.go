package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"mawid/scheduler"
)

// play is a day at an office with invented people: who has an appointment comes
// (most of them, some late), others walk in, desks call, serve, park, send on.
// The same seed makes the same day. Nobody in it is a real person.
type play struct {
	engine *scheduler.Engine
	clock  scheduler.Clock
	rnd    *rand.Rand
	office *scheduler.Office
	c      *scheduler.Catalogue
	kiosk  scheduler.Actor

	coming []comer // by time
	desks  []*playDesk
	// Kept for whoever counts afterwards.
	arrived, served, gone int
}

// comer is one who will come.
type comer struct {
	at          time.Time
	appointment string // id, "" for a walk-in
	service     string
	group       string
}

// playDesk is a desk and what its agent does until when.
type playDesk struct {
	id     string
	by     scheduler.Actor
	ticket string
	phase  playPhase
	until  time.Time
}

type playPhase int

const (
	deskFree playPhase = iota
	deskCalled
	deskServing
)

// How the people of the play behave.
const (
	playComes  = 0.88 // of those with an appointment
	playAbsent = 0.05 // of those called
	playParks  = 0.06 // of those served
	playSends  = 0.04
	playMore   = 0.05 // have a second errand
)

// book fills the day with appointments through an engine whose clock is days
// before, up to the share of each service's times.
func (p *play) book(ctx context.Context, before *scheduler.Engine, date scheduler.Date, share float64) error {
	n := 0
	for _, s := range p.c.ServicesOf(p.office.ID) {
		slots, err := before.Slots(ctx, scheduler.SlotQuery{ServiceID: s.ID, OfficeID: p.office.ID, From: date, To: date})
		if err != nil {
			return err
		}
		for _, slot := range slots {
			if p.rnd.Float64() > share {
				continue
			}
			n++
			b, err := before.Book(ctx, scheduler.BookRequest{OfficeID: p.office.ID, ServiceID: s.ID, StartsAt: slot.StartsAt, Citizen: p.somebody(n)})
			if errors.Is(err, scheduler.ErrSlotTaken) {
				continue
			}
			if err != nil {
				return err
			}
			p.expect(b.Appointment)
		}
	}
	return nil
}

// expect lets the person of an appointment come, or not.
func (p *play) expect(a scheduler.Appointment) {
	if p.rnd.Float64() < playComes {
		late := time.Duration(p.rnd.NormFloat64()*8-10) * time.Minute
		p.coming = append(p.coming, comer{at: a.StartsAt.Add(late), appointment: a.ID})
	}
}

// playNames are first and last names, each person's in one script.
var playNames = [...]struct{ first, last []string }{
	{
		[]string{"Amina", "Youssef", "Khadija", "Rachid", "Hamza", "Brahim", "Leïla", "Samira", "Karim"},
		[]string{"El Amrani", "Tazi", "Berrada", "Idrissi", "Chraibi", "Ouali", "Sabri", "Rami"},
	},
	{[]string{"فاطمة", "محمد", "سعاد", "نادية", "عمر", "يوسف"}, []string{"بناني", "العلوي", "الفاسي", "المنصوري", "العمراني"}},
}

func (p *play) somebody(n int) scheduler.Citizen {
	names := playNames[p.rnd.IntN(len(playNames))]
	return scheduler.Citizen{
		Name:     names.first[p.rnd.IntN(len(names.first))] + " " + names.last[p.rnd.IntN(len(names.last))],
		Email:    fmt.Sprintf("p%d@example.org", n),
		Language: []string{"ar", "fr", "fr", "nl", "es"}[p.rnd.IntN(5)],
	}
}

// walkIns lets so many more come between two instants.
func (p *play) walkIns(n int, from, to time.Time) {
	services := p.c.ServicesOf(p.office.ID)
	for range n {
		w := comer{
			at:      from.Add(time.Duration(p.rnd.Float64() * float64(to.Sub(from)))),
			service: services[p.rnd.IntN(len(services))].ID,
		}
		if groups := p.c.PriorityGroups; len(groups) > 0 && p.rnd.Float64() < 0.12 {
			w.group = groups[p.rnd.IntN(len(groups))].ID
		}
		p.coming = append(p.coming, w)
	}
}

// sit opens every desk of the office.
func (p *play) sit(ctx context.Context) error {
	for i, d := range p.c.Desks(p.office.ID) {
		by := scheduler.Actor{Staff: &scheduler.User{ID: fmt.Sprintf("agent-%d", i+1), Role: scheduler.RoleAgent, Offices: p.officesOf(&d)}}
		if err := p.engine.OpenDesk(ctx, d.ID, by.Staff.ID, by); err != nil {
			return err
		}
		p.desks = append(p.desks, &playDesk{id: d.ID, by: by, until: p.clock()})
	}
	slices.SortStableFunc(p.coming, func(a, b comer) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	return nil
}

// officesOf are those of who sits at a desk: the office, and the ones whose
// services are given there, so that a booth opens files for them.
func (p *play) officesOf(d *scheduler.Desk) []string {
	offices := []string{p.office.ID}
	pool, err := p.c.Pool(d.PoolID)
	if err != nil {
		return offices
	}
	for _, id := range pool.Services {
		if s, err := p.c.Service(id); err == nil && !slices.Contains(offices, s.OfficeID) {
			offices = append(offices, s.OfficeID)
		}
	}
	return offices
}

// step does all that is due by now. What somebody at a screen did meanwhile to a
// desk or a ticket stands: the play goes on from there.
func (p *play) step(ctx context.Context) error {
	now := p.clock()
	for len(p.coming) > 0 && !p.coming[0].at.After(now) {
		next := p.coming[0]
		p.coming = p.coming[1:]
		if err := p.arrive(ctx, next); err != nil {
			return err
		}
	}
	for _, d := range p.desks {
		if d.until.After(now) {
			continue
		}
		if err := p.work(ctx, d, now); err != nil {
			return err
		}
	}
	return nil
}

// over reports whether nobody is expected and every desk has nothing to do.
func (p *play) over() bool {
	return len(p.coming) == 0 && !slices.ContainsFunc(p.desks, func(d *playDesk) bool { return d.phase != deskFree })
}

func (p *play) arrive(ctx context.Context, c comer) error {
	var err error
	if c.appointment != "" {
		_, err = p.engine.CheckIn(ctx, c.appointment, p.kiosk)
	} else {
		_, err = p.engine.DrawTicket(ctx, scheduler.DrawRequest{OfficeID: p.office.ID, Services: p.errands(c.service), Group: c.group}, p.desks[0].by)
	}
	switch {
	case errors.Is(err, scheduler.ErrDayFull):
		p.gone++
	case errors.Is(err, scheduler.ErrInvalidState): // cancelled meanwhile
	case err == nil:
		p.arrived++
	default:
		return err
	}
	return nil
}

func (p *play) errands(first string) []string {
	if services := p.c.ServicesOf(p.office.ID); p.rnd.Float64() < playMore {
		return []string{first, services[p.rnd.IntN(len(services))].ID}
	}
	return []string{first}
}

// work lets the agent of a desk do the next thing.
func (p *play) work(ctx context.Context, d *playDesk, now time.Time) error {
	var err error
	switch d.phase {
	case deskFree:
		err = p.next(ctx, d, now)
	case deskCalled:
		if p.rnd.Float64() < playAbsent {
			_, err = p.engine.MarkNoShow(ctx, d.ticket, d.by)
			d.phase, d.until = deskFree, now.Add(p.seconds(20))
			break
		}
		var t scheduler.Ticket
		t, err = p.engine.StartServing(ctx, d.ticket, d.by)
		d.phase, d.until = deskServing, now.Add(p.serviceTime(t.ServiceID))
	case deskServing:
		err = p.end(ctx, d, now)
	}
	if errors.Is(err, scheduler.ErrInvalidState) || errors.Is(err, scheduler.ErrNotFound) {
		d.phase, d.until = deskFree, now.Add(p.seconds(60)) // somebody at a screen was faster
		return nil
	}
	return err
}

func (p *play) next(ctx context.Context, d *playDesk, now time.Time) error {
	t, err := p.engine.CallNext(ctx, d.id, d.by)
	if errors.Is(err, scheduler.ErrNobodyWaits) {
		d.until = now.Add(p.seconds(20))
		return p.fetchParked(ctx, d, now)
	}
	if err != nil {
		return err
	}
	d.ticket, d.phase, d.until = t.ID, deskCalled, now.Add(p.seconds(40))
	return nil
}

// fetchParked returns somebody of the desk's pool who stepped aside.
func (p *play) fetchParked(ctx context.Context, d *playDesk, now time.Time) error {
	v, err := p.engine.Queue(ctx, p.office.ID)
	if err != nil {
		return err
	}
	desk, err := p.c.Desk(d.id)
	if err != nil {
		return err
	}
	for _, t := range v.Parked {
		if t.PoolID == desk.PoolID && now.Sub(t.Since) > 5*time.Minute {
			_, err := p.engine.Return(ctx, t.ID, d.by)
			return err
		}
	}
	return nil
}

func (p *play) end(ctx context.Context, d *playDesk, now time.Time) error {
	d.phase, d.until = deskFree, now.Add(p.seconds(15))
	var t scheduler.Ticket
	var err error
	switch luck := p.rnd.Float64(); {
	case luck < playParks:
		_, err = p.engine.Park(ctx, d.ticket, d.by)
	case luck < playParks+playSends:
		services := p.c.ServicesOf(p.office.ID)
		_, err = p.engine.Transfer(ctx, d.ticket, "", services[p.rnd.IntN(len(services))].ID, d.by)
	default:
		kind := scheduler.OutcomeSettled
		if p.rnd.Float64() < 0.2 {
			kind = scheduler.OutcomeComeBack
		}
		if t, err = p.engine.Finish(ctx, d.ticket, scheduler.Outcome{Kind: kind}, d.by); err == nil {
			p.served++
		}
		if t.State == scheduler.TicketServing { // the next errand of the same person
			d.phase, d.until = deskServing, now.Add(p.serviceTime(t.ServiceID))
		}
	}
	return err
}

func (p *play) seconds(mean float64) time.Duration {
	return time.Duration((0.5 + p.rnd.Float64()) * mean * float64(time.Second))
}

// serviceTime is around the catalogue's minutes, a little shorter on the whole.
func (p *play) serviceTime(serviceID string) time.Duration {
	minutes := 10.0
	if s, err := p.c.Service(serviceID); err == nil {
		minutes = float64(s.Minutes)
	}
	return time.Duration((0.35 + p.rnd.ExpFloat64()*0.5) * minutes * float64(time.Minute))
}
