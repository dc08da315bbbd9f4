package httpkit

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/unicode/norm"
)

// ErrPhone: not a telephone number. The text never holds the number.
var ErrPhone = errors.New("not a telephone number")

// maxTyped bounds what is looked at as a number, in bytes.
const maxTyped = 100

// NormalizePhone reads a number as people type it, and gives E.164: with
// spaces, dots and brackets, with + or 00 before the country, with Arabic-Indic
// digits, or in the national form of defaultRegion (ISO 3166, "MA"; "" is
// Morocco). Its length must fit its country; whether the number exists is not
// asked, since new ranges are opened before anybody's tables know.
func NormalizePhone(raw, defaultRegion string) (string, error) {
	if defaultRegion == "" {
		defaultRegion = "MA"
	}
	if len(raw) > maxTyped {
		return "", ErrPhone
	}
	digits, ok := phoneText(raw)
	if !ok {
		return "", ErrPhone
	}
	number, err := phonenumbers.Parse(digits, defaultRegion)
	if err != nil || !phonenumbers.IsPossibleNumber(number) {
		return "", ErrPhone
	}
	// A national number one digit short has a possible length with its nought.
	if number.GetItalianLeadingZero() && !phonenumbers.IsValidNumber(number) {
		return "", ErrPhone
	}
	return phonenumbers.Format(number, phonenumbers.E164), nil
}

// separators are what stands between digits; the last four are direction marks,
// which telephones add when a number is copied.
const separators = "-.()/\u200e\u200f\u202a\u202c"

// phoneText keeps digits and a leading plus, drops what people put between
// digits, and refuses the rest: letters would be read as vanity numbers.
func phoneText(raw string) (string, bool) {
	var b strings.Builder
	for _, r := range raw {
		switch {
		case r >= '0' && r <= '9', r == '+' && b.Len() == 0:
			b.WriteRune(r)
		case r >= '٠' && r <= '٩':
			b.WriteRune('0' + r - '٠')
		case r >= '۰' && r <= '۹': // Persian forms
			b.WriteRune('0' + r - '۰')
		case unicode.Is(unicode.Zs, r), strings.ContainsRune(separators, r):
		default:
			return "", false
		}
	}
	if rest, ok := strings.CutPrefix(b.String(), "00"); ok {
		return "+" + rest, true
	}
	return b.String(), true
}

// CleanText makes what a person typed comparable: canonical composition (NFC),
// no spaces at the ends, one space between words. It takes nothing else away:
// control characters are for the domain to refuse, not to vanish.
func CleanText(s string) string {
	if !utf8.ValidString(s) {
		return s // for the domain to refuse
	}
	var b strings.Builder
	space := false
	for _, r := range norm.NFC.String(s) {
		if unicode.Is(unicode.Zs, r) {
			space = true
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	return b.String()
}
