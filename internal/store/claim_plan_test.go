package store

import (
	"context"
	"strings"
	"testing"
)

// TestAClaimWalksTheIndexOfWhatIsDue: never the table, however much is settled.
func TestAClaimWalksTheIndexOfWhatIsDue(t *testing.T) {
	ctx := context.Background()
	db, err := Open(ctx, "sqlite:"+t.TempDir()+"/plan.db", Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	var plan []struct {
		ID     int    `db:"id"`
		Parent int    `db:"parent"`
		Not    int    `db:"notused"`
		Detail string `db:"detail"`
	}
	args := []any{}
	for range ranks {
		args = append(args, "email", int64(1), int64(1), 16)
	}
	if err := db.write.SelectContext(ctx, &plan, "EXPLAIN QUERY PLAN "+db.claimText(), append(args, int64(2), 16)...); err != nil {
		t.Fatal(err)
	}
	walks := 0
	for _, p := range plan {
		if strings.Contains(p.Detail, "USING INDEX notices_due (channel=? AND rank=? AND due_at<?)") {
			walks++
		}
		if strings.Contains(p.Detail, "SCAN notices") {
			t.Errorf("it walks the table: %s", p.Detail)
		}
	}
	if walks != ranks {
		t.Errorf("%d walks along the index, want %d: %+v", walks, ranks, plan)
	}
}
