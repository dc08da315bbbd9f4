package store

import (
	"encoding/json"
	"fmt"

	"mawid/scheduler"
)

const fileColumns = "id, reference, state, administration_id, office_id, service_id, clock," +
	" number, identity_kind, identity_hash, identity_tail, name, email, phone, language, citizen_zone, for_whom," +
	" documents, asked_on, deposited_on, urgent, extended, origin, owner_id, outcome, merged_into," +
	" news_asked_on, news_due, escalation, escalated_on, feed_id, manage_hash, revision, created_at, updated_at, ended_on," +
	" step, turn, due, due_version, promise_by, desk_office_id"

type fileRow struct {
	ID               string `db:"id"`
	Reference        string `db:"reference"`
	State            string `db:"state"`
	AdministrationID string `db:"administration_id"`
	OfficeID         string `db:"office_id"`
	ServiceID        string `db:"service_id"`
	Clock            string `db:"clock"`
	Number           string `db:"number"`
	IdentityKind     string `db:"identity_kind"`
	IdentityHash     []byte `db:"identity_hash"`
	IdentityTail     string `db:"identity_tail"`
	Name             string `db:"name"`
	Email            string `db:"email"`
	Phone            string `db:"phone"`
	Language         string `db:"language"`
	CitizenZone      string `db:"citizen_zone"`
	ForWhom          string `db:"for_whom"`
	Documents        string `db:"documents"`
	AskedOn          string `db:"asked_on"`
	DepositedOn      string `db:"deposited_on"`
	Urgent           int    `db:"urgent"`
	Extended         int    `db:"extended"`
	Origin           string `db:"origin"`
	OwnerID          string `db:"owner_id"`
	Outcome          string `db:"outcome"`
	MergedInto       string `db:"merged_into"`
	NewsAskedOn      string `db:"news_asked_on"`
	NewsDue          string `db:"news_due"`
	Escalation       int    `db:"escalation"`
	EscalatedOn      string `db:"escalated_on"`
	FeedID           string `db:"feed_id"`
	ManageHash       []byte `db:"manage_hash"`
	Revision         int    `db:"revision"`
	CreatedAt        int64  `db:"created_at"`
	UpdatedAt        int64  `db:"updated_at"`
	EndedOn          string `db:"ended_on"`
	// What repeats the steps and promises, for lists; it is not read back.
	Step       string `db:"step"`
	Turn       string `db:"turn"`
	Due        string `db:"due"`
	DueVersion int64  `db:"due_version"`
	PromiseBy  string `db:"promise_by"`

	DeskOfficeID string `db:"desk_office_id"`
}

func (r *fileRow) file() (scheduler.File, error) {
	f := scheduler.File{
		ID: r.ID, Reference: r.Reference, State: scheduler.FileState(r.State),
		AdministrationID: r.AdministrationID, OfficeID: r.OfficeID, ServiceID: r.ServiceID, Clock: r.Clock, Number: r.Number,
		Identity: scheduler.IdentityDocument{Kind: r.IdentityKind, Hash: r.IdentityHash, Tail: r.IdentityTail},
		Citizen: scheduler.Citizen{
			Name: r.Name, Email: r.Email, Phone: r.Phone, Language: r.Language, Zone: r.CitizenZone,
		},
		ForWhom: r.ForWhom, Urgent: r.Urgent != 0, Extended: r.Extended != 0, Origin: r.Origin, OwnerID: r.OwnerID,
		Outcome: r.Outcome, MergedInto: r.MergedInto, Escalation: r.Escalation, DeskOfficeID: r.DeskOfficeID, FeedID: r.FeedID, ManageHash: r.ManageHash,
		Revision: r.Revision, CreatedAt: instant(r.CreatedAt), UpdatedAt: instant(r.UpdatedAt),
	}
	if err := json.Unmarshal([]byte(r.Documents), &f.Documents); err != nil {
		return f, fmt.Errorf("documents of file %s: %w", r.ID, err)
	}
	return f, readDates(map[*scheduler.Date]string{
		&f.AskedOn: r.AskedOn, &f.DepositedOn: r.DepositedOn, &f.NewsAskedOn: r.NewsAskedOn, &f.NewsDue: r.NewsDue,
		&f.EscalatedOn: r.EscalatedOn, &f.EndedOn: r.EndedOn,
	})
}

func readDates(dates map[*scheduler.Date]string) (err error) {
	for d, text := range dates {
		if *d, err = readDate(text); err != nil {
			return err
		}
	}
	return nil
}

// fileValues are in the order of fileColumns.
func fileValues(w *scheduler.FileWrite) []any {
	f, c, s := &w.File, &w.File.Citizen, &w.Summary
	return []any{
		f.ID, f.Reference, string(f.State), f.AdministrationID, f.OfficeID, f.ServiceID, f.Clock,
		f.Number, f.Identity.Kind, bytesOrNull(f.Identity.Hash), f.Identity.Tail, c.Name, c.Email, c.Phone, c.Language, c.Zone, f.ForWhom,
		jsonText(f.Documents, len(f.Documents), "[]"), dateText(f.AskedOn), dateText(f.DepositedOn), flag(f.Urgent), flag(f.Extended),
		f.Origin, f.OwnerID, f.Outcome, f.MergedInto,
		dateText(f.NewsAskedOn), dateText(f.NewsDue), f.Escalation, dateText(f.EscalatedOn), f.FeedID, bytesOrNull(f.ManageHash),
		f.Revision, micros(f.CreatedAt), micros(f.UpdatedAt), dateText(f.EndedOn),
		s.Step, string(s.Turn), dateText(s.Due), s.DueVersion, dateText(s.PromiseBy), f.DeskOfficeID,
	}
}

// jsonText gives the stored form of a list or mapping of texts with n entries.
func jsonText(v any, n int, none string) string {
	if n == 0 {
		return none
	}
	text, err := json.Marshal(v)
	if err != nil {
		return none
	}
	return string(text)
}

const stepColumns = "file_id, seq, kind, turn, administration_id, office_id, outsider," +
	" term_from, term_days, term_working, source, verified, due, due_version, started_on, done_on, outcome, extension, note"

// replaceStep: a step that exists is replaced; the file's revision guards it.
const replaceStep = " ON CONFLICT (file_id, seq) DO UPDATE SET term_days = excluded.term_days, due = excluded.due," +
	" due_version = excluded.due_version, done_on = excluded.done_on, outcome = excluded.outcome, extension = excluded.extension"

type stepRow struct {
	FileID           string `db:"file_id"`
	Seq              int    `db:"seq"`
	Kind             string `db:"kind"`
	Turn             string `db:"turn"`
	AdministrationID string `db:"administration_id"`
	OfficeID         string `db:"office_id"`
	Outsider         string `db:"outsider"`
	TermFrom         string `db:"term_from"`
	TermDays         int    `db:"term_days"`
	TermWorking      int    `db:"term_working"`
	Source           string `db:"source"`
	Verified         int    `db:"verified"`
	Due              string `db:"due"`
	DueVersion       int64  `db:"due_version"`
	StartedOn        string `db:"started_on"`
	DoneOn           string `db:"done_on"`
	Outcome          string `db:"outcome"`
	Extension        string `db:"extension"`
	Note             string `db:"note"`
}

// of is a part of the file with an id.
type of[T any] struct {
	fileID string
	part   T
}

func (r *stepRow) step() (of[scheduler.FileStep], error) {
	s := scheduler.FileStep{
		Seq: r.Seq, Kind: r.Kind, Turn: scheduler.Turn(r.Turn),
		AdministrationID: r.AdministrationID, OfficeID: r.OfficeID, Outsider: r.Outsider,
		Term:       scheduler.Term{Days: r.TermDays, Working: r.TermWorking != 0, Source: r.Source, Verified: r.Verified != 0},
		DueVersion: r.DueVersion, Outcome: r.Outcome, Extension: r.Extension, Note: r.Note,
	}
	err := readDates(map[*scheduler.Date]string{
		&s.Term.From: r.TermFrom, &s.Due: r.Due, &s.StartedOn: r.StartedOn, &s.DoneOn: r.DoneOn,
	})
	return of[scheduler.FileStep]{r.FileID, s}, err
}

func stepValues(o *of[scheduler.FileStep]) []any {
	s := &o.part
	return []any{
		o.fileID, s.Seq, s.Kind, string(s.Turn), s.AdministrationID, s.OfficeID, s.Outsider,
		dateText(s.Term.From), s.Term.Days, flag(s.Term.Working), s.Term.Source, flag(s.Term.Verified),
		dateText(s.Due), s.DueVersion, dateText(s.StartedOn), dateText(s.DoneOn), s.Outcome, s.Extension, s.Note,
	}
}

const promiseColumns = "id, file_id, administration_id, office_id, what, by_date, made_by, made_on," +
	" kept_on, replaced_by, reminded_on, reported_on"

// afterPromise: of a promise that exists only what became of it is written.
const afterPromise = " ON CONFLICT (id) DO UPDATE SET kept_on = excluded.kept_on, replaced_by = excluded.replaced_by," +
	" reminded_on = excluded.reminded_on, reported_on = excluded.reported_on"

type promiseRow struct {
	ID               string `db:"id"`
	FileID           string `db:"file_id"`
	AdministrationID string `db:"administration_id"`
	OfficeID         string `db:"office_id"`
	What             string `db:"what"`
	By               string `db:"by_date"`
	MadeBy           string `db:"made_by"`
	MadeOn           string `db:"made_on"`
	KeptOn           string `db:"kept_on"`
	ReplacedBy       string `db:"replaced_by"`
	RemindedOn       string `db:"reminded_on"`
	ReportedOn       string `db:"reported_on"`
}

func (r *promiseRow) promise() (of[scheduler.Promise], error) {
	p := scheduler.Promise{
		ID: r.ID, AdministrationID: r.AdministrationID, OfficeID: r.OfficeID, What: r.What,
		MadeBy: r.MadeBy, ReplacedBy: r.ReplacedBy,
	}
	err := readDates(map[*scheduler.Date]string{
		&p.By: r.By, &p.MadeOn: r.MadeOn, &p.KeptOn: r.KeptOn, &p.RemindedOn: r.RemindedOn, &p.ReportedOn: r.ReportedOn,
	})
	return of[scheduler.Promise]{r.FileID, p}, err
}

func promiseValues(o *of[scheduler.Promise]) []any {
	p := &o.part
	return []any{
		p.ID, o.fileID, p.AdministrationID, p.OfficeID, p.What, dateText(p.By), p.MadeBy, dateText(p.MadeOn),
		dateText(p.KeptOn), p.ReplacedBy, dateText(p.RemindedOn), dateText(p.ReportedOn),
	}
}

const eventColumns = "file_id, seq, happened_at, actor, office_id, what, args, internal"

type eventRow struct {
	FileID     string `db:"file_id"`
	Seq        int    `db:"seq"`
	HappenedAt int64  `db:"happened_at"`
	Actor      string `db:"actor"`
	OfficeID   string `db:"office_id"`
	What       string `db:"what"`
	Args       string `db:"args"`
	Internal   int    `db:"internal"`
}

func (r *eventRow) event() (of[scheduler.FileEvent], error) {
	e := scheduler.FileEvent{
		Seq: r.Seq, At: instant(r.HappenedAt), Actor: r.Actor, Office: r.OfficeID, What: r.What, Internal: r.Internal != 0,
	}
	if r.Args != "{}" {
		if err := json.Unmarshal([]byte(r.Args), &e.Args); err != nil {
			return of[scheduler.FileEvent]{}, fmt.Errorf("event of file %s: %w", r.FileID, err)
		}
	}
	return of[scheduler.FileEvent]{r.FileID, e}, nil
}

func eventValues(o *of[scheduler.FileEvent]) []any {
	e := &o.part
	return []any{o.fileID, e.Seq, micros(e.At), e.Actor, e.Office, e.What, jsonText(e.Args, len(e.Args), "{}"), flag(e.Internal)}
}
