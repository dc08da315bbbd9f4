package smpp

import (
	"encoding/binary"
	"time"
)

// Message is one short message to submit.
type Message struct {
	To         string // E.164, with or without +
	Text       string
	ValidUntil time.Time // the centre drops it after that; zero: as long as it likes
}

// Long is how a text of several messages is sent.
type Long string

// The ways of long texts; centres differ in which they take.
const (
	LongUDH     Long = "udh"     // a header in each part (3GPP TS 23.040, 9.2.3.24.1)
	LongSAR     Long = "sar"     // sar_* parameters
	LongPayload Long = "payload" // message_payload: the centre parts it
)

const (
	esmUDH     = 0x40
	maxParts   = 20
	tonAny     = 0x00
	tonNumber  = 0x01 // international
	tonLetters = 0x05
	npiISDN    = 0x01
)

// part is the body of one submit_sm.
type part struct {
	text    []byte
	header  []byte // UDH
	tlvs    writer
	receipt bool // asks for a delivery receipt
}

// parts writes a text as the bodies that carry it. The last one asks for a
// receipt: a phone shows a long message when it has all of it.
func (c *Config) parts(text string, ref byte) (coding byte, out []part) {
	code := encode(text)
	if alone, _ := code.limits(); c.Long == LongPayload && len(code.whole()) > alone {
		p := part{receipt: true}
		p.tlvs.tlv(tagMessagePayload, code.whole())
		return code.coding, []part{p}
	}
	texts := code.split()
	for i, t := range texts {
		p := part{text: t, receipt: i == len(texts)-1}
		if len(texts) > 1 {
			p.number(c.Long, ref, len(texts), i+1)
		}
		out = append(out, p)
	}
	return code.coding, out
}

func (p *part) number(long Long, ref byte, total, n int) {
	if long != LongSAR {
		p.header = []byte{5, 0, 3, ref, byte(total), byte(n)}
		return
	}
	p.tlvs.tlv(tagSarRef, binary.BigEndian.AppendUint16(nil, uint16(ref)))
	p.tlvs.tlv(tagSarTotal, []byte{byte(total)})
	p.tlvs.tlv(tagSarPart, []byte{byte(n)})
}

// submit is the body of a submit_sm (4.4.1).
func (c *Config) submit(m Message, coding byte, p *part) []byte {
	var w writer
	w.text("") // service_type
	w.WriteByte(c.sourceTON())
	w.WriteByte(c.SourceNPI)
	w.text(c.Source)
	w.WriteByte(tonNumber)
	w.WriteByte(npiISDN)
	w.text(digits(m.To))
	esm := byte(0)
	if len(p.header) > 0 {
		esm = esmUDH
	}
	w.Write([]byte{esm, 0, 0}) // protocol_id, priority_flag
	w.text("")                 // schedule_delivery_time
	w.text(validity(m.ValidUntil))
	receipt := byte(0)
	if p.receipt {
		receipt = 1
	}
	w.Write([]byte{receipt, 0, coding, 0, byte(len(p.header) + len(p.text))})
	w.Write(p.header)
	w.Write(p.text)
	w.Write(p.tlvs.Bytes())
	return w.Bytes()
}

func (c *Config) sourceTON() byte {
	switch {
	case c.SourceTON >= 0:
		return byte(c.SourceTON)
	case c.Source == "":
		return tonAny
	case digits(c.Source) == c.Source:
		return tonNumber
	}
	return tonLetters
}

func digits(number string) string {
	var out []byte
	for _, c := range []byte(number) {
		if c >= '0' && c <= '9' {
			out = append(out, c)
		}
	}
	return string(out)
}

// validity writes an instant in UTC as 7.1.1.1 asks: YYMMDDhhmmss, tenths,
// quarters of an hour from UTC, sign.
func validity(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("060102150405") + "000+"
}
