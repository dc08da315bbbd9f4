package scheduler_test

import (
	"fmt"
	"testing"
	"time"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// served lets a ticket be called, served and finished at a desk of Trio.
func (w *world) served(id string, o scheduler.OutcomeKind) {
	w.Helper()
	ali := agent("ali", "trio")
	w.must(second(w.CallTicket(w.Context(), id, "trio-1", ali)))
	w.must(second(w.StartServing(w.Context(), id, ali)))
	w.clock.Advance(10 * time.Minute)
	w.must(second(w.Finish(w.Context(), id, scheduler.Outcome{Kind: o}, ali)))
}

// asked lists when, how and until when the questions about a subject are due.
func (w *world) asked(id string) (out []string) {
	w.Helper()
	es, err := w.db.NoticesOf(w.Context(), id)
	w.must(err)
	for _, e := range es {
		if e.Kind == scheduler.NoticeQuestions && e.State == scheduler.NoticeDue {
			out = append(out, fmt.Sprintf("%s %s until %s", e.Channel, e.DueAt.Format("01-02 15:04"), e.UsefulUntil.Format("01-02 15:04")))
		}
	}
	return out
}

func (w *world) wantAsked(what, id, want string) {
	w.Helper()
	if got := fmt.Sprint(w.asked(id)); got != "["+want+"]" {
		w.Errorf("%s: asked %s, want [%s]", what, got, want)
	}
}

// checkedIn books at Trio the day before, and comes.
func (w *world) checkedIn(change func(*scheduler.BookRequest)) (scheduler.Booked, scheduler.Ticket) {
	w.Helper()
	r := w.request("trio", "file", "2027-06-01 09:30")
	if change != nil {
		change(&r)
	}
	now := w.clock.Now()
	w.clock.Set(now.AddDate(0, 0, -1))
	b, err := w.Book(w.Context(), r)
	w.must(err)
	w.clock.Set(now)
	tk, err := w.CheckIn(w.Context(), b.Appointment.ID, by(b))
	w.must(err)
	return b, tk
}

// TestVisitorsAreAskedOnce: an hour after a visit that left no file, by the way
// they are told of everything, at a decent hour of their own clock.
func TestVisitorsAreAskedOnce(t *testing.T) {
	each(t, func(w *world) {
		w.set("2027-06-01 09:20")
		ali := agent("ali", "trio")
		b, tk := w.checkedIn(nil)
		w.served(tk.ID, scheduler.OutcomeSettled)
		w.wantAsked("after a visit", b.Appointment.ID, "email 06-01 10:30 until 06-04 09:30")
		w.wantAsked("its ticket", tk.ID, "")
		w.must(second(w.Undo(w.Context(), tk.ID, ali)))
		w.clock.Advance(time.Minute)
		w.must(second(w.Finish(w.Context(), tk.ID, scheduler.Outcome{Kind: scheduler.OutcomeComeBack}, ali)))
		w.wantAsked("finished twice", b.Appointment.ID, "email 06-01 10:30 until 06-04 09:30")

		walkIn := func(c scheduler.Citizen) string {
			tk, err := w.DrawTicket(w.Context(), scheduler.DrawRequest{OfficeID: "trio", Services: []string{"file"}, Citizen: c}, ali)
			w.must(err)
			return tk.ID
		}
		id := walkIn(scheduler.Citizen{})
		w.served(id, scheduler.OutcomeSettled)
		w.wantAsked("who left no address", id, "")
		w.set("2027-06-01 11:50") // 20:50 in Tokyo: an hour later it is night there
		id = walkIn(scheduler.Citizen{Name: "Visitor", Phone: "+212612345678", Language: "fr", Zone: "Asia/Tokyo"})
		w.served(id, scheduler.OutcomeComeBack)
		w.wantAsked("far away", id, "sms 06-01 23:00 until 06-04 12:00")
		id = walkIn(scheduler.Citizen{Name: "Visitor", Email: "v@example.org"})
		w.served(id, scheduler.OutcomeFileOpened)
		w.wantAsked("who got a file", id, "")
	})
}

// TestAVisitAboutAFileIsNotAsked: the file asks when it is settled, not each of
// its visits.
func TestAVisitAboutAFileIsNotAsked(t *testing.T) {
	each(t, func(w *world) {
		w.set("2027-06-01 09:20")
		o, err := w.OpenFile(w.Context(), scheduler.FileRequest{ServiceID: enginetest.File, OfficeID: enginetest.Trio, Citizen: somebody()}, scheduler.Actor{Staff: trioAgent})
		w.must(err)
		b, tk := w.checkedIn(func(r *scheduler.BookRequest) { r.FileNumber = o.File.Reference })
		w.served(tk.ID, scheduler.OutcomeSettled)
		w.wantAsked("a visit for a file", b.Appointment.ID, "")

		open := func(origin string, c scheduler.Citizen) {
			_, err := w.OpenFile(w.Context(), scheduler.FileRequest{ServiceID: enginetest.File, OfficeID: enginetest.Trio, Citizen: c, Origin: origin}, scheduler.Actor{Staff: trioAgent})
			w.must(err)
		}
		b, tk = w.checkedIn(nil)
		open("appointment:"+b.Appointment.ID, b.Appointment.Citizen)
		w.served(tk.ID, scheduler.OutcomeSettled)
		w.wantAsked("a file opened at the desk", b.Appointment.ID, "")
		b, tk = w.checkedIn(nil)
		w.served(tk.ID, scheduler.OutcomeSettled)
		open("appointment:"+b.Appointment.ID, b.Appointment.Citizen)
		w.wantAsked("a file opened right after", b.Appointment.ID, "")
		coming := w.booked("trio", "file", "2027-06-08 09:30")
		open("appointment:"+coming.Appointment.ID, coming.Appointment.Citizen)
		es, err := w.db.NoticesOf(w.Context(), coming.Appointment.ID)
		w.must(err)
		for _, e := range es {
			if e.State != scheduler.NoticeDue {
				t.Errorf("a file from a visit to come: %s is %s", e.Kind, e.State)
			}
		}
	})
}

// TestNobodyIsAskedWhereItIsOff: by the settings, and by the office.
func TestNobodyIsAskedWhereItIsOff(t *testing.T) {
	each(t, func(w *world) {
		w.set("2027-06-01 09:20")
		data := enginetest.Data()
		data.Offices[1].Notices = &scheduler.OfficeNotices{Questions: new(false)}
		w.apply(data)
		b, tk := w.checkedIn(nil)
		w.served(tk.ID, scheduler.OutcomeSettled)
		w.wantAsked("an office that does not ask", b.Appointment.ID, "")
		data.Offices[1].Notices = nil
		w.apply(data)
		w.policy.Notices.Questions = false
		w.Engine = w.node(w.db)
		b, tk = w.checkedIn(nil)
		w.served(tk.ID, scheduler.OutcomeSettled)
		w.wantAsked("switched off", b.Appointment.ID, "")
	})
}

// TestVisitsWrittenDownLater are asked about while people still remember.
func TestVisitsWrittenDownLater(t *testing.T) {
	each(t, func(w *world) {
		for _, days := range []int{1, 5} {
			b := w.booked("trio", "file", "2027-06-01 09:30")
			w.set(fmt.Sprintf("2027-06-%02d 10:00", 1+days))
			v := scheduler.ByHand{
				DeskID: "trio-1", Reference: b.Appointment.Reference, ArrivedAt: w.at("2027-06-01 09:30"), CalledAt: w.at("2027-06-01 09:30"),
				EndedAt: w.at("2027-06-01 09:40"), Outcome: scheduler.Outcome{Kind: scheduler.OutcomeSettled},
			}
			w.must(second(w.EnterByHand(w.Context(), v, agent("ali", "trio"))))
			want := "email 06-01 10:40 until 06-04 09:40"
			if days == 5 {
				want = ""
			}
			w.wantAsked(fmt.Sprintf("%d days later", days), b.Appointment.ID, want)
			w.set("2027-05-31 08:00")
		}
	})
}
