package scheduler_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

func TestBookFromAHold(t *testing.T) {
	each(t, func(w *world) {
		h, err := w.Hold(w.Context(), scheduler.HoldRequest{OfficeID: "solo", ServiceID: "card", StartsAt: w.at(aStart), Party: 2})
		w.must(err)
		w.clock.Advance(5 * time.Minute)
		r := scheduler.BookRequest{HoldID: h.ID, Citizen: somebody(), FileNumber: "F 12/2027", Note: "عربة"}
		b, err := w.Book(w.Context(), r)
		w.must(err)

		want := scheduler.Appointment{
			Status: scheduler.StatusBooked, OfficeID: "solo", ServiceID: "card",
			Place: scheduler.Place{PoolID: "solo", Date: w.date("2027-06-01"), Start: 9*60 + 30, Ticks: 8},
			Zone:  "Africa/Casablanca", TZVersion: enginetest.Zones(w).Version(),
			StartsAt: w.at(aStart), EndsAt: w.at("2027-06-01 10:10"), Party: 2,
			Citizen: r.Citizen, FileNumber: r.FileNumber, Note: r.Note, Revision: 1, HoldID: h.ID,
			ManageHash: scheduler.TokenHash(b.ManageToken),
			CreatedAt:  w.at("2027-05-31 07:05"), UpdatedAt: w.at("2027-05-31 07:05"),
		}
		random := cmpopts.IgnoreFields(scheduler.Appointment{}, "ID", "Reference", "FeedID")
		if diff := cmp.Diff(want, b.Appointment, random); diff != "" {
			w.Errorf("the appointment (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(b.Appointment, w.now(b)); diff != "" {
			w.Errorf("the appointment as stored (-answered +stored):\n%s", diff)
		}
		if _, err := scheduler.ParseReference(b.Appointment.Reference); err != nil {
			w.Error(err)
		}
		w.wantHistory(b.Appointment.ID, "booked by citizen:  -> 2027-06-01 09:30 solo/card")
		w.wantOutbox(b.Appointment.ID, notice{"confirmation", "email", "2027-05-31 07:05", "2027-06-01 09:30"},
			notice{"reminder_eve", "email", "2027-05-31 10:00", "2027-06-01 07:30"})
		w.sound()
	})
}

func TestBookDirectly(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked("trio", "deed", aStart)
		a := w.now(b)
		if a.Place.Ticks != 9 || !a.EndsAt.Equal(w.at("2027-06-01 10:10")) || a.HoldID != "" || a.Party != 1 {
			w.Errorf("40 minutes and 5 after: %+v", a)
		}
		w.wantRemaining("trio", "deed", aStart, 2)
		w.sound()
	})
}

func TestAHoldIsUsedOnce(t *testing.T) {
	each(t, func(w *world) {
		h := w.held("trio", "file", aStart)
		who := somebody()
		b, err := w.Book(w.Context(), scheduler.BookRequest{HoldID: h.ID, Citizen: who})
		w.must(err)
		_, err = w.Book(w.Context(), scheduler.BookRequest{HoldID: h.ID, Citizen: somebody()})
		w.wantError(err, scheduler.ErrInvalidState)
		w.wantRemaining("trio", "file", aStart, 2)

		// The form sent twice ends at the same appointment, for the same person.
		again, err := w.BookedFrom(w.Context(), h.ID, who)
		w.must(err)
		if diff := cmp.Diff(b, again); diff != "" {
			w.Errorf("asked again (-first +second):\n%s", diff)
		}
		who.Name = " " + strings.ToUpper(who.Name)
		_, err = w.BookedFrom(w.Context(), h.ID, who)
		w.must(err)
		who.Phone = "+33612345678"
		_, err = w.BookedFrom(w.Context(), h.ID, who)
		w.wantError(err, scheduler.ErrNotFound)
		_, err = w.BookedFrom(w.Context(), h.ID, somebody())
		w.wantError(err, scheduler.ErrNotFound)
		_, err = w.BookedFrom(w.Context(), "", who)
		w.wantError(err, scheduler.ErrNotFound)
		w.sound()
	})
}

func TestBookRefuses(t *testing.T) {
	each(t, func(w *world) {
		h := w.held("solo", "card", aStart)
		before := w.snapshot()
		for _, test := range []struct {
			name        string
			change      func(*scheduler.BookRequest)
			field, code string
		}{
			{"no name", func(r *scheduler.BookRequest) { r.Citizen.Name = "" }, "citizen.name", "required"},
			{"a long file number", func(r *scheduler.BookRequest) { r.FileNumber = strings.Repeat("1", 41) }, "file_number", "too_long"},
			{"a line in the file number", func(r *scheduler.BookRequest) { r.FileNumber = "1\n2" }, "file_number", "control_characters"},
			{"a long note", func(r *scheduler.BookRequest) { r.Note = strings.Repeat("ن", 501) }, "note", "too_long"},
			{"a line in the note", func(r *scheduler.BookRequest) { r.Note = "\r\n" }, "note", "control_characters"},
			{"a long language", func(r *scheduler.BookRequest) { r.Citizen.Language = strings.Repeat("a", 36) }, "citizen.language", "too_long"},
			{"seven persons", func(r *scheduler.BookRequest) { r.Party = 7 }, "party_size", "out_of_range"},
			{"fewer than none", func(r *scheduler.BookRequest) { r.Party = -1 }, "party_size", "out_of_range"},
			{"more than held", func(r *scheduler.BookRequest) { r.Party = 2 }, "party_size", "differs_from_hold"},
			{"no such calendar", func(r *scheduler.BookRequest) { r.CalendarToken = "nobody's" }, "calendar_token", "unknown"},
			{"a closed time", func(r *scheduler.BookRequest) { r.HoldID = "" }, "starts_at", "closed"},
		} {
			r := scheduler.BookRequest{
				HoldID: h.ID, OfficeID: "solo", ServiceID: "card", StartsAt: w.at("2027-06-05 09:30"), Citizen: somebody(),
			}
			test.change(&r)
			_, err := w.Book(w.Context(), r)
			w.Log(test.name)
			wantField(w.TB, err, test.field, test.code)
		}
		_, err := w.Book(w.Context(), scheduler.BookRequest{HoldID: "hold_nobody", Citizen: somebody()})
		w.wantError(err, scheduler.ErrNotFound)
		if diff := cmp.Diff(before, w.snapshot()); diff != "" {
			w.Errorf("refused requests changed (-before +after):\n%s", diff)
		}
		_, err = w.Book(w.Context(), scheduler.BookRequest{HoldID: h.ID, Citizen: somebody()})
		w.must(err) // the hold is still there for who corrects the form
	})
}

func TestTokensAndCalendars(t *testing.T) {
	each(t, func(w *world) {
		first := w.booked("solo", "card", aStart)
		r := w.request("trio", "file", aStart)
		r.CalendarToken = first.CalendarToken
		second, err := w.Book(w.Context(), r)
		w.must(err)
		other := w.booked("trio", "file", "2027-06-02 09:30")

		if second.CalendarToken != first.CalendarToken || second.Appointment.FeedID != first.Appointment.FeedID {
			w.Error("a booking that names a calendar got another")
		}
		tokens := map[string]bool{}
		for _, b := range []scheduler.Booked{first, second, other} {
			if len(b.ManageToken) != 43 { // 256 bits in base64
				w.Errorf("a token of %d characters", len(b.ManageToken))
			}
			tokens[b.ManageToken], tokens[b.CalendarToken] = true, true
			if w.ManageToken(b.Appointment.ID) != b.ManageToken || w.otherNode().ManageToken(b.Appointment.ID) != b.ManageToken {
				w.Error("a reminder would carry another token")
			}
			a, err := w.AppointmentByToken(w.Context(), b.ManageToken)
			w.must(err)
			if a.ID != b.Appointment.ID {
				w.Error("the token opens another appointment")
			}
			feed, err := w.db.FeedByToken(w.Context(), scheduler.TokenHash(b.CalendarToken))
			w.must(err)
			if feed.ID != b.Appointment.FeedID || feed.Kind != "citizen" {
				w.Errorf("the calendar's token opens %+v", feed)
			}
			_, err = w.AppointmentByToken(w.Context(), b.CalendarToken)
			w.wantError(err, scheduler.ErrNotFound)
		}
		if len(tokens) != 5 {
			w.Errorf("%d tokens, want 3 of appointments and 2 of calendars", len(tokens))
		}
		for _, token := range []string{"", "x", first.ManageToken + "x"} {
			_, err := w.AppointmentByToken(w.Context(), token)
			w.wantError(err, scheduler.ErrNotFound)
		}
	})
}

func TestEngineNeedsASecret(t *testing.T) {
	if _, err := scheduler.New(scheduler.Config{Secret: make([]byte, 31)}); err == nil {
		t.Error("a secret of 31 bytes is accepted")
	}
}

// TestOneBookingPerPersonAndService: see personKeys for who is the same person.
func TestOneBookingPerPersonAndService(t *testing.T) {
	const free = "2027-06-02 09:30"
	first := scheduler.Citizen{Name: "Amina  Benali", Email: "Family@Example.org", Phone: "+33612345678"}
	tests := []struct {
		name            string
		citizen         scheduler.Citizen
		office, service string
		want            error
	}{
		{"the very same", first, "trio", "file", scheduler.ErrDuplicateBooking},
		{"by mail", scheduler.Citizen{Name: "Amina Benali", Email: "Family@Example.org"}, "trio", "file", scheduler.ErrDuplicateBooking},
		{"by mail in other letters", scheduler.Citizen{Name: "amina BENALI ", Email: "family@EXAMPLE.org"}, "trio", "file", scheduler.ErrDuplicateBooking},
		{"by phone", scheduler.Citizen{Name: "Amina Benali", Phone: "+33612345678"}, "trio", "file", scheduler.ErrDuplicateBooking},
		{"by phone, with another mail", scheduler.Citizen{Name: "Amina Benali", Email: "new@example.org", Phone: "+33612345678"}, "trio", "file", scheduler.ErrDuplicateBooking},
		{"for the same at the fair", first, "fair", "file", scheduler.ErrDuplicateBooking},
		{"another of the family", scheduler.Citizen{Name: "Karim Benali", Email: "Family@Example.org", Phone: "+33612345678"}, "trio", "file", nil},
		{"another of that name", scheduler.Citizen{Name: "Amina Benali", Email: "amina@example.org", Phone: "+33687654321"}, "trio", "file", nil},
		{"another service", first, "trio", "deed", nil},
	}
	each(t, func(w *world) {
		for _, test := range tests {
			r := w.request("trio", "file", aStart)
			r.Citizen = first
			b, err := w.Book(w.Context(), r)
			w.must(err)

			at := free
			if test.office == "fair" {
				at = enginetest.FairDate + " 09:00"
			}
			r = w.request(test.office, test.service, at)
			r.Citizen = test.citizen
			w.Log(test.name)
			next, err := w.otherNode().Book(w.Context(), r)
			w.wantError(err, test.want)
			if test.want != nil && w.now(b).Revision != 1 {
				w.Error("the first booking changed")
			}
			for _, done := range []scheduler.Booked{b, next} {
				if done.Appointment.ID != "" {
					w.must(steps["cancel"](w.Engine, w, done.Appointment.ID, 0, by(done)))
				}
			}
		}
		w.sound()
	})
}

// TestDuplicateTakesNoPlace: nothing of the refused booking stays, and its hold
// is still there.
func TestDuplicateTakesNoPlace(t *testing.T) {
	each(t, func(w *world) {
		r := w.request("trio", "file", aStart)
		_, err := w.Book(w.Context(), r)
		w.must(err)
		h := w.held("trio", "file", "2027-06-02 09:30")
		before := w.snapshot()
		_, err = w.Book(w.Context(), scheduler.BookRequest{HoldID: h.ID, Citizen: r.Citizen})
		w.wantError(err, scheduler.ErrDuplicateBooking)
		r.StartsAt = w.at("2027-06-03 09:30")
		_, err = w.Book(w.Context(), r)
		w.wantError(err, scheduler.ErrDuplicateBooking)
		if diff := cmp.Diff(before, w.snapshot()); diff != "" {
			w.Errorf("refused bookings changed (-before +after):\n%s", diff)
		}
		_, err = w.Book(w.Context(), scheduler.BookRequest{HoldID: h.ID, Citizen: somebody()})
		w.must(err)
	})
}

// TestClaimEndsWithTheBooking: by a cancellation, or with the end of the visit.
func TestClaimEndsWithTheBooking(t *testing.T) {
	each(t, func(w *world) {
		r := w.request("trio", "file", "2027-06-02 09:30")
		r.Citizen.Phone = "+33612345678"
		b, err := w.Book(w.Context(), r)
		w.must(err)
		_, err = w.Cancel(w.Context(), b.Appointment.ID, 0, by(b))
		w.must(err)
		first, err := w.Book(w.Context(), r)
		w.must(err)

		// The visit ends at 09:50.
		next := r
		next.StartsAt = w.at("2027-06-03 09:30")
		w.clock.Set(w.at("2027-06-02 09:50").Add(-time.Microsecond))
		_, err = w.Book(w.Context(), next)
		w.wantError(err, scheduler.ErrDuplicateBooking)
		w.set("2027-06-02 09:50")
		second, err := w.Book(w.Context(), next)
		w.must(err)

		// The new claim is the second booking's: the first cannot give it away.
		_, err = w.Cancel(w.Context(), first.Appointment.ID, 0, by(first))
		w.wantError(err, scheduler.ErrInvalidState)
		next.StartsAt = w.at("2027-06-03 11:30")
		_, err = w.Book(w.Context(), next)
		w.wantError(err, scheduler.ErrDuplicateBooking)
		_, err = w.Cancel(w.Context(), second.Appointment.ID, 0, by(second))
		w.must(err)
		_, err = w.Book(w.Context(), next)
		w.must(err)
		w.sound()
	})
}

// TestClaimMovesWithTheVisit: a moved visit keeps its claim until its new end,
// and not until its old one.
func TestClaimMovesWithTheVisit(t *testing.T) {
	each(t, func(w *world) {
		r := w.request("trio", "file", "2027-06-02 09:30")
		b, err := w.Book(w.Context(), r)
		w.must(err)
		move := func(at string) {
			w.Helper()
			_, err := w.Reschedule(w.Context(), b.Appointment.ID, 0, scheduler.Move{StartsAt: w.at(at)}, by(b))
			w.must(err)
		}
		move("2027-06-04 09:30")
		w.set("2027-06-03 12:00") // after the old end
		r.StartsAt = w.at("2027-06-08 09:30")
		_, err = w.Book(w.Context(), r)
		w.wantError(err, scheduler.ErrDuplicateBooking)
		move("2027-06-03 13:00")
		w.set("2027-06-03 13:20") // after the new end, before the one between
		_, err = w.Book(w.Context(), r)
		w.must(err)
		w.sound()
	})
}
