package main

import (
	"io"
	"net"
	"net/url"
	"sync"
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
	go func() {
		_, _ = io.Copy(d, c)
		g.end(c, d)
	}()
	_, _ = io.Copy(c, d)
	g.end(c, d)
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
