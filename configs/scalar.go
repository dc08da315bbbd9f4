package configs

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"mawid/scheduler"
)

// Lengths of texts, in characters.
const (
	nameLength = 200
	noteLength = 1000
	wordLength = 64
)

// words reads text of any content; ok is false when there is none.
func (v value) words() (text string, ok bool) {
	switch n := v.node.(type) {
	case nil:
		return "", false
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		v.want("text (in quotes)")
	default:
		v.want("text")
	}
	return "", false
}

// text reads text for people: not blank, at most max characters, no control
// characters.
func (v value) text(maximum int) string {
	s, ok := v.words()
	if !ok {
		return ""
	}
	if strings.TrimSpace(s) == "" {
		v.fault("the text is empty")
		return ""
	}
	if n := utf8.RuneCountInString(s); n > maximum {
		v.fault("the text has %d characters; want %d at most", n, maximum)
		return ""
	}
	if i := strings.IndexFunc(s, unfit); i >= 0 {
		c, _ := utf8.DecodeRuneInString(s[i:])
		v.fault("the text holds the control character %U", c)
		return ""
	}
	return s
}

// unfit finds control characters, line breaks, and the marks that reorder the
// text around them (Unicode TR 36): a name must not disguise another. The plain
// direction marks and joiners that Arabic needs are fine.
func unfit(c rune) bool {
	return unicode.IsControl(c) || c == '\u2028' || c == '\u2029' || c == '\ufeff' ||
		c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069'
}

// id reads a name for machines.
func (v value) id() string {
	s, ok := v.words()
	if !ok {
		return ""
	}
	if !validID(s) {
		v.fault(`%s is no id; want 1 to 64 of a-z, 0-9, "_" and "-"`, quote(s))
		return ""
	}
	return s
}

func validID(s string) bool { return madeOf(s, "_-") }

// dotted reads a host name or a word that may be one, such as "chikaya.ma".
func (v value) dotted() string {
	s, ok := v.words()
	if !ok {
		return ""
	}
	if !madeOf(s, "_-.") || strings.Trim(s, ".-") != s {
		v.fault(`%s: want a host name or word: 1 to 64 of a-z, 0-9, "-", "_" and "."`, quote(s))
		return ""
	}
	return s
}

func madeOf(s, extra string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && strings.IndexByte(extra, c) < 0 {
			return false
		}
	}
	return s != "" && len(s) <= wordLength
}

// oneOf reads one of a few words.
func (v value) oneOf(known ...string) string {
	s, ok := v.words()
	if !ok {
		return ""
	}
	for _, k := range known {
		if s == k {
			return s
		}
	}
	f := v.fault("%s is unknown here; want %s", quote(s), strings.Join(known, " or "))
	f.wrong, f.known = s, known
	return ""
}

// integer reads a whole number in plain decimal digits.
func (v value) integer(low, high int) int {
	if v.absent() {
		return 0
	}
	expected := fmt.Sprintf("a whole number from %d to %d", low, high)
	n, ok := v.node.(*ast.IntegerNode)
	if !ok {
		v.want(expected)
		return 0
	}
	i, err := strconv.Atoi(n.GetToken().Value)
	if err != nil || i < low || i > high {
		v.want(expected)
		return 0
	}
	return i
}

// number reads a number with or without a fraction.
func (v value) number(low, high float64) float64 {
	if v.absent() {
		return 0
	}
	var tk *token.Token
	switch v.node.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		tk = v.node.GetToken()
	default:
		v.want(fmt.Sprintf("a number from %g to %g", low, high))
		return 0
	}
	f, err := strconv.ParseFloat(tk.Value, 64)
	if err != nil || math.IsNaN(f) || f < low || f > high {
		v.want(fmt.Sprintf("a number from %g to %g", low, high))
		return 0
	}
	return f
}

// flag reads true or false.
func (v value) flag() bool {
	if v.absent() {
		return false
	}
	b, ok := v.node.(*ast.BoolNode)
	if !ok {
		v.want("true or false")
		return false
	}
	return b.Value
}

// The years a date may lie in: a typing error is likelier than 1027 or 20270.
const (
	firstYear = 2000
	lastYear  = 2199
)

// date reads a day that exists.
func (v value) date() scheduler.Date {
	s, ok := v.words()
	if !ok {
		return scheduler.Date{}
	}
	d, err := scheduler.ParseDate(s)
	if err != nil {
		v.fault("%s is no date; want YYYY-MM-DD of a day that exists", quote(s))
		return scheduler.Date{}
	}
	if d.Year < firstYear || d.Year > lastYear {
		v.fault("%s: want a year from %d to %d", quote(s), firstYear, lastYear)
		return scheduler.Date{}
	}
	return d
}

// span reads two dates of an object and refuses the second before the first.
func (o *object) span(from, to string) (first, last scheduler.Date) {
	first, last = o.need(from).date(), o.need(to).date()
	o.ordered(from, first, to, last)
	return first, last
}

func (o *object) ordered(from string, first scheduler.Date, to string, last scheduler.Date) {
	if !first.IsZero() && !last.IsZero() && last.Before(first) {
		o.get(to).fault("%s is before %q (%s)", last, from, first)
	}
}

// clock reads a wall-clock time on the grid of ticks. ok is false when there is
// a fault.
func (v value) clock() (t scheduler.TimeOfDay, ok bool) {
	s, ok := v.words()
	if !ok {
		return 0, false
	}
	t, err := scheduler.ParseTimeOfDay(s)
	if err != nil {
		v.fault("%s is no time; want HH:MM from 00:00 to 24:00", quote(s))
		return 0, false
	}
	if t%scheduler.TickMinutes != 0 {
		v.fault("%s: want a multiple of %d minutes", t, scheduler.TickMinutes)
		return 0, false
	}
	return t, true
}
