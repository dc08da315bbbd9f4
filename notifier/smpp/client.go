package smpp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Config is a centre and how it wants to be spoken to. New fills in what is 0.
type Config struct {
	Address    string // host:port
	TLS        bool
	SystemID   string
	Password   string
	SystemType string
	Source     string // sender: a number or up to 11 letters
	SourceTON  int    // -1: by what Source is
	SourceNPI  byte
	Long       Long          // LongUDH when ""
	Window     int           // submits that may wait for their answers; 10
	Rate       int           // submits a second; 0: as fast as the window allows
	Enquire    time.Duration // how often to ask whether the centre is there; 30 s
	Answer     time.Duration // how long it may take to answer; 10 s
	// Receipt takes a delivery receipt; with an error the centre sends it again.
	Receipt func(context.Context, Receipt) error
}

// Client keeps one connection to a centre. It is safe for concurrent use.
type Client struct {
	Config
	dialer net.Dialer
	ref    atomic.Uint32 // of long messages
	pace   chan struct{} // one for each submit that Rate allows now; nil without Rate

	mu    sync.Mutex
	bound *session
	ready chan struct{} // closed when bound is set
}

// New returns a client. It connects in Run.
func New(c Config) *Client {
	if c.Long == "" {
		c.Long = LongUDH
	}
	if c.Window <= 0 {
		c.Window = 10
	}
	if c.Enquire <= 0 {
		c.Enquire = 30 * time.Second
	}
	if c.Answer <= 0 {
		c.Answer = 10 * time.Second
	}
	out := &Client{Config: c, ready: make(chan struct{})}
	if c.Rate > 0 {
		out.pace = make(chan struct{})
	}
	return out
}

// How long to wait before connecting again, doubled after each failure.
const (
	firstWait   = 500 * time.Millisecond
	longestWait = time.Minute
)

// Run keeps the connection until ctx ends. report hears why it was lost; what it
// hears holds no secret.
func (c *Client) Run(ctx context.Context, report func(error)) {
	var running sync.WaitGroup
	defer running.Wait()
	if c.pace != nil {
		running.Go(func() { c.metronome(ctx) })
	}
	for wait := firstWait; ctx.Err() == nil; wait = min(2*wait, longestWait) {
		was, err := c.connection(ctx)
		if ctx.Err() != nil {
			return
		}
		report(err)
		if was {
			wait = firstWait
		}
		pause := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-pause.C:
		}
		pause.Stop()
	}
}

// metronome hands out Rate submits a second.
func (c *Client) metronome(ctx context.Context) {
	tick := time.NewTicker(time.Second / time.Duration(c.Rate))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		select {
		case <-ctx.Done():
			return
		case c.pace <- struct{}{}:
		}
	}
}

// connection connects, binds and serves until the connection ends. bound reports
// whether it came that far.
func (c *Client) connection(ctx context.Context) (bound bool, err error) {
	conn, err := c.dial(ctx)
	if err != nil {
		return false, fmt.Errorf("smpp: connect: %w", err)
	}
	s := newSession(c, conn)
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	defer s.end()
	running.Go(s.read)
	for range receiptWorkers {
		running.Go(func() { s.note(ctx) })
	}
	if err := c.bind(ctx, s); err != nil {
		return false, err
	}
	running.Go(func() { s.live(ctx) })
	c.set(s)
	defer c.lost(s)
	select {
	case <-s.gone:
		return true, errGone
	case <-ctx.Done():
		c.unbind(s)
		return true, ctx.Err()
	}
}

func (c *Client) dial(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Answer)
	defer cancel()
	if c.TLS {
		return (&tls.Dialer{NetDialer: &c.dialer}).DialContext(ctx, "tcp", c.Address)
	}
	return c.dialer.DialContext(ctx, "tcp", c.Address)
}

func (c *Client) bind(ctx context.Context, s *session) error {
	ctx, cancel := context.WithTimeout(ctx, c.Answer)
	defer cancel()
	var w writer
	w.text(c.SystemID)
	w.text(c.Password)
	w.text(c.SystemType)
	w.Write([]byte{0x34, 0, 0}) // version, addr_ton, addr_npi
	w.text("")                  // address_range
	answer, _, err := s.ask(ctx, bindTransceiver, w.Bytes())
	if err != nil {
		return fmt.Errorf("smpp: bind: %w", err)
	}
	if answer.status != statusOK {
		return fmt.Errorf("smpp: bind: %w", answer.status)
	}
	return nil
}

// unbind says goodbye; a centre that does not answer is left all the same.
func (c *Client) unbind(s *session) {
	ctx, cancel := context.WithTimeout(context.Background(), min(c.Answer, time.Second))
	defer cancel()
	_, _, _ = s.ask(ctx, unbind, nil)
}

func (c *Client) set(s *session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bound = s
	close(c.ready)
}

// lost forgets a connection that ended, whoever sees it first.
func (c *Client) lost(s *session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bound == s {
		c.bound, c.ready = nil, make(chan struct{})
	}
}

// session waits for a connection that is bound; nil when ctx ends first.
func (c *Client) session(ctx context.Context) *session {
	for {
		c.mu.Lock()
		s, ready := c.bound, c.ready
		c.mu.Unlock()
		switch {
		case s == nil:
			select {
			case <-ready:
			case <-ctx.Done():
				return nil
			}
		case s.ended():
			c.lost(s)
		default:
			return s
		}
	}
}

// Error names a status that is not good.
func (s Status) Error() string { return fmt.Sprintf("command_status 0x%X", uint32(s)) }

// What Submit returns besides a Status.
var (
	// ErrDown: there was no connection; nothing left.
	ErrDown = errors.New("smpp: not connected")
	// ErrThrottled: the centre had too much to do all the time; nothing was taken.
	ErrThrottled = errors.New("smpp: throttled")
	// ErrUnknown: something left and was not answered, or a part of a long message
	// was taken and another was not.
	ErrUnknown = errors.New("smpp: no answer after hand-over")
	// ErrTooLong: more parts than a person reads.
	ErrTooLong = errors.New("smpp: the message is too long")
)

// BadAddress reports whether the centre says that there is no such number.
func (s Status) BadAddress() bool { return s == statusBadAddress }

// Temporary reports whether the same message may pass later.
func (s Status) Temporary() bool {
	return s == statusSystemError || s == statusTryLater || s.busy()
}

func (s Status) busy() bool { return s == statusThrottled || s == statusQueueFull }

// Submit hands a message over and returns the centre's id of its last part. A
// centre that is busy is asked again, more and more slowly, until ctx ends.
func (c *Client) Submit(ctx context.Context, m Message) (id string, err error) {
	coding, parts := c.parts(m.Text, byte(c.ref.Add(1)))
	if len(parts) > maxParts {
		return "", ErrTooLong
	}
	for i := range parts {
		if id, err = c.submitPart(ctx, c.submit(m, coding, &parts[i])); err != nil {
			if i > 0 {
				return "", errors.Join(ErrUnknown, err)
			}
			return "", err
		}
	}
	return id, nil
}

// How long to wait when the centre is busy, doubled each time.
const (
	firstBusy   = 100 * time.Millisecond
	longestBusy = 5 * time.Second
)

func (c *Client) submitPart(ctx context.Context, body []byte) (string, error) {
	for wait := firstBusy; ; wait = min(2*wait, longestBusy) {
		id, err := c.submitOnce(ctx, body)
		var status Status
		if !errors.As(err, &status) || !status.busy() {
			return id, err
		}
		pause := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			pause.Stop()
			return "", ErrThrottled
		case <-pause.C:
		}
	}
}

func (c *Client) submitOnce(ctx context.Context, body []byte) (string, error) {
	s := c.session(ctx)
	if s == nil {
		return "", ErrDown
	}
	select {
	case s.window <- struct{}{}:
	case <-s.gone:
		return "", ErrDown
	case <-ctx.Done():
		return "", ErrThrottled
	}
	defer func() { <-s.window }()
	if c.pace != nil {
		select {
		case <-c.pace:
		case <-ctx.Done():
			return "", ErrThrottled
		}
	}
	ctx, cancel := context.WithTimeout(ctx, c.Answer)
	defer cancel()
	answer, _, err := s.ask(ctx, submitSM, body)
	if err != nil {
		return "", ErrUnknown
	}
	if answer.status != statusOK {
		return "", answer.status
	}
	id, _, _ := strings.Cut(string(answer.body), "\x00")
	return id, nil
}
