package storetest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"mawid/internal/store"
	"mawid/scheduler"
)

// benchRounds of each way alternate, so that a noisy machine disturbs all alike.
const benchRounds = 5

// Bench compares whole bookings (a day of 96 ticks, an appointment, a feed, two
// claims, three notices, a line of history) with the bare transaction (an UPDATE
// and an INSERT) on one database in one run. It reports bookings a second and
// the ratio to the bare transaction, medians of the rounds: "commit" is Commit
// alone, "booking" reads the day before.
func Bench(b *testing.B, url string, clients int) {
	ctx := context.Background()
	db, err := store.Open(ctx, url, store.Options{MaxConns: clients})
	must(b, err)
	defer func() { must(b, db.Close()) }()
	w := newWorkload(b, ctx, db, clients)
	rates := map[string][]float64{}
	b.ResetTimer()
	for range benchRounds {
		for _, way := range w.ways() {
			rates[way.name] = append(rates[way.name], w.rate(b, way.do))
		}
	}
	bare := middle(rates["bare"])
	for name, all := range rates {
		b.ReportMetric(middle(all), name+"/s")
		b.ReportMetric(middle(all)/bare, name+"-ratio")
	}
}

// workload gives each client days of its own, so that no booking conflicts.
type workload struct {
	ctx     context.Context
	db      *store.DB
	bare    *store.Bare
	clients []*client
}

type client struct {
	number, next int
	days         []scheduler.Day
}

const daysPerClient = 60

func newWorkload(b *testing.B, ctx context.Context, db *store.DB, clients int) *workload {
	b.Helper()
	version, err := db.CatalogueVersion(ctx)
	must(b, err)
	if version == 0 {
		must(b, db.ReplaceCatalogue(ctx, 0, scheduler.CatalogueData{}, scheduler.Date{}, scheduler.Change{}))
	}
	w := &workload{ctx: ctx, db: db}
	w.bare, err = db.NewBare(ctx, clients*daysPerClient)
	must(b, err)
	for n := range clients {
		c := &client{number: n}
		for i := range daysPerClient {
			d := newDay(date0.AddDays(i), 255)
			d.PoolID = fmt.Sprintf("pool %d of %d", n, clients)
			d.Places, d.Taken = append(make([]byte, 0, 192), slices.Repeat([]byte{255}, 192)...), make([]byte, 192)
			c.days = append(c.days, d)
		}
		must(b, db.Commit(ctx, scheduler.Change{CatalogueVersion: 1, Days: c.days}))
		for i := range c.days {
			c.days[i].Version = 1
		}
		w.clients = append(w.clients, c)
	}
	return w
}

type way struct {
	name string
	do   func(*client) error
}

func (w *workload) ways() []way {
	return []way{
		{"bare", func(c *client) error {
			c.next++
			return w.bare.Book(w.ctx, c.number*daysPerClient+c.next%daysPerClient)
		}},
		{"commit", func(c *client) error { return w.book(c, nil) }},
		{"booking", func(c *client) error {
			return w.book(c, func(d *scheduler.Day) (err error) {
				*d, _, err = w.db.Day(w.ctx, d.PoolID, d.Date)
				return err
			})
		}},
	}
}

func (w *workload) book(c *client, read func(*scheduler.Day) error) error {
	c.next++
	day := &c.days[c.next%daysPerClient]
	if read != nil {
		if err := read(day); err != nil {
			return err
		}
	}
	change := booking(*day, (w.number(c)<<24)+c.next)
	// Taken goes round, so that the day never fills.
	if change.Days[0].Taken[0] == 255 {
		change.Days[0].Taken = make([]byte, len(day.Places))
	}
	if err := w.db.Commit(w.ctx, change); err != nil {
		return err
	}
	day.Taken = change.Days[0].Taken
	day.Version++
	return nil
}

// number keeps the ids of runs with another number of clients apart.
func (w *workload) number(c *client) int { return len(w.clients)<<10 + c.number }

// rate runs b.N steps, shared by the clients, and returns how many were done in
// a second.
func (w *workload) rate(b *testing.B, do func(*client) error) float64 {
	b.Helper()
	each := max(b.N/len(w.clients), 1)
	errs := make([]error, len(w.clients))
	var group sync.WaitGroup
	begin := time.Now()
	for i, c := range w.clients {
		group.Go(func() {
			for n := 0; n < each && errs[i] == nil; n++ {
				errs[i] = do(c)
			}
		})
	}
	group.Wait()
	took := time.Since(begin)
	for _, err := range errs {
		must(b, err)
	}
	return float64(each*len(w.clients)) / took.Seconds()
}

func middle(xs []float64) float64 {
	sorted := slices.Sorted(slices.Values(xs))
	return sorted[len(sorted)/2]
}
