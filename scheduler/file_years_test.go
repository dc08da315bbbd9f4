package scheduler_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"mawid/scheduler"
)

// TestThreeYearsOfFiles lives three years of 5,000 files over the administrations
// of the sample, and at five dates compares what the engine says of lateness,
// promises and the ledger with a recount that was kept beside it, in plain
// numbers of days, by other code. Under the race detector there are fewer files.
func TestThreeYearsOfFiles(t *testing.T) {
	each(t, func(w *world) {
		w.safi("2027-01-04")
		y := newYears(w, 5000/raceCost)
		for day := range 1096 {
			y.live(day)
			if slices.Contains([]int{60, 233, 480, 800, 1095}, day) {
				y.compare(day)
			}
		}
	})
}

// years is the simulation and its recount.
type years struct {
	*world
	c     *scheduler.Catalogue
	first scheduler.Date
	todo  map[int][]func() error // by day
	files []*tally
}

// tally is the recount's own view of one file, in days since the first.
type tally struct {
	house, office string
	id            string
	deposit, end  int // end −1: open
	steps         []tallyStep
	promises      []tallyPromise
}

type tallyStep struct {
	kind             string
	from, until, due int // until −1: runs; due −1: none
	waits            bool
}

type tallyPromise struct{ by, kept int } // kept −1: not

var simulated = []string{"dgi-th-tsc", "dgi-if", "cf-cert", "cf-requisition", "com-urbanisme", "cri-projet", "adii-at-regul", "prov-passport"}

func newYears(w *world, n int) *years {
	y := &years{world: w, c: sample(w), first: w.date("2027-01-04"), todo: map[int][]func() error{}}
	r := rand.New(rand.NewPCG(10, 8))
	for i := range n {
		y.plan(r, i)
	}
	return y
}

// at does something on a day; the things of one file are planned in order.
func (y *years) at(day int, do func() error) { y.todo[day] = append(y.todo[day], do) }

// plan writes the life of one file: opened, maybe papers asked for, maybe a
// promise kept in time, late or never, steps, and in two of three cases settled.
func (y *years) plan(r *rand.Rand, i int) {
	s, err := y.c.Service(simulated[r.IntN(len(simulated))])
	y.must(err)
	by := staffOf(s.OfficeID)
	open := r.IntN(900)
	f := &tally{house: s.AdministrationID, office: s.OfficeID, deposit: open, end: -1}
	y.files = append(y.files, f)
	first, days := "decision", 60
	switch s.ID {
	case "cf-requisition":
		first, days = "extrait_bo", 10
	case "cri-projet":
		days = 30
	}
	promise := -1
	if r.IntN(3) == 0 {
		promise = open + 1 + r.IntN(40)
	}
	y.at(open, func() error {
		req := scheduler.FileRequest{ServiceID: s.ID, Citizen: scheduler.Citizen{Name: fmt.Sprintf("Person %c%c", 'A'+i%26, 'A'+i/26%26), Email: fmt.Sprintf("p%d@example.org", i)}}
		if promise >= 0 {
			req.Promise = &scheduler.PromiseRequest{What: "x", By: y.first.AddDays(promise)}
			f.promises = append(f.promises, tallyPromise{promise, -1})
		}
		o, err := y.OpenFile(y.Context(), req, by)
		f.id = o.File.ID
		f.steps = append(f.steps, tallyStep{kind: first, from: open, until: -1, due: y.due(open, days)})
		return err
	})
	day := open
	if r.IntN(4) == 0 {
		day = y.papers(r, f, by, day+1+r.IntN(30), days)
	}
	if promise >= 0 && r.IntN(3) > 0 {
		day = max(day+1, promise-10+r.IntN(20))
		on := day
		y.at(on, func() error {
			f.promises[0].kept = on
			file, err := y.File(y.Context(), f.id, by)
			if err != nil {
				return err
			}
			_, err = y.KeepPromise(y.Context(), f.id, 0, by, file.Promises[0].ID)
			return err
		})
	}
	if s.ID == "cf-requisition" && r.IntN(2) == 0 {
		on := day + 1 + r.IntN(30)
		day = on
		y.at(on, func() error {
			f.steps[len(f.steps)-1].until = on
			f.steps = append(f.steps, tallyStep{kind: "avis_bornage", from: on, until: -1, due: y.due(on, 61)})
			_, err := y.AdvanceStep(y.Context(), f.id, 0, by, "")
			return err
		})
	}
	if r.IntN(3) > 0 {
		y.settle(f, by, day+1+r.IntN(150))
	}
}

// papers asks, and receives some days later: the term grows by that wait.
func (y *years) papers(r *rand.Rand, f *tally, by scheduler.Actor, on, days int) int {
	back := on + 1 + r.IntN(50)
	y.at(on, func() error {
		f.steps[len(f.steps)-1].until = on
		f.steps = append(f.steps, tallyStep{kind: "documents", from: on, until: -1, due: -1, waits: true})
		_, err := y.AskDocuments(y.Context(), f.id, 0, by, []string{"paper"})
		return err
	})
	y.at(back, func() error {
		held := f.steps[len(f.steps)-2]
		f.steps[len(f.steps)-1].until = back
		f.steps = append(f.steps, tallyStep{kind: held.kind, from: back, until: -1, due: y.due(f.deposit, days+back-on)})
		_, err := y.ReceiveDocuments(y.Context(), f.id, 0, by, []string{"paper"})
		return err
	})
	return back
}

func (y *years) settle(f *tally, by scheduler.Actor, on int) {
	y.at(on, func() error {
		f.end, f.steps[len(f.steps)-1].until = on, on
		for i := range f.promises {
			if f.promises[i].kept < 0 {
				f.promises[i].kept = on
			}
		}
		_, err := y.Settle(y.Context(), f.id, 0, by, "done")
		return err
	})
}

// due counts a legal date by itself: the day, and on to the next one that is
// neither a weekend nor within a closure.
func (y *years) due(from, days int) int {
	for day := from + days; ; day++ {
		d := y.first.AddDays(day)
		weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
		closed := slices.ContainsFunc(y.c.Closures, func(c scheduler.Closure) bool {
			return len(c.Offices) == 0 && d.String() >= c.From.String() && d.String() <= c.To.String()
		})
		if !weekend && !closed {
			return day
		}
	}
}

// live does what is planned for a day: eight at once, as people at desks do.
func (y *years) live(day int) {
	y.clock.Set(y.at0(day))
	work := make(chan func() error)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for do := range work {
				if err := do(); err != nil {
					y.Errorf("day %d: %v", day, err)
				}
			}
		})
	}
	for _, do := range y.todo[day] {
		work <- do
	}
	close(work)
	wg.Wait()
}

func (y *years) at0(day int) time.Time {
	return y.first.AddDays(day).At(10*60, time.UTC)
}

// compare recounts and asks.
func (y *years) compare(day int) {
	y.Helper()
	on := y.first.AddDays(day)
	want := map[string]int{}
	for _, f := range y.files {
		if f.id == "" || f.end >= 0 {
			continue
		}
		if s := f.steps[len(f.steps)-1]; !s.waits && s.due >= 0 && day > s.due {
			want[f.id] = day - s.due
		}
	}
	got := map[string]int{}
	q := scheduler.FileQuery{List: scheduler.FilesLate, On: on, Limit: 400}
	for {
		page, err := y.Files(y.Context(), q, &scheduler.User{Role: scheduler.RoleAdministrator})
		y.must(err)
		for i := range page {
			got[page[i].ID] = page[i].Late(on)
		}
		if len(page) < 400 {
			break
		}
		last := &page[len(page)-1]
		q.AfterDue, q.AfterID = last.Summary().Due, last.ID
	}
	if len(want) == 0 && day > 200 {
		y.Fatalf("day %d: nothing is late in the recount", day)
	}
	for id, days := range want {
		if got[id] != days {
			y.Fatalf("day %d: file %s is late by %d days, the recount says %d", day, id, got[id], days)
		}
	}
	if len(got) != len(want) {
		y.Fatalf("day %d: %d late files, the recount says %d", day, len(got), len(want))
	}
	y.compareLedger(day)
}

// houseTally is the recount's ledger of one administration.
type houseTally struct {
	open, late, settled, due, kept int
	days                           []int
	steps                          map[string][]int
}

func (y *years) compareLedger(day int) {
	y.Helper()
	from := max(0, day-180)
	l, err := y.Ledger(y.Context(), y.first.AddDays(from), y.first.AddDays(day), nil)
	y.must(err)
	houses := map[string]*houseTally{}
	for _, f := range y.files {
		if f.id == "" {
			continue
		}
		h := houses[f.house]
		if h == nil {
			h = &houseTally{steps: map[string][]int{}}
			houses[f.house] = h
		}
		h.add(f, from, day)
	}
	shown := 0
	for _, row := range l.Rows {
		h := houses[row.AdministrationID]
		slices.Sort(h.days)
		for _, c := range []struct {
			name string
			got  scheduler.Figure
			want int
		}{
			{"open", row.Open, h.open},
			{"late", row.Late, h.late},
			{"settled", row.Settled, h.settled},
			{"promises", row.PromisesDue, h.due},
			{"kept", row.PromisesKept, h.kept},
			{"median", row.MedianDays, rank(h.days, 0.5)},
			{"p90", row.P90Days, rank(h.days, 0.9)},
		} {
			if !c.got.Hidden {
				shown++
				if c.got.Value != c.want {
					y.Fatalf("day %d, %s: %s %d, the recount says %d", day, row.AdministrationID, c.name, c.got.Value, c.want)
				}
			}
		}
	}
	for _, s := range l.Steps {
		days := houses[s.AdministrationID].steps[s.Kind]
		slices.Sort(days)
		if !s.Done.Hidden && s.Kind != "depot" && s.Kind != "recepisse" && (s.Done.Value != len(days) || s.MedianDays.Value != rank(days, 0.5)) {
			y.Fatalf("day %d, %s of %s: %d with median %d, the recount says %v", day, s.Kind, s.AdministrationID, s.Done.Value, s.MedianDays.Value, days)
		}
	}
	if day > 200 && shown < 20 {
		y.Fatalf("day %d: only %d figures are shown", day, shown)
	}
}

func (h *houseTally) add(f *tally, from, day int) {
	last := f.steps[len(f.steps)-1]
	switch {
	case f.end < 0:
		h.open++
		if !last.waits && last.due >= 0 && day > last.due {
			h.late++
		}
	case f.end >= from:
		h.settled++
		h.days = append(h.days, f.end-f.deposit)
	}
	for _, p := range f.promises {
		if p.by >= from && p.by < day {
			h.due++
			if p.kept >= 0 && p.kept <= p.by {
				h.kept++
			}
		}
	}
	for _, s := range f.steps {
		if !s.waits && s.until >= from {
			h.steps[s.kind] = append(h.steps[s.kind], s.until-s.from)
		}
	}
}

// rank is the nearest-rank percentile of sorted values; 0 of none.
func rank(sorted []int, part float64) int {
	if len(sorted) == 0 {
		return 0
	}
	n := int(part * float64(len(sorted)))
	if float64(n) < part*float64(len(sorted)) {
		n++
	}
	return sorted[cmp.Or(n, 1)-1]
}
