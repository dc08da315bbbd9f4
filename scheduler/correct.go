package scheduler

import (
	"context"
	"time"
)

// MaxDocumentNote bounds what is said of a document, in characters.
const MaxDocumentNote = 500

// Correction is what may be corrected of a citizen; nil keeps what is. The name
// is not among it: a place would go from hand to hand.
type Correction struct {
	Email, Phone, Language, Zone *string
}

func (x Correction) of(c Citizen) Citizen {
	for _, f := range []struct {
		from *string
		to   *string
	}{{x.Email, &c.Email}, {x.Phone, &c.Phone}, {x.Language, &c.Language}, {x.Zone, &c.Zone}} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	return c
}

// Correct changes where and how a person is told. What is still to be told goes to
// the new address, and the one before is told that it changed. Errors as Cancel,
// an InvalidError, ErrDuplicateBooking (the new contact has an appointment for
// this service under the same name), ErrTooManyCodes (a pending one gets a code
// anew).
func (e *Engine) Correct(ctx context.Context, id string, revision int, x Correction, by Actor) (Appointment, error) {
	return e.change(ctx, id, revision, by, nil, func(a *Appointment) (Change, error) {
		old := a.Citizen
		a.Citizen = x.of(old)
		if a.Citizen == old {
			return Change{}, errNothingToDo
		}
		bad := &InvalidError{}
		a.Citizen.checkContact(bad, e.zones)
		e.known().checkNumber(bad, a)
		CheckText(bad, "citizen.language", a.Citizen.Language, 35) // RFC 5646, 4.4.1
		if err := bad.OrNil(); err != nil {
			return Change{}, err
		}
		change := Change{History: []HistoryEntry{a.history("corrected", by.name(a), "", "")}}
		return e.corrected(ctx, change, a, old)
	})
}

func (e *Engine) corrected(ctx context.Context, change Change, a *Appointment, old Citizen) (Change, error) {
	moved := a.Citizen.Email != old.Email || a.Citizen.Phone != old.Phone
	if moved {
		a.Proved = time.Time{}
		change.DropClaims, change.NewClaims = []string{a.ID}, e.claims(a)
		change.DropCodes = []string{a.Reference}
	}
	switch {
	case a.Status == StatusPending && moved:
		c, err := e.store.Code(ctx, CodeProve, a.ID)
		if err != nil {
			return Change{}, err
		}
		return change, e.askProof(&change, a, c.void(), a.UpdatedAt)
	case a.Status == StatusPending:
		return change, nil
	case a.Status == StatusDisplaced:
		change.Notices = a.notices(NoticeDisplaced, a.UpdatedAt, a.StartsAt)
	default:
		change.Notices = e.known().planNotices(e.policy.Notices, a, NoticeCorrected, a.UpdatedAt, e.zones)
	}
	change.Notices = append(change.Notices, a.tellOld(old)...)
	return change, nil
}

// tellOld tells the address that notices went to, when they go there no longer.
func (a *Appointment) tellOld(old Citizen) []Notice {
	before := Appointment{Citizen: old, ID: a.ID, OfficeID: a.OfficeID, Revision: a.Revision, Sequence: a.Sequence}
	notices := before.notices(NoticeCorrectedOld, a.UpdatedAt, a.StartsAt)
	var out []Notice
	for _, n := range notices {
		n.Recipient = old.reachedAt(n.Channel)
		if n.Recipient != a.Citizen.reachedAt(n.Channel) {
			out = append(out, n)
		}
	}
	return out
}

// reachedAt is the address or number of a channel.
func (c Citizen) reachedAt(ch Channel) string {
	if ch == ChannelSMS {
		return c.Phone
	}
	return c.Email
}

// NoteDocument writes down what the person says of a document, such as that one is
// still to come; "" takes it back. Errors as Cancel, and an InvalidError.
func (e *Engine) NoteDocument(ctx context.Context, id string, revision int, text string, by Actor) (Appointment, error) {
	return e.change(ctx, id, revision, by, nil, func(a *Appointment) (Change, error) {
		bad := &InvalidError{}
		CheckText(bad, "document_note", text, MaxDocumentNote)
		if err := bad.OrNil(); err != nil {
			return Change{}, err
		}
		if a.DocumentNote == text {
			return Change{}, errNothingToDo
		}
		a.DocumentNote = text
		return Change{History: []HistoryEntry{a.history("noted", by.name(a), "", "")}}, nil
	})
}
