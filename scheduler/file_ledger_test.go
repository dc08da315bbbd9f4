package scheduler_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mawid/scheduler"
)

func need(service, text string) scheduler.Opinion {
	return scheduler.Opinion{AdministrationID: "adm", ServiceID: service, Need: text}
}

// TestUnmetNeedsNameNobody: a word of fewer than five people is never shown, nor
// any number or address.
func TestUnmetNeedsNameNobody(t *testing.T) {
	var said []scheduler.Opinion
	for i, name := range []string{"Hadda", "Brahim", "Zineb", "Omar", "Salma", "Driss"} {
		said = append(said, need("card", "un photocopieur pour "+name+" 06123456"+strconv.Itoa(i)+", svp"))
	}
	said = append(said, need("card", "Une photocopieuse!"), need("deed", "parking"), need("card", ""))
	groups := scheduler.UnmetNeeds(said)
	if len(groups) == 0 || groups[0].People != 7 || groups[0].Word != "" {
		t.Fatalf("%+v", groups)
	}
	if !slices.ContainsFunc(groups, func(g scheduler.NeedGroup) bool { return g.Word == "photocopieur" && g.People == 6 }) {
		t.Errorf("no group of the copier: %+v", groups)
	}
	for _, g := range groups {
		text := g.Word + strings.Join(g.Examples, " ")
		if g.ServiceID == "deed" || strings.ContainsAny(text, "0123456789") || strings.Contains(text, "Hadda") || strings.Contains(text, "Omar") {
			t.Errorf("shown: %+v", g)
		}
	}
}

// TestTheLedgerTellsNothingOfFew: no figure of one to four, and none that total
// minus the shown ones, or whole minus part, would tell.
func TestTheLedgerTellsNothingOfFew(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	day := scheduler.Date{Year: 2027, Month: 6, Day: 1}
	for range 400 {
		a := scheduler.NewAccounts(day, day.AddDays(-30), day)
		for h := range 1 + r.IntN(5) {
			house := "house" + strconv.Itoa(h)
			for range r.IntN(14) {
				f := scheduler.File{AdministrationID: house, State: scheduler.FileOpen, DepositedOn: day.AddDays(-100)}
				s := scheduler.FileStep{Seq: 1, Kind: "decision", Turn: scheduler.TurnAdministration, AdministrationID: house, StartedOn: day.AddDays(-100), Due: day.AddDays(r.IntN(60) - 40)}
				if r.IntN(3) == 0 {
					f.State, f.EndedOn, s.DoneOn, s.Outcome = scheduler.FileSettled, day.AddDays(-r.IntN(20)), day.AddDays(-r.IntN(20)), "done"
				}
				f.Steps = []scheduler.FileStep{s}
				a.AddFile(&f)
				a.AddOpinion(&scheduler.Opinion{Kind: scheduler.OpinionTicket, AdministrationID: house, On: day, Settled: []scheduler.Settled{"yes", "no"}[r.IntN(2)]})
			}
		}
		l := a.Ledger()
		columns := []struct {
			name string
			of   func(*scheduler.LedgerRow) scheduler.Figure
		}{
			{"open", func(r *scheduler.LedgerRow) scheduler.Figure { return r.Open }},
			{"late", func(r *scheduler.LedgerRow) scheduler.Figure { return r.Late }},
			{"settled", func(r *scheduler.LedgerRow) scheduler.Figure { return r.Settled }},
			{"visits", func(r *scheduler.LedgerRow) scheduler.Figure { return r.Visits }},
			{"at once", func(r *scheduler.LedgerRow) scheduler.Figure { return r.SettledAtOnce }},
		}
		for _, c := range columns {
			shown, hidden := 0, 0
			for i := range l.Rows {
				if f := c.of(&l.Rows[i]); f.Hidden {
					hidden++
				} else {
					shown += f.Value
					small(t, c.name, f.Value)
				}
			}
			if total := c.of(&l.Total); !total.Hidden {
				small(t, "total of "+c.name, total.Value)
				rest := total.Value - shown
				if hidden == 1 || hidden > 0 && rest < scheduler.MinPeople {
					t.Fatalf("%s: %d hidden, and the total tells %d of them: %+v", c.name, hidden, rest, l.Rows)
				}
			}
		}
		for _, row := range append(slices.Clone(l.Rows), l.Total) {
			if !row.Open.Hidden && !row.Late.Hidden {
				small(t, "in time", row.Open.Value-row.Late.Value)
			}
			if !row.Visits.Hidden && !row.SettledAtOnce.Hidden {
				small(t, "not settled at once", row.Visits.Value-row.SettledAtOnce.Value)
			}
		}
	}
}

func small(t *testing.T, what string, n int) {
	t.Helper()
	if n > 0 && n < scheduler.MinPeople {
		t.Fatalf("%s: %d people are shown", what, n)
	}
}
