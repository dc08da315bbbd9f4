package web

import (
	"errors"
	"net/http"
	"time"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// staffAction answers a member of staff.
type staffAction func(v *visit, u *scheduler.User) error

// signedIn leads who is not signed in to the sign-in page.
func (s *site) signedIn(a staffAction) action {
	return func(v *visit) error {
		private(v)
		u := s.Sessions.CurrentUser(v.Request)
		if u == nil {
			return v.redirect("/desk/sign-in")
		}
		return a(v, u)
	}
}

// staffFrame is frame for a member of staff.
func (s *site) staffFrame(v *visit, u *scheduler.User, title string) frame {
	f := s.frame(v, title)
	f.Staff = u.Login
	return f
}

// deskPage is today's appointments.
type deskPage struct {
	frame
	Date    string
	Offices []deskOffice
}

func (deskPage) file() string { return "desk" }

type deskOffice struct {
	Name  name
	Lines []deskLine
}

type deskLine struct {
	Time, Reference, Who string
	Party                int
	Service              name
	Status               scheduler.Status
}

// desk lists who comes today, by office; offices that nobody comes to are left
// out. Today is the date at each office.
func (s *site) desk(v *visit, u *scheduler.User) error {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	p := deskPage{frame: s.staffFrame(v, u, v.lang.Say("staff.today"))}
	for i := range c.Offices {
		o := &c.Offices[i]
		if !u.MaySee(o.ID) || len(c.OfficePools(o.ID)) == 0 {
			continue
		}
		line, date, err := s.deskOffice(v, c, o)
		if err != nil {
			return err
		}
		p.Date = date
		if len(line.Lines) > 0 {
			p.Offices = append(p.Offices, line)
		}
	}
	return s.show(v, 200, p)
}

func (s *site) deskOffice(v *visit, c *scheduler.Catalogue, o *scheduler.Office) (deskOffice, string, error) {
	d := deskOffice{Name: nameOf(v.lang, o.Names)}
	loc, err := s.Zones.Load(o.Zone)
	if err != nil {
		return d, "", err
	}
	today := scheduler.DateOf(s.now().In(loc))
	list, err := s.Agenda.AppointmentsOn(v.Context(), []string{o.ID}, today.At(0, loc), today.AddDays(1).At(0, loc))
	if err != nil {
		return d, "", err
	}
	for i := range list {
		a := &list[i]
		d.Lines = append(d.Lines, deskLine{
			Time: a.Place.Start.String(), Reference: a.Reference, Who: a.Citizen.Name, Party: a.Party,
			Service: serviceName(v.lang, c, a.ServiceID), Status: a.Status,
		})
	}
	return d, v.lang.FullDate(today.At(0, loc)), nil
}

// signInPage asks who is there.
type signInPage struct {
	frame
	Login string
	Wrong bool
}

func (signInPage) file() string { return "signin" }

func (s *site) askSignIn(v *visit) error {
	private(v)
	if s.Sessions.CurrentUser(v.Request) != nil {
		return v.redirect("/desk")
	}
	return s.show(v, 200, signInPage{frame: s.frame(v, v.lang.Say("staff.sign_in"))})
}

func (s *site) signIn(v *visit) error {
	private(v)
	if err := readForm(v); err != nil {
		return err
	}
	login := cut(v.PostForm.Get("login"), 100)
	_, err := s.Sessions.LogIn(v.Request, login, v.PostForm.Get("password"))
	if errors.Is(err, httpkit.ErrLogin) {
		p := signInPage{frame: s.frame(v, v.lang.Say("staff.sign_in")), Login: login, Wrong: true}
		p.Faulty = true
		return s.show(v, http.StatusUnauthorized, p)
	}
	if err != nil {
		return wayOn(err, "/desk/sign-in", "staff.sign_in")
	}
	return v.redirect("/desk")
}

func (s *site) signOut(v *visit) error {
	private(v)
	if err := s.Sessions.LogOut(v.Request); err != nil {
		return err
	}
	return v.redirect("/desk/sign-in")
}

// moment words an instant for staff on a clock.
func (s *site) moment(v *visit, t time.Time, loc *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return s.shortWhen(v.lang, t.In(loc))
}
