package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"mawid/internal/testdb"
)

// states gives what became of each notice of an appointment, as "kind state".
func (i *installation) states(b booking) []string {
	i.t.Helper()
	got := i.texts("SELECT kind || ' ' || state FROM notices WHERE subject_id = $1", b.ID)
	slices.Sort(got)
	return got
}

func (i *installation) wantStates(b booking, want ...string) {
	i.t.Helper()
	eventually(i.t, strings.Join(want, ", "), func() bool { return slices.Equal(i.states(b), want) })
}

// change sends a change of an appointment that must succeed.
func (p *program) change(t *testing.T, b booking, what string, body map[string]any) {
	t.Helper()
	a, err := p.do(patient(t), http.MethodPost, "/v1/appointments/"+b.ID+"/"+what, b.ManageToken, body, nil)
	must(t, err)
	if a.status != http.StatusOK {
		t.Fatalf("%s: %s", what, a)
	}
}

// TestNoticesOfOneVisit follows what a person is told: at once, when the time of
// the reminders comes (here by setting it to now), after a move and after a
// cancellation; and what is no longer true is never said.
func TestNoticesOfOneVisit(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		post := openPostOffice(t)
		house := install(t, url, "MAWID_SMTP_URL="+post.url)
		server := house.serve()
		free := server.slots(t, "dgi-safi", "dgi-if", 5)
		kept, moved, cancelled := server.mustBook(t, free[0], house.somebody()), server.mustBook(t, free[1], house.somebody()), server.mustBook(t, free[2], house.somebody())
		for _, b := range []booking{kept, moved, cancelled} {
			house.wantStates(b, "confirmation sent", "reminder_days due", "reminder_eve due")
		}
		server.change(t, moved, "reschedule", map[string]any{"starts_at": free[len(free)-1].StartsAt})
		server.change(t, cancelled, "cancel", map[string]any{})
		house.exec("UPDATE notices SET due_at = 1 WHERE kind LIKE 'reminder%'")

		house.wantStates(kept, "confirmation sent", "reminder_days sent", "reminder_eve sent")
		house.wantStates(moved, "confirmation sent", "moved sent", "reminder_days revoked", "reminder_days sent", "reminder_eve revoked", "reminder_eve sent")
		house.wantStates(cancelled, "cancelled sent", "confirmation sent", "reminder_days revoked", "reminder_eve revoked")
		told := post.received()
		for b, letters := range map[booking]int{kept: 3, moved: 4, cancelled: 2} {
			if got := told[b.Citizen.Email]; len(got) != letters {
				t.Errorf("%d letters, want %d: %+v", len(got), letters, got)
			}
		}
		house.healthy()
	})
}

// TestMailServerComesBack: what could not be sent waits, over a restart, and is
// sent when the server answers again.
func TestMailServerComesBack(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		house := install(t, url)
		server := house.serve("MAWID_SMTP_URL=" + hangingUp(t))
		b := server.mustBook(t, server.slots(t, "dgi-safi", "dgi-if", 1)[0], house.somebody())
		eventually(t, "a try", func() bool { return house.count("SELECT count(*) FROM receipts WHERE state = 'due'") == 1 })
		server.stop()
		post := openPostOffice(t)
		house.exec("UPDATE notices SET due_at = 1 WHERE kind = 'confirmation'") // the pause is over
		house.serve("MAWID_SMTP_URL=" + post.url)
		house.wantStates(b, "confirmation sent", "reminder_days due", "reminder_eve due")
		if got := post.to(b.Citizen.Email); len(got) != 1 || !strings.Contains(got[0].id, "@") {
			t.Errorf("letters %+v", got)
		}
	})
}

// TestKeptMailIsReadAtTheDesk: without a mail server, staff can read what would
// have been sent.
func TestKeptMailIsReadAtTheDesk(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		house := install(t, url)
		server := house.serve()
		b := server.mustBook(t, server.slots(t, "dgi-safi", "dgi-if", 1)[0], house.somebody())
		house.wantStates(b, "confirmation kept", "reminder_days due", "reminder_eve due")
		_, cookie := server.firstSignIn(t, adminLogin, server.Password)
		id := house.texts("SELECT id FROM notices WHERE state = 'kept'")[0]
		for path, say := range map[string]string{
			"/desk/outbox": b.Reference, "/desk/outbox/" + id: b.Citizen.Email, "/desk/outbox/" + id + "/mail.eml": "BEGIN:VCALENDAR",
		} {
			r, err := http.NewRequestWithContext(patient(t), http.MethodGet, server.URL+path, nil)
			must(t, err)
			r.Header.Set("Cookie", cookie)
			a, err := server.send(r, nil)
			must(t, err)
			if a.status != http.StatusOK || !strings.Contains(string(a.body), say) {
				t.Errorf("%s: %s, want %q in it", path, a, say)
			}
		}
	})
}

// TestHoldsRunOut: a place that was kept and not booked comes back by itself.
func TestHoldsRunOut(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		house := install(t, url)
		server := house.serve()
		before := server.slots(t, "ausy-safi", "ausy-note", 1)
		id := server.mustHold(t, before[0])
		if now := server.slots(t, "ausy-safi", "ausy-note", 1); len(now) != len(before)-1 {
			t.Errorf("%d times are free with a hold on one, %d without", len(now), len(before))
		}
		eventually(t, "the place to come back", func() bool {
			house.exec("UPDATE holds SET expires_at = 1") // its ten minutes are over, and then the time of its return
			return len(server.slots(t, "ausy-safi", "ausy-note", 1)) == len(before)
		})
		_, a, err := server.bookWith(patient(t), map[string]any{"hold_id": id, "citizen": house.somebody()})
		must(t, err)
		if a.status != http.StatusGone || a.code != "hold_expired" {
			t.Errorf("book from it: %s", a)
		}
		house.healthy()
	})
}
