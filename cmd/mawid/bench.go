package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"mawid/configs"
	"mawid/internal/store"
	"mawid/internal/tz"
	"mawid/scheduler"
)

type benchCommand struct {
	Seconds  int    `default:"12" help:"Seconds to measure, shared by all lines."`
	Database string `help:"Where to make the throw-away database: sqlite:FOLDER, or postgres://… on a server that may create one. Default: the setting database_url's kind."`
}

// The ways to load: how many clients at once. Rounds alternate between the
// yardstick and whole bookings, so that a noisy machine disturbs both.
var benchClients = []int{1, 8, 32}

const benchRounds = 3

// Validate refuses, as wrong usage, what would not end.
func (c benchCommand) Validate() error {
	if c.Seconds < 1 || c.Seconds > 600 {
		return errors.New("--seconds: want 1 to 600")
	}
	return nil
}

// Run measures whole bookings per second (day, appointment, notices, history)
// against the bare transaction, unchanged calendars against an empty handler, and
// calls against the plain claim, in the same run.
func (c benchCommand) Run(ctx context.Context, cli *commands, io streams) error {
	settings, err := loadSettings(cli)
	if err != nil {
		return err
	}
	b, drop, err := newBench(ctx, c.place(settings))
	if err != nil {
		return err
	}
	each := time.Duration(c.Seconds) * time.Second / time.Duration(2*benchRounds*(len(benchClients)+1))
	return errors.Join(b.run(ctx, each, io), drop())
}

func (c benchCommand) place(s configs.Settings) string {
	if c.Database != "" {
		return c.Database
	}
	if len(s.DatabaseURL) > 7 && s.DatabaseURL[:7] == "sqlite:" {
		return "sqlite:"
	}
	return s.DatabaseURL
}

// bench holds the two things that are compared.
type bench struct {
	db      *store.DB
	bare    *store.Bare
	engine  *scheduler.Engine
	slots   []scheduler.Slot
	days    int // different days among them; the yardstick has as many counters
	next    atomic.Int64
	counter atomic.Int64
}

func newBench(ctx context.Context, at string) (*bench, func() error, error) {
	db, drop, err := store.ThrowAway(ctx, at, store.Options{MaxConns: slices.Max(benchClients)})
	if err != nil {
		return nil, nil, err
	}
	b := &bench{db: db}
	if err := b.prepare(ctx); err != nil {
		return nil, nil, errors.Join(err, drop())
	}
	return b, drop, nil
}

func (b *bench) prepare(ctx context.Context) error {
	zones, err := tz.Embedded()
	if err != nil {
		return err
	}
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return err
	}
	b.engine, err = scheduler.New(scheduler.Config{
		Store: b.db, Clock: time.Now, Zones: zones, Random: rand.Reader, Secret: secret, Policy: scheduler.DefaultPolicy(),
	})
	if err != nil {
		return err
	}
	catalogue, err := benchCatalogue(zones)
	if err != nil {
		return err
	}
	if _, err := b.engine.Import(ctx, catalogue); err != nil {
		return err
	}
	if b.slots, err = b.allSlots(ctx, catalogue); err != nil {
		return err
	}
	b.days = len(benchDays(b.slots))
	b.bare, err = b.db.NewBare(ctx, b.days)
	return err
}

// benchDesks makes every office large, so that the measure is of bookings and
// not of refusals.
const benchDesks = 200

func benchCatalogue(zones scheduler.Zones) (scheduler.CatalogueData, error) {
	sample, err := configs.Read(configs.SampleName, configs.SampleFile, zones)
	data := sample.CatalogueData
	for i := range data.Offices {
		data.Offices[i].Desks = benchDesks
	}
	return data, err
}

// allSlots lists the first service of every office on the next two months.
func (b *bench) allSlots(ctx context.Context, data scheduler.CatalogueData) ([]scheduler.Slot, error) {
	today := scheduler.DateOf(time.Now().UTC())
	var out []scheduler.Slot
	seen := map[string]bool{}
	for _, s := range data.Services {
		if seen[s.OfficeID] {
			continue
		}
		seen[s.OfficeID] = true
		slots, err := b.engine.Slots(ctx, scheduler.SlotQuery{ServiceID: s.ID, OfficeID: s.OfficeID, From: today.AddDays(1), To: today.AddDays(60)})
		if err != nil {
			return nil, err
		}
		out = append(out, slots...)
	}
	return spread(out), nil
}

// spread orders slots so that neighbours lie on different days.
func spread(slots []scheduler.Slot) []scheduler.Slot {
	byDay := map[string][]scheduler.Slot{}
	days := benchDays(slots)
	for _, s := range slots {
		k := s.Place.PoolID + s.Place.Date.String()
		byDay[k] = append(byDay[k], s)
	}
	var out []scheduler.Slot
	for len(out) < len(slots) {
		for _, d := range days {
			if q := byDay[d]; len(q) > 0 {
				out, byDay[d] = append(out, q[0]), q[1:]
			}
		}
	}
	return out
}

func benchDays(slots []scheduler.Slot) []string {
	var days []string
	seen := map[string]bool{}
	for _, s := range slots {
		if k := s.Place.PoolID + s.Place.Date.String(); !seen[k] {
			seen[k] = true
			days = append(days, k)
		}
	}
	return days
}

func (b *bench) whole(ctx context.Context) error {
	n := b.next.Add(1)
	s := b.slots[int(n)%len(b.slots)]
	_, err := b.engine.Book(ctx, scheduler.BookRequest{
		OfficeID: s.OfficeID, ServiceID: s.ServiceID, StartsAt: s.StartsAt,
		Citizen: scheduler.Citizen{Name: fmt.Sprintf("Fatima Zahra Bennani %d", n), Email: fmt.Sprintf("p%d@example.org", n), Language: "fr"},
	})
	return err
}

func (b *bench) bareOne(ctx context.Context) error {
	return b.bare.Book(ctx, int(b.counter.Add(1))%b.days)
}

// line is what one number of clients reached.
type line struct {
	clients     int
	bare, whole []float64 // per second, one for each round
	slowest     []time.Duration
}

func (b *bench) run(ctx context.Context, each time.Duration, io streams) error {
	var lines []line
	for _, clients := range benchClients {
		l := line{clients: clients}
		for range benchRounds {
			bare, _, err1 := load(ctx, clients, each, b.bareOne)
			whole, p99, err2 := load(ctx, clients, each, b.whole)
			if err := errors.Join(err1, err2); err != nil {
				return err
			}
			l.bare, l.whole, l.slowest = append(l.bare, bare), append(l.whole, whole), append(l.slowest, p99)
		}
		lines = append(lines, l)
	}
	calendars, err := b.runFeed(ctx, each)
	if err != nil {
		return err
	}
	calls, err := b.runCalls(ctx)
	if err != nil {
		return err
	}
	return b.print(lines, calendars, calls, io)
}

func (b *bench) print(lines []line, calendars feedLine, calls callLine, io streams) error {
	fmt.Fprintf(io.out, "%s, %d processors, %s; medians of %d rounds\n", b.db.Dialect(), runtime.NumCPU(), goVersion(), benchRounds)
	w := tabwriter.NewWriter(io.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "clients\tbare transactions/s\twhole bookings/s\tp99 of a booking\tratio\t")
	ratios := ""
	for _, l := range lines {
		ratio := median(l.whole) / median(l.bare)
		fmt.Fprintf(w, "%d\t%.0f\t%.0f\t%s\t%.2f\t\n", l.clients, median(l.bare), median(l.whole),
			median(l.slowest).Round(100*time.Microsecond), ratio)
		ratios += fmt.Sprintf(" c%d=%.2f", l.clients, ratio)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	empty, feed := median(calendars.empty), median(calendars.feed)
	fmt.Fprintf(io.out, "calendars, %d clients: %.0f answers 304/s; an empty handler %.0f/s\n", feedClients, feed, empty)
	claim, call := median(calls.claim), median(calls.call)
	fmt.Fprintf(io.out, "call next, %d desks, a queue of %d: p99 %s; the plain claim statement %s\n", callDesks, callPeople,
		call.Round(10*time.Microsecond), claim.Round(10*time.Microsecond))
	_, err := fmt.Fprintf(io.out, "ratios whole/bare:%s feed304=%.2f call-p99=%.2f\n", ratios, feed/empty, float64(call)/float64(claim))
	return err
}

// load runs so many clients for a while; it returns how many steps a second
// were done and the 99th percentile of their length.
func load(ctx context.Context, clients int, length time.Duration, step func(context.Context) error) (float64, time.Duration, error) {
	var (
		all    []time.Duration
		failed error
		mu     sync.Mutex
		group  sync.WaitGroup
	)
	start := time.Now()
	for range clients {
		group.Go(func() {
			var mine []time.Duration
			var err error
			for time.Since(start) < length && err == nil && ctx.Err() == nil {
				begin := time.Now()
				err = step(ctx)
				mine = append(mine, time.Since(begin))
			}
			mu.Lock()
			defer mu.Unlock()
			all, failed = append(all, mine...), errors.Join(failed, err)
		})
	}
	group.Wait()
	if failed = errors.Join(failed, ctx.Err()); failed != nil {
		return 0, 0, failed
	}
	slices.Sort(all)
	return float64(len(all)) / time.Since(start).Seconds(), all[len(all)*99/100], nil
}

func median[T float64 | time.Duration](xs []T) T {
	sorted := slices.Sorted(slices.Values(xs))
	return sorted[len(sorted)/2]
}
