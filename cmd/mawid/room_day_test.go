package main

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mawid/configs"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// The day: how many come, and after how many ended visits the power goes.
const (
	dayBooked  = 200
	dayWalkIns = 200
	dayDoors   = 4 // at which people arrive at once
)

var dayCuts = []int{120, 260}

// dayDesks: two offices, twelve desks.
var dayDesks = map[string]int{"hall": 8, "annex": 4}

// dayCatalogue is a town whose offices are open all day, in a zone in which it is
// between nine and eleven in the morning now: the test goes at any hour.
func dayCatalogue(now time.Time) string {
	east := 10 - now.UTC().Hour()
	if east < -12 {
		east += 24
	}
	var days []string
	for _, d := range strings.Fields("mon tue wed thu fri sat sun") {
		days = append(days, d+`: [["00:00","24:00"]]`)
	}
	zone := fmt.Sprintf("Etc/GMT%+d", -east) // POSIX: west is positive
	if east == 0 {
		zone = "UTC"
	}
	text := "schema: mawid/catalogue/1\ntimezone: " + zone + "\nhours_templates:\n  always:\n    days: {" + strings.Join(days, ", ") + "}\n" +
		"administrations:\n  - id: town\n    name: {ar: \"الجماعة\", fr: \"La commune\"}\n    offices:\n"
	for _, id := range []string{"hall", "annex"} {
		text += fmt.Sprintf("      - id: %s\n        name: {ar: \"المكتب\", fr: \"Le bureau\"}\n        hours: [always]\n        desks: %d\n        services:\n"+
			"          - {id: %s-papers, name: {ar: \"الوثائق\", fr: \"Papiers\"}, duration_min: 5}\n", id, dayDesks[id], id)
	}
	return text
}

// TestADayOfFourHundred: 400 people, 12 desks, on PostgreSQL two processes, of
// which one loses its power twice; on SQLite one process that does. In the end
// everybody was served, sent on or marked, and every story adds up.
//
// It has the machine for itself, as far as this package goes: it is a load.
func TestADayOfFourHundred(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, url string) {
		d := newRoomDay(t, url)
		begun := time.Now()
		d.open()
		var people, desks sync.WaitGroup
		for door := range dayDoors {
			people.Go(func() { d.door(door) })
		}
		for _, a := range d.agents {
			desks.Go(func() { a.work() })
		}
		for _, cut := range d.cuts {
			waitOr(t, d.ctx, cut)
			d.nodes[len(d.nodes)-1].cut()
		}
		people.Wait()
		d.arrived()
		desks.Wait()
		for _, n := range d.nodes {
			n.now().stop()
		}
		t.Logf("the day took %s on %d processes", time.Since(begun).Round(time.Second), len(d.nodes))
		d.count()
		d.house.healthy()
	})
}

// roomDay is the day, as those who live it share it.
type roomDay struct {
	t        testing.TB
	ctx      context.Context
	house    *installation
	settings configs.Settings
	nodes    []*roomNode
	agents   []*roomAgent
	people   chan comer // who are still to arrive
	cuts     []chan struct{}

	mu      sync.Mutex
	ended   int
	all     bool          // nobody comes any more
	stirred chan struct{} // closed when something happened that an idle desk looks at
}

func newRoomDay(t *testing.T, url string) *roomDay {
	t.Helper()
	file := filepath.Join(t.TempDir(), "town.yaml")
	must(t, os.WriteFile(file, []byte(dayCatalogue(time.Now())), 0o600))
	d := &roomDay{
		t: t, ctx: t.Context(), house: install(t, url, nodeSecret, "MAWID_CATALOGUE="+file, "MAWID_BOOKING_LEAD_MINUTES=0"),
		people: make(chan comer, dayBooked+dayWalkIns), stirred: make(chan struct{}),
	}
	for range dayCuts {
		d.cuts = append(d.cuts, make(chan struct{}))
	}
	d.settings = configs.Defaults()
	d.settings.DatabaseURL, d.settings.DataDir, d.settings.Catalogue = url, d.house.data, file
	d.settings.Secret = strings.TrimPrefix(nodeSecret, "MAWID_SECRET=")
	d.inside(func(h *house) { d.prepare(h) })
	return d
}

// inside opens the database as the commands do.
func (d *roomDay) inside(do func(h *house)) {
	d.t.Helper()
	h, err := openDemo(d.ctx, d.settings)
	must(d.t, err)
	do(h)
	must(d.t, h.close())
}

// prepare hires the agents and books the appointments of the day.
func (d *roomDay) prepare(h *house) {
	staff := h.accounts()
	for _, office := range []string{"hall", "annex"} {
		c, err := h.engine.Catalogue(d.ctx)
		must(d.t, err)
		for _, desk := range c.Desks(office) {
			u := scheduler.User{ID: "usr_" + desk.ID, Login: desk.ID, Role: scheduler.RoleAgent, Offices: []string{"hall", "annex"}, CreatedAt: time.Now().UTC()}
			must(d.t, h.store.AddUser(d.ctx, u))
			token, err := staff.NewToken(d.ctx, nil, u.ID, "the day", scheduler.RoleAgent, 24*time.Hour)
			must(d.t, err)
			d.house.secret(token)
			d.agents = append(d.agents, &roomAgent{day: d, desk: desk.ID, office: office, token: token, rnd: rand.New(rand.NewPCG(9, uint64(len(d.agents))))})
		}
		d.bookAt(h, office, map[string]int{"hall": dayBooked / 2, "annex": dayBooked}[office]-len(d.people))
	}
	for n := range dayWalkIns {
		d.people <- comer{service: []string{"hall-papers", "annex-papers", "hall-papers"}[n%3]}
	}
}

func (d *roomDay) bookAt(h *house, office string, n int) {
	o := catalogueOffice(d.t, h, office)
	loc, err := h.zones.Load(o.Zone)
	must(d.t, err)
	today := scheduler.DateOf(time.Now().In(loc))
	slots, err := h.engine.Slots(d.ctx, scheduler.SlotQuery{OfficeID: office, ServiceID: office + "-papers", From: today, To: today})
	must(d.t, err)
	for _, s := range slots {
		for range min(s.Remaining, n, 3) {
			who := d.house.somebody()
			b, err := h.engine.Book(d.ctx, scheduler.BookRequest{
				OfficeID: office, ServiceID: s.ServiceID, StartsAt: s.StartsAt, Citizen: scheduler.Citizen{Name: who.Name, Email: who.Email},
			})
			must(d.t, err)
			d.people <- comer{appointment: b.Appointment.ID, service: s.ServiceID}
			n--
		}
	}
}

func catalogueOffice(t testing.TB, h *house, id string) *scheduler.Office {
	t.Helper()
	c, err := h.engine.Catalogue(t.Context())
	must(t, err)
	o, err := c.Office(id)
	must(t, err)
	return o
}

// open starts the processes and opens the desks. On PostgreSQL there are two, and
// the second is the one whose power fails.
func (d *roomDay) open() {
	processes := 1
	if strings.HasPrefix(d.house.database, "postgres") {
		processes = 2
	}
	for range processes {
		d.nodes = append(d.nodes, &roomNode{day: d, p: d.house.serve(), back: make(chan struct{})})
	}
	for n, a := range d.agents {
		a.node = d.nodes[n%processes]
		if got := a.ask("/v1/desks/"+a.desk+"/open", struct{}{}, nil); got.status >= 300 {
			d.t.Fatalf("open %s: %s", a.desk, got)
		}
	}
}

// roomNode is a server that comes back after its power failed.
type roomNode struct {
	day  *roomDay
	mu   sync.Mutex
	p    *program
	back chan struct{} // closed when p is another
}

func (n *roomNode) now() *program {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.p
}

// cut kills the process and starts another.
func (n *roomNode) cut() {
	n.now().kill()
	p := n.day.house.serve()
	n.mu.Lock()
	defer n.mu.Unlock()
	n.p = p
	close(n.back)
	n.back = make(chan struct{})
}

// after waits until the process is another than the one that did not answer.
func (n *roomNode) after(dead *program) {
	n.mu.Lock()
	p, back := n.p, n.back
	n.mu.Unlock()
	if p != dead {
		return
	}
	select {
	case <-back:
	case <-n.day.ctx.Done():
	}
}

// stir wakes the desks that have nothing to do.
func (d *roomDay) stir() {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.stirred)
	d.stirred = make(chan struct{})
}

func (d *roomDay) arrived() {
	d.mu.Lock()
	d.all = true
	d.mu.Unlock()
	d.stir()
}

func (d *roomDay) nobodyComes() (bool, <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.all, d.stirred
}

// visitEnded counts, and lets the power fail when it is time.
func (d *roomDay) visitEnded() {
	d.mu.Lock()
	d.ended++
	if n := slices.Index(dayCuts, d.ended); n >= 0 {
		close(d.cuts[n])
	}
	all := d.all
	d.mu.Unlock()
	if all {
		d.stir()
	}
}

// door lets people in, one after the other, at the desk of a member of staff. Who
// got no answer is looked for before being let in again.
func (d *roomDay) door(n int) {
	at := d.agents[n]
	for d.ctx.Err() == nil {
		var who comer
		select {
		case who = <-d.people:
		default:
			return
		}
		path, body := "/v1/appointments/"+who.appointment+"/check-in", any(nil)
		name := ""
		if who.appointment == "" {
			name = d.house.somebody().Name
			office, _, _ := strings.Cut(who.service, "-")
			path, body = "/v1/offices/"+office+"/tickets", map[string]any{"service": who.service, "citizen": map[string]string{"name": name}}
		}
		for d.ctx.Err() == nil {
			got := at.ask(path, body, nil)
			if got.status == 0 && name != "" && d.house.count("SELECT count(*) FROM tickets WHERE name = '"+name+"'") > 0 {
				break
			}
			if got.status == http.StatusCreated {
				break
			}
			if got.status != 0 {
				d.t.Errorf("arrival: %s", got)
				break
			}
		}
		d.stir()
	}
}

// count asks the database, and adds all stories up once more.
func (d *roomDay) count() {
	d.inside(func(h *house) {
		perDesk := map[string][]scheduler.TicketPeriod{}
		total, moved, states, served := 0, 0, map[scheduler.TicketState]int{}, 0
		for _, office := range []string{"hall", "annex"} {
			loc, err := h.zones.Load(catalogueOffice(d.t, h, office).Zone)
			must(d.t, err)
			date := scheduler.DateOf(d.house.begun.In(loc))
			tickets, err := h.store.OfficeTickets(d.ctx, office, date)
			must(d.t, err)
			total += len(tickets)
			for i := range tickets {
				k := &tickets[i]
				states[k.State]++
				steps, err := h.store.TicketSteps(d.ctx, k.ID)
				must(d.t, err)
				served += recount(d.t, k, steps)
				moved += count(steps, scheduler.StepTransferred)
				for _, p := range scheduler.PeriodsOf(steps) {
					if p.State.AtDesk() {
						perDesk[p.DeskID] = append(perDesk[p.DeskID], p)
					}
				}
			}
		}
		if want := dayBooked + dayWalkIns; total != want || states[scheduler.TicketFinished]+states[scheduler.TicketNoShow] != want {
			d.t.Errorf("%d tickets, states %v; want %d that have all ended", total, states, want)
		}
		d.noDeskHadTwo(perDesk)
		if len(perDesk) != 12 || moved == 0 {
			d.t.Errorf("%d desks worked, %d people were sent on", len(perDesk), moved)
		}
		d.t.Logf("%d tickets %v, %d services, %d times sent on", total, states, served, moved)
	})
	for _, s := range d.house.texts("SELECT DISTINCT status FROM appointments") {
		if s != "served" && s != "no_show" {
			d.t.Errorf("an appointment is %s after the day", s)
		}
	}
}

func count(steps []scheduler.TicketStep, what scheduler.StepKind) int {
	n := 0
	for _, s := range steps {
		if s.What == what {
			n++
		}
	}
	return n
}

// noDeskHadTwo wants the periods of each desk not to overlap.
func (d *roomDay) noDeskHadTwo(perDesk map[string][]scheduler.TicketPeriod) {
	for desk, periods := range perDesk {
		slices.SortFunc(periods, func(a, b scheduler.TicketPeriod) int {
			return cmp.Or(a.Start.Compare(b.Start), a.End.Compare(b.End))
		})
		for i := 1; i < len(periods); i++ {
			if periods[i].Start.Before(periods[i-1].End) {
				d.t.Errorf("%s had two people at %s", desk, periods[i].Start)
			}
		}
	}
}

// roomAgent works at one desk, through one node.
type roomAgent struct {
	day                 *roomDay
	node                *roomNode
	desk, office, token string
	rnd                 *rand.Rand
}

// ticketSeen is what an agent reads of a ticket.
type ticketSeen struct{ ID, State string }

// roomSeen is what an agent reads of a room.
type roomSeen struct {
	Desks []struct {
		ID     string
		Ticket *ticketSeen
	}
	Waiting []struct{}
	Parked  []ticketSeen
}

// ask posts, or reads when body is a *roomSeen; status 0 when the node was dead:
// then it is back.
func (a *roomAgent) ask(path string, body, into any) answer {
	method := http.MethodPost
	if _, look := into.(*roomSeen); look {
		method = http.MethodGet
	}
	p := a.node.now()
	got, err := p.do(a.day.ctx, method, path, a.token, body, into)
	if err != nil {
		a.node.after(p)
		return answer{}
	}
	if got.status >= 500 || got.status == http.StatusForbidden || got.status == http.StatusUnauthorized {
		a.day.t.Errorf("%s %s: %s", method, path, got)
	}
	return got
}

// work calls and serves until nobody is left. When an answer is lost, or somebody
// was faster, the agent looks at the screen and goes on from there.
func (a *roomAgent) work() {
	var at ticketSeen
	for a.day.ctx.Err() == nil {
		nobody, stirred := a.day.nobodyComes()
		if at.ID != "" {
			at = a.step(at)
			continue
		}
		got := a.ask("/v1/desks/"+a.desk+"/call-next", nil, &at)
		if got.status == http.StatusOK {
			continue
		}
		found, idle := a.look()
		if at = found; at.ID != "" {
			continue
		}
		if !idle || got.status != http.StatusNoContent {
			continue
		}
		if nobody && a.roomsEmpty() {
			return
		}
		select {
		case <-stirred:
		case <-a.day.ctx.Done():
		}
	}
	a.day.t.Error("the day does not end")
}

// look reads the screen: who is at the desk, and whether there is nothing to do.
// Who stepped aside is fetched.
func (a *roomAgent) look() (at ticketSeen, idle bool) {
	var room roomSeen
	if a.ask("/v1/offices/"+a.office+"/queue", nil, &room).status != http.StatusOK {
		return ticketSeen{}, false
	}
	for _, d := range room.Desks {
		if d.ID == a.desk && d.Ticket != nil {
			return *d.Ticket, false
		}
	}
	for _, p := range room.Parked {
		a.ask("/v1/tickets/"+p.ID+"/return", nil, nil)
	}
	return ticketSeen{}, len(room.Waiting)+len(room.Parked) == 0
}

// roomsEmpty reports whether neither office has anybody left.
func (a *roomAgent) roomsEmpty() bool {
	for office := range dayDesks {
		var room roomSeen
		if a.ask("/v1/offices/"+office+"/queue", nil, &room).status != http.StatusOK || len(room.Waiting)+len(room.Parked) > 0 {
			return false
		}
		for _, d := range room.Desks {
			if d.Ticket != nil {
				return false
			}
		}
	}
	return true
}

// step does the next thing with the ticket at the desk and returns who is there
// then.
func (a *roomAgent) step(at ticketSeen) ticketSeen {
	what, body := a.next(at.State)
	var then ticketSeen
	got := a.ask("/v1/tickets/"+at.ID+"/"+what, body, &then)
	if got.status != http.StatusOK {
		found, _ := a.look()
		return found
	}
	switch then.State {
	case "called", "serving":
		return then
	case "finished", "no_show":
		a.day.visitEnded()
	default:
		a.day.stir()
	}
	return ticketSeen{}
}

func (a *roomAgent) next(state string) (what string, body any) {
	luck := a.rnd.Float64()
	switch {
	case state == "called" && luck < 0.05:
		return "no-show", nil
	case state == "called":
		return "start", nil
	case luck < 0.05:
		return "park", nil
	case luck < 0.10:
		other := map[string]string{"hall": "annex", "annex": "hall"}[a.office]
		return "transfer", map[string]string{"office": other, "service": other + "-papers"}
	case luck < 0.25:
		return "finish", map[string]string{"outcome": "come_back", "note": "bring the original"}
	}
	return "finish", map[string]string{"outcome": "settled"}
}
