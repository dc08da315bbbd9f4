package configs

import (
	"net/url"
	"regexp"
)

// SMSRoute is one way for short messages: a gateway, and for which countries.
// It holds secrets.
type SMSRoute struct {
	Name      string   // in receipts and logs
	Countries []string // beginnings of numbers, such as "+212"; none: all
	URL       string   // the scheme picks the driver: http, https, smpp, smpps
	Method    string
	Headers   map[string]string
	Body      string // template; "": the JSON object that Mawid speaks
	Success   string // regular expression of the answer's body; "": 2xx is enough
	MessageID string // regular expression with one group; "": "id" of a JSON object
	Receipts  SMSReceipts
}

// SMSReceipts is how a gateway tells what came of a message later.
type SMSReceipts struct {
	Secret    string   // in the address that the gateway calls; "": no receipts
	ID        string   // name of the field with the message's id
	Status    string   // name of the field with the status
	Delivered []string // its values for "the phone has it"
	Failed    []string // its values for "it will not arrive"
}

const (
	maxRoutes   = 20
	maxTemplate = 4000 // characters
)

var callingCode = regexp.MustCompile(`^\+[1-9][0-9]{0,6}$`)

// ReadSMSRoutes reads the file that the setting sms_routes names. The error is of
// type Faults and never repeats a value: gateways' keys stand in it.
func ReadSMSRoutes(name string, data []byte) ([]SMSRoute, error) {
	r := newReader(name)
	r.secret = true
	root := r.parse(data)
	var out []SMSRoute
	if !root.absent() {
		o := root.object()
		out = eachOf(o.need("routes").some(), smsRoute)
		o.done()
		if len(out) > maxRoutes {
			root.fault("want at most %d routes", maxRoutes)
		}
	}
	if err := asError(r.faults, r.more); err != nil {
		return nil, err
	}
	return out, nil
}

func smsRoute(v value) SMSRoute {
	o := v.object()
	defer o.done()
	route := SMSRoute{
		Name:      o.need("name").id(),
		Countries: each(o.get("countries"), func(v value) string { return v.like(callingCode, "the beginning of a number, such as +212") }),
		URL:       o.need("url").text(maxTemplate),
		Method:    o.get("method").oneOf("GET", "POST", "PUT"),
		Headers:   headers(o.get("headers")),
		Body:      o.get("body").template(),
		Success:   o.get("success").expression(0),
		MessageID: o.get("message_id").expression(1),
		Receipts:  smsReceipts(o.get("receipts")),
	}
	if u, err := url.Parse(route.URL); err == nil && !regexp.MustCompile(`^(https?|smpps?)$`).MatchString(u.Scheme) {
		o.get("url").fault("want the address of a gateway: https://, http://, or of a centre: smpp://, smpps://")
	}
	return route
}

func headers(v value) map[string]string {
	var out map[string]string
	for _, e := range v.entries() {
		if out == nil {
			out = map[string]string{}
		}
		out[e.name] = e.val.text(maxTemplate)
	}
	return out
}

// template is a text of one or more lines.
func (v value) template() string {
	if v.absent() {
		return ""
	}
	s, ok := v.words()
	if ok && len(s) > maxTemplate {
		v.fault("want at most %d bytes", maxTemplate)
	}
	return s
}

// expression is a regular expression with so many groups.
func (v value) expression(groups int) string {
	s := v.template()
	if s == "" {
		return ""
	}
	if e, err := regexp.Compile(s); err != nil || e.NumSubexp() != groups {
		v.fault("want a regular expression (RE2) with %d groups", groups)
	}
	return s
}

func smsReceipts(v value) SMSReceipts {
	if v.absent() {
		return SMSReceipts{}
	}
	o := v.object()
	defer o.done()
	r := SMSReceipts{
		Secret: o.need("secret").hookSecret(),
		ID:     o.need("id").text(100), Status: o.need("status").text(100),
		Delivered: eachOf(o.need("delivered").some(), func(v value) string { return v.text(100) }),
		Failed:    eachOf(o.need("failed").some(), func(v value) string { return v.text(100) }),
	}
	return r
}

// hookSecret reads a secret, which no message repeats.
func (v value) hookSecret() string {
	s, ok := v.words()
	if ok && !hookSecret.MatchString(s) {
		v.fault("want 24 letters and digits or more, such as `openssl rand -hex 24` prints")
	}
	return s
}

var hookSecret = regexp.MustCompile(`^[A-Za-z0-9_-]{24,200}$`)
