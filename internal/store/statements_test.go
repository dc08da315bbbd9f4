package store

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
)

// openScratch opens a SQLite database without tables.
func openScratch(t *testing.T) *DB {
	t.Helper()
	db, err := Open(context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "s.db"), Options{MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func numbered(n int) string { return fmt.Sprintf("SELECT %d + ?", n) }

func TestStatementsAreKeptAndBounded(t *testing.T) {
	ctx := context.Background()
	s := openScratch(t).read.stmts
	first, err := s.get(ctx, numbered(0), nil)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.get(ctx, numbered(0), func() string { t.Error("made again"); return "" })
	if err != nil || again != first {
		t.Fatalf("prepared twice: %v", err)
	}
	s.put(again)
	for n := range 3 * maxStatements {
		st, err := s.get(ctx, numbered(n+1), nil)
		if err != nil {
			t.Fatal(err)
		}
		s.put(st)
	}
	if len(s.byName) != maxStatements || s.recent.Len() != maxStatements {
		t.Fatalf("%d names and %d statements are kept, want %d", len(s.byName), s.recent.Len(), maxStatements)
	}
	// The first has left the cache while it is in use: it must still work.
	var sum int
	if err := first.GetContext(ctx, &sum, 5); err != nil || sum != 5 {
		t.Fatalf("%d, %v", sum, err)
	}
	s.put(first)
	if err := first.GetContext(ctx, &sum, 5); err == nil {
		t.Error("a statement that nobody uses any more was not closed")
	}
}

func TestStatementsServeManyAtOnce(t *testing.T) {
	ctx := context.Background()
	s := openScratch(t).read.stmts
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			for i := range 2 * maxStatements {
				n := (i*7 + g) % (maxStatements + 20) // a little more than fits
				st, err := s.get(ctx, numbered(n), nil)
				if err != nil {
					t.Error(err)
					return
				}
				var sum int
				if err := st.GetContext(ctx, &sum, 1); err != nil || sum != n+1 {
					t.Errorf("%d + 1 = %d, %v", n, sum, err)
				}
				s.put(st)
			}
		})
	}
	group.Wait()
	for _, e := range s.byName {
		if st := e.Value.(*statement); st.users != 0 || st.gone {
			t.Errorf("%s: %d users, gone %v", st.name, st.users, st.gone)
		}
	}
}

func TestAStatementThatCannotBePreparedIsNotKept(t *testing.T) {
	s := openScratch(t).read.stmts
	for range 2 {
		if _, err := s.get(context.Background(), "SELECT nonsense FROM nowhere", nil); err == nil {
			t.Fatal("prepared")
		}
	}
	if len(s.byName) != 0 {
		t.Errorf("%d are kept", len(s.byName))
	}
}

// TestTextsHaveNamesOfTheirOwn: the names of a change's writes stand for its
// joined statement, so no two texts may share one.
func TestTextsHaveNamesOfTheirOwn(t *testing.T) {
	all := []text{dayInsert, dayUpdate, appointmentChange}
	for _, ts := range []texts{
		holdInserts, holdEnds, appointmentInserts, claimInserts, claimDrops, noticeInserts, noticeRevokes,
		historyInserts, feedInserts,
	} {
		all = append(all, ts[1:]...)
	}
	byName := map[string]string{}
	for _, x := range all {
		if x.sql == "" || byName[x.name] != "" {
			t.Errorf("the name %q stands for %q and %q", x.name, x.sql, byName[x.name])
		}
		byName[x.name] = x.sql
	}
}
