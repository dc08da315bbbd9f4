package notifier_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/notifier"
	"mawid/scheduler"
)

var (
	seasonSQLite   = flag.Int("season", 10_000, "appointments of the simulated season on SQLite")
	seasonPostgres = flag.Int("season-postgres", 10_000, "and on PostgreSQL")
)

// TestASeason lets a season pass: people book, move and cancel, mail comes back,
// the only route for Moroccan numbers is dead for hours, a node restarts each hour
// and is killed in the middle of its work once a day. At the end the ledger must
// hold, for every appointment, exactly what another implementation of the policy
// (expected, in season_policy_test.go) says.
//
// Under the race detector it is a tenth as large.
func TestASeason(t *testing.T) {
	for name, run := range map[string]struct {
		open func(testing.TB) string
		n    int
	}{"sqlite": {testdb.SQLite, *seasonSQLite}, "postgres": {testdb.Postgres, *seasonPostgres}} {
		t.Run(name, func(t *testing.T) {
			s := newSeason(t, testdb.Open(t, run.open(t)), run.n/raceCost)
			for s.clock.Now().Before(s.end) {
				s.hour()
			}
			s.check()
		})
	}
}

// visitor is one person of the season and what they do.
type visitor struct {
	n         int
	citizen   scheduler.Citizen
	returning bool // mail to them comes back an hour later
	refused   bool // their server refuses the address at once
	id        string
	acts      []act
}

// act is a booking, a move or a cancellation.
type act struct {
	at    time.Time // half past an hour
	start time.Time // zero: cancelled
}

type season struct {
	t        *testing.T
	db       *store.DB
	engine   *scheduler.Engine
	clock    *enginetest.Clock
	data     scheduler.CatalogueData
	end      time.Time
	visitors []*visitor
	byMail   map[string]*visitor
	diary    map[time.Time][]func() // what happens at an instant
	back     []string               // notices whose mail will come back

	mu       sync.Mutex
	sent     map[string]int // how often a provider took each notice
	inFlight map[string]bool
	killAt   int  // receipts until the node dies; -1: it lives on
	dead     bool // the node is: it sends nothing more
}

const seasonStart = "2027-06-01 00:00"

func newSeason(t *testing.T, db *store.DB, n int) *season {
	s := &season{
		t: t, db: db, clock: enginetest.NewClock(t), data: enginetest.Data(),
		byMail: map[string]*visitor{}, diary: map[time.Time][]func(){}, sent: map[string]int{}, inFlight: map[string]bool{},
	}
	s.data.Offices[1].Desks = 100 // Trio
	s.clock.Set(at(t, seasonStart))
	s.engine = enginetest.Node(t, db, s.clock, 1)
	if _, err := s.engine.Import(t.Context(), s.data); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, uint64(n)))
	for i := range n {
		s.plan(newVisitor(i), r)
	}
	return s
}

// newVisitor is the i-th person: one of each twenty is not reachable as they said.
func newVisitor(i int) *visitor {
	v := &visitor{n: i}
	v.citizen = scheduler.Citizen{
		Name: fmt.Sprintf("Visitor %d", i), Language: []string{"ar", "fr", "es", "nl"}[i%4],
		Zone: []string{"", "Europe/Paris", "America/Toronto", "Africa/Casablanca"}[i%4],
	}
	mail, abroad, home := fmt.Sprintf("v%d@example.org", i), fmt.Sprintf("+336%08d", i), fmt.Sprintf("+2126%08d", i)
	switch k := i % 20; {
	case k < 9:
		v.citizen.Email = mail
	case k < 13:
		v.citizen.Email, v.citizen.Phone = mail, abroad
	case k < 17:
		v.citizen.Phone, v.citizen.Zone = home, ""
	case k == 17:
		v.citizen.Email, v.citizen.Phone, v.returning = mail, abroad, true
	case k == 18:
		v.citizen.Email, v.returning = mail, true
	default:
		v.citizen.Email, v.citizen.Phone, v.refused = mail, abroad, true
	}
	return v
}

// plan writes into the diary what a visitor does: at least a day between two acts
// and before a visit, early or late, when no reminder is under way or waits for
// the dead route: else it would be chance which of the two comes first.
func (s *season) plan(v *visitor, r *rand.Rand) {
	s.visitors = append(s.visitors, v)
	s.byMail[v.citizen.Email] = v
	date := scheduler.Date{Year: 2027, Month: 6, Day: 1}.AddDays(r.IntN(50))
	when := func() time.Time { return date.At(scheduler.TimeOfDay([]int{4, 5, 6, 20}[r.IntN(4)]*60+30), time.UTC) }
	visit := func() time.Time {
		day := date.AddDays(2 + r.IntN(29))
		for !s.openOn(day) {
			day = day.AddDays(1)
		}
		return day.At(scheduler.TimeOfDay(8*60+30+r.IntN(12)*20), time.UTC)
	}
	v.acts = []act{{when(), visit()}}
	last := v.acts[0]
	for range 2 {
		days := int(last.start.Sub(last.at)/(24*time.Hour)) - 2
		if last.start.IsZero() || days < 1 || r.IntN(100) >= 12 {
			break
		}
		was := last.start
		date = scheduler.DateOf(last.at).AddDays(1 + r.IntN(days))
		last = act{at: when()}
		if r.IntN(2) == 0 {
			last.start = visit()
		}
		if last.start.Equal(was) {
			break // a move to where it was is none
		}
		v.acts = append(v.acts, last)
	}
	if v.visits() {
		at := date0(last.start).Add(18*time.Hour + 30*time.Minute)
		s.diary[at] = append(s.diary[at], func() { s.visited(v, last.start) })
	}
	for i, a := range v.acts {
		if over := a.start.AddDate(0, 0, 1); over.After(s.end) {
			s.end = over
		}
		s.diary[a.at] = append(s.diary[a.at], func() { s.do(v, i, a) })
	}
}

// openOn: Monday to Thursday, when no closure is near.
func (s *season) openOn(d scheduler.Date) bool {
	wd := d.Weekday()
	for _, c := range s.data.Closures {
		if d.Between(c.From.AddDays(-c.PlusMinusDays), c.To.AddDays(c.PlusMinusDays)) {
			return false
		}
	}
	return wd >= time.Monday && wd <= time.Thursday && d.String() != enginetest.FairDate
}

func (s *season) do(v *visitor, i int, a act) {
	s.t.Helper()
	var err error
	by := scheduler.Actor{ManageToken: s.engine.ManageToken(v.id)}
	switch {
	case i == 0:
		var b scheduler.Booked
		b, err = s.engine.Book(s.t.Context(), scheduler.BookRequest{
			OfficeID: enginetest.Trio, ServiceID: enginetest.File, StartsAt: a.start, Citizen: v.citizen,
		})
		v.id = b.Appointment.ID
	case a.start.IsZero():
		_, err = s.engine.Cancel(s.t.Context(), v.id, 0, by)
	default:
		_, err = s.engine.Reschedule(s.t.Context(), v.id, 0, scheduler.Move{StartsAt: a.start}, by)
	}
	if err != nil {
		s.t.Fatalf("visitor %d, act %d at %s for %s: %v", v.n, i, a.at, a.start, err)
	}
}

// visits reports whether a visitor comes in the end: every fifth, of those who do
// not cancel. The office writes their visits down in the evening.
func (v *visitor) visits() bool { return v.n%5 == 2 && !v.acts[len(v.acts)-1].start.IsZero() }

func (s *season) visited(v *visitor, start time.Time) {
	s.t.Helper()
	a, err := s.db.Appointment(s.t.Context(), v.id)
	if err != nil {
		s.t.Fatal(err)
	}
	by := scheduler.Actor{Staff: &scheduler.User{ID: "u1", Role: scheduler.RoleAgent, Offices: []string{enginetest.Trio}}}
	_, err = s.engine.EnterByHand(s.t.Context(), scheduler.ByHand{
		DeskID: enginetest.Trio + "-1", Reference: a.Reference, ArrivedAt: start, CalledAt: start, EndedAt: start.Add(15 * time.Minute),
		Outcome: scheduler.Outcome{Kind: scheduler.OutcomeSettled},
	}, by)
	if err != nil {
		s.t.Fatalf("visitor %d came at %s: %v", v.n, start, err)
	}
}

// date0 is the midnight (UTC) before an instant.
func date0(t time.Time) time.Time { return t.Truncate(24 * time.Hour) }

// hour lets one hour pass: what people do at half past, then a node starts anew,
// hears what came back, and works until nothing is due.
func (s *season) hour() {
	s.clock.Advance(30 * time.Minute)
	for _, happens := range s.diary[s.clock.Now()] {
		happens()
	}
	s.clock.Advance(30 * time.Minute)
	s.killAt = -1
	if s.clock.Now().Hour() == 10 { // when most is due
		s.killAt = 5
		worker := s.node()
		for s.killAt >= 0 {
			n, err := worker.RunOnce(s.t.Context())
			if err != nil && !errors.Is(err, errKilled) {
				s.t.Fatal(err)
			}
			if n == 0 || err != nil {
				break // nothing is due, or it is dead
			}
		}
		s.killAt, s.dead = -1, false
	}
	worker := s.node()
	for _, id := range s.back {
		if err := worker.Report(s.t.Context(), s.db, notifier.Returned{NoticeID: id, State: scheduler.NoticeBounced, Code: "dsn_5.1.1", BadAddress: true}); err != nil {
			s.t.Fatal(err)
		}
	}
	s.back = nil
	for {
		n, err := worker.RunOnce(s.t.Context())
		if err != nil {
			s.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

// node is a worker as a node has it after a start.
func (s *season) node() *notifier.Worker {
	s.t.Helper()
	routes, err := notifier.NewRoutes([]notifier.Route{
		{Name: "maroc", Countries: []string{"+212"}, Sender: senderFunc(s.maroc)},
		{Name: "monde", Countries: []string{"+33"}, Sender: senderFunc(s.take)},
	}, s.clock.Now)
	if err != nil {
		s.t.Fatal(err)
	}
	w, err := notifier.New(notifier.Config{
		Outbox: mortal{s.db, s}, Catalogue: s.engine.Catalogue, Wording: newWording(s.t), Clock: s.clock.Now,
		Random: func() float64 { return 0.5 }, Mail: senderFunc(s.mail), SMS: routes, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Lease: 30 * time.Minute, Batch: 100, Parallel: 8,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return w
}

// mortal is the outbox of a node that can be killed: its receipts are lost.
type mortal struct {
	*store.DB
	s *season
}

func (m mortal) SettleNotice(ctx context.Context, n scheduler.ClaimedNotice, r scheduler.Receipt) error {
	m.s.mu.Lock()
	dead := m.s.killAt == 0
	if m.s.killAt > 0 {
		m.s.killAt--
	}
	if dead {
		m.s.dead = true
	}
	if dead && r.State != scheduler.NoticeDue { // a provider may have taken it
		m.s.inFlight[n.ID] = true
	}
	m.s.mu.Unlock()
	if dead {
		return errKilled
	}
	return m.DB.SettleNotice(ctx, n, r)
}

func (s *season) take(_ context.Context, l notifier.Letter) notifier.Outcome {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead {
		return notifier.Outcome{State: scheduler.NoticeDue, Code: "killed"}
	}
	s.sent[l.ID]++
	return notifier.Outcome{State: scheduler.NoticeSent, Code: "taken"}
}

// maroc is dead from ten to four on every fifth day.
func (s *season) maroc(ctx context.Context, l notifier.Letter) notifier.Outcome {
	now := s.clock.Now()
	if now.YearDay()%5 == 0 && now.Hour() >= 10 && now.Hour() < 16 {
		return notifier.Outcome{State: scheduler.NoticeDue, Code: "sms_unreachable", Down: true}
	}
	return s.take(ctx, l)
}

func (s *season) mail(ctx context.Context, l notifier.Letter) notifier.Outcome {
	switch v := s.byMail[l.To]; {
	case v.refused:
		return notifier.Outcome{State: scheduler.NoticeDead, Code: "smtp_550", BadAddress: true}
	case v.returning:
		defer func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.sent[l.ID] > 0 && !slices.Contains(s.back, l.ID) {
				s.back = append(s.back, l.ID)
			}
		}()
	}
	return s.take(ctx, l)
}

// check compares the ledger with what the policy says.
func (s *season) check() {
	rows, kinds := 0, map[string]int{}
	for _, v := range s.visitors {
		es, err := s.db.NoticesOf(s.t.Context(), v.id)
		if err != nil {
			s.t.Fatal(err)
		}
		var got []string
		for _, e := range es {
			got = append(got, fmt.Sprintf("%d %s %s %s %s", e.Revision, e.Kind, e.Channel, e.State, e.Code))
			s.checkSent(&e)
			s.checkReceipts(&e)
			kinds[string(e.State)+" "+e.Code]++
		}
		want := expected(s.t, v, s.data.Closures)
		slices.Sort(got)
		slices.Sort(want)
		if slices.Compare(got, want) != 0 {
			s.t.Fatalf("visitor %d (%+v) did %v:\n  ledger\n    %s\n  policy\n    %s", v.n, v.citizen, v.acts,
				strings.Join(got, "\n    "), strings.Join(want, "\n    "))
		}
		rows += len(got)
	}
	if most := 100 * 2 * 8; len(s.inFlight) > most { // days, channels, letters at once
		s.t.Errorf("%d letters were in flight when a node was killed, want at most %d", len(s.inFlight), most)
	}
	if len(s.visitors) > 500 && (len(s.inFlight) == 0 || kinds["bounced dsn_5.1.1"] == 0 || kinds["revoked superseded"] == 0) {
		s.t.Errorf("the season was too calm: %v, %d in flight when killed", kinds, len(s.inFlight))
	}
	s.t.Logf("%d visitors, %d rows, %d in flight when killed: %v", len(s.visitors), rows, len(s.inFlight), kinds)
}

// checkSent: a provider took it once, or not at all; twice only when its node was
// killed with the receipt in hand.
func (s *season) checkSent(e *scheduler.NoticeEntry) {
	want := 0
	if e.State == scheduler.NoticeSent || e.State == scheduler.NoticeBounced {
		want = 1
	}
	got := s.sent[e.ID]
	if got != want && !(s.inFlight[e.ID] && got == want+1) {
		s.t.Errorf("notice %s (%s, %s %s) was taken %d times, want %d", e.ID, e.Kind, e.State, e.Code, got, want)
	}
}

// checkReceipts: whatever became of a row, its last receipt says so, or, where its
// mail came back later, that it was sent, and an event that it came back.
func (s *season) checkReceipts(e *scheduler.NoticeEntry) {
	rs, err := s.db.Receipts(s.t.Context(), e.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	said := e.State
	if said == scheduler.NoticeBounced {
		said = scheduler.NoticeSent
		if es, err := s.db.NoticeEvents(s.t.Context(), e.ID); err != nil || len(es) != 1 || es[0].What != "bounced" {
			s.t.Errorf("notice %s came back with the events %+v, %v", e.ID, es, err)
		}
	}
	if len(rs) == 0 || rs[len(rs)-1].State != said {
		s.t.Errorf("notice %s (%s, %s %s) has the receipts %+v", e.ID, e.Kind, e.State, e.Code, rs)
	}
}
