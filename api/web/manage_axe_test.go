package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"mawid/internal/browsertest"
	"mawid/scheduler"
)

// act presses what a selector finds and checks what comes. Unlike press it needs
// no words, so it is the same in every language.
func (c *checker) act(what, selector string, status int64) {
	c.t.Helper()
	c.Goes(what, status, chromedp.Click(chromedp.CSS(selector)))
	c.Axe(c.lang + ": " + what)
}

// held opens the form of a time that is held at this hour of 2027-06-01, in
// minutes after midnight.
func (c *checker) held(minutes int) {
	c.t.Helper()
	hold, err := c.engine.Hold(c.t.Context(), scheduler.HoldRequest{
		OfficeID: "dgi-safi", ServiceID: "dgi-if", StartsAt: time.Date(2027, 6, 1, 0, minutes, 0, 0, time.UTC),
	})
	c.must(err)
	c.Open(c.server.URL + "/" + c.lang + "/holds/" + hold.ID)
}

// mine is the appointment whose page is open.
func (c *checker) mine() scheduler.Appointment {
	c.t.Helper()
	_, token, _ := strings.Cut(c.Address(), "/a/")
	token, _, _ = strings.Cut(token, "/")
	token, _, _ = strings.Cut(token, "?")
	a, err := c.engine.AppointmentByToken(c.t.Context(), token)
	c.must(err)
	return a
}

const bookButton = "#details > p > button"

// What comes after the choice of a time, in every state: codes, time that runs
// out, somebody else's appointment, finding and correcting one's own.
func TestNoPageAfterTheChoiceBreaksARuleOfAccessibilityInABrowser(t *testing.T) {
	b := browsertest.Start(t)
	for i, screen := range []browsertest.Screen{browsertest.Phone, browsertest.Desktop} {
		way := ways[1-i] // Arabic on the phone, French on the desk
		t.Run(way.lang, func(t *testing.T) {
			h := oneHouse(t)
			h.asking()
			c := &checker{h, b.Tab(t, screen, false), way.lang}
			c.proving(way)
			c.runningOut(way)
			c.correcting(way)
			c.finding(way)
		})
	}
}

// proving is an appointment for somebody else whose address is proved by a code,
// and one whose code never came.
func (c *checker) proving(way words) {
	c.held(9*60 + 30)
	c.Type("name", way.name)
	c.Type("email", "amina@example.org")
	c.Do("open the part for somebody else", chromedp.Click(chromedp.CSS("details.other > summary")))
	c.Do("choose who comes", chromedp.SendKeys(chromedp.CSS("#relation"), kb.ArrowDown))
	c.act("nobody is told", bookButton, http.StatusUnprocessableEntity)
	c.Type("told", "Youssef Benali")
	c.act("code asked for", bookButton, 200)
	a := c.mine()
	code := c.code(a, scheduler.NoticeProveCode)
	c.Type("code", "12")
	c.act("wrong code", `form[action$="/verify"] button`, http.StatusUnprocessableEntity)
	c.act("another code", `form[action$="/code"] button`, 200)
	c.Type("code", code)
	c.act("address proved", `form[action$="/verify"] button`, 200)

	c.held(10*60 + 30)
	c.Type("name", "Omar Idrissi")
	c.Type("email", "omar@example.org")
	c.Goes("book", 200, chromedp.Click(chromedp.CSS(bookButton)))
	place := c.Address()
	c.clock.Advance(31 * time.Minute)
	_, err := c.engine.LapseUnproved(c.t.Context(), 10)
	c.must(err)
	c.Open(place)
	c.Axe(c.lang + ": not confirmed in time")
}

// runningOut is the form whose time is extended, and then over.
func (c *checker) runningOut(way words) {
	c.held(11 * 60)
	c.Type("name", way.name)
	c.Type("email", "b@example.org")
	c.clock.Advance(8 * time.Minute)
	c.act("time extended", `button[formaction$="/extend"]`, 200)
	c.clock.Advance(time.Hour)
	c.act("time over, what was typed is kept", bookButton, http.StatusGone)
	c.act("the same time again", `form[action$="/holds"] button`, 200)
}

// correcting is contact data with a fault and without, and a note on a document.
func (c *checker) correcting(way words) {
	b := c.bookOne("narsa-immat", "narsa-safi", "2027-08-11 09:30", scheduler.Citizen{Name: way.name, Email: "c@example.org", Language: c.lang})
	c.page("correcting contact data", "/a/"+b.ManageToken+"/contact", 200)
	c.Type("email", "@")
	c.act("contact data with a fault", `form[action$="/contact"] button`, http.StatusUnprocessableEntity)
	c.Open(c.server.URL + "/" + c.lang + "/a/" + b.ManageToken + "/contact")
	c.Type("phone", "+33612345678")
	c.act("contact data corrected", `form[action$="/contact"] button`, 200)
	noting := chromedp.Click(chromedp.CSS("details:has(#document) > summary"))
	c.Do("open the note", noting)
	c.Type("document", strings.Repeat("x", 501))
	c.act("a note that is too long", `form[action$="/note"] button`, http.StatusUnprocessableEntity)
	c.page("stopping reminders", "/a/"+b.ManageToken+"/reminders", 200)
	c.Open(c.server.URL + "/" + c.lang + "/a/" + b.ManageToken)
	c.Do("open the note", noting)
	c.Type("document", way.name)
	c.act("a note", `form[action$="/note"] button`, 200)
}

// finding is one's appointments by a reference and a code.
func (c *checker) finding(way words) {
	who := scheduler.Citizen{Name: way.name, Email: "d@example.org", Language: c.lang}
	one := c.bookOne("dgi-if", "dgi-safi", "2027-06-03 09:00", who).Appointment
	c.bookOne("narsa-immat", "narsa-safi", "2027-08-12 09:30", who)
	c.page("finding", "/find", 200)
	c.act("finding without a reference", `form[action$="/find"] button`, http.StatusUnprocessableEntity)
	c.Type("reference", one.Reference)
	c.act("the code for finding", `form[action$="/find"] button`, 200)
	c.must(c.engine.SendCodes(c.t.Context(), 10))
	code := c.code(one, scheduler.NoticeFindCode)
	c.Type("code", "1")
	c.act("a wrong code for finding", `form[action$="/find/open"] button`, http.StatusUnprocessableEntity)
	c.Type("code", code)
	c.act("what was found", `form[action$="/find/open"] button`, 200)
}

// Staff's own account, the accounts of others and calendars, with what is shown
// once only.
func TestNoAccountOrCalendarBreaksARuleOfAccessibilityInABrowser(t *testing.T) {
	b := browsertest.Start(t)
	for i, lang := range []string{"ar", "fr"} {
		h := oneHouse(t)
		c := &checker{h, b.Tab(t, []browsertest.Screen{browsertest.Phone, browsertest.Desktop}[i], false), lang}
		c.Open(h.server.URL + "/" + lang + "/desk/sign-in")
		c.Type("login", "admin")
		c.Type("password", password)
		c.Submit("password", 200)
		for _, place := range []string{"/desk/account", "/desk/account/password", "/desk/account/second-factor", "/desk/users", "/desk/users/usr_2", "/desk/deeds"} {
			c.page(place, place, 200)
		}
		c.Open(h.server.URL + "/" + lang + "/desk/account/second-factor")
		c.Type("code", "123456")
		c.act("a wrong code of the second factor", `form[action$="/second-factor"] button`, http.StatusUnprocessableEntity)
		c.Open(h.server.URL + "/" + lang + "/desk/account/password")
		c.Type("old_password", "wrong")
		c.Type("new_password", "another long password")
		c.act("a wrong password", `form[action$="/account/password"] button`, http.StatusUnprocessableEntity)
		c.calendarsOfStaff()
	}
}

func (c *checker) calendarsOfStaff() {
	c.page("no calendars", "/desk/calendars", 200)
	c.act("a calendar's link, shown once", `form[action$="/desk/calendars"]:not(.actions) button`, 200)
	c.Type("label", "Telephone")
	c.act("a password, shown once", `form[action$="/desk/calendars/passwords"] button`, 200)
	c.page("calendars", "/desk/calendars", 200)
	c.act("a calendar's link ended", `form[action$="/revoke"] button`, 200)
}
