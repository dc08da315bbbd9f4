package feed

import (
	"container/list"
	"sync"

	"mawid/scheduler"
)

// shelf keeps the pages used last, up to a number of bytes.
type shelf struct {
	mu     sync.Mutex
	limit  int
	bytes  int
	byHash map[[32]byte]*list.Element
	byFeed map[string]*list.Element
	staff  map[*list.Element]struct{}
	order  *list.List // of *page; front: used last
}

func newShelf(limit int) *shelf {
	s := &shelf{limit: limit, order: list.New()}
	s.clear()
	return s
}

func (s *shelf) clear() {
	s.order.Init()
	s.bytes, s.byHash, s.byFeed, s.staff = 0, map[[32]byte]*list.Element{}, map[string]*list.Element{}, map[*list.Element]struct{}{}
}

// get returns the page of a token, or nil.
func (s *shelf) get(hash [32]byte) *page {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.byHash[hash]
	if e == nil {
		return nil
	}
	s.order.MoveToFront(e)
	return e.Value.(*page)
}

// put keeps a page in the place of the feed's earlier one. One that would push
// out most of the others is not kept.
func (s *shelf) put(p *page) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.byFeed[p.feedID]; e != nil {
		if e.Value == p {
			return
		}
		s.drop(e)
	}
	if p.size() > s.limit/2 {
		return
	}
	e := s.order.PushFront(p)
	s.byHash[p.hash], s.byFeed[p.feedID] = e, e
	if p.staff {
		s.staff[e] = struct{}{}
	}
	s.bytes += p.size()
	for s.bytes > s.limit {
		s.drop(s.order.Back())
	}
}

func (s *shelf) drop(e *list.Element) {
	p := s.order.Remove(e).(*page)
	s.bytes -= p.size()
	delete(s.byHash, p.hash)
	delete(s.byFeed, p.feedID)
	delete(s.staff, e)
}

// forget drops every page that a change may show in. An appointment may have
// moved to another office, so those that show it are dropped too.
func (s *shelf) forget(c *scheduler.FeedChanges) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.Overflow {
		s.clear()
		return
	}
	for _, id := range c.Feeds {
		s.dropFeed(id)
	}
	offices := map[string]bool{}
	for _, a := range c.Appointments {
		s.dropFeed(a.FeedID)
		offices[a.OfficeID] = true
	}
	for e := range s.staff {
		if e.Value.(*page).shows(offices, c.Appointments) {
			s.drop(e)
		}
	}
}

func (s *shelf) dropFeed(id string) {
	if e := s.byFeed[id]; e != nil {
		s.drop(e)
	}
}

func (p *page) shows(offices map[string]bool, changed []scheduler.ChangedAppointment) bool {
	for _, id := range p.offices {
		if offices[id] {
			return true
		}
	}
	for _, a := range changed {
		if _, ok := p.shown[a.ID]; ok {
			return true
		}
	}
	return false
}
