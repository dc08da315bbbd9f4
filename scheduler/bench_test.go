package scheduler_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"mawid/internal/enginetest"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// benchWorld has a booking on each of 60 days, so that part of the days is
// stored, as in a running office.
func benchWorld(b *testing.B, url string) *world {
	b.Helper()
	w := newWorld(b, url)
	for i := range 60 {
		from := w.date("2027-06-01").AddDays(i)
		slots, err := w.Slots(b.Context(), scheduler.SlotQuery{ServiceID: enginetest.File, OfficeID: enginetest.Trio, From: from, To: from})
		w.must(err)
		if len(slots) > 0 {
			_, err := w.Book(b.Context(), scheduler.BookRequest{
				OfficeID: enginetest.Trio, ServiceID: enginetest.File, StartsAt: slots[i%len(slots)].StartsAt, Citizen: somebody(),
			})
			w.must(err)
		}
	}
	return w
}

// urls are the databases as they are run: both write to disk at each commit.
func urls(b *testing.B, f func(b *testing.B, w *world)) {
	for name, fresh := range map[string]func(testing.TB) string{"sqlite": testdb.SQLite, "postgres": testdb.DurablePostgres} {
		b.Run(name, func(b *testing.B) { f(b, benchWorld(b, fresh(b))) })
	}
}

// BenchmarkOffers: free times of one service, over a month and over all that
// one question may ask for.
func BenchmarkOffers(b *testing.B) {
	urls(b, func(b *testing.B, w *world) {
		for _, days := range []int{31, 366} {
			from := w.date("2027-06-01")
			q := scheduler.SlotQuery{ServiceID: enginetest.File, OfficeID: enginetest.Trio, From: from, To: from.AddDays(days - 1)}
			b.Run(fmt.Sprintf("slots/%d days", days), func(b *testing.B) {
				for b.Loop() {
					if got, err := w.Slots(b.Context(), q); err != nil || len(got) < days {
						b.Fatalf("%d slots, %v", len(got), err)
					}
				}
			})
			b.Run(fmt.Sprintf("days/%d days", days), func(b *testing.B) {
				for b.Loop() {
					if got, err := w.Days(b.Context(), q); err != nil || len(got) != days {
						b.Fatalf("%d days, %v", len(got), err)
					}
				}
			})
		}
	})
}

// BenchmarkBook books free places through the engine: read, decide, commit.
func BenchmarkBook(b *testing.B) {
	urls(b, func(b *testing.B, w *world) {
		from := w.date("2027-06-01")
		slots, err := w.Slots(b.Context(), scheduler.SlotQuery{ServiceID: enginetest.File, OfficeID: enginetest.Trio, From: from, To: from.AddDays(364)})
		w.must(err)
		var next atomic.Int64
		book := func() error {
			// Neighbours in the queue are on different days, as people are.
			n := int(next.Add(1))
			s := slots[n*37%len(slots)]
			_, err := w.Book(b.Context(), scheduler.BookRequest{OfficeID: s.OfficeID, ServiceID: s.ServiceID, StartsAt: s.StartsAt, Citizen: somebody()})
			return err
		}
		for _, clients := range []int{1, 16} {
			b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
				b.SetParallelism(clients) // × GOMAXPROCS
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						if err := book(); err != nil {
							b.Error(err)
							return
						}
					}
				})
			})
		}
	})
}
