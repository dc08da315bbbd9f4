package scheduler

import (
	"regexp"
	"strings"
	"unicode"
)

// plainNumber folds a number as people write it: capitals, no spaces, hyphens
// or dots.
func plainNumber(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("-.‐–", r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
}

// identityNumber is the form of an identity card (facts: up to three letters and
// up to eight digits) or of a passport.
var identityNumber = regexp.MustCompile(`^([A-Z]{1,3}[0-9]{4,8}|[A-Z]{2}[0-9]{7})$`)

// tailLength is how much of a document's number the desk sees.
const tailLength = 3

// keepNumbers decides what is kept of numbers. The administration's own number
// of a file stays readable, since the desk must find the file by it; the number
// of an identity document is kept as a keyed hash and its last characters (law
// 09-08), also when somebody typed it into the wrong field.
func (e *Engine) keepNumbers(r *FileRequest) (number string, id IdentityDocument) {
	number = strings.TrimSpace(r.Number)
	secret := plainNumber(r.IdentityNumber)
	if n := plainNumber(number); identityNumber.MatchString(n) {
		if secret == "" {
			secret = n
		}
		number = ""
	}
	id.Kind = r.Identity
	if secret != "" {
		id.Hash = e.keyed("identity", secret)[:20]
		id.Tail = secret[max(0, len(secret)-tailLength):]
	}
	return number, id
}

// fileKeys lead to a file: person and subject, identity document, own number.
func (e *Engine) fileKeys(f *File) []string {
	var keys []string
	for _, k := range e.personKeys(f.Citizen) {
		keys = append(keys, "p:"+k)
	}
	if len(f.Identity.Hash) > 0 {
		keys = append(keys, "d:"+idEncoding.EncodeToString(f.Identity.Hash))
	}
	if f.Number != "" {
		keys = append(keys, e.numberKey(f.AdministrationID, f.Number))
	}
	return keys
}

func (e *Engine) numberKey(administration, number string) string {
	sum := e.keyed("file number", administration+"\x00"+plainNumber(number))
	return "n:" + idEncoding.EncodeToString(sum[:20])
}
