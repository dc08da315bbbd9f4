package scheduler

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"time"
)

// Settled is the answer to the first question after a visit: was it settled?
type Settled string

// The answers; "" is none.
const (
	SettledYes    Settled = "yes"
	SettledPartly Settled = "partly"
	SettledNo     Settled = "no"
)

// OpinionKind is what a person gives an opinion about.
type OpinionKind string

// The kinds. A booth's opinions are noted by its staff and have no subject.
const (
	OpinionAppointment OpinionKind = "appointment"
	OpinionTicket      OpinionKind = "ticket"
	OpinionFile        OpinionKind = "file"
	OpinionBooth       OpinionKind = "booth"
)

// Opinion is what one person said after a visit or a settled file: three
// questions. It holds no name and no contact.
type Opinion struct {
	Kind                                  OpinionKind
	SubjectID                             string // one opinion for each subject
	AdministrationID, OfficeID, ServiceID string
	Settled                               Settled
	Rating                                int    // how was it: 1 (bad) to 5 (good), 0 for no answer
	Need                                  string // what did you need that you did not get?
	Language                              string
	At                                    time.Time
	On                                    Date // the day at the office
}

// OpinionStore keeps opinions.
type OpinionStore interface {
	// AddOpinion keeps an opinion; ErrInvalidState when its subject has one.
	AddOpinion(ctx context.Context, o Opinion) error
	// OpinionOf returns the one about a subject, or ErrNotFound.
	OpinionOf(ctx context.Context, kind OpinionKind, subjectID string) (Opinion, error)
	// ReadAccounts hands over every file (with steps and promises, without events)
	// and every opinion of days from ≤ day ≤ to, all as they stood at one instant.
	// It holds at most atOnce files.
	ReadAccounts(ctx context.Context, from, to Date, atOnce int, file func(*File), opinion func(*Opinion)) error
	// Opinions returns those of days from ≤ day ≤ to, of an administration when
	// one is named, in order of the day.
	Opinions(ctx context.Context, administrationID string, from, to Date) ([]Opinion, error)
}

// MaxNeed is the longest answer to the third question, in characters.
const MaxNeed = 500

// OpinionToken lets whoever holds it give one opinion about a subject. It carries
// its subject and a keyed hash of it, so nothing is stored until it is used.
func (e *Engine) OpinionToken(kind OpinionKind, subjectID string) string {
	text := string(kind) + "." + subjectID
	return text + "." + base64.RawURLEncoding.EncodeToString(e.keyed("opinion", text)[:18])
}

// OpinionSubject reads a token: ErrNotFound for any that was not given out.
func (e *Engine) OpinionSubject(token string) (kind OpinionKind, subjectID string, err error) {
	parts := strings.Split(token, ".")
	if len(parts) == 3 {
		want := e.OpinionToken(OpinionKind(parts[0]), parts[1])
		if subtle.ConstantTimeCompare([]byte(want), []byte(token)) == 1 {
			return OpinionKind(parts[0]), parts[1], nil
		}
	}
	return "", "", fmt.Errorf("opinion: %w", ErrNotFound)
}

// OpinionAnswers are the answers to the three questions; each may be left out,
// not all.
type OpinionAnswers struct {
	Settled  Settled
	Rating   int
	Need     string
	Language string
}

func (a *OpinionAnswers) check() error {
	bad := &InvalidError{}
	switch a.Settled {
	case "", SettledYes, SettledPartly, SettledNo:
	default:
		bad.Add("settled", "unknown", "want yes, partly or no")
	}
	if a.Rating < 0 || a.Rating > 5 {
		bad.Add("rating", "out_of_range", "from 1 to 5")
	}
	CheckText(bad, "need", a.Need, MaxNeed)
	CheckText(bad, "language", a.Language, 35)
	if a.Settled == "" && a.Rating == 0 && strings.TrimSpace(a.Need) == "" {
		bad.Add("settled", "required", "answer at least one question")
	}
	return bad.OrNil()
}

// GiveOpinion keeps what a person answers, once for each visit or file:
// ErrInvalidState the second time, ErrNotFound for a token that was not given out
// or whose visit is forgotten.
func (e *Engine) GiveOpinion(ctx context.Context, token string, a OpinionAnswers) error {
	kind, id, err := e.OpinionSubject(token)
	if err != nil {
		return err
	}
	if err := a.check(); err != nil {
		return err
	}
	o := Opinion{Kind: kind, SubjectID: id}
	switch kind {
	case OpinionAppointment:
		ap, err := e.store.Appointment(ctx, id)
		if err != nil {
			return fmt.Errorf("opinion: %w", err)
		}
		o.OfficeID, o.ServiceID = ap.OfficeID, ap.ServiceID
	case OpinionFile:
		f, err := e.store.File(ctx, id)
		if err != nil {
			return fmt.Errorf("opinion: %w", err)
		}
		o.OfficeID, o.ServiceID = f.OfficeID, f.ServiceID
	default:
		t, err := e.store.Ticket(ctx, id)
		if err != nil {
			return fmt.Errorf("opinion: %w", err)
		}
		o.OfficeID, o.ServiceID = t.OfficeID, t.ServiceID
	}
	return e.keepOpinion(ctx, o, a)
}

// NoteNeed keeps a need that a person named at a booth or a desk.
func (e *Engine) NoteNeed(ctx context.Context, by Actor, officeID, serviceID, need, language string) error {
	if !by.Staff.MaySee(officeID) {
		return fmt.Errorf("note need: %w", ErrForbiddenStep)
	}
	if err := checkFileText("need", need, true); err != nil {
		return err
	}
	id, err := e.newID("need")
	if err != nil {
		return err
	}
	return e.keepOpinion(ctx, Opinion{Kind: OpinionBooth, SubjectID: id, OfficeID: officeID, ServiceID: serviceID}, OpinionAnswers{Need: need, Language: language})
}

func (e *Engine) keepOpinion(ctx context.Context, o Opinion, a OpinionAnswers) error {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return err
	}
	if s, err := c.Service(o.ServiceID); err == nil {
		o.AdministrationID = s.AdministrationID
	} else if of, err := c.Office(o.OfficeID); err == nil {
		o.AdministrationID = of.AdministrationID
	}
	o.Settled, o.Rating, o.Need, o.Language = a.Settled, a.Rating, strings.TrimSpace(a.Need), a.Language
	o.At, o.On = e.now(), e.today(c, o.OfficeID)
	if err := e.store.AddOpinion(ctx, o); err != nil {
		return fmt.Errorf("opinion: %w", err)
	}
	return nil
}

// Opinions returns what people said, see OpinionStore.
func (e *Engine) Opinions(ctx context.Context, administrationID string, from, to Date) ([]Opinion, error) {
	os, err := e.store.Opinions(ctx, administrationID, from, to)
	if err != nil {
		return nil, fmt.Errorf("opinions: %w", err)
	}
	return os, nil
}
