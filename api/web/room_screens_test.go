package web_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"mawid/internal/browsertest"
	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// busyRoom is a room in the middle of a morning: one at a desk with a further
// errand, one called, one aside, several waiting, one of them for long, one with
// priority and one booked who is not there yet. It returns a ticket that waits.
func busyRoom(h *house) scheduler.Ticket {
	h.t.Helper()
	deskHouse(h)
	h.clock.Set(enginetest.At(h.t, "2027-06-01 08:40"))
	ctx, boss := h.t.Context(), h.chief()
	draw := func(service, name, group string) scheduler.Ticket {
		h.clock.Advance(time.Minute)
		t, err := h.engine.DrawTicket(ctx, scheduler.DrawRequest{
			OfficeID: "dgi-safi", Services: []string{service}, Group: group, Citizen: scheduler.Citizen{Name: name},
		}, boss)
		h.must(err)
		return t
	}
	first := draw("dgi-if", "Amina Benali", "")
	draw("dgi-th-tsc", "يوسف الفاسي", "")
	third := draw("dgi-if", "Brahim Ouali", "")
	last := draw("dgi-foncier", "سعاد العلوي", "")
	draw("dgi-if", "Khadija Tazi", "elderly")
	draw("dgi-enreg", "Hamza Idrissi", "stuck")
	agent := scheduler.Actor{Staff: &scheduler.User{ID: "usr_2", Login: "agent", Role: scheduler.RoleAgent, Offices: []string{"dgi-safi"}}}
	_, err := h.engine.CallTicket(ctx, first.ID, h.deskOf("dgi-safi", 1), agent)
	h.must(err)
	_, err = h.engine.StartServing(ctx, first.ID, agent)
	h.must(err)
	_, err = h.engine.AddService(ctx, first.ID, "dgi-suivi", agent)
	h.must(err)
	_, err = h.engine.Park(ctx, third.ID, agent)
	h.must(err)
	h.clock.Advance(50 * time.Minute)
	_, err = h.engine.CallNext(ctx, h.deskOf("dgi-safi", 2), scheduler.Actor{Staff: &scheduler.User{ID: "usr_3", Login: "chef", Role: scheduler.RoleSupervisor, Offices: []string{"dgi-safi"}}})
	h.must(err)
	h.must(h.db.SetRoomNote(ctx, "dgi-safi", enginetest.Date(h.t, "2027-06-01"), "Imprimante en panne au guichet 2"))
	return last
}

var laptopWide = browsertest.Screen{Name: "wide", Width: 1280, Height: 800}

// roomScreen is one page of the room as somebody sees it.
type roomScreen struct {
	name, place string
	screens     []browsertest.Screen
	login       string // "" for everybody
}

func roomScreens(waits scheduler.Ticket) []roomScreen {
	staff := []browsertest.Screen{laptop, laptopWide, browsertest.Phone}
	return []roomScreen{
		{"desk", "/desk", staff, "agent"},
		{"supervisor", "/desk/room/dgi-safi", staff, "chef"},
		{"daylist", "/desk/day/dgi-safi", staff[1:], "agent"},
		{"byhand", "/desk/by-hand", []browsertest.Screen{laptop, browsertest.Phone}, "agent"},
		{"figures", "/desk/figures?from=2027-06-01&to=2027-06-01", staff[1:], "chef"},
		{"board", "/board/dgi-safi", []browsertest.Screen{television}, ""},
		{"ticket", "/t/" + waits.ID, []browsertest.Screen{browsertest.Phone}, ""},
	}
}

// TestEveryScreenOfTheRoomInABrowser opens every screen of a busy room in a browser, on both
// databases, in Arabic and French: nothing is written to the console or fetched
// from elsewhere, nothing is wider than the screen, and axe finds nothing.
func TestEveryScreenOfTheRoomInABrowser(t *testing.T) {
	eachHouse(t, func(h *house) {
		waits := busyRoom(h)
		b := browsertest.Start(h.t)
		for _, screen := range roomScreens(waits) {
			for _, size := range screen.screens {
				v := b.Tab(h.t, size, true)
				if screen.login != "" {
					h.signInTab(v, screen.login)
				}
				for _, lang := range []string{"ar", "fr"} {
					v.Open(h.server.URL + "/" + lang + screen.place)
					what := screen.name + "-" + lang + "-" + size.Name
					v.Axe(what)
					if *pictures != "" {
						v.Save(filepath.Join(*pictures, what+".png"))
					}
				}
				v.Clean(h.host())
			}
		}
	})
}

// signInTab signs somebody in, in a browser.
func (h *house) signInTab(v *browsertest.Tab, login string) {
	h.t.Helper()
	v.Open(h.server.URL + "/fr/desk/sign-in")
	v.Type("login", login)
	v.Type("password", password)
	v.Goes("sign in", 200, chromedp.KeyEvent("\r"))
}
