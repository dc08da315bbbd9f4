package scheduler

import (
	"slices"
	"strings"
	"time"
)

// Role is what a member of staff may do.
type Role string

// The roles of contract.md, from least to most.
const (
	RoleAgent         Role = "agent"
	RoleSupervisor    Role = "supervisor"
	RoleAdministrator Role = "administrator"
)

// Roles lists the roles from least to most.
func Roles() []Role { return []Role{RoleAgent, RoleSupervisor, RoleAdministrator} }

// AtLeast reports whether a role may do what another may. Of a word that is no
// role it is false.
func (r Role) AtLeast(other Role) bool {
	mine, others := slices.Index(Roles(), r), slices.Index(Roles(), other)
	return mine >= 0 && others >= 0 && mine >= others
}

// User is a member of staff.
type User struct {
	ID           string
	Login        string
	Role         Role
	Offices      []string // ids; an administrator has all
	PasswordHash string   // argon2id in PHC form; "" for who signs in elsewhere only
	Disabled     bool
	CreatedAt    time.Time

	// MustChange: the password was made for them, and opens nothing but the page
	// on which they choose their own.
	MustChange bool
	// Epoch counts what ends sessions: a session of an earlier epoch is over, on
	// every node.
	Epoch int64
	// TOTP is the sealed secret of the second factor, nil without one.
	TOTP []byte
	// TOTPStep is the last time step whose code was used; no code is used twice.
	TOTPStep int64
	// Outside is issuer and subject at an identity provider, with a space
	// between; "" for who has a password here.
	Outside string

	// AllOffices: an administrator who asks with less than their role. Not stored.
	AllOffices bool
}

// Lengths in characters.
const (
	MaxLogin     = 100
	MaxTokenName = 60
)

// Check notes what is wrong with login, role and offices.
func (u *User) Check(bad *InvalidError, c *Catalogue) {
	CheckText(bad, "login", u.Login, MaxLogin)
	if u.Login == "" || strings.TrimSpace(u.Login) != u.Login {
		bad.Add("login", "required", "want a name without spaces around it")
	}
	if !slices.Contains(Roles(), u.Role) {
		bad.Add("role", "invalid", "want agent, supervisor or administrator")
	}
	for _, o := range u.Offices {
		if _, err := c.Office(o); err != nil {
			bad.Add("offices", "unknown", "no such office")
		}
	}
}

// Everywhere reports whether the user has all offices.
func (u *User) Everywhere() bool { return u.Role == RoleAdministrator || u.AllOffices }

// Capped is the user with at most a role, as one of their access tokens may
// have; the offices stay.
func (u User) Capped(most Role) User {
	if !most.AtLeast(u.Role) {
		u.AllOffices = u.Everywhere()
		u.Role = most
	}
	return u
}

// MaySee reports whether the user may see the appointments of an office.
func (u *User) MaySee(officeID string) bool {
	if u == nil || u.Disabled {
		return false
	}
	return u.Everywhere() || slices.Contains(u.Offices, officeID)
}

// WithPassword is the user with another password, and all sessions over.
// oneTime: it was made for them, so they must choose another.
func (u User) WithPassword(hash string, oneTime bool) User {
	u.PasswordHash, u.MustChange = hash, oneTime
	u.Epoch++
	return u
}

// WithTOTP is the user with a second factor, or without one for nil. Sessions
// begun otherwise are over.
func (u User) WithTOTP(sealed []byte, step int64) User {
	u.TOTP, u.TOTPStep = sealed, step
	u.Epoch++
	return u
}

// SignedOut is the user with all sessions over.
func (u User) SignedOut() User {
	u.Epoch++
	return u
}

// Session is one sign-in of a member of staff.
type Session struct {
	ID        string // random; not the cookie
	UserID    string
	Epoch     int64 // the user's, when it began
	BegunAt   time.Time
	SeenAt    time.Time // within five minutes
	ExpiresAt time.Time
	Client    string // coarse: browser and system
}

// AccessToken lets a program call the API for a member of staff.
type AccessToken struct {
	ID        string
	UserID    string
	Name      string // what it is for, in the user's words
	Hash      []byte // SHA-256 of the token
	Role      Role   // it never may more than this, nor more than its user
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time // within a minute; zero when never
}

// TokenPrefix begins every access token, so that one that leaked is recognised.
const TokenPrefix = "mwd_"

// MaxTokenLife is the longest an access token lives.
const MaxTokenLife = 366 * 24 * time.Hour

// Deed is a line of the log of what staff did. It names things by their ids
// and holds no personal data of citizens.
type Deed struct {
	ID       string // in the order of time
	At       time.Time
	UserID   string
	Login    string
	Action   Action
	OfficeID string // "" when it is about no one office
	Subject  string // id of what it was done to, or ""
}

// DeedQuery asks for a page of the log, newest first. Zero fields ask for all.
type DeedQuery struct {
	UserID   string
	OfficeID string
	BeforeID string // those older than this one
	Limit    int
}
