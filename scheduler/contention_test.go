package scheduler

import (
	"context"
	"errors"
	"sync"
	"testing"
)

// counts tells how many stand in a queue, and how many queues there are.
func (c *contention) counts(key string) (waiting, queues int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if q := c.queues[key]; q != nil {
		waiting = q.waiting
	}
	return waiting, len(c.queues)
}

func TestContentionLetsOneInAtATime(t *testing.T) {
	var c contention
	var all sync.WaitGroup
	inside, most, turns := 0, 0, 0 // guarded by the queue itself: -race tells when it does not hold
	for range 50 {
		all.Go(func() {
			leave, err := c.enter(t.Context(), "day")
			if err != nil {
				t.Error(err)
				return
			}
			inside++
			most, turns = max(most, inside), turns+1
			inside--
			leave()
		})
	}
	all.Wait()
	if most != 1 || turns != 50 {
		t.Errorf("at most %d at once in %d turns, want 1 in 50", most, turns)
	}
	if _, queues := c.counts("day"); queues != 0 {
		t.Errorf("%d queues are left", queues)
	}
}

func TestContentionOfOtherDaysDoesNotWait(t *testing.T) {
	var c contention
	leave1, err1 := c.enter(t.Context(), "one")
	leave2, err2 := c.enter(t.Context(), "two")
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	leave1()
	leave2()
}

func TestContentionEndsWithItsContext(t *testing.T) {
	var c contention
	leave, err := c.enter(t.Context(), "day")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	given := make(chan error)
	for range 5 {
		go func() {
			_, err := c.enter(ctx, "day")
			given <- err
		}()
	}
	patient := make(chan error)
	go func() {
		leave, err := c.enter(t.Context(), "day")
		if err == nil {
			leave()
		}
		patient <- err
	}()
	cancel()
	for range 5 {
		if err := <-given; !errors.Is(err, context.Canceled) {
			t.Errorf("who was called away got %v, want context.Canceled", err)
		}
	}
	if waiting, _ := c.counts("day"); waiting < 1 || waiting > 2 {
		t.Errorf("%d stand in the queue, want who decides and perhaps who waits", waiting)
	}
	leave()
	if err := <-patient; err != nil {
		t.Errorf("who kept waiting got %v", err)
	}
	if _, queues := c.counts("day"); queues != 0 {
		t.Errorf("%d queues are left", queues)
	}
}

// TestContentionWhenCalledAwayAtOnesTurn: whichever of the two wins, the turn
// must not be lost.
func TestContentionWhenCalledAwayAtOnesTurn(t *testing.T) {
	var c contention
	for range 200 {
		ctx, cancel := context.WithCancel(t.Context())
		first, err := c.enter(t.Context(), "day")
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			if leave, err := c.enter(ctx, "day"); err == nil {
				leave()
			}
		}()
		go cancel()
		first()
		<-done
		next, err := c.enter(t.Context(), "day")
		if err != nil {
			t.Fatal(err)
		}
		next()
		if _, queues := c.counts("day"); queues != 0 {
			t.Fatalf("%d queues are left", queues)
		}
	}
}
