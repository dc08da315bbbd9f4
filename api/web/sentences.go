package web

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"text/template/parse"
)

// sentenceCalls are the template functions whose first argument is the key of a
// sentence.
var sentenceCalls = []string{"say", "plain", "plural", "bare"}

// checkSentences finds keys in a template that no sentence has. A key that is
// put together, as (print "status." .Status), must begin some key.
func checkSentences(t *template.Template, keys []string) error {
	for _, sub := range t.Templates() {
		if sub.Tree == nil {
			continue
		}
		for _, used := range usedSentences(sub.Tree.Root) {
			known := slices.ContainsFunc(keys, used.matches)
			if !known {
				return fmt.Errorf("templates: %s: no sentence %q", sub.Name(), used.text)
			}
		}
	}
	return nil
}

// sentenceUse is a key in a template, or the beginning of one.
type sentenceUse struct {
	text   string
	prefix bool
}

func (u sentenceUse) matches(key string) bool {
	return key == u.text || (u.prefix && strings.HasPrefix(key, u.text))
}

// usedSentences walks a template.
func usedSentences(node parse.Node) []sentenceUse {
	var found []sentenceUse
	walk(node, func(c *parse.CommandNode) {
		if len(c.Args) < 2 {
			return
		}
		name, ok := c.Args[0].(*parse.IdentifierNode)
		if !ok || !slices.Contains(sentenceCalls, name.Ident) {
			return
		}
		switch key := c.Args[1].(type) {
		case *parse.StringNode:
			found = append(found, sentenceUse{key.Text, false})
		case *parse.PipeNode:
			if first := key.Cmds[0].Args; len(first) > 1 {
				if s, ok := first[1].(*parse.StringNode); ok {
					found = append(found, sentenceUse{s.Text, true})
				}
			}
		}
	})
	return found
}

// walk visits every command of a template.
func walk(node parse.Node, visit func(*parse.CommandNode)) {
	switch n := node.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, child := range n.Nodes {
			walk(child, visit)
		}
	case *parse.ActionNode:
		walk(n.Pipe, visit)
	case *parse.TemplateNode:
		walk(n.Pipe, visit)
	case *parse.IfNode:
		walkBranch(&n.BranchNode, visit)
	case *parse.RangeNode:
		walkBranch(&n.BranchNode, visit)
	case *parse.WithNode:
		walkBranch(&n.BranchNode, visit)
	case *parse.PipeNode:
		if n == nil {
			return
		}
		for _, c := range n.Cmds {
			visit(c)
			for _, arg := range c.Args {
				walk(arg, visit)
			}
		}
	}
}

func walkBranch(n *parse.BranchNode, visit func(*parse.CommandNode)) {
	walk(n.Pipe, visit)
	walk(n.List, visit)
	walk(n.ElseList, visit)
}
