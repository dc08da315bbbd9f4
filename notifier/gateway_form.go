package notifier

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"text/template"
	"text/template/parse"
	"time"

	"mawid/internal/locale"
)

// GatewayForm says how a gateway wants to be asked. URL, headers and body are
// templates over gatewayValues; empty fields have a default.
type GatewayForm struct {
	URL       string
	Method    string            // POST
	Headers   map[string]string // Content-Type: application/json
	Body      string            // Mawid's own JSON object
	Success   string            // regular expression of the answer; none
	MessageID string            // regular expression with one group; "id" of a JSON object
}

// gatewayValues is what a template can use.
type gatewayValues struct {
	ID           string // the same at every attempt
	To           string // E.164
	Digits       string // To without the plus
	Text         string
	ValidUntil   string // RFC 3339
	ValidMinutes int    // from now, at least 1
	Unicode      bool   // the text is not GSM 03.38
	Parts        int
}

type gatewayForm struct {
	method    string
	url, body *template.Template
	headers   map[string]*template.Template
	success   *regexp.Regexp
	messageID *regexp.Regexp
}

const ownBody = `{"id":{{json .ID}},"to":{{json .To}},"text":{{json .Text}},"valid_until":{{json .ValidUntil}}}`

// escapes write a value so that it cannot leave its place.
var escapes = template.FuncMap{
	"json":  func(v any) (string, error) { b, err := json.Marshal(v); return string(b), err },
	"query": func(v any) string { return url.QueryEscape(fmt.Sprint(v)) },
	"xml": func(v any) (string, error) {
		var b bytes.Buffer
		err := xml.EscapeText(&b, []byte(fmt.Sprint(v)))
		return b.String(), err
	},
}

// compile reads the templates and tries them on a message that would break out of
// its place if it could. Errors name the field, never its text: it holds keys.
func (f GatewayForm) compile() (*gatewayForm, error) {
	out := &gatewayForm{method: f.Method, headers: map[string]*template.Template{}}
	if f.Headers == nil && f.Method == "" {
		f.Headers = map[string]string{"Content-Type": "application/json"}
	}
	if f.Body == "" && f.Method != http.MethodGet {
		f.Body = ownBody
	}
	if out.method == "" {
		out.method = http.MethodPost
	}
	var err error
	if out.url, err = gatewayTemplate("url", f.URL); err != nil {
		return nil, err
	}
	if out.body, err = gatewayTemplate("body", f.Body); err != nil {
		return nil, err
	}
	for name, text := range f.Headers {
		if out.headers[name], err = gatewayTemplate("headers", text); err != nil {
			return nil, err
		}
	}
	for _, e := range []struct {
		field, text string
		into        **regexp.Regexp
		groups      int
	}{{"success", f.Success, &out.success, 0}, {"message_id", f.MessageID, &out.messageID, 1}} {
		if e.text == "" {
			continue
		}
		if *e.into, err = regexp.Compile(e.text); err != nil || (*e.into).NumSubexp() != e.groups {
			return nil, fmt.Errorf("sms gateway: %s: want a regular expression with %d groups", e.field, e.groups)
		}
	}
	return out, out.try()
}

// gatewayTemplate reads one template, in which every value goes through one of
// the escapes.
func gatewayTemplate(field, text string) (*template.Template, error) {
	t, err := template.New(field).Funcs(escapes).Option("missingkey=error").Parse(text)
	if err != nil {
		return nil, fmt.Errorf("sms gateway: %s: not a template", field)
	}
	for _, node := range t.Root.Nodes {
		switch n := node.(type) {
		case *parse.TextNode, *parse.CommentNode:
		case *parse.ActionNode:
			if !escaped(n) {
				return nil, fmt.Errorf("sms gateway: %s: want each value as {{json .X}}, {{query .X}} or {{xml .X}}", field)
			}
		default:
			return nil, fmt.Errorf("sms gateway: %s: want plain values only, no %s", field, "conditions or loops")
		}
	}
	return t, nil
}

// escaped reports whether an action is one value behind one of the escapes, or a
// constant.
func escaped(n *parse.ActionNode) bool {
	if len(n.Pipe.Cmds) != 1 {
		return false
	}
	args := n.Pipe.Cmds[0].Args
	if len(args) == 1 {
		_, constant := args[0].(*parse.StringNode)
		return constant
	}
	id, named := args[0].(*parse.IdentifierNode)
	if !named || len(args) != 2 {
		return false
	}
	_, known := escapes[id.Ident]
	return known
}

// try asks nobody, but writes a request that would break out if it could.
func (f *gatewayForm) try() error {
	hostile := Letter{ID: "ntc_try", ValidUntil: time.Unix(1_800_000_000, 0)}
	hostile.To, hostile.Text = "+212600000000", "\"'}<&>\r\nX: y\\ é م&to=+1"
	r, err := f.request(context.Background(), hostile, time.Unix(1_799_990_000, 0))
	if err != nil {
		return err
	}
	var body bytes.Buffer
	if r.Body != nil {
		if _, err := body.ReadFrom(r.Body); err != nil {
			return fmt.Errorf("sms gateway: body: %w", err)
		}
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case strings.HasSuffix(kind, "json") && !json.Valid(body.Bytes()):
		return errors.New("sms gateway: body: it is not JSON once filled in; want {{json .Text}} without quotes around it")
	case strings.HasSuffix(kind, "urlencoded"):
		if v, err := url.ParseQuery(strings.TrimSpace(body.String())); err != nil || !holds(v, hostile.Text) {
			return errors.New("sms gateway: body: the text does not come through; want {{query .Text}}")
		}
	}
	if r.Body == nil && !holds(r.URL.Query(), hostile.Text) {
		return errors.New("sms gateway: url: the text does not come through; want {{query .Text}}")
	}
	return nil
}

func holds(v url.Values, text string) bool {
	for _, values := range v {
		for _, one := range values {
			if one == text {
				return true
			}
		}
	}
	return false
}

// request writes one message as the gateway wants it.
func (f *gatewayForm) request(ctx context.Context, l Letter, now time.Time) (*http.Request, error) {
	v := gatewayValues{
		ID: l.ID, To: l.To, Digits: strings.TrimPrefix(l.To, "+"), Text: l.Text, ValidUntil: l.ValidUntil.UTC().Format(time.RFC3339),
		ValidMinutes: max(int(l.ValidUntil.Sub(now)/time.Minute), 1), Unicode: !locale.SMSPlain(l.Text), Parts: locale.SMSParts(l.Text),
	}
	fill := func(t *template.Template) (string, error) {
		var b strings.Builder
		err := t.Execute(&b, v)
		return b.String(), err
	}
	address, err := fill(f.url)
	if err != nil {
		return nil, errors.New("sms gateway: url: a value that is not known")
	}
	body, err := fill(f.body)
	if err != nil {
		return nil, errors.New("sms gateway: body: a value that is not known")
	}
	var reader *strings.Reader
	r, err := http.NewRequestWithContext(ctx, f.method, address, nil)
	if body != "" {
		reader = strings.NewReader(body)
		r, err = http.NewRequestWithContext(ctx, f.method, address, reader)
	}
	if err != nil || r.URL.Host == "" {
		return nil, errors.New("sms gateway: url: not an address")
	}
	for name, t := range f.headers {
		text, err := fill(t)
		if err != nil || strings.ContainsAny(text, "\r\n") {
			return nil, errors.New("sms gateway: headers: a value that is not known, or of two lines")
		}
		r.Header.Set(name, text)
	}
	return r, nil
}

// idIn finds the gateway's own id of the message.
func (f *gatewayForm) idIn(body []byte) string {
	const longest = 100
	if f.messageID != nil {
		if m := f.messageID.FindSubmatch(body); m != nil && len(m[1]) <= longest {
			return string(m[1])
		}
		return ""
	}
	var a struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(body, &a); err != nil || len(a.ID) > longest {
		return ""
	}
	return a.ID
}
