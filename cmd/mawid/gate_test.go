package main

import (
	"bytes"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
)

// gate stands between a program and PostgreSQL, and can be shut: then the
// database is gone for the program, and for it alone.
type gate struct {
	listener net.Listener
	network  string // of the database
	address  string

	mu    sync.Mutex
	shut  bool
	conns map[net.Conn]bool
	mark  []byte // in a question whose answer shall be lost
	lost  int    // answers
}

// openGate returns a gate to a database, and the database's URL through it.
func openGate(t *testing.T, database string) (*gate, string) {
	t.Helper()
	u, err := url.Parse(database)
	must(t, err)
	g := &gate{network: "tcp", address: u.Host, conns: map[net.Conn]bool{}}
	port := u.Port()
	if port == "" {
		port = "5432"
	}
	q := u.Query()
	if folder := q.Get("host"); folder != "" {
		g.network, g.address = "unix", folder+"/.s.PGSQL."+port
	} else if u.Port() == "" {
		g.address = net.JoinHostPort(u.Hostname(), port)
	}
	g.listener, err = net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() {
		must(t, g.listener.Close())
		g.close()
	})
	go g.serve()
	q.Del("host")
	u.Host, u.RawQuery = g.listener.Addr().String(), q.Encode()
	return g, u.String()
}

func (g *gate) serve() {
	for {
		c, err := g.listener.Accept()
		if err != nil {
			return
		}
		go g.pass(c)
	}
}

// pass carries bytes both ways until one side ends.
func (g *gate) pass(c net.Conn) {
	d, err := net.Dial(g.network, g.address)
	if err != nil {
		_ = c.Close()
		return
	}
	g.mu.Lock()
	g.conns[c], g.conns[d] = true, true
	closed := g.shut
	g.mu.Unlock()
	if closed {
		g.end(c, d)
		return
	}
	asked := &question{to: d, gate: g}
	go func() {
		_, _ = io.Copy(asked, c)
		g.end(c, d)
	}()
	_, _ = io.Copy(answerTo{asked, c}, d)
	g.end(c, d)
}

// loseAnswer cuts the line of the next question that holds the text, when the
// database has answered it and before the program hears.
func (g *gate) loseAnswer(text string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.mark = []byte(text)
}

func (g *gate) lostAnswers() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.lost
}

// question carries what the program asks.
type question struct {
	to     io.Writer
	gate   *gate
	marked atomic.Bool
}

// Write is io.Writer.
func (q *question) Write(b []byte) (int, error) {
	q.gate.mu.Lock()
	if q.gate.mark != nil && bytes.Contains(b, q.gate.mark) {
		q.gate.mark = nil
		q.marked.Store(true)
	}
	q.gate.mu.Unlock()
	return q.to.Write(b)
}

// answerTo carries what the database answers to a question.
type answerTo struct {
	asked *question
	to    io.Writer
}

// Write is io.Writer.
func (a answerTo) Write(b []byte) (int, error) {
	if !a.asked.marked.Load() {
		return a.to.Write(b)
	}
	a.asked.gate.mu.Lock()
	defer a.asked.gate.mu.Unlock()
	a.asked.gate.lost++
	return 0, io.ErrClosedPipe
}

func (g *gate) end(conns ...net.Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range conns {
		_ = c.Close() // the other direction may have closed it
		delete(g.conns, c)
	}
}

// cut ends all connections, wherever they are in a conversation; new ones may
// come.
func (g *gate) cut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.conns {
		_ = c.Close()
	}
}

// close shuts the gate and cuts who is in it.
func (g *gate) close() {
	g.mu.Lock()
	g.shut = true
	g.mu.Unlock()
	g.cut()
}

// open lets through again.
func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = false
}
