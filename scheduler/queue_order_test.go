package scheduler_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mawid/scheduler"
)

var nine = time.Date(2027, 6, 1, 9, 0, 0, 0, time.UTC)

// someTickets draws a queue: appointments on time and late, walk-ins, groups.
func someTickets(t *rapid.T) []scheduler.Ticket {
	p := scheduler.DefaultQueuePolicy()
	var out []scheduler.Ticket
	for i := range rapid.IntRange(0, 25).Draw(t, "tickets") {
		k := scheduler.Ticket{
			ID: fmt.Sprint("t", i), Number: fmt.Sprintf("A%03d", i+1), State: scheduler.TicketWaiting,
			ArrivedAt: nine.Add(time.Duration(rapid.IntRange(-120, 60).Draw(t, "arrived")) * time.Minute),
		}
		appointed := time.Time{}
		if rapid.Bool().Draw(t, "appointment") {
			k.AppointmentID = fmt.Sprint("a", i)
			appointed = k.ArrivedAt.Add(time.Duration(rapid.IntRange(-40, 60).Draw(t, "ahead")) * time.Minute)
		}
		p.SetDues(&k, appointed, rapid.SampledFrom([]int{0, 0, 0, 1, 2, 3}).Draw(t, "weight"))
		out = append(out, k)
	}
	return out
}

// TestOrderOfCalls: the rules, over queues of any kind.
func TestOrderOfCalls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		waiting := someTickets(t)
		now := nine.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "now")) * time.Minute)
		used := rapid.Bool().Draw(t, "credit used")
		order := scheduler.CallOrderOf(waiting, used, now)
		if len(order) != len(waiting) {
			t.Fatalf("%d of %d are called", len(order), len(waiting))
		}
		credits := 0
		for len(waiting) > 0 {
			i, why := scheduler.NextInLine(waiting, used, now)
			called := waiting[i]
			if called.ID != order[0].ID {
				t.Fatalf("%s is called, %s was shown", called.ID, order[0].ID)
			}
			waiting, order = slices.Delete(slices.Clone(waiting), i, i+1), order[1:]
			jumped := slices.ContainsFunc(waiting, func(o scheduler.Ticket) bool {
				return cmp.Or(o.PlainDue.Compare(called.PlainDue), o.ArrivedAt.Compare(called.ArrivedAt), cmp.Compare(o.Number, called.Number), cmp.Compare(o.ID, called.ID)) < 0
			})
			if jumped == (why == scheduler.CallOrder) {
				t.Fatalf("%s was called for %q; went before somebody: %v", called.ID, why, jumped)
			}
			overdue := func(o scheduler.Ticket) bool { return !o.GuardAt.After(now) }
			for _, o := range waiting {
				if overdue(o) && (!overdue(called) || o.GuardAt.Before(called.GuardAt)) {
					t.Fatalf("%s was called before %s, who waited beyond the guard", called.ID, o.ID)
				}
			}
			if used = why == scheduler.CallPriority; used {
				if credits++; !called.Due.Before(called.PlainDue) {
					t.Fatal("priority without a credit")
				}
			} else {
				credits = 0
			}
			if credits > 1 {
				t.Fatal("two credited calls in a row")
			}
		}
	})
}

// TestNobodyStarves: credited people and appointments come without end, each
// due before the walk-in who was there first. The guard ends the waiting.
func TestNobodyStarves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := scheduler.DefaultQueuePolicy()
		last := scheduler.Ticket{ID: "patient", State: scheduler.TicketWaiting, ArrivedAt: nine}
		p.SetDues(&last, time.Time{}, 0)
		queue, used, now := []scheduler.Ticket{last}, false, nine
		minutes := rapid.IntRange(1, 10).Draw(t, "minutes of a service")
		for n := 0; ; n++ {
			for k := range rapid.IntRange(1, 2).Draw(t, "arrivals") {
				c := scheduler.Ticket{ID: fmt.Sprint(n, "-", k), State: scheduler.TicketWaiting, ArrivedAt: now}
				p.SetDues(&c, now.Add(-time.Minute), 3)
				queue = append(queue, c)
			}
			i, why := scheduler.NextInLine(queue, used, now)
			if queue[i].ID == "patient" {
				break
			}
			if now.After(last.GuardAt) {
				t.Fatalf("%s is called at %s (%s), the patient one is over the guard since %s", queue[i].ID, now, why, last.GuardAt)
			}
			queue, used = slices.Delete(queue, i, i+1), why == scheduler.CallPriority
			now = now.Add(time.Duration(minutes) * time.Minute)
		}
	})
}

// TestLateAndEarly is the table of when a ticket is due.
func TestLateAndEarly(t *testing.T) {
	p := scheduler.DefaultQueuePolicy()
	for _, c := range []struct {
		name            string
		arrived         int // minutes after the appointed time
		due, guardAfter int
		walkIn          bool
		weight          int
	}{
		{"early", -50, 0, 75, false, 0},
		{"on time", 0, 0, 75, false, 0},
		{"late within the grace", 10, 0, 85, false, 0},
		{"late", 11, 11, 86, false, 0},
		{"very late", 120, 120, 195, false, 0},
		{"elderly", 0, -20, 75, false, 2},
		{"walk-in", 0, 30, 75, true, 0},
		{"walk-in with an infant", 0, 20, 75, true, 1},
	} {
		k := scheduler.Ticket{ArrivedAt: nine.Add(time.Duration(c.arrived) * time.Minute)}
		appointed := nine
		if c.walkIn {
			appointed = time.Time{}
		}
		p.SetDues(&k, appointed, c.weight)
		if due, guard := k.Due.Sub(nine).Minutes(), k.GuardAt.Sub(nine).Minutes(); due != float64(c.due) || guard != float64(c.guardAfter) {
			t.Errorf("%s: due after %v, guarded from %v; want %d and %d", c.name, due, guard, c.due, c.guardAfter)
		}
	}
}

// discipline picks the next of a queue.
type discipline func(queue []scheduler.Ticket, used bool, now time.Time) (int, scheduler.CallReason)

func fifo(queue []scheduler.Ticket, _ bool, _ time.Time) (int, scheduler.CallReason) {
	best := 0
	for i := range queue {
		if queue[i].ArrivedAt.Before(queue[best].ArrivedAt) {
			best = i
		}
	}
	return best, scheduler.CallOrder
}

// strict serves appointments before all walk-ins.
func strict(queue []scheduler.Ticket, _ bool, _ time.Time) (int, scheduler.CallReason) {
	best := 0
	for i := range queue {
		if queue[best].WalkIn() && !queue[i].WalkIn() ||
			queue[best].WalkIn() == queue[i].WalkIn() && queue[i].ArrivedAt.Before(queue[best].ArrivedAt) {
			best = i
		}
	}
	return best, scheduler.CallOrder
}

// simulatedDay is one desk for four hours, as in the facts: 16 appointments that
// come with 85 %, 8 walk-ins, services of 10 minutes with a spread of 0.6. It
// returns the waits in minutes of both kinds; an appointment waits from its time.
func simulatedDay(rnd *rand.Rand, pick discipline) (appointments, walkIns []float64) {
	p := scheduler.DefaultQueuePolicy()
	var all []scheduler.Ticket
	for i := range 16 {
		if rnd.Float64() > 0.85 {
			continue
		}
		at := nine.Add(time.Duration(i*15) * time.Minute)
		k := scheduler.Ticket{ID: fmt.Sprint("a", i), AppointmentID: "a", State: scheduler.TicketWaiting, ArrivedAt: at.Add(-5 * time.Minute)}
		p.SetDues(&k, at, 0)
		all = append(all, k)
	}
	for i := range 8 {
		k := scheduler.Ticket{ID: fmt.Sprint("w", i), State: scheduler.TicketWaiting, ArrivedAt: nine.Add(time.Duration(rnd.Float64() * float64(4*time.Hour)))}
		p.SetDues(&k, time.Time{}, 0)
		all = append(all, k)
	}
	now, used := nine, false
	for len(all) > 0 {
		var here []scheduler.Ticket
		next := now.Add(24 * time.Hour)
		for _, k := range all {
			if k.ArrivedAt.After(now) {
				next = minTime(next, k.ArrivedAt)
				continue
			}
			here = append(here, k)
		}
		if len(here) == 0 {
			now = next
			continue
		}
		i, why := pick(here, used, now)
		used = why == scheduler.CallPriority
		if k := here[i]; k.WalkIn() {
			walkIns = append(walkIns, now.Sub(k.ArrivedAt).Minutes())
		} else {
			appointments = append(appointments, max(now.Sub(k.PlainDue).Minutes(), 0))
		}
		all = slices.DeleteFunc(all, func(k scheduler.Ticket) bool { return k.ID == here[i].ID })
		now = now.Add(serviceTime(rnd, 10, 0.6))
	}
	return appointments, walkIns
}

func minTime(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// serviceTime draws from a gamma distribution by Marsaglia and Tsang's method
// (2000): another one than the forecast uses.
func serviceTime(rnd *rand.Rand, mean, spread float64) time.Duration {
	shape := 1 / (spread * spread)
	d := shape - 1.0/3
	for {
		x := rnd.NormFloat64()
		v := math.Pow(1+x/math.Sqrt(9*d), 3)
		if v > 0 && math.Log(1-rnd.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return time.Duration(d * v * mean / shape * float64(time.Minute))
		}
	}
}

// BenchmarkOrder prints mean waits in minutes at load 0.9 by three disciplines.
func BenchmarkOrder(b *testing.B) {
	for _, way := range []struct {
		name string
		pick discipline
	}{{"due", scheduler.NextInLine}, {"fifo", fifo}, {"strict", strict}} {
		b.Run(way.name, func(b *testing.B) {
			rnd := rand.New(rand.NewPCG(1, 2))
			var booked, walked []float64
			for range max(b.N, 1500) {
				x, y := simulatedDay(rnd, way.pick)
				booked, walked = append(booked, x...), append(walked, y...)
			}
			b.ReportMetric(mean(booked), "appointments/min")
			b.ReportMetric(mean(walked), "walk-ins/min")
			slices.Sort(walked)
			b.ReportMetric(walked[len(walked)*9/10], "walk-ins-p90/min")
		})
	}
}

func mean(xs []float64) float64 {
	total := 0.0
	for _, x := range xs {
		total += x
	}
	return total / float64(len(xs))
}

// TestDueTimeLiesBetweenTheExtremes: walk-ins wait less than when appointments
// always go first, appointments less than when all go by arrival.
func TestDueTimeLiesBetweenTheExtremes(t *testing.T) {
	waits := func(pick discipline) (float64, float64) {
		rnd := rand.New(rand.NewPCG(3, 4))
		var booked, walked []float64
		for range 600 {
			x, y := simulatedDay(rnd, pick)
			booked, walked = append(booked, x...), append(walked, y...)
		}
		return mean(booked), mean(walked)
	}
	dueA, dueW := waits(scheduler.NextInLine)
	fifoA, _ := waits(fifo)
	_, strictW := waits(strict)
	if dueA >= fifoA || dueW >= strictW {
		t.Errorf("by due time %.1f and %.1f; by arrival appointments %.1f; appointments first walk-ins %.1f", dueA, dueW, fifoA, strictW)
	}
}
