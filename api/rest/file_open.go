package rest

import (
	"context"
	"strings"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// fileRequest asks to open a file.
type fileFields struct {
	_ struct{} `additionalProperties:"false"`

	Service        string         `json:"service" maxLength:"100" example:"cf-suivi" doc:"The subject."`
	Office         string         `json:"office,omitempty" maxLength:"100" doc:"The service's own when absent."`
	Clock          string         `json:"clock,omitempty" maxLength:"100" doc:"Id of a legal clock, or chain: and the id of a situation; the service's when absent."`
	Number         string         `json:"number,omitempty" maxLength:"40" doc:"The administration's own number."`
	Citizen        citizenFields  `json:"citizen"`
	ForWhom        string         `json:"for_whom,omitempty" maxLength:"120" doc:"The person the matter belongs to, when citizen is a proxy."`
	Identity       string         `json:"identity,omitempty" maxLength:"100" doc:"Kind of identity document, such as cnie."`
	IdentityNumber string         `json:"identity_number,omitempty" maxLength:"30" doc:"Its number; only a keyed hash and the last three characters are kept."`
	Documents      []paperSeen    `json:"documents,omitempty" nullable:"false" maxItems:"40"`
	Note           string         `json:"note,omitempty" maxLength:"1000"`
	DepositedOn    string         `json:"deposited_on,omitempty" format:"date" maxLength:"10" doc:"When the matter began, if not today."`
	Step           string         `json:"step,omitempty" maxLength:"100" doc:"The step in which it stands; the first when absent."`
	StepSince      string         `json:"step_since,omitempty" format:"date" maxLength:"10"`
	Urgent         bool           `json:"urgent,omitempty"`
	Promise        *promiseFields `json:"promise,omitempty" doc:"For staff only."`
	CalendarToken  string         `json:"calendar_token,omitempty" maxLength:"100"`
}

type paperSeen struct {
	_ struct{} `additionalProperties:"false"`

	ID   string `json:"id" maxLength:"120"`
	Seen bool   `json:"seen,omitempty"`
}

type promiseFields struct {
	_ struct{} `additionalProperties:"false"`

	What     string `json:"what" maxLength:"1000"`
	By       string `json:"by" format:"date" maxLength:"10" doc:"The last day."`
	Replaces string `json:"replaces,omitempty" maxLength:"100" doc:"The promise whose date this moves; the old one counts."`
}

func (p *promiseFields) request(bad *scheduler.InvalidError, prefix string) scheduler.PromiseRequest {
	return scheduler.PromiseRequest{What: httpkit.CleanText(p.What), By: parseDay(bad, prefix+"by", p.By), Replaces: p.Replaces}
}

// parseDay reads a date; "" is the zero Date.
func parseDay(bad *scheduler.InvalidError, field, text string) scheduler.Date {
	if text == "" {
		return scheduler.Date{}
	}
	d, err := scheduler.ParseDate(text)
	if err != nil {
		bad.Add(field, "invalid_date", "want YYYY-MM-DD of a day that exists")
	}
	return d
}

func (a *api) openFile(ctx context.Context, in *struct{ Body fileFields }) (*openedFile, error) {
	b, bad := &in.Body, &scheduler.InvalidError{}
	by, _ := actor(ctx) // nobody is a person online
	r := scheduler.FileRequest{
		ServiceID: b.Service, OfficeID: b.Office, Clock: b.Clock, Number: httpkit.CleanText(b.Number),
		Citizen: a.citizen(ctx, &b.Citizen, bad), ForWhom: httpkit.CleanText(b.ForWhom),
		Identity: b.Identity, IdentityNumber: httpkit.CleanText(b.IdentityNumber), Note: httpkit.CleanText(b.Note),
		DepositedOn: parseDay(bad, "deposited_on", b.DepositedOn), Step: b.Step, StepSince: parseDay(bad, "step_since", b.StepSince),
		Urgent: b.Urgent, CalendarToken: b.CalendarToken,
	}
	for _, d := range b.Documents {
		r.Documents = append(r.Documents, scheduler.FileDocument{ID: httpkit.CleanText(d.ID), Seen: d.Seen})
	}
	if b.Promise != nil {
		p := b.Promise.request(bad, "promise.")
		r.Promise = &p
	}
	if err := bad.OrNil(); err != nil {
		return nil, err
	}
	o, err := a.engine.OpenFile(ctx, r, scheduler.Actor{Staff: by.Staff})
	if err != nil {
		return nil, err
	}
	did(ctx, o.File.OfficeID, o.File.ID)
	shown, n, err := a.fileOf(ctx, &o.File)
	if err != nil {
		return nil, err
	}
	out := &openedFile{ContentLanguage: n.header(), Location: "/v1/files/" + o.File.ID, ETag: etag(o.File.Revision)}
	out.Body.file = shown
	out.Body.fileTokens = fileTokens{
		FileToken: o.Token, FileURL: a.publicURL + "/f/" + o.Token,
		CalendarToken: o.CalendarToken, CalendarURL: a.publicURL + "/feeds/" + o.CalendarToken + ".ics",
	}
	return out, nil
}

type filesQuery struct {
	List   string `query:"list" enum:"due,late,waiting,at_risk,news,new,ended,all" default:"all" doc:"A work list."`
	Office string `query:"office" maxLength:"100"`
	Owner  string `query:"owner" maxLength:"100" doc:"Id of a member of staff."`
	After  string `query:"after" maxLength:"130" doc:"next of the page before."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type filePage struct {
	ContentLanguage string `header:"Content-Language"`
	Body            struct {
		Items []file `json:"items" nullable:"false"`
		Next  string `json:"next,omitempty" doc:"Send it as after for the next page."`
	}
}

func (a *api) listFiles(ctx context.Context, in *filesQuery) (*filePage, error) {
	by, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	c, err := a.catalogue(ctx)
	if err != nil {
		return nil, err
	}
	loc, err := a.zone(c.Zone)
	if err != nil {
		return nil, err
	}
	q := scheduler.FileQuery{List: scheduler.FileList(in.List), OwnerID: in.Owner, On: scheduler.DateOf(a.clock().In(loc)), Limit: in.Limit + 1}
	if in.List == "all" {
		q.List = scheduler.FilesAll
	}
	if in.Office != "" {
		q.Offices = []string{in.Office}
	}
	if in.After != "" {
		bad := &scheduler.InvalidError{}
		if q.AfterDue, q.AfterID = afterFile(in.After); q.AfterID == "" {
			bad.Add("after", "invalid", "want next of the page before")
			return nil, bad.OrNil()
		}
	}
	fs, err := a.engine.Files(ctx, q, by.Staff)
	if err != nil {
		return nil, err
	}
	out := &filePage{}
	out.Body.Items = []file{}
	if len(fs) > in.Limit {
		fs = fs[:in.Limit]
		out.Body.Next = fileCursor(&fs[len(fs)-1])
	}
	n := a.namer(ctx)
	for i := range fs {
		shown, used, err := a.fileOf(ctx, &fs[i])
		if err != nil {
			return nil, err
		}
		n = used
		out.Body.Items = append(out.Body.Items, shown)
	}
	out.ContentLanguage = n.header()
	return out, nil
}

// fileCursor names the place after a file in a list.
func fileCursor(f *scheduler.File) string { return dateText(f.Summary().Due) + "." + f.ID }

// afterFile reads what fileCursor wrote; an empty id for anything else.
func afterFile(cursor string) (scheduler.Date, string) {
	day, id, _ := strings.Cut(cursor, ".")
	var due scheduler.Date
	if due.UnmarshalText([]byte(day)) != nil || !wellFormed(id) {
		return due, ""
	}
	return due, id
}

type accessList struct {
	Body struct {
		Items []fileAccess `json:"items" nullable:"false"`
	}
}

type fileAccess struct {
	At     string `json:"at" format:"date-time"`
	Office string `json:"office"`
	Staff  string `json:"staff" doc:"Id of the member of staff."`
	What   string `json:"what" doc:"read, opened or changed."`
}

func (a *api) fileAccesses(ctx context.Context, in *byID) (*accessList, error) {
	by, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	if !wellFormed(in.ID) {
		return nil, scheduler.ErrNotFound
	}
	as, err := a.engine.FileAccesses(ctx, in.ID, by)
	if err != nil {
		return nil, err
	}
	c, err := a.catalogue(ctx)
	if err != nil {
		return nil, err
	}
	loc, err := a.zone(c.Zone)
	if err != nil {
		return nil, err
	}
	out := &accessList{}
	out.Body.Items = []fileAccess{}
	for _, x := range as {
		out.Body.Items = append(out.Body.Items, fileAccess{stamp(x.At, loc), x.OfficeID, x.StaffID, x.What})
	}
	return out, nil
}
