package scheduler_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// remoteData is the catalogue of enginetest with channels: Solo is called from a
// desk of its own in the morning only, and has video from another; Trio's people
// also serve by video, at the desks of who comes, and are called by the person.
func remoteData() scheduler.CatalogueData {
	d := enginetest.Data()
	morning := []scheduler.Window{{From: 8*60 + 30, To: 10*60 + 30}}
	d.Hours = append(d.Hours, scheduler.HoursTemplate{ID: "calls", Week: scheduler.Week{nil, morning, morning, morning, morning, morning, nil}})
	for i := range d.Offices {
		switch o := &d.Offices[i]; o.ID {
		case enginetest.Solo:
			o.Channels = []scheduler.OfficeChannel{
				{Channel: scheduler.Telephone, Desks: 1, Hours: []string{"calls"}, Services: []string{enginetest.Card}},
				{Channel: scheduler.Video, Desks: 2, Services: []string{enginetest.Card}, Meeting: "https://meet.example.org/m-{room}"},
			}
		case enginetest.Trio:
			o.Channels = []scheduler.OfficeChannel{
				{Channel: scheduler.Telephone, Desks: 1, Services: []string{enginetest.File}, Number: "+212524000000"},
				{Channel: scheduler.Video, Services: []string{enginetest.File}, Meeting: "https://meet.example.org/t/{room}"},
			}
		}
	}
	return d
}

// called asks for a service by a channel for a new person with a number.
func (w *world) called(by scheduler.ServiceChannel, office, service, at string) (scheduler.Booked, error) {
	w.Helper()
	r := w.request(office, service, at)
	r.Channel = by
	r.Citizen.Phone = fmt.Sprintf("+2126%08d", people.Add(1))
	return w.Book(w.Context(), r)
}

// left is how many more can start by a channel at a time.
func (w *world) left(by scheduler.ServiceChannel, office, service, at string) int {
	w.Helper()
	start := w.at(at)
	date := scheduler.DateOf(start)
	slots, err := w.Slots(w.Context(), scheduler.SlotQuery{ServiceID: service, OfficeID: office, Channel: by, From: date, To: date})
	w.must(err)
	for _, s := range slots {
		if s.StartsAt.Equal(start) && s.Channel == by {
			return s.Remaining
		}
	}
	return 0
}

func TestEachChannelHasItsOwnPlaces(t *testing.T) {
	each(t, func(w *world) {
		w.apply(remoteData())
		want := func(office, service string, coming, telephone, video int) {
			t.Helper()
			got := [3]int{
				w.left(scheduler.InPerson, office, service, aStart), w.left(scheduler.Telephone, office, service, aStart),
				w.left(scheduler.Video, office, service, aStart),
			}
			if got != [3]int{coming, telephone, video} {
				t.Errorf("%s: %d left, want %d by coming, %d by telephone, %d by video", office, got, coming, telephone, video)
			}
		}
		want("solo", "card", 1, 1, 2)
		b, err := w.called(scheduler.Telephone, "solo", "card", aStart)
		w.must(err)
		if a := b.Appointment; a.Channel != scheduler.Telephone || a.Place.PoolID != "solo/telephone" {
			t.Errorf("booked %+v", a)
		}
		want("solo", "card", 1, 0, 2)
		_, err = w.called(scheduler.Telephone, "solo", "card", aStart)
		w.wantError(err, scheduler.ErrSlotTaken)
		w.booked("solo", "card", aStart)
		want("solo", "card", 0, 0, 2)

		want("trio", "file", 3, 1, 3)
		_, err = w.called(scheduler.Video, "trio", "file", aStart) // the same desks as who comes
		w.must(err)
		want("trio", "file", 2, 1, 2)
		w.sound()
	})
}

func TestChannelKeepsItsHoursAndOffers(t *testing.T) {
	each(t, func(w *world) {
		w.apply(remoteData())
		for what, row := range map[string]struct {
			by                  scheduler.ServiceChannel
			office, service, at string
			want                string
		}{
			"after the telephone's hours": {scheduler.Telephone, "solo", "card", "2027-06-01 10:30", "starts_at: closed"},
			"not by telephone":            {scheduler.Telephone, "solo", "stamp", aStart, "channel: not_offered"},
			"no such channel":             {"fax", "solo", "card", aStart, "channel: not_offered"},
			"not at the event":            {scheduler.Video, "fair", "card", "2027-08-10 09:00", "channel: not_offered"},
		} {
			_, err := w.called(row.by, row.office, row.service, row.at)
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("%s: %v, want %s", what, err, row.want)
			}
		}
		_, err := w.called(scheduler.Video, "solo", "card", "2027-06-01 10:30")
		w.must(err) // video has the office's hours
	})
}

func TestOfficeThatCallsNeedsANumber(t *testing.T) {
	each(t, func(w *world) {
		w.apply(remoteData())
		r := w.request("solo", "card", aStart) // by mail only
		r.Channel = scheduler.Telephone
		_, err := w.Book(w.Context(), r)
		if err == nil || !strings.Contains(err.Error(), "citizen.phone: required") {
			t.Fatalf("without a number: %v", err)
		}
		r = w.request("trio", "file", aStart) // the person calls
		r.Channel = scheduler.Telephone
		if _, err := w.Book(w.Context(), r); err != nil {
			t.Fatalf("who calls the office: %v", err)
		}
		b, err := w.called(scheduler.Telephone, "solo", "card", aStart)
		w.must(err)
		none := ""
		_, err = w.Correct(w.Context(), b.Appointment.ID, 0, scheduler.Correction{Phone: &none}, by(b))
		if err == nil || !strings.Contains(err.Error(), "citizen.phone: required") {
			t.Errorf("the number is taken away: %v", err)
		}
		other := "+33611111111"
		a, err := w.Correct(w.Context(), b.Appointment.ID, 0, scheduler.Correction{Phone: &other}, by(b))
		w.must(err)
		if a.Citizen.Phone != other {
			t.Errorf("corrected to %q", a.Citizen.Phone)
		}
	})
}

func TestHoldAndMoveKeepTheChannel(t *testing.T) {
	each(t, func(w *world) {
		w.apply(remoteData())
		h, err := w.Hold(w.Context(), scheduler.HoldRequest{OfficeID: "solo", ServiceID: "card", StartsAt: w.at(aStart), Channel: scheduler.Video})
		w.must(err)
		stored, err := w.LookHold(w.Context(), h.ID)
		w.must(err)
		if stored.Channel != scheduler.Video || stored.Place.PoolID != "solo/video" {
			t.Fatalf("held %+v", stored)
		}
		b, err := w.Book(w.Context(), scheduler.BookRequest{HoldID: h.ID, Citizen: somebody()})
		w.must(err)
		c, err := w.Catalogue(w.Context())
		w.must(err)
		room := w.Reach(c, &b.Appointment).Meeting
		a, err := w.moveTo(b, "", "2027-06-02 09:30")
		w.must(err)
		if a.Channel != scheduler.Video || a.Place.PoolID != "solo/video" {
			t.Errorf("moved to %+v", a)
		}
		if room == "" || w.Reach(c, &a).Meeting != room {
			t.Error("the link changed with the time")
		}
		w.wantRemaining("solo", "card", "2027-06-02 09:30", 1)
		if n := w.left(scheduler.Video, "solo", "card", "2027-06-02 09:30"); n != 1 {
			t.Errorf("%d left by video, want 1", n)
		}
		w.sound()
	})
}

func TestMeetingIsNotToBeGuessed(t *testing.T) {
	each(t, func(w *world) {
		w.apply(remoteData())
		c, err := w.Catalogue(w.Context())
		w.must(err)
		var seen []string
		for range 2 {
			b, err := w.called(scheduler.Video, "solo", "card", aStart)
			w.must(err)
			link := w.Reach(c, &b.Appointment).Meeting
			room, found := strings.CutPrefix(link, "https://meet.example.org/m-")
			if !found || len(room) != 26 {
				t.Errorf("link %q", link)
			}
			for what, secret := range map[string]string{"token": b.ManageToken, "id": b.Appointment.ID, "reference": b.Appointment.Reference} {
				if strings.Contains(link, secret) || strings.Contains(b.ManageToken, room) {
					t.Errorf("the link holds the %s", what)
				}
			}
			seen = append(seen, room)
		}
		if seen[0] == seen[1] {
			t.Error("two people have one room")
		}
		come := w.booked("solo", "card", aStart)
		if link := w.Reach(c, &come.Appointment).Meeting; link != "" {
			t.Errorf("who comes has a link: %q", link)
		}
	})
}

// Forty people push for the places of one time on two nodes, by all channels: the
// desks of each are sold as often as there are, those that two channels share not
// once more.
func TestNoPlaceIsSoldTwiceOverChannels(t *testing.T) {
	each(t, func(w *world) {
		w.apply(remoteData())
		nodes := []*scheduler.Engine{w.Engine, w.otherNode()}
		var (
			wg   sync.WaitGroup
			mu   sync.Mutex
			sold = map[string]int{}
		)
		for i := range 40 {
			r := w.request("trio", "file", aStart)
			r.Citizen.Phone = fmt.Sprintf("+2126%08d", people.Add(1))
			r.Channel = []scheduler.ServiceChannel{scheduler.InPerson, scheduler.Telephone, scheduler.Video}[i%3]
			wg.Go(func() {
				b, err := nodes[i%2].Book(w.Context(), r)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					sold[b.Appointment.Place.PoolID]++
				} else {
					w.wantError(err, scheduler.ErrSlotTaken)
				}
			})
		}
		wg.Wait()
		if sold["trio"] != 3 || sold["trio/telephone"] != 1 || len(sold) != 2 {
			t.Errorf("sold %v, want 3 at the desks and 1 by telephone", sold)
		}
		w.sound()
	})
}

func TestChannelThatEndsDisplaces(t *testing.T) {
	each(t, func(w *world) {
		w.apply(remoteData())
		video, err := w.called(scheduler.Video, "trio", "file", aStart)
		w.must(err)
		phone, err := w.called(scheduler.Telephone, "solo", "card", aStart)
		w.must(err)
		come := w.booked("trio", "file", aStart)
		plan := w.apply(enginetest.Data())
		if len(plan.Displaced) != 2 {
			t.Fatalf("%d displaced, want 2", len(plan.Displaced))
		}
		for _, b := range []scheduler.Booked{video, phone} {
			if a := w.now(b); a.Status != scheduler.StatusDisplaced {
				t.Errorf("%s is %s", a.Channel, a.Status)
			}
		}
		if a := w.now(come); a.Status != scheduler.StatusBooked {
			t.Errorf("who comes is %s", a.Status)
		}
		w.sound()
	})
}

func TestAgentBeginsACallAtItsTime(t *testing.T) {
	each(t, func(w *world) {
		w.apply(remoteData())
		b, err := w.called(scheduler.Telephone, "solo", "card", aStart)
		w.must(err)
		id, agent := b.Appointment.ID, scheduler.Actor{Staff: &scheduler.User{ID: "u1", Role: scheduler.RoleAgent, Offices: []string{"solo"}}}
		stranger := scheduler.Actor{Staff: &scheduler.User{ID: "u2", Role: scheduler.RoleAgent, Offices: []string{"trio"}}}
		w.set("2027-06-01 09:00")
		_, err = w.BeginRemote(w.Context(), id, agent)
		w.wantError(err, scheduler.ErrInvalidState) // too early
		_, err = w.EndRemote(w.Context(), id, false, agent)
		w.wantError(err, scheduler.ErrInvalidState) // nobody can have missed it yet
		_, err = w.CheckIn(w.Context(), id, agent)
		w.wantError(err, scheduler.ErrInvalidState) // nobody comes
		w.set("2027-06-01 09:28")
		_, err = w.BeginRemote(w.Context(), id, stranger)
		w.wantError(err, scheduler.ErrNotFound)
		_, err = w.BeginRemote(w.Context(), id, by(b))
		w.wantError(err, scheduler.ErrNotFound)
		a, err := w.BeginRemote(w.Context(), id, agent)
		w.must(err)
		if a.Status != scheduler.StatusServing {
			t.Errorf("begun: %s", a.Status)
		}
		w.clock.Advance(10 * time.Minute)
		a, err = w.EndRemote(w.Context(), id, true, agent)
		w.must(err)
		if a.Status != scheduler.StatusServed {
			t.Errorf("ended: %s", a.Status)
		}
		w.wantAsked("after a call", id, "email 06-01 10:38 until 06-04 09:38")
		w.wantHistory(id, "booked by citizen:  -> 2027-06-01 09:30 solo/card", "serving by staff:u1:  -> ", "served by staff:u1:  -> ")
		come := w.booked("solo", "card", "2027-06-01 11:10")
		w.set("2027-06-01 11:10")
		_, err = w.BeginRemote(w.Context(), come.Appointment.ID, agent)
		w.wantError(err, scheduler.ErrInvalidState) // who comes has a ticket
	})
}

func TestWhoDidNotAnswerIsANoShow(t *testing.T) {
	each(t, func(w *world) {
		w.apply(remoteData())
		var all []scheduler.Booked
		for _, at := range []string{"2027-06-01 09:10", "2027-06-01 09:30", "2027-06-01 09:50"} {
			b, err := w.called(scheduler.Telephone, "solo", "card", at)
			w.must(err)
			all = append(all, b)
		}
		agent := scheduler.Actor{Staff: &scheduler.User{ID: "u1", Role: scheduler.RoleAgent, Offices: []string{"solo"}}}
		w.set("2027-06-01 09:45")
		_, err := w.EndRemote(w.Context(), all[0].Appointment.ID, false, agent)
		w.must(err)
		_, err = w.BeginRemote(w.Context(), all[1].Appointment.ID, agent) // and never ended
		w.must(err)
		w.set("2027-06-02 00:30")
		_, err = w.CloseDays(w.Context())
		w.must(err)
		for i, want := range []scheduler.Status{scheduler.StatusNoShow, scheduler.StatusServed, scheduler.StatusNoShow} {
			if a := w.now(all[i]); a.Status != want {
				t.Errorf("appointment %d is %s, want %s", i, a.Status, want)
			}
		}
		w.wantAsked("who did not answer", all[0].Appointment.ID, "")
		w.wantAsked("a call that the day's end closed", all[1].Appointment.ID, "email 06-02 08:00 until 06-05 00:30")
		w.wantAsked("who was not called", all[2].Appointment.ID, "")
	})
}
