package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"mawid/scheduler"
)

var offerCases = []testCase{
	{"a wish and its offers are read as they were written", offerRoundTrip},
	{"a wish is guarded by its revision", offerGuarded},
	{"what may be there once is there once", offerUnique},
	{"two people wish for one service", offerSecond},
	{"who waits, in order", offerWaiting},
	{"what is ending", offerEnding},
	{"who wished in the past is erased", offerErase},
}

// newWish is an open wish of somebody without an appointment.
func newWish(n int) scheduler.Wish {
	return scheduler.Wish{
		ID: fmt.Sprintf("wish_%d", n), State: scheduler.WishOpen, OfficeID: officeID, ServiceID: service, Party: 2,
		From: date0, To: date0.AddDays(3),
		Citizen:  scheduler.Citizen{Name: "فاطمة", Email: fmt.Sprintf("w%d@example.org", n), Phone: "+212612345678", Language: "ar", Zone: "Europe/Paris"},
		KeyEmail: fmt.Sprintf("mail %d", n), KeyPhone: fmt.Sprintf("phone %d", n), TokenHash: hash(fmt.Sprintf("wish %d", n)),
		Client: "client", Slot: n, NotBefore: now0.Add(-time.Hour), Until: now0.AddDate(0, 1, 0), Revision: 1,
		CreatedAt: now0.Add(time.Duration(n) * time.Second), UpdatedAt: now0,
	}
}

// offering writes a wish with one open offer.
func offering(w scheduler.Wish, n int) scheduler.Change {
	return scheduler.Change{At: now0, Wishes: []scheduler.Wish{w}, Offers: []scheduler.Offer{newOffer(&w, n)}}
}

func newOffer(w *scheduler.Wish, n int) scheduler.Offer {
	p := placeOn(date0)
	p.Start += scheduler.TimeOfDay(5 * n)
	return scheduler.Offer{
		ID: fmt.Sprintf("off_%d", n), WishID: w.ID, OfficeID: w.OfficeID, HoldID: fmt.Sprintf("hold_o%d", n), Place: p,
		StartsAt: now0.AddDate(0, 0, 2), State: scheduler.OfferOpen, CreatedAt: now0.Add(time.Duration(n) * time.Microsecond), ExpiresAt: now0.Add(time.Hour),
	}
}

func offerRoundTrip(t *testing.T, s *suite) {
	w := newWish(1)
	s.commit(t, offering(w, 1))
	w.Offers = []scheduler.Offer{newOffer(&w, 1)}
	for name, read := range map[string]func() (scheduler.Wish, error){
		"id":    func() (scheduler.Wish, error) { return s.db.Wish(s.ctx, w.ID) },
		"token": func() (scheduler.Wish, error) { return s.db.WishByToken(s.ctx, w.TokenHash) },
		"offer": func() (scheduler.Wish, error) { return s.db.WishOfOffer(s.ctx, "off_1") },
	} {
		got, err := read()
		if err != nil {
			t.Fatalf("by %s: %v", name, err)
		}
		same(t, w, got)
	}
	ended := w.Offers[0]
	ended.State, ended.EndedAt = scheduler.OfferDeclined, now0.Add(time.Minute)
	w.State, w.ResultID, w.Lost, w.Revision = scheduler.WishMet, "apt_1", true, 2
	s.commit(t, scheduler.Change{Wishes: []scheduler.Wish{w}, Offers: []scheduler.Offer{ended}})
	got, err := s.db.Wish(s.ctx, w.ID)
	must(t, err)
	w.Offers = []scheduler.Offer{ended}
	same(t, w, got)
	if _, err := s.db.Wish(s.ctx, "none"); !errors.Is(err, scheduler.ErrNotFound) {
		t.Errorf("an unknown wish: %v", err)
	}
}

func offerGuarded(t *testing.T, s *suite) {
	w := newWish(1)
	s.commit(t, scheduler.Change{Wishes: []scheduler.Wish{w}})
	w.Revision = 3
	if err := s.db.Commit(s.ctx, scheduler.Change{Wishes: []scheduler.Wish{w}, Offers: []scheduler.Offer{newOffer(&w, 1)}}); !errors.Is(err, scheduler.ErrConflict) {
		t.Errorf("a revision that was not read: %v", err)
	}
	if n := count(t, s.url, "offers"); n != 0 {
		t.Error("its offer was written")
	}
}

func offerUnique(t *testing.T, s *suite) {
	w := newWish(1)
	s.commit(t, offering(w, 1))
	for name, c := range map[string]struct {
		change func(*scheduler.Wish, *scheduler.Offer)
		want   error
	}{
		"a second open offer": {func(v *scheduler.Wish, o *scheduler.Offer) { o.WishID = w.ID }, scheduler.ErrConflict},
		"the same place once more": {func(v *scheduler.Wish, o *scheduler.Offer) {
			*o = newOffer(&w, 1)
			o.ID, o.HoldID, o.State = "off_9", "h9", scheduler.OfferDeclined
		}, scheduler.ErrConflict},
		"the same person by mail":   {func(v *scheduler.Wish, o *scheduler.Offer) { v.KeyEmail = w.KeyEmail }, scheduler.ErrDuplicateWish},
		"the same person by phone":  {func(v *scheduler.Wish, o *scheduler.Offer) { v.KeyPhone = w.KeyPhone }, scheduler.ErrDuplicateWish},
		"the same slot of a client": {func(v *scheduler.Wish, o *scheduler.Offer) { v.Slot = w.Slot }, scheduler.ErrConflict},
	} {
		t.Run(name, func(t *testing.T) {
			v := newWish(2)
			o := newOffer(&v, 2)
			c.change(&v, &o)
			err := s.db.Commit(s.ctx, scheduler.Change{Wishes: []scheduler.Wish{v}, Offers: []scheduler.Offer{o}})
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if _, err := s.db.Wish(s.ctx, v.ID); !errors.Is(err, scheduler.ErrNotFound) {
				t.Errorf("the wish was written: %v", err)
			}
		})
	}
}

// A second person is not kept out by any of this.
func offerSecond(t *testing.T, s *suite) {
	w, v := newWish(1), newWish(2)
	s.commit(t, offering(w, 1))
	s.commit(t, offering(v, 2))
}

func offerWaiting(t *testing.T, s *suite) {
	s.begin(t)
	early, lost, offered, later, booked := newWish(1), newWish(2), newWish(3), newWish(4), newWish(5)
	lost.AppointmentID, lost.Lost, lost.KeyEmail, lost.KeyPhone = "apt_7", true, "", ""
	later.NotBefore = now0.Add(time.Minute)
	s.commit(t, scheduler.Change{Wishes: []scheduler.Wish{early, lost, later, booked}})
	s.commit(t, offering(offered, 1))
	s.commit(t, scheduler.Change{At: now0, NewClaims: []scheduler.Claim{{
		ServiceID: service, PersonKey: booked.KeyPhone, AppointmentID: "apt_8", OfficeID: officeID, Until: now0.Add(time.Hour),
	}}})
	ids := func(ws []scheduler.Wish, err error) (out []string) {
		t.Helper()
		must(t, err)
		for _, w := range ws {
			out = append(out, w.ID)
		}
		return out
	}
	want := []string{"wish_2", "wish_1"}
	if got := ids(s.db.WaitingWishes(s.ctx, officeID, []string{"other", service}, now0, nil, 10)); !slices.Equal(got, want) {
		t.Errorf("waiting: %v, want %v", got, want)
	}
	if got := ids(s.db.WaitingWishes(s.ctx, officeID, []string{service}, now0, &lost, 10)); !slices.Equal(got, want[1:]) {
		t.Errorf("after the first: %v", got)
	}
	if got := ids(s.db.WaitingWishes(s.ctx, officeID, []string{service}, now0.Add(time.Minute), &early, 10)); !slices.Equal(got, []string{"wish_4"}) {
		t.Errorf("a minute later: %v", got)
	}
	services, err := s.db.WaitingServices(s.ctx, now0)
	must(t, err)
	if !slices.Equal(services, []scheduler.OfficeService{{OfficeID: officeID, ServiceID: service}}) {
		t.Errorf("services: %v", services)
	}
}

func offerEnding(t *testing.T, s *suite) {
	a := newAppointment(1)
	a.Channel = scheduler.InPerson // places of other channels are not offered
	of, moved, over, running := newWish(1), newWish(2), newWish(3), newWish(4)
	for _, w := range []*scheduler.Wish{&of, &moved} {
		w.AppointmentID, w.Sequence, w.KeyEmail, w.KeyPhone = a.ID, a.Sequence, "", ""
	}
	moved.Sequence--
	over.Until = now0
	s.commit(t, scheduler.Change{NewAppointments: []scheduler.Appointment{a}, Wishes: []scheduler.Wish{of, moved, over}})
	s.commit(t, offering(running, 1))
	for at, want := range map[time.Time][]string{
		now0: {"wish_2", "wish_3"}, now0.Add(time.Hour): {"wish_2", "wish_3", "wish_4"},
	} {
		ws, err := s.db.EndingWishes(s.ctx, at, 10)
		must(t, err)
		var got []string
		for _, w := range ws {
			got = append(got, w.ID)
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("at %s: %v, want %v", at, got, want)
		}
	}
	a.Status, a.Revision = scheduler.StatusDisplaced, 2
	a.Sequence++
	s.commit(t, scheduler.Change{Updates: []scheduler.Appointment{a}})
	lost, err := s.db.LostAppointments(s.ctx, now0, 10)
	must(t, err)
	if len(lost) != 1 || lost[0].ID != a.ID {
		t.Errorf("lost: %v", lost)
	}
	if late, homeless, err := s.db.OfferFaults(s.ctx, now0.Add(2*time.Hour)); late != 1 || homeless != 1 || err != nil {
		t.Errorf("%d late and %d without a place, %v", late, homeless, err)
	}
}

func offerErase(t *testing.T, s *suite) {
	past, ended, open := newWish(1), newWish(2), newWish(3)
	past.Until = now0.Add(-time.Microsecond)
	ended.State, ended.UpdatedAt = scheduler.WishWithdrawn, now0.Add(-time.Microsecond)
	s.commit(t, scheduler.Change{Wishes: []scheduler.Wish{ended, open}})
	change := offering(past, 1)
	n := scheduler.Notice{
		ID: "ntc_o", About: scheduler.Subject{Kind: scheduler.SubjectOffer, ID: "off_1"}, OfficeID: officeID, Revision: 1, Kind: scheduler.NoticeOffer,
		Channel: scheduler.ChannelEmail, DueAt: now0, UsefulUntil: now0.Add(time.Hour),
	}
	change.Notices = []scheduler.Notice{n}
	s.commit(t, change)
	claimed, err := s.db.ClaimNotices(s.ctx, scheduler.ChannelEmail, now0, now0.Add(time.Minute), 10)
	must(t, err)
	must(t, s.db.SettleNotice(s.ctx, claimed[0], scheduler.Receipt{
		At: now0, State: scheduler.NoticeKept, Code: "kept", Message: &scheduler.Message{To: past.Citizen.Email, Text: past.Citizen.Name},
	}))
	for _, want := range []int{2, 0} {
		if n, err := s.db.ForgetPersons(s.ctx, now0); n != want || err != nil {
			t.Fatalf("%d erased, %v; want %d", n, err, want)
		}
	}
	for table, want := range map[string]int{"wishes": 1, "offers": 0, "messages": 0} {
		if n := count(t, s.url, table); n != want {
			t.Errorf("%d %s are left, want %d", n, table, want)
		}
	}
	if n, err := s.db.ForgetWishClients(s.ctx, now0.Add(time.Hour)); n != 1 || err != nil {
		t.Errorf("%d clients forgotten, %v", n, err)
	}
}
