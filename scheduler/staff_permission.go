package scheduler

import "fmt"

// Action is something that staff do; each way in names the one it is.
type Action string

// The actions of staff. What is written to the log of deeds is these words.
const (
	ActSeeDay      Action = "see_day"      // today's appointments of an office
	ActSeeOutbox   Action = "see_outbox"   // what people were told
	ActManage      Action = "manage"       // change somebody's appointment
	ActReceive     Action = "receive"      // check in, walk-in
	ActServe       Action = "serve"        // call, start, finish, park, transfer
	ActSeeQueue    Action = "see_queue"    // who waits
	ActRunRoom     Action = "run_room"     // open and close desks, move staff, notes of the day
	ActEnterByHand Action = "enter_byhand" // what was done by hand in an outage
	ActSeeFigures  Action = "see_figures"
	ActSeeFiles    Action = "see_files"
	ActWorkFiles   Action = "work_files"

	ActCalendars  Action = "calendars"   // one's own calendars and app passwords
	ActOwnAccount Action = "own_account" // password, second factor, tokens, sessions: one's own
	ActSeeStaff   Action = "see_staff"
	ActAddUser    Action = "add_user"
	ActChangeUser Action = "change_user"
	ActSeeDeeds   Action = "see_deeds"

	// What the log also tells of a person's own account.
	ActSignIn         Action = "sign_in"
	ActChangePassword Action = "change_password"
	ActTOTPOn         Action = "second_factor_on"
	ActTOTPOff        Action = "second_factor_off"
	ActAddToken       Action = "add_token"
	ActRevokeToken    Action = "revoke_token"
	ActEndSessions    Action = "end_sessions"
	ActResetPassword  Action = "reset_password"
	ActDisableUser    Action = "disable_user"
	ActEnableUser     Action = "enable_user"
	ActLinkIdentity   Action = "link_identity"
	ActUnlinkIdentity Action = "unlink_identity"
)

// permissions is the whole of what roles may: the least role for each action.
// An action that is not here is nobody's.
var permissions = map[Action]Role{
	ActSeeDay:     RoleAgent,
	ActSeeOutbox:  RoleAgent,
	ActManage:     RoleAgent,
	ActReceive:    RoleAgent,
	ActServe:      RoleAgent,
	ActSeeQueue:   RoleAgent,
	ActSeeFiles:   RoleAgent,
	ActWorkFiles:  RoleAgent,
	ActCalendars:  RoleAgent,
	ActOwnAccount: RoleAgent,

	ActChangePassword: RoleAgent,

	ActRunRoom:     RoleSupervisor,
	ActEnterByHand: RoleAgent,
	ActSeeFigures:  RoleSupervisor,
	ActSeeStaff:    RoleAdministrator,
	ActAddUser:     RoleAdministrator,
	ActChangeUser:  RoleAdministrator,
	ActSeeDeeds:    RoleAdministrator,
}

// Logged reports whether the ways in write what was done to the log. What is done
// to accounts is written with the change itself.
func (a Action) Logged() bool {
	switch a {
	case ActManage, ActReceive, ActServe, ActRunRoom, ActEnterByHand, ActWorkFiles:
		return true
	}
	return false
}

// LeastRole is the least role that may do an action, and false for an action
// that nobody may.
func LeastRole(a Action) (Role, bool) {
	r, ok := permissions[a]
	return r, ok
}

// May reports whether the role alone allows an action, wherever it is done.
func (u *User) May(a Action) bool {
	least, known := permissions[a]
	return u != nil && !u.Disabled && known && u.Role.AtLeast(least)
}

// MayAt returns nil when the user may do an action in an office.
//
// ErrNotFound: the office is another's, so for this user what is there does not
// exist. ErrNotAllowed: the role is too low.
func (u *User) MayAt(a Action, officeID string) error {
	switch {
	case !u.MaySee(officeID):
		return fmt.Errorf("%s: %w", a, ErrNotFound)
	case !u.May(a):
		return fmt.Errorf("%s: %w", a, ErrNotAllowed)
	}
	return nil
}
