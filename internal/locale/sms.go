package locale

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The characters of a short message in the 7-bit alphabet of GSM 03.38 (3GPP TS 23.038, 6.2.1): the basic table, and
// the extension table whose characters count twice. One character outside them makes the whole message UCS-2, and its
// parts less than half as long.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡" +
		"ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtended = "\f^{}\\[~]|€"
)

// smsSubstitutes are characters that have no base letter in the alphabet but a plain way to write them.
var smsSubstitutes = strings.NewReplacer("’", "'", "‘", "'", "«", `"`, "»", `"`, "“", `"`, "”", `"`,
	"–", "-", "—", "-", "…", "...", "œ", "oe", "Œ", "OE", "×", "x", "\u00a0", " ", "\u202f", " ")

// SMSText writes a text of Latin letters in the alphabet of GSM 03.38, with the base letter for a letter that is not in
// it: "Contrôle" gives "Controle", "réservé" stays. A text with anything else, such as Arabic, comes back as it is.
func SMSText(s string) string {
	var b strings.Builder
	for _, r := range smsSubstitutes.Replace(norm.NFC.String(s)) {
		if !inGSM(r) {
			base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r)))
			if !inGSM(base) {
				return s
			}
			r = base
		}
		b.WriteRune(r)
	}
	return b.String()
}

// SMSPlain reports whether a text is written in the alphabet of GSM 03.38.
func SMSPlain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !inGSM(r) })
}

// SMSParts is how many messages a text costs: 160 characters in one or 153 in each of several in GSM 03.38, else 70 or
// 67 UTF-16 units. A pair that would fall on a border can cost one more; it is not counted.
func SMSParts(s string) int {
	septets := 0
	for _, r := range s {
		if !inGSM(r) {
			return parts(len(utf16.Encode([]rune(s))), 70, 67)
		}
		septets++
		if strings.ContainsRune(gsmExtended, r) {
			septets++
		}
	}
	return parts(septets, 160, 153)
}

func parts(units, alone, several int) int {
	if units <= alone {
		return 1
	}
	return (units + several - 1) / several
}

func inGSM(r rune) bool {
	return strings.ContainsRune(gsmBasic, r) || strings.ContainsRune(gsmExtended, r)
}
