package scheduler_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// askingWorlds runs a test where Solo asks for the code that proves an address.
func askingWorlds(t *testing.T, f func(w *world)) {
	t.Helper()
	each(t, func(w *world) {
		data := enginetest.Data()
		data.Offices[0].ConfirmAddress = true
		w.apply(data)
		f(w)
	})
}

// ahead is a node whose clock is ahead of the others'.
func (w *world) ahead(by time.Duration) *scheduler.Engine {
	w.Helper()
	clock := enginetest.NewClock(w)
	clock.Set(w.clock.Now().Add(by))
	w.nodes++
	return enginetest.Node(w, w.db, clock, w.nodes)
}

// codes are the six digits that were sent of an appointment since the last call,
// in the order of their notices.
func (w *world) codes(a scheduler.Appointment, kind scheduler.NoticeKind) (out []string) {
	w.Helper()
	for _, n := range w.claimed(a.ID, kind) {
		out = append(out, w.NoticeCode(&a, n))
	}
	return out
}

// claimed takes what is due of one kind; all that is due counts as sent.
func (w *world) claimed(id string, kind scheduler.NoticeKind) (out []scheduler.Notice) {
	w.Helper()
	now := w.clock.Now()
	var all []scheduler.ClaimedNotice
	for _, channel := range []scheduler.Channel{scheduler.ChannelEmail, scheduler.ChannelSMS} {
		some, err := w.db.ClaimNotices(w.Context(), channel, now, now.AddDate(1, 0, 0), 1000)
		w.must(err)
		all = append(all, some...)
	}
	for _, n := range all {
		w.must(w.db.SettleNotice(w.Context(), n, scheduler.Receipt{At: now, State: scheduler.NoticeSent, Code: "sent"}))
		if n.About.ID == id && n.Kind == kind {
			out = append(out, n.Notice)
		}
	}
	return out
}

// wrong is a code that none of these is.
func wrong(right ...string) string {
	for n := range 10 {
		if guess := strings.Repeat(fmt.Sprint(n), 6); !strings.Contains(strings.Join(right, " "), guess) {
			return guess
		}
	}
	return "x"
}

func (w *world) wantCode(err error, code string) {
	w.Helper()
	var bad *scheduler.InvalidError
	if !errors.As(err, &bad) || len(bad.Fields) != 1 || bad.Fields[0].Code != code {
		w.Errorf("got %v, want the fault %q", err, code)
	}
}

func TestAnAddressIsProvedByACode(t *testing.T) {
	askingWorlds(t, func(w *world) {
		b := w.booked("solo", "card", aStart)
		a := b.Appointment
		if a.Status != scheduler.StatusPending || !a.ProveUntil.Equal(w.clock.Now().Add(30*time.Minute)) {
			w.Fatalf("booked as %s until %s", a.Status, a.ProveUntil)
		}
		w.wantRemaining("solo", "card", aStart, 0)
		digits := w.codes(a, scheduler.NoticeProveCode)
		if len(digits) != 1 || len(digits[0]) != 6 {
			w.Fatalf("sent %q", digits)
		}
		_, err := w.Prove(w.Context(), a.ID, wrong(digits...), by(b))
		w.wantCode(err, "wrong_code")
		_, err = w.moveTo(b, "", "2027-06-02 09:30")
		w.wantError(err, scheduler.ErrInvalidState)
		if at := w.now(b); at.Revision != 1 {
			w.Errorf("a wrong code is revision %d", at.Revision)
		}
		// Digits as a person types them, on an Arabic keyboard.
		typed := strings.NewReplacer("0", "٠", "1", "١", "2", "٢", "3", "٣", "4", "٤", "5", "٥", "6", "٦", "7", "٧", "8", "٨", "9", "٩").Replace(digits[0])
		a, err = w.Prove(w.Context(), a.ID, typed[:6]+" "+typed[6:], by(b))
		w.must(err)
		if a.Status != scheduler.StatusBooked || a.Proved.IsZero() || !a.ProveUntil.IsZero() || a.Revision != 2 || a.Sequence != 0 {
			w.Errorf("proved: %s at %s, revision %d, sequence %d", a.Status, a.Proved, a.Revision, a.Sequence)
		}
		again, err := w.Prove(w.Context(), a.ID, digits[0], by(b))
		w.must(err)
		if again.Revision != 2 {
			w.Errorf("proved twice: revision %d", again.Revision)
		}
		if n := len(w.claimed(a.ID, scheduler.NoticeConfirmation)); n != 1 {
			w.Errorf("%d confirmations", n)
		}
		w.wantHistory(a.ID, "booked by citizen:  -> 2027-06-01 09:30 solo/card", "proved by citizen:  -> ")
		w.sound()
	})
}

func TestCodesAreBounded(t *testing.T) {
	askingWorlds(t, func(w *world) {
		b := w.booked("solo", "card", aStart)
		id := b.Appointment.ID
		first := w.codes(b.Appointment, scheduler.NoticeProveCode)
		for range 5 {
			_, err := w.Prove(w.Context(), id, "abc", by(b))
			w.wantCode(err, "wrong_code")
		}
		_, err := w.Prove(w.Context(), id, first[0], by(b))
		w.wantCode(err, "code_used_up")
		all := first
		for range 3 {
			w.clock.Advance(time.Second)
			_, err = w.SendProof(w.Context(), id, by(b))
			w.must(err)
			all = append(all, w.codes(b.Appointment, scheduler.NoticeProveCode)...)
		}
		if len(all) != 4 {
			w.Fatalf("%d codes were sent, want 4", len(all))
		}
		_, err = w.SendProof(w.Context(), id, by(b))
		var later *scheduler.LaterError
		if !errors.As(err, &later) || !errors.Is(err, scheduler.ErrTooManyCodes) || later.Wait <= 59*time.Minute || later.Wait > time.Hour {
			w.Errorf("a fifth code: %v", err)
		}
		_, err = w.Prove(w.Context(), id, all[1], by(b)) // neither the newest nor the one before
		w.wantCode(err, "wrong_code")
		_, err = w.Prove(w.Context(), id, all[2], by(b))
		w.must(err)
	})
}

func TestAnUnprovedPlaceIsGivenBack(t *testing.T) {
	askingWorlds(t, func(w *world) {
		b := w.booked("solo", "card", aStart)
		digits := w.codes(b.Appointment, scheduler.NoticeProveCode)
		w.clock.Advance(30*time.Minute - time.Microsecond)
		if n, err := w.LapseUnproved(w.Context(), 10); n != 0 || err != nil {
			w.Errorf("%d lapsed too soon, %v", n, err)
		}
		w.clock.Advance(time.Microsecond)
		_, err := w.Prove(w.Context(), b.Appointment.ID, digits[0], by(b))
		w.wantCode(err, "code_expired")
		if n, err := w.LapseUnproved(w.Context(), 10); n != 1 || err != nil {
			w.Errorf("%d lapsed, %v", n, err)
		}
		if n, err := w.LapseUnproved(w.Context(), 10); n != 0 || err != nil {
			w.Errorf("%d lapsed again, %v", n, err)
		}
		w.wantRemaining("solo", "card", aStart, 1)
		if a := w.now(b); a.Status != scheduler.StatusCancelled {
			w.Errorf("it is %s", a.Status)
		}
		_, err = w.Prove(w.Context(), b.Appointment.ID, digits[0], by(b))
		w.wantError(err, scheduler.ErrInvalidState)
		if n := len(w.claimed(b.Appointment.ID, scheduler.NoticeLapsed)); n != 1 {
			w.Errorf("told %d times", n)
		}
		// The same person may book again.
		r := w.request("solo", "card", aStart)
		r.Citizen = b.Appointment.Citizen
		_, err = w.Book(w.Context(), r)
		w.must(err)
		w.wantHistory(b.Appointment.ID, "booked by citizen:  -> 2027-06-01 09:30 solo/card", "lapsed by system: 2027-06-01 09:30 solo/card -> ")
		w.sound()
	})
}

// TestRaceOfCodes: many enter wrong codes at once on several nodes; no more are
// tried than are allowed. The right one counts once.
func TestRaceOfCodes(t *testing.T) {
	askingWorlds(t, func(w *world) {
		nodes := w.cluster()
		for round := range 4 {
			b := w.booked("solo", "card", fmt.Sprintf("2027-06-0%d 09:30", round+1))
			digits := w.codes(b.Appointment, scheduler.NoticeProveCode)[0]
			got := together(20, func(i int) error {
				_, err := nodes[i%len(nodes)].Prove(w.Context(), b.Appointment.ID, wrong(digits), by(b))
				return err
			})
			const prefix = "change appointment: invalid: code: "
			if got[prefix+"wrong_code"] != 5 || got[prefix+"code_used_up"] != 15 {
				w.Errorf("%v", got)
			}
			w.clock.Advance(time.Second)
			second(w.SendProof(w.Context(), b.Appointment.ID, by(b)))
			digits = w.codes(b.Appointment, scheduler.NoticeProveCode)[0]
			got = together(20, func(i int) error {
				_, err := nodes[i%len(nodes)].Prove(w.Context(), b.Appointment.ID, digits, by(b))
				return err
			})
			wantKinds(w, got, 20)
			if a := w.now(b); a.Revision != 2 {
				w.Errorf("revision %d", a.Revision)
			}
		}
		w.sound()
	})
}

// TestRaceOfProofAndLapse: either the code comes in time or the place is given
// back, never both.
func TestRaceOfProofAndLapse(t *testing.T) {
	askingWorlds(t, func(w *world) {
		nodes := w.cluster()
		for round := range 6 {
			at := fmt.Sprintf("2027-06-0%d 09:30", round+1)
			if round > 3 {
				at = fmt.Sprintf("2027-06-%02d 09:30", round+3)
			}
			b := w.booked("solo", "card", at)
			digits := w.codes(b.Appointment, scheduler.NoticeProveCode)[0]
			sweeper := w.ahead(time.Hour)
			got := together(8, func(i int) error {
				if i%2 == 0 {
					_, err := sweeper.LapseUnproved(w.Context(), 10)
					return err
				}
				_, err := nodes[i%len(nodes)].Prove(w.Context(), b.Appointment.ID, digits, by(b))
				return err
			})
			a := w.now(b)
			switch {
			case a.Status == scheduler.StatusBooked && got["invalid state"] == 0:
				w.wantRemaining("solo", "card", at, 0)
			case a.Status == scheduler.StatusCancelled && got["invalid state"] == 4:
				w.wantRemaining("solo", "card", at, 1)
			default:
				w.Errorf("%s: %v", a.Status, got)
			}
		}
		w.sound()
	})
}
