package store

import (
	"context"
	"errors"
	"sync"

	"github.com/jmoiron/sqlx"

	"mawid/scheduler"
)

// maxGroup bounds the changes of one transaction, and so how long the first of
// them waits for the others.
const maxGroup = 64

// group writes the changes that arrive while a transaction is being committed
// together in the next one: on SQLite, where there is one writer and each commit
// waits for the disk, that saves most of the waits (facts: performance). Nobody
// waits for company: a change that comes alone is written alone.
type group struct {
	db *DB

	mu      sync.Mutex
	waiting []*member
	running bool
}

// member is one change on its way.
type member struct {
	ctx  context.Context
	ws   []write
	err  error
	done chan struct{}
}

// commit writes a change and returns when it is on disk, or refused.
func (g *group) commit(ctx context.Context, ws []write) error {
	m := &member{ctx: ctx, ws: ws, done: make(chan struct{})}
	g.mu.Lock()
	g.waiting = append(g.waiting, m)
	if !g.running {
		g.running = true
		go g.run()
	}
	g.mu.Unlock()
	<-m.done
	return m.err
}

func (g *group) run() {
	for {
		batch := g.next()
		if len(batch) == 0 {
			return
		}
		g.write(batch)
		for _, m := range batch {
			close(m.done)
		}
	}
}

// next takes those who wait; when nobody does, the group stops running.
func (g *group) next() []*member {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), maxGroup)
	batch := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	g.running = n > 0
	return batch
}

// write writes the batch in one transaction. When that fails as a whole, each
// change is tried alone, so that nobody pays for another's fault.
func (g *group) write(batch []*member) {
	if len(batch) > 1 && g.together(batch) == nil {
		return
	}
	for _, m := range batch {
		m.err = g.db.commitTx(m.ctx, m.ws)
	}
}

// together runs each change under a savepoint: one that is refused is undone and
// the others stay. An error that is no refusal ends the whole transaction,
// because SQLite may have ended it by itself.
func (g *group) together(batch []*member) error {
	ctx := context.Background() // one caller who leaves must not undo the others
	var all []write
	for _, m := range batch {
		all = append(all, m.ws...)
	}
	return g.db.prepared(ctx, all, func(sts []*statement) error {
		return g.db.tx(ctx, func(tx *sqlx.Tx) error {
			for _, m := range batch {
				if err := m.within(ctx, g.db, tx, sts[:len(m.ws)]); err != nil {
					return err
				}
				sts = sts[len(m.ws):]
			}
			return nil
		})
	})
}

// within runs one change in the transaction of all. Its refusal goes to the
// member; the error returned is the transaction's.
func (m *member) within(ctx context.Context, db *DB, tx *sqlx.Tx, sts []*statement) error {
	if m.err = m.ctx.Err(); m.err != nil {
		return nil // gave up while it waited
	}
	if _, err := tx.ExecContext(ctx, "SAVEPOINT change"); err != nil {
		return err
	}
	end := "RELEASE change"
	if m.err = runAll(ctx, tx, m.ws, sts); m.err != nil {
		if db.dialect.sentinel(m.err) == nil && !errors.Is(m.err, scheduler.ErrDuplicateBooking) {
			return m.err
		}
		end = "ROLLBACK TO change; RELEASE change"
	}
	_, err := tx.ExecContext(ctx, end)
	return err
}
