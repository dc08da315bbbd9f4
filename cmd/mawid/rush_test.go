package main

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"mawid/internal/testdb"
)

// TestTheRush: 500 people take the pages at once, as on the day when the times of
// August open: without JavaScript, each with cookies of their own, from addresses
// of their own behind a proxy, with the limits that the program starts with. There
// are fewer times than people. Nobody gets a fault of ours, nobody's place is sold
// twice, and whoever sees a confirmation is in the database. Whoever is refused is
// told when to come again. It has the machine for itself, as far as this package goes.
func TestTheRush(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, database string) {
		house := install(t, database, "MAWID_TRUSTED_PROXIES=127.0.0.0/8", "MAWID_LIMITS_REQUESTS_PER_MINUTE=120",
			"MAWID_LIMITS_HOLDS_PER_CLIENT=5", "MAWID_LIMITS_HOLDS_PER_MINUTE=300")
		server := house.serve()
		r := &openingDay{server: server, day: server.slots(t, "dgi-safi", "dgi-if", 1)[0].StartsAt[:10], answers: map[int]int{}}
		var all sync.WaitGroup
		for n := range 500 {
			all.Go(func() { r.citizen(n).walk() })
		}
		all.Go(func() { r.citizen(500).hurry() })
		all.Wait()
		r.check(house)
	})
}

// openingDay is what happened to all.
type openingDay struct {
	server *program
	day    string
	// working: the crowd's telephones work by themselves, not on the server's
	// machine; here one at a time, or nobody gets to send what the server waits for.
	working sync.Mutex

	mu         sync.Mutex
	answers    map[int]int // by status
	faults     []string
	references []string // of those who saw a confirmation
	proofs     int
}

// rusher is one of the crowd.
type rusher struct {
	*openingDay
	n      int
	client *http.Client
	random *rand.Rand
}

func (r *openingDay) citizen(n int) *rusher {
	jar, err := cookiejar.New(nil)
	must(r.server.t, err)
	// A connection of one's own, as a browser has. From a common pool come some that
	// were dialled and never used, and the server ends those before long.
	each := &http.Transport{}
	r.server.t.Cleanup(each.CloseIdleConnections)
	return &rusher{r, n, &http.Client{Jar: jar, Transport: each}, rand.New(rand.NewPCG(1, uint64(n)))}
}

// page is what a browser would show.
type page struct {
	status int
	url    *url.URL
	text   string
}

// ask sends a request through the proxy and notes the answer; form nil is a GET.
func (c *rusher) ask(path string, form url.Values) page {
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(c.server.t.Context(), method, c.server.URL+path, body)
	if err != nil {
		c.fault("%v", err)
		return page{}
	}
	req.Header.Set("X-Forwarded-For", fmt.Sprintf("198.18.%d.%d", c.n/250, 1+c.n%250))
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := c.client.Do(req)
	if err != nil {
		c.fault("%s %s: %v", method, path, err)
		return page{}
	}
	text, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	c.note(res, err)
	return page{res.StatusCode, res.Request.URL, string(text)}
}

func (c *rusher) note(res *http.Response, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers[res.StatusCode]++
	switch {
	case err != nil:
		c.faults = append(c.faults, err.Error())
	case res.StatusCode >= 500:
		c.faults = append(c.faults, fmt.Sprintf("%s: %s", res.Request.URL.Path, res.Status))
	case res.StatusCode == http.StatusTooManyRequests && res.Header.Get("Retry-After") == "":
		c.faults = append(c.faults, "429 without Retry-After")
	}
}

func (c *rusher) fault(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

var (
	startButton = regexp.MustCompile(`name="starts_at" value="([^"]+)"`)
	shownCode   = regexp.MustCompile(`\b[34679ACDEFGHJKMNPRTVWXY]{4}-[34679ACDEFGHJKMNPRTVWXY]{4}\b`)
	proofToken  = regexp.MustCompile(`name="proof" value="([^"]+)"`)
	proofBits   = regexp.MustCompile(`data-bits="(\d+)"`)
)

// walk is the way of a citizen: the service, a day, a time, the form. When
// somebody else was quicker, another time, three times at most.
func (c *rusher) walk() {
	const service = "/fr/services/dgi-if"
	for _, path := range []string{"/fr/", service, service + "/dgi-safi", service + "/dgi-safi/" + c.day} {
		c.ask(path, nil)
	}
	for range 4 {
		times := startButton.FindAllStringSubmatch(c.ask(service+"/dgi-safi/"+c.day, nil).text, -1)
		if len(times) == 0 {
			return // all taken
		}
		form := c.hold(times[c.random.IntN(len(times))][1])
		if form.status != http.StatusOK || !strings.Contains(form.url.Path, "/holds/") {
			continue
		}
		who := c.server.house.somebody()
		got := c.ask(form.url.Path, url.Values{"name": {who.Name}, "email": {who.Email}, "language": {"fr"}})
		if got.status == http.StatusOK && strings.Contains(got.url.Path, "/a/") {
			c.booked(got)
			return
		}
	}
}

// hold presses a time, and does the work when there is much to do.
func (c *rusher) hold(start string) page {
	fields := url.Values{"service": {"dgi-if"}, "office": {"dgi-safi"}, "starts_at": {start}, "party": {"1"}}
	p := c.ask("/fr/holds", fields)
	token, difficulty := proofToken.FindStringSubmatch(p.text), proofBits.FindStringSubmatch(p.text)
	if p.status != http.StatusTooManyRequests || token == nil || difficulty == nil {
		return p
	}
	fields.Set("proof", token[1])
	c.working.Lock()
	fields.Set("solution", workOn(token[1], difficulty[1]))
	c.working.Unlock()
	c.mu.Lock()
	c.proofs++
	c.mu.Unlock()
	return c.ask("/fr/holds", fields)
}

// workOn does what the page's script does.
func workOn(token, difficulty string) string {
	want, _ := strconv.Atoi(difficulty)
	text := append([]byte(token), '.')
	for n, known := int64(0), len(text); ; n++ {
		sum := sha256.Sum256(strconv.AppendInt(text[:known], n, 10))
		if bits.LeadingZeros32(binary.BigEndian.Uint32(sum[:])) >= want {
			return strconv.FormatInt(n, 10)
		}
	}
}

func (c *rusher) booked(p page) {
	code := shownCode.FindString(p.text)
	if code == "" {
		c.fault("a confirmation without reference")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.references = append(c.references, code)
	c.server.house.secret(strings.TrimPrefix(p.url.Path, "/fr/a/"))
}

// hurry asks as a program does, and no person.
func (c *rusher) hurry() {
	for range 200 {
		c.ask("/fr/", nil)
	}
}

// check compares what people saw with what is stored.
func (r *openingDay) check(house *installation) {
	t := house.t
	t.Helper()
	for _, f := range r.faults[:min(len(r.faults), 10)] {
		t.Error(f)
	}
	stored := house.texts("SELECT reference FROM appointments WHERE status = 'booked' ORDER BY reference")
	slices.Sort(r.references)
	if !slices.Equal(stored, r.references) {
		t.Errorf("%d saw a confirmation, %d appointments are stored", len(r.references), len(stored))
	}
	if len(stored) == 0 || r.answers[http.StatusTooManyRequests] == 0 || r.proofs == 0 {
		t.Errorf("%d booked, %d proofs, answers by status %v: this was no rush", len(stored), r.proofs, r.answers)
	}
	house.healthy() // tick by tick, nothing is sold twice
	t.Logf("%d of 500 booked, %d proofs of work, answers by status %v", len(stored), r.proofs, r.answers)
}
