package notifier_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"mawid/configs"
	"mawid/internal/enginetest"
	"mawid/internal/locale"
	"mawid/internal/store"
	"mawid/notifier"
	"mawid/scheduler"
)

// What the person of most tests is called and reached by; none of it may ever
// stand in a log.
const (
	amina      = "Amina El Fassi"
	aminaMail  = "amina.elfassi@example.org"
	aminaPhone = "+33612345678"
	paris      = "Europe/Paris"
)

// links are addresses as long as the real ones: tokens of 43 characters.
type links struct{}

func (links) ManageURL(id string) string { return "https://rdv.safi.example/a/" + token(id) }
func (links) StopURL(id string) string {
	return "https://rdv.safi.example/a/" + token(id) + "/reminders"
}

func (links) OpinionURL(kind scheduler.OpinionKind, id string) string {
	return "https://rdv.safi.example/o/" + string(kind) + "." + token(id)
}

func (links) CalendarURL(id string) string {
	return "https://rdv.safi.example/feeds/" + token(id) + ".ics"
}

func (links) TicketURL(id string) string { return "https://rdv.safi.example/t/" + id }

func (links) FileURL(id string) string { return "https://rdv.safi.example/f/" + token(id) }

func (links) WishURL(id string) string { return "https://rdv.safi.example/w/" + token(id) }

func (links) Reach(c *scheduler.Catalogue, a *scheduler.Appointment) scheduler.Reach {
	r := scheduler.Reach{Channel: a.Channel, Calls: a.Channel == scheduler.Telephone}
	switch a.Channel {
	case scheduler.Telephone:
		r.Number = a.Citizen.Phone
	case scheduler.Video:
		r.Meeting = "https://meet.example.org/mawid-0r1s2t3u4v5g6h7i8j9k0l1m2n"
	}
	return r
}

func (links) Code(*scheduler.Appointment, scheduler.Notice) string { return "049317" }

func token(id string) string {
	return fmt.Sprintf("%-43s", id)[:len(id)] + "Zx8-Zx8_Zx8-Zx8_Zx8-Zx8_Zx8-Zx8_Zx8-Zx8_Zx8"[min(len(id), 42):]
}

// world is the sample of Safi on one database, at one time.
type world struct {
	t       testing.TB
	db      *store.DB
	clock   *enginetest.Clock
	engine  *scheduler.Engine
	wording *notifier.Wording
	log     bytes.Buffer
}

func newWorld(t testing.TB, db *store.DB) *world {
	t.Helper()
	w := &world{t: t, db: db, clock: enginetest.NewClock(t)}
	w.engine = enginetest.Node(t, db, w.clock, 1)
	w.wording = newWording(t)
	if _, err := w.engine.Import(t.Context(), safi(t)); err != nil {
		t.Fatal(err)
	}
	return w
}

// sample is read once: reading takes long against wording a letter.
var sample = sync.OnceValues(func() (scheduler.CatalogueData, error) {
	s, err := configs.Read(configs.SampleName, configs.SampleFile, nil)
	return s.CatalogueData, err
})

func safi(t testing.TB) scheduler.CatalogueData {
	t.Helper()
	data, err := sample()
	if err != nil {
		t.Fatal(err)
	}
	data.Closures = slices.Clone(data.Closures)
	return data
}

func newWording(t testing.TB) *notifier.Wording {
	t.Helper()
	book, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	w, err := notifier.NewWording(notifier.WordingConfig{
		Book: book, Zones: enginetest.Zones(t), Links: links{},
		From: "Rendez-vous Safi <rdv@safi.example>", Host: "rdv.safi.example:8080",
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// config is a worker's, keeping everything, with the settings of tests: no
// random spread and room for a slow machine.
func (w *world) config(outbox notifier.Outbox) notifier.Config {
	return notifier.Config{
		Outbox: outbox, Catalogue: w.engine.Catalogue, Wording: w.wording, Clock: w.clock.Now,
		Random: func() float64 { return 0.5 }, Log: slog.New(slog.NewTextHandler(&w.log, nil)),
	}
}

func (w *world) worker(c notifier.Config) *notifier.Worker {
	w.t.Helper()
	worker, err := notifier.New(c)
	if err != nil {
		w.t.Fatal(err)
	}
	return worker
}

// drain runs a worker until nothing is due.
func (w *world) drain(worker *notifier.Worker) {
	w.t.Helper()
	for {
		n, err := worker.RunOnce(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

func person() scheduler.Citizen {
	return scheduler.Citizen{Name: amina, Email: aminaMail, Language: "fr", Zone: paris}
}

// book books a service at its own office, at "2027-06-08 08:30" of Safi.
func (w *world) book(service, at string, c scheduler.Citizen) scheduler.Appointment {
	w.t.Helper()
	cat, err := w.engine.Catalogue(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	s, err := cat.Service(service)
	if err != nil {
		w.t.Fatal(err)
	}
	b, err := w.engine.Book(w.t.Context(), scheduler.BookRequest{
		OfficeID: s.OfficeID, ServiceID: s.ID, StartsAt: enginetest.At(w.t, at), Citizen: c,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return b.Appointment
}

func (w *world) citizen(id string) scheduler.Actor {
	return scheduler.Actor{ManageToken: w.engine.ManageToken(id)}
}

// spy is an outbox that remembers the receipts it passes on, and lets a test
// step in.
type spy struct {
	notifier.Outbox
	before func(ctx context.Context, id string) // before an appointment is read

	mu       sync.Mutex
	receipts map[string][]scheduler.Receipt // by notice
	kinds    map[string]scheduler.NoticeKind
}

func watch(o notifier.Outbox) *spy {
	return &spy{Outbox: o, receipts: map[string][]scheduler.Receipt{}, kinds: map[string]scheduler.NoticeKind{}}
}

func (s *spy) Appointment(ctx context.Context, id string) (scheduler.Appointment, error) {
	if s.before != nil {
		s.before(ctx, id)
	}
	return s.Outbox.Appointment(ctx, id)
}

func (s *spy) SettleNotice(ctx context.Context, n scheduler.ClaimedNotice, r scheduler.Receipt) error {
	err := s.Outbox.SettleNotice(ctx, n, r)
	if err == nil {
		s.mu.Lock()
		s.receipts[n.ID] = append(s.receipts[n.ID], r)
		s.kinds[n.ID] = n.Kind
		s.mu.Unlock()
	}
	return err
}

// of returns the receipts of the one notice of a kind, oldest first.
func (s *spy) of(t *testing.T, kind scheduler.NoticeKind) []scheduler.Receipt {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	var found [][]scheduler.Receipt
	for id, k := range s.kinds {
		if k == kind {
			found = append(found, slices.Clone(s.receipts[id]))
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d notices of kind %s were settled, want 1", len(found), kind)
	}
	return found[0]
}

// last is the newest receipt of the one notice of a kind.
func (s *spy) last(t *testing.T, kind scheduler.NoticeKind) scheduler.Receipt {
	t.Helper()
	all := s.of(t, kind)
	return all[len(all)-1]
}

// settled is the "state code" of the newest receipt of a kind.
func (s *spy) settled(t *testing.T, kind scheduler.NoticeKind) string {
	t.Helper()
	r := s.last(t, kind)
	return string(r.State) + " " + r.Code
}

// sent is a sender that accepts everything and remembers it.
type sent struct {
	mu      sync.Mutex
	letters []notifier.Letter
	answer  func(l notifier.Letter) notifier.Outcome // nil accepts
}

func (s *sent) Send(_ context.Context, l notifier.Letter) notifier.Outcome {
	s.mu.Lock()
	s.letters = append(s.letters, l)
	s.mu.Unlock()
	if s.answer != nil {
		return s.answer(l)
	}
	return notifier.Outcome{State: scheduler.NoticeSent, Code: "test_accepted"}
}

func (s *sent) all() []notifier.Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.letters)
}

func (s *sent) count() int { return len(s.all()) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func at(t testing.TB, text string) time.Time { return enginetest.At(t, text) }

// plant writes n appointments with a due confirmation each, without booking
// places: as much outbox as a test needs.
func plant(t testing.TB, db *store.DB, n int, now time.Time) []string {
	t.Helper()
	var ids []string
	for start := 0; start < n; start += 250 {
		change := scheduler.Change{At: now}
		for i := start; i < min(start+250, n); i++ {
			a := planted(i, now)
			change.NewAppointments = append(change.NewAppointments, a)
			id := fmt.Sprintf("ntc_%06d", i)
			ids = append(ids, id)
			change.Notices = append(change.Notices, scheduler.Notice{
				ID: id, About: scheduler.AboutAppointment(a.ID), OfficeID: a.OfficeID, Revision: a.Revision,
				Kind: scheduler.NoticeConfirmation, Channel: scheduler.ChannelEmail,
				DueAt: now, UsefulUntil: a.StartsAt,
			})
		}
		must(t, db.Commit(t.Context(), change))
	}
	return ids
}

func planted(i int, now time.Time) scheduler.Appointment {
	date := scheduler.Date{Year: 2027, Month: 6, Day: 8}
	start := date.At(8*60+30, time.UTC)
	return scheduler.Appointment{
		ID: fmt.Sprintf("apt_%06d", i), Reference: fmt.Sprintf("A%03d-%04d", i/10000, i%10000), Status: scheduler.StatusBooked,
		OfficeID: "dgi-safi", ServiceID: "dgi-th-tsc", Zone: "Africa/Casablanca", TZVersion: "2026f",
		Place:    scheduler.Place{PoolID: "dgi-safi", Date: date, Start: 8*60 + 30, Ticks: 5},
		StartsAt: start, EndsAt: start.Add(25 * time.Minute), Party: 1, Citizen: person(),
		Revision: 1, FeedID: "feed_1", ManageHash: scheduler.TokenHash(fmt.Sprint("token", i)), CreatedAt: now, UpdatedAt: now,
	}
}
