package scheduler_test

import (
	"strings"
	"testing"

	"mawid/scheduler"
)

func text(s string) *string { return &s }

func TestCorrectContact(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked("solo", "card", "2027-06-10 09:30")
		old := b.Appointment.Citizen
		w.claimed("", "") // the confirmation is out
		x := scheduler.Correction{Email: text("new@example.org"), Language: text("ar"), Zone: text("Europe/Paris")}
		a, err := w.Correct(w.Context(), b.Appointment.ID, 1, x, by(b))
		w.must(err)
		if a.Citizen.Name != old.Name || a.Citizen.Email != "new@example.org" || a.Citizen.Language != "ar" || a.Revision != 2 || a.Sequence != 0 {
			w.Errorf("corrected to %+v, revision %d, sequence %d", a.Citizen, a.Revision, a.Sequence)
		}
		_, err = w.Correct(w.Context(), a.ID, 1, scheduler.Correction{Email: text("x@example.org")}, by(b))
		w.wantError(err, scheduler.ErrRevisionMismatch)
		_, err = w.Correct(w.Context(), a.ID, 2, scheduler.Correction{Email: text("")}, by(b))
		w.wantCode(err, "one_of_required")
		_, err = w.Correct(w.Context(), a.ID, 2, scheduler.Correction{Phone: text("06")}, by(b))
		w.wantCode(err, "invalid_phone")
		_, err = w.Correct(w.Context(), a.ID, 2, scheduler.Correction{}, scheduler.Actor{ManageToken: "another's"})
		w.wantError(err, scheduler.ErrNotFound)
		if same, err := w.Correct(w.Context(), a.ID, 0, x, by(b)); err != nil || same.Revision != 2 {
			w.Errorf("the same again: revision %d, %v", same.Revision, err)
		}
		// The old address is told, whatever happens next.
		w.must(second(w.Cancel(w.Context(), a.ID, 0, by(b))))
		told := w.claimed(a.ID, scheduler.NoticeCorrectedOld)
		if len(told) != 1 || told[0].Recipient != old.Email || told[0].Channel != scheduler.ChannelEmail {
			w.Errorf("the old address: %+v", told)
		}
		w.wantHistory(a.ID, "booked by citizen:  -> 2027-06-10 09:30 solo/card", "corrected by citizen:  -> ", "cancelled by citizen: 2027-06-10 09:30 solo/card -> ")
		for _, h := range w.history(a.ID) {
			if strings.Contains(h, "@") {
				w.Errorf("an address in the history: %s", h)
			}
		}
	})
}

func TestCorrectedNoticesArePlannedAnew(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked("solo", "card", "2027-06-10 09:30")
		a, err := w.Correct(w.Context(), b.Appointment.ID, 0, scheduler.Correction{Email: text(""), Phone: text("+33612345678"), Zone: text("Europe/Paris")}, by(b))
		w.must(err)
		w.wantOutbox(a.ID,
			notice{scheduler.NoticeCorrectedOld, scheduler.ChannelEmail, "2027-05-31 07:00", "2027-06-10 09:30"},
			notice{scheduler.NoticeCorrected, scheduler.ChannelSMS, "2027-05-31 07:00", "2027-06-10 09:30"},
			notice{scheduler.NoticeReminderDays, scheduler.ChannelSMS, "2027-06-07 08:00", "2027-06-10 07:30"},
			notice{scheduler.NoticeReminderEve, scheduler.ChannelSMS, "2027-06-09 08:00", "2027-06-10 07:30"})
	})
}

// TestACorrectedContactIsTheOneThatCounts: who is one person follows the contact,
// and a code that went to the address before opens nothing.
func TestACorrectedContactIsTheOneThatCounts(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked("solo", "card", aStart)
		old := b.Appointment.Citizen
		w.must(w.AskCode(w.Context(), b.Appointment.Reference))
		w.must(w.SendCodes(w.Context(), 10))
		digits := w.codes(b.Appointment, scheduler.NoticeFindCode)
		w.must(second(w.Correct(w.Context(), b.Appointment.ID, 0, scheduler.Correction{Email: text("new@example.org")}, by(b))))
		_, err := w.Find(w.Context(), b.Appointment.Reference, digits[0])
		w.wantCode(err, "code_expired")
		r := w.request("solo", "card", "2027-06-02 09:30")
		r.Citizen = old
		first, err := w.Book(w.Context(), r)
		w.must(err)
		_, err = w.Correct(w.Context(), first.Appointment.ID, 0, scheduler.Correction{Email: text("new@example.org")}, by(first))
		w.wantError(err, scheduler.ErrDuplicateBooking)
		w.sound()
	})
}

// TestAMistypedAddress: a pending booking gets its code at the right address; the
// wrong one, which is somebody else's, is told nothing more.
func TestAMistypedAddress(t *testing.T) {
	askingWorlds(t, func(w *world) {
		b := w.booked("solo", "card", aStart)
		a := b.Appointment
		wrongly := w.codes(a, scheduler.NoticeProveCode)
		a, err := w.Correct(w.Context(), a.ID, 0, scheduler.Correction{Email: text("right@example.org")}, by(b))
		w.must(err)
		rightly := w.codes(a, scheduler.NoticeProveCode)
		if a.Status != scheduler.StatusPending || len(rightly) != 1 || rightly[0] == wrongly[0] {
			w.Fatalf("%s, codes %q then %q", a.Status, wrongly, rightly)
		}
		if n := len(w.claimed(a.ID, scheduler.NoticeCorrectedOld)); n != 0 {
			w.Errorf("the mistyped address was told %d times", n)
		}
		_, err = w.Prove(w.Context(), a.ID, wrongly[0], by(b))
		w.wantCode(err, "wrong_code")
		w.must(second(w.Prove(w.Context(), a.ID, rightly[0], by(b))))
	})
}

func TestNoteDocument(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked("solo", "card", aStart)
		a, err := w.NoteDocument(w.Context(), b.Appointment.ID, 1, "L'acte de décès manque encore.", by(b))
		w.must(err)
		if a.DocumentNote == "" || a.Revision != 2 || w.now(b).DocumentNote != a.DocumentNote {
			w.Errorf("noted %q at revision %d", a.DocumentNote, a.Revision)
		}
		_, err = w.NoteDocument(w.Context(), a.ID, 1, "", by(b))
		w.wantError(err, scheduler.ErrRevisionMismatch)
		_, err = w.NoteDocument(w.Context(), a.ID, 0, strings.Repeat("x", 501), by(b))
		w.wantCode(err, "too_long")
		_, err = w.NoteDocument(w.Context(), a.ID, 0, "a\x00b", by(b))
		w.wantCode(err, "control_characters")
		if same, err := w.NoteDocument(w.Context(), a.ID, 0, a.DocumentNote, by(b)); err != nil || same.Revision != 2 {
			w.Errorf("the same again: revision %d, %v", same.Revision, err)
		}
		w.wantHistory(a.ID, "booked by citizen:  -> 2027-06-01 09:30 solo/card", "noted by citizen:  -> ")
	})
}

// TestUnheardChanges: a change whose commit was not heard of is found done, not
// refused as another's.
func TestUnheardChanges(t *testing.T) {
	for name, step := range map[string]func(e *scheduler.Engine, w *world, b scheduler.Booked) error{
		"cancel": func(e *scheduler.Engine, w *world, b scheduler.Booked) error {
			return second(e.Cancel(w.Context(), b.Appointment.ID, 1, by(b)))
		},
		"confirm": func(e *scheduler.Engine, w *world, b scheduler.Booked) error {
			return second(e.Confirm(w.Context(), b.Appointment.ID, 1, by(b)))
		},
		"move": func(e *scheduler.Engine, w *world, b scheduler.Booked) error {
			to := scheduler.Move{StartsAt: w.at("2027-06-02 10:10")}
			return second(e.Reschedule(w.Context(), b.Appointment.ID, 1, to, by(b)))
		},
		"correct": func(e *scheduler.Engine, w *world, b scheduler.Booked) error {
			return second(e.Correct(w.Context(), b.Appointment.ID, 1, scheduler.Correction{Language: text("ar")}, by(b)))
		},
		"note": func(e *scheduler.Engine, w *world, b scheduler.Booked) error {
			return second(e.NoteDocument(w.Context(), b.Appointment.ID, 1, "manque", by(b)))
		},
	} {
		for what, lost := range map[string]error{"conflict": scheduler.ErrConflict, "gone": scheduler.ErrUnavailable} {
			t.Run(name+" "+what, func(t *testing.T) {
				each(t, func(w *world) {
					b := w.booked("solo", "card", aStart)
					w.must(step(w.deaf(lost), w, b))
					if a := w.now(b); a.Revision != 2 {
						w.Errorf("revision %d, want 2", a.Revision)
					}
					w.sound()
				})
			})
		}
	}
}
