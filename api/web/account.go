package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// accountPage is one's own account.
type accountPage struct {
	frame
	Role     scheduler.Role
	Password bool // has one here, and no sign-in elsewhere only
	TOTP     bool
	Outside  bool // the identity service may be used
	Linked   bool // to an identity there
	Codes    int  // recovery codes that are left
	Sessions []sessionLine
	Tokens   tokensPart
	Roles    []scheduler.Role // that a token may have
	Faults   []string
	Days     []int  // how long it may live
	Name     string // of the token, as typed
}

func (accountPage) file() string { return "account" }

type sessionLine struct {
	ID, Client, Begun, Seen string
	Current                 bool
}

// tokensPart lists access tokens, each with a button that revokes it.
type tokensPart struct {
	Action string // place of the form
	Lines  []tokenLine
}

type tokenLine struct {
	ID, Name               string
	Role                   scheduler.Role
	Created, Expires, Used string
	Over                   bool
}

func (s *site) account(v *visit, u *scheduler.User) error {
	p, err := s.accountOf(v, u)
	if err != nil {
		return err
	}
	if note := identityNote(v); note != "" {
		p.Faults, p.Faulty = []string{note}, true
	}
	return s.show(v, 200, p)
}

func (s *site) accountOf(v *visit, u *scheduler.User) (accountPage, error) {
	p := accountPage{
		frame: s.staffFrame(v, u, v.lang.Say("account.own")), Role: u.Role, Password: u.PasswordHash != "", TOTP: u.TOTP != nil,
		Outside: s.Outside != nil, Linked: u.Outside != "",
		Days: []int{30, 90, 180, 366},
	}
	for _, r := range scheduler.Roles() {
		if u.Role.AtLeast(r) {
			p.Roles = append(p.Roles, r)
		}
	}
	loc, err := s.homeZone(v, u)
	if err != nil {
		return p, err
	}
	if p.Sessions, err = s.sessionLines(v, u, loc); err != nil {
		return p, err
	}
	if p.Tokens.Lines, err = s.tokenLines(v, u.ID, loc); err != nil {
		return p, err
	}
	p.Tokens.Action = "/desk/account/tokens/revoke"
	p.Codes, err = s.Staff.CountRecoveryCodes(v.Context(), u.ID)
	return p, err
}

func (s *site) sessionLines(v *visit, u *scheduler.User, loc *time.Location) ([]sessionLine, error) {
	all, err := s.Staff.SessionsOf(v.Context(), u.ID, s.Sessions.Now())
	if err != nil {
		return nil, err
	}
	_, current := s.Sessions.SignedIn(v.Request)
	lines := make([]sessionLine, len(all))
	for i, x := range all {
		lines[i] = sessionLine{x.ID, x.Client, s.moment(v, x.BegunAt, loc), s.moment(v, x.SeenAt, loc), x.ID == current}
	}
	return lines, nil
}

func (s *site) tokenLines(v *visit, userID string, loc *time.Location) ([]tokenLine, error) {
	all, err := s.Staff.TokensOf(v.Context(), userID)
	if err != nil {
		return nil, err
	}
	lines := make([]tokenLine, len(all))
	for i, k := range all {
		lines[i] = tokenLine{
			k.ID, k.Name, k.Role, s.moment(v, k.CreatedAt, loc), s.moment(v, k.ExpiresAt, loc), s.moment(v, k.UsedAt, loc),
			!k.ExpiresAt.After(s.Sessions.Now()),
		}
	}
	return lines, nil
}

// endSessions ends one of one's own sessions, or all but the present one.
func (s *site) endSessions(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	_, current := s.Sessions.SignedIn(v.Request)
	id := cut(v.PostForm.Get("session"), 100)
	if id == current {
		return s.signOut(v)
	}
	err := s.Accounts.EndSession(v.Context(), u, id, current)
	if err != nil && !errors.Is(err, scheduler.ErrNotFound) { // it is over: what was wanted
		return err
	}
	return v.redirect("/desk/account")
}

// passwordPage changes one's password.
type passwordPage struct {
	frame
	Forced      bool // a password for one sign-in must be replaced
	Wrong       bool // the old one
	Fault       string
	MinPassword int
}

func (passwordPage) file() string { return "password" }

func (s *site) passwordPage(v *visit, u *scheduler.User) passwordPage {
	return passwordPage{
		frame: s.staffFrame(v, u, v.lang.Say("account.change_password")), Forced: u.MustChange, MinPassword: httpkit.MinPassword,
	}
}

func (s *site) askPassword(v *visit, u *scheduler.User) error {
	if u.PasswordHash == "" {
		return v.redirect("/desk/account")
	}
	return s.show(v, 200, s.passwordPage(v, u))
}

func (s *site) changePassword(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	if u.PasswordHash == "" {
		return v.redirect("/desk/account")
	}
	next, err := s.Accounts.ChangePassword(v.Context(), *u, v.PostForm.Get("old_password"), v.PostForm.Get("new_password"))
	var invalid *scheduler.InvalidError
	p := s.passwordPage(v, u)
	p.Faulty = true
	switch {
	case errors.Is(err, httpkit.ErrLogin):
		p.Wrong = true
		return s.show(v, http.StatusUnprocessableEntity, p)
	case errors.As(err, &invalid):
		p.Fault = v.lang.Say("account.password." + invalid.Fields[0].Code)
		return s.show(v, http.StatusUnprocessableEntity, p)
	case err != nil:
		return wayOn(err, "/desk/account/password", "account.change_password")
	}
	if err := s.Sessions.Begin(v.Request, next); err != nil {
		return err
	}
	return v.redirect("/desk/account")
}

// totpPage turns the second factor on.
type totpPage struct {
	frame
	Secret, Spaced string
	QR             qrPart
	Wrong          bool
}

func (totpPage) file() string { return "totp" }

// totpPage shows a secret to an authenticator program. Nothing is kept until a
// code shows that it was read.
func (s *site) totpPage(v *visit, u *scheduler.User, secret string) (totpPage, error) {
	p := totpPage{frame: s.staffFrame(v, u, v.lang.Say("account.totp_title")), Secret: secret, Spaced: spaced(secret)}
	var err error
	p.QR, err = qrOf(httpkit.TOTPAddress(u.Login, secret))
	return p, err
}

// spaced writes a secret in groups of four, to be typed.
func spaced(secret string) string {
	var groups []string
	for ; len(secret) > 4; secret = secret[4:] {
		groups = append(groups, secret[:4])
	}
	return strings.Join(append(groups, secret), " ")
}

func (s *site) askTOTP(v *visit, u *scheduler.User) error {
	if u.TOTP != nil || u.PasswordHash == "" {
		return v.redirect("/desk/account")
	}
	p, err := s.totpPage(v, u, httpkit.NewTOTPSecret())
	if err != nil {
		return err
	}
	return s.show(v, 200, p)
}

func (s *site) startTOTP(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	secret := v.PostForm.Get("secret")
	if u.TOTP != nil || u.PasswordHash == "" || !httpkit.IsTOTPSecret(secret) {
		return v.redirect("/desk/account")
	}
	next, codes, err := s.Accounts.StartTOTP(v.Context(), *u, secret, cut(v.PostForm.Get("code"), 40))
	if errors.Is(err, httpkit.ErrSecondFactor) {
		p, err := s.totpPage(v, u, secret)
		if err != nil {
			return err
		}
		p.Wrong, p.Faulty = true, true
		return s.show(v, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	if err := s.Sessions.Begin(v.Request, next); err != nil {
		return err
	}
	return s.show(v, 200, shownPage{
		frame: s.staffFrame(v, &next, v.lang.Say("account.recovery_title")), Lead: v.lang.Say("account.recovery_lead"),
		Secrets: codes, Back: "/desk/account",
	})
}

func (s *site) stopTOTP(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	next, err := s.Accounts.StopTOTP(v.Context(), *u, v.PostForm.Get("password"))
	if errors.Is(err, httpkit.ErrLogin) {
		return s.accountFaults(v, u, v.lang.Say("account.wrong_password"))
	}
	if err != nil {
		return err
	}
	if err := s.Sessions.Begin(v.Request, next); err != nil {
		return err
	}
	return v.redirect("/desk/account")
}

// accountFaults shows the account with what is wrong with a form.
func (s *site) accountFaults(v *visit, u *scheduler.User, faults ...string) error {
	p, err := s.accountOf(v, u)
	if err != nil {
		return err
	}
	p.Faults, p.Faulty, p.Name = faults, true, cut(v.PostForm.Get("name"), scheduler.MaxTokenName)
	return s.show(v, http.StatusUnprocessableEntity, p)
}

// shownPage shows secrets, once.
type shownPage struct {
	frame
	Lead    string
	Secrets []string
	Back    string // place to go on at
}

func (shownPage) file() string { return "shown" }

func (s *site) newToken(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	days, err := strconv.Atoi(v.PostForm.Get("days"))
	if err != nil || days > 366 {
		days = 0 // refused below
	}
	name := httpkit.CleanText(v.PostForm.Get("name"))
	token, err := s.Accounts.NewToken(v.Context(), u, u.ID, name, scheduler.Role(v.PostForm.Get("role")), time.Duration(days)*24*time.Hour)
	var invalid *scheduler.InvalidError
	if errors.As(err, &invalid) {
		var faults []string
		for _, f := range invalid.Fields {
			faults = append(faults, v.lang.Say("form.fault", "field", v.lang.Say("account.field."+f.Field), "text", s.fieldSentence(v.lang, f.Code)))
		}
		return s.accountFaults(v, u, faults...)
	}
	if err != nil {
		return err
	}
	return s.show(v, 200, shownPage{
		frame: s.staffFrame(v, u, v.lang.Say("account.token_title")), Lead: v.lang.Say("account.token_lead"),
		Secrets: []string{token}, Back: "/desk/account",
	})
}

func (s *site) revokeToken(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	if err := s.Accounts.RevokeToken(v.Context(), u, u.ID, cut(v.PostForm.Get("token"), 100)); err != nil {
		return wayOn(err, "/desk/account", "account.own")
	}
	return v.redirect("/desk/account")
}
