package scheduler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// ZoneMove is an appointment whose instant changes because zone data did: the
// office's clock shows the same time, which is the truth.
type ZoneMove struct {
	Appointment Appointment // with the new instants
	Was         time.Time   // UTC
	// Tell says that the clock the person reads by shows another time now.
	Tell bool
}

// ZonePlan says what new zone data changes.
type ZonePlan struct {
	Version string
	Moves   []ZoneMove
	// Same are ids of appointments derived from other zone data that gives the
	// same instant: only the note of the version is out of date.
	Same []string
}

// PlanZones derives the instants of future appointments anew, without changing
// any. before is the zone data that was in force, or nil when it is not at hand:
// then a person is found to read another time only where the appointment's
// instant changed, not where their own country changed its clock.
func (e *Engine) PlanZones(ctx context.Context, before Zones) (ZonePlan, error) {
	now := e.now()
	held, err := e.store.Occupancy(ctx, DateOf(now).AddDays(-1))
	if err != nil {
		return ZonePlan{}, fmt.Errorf("plan zones: %w", err)
	}
	plan := ZonePlan{Version: e.zones.Version()}
	for i := range held.Appointments {
		a := &held.Appointments[i]
		if !a.StartsAt.After(now) {
			continue
		}
		m, err := e.rezoned(*a, before)
		switch {
		case err != nil:
			return ZonePlan{}, fmt.Errorf("plan zones: %w", err)
		case m.changes():
			plan.Moves = append(plan.Moves, m)
		case a.TZVersion != plan.Version:
			plan.Same = append(plan.Same, a.ID)
		}
	}
	slices.SortFunc(plan.Moves, func(a, b ZoneMove) int {
		return cmp.Or(a.Was.Compare(b.Was), cmp.Compare(a.Appointment.ID, b.Appointment.ID))
	})
	return plan, nil
}

func (m *ZoneMove) changes() bool { return m.Tell || !m.Appointment.StartsAt.Equal(m.Was) }

// rezoned derives an appointment's instants from its date, time and zone.
func (e *Engine) rezoned(a Appointment, before Zones) (ZoneMove, error) {
	loc, err := e.zones.Load(a.Zone)
	if err != nil {
		return ZoneMove{}, fmt.Errorf("zone of appointment %s: %w", a.ID, err)
	}
	m := ZoneMove{Was: a.StartsAt}
	length := a.EndsAt.Sub(a.StartsAt)
	a.StartsAt = a.Place.Date.At(a.Place.Start, loc).UTC()
	a.EndsAt = a.StartsAt.Add(length)
	m.Appointment = a
	// What is noted as of this zone data was told before.
	if !a.StartsAt.Equal(m.Was) || a.TZVersion != e.zones.Version() {
		m.Tell = e.readsAnother(&a, m.Was, before)
	}
	return m, nil
}

// readsAnother reports whether a person who reads by a clock of their own is
// shown another time than before. Who reads by the office's is shown the same.
func (e *Engine) readsAnother(a *Appointment, was time.Time, before Zones) bool {
	if a.Citizen.Zone == "" || a.Citizen.Zone == a.Zone {
		return false
	}
	now, err := e.zones.Load(a.Citizen.Zone)
	if err != nil {
		return false
	}
	then := now
	if before != nil {
		if old, err := before.Load(a.Citizen.Zone); err == nil {
			then = old
		}
	}
	return was.In(then).Format(time.DateTime) != a.StartsAt.In(now).Format(time.DateTime)
}

// ApplyZones writes what PlanZones finds: instants, SEQUENCE and reminders by the
// new instants; who is shown another time is told. It is safe to run again, and
// while Mawid serves, once every node has the new zone data. It returns what it
// changed.
func (e *Engine) ApplyZones(ctx context.Context, before Zones) (ZonePlan, error) {
	plan, err := e.PlanZones(ctx, before)
	if err != nil {
		return plan, err
	}
	if len(plan.Moves) > 0 { // reminders are planned by its working days
		if _, err := e.Catalogue(ctx); err != nil {
			return plan, fmt.Errorf("apply zones: %w", err)
		}
	}
	done := plan.Moves[:0:0]
	for _, m := range plan.Moves {
		moved, err := e.applyZone(ctx, m, before)
		if err != nil {
			return plan, fmt.Errorf("apply zones: appointment %s: %w", m.Appointment.ID, err)
		}
		if moved {
			done = append(done, m)
		}
	}
	plan.Moves = done
	if err := e.store.StampZoneData(ctx, plan.Version, plan.Same); err != nil {
		return plan, fmt.Errorf("apply zones: %w", err)
	}
	return plan, nil
}

// recentBooking is how long a confirmation may wait for a decent hour. One that
// may still wait is planned anew, since the new SEQUENCE revokes it: better said
// twice than never.
const recentBooking = 12 * time.Hour

func (e *Engine) applyZone(ctx context.Context, planned ZoneMove, before Zones) (moved bool, err error) {
	id := planned.Appointment.ID
	err = e.decide(ctx, queueOf(planned.Appointment.Place), func() (Change, error) {
		stored, err := e.store.Appointment(ctx, id)
		if err != nil {
			return Change{}, err
		}
		m, err := e.rezoned(stored, before)
		if err != nil {
			return Change{}, err
		}
		a := &m.Appointment
		now := e.now()
		if !m.changes() || !stored.Status.Live() || !stored.StartsAt.After(now) || stored.Revision != planned.Appointment.Revision {
			return Change{}, errNothingToDo // changed meanwhile, by a node with the new data
		}
		a.Revision++
		a.Sequence++
		a.UpdatedAt, a.TZVersion = now, e.zones.Version()
		change := Change{
			Updates: []Appointment{*a}, RevokeNotices: []string{a.ID}, NewClaims: e.claims(a),
			History: []HistoryEntry{a.history("rezoned", "system", a.where(), a.where())},
		}
		change.Notices, err = e.withIDs(e.zoneNotices(a, m.Tell, now))
		return change, err
	})
	if errors.Is(err, errNothingToDo) {
		return false, nil
	}
	return err == nil, err
}

// zoneNotices plans reminders by the new instant, and what is told at once.
func (e *Engine) zoneNotices(a *Appointment, tell bool, now time.Time) []Notice {
	first := NoticeMoved
	fresh := now.Sub(a.CreatedAt) < recentBooking && a.Revision == 2 // 1 before this change
	if fresh {
		first = NoticeConfirmation
	}
	planned := e.known().planNotices(e.policy.Notices, a, first, now, e.zones)
	if tell || fresh {
		return planned
	}
	return slices.DeleteFunc(planned, func(n Notice) bool { return n.Kind == first })
}
