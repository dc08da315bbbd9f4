package scheduler

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
)

// Figure is a count or a number of days that may be published, or is kept back
// because fewer than MinPeople stand behind it, or because it would tell such a
// one by subtraction.
type Figure struct {
	Value  int
	Hidden bool
}

// Ledger is the public account: aggregates only, no figure of fewer than
// MinPeople people. Files count one person each.
type Ledger struct {
	On, From, To Date // as of On, about what ended or fell due from From to To
	Rows         []LedgerRow
	Total        LedgerRow
	Steps        []LedgerStep
}

// LedgerRow is the account of one administration, or of all.
type LedgerRow struct {
	AdministrationID string // "" of all
	Open             Figure // files open on the day
	Late             Figure // of them: past their legal date, and not the person's turn
	Settled          Figure // settled in the period
	MedianDays       Figure // from deposit to settled, of those
	P90Days          Figure // nine of ten were settled within
	PromisesDue      Figure // whose day fell in the period
	PromisesKept     Figure // of them: by their day
	Visits           Figure // people who answered whether a visit settled their matter
	SettledAtOnce    Figure // of them: yes
	MedianWait       Figure // minutes in the waiting room
	Waited           bool   // anybody was there
}

// LedgerStep is the account of one kind of step of one administration: those
// that ended in the period.
type LedgerStep struct {
	AdministrationID string
	Kind             string
	Done             Figure
	Late             Figure // of them: after the legal date
	MedianDays       Figure
	P90Days          Figure
}

// Waits are minutes that people waited, by administration; the waiting room
// knows them.
type Waits map[string][]int

// account gathers what a ledger is made of.
type account struct {
	row         LedgerRow
	days, waits []int
	steps       map[string]*stepAccount
}

type stepAccount struct {
	days []int
	late int
}

// Accounts adds up files, promises and opinions. It is a pure fold: the order in
// which it is fed does not matter.
type Accounts struct {
	on, from, to Date
	by           map[string]*account
}

// NewAccounts begins an account as of a day about a period.
func NewAccounts(on, from, to Date) *Accounts {
	return &Accounts{on: on, from: from, to: to, by: map[string]*account{}}
}

func (a *Accounts) of(administration string) *account {
	if a.by[administration] == nil {
		a.by[administration] = &account{row: LedgerRow{AdministrationID: administration}, steps: map[string]*stepAccount{}}
	}
	return a.by[administration]
}

// AddFile adds one file with its steps and promises. Files that were merged into
// another are that other.
func (a *Accounts) AddFile(f *File) {
	if f.State == FileMerged {
		return
	}
	house := a.of(f.AdministrationID)
	switch {
	case f.Open():
		house.row.Open.Value++
		if f.Late(a.on) > 0 {
			house.row.Late.Value++
		}
	case f.State == FileSettled && f.EndedOn.Between(a.from, a.to):
		house.row.Settled.Value++
		house.days = append(house.days, f.DepositedOn.DaysUntil(f.EndedOn))
	}
	for i := range f.Steps {
		a.addStep(&f.Steps[i])
	}
	for i := range f.Promises {
		if p := &f.Promises[i]; p.By.Between(a.from, a.to) && p.By.Before(a.on) {
			row := &a.of(p.AdministrationID).row
			row.PromisesDue.Value++
			if p.State(a.on) == PromiseKept {
				row.PromisesKept.Value++
			}
		}
	}
}

func (a *Accounts) addStep(s *FileStep) {
	if s.AdministrationID == "" || s.Turn != TurnAdministration || s.DoneOn.IsZero() || !s.DoneOn.Between(a.from, a.to) || s.StartedOn == s.DoneOn && s.Outcome == "done" && s.Due.IsZero() {
		return
	}
	steps := a.of(s.AdministrationID).steps
	if steps[s.Kind] == nil {
		steps[s.Kind] = &stepAccount{}
	}
	steps[s.Kind].days = append(steps[s.Kind].days, s.StartedOn.DaysUntil(s.DoneOn))
	if s.Late(a.on) > 0 {
		steps[s.Kind].late++
	}
}

// AddOpinion adds what one person said of a visit in the period.
func (a *Accounts) AddOpinion(o *Opinion) {
	if o.Settled == "" || o.AdministrationID == "" || o.Kind == OpinionFile || !o.On.Between(a.from, a.to) {
		return
	}
	row := &a.of(o.AdministrationID).row
	row.Visits.Value++
	if o.Settled == SettledYes {
		row.SettledAtOnce.Value++
	}
}

// AddWaits adds what the waiting rooms measured.
func (a *Accounts) AddWaits(w Waits) {
	for administration, minutes := range w {
		house := a.of(administration)
		house.waits = append(house.waits, minutes...)
	}
}

// Ledger closes the account and keeps back what must not be published.
func (a *Accounts) Ledger() Ledger {
	l := Ledger{On: a.on, From: a.from, To: a.to}
	var days, waits []int
	for _, id := range slices.Sorted(maps.Keys(a.by)) {
		house := a.by[id]
		house.row.spread(house.days, house.waits)
		l.Rows = append(l.Rows, house.row)
		days, waits = append(days, house.days...), append(waits, house.waits...)
		for _, kind := range slices.Sorted(maps.Keys(house.steps)) {
			l.Steps = append(l.Steps, house.steps[kind].figure(id, kind))
		}
	}
	for i := range l.Rows {
		for j, f := range l.Total.counts() {
			f.Value += l.Rows[i].counts()[j].Value
		}
	}
	l.Total.spread(days, waits)
	l.hide()
	l.blank()
	return l
}

// blank forgets what is kept back, so that no printing of a ledger tells it.
func (l *Ledger) blank() {
	for _, r := range append(pointers(l.Rows), &l.Total) {
		for _, f := range append(r.counts(), &r.MedianDays, &r.P90Days, &r.MedianWait) {
			f.blank()
		}
	}
	for i := range l.Steps {
		s := &l.Steps[i]
		for _, f := range []*Figure{&s.Done, &s.Late, &s.MedianDays, &s.P90Days} {
			f.blank()
		}
	}
}

func (f *Figure) blank() {
	if f.Hidden {
		f.Value = 0
	}
}

// spread fills in medians and the 90th percentile; of fewer than MinPeople they
// are kept back.
func (r *LedgerRow) spread(days, waits []int) {
	r.MedianDays, r.P90Days = percentile(days, 50), percentile(days, 90)
	r.MedianWait, r.Waited = percentile(waits, 50), len(waits) > 0
}

func (s *stepAccount) figure(administration, kind string) LedgerStep {
	out := LedgerStep{AdministrationID: administration, Kind: kind, Done: Figure{Value: len(s.days)}, Late: Figure{Value: s.late}}
	out.MedianDays, out.P90Days = percentile(s.days, 50), percentile(s.days, 90)
	out.Done.hideSmall()
	out.Late.hideSmall()
	hideRest(out.Done, &out.Late)
	return out
}

// percentile is the smallest value that so many of a hundred do not exceed
// (nearest rank).
func percentile(values []int, of int) Figure {
	n := len(values)
	if n < MinPeople {
		return Figure{Hidden: n > 0, Value: 0}
	}
	sorted := slices.Sorted(slices.Values(values))
	return Figure{Value: sorted[(n*of+99)/100-1]}
}

// Ledger returns the public account as of today about a period.
func (e *Engine) Ledger(ctx context.Context, from, to Date, waits Waits) (Ledger, error) {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return Ledger{}, err
	}
	a := NewAccounts(e.today(c, ""), from, to)
	if err := e.store.ReadAccounts(ctx, from, to, filesAtOnce, a.AddFile, a.AddOpinion); err != nil {
		return Ledger{}, fmt.Errorf("ledger: %w", err)
	}
	a.AddWaits(waits)
	return a.Ledger(), nil
}

// filesAtOnce bounds how many files are in memory at once.
const filesAtOnce = 500

// Figures lists all figures in the order of the fields. A number of days or
// minutes that nobody stands behind is kept back like one of too few.
func (r *LedgerRow) Figures() []Figure {
	median, p90, wait := r.MedianDays, r.P90Days, r.MedianWait
	median.Hidden = median.Hidden || r.Settled.Value == 0 || r.Settled.Hidden
	p90.Hidden = p90.Hidden || r.Settled.Value == 0 || r.Settled.Hidden
	wait.Hidden = wait.Hidden || !r.Waited
	return []Figure{r.Open, r.Late, r.Settled, median, p90, r.PromisesDue, r.PromisesKept, r.Visits, r.SettledAtOnce, wait}
}

// counts lists the figures that add up over administrations.
func (r *LedgerRow) counts() []*Figure {
	return []*Figure{&r.Open, &r.Late, &r.Settled, &r.PromisesDue, &r.PromisesKept, &r.Visits, &r.SettledAtOnce}
}

func (f *Figure) hideSmall() { f.Hidden = f.Hidden || f.Value > 0 && f.Value < MinPeople }

// hideRest keeps a part back when the rest of its whole would be of too few, or
// when the whole is.
func hideRest(whole Figure, part *Figure) {
	if rest := whole.Value - part.Value; rest > 0 && rest < MinPeople {
		part.Hidden = true
	}
}

// hide keeps back every figure of too few people, and as many others as it takes
// that none of them can be had by subtracting.
func (l *Ledger) hide() {
	rows := append(pointers(l.Rows), &l.Total)
	for _, r := range rows {
		for _, f := range r.counts() {
			f.hideSmall()
		}
		hideRest(r.Open, &r.Late)
		hideRest(r.PromisesDue, &r.PromisesKept)
		hideRest(r.Visits, &r.SettledAtOnce)
	}
	for column := range l.Total.counts() {
		l.hideColumn(column)
	}
}

func pointers[T any](items []T) []*T {
	out := make([]*T, len(items))
	for i := range items {
		out[i] = &items[i]
	}
	return out
}

// hideColumn: when some of a column are kept back, total minus the shown ones
// tells their sum. So at least two are, of at least MinPeople together; else the
// total is kept back.
func (l *Ledger) hideColumn(column int) {
	total := l.Total.counts()[column]
	if total.Hidden {
		return
	}
	var shown []*Figure
	hidden, sum := 0, 0
	for i := range l.Rows {
		switch f := l.Rows[i].counts()[column]; {
		case f.Hidden:
			hidden++
			sum += f.Value
		case f.Value > 0:
			shown = append(shown, f)
		}
	}
	if hidden == 0 {
		return
	}
	slices.SortStableFunc(shown, func(a, b *Figure) int { return cmp.Compare(a.Value, b.Value) })
	for hidden < 2 || sum < MinPeople {
		if len(shown) == 0 {
			total.Hidden = true
			return
		}
		shown[0].Hidden = true
		hidden++
		sum += shown[0].Value
		shown = shown[1:]
	}
}
