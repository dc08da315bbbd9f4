package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// fileAct is one thing that can be done with a file.
type fileAct[B any] struct {
	ID      string `path:"id" maxLength:"100"`
	IfMatch string `header:"If-Match" maxLength:"100" doc:"The revision that was read, in quotes; 412 when it has changed since." example:"\"3\""`
	Body    B
}

type paperNames struct {
	_ struct{} `additionalProperties:"false"`

	Documents []string `json:"documents" nullable:"false" minItems:"1" maxItems:"40" doc:"Ids of documents, or words."`
}

type noteFields struct {
	_ struct{} `additionalProperties:"false"`

	Note string `json:"note,omitempty" maxLength:"1000" doc:"The person reads it."`
}

type reasonFields struct {
	_ struct{} `additionalProperties:"false"`

	Reason string `json:"reason" maxLength:"1000"`
}

type textFields struct {
	_ struct{} `additionalProperties:"false"`

	Text string `json:"text,omitempty" maxLength:"1000"`
}

type handOverFields struct {
	_ struct{} `additionalProperties:"false"`

	Office      string            `json:"office" maxLength:"100"`
	Note        string            `json:"note,omitempty" maxLength:"1000" doc:"For the staff of both sides; the person does not read it."`
	Appointment *appointmentThere `json:"appointment,omitempty" doc:"For the person, at that office, in the same act: both or neither."`
}

type appointmentThere struct {
	_ struct{} `additionalProperties:"false"`

	Service  string `json:"service" maxLength:"100"`
	StartsAt string `json:"starts_at" format:"date-time" maxLength:"40"`
}

type intoFields struct {
	_ struct{} `additionalProperties:"false"`

	Into string `json:"into" maxLength:"100" doc:"Id of the file that goes on."`
}

type keepFields struct {
	_ struct{} `additionalProperties:"false"`

	Promise string `json:"promise" maxLength:"100" doc:"Id of the promise that was kept today."`
}

// act registers one act on a file.
func act[B any](h huma.API, a *api, name, path, summary string, do func(ctx context.Context, id string, revision int, by scheduler.Actor, b *B) (scheduler.File, error)) {
	op := managed(operation(h, name, http.MethodPost, "/v1/files/{id}/"+path, summary,
		http.StatusUnauthorized, http.StatusNotFound, http.StatusPreconditionFailed))
	huma.Register(h, op, call(func(ctx context.Context, in *fileAct[B]) (*fileBody, error) {
		by, err := actor(ctx)
		if err != nil {
			return nil, err
		}
		if !wellFormed(in.ID) {
			return nil, scheduler.ErrNotFound
		}
		revision, err := parseIfMatch(in.IfMatch)
		if err != nil {
			return nil, err
		}
		f, err := do(ctx, in.ID, revision, by, &in.Body)
		return a.fileAnswer(ctx, f, err)
	}))
}

func (a *api) fileActs(h huma.API) {
	e := a.engine
	type ctx = context.Context
	type by = scheduler.Actor
	type out = scheduler.File
	act(h, a, "ask-file-documents", "ask-documents", "Ask for what is missing; law 55-19 allows it once", func(c ctx, id string, rev int, w by, b *paperNames) (out, error) {
		return e.AskDocuments(c, id, rev, w, b.Documents)
	})
	act(h, a, "receive-file-documents", "receive-documents", "Documents came", func(c ctx, id string, rev int, w by, b *paperNames) (out, error) {
		return e.ReceiveDocuments(c, id, rev, w, b.Documents)
	})
	act(h, a, "advance-file", "advance", "The running step is done; the next one begins", func(c ctx, id string, rev int, w by, b *noteFields) (out, error) {
		return e.AdvanceStep(c, id, rev, w, httpkit.CleanText(b.Note))
	})
	act(h, a, "branch-file", "branch", "Leave the usual way, such as opposition: to the court", func(c ctx, id string, rev int, w by, b *reasonFields) (out, error) {
		return e.BranchStep(c, id, rev, w, b.Reason)
	})
	act(h, a, "extend-file", "extend", "The one extension: technical_expertise, public_inquiry or volume", func(c ctx, id string, rev int, w by, b *reasonFields) (out, error) {
		return e.ExtendOnce(c, id, rev, w, b.Reason)
	})
	act(h, a, "hand-over-file", "hand-over", "Give the running step to another office, if wanted with an appointment there", a.handOver)
	act(h, a, "promise-on-file", "promises", "Make a promise; it is never changed", func(c ctx, id string, rev int, w by, b *promiseFields) (out, error) {
		bad := &scheduler.InvalidError{}
		r := b.request(bad, "")
		if err := bad.OrNil(); err != nil {
			return out{}, err
		}
		return e.Promise(c, id, rev, w, r)
	})
	act(h, a, "keep-file-promise", "keep-promise", "A promise was kept today", func(c ctx, id string, rev int, w by, b *keepFields) (out, error) {
		return e.KeepPromise(c, id, rev, w, b.Promise)
	})
	act(h, a, "ask-file-news", "ask-news", "The person asks for news", func(c ctx, id string, rev int, w by, b *textFields) (out, error) {
		return e.AskNews(c, id, rev, w, httpkit.CleanText(b.Text))
	})
	act(h, a, "answer-file-news", "answer-news", "Answer the person", func(c ctx, id string, rev int, w by, b *textFields) (out, error) {
		return e.AnswerNews(c, id, rev, w, httpkit.CleanText(b.Text))
	})
	act(h, a, "settle-file", "settle", "The matter is settled", func(c ctx, id string, rev int, w by, b *textFields) (out, error) {
		return e.Settle(c, id, rev, w, httpkit.CleanText(b.Text))
	})
	act(h, a, "close-file", "close", "End the file without settling it", func(c ctx, id string, rev int, w by, b *textFields) (out, error) {
		return e.CloseFile(c, id, rev, w, httpkit.CleanText(b.Text))
	})
	act(h, a, "merge-file", "merge", "It is one and the same as another: same person, same subject", func(c ctx, id string, rev int, w by, b *intoFields) (out, error) {
		return e.MergeFile(c, id, rev, w, b.Into)
	})
}

func (a *api) handOver(ctx context.Context, id string, revision int, by scheduler.Actor, b *handOverFields) (scheduler.File, error) {
	h := scheduler.HandOver{OfficeID: b.Office, Note: httpkit.CleanText(b.Note)}
	if b.Appointment != nil {
		at, err := parseTime(b.Appointment.StartsAt)
		if err != nil {
			return scheduler.File{}, err
		}
		h.ServiceID, h.StartsAt = b.Appointment.Service, at
	}
	f, _, err := a.engine.HandOver(ctx, id, revision, by, h)
	return f, err
}
