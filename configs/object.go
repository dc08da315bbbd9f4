package configs

import (
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// object is a mapping whose keys are known. Asking for a key makes it a known
// one; done then refuses what was never asked for.
type object struct {
	value
	fields map[string]value
	keys   []entry // in the order of the file
	asked  []string
}

// entry is one key of a mapping with its value.
type entry struct {
	key  value // the key's own place; its path is that of the value
	name string
	val  value
}

// entries returns the keys of a mapping in the order of the file; a repeated
// key is a fault and left out.
func (v value) entries() []entry {
	var out []entry
	lines := map[string]int{}
	for _, kv := range v.pairs() {
		name, ok := v.keyName(kv.Key)
		if !ok {
			continue
		}
		e := entry{value{v.r, kv.Key, join(v.path, name)}, name, value{v.r, kv.Value, join(v.path, name)}}
		if line, twice := lines[name]; twice {
			e.key.fault("the key %s is already given in line %d", quote(name), line)
			continue
		}
		lines[name] = e.key.line()
		out = append(out, e)
	}
	return out
}

func (v value) pairs() []*ast.MappingValueNode {
	switch n := v.node.(type) {
	case nil:
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	default:
		v.want("a mapping")
	}
	return nil
}

func (v value) keyName(key ast.MapKeyNode) (string, bool) {
	switch k := key.(type) {
	case *ast.StringNode:
		return k.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode:
		return k.GetToken().Value, true
	}
	v.r.faultAt(key.GetToken(), v.path, "want a plain word as key")
	return "", false
}

func join(path, key string) string {
	key = visible(cut(key))
	if path == "" {
		return key
	}
	return path + "." + key
}

// object reads v as a mapping with known keys; call done when all are read.
func (v value) object() *object {
	o := &object{value: v, fields: map[string]value{}}
	o.keys = v.entries()
	for _, e := range o.keys {
		if _, null := e.val.node.(*ast.NullNode); null {
			e.val.node = nil // "key: null" is the same as no key
		}
		o.fields[e.name] = e.val
	}
	return o
}

// get returns the value of a key, absent when it is not given.
func (o *object) get(key string) value {
	o.asked = append(o.asked, key)
	if v, ok := o.fields[key]; ok {
		return v
	}
	return value{r: o.r, path: join(o.path, key)}
}

// need is get for a key that must be given.
func (o *object) need(key string) value {
	v := o.get(key)
	if v.absent() && o.isMapping() {
		o.missing(key)
	}
	return v
}

func (o *object) missing(key string) { o.fault("%s is missing", quote(key)) }

// isMapping is false for what object has already faulted, or for nothing.
func (o *object) isMapping() bool {
	switch o.node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return true
	}
	return false
}

// given reports whether a key has a value, without making it a known one.
func (o *object) given(key string) bool { return !o.fields[key].absent() }

// forbid refuses a key that makes no sense here, and says why.
func (o *object) forbid(key, why string) {
	if v := o.get(key); !v.absent() {
		v.fault("%s", why)
	}
}

// done refuses the keys that nobody asked for.
func (o *object) done() {
	known := slices.Compact(sorted(o.asked))
	for _, e := range o.keys {
		if !slices.Contains(known, e.name) {
			f := e.key.fault("unknown key %s", quote(e.name))
			f.wrong, f.known, f.list = e.name, known, true
		}
	}
}
