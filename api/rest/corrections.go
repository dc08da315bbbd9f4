package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

type verifyRequest struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		_ struct{} `additionalProperties:"false"`

		Code string `json:"code" maxLength:"40" example:"049317" doc:"Six digits; spaces and Arabic figures are taken too."`
	}
}

type codeRequest struct {
	ID string `path:"id" maxLength:"100"`
}

type contactRequest struct {
	ID      string `path:"id" maxLength:"100"`
	IfMatch string `header:"If-Match" maxLength:"100" doc:"The revision that was read, in quotes; 412 when it has changed since." example:"\"3\""`
	Body    contactFields
}

// contactFields is what may be corrected. What is absent stays; "" takes away.
type contactFields struct {
	_ struct{} `additionalProperties:"false"`

	Email    *string `json:"email,omitempty" nullable:"false" maxLength:"254" example:"amina@example.org" doc:"An empty text takes it away; one of email and phone must stay."`
	Phone    *string `json:"phone,omitempty" nullable:"false" maxLength:"40" example:"+33612345678" doc:"International, or Moroccan in the national form."`
	Language *string `json:"language,omitempty" nullable:"false" maxLength:"35" example:"ar" doc:"Of notices (BCP 47)."`
	TimeZone *string `json:"time_zone,omitempty" nullable:"false" maxLength:"64" example:"Europe/Paris" doc:"IANA name; an empty text stands for the office's."`
}

type noteRequest struct {
	ID      string `path:"id" maxLength:"100"`
	IfMatch string `header:"If-Match" maxLength:"100" doc:"The revision that was read, in quotes; 412 when it has changed since." example:"\"3\""`
	Body    struct {
		_ struct{} `additionalProperties:"false"`

		DocumentNote string `json:"document_note" maxLength:"500" doc:"What the person says of a document, such as that one is missing; an empty text takes it back."`
	}
}

// corrections are what a person does about an appointment beside moving it.
func (a *api) corrections(h huma.API) {
	op := func(id, what, summary string) huma.Operation {
		return managed(operation(h, id, http.MethodPost, "/v1/appointments/{id}/"+what, summary,
			http.StatusUnauthorized, http.StatusNotFound, http.StatusPreconditionFailed))
	}
	huma.Register(h, op("verify-appointment", "verify", "Enter the code that was sent to the address of a pending appointment"),
		call(func(ctx context.Context, in *verifyRequest) (*appointmentAnswer, error) {
			return a.change(ctx, &changeRequest{ID: in.ID},
				func(ctx context.Context, id string, _ int, by scheduler.Actor) (scheduler.Appointment, error) {
					return a.engine.Prove(ctx, id, in.Body.Code, by)
				})
		}))
	huma.Register(h, op("send-appointment-code", "code", "Send another code; the one before stays good"),
		call(func(ctx context.Context, in *codeRequest) (*appointmentAnswer, error) {
			return a.change(ctx, &changeRequest{ID: in.ID},
				func(ctx context.Context, id string, _ int, by scheduler.Actor) (scheduler.Appointment, error) {
					return a.engine.SendProof(ctx, id, by)
				})
		}))
	huma.Register(h, op("correct-contact", "contact", "Correct where and how the person is told; never the name"),
		call(func(ctx context.Context, in *contactRequest) (*appointmentAnswer, error) {
			x, err := a.correction(&in.Body)
			if err != nil {
				return nil, err
			}
			return a.change(ctx, &changeRequest{in.ID, in.IfMatch},
				func(ctx context.Context, id string, revision int, by scheduler.Actor) (scheduler.Appointment, error) {
					return a.engine.Correct(ctx, id, revision, x, by)
				})
		}))
	huma.Register(h, op("note-document", "note", "Say that a document is missing or comes later"),
		call(func(ctx context.Context, in *noteRequest) (*appointmentAnswer, error) {
			text := httpkit.CleanText(in.Body.DocumentNote)
			return a.change(ctx, &changeRequest{in.ID, in.IfMatch},
				func(ctx context.Context, id string, revision int, by scheduler.Actor) (scheduler.Appointment, error) {
					return a.engine.NoteDocument(ctx, id, revision, text, by)
				})
		}))
}

// correction reads what was sent. What cannot be a telephone number goes on as it
// is, for the engine to refuse with the rest.
func (a *api) correction(f *contactFields) (scheduler.Correction, error) {
	x := scheduler.Correction{Email: cleaned(f.Email), Phone: f.Phone, Language: f.Language, Zone: f.TimeZone}
	if f.Phone != nil && *f.Phone != "" {
		if number, err := httpkit.NormalizePhone(*f.Phone, a.region); err == nil {
			x.Phone = &number
		}
	}
	if f.Language != nil && !isLanguage(*f.Language) {
		return x, scheduler.Invalid("citizen.language", "invalid_language", "want a language tag such as ar or fr-MA (BCP 47)")
	}
	return x, nil
}

func cleaned(s *string) *string {
	if s == nil {
		return nil
	}
	clean := httpkit.CleanText(*s)
	return &clean
}
