package store

import (
	"container/list"
	"context"
	"sync"

	"github.com/jmoiron/sqlx"
)

// maxStatements bounds the prepared statements of one handle. A day's work uses
// a few dozen texts; the bound is for odd shapes of changes.
const maxStatements = 200

// statements keeps prepared statements by their text, the least recently used
// going first. Preparing doubles the throughput (facts: performance).
type statements struct {
	db *sqlx.DB

	mu     sync.Mutex
	byText map[string]*list.Element
	recent *list.List // of *statement, newest use first
}

// statement is one prepared text; it is closed when it has left the cache and
// nobody uses it.
type statement struct {
	*sqlx.Stmt
	text  string
	users int
	gone  bool
}

func newStatements(db *sqlx.DB) *statements {
	return &statements{db: db, byText: map[string]*list.Element{}, recent: list.New()}
}

// get returns the statement of a text with `?` parameters. Hand it to put.
func (s *statements) get(ctx context.Context, text string) (*statement, error) {
	if st := s.cached(text); st != nil {
		return st, nil
	}
	// Both databases number their parameters $1, $2.
	stmt, err := s.db.PreparexContext(ctx, sqlx.Rebind(sqlx.DOLLAR, text))
	if err != nil {
		return nil, err
	}
	return s.keep(&statement{Stmt: stmt, text: text, users: 1}), nil
}

func (s *statements) cached(text string) *statement {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.byText[text]
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
	if e := s.byText[st.text]; e != nil {
		s.drop(e)
	}
	s.byText[st.text] = s.recent.PushFront(st)
	for s.recent.Len() > maxStatements {
		s.drop(s.recent.Back())
	}
	return st
}

func (s *statements) drop(e *list.Element) {
	st := s.recent.Remove(e).(*statement)
	delete(s.byText, st.text)
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
