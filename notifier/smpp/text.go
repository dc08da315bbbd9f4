package smpp

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// gsm is the basic alphabet of GSM 03.38 (3GPP TS 23.038, 6.2.1) in the order of
// its codes; gsmMore are the characters after an escape.
const gsm = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
	"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"

const escape = 0x1B

var (
	gsmCodes = codes(gsm)
	gsmMore  = map[rune]byte{'\f': 0x0A, '^': 0x14, '{': 0x28, '}': 0x29, '\\': 0x2F, '[': 0x3C, '~': 0x3D, ']': 0x3E, '|': 0x40, '€': 0x65}
)

func codes(alphabet string) map[rune]byte {
	m, next := map[rune]byte{}, byte(0)
	for _, r := range alphabet {
		if r != escape {
			m[r] = next
		}
		next++
	}
	return m
}

// The alphabets as data_coding names them (5.2.19).
const (
	codingDefault = 0x00 // taken to be GSM 03.38, one character in each byte
	codingUCS2    = 0x08
)

// coded is a text as it is sent, in pieces that must not be parted.
type coded struct {
	coding byte
	pieces [][]byte
}

// encode writes a text in GSM 03.38 when all of it can be, else in UCS-2.
func encode(text string) coded {
	c := coded{coding: codingDefault}
	for _, r := range text {
		code, basic := gsmCodes[r]
		more, extended := gsmMore[r]
		switch {
		case basic:
			c.pieces = append(c.pieces, []byte{code})
		case extended:
			c.pieces = append(c.pieces, []byte{escape, more})
		default:
			return ucs2(text)
		}
	}
	return c
}

func ucs2(text string) coded {
	c := coded{coding: codingUCS2}
	for _, r := range strings.ToValidUTF8(text, "\uFFFD") {
		var piece []byte
		for _, unit := range utf16.AppendRune(nil, r) {
			piece = binary.BigEndian.AppendUint16(piece, unit)
		}
		c.pieces = append(c.pieces, piece)
	}
	return c
}

// The most bytes in a message that is alone, and in one of several behind a
// header of six bytes.
func (c *coded) limits() (alone, several int) {
	if c.coding == codingUCS2 {
		return 140, 134
	}
	return 160, 153
}

func (c *coded) whole() []byte {
	var out []byte
	for _, p := range c.pieces {
		out = append(out, p...)
	}
	return out
}

// split gives the text in as few messages as it needs; no character is parted.
func (c *coded) split() [][]byte {
	alone, several := c.limits()
	if whole := c.whole(); len(whole) <= alone {
		return [][]byte{whole}
	}
	var out [][]byte
	var part []byte
	for _, p := range c.pieces {
		if len(part)+len(p) > several {
			out, part = append(out, part), nil
		}
		part = append(part, p...)
	}
	return append(out, part)
}
