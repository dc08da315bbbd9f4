package scheduler

import (
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// CodePurpose is what a code is good for.
type CodePurpose string

// The purposes. The subject of CodeProve is an appointment's id, that of CodeFind
// a reference, whether or not there is such an appointment.
const (
	CodeProve CodePurpose = "prove" // shows that the contact of a booking is the person's
	CodeFind  CodePurpose = "find"  // opens the appointment or the file of a reference
)

// The bounds of codes. A million codes, 5 tries for each of 4 codes an hour: who
// guesses is right once in some years of trying day and night.
const (
	codeTries  = 5 // wrong entries of one code
	codeIssues = 4 // codes in a codeWindow
	codeWindow = time.Hour
	codeLife   = 15 * time.Minute // of CodeFind
	codeRange  = 1_000_000
)

// Code is what is known of a six-digit code. The digits are derived from the
// secret, the purpose, the subject and the issue; they are not stored.
type Code struct {
	Purpose  CodePurpose
	Subject  string
	OfficeID string // "" where it is not known yet
	// Issue tells one code of a subject from the next; it only rises.
	Issue int
	Tries int // wrong entries since the issue
	// Issues counts codes since Since.
	Issues int
	Since  time.Time
	Until  time.Time // the code is good before this (UTC)
	// BeforeIssue is the code before, which is good until Before: people type the
	// first of two messages too.
	BeforeIssue int
	Before      time.Time
	Unsent      bool // somebody has still to send it
	Version     int64
}

var (
	errCodeWrong   = Invalid("code", "wrong_code", "not the digits that were sent")
	errCodeExpired = Invalid("code", "code_expired", "the code is too old, was used, or was never sent; ask for another")
	errCodeUsedUp  = Invalid("code", "code_used_up", "too many wrong entries; ask for another code")
)

// epoch is where issues begin to count, in seconds: a subject that was forgotten
// never gets an issue that it had.
var epoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// ask makes the next code, good before until. ErrTooManyCodes when it must wait.
func (c Code) ask(now, until time.Time) (Code, error) {
	if !now.Before(c.Since.Add(codeWindow)) {
		c.Since, c.Issues = now, 0
	}
	if c.Issues >= codeIssues {
		return c, &LaterError{ErrTooManyCodes, c.Since.Add(codeWindow).Sub(now)}
	}
	c.BeforeIssue, c.Before = c.Issue, c.Until
	if c.Tries >= codeTries {
		c.Before = time.Time{}
	}
	c.Issue = max(c.Issue+1, int(now.Sub(epoch)/time.Second))
	c.Issues++
	c.Tries, c.Until = 0, until
	return c, nil
}

// void makes no code of the subject good any more.
func (c Code) void() Code {
	c.Until, c.Before, c.Unsent = time.Time{}, time.Time{}, false
	return c
}

// enter tries digits. The code it returns is to be stored when the error is nil
// (it is used) or errCodeWrong (it was tried once more).
func (e *Engine) enter(c Code, digits string, now time.Time) (Code, error) {
	switch {
	case c.Tries >= codeTries:
		return c, errCodeUsedUp
	case !now.Before(c.Until):
		return c, errCodeExpired
	}
	typed := foldDigits(digits)
	right := subtle.ConstantTimeCompare([]byte(typed), []byte(e.digits(c.Purpose, c.Subject, c.Issue)))
	if now.Before(c.Before) {
		right |= subtle.ConstantTimeCompare([]byte(typed), []byte(e.digits(c.Purpose, c.Subject, c.BeforeIssue)))
	}
	if right != 1 {
		c.Tries++
		return c, errCodeWrong
	}
	return c.void(), nil
}

// digits are the six digits of one issue.
func (e *Engine) digits(purpose CodePurpose, subject string, issue int) string {
	sum := e.keyed("code", string(purpose)+"\x00"+subject+"\x00"+strconv.Itoa(issue))
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(sum)%codeRange)
}

// NoticeCode is the code that a notice about an appointment carries, "" when its
// kind carries none.
func (e *Engine) NoticeCode(a *Appointment, n Notice) string {
	switch n.Kind {
	case NoticeProveCode:
		return e.digits(CodeProve, a.ID, n.Revision)
	case NoticeFindCode:
		return e.digits(CodeFind, a.Reference, n.Revision)
	}
	return ""
}

// FileCode is the code that a notice about a file carries, "" when its kind
// carries none.
func (e *Engine) FileCode(f *File, n Notice) string {
	if n.Kind != NoticeFileCode {
		return ""
	}
	return e.digits(CodeFind, f.Reference, n.Revision)
}

// codeNotice tells a code to the person's own address.
func (a *Appointment) codeNotice(kind NoticeKind, c Code, now time.Time) []Notice {
	notices := a.notices(kind, now, c.Until)
	for i := range notices {
		notices[i].Revision = c.Issue
	}
	return notices
}

// foldDigits reads digits as people type them: with spaces or hyphens, in Arabic
// or Persian figures, or copied together with the marks that isolate them.
func foldDigits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-' || r == 0xA0 || r == 0x202F || (r >= 0x2066 && r <= 0x2069):
			return -1
		case r >= '٠' && r <= '٩':
			return r - '٠' + '0'
		case r >= '۰' && r <= '۹':
			return r - '۰' + '0'
		}
		return r
	}, s)
}

// refusal is a change to commit although the answer is an error, or no change of
// the appointment itself.
type refusal struct {
	change Change
	err    error // nil when all is well
}

// Error says that it is no error of its own.
func (r *refusal) Error() string { return "refused" }

// tried is a refusal that counts a wrong entry; other errors stay as they are.
func tried(c Code, err error) error {
	if errors.Is(err, errCodeWrong) {
		return &refusal{Change{Codes: []Code{c}}, err}
	}
	return err
}
