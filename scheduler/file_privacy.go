package scheduler

import (
	"context"
	"fmt"
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

// Retention says for how many days what is kept about ended files stays, by
// kind. Law 09-08 asks for no longer than the purpose needs; the figures are
// ours, for the operator to set.
type Retention struct {
	Contact  int // name, address, telephone, number, identity, texts of the history
	Accesses int // who looked
	Opinions int // the words of the third question; the other answers are anonymous
}

// DefaultRetention is two years for contacts, as long as an appeal may need
// them, and one for what was said.
func DefaultRetention() Retention { return Retention{Contact: 730, Accesses: 1095, Opinions: 365} }

// Forgotten counts what was forgotten.
type Forgotten struct{ Files, Accesses, Opinions int }

// ForgetStore erases.
type ForgetStore interface {
	// ForgetFiles erases who the files were about that ended before a day: name,
	// contact, numbers, keys, notes and the texts of events and promises. Steps,
	// dates and places stay, for the ledger. It returns how many it erased.
	ForgetFiles(ctx context.Context, endedBefore Date) (int, error)
	// ForgetFileAccesses deletes looks before a day.
	ForgetFileAccesses(ctx context.Context, before Date) (int, error)
	// ForgetNeeds erases the words of opinions given before a day.
	ForgetNeeds(ctx context.Context, before Date) (int, error)
	// CountForgettable counts what these three would erase now.
	CountForgettable(ctx context.Context, files, accesses, needs Date) (Forgotten, error)
}

// CountForgettable counts what ForgetFiles would erase now.
func (e *Engine) CountForgettable(ctx context.Context, r Retention) (Forgotten, error) {
	on := DateOf(e.now())
	n, err := e.store.CountForgettable(ctx, on.AddDays(-r.Contact), on.AddDays(-r.Accesses), on.AddDays(-r.Opinions))
	if err != nil {
		return n, fmt.Errorf("count what can be forgotten: %w", err)
	}
	return n, nil
}

// ForgetFiles erases what is past its time now.
func (e *Engine) ForgetFiles(ctx context.Context, r Retention) (Forgotten, error) {
	on := DateOf(e.now())
	var out Forgotten
	var err error
	if out.Files, err = e.store.ForgetFiles(ctx, on.AddDays(-r.Contact)); err == nil {
		out.Accesses, err = e.store.ForgetFileAccesses(ctx, on.AddDays(-r.Accesses))
	}
	if err == nil {
		out.Opinions, err = e.store.ForgetNeeds(ctx, on.AddDays(-r.Opinions))
	}
	if err != nil {
		return out, fmt.Errorf("forget files: %w", err)
	}
	return out, nil
}

// FileExport is everything that is kept about a file, for its owner: what law
// 09-08 gives a person the right to see.
type FileExport struct {
	File     File
	Accesses []FileAccess
}

// ExportFile returns everything about a file to its owner. What was written
// between administrations about the person is the person's to read as well.
func (e *Engine) ExportFile(ctx context.Context, token string) (FileExport, error) {
	f, err := e.FileByToken(ctx, token)
	if err != nil {
		return FileExport{}, err
	}
	as, err := e.store.FileAccesses(ctx, f.ID, 10_000)
	if err != nil {
		return FileExport{}, fmt.Errorf("export file: %w", err)
	}
	f.ManageHash = nil
	return FileExport{f, as}, nil
}
