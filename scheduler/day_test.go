package scheduler_test

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mawid/scheduler"
)

// date is the day of the tests in this file: a Tuesday without any meaning.
var date = scheduler.Date{Year: 2027, Month: 8, Day: 10}

// newDay has public and reserved desks over n ticks from 08:30, of which the
// ticks in closed have none, as in a break.
func newDay(n int, public, reserved byte, closed ...int) scheduler.Day {
	d := scheduler.Day{
		PoolID: "pool", OfficeID: "office", Date: date, First: 8*60 + 30,
		Places: make([]byte, 2*n), Taken: make([]byte, 2*n),
	}
	for i := range n {
		d.Places[i], d.Places[n+i] = public, reserved
	}
	for _, i := range closed {
		d.Places[i], d.Places[n+i] = 0, 0
	}
	return d
}

func placeAt(d scheduler.Day, tick, ticks int, share scheduler.Share) scheduler.Place {
	start := d.First + scheduler.TimeOfDay(tick*scheduler.TickMinutes)
	return scheduler.Place{PoolID: d.PoolID, Date: d.Date, Start: start, Ticks: ticks, Share: share}
}

func TestDayBookAndRelease(t *testing.T) {
	day := newDay(6, 2, 1, 3)
	for _, test := range []struct {
		name  string
		place scheduler.Place
		free  int
	}{
		{"the first ticks", placeAt(day, 0, 3, scheduler.Public), 2},
		{"the last ticks", placeAt(day, 4, 2, scheduler.Public), 2},
		{"the reserved share has its own desks", placeAt(day, 0, 3, scheduler.Reserved), 1},
		{"over the break", placeAt(day, 2, 2, scheduler.Public), 0},
		{"in the break", placeAt(day, 3, 1, scheduler.Public), 0},
		{"before the opening", placeAt(day, -1, 1, scheduler.Public), 0},
		{"over the end", placeAt(day, 5, 2, scheduler.Public), 0},
		{"over the end of the reserved share", placeAt(day, 5, 2, scheduler.Reserved), 0},
		{"after the end", placeAt(day, 6, 1, scheduler.Public), 0},
		{"nothing long", placeAt(day, 0, 0, scheduler.Public), 0},
		{"shorter than nothing", placeAt(day, 2, -1, scheduler.Public), 0},
		{"longer than a number holds", placeAt(day, 1, math.MaxInt, scheduler.Public), 0},
		{"off the grid", scheduler.Place{Start: day.First + 2, Ticks: 1}, 0},
		{"a share that is none", placeAt(day, 0, 1, 2), 0},
		{"a share below all", placeAt(day, 0, 1, -1), 0},
	} {
		t.Run(test.name, func(t *testing.T) { bookUntilFull(t, day, test.place, test.free) })
	}
}

// bookUntilFull books a place as often as it shall be free, once more, and
// gives all of them back.
func bookUntilFull(t *testing.T, day scheduler.Day, p scheduler.Place, free int) {
	t.Helper()
	empty := day
	for left := free; left > 0; left-- {
		if got := day.Free(p.Start, p.Ticks, p.Share); got != left {
			t.Fatalf("free = %d, want %d", got, left)
		}
		if err := day.Book(p); err != nil {
			t.Fatalf("with %d left: %v", left, err)
		}
	}
	if got := day.Free(p.Start, p.Ticks, p.Share); got != 0 {
		t.Errorf("free = %d, want none", got)
	}
	full := day
	if err := day.Book(p); !errors.Is(err, scheduler.ErrSlotTaken) {
		t.Errorf("booking a full place: %v, want ErrSlotTaken", err)
	}
	if diff := cmp.Diff(full, day); diff != "" {
		t.Errorf("a refused booking changed the day (-want +got):\n%s", diff)
	}
	for range free {
		if err := day.Release(p); err != nil {
			t.Fatalf("giving back: %v", err)
		}
	}
	if diff := cmp.Diff(empty, day); diff != "" {
		t.Errorf("after giving all back (-want +got):\n%s", diff)
	}
	if err := day.Release(p); !errors.Is(err, scheduler.ErrConflict) {
		t.Errorf("giving back what nobody has: %v, want ErrConflict", err)
	}
	if diff := cmp.Diff(empty, day); diff != "" {
		t.Errorf("a refused release changed the day (-want +got):\n%s", diff)
	}
}

func TestDayIsAValue(t *testing.T) {
	original := newDay(4, 2, 2)
	if err := original.Book(placeAt(original, 1, 2, scheduler.Public)); err != nil {
		t.Fatal(err)
	}
	before := original
	before.Places, before.Taken = bytes.Clone(original.Places), bytes.Clone(original.Taken)

	booked := original
	if err := booked.Book(placeAt(booked, 1, 3, scheduler.Public)); err != nil {
		t.Fatal(err)
	}
	released := original
	if err := released.Release(placeAt(released, 1, 2, scheduler.Public)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, original); diff != "" {
		t.Errorf("work on copies changed the original (-want +got):\n%s", diff)
	}
	if got := original.Free(original.First+5, 2, scheduler.Public); got != 1 {
		t.Errorf("the original has %d free, want 1", got)
	}
	if bytes.Equal(booked.Taken, released.Taken) {
		t.Error("two different steps on two copies gave one result")
	}
}

// model is a day kept in the plainest way: the list of places given out.
type model struct {
	day   scheduler.Day
	given []scheduler.Place
}

// taken counts how many given places cover a tick of a share.
func (m *model) taken(tick int, share scheduler.Share) int {
	at := m.day.First + scheduler.TimeOfDay(tick*scheduler.TickMinutes)
	n := 0
	for _, p := range m.given {
		end := p.Start + scheduler.TimeOfDay(p.Ticks*scheduler.TickMinutes)
		if p.Share == share && p.Start <= at && at < end {
			n++
		}
	}
	return n
}

// free is what the least free tick of a place has, 0 outside of the day.
func (m *model) free(first, ticks int, share scheduler.Share) int {
	n := len(m.day.Places) / 2
	if ticks < 1 || first < 0 || first+ticks > n {
		return 0
	}
	least := 255
	for k := first; k < first+ticks; k++ {
		least = min(least, int(m.day.Places[int(share)*n+k])-m.taken(k, share))
	}
	return least
}

func drawDay(t *rapid.T) scheduler.Day {
	n := rapid.IntRange(1, 12).Draw(t, "ticks")
	d := newDay(n, 0, 0)
	d.First = scheduler.TimeOfDay(rapid.IntRange(0, 24*60-n*scheduler.TickMinutes).Draw(t, "first"))
	desks := rapid.OneOf(rapid.ByteRange(0, 3), rapid.Just(byte(255)))
	for i := range d.Places {
		d.Places[i] = desks.Draw(t, "desks")
	}
	return d
}

func TestDayAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := drawDay(t)
		m := &model{day: day}
		steps := rapid.IntRange(1, 60).Draw(t, "steps")
		for range steps {
			before := day
			if len(m.given) > 0 && rapid.IntRange(0, 2).Draw(t, "what") == 0 {
				releaseOne(t, &day, m)
			} else {
				bookOne(t, &day, m)
			}
			if &before.Taken[0] == &day.Taken[0] && !bytes.Equal(before.Taken, day.Taken) {
				t.Fatal("a step wrote into the day it began with")
			}
			agree(t, day, m)
		}
	})
}

func bookOne(t *rapid.T, day *scheduler.Day, m *model) {
	n := day.Ticks()
	first, ticks := rapid.IntRange(-1, n).Draw(t, "tick"), rapid.IntRange(0, 4).Draw(t, "length")
	share := scheduler.Share(rapid.IntRange(0, 1).Draw(t, "share"))
	p := placeAt(*day, first, ticks, share)
	want := m.free(first, ticks, share)
	if got := day.Free(p.Start, p.Ticks, p.Share); got != want {
		t.Fatalf("free at tick %d for %d: %d, want %d", first, ticks, got, want)
	}
	before := *day
	err := day.Book(p)
	if (err == nil) != (want > 0) {
		t.Fatalf("booking at tick %d for %d with %d free: %v", first, ticks, want, err)
	}
	if err == nil {
		m.given = append(m.given, p)
	} else if diff := cmp.Diff(before, *day); diff != "" || !errors.Is(err, scheduler.ErrSlotTaken) {
		t.Fatalf("a refused booking: %v, changed (-want +got):\n%s", err, diff)
	}
}

func releaseOne(t *rapid.T, day *scheduler.Day, m *model) {
	i := rapid.IntRange(0, len(m.given)-1).Draw(t, "which")
	if err := day.Release(m.given[i]); err != nil {
		t.Fatalf("giving back what was given: %v", err)
	}
	m.given = append(m.given[:i:i], m.given[i+1:]...)
}

// agree fails when the day and the model count differently, or more is taken
// than there is.
func agree(t *rapid.T, day scheduler.Day, m *model) {
	n := day.Ticks()
	for i, taken := range day.Taken {
		if want := m.taken(i%n, scheduler.Share(i/n)); int(taken) != want {
			t.Fatalf("tick %d of share %d: %d taken, want %d", i%n, i/n, taken, want)
		}
		if taken > day.Places[i] {
			t.Fatalf("tick %d of share %d: %d taken of %d", i%n, i/n, taken, day.Places[i])
		}
	}
	if f := day.Fault(); f != "" {
		t.Fatalf("a day made by its own rules has a fault: %s", f)
	}
}

func TestDayFault(t *testing.T) {
	sound := newDay(3, 1, 0)
	overfull := newDay(3, 1, 0)
	overfull.Taken = []byte{0, 2, 0, 0, 0, 0}
	reserved := newDay(3, 1, 0)
	reserved.Taken = []byte{0, 0, 0, 0, 0, 1}
	short := newDay(3, 1, 0)
	short.Taken = short.Taken[:5]
	odd := newDay(3, 1, 0)
	odd.Places, odd.Taken = odd.Places[:5], odd.Taken[:5]
	for _, test := range []struct {
		name string
		day  scheduler.Day
		want string
	}{
		{"sound", sound, ""},
		{"closed", scheduler.Day{}, ""},
		{"overfull", overfull, "tick 1 has 2 taken of 1 places"},
		{"overfull in the reserved share", reserved, "tick 5 has 1 taken of 0 places"},
		{"counts missing", short, "6 places but 5 taken counts"},
		{"half a share", odd, "places of odd length"},
	} {
		if got := test.day.Fault(); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
