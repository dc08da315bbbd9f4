package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mawid/internal/store"
	"mawid/scheduler"
)

var queueCases = []testCase{
	{"tickets come back", ticketRoundTrip},
	{"the statement calls as the rule says", callsByTheRule},
	{"forty desks call thirty tickets", raceCalls},
	{"calls and steps of others meet", raceCallsAndSteps},
	{"a number is given once", raceNumbers},
	{"desks and versions", deskStates},
	{"who visits were for is erased", visitorsErased},
}

// newTicket is a waiting ticket of which every field is set.
func newTicket(n int) scheduler.Ticket {
	return scheduler.Ticket{
		ID: fmt.Sprintf("tkt_%d", n), OfficeID: officeID, PoolID: poolID, Date: date0, Number: fmt.Sprintf("A%03d", n),
		ServiceID: service, Next: []string{"b", "c"}, AppointmentID: fmt.Sprintf("apt_%d", n),
		Citizen: scheduler.Citizen{Name: "محمد", Email: "m@example.org", Phone: "+212612345678", Language: "ar", Zone: "Europe/Paris"},
		Party:   2, Group: "elderly", AskedGroup: "infant", State: scheduler.TicketWaiting, DeskID: "d", StaffID: "s",
		ArrivedAt: now0, PlainDue: now0.Add(time.Minute), Due: now0.Add(2 * time.Minute), GuardAt: now0.Add(3 * time.Minute),
		Since: now0, CalledAt: now0.Add(4 * time.Minute), FirstCall: now0.Add(5 * time.Minute), Calls: 2, CallReason: scheduler.CallWaited,
		Outcome:  scheduler.Outcome{Kind: scheduler.OutcomeSentTo, Note: "ملف", On: date0, OfficeID: "o", ServiceID: "s"},
		Forecast: scheduler.Wait{Low: time.Minute, High: 90 * time.Second}, Revision: 1,
	}
}

func newStep(t *scheduler.Ticket, what scheduler.StepKind) scheduler.TicketStep {
	return scheduler.TicketStep{
		TicketID: t.ID, Seq: t.Revision, OfficeID: t.OfficeID, PoolID: t.PoolID, ServiceID: t.ServiceID, Date: t.Date,
		At: now0, What: what, State: t.State, DeskID: "d", Actor: "staff:u", Reason: "why",
	}
}

// arrivals is a change that brings tickets, the first of a queue.
func arrivals(tickets ...scheduler.Ticket) scheduler.Change {
	c := scheduler.Change{At: now0, NewTickets: tickets, Queues: []scheduler.QueueChange{
		{PoolID: poolID, OfficeID: officeID, Date: date0, Number: len(tickets), New: true},
	}}
	for i := range tickets {
		c.TicketSteps = append(c.TicketSteps, newStep(&tickets[i], scheduler.StepArrived))
	}
	return c
}

func calling(desk int, at time.Time) scheduler.Calling {
	return scheduler.Calling{
		PoolID: poolID, OfficeID: officeID, Date: date0, DeskID: fmt.Sprint("desk ", desk), StaffID: "u", Actor: "staff:u", At: at,
	}
}

func ticketRoundTrip(t *testing.T, s *suite) {
	want := newTicket(1)
	s.commit(t, arrivals(want))
	got, err := s.db.Ticket(s.ctx, want.ID)
	must(t, err)
	same(t, want, got)
	got, err = s.db.TicketOf(s.ctx, want.AppointmentID)
	must(t, err)
	same(t, want, got)
	steps, err := s.db.TicketSteps(s.ctx, want.ID)
	must(t, err)
	same(t, []scheduler.TicketStep{newStep(&want, scheduler.StepArrived)}, steps)
	stories, err := s.db.Stories(s.ctx, officeID, date0, date0)
	must(t, err)
	same(t, steps, stories)
	for _, unknown := range []string{"", "x", "a\x00"} {
		_, err := s.db.Ticket(s.ctx, unknown)
		wantError(t, err, scheduler.ErrNotFound)
	}
	stale := want
	s.refuse(t, scheduler.ErrConflict, scheduler.Change{TicketUpdates: []scheduler.Ticket{stale}})
	stale.Revision = 2
	stale.State = scheduler.TicketParked
	s.commit(t, scheduler.Change{TicketUpdates: []scheduler.Ticket{stale}, TicketSteps: []scheduler.TicketStep{newStep(&stale, scheduler.StepParked)}})
	s.refuse(t, scheduler.ErrConflict, scheduler.Change{TicketUpdates: []scheduler.Ticket{stale}})
}

// callsByTheRule empties queues of any kind and compares each call with
// scheduler.NextInLine.
func callsByTheRule(t *testing.T, s *suite) {
	queue := 0
	rapid.Check(t, func(r *rapid.T) {
		queue++
		pool, number := fmt.Sprint("pool ", queue), 0
		minute := func(label string) time.Time {
			return now0.Add(time.Duration(rapid.IntRange(-20, 20).Draw(r, label)) * time.Minute)
		}
		var waiting []scheduler.Ticket
		for range rapid.IntRange(0, 9).Draw(r, "tickets") {
			number++
			k := newTicket(queue*100 + number)
			k.PoolID, k.AppointmentID, k.FirstCall = pool, "", time.Time{}
			k.ArrivedAt, k.PlainDue, k.GuardAt = minute("arrived"), minute("plain"), minute("guard")
			k.Since = k.ArrivedAt
			k.Due = k.PlainDue.Add(-time.Duration(rapid.IntRange(0, 2).Draw(r, "credit")*10) * time.Minute)
			waiting = append(waiting, k)
		}
		c := arrivals(waiting...)
		c.Queues[0].PoolID = pool
		must(t, s.db.Commit(s.ctx, c))
		used, now := false, now0
		for desk := 0; ; desk++ {
			now = now.Add(time.Duration(rapid.IntRange(0, 5).Draw(r, "later")) * time.Minute)
			call := calling(queue*100+desk, now)
			call.PoolID = pool
			got, err := s.db.CallNext(s.ctx, call)
			i, why := scheduler.NextInLine(waiting, used, now)
			if i < 0 {
				wantError(t, err, scheduler.ErrNobodyWaits)
				return
			}
			must(t, err)
			if got.ID != waiting[i].ID || got.CallReason != why {
				r.Fatalf("the statement calls %s for %s, the rule %s for %s", got.ID, got.CallReason, waiting[i].ID, why)
			}
			steps, err := s.db.TicketSteps(s.ctx, got.ID)
			must(t, err)
			last := steps[len(steps)-1]
			if last.Seq != got.Revision || last.What != scheduler.StepCalled || last.Reason != string(why) || last.DeskID != call.DeskID || !last.At.Equal(got.CalledAt) {
				r.Fatalf("step %+v of %+v", last, got)
			}
			used = why == scheduler.CallPriority
			waiting = slices.Delete(waiting, i, i+1)
		}
	})
}

func walkIns(n int) []scheduler.Ticket {
	var all []scheduler.Ticket
	for i := range n {
		k := newTicket(i + 1)
		k.AppointmentID = ""
		all = append(all, k)
	}
	return all
}

// raceCalls: desks of two nodes call at once, each once. All get a ticket, no
// two the same, and those that call when nobody is left are told so.
func raceCalls(t *testing.T, s *suite) {
	s.commit(t, arrivals(walkIns(30)...))
	second := s.open(t)
	called := make([]string, 40)
	r := tally(40, func(i int) error {
		db := s.db
		if i%2 == 0 {
			db = second
		}
		k, err := db.CallNext(s.ctx, calling(i, now0))
		called[i] = k.ID
		return err
	})
	r.want(t, map[error]int{nil: 30, scheduler.ErrNobodyWaits: 10})
	called = slices.DeleteFunc(called, func(id string) bool { return id == "" })
	slices.Sort(called)
	if n := len(slices.Compact(called)); n != 30 {
		t.Errorf("%d different tickets were called", n)
	}
	if n := count(t, s.url, "ticket_steps"); n != 60 {
		t.Errorf("%d steps, want 60", n)
	}
	wantError(t, errOf(s.db.CallNext(s.ctx, calling(99, now0))), scheduler.ErrNobodyWaits)
}

func errOf(_ scheduler.Ticket, err error) error { return err }

// raceCallsAndSteps: while desks call, others park and return the same tickets.
// Every story has each number once, and ends in the ticket's state.
func raceCallsAndSteps(t *testing.T, s *suite) {
	all := walkIns(20)
	s.commit(t, arrivals(all...))
	second := s.open(t)
	tally(24, func(i int) error {
		if i < 12 {
			for desk := i; ; desk += 100 {
				if _, err := s.db.CallNext(s.ctx, calling(desk, now0)); err != nil {
					if !errors.Is(err, scheduler.ErrNobodyWaits) {
						t.Errorf("call: %v", err)
					}
					return nil
				}
			}
		}
		for n := range 20 {
			toggle(t, s, second, all[(n*7+i)%20].ID)
		}
		return nil
	})
	for i := range all {
		k, err := s.db.Ticket(s.ctx, all[i].ID)
		must(t, err)
		steps, err := s.db.TicketSteps(s.ctx, k.ID)
		must(t, err)
		if len(steps) != k.Revision || steps[len(steps)-1].State != k.State {
			t.Errorf("ticket %s of revision %d that is %s has %d steps, the last to %s", k.ID, k.Revision, k.State, len(steps), steps[len(steps)-1].State)
		}
	}
}

// toggle parks a waiting ticket or returns a parked one.
func toggle(t *testing.T, s *suite, db *store.DB, id string) {
	k, err := db.Ticket(s.ctx, id)
	must(t, err)
	what := scheduler.StepParked
	switch k.State {
	case scheduler.TicketWaiting:
		k.State = scheduler.TicketParked
	case scheduler.TicketParked:
		k.State, what = scheduler.TicketWaiting, scheduler.StepReturned
	default:
		return
	}
	k.Revision++
	err = db.Commit(s.ctx, scheduler.Change{
		TicketUpdates: []scheduler.Ticket{k}, TicketSteps: []scheduler.TicketStep{newStep(&k, what)},
		Queues: []scheduler.QueueChange{{PoolID: poolID, OfficeID: officeID, Date: date0}},
	})
	if err != nil && !errors.Is(err, scheduler.ErrConflict) {
		t.Errorf("%s: %v", what, err)
	}
}

// raceNumbers: many arrive at once; who reads the same last number as another
// must read again.
func raceNumbers(t *testing.T, s *suite) {
	s.commit(t, arrivals(walkIns(1)...))
	r := tally(20, func(i int) error {
		k := newTicket(i + 2)
		k.AppointmentID, k.Number = "", "A002"
		return s.db.Commit(s.ctx, scheduler.Change{
			NewTickets: []scheduler.Ticket{k}, TicketSteps: []scheduler.TicketStep{newStep(&k, scheduler.StepArrived)},
			Queues: []scheduler.QueueChange{{PoolID: poolID, OfficeID: officeID, Date: date0, Number: 2}},
		})
	})
	r.want(t, map[error]int{nil: 1, scheduler.ErrConflict: 19})
}

func deskStates(t *testing.T, s *suite) {
	version := func() int64 {
		v, err := s.db.OfficeVersion(s.ctx, officeID, date0)
		must(t, err)
		return v
	}
	if v := version(); v != 0 {
		t.Errorf("version %d of an empty office", v)
	}
	d := scheduler.DeskState{DeskID: "desk", OfficeID: officeID, PoolID: poolID, Open: true, StaffID: "u", Since: now0, Version: 1}
	must(t, s.db.SetDesk(s.ctx, d))
	must(t, s.db.SetDesk(s.ctx, d))
	d.Version = 2
	got, err := s.db.DeskStates(s.ctx, officeID)
	must(t, err)
	same(t, []scheduler.DeskState{d}, got)
	before := version()
	s.commit(t, arrivals(walkIns(2)...))
	if _, err := s.db.CallNext(s.ctx, calling(1, now0)); err != nil || version() != before+2 {
		t.Errorf("version %d after two steps on %d, %v", version(), before, err)
	}
	wantError(t, errOf(s.db.CallNext(s.ctx, calling(1, now0))), scheduler.ErrInvalidState)
	qs, err := s.db.Queues(s.ctx, officeID, date0)
	must(t, err)
	same(t, []scheduler.Queue{{PoolID: poolID, OfficeID: officeID, Date: date0, Version: 2, LastNumber: 2}}, qs)
}

// visitorsErased: names and contacts of ended visits go, stories stay, and whoever
// still waits or came later keeps theirs.
func visitorsErased(t *testing.T, s *suite) {
	past, late, waits := newTicket(1), newTicket(2), newTicket(3)
	past.State, past.Since = scheduler.TicketFinished, now0.Add(-time.Microsecond)
	late.State, late.Since = scheduler.TicketNoShow, now0
	waits.Since = now0.Add(-time.Hour)
	s.commit(t, arrivals(past, late, waits))
	for _, want := range []int{1, 0} {
		if n, err := s.db.ForgetPersons(s.ctx, now0); n != want || err != nil {
			t.Fatalf("%d erased, %v; want %d", n, err, want)
		}
	}
	past.Citizen, past.Outcome.Note = scheduler.Citizen{Language: past.Citizen.Language}, ""
	for _, want := range []scheduler.Ticket{past, late, waits} {
		got, err := s.db.Ticket(s.ctx, want.ID)
		must(t, err)
		same(t, want, got)
		steps, err := s.db.TicketSteps(s.ctx, want.ID)
		must(t, err)
		same(t, []scheduler.TicketStep{newStep(&want, scheduler.StepArrived)}, steps)
	}
}
