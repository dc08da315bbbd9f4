// Package smpp speaks SMPP 3.4 with a short message centre, as a transceiver:
// it submits messages and takes delivery receipts.
//
// It knows packets, texts in parts, windows, throttling and reconnecting. It must
// not know notices or storage: what a receipt means is for its caller to say.
package smpp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The commands of SMPP 3.4 that are spoken here (5.1.2.1). An answer has the
// highest bit set.
const (
	genericNack     = 0x80000000
	bindTransceiver = 0x00000009
	submitSM        = 0x00000004
	deliverSM       = 0x00000005
	unbind          = 0x00000006
	enquireLink     = 0x00000015
	answerBit       = 0x80000000
)

// Status is a command_status (5.1.3); 0 is good.
type Status uint32

// The statuses that mean something here.
const (
	statusOK          Status = 0x00
	statusUnknownCmd  Status = 0x03
	statusSystemError Status = 0x08
	statusBadAddress  Status = 0x0B
	statusQueueFull   Status = 0x14
	statusThrottled   Status = 0x58
	statusTryLater    Status = 0x64
)

// Optional parameters (5.3.2).
const (
	tagReceiptedID    = 0x001E
	tagMessageState   = 0x0427
	tagSarRef         = 0x020C
	tagSarTotal       = 0x020E
	tagSarPart        = 0x020F
	tagMessagePayload = 0x0424
)

const (
	headSize  = 16
	maxPacket = 70 << 10 // bytes: a payload of 64 KiB and the rest
)

// packet is one PDU.
type packet struct {
	command uint32
	status  Status
	seq     uint32
	body    []byte
}

var errPacket = errors.New("a packet that is none")

func readPacket(r io.Reader) (packet, error) {
	var head [headSize]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return packet{}, err
	}
	size := binary.BigEndian.Uint32(head[:])
	if size < headSize || size > maxPacket {
		return packet{}, fmt.Errorf("%w: %d bytes", errPacket, size)
	}
	p := packet{
		command: binary.BigEndian.Uint32(head[4:]), status: Status(binary.BigEndian.Uint32(head[8:])),
		seq: binary.BigEndian.Uint32(head[12:]), body: make([]byte, size-headSize),
	}
	_, err := io.ReadFull(r, p.body)
	return p, err
}

func (p *packet) bytes() []byte {
	out := make([]byte, headSize, headSize+len(p.body))
	binary.BigEndian.PutUint32(out, uint32(headSize+len(p.body)))
	binary.BigEndian.PutUint32(out[4:], p.command)
	binary.BigEndian.PutUint32(out[8:], uint32(p.status))
	binary.BigEndian.PutUint32(out[12:], p.seq)
	return append(out, p.body...)
}

// writer puts a body together.
type writer struct{ bytes.Buffer }

// text writes a C-octet string; a zero byte in it would end it early.
func (w *writer) text(s string) {
	for _, c := range []byte(s) {
		if c != 0 {
			w.WriteByte(c)
		}
	}
	w.WriteByte(0)
}

func (w *writer) tlv(tag uint16, value []byte) {
	var head [4]byte
	binary.BigEndian.PutUint16(head[:], tag)
	binary.BigEndian.PutUint16(head[2:], uint16(len(value)))
	w.Write(head[:])
	w.Write(value)
}

// reader takes a body apart. After a fault everything reads as empty.
type reader struct {
	rest   []byte
	broken bool
}

func (r *reader) text() string {
	end := bytes.IndexByte(r.rest, 0)
	if end < 0 {
		r.rest, r.broken = nil, true
		return ""
	}
	s := string(r.rest[:end])
	r.rest = r.rest[end+1:]
	return s
}

func (r *reader) take(n int) []byte {
	if len(r.rest) < n {
		r.rest, r.broken = nil, true
		return make([]byte, n)
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// tlvs reads the optional parameters at the end of a body.
func (r *reader) tlvs() map[uint16][]byte {
	out := map[uint16][]byte{}
	for len(r.rest) >= 4 && !r.broken {
		tag, size := binary.BigEndian.Uint16(r.rest), int(binary.BigEndian.Uint16(r.rest[2:]))
		r.take(4)
		out[tag] = r.take(size)
	}
	return out
}
