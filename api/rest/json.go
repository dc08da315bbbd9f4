package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// jsonFormat reads and writes bodies. Writing ignores a caller who hung up:
// that is no fault.
var jsonFormat = huma.Format{
	Marshal: func(w io.Writer, v any) error {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(v); err != nil {
			return fmt.Errorf("encode answer: %w", err)
		}
		_, _ = w.Write(b.Bytes())
		return nil
	},
	Unmarshal: unmarshal,
}

// unmarshal reads a body twice as huma wants it: first into an any, which is
// checked against the schema, then into a struct. The first is strict.
func unmarshal(data []byte, v any) error {
	p, first := v.(*any)
	if !first {
		return json.Unmarshal(data, v)
	}
	if !utf8.Valid(data) {
		return errors.New("the body is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber() // no number is too large to be looked at
	value, err := readValue(d, 0)
	if err != nil {
		return describeSyntax(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("the body goes on after its end")
	}
	*p = value
	return nil
}

// describeSyntax says what is wrong without repeating what was sent.
func describeSyntax(err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("the body is not JSON: fault near byte %d", syntax.Offset)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the body is not JSON: it ends too early")
	}
	return err
}

const maxDepth = 16 // the deepest body has 2

// null stands for a JSON null. No field takes one, and huma passes over nil.
type null struct{}

func readValue(d *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errors.New("the body is nested too deeply")
	}
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '{' {
			return readObject(d, depth)
		}
		return readArray(d, depth)
	case json.Number:
		f, err := t.Float64()
		if err != nil {
			f = math.Inf(1) // out of every range
		}
		return f, nil
	case nil:
		return null{}, nil
	}
	return t, nil
}

func readArray(d *json.Decoder, depth int) (any, error) {
	list := []any{}
	for d.More() {
		v, err := readValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := d.Token()
	return list, err
}

// readObject refuses a name that comes twice, in any case: readers would
// disagree about which of them counts.
func readObject(d *json.Decoder, depth int) (any, error) {
	object, seen := map[string]any{}, map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, _ := t.(string)
		if seen[strings.ToLower(name)] {
			return nil, errors.New("the body names a field twice")
		}
		seen[strings.ToLower(name)] = true
		v, err := readValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		object[plainName(name)] = v
	}
	_, err := d.Token()
	return object, err
}

const maxName = 64

// plainName makes the name of a field fit to be repeated in an answer. A name
// that it changes is none of ours, and stays none.
func plainName(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '-':
			return r
		}
		return '?'
	}, s)
	if len(s) > maxName {
		s = s[:maxName-1] + "?"
	}
	if s == "" {
		s = "?"
	}
	return s
}
