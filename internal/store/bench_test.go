package store_test

import (
	"fmt"
	"testing"

	"mawid/internal/store/storetest"
	"mawid/internal/testdb"
)

// BenchmarkBooking compares whole bookings with the bare transaction; see
// storetest.Bench. Run it on a quiet machine with -benchtime 3000x.
func BenchmarkBooking(b *testing.B) {
	for name, fresh := range map[string]func(testing.TB) string{"sqlite": testdb.SQLite, "postgres": testdb.DurablePostgres} {
		for _, clients := range []int{1, 8, 32} {
			b.Run(fmt.Sprintf("%s/clients=%d", name, clients), func(b *testing.B) {
				storetest.Bench(b, fresh(b), clients)
			})
		}
	}
}
