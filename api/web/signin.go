package web

import (
	"errors"
	"net/http"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// signInPage asks who is there.
type signInPage struct {
	frame
	Login string
	Wrong bool
	// Outside: the identity service may be used; Identity says what became of it.
	Outside  bool
	Identity string
	// SignedOut leads to where the session at the identity service is ended, when
	// one here was begun by it and is over now; "" otherwise.
	SignedOut string
}

func (signInPage) file() string { return "signin" }

func (s *site) askSignIn(v *visit) error {
	private(v)
	if u, _ := s.Sessions.SignedIn(v.Request); u != nil {
		return v.redirect(afterSignIn(u))
	}
	p := s.signInPage(v)
	p.Identity = identityNote(v)
	p.Faulty = p.Identity != ""
	if s.Outside != nil && v.URL.Query().Has("ended") {
		p.SignedOut = s.Outside.SignOutURL(v.Context(), s.origin+"/desk/sign-in")
	}
	return s.show(v, 200, p)
}

func (s *site) signInPage(v *visit) signInPage {
	return signInPage{frame: s.frame(v, v.lang.Say("staff.sign_in")), Outside: s.Outside != nil}
}

// afterSignIn is where a member of staff goes first.
func afterSignIn(u *scheduler.User) string {
	if u.MustChange {
		return "/desk/account/password"
	}
	return "/desk"
}

func (s *site) signIn(v *visit) error {
	private(v)
	if err := readForm(v); err != nil {
		return err
	}
	login := cut(v.PostForm.Get("login"), 100)
	u, err := s.Sessions.LogIn(v.Request, login, v.PostForm.Get("password"))
	switch {
	case errors.Is(err, httpkit.ErrLogin):
		return s.signInAgain(v, login)
	case errors.Is(err, httpkit.ErrSecondFactor):
		return v.redirect("/desk/sign-in/code")
	case err != nil:
		return wayOn(err, "/desk/sign-in", "staff.sign_in")
	}
	return s.signedInNow(v, u)
}

// signInAgain says that login and password are wrong.
func (s *site) signInAgain(v *visit, login string) error {
	p := s.signInPage(v)
	p.Login, p.Wrong, p.Faulty = login, true, true
	return s.show(v, http.StatusUnauthorized, p)
}

func (s *site) signedInNow(v *visit, u *scheduler.User) error {
	if err := s.Accounts.Record(v.Context(), u, scheduler.ActSignIn, "", ""); err != nil {
		return err
	}
	return v.redirect(afterSignIn(u))
}

// codePage asks for the second factor.
type codePage struct {
	frame
	Wrong bool
}

func (codePage) file() string { return "code" }

func (s *site) askCode(v *visit) error {
	private(v)
	if !s.Sessions.Owes(v.Request) {
		return v.redirect("/desk/sign-in")
	}
	return s.show(v, 200, codePage{frame: s.frame(v, v.lang.Say("account.code_title"))})
}

func (s *site) giveCode(v *visit) error {
	private(v)
	if err := readForm(v); err != nil {
		return err
	}
	u, err := s.Sessions.SecondFactor(v.Request, cut(v.PostForm.Get("code"), 40))
	switch {
	case errors.Is(err, httpkit.ErrSecondFactor):
		p := codePage{frame: s.frame(v, v.lang.Say("account.code_title")), Wrong: true}
		p.Faulty = true
		return s.show(v, http.StatusUnauthorized, p)
	case errors.Is(err, httpkit.ErrLogin):
		return v.redirect("/desk/sign-in") // it took too long
	case err != nil:
		return wayOn(err, "/desk/sign-in/code", "account.code_title")
	}
	return s.signedInNow(v, u)
}

func (s *site) signOut(v *visit) error {
	private(v)
	outside := s.Outside != nil && s.Sessions.CameFromOutside(v.Request)
	if err := s.Sessions.LogOut(v.Request); err != nil {
		return err
	}
	if outside {
		return v.redirect("/desk/sign-in?ended=1")
	}
	return v.redirect("/desk/sign-in")
}
