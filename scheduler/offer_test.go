package scheduler_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// The day of these tests: a Wednesday that is full at the office with one desk.
const full = "2027-06-02"

// offering is a world in which places come back after a while, at a decent hour,
// and in which one day is full.
func offering(w *world) []scheduler.Booked {
	w.Helper()
	w.policy = scheduler.DefaultPolicy()
	w.Engine = w.node(w.db)
	w.set("2027-05-31 09:00")
	return w.fill(full)
}

// fill books every time of a day at the office with one desk.
func (w *world) fill(date string) []scheduler.Booked {
	w.Helper()
	d := w.date(date)
	slots, err := w.Slots(w.Context(), scheduler.SlotQuery{ServiceID: enginetest.Card, OfficeID: enginetest.Solo, From: d, To: d})
	w.must(err)
	var all []scheduler.Booked
	for _, s := range slots {
		b, err := w.Book(w.Context(), scheduler.BookRequest{OfficeID: s.OfficeID, ServiceID: s.ServiceID, StartsAt: s.StartsAt, Citizen: somebody()})
		w.must(err)
		all = append(all, b)
	}
	if len(all) != 22 {
		w.Fatalf("%d times on the day, want 22", len(all))
	}
	return all
}

// turn is one turn of the periodic work.
func (w *world) turn() {
	w.Helper()
	w.must(w.ReturnPlaces(w.Context(), 100))
}

// freed cancels and lets the place come back, without a turn of the work.
func (w *world) freed(b scheduler.Booked) {
	w.Helper()
	_, err := w.Cancel(w.Context(), b.Appointment.ID, 0, by(b))
	w.must(err)
	w.turn()
	w.clock.Advance(20 * time.Minute)
}

// earlier books a later visit and wishes for the full day.
func (w *world) earlier(at string) (scheduler.Booked, string) {
	w.Helper()
	b := w.booked(enginetest.Solo, enginetest.Card, at)
	wish, err := w.WishEarlier(w.Context(), b.Appointment.ID, w.date(full), w.date(full), by(b))
	w.must(err)
	return b, w.WishToken(wish.ID)
}

// wishes wishes for the full day without an appointment.
func (w *world) wishes(c scheduler.Citizen) string {
	w.Helper()
	wish, err := w.WishPlace(w.Context(), scheduler.WishRequest{
		OfficeID: enginetest.Solo, ServiceID: enginetest.Card, From: w.date(full), To: w.date(full), Citizen: c,
	})
	w.must(err)
	return w.WishToken(wish.ID)
}

func (w *world) wish(token string) scheduler.Wish {
	w.Helper()
	wish, err := w.WishByToken(w.Context(), token)
	w.must(err)
	return wish
}

// offered is the start of what is offered to a wish now, "" for nothing.
func (w *world) offered(token string) string {
	w.Helper()
	wish := w.wish(token)
	if o := wish.Offered(w.clock.Now()); o != nil {
		return stamp(o.StartsAt)
	}
	return ""
}

func (w *world) wantOffered(token, want string) {
	w.Helper()
	if got := w.offered(token); got != want {
		w.Errorf("offered %q, want %q", got, want)
	}
}

// TestAPlaceThatComesBackIsOfferedAndTaken: nobody else can have it meanwhile; the
// appointment moves, and its old place is given back.
func TestAPlaceThatComesBackIsOfferedAndTaken(t *testing.T) {
	each(t, func(w *world) {
		day := offering(w)
		b, token := w.earlier("2027-06-08 09:10")
		w.turn()
		w.wantOffered(token, "")
		w.freed(day[3])
		w.turn()
		at := full + " 09:30"
		w.wantOffered(token, at)
		w.wantRemaining(enginetest.Solo, enginetest.Card, at, 0)
		w.turn()
		if _, err := w.Book(w.Context(), w.request(enginetest.Solo, enginetest.Card, at)); !errors.Is(err, scheduler.ErrSlotTaken) {
			w.Errorf("somebody else books it: %v", err)
		}
		for range 2 { // sent twice it is the same
			a, err := w.AcceptOffer(w.Context(), token)
			w.must(err)
			if a.ID != b.Appointment.ID || stamp(a.StartsAt) != at || a.Status != scheduler.StatusBooked || a.Sequence != 1 {
				w.Errorf("it is now %s %s, sequence %d", a.Status, stamp(a.StartsAt), a.Sequence)
			}
		}
		w.wantHistory(b.Appointment.ID, "booked by citizen:  -> 2027-06-08 09:10 solo/card",
			"moved by citizen: 2027-06-08 09:10 solo/card -> 2027-06-02 09:30 solo/card")
		w.clock.Advance(20 * time.Minute)
		w.turn()
		w.wantRemaining(enginetest.Solo, enginetest.Card, "2027-06-08 09:10", 1)
		if s := w.wish(token).State; s != scheduler.WishMet {
			w.Errorf("the wish is %s", s)
		}
		w.sound()
	})
}

// TestOneAfterTheOther: who asked first is offered first; refused or not answered
// it goes to the next at once, and after three the public has it.
func TestOneAfterTheOther(t *testing.T) {
	each(t, func(w *world) {
		day := offering(w)
		var tokens []string
		for i := range 3 {
			w.clock.Advance(time.Second)
			_, token := w.earlier(fmt.Sprintf("2027-06-08 %02d:10", 9+i))
			tokens = append(tokens, token)
		}
		for i := range 2 {
			w.clock.Advance(time.Second)
			tokens = append(tokens, w.wishes(scheduler.Citizen{Name: fmt.Sprintf("Late %d", i), Phone: "+212600000001"}))
		}
		w.freed(day[0])
		at := full + " 08:30"
		w.turn()
		w.wantOffered(tokens[0], at)
		_, err := w.DeclineOffer(w.Context(), tokens[0])
		w.must(err)
		w.turn()
		w.wantOffered(tokens[0], "")
		w.wantOffered(tokens[1], at)
		w.clock.Advance(time.Hour)
		w.wantError(second(w.AcceptOffer(w.Context(), tokens[1])), scheduler.ErrHoldExpired)
		w.turn()
		w.turn()
		w.wantOffered(tokens[2], at)
		w.wantRemaining(enginetest.Solo, enginetest.Card, at, 0)
		_, err = w.DeclineOffer(w.Context(), tokens[2])
		w.must(err)
		w.turn()
		w.wantOffered(tokens[3], "")
		w.wantRemaining(enginetest.Solo, enginetest.Card, at, 0)
		w.clock.Advance(20 * time.Minute)
		w.turn()
		w.wantRemaining(enginetest.Solo, enginetest.Card, at, 1)
		w.turn()
		w.wantOffered(tokens[3], "") // the public's turn
		w.sound()
	})
}

// TestNobodyIsOfferedTheSamePlaceTwice, also not later, when it comes back again.
func TestNobodyIsOfferedTheSamePlaceTwice(t *testing.T) {
	each(t, func(w *world) {
		day := offering(w)
		_, token := w.earlier("2027-06-08 09:10")
		w.freed(day[0])
		w.turn()
		_, err := w.DeclineOffer(w.Context(), token)
		w.must(err)
		w.clock.Advance(2 * time.Hour)
		w.turn()
		w.turn()
		w.wantOffered(token, "")
		w.wantRemaining(enginetest.Solo, enginetest.Card, full+" 08:30", 1)
		w.freed(day[1])
		w.turn()
		w.wantOffered(token, full+" 08:50")
	})
}

// TestNobodyIsOfferedAtNight: neither when the place comes back then, nor when the
// time to answer would reach into the night.
func TestNobodyIsOfferedAtNight(t *testing.T) {
	each(t, func(w *world) {
		day := offering(w)
		c := somebody()
		c.Zone = "America/Montreal" // five hours behind in summer: 04:00 there is 08:00 here
		token := w.wishes(c)
		w.freed(day[0]) // 09:20 here
		w.turn()
		w.wantOffered(token, "")
		w.wantRemaining(enginetest.Solo, enginetest.Card, full+" 08:30", 1)
		w.set("2027-05-31 12:05") // 08:05 there
		w.turn()
		w.wantOffered(token, full+" 08:30")
		w.set("2027-06-01 00:10") // 20:10 there: an hour would end in the night
		w.turn()
		w.freed(day[1])
		w.turn()
		w.wantOffered(token, "")
	})
}

// TestWhoLostAPlaceComesFirst: a closure takes places away; when another comes
// back it is offered to them before those who asked earlier.
func TestWhoLostAPlaceComesFirst(t *testing.T) {
	each(t, func(w *world) {
		day := offering(w)
		_, waiting := w.earlier("2027-06-08 09:10")
		lost := w.booked(enginetest.Solo, enginetest.Card, "2027-06-03 09:10")
		data := enginetest.Closed("flood", "2027-06-03", "2027-06-07")
		more := enginetest.Closed("flood2", "2027-06-09", "2027-07-10")
		data.Closures = append(data.Closures, more.Closures[len(more.Closures)-1])
		w.apply(data)
		for _, at := range []string{"2027-05-31", "2027-06-01", "2027-06-08"} {
			w.fillRest(at)
		}
		w.freed(day[5])
		w.turn()
		w.wantOffered(waiting, "")
		a := w.now(lost)
		wish, err := w.WishOf(w.Context(), &a)
		w.must(err)
		token := w.WishToken(wish.ID)
		if got, err := w.AcceptOffer(w.Context(), token); err != nil || got.Status != scheduler.StatusBooked || stamp(got.StartsAt) != full+" 10:10" {
			w.Errorf("the lost visit is now %s at %s: %v", got.Status, stamp(got.StartsAt), err)
		}
		w.sound()
	})
}

// fillRest books what is left of a day.
func (w *world) fillRest(date string) {
	w.Helper()
	d := w.date(date)
	slots, err := w.Slots(w.Context(), scheduler.SlotQuery{ServiceID: enginetest.Card, OfficeID: enginetest.Solo, From: d, To: d})
	w.must(err)
	for _, s := range slots {
		_, err := w.Book(w.Context(), scheduler.BookRequest{OfficeID: s.OfficeID, ServiceID: s.ServiceID, StartsAt: s.StartsAt, Citizen: somebody()})
		w.must(err)
	}
}

// TestAnOfferDiesWithWhatItWasFor: cancelled, moved or withdrawn, it can no longer
// be taken, and the place goes on.
func TestAnOfferDiesWithWhatItWasFor(t *testing.T) {
	for name, end := range map[string]func(w *world, b scheduler.Booked, token string) error{
		"cancelled": func(w *world, b scheduler.Booked, _ string) error {
			return second(w.Cancel(w.Context(), b.Appointment.ID, 0, by(b)))
		},
		"moved": func(w *world, b scheduler.Booked, _ string) error {
			return second(w.Reschedule(w.Context(), b.Appointment.ID, 0, scheduler.Move{StartsAt: w.at("2027-06-09 09:10")}, by(b)))
		},
		"withdrawn": func(w *world, _ scheduler.Booked, token string) error {
			return second(w.WithdrawWish(w.Context(), token))
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(w *world) {
				day := offering(w)
				b, token := w.earlier("2027-06-08 09:10")
				_, next := w.earlier("2027-06-08 09:30")
				w.freed(day[0])
				w.turn()
				w.wantOffered(token, full+" 08:30")
				w.must(end(w, b, token))
				if _, err := w.AcceptOffer(w.Context(), token); err == nil {
					w.Error("the offer could still be accepted")
				}
				w.turn()
				w.turn()
				if o := w.wish(token); o.State == scheduler.WishOpen || o.Offers[0].State != scheduler.OfferWithdrawn {
					w.Errorf("the wish is %s, the offer %s", o.State, o.Offers[0].State)
				}
				w.wantOffered(next, full+" 08:30")
				w.sound()
			})
		})
	}
}

// TestAWishWithoutAnAppointment: checked like a booking, one for a person and a
// service, a few for a client; taken, it is a booking.
func TestAWishWithoutAnAppointment(t *testing.T) {
	each(t, func(w *world) {
		day := offering(w)
		request := scheduler.WishRequest{
			OfficeID: enginetest.Solo, ServiceID: enginetest.Card, From: w.date(full), To: w.date(full), Citizen: somebody(), Client: "192.0.2.1",
		}
		wish, err := w.WishPlace(w.Context(), request)
		w.must(err)
		w.wantError(second(w.WishPlace(w.Context(), request)), scheduler.ErrDuplicateWish)
		w.clock.Advance(time.Second) // the others ask later
		bad := request
		bad.Citizen.Email, bad.To = "", w.date("2027-05-01")
		var faults *scheduler.InvalidError
		if _, err := w.WishPlace(w.Context(), bad); !errors.As(err, &faults) || len(faults.Fields) != 2 {
			w.Errorf("a wish without contact and for the past: %v", err)
		}
		for range 19 {
			request.Citizen = somebody()
			w.must(second(w.WishPlace(w.Context(), request)))
		}
		request.Citizen = somebody()
		w.wantError(second(w.WishPlace(w.Context(), request)), scheduler.ErrTooManyWishes)

		w.freed(day[0])
		w.turn()
		token := w.WishToken(wish.ID)
		w.wantOffered(token, full+" 08:30")
		a, err := w.AcceptOffer(w.Context(), token)
		w.must(err)
		if a.Status != scheduler.StatusBooked || a.Citizen != wish.Citizen || stamp(a.StartsAt) != full+" 08:30" {
			w.Errorf("booked: %+v", a)
		}
		w.sound()
	})
}

// TestWhoBookedByOtherWaysIsOfferedNothing.
func TestWhoBookedByOtherWaysIsOfferedNothing(t *testing.T) {
	each(t, func(w *world) {
		day := offering(w)
		who := somebody()
		token := w.wishes(who)
		r := w.request(enginetest.Solo, enginetest.Card, "2027-06-09 09:10")
		r.Citizen = who
		w.must(second(w.Book(w.Context(), r)))
		w.freed(day[0])
		w.turn()
		w.wantOffered(token, "")
	})
}

// TestOffersLeaveTheRestToThePublic: no more than three at once of one pool.
func TestOffersLeaveTheRestToThePublic(t *testing.T) {
	each(t, func(w *world) {
		day := offering(w)
		var tokens []string
		for range 5 {
			tokens = append(tokens, w.wishes(somebody()))
		}
		for _, b := range day[:5] {
			w.must(second(w.Cancel(w.Context(), b.Appointment.ID, 0, by(b))))
		}
		w.clock.Advance(20 * time.Minute)
		w.turn()
		open := 0
		for _, token := range tokens {
			if w.offered(token) != "" {
				open++
			}
		}
		d := w.date(full)
		left, err := w.Slots(w.Context(), scheduler.SlotQuery{ServiceID: enginetest.Card, OfficeID: enginetest.Solo, From: d, To: d})
		w.must(err)
		if open != 3 || len(left) != 2 {
			w.Errorf("%d offers and %d free times, want 3 and 2", open, len(left))
		}
		w.sound()
	})
}
