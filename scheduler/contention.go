package scheduler

import (
	"context"
	"sync"
)

// contention lets the requests of one node for one day decide one after the
// other. It only saves lost work: what is right is decided by the database,
// whose guards hold between nodes as well.
type contention struct {
	mu     sync.Mutex
	queues map[string]*queue
}

type queue struct {
	turn    chan struct{} // holds one token while nobody decides
	waiting int
}

// enter waits for the caller's turn and returns how to end it.
func (c *contention) enter(ctx context.Context, key string) (leave func(), err error) {
	q := c.join(key)
	select {
	case <-q.turn:
		return func() { q.turn <- struct{}{}; c.part(key, q) }, nil
	case <-ctx.Done():
		c.part(key, q)
		return nil, ctx.Err()
	}
}

func (c *contention) join(key string) *queue {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.queues == nil {
		c.queues = map[string]*queue{}
	}
	q := c.queues[key]
	if q == nil {
		q = &queue{turn: make(chan struct{}, 1)}
		q.turn <- struct{}{}
		c.queues[key] = q
	}
	q.waiting++
	return q
}

func (c *contention) part(key string, q *queue) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if q.waiting--; q.waiting == 0 {
		delete(c.queues, key)
	}
}
