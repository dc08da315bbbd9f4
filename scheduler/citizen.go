package scheduler

import (
	"net/mail"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of what a citizen may type, in characters (Unicode code points).
const (
	MaxName       = 120
	MaxEmail      = 254 // RFC 5321, 4.5.3.1.3
	MaxPhone      = 16  // E.164: + and 15 digits
	MaxFileNumber = 40
	MaxNote       = 500
)

// Relation is what who is told is to who comes.
type Relation string

// The relations that can be named. No office needs more than these.
const (
	RelationChild          Relation = "child" // the parent comes, the child is told
	RelationParent         Relation = "parent"
	RelationSpouse         Relation = "spouse"
	RelationRelative       Relation = "relative"
	RelationRepresentative Relation = "representative" // a proxy, a lawyer
)

// Relations lists them in the order in which people see them.
var Relations = [...]Relation{RelationChild, RelationParent, RelationSpouse, RelationRelative, RelationRepresentative}

// Greeted is who is written to: the one who is told, else who comes.
func (c Citizen) Greeted() string {
	if c.Told != "" {
		return c.Told
	}
	return c.Name
}

// Citizen is the person who comes, as far as the office must know.
type Citizen struct {
	Name     string
	Email    string // "" or one address; Email or Phone is always there
	Phone    string // "" or E.164, such as "+33612345678"
	Language string // of notices, such as "ar"
	Zone     string // IANA name of the clock of notices; "" is the office's
	// Told is the name of who is written to, when that is another than who comes;
	// Relation is what they are to each other, "" when it was not said.
	Told     string
	Relation Relation
}

// Check adds what is wrong to e, under the prefix "citizen.".
func (c Citizen) Check(e *InvalidError, zones Zones) {
	switch {
	case !strings.ContainsFunc(c.Name, unicode.IsLetter): // spaces, or what cannot be seen
		e.Add("citizen.name", "required", "a name is required")
	default:
		CheckText(e, "citizen.name", c.Name, MaxName)
	}
	c.checkTold(e)
	c.checkContact(e, zones)
}

// checkTold checks who is told.
func (c Citizen) checkTold(e *InvalidError) {
	if c.Told != "" && !strings.ContainsFunc(c.Told, unicode.IsLetter) {
		e.Add("citizen.told", "required", "a name has letters")
	}
	CheckText(e, "citizen.told", c.Told, MaxName)
	if c.Relation != "" && !slices.Contains(Relations[:], c.Relation) {
		e.Add("citizen.relation", "unknown", "want one of the relations that are listed")
	}
	if c.Relation != "" && c.Told == "" {
		e.Add("citizen.told", "required", "a relation is to somebody")
	}
}

// checkContact checks where the person is reached, which may be corrected later.
func (c Citizen) checkContact(e *InvalidError, zones Zones) {
	if c.Email == "" && c.Phone == "" {
		e.Add("citizen.email", "one_of_required", "an e-mail address or a phone number is required")
	}
	if c.Email != "" && !validEmail(c.Email) {
		e.Add("citizen.email", "invalid_email", "want an address such as name@example.org")
	}
	if c.Phone != "" && !validE164(c.Phone) {
		e.Add("citizen.phone", "invalid_phone", "want E.164, such as +33612345678")
	}
	if c.Zone != "" {
		if _, err := zones.Load(c.Zone); err != nil {
			e.Add("citizen.time_zone", "invalid_zone", "want an IANA zone such as Europe/Paris")
		}
	}
}

// CheckText adds a fault when s has more than limit characters, is not UTF-8,
// or holds a control or bidirectional override character. Such characters
// forge lines in mail and calendars and reorder what a desk reads.
func CheckText(e *InvalidError, field, s string, limit int) {
	if utf8.RuneCountInString(s) > limit {
		e.Add(field, "too_long", "at most %d characters", limit)
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, forbiddenRune) {
		e.Add(field, "control_characters", "control characters are not allowed")
	}
}

// forbiddenRune: C0, DEL, C1, line and paragraph separators, bidirectional
// embeddings, overrides and isolates.
func forbiddenRune(r rune) bool {
	return unicode.IsControl(r) || r == 0x2028 || r == 0x2029 ||
		(r >= 0x202A && r <= 0x202E) || (r >= 0x2066 && r <= 0x2069)
}

func validEmail(s string) bool {
	if len(s) > MaxEmail || strings.ContainsFunc(s, func(r rune) bool { return forbiddenRune(r) || unicode.IsSpace(r) }) {
		return false
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || a.Name != "" {
		return false
	}
	_, host, _ := strings.Cut(s, "@")
	return strings.Contains(host, ".") && !strings.HasSuffix(host, ".") && !strings.ContainsAny(host, "[]")
}

func validE164(s string) bool {
	if len(s) < 8 || len(s) > MaxPhone || s[0] != '+' || s[1] == '0' {
		return false
	}
	return strings.Trim(s[1:], "0123456789") == ""
}
