package web

import (
	"errors"
	"net/http"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// What a page says after a sign-in by the identity service that came to nothing;
// the words stand in the address and in the keys of sentences.
const (
	identityUnknown = "unknown" // no account here is theirs
	identityFailed  = "failed"  // not completed, or not theirs to complete
	identityDown    = "down"    // the service does not answer
	identityTaken   = "taken"   // linked to another account
)

// identityNote is the sentence for one of these, "" for any other word.
func identityNote(v *visit) string {
	switch v.URL.Query().Get("identity") {
	case identityUnknown:
		return v.lang.Say("account.identity_unknown")
	case identityFailed:
		return v.lang.Say("account.identity_failed")
	case identityDown:
		return v.lang.Say("account.identity_down")
	case identityTaken:
		return v.lang.Say("account.identity_taken")
	}
	return ""
}

// OutsideBack is the path that the identity service leads back to.
const OutsideBack = "/desk/sign-in/outside/back"

// goOutside leads to the identity service.
func (s *site) goOutside(v *visit) error {
	private(v)
	if s.Outside == nil {
		return errNotFound
	}
	address, err := s.Outside.Start(v.w, v.Request, "")
	if err != nil {
		return s.identityRefused(v, "/desk/sign-in", err)
	}
	s.rememberLanguage(v) // the way back names none
	http.Redirect(v.w, v.Request, address, http.StatusSeeOther)
	return nil
}

// backFromOutside signs in, or links, who the identity service leads back. It is a
// GET, as the service sends it; what makes it safe is that it answers one Start of
// the same browser, once.
func (s *site) backFromOutside(v *visit) error {
	private(v)
	if s.Outside == nil {
		return errNotFound
	}
	place := "/desk/sign-in"
	if u, _ := s.Sessions.SignedIn(v.Request); u != nil {
		place = "/desk/account"
	}
	who, err := s.Outside.Finish(v.w, v.Request)
	if err == nil && who.Link != "" {
		return s.linked(v, who)
	}
	var u scheduler.User
	if err == nil {
		u, err = s.Accounts.Admit(v.Context(), who)
	}
	if err == nil {
		err = s.Sessions.LogInOutside(v.Request, u)
	}
	switch {
	case errors.Is(err, httpkit.ErrSecondFactor):
		return v.redirect("/desk/sign-in/code")
	case err != nil:
		return s.identityRefused(v, place, err)
	}
	return s.signedInNow(v, &u)
}

// identityRefused leads to a page that says what became of it.
func (s *site) identityRefused(v *visit, place string, err error) error {
	word := ""
	switch {
	case errors.Is(err, httpkit.ErrNoAccount):
		word = identityUnknown
	case errors.Is(err, httpkit.ErrOutside):
		word = identityFailed
	case errors.Is(err, httpkit.ErrProvider):
		word = identityDown
		httpkit.NoteFault(v.Context(), err)
	default:
		return wayOn(err, "/desk/sign-in", "staff.sign_in")
	}
	return v.redirect(place + "?identity=" + word)
}

// identityPage leads on to the identity service: a form may not lead to another
// origin (the pages' content security policy), a link may.
type identityPage struct {
	frame
	Address string
}

func (identityPage) file() string { return "identity" }

// askLink begins to link one's own account.
func (s *site) askLink(v *visit, u *scheduler.User) error {
	if s.Outside == nil {
		return errNotFound
	}
	address, err := s.Outside.Start(v.w, v.Request, u.ID)
	if err != nil {
		return s.identityRefused(v, "/desk/account", err)
	}
	v.place = "/desk/account"
	return s.show(v, 200, identityPage{frame: s.staffFrame(v, u, v.lang.Say("account.identity_link")), Address: address})
}

// linked links the account of who asked for it, if it is still they who come back.
func (s *site) linked(v *visit, who httpkit.Identity) error {
	u, _ := s.Sessions.SignedIn(v.Request)
	if u == nil || u.ID != who.Link || u.MustChange {
		return v.redirect("/desk/sign-in?identity=" + identityFailed)
	}
	next, err := s.Accounts.Link(v.Context(), *u, who.Outside)
	if errors.Is(err, httpkit.ErrNoAccount) {
		return v.redirect("/desk/account?identity=" + identityTaken)
	}
	if err != nil {
		return wayOn(err, "/desk/account", "account.own")
	}
	if err := s.Sessions.Begin(v.Request, next); err != nil {
		return err
	}
	return v.redirect("/desk/account")
}

// unlink undoes the link of one's own account. Who has no password would shut
// themself out.
func (s *site) unlink(v *visit, u *scheduler.User) error {
	if u.PasswordHash == "" || u.Outside == "" {
		return v.redirect("/desk/account")
	}
	if err := s.Accounts.Unlink(v.Context(), u, u.ID); err != nil {
		return err
	}
	next, err := s.Staff.User(v.Context(), u.ID)
	if err != nil {
		return err
	}
	if err := s.Sessions.Begin(v.Request, next); err != nil {
		return err
	}
	return v.redirect("/desk/account")
}

func (s *site) unlinkUser(v *visit, u *scheduler.User) error {
	x, err := s.theUser(v)
	if err != nil {
		return err
	}
	return s.changed(v, u, &x, s.Accounts.Unlink(v.Context(), u, x.ID))
}
