package scheduler_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

func TestArrivalsAreFoundByReferenceCodeAndName(t *testing.T) {
	each(t, func(w *world) {
		r := w.request(enginetest.Trio, enginetest.File, "2027-06-01 09:30")
		r.Citizen.Name = "Mohammed El Amrani"
		b, err := w.Book(w.Context(), r)
		w.must(err)
		w.booked(enginetest.Trio, enginetest.File, "2027-06-01 10:30")
		w.set("2027-06-01 09:20")
		ali, kiosk := agent("ali", enginetest.Trio), scheduler.Actor{ManageToken: w.KioskToken(enginetest.Trio)}
		for text, atKiosk := range map[string]bool{
			b.Appointment.Reference: true, "https://rdv.example.ma/a/" + b.ManageToken: true, b.ManageToken: true,
			"محمد العمراني": false, "mohamed amrani": false,
		} {
			found, err := w.FindArrival(w.Context(), enginetest.Trio, text, ali)
			if w.must(err); len(found) != 1 || found[0].Appointment.ID != b.Appointment.ID {
				t.Errorf("%q finds %+v", text, found)
			}
			found, err = w.FindArrival(w.Context(), enginetest.Trio, text, kiosk)
			if w.must(err); (len(found) == 1) != atKiosk {
				t.Errorf("the kiosk finds %d by %q", len(found), text)
			}
		}
		if _, err := w.FindArrival(w.Context(), enginetest.Trio, "Mohammed", agent("eve", enginetest.Solo)); !errors.Is(err, scheduler.ErrNotFound) {
			t.Errorf("staff of another office: %v", err)
		}
		k, err := w.CheckIn(w.Context(), b.Appointment.ID, kiosk)
		w.must(err)
		found, err := w.FindArrival(w.Context(), enginetest.Trio, b.Appointment.Reference, ali)
		if w.must(err); found[0].TicketID != k.ID {
			t.Errorf("ticket of the arrival: %+v", found)
		}
	})
}

func TestWhoMayCheckInAndWhen(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked(enginetest.Trio, enginetest.File, "2027-06-01 10:30")
		check := func(at string, by scheduler.Actor, want error) {
			t.Helper()
			w.set(at)
			if _, err := w.CheckIn(w.Context(), b.Appointment.ID, by); !errors.Is(err, want) || want == nil && err != nil {
				t.Errorf("at %s: %v, want %v", at, err, want)
			}
		}
		check("2027-05-31 10:30", agent("ali", enginetest.Trio), scheduler.ErrInvalidState)
		check("2027-06-01 09:29", by(b), scheduler.ErrInvalidState)
		check("2027-06-01 09:31", agent("eve", enginetest.Solo), scheduler.ErrNotFound)
		check("2027-06-01 09:31", scheduler.Actor{ManageToken: w.KioskToken(enginetest.Solo)}, scheduler.ErrNotFound)
		check("2027-06-01 09:31", by(b), nil)
		if _, err := w.Cancel(w.Context(), b.Appointment.ID, 0, by(b)); !errors.Is(err, scheduler.ErrInvalidState) {
			t.Errorf("cancelled while waiting: %v", err)
		}
	})
}

// TestWalkInsEndWhenTheDayIsFull: one desk from 15:30 to 16:30, services of 20
// minutes, an appointment at 16:00: two more fit, then none, save when staff say
// so. Outside of the hours the kiosk gives none.
func TestWalkInsEndWhenTheDayIsFull(t *testing.T) {
	each(t, func(w *world) {
		w.booked(enginetest.Solo, enginetest.Card, "2027-06-01 16:00")
		w.set("2027-06-01 15:30")
		ali, kiosk := agent("ali", enginetest.Solo), scheduler.Actor{ManageToken: w.KioskToken(enginetest.Solo)}
		draw := func(by scheduler.Actor, beyond bool) error {
			_, err := w.DrawTicket(w.Context(), scheduler.DrawRequest{OfficeID: enginetest.Solo, Services: []string{enginetest.Card}, Beyond: beyond}, by)
			return err
		}
		w.must(draw(kiosk, false))
		w.must(draw(ali, false))
		for _, by := range []scheduler.Actor{kiosk, ali} {
			if err := draw(by, false); !errors.Is(err, scheduler.ErrDayFull) {
				t.Errorf("a third: %v", err)
			}
		}
		if err := draw(kiosk, true); !errors.Is(err, scheduler.ErrDayFull) {
			t.Errorf("beyond, at the kiosk: %v", err)
		}
		w.must(draw(ali, true))
		w.set("2027-06-02 20:00")
		if err := draw(kiosk, false); !errors.Is(err, scheduler.ErrDayFull) {
			t.Errorf("in the evening: %v", err)
		}
		w.must(draw(ali, false))
	})
}

func TestTheDayIsClosed(t *testing.T) {
	each(t, func(w *world) {
		never := w.booked(enginetest.Trio, enginetest.File, "2027-06-01 10:30")
		came := w.booked(enginetest.Trio, enginetest.File, "2027-06-01 10:30")
		w.set("2027-06-01 10:00")
		ali := agent("ali", enginetest.Trio)
		_, err := w.CheckIn(w.Context(), came.Appointment.ID, ali)
		w.must(err)
		served := w.drawn(enginetest.Trio, enginetest.File, ali)
		_, err = w.CallTicket(w.Context(), served.ID, "trio-2", ali)
		w.must(err)
		_, err = w.StartServing(w.Context(), served.ID, ali)
		w.must(err)
		if n, err := w.CloseDays(w.Context()); n != 0 || err != nil {
			t.Errorf("%d ended during the day, %v", n, err)
		}
		w.set("2027-06-02 00:10")
		if n, err := w.CloseDays(w.Context()); n != 3 || err != nil {
			t.Errorf("%d ended, want 3, %v", n, err)
		}
		for _, b := range []scheduler.Booked{never, came} {
			if s := w.now(b).Status; s != scheduler.StatusNoShow {
				t.Errorf("appointment is %s", s)
			}
		}
		if k, err := w.db.Ticket(w.Context(), served.ID); err != nil || k.State != scheduler.TicketFinished || k.Outcome.Kind != scheduler.OutcomeUnknown {
			t.Errorf("ticket at the desk: %+v, %v", k, err)
		}
		if n, err := w.CloseDays(w.Context()); n != 0 || err != nil {
			t.Errorf("%d ended twice, %v", n, err)
		}
	})
}

func TestWhatWasDoneByHandAndTheFigures(t *testing.T) {
	each(t, func(w *world) {
		b := w.booked(enginetest.Trio, enginetest.File, "2027-06-01 09:30")
		missed := w.booked(enginetest.Trio, enginetest.File, "2027-06-01 10:30")
		w.set("2027-06-01 12:00")
		ali := agent("ali", enginetest.Trio)
		settled := scheduler.Outcome{Kind: scheduler.OutcomeSettled}
		visit := scheduler.ByHand{
			DeskID: "trio-2", Reference: b.Appointment.Reference, ArrivedAt: w.at("2027-06-01 09:20"),
			CalledAt: w.at("2027-06-01 09:36"), EndedAt: w.at("2027-06-01 09:50"), Outcome: settled,
		}
		k, err := w.EnterByHand(w.Context(), visit, ali)
		w.must(err)
		if s := w.now(b).Status; k.State != scheduler.TicketFinished || s != scheduler.StatusServed {
			t.Errorf("ticket %s, appointment %s", k.State, s)
		}
		if got := w.story(k.ID); !slices.Equal(got, []string{"arrived", "called", "started", "finished"}) {
			t.Errorf("story %v", got)
		}
		if _, err := w.EnterByHand(w.Context(), visit, ali); !errors.Is(err, scheduler.ErrInvalidState) {
			t.Errorf("entered twice: %v", err)
		}
		visit.Reference, visit.ServiceID = "", enginetest.Odd
		visit.ArrivedAt, visit.CalledAt, visit.EndedAt = w.at("2027-06-01 09:40"), w.at("2027-06-01 10:00"), w.at("2027-06-01 10:06")
		_, err = w.EnterByHand(w.Context(), visit, ali)
		w.must(err)
		visit.EndedAt = w.at("2027-06-01 12:01")
		if _, err := w.EnterByHand(w.Context(), visit, ali); err == nil {
			t.Error("what is not yet was entered")
		}
		w.set("2027-06-02 08:00")
		_, err = w.CloseDays(w.Context())
		w.must(err)
		day := w.date("2027-06-01")
		if _, err := w.Figures(w.Context(), enginetest.Trio, day, day, ali); !errors.Is(err, scheduler.ErrNotAllowed) {
			t.Errorf("an agent reads the figures: %v", err)
		}
		head := agent("head", enginetest.Trio)
		head.Staff.Role = scheduler.RoleSupervisor
		got, err := w.Figures(w.Context(), enginetest.Trio, day, day, head)
		w.must(err)
		want := []scheduler.FigureLine{
			{Date: day, ServiceID: enginetest.File, Arrived: 1, Served: 1, NoShows: 1, WaitMean: 6 * time.Minute, WaitP90: 6 * time.Minute, ServeMean: 14 * time.Minute},
			{Date: day, ServiceID: enginetest.Odd, Arrived: 1, WalkIns: 1, Served: 1, WaitMean: 20 * time.Minute, WaitP90: 20 * time.Minute, ServeMean: 6 * time.Minute},
		}
		if !slices.Equal(got.Lines, want) {
			t.Errorf("lines %+v", got.Lines)
		}
		if d := got.Days[0]; d.Busy != 20*time.Minute || d.Manned != 30*time.Minute || d.ByHour[9] != 2 || w.now(missed).Status != scheduler.StatusNoShow {
			t.Errorf("day %+v", d)
		}
	})
}

// TestNumbersOfTwoOfficesMeet: who is sent to an office must not hold the number
// that is drawn there next.
func TestNumbersOfTwoOfficesMeet(t *testing.T) {
	each(t, func(w *world) {
		w.set("2027-06-01 09:00")
		boss := scheduler.Actor{Staff: &scheduler.User{ID: "boss", Role: scheduler.RoleAdministrator}}
		w.drawn(enginetest.Trio, enginetest.File, boss)
		called, err := w.CallNext(w.Context(), "trio-1", boss)
		w.must(err)
		_, err = w.StartServing(w.Context(), called.ID, boss)
		w.must(err)
		sent, err := w.Transfer(w.Context(), called.ID, enginetest.Solo, enginetest.Card, boss)
		w.must(err)
		if here := w.drawn(enginetest.Solo, enginetest.Card, boss); here.Number == sent.Number {
			t.Errorf("sent on with %s, drawn there %s", sent.Number, here.Number)
		}
	})
}
