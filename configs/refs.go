package configs

import (
	"maps"
	"slices"
	"strings"
)

// kind is a kind of thing that has ids, as messages name it.
type kind string

const (
	aAdministration kind = "administration"
	anOffice        kind = "office"
	aService        kind = "service"
	aDocument       kind = "document"
	anHours         kind = "hours template"
	aClosure        kind = "closure"
	aPeriod         kind = "period"
	aClock          kind = "legal_steps"
	aChain          kind = "chain"
	aGroup          kind = "priority group"
	anOutsider      kind = "outsider"
)

// definition is where an id was given first.
type definition struct {
	id    string
	place value
}

// reference is a use of an id; one of its kinds must define it.
type reference struct {
	id    string
	place value
	kinds []kind
}

// define reads the id of a new thing. It is "" after a fault, also when the id
// is taken: then the first thing keeps it.
func (r *reader) define(k kind, v value) string { return r.defineAs(k, v.id(), v) }

// key is define for a thing whose id is a key.
func (e entry) define(k kind) string {
	if !validID(e.name) {
		e.key.fault(`the key %s is no id; want 1 to 64 of a-z, 0-9, "_" and "-"`, quote(e.name))
		return ""
	}
	return e.key.r.defineAs(k, e.name, e.key)
}

func (r *reader) defineAs(k kind, id string, place value) string {
	if id == "" {
		return ""
	}
	ids := r.defined[k]
	if ids == nil {
		ids = map[string]definition{}
		r.defined[k] = ids
	}
	if first, taken := ids[id]; taken {
		place.fault("the %s %q is already defined in line %d", k, id, first.place.line())
		return ""
	}
	ids[id] = definition{id, place}
	return id
}

// refer reads the id of a thing that must be defined somewhere in the file.
func (v value) refer(kinds ...kind) string {
	id, ok := v.words()
	if !ok {
		return ""
	}
	v.r.refs = append(v.r.refs, reference{id, v, kinds})
	return id
}

// referAll reads a list of ids, or a single one, and refuses repetitions.
func referAll(items []value, kinds ...kind) []string {
	var ids []string
	seen := map[string]bool{}
	for _, item := range items {
		id := item.refer(kinds...)
		if seen[id] {
			item.fault("%s is listed twice", quote(id))
		}
		seen[id] = id != ""
		if id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// resolve refuses the references that nothing defines. Call it when the whole
// file is read.
func (r *reader) resolve() {
	names := map[string][]string{}
	for _, ref := range r.refs {
		if slices.ContainsFunc(ref.kinds, func(k kind) bool { return r.knows(k, ref.id) }) {
			continue
		}
		what := wording(ref.kinds)
		if names[what] == nil {
			names[what] = r.names(ref.kinds)
		}
		f := ref.place.fault("%s is no %s", quote(ref.id), what)
		f.wrong, f.known = ref.id, names[what]
	}
}

func (r *reader) knows(k kind, id string) bool {
	_, ok := r.defined[k][id]
	return ok
}

func wording(kinds []kind) string {
	words := make([]string, len(kinds))
	for i, k := range kinds {
		words[i] = string(k)
	}
	return strings.Join(words, " or ")
}

func (r *reader) names(kinds []kind) []string {
	all := []string{}
	for _, k := range kinds {
		all = slices.AppendSeq(all, maps.Keys(r.defined[k]))
	}
	slices.Sort(all)
	return all
}
