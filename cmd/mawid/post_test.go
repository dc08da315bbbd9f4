package main

import (
	"bytes"
	"io"
	"log"
	"net"
	"net/mail"
	"slices"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// postOffice is a mail server that takes everything. It outlives the programs
// that send.
type postOffice struct {
	url string

	mu      sync.Mutex
	letters []letter
}

// letter is a mail that was taken.
type letter struct {
	to      string
	from    string // of the envelope
	id      string // Message-ID
	subject string
}

func openPostOffice(t testing.TB) *postOffice {
	t.Helper()
	o := &postOffice{}
	server := smtp.NewServer(o)
	server.Domain = "post.example"
	server.ErrorLog = log.New(io.Discard, "", 0) // it complains about senders that are killed
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	o.url = "smtp://" + l.Addr().String()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(l)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-ended
	})
	return o
}

// NewSession is smtp.Backend.
func (o *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return &counter{office: o}, nil }

// counter takes letters from one sender.
type counter struct {
	office *postOffice
	from   string
	to     string
}

func (c *counter) Reset()        { c.to = "" }
func (c *counter) Logout() error { return nil }
func (c *counter) Mail(from string, _ *smtp.MailOptions) error {
	c.from = from
	return nil
}

func (c *counter) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.to = to
	return nil
}

// Data is smtp.Session: the letter counts from when it was read to its end.
func (c *counter) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	c.office.mu.Lock()
	defer c.office.mu.Unlock()
	c.office.letters = append(c.office.letters, letter{c.to, c.from, m.Header.Get("Message-ID"), m.Header.Get("Subject")})
	return nil
}

// returnPath is where the last letter would return to.
func (o *postOffice) returnPath(t testing.TB) string {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.letters) == 0 {
		t.Fatal("no letter")
	}
	return o.letters[len(o.letters)-1].from
}

// to lists the letters that an address got.
func (o *postOffice) to(address string) []letter {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(o.letters), func(l letter) bool { return l.to != address })
}

// received gives the letters by address.
func (o *postOffice) received() map[string][]letter {
	o.mu.Lock()
	defer o.mu.Unlock()
	all := map[string][]letter{}
	for _, l := range o.letters {
		all[l.to] = append(all[l.to], l)
	}
	return all
}
