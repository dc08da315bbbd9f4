package scheduler_test

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mawid/internal/enginetest"
	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// world is one database with the catalogue of enginetest and a first node.
type world struct {
	testing.TB
	*scheduler.Engine
	url   string
	db    *store.DB
	clock *enginetest.Clock
	nodes uint64 // seeds given out
	// policy is what nodes go by that are started from now on.
	policy scheduler.Policy
}

// each runs a test in a world of its own on each database.
func each(t *testing.T, f func(w *world)) {
	t.Helper()
	testdb.EachURL(t, func(t *testing.T, url string) { f(newWorld(t, url)) })
}

func newWorld(t testing.TB, url string) *world {
	t.Helper()
	w := &world{TB: t, url: url, db: testdb.Open(t, url), clock: enginetest.NewClock(t), policy: enginetest.Policy()}
	w.Engine = w.node(w.db)
	w.apply(enginetest.Data())
	return w
}

// node starts one more engine over a store.
func (w *world) node(db *store.DB) *scheduler.Engine {
	w.Helper()
	w.nodes++
	return enginetest.NodeBy(w, db, w.clock, w.nodes, w.policy)
}

// otherNode starts one more engine over a store of its own, as a second
// process would.
func (w *world) otherNode() *scheduler.Engine {
	w.Helper()
	return w.node(testdb.Open(w, w.url))
}

func (w *world) apply(data scheduler.CatalogueData) scheduler.ImportPlan {
	w.Helper()
	plan, err := w.Import(w.Context(), data)
	w.must(err)
	return plan
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) at(text string) time.Time {
	w.Helper()
	return enginetest.At(w, text)
}

func (w *world) date(text string) scheduler.Date {
	w.Helper()
	return enginetest.Date(w, text)
}

// set moves the clock.
func (w *world) set(text string) {
	w.Helper()
	w.clock.Set(w.at(text))
}

// people counts the persons made by somebody, over all tests.
var people atomic.Int64

// somebody is a person whom no other call returns.
func somebody() scheduler.Citizen {
	n := people.Add(1)
	return scheduler.Citizen{Name: fmt.Sprintf("Person %d", n), Email: fmt.Sprintf("p%d@example.org", n), Language: "fr"}
}

// request asks for a service at an office for a new person.
func (w *world) request(office, service, at string) scheduler.BookRequest {
	w.Helper()
	return scheduler.BookRequest{OfficeID: office, ServiceID: service, StartsAt: w.at(at), Citizen: somebody()}
}

// booked books, or ends the test.
func (w *world) booked(office, service, at string) scheduler.Booked {
	w.Helper()
	b, err := w.Book(w.Context(), w.request(office, service, at))
	w.must(err)
	return b
}

// held holds, or ends the test.
func (w *world) held(office, service, at string) scheduler.Hold {
	w.Helper()
	h, err := w.Hold(w.Context(), scheduler.HoldRequest{OfficeID: office, ServiceID: service, StartsAt: w.at(at)})
	w.must(err)
	return h
}

// by is whoever holds the token of a booking.
func by(b scheduler.Booked) scheduler.Actor { return scheduler.Actor{ManageToken: b.ManageToken} }

// now reads an appointment as its person sees it.
func (w *world) now(b scheduler.Booked) scheduler.Appointment {
	w.Helper()
	a, err := w.Appointment(w.Context(), b.Appointment.ID, by(b))
	w.must(err)
	return a
}

// remaining is how many more can start at a time, 0 when it is not offered.
func (w *world) remaining(office, service, at string) int {
	w.Helper()
	start := w.at(at)
	date := scheduler.DateOf(start)
	slots, err := w.Slots(w.Context(), scheduler.SlotQuery{ServiceID: service, OfficeID: office, From: date, To: date})
	w.must(err)
	for _, s := range slots {
		if s.StartsAt.Equal(start) {
			return s.Remaining
		}
	}
	return 0
}

func (w *world) wantRemaining(office, service, at string, want int) {
	w.Helper()
	if got := w.remaining(office, service, at); got != want {
		w.Errorf("%s at %s, %s: %d remain, want %d", service, office, at, got, want)
	}
}

// wantError fails unless err is of the kind wanted; nil wants none.
func (w *world) wantError(err, want error) {
	w.Helper()
	if !errors.Is(err, want) {
		w.Errorf("got error %v, want %v", err, want)
	}
}

// sound fails when what days say is not what holds and appointments occupy.
func (w *world) sound() scheduler.Occupancy {
	w.Helper()
	o, err := w.db.Occupancy(w.Context(), scheduler.Date{})
	w.must(err)
	for _, f := range scheduler.Audit(o) {
		w.Error(f)
	}
	return o
}

// snapshot is everything a refused step must leave as it was.
func (w *world) snapshot(ids ...string) (s snapshot) {
	w.Helper()
	s.Occupancy = w.sound()
	for _, id := range ids {
		a, err := w.db.Appointment(w.Context(), id)
		w.must(err)
		s.Appointments = append(s.Appointments, a)
		h, err := w.db.History(w.Context(), id)
		w.must(err)
		s.History = append(s.History, h...)
	}
	return s
}

type snapshot struct {
	Occupancy    scheduler.Occupancy
	Appointments []scheduler.Appointment
	History      []scheduler.HistoryEntry
}

// notice is what is planned to be sent: kind, channel, and the instants at
// which it is due and until when it is of use.
type notice struct {
	Kind       scheduler.NoticeKind
	Channel    scheduler.Channel
	Due, Until string
}

// outboxes lists what will still be sent, in order, by appointment, and fails
// when one of them is no longer true. It claims the notices as a worker does,
// far in the future, so it ends a test.
func (w *world) outboxes() map[string][]notice {
	w.Helper()
	far := w.clock.Now().AddDate(2, 0, 0)
	var claimed []scheduler.ClaimedNotice
	for _, channel := range []scheduler.Channel{scheduler.ChannelEmail, scheduler.ChannelSMS} {
		some, err := w.db.ClaimNotices(w.Context(), channel, far, far, 10_000)
		w.must(err)
		claimed = append(claimed, some...)
	}
	out := map[string][]notice{}
	for _, n := range claimed {
		a, err := w.db.Appointment(w.Context(), n.About.ID)
		w.must(err)
		if n.Sequence != a.Sequence || n.OfficeID != a.OfficeID {
			w.Errorf("%s says what is not so: sequence %d at %s, the appointment has %d at %s", n.Kind, n.Sequence, n.OfficeID, a.Sequence, a.OfficeID)
		}
		out[n.About.ID] = append(out[n.About.ID], notice{n.Kind, n.Channel, stamp(n.DueAt), stamp(n.UsefulUntil)})
	}
	return out
}

func (w *world) wantOutbox(id string, want ...notice) {
	w.Helper()
	wantNotices(w, "appointment", w.outboxes()[id], want)
}

func wantNotices(w *world, what string, got, want []notice) {
	w.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		w.Errorf("%s: what will be sent (-want +got):\n%s", what, diff)
	}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

// history lists what was done to an appointment: what, by whom, from, to.
func (w *world) history(id string) []string {
	w.Helper()
	entries, err := w.db.History(w.Context(), id)
	w.must(err)
	var out []string
	for i, h := range entries {
		if i > 0 && h.Revision <= entries[i-1].Revision {
			w.Errorf("revision %d follows %d in the history", h.Revision, entries[i-1].Revision)
		}
		out = append(out, fmt.Sprintf("%s by %s: %s -> %s", h.What, h.Actor, h.From, h.To))
	}
	return out
}

func (w *world) wantHistory(id string, want ...string) {
	w.Helper()
	if got := w.history(id); !slices.Equal(got, want) {
		w.Errorf("history %q, want %q", got, want)
	}
}
