package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mawid/internal/testdb"
)

// nodeSecret is what nodes of one house share beside the database.
const nodeSecret = "MAWID_SECRET=a secret for two nodes of one house, in a test"

// startNodes starts two servers at the same moment on a database that may hold
// nothing yet, as two machines would: each with a data folder of its own.
func startNodes(t *testing.T, url string) (*installation, []*program) {
	t.Helper()
	house := install(t, url, nodeSecret)
	var nodes []*program
	for n := range 2 {
		nodes = append(nodes, house.start([]string{fmt.Sprintf("MAWID_DATA_DIR=%s-%d", house.data, n)}, "serve"))
	}
	for _, n := range nodes {
		n.ready()
	}
	return house, nodes
}

// TestTwoNodesStartTogether: an empty database, two servers at once. Both are
// ready; the tables, the sample and the administrator are there once.
func TestTwoNodesStartTogether(t *testing.T) {
	t.Parallel()
	for name, empty := range map[string]func(testing.TB) string{"sqlite": testdb.EmptySQLite, "postgres": testdb.EmptyPostgres} {
		t.Run(name, func(t *testing.T) {
			house, nodes := startNodes(t, empty(t))
			if (nodes[0].Password == "") == (nodes[1].Password == "") {
				t.Error("not exactly one of the nodes shows the administrator's password")
			}
			if n := house.count("SELECT version FROM catalogue_state"); n != 1 {
				t.Errorf("the catalogue is of version %d, want 1", n)
			}
			if logins := house.texts("SELECT login FROM users"); !slices.Equal(logins, []string{"admin"}) {
				t.Errorf("users %v", logins)
			}
			a, b := nodes[0].slots(t, "adii-safi", "adii-suivi", 3), nodes[1].slots(t, "adii-safi", "adii-suivi", 3)
			if d := cmp.Diff(a, b); d != "" {
				t.Errorf("the nodes differ: %s", d)
			}
		})
	}
}

// rush sends n requests at one moment, in turn to each node, and counts the
// answers by status and code.
func rush(t *testing.T, nodes []*program, n int, request func(ctx context.Context, node *program) (answer, error)) map[string]int {
	t.Helper()
	ctx := patient(t)
	var (
		mu    sync.Mutex
		got   = map[string]int{}
		start = make(chan struct{})
		group sync.WaitGroup
	)
	for i := range n {
		group.Go(func() {
			<-start
			a, err := request(ctx, nodes[i%len(nodes)])
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
				return
			}
			got[strings.TrimSpace(fmt.Sprint(a.status, " ", a.code))]++
		})
	}
	close(start)
	group.Wait()
	return got
}

// aRush is one thing that many want at once.
type aRush struct {
	name            string
	office, service string
	requests        int
	// request sends one; same is a person who is there twenty times.
	request func(ctx context.Context, node *program, s slot, same person) (answer, error)
	want    map[string]int
}

func bookAsSomebody(ctx context.Context, node *program, s slot, _ person) (answer, error) {
	_, a, err := node.book(ctx, s, node.house.somebody())
	return a, err
}

func bookAsTheSame(ctx context.Context, node *program, s slot, same person) (answer, error) {
	_, a, err := node.book(ctx, s, same)
	return a, err
}

func holdPlace(ctx context.Context, node *program, s slot, _ person) (answer, error) {
	return node.do(ctx, http.MethodPost, "/v1/holds", "",
		map[string]any{"office": s.Office, "service": s.Service, "starts_at": s.StartsAt}, nil)
}

// bookThroughHold goes the way of the pages: keep the place, then book it.
func bookThroughHold(ctx context.Context, node *program, s slot, _ person) (answer, error) {
	var kept struct{ ID string }
	a, err := node.do(ctx, http.MethodPost, "/v1/holds", "",
		map[string]any{"office": s.Office, "service": s.Service, "starts_at": s.StartsAt}, &kept)
	if err != nil || a.status != http.StatusCreated {
		return a, err
	}
	_, a, err = node.bookWith(ctx, map[string]any{"hold_id": kept.ID, "citizen": node.house.somebody()})
	return a, err
}

// rushes: ausy-safi has one desk, dgi-safi three.
var rushes = []aRush{
	{"50 for the last place", "ausy-safi", "ausy-note", 50, bookAsSomebody, map[string]int{"201": 1, "409 slot_taken": 49}},
	{"50 for three desks", "dgi-safi", "dgi-if", 50, bookAsSomebody, map[string]int{"201": 3, "409 slot_taken": 47}},
	{"20 times the same person", "dgi-safi", "dgi-if", 20, bookAsTheSame, map[string]int{"201": 1, "409 duplicate_booking": 19}},
	{"50 hold three desks", "dgi-safi", "dgi-if", 50, holdPlace, map[string]int{"201": 3, "409 slot_taken": 47}},
	{"50 hold, then book", "dgi-safi", "dgi-if", 50, bookThroughHold, map[string]int{"201": 3, "409 slot_taken": 47}},
}

const rounds = 3

// TestTwoNodesNeverGiveOnePlaceTwice: two processes, one database, everybody at
// once. Each round is about another time.
func TestTwoNodesNeverGiveOnePlaceTwice(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		house, nodes := startNodes(t, url)
		for _, r := range rushes {
			times := apart(nodes[0].slots(t, r.office, r.service, 10), len(rushes)*rounds)
			t.Run(r.name, func(t *testing.T) {
				for round := range rounds {
					s := times[round*len(rushes)+slices.IndexFunc(rushes, func(o aRush) bool { return o.name == r.name })]
					same := house.somebody()
					got := rush(t, nodes, r.requests, func(ctx context.Context, node *program) (answer, error) {
						return r.request(ctx, node, s, same)
					})
					if !maps.Equal(got, r.want) {
						t.Errorf("round %d: %v, want %v", round, got, r.want)
					}
				}
			})
		}
		house.healthy()
	})
}

// apart picks times that share no tick, whose desks are all free.
func apart(free []slot, n int) []slot {
	var out []slot
	for i := 0; i < len(free) && len(out) < n; i += 2 {
		out = append(out, free[i])
	}
	return out
}

// TestTwoNodesMoveAndCancel: while people book on both nodes, others move and
// cancel; in the end every place that is taken is somebody's.
func TestTwoNodesMoveAndCancel(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		house, nodes := startNodes(t, url)
		free := nodes[0].slots(t, "dgi-safi", "dgi-if", 1)[:6]
		got := rush(t, nodes, 60, func(ctx context.Context, node *program) (answer, error) {
			n := int(house.people.Add(1))
			b, a, err := node.book(ctx, free[n%len(free)], house.somebody())
			if err != nil || a.status != http.StatusCreated {
				return a, err
			}
			other := nodes[n%len(nodes)]
			path := "/v1/appointments/" + b.ID
			if a, err = other.do(ctx, http.MethodPost, path+"/reschedule", b.ManageToken,
				map[string]any{"starts_at": free[(n+1)%len(free)].StartsAt}, nil); err != nil || a.status >= 500 {
				return a, err
			}
			return node.do(ctx, http.MethodPost, path+"/cancel", b.ManageToken, map[string]any{}, nil)
		})
		if n := got["200"]; n == 0 || n+got["409 slot_taken"] != 60 {
			t.Errorf("answers %v; want some that went all the way, and none but 200 and slot_taken", got)
		}
		house.healthy()
		if n := house.count("SELECT count(*) FROM appointments WHERE status = 'booked'"); n != 0 {
			t.Errorf("%d are still booked, all were cancelled", n)
		}
	})
}
