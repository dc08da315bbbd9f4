package rest

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"mawid/scheduler"
)

// file is one matter of one person, followed until it is settled.
type file struct {
	ID             string         `json:"id"`
	Reference      string         `json:"reference" example:"K7AM-3WXD"`
	State          string         `json:"state" doc:"open, settled, closed or merged." example:"open"`
	Turn           string         `json:"turn,omitempty" doc:"Who must act next: administration, citizen, court or other; absent when ended."`
	Administration string         `json:"administration" doc:"Id of who answers for it now."`
	Office         string         `json:"office"`
	OfficeName     string         `json:"office_name"`
	Service        string         `json:"service" doc:"The subject."`
	ServiceName    string         `json:"service_name"`
	Clock          string         `json:"clock" doc:"Id of the legal clock, or chain: and the id of a situation."`
	Number         string         `json:"number,omitempty" doc:"The administration's own number."`
	IdentityKind   string         `json:"identity_kind,omitempty"`
	IdentityTail   string         `json:"identity_tail,omitempty" doc:"The last characters of the identity document; no more is kept."`
	Citizen        citizen        `json:"citizen"`
	ForWhom        string         `json:"for_whom,omitempty" doc:"The person the matter belongs to, when a proxy follows it."`
	Documents      []fileDocument `json:"documents" nullable:"false"`
	DepositedOn    string         `json:"deposited_on" format:"date"`
	LateDays       int            `json:"late_days" doc:"By how many days the legal date of the running step has passed."`
	LateBy         []lateness     `json:"late_by" nullable:"false" doc:"Who held it after a legal date, and for how many days."`
	Steps          []fileStep     `json:"steps" nullable:"false"`
	Promises       []promise      `json:"promises" nullable:"false"`
	Events         []fileEvent    `json:"events,omitempty" nullable:"false" doc:"The history; left out of lists."`
	NewsDue        string         `json:"news_due,omitempty" format:"date" doc:"By when the person's question must be answered."`
	Escalated      []string       `json:"escalated" nullable:"false" doc:"The bodies that were told, in order."`
	Outcome        string         `json:"outcome,omitempty"`
	MergedInto     string         `json:"merged_into,omitempty"`
	Owner          string         `json:"owner,omitempty" doc:"Member of staff who answers for it; for staff only."`
	EndedOn        string         `json:"ended_on,omitempty" format:"date"`
	CreatedAt      string         `json:"created_at" format:"date-time"`
	UpdatedAt      string         `json:"updated_at" format:"date-time"`
	TimeZone       string         `json:"time_zone"`
	Revision       int            `json:"revision" doc:"Rises with every change; send it back as If-Match."`
}

type fileDocument struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Seen bool   `json:"seen"`
}

type lateness struct {
	Turn   string `json:"turn"`
	Office string `json:"office,omitempty"`
	Body   string `json:"body,omitempty" doc:"Somebody outside, such as court."`
	Days   int    `json:"days"`
}

// fileStep is one stretch in which one body holds the file.
type fileStep struct {
	Kind      string `json:"kind" example:"decision"`
	Turn      string `json:"turn"`
	Office    string `json:"office,omitempty"`
	Body      string `json:"body,omitempty"`
	StartedOn string `json:"started_on" format:"date"`
	DoneOn    string `json:"done_on,omitempty" format:"date"`
	Outcome   string `json:"outcome,omitempty"`
	DueOn     string `json:"due_on,omitempty" format:"date" doc:"The legal date; absent when no text sets one."`
	Source    string `json:"source,omitempty" doc:"The text or page that sets the date."`
	Verified  bool   `json:"verified" doc:"Whether somebody has read the text itself."`
	Extension string `json:"extension,omitempty" doc:"Why the date was extended; once only."`
	LateDays  int    `json:"late_days"`
	Note      string `json:"note,omitempty" doc:"Between administrations; for staff only."`
}

type promise struct {
	ID     string `json:"id"`
	What   string `json:"what"`
	Office string `json:"office"`
	By     string `json:"by" format:"date"`
	MadeOn string `json:"made_on" format:"date"`
	KeptOn string `json:"kept_on,omitempty" format:"date"`
	State  string `json:"state" doc:"open, kept, broken or overdue; computed." example:"open"`
}

type fileEvent struct {
	At    string            `json:"at" format:"date-time"`
	What  string            `json:"what"`
	Actor string            `json:"actor" doc:"citizen, system or staff; for staff with the id."`
	Args  map[string]string `json:"args,omitempty"`
}

type fileBody struct {
	ContentLanguage string `header:"Content-Language"`
	ETag            string `header:"ETag" doc:"The revision."`
	Body            file
}

type openedFile struct {
	ContentLanguage string `header:"Content-Language"`
	Location        string `header:"Location"`
	ETag            string `header:"ETag"`
	Body            struct {
		file
		fileTokens
	}
}

type fileTokens struct {
	FileToken     string `json:"file_token" doc:"Opens this file, as bearer. Shown once; only a hash is kept."`
	FileURL       string `json:"file_url" format:"uri" doc:"The page where the person follows it."`
	CalendarToken string `json:"calendar_token"`
	CalendarURL   string `json:"calendar_url" format:"uri"`
}

// fileView says who looks.
type fileView struct {
	n     *namer
	c     *scheduler.Catalogue
	loc   *time.Location
	on    scheduler.Date
	staff bool
}

func (a *api) fileView(ctx context.Context, f *scheduler.File) (*fileView, string, error) {
	c, err := a.catalogue(ctx)
	if err != nil {
		return nil, "", err
	}
	zone := c.Zone
	if o, err := c.Office(f.OfficeID); err == nil {
		zone = o.Zone
	}
	loc, err := a.zone(zone)
	if err != nil {
		return nil, "", err
	}
	by, _ := actor(ctx)
	return &fileView{a.namer(ctx), c, loc, scheduler.DateOf(a.clock().In(loc)), by.Staff != nil}, zone, nil
}

func (a *api) fileOf(ctx context.Context, f *scheduler.File) (file, *namer, error) {
	v, zone, err := a.fileView(ctx, f)
	if err != nil {
		return file{}, nil, err
	}
	out := file{
		ID: f.ID, Reference: f.Reference, State: string(f.State), Administration: f.AdministrationID,
		Office: f.OfficeID, OfficeName: f.OfficeID, Service: f.ServiceID, ServiceName: f.ServiceID, Clock: f.Clock,
		Number: f.Number, IdentityKind: f.Identity.Kind, IdentityTail: f.Identity.Tail,
		Citizen: citizen{
			Name: f.Citizen.Name, Email: f.Citizen.Email, Phone: f.Citizen.Phone,
			Language: f.Citizen.Language, TimeZone: f.Citizen.Zone,
		},
		ForWhom: f.ForWhom, Documents: []fileDocument{}, DepositedOn: dateText(f.DepositedOn), LateDays: f.Late(v.on),
		LateBy: []lateness{}, Steps: []fileStep{}, Promises: []promise{}, NewsDue: dateText(f.NewsDue), Escalated: []string{},
		Outcome: f.Outcome, MergedInto: f.MergedInto, EndedOn: dateText(f.EndedOn),
		CreatedAt: stamp(f.CreatedAt, v.loc), UpdatedAt: stamp(f.UpdatedAt, v.loc), TimeZone: zone, Revision: f.Revision,
	}
	if s := f.Current(); s != nil {
		out.Turn = string(s.Turn)
	}
	if v.staff {
		out.Owner = f.OwnerID
	}
	if o, err := v.c.Office(f.OfficeID); err == nil {
		out.OfficeName = v.n.name(o.Names)
	}
	if s, err := v.c.Service(f.ServiceID); err == nil {
		out.ServiceName = v.n.name(s.Names)
	}
	out.Escalated = append(out.Escalated, v.c.Escalation[:min(f.Escalation, len(v.c.Escalation))]...)
	v.parts(f, &out)
	return out, v.n, nil
}

func (v *fileView) parts(f *scheduler.File, out *file) {
	for _, d := range f.Documents {
		name := d.ID
		if paper, err := v.c.Document(d.ID); err == nil {
			name = v.n.name(paper.Names)
		}
		out.Documents = append(out.Documents, fileDocument{d.ID, name, d.Seen})
	}
	for _, l := range f.LateBy(v.on) {
		out.LateBy = append(out.LateBy, lateness{string(l.Turn), l.OfficeID, l.Outsider, l.Days})
	}
	for i := range f.Steps {
		s := &f.Steps[i]
		step := fileStep{
			Kind: s.Kind, Turn: string(s.Turn), Office: s.OfficeID, Body: s.Outsider, StartedOn: dateText(s.StartedOn),
			DoneOn: dateText(s.DoneOn), Outcome: s.Outcome, DueOn: dateText(s.Due), Source: s.Term.Source,
			Verified: s.Term.Verified, Extension: s.Extension, LateDays: s.Late(v.on),
		}
		if v.staff {
			step.Note = s.Note
		}
		out.Steps = append(out.Steps, step)
	}
	for i := range f.Promises {
		p := &f.Promises[i]
		out.Promises = append(out.Promises, promise{
			p.ID, p.What, p.OfficeID, dateText(p.By), dateText(p.MadeOn), dateText(p.KeptOn), string(p.State(v.on)),
		})
	}
	for _, e := range f.Events {
		if e.Internal && !v.staff {
			continue
		}
		event := fileEvent{At: stamp(e.At, v.loc), What: e.What, Actor: e.Actor, Args: e.Args}
		if !v.staff && e.Actor != "citizen" && e.Actor != "system" {
			event.Actor = "staff"
		}
		out.Events = append(out.Events, event)
	}
}

func (a *api) fileAnswer(ctx context.Context, f scheduler.File, err error) (*fileBody, error) {
	if err != nil {
		return nil, err
	}
	did(ctx, f.OfficeID, f.ID)
	shown, n, err := a.fileOf(ctx, &f)
	if err != nil {
		return nil, err
	}
	return &fileBody{n.header(), etag(f.Revision), shown}, nil
}

func (a *api) fileByID(ctx context.Context, in *byID) (*fileBody, error) {
	by, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	if !wellFormed(in.ID) {
		return nil, scheduler.ErrNotFound
	}
	f, err := a.engine.File(ctx, in.ID, by)
	return a.fileAnswer(ctx, f, err)
}

func (a *api) files(h huma.API) {
	op := operation(h, "open-file", http.MethodPost, "/v1/files", "Open a file: by staff, or by the person online", http.StatusNotFound)
	op.DefaultStatus = http.StatusCreated
	huma.Register(h, op, call(a.openFile))
	op = managed(operation(h, "get-file", http.MethodGet, "/v1/files/{id}", "A file, for its owner by token and for staff",
		http.StatusUnauthorized, http.StatusNotFound, http.StatusUnprocessableEntity))
	huma.Register(h, op, call(a.fileByID))
	op = managed(operation(h, "list-files", http.MethodGet, "/v1/files", "The files of one's offices; for staff",
		http.StatusUnauthorized, http.StatusUnprocessableEntity))
	huma.Register(h, op, call(a.listFiles))
	op = managed(operation(h, "list-file-accesses", http.MethodGet, "/v1/files/{id}/accesses", "Who of the staff looked at a file",
		http.StatusUnauthorized, http.StatusNotFound, http.StatusUnprocessableEntity))
	huma.Register(h, op, call(a.fileAccesses))
	a.fileActs(h)
}
