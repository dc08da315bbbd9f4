package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"mawid/api/feed"
	"mawid/internal/locale"
	"mawid/internal/tz"
	"mawid/scheduler"
)

// feedClients is how many ask for calendars at once.
const feedClients = 8

// feedBench compares the answer 304 of a calendar with an empty handler, over
// loopback in one server.
type feedBench struct {
	address string
	empty   []byte // the question to the empty handler
	feed    []byte // the question to the calendar, which has not changed
	stop    func() error
}

// newFeedBench books one appointment and serves its calendar.
func (b *bench) newFeedBench(ctx context.Context) (*feedBench, error) {
	s := b.slots[0]
	booked, err := b.engine.Book(ctx, scheduler.BookRequest{
		OfficeID: s.OfficeID, ServiceID: s.ServiceID, StartsAt: s.StartsAt,
		Citizen: scheduler.Citizen{Name: "Fatima Zahra Bennani", Email: "calendar@example.org", Language: "fr"},
	})
	if err != nil {
		return nil, err
	}
	feeds, err := b.feeds()
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/feeds/", feeds)
	mux.HandleFunc("GET /empty", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	var failed error
	running.Go(func() { failed = serveHTTP(ctx, listener, mux) })
	running.Go(func() { refreshing(ctx, feeds) })
	f := &feedBench{address: listener.Addr().String(), stop: func() error {
		cancel()
		running.Wait()
		return failed
	}}
	path := "/feeds/" + booked.CalendarToken + ".ics"
	tag, err := tagOf(ctx, "http://"+f.address+path)
	if err != nil {
		return nil, errors.Join(err, f.stop())
	}
	f.empty, f.feed = asking("/empty", ""), asking(path, tag)
	return f, nil
}

func (b *bench) feeds() (*feed.Feeds, error) {
	zones, err := tz.Embedded()
	if err != nil {
		return nil, err
	}
	book, err := locale.Load()
	if err != nil {
		return nil, err
	}
	return feed.New(feed.Config{
		Source: b.db, Book: book, Catalogue: b.engine.Catalogue, Clock: time.Now, Zones: zones, FreePlaces: b.engine.FreePlaces,
	}), nil
}

// refreshing does what the periodic work of a node does. An error shows in the
// figures: every question then goes to the database.
func refreshing(ctx context.Context, feeds *feed.Feeds) {
	tick := time.NewTicker(feed.RefreshEvery)
	defer tick.Stop()
	for {
		_ = feeds.Refresh(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func tagOf(ctx context.Context, url string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	r.Header.Set("Accept-Encoding", "identity")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the calendar answers %s", answer.Status)
	}
	return answer.Header.Get("ETag"), nil
}

// asking is a whole request. A client library would take more time than what
// is measured.
func asking(path, tag string) []byte {
	condition := ""
	if tag != "" {
		condition = "If-None-Match: " + tag + "\r\n"
	}
	return []byte("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + condition + "\r\n")
}

// client asks one question again and again over one connection.
type client struct {
	net.Conn
	answers *bufio.Reader
}

var (
	want304 = []byte("HTTP/1.1 304 ")
	headEnd = []byte("\r\n")
)

func (c *client) ask(question []byte) error {
	if _, err := c.Write(question); err != nil {
		return err
	}
	for first := true; ; first = false {
		line, err := c.answers.ReadSlice('\n')
		if err != nil {
			return err
		}
		if first && !bytes.HasPrefix(line, want304) {
			return fmt.Errorf("want 304, got %q", line)
		}
		if bytes.Equal(line, headEnd) {
			return nil
		}
	}
}

// rate is how many answers a second so many clients get.
func (f *feedBench) rate(ctx context.Context, question []byte, length time.Duration) (float64, error) {
	free := make(chan *client, feedClients)
	for range feedClients {
		conn, err := net.Dial("tcp", f.address)
		if err != nil {
			return 0, err
		}
		defer conn.Close()
		free <- &client{conn, bufio.NewReader(conn)}
	}
	perSecond, _, err := load(ctx, feedClients, length, func(context.Context) error {
		c := <-free
		defer func() { free <- c }()
		return c.ask(question)
	})
	return perSecond, err
}

// feedLine is what both reached, one figure for each round.
type feedLine struct{ empty, feed []float64 }

func (b *bench) runFeed(ctx context.Context, each time.Duration) (l feedLine, err error) {
	f, err := b.newFeedBench(ctx)
	if err != nil {
		return l, err
	}
	defer func() { err = errors.Join(err, f.stop()) }()
	for range benchRounds {
		empty, err1 := f.rate(ctx, f.empty, each)
		feed, err2 := f.rate(ctx, f.feed, each)
		if err := errors.Join(err1, err2); err != nil {
			return l, err
		}
		l.empty, l.feed = append(l.empty, empty), append(l.feed, feed)
	}
	return l, nil
}
