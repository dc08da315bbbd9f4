package httpkit

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"mawid/scheduler"
)

// AccountStore is what accounts need of storage; *store.DB says what each does.
type AccountStore interface {
	User(ctx context.Context, id string) (scheduler.User, error)
	UserByLogin(ctx context.Context, login string) (scheduler.User, error)
	UserByOutside(ctx context.Context, outside string) (scheduler.User, error)
	AddUser(ctx context.Context, u scheduler.User, deeds ...scheduler.Deed) error
	UpdateUser(ctx context.Context, u scheduler.User, epoch int64, deeds ...scheduler.Deed) error
	EndSession(ctx context.Context, userID, id string) error
	EndOtherSessions(ctx context.Context, userID, keep string) (int, error)
	SetRecoveryCodes(ctx context.Context, userID string, hashes [][]byte) error
	AddToken(ctx context.Context, k scheduler.AccessToken) error
	DropToken(ctx context.Context, userID, id string) error
	AddDeed(ctx context.Context, d scheduler.Deed) error
}

// Accounts changes the accounts of staff. What changes an account ends its
// sessions, and stands in the log of deeds, written with the change.
//
// by is who does it; nil is who has the command line. Whether they may is
// decided before.
type Accounts struct {
	store     AccountStore
	passwords *Passwords
	clock     scheduler.Clock
	secret    []byte
}

// NewAccounts returns accounts over the store. secret is the program's.
func NewAccounts(store AccountStore, p *Passwords, clock scheduler.Clock, secret []byte) *Accounts {
	return &Accounts{store, p, clock, secret}
}

// deed is a line for the log.
func (a *Accounts) deed(by *scheduler.User, action scheduler.Action, office, subject string) scheduler.Deed {
	now := a.clock()
	d := scheduler.Deed{ID: timedID("dee", now), At: now.UTC(), Action: action, OfficeID: office, Subject: subject}
	if by != nil {
		d.UserID, d.Login = by.ID, by.Login
	}
	return d
}

// Record writes a line of the log.
func (a *Accounts) Record(ctx context.Context, by *scheduler.User, action scheduler.Action, office, subject string) error {
	return a.store.AddDeed(ctx, a.deed(by, action, office, subject))
}

// Add adds a member of staff and returns a password for one sign-in. login,
// role and offices are checked before. ErrConflict when the login exists.
func (a *Accounts) Add(ctx context.Context, by *scheduler.User, login string, role scheduler.Role, offices []string) (password string, err error) {
	now := a.clock().UTC()
	u := scheduler.User{ID: timedID("usr", now), Login: login, Role: role, Offices: offices, CreatedAt: now, MustChange: true}
	if password, u.PasswordHash, err = a.newPassword(ctx); err != nil {
		return "", err
	}
	if err := a.store.AddUser(ctx, u, a.deed(by, scheduler.ActAddUser, "", u.ID)); err != nil {
		return "", fmt.Errorf("add user %q: %w", login, err)
	}
	return password, nil
}

func (a *Accounts) newPassword(ctx context.Context) (password, hash string, err error) {
	password = rand.Text() // 26 characters, at least 128 bits
	hash, err = a.passwords.Hash(ctx, password)
	return password, hash, err
}

// change reads a user, changes them and writes them, until nobody came between.
func (a *Accounts) change(ctx context.Context, id string, d scheduler.Deed, how func(scheduler.User) scheduler.User) error {
	for range 5 {
		u, err := a.store.User(ctx, id)
		if err != nil {
			return err
		}
		err = a.store.UpdateUser(ctx, how(u), u.Epoch, d)
		if !errors.Is(err, scheduler.ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("change user: %w", scheduler.ErrBusy)
}

// Assign gives a user a role and offices. They count from the next request on.
func (a *Accounts) Assign(ctx context.Context, by *scheduler.User, id string, role scheduler.Role, offices []string) error {
	return a.change(ctx, id, a.deed(by, scheduler.ActChangeUser, "", id), func(u scheduler.User) scheduler.User {
		u.Role, u.Offices = role, offices
		return u
	})
}

// Disable lets a user in no longer, on any node, or again.
func (a *Accounts) Disable(ctx context.Context, by *scheduler.User, id string, disabled bool) error {
	action := scheduler.ActEnableUser
	if disabled {
		action = scheduler.ActDisableUser
	}
	return a.change(ctx, id, a.deed(by, action, "", id), func(u scheduler.User) scheduler.User {
		u.Disabled = disabled
		return u.SignedOut()
	})
}

// EndSessions ends all sessions of a user.
func (a *Accounts) EndSessions(ctx context.Context, by *scheduler.User, id string) error {
	return a.change(ctx, id, a.deed(by, scheduler.ActEndSessions, "", id), scheduler.User.SignedOut)
}

// Reset gives a user a password for one sign-in and takes the second factor
// away, as for somebody who lost both.
func (a *Accounts) Reset(ctx context.Context, by *scheduler.User, id string) (password string, err error) {
	password, hash, err := a.newPassword(ctx)
	if err != nil {
		return "", err
	}
	err = a.change(ctx, id, a.deed(by, scheduler.ActResetPassword, "", id), func(u scheduler.User) scheduler.User {
		return u.WithPassword(hash, true).WithTOTP(nil, 0)
	})
	if err != nil {
		return "", err
	}
	return password, a.store.SetRecoveryCodes(ctx, id, nil)
}

// ChangePassword changes one's own password, ends all sessions and returns the
// user as they are then. It returns ErrLogin when old is wrong, and InvalidError
// of new_password for a poor choice.
func (a *Accounts) ChangePassword(ctx context.Context, u scheduler.User, old, password string) (scheduler.User, error) {
	ok, err := a.passwords.Verify(ctx, u.PasswordHash, old)
	switch {
	case err != nil:
		return u, err
	case !ok:
		return u, ErrLogin
	case len(password) < MinPassword:
		return u, scheduler.Invalid("new_password", "too_short", "want at least %d bytes", MinPassword)
	case len(password) > maxPassword:
		return u, scheduler.Invalid("new_password", "too_long", "want at most %d bytes", maxPassword)
	case password == old || strings.EqualFold(password, u.Login):
		return u, scheduler.Invalid("new_password", "unchanged", "want one that is new and not the login")
	}
	hash, err := a.passwords.Hash(ctx, password)
	if err != nil {
		return u, err
	}
	next := u.WithPassword(hash, false)
	return next, a.store.UpdateUser(ctx, next, u.Epoch, a.deed(&u, scheduler.ActChangePassword, "", u.ID))
}

// StartTOTP turns the second factor on when code shows that the authenticator
// program has the secret. It ends all sessions and returns the user as they are
// then, and codes for the day the program is lost, which are shown once. It
// returns ErrSecondFactor for a wrong code.
func (a *Accounts) StartTOTP(ctx context.Context, u scheduler.User, secret, code string) (scheduler.User, []string, error) {
	step, ok := totpStep(secret, code, a.clock())
	if !ok {
		return u, nil, ErrSecondFactor
	}
	sealed, err := sealTOTP(a.secret, u.ID, secret)
	if err != nil {
		return u, nil, err
	}
	codes, hashes := newRecoveryCodes(u.ID)
	if err := a.store.SetRecoveryCodes(ctx, u.ID, hashes); err != nil {
		return u, nil, err
	}
	next := u.WithTOTP(sealed, step)
	return next, codes, a.store.UpdateUser(ctx, next, u.Epoch, a.deed(&u, scheduler.ActTOTPOn, "", u.ID))
}

// StopTOTP turns the second factor off and ends all sessions. It returns
// ErrLogin when the password is wrong.
func (a *Accounts) StopTOTP(ctx context.Context, u scheduler.User, password string) (scheduler.User, error) {
	ok, err := a.passwords.Verify(ctx, u.PasswordHash, password)
	if err != nil {
		return u, err
	}
	if !ok {
		return u, ErrLogin
	}
	next := u.WithTOTP(nil, 0)
	if err := a.store.UpdateUser(ctx, next, u.Epoch, a.deed(&u, scheduler.ActTOTPOff, "", u.ID)); err != nil {
		return u, err
	}
	return next, a.store.SetRecoveryCodes(ctx, u.ID, nil)
}

// EndSession ends one of the user's sessions, or with "" all but keep.
func (a *Accounts) EndSession(ctx context.Context, u *scheduler.User, id, keep string) error {
	var err error
	if id == "" {
		_, err = a.store.EndOtherSessions(ctx, u.ID, keep)
	} else {
		err = a.store.EndSession(ctx, u.ID, id)
	}
	if err != nil {
		return err
	}
	return a.Record(ctx, u, scheduler.ActEndSessions, "", u.ID)
}

// NewToken makes an access token of a user, which is shown once. Life is from
// one day to MaxTokenLife. It returns InvalidError.
func (a *Accounts) NewToken(ctx context.Context, by *scheduler.User, userID, name string, most scheduler.Role, life time.Duration) (string, error) {
	bad := &scheduler.InvalidError{}
	scheduler.CheckText(bad, "name", name, scheduler.MaxTokenName)
	if name == "" {
		bad.Add("name", "required", "want what the token is for")
	}
	if !most.AtLeast(scheduler.RoleAgent) {
		bad.Add("role", "invalid", "want agent, supervisor or administrator")
	}
	if life < 24*time.Hour || life > scheduler.MaxTokenLife {
		bad.Add("days", "out_of_range", "want 1 to 366")
	}
	if err := bad.OrNil(); err != nil {
		return "", err
	}
	now := a.clock().UTC()
	token := scheduler.TokenPrefix + rand.Text() // 26 characters, at least 128 bits
	err := a.store.AddToken(ctx, scheduler.AccessToken{
		ID: timedID("tok", now), UserID: userID, Name: name, Hash: scheduler.TokenHash(token), Role: most, CreatedAt: now, ExpiresAt: now.Add(life),
	})
	if err != nil {
		return "", err
	}
	return token, a.Record(ctx, by, scheduler.ActAddToken, "", userID)
}

// RevokeToken revokes a token of a user.
func (a *Accounts) RevokeToken(ctx context.Context, by *scheduler.User, userID, id string) error {
	if err := a.store.DropToken(ctx, userID, id); err != nil {
		return err
	}
	return a.Record(ctx, by, scheduler.ActRevokeToken, "", userID)
}
