package web

import (
	"strings"
	"time"

	"mawid/scheduler"
)

// fileExport is the document of a file; days are those of the office's calendar.
type fileExport struct {
	About    string          `json:"about"` // "file"
	MadeAt   time.Time       `json:"made_at"`
	File     exportFile      `json:"file"`
	Steps    []exportStep    `json:"steps"`
	Promises []exportPromise `json:"promises"`
	History  []exportEntry   `json:"history"`
	Looks    []exportEntry   `json:"looks"` // of staff, the latest first
	Visits   []string        `json:"visits"`
	Calendar exportCalendar  `json:"calendar"`
	Notices  []exportNotice  `json:"notices"`
	Opinions []exportOpinion `json:"opinions,omitempty"`
}

type exportFile struct {
	Reference      string           `json:"reference"`
	State          string           `json:"state"`
	Administration string           `json:"administration"`
	Office         string           `json:"office"`
	Service        string           `json:"service"`
	Clock          string           `json:"clock"`
	Number         string           `json:"number,omitempty"`
	IdentityKind   string           `json:"identity_kind,omitempty"`
	IdentityEnd    string           `json:"identity_end,omitempty"` // the last characters; no more is kept that can be read
	Person         exportPerson     `json:"person"`
	ForWhom        string           `json:"for_whom,omitempty"`
	Documents      []exportDocument `json:"documents"`
	AskedOn        string           `json:"documents_asked_on,omitempty"`
	DepositedOn    string           `json:"deposited_on"`
	Urgent         bool             `json:"urgent"`
	Extended       bool             `json:"extended"`
	Origin         string           `json:"origin,omitempty"`
	Outcome        string           `json:"outcome,omitempty"`
	NewsAskedOn    string           `json:"news_asked_on,omitempty"`
	NewsDue        string           `json:"news_due,omitempty"`
	Told           int              `json:"bodies_told"`
	ToldOn         string           `json:"told_on,omitempty"`
	CreatedAt      time.Time        `json:"created_at"`
	UpdatedAt      time.Time        `json:"updated_at"`
	EndedOn        string           `json:"ended_on,omitempty"`
	Revision       int              `json:"revision"`
}

type exportDocument struct {
	ID   string `json:"id"`
	Seen bool   `json:"seen"`
}

type exportStep struct {
	Kind      string `json:"kind"`
	Turn      string `json:"turn"`
	Office    string `json:"office,omitempty"`
	Outsider  string `json:"outsider,omitempty"`
	StartedOn string `json:"started_on"`
	DoneOn    string `json:"done_on,omitempty"`
	Due       string `json:"due,omitempty"`
	Source    string `json:"source,omitempty"`
	Outcome   string `json:"outcome,omitempty"`
	Extension string `json:"extension,omitempty"`
	Note      string `json:"note,omitempty"` // of a hand-over
}

type exportPromise struct {
	What   string `json:"what"`
	Office string `json:"administration"`
	MadeOn string `json:"made_on"`
	By     string `json:"by"`
	KeptOn string `json:"kept_on,omitempty"`
}

// exportOwnFile answers with all that is kept about the person of a file, the
// notes between offices included: they are about that person.
func (s *site) exportOwnFile(v *visit) error {
	f, err := s.fileByLink(v)
	if err != nil {
		return err
	}
	doc := fileExport{
		About: "file", MadeAt: s.now(), File: fileFacts(&f), Steps: []exportStep{}, Promises: []exportPromise{}, History: []exportEntry{},
		Looks: []exportEntry{}, Visits: []string{},
	}
	for i := range f.Steps {
		x := &f.Steps[i]
		doc.Steps = append(doc.Steps, exportStep{
			x.Kind, string(x.Turn), x.OfficeID, x.Outsider, x.StartedOn.String(), dayOrNone(x.DoneOn), dayOrNone(x.Due), x.Term.Source, x.Outcome, x.Extension, x.Note,
		})
	}
	for i := range f.Promises {
		x := &f.Promises[i]
		doc.Promises = append(doc.Promises, exportPromise{x.What, x.AdministrationID, x.MadeOn.String(), x.By.String(), dayOrNone(x.KeptOn)})
	}
	for i := range f.Events {
		doc.History = append(doc.History, exportEvent(&f.Events[i]))
	}
	if err := s.fileBeside(v, &f, &doc); err != nil {
		return err
	}
	return s.download(v, f.Reference, doc)
}

// fileBeside adds what is kept in other places.
func (s *site) fileBeside(v *visit, f *scheduler.File, doc *fileExport) error {
	looks, err := s.Engine.FileAccesses(v.Context(), f.ID, scheduler.Actor{ManageToken: v.PathValue("token")})
	if err != nil {
		return err
	}
	for _, l := range looks {
		doc.Looks = append(doc.Looks, exportEntry{At: l.At, By: "staff", What: l.What, Office: l.OfficeID})
	}
	visits, err := s.Engine.FileVisits(v.Context(), f)
	if err != nil {
		return err
	}
	for i := range visits {
		doc.Visits = append(doc.Visits, visits[i].Reference)
	}
	feed, err := s.Engine.Feed(v.Context(), f.FeedID)
	if err != nil {
		return err
	}
	doc.Calendar = calendarOf(feed)
	if doc.Notices, err = s.exportNotices(v, f.ID); err != nil {
		return err
	}
	said, err := s.Engine.OpinionsOf(v.Context(), scheduler.OpinionFile, f.ID)
	doc.Opinions = exportOpinions(said)
	return err
}

func fileFacts(f *scheduler.File) exportFile {
	out := exportFile{
		Reference: f.Reference, State: string(f.State), Administration: f.AdministrationID, Office: f.OfficeID, Service: f.ServiceID,
		Clock: f.Clock, Number: f.Number, IdentityKind: f.Identity.Kind, IdentityEnd: f.Identity.Tail, Person: personOf(f.Citizen),
		ForWhom: f.ForWhom, Documents: []exportDocument{}, AskedOn: dayOrNone(f.AskedOn), DepositedOn: f.DepositedOn.String(),
		Urgent: f.Urgent, Extended: f.Extended, Outcome: f.Outcome, NewsAskedOn: dayOrNone(f.NewsAskedOn),
		NewsDue: dayOrNone(f.NewsDue), Told: f.Escalation, ToldOn: dayOrNone(f.EscalatedOn), CreatedAt: f.CreatedAt, UpdatedAt: f.UpdatedAt,
		EndedOn: dayOrNone(f.EndedOn), Revision: f.Revision,
	}
	out.Origin, _, _ = strings.Cut(f.Origin, ":")
	for _, d := range f.Documents {
		out.Documents = append(out.Documents, exportDocument(d))
	}
	return out
}

// exportEvent is one line of a file's history. Ids of staff and of appointments
// are left out: the first are of other persons, the second open nothing.
func exportEvent(e *scheduler.FileEvent) exportEntry {
	out := exportEntry{At: e.At, By: bare(e.Actor), What: e.What, Office: e.Office, Words: map[string]string{}}
	for key, text := range e.Args {
		if key == "appointment" || e.What == scheduler.EventAssigned && key == "to" {
			continue
		}
		out.Words[key] = text
	}
	return out
}
