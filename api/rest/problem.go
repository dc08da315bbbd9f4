package rest

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// problemOf is the transformer that turns huma's errors into our problem
// documents. Values that were sent are not repeated.
func problemOf(ctx huma.Context, _ string, v any) (any, error) {
	model, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	if model.Status == http.StatusUnprocessableEntity {
		return httpkit.NewProblem(ctx.Context(), invalid(model.Errors)), nil
	}
	p := httpkit.NewProblem(ctx.Context(), named(model.Status))
	if model.Status == http.StatusBadRequest && len(model.Errors) > 0 {
		p.Detail = model.Errors[0].Message // of unmarshal, see json.go
	}
	return p, nil
}

// named is the error behind a status that huma decided on.
func named(status int) error {
	switch status {
	case http.StatusBadRequest, http.StatusRequestTimeout, http.StatusNotAcceptable:
		return httpkit.ErrBadRequest
	case http.StatusRequestEntityTooLarge:
		return httpkit.ErrTooLarge
	case http.StatusUnsupportedMediaType:
		return httpkit.ErrMediaType
	}
	return errHuma
}

func invalid(details []*huma.ErrorDetail) error {
	bad := &scheduler.InvalidError{}
	for _, d := range details {
		field := fieldOf(d.Location)
		code, missing := codeOf(d.Message)
		if missing != "" {
			field = strings.TrimPrefix(field+"."+missing, "body.")
		}
		detail := d.Message
		if code == "invalid" {
			detail = "not a value of this field"
		}
		bad.Add(field, code, "%s", detail)
	}
	return bad
}

// fieldOf drops where huma found a field: "body.citizen.name" is
// "citizen.name", "query.from" is "from". The body itself is "body".
func fieldOf(location string) string {
	where, field, ok := strings.Cut(location, ".")
	if !ok {
		return where
	}
	return field
}

// messages gives the code of what huma says, by how it begins. What is not
// listed is "invalid", and its text is not shown: it may repeat a value.
var messages = [...]struct{ begin, code string }{
	{validation.MsgUnexpectedProperty, "unknown_field"},
	{"unknown query parameter", "unknown_parameter"},
	{"required ", "required"},
	{validation.MsgExpectedRFC3339DateTime, "invalid_time"},
	{validation.MsgExpectedRFC3339Date, "invalid_date"},
	{"expected length <=", "too_long"},
	{"expected length >=", "too_short"},
	{"expected number <=", "out_of_range"},
	{"expected number >=", "out_of_range"},
	{validation.MsgExpectedString, "wrong_type"},
	{validation.MsgExpectedInteger, "wrong_type"},
	{validation.MsgExpectedNumber, "wrong_type"},
	{validation.MsgExpectedBoolean, "wrong_type"},
	{validation.MsgExpectedArray, "wrong_type"},
	{validation.MsgExpectedObject, "wrong_type"},
	{"invalid integer", "wrong_type"},
}

// codeOf returns the code of a message of huma, and the name of the property
// that it says is missing, if it says so.
func codeOf(message string) (code, missing string) {
	before, after, _ := strings.Cut(validation.MsgExpectedRequiredProperty, "%s")
	if name, ok := strings.CutPrefix(message, before); ok {
		return "required", strings.TrimSuffix(name, after)
	}
	for _, m := range messages {
		if strings.HasPrefix(message, m.begin) {
			return m.code, ""
		}
	}
	return "invalid", ""
}

// call adapts a handler: its error becomes a problem document, and a fault is
// handed to the request log. What staff did is written down.
func call[I, O any](h func(context.Context, *I) (*O, error)) func(context.Context, *I) (*O, error) {
	return func(ctx context.Context, in *I) (*O, error) {
		out, err := h(ctx, in)
		if err == nil {
			err = logged(ctx)
		}
		if err != nil {
			httpkit.NoteFault(ctx, err)
			return nil, httpkit.NewProblem(ctx, err)
		}
		return out, nil
	}
}

// errHuma: huma answered with a status that nothing here leads to.
var errHuma = errors.New("unexpected status")
