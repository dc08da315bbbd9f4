package scheduler

import "time"

// Role is what a member of staff may do.
type Role string

// The roles of contract.md, from least to most.
const (
	RoleAgent         Role = "agent"
	RoleSupervisor    Role = "supervisor"
	RoleAdministrator Role = "administrator"
)

// User is a member of staff.
type User struct {
	ID           string
	Login        string
	Role         Role
	Offices      []string // ids; an administrator has all
	PasswordHash string   // argon2id in PHC form
	Disabled     bool
	CreatedAt    time.Time
}

// MaySee reports whether the user may see the appointments of an office.
func (u *User) MaySee(officeID string) bool {
	if u == nil || u.Disabled {
		return false
	}
	if u.Role == RoleAdministrator {
		return true
	}
	for _, o := range u.Offices {
		if o == officeID {
			return true
		}
	}
	return false
}
