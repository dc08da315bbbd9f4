package notifier

import (
	"context"
	"fmt"
	"strings"
	"time"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// FileSource reads the files that notices are about.
type FileSource interface {
	// File returns a file as it stands now, or scheduler.ErrNotFound.
	File(ctx context.Context, id string) (scheduler.File, error)
}

// Files are the subjects of the kind file. URL makes the address of a file's
// page, with the token that opens it.
type Files struct {
	Source    FileSource
	Catalogue func(context.Context) (*scheduler.Catalogue, error)
	URL       func(fileID string) string
	// OpinionURL makes the address where the person answers three questions once
	// the file is settled; nil for none.
	OpinionURL func(kind scheduler.OpinionKind, fileID string) string
	// Code is the six digits of a notice about a file, "" when it has none.
	Code func(*scheduler.File, scheduler.Notice) string
	// Zones and the clock of the recipient say until when a code is good.
	Zones scheduler.Zones
}

// Subject reads a file. It is read last, so that it is as new as can be.
func (s Files) Subject(ctx context.Context, id string) (Subject, error) {
	c, err := s.Catalogue(ctx)
	if err != nil {
		// Not wrapped in ErrNotFound: there is none yet, and there will be.
		return nil, fmt.Errorf("catalogue: %s", err)
	}
	f, err := s.Source.File(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("file: %w", err)
	}
	opinion := ""
	if s.OpinionURL != nil {
		opinion = s.OpinionURL(scheduler.OpinionFile, id)
	}
	return file{c: c, f: &f, link: s.URL(id), opinion: opinion, code: s.Code, zones: s.Zones}, nil
}

// file is the subject of a file's notices.
type file struct {
	c       *scheduler.Catalogue
	f       *scheduler.File
	link    string
	opinion string // or ""
	code    func(*scheduler.File, scheduler.Notice) string
	zones   scheduler.Zones
}

// Recipient is who follows the file; who set no clock lives by the office's.
func (s file) Recipient() Recipient {
	c := s.f.Citizen
	r := Recipient{Name: c.Name, Email: c.Email, Phone: c.Phone, Language: c.Language, Zone: c.Zone}
	if o, err := s.c.Office(s.f.OfficeID); c.Zone == "" && err == nil {
		r.Zone = o.Zone
	}
	return r
}

// Outdated: what happened to a file stays true; who it was about may have been
// forgotten since.
func (s file) Outdated(scheduler.Notice, time.Time) string {
	if len(s.f.ManageHash) == 0 {
		return "forgotten"
	}
	return ""
}

// Words says what happened, where the file is, what comes next and by when.
func (s file) Words(l *locale.Language, n scheduler.Notice) Words {
	if n.Kind == scheduler.NoticeFileCode {
		return s.codeWords(l, n)
	}
	kind := "notice." + string(n.Kind)
	w := Words{
		Subject: l.Say(kind+".subject", "reference", s.f.Reference),
		Opening: l.Say(kind + ".opening"),
		Facts:   s.facts(l, n),
		Actions: []Action{NewAction(l, "notice.file_follow", s.link)},
		Notes:   []string{l.Say("notice.file_secret")}, Signature: s.office(l),
		Short: Short{Key: shortKey(n.Kind), Values: []string{"reference", s.f.Reference, "link", s.link}},
	}
	if n.Kind == scheduler.NoticeFileSettled && s.opinion != "" {
		w.Actions = append(w.Actions, answers(l, s.opinion)...)
	}
	if missing := s.f.Missing(); len(missing) > 0 && s.f.Open() {
		w.BringTitle = label(l.Say("notice.file_missing"))
		for _, id := range missing {
			name := id
			if d, err := s.c.Document(id); err == nil {
				name = l.Pick(d.Names)
			}
			w.Bring = append(w.Bring, Paper{Name: name})
		}
	}
	return w
}

// codeWords words a code. It says no more than it must, and carries no link: who
// did not ask for it has nothing to do.
func (s file) codeWords(l *locale.Language, n scheduler.Notice) Words {
	zone := s.Recipient().Zone
	loc, err := s.zones.Load(zone)
	if err != nil {
		loc = time.UTC
	}
	code, until := s.code(s.f, n), l.Clock(n.UsefulUntil.In(loc))
	return Words{
		Subject: l.Say("notice.file_code.subject"),
		Opening: l.Say("notice.file_code.opening", "until", l.Say("clock.short", "time", until, "place", l.ClockName(loc.String()))),
		Facts: []Fact{
			NewFact(l, "notice.code", "code", code), NewFact(l, "notice.file_reference", "reference", s.f.Reference),
		},
		Signature: s.office(l),
		Short:     Short{Key: "notice.file_code.sms", Values: []string{"code", code, "until", until, "reference", s.f.Reference}},
	}
}

// shortKey: the weightiest kinds have a short message of their own.
func shortKey(k scheduler.NoticeKind) string {
	switch k {
	case scheduler.NoticeFileAsked, scheduler.NoticeFileBroken, scheduler.NoticeFileSettled:
		return "notice." + string(k) + ".sms"
	}
	return "notice.file.sms"
}

func (s file) office(l *locale.Language) string {
	if o, err := s.c.Office(s.f.OfficeID); err == nil {
		return l.Pick(o.Names)
	}
	return s.f.OfficeID
}

func (s file) facts(l *locale.Language, n scheduler.Notice) []Fact {
	service := s.f.ServiceID
	if sv, err := s.c.Service(service); err == nil {
		service = l.Pick(sv.Names)
	}
	facts := []Fact{
		NewFact(l, "notice.file_reference", "reference", s.f.Reference),
		NewFact(l, "notice.file_subject", "service", service),
	}
	if text := s.said(n); text != "" {
		facts = append(facts, NewFact(l, "notice.file_words", "text", text))
	}
	if n.Kind == scheduler.NoticeFileBroken {
		if e := s.event(n); e != nil {
			return append(facts, NewFact(l, "notice.file_promise", "promise", e.Args["what"]), NewFact(l, "notice.file_by", "date", day(l, e.Args["by"])))
		}
	}
	step := s.f.Current()
	if step == nil || !s.f.Open() {
		return facts
	}
	place := s.office(l)
	if step.Turn != scheduler.TurnAdministration {
		place = l.Say("file.turn." + string(step.Turn))
	}
	facts = append(facts, NewFact(l, "notice.file_where", "place", place))
	if name := s.step(l, step.Kind); name != "" {
		facts = append(facts, NewFact(l, "notice.file_step", "step", name))
	}
	if !step.Due.IsZero() {
		facts = append(facts, NewFact(l, "notice.file_due", "date", day(l, step.Due.String())))
	}
	if p := s.f.NextPromise(); p != nil {
		facts = append(facts, NewFact(l, "notice.file_promise", "promise", p.What), NewFact(l, "notice.file_by", "date", day(l, p.By.String())))
	}
	return facts
}

// step words a step of the clock: a legal one by its sentence, one of a chain by
// its service; "" for the person's own.
func (s file) step(l *locale.Language, kind string) string {
	if sv, err := s.c.Service(kind); err == nil {
		return l.Pick(sv.Names)
	}
	if kind == scheduler.StepDocuments {
		return ""
	}
	if said := l.Say("legal." + kind); !strings.HasPrefix(said, "⟦") { // the catalogue may have steps that no sentence words
		return said
	}
	return strings.ReplaceAll(kind, "_", " ")
}

// event is what the notice is about.
func (s file) event(n scheduler.Notice) *scheduler.FileEvent {
	if i := n.Sequence - 1; i >= 0 && i < len(s.f.Events) {
		return &s.f.Events[i]
	}
	return nil
}

// said is what somebody of the administration wrote for the person.
func (s file) said(n scheduler.Notice) string {
	if e := s.event(n); e != nil && !e.Internal && strings.HasPrefix(e.Actor, "staff:") {
		return e.Args["note"]
	}
	return ""
}

// day words a date as it stands in a history.
func day(l *locale.Language, text string) string {
	d, err := scheduler.ParseDate(text)
	if err != nil {
		return text
	}
	return l.FullDate(d.At(0, time.UTC))
}
