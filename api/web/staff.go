package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"mawid/scheduler"
)

// staffAction answers a member of staff.
type staffAction func(v *visit, u *scheduler.User) error

// staffRoute is an address of the staff area with what is done there. Who may do
// it is in scheduler's table of permissions.
type staffRoute struct {
	pattern string
	act     scheduler.Action
	do      staffAction
}

// StaffRoutes lists the patterns of the staff area that want a sign-in, with what
// is done there, for those who check who may do what.
func StaffRoutes() map[string]scheduler.Action {
	all := map[string]scheduler.Action{}
	for _, r := range (&site{}).staffRoutes() {
		all[r.pattern] = r.act
	}
	return all
}

// staffRoutes is the table of addresses behind the sign-in.
func (s *site) staffRoutes() []staffRoute {
	return append(s.accountRoutes(), []staffRoute{
		{"GET /desk", scheduler.ActServe, s.desk},
		{"GET /desk/day", scheduler.ActSeeDay, s.dayList},
		{"GET /desk/day/{office}", scheduler.ActSeeDay, s.daySheetPage},
		{"POST /desk/open", scheduler.ActServe, s.openDesk},
		{"POST /desk/close", scheduler.ActServe, s.closeDesk},
		{"POST /desk/call-next", scheduler.ActServe, s.callNext},
		{"POST /desk/tickets/{ticket}/call", scheduler.ActServe, s.callTicket},
		{"POST /desk/tickets/{ticket}/recall", scheduler.ActServe, s.act("", func() ticketStep { return s.Engine.Recall })},
		{"POST /desk/tickets/{ticket}/start", scheduler.ActServe, s.act("", func() ticketStep { return s.Engine.StartServing })},
		{"POST /desk/tickets/{ticket}/finish", scheduler.ActServe, s.finishTicket},
		{"POST /desk/tickets/{ticket}/park", scheduler.ActServe, s.act("done", func() ticketStep { return s.Engine.Park })},
		{"POST /desk/tickets/{ticket}/return", scheduler.ActServe, s.act("", func() ticketStep { return s.Engine.Return })},
		{"POST /desk/tickets/{ticket}/no-show", scheduler.ActServe, s.act("done", func() ticketStep { return s.Engine.MarkNoShow })},
		{"POST /desk/tickets/{ticket}/undo", scheduler.ActServe, s.act("", func() ticketStep { return s.Engine.Undo })},
		{"POST /desk/tickets/{ticket}/transfer", scheduler.ActServe, s.transferTicket},
		{"POST /desk/tickets/{ticket}/priority", scheduler.ActServe, s.prioritise},
		{"POST /desk/tickets/{ticket}/services", scheduler.ActServe, s.addService},
		{"POST /desk/walk-in", scheduler.ActReceive, s.walkIn},
		{"POST /desk/arrivals", scheduler.ActReceive, s.receive},
		{"POST /desk/arrivals/{appointment}", scheduler.ActReceive, s.checkIn},

		{"GET /desk/room", scheduler.ActRunRoom, s.room},
		{"GET /desk/room/{office}", scheduler.ActRunRoom, s.room},
		{"POST /desk/room/{office}/open", scheduler.ActRunRoom, s.roomOpen},
		{"POST /desk/room/{office}/close", scheduler.ActRunRoom, s.roomClose},
		{"POST /desk/room/{office}/note", scheduler.ActRunRoom, s.roomNote},
		{"GET /desk/figures", scheduler.ActSeeFigures, s.figures},
		{"GET /desk/figures/sheet", scheduler.ActSeeFigures, s.figuresSheet},
		{"POST /desk/remote/{appointment}/{step}", scheduler.ActServe, s.remoteStep},
		{"GET /desk/by-hand", scheduler.ActEnterByHand, s.askByHand},
		{"POST /desk/by-hand", scheduler.ActEnterByHand, s.enterByHand},

		{"GET /desk/outbox", scheduler.ActSeeOutbox, s.outbox},
		{"GET /desk/outbox/preview", scheduler.ActSeeOutbox, s.preview},
		{"GET /desk/outbox/preview/mail.eml", scheduler.ActSeeOutbox, s.previewMail},
		{"POST /desk/outbox/retry", scheduler.ActManage, s.retryAll},
		{"POST /desk/outbox/{notice}/resend", scheduler.ActManage, s.resend},
		{"POST /desk/outbox/{notice}/address", scheduler.ActManage, s.correct},
		{"GET /desk/outbox/{notice}", scheduler.ActSeeOutbox, s.notice},
		{"GET /desk/outbox/{notice}/mail.eml", scheduler.ActSeeOutbox, s.mail},

		{"GET /desk/needs", scheduler.ActSeeFigures, s.needs},
		{"GET /desk/needs/sheet", scheduler.ActSeeFigures, s.needsSheet},
		{"POST /desk/needs", scheduler.ActWorkFiles, s.noteNeed},
		{"GET /desk/files", scheduler.ActSeeFiles, s.files},
		{"GET /desk/files/new", scheduler.ActWorkFiles, s.askFile},
		{"POST /desk/files", scheduler.ActWorkFiles, s.openFile},
		{"GET /desk/files/{file}", scheduler.ActSeeFiles, s.fileAtDesk},
		{"GET /desk/files/{file}/receipt", scheduler.ActSeeFiles, s.fileReceipt},
		{"POST /desk/files/{file}/{act}", scheduler.ActWorkFiles, s.workFile},
		{"GET /desk/kiosk", scheduler.ActReceive, s.askKiosk},
		{"POST /desk/kiosk", scheduler.ActReceive, s.openKiosk},

		{"GET /desk/calendars", scheduler.ActCalendars, s.calendars},
		{"POST /desk/calendars", scheduler.ActCalendars, s.makeCalendar},
		{"POST /desk/calendars/{feed}/revoke", scheduler.ActCalendars, s.revokeCalendar},
		{"POST /desk/calendars/passwords", scheduler.ActCalendars, s.makeAppPassword},
		{"POST /desk/calendars/passwords/{password}/revoke", scheduler.ActCalendars, s.revokeAppPassword},
	}...)
}

// accountRoutes are about one's own account, and those of all.
func (s *site) accountRoutes() []staffRoute {
	return []staffRoute{
		{"GET /desk/account", scheduler.ActOwnAccount, s.account},
		{"GET /desk/account/password", scheduler.ActChangePassword, s.askPassword},
		{"POST /desk/account/password", scheduler.ActChangePassword, s.changePassword},
		{"POST /desk/account/sessions", scheduler.ActOwnAccount, s.endSessions},
		{"GET /desk/account/second-factor", scheduler.ActOwnAccount, s.askTOTP},
		{"POST /desk/account/second-factor", scheduler.ActOwnAccount, s.startTOTP},
		{"POST /desk/account/second-factor/stop", scheduler.ActOwnAccount, s.stopTOTP},
		{"POST /desk/account/link", scheduler.ActOwnAccount, s.askLink},
		{"POST /desk/account/unlink", scheduler.ActOwnAccount, s.unlink},
		{"POST /desk/account/tokens", scheduler.ActOwnAccount, s.newToken},
		{"POST /desk/account/tokens/revoke", scheduler.ActOwnAccount, s.revokeToken},

		{"GET /desk/users", scheduler.ActSeeStaff, s.users},
		{"POST /desk/users", scheduler.ActAddUser, s.addUser},
		{"GET /desk/users/{user}", scheduler.ActSeeStaff, s.user},
		{"POST /desk/users/{user}", scheduler.ActChangeUser, s.changeUser},
		{"POST /desk/users/{user}/disable", scheduler.ActChangeUser, s.disableUser},
		{"POST /desk/users/{user}/enable", scheduler.ActChangeUser, s.enableUser},
		{"POST /desk/users/{user}/sign-out", scheduler.ActChangeUser, s.signOutUser},
		{"POST /desk/users/{user}/password", scheduler.ActChangeUser, s.resetUser},
		{"POST /desk/users/{user}/unlink", scheduler.ActChangeUser, s.unlinkUser},
		{"POST /desk/users/{user}/tokens/revoke", scheduler.ActChangeUser, s.revokeUserToken},
		{"GET /desk/deeds", scheduler.ActSeeDeeds, s.deeds},
	}
}

// staff leads who is not signed in to the sign-in page, and who must choose a
// password to the page where they do; and lets pass who may do it. Where it is
// about one office, the action itself looks whether it is theirs.
//
// What was done and belongs in the log is written there, with what the action
// noted by did; without that nothing was done, such as when a form came back with
// its faults.
func (s *site) staff(r staffRoute) action {
	return func(v *visit) error {
		private(v)
		u, _ := s.Sessions.SignedIn(v.Request)
		switch {
		case u == nil:
			return v.redirect("/desk/sign-in")
		case u.MustChange && r.act != scheduler.ActChangePassword:
			return v.redirect("/desk/account/password")
		case !u.May(r.act):
			return wayOn(scheduler.ErrNotAllowed, "/desk", "desk.title")
		}
		if err := r.do(v, u); err != nil {
			return err
		}
		if v.Method == http.MethodPost && r.act.Logged() && v.deedDone {
			return s.Accounts.Record(v.Context(), u, r.act, v.deedOffice, v.deedSubject)
		}
		return nil
	}
}

// did notes what a logged action was done to: the office, and the id of a thing.
func (v *visit) did(office, subject string) {
	v.deedDone, v.deedOffice, v.deedSubject = true, office, subject
}

// navEntry is a way into a part of the staff area.
type navEntry struct {
	place string
	label string // key of its sentence
	act   scheduler.Action
}

// staffNav is the navigation of the staff area, for those who may go there. A new
// part adds its line here.
var staffNav = []navEntry{
	{"/desk", "desk.title", scheduler.ActServe},
	{"/desk/room", "desk.room", scheduler.ActRunRoom},
	{"/desk/day", "staff.today", scheduler.ActSeeDay},
	{"/desk/by-hand", "desk.by_hand", scheduler.ActEnterByHand},
	{"/desk/files", "filestaff.title", scheduler.ActSeeFiles},
	{"/desk/figures", "figures.title", scheduler.ActSeeFigures},
	{"/desk/needs", "figures.needs", scheduler.ActSeeFigures},
	{"/desk/outbox", "staff.outbox", scheduler.ActSeeOutbox},
	{"/desk/kiosk", "kiosk.nav", scheduler.ActReceive},
	{"/desk/calendars", "calendars.title", scheduler.ActCalendars},
	{"/desk/users", "account.users", scheduler.ActSeeStaff},
	{"/desk/deeds", "account.deeds", scheduler.ActSeeDeeds},
	{"/desk/account", "account.own", scheduler.ActOwnAccount},
}

// navLink is one of them on a page.
type navLink struct {
	Place, Label string
	Current      bool
}

// nav lists where a user may go. The current one is that whose place begins the
// page's, the longest of them.
func nav(v *visit, u *scheduler.User) []navLink {
	var links []navLink
	current := -1
	for _, e := range staffNav {
		if !u.May(e.act) {
			continue
		}
		if v.place == e.place || strings.HasPrefix(v.place, e.place+"/") {
			if current < 0 || len(links[current].Place) < len(e.place) {
				current = len(links)
			}
		}
		links = append(links, navLink{Place: e.place, Label: v.lang.Say(e.label)})
	}
	if current >= 0 {
		links[current].Current = true
	}
	return links
}

// staffFrame is frame for a member of staff.
func (s *site) staffFrame(v *visit, u *scheduler.User, title string) frame {
	f := s.frame(v, title)
	f.Staff = u.Login
	f.SignOut = true
	if !u.MustChange {
		f.Nav = nav(v, u)
	}
	return f
}

// myOffices are the offices of a user that have desks, in the order of the
// catalogue.
func myOffices(c *scheduler.Catalogue, u *scheduler.User) []*scheduler.Office {
	var mine []*scheduler.Office
	for i := range c.Offices {
		if o := &c.Offices[i]; u.MaySee(o.ID) && len(c.OfficePools(o.ID)) > 0 {
			mine = append(mine, o)
		}
	}
	return mine
}

// moment words an instant for staff on a clock.
func (s *site) moment(v *visit, t time.Time, loc *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return s.shortWhen(v.lang, t.In(loc))
}

// homeZone is the clock on which the staff's own pages show instants: that of
// the first office of a user.
func (s *site) homeZone(v *visit, u *scheduler.User) (*time.Location, error) {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return nil, err
	}
	if mine := myOffices(c, u); len(mine) > 0 {
		return s.Zones.Load(mine[0].Zone)
	}
	return time.UTC, nil
}

// under is the place of a thing by its id.
func under(place, id string) string { return place + "/" + url.PathEscape(id) }
