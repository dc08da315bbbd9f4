package notifier_test

import (
	"context"
	"testing"

	"mawid/internal/testdb"
	"mawid/notifier"
	"mawid/scheduler"
)

// BenchmarkDrain hands 10,000 due confirmations to a sender that does nothing:
// claim, read again, word (mail and calendar), write the receipt.
func BenchmarkDrain(b *testing.B) {
	for name, url := range map[string]func(testing.TB) string{"sqlite": testdb.SQLite, "postgres": testdb.DurablePostgres} {
		b.Run(name, func(b *testing.B) {
			const rows = 10_000
			for range b.N {
				b.StopTimer()
				w := newWorld(b, testdb.Open(b, url(b)))
				plant(b, w.db, rows, w.clock.Now())
				conf := w.config(w.db)
				conf.Mail = senderFunc(func(context.Context, notifier.Letter) notifier.Outcome {
					return notifier.Outcome{State: scheduler.NoticeSent, Code: "bench"}
				})
				worker := w.worker(conf)
				b.StartTimer()
				w.drain(worker)
			}
			b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "letters/s")
		})
	}
}

// BenchmarkLetter words one confirmation.
func BenchmarkLetter(b *testing.B) {
	w := newWording(b)
	cat := scheduler.NewCatalogue(safi(b), 1)
	a := planted(1, at(b, "2027-05-31 07:00"))
	n := scheduler.Notice{ID: "ntc_1", Kind: scheduler.NoticeConfirmation, Channel: scheduler.ChannelEmail, UsefulUntil: a.StartsAt}
	for b.Loop() {
		if _, err := w.Letter(cat, &a, n, a.CreatedAt); err != nil {
			b.Fatal(err)
		}
	}
}
