package rest_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// Bad values of every kind. Those in texts are no fault of the form, so a field
// of free text may take them; see taken.
var badValues = map[string]any{
	"10,000 characters": strings.Repeat("x", 10_000),
	"10,000 Arabic":     strings.Repeat("م", 10_000),
	"control character": "a\x07b",
	"CR LF":             "a\r\nBcc: b@example.org",
	"NUL":               "a\x00b",
	"RTL override":      "a\u202eb",
	"isolate":           "a\u2066b",
	"line separator":    "a\u2028b",
	"DEL":               "a\x7fb",
	"number":            5,
	"fraction":          1.5,
	"huge number":       json.Number("1e400"),
	"below nothing":     -1,
	"true":              true,
	"null":              nil,
	"list":              []string{"a"},
	"object":            object{"a": 1},
	"empty":             "",
	"spaces":            "   ",
	"emoji":             "😀",
	"half an emoji":     json.RawMessage(`"\ud83d"`),
	"markup":            "<script>alert(1)</script>",
	"SQL":               "' OR 1=1 --",
	"template":          "{{.}} ${x} %s %n",
	"path":              "../../etc/passwd",
}

// signs are what free text may hold: letters and signs of any kind, which are
// for those who show it to escape. A name wants a letter.
var (
	letters = []string{"markup", "SQL", "template", "path"}
	signs   = append([]string{"emoji", "half an emoji"}, letters...)
)

// bookFields lists each field with the values that are no fault there: what is
// optional may be empty.
var bookFields = []struct {
	field string
	taken []string
}{
	{"office", nil},
	{"service", nil},
	{"starts_at", nil},
	{"citizen", nil},
	{"citizen.name", letters},
	{"citizen.email", nil},
	{"citizen.phone", []string{"empty"}},
	{"citizen.language", []string{"empty"}},
	{"citizen.time_zone", []string{"empty"}},
	{"party_size", []string{"number"}},
	{"file_number", append([]string{"empty", "spaces"}, signs...)},
	{"note", append([]string{"empty", "spaces"}, signs...)},
	{"calendar_token", []string{"empty"}},
}

func TestEveryFieldOfABooking(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, f := range bookFields {
			for _, name := range slices.Sorted(maps.Keys(badValues)) {
				body := bookBody()
				set(body, f.field, badValues[name])
				a := w.post("/v1/appointments", raw(t, body))
				if slices.Contains(f.taken, name) {
					if a.Status != 201 {
						t.Errorf("%s, %s: %d %s, want it taken", f.field, name, a.Status, a.Raw)
						continue
					}
					w.post("/v1/appointments/"+a.text("id")+"/cancel", nil, bearer(a)...).want(200)
					continue
				}
				checkRefusal(t, a, f.field, name)
			}
		}
	})
}

func TestEveryFieldOfAHold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, field := range []string{"office", "service", "starts_at", "party_size"} {
			for _, name := range slices.Sorted(maps.Keys(badValues)) {
				if field == "party_size" && name == "number" {
					continue
				}
				body := holdBody()
				set(body, field, badValues[name])
				checkRefusal(t, w.post("/v1/holds", raw(t, body)), field, name)
			}
		}
	})
}

func TestEveryFieldOfAMove(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		made := w.book(bookBody())
		path := "/v1/appointments/" + made.text("id") + "/reschedule"
		for _, field := range []string{"office", "starts_at"} {
			for _, name := range slices.Sorted(maps.Keys(badValues)) {
				if field == "office" && name == "empty" {
					continue
				}
				body := object{"starts_at": tuesday + "T14:00:00Z"}
				set(body, field, badValues[name])
				checkRefusal(t, w.post(path, raw(t, body), bearer(made)...), field, name)
			}
		}
		if got := w.get("/v1/appointments/"+made.text("id"), bearer(made)...).want(200).number("revision"); got != 1 {
			t.Errorf("revision %d after refusals", got)
		}
	})
}

// checkRefusal wants a 422 that names the field and does not repeat its value.
func checkRefusal(t *testing.T, a *answer, field, name string) {
	t.Helper()
	if a.Status != 422 || a.text("code") != "invalid" {
		t.Errorf("%s, %s: %d %.300s", field, name, a.Status, a.Raw)
		return
	}
	named := slices.ContainsFunc(a.fields(), func(f string) bool {
		return strings.HasPrefix(f, field+":") || field == "citizen" && strings.HasPrefix(f, "citizen.")
	})
	if !named {
		t.Errorf("%s, %s: the answer names %v", field, name, a.fields())
	}
	for _, echo := range []string{"xxxxx", "Bcc", "script", "passwd", "OR 1=1", "😀"} {
		if strings.Contains(string(a.Raw), echo) {
			t.Errorf("%s, %s: the answer repeats the value: %.300s", field, name, a.Raw)
		}
	}
}

// set puts a value at a path such as citizen.name.
func set(body object, path string, v any) {
	head, rest, nested := strings.Cut(path, ".")
	if !nested {
		body[path] = v
		return
	}
	inner := body[head].(object).with()
	inner[rest] = v
	body[head] = inner
}

// raw encodes a body without mending what is wrong in it.
func raw(t testing.TB, v any) string {
	t.Helper()
	return string(mustJSON(t, v))
}

func TestUnknownFieldsAreNamed(t *testing.T) {
	w := openSQLite(t)
	tests := []struct{ field, want string }{
		{"sevrice", "sevrice: unknown_field"},
		{"citizen.mail", "citizen.mail: unknown_field"},
		{"a.b", "a?b: unknown_field"}, // a key with a dot in it, below
		{"\u202e\r\n", "???: unknown_field"},
		{"", "?: unknown_field"},
		{strings.Repeat("k", 10_000), strings.Repeat("k", 63) + "?: unknown_field"},
	}
	for _, test := range tests {
		body := bookBody()
		if strings.HasPrefix(test.field, "citizen.") {
			set(body, test.field, 1)
		} else {
			body[test.field] = 1
		}
		if got := w.post("/v1/appointments", body).problem(422, "invalid").fields(); !slices.Equal(got, []string{test.want}) {
			t.Errorf("%.40q: %.100v, want %s", test.field, got, test.want)
		}
	}
}

// TestNumbersOfPhones: what people type is taken, and kept in one form.
func TestNumbersOfPhones(t *testing.T) {
	w := openSQLite(t)
	for i, typed := range []string{"+33 6 12 34 56 78", "0033612345678", "+33-6-12.34(56)78", "٠٠٣٣٦١٢٣٤٥٦٧٨", "\u202a+33 612345678\u202c"} {
		a := w.book(bookBody().with("citizen", object{"name": "N" + strings.Repeat("I", i), "phone": typed}))
		if got := a.text("citizen", "phone"); got != "+33612345678" {
			t.Errorf("%q is kept as %q", typed, got)
		}
		w.post("/v1/appointments/"+a.text("id")+"/cancel", nil, bearer(a)...).want(200)
	}
}
