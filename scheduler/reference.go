package scheduler

import (
	"fmt"
	"io"
	"strings"
)

// referenceAlphabet leaves out what looks or sounds alike in print and over the
// phone: 0 O Q, 1 I L, 2 Z, 5 S, 8 B, U. Its length is a prime, so the weighted
// check below finds every single wrong character and every swap of two.
const referenceAlphabet = "34679ACDEFGHJKMNPRTVWXY"

const referenceLen = 8 // seven random characters (3.4 × 10⁹) and the check

// NewReference makes a reference such as "K7AM-3WXD" from random bytes.
func NewReference(random io.Reader) (string, error) {
	body := make([]byte, 0, referenceLen)
	var b [1]byte
	for len(body) < referenceLen-1 {
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return "", fmt.Errorf("new reference: %w", err)
		}
		// Only whole multiples of the alphabet, so that no character is likelier.
		if int(b[0]) < 256/len(referenceAlphabet)*len(referenceAlphabet) {
			body = append(body, referenceAlphabet[int(b[0])%len(referenceAlphabet)])
		}
	}
	body = append(body, referenceCheck(body))
	return string(body[:4]) + "-" + string(body[4:]), nil
}

// ParseReference reads what a person typed: any case, with or without spaces
// and hyphens. It returns the written form, or an InvalidError on the field
// "reference".
func ParseReference(s string) (string, error) {
	if len(s) > 64 {
		return "", Invalid("reference", "invalid", "want 8 characters")
	}
	var body []byte
	for _, r := range strings.ToUpper(s) {
		switch {
		case r == ' ' || r == '-' || r == 0xA0:
		case r < 0x80 && strings.IndexByte(referenceAlphabet, byte(r)) >= 0:
			body = append(body, byte(r))
		default:
			return "", Invalid("reference", "invalid", "a character that references do not use")
		}
	}
	if len(body) != referenceLen {
		return "", Invalid("reference", "invalid", "want %d characters", referenceLen)
	}
	if referenceCheck(body[:referenceLen-1]) != body[referenceLen-1] {
		return "", Invalid("reference", "check_character", "a character is wrong or two are swapped")
	}
	return string(body[:4]) + "-" + string(body[4:]), nil
}

// referenceCheck is the weighted sum modulo 23 with weights 1 to 7; the check
// character itself has weight 8.
func referenceCheck(body []byte) byte {
	n := len(referenceAlphabet)
	sum := 0
	for i, c := range body {
		sum += (i + 1) * strings.IndexByte(referenceAlphabet, c)
	}
	// The check x solves 8·x ≡ sum (mod 23); 8 · 3 = 24 ≡ 1, so x = 3·sum.
	return referenceAlphabet[3*sum%n]
}
