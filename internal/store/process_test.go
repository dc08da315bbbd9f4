package store_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// TestMain lets the test program be another process of Mawid: "child WHAT URL
// NAME" as its arguments.
func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Arg(0) == "child" {
		if err := child(flag.Arg(1), flag.Arg(2), flag.Arg(3)); err != nil {
			fmt.Println("failed:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const capacity = 120

var lastDay = scheduler.Date{Year: 2027, Month: 12, Day: 31}

func child(what, url, name string) error {
	ctx := context.Background()
	db, err := store.Open(ctx, url, store.Options{})
	if err != nil {
		return err
	}
	switch what {
	case "migrate":
		err = db.Migrate(ctx)
	case "book":
		var n int
		n, err = bookAll(ctx, db, name)
		fmt.Println("booked", n)
	case "call":
		err = callAll(ctx, db, name)
	}
	return errors.Join(err, db.Close())
}

// bookAll books places of one day until none is left.
func bookAll(ctx context.Context, db *store.DB, name string) (int, error) {
	for n := 0; ; {
		day, version, err := db.Day(ctx, "pool", lastDay)
		if err != nil {
			return n, err
		}
		err = day.Book(scheduler.Place{PoolID: "pool", Date: lastDay, Ticks: 1})
		if errors.Is(err, scheduler.ErrSlotTaken) {
			return n, nil
		}
		id := fmt.Sprintf("%s %d", name, n)
		err = db.Commit(ctx, scheduler.Change{
			CatalogueVersion: version, Days: []scheduler.Day{day},
			NewAppointments: []scheduler.Appointment{{ID: id, Reference: id}},
		})
		switch {
		case err == nil:
			n++
		case !errors.Is(err, scheduler.ErrConflict):
			return n, err
		}
	}
}

// callAll is a desk that calls until nobody waits, and prints whom.
func callAll(ctx context.Context, db *store.DB, name string) error {
	for n := 0; ; n++ {
		t, err := db.CallNext(ctx, scheduler.Calling{
			PoolID: "pool", OfficeID: "o", Date: lastDay, DeskID: fmt.Sprint(name, n), Actor: "staff:u", At: time.Unix(1e9, 0),
		})
		if errors.Is(err, scheduler.ErrNobodyWaits) {
			return nil
		}
		if err != nil {
			return err
		}
		fmt.Println(t.ID)
	}
}

// TestProcessesNeverCallOneTicketTwice: three processes, one queue.
func TestProcessesNeverCallOneTicketTwice(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, url string) {
		db := testdb.Open(t, url)
		c := scheduler.Change{Queues: []scheduler.QueueChange{{PoolID: "pool", OfficeID: "o", Date: lastDay, Number: capacity, New: true}}}
		var want []string
		for i := range capacity {
			id := fmt.Sprintf("ticket-%03d", i)
			want = append(want, id)
			c.NewTickets = append(c.NewTickets, scheduler.Ticket{
				ID: id, Number: id, PoolID: "pool", OfficeID: "o", Date: lastDay, State: scheduler.TicketWaiting, Revision: 1,
			})
		}
		if err := db.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		got := strings.Fields(strings.Join(spawn(t, 3, "call", url), ""))
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%d calls of %d tickets: %v", len(got), len(want), got)
		}
	})
}

// spawn runs so many processes at once and returns what each printed.
func spawn(t *testing.T, n int, what, url string) []string {
	t.Helper()
	outputs := make([]strings.Builder, n)
	var all []*exec.Cmd
	for i := range n {
		cmd := exec.Command(os.Args[0], "child", what, url, fmt.Sprintf("process %d", i))
		cmd.Stdout, cmd.Stderr = &outputs[i], &outputs[i]
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		all = append(all, cmd)
	}
	var printed []string
	for i, cmd := range all {
		if err := cmd.Wait(); err != nil {
			t.Errorf("process %d: %v\n%s", i, err, outputs[i].String())
		}
		printed = append(printed, outputs[i].String())
	}
	return printed
}

func TestProcessesMigrateAtOnce(t *testing.T) {
	for name, url := range map[string]string{"sqlite": testdb.EmptySQLite(t), "postgres": testdb.EmptyPostgres(t)} {
		t.Run(name, func(t *testing.T) {
			spawn(t, 3, "migrate", url)
			db := testdb.Open(t, url)
			if _, _, pending, err := db.MigrationStatus(t.Context()); len(pending) > 0 || err != nil {
				t.Errorf("pending %v, %v", pending, err)
			}
			if v, err := db.CatalogueVersion(t.Context()); v != 0 || err != nil {
				t.Errorf("catalogue version %d, %v", v, err)
			}
		})
	}
}

func TestProcessesShareOneDay(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, url string) {
		db := testdb.Open(t, url)
		err := db.ReplaceCatalogue(t.Context(), 0, scheduler.CatalogueData{}, scheduler.Date{}, scheduler.Change{})
		if err != nil {
			t.Fatal(err)
		}
		day := scheduler.Day{PoolID: "pool", OfficeID: "o", Date: lastDay, Places: []byte{capacity, 0}, Taken: []byte{0, 0}}
		if err := db.Commit(t.Context(), scheduler.Change{CatalogueVersion: 1, Days: []scheduler.Day{day}}); err != nil {
			t.Fatal(err)
		}
		total := 0
		for _, printed := range spawn(t, 3, "book", url) {
			var n int
			if _, err := fmt.Sscanf(printed, "booked %d", &n); err != nil {
				t.Fatalf("printed %q", printed)
			}
			total += n
		}
		day, _, err = db.Day(t.Context(), "pool", lastDay)
		if err != nil || total != capacity || day.Taken[0] != capacity || day.Version != 1+capacity {
			t.Errorf("%d places of %d were booked, the day is %+v, %v", total, capacity, day, err)
		}
	})
}
