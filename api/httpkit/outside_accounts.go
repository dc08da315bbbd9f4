package httpkit

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"mawid/scheduler"
)

// Admit returns the account of who the identity provider knows: the one that is
// linked to the identity, or else the one whose login the identity's claim names,
// which is linked from now on. Accounts are never made here, and role and offices
// stay as an administrator set them. It returns ErrNoAccount.
func (a *Accounts) Admit(ctx context.Context, who Identity) (scheduler.User, error) {
	u, err := a.store.UserByOutside(ctx, who.Outside)
	switch {
	case err == nil && u.Disabled:
		return u, ErrNoAccount
	case err == nil && u.MustChange:
		next := u.WithPassword("", false)
		return next, a.store.UpdateUser(ctx, next, u.Epoch)
	case !errors.Is(err, scheduler.ErrNotFound):
		return u, err
	}
	u, err = a.byClaim(ctx, who.Login)
	if err != nil {
		return u, err
	}
	return a.link(ctx, u, who.Outside)
}

// byClaim finds an account that nobody is linked to yet. Capitals in what the
// provider says do not matter, since addresses are written either way.
func (a *Accounts) byClaim(ctx context.Context, login string) (scheduler.User, error) {
	bad := &scheduler.InvalidError{}
	scheduler.CheckText(bad, "login", login, scheduler.MaxLogin)
	if login == "" || bad.OrNil() != nil {
		return scheduler.User{}, ErrNoAccount
	}
	u, err := a.store.UserByLogin(ctx, login)
	if errors.Is(err, scheduler.ErrNotFound) {
		u, err = a.store.UserByLogin(ctx, strings.ToLower(login))
	}
	if errors.Is(err, scheduler.ErrNotFound) || err == nil && (u.Disabled || u.Outside != "") {
		return u, ErrNoAccount
	}
	return u, err
}

// Link links one's own account to an identity, and returns the user as they are
// then. ErrNoAccount when the identity is another account's.
func (a *Accounts) Link(ctx context.Context, u scheduler.User, outside string) (scheduler.User, error) {
	if other, err := a.store.UserByOutside(ctx, outside); err == nil && other.ID != u.ID {
		return u, ErrNoAccount
	} else if err != nil && !errors.Is(err, scheduler.ErrNotFound) {
		return u, err
	}
	return a.link(ctx, u, outside)
}

// link ends the sessions, as all that changes how one signs in, and drops a
// password that was made for one sign-in: it is not needed any more.
func (a *Accounts) link(ctx context.Context, u scheduler.User, outside string) (scheduler.User, error) {
	next := u.SignedOut()
	if u.MustChange {
		next = u.WithPassword("", false)
	}
	next.Outside = outside
	if err := a.store.UpdateUser(ctx, next, u.Epoch, a.deed(&u, scheduler.ActLinkIdentity, "", u.ID)); err != nil {
		return u, fmt.Errorf("link identity: %w", err)
	}
	return next, nil
}

// Unlink takes the identity away from an account, and ends its sessions.
func (a *Accounts) Unlink(ctx context.Context, by *scheduler.User, id string) error {
	return a.change(ctx, id, a.deed(by, scheduler.ActUnlinkIdentity, "", id), func(u scheduler.User) scheduler.User {
		u.Outside = ""
		return u.SignedOut()
	})
}

// LogInOutside starts a fresh session of a user whom an identity provider let
// in. It returns ErrSecondFactor when SecondFactor must follow: who turned it on
// here is asked for it whichever way they come.
func (s *Sessions) LogInOutside(r *http.Request, u scheduler.User) error {
	s.manager.Put(r.Context(), sessionOutside, true)
	if u.TOTP != nil {
		return s.owe(r.Context(), u)
	}
	return s.Begin(r, u)
}

// CameFromOutside reports whether the session was begun by LogInOutside.
func (s *Sessions) CameFromOutside(r *http.Request) bool {
	return s.manager.GetBool(r.Context(), sessionOutside)
}
