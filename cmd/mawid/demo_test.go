package main

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"mawid/configs"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// playedDay plays a whole day as fast as the machine can and returns the house
// and when the day ended.
func playedDay(t *testing.T, url string, c demoCommand) (*house, *play, time.Time) {
	t.Helper()
	settings := configs.Defaults()
	settings.DatabaseURL, settings.DataDir = url, t.TempDir()
	h, err := openDemo(t.Context(), settings)
	must(t, err)
	t.Cleanup(func() { must(t, h.close()) })
	var now time.Time
	p, err := c.stage(t.Context(), h, func(start time.Time) scheduler.Clock {
		now = start
		return func() time.Time { return now }
	})
	must(t, err)
	for end := now.Add(20 * time.Hour); !p.over() || waiting(t, p) > 0; now = now.Add(30 * time.Second) {
		if now.After(end) {
			t.Fatal("the day does not end")
		}
		must(t, p.step(t.Context()))
	}
	return h, p, now
}

func waiting(t *testing.T, p *play) int {
	t.Helper()
	v, err := p.engine.Queue(t.Context(), p.office.ID)
	must(t, err)
	return len(v.Waiting) + len(v.Parked)
}

// TestADemoDayAddsUp: everybody who came is served, sent on or marked, and every
// story is without gap: an independent recount of the raw steps.
func TestADemoDayAddsUp(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		h, p, _ := playedDay(t, url, demoCommand{Office: "prov-safi-unified", Seed: 7, WalkIns: 40, Booked: 0.4})
		office := p.office
		date := office.Dates[0]
		tickets, err := h.store.OfficeTickets(t.Context(), office.ID, date)
		must(t, err)
		if len(tickets) != p.arrived || p.arrived < 60 {
			t.Errorf("%d tickets, %d arrived", len(tickets), p.arrived)
		}
		ended := 0
		for i := range tickets {
			k := &tickets[i]
			if k.State != scheduler.TicketFinished && k.State != scheduler.TicketNoShow {
				t.Errorf("%s is %s at the end", k.Number, k.State)
			}
			steps, err := h.store.TicketSteps(t.Context(), k.ID)
			must(t, err)
			ended += recount(t, k, steps)
		}
		figures, err := h.engine.Figures(t.Context(), office.ID, date, date, scheduler.Actor{Staff: &scheduler.User{Role: scheduler.RoleAdministrator}})
		must(t, err)
		t.Logf("%d came, %d were turned away; %d waits foretold, %.2f within the high end", p.arrived, p.gone, figures.Forecast.Tickets, figures.Forecast.WithinHigh)
		if figures.Days[0].Arrived != p.arrived || figures.Days[0].Served != ended {
			t.Errorf("figures %+v; %d arrived, %d services were finished", figures.Days[0], p.arrived, ended)
		}
	})
}

// recount checks one story against its ticket without the program's own periods:
// steps are numbered from 1, time never runs back, and the stretches between
// them add up to the time from arrival to end. It returns how many services were
// finished and not taken back.
func recount(t testing.TB, k *scheduler.Ticket, steps []scheduler.TicketStep) int {
	t.Helper()
	var sum time.Duration
	finished := 0
	for i, s := range steps {
		if s.Seq != i+1 {
			t.Errorf("%s: step %d has number %d", k.Number, i+1, s.Seq)
		}
		if i > 0 {
			length := s.At.Sub(steps[i-1].At)
			if length < 0 {
				t.Errorf("%s: step %d lies before step %d", k.Number, i+1, i)
			}
			sum += length
		}
		switch s.What {
		case scheduler.StepFinished:
			finished++
		case scheduler.StepUndone:
			if s.Reason == string(scheduler.StepFinished) {
				finished--
			}
		}
	}
	last := steps[len(steps)-1]
	periods := time.Duration(0)
	for _, p := range scheduler.PeriodsOf(steps) {
		periods += p.Length(last.At)
	}
	if len(steps) != k.Revision || last.State != k.State || sum != last.At.Sub(k.ArrivedAt) || periods != sum {
		t.Errorf("%s: %d steps of revision %d end in %s, the ticket is %s; steps add up to %s, periods to %s, the visit to %s",
			k.Number, len(steps), k.Revision, last.State, k.State, sum, periods, last.At.Sub(k.ArrivedAt))
	}
	return finished
}

// TestADemoDayRepeats: one seed, one day.
func TestADemoDayRepeats(t *testing.T) {
	t.Parallel()
	var days [2][]string
	for i := range days {
		h, p, end := playedDay(t, testdb.SQLite(t), demoCommand{Office: "dgi-safi", Seed: 3, WalkIns: 10, Booked: 0.2})
		tickets, err := h.store.OfficeTickets(t.Context(), "dgi-safi", scheduler.DateOf(end))
		must(t, err)
		for _, k := range tickets {
			days[i] = append(days[i], fmt.Sprint(k.Number, k.State, k.FirstCall, k.DeskID, p.served))
		}
	}
	if len(days[0]) == 0 || !slices.Equal(days[0], days[1]) {
		t.Errorf("two days of one seed differ:\n%v\n%v", days[0], days[1])
	}
}

var demoSays = regexp.MustCompile(`(?s)citizens\s+(http://\S+)/\n.*as "demo" with the password (\S+)\n.*Stop with Ctrl-C`)

// TestDemoIsServed: the program shows a moving queue at the addresses it prints.
func TestDemoIsServed(t *testing.T) {
	t.Parallel()
	house := install(t, "sqlite:unused")
	p := house.start(nil, "demo", "--speed", "600")
	eventually(t, "the welcome of the demo", func() bool { return demoSays.MatchString(p.out.String()) })
	said := demoSays.FindStringSubmatch(p.out.String())
	p.URL = said[1]
	eventually(t, "somebody at a desk", func() bool {
		a, err := p.do(context.Background(), http.MethodGet, "/v1/offices/prov-safi-unified/queue", "", nil, nil)
		return err == nil && a.status == 200 && strings.Contains(string(a.body), `"state":"serving"`)
	})
	for login, shows := range map[string]string{"demo": "/desk/room", "agent-1": "/desk/close"} {
		_, cookie := p.signIn(t, login, said[2])
		if page := p.page(t, "/desk", cookie); !strings.Contains(page, shows) {
			t.Errorf("%s does not find %s on the desk", login, shows)
		}
		if page := p.page(t, "/en/desk/account", cookie); !strings.Contains(page, "this one") {
			t.Errorf("%s does not find the own session, which lasts by another clock", login)
		}
	}
	p.stop()
}
