package scheduler_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// TestFindByReferenceAndCode: the code goes to the address on file and opens the
// appointment, and what else is told there.
func TestFindByReferenceAndCode(t *testing.T) {
	each(t, func(w *world) {
		first := w.booked("solo", "card", aStart)
		family := w.request("trio", "file", "2027-06-02 09:30")
		family.Citizen.Email = first.Appointment.Citizen.Email
		second, err := w.Book(w.Context(), family)
		w.must(err)
		w.booked("trio", "file", "2027-06-02 10:30") // another's
		w.claimed("", "")
		a := first.Appointment
		w.must(w.AskCode(w.Context(), a.Reference))
		w.must(w.SendCodes(w.Context(), 10))
		w.must(w.SendCodes(w.Context(), 10)) // sends nothing twice
		digits := w.codes(a, scheduler.NoticeFindCode)
		if len(digits) != 1 {
			w.Fatalf("sent %q", digits)
		}
		_, err = w.Find(w.Context(), a.Reference, wrong(digits...))
		w.wantCode(err, "wrong_code")
		found, err := w.Find(w.Context(), " "+a.Reference+" ", digits[0])
		w.must(err)
		var tokens []string
		for _, f := range found {
			tokens = append(tokens, f.ManageToken)
		}
		if !slices.Equal(tokens, []string{first.ManageToken, second.ManageToken}) {
			w.Errorf("found %d appointments", len(found))
		}
		_, err = w.Find(w.Context(), a.Reference, digits[0]) // a code opens once
		w.wantCode(err, "code_expired")
		w.clock.Advance(time.Second)
		w.must(w.AskCode(w.Context(), a.Reference))
		w.must(w.SendCodes(w.Context(), 10))
		late := w.codes(a, scheduler.NoticeFindCode)
		w.clock.Advance(15 * time.Minute)
		_, err = w.Find(w.Context(), a.Reference, late[0])
		w.wantCode(err, "code_expired")
		if w.now(first).Revision != 1 {
			w.Error("looking changed the appointment")
		}
	})
}

// TestFindAFileByReferenceAndCode: the reference of a file opens it with a code
// that went to the address on file, by mail or short message, and only once.
func TestFindAFileByReferenceAndCode(t *testing.T) {
	each(t, func(w *world) {
		phone := scheduler.Citizen{Name: "Said Naji", Phone: "+212600000001", Language: "ar"}
		for _, o := range []scheduler.OpenedFile{w.open(nil), w.open(func(r *scheduler.FileRequest) { r.Citizen = phone })} {
			f := &o.File
			w.claimed("", "")
			w.must(w.AskCode(w.Context(), f.Reference))
			w.must(w.SendCodes(w.Context(), 10))
			sent := w.claimed(f.ID, scheduler.NoticeFileCode)
			if len(sent) != 1 || (sent[0].Channel == scheduler.ChannelSMS) != (f.Citizen.Email == "") {
				w.Fatalf("sent %+v", sent)
			}
			code := w.FileCode(f, sent[0])
			_, err := w.Find(w.Context(), f.Reference, wrong(code))
			w.wantCode(err, "wrong_code")
			found, err := w.Find(w.Context(), f.Reference, code)
			w.must(err)
			if len(found) != 1 || found[0].FileToken != o.Token || found[0].ManageToken != "" {
				w.Fatalf("found %+v", found)
			}
			_, err = w.Find(w.Context(), f.Reference, code)
			w.wantCode(err, "code_expired")
			if now, err := w.FileByToken(w.Context(), o.Token); err != nil || now.Revision != f.Revision {
				w.Errorf("looking changed the file: %+v %v", now, err)
			}
		}
	})
}

// TestFindTellsNothing: whoever knows no code gets the same answers for a
// reference that exists and for one that does not.
func TestFindTellsNothing(t *testing.T) {
	each(t, func(w *world) {
		real := w.booked("solo", "card", aStart).Appointment.Reference
		unused, err := scheduler.NewReference(enginetest.Random(77))
		w.must(err)
		file := w.open(nil).File.Reference
		answers := map[string][]string{}
		for _, reference := range []string{real, file, unused} {
			note := func(err error) { answers[reference] = append(answers[reference], kind(err)) }
			_, err := w.Find(w.Context(), reference, "000000")
			note(err)
			for range 5 {
				note(w.AskCode(w.Context(), reference))
				note(w.SendCodes(w.Context(), 10))
				_, err = w.Find(w.Context(), reference, "x")
				note(err)
			}
			for range 6 {
				_, err = w.Find(w.Context(), reference, "x")
				note(err)
			}
		}
		if !slices.Equal(answers[real], answers[unused]) || !slices.Equal(answers[file], answers[unused]) {
			w.Errorf("references that exist: %q\n%q\none that does not: %q", answers[real], answers[file], answers[unused])
		}
		if !slices.Contains(answers[real], "find: invalid: code: code_used_up") || !slices.Contains(answers[real], "ask for a code: too many codes") {
			w.Errorf("the bounds were not met: %q", answers[real])
		}
		w.clock.Advance(2 * time.Hour)
		if n, err := w.db.ForgetCodes(w.Context(), w.clock.Now()); n != 3 || err != nil {
			w.Errorf("%d codes forgotten, %v", n, err)
		}
		w.wantCode(w.AskCode(w.Context(), "K7AM-3WXD"), "check_character")
	})
}

func TestRaceOfFinding(t *testing.T) {
	each(t, func(w *world) {
		nodes := w.cluster()
		a := w.booked("solo", "card", aStart).Appointment
		for range 3 {
			got := together(20, func(i int) error { return nodes[i%len(nodes)].AskCode(w.Context(), a.Reference) })
			if got[""] != 4 || got["ask for a code: too many codes"] != 16 {
				w.Errorf("asked: %v", got)
			}
			wantKinds(w, together(8, func(i int) error { return nodes[i%len(nodes)].SendCodes(w.Context(), 10) }), 8)
			digits := w.codes(a, scheduler.NoticeFindCode)
			if len(digits) != 1 {
				w.Fatalf("%d messages", len(digits))
			}
			got = together(20, func(i int) error {
				_, err := nodes[i%len(nodes)].Find(w.Context(), a.Reference, digits[0])
				return err
			})
			if got[""] != 1 || got["find: invalid: code: code_expired"] != 19 {
				w.Errorf("opened: %v", got)
			}
			w.clock.Advance(time.Hour)
		}
	})
}

func TestExtendHold(t *testing.T) {
	each(t, func(w *world) {
		h := w.held("solo", "card", aStart)
		w.clock.Advance(9 * time.Minute)
		longer, err := w.ExtendHold(w.Context(), h.ID)
		w.must(err)
		if want := w.clock.Now().Add(10 * time.Minute); !longer.ExpiresAt.Equal(want) || !longer.Extended {
			w.Errorf("it ends at %s, want %s", longer.ExpiresAt, want)
		}
		_, err = w.ExtendHold(w.Context(), h.ID)
		w.wantError(err, scheduler.ErrInvalidState)
		w.clock.Advance(2 * time.Minute) // past the first end
		if n, err := w.ExpireHolds(w.Context(), 10); n != 0 || err != nil {
			w.Errorf("%d expired, %v", n, err)
		}
		booked, err := w.Book(w.Context(), scheduler.BookRequest{HoldID: h.ID, Citizen: somebody()})
		w.must(err)
		_, err = w.ExtendHold(w.Context(), h.ID)
		w.wantError(err, scheduler.ErrInvalidState)
		w.must(second(w.Cancel(w.Context(), booked.Appointment.ID, 0, by(booked))))
		over := w.held("solo", "card", "2027-06-02 09:30")
		w.clock.Advance(10 * time.Minute)
		_, err = w.ExtendHold(w.Context(), over.ID)
		w.wantError(err, scheduler.ErrHoldExpired)
		_, err = w.ExtendHold(w.Context(), "hold_none")
		w.wantError(err, scheduler.ErrNotFound)
		w.sound()
	})
}

// TestRaceOfExtending: of many who press at once one lengthens the hold; and a
// node whose clock is ahead either ends it or finds it lengthened.
func TestRaceOfExtending(t *testing.T) {
	each(t, func(w *world) {
		nodes := w.cluster()
		for range rounds {
			h := w.held("solo", "card", aStart)
			got := together(20, func(i int) error {
				_, err := nodes[i%len(nodes)].ExtendHold(w.Context(), h.ID)
				return err
			})
			wantKinds(w, got, 1, scheduler.ErrInvalidState)
			w.must(w.ReleaseHold(w.Context(), h.ID))
		}
		for range rounds {
			h := w.held("solo", "card", aStart)
			w.clock.Set(h.ExpiresAt.Add(-time.Microsecond))
			ahead := w.ahead(time.Second)
			got := together(6, func(i int) error {
				if i%2 == 0 {
					_, err := ahead.ExpireHolds(w.Context(), 10)
					return err
				}
				_, err := nodes[i%len(nodes)].ExtendHold(w.Context(), h.ID)
				return err
			})
			stored, err := w.db.Hold(w.Context(), h.ID)
			w.must(err)
			extended := got[""] - 3 // the sweepers always go well
			if (stored.State == scheduler.HoldLive) != (extended == 1) || stored.Extended != (extended == 1) {
				w.Errorf("%+v: %s, extended %v", got, stored.State, stored.Extended)
			}
			if stored.State == scheduler.HoldLive {
				w.must(w.ReleaseHold(w.Context(), h.ID))
			}
			w.sound()
		}
	})
}

func TestHistoryIsForWhoeverMaySeeIt(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked("solo", "card", aStart)
		entries, err := w.History(w.Context(), &b.Appointment, by(b))
		w.must(err)
		if len(entries) != 1 || entries[0].What != "booked" {
			w.Errorf("%+v", entries)
		}
		if _, err = w.History(w.Context(), &b.Appointment, scheduler.Actor{ManageToken: "x"}); !errors.Is(err, scheduler.ErrNotFound) {
			w.Errorf("a stranger: %v", err)
		}
	})
}
