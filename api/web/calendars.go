package web

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"mawid/scheduler"
)

// calendarsPage is where a member of staff makes, replaces and ends the links
// and passwords of their calendars.
type calendarsPage struct {
	frame
	Made      *feedPart // the link that was just made; shown only now
	Revoked   bool
	Feeds     []feedLine
	Kinds     []scheduler.FeedKind
	Offices   []officeChoice
	Password  string // just made; shown only now
	Passwords []passwordLine
	Server    string // address for programs that ask for an account
	NoLabel   bool   // the form named no device
}

func (calendarsPage) file() string { return "calendars" }

type feedLine struct {
	ID            string
	Kind          scheduler.FeedKind
	OfficeID      string
	Office        *name  // nil: all of the owner's
	Created, Used string // worded; Used is "" for never
}

type officeChoice struct {
	ID   string
	Name name
}

type passwordLine struct {
	ID, Label, Created, Used string
}

func (s *site) calendars(v *visit, u *scheduler.User) error {
	p, err := s.calendarsPage(v, u)
	if err != nil {
		return err
	}
	p.Revoked = v.URL.Query().Has("revoked")
	return s.show(v, 200, p)
}

func (s *site) calendarsPage(v *visit, u *scheduler.User) (calendarsPage, error) {
	p := calendarsPage{
		frame: s.staffFrame(v, u, v.lang.Say("calendars.title")), Kinds: scheduler.StaffFeedKinds, Server: s.origin + "/dav/",
	}
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return p, err
	}
	for i := range c.Offices {
		if o := &c.Offices[i]; u.MaySee(o.ID) && len(c.OfficePools(o.ID)) > 0 {
			p.Offices = append(p.Offices, officeChoice{o.ID, nameOf(v.lang, o.Names)})
		}
	}
	slices.SortStableFunc(p.Offices, func(a, b officeChoice) int { return cmp.Compare(a.Name.Text, b.Name.Text) })
	loc, err := s.Zones.Load(c.Zone)
	if err != nil {
		return p, err
	}
	if p.Feeds, err = s.feedLines(v, u, c, loc); err != nil {
		return p, err
	}
	p.Passwords, err = s.passwordLines(v, u, loc)
	return p, err
}

func (s *site) feedLines(v *visit, u *scheduler.User, c *scheduler.Catalogue, loc *time.Location) ([]feedLine, error) {
	feeds, err := s.Engine.StaffFeeds(v.Context(), u)
	if err != nil {
		return nil, err
	}
	var lines []feedLine
	for _, f := range feeds {
		line := feedLine{
			ID: f.ID, Kind: f.Kind, OfficeID: f.OfficeID, Created: s.moment(v, f.CreatedAt, loc), Used: s.moment(v, f.UsedAt, loc),
		}
		if f.OfficeID != "" {
			n := officeName(v.lang, c, f.OfficeID)
			line.Office = &n
		}
		lines = append(lines, line)
	}
	return lines, nil
}

func (s *site) passwordLines(v *visit, u *scheduler.User, loc *time.Location) ([]passwordLine, error) {
	list, err := s.Engine.AppPasswords(v.Context(), u)
	if err != nil {
		return nil, err
	}
	var lines []passwordLine
	for _, p := range list {
		lines = append(lines, passwordLine{p.ID, p.Label, s.moment(v, p.CreatedAt, loc), s.moment(v, p.UsedAt, loc)})
	}
	return lines, nil
}

// makeCalendar makes a link and shows it: nobody can show it again.
func (s *site) makeCalendar(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	kind, office := scheduler.FeedKind(v.PostForm.Get("kind")), v.PostForm.Get("office")
	if kind == scheduler.FeedOffice && office == "" && len(u.Offices) == 1 {
		office = u.Offices[0]
	}
	token, err := s.Engine.NewStaffFeed(v.Context(), u, kind, office, v.lang.Code())
	if err != nil {
		return wayOn(err, "/desk/calendars", "calendars.title")
	}
	p, err := s.calendarsPage(v, u)
	if err != nil {
		return err
	}
	p.Made = feedAt(s.feedAddress(token))
	v.place = "/desk/calendars"
	return s.show(v, 200, p)
}

func (s *site) revokeCalendar(v *visit, u *scheduler.User) error {
	err := s.Engine.RevokeStaffFeed(v.Context(), u, v.PathValue("feed"))
	if err != nil && !errors.Is(err, scheduler.ErrNotFound) { // sent twice it ends at the same page
		return err
	}
	return v.redirect("/desk/calendars?revoked=1")
}

// makeAppPassword makes a password and shows it: nobody can show it again.
func (s *site) makeAppPassword(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	secret, err := s.Engine.NewAppPassword(v.Context(), u, v.PostForm.Get("label"), v.lang.Code())
	var bad *scheduler.InvalidError
	if err != nil && !errors.As(err, &bad) {
		return wayOn(err, "/desk/calendars", "calendars.title")
	}
	v.place = "/desk/calendars"
	p, pageErr := s.calendarsPage(v, u)
	if pageErr != nil {
		return pageErr
	}
	if err != nil {
		p.NoLabel, p.Faulty = true, true
		return s.show(v, 422, p)
	}
	p.Password = secret
	return s.show(v, 200, p)
}

func (s *site) revokeAppPassword(v *visit, u *scheduler.User) error {
	err := s.Engine.DropAppPassword(v.Context(), u, v.PathValue("password"))
	if err != nil && !errors.Is(err, scheduler.ErrNotFound) {
		return err
	}
	return v.redirect("/desk/calendars#passwords")
}
