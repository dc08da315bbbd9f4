package configs

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// reader collects what is found while one file is read.
type reader struct {
	file    string
	faults  []Fault
	more    int  // faults that were counted only
	secret  bool // no value of the file may stand in a message
	defined map[kind]map[string]definition
	refs    []reference
}

func newReader(file string) *reader {
	return &reader{file: file, defined: map[kind]map[string]definition{}}
}

// maxCollected bounds the memory that a hostile file can take.
const maxCollected = 20_000

func (r *reader) faultAt(tk *token.Token, path, format string, args ...any) *Fault {
	f := Fault{File: r.file, Path: path, Text: visible(fmt.Sprintf(format, args...))}
	if tk != nil && tk.Position != nil {
		f.Line, f.Column = tk.Position.Line, tk.Position.Column
	}
	if len(r.faults) == maxCollected {
		r.more++
		return &f
	}
	r.faults = append(r.faults, f)
	return &r.faults[len(r.faults)-1]
}

// value is one place in the file. The absent value (node nil) stands for a key
// that is not given: reading it gives the zero value and no fault.
type value struct {
	r    *reader
	node ast.Node
	path string
}

func (v value) absent() bool { return v.node == nil }

func (v value) fault(format string, args ...any) *Fault {
	return v.r.faultAt(startOf(v.node), v.path, format, args...)
}

func (v value) line() int {
	if tk := startOf(v.node); tk != nil && tk.Position != nil {
		return tk.Position.Line
	}
	return 0
}

// want notes that v is of a wrong kind.
func (v value) want(expected string) {
	if v.r.secret {
		v.fault("want %s", expected)
		return
	}
	v.fault("want %s, found %s", expected, describe(v.node))
}

// startOf returns the first token of a node; for a block mapping that is its
// first key and not the colon behind it.
func startOf(n ast.Node) *token.Token {
	switch n := n.(type) {
	case nil:
		return nil
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return startOf(n.Values[0])
		}
	case *ast.MappingValueNode:
		return n.Key.GetToken()
	}
	return n.GetToken()
}

// describe says what was found, short enough for one line.
func describe(n ast.Node) string {
	switch n := n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case nil, *ast.NullNode:
		return "nothing"
	case *ast.StringNode:
		return "text " + quote(n.Value)
	case *ast.LiteralNode:
		return "text " + quote(n.Value.Value)
	case *ast.IntegerNode, *ast.FloatNode:
		return "number " + cut(n.GetToken().Value)
	default:
		return cut(n.GetToken().Value)
	}
}

// visible names what would break a line of output or turn it around.
func visible(s string) string {
	if strings.IndexFunc(s, unfit) < 0 {
		return s
	}
	var b strings.Builder
	for _, c := range s {
		if unfit(c) {
			fmt.Fprintf(&b, "%U", c)
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

func quote(s string) string { return fmt.Sprintf("%q", cut(s)) }

// cut shortens a text for a message, to 40 characters.
func cut(s string) string {
	s = strings.ToValidUTF8(s, "?")
	n := 0
	for i := range s {
		if n++; n > 40 {
			return s[:i] + "…"
		}
	}
	return s
}

// items returns the entries of a list.
func (v value) items() []value {
	if v.absent() {
		return nil
	}
	list, ok := v.node.(*ast.SequenceNode)
	if !ok {
		v.want("a list")
		return nil
	}
	out := make([]value, len(list.Values))
	for i, n := range list.Values {
		out[i] = value{v.r, n, fmt.Sprintf("%s[%d]", v.path, i)}
	}
	return out
}

// some is items for a list that must not be empty when it is given.
func (v value) some() []value {
	out := v.items()
	if list, ok := v.node.(*ast.SequenceNode); ok && len(list.Values) == 0 {
		v.fault("the list is empty; want one entry at least")
	}
	return out
}

// oneOrMany returns the entries of a list, or v itself when it is no list.
func (v value) oneOrMany() []value {
	if v.absent() {
		return nil
	}
	if _, ok := v.node.(*ast.SequenceNode); ok {
		return v.items()
	}
	return []value{v}
}

// each reads every entry of a list with one function.
func each[T any](v value, read func(value) T) []T { return eachOf(v.items(), read) }

func eachOf[T any](items []value, read func(value) T) []T {
	var out []T
	for _, item := range items {
		out = append(out, read(item))
	}
	return out
}
