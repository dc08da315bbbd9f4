package httpkit

import "container/list"

// recent keeps the values of the keys used most recently, at most limit of
// them. It is not safe for concurrent use.
type recent[K comparable, V any] struct {
	limit int
	byKey map[K]*list.Element
	order *list.List // front: used last
}

type recentEntry[K comparable, V any] struct {
	key   K
	value V
}

func newRecent[K comparable, V any](limit int) *recent[K, V] {
	return &recent[K, V]{limit: limit, byKey: map[K]*list.Element{}, order: list.New()}
}

// find returns the value of a key, if it is kept.
func (r *recent[K, V]) find(key K) (value V, ok bool) {
	e, ok := r.byKey[key]
	if !ok {
		return value, false
	}
	r.order.MoveToFront(e)
	return e.Value.(recentEntry[K, V]).value, true
}

// drop keeps the value of a key no longer.
func (r *recent[K, V]) drop(key K) {
	if e, ok := r.byKey[key]; ok {
		delete(r.byKey, key)
		r.order.Remove(e)
	}
}

// get returns the value of a key, made by fresh when it is not kept.
func (r *recent[K, V]) get(key K, fresh func() V) V {
	if v, ok := r.find(key); ok {
		return v
	}
	v := fresh()
	r.byKey[key] = r.order.PushFront(recentEntry[K, V]{key, v})
	if r.order.Len() > r.limit {
		oldest := r.order.Back()
		delete(r.byKey, r.order.Remove(oldest).(recentEntry[K, V]).key)
	}
	return v
}
