package rest_test

import (
	"fmt"
	"testing"

	"mawid/api/rest"
	"mawid/internal/testdb"
)

func quietWorld(b *testing.B) *world {
	b.Helper()
	w := newWorldWith(b, testdb.Open(b, testdb.SQLite(b)), func(*rest.Config) {})
	w.spec = nil
	return w
}

func BenchmarkSlots(b *testing.B) {
	for name, query := range map[string]string{
		"two weeks": "service=dgi-th-tsc&office=dgi-safi",
		"a year":    "service=cad-plan&from=2026-12-01&to=2027-11-30",
	} {
		b.Run(name, func(b *testing.B) {
			w := quietWorld(b)
			b.ReportAllocs()
			for b.Loop() {
				w.get("/v1/slots?" + query).want(200)
			}
		})
	}
}

func BenchmarkBook(b *testing.B) {
	w := quietWorld(b)
	// A year of working days has about 11,000 places at the tax office, 3 at once.
	free := w.get("/v1/slots?service=dgi-th-tsc&office=dgi-safi&from=2026-12-01&to=2027-11-29&limit=500").want(200).items("items")
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		at := free[i/3%len(free)].(map[string]any)["starts_at"]
		person := object{"name": fmt.Sprintf("Person %d", i), "email": fmt.Sprintf("p%d@example.org", i)}
		a := w.post("/v1/appointments", bookBody().with("starts_at", at, "citizen", person))
		if a.Status != 201 && a.Status != 409 { // 409 once all is full
			b.Fatalf("%d %s", a.Status, a.Raw)
		}
	}
}
