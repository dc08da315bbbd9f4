package store

import (
	"container/list"
	"context"
	"sync"

	"github.com/jmoiron/sqlx"
)

// maxStatements bounds the prepared statements of one handle. A day's work uses
// a few dozen; the bound is for odd shapes of changes.
const maxStatements = 200

// statements keeps prepared statements by name, the least recently used
// going first. Preparing doubles the throughput (facts: performance).
type statements struct {
	db *sqlx.DB

	mu     sync.Mutex
	byName map[string]*list.Element
	recent *list.List // of *statement, newest use first
}

// statement is one prepared statement; it is closed when it has left the cache and
// nobody uses it.
type statement struct {
	*sqlx.Stmt
	name  string
	users int
	gone  bool
}

func newStatements(db *sqlx.DB) *statements {
	return &statements{db: db, byName: map[string]*list.Element{}, recent: list.New()}
}

// get returns a prepared statement. Its name is its text with `?` parameters, or
// stands for the text that make gives. Hand the statement to put.
func (s *statements) get(ctx context.Context, name string, make func() string) (*statement, error) {
	if st := s.cached(name); st != nil {
		return st, nil
	}
	text := name
	if make != nil {
		text = make()
	}
	// Both databases number their parameters $1, $2.
	stmt, err := s.db.PreparexContext(ctx, sqlx.Rebind(sqlx.DOLLAR, text))
	if err != nil {
		return nil, err
	}
	return s.keep(&statement{Stmt: stmt, name: name, users: 1}), nil
}

func (s *statements) cached(name string) *statement {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.byName[name]
	if e == nil {
		return nil
	}
	s.recent.MoveToFront(e)
	st := e.Value.(*statement)
	st.users++
	return st
}

// keep adds a new statement. Of two that were prepared at once both work; the
// later one replaces the earlier.
func (s *statements) keep(st *statement) *statement {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.byName[st.name]; e != nil {
		s.drop(e)
	}
	s.byName[st.name] = s.recent.PushFront(st)
	for s.recent.Len() > maxStatements {
		s.drop(s.recent.Back())
	}
	return st
}

func (s *statements) drop(e *list.Element) {
	st := s.recent.Remove(e).(*statement)
	delete(s.byName, st.name)
	st.gone = true
	s.closeUnused(st)
}

// put gives a statement back.
func (s *statements) put(st *statement) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st.users--
	s.closeUnused(st)
}

func (s *statements) closeUnused(st *statement) {
	if st.gone && st.users == 0 {
		// An error here means that the connection is gone, and the statement too.
		_ = st.Close()
	}
}

func (s *statements) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.recent.Len() > 0 {
		s.drop(s.recent.Back())
	}
}
