package main

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"mawid/internal/testdb"
)

// TestDatabaseGoesAway: while PostgreSQL cannot be reached the node says that it
// is not ready, answers with problems, and is itself again when it is back.
func TestDatabaseGoesAway(t *testing.T) {
	t.Parallel()
	direct := testdb.Postgres(t)
	g, url := openGate(t, direct)
	house := install(t, url)
	server := house.serve()
	free := &queue{slots: server.slots(t, "com-safi-ec", "com-livret", 5)}
	promised := server.bookUntil(t, free, http.StatusCreated)

	g.close()
	house.database = direct
	ready, err := server.do(patient(t), http.MethodGet, "/readyz", "", nil, nil)
	must(t, err)
	if ready.status != http.StatusServiceUnavailable || string(ready.body) != "not ready: database\n" {
		t.Errorf("/readyz: %s, want 503 and the part that is missing", ready)
	}
	server.get(t, "/livez", "", nil)
	page, err := server.do(patient(t), http.MethodGet, "/a/"+promised[0].ManageToken, "", nil, nil)
	must(t, err)
	if page.status != http.StatusServiceUnavailable || page.header.Get("Retry-After") == "" || !strings.Contains(page.header.Get("Content-Type"), "text/html") || strings.Contains(string(page.body), "127.0.0.1") {
		t.Errorf("a page: %s, want a page that says sorry", page)
	}
	promised = append(promised, server.bookUntil(t, free, http.StatusServiceUnavailable)...)

	g.open()
	promised = append(promised, server.bookUntil(t, free, http.StatusCreated)...)
	eventually(t, "to be ready again", func() bool {
		a, err := server.do(patient(t), http.MethodGet, "/readyz", "", nil, nil)
		must(t, err)
		return a.status == http.StatusOK
	})
	for _, b := range promised {
		server.look(t, b)
	}
	house.healthy()
}

// TestConnectionsEnd ends all connections of the program again and again while
// many book: politely by the server, and by cutting the line, after which nobody
// knows whether a commit was heard. Whoever gets no 201 asks again, and may learn
// that they have it already; in the end everybody has exactly one appointment.
func TestConnectionsEnd(t *testing.T) {
	t.Parallel()
	for name, disturb := range map[string]func(house *installation, g *gate){
		"by the server": func(house *installation, _ *gate) {
			house.texts("SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity" +
				" WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'")
		},
		"by a cut line": func(_ *installation, g *gate) { g.cut() },
	} {
		t.Run(name, func(t *testing.T) {
			direct := testdb.Postgres(t)
			g, url := openGate(t, direct)
			house := install(t, url)
			server := house.serve()
			house.database = direct
			c := &crowd{server: server, settled: make(chan bool, people), free: &queue{slots: server.slots(t, "com-safi-ec", "com-livret", 20)}}
			c.book(t, func() { disturb(house, g) })
			house.healthy()
			for _, b := range c.promised {
				server.look(t, b)
			}
			emails := house.texts("SELECT email FROM appointments WHERE status = 'booked'")
			slices.Sort(emails)
			if n := len(slices.Compact(slices.Clone(emails))); n != people || len(emails) != people {
				t.Errorf("%d appointments of %d people, want %d of each", len(emails), n, people)
			}
			t.Logf("%d got 201, %d were told that they have it already; %d answers were faults", len(c.promised), people-len(c.promised), c.faults.Load())
		})
	}
}

const (
	people = 140
	cuts   = 7
)

// crowd is many who book at once, and do not give up.
type crowd struct {
	server  *program
	free    *queue
	settled chan bool // one for each person, when they know that they have it
	faults  atomic.Int64

	mu       sync.Mutex
	promised []booking // with a 201
}

// book lets everybody book, and disturbs now and then.
func (c *crowd) book(t *testing.T, disturb func()) {
	t.Helper()
	var group sync.WaitGroup
	defer group.Wait()
	c.free.slots = c.free.slots[:people]
	for range clerks {
		group.Go(func() {
			for s, more := c.free.take(); more; s, more = c.free.take() {
				c.bookStubbornly(t, s, c.server.house.somebody())
				c.settled <- true
			}
		})
	}
	for n := range people {
		if n%(people/cuts) == 0 {
			disturb()
		}
		select {
		case <-c.settled:
		case <-patient(t).Done():
			t.Fatal("waited in vain")
		}
	}
}

// bookStubbornly asks until the answer is 201, or that this person has it
// already: an earlier answer was lost with the connection.
func (c *crowd) bookStubbornly(t *testing.T, s slot, who person) {
	t.Helper()
	ctx := patient(t)
	for {
		b, a, err := c.server.book(ctx, s, who)
		switch {
		case err != nil:
			t.Error(err)
			return
		case a.status == http.StatusCreated:
			c.mu.Lock()
			defer c.mu.Unlock()
			c.promised = append(c.promised, b)
			return
		case a.code == "duplicate_booking":
			return
		case a.code != "internal" && a.code != "unavailable" && a.code != "busy":
			t.Errorf("book: %s", a)
			return
		}
		c.faults.Add(1)
	}
}

// TestAnswerLostAfterCommit cuts the line when the booking is committed and the
// program has not heard: it decides again, finds what it made and says so:
// there is one appointment, and its person gets the mail with the link to it.
func TestAnswerLostAfterCommit(t *testing.T) {
	t.Parallel()
	direct := testdb.Postgres(t)
	g, url := openGate(t, direct)
	post := openPostOffice(t)
	house := install(t, url, "MAWID_SMTP_URL="+post.url)
	server := house.serve()
	house.database = direct
	free := server.slots(t, "ausy-safi", "ausy-note", 3) // one desk
	server.mustBook(t, free[0], house.somebody())        // its statements are prepared
	who := house.somebody()
	g.loseAnswer(who.Email)
	_, a, err := server.book(patient(t), free[1], who)
	must(t, err)
	if a.status != http.StatusCreated {
		t.Errorf("the answer: %s", a)
	}
	if n := g.lostAnswers(); n != 1 {
		t.Fatalf("%d answers were lost, the test wants one", n)
	}
	if n := house.count("SELECT count(*) FROM appointments WHERE email = $1", who.Email); n != 1 {
		t.Errorf("%d appointments, want 1", n)
	}
	eventually(t, "the confirmation", func() bool { return len(post.to(who.Email)) == 1 })
	house.healthy()
}
