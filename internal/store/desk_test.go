package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mawid/internal/enginetest"
	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// desk is a database with a day's bookings at two offices.
type desk struct {
	t      *testing.T
	db     *store.DB
	engine *scheduler.Engine
	clock  *enginetest.Clock
}

func eachDesk(t *testing.T, test func(*desk)) {
	t.Helper()
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		d := &desk{t: t, db: db, clock: enginetest.NewClock(t)}
		d.engine = enginetest.Node(t, db, d.clock, 1)
		if _, err := d.engine.Import(t.Context(), enginetest.Data()); err != nil {
			t.Fatal(err)
		}
		test(d)
	})
}

func (d *desk) book(service, office, at string) scheduler.Appointment {
	d.t.Helper()
	b, err := d.engine.Book(d.t.Context(), scheduler.BookRequest{
		ServiceID: service, OfficeID: office, StartsAt: enginetest.At(d.t, at),
		Citizen: scheduler.Citizen{Name: service + at, Email: "a@example.org"},
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return b.Appointment
}

func references(as []scheduler.Appointment) []string {
	var out []string
	for _, a := range as {
		out = append(out, a.Reference)
	}
	return out
}

func TestAppointmentsOnADay(t *testing.T) {
	eachDesk(t, func(d *desk) {
		late := d.book(enginetest.Stamp, enginetest.Solo, "2027-06-01 15:00")
		early := d.book(enginetest.Stamp, enginetest.Solo, "2027-06-01 09:00")
		other := d.book(enginetest.File, enginetest.Trio, "2027-06-01 09:10")
		d.book(enginetest.Stamp, enginetest.Solo, "2027-06-02 09:00")
		// On the clock of Paris this is the night before, in UTC the evening.
		night := d.book(enginetest.Night, enginetest.Paris, "2027-05-31 22:30")
		from, to := enginetest.At(t, "2027-06-01 00:00"), enginetest.At(t, "2027-06-02 00:00")
		for _, c := range []struct {
			offices  []string
			from, to time.Time
			want     []string
		}{
			{[]string{enginetest.Solo}, from, to, []string{early.Reference, late.Reference}},
			{[]string{enginetest.Trio}, from, to, []string{other.Reference}},
			{[]string{enginetest.Trio, enginetest.Gate, enginetest.Fair}, from, to, []string{other.Reference}},
			{[]string{enginetest.Paris}, from.Add(-2 * time.Hour), to.Add(-2 * time.Hour), []string{night.Reference}},
			{[]string{enginetest.Solo}, late.StartsAt, late.StartsAt, nil},
			{[]string{enginetest.Solo}, late.StartsAt, late.StartsAt.Add(time.Microsecond), []string{late.Reference}},
			{[]string{"nowhere"}, from, to, nil},
			{nil, from, to, nil},
		} {
			got, err := d.db.AppointmentsOn(t.Context(), c.offices, c.from, c.to)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, references(got)); diff != "" {
				t.Errorf("%v from %s: %s", c.offices, c.from, diff)
			}
		}
	})
}

func (d *desk) page(q scheduler.NoticeQuery) []scheduler.NoticeEntry {
	d.t.Helper()
	es, err := d.db.Notices(d.t.Context(), q)
	if err != nil {
		d.t.Fatal(err)
	}
	return es
}

func TestNoticesOfTheDesk(t *testing.T) {
	eachDesk(t, func(d *desk) {
		solo := d.book(enginetest.Stamp, enginetest.Solo, "2027-06-10 09:00")
		d.book(enginetest.File, enginetest.Trio, "2027-06-10 09:10")
		open := d.page(scheduler.NoticeQuery{Open: true, Limit: 10})
		if len(open) != 6 || open[0].Kind != scheduler.NoticeConfirmation || open[5].Kind != scheduler.NoticeReminderEve {
			t.Errorf("still to be sent: %v", kinds(open))
		}
		if got := d.page(scheduler.NoticeQuery{Limit: 10}); len(got) != 0 {
			t.Errorf("settled before anybody did anything: %v", kinds(got))
		}
		keep(d)
		if got := d.page(scheduler.NoticeQuery{Open: true, Limit: 10, Offices: []string{enginetest.Solo}}); len(got) != 2 {
			t.Errorf("open at one office: %v", kinds(got))
		}
		settled := d.page(scheduler.NoticeQuery{Limit: 10, Offices: []string{enginetest.Solo, "nowhere"}})
		if len(settled) != 1 || settled[0].Reference != solo.Reference || settled[0].Message == nil || settled[0].Message.Raw != nil {
			t.Fatalf("settled at one office: %+v", settled)
		}
		if got := d.page(scheduler.NoticeQuery{Limit: 10, Offices: []string{}}); got != nil {
			t.Errorf("no offices have %v", kinds(got))
		}
		one, err := d.db.Notice(t.Context(), settled[0].ID)
		if err != nil || one.OfficeID != enginetest.Solo || string(one.Message.Raw) != "raw" || one.State != scheduler.NoticeKept {
			t.Errorf("one notice: %+v, %v", one, err)
		}
		unsent, err := d.db.Notice(t.Context(), open[5].ID)
		if err != nil || unsent.Message != nil {
			t.Errorf("a notice without message: %+v, %v", unsent.Message, err)
		}
		if _, err := d.db.Notice(t.Context(), "nothing"); !isNotFound(err) {
			t.Errorf("an unknown notice: %v", err)
		}
	})
}

// Page by page gives every notice once, in order, also those due at one instant.
func TestNoticesPageByPage(t *testing.T) {
	eachDesk(t, func(d *desk) {
		for i := range 6 {
			d.book(enginetest.Stamp, enginetest.Solo, fmt.Sprintf("2027-06-10 09:%d0", i))
		}
		keep(d)
		for _, q := range []scheduler.NoticeQuery{{Open: true}, {}, {Open: true, Offices: []string{enginetest.Solo}}} {
			q.Limit = 100
			want := d.page(q)
			var got []scheduler.NoticeEntry
			for q.Limit = 2; ; {
				page := d.page(q)
				if len(page) == 0 {
					break
				}
				got = append(got, page...)
				q.AfterDue, q.AfterID = page[len(page)-1].DueAt, page[len(page)-1].ID
			}
			if diff := cmp.Diff(ids(want), ids(got)); diff != "" || len(want) < 6 {
				t.Errorf("open %v: %d notices; whole and page by page differ: %s", q.Open, len(want), diff)
			}
		}
	})
}

// keep settles what is due now as kept.
func keep(d *desk) {
	d.t.Helper()
	now := d.clock.Now()
	claimed, err := d.db.ClaimNotices(d.t.Context(), scheduler.ChannelEmail, now, now.Add(time.Minute), 100)
	if err != nil || len(claimed) == 0 {
		d.t.Fatalf("%d notices claimed, %v", len(claimed), err)
	}
	for _, n := range claimed {
		m := &scheduler.Message{To: "a@example.org", Subject: "s", Text: "t", Raw: []byte("raw")}
		if err := d.db.SettleNotice(d.t.Context(), n, scheduler.Receipt{At: now, State: scheduler.NoticeKept, Code: "kept", Message: m}); err != nil {
			d.t.Fatal(err)
		}
	}
}

func kinds(es []scheduler.NoticeEntry) []scheduler.NoticeKind {
	var out []scheduler.NoticeKind
	for _, e := range es {
		out = append(out, e.Kind)
	}
	return out
}

func ids(es []scheduler.NoticeEntry) []string {
	var out []string
	for _, e := range es {
		out = append(out, e.ID)
	}
	return out
}

func isNotFound(err error) bool { return errors.Is(err, scheduler.ErrNotFound) }
