package scheduler

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// ImportPlan says what a new catalogue would change, and whom it displaces.
type ImportPlan struct {
	From        int64  // version of the stored catalogue, 0 when none
	Differences []Diff // empty: nothing would change
	Displaced   []Appointment
	EndedHolds  int
	Days        int // stored days that are rebuilt
}

// Diff is one thing that a new catalogue adds, removes or changes.
type Diff struct {
	Kind string // "office", "service", "closure", …
	ID   string
	What string // "added", "removed", "changed"
}

// PlanImport works out what a catalogue would change, without changing it.
func (e *Engine) PlanImport(ctx context.Context, data CatalogueData) (ImportPlan, error) {
	plan, _, _, err := e.planImport(ctx, e.store, data)
	return plan, err
}

// Import applies a catalogue: stored days are rebuilt, and what no longer fits
// becomes a displaced appointment that its person is told of. Nothing happens
// when nothing differs. Bookings wait meanwhile.
func (e *Engine) Import(ctx context.Context, data CatalogueData) (ImportPlan, error) {
	plan, err := e.PlanImport(ctx, data)
	if err != nil || len(plan.Differences) == 0 {
		return plan, err
	}
	for range maxTries {
		err = e.store.Alone(ctx, func(s CatalogueStore) error {
			plan, err = e.applyImport(ctx, s, data)
			return err
		})
		if errors.Is(err, ErrConflict) && ctx.Err() == nil {
			continue
		}
		if err != nil {
			return ImportPlan{}, fmt.Errorf("import: %w", err)
		}
		_, err = e.reload(ctx)
		return plan, err
	}
	return ImportPlan{}, fmt.Errorf("import: %w", ErrBusy)
}

func (e *Engine) applyImport(ctx context.Context, s CatalogueStore, data CatalogueData) (ImportPlan, error) {
	plan, since, change, err := e.planImport(ctx, s, data)
	if err != nil || len(plan.Differences) == 0 {
		return plan, err
	}
	return plan, s.ReplaceCatalogue(ctx, plan.From, data, since, change)
}

func (e *Engine) planImport(ctx context.Context, s CatalogueStore, data CatalogueData) (ImportPlan, Date, Change, error) {
	now := e.now()
	since := DateOf(now).AddDays(-1) // no zone is more than a day behind UTC
	old, err := s.Catalogue(ctx)
	if errors.Is(err, ErrNotFound) {
		old, err = NewCatalogue(CatalogueData{}, 0), nil
	}
	if err != nil {
		return ImportPlan{}, since, Change{}, fmt.Errorf("stored catalogue: %w", err)
	}
	held, err := s.Occupancy(ctx, since)
	if err != nil {
		return ImportPlan{}, since, Change{}, fmt.Errorf("stored days: %w", err)
	}
	r := rebuild{engine: e, catalogue: NewCatalogue(data, old.Version+1), now: now, change: Change{At: now}}
	if err := r.all(held); err != nil {
		return ImportPlan{}, since, Change{}, err
	}
	r.plan.From = old.Version
	r.plan.Differences = diffCatalogues(&old.CatalogueData, &data)
	return r.plan, since, r.change, nil
}

// rebuild derives stored days anew and fits in what occupied them: first the
// visits that began, since they are at a desk already, then older bookings
// before newer ones.
type rebuild struct {
	engine    *Engine
	catalogue *Catalogue
	now       time.Time
	plan      ImportPlan
	change    Change
}

func (r *rebuild) all(o Occupancy) error {
	byDay := map[string]*Day{}
	for _, d := range o.Days {
		day := r.derive(d)
		byDay[d.PoolID+"|"+d.Date.String()] = &day
	}
	r.plan.Days = len(byDay)
	slices.SortStableFunc(o.Appointments, func(a, b Appointment) int {
		return cmp.Or(r.later(&a)-r.later(&b), a.CreatedAt.Compare(b.CreatedAt))
	})
	for i := range o.Appointments {
		if err := r.refit(byDay, &o.Appointments[i]); err != nil {
			return err
		}
	}
	for _, h := range o.Holds {
		if day := byDay[queueOf(h.Place)]; day == nil || !r.serves(h.Place, h.ServiceID, h.Channel) || day.Book(h.Place) != nil {
			r.change.EndHolds = append(r.change.EndHolds, EndHold{ID: h.ID, State: HoldExpired})
			r.plan.EndedHolds++
		}
	}
	for _, d := range o.Days {
		r.change.Days = append(r.change.Days, *byDay[d.PoolID+"|"+d.Date.String()])
	}
	return nil
}

// derive makes the empty day that the new rules give, under the stored version.
func (r *rebuild) derive(old Day) Day {
	day := Day{PoolID: old.PoolID, OfficeID: old.OfficeID, Date: old.Date}
	if p, err := r.catalogue.Pool(old.PoolID); err == nil {
		day = r.catalogue.DeriveDay(p, old.Date)
	}
	day.Version = old.Version
	return day
}

func (r *rebuild) refit(days map[string]*Day, a *Appointment) error {
	if a.Place.Ticks == 0 {
		return nil
	}
	day, began := days[queueOf(a.Place)], r.later(a) == 0
	if day != nil && (began || r.serves(a.Place, a.ServiceID, a.Channel)) && day.Book(a.Place) == nil {
		return nil
	}
	if day == nil && began {
		return nil // its day lies before what is rebuilt
	}
	return r.displace(a)
}

// later is 0 for a visit that began and 1 for one that lies ahead.
func (r *rebuild) later(a *Appointment) int {
	if a.StartsAt.After(r.now) {
		return 1
	}
	return 0
}

// serves reports whether the pool's desks still do a service. A visit for a
// service that is no more would wait at a desk that cannot help.
// So would one by video where there is no video any more.
func (r *rebuild) serves(at Place, serviceID string, by ServiceChannel) bool {
	return slices.ContainsFunc(r.catalogue.PoolsBy(by, serviceID, ""), func(p *Pool) bool { return p.ID == at.PoolID })
}

// displace takes an appointment's place away. A visit that began keeps its
// status and gives up only the place.
func (r *rebuild) displace(a *Appointment) error {
	from := a.where()
	a.Revision++
	a.UpdatedAt = r.now
	if r.later(a) == 0 {
		a.Place.Ticks = 0
		r.change.Updates = append(r.change.Updates, *a)
		return nil
	}
	a.Status = StatusDisplaced
	a.Sequence++
	notices, err := r.engine.withIDs(a.notices(NoticeDisplaced, r.now, a.StartsAt))
	if err != nil {
		return err
	}
	r.change.Updates = append(r.change.Updates, *a)
	r.change.Notices = append(r.change.Notices, notices...)
	r.change.RevokeNotices = append(r.change.RevokeNotices, a.ID)
	r.change.DropClaims = append(r.change.DropClaims, a.ID) // they may book anew instead
	r.change.History = append(r.change.History, a.history("displaced", "system", from, ""))
	r.plan.Displaced = append(r.plan.Displaced, *a)
	return nil
}

func diffCatalogues(a, b *CatalogueData) []Diff {
	var out []Diff
	out = append(out, diff("administration", a.Administrations, b.Administrations, func(x Administration) string { return x.ID })...)
	out = append(out, diff("office", a.Offices, b.Offices, func(x Office) string { return x.ID })...)
	out = append(out, diff("service", a.Services, b.Services, func(x Service) string { return x.ID })...)
	out = append(out, diff("document", a.Documents, b.Documents, func(x Document) string { return x.ID })...)
	out = append(out, diff("hours", a.Hours, b.Hours, func(x HoursTemplate) string { return x.ID })...)
	out = append(out, diff("closure", a.Closures, b.Closures, func(x Closure) string { return x.ID })...)
	out = append(out, diff("period", a.Periods, b.Periods, func(x Period) string { return x.ID })...)
	out = append(out, diff("legal clock", a.LegalClocks, b.LegalClocks, func(x LegalClock) string { return x.ID })...)
	out = append(out, diff("chain", a.Chains, b.Chains, func(x Chain) string { return x.ID })...)
	if len(out) == 0 && !sameJSON(a, b) { // what has no id, or the order of a list
		out = append(out, Diff{"catalogue", "", "changed"})
	}
	return out
}

func diff[T any](kind string, before, after []T, id func(T) string) []Diff {
	var out []Diff
	old := make(map[string]T, len(before))
	for _, x := range before {
		old[id(x)] = x
	}
	for _, x := range after {
		was, ok := old[id(x)]
		switch {
		case !ok:
			out = append(out, Diff{kind, id(x), "added"})
		case !sameJSON(was, x):
			out = append(out, Diff{kind, id(x), "changed"})
		}
		delete(old, id(x))
	}
	for _, x := range before {
		if _, gone := old[id(x)]; gone {
			out = append(out, Diff{kind, id(x), "removed"})
		}
	}
	return out
}

// sameJSON compares what would be stored; a nil and an empty list are one.
func sameJSON(a, b any) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && bytes.Equal(bytes.ReplaceAll(x, []byte("[]"), []byte("null")), bytes.ReplaceAll(y, []byte("[]"), []byte("null")))
}
