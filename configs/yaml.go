package configs

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// What a file may hold at most. The parser goes one call deeper for each level
// and for each key of a block mapping, so both need a bound (measured: 5,000
// keys take 0.1 s, 40,000 take 5 s). A key or list entry without a value costs
// it a copy of all that follows (100,000 take 4 s). Each sign costs some 500 bytes of memory;
// the sample of one province has 7,000 of them.
const (
	maxBytes = 8 << 20
	maxSigns = 2_000_000
	maxDepth = 64
	maxKeys  = 5_000
	maxEmpty = 5_000
)

// signs are the characters that can divide a text into more tokens.
const signs = ",[]{}:-?#&*!|>%@`'\"\n"

// refused names what YAML offers and these files do not use.
var refused = map[token.Type]string{
	token.AnchorType:     "an anchor (&)",
	token.AliasType:      "an alias (*)",
	token.TagType:        "a tag (!)",
	token.MergeKeyType:   "a merge key (<<)",
	token.MappingKeyType: "a complex key (?)",
	token.DirectiveType:  "a directive (%)",
}

// parse turns text into the one document it holds. It returns an absent value
// when the file cannot be read at all; the faults then say why.
func (r *reader) parse(data []byte) value {
	nothing := value{r: r}
	if len(data) > maxBytes {
		r.faultAt(nil, "", "is larger than %d MB", maxBytes>>20)
		return nothing
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		r.faultAt(nil, "", "is not text in UTF-8")
		return nothing
	}
	if countSigns(data) > maxSigns {
		r.faultAt(nil, "", "holds more than %d brackets, commas, quotes and the like", maxSigns)
		return nothing
	}
	tokens := lexer.Tokenize(string(data))
	if !r.checkTokens(tokens) {
		return nothing
	}
	file, err := parseTokens(tokens)
	if err != nil {
		r.syntaxFault(err)
		return nothing
	}
	return r.document(file)
}

func countSigns(data []byte) int {
	n := 0
	for _, c := range []byte(signs) {
		n += bytes.Count(data, []byte{c})
	}
	return n
}

func (r *reader) document(file *ast.File) value {
	var docs []*ast.DocumentNode
	for _, d := range file.Docs {
		if d.Body != nil {
			docs = append(docs, d)
		}
	}
	if len(docs) == 0 {
		r.faultAt(nil, "", "is empty")
		return value{r: r}
	}
	if len(docs) > 1 {
		r.faultAt(startOf(docs[1].Body), "", "a second document begins here; want one")
	}
	return value{r: r, node: docs[0].Body}
}

// parseTokens calls the parser and turns a panic in it into an error: it has
// had such faults, and a file must never end the program.
func parseTokens(tokens token.Tokens) (file *ast.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			file, err = nil, errors.New("is not YAML that can be read")
		}
	}()
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

// syntaxFault words a parser's error by its message and place only; its full
// text would repeat lines of the file, and a settings file holds secrets.
func (r *reader) syntaxFault(err error) {
	var located interface {
		GetMessage() string
		GetToken() *token.Token
	}
	if errors.As(err, &located) {
		r.faultAt(located.GetToken(), "", "is not YAML: %s", located.GetMessage())
		return
	}
	r.faultAt(nil, "", "%v", err)
}

// checkTokens refuses what the parser must not be given.
func (r *reader) checkTokens(tokens token.Tokens) bool {
	before := len(r.faults)
	var n nesting
	for _, tk := range tokens {
		if tk.Type == token.InvalidType {
			r.faultAt(tk, "", "is not YAML: %s", tk.Error)
			break
		}
		if name, no := refused[tk.Type]; no {
			r.faultAt(tk, "", "%s is not read here; write the value out", name)
		}
		if why := n.add(tk); why != "" {
			r.faultAt(tk, "", "%s", why)
			break
		}
	}
	return len(r.faults) == before
}

// nesting follows how deep tokens lie and how many keys lie side by side.
type nesting struct {
	levels []level // block mappings and lists, by column
	flow   int     // open brackets
	chain  int     // colons since the last comma or bracket
	empty  int     // keys and list entries without a value
}

type level struct{ column, keys int }

func (n *nesting) add(tk *token.Token) string {
	switch tk.Type {
	case token.SequenceStartType, token.MappingStartType:
		n.flow, n.chain = n.flow+1, 0
	case token.SequenceEndType, token.MappingEndType:
		n.flow, n.chain = max(n.flow-1, 0), 0
	case token.CollectEntryType:
		n.chain = 0
	case token.SequenceEntryType:
		n.block(tk.Position.Column, 0) // lists cost the parser no depth
	case token.MappingValueType:
		n.colon(tk)
	}
	if leavesNothing(tk) {
		n.empty++
	}
	return n.fault()
}

// leavesNothing finds a dash or a colon with no value behind it.
func leavesNothing(tk *token.Token) bool {
	if tk.Type != token.SequenceEntryType && tk.Type != token.MappingValueType {
		return false
	}
	next, column := tk.Next, startColumn(tk)
	if next == nil {
		return true
	}
	switch next.Type {
	case token.CollectEntryType, token.MappingEndType, token.SequenceEndType, token.DocumentHeaderType, token.DocumentEndType:
		return true
	case token.SequenceEntryType: // a list may begin in the column of its key
		if tk.Type == token.MappingValueType {
			column--
		}
	}
	return next.Position.Line > tk.Position.Line && next.Position.Column <= column
}

// startColumn is where a dash, or the key before a colon, begins.
func startColumn(tk *token.Token) int {
	if tk.Type == token.MappingValueType && tk.Prev != nil && tk.Prev.Position.Line == tk.Position.Line {
		return tk.Prev.Position.Column
	}
	return tk.Position.Column
}

func (n *nesting) colon(tk *token.Token) {
	if n.flow > 0 {
		n.chain++
		return
	}
	n.block(startColumn(tk), 1)
}

func (n *nesting) block(column, keys int) {
	for len(n.levels) > 0 && n.levels[len(n.levels)-1].column > column {
		n.levels = n.levels[:len(n.levels)-1]
	}
	if len(n.levels) == 0 || n.levels[len(n.levels)-1].column < column {
		n.levels = append(n.levels, level{column: column})
	}
	n.levels[len(n.levels)-1].keys += keys
}

func (n *nesting) fault() string {
	if n.flow+n.chain+len(n.levels) > maxDepth {
		return fmt.Sprintf("is nested more than %d deep", maxDepth)
	}
	if n.empty > maxEmpty {
		return fmt.Sprintf("has more than %d keys and list entries without a value", maxEmpty)
	}
	if len(n.levels) > 0 && n.levels[len(n.levels)-1].keys > maxKeys {
		return fmt.Sprintf("has more than %d keys side by side", maxKeys)
	}
	return ""
}
