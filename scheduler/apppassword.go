package scheduler

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
)

// AppPassword lets one program of a member of staff read their calendar over
// CalDAV, and nothing else. Only its hash is kept.
type AppPassword struct {
	ID        string
	OwnerID   string
	Label     string // what the owner calls the device
	Language  string // code of the language of the calendar it opens
	CreatedAt time.Time
	UsedAt    time.Time // about when it was last used; zero for never
}

// AppPasswordStore keeps passwords of programs.
type AppPasswordStore interface {
	AddAppPassword(ctx context.Context, p AppPassword, hash []byte) error
	// AppPasswordsOf returns those of a user, oldest first.
	AppPasswordsOf(ctx context.Context, ownerID string) ([]AppPassword, error)
	// AppPasswordByHash returns ErrNotFound when there is none.
	AppPasswordByHash(ctx context.Context, hash []byte) (AppPassword, error)
	// DropAppPassword ends one of an owner; ErrNotFound when there is none.
	DropAppPassword(ctx context.Context, id, ownerID string) error
	NoteAppPasswordUse(ctx context.Context, id string, at time.Time) error
	User(ctx context.Context, id string) (User, error)
}

const (
	// MaxLabel is the longest name of a device, in characters.
	MaxLabel = 60
	// maxAppPasswords bounds those of one user.
	maxAppPasswords = 20
	// appPasswordLetters are 125 bits as five groups of five letters.
	appPasswordLetters = 25
	// appUseStep is how exactly the last use is known.
	appUseStep = 15 * time.Minute
)

// NewAppPassword makes a password for a program and returns it; it cannot be
// shown again. An InvalidError names the field.
func (e *Engine) NewAppPassword(ctx context.Context, u *User, label, language string) (string, error) {
	bad := &InvalidError{}
	if label = strings.TrimSpace(label); label == "" {
		bad.Add("label", "required", "name the device")
	}
	CheckText(bad, "label", label, MaxLabel)
	CheckText(bad, "language", language, 35)
	if err := bad.OrNil(); err != nil {
		return "", err
	}
	have, err := e.store.AppPasswordsOf(ctx, u.ID)
	if err != nil {
		return "", fmt.Errorf("new app password: %w", err)
	}
	if len(have) >= maxAppPasswords {
		return "", Invalid("label", "too_many", "at most %d; remove one first", maxAppPasswords)
	}
	id, err := e.newID("app")
	if err != nil {
		return "", err
	}
	var raw [16]byte
	if _, err := io.ReadFull(e.random, raw[:]); err != nil {
		return "", fmt.Errorf("new app password: %w", err)
	}
	secret := idEncoding.EncodeToString(raw[:])[:appPasswordLetters]
	p := AppPassword{ID: id, OwnerID: u.ID, Label: label, Language: language, CreatedAt: e.now()}
	if err := e.store.AddAppPassword(ctx, p, TokenHash(secret)); err != nil {
		return "", fmt.Errorf("new app password: %w", err)
	}
	return grouped(secret), nil
}

// grouped parts a secret into groups of five, which are easier to copy.
func grouped(s string) string {
	var parts []string
	for len(s) > 5 {
		parts, s = append(parts, s[:5]), s[5:]
	}
	return strings.Join(append(parts, s), "-")
}

// AppPasswords lists those of a member of staff.
func (e *Engine) AppPasswords(ctx context.Context, u *User) ([]AppPassword, error) {
	return e.store.AppPasswordsOf(ctx, u.ID)
}

// DropAppPassword ends one; ErrNotFound when it is not theirs.
func (e *Engine) DropAppPassword(ctx context.Context, u *User, id string) error {
	return e.store.DropAppPassword(ctx, id, u.ID)
}

// AppLogIn returns the member of staff whose program shows a login and an app
// password, and the language of their calendar, or ErrNotFound. Groups and case
// of the password do not matter.
func (e *Engine) AppLogIn(ctx context.Context, login, password string) (u User, language string, err error) {
	secret := strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(password))
	p, err := e.store.AppPasswordByHash(ctx, TokenHash(secret))
	if err != nil {
		return User{}, "", fmt.Errorf("app password: %w", err)
	}
	u, err = e.store.User(ctx, p.OwnerID)
	if err == nil && (u.Disabled || u.Login != login) {
		err = ErrNotFound
	}
	if err != nil {
		return User{}, "", fmt.Errorf("owner of an app password: %w", err)
	}
	if now := e.now(); now.Sub(p.UsedAt) >= appUseStep {
		err = e.store.NoteAppPasswordUse(ctx, p.ID, now)
	}
	return u, p.Language, err
}
