package rest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// spec checks answers against the served OpenAPI document, with validators
// that are not the library that made it.
type spec struct {
	served    validator.Validator
	strict    validator.Validator // takes no field that is not described
	problem   *jsonschema.Schema
	raw       []byte
	described map[string]map[string]any // path → method
}

// specs keeps what was read of each document: reading takes longer than a test.
var specs sync.Map

func readSpec(t testing.TB, h http.Handler) *spec {
	t.Helper()
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/openapi.json", nil))
	if rec.Code != http.StatusOK {
		t.Fatalf("openapi.json: %d %s", rec.Code, rec.Body)
	}
	if known, ok := specs.Load(rec.Body.String()); ok {
		return known.(*spec)
	}
	s := &spec{raw: rec.Body.Bytes()}
	specs.Store(rec.Body.String(), s)
	var doc map[string]any
	must(t, json.Unmarshal(s.raw, &doc))
	c := jsonschema.NewCompiler()
	must(t, c.AddResource("openapi.json", doc))
	var err error
	s.problem, err = c.Compile("openapi.json#/components/schemas/Problem")
	must(t, err)
	s.served = validatorOf(t, s.raw)
	closeObjects(doc)
	strict, err := json.Marshal(doc)
	must(t, err)
	s.strict = validatorOf(t, strict)
	s.described = map[string]map[string]any{}
	for path, methods := range doc["paths"].(map[string]any) {
		s.described[path] = methods.(map[string]any)
	}
	return s
}

func validatorOf(t testing.TB, raw []byte) validator.Validator {
	t.Helper()
	doc, err := libopenapi.NewDocument(raw)
	must(t, err)
	v, errs := validator.NewValidator(doc)
	for _, err := range errs {
		t.Fatal(err)
	}
	return v
}

// closeObjects forbids undescribed fields in every schema of an object.
func closeObjects(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, ok := v["properties"].(map[string]any); ok {
			v["additionalProperties"] = false
		}
		for _, inner := range v {
			closeObjects(inner)
		}
	case []any:
		for _, inner := range v {
			closeObjects(inner)
		}
	}
}

// check fails the test unless the answer is one that the document describes for
// this call. Of calls that it does not know, only problems may come.
func (s *spec) check(t testing.TB, r *http.Request, a *answer) {
	t.Helper()
	if a.Status >= 400 {
		var v any
		if err := json.Unmarshal(a.Raw, &v); err != nil {
			t.Errorf("%d is no problem document: %s", a.Status, a.Raw)
		} else if err := s.problem.Validate(v); err != nil {
			t.Errorf("%d is no problem document: %v", a.Status, err)
		}
	}
	if r.URL.Path == "/openapi.json" || a.Status == 404 && !s.describes(r.URL.Path) || a.Status == 405 {
		return
	}
	for _, v := range []validator.Validator{s.served, s.strict} {
		resp := &http.Response{StatusCode: a.Status, Header: a.Header.Clone(), Body: io.NopCloser(bytes.NewReader(a.Raw)), Request: r}
		ok, faults := v.GetResponseBodyValidator().ValidateResponseBody(r, resp)
		for _, f := range faults {
			t.Errorf("%s %.80s: the answer %d does not conform: %s: %s %v\n%.1000s",
				r.Method, r.URL.Path, a.Status, f.Message, f.Reason, f.SchemaValidationErrors, a.Raw)
		}
		if !ok && len(faults) == 0 {
			t.Errorf("%s %.80s: the answer does not conform", r.Method, r.URL.Path)
		}
	}
}

func TestDocumentIsValid(t *testing.T) {
	w := openSQLite(t)
	ok, faults := w.spec.served.ValidateDocument()
	for _, f := range faults {
		t.Errorf("%s: %s %v", f.Message, f.Reason, f.SchemaValidationErrors)
	}
	if !ok {
		t.Error("the OpenAPI document is not valid")
	}
	var doc map[string]any
	must(t, json.Unmarshal(w.spec.raw, &doc))
	if doc["openapi"] != "3.1.0" {
		t.Errorf("openapi %v", doc["openapi"])
	}
}

// TestDocumentListsTheCalls is the part of the table in contract.md that is
// built; a call that vanishes from the document is a call that nobody finds.
func TestDocumentListsTheCalls(t *testing.T) {
	w := openSQLite(t)
	want := map[string][]string{
		"/v1/administrations":                {"get"},
		"/v1/offices":                        {"get"},
		"/v1/offices/{id}":                   {"get"},
		"/v1/services":                       {"get"},
		"/v1/services/{id}":                  {"get"},
		"/v1/days":                           {"get"},
		"/v1/slots":                          {"get"},
		"/v1/holds":                          {"post"},
		"/v1/holds/{id}":                     {"get", "delete"},
		"/v1/wishes":                         {"post"},
		"/v1/wishes/{id}":                    {"get", "delete"},
		"/v1/wishes/{id}/accept":             {"post"},
		"/v1/wishes/{id}/decline":            {"post"},
		"/v1/appointments/{id}/wish":         {"post"},
		"/v1/appointments":                   {"post"},
		"/v1/appointments/{id}":              {"get"},
		"/v1/appointments/{id}/cancel":       {"post"},
		"/v1/appointments/{id}/confirm":      {"post"},
		"/v1/appointments/{id}/reschedule":   {"post"},
		"/v1/appointments/{id}/calendar.ics": {"get"},
		"/v1/appointments/{id}/verify":       {"post"},
		"/v1/appointments/{id}/code":         {"post"},
		"/v1/appointments/{id}/contact":      {"post"},
		"/v1/appointments/{id}/note":         {"post"},
		"/v1/holds/{id}/extend":              {"post"},
		"/v1/files":                          {"get", "post"},
		"/v1/files/{id}":                     {"get"},
		"/v1/files/{id}/accesses":            {"get"},
		"/v1/files/{id}/ask-documents":       {"post"},
		"/v1/files/{id}/receive-documents":   {"post"},
		"/v1/files/{id}/advance":             {"post"},
		"/v1/files/{id}/branch":              {"post"},
		"/v1/files/{id}/extend":              {"post"},
		"/v1/files/{id}/hand-over":           {"post"},
		"/v1/files/{id}/promises":            {"post"},
		"/v1/files/{id}/keep-promise":        {"post"},
		"/v1/files/{id}/ask-news":            {"post"},
		"/v1/files/{id}/answer-news":         {"post"},
		"/v1/files/{id}/settle":              {"post"},
		"/v1/files/{id}/close":               {"post"},
		"/v1/files/{id}/merge":               {"post"},
		"/v1/appointments/{id}/check-in":     {"post"},
		"/v1/appointments/{id}/begin":        {"post"},
		"/v1/appointments/{id}/end":          {"post"},
		"/v1/offices/{id}/tickets":           {"post"},
		"/v1/offices/{id}/queue":             {"get"},
		"/v1/offices/{id}/queue/events":      {"get"},
		"/v1/offices/{id}/desks":             {"get"},
		"/v1/desks/{id}/call-next":           {"post"},
		"/v1/desks/{id}/open":                {"post"},
		"/v1/desks/{id}/close":               {"post"},
		"/v1/desks/{id}/by-hand":             {"post"},
		"/v1/offices/{id}/arrivals":          {"get"},
		"/v1/offices/{id}/figures":           {"get"},
		"/v1/tickets/{id}":                   {"get"},
		"/v1/tickets/{id}/call":              {"post"},
		"/v1/tickets/{id}/recall":            {"post"},
		"/v1/tickets/{id}/start":             {"post"},
		"/v1/tickets/{id}/finish":            {"post"},
		"/v1/tickets/{id}/park":              {"post"},
		"/v1/tickets/{id}/return":            {"post"},
		"/v1/tickets/{id}/transfer":          {"post"},
		"/v1/tickets/{id}/no-show":           {"post"},
		"/v1/tickets/{id}/undo":              {"post"},
		"/v1/tickets/{id}/priority":          {"post"},
		"/v1/tickets/{id}/services":          {"post"},
	}
	for path, methods := range want {
		for _, m := range methods {
			op, ok := w.spec.described[path][m].(map[string]any)
			if !ok {
				t.Errorf("%s %s is not described", m, path)
				continue
			}
			if op["summary"] == "" || op["operationId"] == "" {
				t.Errorf("%s %s has no summary or id", m, path)
			}
			if m == "post" && !bytes.Contains(mustJSON(t, op), []byte("Idempotency-Key")) {
				t.Errorf("%s %s does not say that it takes an Idempotency-Key", m, path)
			}
		}
	}
	for path := range w.spec.described {
		if _, ok := want[path]; !ok {
			t.Errorf("%s is described and not in this list", path)
		}
	}
}

// describes reports whether a path is one of the document's.
func (s *spec) describes(path string) bool {
	have := strings.Split(path, "/")
	for known := range s.described {
		want := strings.Split(known, "/")
		same := len(have) == len(want)
		for i := 0; same && i < len(want); i++ {
			same = want[i] == have[i] || strings.HasPrefix(want[i], "{") && have[i] != ""
		}
		if same {
			return true
		}
	}
	return false
}

func mustJSON(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	must(t, err)
	return b
}

// TestBodiesSentAreStrict: what a program sends too much is a fault, which the
// document says as well.
func TestBodiesSentAreStrict(t *testing.T) {
	w := openSQLite(t)
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				AdditionalProperties any `json:"additionalProperties"`
			} `json:"schemas"`
		} `json:"components"`
	}
	must(t, json.Unmarshal(w.spec.raw, &doc))
	for _, name := range []string{"HoldRequest", "BookRequest", "CitizenFields", "MoveFields"} {
		if s, ok := doc.Components.Schemas[name]; !ok || s.AdditionalProperties != false {
			t.Errorf("%s: %+v, %v", name, s, ok)
		}
	}
	for _, name := range []string{"ErrorModel", "ErrorDetail"} {
		if _, ok := doc.Components.Schemas[name]; ok {
			t.Errorf("%s of the library is described", name)
		}
	}
}
