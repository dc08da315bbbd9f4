package rest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"mawid/api/httpkit"
)

const about = `Appointments at public administrations.

Times are RFC 3339 with the office's offset; time_zone names its clock (IANA). Accept-Language picks the language of names.
Answers may grow: pass over fields you do not know. Errors are application/problem+json (RFC 9457); code is stable.
Every POST takes an Idempotency-Key: the same key and body give the first answer again for 24 hours.`

// The names of the security schemes.
const (
	schemeToken   = "manageToken"
	schemeSession = "staffSession"
	// A personal access token of staff, or the token of a kiosk.
	schemeStaffToken = "staffToken"
)

// operation starts the description of a call. problems are the statuses that it
// answers with beside its success; every call may also answer 429, 500 and 503.
func operation(h huma.API, id, method, path, summary string, problems ...int) huma.Operation {
	op := huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary,
		BodyReadTimeout: -1, // the body is read before huma looks at it
		Responses:       map[string]*huma.Response{},
		// A wrong name of a parameter would silently mean "all".
		RejectUnknownQueryParameters: true,
	}
	for _, status := range append(problems, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable) {
		op.Responses[strconv.Itoa(status)] = problemResponse(h, status)
	}
	op.Parameters = append(op.Parameters, &huma.Param{
		Name: "Accept-Language", In: "header", Schema: &huma.Schema{Type: "string"},
		Description: "The languages of names, by preference (RFC 9110).", Example: "ar, fr;q=0.8",
	})
	if method == http.MethodPost {
		describePost(h, &op)
	}
	return op
}

func describePost(h huma.API, op *huma.Operation) {
	for _, status := range []int{
		http.StatusBadRequest, http.StatusForbidden, http.StatusConflict, http.StatusRequestEntityTooLarge,
		http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity,
	} {
		op.Responses[strconv.Itoa(status)] = problemResponse(h, status)
	}
	shortest, longest := 1, 255
	op.Parameters = append(op.Parameters, &huma.Param{
		Name: "Idempotency-Key", In: "header",
		Schema:      &huma.Schema{Type: "string", MinLength: &shortest, MaxLength: &longest},
		Description: "Chosen by the caller, such as a UUID. A repeat gets the first answer and the header Idempotent-Replayed: true.",
	})
}

// managed adds what calls about one appointment have in common.
func managed(op huma.Operation) huma.Operation {
	op.Security = []map[string][]string{{schemeToken: {}}}
	return op
}

func problemResponse(h huma.API, status int) *huma.Response {
	return &huma.Response{
		Description: http.StatusText(status),
		Content: map[string]*huma.MediaType{
			"application/problem+json": {Schema: h.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[httpkit.Problem](), true, "Problem")},
		},
	}
}

// document finishes the OpenAPI document.
func document(h huma.API) ([]byte, error) {
	doc := h.OpenAPI()
	schemas := doc.Components.Schemas.Map()
	delete(schemas, "ErrorModel") // huma's own errors, which no call answers with
	delete(schemas, "ErrorDetail")
	out, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("openapi document: %w", err)
	}
	return out, nil
}
