package web

import (
	"errors"
	"net/http"
	"slices"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// usersPage lists the staff, with a form to add one.
type usersPage struct {
	frame
	Users  []userLine
	Form   userForm
	Faults []string
}

func (usersPage) file() string { return "users" }

type userLine struct {
	ID, Login string
	Role      scheduler.Role
	Offices   []name
	Disabled  bool
	Fresh     bool // has not chosen a password yet
	TOTP      bool
	Linked    bool // to an identity
}

// userForm chooses role and offices.
type userForm struct {
	Login   string
	Role    scheduler.Role
	Roles   []scheduler.Role
	Offices []officeBox
}

type officeBox struct {
	ID      string
	Name    name
	Checked bool
}

func (s *site) userForm(v *visit, c *scheduler.Catalogue, u *scheduler.User) userForm {
	f := userForm{Login: u.Login, Role: u.Role, Roles: scheduler.Roles()}
	for i := range c.Offices {
		o := &c.Offices[i]
		f.Offices = append(f.Offices, officeBox{o.ID, nameOf(v.lang, o.Names), slices.Contains(u.Offices, o.ID)})
	}
	return f
}

func (s *site) users(v *visit, u *scheduler.User) error {
	return s.showUsers(v, u, 200, &scheduler.User{Role: scheduler.RoleAgent}, nil)
}

func (s *site) showUsers(v *visit, u *scheduler.User, status int, typed *scheduler.User, faults []string) error {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	all, err := s.Staff.Users(v.Context())
	if err != nil {
		return err
	}
	p := usersPage{frame: s.staffFrame(v, u, v.lang.Say("account.users")), Form: s.userForm(v, c, typed), Faults: faults}
	p.Faulty = len(faults) > 0
	for _, x := range all {
		line := userLine{ID: x.ID, Login: x.Login, Role: x.Role, Disabled: x.Disabled, Fresh: x.MustChange, TOTP: x.TOTP != nil, Linked: x.Outside != ""}
		for _, o := range x.Offices {
			line.Offices = append(line.Offices, officeName(v.lang, c, o))
		}
		p.Users = append(p.Users, line)
	}
	return s.show(v, status, p)
}

// typedUser is what the form says, checked.
func (s *site) typedUser(v *visit, login string) (scheduler.User, []string, error) {
	if err := readForm(v); err != nil {
		return scheduler.User{}, nil, err
	}
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return scheduler.User{}, nil, err
	}
	typed := scheduler.User{Login: login, Role: scheduler.Role(v.PostForm.Get("role")), Offices: v.PostForm["office"]}
	if login == "" {
		typed.Login = httpkit.CleanText(v.PostForm.Get("login"))
	}
	bad := &scheduler.InvalidError{}
	typed.Check(bad, c)
	var faults []string
	for _, f := range bad.Fields {
		faults = append(faults, v.lang.Say("form.fault", "field", v.lang.Say("account.field."+f.Field), "text", s.fieldSentence(v.lang, f.Code)))
	}
	return typed, faults, nil
}

func (s *site) addUser(v *visit, u *scheduler.User) error {
	typed, faults, err := s.typedUser(v, "")
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return s.showUsers(v, u, http.StatusUnprocessableEntity, &typed, faults)
	}
	password, err := s.Accounts.Add(v.Context(), u, typed.Login, typed.Role, typed.Offices)
	if errors.Is(err, scheduler.ErrConflict) {
		return s.showUsers(v, u, http.StatusUnprocessableEntity, &typed, []string{v.lang.Say("account.login_taken")})
	}
	if err != nil {
		return err
	}
	return s.showPassword(v, u, typed.Login, password, "/desk/users")
}

// showPassword shows a password for one sign-in, once.
func (s *site) showPassword(v *visit, u *scheduler.User, login, password, back string) error {
	return s.show(v, 200, shownPage{
		frame: s.staffFrame(v, u, v.lang.Say("account.password_title", "name", login)), Lead: v.lang.Say("account.password_lead"),
		Secrets: []string{password}, Back: back,
	})
}

// userPage is the account of one member of staff.
type userPage struct {
	frame
	ID       string
	User     userLine
	Form     userForm
	Sessions int
	Tokens   tokensPart
	Faults   []string
}

func (userPage) file() string { return "user" }

// theUser is who the address names.
func (s *site) theUser(v *visit) (scheduler.User, error) {
	u, err := s.Staff.User(v.Context(), v.PathValue("user"))
	return u, wayOn(err, "/desk/users", "account.users")
}

func (s *site) user(v *visit, u *scheduler.User) error {
	x, err := s.theUser(v)
	if err != nil {
		return err
	}
	return s.showUser(v, u, 200, &x, nil)
}

func (s *site) showUser(v *visit, u *scheduler.User, status int, x *scheduler.User, faults []string) error {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	p := userPage{
		frame: s.staffFrame(v, u, x.Login), ID: x.ID, Form: s.userForm(v, c, x), Faults: faults,
		User: userLine{ID: x.ID, Login: x.Login, Role: x.Role, Disabled: x.Disabled, Fresh: x.MustChange, TOTP: x.TOTP != nil, Linked: x.Outside != ""},
	}
	p.Faulty = len(faults) > 0
	loc, err := s.homeZone(v, u)
	if err != nil {
		return err
	}
	sessions, err := s.Staff.SessionsOf(v.Context(), x.ID, s.Sessions.Now())
	if err != nil {
		return err
	}
	p.Sessions = len(sessions)
	p.Tokens.Action = under("/desk/users", x.ID) + "/tokens/revoke"
	if p.Tokens.Lines, err = s.tokenLines(v, x.ID, loc); err != nil {
		return err
	}
	return s.show(v, status, p)
}

func (s *site) changeUser(v *visit, u *scheduler.User) error {
	x, err := s.theUser(v)
	if err != nil {
		return err
	}
	typed, faults, err := s.typedUser(v, x.Login)
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return s.showUser(v, u, http.StatusUnprocessableEntity, &x, faults)
	}
	return s.changed(v, u, &x, s.Accounts.Assign(v.Context(), u, x.ID, typed.Role, typed.Offices))
}

// changed leads back to the user, or says that somebody must stay who may add
// staff.
func (s *site) changed(v *visit, u, x *scheduler.User, err error) error {
	if errors.Is(err, scheduler.ErrLastAdministrator) {
		return s.showUser(v, u, http.StatusConflict, x, []string{v.lang.Say("account.last_administrator")})
	}
	if err != nil {
		return err
	}
	return v.redirect(under("/desk/users", x.ID))
}

func (s *site) disableUser(v *visit, u *scheduler.User) error {
	x, err := s.theUser(v)
	if err != nil {
		return err
	}
	return s.changed(v, u, &x, s.Accounts.Disable(v.Context(), u, x.ID, true))
}

func (s *site) enableUser(v *visit, u *scheduler.User) error {
	x, err := s.theUser(v)
	if err != nil {
		return err
	}
	return s.changed(v, u, &x, s.Accounts.Disable(v.Context(), u, x.ID, false))
}

func (s *site) signOutUser(v *visit, u *scheduler.User) error {
	x, err := s.theUser(v)
	if err != nil {
		return err
	}
	return s.changed(v, u, &x, s.Accounts.EndSessions(v.Context(), u, x.ID))
}

func (s *site) resetUser(v *visit, u *scheduler.User) error {
	x, err := s.theUser(v)
	if err != nil {
		return err
	}
	password, err := s.Accounts.Reset(v.Context(), u, x.ID)
	if err != nil {
		return err
	}
	return s.showPassword(v, u, x.Login, password, under("/desk/users", x.ID))
}

func (s *site) revokeUserToken(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	x, err := s.theUser(v)
	if err != nil {
		return err
	}
	err = s.Accounts.RevokeToken(v.Context(), u, x.ID, cut(v.PostForm.Get("token"), 100))
	return s.changed(v, u, &x, wayOn(err, under("/desk/users", x.ID), "account.users"))
}

// deedsPage is the log of what staff did.
type deedsPage struct {
	frame
	Deeds []deedLine
	More  string // place of the next page, or ""
}

func (deedsPage) file() string { return "deeds" }

type deedLine struct {
	When, Who string
	Action    scheduler.Action
	Office    *name
	Subject   string
}

const deedLines = 50

func (s *site) deeds(v *visit, u *scheduler.User) error {
	all, err := s.Staff.Deeds(v.Context(), scheduler.DeedQuery{BeforeID: cut(v.URL.Query().Get("after"), 100), Limit: deedLines + 1})
	if err != nil {
		return err
	}
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	loc, err := s.homeZone(v, u)
	if err != nil {
		return err
	}
	p := deedsPage{frame: s.staffFrame(v, u, v.lang.Say("account.deeds"))}
	if len(all) > deedLines {
		all = all[:deedLines]
		p.More = "/desk/deeds?after=" + all[deedLines-1].ID
	}
	logins, err := s.logins(v)
	if err != nil {
		return err
	}
	for i := range all {
		d := &all[i]
		line := deedLine{When: s.moment(v, d.At, loc), Who: d.Login, Action: d.Action, Subject: d.Subject}
		if login, ok := logins[d.Subject]; ok {
			line.Subject = login
		}
		if line.Subject == d.Login {
			line.Subject = ""
		}
		if d.OfficeID != "" {
			n := officeName(v.lang, c, d.OfficeID)
			line.Office = &n
		}
		p.Deeds = append(p.Deeds, line)
	}
	return s.show(v, 200, p)
}

// logins are the logins of staff by id.
func (s *site) logins(v *visit) (map[string]string, error) {
	all, err := s.Staff.Users(v.Context())
	if err != nil {
		return nil, err
	}
	byID := make(map[string]string, len(all))
	for i := range all {
		byID[all[i].ID] = all[i].Login
	}
	return byID, nil
}
