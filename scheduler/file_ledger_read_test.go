package scheduler_test

import (
	"testing"

	"mawid/scheduler"
)

// TestTheLedgerIsReadAtOneInstant: what is settled, opened and said while the
// accounts are read belongs to the next reading, whatever page it would be on.
func TestTheLedgerIsReadAtOneInstant(t *testing.T) {
	each(t, func(w *world) {
		ctx, agent := w.Context(), scheduler.Actor{Staff: soloAgent}
		var ids []string
		for range 4 {
			ids = append(ids, w.open(func(r *scheduler.FileRequest) { r.Citizen = somebody() }).File.ID)
		}
		today := w.date("2027-05-31")
		read := func(meanwhile func()) (open, settled, said int) {
			err := w.db.ReadAccounts(ctx, today, today, 1, func(f *scheduler.File) {
				if meanwhile != nil {
					meanwhile()
					meanwhile = nil
				}
				if f.Open() {
					open++
				} else {
					settled++
				}
			}, func(*scheduler.Opinion) { said++ })
			w.must(err)
			return open, settled, said
		}
		open, settled, said := read(func() {
			for _, id := range ids {
				w.must(second(w.Settle(ctx, id, 0, agent, "done")))
			}
			w.open(func(r *scheduler.FileRequest) { r.Citizen = somebody() })
			w.must(w.GiveOpinion(ctx, w.OpinionToken(scheduler.OpinionFile, ids[0]), scheduler.OpinionAnswers{Settled: scheduler.SettledYes}))
		})
		if open != 4 || settled != 0 || said != 0 {
			t.Errorf("while it changed: %d open, %d settled, %d said", open, settled, said)
		}
		if open, settled, said = read(nil); open != 1 || settled != 4 || said != 1 {
			t.Errorf("afterwards: %d open, %d settled, %d said", open, settled, said)
		}
	})
}
