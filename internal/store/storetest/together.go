package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"mawid/internal/store/rawdb"
)

// results counts how calls ended, by sentinel; nil is success.
type results struct {
	counts map[error]int
	other  error // the first error that is no sentinel
}

// tally runs f n times at once and counts the results.
func tally(n int, f func(i int) error) results {
	errs := make([]error, n)
	var group sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		group.Go(func() {
			<-start
			errs[i] = f(i)
		})
	}
	close(start)
	group.Wait()
	r := results{counts: map[error]int{}}
	for _, err := range errs {
		r.add(err)
	}
	return r
}

func (r *results) add(err error) {
	if err == nil {
		r.counts[nil]++
		return
	}
	for _, s := range sentinels {
		if errors.Is(err, s) {
			r.counts[s]++
			return
		}
	}
	r.other = err
}

func (r *results) want(t testing.TB, want map[error]int) {
	t.Helper()
	if r.other != nil {
		t.Fatalf("an error that is no sentinel: %v", r.other)
	}
	for kind, n := range want {
		if r.counts[kind] != n {
			t.Fatalf("results %v, want %v", r.counts, want)
		}
	}
}

func key(round int, what string) string { return fmt.Sprintf("%s of round %d", what, round) }

// one reads one text by direct SQL.
func one(t testing.TB, url, query string) string {
	t.Helper()
	db, err := rawdb.Open(url)
	must(t, err)
	defer func() { must(t, db.Close()) }()
	var v string
	must(t, db.QueryRow(query).Scan(&v))
	return v
}
