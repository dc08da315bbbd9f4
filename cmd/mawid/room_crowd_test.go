package main

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mawid/configs"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// crowdWaiting is how many draw a ticket and look at it on their telephones, each
// again after every round of the desks.
const crowdWaiting = 32

// TestAnOfficeBehindOneAddress: twelve desks, who runs the room, boards, a kiosk
// and everybody who waits share one address, and the limit is as it is by
// default. Screens look at each step, as they do in a browser. None is refused,
// also while somebody at the same address floods with what is not true.
func TestAnOfficeBehindOneAddress(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, url string) {
		c := newCrowdedOffice(t, url)
		for range crowdWaiting {
			c.draw()
		}
		for c.round() {
			c.look(c.phones)
		}
		limit := configs.Defaults().Limits.RequestsPerMinute
		if got := int(c.asked.Load()); got < 3*limit {
			t.Errorf("only %d requests, by a limit of %d: the test asks too little", got, limit)
		}
		if got := c.get("/", ""); got.status != http.StatusSeeOther {
			t.Errorf("a stranger in the same house is refused: %s", got)
		}
		c.flood(2 * limit)
		c.look(c.screens)
		c.look(c.phones)
		c.program.stop()
		c.count()
	})
}

// crowdedOffice is the office, as one address sees it.
type crowdedOffice struct {
	t       *testing.T
	house   *installation
	program *program
	kiosk   string // cookie
	desks   []crowdDesk
	screens []crowdScreen // that look at every step
	phones  []crowdScreen
	asked   atomic.Int64
}

type crowdDesk struct{ id, cookie string }

type crowdScreen struct{ path, cookie string }

func newCrowdedOffice(t *testing.T, url string) *crowdedOffice {
	t.Helper()
	file := filepath.Join(t.TempDir(), "town.yaml")
	must(t, os.WriteFile(file, []byte(dayCatalogue(time.Now())), 0o600))
	settings := configs.Defaults()
	limit := "MAWID_LIMITS_REQUESTS_PER_MINUTE=" + strconv.Itoa(settings.Limits.RequestsPerMinute)
	c := &crowdedOffice{t: t, house: install(t, url, nodeSecret, limit, "MAWID_CATALOGUE="+file)}
	settings.DatabaseURL, settings.DataDir, settings.Catalogue = url, c.house.data, file
	settings.Secret = strings.TrimPrefix(nodeSecret, "MAWID_SECRET=")
	h, err := openDemo(t.Context(), settings)
	must(t, err)
	c.hire(h)
	c.kiosk = "kiosk=" + h.engine.KioskToken("hall")
	must(t, h.close())
	c.program = c.house.serve()
	for _, d := range c.desks {
		c.post("/desk/open", d.cookie, "desk", d.id)
	}
	return c
}

// hire gives each desk an agent who is signed in, and each office a board and
// somebody who runs it.
func (c *crowdedOffice) hire(h *house) {
	cat, err := h.engine.Catalogue(c.t.Context())
	must(c.t, err)
	for office := range dayDesks {
		for _, desk := range cat.Desks(office) {
			cookie := c.member(h, scheduler.User{ID: "usr_" + desk.ID, Login: desk.ID, Role: scheduler.RoleAgent, Offices: []string{office}})
			c.desks = append(c.desks, crowdDesk{desk.ID, cookie})
			c.screens = append(c.screens, crowdScreen{"/desk", cookie})
		}
		chief := c.member(h, scheduler.User{ID: "usr_" + office, Login: office, Role: scheduler.RoleSupervisor, Offices: []string{office}})
		c.screens = append(c.screens, crowdScreen{"/desk/room/" + office, chief}, crowdScreen{"/board/" + office, ""})
	}
}

func (c *crowdedOffice) member(h *house, u scheduler.User) (cookie string) {
	u.CreatedAt = time.Now().UTC()
	must(c.t, h.store.AddUser(c.t.Context(), u))
	begun := sessionOf(c.t, h, u)
	return begun.Name + "=" + begun.Value
}

func (c *crowdedOffice) get(path, cookie string) answer {
	return c.ask(http.MethodGet, path, cookie, "")
}

func (c *crowdedOffice) post(path, cookie string, form ...string) answer {
	c.t.Helper()
	fields := url.Values{}
	for i := 0; i < len(form); i += 2 {
		fields.Set(form[i], form[i+1])
	}
	got := c.ask(http.MethodPost, path, cookie, fields.Encode())
	if got.status != http.StatusSeeOther {
		c.t.Errorf("POST %s: %s", path, got)
	}
	return got
}

func (c *crowdedOffice) ask(method, path, cookie, body string) answer {
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.program.URL+path, strings.NewReader(body))
	if err != nil {
		c.t.Error(err)
		return answer{}
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	got, err := c.program.send(r, nil)
	if err != nil {
		c.t.Error(err)
	}
	c.asked.Add(1)
	return got
}

// draw is a person at the kiosk, who then opens the ticket on the telephone.
func (c *crowdedOffice) draw() {
	c.get("/kiosk/hall", c.kiosk)
	c.get("/kiosk/hall/services", c.kiosk)
	paper := c.post("/kiosk/hall/tickets", c.kiosk, "service", "hall-papers").header.Get("Location")
	c.get(paper, c.kiosk)
	id := paper[strings.LastIndex(paper, "/")+1:]
	c.house.secret(id)
	c.phones = append(c.phones, crowdScreen{"/t/" + id, ""})
}

// at finds what can be done with the ticket at one's desk.
var at = regexp.MustCompile(`action="((?:/\w+)?/desk/tickets/[^/"]+)/(start|finish)"`)

// round has every desk take one step, and every screen look at each. It reports
// whether anything was done.
func (c *crowdedOffice) round() bool {
	done := false
	for _, d := range c.desks {
		if !strings.HasPrefix(d.id, "hall") {
			continue // nobody waits for the annex
		}
		page := string(c.get("/desk", d.cookie).body)
		switch found := at.FindStringSubmatch(page); {
		case found == nil && strings.Contains(page, "/desk/call-next"):
			c.post("/desk/call-next", d.cookie, "desk", d.id)
		case found == nil:
			continue
		default:
			c.post(found[1]+"/"+found[2], d.cookie, "outcome", "settled")
		}
		done = true
		c.look(c.screens)
	}
	return done && !c.t.Failed() && c.house.count("SELECT count(*) FROM tickets WHERE state <> 'finished'") > 0
}

// look has screens fetch themselves, all at once.
func (c *crowdedOffice) look(screens []crowdScreen) {
	var all sync.WaitGroup
	for _, s := range screens {
		all.Go(func() {
			if got := c.get(s.path, s.cookie); got.status != http.StatusOK {
				c.t.Errorf("GET %s: %d", s.path, got.status)
			}
		})
	}
	all.Wait()
}

// flood asks n times with sessions, tokens, tickets and rooms that do not exist.
func (c *crowdedOffice) flood(n int) {
	refused := 0
	for i := range n {
		made := strconv.Itoa(i)
		var got answer
		switch i % 4 {
		case 0:
			got = c.get("/desk", "mawid="+made)
		case 1:
			got = c.get("/t/tkt_"+made, "")
		case 2:
			got = c.get("/board/room-"+made, "")
		case 3:
			a, err := c.program.do(c.t.Context(), http.MethodGet, "/v1/offices/hall/queue", "mwd_"+made, nil, nil)
			must(c.t, err)
			got = a
		}
		if got.status == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 {
		c.t.Errorf("of %d requests with what is not true none is refused", n)
	}
}

func (c *crowdedOffice) count() {
	if got := c.house.count("SELECT count(*) FROM tickets WHERE state = 'finished'"); got != crowdWaiting {
		c.t.Errorf("%d people were served, want %d", got, crowdWaiting)
	}
	c.house.healthy()
}
