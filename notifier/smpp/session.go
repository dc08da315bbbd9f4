package smpp

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// errGone: the connection ended. What was handed over and not answered may have
// arrived.
var errGone = errors.New("the connection ended")

// session is one connection, bound.
type session struct {
	conn   net.Conn
	client *Client
	window chan struct{} // one for each submit that waits for its answer
	gone   chan struct{} // closed when the connection ended
	// receipts wait here to be noted, so that answers are read meanwhile.
	receipts chan waiting

	write sync.Mutex

	mu      sync.Mutex
	seq     uint32
	pending map[uint32]chan packet
}

// waiting is a delivery receipt that is not answered yet.
type waiting struct {
	Receipt
	seq uint32
}

// How many receipts are noted at once, and how many more wait.
const (
	receiptWorkers = 8
	receiptQueue   = 256
)

func newSession(c *Client, conn net.Conn) *session {
	return &session{
		conn: conn, client: c, window: make(chan struct{}, c.Window), gone: make(chan struct{}),
		receipts: make(chan waiting, receiptQueue), pending: map[uint32]chan packet{},
	}
}

// end closes the connection; whoever waits for an answer learns of it.
func (s *session) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended() {
		close(s.gone)
		_ = s.conn.Close() // it is of no more use
	}
}

// ended reports whether the connection is known to have ended.
func (s *session) ended() bool {
	select {
	case <-s.gone:
		return true
	default:
		return false
	}
}

// ask sends a packet and waits for its answer. sent reports whether it may have
// left.
func (s *session) ask(ctx context.Context, command uint32, body []byte) (answer packet, sent bool, err error) {
	s.mu.Lock()
	s.seq = s.seq%0x7FFFFFFF + 1
	seq, wait := s.seq, make(chan packet, 1)
	s.pending[seq] = wait
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.pending, seq)
		s.mu.Unlock()
	}()
	if err := s.send(packet{command: command, seq: seq, body: body}); err != nil {
		return packet{}, true, errGone // a part of it may have left
	}
	select {
	case answer = <-wait:
		return answer, true, nil
	case <-s.gone:
		return packet{}, true, errGone
	case <-ctx.Done():
		return packet{}, true, ctx.Err()
	}
}

func (s *session) send(p packet) error {
	s.write.Lock()
	defer s.write.Unlock()
	// A centre that reads no more must not hold writers for ever.
	stuck := time.AfterFunc(s.client.Answer, s.end)
	defer stuck.Stop()
	_, err := s.conn.Write(p.bytes())
	if err != nil {
		s.end()
	}
	return err
}

// read takes packets until the connection ends.
func (s *session) read() {
	defer s.end()
	for {
		p, err := readPacket(s.conn)
		if err != nil {
			return
		}
		if p.command&answerBit != 0 {
			s.mu.Lock()
			wait := s.pending[p.seq]
			s.mu.Unlock()
			if wait != nil {
				select {
				case wait <- p:
				default: // answered twice
				}
			}
			continue
		}
		if s.request(p) != nil || p.command == unbind {
			return
		}
	}
}

// request answers what the centre asks; a receipt is answered when it is noted.
func (s *session) request(p packet) error {
	answer := packet{command: p.command | answerBit, seq: p.seq}
	switch p.command {
	case enquireLink, unbind:
	case deliverSM:
		answer.body = []byte{0} // message_id, unused
		if r, ok := readReceipt(p.body); ok && s.client.Receipt != nil {
			select {
			case s.receipts <- waiting{r, p.seq}:
				return nil
			default:
				answer.status = statusTryLater // it will come again
			}
		}
	default:
		answer.command, answer.status = genericNack, statusUnknownCmd
	}
	return s.send(answer)
}

// note notes receipts until the connection ends.
func (s *session) note(ctx context.Context) {
	for {
		var w waiting
		select {
		case <-s.gone:
			return
		case <-ctx.Done():
			return
		case w = <-s.receipts:
		}
		answer := packet{command: deliverSM | answerBit, seq: w.seq, body: []byte{0}}
		if err := s.client.Receipt(ctx, w.Receipt); err != nil {
			answer.status = statusTryLater
		}
		if s.send(answer) != nil {
			return
		}
	}
}

// live asks now and then whether the centre still answers, and ends the
// connection when it does not.
func (s *session) live(ctx context.Context) {
	tick := time.NewTicker(s.client.Enquire)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.gone:
			return
		case <-tick.C:
		}
		limited, cancel := context.WithTimeout(ctx, s.client.Answer)
		_, _, err := s.ask(limited, enquireLink, nil)
		cancel()
		if err != nil {
			s.end()
			return
		}
	}
}
